"""Lesson 7, "Chains": a role that assumes a role, how long it lasts, who can become whom, and a stolen key."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from iamkit.credentials.clock import HOUR, instant, iso, lasting
from iamkit.credentials.events import Change, set_trust
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import ALLOWED, IMPLICIT
from iamkit.errors import IamkitError, WorldError
from iamkit.lessons.chained import (
    ADMIN,
    APP,
    ARCHIVE as ARCHIVE,
    ASSUME,
    DEPLOY,
    FIVE_PAST_TEN,
    FORTY,
    HELPDESK,
    NINE,
    OLGA,
    READ,
    TICKETS,
    TWELVE_HOURS,
    UPKEEP,
    becoming,
    clock_time,
    company as company,
    let_in as let_in,
    mended as mended,
    office as office,
    remedies as remedies,
    robots_key as robots_key,
    stolen as stolen,
    sts_for as sts_for,
    work,
)
from iamkit.lessons.checks import table_check, yes_or_no
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    IAM,
    MALLORY,
    ROBOT,
    policy,
    statement,
)
from iamkit.lessons.exercise import BOTH, OVER, RIGHT, UNDER, UNFINISHED, Exercise, Result, result
from iamkit.lessons.formulas import yes_if
from iamkit.lessons.predict import predict
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.answers import Unknown
from iamkit.prove.compare import difference
from iamkit.prove.latest import latest_access
from iamkit.prove.untils import Latest, NoneAfter
from iamkit.prove.values import Undecided

# Predictions


def _issued(answer: Credentials | Refused) -> str:
    return lasting(answer.lasts) if isinstance(answer, Credentials) else "refused"


set_aside = predict(
    "The role deploy may publish the handbook. Its session has assumed payroll-app. May that one publish, too?",
    {ALLOWED: "Yes: it came from deploy.", IMPLICIT: "No."},
    behind={ALLOWED: "A chain adds nothing up. Each hop sets aside what was before."},
    explain="The last role counts, and it alone. What led to it has opened a door and given nothing along.",
)

twelve = predict(
    "payroll-app allows sessions of 12 hours. A session of deploy assumes it, and asks for 12 hours. What does it get?",
    {"12 hours": "12 hours", "1 hour": "1 hour: it is cut", "refused": "nothing: it is refused"},
    read=_issued,
    behind={
        "12 hours": "That is what the role allows. But here a role assumes a role, and then an hour is the most.",
        "1 hour": "An hour is the most, but nothing is cut: whoever asks for more gets an error.",
    },
    explain="Role chaining: an hour at the most, whatever the role allows. Asking for more fails.",
)

outlives = predict(
    "deploy's session ends at 10:00. At 09:50 it assumes payroll-app, and says nothing of time. When does that end?",
    {"10:00": "at 10:00, with the first session", "10:50": "at 10:50", "21:50": "at 21:50"},
    read=lambda issued: iso(issued.expires)[11:16],
    behind={
        "10:00": "The end is fixed at the issue: now, and an hour. What happens to the first session is no matter.",
        "21:50": "Twelve hours would have to be asked for, and in a chain that would be refused.",
    },
    explain="A session does not end with the one it came from. So every hop can add an hour.",
)

other_name = predict(
    "The chain was begun with the source identity ana. The second hop names ci-robot instead. What happens?",
    {"changed": "The new name takes its place.", "kept": "It is issued, and stays ana.", "refused": "It is refused."},
    read=lambda answer: "refused" if not answer else "kept" if answer.source_identity == "ana" else "changed",
    behind={
        "changed": "Then it would tell nothing. Once it is set, nobody along the chain can change it.",
        "kept": "It does stay ana. But a request that says otherwise is an error, not ignored.",
    },
    explain="Who began the chain stands in every session of it, and in every log line.",
)

deactivated = predict(
    "The stolen key is deactivated at 09:40. Nothing else is done. For how long can the thief read the payroll?",
    {
        "0": "no longer: the key signs nothing",
        "2": "2 hours: the sessions of two roles",
        "36": "36 hours: a session token",
        "38": "38 hours",
    },
    read=lambda found: str(round((found.instant - instant(FORTY)) / HOUR)),
    behind={
        "0": "The key signs nothing. What was made with it before lives on by itself.",
        "2": "Each hop adds an hour. But what else can a user ask for with a key?",
        "36": "With the token's last second one can still assume a role, and with that another.",
    },
    explain="A session token lives up to 36 hours, and needs no permission to ask for. Then come two hops.",
)

trust_fixed = predict(
    "At 10:05 the trust policy of deploy is mended, too: it names Ana alone. Until when can the thief read?",
    {"10:04:59": "until 10:04:59", "11:04:58": "until 11:04:58", "12:04:57": "until 12:04:57"},
    read=clock_time,
    behind={
        "10:04:59": "A trust policy decides who comes in from now on. Whoever is in stays in.",
        "11:04:58": "That is the end of deploy's session. In its last second it can still assume payroll-app.",
    },
    explain="In at the last second before the mend, for an hour; from there to payroll-app, for another.",
)

revoke_one = predict(
    "At 10:05 the sessions of payroll-app are revoked as well. It is the role that reads. Does that end it at once?",
    {"yes": "Yes.", "no": "No."},
    read=lambda found: yes_if(found.instant < instant(FIVE_PAST_TEN)),
    behind={"yes": "It ends the sessions that are there. A session of deploy opens a new one."},
    explain="Revoking reaches what was issued before. The thief still holds deploy, and has it issue another.",
)

loop = predict(
    "payroll-app trusts itself as well, so that it can renew its session. Until when can the thief read then?",
    {"12:04:57": "until 12:04:57", "13:04:56": "until 13:04:56", "never": "it never ends"},
    read=clock_time,
    behind={
        "12:04:57": "In its last second the session assumes its own role once more, for another hour.",
        "13:04:56": "That is one renewal. What keeps the thief from the next?",
    },
    explain="Each session renews itself before it ends. Chaining's hour limits each hop, not their number.",
)

# Exercise 1: how long?

_ROWS = {
    "key → deploy": "a",
    "key → deploy → payroll-app": "b",
    "key → session token → deploy": "c",
    "key → deploy → payroll-app, from the first hop to the end of all": "d",
}


def _hours() -> dict[str, int]:
    """The most whole hours of each chain, found by asking STS for more and more."""
    from iamkit.widgets.chain import longest

    world = company(longest=TWELVE_HOURS)
    sts, key = sts_for(world), robots_key(world)
    token = sts.get_session_token(key)
    deploy = longest(lambda seconds: sts.assume_role(key, DEPLOY, "test", duration=seconds))
    by_token = longest(lambda seconds: sts.assume_role(token, DEPLOY, "test", duration=seconds))  # type: ignore[arg-type]
    app = longest(lambda seconds: sts.assume_role(deploy, APP, "test", duration=seconds))  # type: ignore[arg-type]
    assert deploy and by_token and app
    end = latest_access(Timeline(world, NINE), deploy, READ)
    assert isinstance(end, Latest) and end.instant is not None
    seconds = (deploy.lasts, app.lasts, by_token.lasts, end.instant - deploy.issued)
    return {row: round(lasts / HOUR) for row, lasts in zip(_ROWS, seconds, strict=True)}


def _number(value: Any) -> int:
    try:
        return round(float(str(value).split()[0]))
    except (ValueError, IndexError, OverflowError):
        raise IamkitError(f"{value!r} is no number.", where="answer", remedy="Write hours, such as 6.") from None


def _why_hours(row: str, given: Any) -> str:
    return {
        "a": "a user assumes a role: no chain. What the role allows counts.",
        "b": "a role assumes a role. What is the most then, whatever the role allows?",
        "c": "a session token is no role. Is it chaining when it assumes one?",
        "d": "the second hop can be made in the last second of the first. Add them up.",
    }[_ROWS[row]]


durations = Exercise(
    "durations",
    table_check(_hours, _why_hours, read=_number),
    placeholder=dict.fromkeys(_ROWS),
    hints=[
        "Chaining is: the credentials of a *role* assume a role. For each hop, whose credentials ask?",
        "No chaining: the role's own longest session, here 12 hours. Chaining: one hour.",
        "The last row asks for the end, not for one session. 12 hours for the first, and then?",
    ],
    solution="""my_hours = {
    "key → deploy": 12,
    "key → deploy → payroll-app": 1,
    "key → session token → deploy": 12,
    "key → deploy → payroll-app, from the first hop to the end of all": 13,
}""",
    why="The third row follows the User Guide's words. Some users report one hour there; the kit has a switch for it.",
)

# Exercise 2 and 3: who can become an administrator?

_PEOPLE = {"ana": ANA, "ci-robot": ROBOT, "mallory": MALLORY, "olga": OLGA, "helpdesk": HELPDESK, "tickets": TICKETS}


def _admins() -> dict[str, str]:
    found = becoming(office())[ADMIN]
    return {name: yes_if(arn in found) for name, arn in _PEOPLE.items()}


def _why_admin(row: str, given: Any) -> str:
    if given not in ("yes", "no"):
        return 'write "yes" or "no".'
    found = office().reach(_PEOPLE[row], ADMIN)
    if found:
        return "there is a chain. Follow the arrows from it, one after the other."
    return "whom can it assume? An arrow *to* it is no arrow from it."


admins = Exercise(
    "admins",
    table_check(_admins, _why_admin, read=yes_or_no),
    placeholder=dict.fromkeys(_PEOPLE),
    hints=[
        "Begin at the end: who may assume `admin`? And who may assume those?",
        "The arrows go from whoever assumes to the role. Only their direction counts.",
        "Four arrows lead from Mallory to `admin`. One role has no arrow that leaves it.",
    ],
    solution="""my_admins = {
    "ana": "no",
    "ci-robot": "yes",
    "mallory": "yes",
    "olga": "yes",
    "helpdesk": "yes",
    "tickets": "no",
}""",
    why="It is all of those from whom some chain leads to admin, however long it is.",
)

_ACCOUNT_MAY = Policy.parse(policy(statement("Allow", ASSUME, principal={"AWS": ACCOUNT})))
_MUST = [(ROBOT, ADMIN), (ROBOT, UPKEEP), (ROBOT, DEPLOY), (MALLORY, HELPDESK), (MALLORY, TICKETS), (OLGA, ADMIN)]
_MUST_NOT = [(MALLORY, ADMIN), (HELPDESK, ADMIN)]


def _door_check(answer: Any) -> Result:
    """Is Mallory's way to admin shut, by the trust policy of one role, and is all else as it should be?"""
    if not isinstance(answer, Mapping) or set(answer) != {"role", "trust"}:
        raise IamkitError("This is not one door.", where="answer", remedy='Write {"role": …, "trust": …}.')
    if "..." in str(answer):
        return result(UNFINISHED, "Fill in every `...`.")
    before, role = office(), f"{IAM}role/{str(answer['role']).rpartition('/')[2]}"
    trust = check_place(Policy.parse(answer["trust"], name="your policy"), Place.TRUST)
    after = set_trust(role, trust).apply(before, instant(NINE))
    now, then = becoming(after), becoming(before)
    over = [f"`{_short(who)}` can still become `{_short(to)}`." for who, to in _MUST_NOT if who in now[to]]
    over += [f"`{_short(who)}` can become `{_short(to)}` now." for to in now for who in sorted(now[to] - then[to])]
    over += _from_outside(trust)
    under = [f"`{_short(who)}` can no longer become `{_short(to)}`." for who, to in _MUST if who not in now[to]]
    if over or under:
        step = "Next step: find the hop that Mallory needs and nobody else does, and name who may make it."
        return result(BOTH if over and under else OVER if over else UNDER, *over[:2], *under[:2], step)
    return result(RIGHT, "Mallory's way is shut, and everybody who should come through still does: proved.")


def _from_outside(trust: Policy) -> list[str]:
    found = difference(trust, _ACCOUNT_MAY)
    return [f"Your trust policy lets in `{found.principal}` for `{found.action}`."] if found else []


def _short(arn: str) -> str:
    return arn.removeprefix(IAM)


one_door = Exercise(
    "one_door",
    _door_check,
    placeholder={"role": "...", "trust": policy(statement("Allow", ASSUME, principal={"AWS": "..."}))},
    hints=[
        "Write down Mallory's chain and the robot's. Where do they meet?",
        "From there on both go the same way, so a door further on shuts out the robot, too.",
        "The last hop that is Mallory's alone is the one into `deploy`. Whom does its trust policy name now?",
    ],
    solution=f"""my_door = {{
    "role": "deploy",
    "trust": {{
        "Version": "2012-10-17",
        "Statement": [{{
            "Effect": "Allow",
            "Principal": {{"AWS": "{ROBOT}"}},
            "Action": "sts:AssumeRole",
        }}],
    }},
}}""",
    why="It named the account, and so let in the help desk, which may ask for any role. Now it names the robot.",
)

# Exercise 4: end it


def _changes(answer: Any) -> Sequence[Change]:
    given = [answer] if isinstance(answer, Change) else answer
    if not isinstance(given, list | tuple) or not all(isinstance(one, Change) for one in given):
        remedy = "Write a list of events, such as [events.delete(role)]."
        raise WorldError("This is not a list of events.", where="answer", remedy=remedy)
    return given


def _stop_check(answer: Any) -> Result:
    """Does the thief's access end at 10:05, and does everybody else work on?"""
    day, key = mended(*_changes(answer))
    found = latest_access(day, key, READ)
    if isinstance(found, Unknown):
        raise Undecided(found.reason)
    over, under = (
        list(_goes_on(found)),
        [f"{words} no longer works." for words, works in work(day).items() if not works],
    )
    if over or under:
        step = "" if over else "Next step: stop what was issued before 10:05, and nothing that is issued later."
        return result(BOTH if over and under else OVER if over else UNDER, *over, *under[:2], step)
    return result(RIGHT, "Nobody who holds the key reads after 10:05: proved for every chain. All the others work on.")


def _goes_on(found: Latest | NoneAfter) -> Iterator[str]:
    """The thief's chain, where there is access after 10:05."""
    if not isinstance(found, Latest) or (found.instant is not None and found.instant < instant(FIVE_PAST_TEN)):
        return
    hops = [f"`{_short(hop.holding.of)}` ({hop.holding.operation}, {iso(hop.issued)[11:19]})" for hop in found.steps]
    yield f"The thief reads until {clock_time(found)}: {', then '.join(hops)}."
    held = [hop for hop in found.steps if hop.issued < instant(FIVE_PAST_TEN)]
    last = _short(held[-1].holding.of)
    yield f"Next step: see what was issued before 10:05 and is still good for something: `{last}`."


stop = Exercise(
    "stop",
    _stop_check,
    placeholder=[],
    hints=[
        "Two roles may have sessions of the thief's. Which?",
        "Delete and deny reach everybody. What tells the thief's sessions from those that are issued later?",
        "`events.revoke_sessions(role)` denies everything to the older sessions of a role. Is one role enough?",
    ],
    solution=f"""my_changes = [
    events.revoke_sessions("{DEPLOY}"),
    events.revoke_sessions("{APP}"),
]""",
    why="The older sessions of both roles are denied everything. New ones, and other roles, are not touched.",
)


EXERCISES: tuple[Exercise, ...] = (durations, admins, one_door, stop)
