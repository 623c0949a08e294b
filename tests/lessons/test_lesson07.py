"""Lesson 7, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable
from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.clock import instant, iso
from iamkit.credentials.events import Change
from iamkit.lessons import lesson07 as lesson
from iamkit.lessons.chained import (
    ADMIN,
    APP,
    APPLICATION,
    ARCHIVE,
    ASSUME,
    DEPLOY,
    FIVE_PAST_TEN,
    HELPDESK,
    NINE,
    OLGA,
    READ,
    TWELVE_HOURS,
    company,
    mended,
    office,
    robots_key,
    stolen,
    sts_for,
    work,
)
from iamkit.lessons.company import ACCOUNT, ANA, AUDIT_FIRM, HANDBOOK, MALLORY, MARCH, PAYROLL, ROBOT, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.predict import Prediction

PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}


def first_hop(sts: ik.Sts, by: str = ROBOT, **asked: Any) -> ik.Credentials:
    first = sts.assume_role(by, DEPLOY, "nightly", **asked)
    assert isinstance(first, ik.Credentials)
    return first


def chained(**asked: Any) -> Any:
    sts = sts_for(company(longest=TWELVE_HOURS))
    return sts.assume_role(first_hop(sts), APP, "nightly", **asked)


def publishes_as_app() -> Any:
    return sts_for(company()).call(chained(), "s3:PutObject", f"{HANDBOOK}/new.pdf")


def late_in_the_first() -> Any:
    sts = sts_for(company(longest=TWELVE_HOURS))
    first = first_hop(sts)
    sts.clock.set("2026-11-24T09:50:00Z")
    return sts.assume_role(first, APP, "nightly")


def begun_by_ana(source_identity: str | None = "ci-robot", **asked: Any) -> Any:
    sts = sts_for(company())
    tags = {"release": "7", "paid-by": "builds"}
    first = first_hop(sts, ANA, tags=tags, transitive=["release"], source_identity="ana")
    return sts.assume_role(first, APP, "trial", source_identity=source_identity, **asked)


def latest(day: ik.Timeline, key: Any) -> Any:
    return ik.latest_access(day, key, READ)


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # id_roles: the permissions of who assumes a role are set aside.
    "set_aside": (publishes_as_app, "ImplicitlyDenied"),
    # STS API Reference, AssumeRole: in role chaining, more than an hour fails.
    "twelve": (lambda: chained(duration=TWELVE_HOURS), "refused"),
    # The same: DurationSeconds counts from the issue; an hour if nothing is asked for.
    "outlives": (late_in_the_first, "10:50"),
    # id_credentials_temp_control-access_monitor: once set, it cannot be changed along the chain.
    "other_name": (begun_by_ana, "refused"),
    # STS API Reference, GetSessionToken: 36 hours; and an hour for each hop of the chain.
    "deactivated": (lambda: latest(*stolen()), "38"),
    "trust_fixed": (lambda: latest(*mended()), "12:04:57"),
    # id_roles_use_revoke-sessions: only sessions that were issued before are denied.
    "revoke_one": (lambda: latest(*mended(events.revoke_sessions(APP))), "no"),
    # id_roles_update-role-trust-policy: a role that trusts itself may assume itself.
    "loop": (lambda: latest(*mended(itself=True)), "never"),
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


# The story


def test_the_company_has_the_chain_of_the_story_and_mallory_has_none() -> None:
    world = company()
    assert world.reach(ROBOT, READ).principals == (ROBOT, DEPLOY, APP)  # type: ignore[union-attr]
    assert not world.reach(MALLORY, READ)
    assert not world.can(ROBOT, *READ)


def test_an_hour_is_the_most_in_a_chain_and_an_hour_and_a_second_is_refused() -> None:
    assert chained(duration=3600).lasts == 3600
    assert chained(duration=3601).error == "ValidationError"


def test_transitive_tags_and_the_source_identity_travel_along_and_the_other_tags_do_not() -> None:
    """id_session-tags; id_credentials_temp_control-access_monitor."""
    second = begun_by_ana(source_identity=None)
    assert (dict(second.session.tags), second.source_identity) == ({"release": "7"}, "ana")
    assert not begun_by_ana(source_identity=None, tags={"release": "7"})


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (stolen(), "2026-11-25T23:39:56Z"),
        (stolen(deactivated_key_ends_sessions=True), "2026-11-24T09:39:59Z"),
        (mended(), "2026-11-24T12:04:57Z"),
    ],
)
def test_the_last_instants_of_the_story(day: tuple[Any, Any], last: str) -> None:
    found = latest(*day)
    assert iso(found.instant) == last and found.check()


def test_every_step_is_accepted_by_sts_and_one_second_later_is_refused() -> None:
    day, key = mended()
    found = latest(day, key)
    token, deploy, app = found.credentials
    assert [one.operation for one in found.credentials] == ["GetSessionToken", "AssumeRole", "AssumeRole"]
    assert day.sts(token.issued).get_session_token(key, duration=token.lasts)
    assert not day.sts(token.issued + 1).get_session_token(key, duration=token.lasts)
    assert day.sts(deploy.issued).assume_role(token, DEPLOY, "session")
    assert not day.sts(deploy.issued + 1).assume_role(token, DEPLOY, "session")
    assert day.sts(app.issued).assume_role(deploy, APP, "session")
    assert not day.sts(app.issued + 1).assume_role(deploy, APP, "session")
    assert day.sts(found.instant).call(app, "s3:GetObject", MARCH).allowed  # type: ignore[union-attr]
    assert day.sts(found.instant + 1).call(app, "s3:GetObject", MARCH).error == "ExpiredToken"  # type: ignore[union-attr]


def test_the_table_of_single_remedies() -> None:
    """Each instant by hand: the last second before 10:05 to come in, and an hour for each hop from there."""
    assert [row[1:] for row in lesson.remedies().rows] == [
        ("12:04:57", "yes"),
        ("12:04:57", "yes"),
        ("11:04:58", "yes"),
        ("12:04:57", "yes"),
        ("10:04:59", "no"),
        ("10:04:59", "no"),
    ]


def test_the_others_work_until_something_reaches_them() -> None:
    assert all(work(mended()[0]).values())
    for change, harmed in ((events.delete(ANA), 3), (events.delete(APP), 2), (events.delete(DEPLOY), 2)):
        assert list(work(mended(change)[0]).values()).count(False) == harmed
    assert not work(mended(events.delete(APP))[0])[APPLICATION]


def test_who_can_become_an_administrator() -> None:
    world = office()
    found = {who: bool(world.reach(who, ADMIN)) for who in (ANA, ROBOT, MALLORY, OLGA, HELPDESK)}
    assert found == {ANA: False, ROBOT: True, MALLORY: True, OLGA: True, HELPDESK: True}


# Exercises


def answer_of(code: str) -> Any:
    names: dict[str, Any] = {"events": events}
    exec(code, names)
    return next(value for name, value in names.items() if name.startswith("my_"))


@pytest.mark.parametrize("exercise", lesson.EXERCISES, ids=lambda exercise: exercise.name)
def test_untouched_is_never_wrong_and_the_solution_is_right(exercise: Exercise) -> None:
    assert exercise.check(exercise.placeholder).verdict == "not attempted"
    assert exercise.check(None).verdict == "not attempted"
    assert exercise.check(answer_of(exercise.solution().code))
    heads = [exercise.hint().head for _ in range(5)]
    assert "Hint 1" in heads[0] and heads[-1] == heads[-2]


def door(role: str, principal: Any, *more: dict[str, Any], **condition: Any) -> dict[str, Any]:
    return {"role": role, "trust": policy(statement("Allow", ASSUME, principal=principal, condition=condition), *more)}


def older(than: str = FIVE_PAST_TEN, operator: str = "DateLessThan", action: str = "*") -> dict[str, Any]:
    return policy(statement("Deny", action, "*", condition={operator: {"aws:TokenIssueTime": than}}))


def put(role: str, document: dict[str, Any]) -> Change:
    return events.put_policy(role, "Stop", document)


def bucket(than: str = FIVE_PAST_TEN) -> Change:
    deny = statement(
        "Deny", "s3:*", READ[1], principal="*", condition={"DateLessThan": {"aws:TokenIssueTime": than}}
    )  # fmt: skip
    return events.set_resource_policy(PAYROLL, policy(deny))


WHOLE = "key → deploy → payroll-app, from the first hop to the end of all"
NOT_HELPDESK = {"ArnNotEquals": {"aws:PrincipalArn": HELPDESK}}
RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.durations, dict.fromkeys(lesson.durations.placeholder, 12) | {
        "key → deploy → payroll-app": "1 hour",
        WHOLE: 13.0,
    }),
    (lesson.admins, dict.fromkeys(lesson.admins.placeholder, True) | {"ana": False, "tickets": "No"}),
    (lesson.one_door, door(DEPLOY, {"AWS": [ROBOT]})),
    (lesson.one_door, door("deploy", {"AWS": [ROBOT, ADMIN]})),
    (lesson.one_door, door("role/deploy", {"AWS": ACCOUNT}, **NOT_HELPDESK)),
    (lesson.one_door, door("deploy", {"AWS": ACCOUNT}, statement("Deny", ASSUME, principal={"AWS": HELPDESK}))),
    (lesson.stop, [put(DEPLOY, older()), put(APP, older())]),
    (lesson.stop, (put(DEPLOY, older(action="sts:AssumeRole")), events.revoke_sessions(APP))),
    (lesson.stop, [put(DEPLOY, older("2026-11-24T10:05:30Z", "DateLessThanEquals")), events.revoke_sessions(APP, 0)]),
    (lesson.stop, [events.revoke_sessions(DEPLOY), bucket()]),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    found = exercise.check(answer)
    assert found, found.text


OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
ALL_OF_APP = policy(statement("Deny", "*", "*"))
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.durations, {"key → deploy → payroll-app": 12}, "not yet right", "a role assumes a role"),
    (lesson.durations, {"key → session token → deploy": 1}, "not yet right", "no role"),
    (lesson.durations, {WHOLE: 12}, "not yet right", "Add"),
    (lesson.durations, {"key → deploy": 12}, "not finished", "1 of 4 right"),
    (lesson.durations, {"key → deploy": "long"}, "malformed", "Write hours"),
    (lesson.durations, {"key → payroll-app": 1}, "malformed", "There is no row"),
    (lesson.admins, {"tickets": "yes"}, "not yet right", "An arrow *to* it"),
    (lesson.admins, {"mallory": "no"}, "not yet right", "there is a chain"),
    (lesson.admins, {"ana": "perhaps"}, "not yet right", 'write "yes" or "no"'),
    (lesson.one_door, door("admin", {"AWS": OLGA}), UNDER, "`user/ci-robot` can no longer become `role/admin`"),
    (lesson.one_door, door("upkeep", {"AWS": HELPDESK}), BOTH, "`user/mallory` can still become `role/admin`"),
    (lesson.one_door, door("helpdesk", {"AWS": OLGA}), BOTH, "`user/olga` can become `role/helpdesk` now"),
    (lesson.one_door, door("deploy", {"AWS": ACCOUNT}), OVER, "still become"),
    (lesson.one_door, door("deploy", {"AWS": [ROBOT, ANA]}), OVER, "`user/ana` can become `role/admin` now"),
    (lesson.one_door, door("deploy", {"AWS": [ROBOT, AUDIT_FIRM]}), OVER, AUDIT_FIRM),
    (lesson.one_door, door("deploy", {"AWS": ROBOT, "Service": "ec2.amazonaws.com"}), OVER, "ec2.amazonaws.com"),
    (lesson.one_door, door("deploy", {"AWS": OLGA}), UNDER, "no longer become"),
    (lesson.one_door, door("deploy", {"AWS": "..."}), "not finished", "Fill in"),
    (lesson.one_door, door("ghost", {"AWS": ROBOT}), "malformed", "ghost"),
    (lesson.one_door, {"deploy": "robot"}, "malformed", "not one door"),
    (lesson.stop, [events.revoke_sessions(APP)], OVER, "still good for something: `role/deploy`"),
    (lesson.stop, [events.revoke_sessions(DEPLOY)], OVER, "still good for something: `role/payroll-app`"),
    (lesson.stop, events.delete(ROBOT), BOTH, "The robot's storing of builds"),
    (lesson.stop, [put(APP, ALL_OF_APP)], UNDER, "The application"),
    (lesson.stop, [events.delete(APP)], UNDER, "Next step: stop what was issued before 10:05"),
    (lesson.stop, [events.delete(DEPLOY), events.revoke_sessions(APP)], UNDER, "Publishing as `deploy`"),
    (lesson.stop, [put(DEPLOY, older("2026-11-24T12:00:00Z")), events.revoke_sessions(APP)], UNDER, "Ana assumes"),
    (lesson.stop, [put(DEPLOY, older("2026-11-24T10:00:00Z")), events.revoke_sessions(APP)], OVER, "12:04:57"),
    (lesson.stop, [bucket()], OVER, "role/deploy"),
    (lesson.stop, [events.set_trust(DEPLOY, lesson.let_in(ROBOT))], BOTH, "2026-11-25 23:39:56"),
    (lesson.stop, "revoke it", "malformed", "not a list of events"),
    (lesson.stop, [events.delete(f"{ARCHIVE}x")], "malformed", "archivex"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict", "said"), WRONG, ids=[f"{i}-{row[0].name}" for i, row in enumerate(WRONG)]
)
def test_a_typical_wrong_answer_gets_its_verdict_and_a_next_step(
    exercise: Exercise, answer: Any, verdict: str, said: str
) -> None:
    found = exercise.check(answer)
    assert (found.verdict, bool(found)) == (verdict, False), found.text
    assert said in found.text


def test_after_the_solution_nothing_is_left_and_it_is_proved() -> None:
    day, key = mended(*answer_of(lesson.stop.solution().code))
    after = ik.latest_access(day, key, READ, after="2026-11-24T10:04:59Z")
    assert not after and after.check()  # type: ignore[union-attr]
    assert day.world_at(FIVE_PAST_TEN).decide(ROBOT, "s3:PutObject", "arn:aws:s3:::acme-builds/1.zip")


def test_the_stolen_key_is_the_robots() -> None:
    day, key = stolen()
    assert key.owner == ROBOT and robots_key(day.world_at(NINE)).status == "Active"
    assert day.breaks == (instant("2026-11-24T09:40:00Z"),)
