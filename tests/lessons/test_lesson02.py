"""Lesson 2, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit import Clock, Readings, Sts
from iamkit.credentials.clock import DAY, HOUR, instant
from iamkit.credentials.passwords import PasswordPolicy
from iamkit.credentials.rotation import Rotation
from iamkit.errors import WorldError
from iamkit.lessons import lesson02 as lesson
from iamkit.lessons.company import ACCOUNT, AUDITOR, MARCH
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.november import NOW, STEPS, Update, issued
from iamkit.lessons.predict import Prediction
from iamkit.readings import DEFAULT
from iamkit.widgets import lifetime_slider

PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}
HALF_PAST_TWELVE = "2026-11-24T12:30:00Z"


def sts(at: str = "2026-11-24T09:00:00Z") -> Sts:
    return Sts(lesson.november(), Clock(at))


def key_of(at: Sts, user: str) -> Any:
    return lesson.holdings(at.world, user).access_keys[-1]


def third_key() -> Any:
    try:
        return lesson.holdings(lesson.november(), "backup").add_access_key()
    except WorldError as error:
        return error


def after_the_password() -> bool:
    at = sts()
    ended = PasswordPolicy(expires_after=90).end_of(lesson.holdings(at.world, "ana"))
    assert ended is not None and ended < NOW
    return bool(at.call(key_of(at, "ana"), "s3:GetObject", MARCH))


def whose_token() -> Any:
    at = sts()
    return at.get_caller_identity(issued(at.get_session_token(key_of(at, "ana"))))


def with_each_device() -> Any:
    at = sts()
    key = key_of(at, "ana")
    return [at.get_session_token(key, mfa=serial) for serial in (lesson.APP, lesson.PASSKEY)]


def stretched() -> Any:
    at = sts()
    session = issued(at.assume_role(lesson.LENA, AUDITOR, "lena"))
    at.clock.set("2026-11-24T09:55:00Z")
    return at.get_session_token(session)


def after_noon(readings: Readings = DEFAULT) -> bool:
    day, given = lesson.the_day(readings)
    assert day.accepts(given["backup by GetSessionToken"], "2026-11-24T11:59:59Z")
    assert not day.accepts(given["backup's access key"], HALF_PAST_TWELVE)
    return day.accepts(given["backup by GetSessionToken"], HALF_PAST_TWELVE)


def why_not_delete() -> str:
    rotation = Rotation(lesson.holdings(lesson.november(), "ci-robot"))
    rotation.create()
    rotation.switch()
    return rotation.why_not("delete")


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # id_credentials_access-keys: two at most, active or inactive.
    "third_key": (third_key, "refused"),
    # id_credentials_passwords_account-policy: access keys go on working.
    "expired_password": (after_the_password, "yes"),
    # id_credentials_sts-comparison: GetSessionToken gives credentials of the user itself.
    "as_whom": (whose_token, "user"),
    # id_credentials_mfa_configure-api-require: a passkey cannot satisfy the MFA parameter.
    "which_device": (with_each_device, "app"),
    # STS API Reference, AssumeRole: more than the role's maximum fails.
    "two_hours": (lambda: sts().assume_role(lesson.LENA, AUDITOR, "lena", duration=2 * HOUR), "nothing"),
    # id_credentials_sts-comparison: credentials of AssumeRole cannot call GetSessionToken.
    "stretch": (stretched, "nothing"),
    # Not said plainly; the kit's default reading, with a switch for the other.
    "key_off": (after_noon, "yes"),
    # id_credentials_access-keys: deactivate first, verify, then delete.
    "delete_now": (why_not_delete, "no"),
}


def test_no_prediction_is_left_out() -> None:
    assert ANSWERS.keys() == PREDICTIONS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kit_answers_what_aws_publishes(name: str) -> None:
    answer, word = ANSWERS[name]
    assert PREDICTIONS[name].reveal(answer(), word)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_wrong_choice_has_its_misconception_and_the_right_one_a_reason(name: str) -> None:
    asked, (_, word) = PREDICTIONS[name], ANSWERS[name]
    assert asked.behind.keys() == asked.choices.keys() - {word}
    assert asked.why
    assert max(map(len, asked.lettered.values())) <= 37


def test_the_other_reading_ends_the_session_with_the_key() -> None:
    assert not after_noon(Readings(deactivated_key_ends_sessions=True))


def test_root_gets_an_hour_whatever_it_asks_for() -> None:
    """STS API Reference, GetSessionToken: 3600 seconds at most for the root user."""
    assert issued(sts().get_session_token(lesson.ROOT, duration=12 * HOUR)).lasts == HOUR


# Tables


def cells(table: Any) -> dict[str, tuple[str, ...]]:
    return {name: tuple(rest) for name, *rest in table.rows}


def test_the_table_of_holders_is_what_the_guide_says() -> None:
    """id, "Terms": long-term for users and root, temporary for what acts through roles."""
    found = cells(lesson.long_or_short())
    assert {who for who, (long, _) in found.items() if long == "yes"} == {"Root user", "IAM user"}
    assert all(short == "yes" for _, short in found.values())


def test_the_limits_are_those_of_the_quotas() -> None:
    """reference_iam-quotas, id_credentials_mfa."""
    found = {kind: most for kind, (_, most, *_) in cells(lesson.long_term()).items()}
    assert found == {
        "Console password": "1 per user",
        "Access key": "2 per user",
        "Service-specific credential": "2 per user and service",
        "Long-term API key of a service": "2 per user and service",
        "SSH public key": "5 per user",
        "Signing certificate": "2 per user",
        "MFA device": "8 per user",
    }


def test_what_acme_holds_is_what_the_table_says() -> None:
    found = cells(lesson.held(lesson.november()))
    assert found["backup"] == ("no", "1 active, 1 inactive", "none", "none")
    assert found["ci-robot"] == ("no", "1 active", "none", "codecommit, bedrock, SSH key")
    assert found["root"] == ("yes", "none", "hardware", "none")


def test_a_figure_that_aws_does_not_publish_is_marked() -> None:
    found = cells(lesson.lifetimes("", "ec2", "lambda", "assume-role", "aws-login"))
    assert found["EC2 instance's role"][0].endswith("(?)") and found["Lambda function's role"][0].endswith("(?)")
    assert found["AssumeRole"][0] == "15 minutes to 12 hours, 1 hour by default"
    assert found["aws login"][0] == "15 minutes"
    assert found["aws login"][1].startswith("Renewed by itself for up to 12 hours.")


def test_the_two_operations_differ_as_the_guide_says() -> None:
    found = cells(lesson.two_operations())
    assert found["who may call it"] == ("IAM user, Role session", "Root user, IAM user")
    assert "12 hours by default" in found["how long"][1]


# The day


def test_the_bars_of_the_day_end_one_by_one() -> None:
    """id_roles_use_switch-role-console: 12 hours; aws login: 15 minutes; AssumeRole: 1 hour; GetSessionToken: 12."""
    day, given = lesson.the_day()
    ends = {bar.label: bar.end for bar in lesson.bars(day, given) if bar.end is not None}
    clock = ["08:45", "10:30", "12:00", "15:00", "20:00", "21:00"]
    assert sorted(ends.values()) == [instant(f"2026-11-24T{time}:00Z") for time in clock]


def test_the_slider_counts_what_is_valid() -> None:
    day, given = lesson.the_day()
    panel = lifetime_slider(lesson.bars(day, given), day.events, start=day.start)
    counts = {}
    for time in ("08:00:00", "11:59:59", "12:00:00", "15:00:00", "21:00:00"):
        panel.slider.value = instant(f"2026-11-24T{time}Z")
        counts[time] = len(panel.valid)
    assert counts == {"08:00:00": 3, "11:59:59": 5, "12:00:00": 4, "15:00:00": 3, "21:00:00": 1}


# Exercises


def updated(*steps: str) -> Update:
    done = Update()
    for step in steps:
        done.do(step)
    return done


def ends(**changed: Any) -> dict[str, Any]:
    right = ("14:19:59", "11:14:59", "11:59:59", "12:19:59")
    rows = dict(zip(("lena", "root", "key", "session"), right, strict=True)) | changed
    return dict(zip(lesson.ENDING, rows.values(), strict=True))


def ana(**credentials: Any) -> dict[str, Any]:
    return {"iamkit": 1, "accounts": {ACCOUNT: {"users": {"ana": {"credentials": credentials}}}}}


def good(*keys: dict[str, str], devices: Any = ({},), **more: Any) -> dict[str, Any]:
    return ana(password={}, access_keys=list(keys or [FRESH]), mfa_devices=list(devices), **more)


FRESH, OLD = {"created": "2026-11-02T09:00:00Z"}, {"created": "2026-08-26T08:59:59Z"}
OFF = {"created": "2020-01-01T00:00:00Z", "status": "Inactive"}
IN_ORDER = ("create", "switch", "deactivate", "verify", "delete")
RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.rotate, updated("delete", "create", "switch", "delete", "deactivate", "verify", "delete")),
    (lesson.rotate, updated("create").do("switch").do("deactivate").do("verify").do("delete").do("delete")),
    (lesson.last_instants, {row: f"2026-11-24T{time}Z" for row, time in ends().items()}),
    (lesson.last_instants, ends(lena=" 14:19:59 ", key=instant("2026-11-24T11:59:59Z"))),
    (lesson.write_ana, good()),
    (lesson.write_ana, good({"created": "2026-08-26T09:00:00Z", "status": "Active"}, OFF)),
    (lesson.write_ana, good(devices=[{"kind": "passkey"}, {"kind": "virtual"}], ssh_keys=[{}])),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.rotate, updated("delete"), "not yet right", "programs may still sign with it"),
    (lesson.rotate, updated("deactivate"), "not yet right", "There is no second key yet"),
    (lesson.rotate, updated("create", "deactivate"), "not yet right", "Programs still sign with the old key"),
    (lesson.rotate, updated("create", "switch", "verify"), "not yet right", "what works may work by it"),
    (lesson.rotate, updated("create", "switch", "deactivate", "delete"), "not yet right", "Nobody has checked"),
    (lesson.rotate, updated("rotate"), "not yet right", "By the alphabet"),
    (lesson.rotate, updated(*IN_ORDER[:3]), "not finished", "3 of 5"),
    (lesson.rotate, list(IN_ORDER), "malformed", "robot_update"),
    (lesson.last_instants, ends(lena="14:20:00"), "not yet right", "first second at which it is over"),
    (lesson.last_instants, ends(lena="15:19:59"), "not yet right", "gives the default"),
    (lesson.last_instants, ends(root="22:14:59"), "not yet right", "more is cut"),
    (lesson.last_instants, ends(session="11:59:59"), "not yet right", "whatever becomes of the key"),
    (lesson.last_instants, ends(key="12:00"), "not yet right", "first second"),
    (lesson.last_instants, ends(key=None), "not finished", "3 of 4 right"),
    (lesson.last_instants, ends(key="no end"), "malformed", "hours, minutes and seconds"),
    (lesson.write_ana, ana(access_keys=[FRESH], mfa_devices=[{}]), "not yet right", "cannot sign in to the console"),
    (lesson.write_ana, good(devices=[{"kind": "passkey"}]), "not yet right", "She has only passkey"),
    (lesson.write_ana, good(devices=[]), "not yet right", "She has no MFA device"),
    (lesson.write_ana, good(FRESH, FRESH), "not yet right", "2 active access keys"),
    (lesson.write_ana, good(OFF), "not yet right", "0 active access keys"),
    (lesson.write_ana, good(OLD), "not yet right", "90 days old"),
    (lesson.write_ana, good({}), "not yet right", "how old her key is"),
    (lesson.write_ana, good({"created": "2026-12-01T00:00:00Z"}), "not yet right", "earlier day"),
    (lesson.write_ana, good(FRESH, FRESH, OFF), "malformed", "2 is the most"),
    (lesson.write_ana, good({"created": "yesterday"}), "malformed", "is not a time"),
    (lesson.write_ana, ana(passwort={}), "malformed", "passwort"),
    (lesson.write_ana, {"iamkit": 1, "accounts": {ACCOUNT: {"users": {"bo": {}}}}}, "not yet right", "no user `ana`"),
]


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict", "said"), WRONG, ids=[f"{i}-{row[0].name}" for i, row in enumerate(WRONG)]
)
def test_a_typical_wrong_answer_gets_its_verdict_and_a_next_step(
    exercise: Exercise, answer: Any, verdict: str, said: str
) -> None:
    found = exercise.check(answer)
    assert (found.verdict, bool(found)) == (verdict, False)
    assert said in found.text


def test_the_steps_are_listed_without_their_order() -> None:
    assert sorted(STEPS) == list(STEPS) and set(STEPS) == set(IN_ORDER)
    assert STEPS != IN_ORDER


def test_during_the_update_the_build_never_fails_and_one_new_key_is_left() -> None:
    update = Update()
    before = update.holdings.access_keys[0].id
    for step in IN_ORDER:
        assert update.do(step).build_works
    assert [key.status for key in update.holdings.access_keys] == ["Active"]
    assert update.holdings.access_keys[0].id != before
    assert [said.startswith("done") for _, said in update.log] == [True] * 5


def test_what_is_done_is_shown_as_a_table() -> None:
    bundle = updated("create", "delete")._repr_mimebundle_()
    assert "old key active, new key active; the nightly build works" in bundle["text/plain"]
    assert "refused: The old key is active" in bundle["text/plain"]
    assert "Nothing is done yet" in Update()._repr_mimebundle_()["text/html"]


def test_ninety_days_are_counted_to_the_second() -> None:
    assert NOW - instant(OLD["created"]) == 90 * DAY + 1
