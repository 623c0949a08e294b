"""Lesson 5, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit.lessons import lesson05 as lesson
from iamkit.lessons.ceilings import (
    AT_WORK,
    DEVELOPER,
    DORA,
    EVERYTHING,
    GUARD,
    LENA,
    LIMIT,
    MACHINES,
    NAMED,
    READ,
    WRITE,
)
from iamkit.lessons.company import ACCOUNT, ANA, BUILDS, HANDBOOK, IAM, MARCH, PAYROLL, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.predict import Prediction
from iamkit.readings import Readings

WELCOME, APP_ZIP, EVA = f"{HANDBOOK}/welcome.pdf", f"{BUILDS}/app.zip", AT_WORK.arn.replace("/dora", "/eva")
MACHINE, FUNCTION = MACHINES[0][1], f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:greet"
PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}


def three_services() -> Any:
    asked = ((WRITE, APP_ZIP), ("ec2:StartInstances", MACHINE), ("lambda:InvokeFunction", FUNCTION))
    return [lesson.workshop().decide(AT_WORK, *one) for one in asked]


def with_a_large_session_policy() -> Any:
    sts = lesson.sts_for(lesson.workshop())
    credentials = sts.assume_role(DORA, DEVELOPER, "dora", policy=EVERYTHING)
    return [sts.call(credentials, *one) for one in ((READ, WELCOME), ("ec2:StartInstances", MACHINE))]


def at_three_levels() -> Any:
    only_ec2 = policy(statement("Allow", "ec2:*", "*"))
    return lesson.workshop(scps={"Root": [EVERYTHING], "Workloads": [only_ec2]}).decide(ANA, READ, MARCH)


def terminating() -> Any:
    world = lesson.workshop(scps={"Root": [GUARD]})
    return [world.decide(who, "ec2:TerminateInstances", machine) for who, machine in MACHINES]


def three_names() -> Any:
    names = (ACCOUNT, DEVELOPER, AT_WORK.arn)
    return [lesson.workshop(bucket=lesson.reads_payroll(one)).decide(AT_WORK, READ, MARCH) for one in names]


def denied_in_the_boundary() -> Any:
    deny = statement("Deny", "s3:*", f"{PAYROLL}/*")
    world = lesson.workshop(boundary=policy(*LIMIT["Statement"], deny), bucket=lesson.reads_payroll(AT_WORK.arn))
    return world.decide(AT_WORK, READ, MARCH)


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # access_policies_boundaries: a boundary does not grant permissions on its own.
    "boundary_grants": (lambda: lesson.workshop().decide(AT_WORK, READ, WELCOME), "ImplicitlyDenied"),
    # access_policies_boundaries: effective permissions are the intersection.
    "both_sets": (three_services, "s3"),
    # access_policies, session policies: they limit the role's permissions and do not grant.
    "wider_session": (with_a_large_session_policy, "none"),
    # orgs_manage_policies_scps_evaluation: an Allow at every level.
    "levels": (at_three_levels, "ImplicitlyDenied"),
    # orgs_manage_policies_scps: root of member accounts, yes; management account and service-linked roles, no.
    "whom_it_stops": (terminating, "acme"),
    # orgs_manage_policies_scps and orgs_manage_policies_rcps: only an RCP reaches principals from outside.
    "outsider": (lambda: [lesson.guarded(kind).decide(LENA, READ, MARCH) for kind in ("scp", "rcp")], "rcp"),
    # policy-eval-denyallow: only a grant to the session passes by the boundary.
    "whose_name": (three_names, "session"),
    # policy-eval-denyallow: an explicit deny in any policy wins.
    "denied_after_all": (denied_in_the_boundary, "ExplicitlyDenied"),
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


@pytest.mark.parametrize(("allowed", "word"), [((0, 0), "both"), ((1, 1), "neither"), ((0, 1), "scp"), ((1, 0), "rcp")])
def test_what_stops_lena_is_read_off_both_decisions(allowed: Any, word: str) -> None:
    assert lesson.outsider.read(allowed) == word


# Tables

REFUSES, NOT = "yes", "no"


def test_the_table_of_names_is_that_of_the_guide() -> None:
    """policy-eval-denyallow and reference_policies_elements_principal, within one account."""
    assert [row[1:] for row in lesson.who_is_bound().rows] == [
        (NOT, NOT, "(none)"),
        (NOT, REFUSES, REFUSES),
        (NOT, NOT, NOT),
        (REFUSES, REFUSES, REFUSES),
        (NOT, NOT, NOT),
        (NOT, NOT, NOT),
    ]


def test_the_other_reading_takes_a_star_as_a_grant_to_the_role() -> None:
    other = Readings(star_bypasses_ceilings=False, star_with_principal_arn_bypasses_ceilings=False)
    rows = {row[0]: row[1:] for row in lesson.who_is_bound(other).rows}
    assert rows["*"] == rows["* and aws:PrincipalArn"] == (NOT, REFUSES, REFUSES)
    assert {name: rows[name] for name in list(NAMED)[:4]} == {row[0]: row[1:] for row in lesson.who_is_bound().rows[:4]}


def test_a_user_named_in_a_trust_policy_is_a_switch() -> None:
    """id_roles_update-role-trust-policy against policy-eval-denyallow."""
    asked = (DORA, "sts:AssumeRole", DEVELOPER)
    assert not lesson.with_boundary().decide(*asked)
    assert lesson.with_boundary(Readings(boundary_limits_user_named_in_trust=False)).decide(*asked)
    assert lesson.workshop().decide(*asked)


def test_alone_only_two_kinds_give_access() -> None:
    """access_policies: identity-based and resource-based policies grant permissions, the others set limits."""
    assert [answer for _, answer in lesson.alone().rows] == ["yes", "yes", "no", "no", "no", "no"]


def test_scps_follow_principals_and_rcps_resources() -> None:
    stopped, on = "is stopped", "goes on"
    assert [row[1:] for row in lesson.whom_they_bind().rows] == [
        (stopped, stopped),
        (stopped, stopped),
        (on, on),
        (on, stopped),
        (on, stopped),
        (stopped, on),
    ]


def test_the_five_stacks_are_told_as_they_are() -> None:
    rows = {row[0]: row[1:] for row in lesson.five_stacks().rows}
    assert rows["A"][:2] == ("read + write", "read")
    assert rows["D"][3] == "everything, write"
    assert rows["E"][4] == "write, to the session"


# Exercises


def limit(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", action, resource, condition=condition))


def all_but(action: str, effect: str = "Deny") -> dict[str, Any]:
    return {"Effect": effect, "NotAction": action, "Resource": "*"}


SHEETS = {one["Sid"]: one for one in lesson.OPEN_BUCKET["Statement"]}
YEAR, FILES = f"{BUILDS}/2026/*", f"{PAYROLL}/*"


def bucket(*more: dict[str, Any], leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return policy(*(one for sid, one in SHEETS.items() if sid not in leave_out), *more)


def shut(principal: Any, **condition: Any) -> dict[str, Any]:
    return statement("Deny", "s3:*", FILES, principal=principal, condition=condition)


def renamed(principal: Any) -> dict[str, Any]:
    return bucket(statement("Allow", READ, FILES, principal=principal), leave_out=("Debugging",))


RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.bound, {"the user's ARN": False, "the role's ARN": True, "the session's ARN": "No", "the account": "yes"}),
    (lesson.only_s3, limit(["S3:*"])),
    (lesson.only_s3, policy(*EVERYTHING["Statement"], all_but("s3:*"))),
    (lesson.only_s3, policy(statement("Allow", "s3:Get*", "*"), statement("Allow", "s3:*", "*"))),
    (lesson.one_folder, limit(READ, YEAR)),
    # The role cannot read the payroll, nor call Lambda, so allowing them leaves no more.
    (lesson.one_folder, limit(READ, [YEAR, FILES])),
    (lesson.one_folder, limit([READ, "ec2:*"], YEAR)),
    (lesson.one_folder, policy(*limit(READ, YEAR)["Statement"], *limit("lambda:*")["Statement"])),
    (lesson.one_folder, policy(*EVERYTHING["Statement"], all_but(READ),
                               {"Effect": "Deny", "Action": "*", "NotResource": YEAR})),
    (lesson.stacks, {"A": "read", "B": "nothing", "C": "nothing", "D": "write", "E": "both"}),
    (lesson.close, bucket(leave_out=("Debugging",))),
    (lesson.close, bucket(leave_out=("Debugging", "Developers"))),
    (lesson.close, renamed({"AWS": DEVELOPER})),
    (lesson.close, renamed({"AWS": ACCOUNT})),
    (lesson.close, renamed({"AWS": ANA})),  # She may read it anyway.
    (lesson.close, bucket(shut({"AWS": AT_WORK.arn}))),
    (lesson.close, bucket(shut("*", ArnEquals={"aws:PrincipalArn": DEVELOPER}))),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.bound, {"the role's ARN": "no"}, "not yet right", "a limit of the role"),
    (lesson.bound, {"the session's ARN": "yes"}, "not yet right", "the one who asks"),
    (lesson.bound, {"the account": "no"}, "not yet right", "delegates"),
    (lesson.bound, {"the account": "perhaps"}, "not yet right", 'write "yes" or "no"'),
    (lesson.bound, {"the account": "yes"}, "not finished", "1 of 4 right"),
    (lesson.only_s3, EVERYTHING, OVER, "limits nothing"),
    (lesson.only_s3, policy(all_but("s3:*")), UNDER, "without an Allow leaves nothing"),
    (lesson.only_s3, limit("s3:Create*"), UNDER, "All of S3 is to be left"),
    (lesson.only_s3, limit("s3:*", "arn:aws:s3:::*"), UNDER, "about no bucket"),
    (lesson.only_s3, policy(*EVERYTHING["Statement"], statement("Deny", ["ec2:*", "lambda:*"], "*")), OVER, "never"),
    (lesson.only_s3, limit(["s3:*", "iam:*"]), OVER, "what your boundary allows"),
    (lesson.only_s3, policy(all_but("s3:*", "Allow")), BOTH, "what your boundary allows"),
    (lesson.only_s3, policy(statement("Allow", "s3:*", "*", principal="*")), "malformed", "no Principal"),
    (lesson.one_folder, limit(READ), OVER, "acme-builds/example"),
    (lesson.one_folder, limit(READ, f"{BUILDS}/2026*"), OVER, "End with"),
    (lesson.one_folder, limit(READ, f"{BUILDS}/2026/"), UNDER, "no file in the folder"),
    (lesson.one_folder, limit("s3:Get*", YEAR), OVER, "more than reading files"),
    (lesson.one_folder, policy(statement("Deny", WRITE, YEAR)), UNDER, "without an Allow leaves nothing"),
    (lesson.one_folder, limit(WRITE, YEAR), BOTH, "s3:PutObject"),
    (lesson.one_folder, limit(READ, YEAR, IpAddress={"aws:SourceIp": "203.0.113.0/24"}), UNDER, "session policy"),
    (lesson.one_folder, limit(READ, "acme-builds/2026/*"), "malformed", "acme-builds/2026/*"),
    (lesson.stacks, {"B": "both"}, "not yet right", "Does any policy grant"),
    (lesson.stacks, {"E": "read"}, "not yet right", "no limit, but a grant"),
    (lesson.stacks, {"C": "both"}, "not yet right", "cut off"),
    (lesson.stacks, {"C": "none"}, "not yet right", 'write "read"'),
    (lesson.stacks, {"A": "read", "D": None}, "not finished", "1 of 5 right"),
    (lesson.close, bucket(leave_out=("Developers",)), OVER, "Debugging"),
    (lesson.close, renamed("*"), OVER, "Dora's session still may"),
    (lesson.close, renamed({"AWS": EVA}), OVER, "developer/eva"),
    (lesson.close, bucket(shut("*")), UNDER, "user/ana"),
    (lesson.close, bucket(shut({"AWS": ACCOUNT})), UNDER, "should still be allowed"),
    (lesson.close, policy(SHEETS["Everyone"]), UNDER, "role/payroll-app"),
    (lesson.close, policy(SHEETS["Debugging"]), BOTH, "Dora's session still may"),
    (lesson.close, bucket({**SHEETS["Payslips"], "Principal": {"AWS": ANA}}, leave_out=("Debugging", "Payslips")), BOTH,
     "user/ana` may now"),
    (lesson.close, bucket(shut({"AWS": f"{IAM}group/staff"})), "malformed", "group"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict", "said"), WRONG, ids=[f"{i}-{row[0].name}" for i, row in enumerate(WRONG)]
)
def test_a_typical_wrong_answer_gets_its_verdict_and_a_next_step(
    exercise: Exercise, answer: Any, verdict: str, said: str
) -> None:
    found = exercise.check(answer)
    assert (found.verdict, bool(found)) == (verdict, False)
    assert said in found.text


def test_the_gap_of_the_last_exercise_is_one_and_the_only_one() -> None:
    def reads(document: Any) -> bool:
        return bool(lesson.workshop(bucket=document).can(AT_WORK, "s3:*", FILES))

    assert reads(lesson.OPEN_BUCKET)
    assert {sid for sid in SHEETS if not reads(bucket(leave_out=(sid,)))} == {"Debugging"}
