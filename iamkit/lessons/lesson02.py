"""Lesson 2, "Credentials and time": who holds which credentials, until when, and how an access key is updated."""

import re
from collections.abc import Sequence
from typing import Any

from iamkit.credentials.clock import HOUR, MINUTE, instant, iso
from iamkit.credentials.kinds import in_words
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.errors import IamkitError, RequestError
from iamkit.files.worldfile import load
from iamkit.identity.holdings import DAY as A_DAY, Holdings
from iamkit.lessons.checks import table_check
from iamkit.lessons.company import ACCOUNT, AUDITOR
from iamkit.lessons.exercise import NOT_YET, RIGHT, UNFINISHED, Exercise, Result, result
from iamkit.lessons.november import (
    APP as APP,
    DAY,
    LENA as LENA,
    NOW,
    PASSKEY as PASSKEY,
    ROOT as ROOT,
    STEPS,
    Update,
    bars as bars,
    held as held,
    holdings as holdings,
    issued,
    lifetimes as lifetimes,
    long_or_short as long_or_short,
    long_term as long_term,
    november as november,
    the_day as the_day,
    two_operations as two_operations,
)
from iamkit.lessons.predict import predict

# Predictions


def _whose(identity: Any) -> str:
    kind = identity.arn.rpartition(":")[2].partition("/")[0]
    return {"user": "user", "assumed-role": "role"}.get(kind, "new")


def _devices(answers: Sequence[Credentials | Refused]) -> str:
    taken = [name for name, one in zip(("app", "passkey"), answers, strict=True) if one]
    return {0: "neither", 2: "both"}.get(len(taken)) or taken[0]


def _hours(answer: Credentials | Refused) -> str:
    return f"{answer.lasts // HOUR}" if isinstance(answer, Credentials) else "nothing"


third_key = predict(
    "The user backup holds two access keys, one of them inactive for years. Somebody makes a third. What happens?",
    {"made": "It is made: one is inactive.", "refused": "It is refused."},
    read=lambda answer: "refused" if isinstance(answer, IamkitError) else "made",
    behind={"made": "An inactive key can be made active again at any time. So it counts."},
    explain="Two are the most, active or not: one in use, and one to update it with.",
)

expired_password = predict(
    "Acme's passwords expire after 90 days, and Ana's is older. Does her access key still work?",
    {"yes": "Yes.", "no": "No: it expires with it."},
    behind={"no": "They are two different credentials. The password policy speaks of passwords only."},
    explain="An expired password closes the console. Access keys know nothing of it.",
)

as_whom = predict(
    "Ana calls GetSessionToken with her access key. As whom does she ask with the result?",
    {"user": "as the user ana", "role": "as a session of a role", "new": "as nobody in particular"},
    read=_whose,
    behind={
        "role": "No role was named. That would be AssumeRole.",
        "new": "Temporary is not anonymous. Every request comes from somebody.",
    },
    explain="It is the same user, with the same permissions. New are the end, and perhaps that MFA was used.",
)

which_device = predict(
    "Ana has two MFA devices: an app on her phone, and a passkey. Which of them can she use for GetSessionToken?",
    {"both": "both", "app": "the app only", "passkey": "the passkey only", "neither": "neither"},
    read=_devices,
    behind={
        "both": "The call takes a code of digits. A passkey has none.",
        "passkey": "A passkey is good for the console. It shows no code that a call could take along.",
        "neither": "The app shows a code, and the call takes it.",
    },
    explain="STS takes a code, and only the app shows one. The passkey is for signing in to the console.",
)

two_hours = predict(
    "The role auditor allows sessions of one hour. Lena assumes it and asks for two hours. What does she get?",
    {"2": "two hours", "1": "one hour", "nothing": "nothing"},
    read=_hours,
    behind={
        "2": "The role's own maximum counts, whatever is asked for.",
        "1": "STS does not cut what was asked for. It refuses.",
    },
    explain="More than the role's maximum is refused, not cut. She has to ask again, for an hour.",
)

stretch = predict(
    "Lena's hour is nearly over. With her session she calls GetSessionToken, good for 12 hours. What does she get?",
    {"12": "12 hours more", "0": "the minutes that are left", "nothing": "nothing"},
    read=_hours,
    behind={
        "12": "Then every session could go on for ever.",
        "0": "It is not shortened. A session of a role cannot make this call at all.",
    },
    explain="Only long-term credentials can call it. What was made to end cannot make itself last longer.",
)

key_off = predict(
    "At 11:00 backup got a session for four hours with its key. At noon the key is switched off. Is the session "
    "accepted at 12:30?",
    {"yes": "Yes.", "no": "No: it came from the key."},
    behind={"no": "The session has credentials of its own. Nothing in them points back to the key."},
    explain="It lasts until 15:00. To switch off a key stops the key, and not the sessions it has made.",
)

delete_now = predict(
    "The robot has a new key, and every program is said to use it. May the old one be deleted now?",
    {"yes": "Yes: nothing uses it.", "no": "No: deactivate it first."},
    read=lambda reason: "no" if reason else "yes",
    behind={"yes": "That is what is said. If a program was forgotten, a deleted key cannot be brought back."},
    explain="Inactive can be taken back, deleted cannot. So the old key is deactivated first, and then one waits.",
)

# Exercises


def robot_update() -> Update:
    """The update of the robot's key, with nothing done."""
    return Update()


def _update_check(answer: Any) -> Result:
    if not isinstance(answer, Update):
        remedy = "Begin with `my_update = lesson.robot_update()`."
        raise IamkitError("This is no update of the robot's key.", where="answer", remedy=remedy)
    done = len(answer.rotation.done)
    if done == len(STEPS):
        held_now = ", ".join(key.id for key in answer.holdings.access_keys)
        return result(RIGHT, f"The robot holds one key, {held_now}, and the nightly build never failed.")
    if answer.refused:
        step = f"`{answer.log[-1][0]}` was refused: {answer.refused}"
        return result(NOT_YET, step, "Next step: take that line out. What has to be done before it?")
    return result(UNFINISHED, f"{done} of {len(STEPS)} steps are done.")


rotate = Exercise(
    "rotate",
    _update_check,
    placeholder=Update(),
    untouched=lambda answer: isinstance(answer, Update) and not answer.log,
    hints=[
        "At every moment the robot needs a key that it signs with, and that works.",
        "Before programs can use a new key there must be one. Before the old key is gone it should have been off for a "
        "while.",
        "Deactivate, then verify, then delete: as long as it is only inactive, the step can be taken back.",
    ],
    solution="""from iamkit.lessons import lesson02 as lesson

my_update = lesson.robot_update()
for step in ("create", "switch", "deactivate", "verify", "delete"):
    my_update.do(step)""",
    why="At every step some active key is in use, and the one step that cannot be taken back comes last.",
)

ENDING = {
    "Lena as auditor, since 13:20, no duration given": "session",
    "the token root got at 10:15, 12 hours asked for": "cut",
    "backup's key, switched off at 12:00": "key",
    "backup's session of 11:50, for 30 minutes": "outlives",
}
"""Four credentials, and what is special about the end of each."""


def _last_instants() -> dict[str, int]:
    """The last valid instant of each, from the timeline of the day."""
    day, given = the_day()
    key = given["backup's access key"]
    lena = issued(day.sts(f"{DAY}T13:20:00Z").assume_role(LENA, AUDITOR, "lena"))
    root = issued(day.sts(f"{DAY}T10:15:00Z").get_session_token(ROOT, duration=12 * HOUR))
    program = issued(day.sts(f"{DAY}T11:50:00Z").get_session_token(key, duration=30 * MINUTE))
    ends = [day.end_of(one) or 0 for one in (lena, root, key, program)]
    return dict(zip(ENDING, [end - 1 for end in ends], strict=True))


def _read_instant(value: Any) -> int:
    """``"10:29:59"``, or a time with its date."""
    clock = re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d))?", value.strip()) if isinstance(value, str) else None
    if clock:
        hours, minutes, seconds = clock.group(1).zfill(2), clock.group(2), clock.group(3) or "00"
        return _checked(f"{DAY}T{hours}:{minutes}:{seconds}Z", value)
    return _checked(value, value)


def _checked(text: Any, value: Any) -> int:
    try:
        return instant(text)
    except RequestError:
        remedy = 'Write it as "10:29:59", hours, minutes and seconds.'
        raise IamkitError(f"{value!r} is no time.", where="answer", remedy=remedy) from None


_WHY_END = {
    "session": "where nothing is asked for, AssumeRole gives the default: look at the table.",
    "cut": "for the root user one hour is the most, and more is cut to it.",
    "key": "a key has no end of its own. What ends it is the hand that switches it off.",
    "outlives": "a session ends at its own time, whatever becomes of the key it was made with.",
}


def _why_instant(row: str, given: Any) -> str:
    if given == _last_instants()[row] + 1:
        return f"{iso(given)[11:19]} is the first second at which it is over. The last valid one is just before."
    return _WHY_END[ENDING[row]]


last_instants = Exercise(
    "last_instants",
    table_check(_last_instants, _why_instant, read=_read_instant),
    placeholder=dict.fromkeys(ENDING),
    hints=[
        "For each: when does it begin, and how long does it last? For a key: who ends it?",
        "AssumeRole gives an hour if nothing is said. For root GetSessionToken gives an hour, whatever is said.",
        "The end itself is over already: what lasts until 10:30 is valid at 10:29:59 for the last time.",
    ],
    solution="""my_ends = {
    "Lena as auditor, since 13:20, no duration given": "14:19:59",
    "the token root got at 10:15, 12 hours asked for": "11:14:59",
    "backup's key, switched off at 12:00": "11:59:59",
    "backup's session of 11:50, for 30 minutes": "12:19:59",
}""",
    why="A default, a cut, a hand that switches off, and a session that outlives its key.",
)

OLDEST = 90
"""Days: by Acme's own rule no active access key is older."""
BLANK: dict[str, Any] = {"iamkit": 1, "accounts": {ACCOUNT: {"users": {"ana": {"credentials": {}}}}}}


def _world_check(answer: Any) -> Result:
    account = load(answer).accounts.get(ACCOUNT)
    if account is None or "ana" not in account.users:
        return result(NOT_YET, f"There is no user `ana` in the account {ACCOUNT}.", "Next step: take the cell's frame.")
    faults = _faults(account.users["ana"].holdings)
    if faults:
        return result(NOT_YET, *faults)
    return result(RIGHT, "The kit has read your world. Ana holds what she should.")


def _faults(one: Holdings) -> list[str]:
    """What Ana lacks, or has too much of, with the next step."""
    found = []
    if one.password is None:
        found.append('She cannot sign in to the console. Next step: add `"password": {}`.')
    kinds_held = [device.kind for device in one.mfa_devices]
    if "virtual" not in kinds_held:
        has = f"She has only {', '.join(kinds_held)}" if kinds_held else "She has no MFA device"
        found.append(f'{has}. Next step: put a virtual one into the list `"mfa_devices"`.')
    active = [key for key in one.access_keys if key.is_active]
    if len(active) != 1:
        found.append(f"She has {len(active)} active access keys. Next step: exactly one, please.")
        return found
    created = active[0].created
    if created is None:
        found.append('Nobody knows how old her key is. Next step: say when it was `"created"`.')
    elif created > NOW:
        found.append(f"Her key is made at {iso(created)}, and it is {iso(NOW)} now. Next step: take an earlier day.")
    elif NOW - created > OLDEST * A_DAY:
        age = in_words((NOW - created) // A_DAY * A_DAY)
        found.append(f"Her key is {age} old. Next step: one of at most {OLDEST} days, seen from {iso(NOW)}.")
    return found


write_ana = Exercise(
    "write_ana",
    _world_check,
    placeholder=BLANK,
    hints=[
        "Look at what the kit writes for root. Ana's part has the same form, with one thing more.",
        'Three keys: `"password"` with `{...}`, `"access_keys"` with a list, `"mfa_devices"` with a list.',
        'An access key is `{"created": "2026-...T09:00:00Z"}`. An MFA device without a kind is a virtual one: `{}`.',
    ],
    solution=f"""my_world = {{
    "iamkit": 1,
    "accounts": {{"{ACCOUNT}": {{"users": {{"ana": {{"credentials": {{
        "password": {{"changed": "2026-11-02T09:00:00Z"}},
        "access_keys": [{{"created": "2026-11-02T09:00:00Z"}}],
        "mfa_devices": [{{"kind": "virtual"}}],
    }}}}}}}}}},
}}""",
    why="Active and virtual are what the kit takes where nothing is said; they may be written out as well.",
)

EXERCISES: tuple[Exercise, ...] = (rotate, last_instants, write_ana)
