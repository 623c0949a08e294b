"""Every exercise of every lesson, fed with right answers, other right answers, and what learners get wrong."""

from typing import Any

import pytest

from iamkit.lessons import (
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson08,
    lesson09,
    lesson10,
)
from iamkit.lessons.company import ACCOUNT, ANA, HANDBOOK, MALLORY, MARCH, PAYROLL, company, policy, statement
from iamkit.lessons.exercise import Exercise

LESSONS = {
    "00": lesson00,
    "01": lesson01,
    "02": lesson02,
    "03": lesson03,
    "04": lesson04,
    "05": lesson05,
    "06": lesson06,
    "08": lesson08,
    "09": lesson09,
    "10": lesson10,
}
EXERCISES = [(number, exercise) for number, lesson in LESSONS.items() for exercise in lesson.EXERCISES]
IDS = [f"{number}-{exercise.name}" for number, exercise in EXERCISES]
READ, FILES = "s3:GetObject", f"{PAYROLL}/*"
BOARD, MFA = f"{PAYROLL}/board/*", "aws:MultiFactorAuthPresent"
BO = f"arn:aws:iam::{ACCOUNT}:user/bo"
ADDRESS, VPN, OFFICE = "aws:SourceIp", "198.51.100.0/24", "203.0.113.0/24"
NOT_VPN, NO_MFA = {"NotIpAddress": {ADDRESS: VPN}}, {"BoolIfExists": {MFA: "false"}}
YEAR = f"{PAYROLL}/2027/*"
BACKUP, MAKE_KEY = f"arn:aws:iam::{ACCOUNT}:user/backup", "iam:CreateAccessKey"
ALL_OF_IAM = statement("Allow", "iam:*", "*")
NOWHERE = {"who": "workforce", "needs": "nothing special", "source": "nowhere yet", "center": "no"}


def keys_not_for(action: str = MAKE_KEY, **resource: Any) -> dict[str, Any]:
    """All of IAM, and a Deny with this resource element."""
    return policy(ALL_OF_IAM, {"Effect": "Deny", "Action": action, **resource})


def answer_of(code: str) -> Any:
    """What a solution's code assigns, or the world that it changes."""
    world = company()
    names: dict[str, Any] = {"acme": world.accounts[ACCOUNT]}
    exec(code, names)
    return next((value for name, value in names.items() if name.startswith("my_")), world)


@pytest.mark.parametrize(("number", "exercise"), EXERCISES, ids=IDS)
def test_untouched_is_never_wrong(number: str, exercise: Exercise) -> None:
    blank = company() if exercise.name == "bo_joins" else exercise.placeholder
    assert exercise.check(blank).verdict == "not attempted"
    assert exercise.check(None).verdict == "not attempted"


@pytest.mark.parametrize(("number", "exercise"), EXERCISES, ids=IDS)
def test_the_solution_is_right(number: str, exercise: Exercise) -> None:
    assert exercise.check(answer_of(exercise.solution().code))


@pytest.mark.parametrize(("number", "exercise"), EXERCISES, ids=IDS)
def test_hints_go_on_to_the_last_and_stay_there(number: str, exercise: Exercise) -> None:
    fresh = [exercise.hint().head for _ in range(6)]
    assert fresh[-1] == fresh[-2] and "Hint" in fresh[0]


def joined(**given: Any) -> Any:
    """The company with bo."""
    world = company()
    acme = world.accounts[ACCOUNT]
    acme.user("bo", **given)
    return world


def reads(*more: dict[str, Any]) -> dict[str, Any]:
    return policy(statement("Allow", READ, FILES), *more)


def named(principal: Any, action: str = READ) -> dict[str, Any]:
    return policy(statement("Allow", action, FILES, principal=principal))


def shut(principal: Any, action: str = "s3:*", **condition: Any) -> dict[str, Any]:
    return policy(statement("Deny", action, FILES, principal=principal, condition=condition))


RIGHT: list[tuple[Exercise, Any]] = [
    (lesson00.mallory_may, (READ, f"{HANDBOOK}/holidays/2027.pdf")),
    (lesson00.who_reads, {"ana": True, "mallory": False, "root": "Yes"}),
    (lesson00.one_file, policy(statement("Allow", "S3:getobject", [f"{PAYROLL}/commissions.csv"]))),
    (lesson01.bo_joins, joined(policies=["ReadPayroll"])),
    (lesson01.bo_joins, joined(policies=[reads()])),
    (
        lesson01.bucket_policy,
        policy(
            statement("Allow", READ, FILES, principal={"AWS": ANA}),
            statement("Allow", READ, FILES, principal={"AWS": BO}),
        ),
    ),
    (lesson03.board, policy(statement("Deny", "s3:Get*", BOARD), statement("Allow", READ, FILES))),
    (lesson03.board, reads(statement("Deny", "*", BOARD))),
    (lesson03.only_with_mfa, policy(statement("Allow", READ, FILES, condition={"Bool": {MFA: "true"}}))),
    (lesson03.only_with_mfa, reads(statement("Deny", "*", "*", condition={"BoolIfExists": {MFA: "false"}}))),
    (lesson03.let_the_robot_in, {"aws:SourceIp": "203.0.113.255", "aws:SecureTransport": True}),
    (lesson09.exception, {**NOWHERE, "access": "console"}),
    (lesson09.designated, keys_not_for("IAM:createaccesskey", NotResource=[BACKUP])),
    (lesson10.where, {"NotIpAddressIfExists": {ADDRESS: [VPN]}, "BoolIfExists": {MFA: False}}),
    (lesson10.flip, policy(statement("Allow", READ, YEAR, condition={"IpAddress": {ADDRESS: VPN}}))),
    (lesson10.flip, policy(statement("Allow", READ, f"{PAYROLL}/2027/q1.csv"))),
    (lesson10.shut, shut("*", ArnEquals={"aws:PrincipalArn": MALLORY})),
    (lesson10.shut, policy(statement("Deny", "*", f"{PAYROLL}*", principal={"AWS": MALLORY}))),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson00.mallory_may, (READ, MARCH), "not yet right", "Next step"),
    (lesson00.who_reads, {"ana": "yes", "mallory": "no", "root": "no"}, "not yet right", "root"),
    (lesson00.who_reads, {"ana": "yes", "mallory": None, "root": None}, "not finished", "mallory"),
    (lesson00.one_file, reads(), "over-permissive", "Name the one file"),
    (lesson00.one_file, policy(statement("Allow", READ, PAYROLL)), "over- and under-permissive", "not of a file"),
    (lesson00.one_file, policy(statement("Alow", READ, PAYROLL)), "malformed", "$.Statement[0].Effect"),
    (lesson01.bo_joins, joined(), "under-permissive", "bo"),
    (lesson01.bo_joins, joined(groups=["payroll-team", "staff"]), "over-permissive", "handbook"),
    (
        lesson01.bo_joins,
        joined(policies=[policy(statement("Allow", "s3:*", FILES))]),
        "over-permissive",
        "s3:GetObject",
    ),
    (lesson01.bucket_policy, named("*"), "over-permissive", "everybody in the world"),
    (lesson01.bucket_policy, named({"AWS": ANA}), "under-permissive", "user/bo"),
    (lesson01.bucket_policy, named({"AWS": f"arn:aws:iam::{ACCOUNT}:group/payroll-team"}), "malformed", "group"),
    (lesson01.sort, {"group": {"resource", "identity", "principal"}}, "not yet right", "group"),
    (lesson01.who_holds_what, {"the robot, with its access key": "temporary"}, "not yet right", "robot"),
    (lesson03.effects, {"Mallory deletes march.csv": "implicit"}, "not yet right", "Explicitly denied"),
    (lesson03.board, reads(), "over-permissive", "board"),
    (lesson03.board, reads(statement("Deny", "s3:*", FILES)), "under-permissive", "permits nothing at all"),
    (
        lesson03.only_with_mfa,
        reads(statement("Deny", "s3:*", FILES, condition={"Bool": {MFA: "false"}})),
        "over-permissive",
        "the key is missing",
    ),
    (
        lesson03.let_the_robot_in,
        {"aws:SourceIp": "203.0.114.1", "aws:SecureTransport": "true"},
        "not yet right",
        "Next",
    ),
    (lesson09.match, {"a program on an EC2 instance": "user"}, "not yet right", "A role hands them out"),
    (lesson09.match, {"a school, whose people are in Microsoft Entra": "SAML"}, "not yet right", "external provider"),
    (lesson09.match, {"a program on an EC2 instance": "key"}, "not yet right", "write one of 'center'"),
    (lesson09.match, {"a program on an EC2 instance": "role"}, "not finished", "1 of 7 right"),
    (lesson09.exception, {**NOWHERE, "center": "yes", "access": "both"}, "not yet right", "directory of its own"),
    (lesson09.exception, {**NOWHERE, "source": "Active Directory", "access": "both"}, "not yet right", "SAML 2.0"),
    (lesson09.exception, {**NOWHERE, "access": None}, "not finished", "Fill in the rest"),
    (lesson09.exception, {**NOWHERE, "access": "a key"}, "malformed", "programmatic; both"),
    (lesson09.exception, "IAM users", "malformed", "not answers"),
    (lesson09.designated, policy(ALL_OF_IAM), "over-permissive", "only a Deny does"),
    (lesson09.designated, keys_not_for(Resource=BACKUP), "over- and under-permissive", "wrong way round"),
    (lesson09.designated, keys_not_for(Resource="*"), "under-permissive", "leave `backup` out"),
    (
        lesson09.designated,
        policy(ALL_OF_IAM, statement("Allow", MAKE_KEY, BACKUP)),
        "over-permissive",
        "One more Allow takes nothing away",
    ),
    (lesson09.designated, keys_not_for("iam:*AccessKey", NotResource=BACKUP), "under-permissive", "your Deny"),
    (lesson10.names, {"acme-payroll* but not acme-*": "yes"}, "not yet right", "matches `acme-*` too"),
    (lesson10.names, {"acme-* but not acme-payroll*": "no"}, "not yet right", "is one"),
    (lesson10.flips, {"OnlyWithMfa": "yes"}, "not yet right", "Deny KeepRecords"),
    (lesson10.flips, {"KeepRecords and OnlyWithMfa": "no"}, "not yet right", "nothing is left"),
    (lesson10.where, {MFA: False, **NOT_VPN}, "not yet right", "says nothing of MFA"),
    (lesson10.where, {MFA: None, **NOT_VPN}, "not yet right", f"{MFA} = false"),
    (lesson10.where, NO_MFA, "not yet right", "it comes from the VPN"),
    (lesson10.where, {**NOT_VPN, "BoolIfExists": {MFA: "true"}}, "not yet right", "a second factor was used"),
    (lesson10.where, {**NOT_VPN, "BoolIfExists": {MFA: "..."}}, "not finished", "..."),
    (lesson10.where, "without MFA", "malformed", "as in the answer cell"),
    (lesson10.flip, policy(statement("Allow", READ, FILES)), "over-permissive", "more than reading that folder"),
    (
        lesson10.flip,
        policy(statement("Allow", READ, YEAR, condition={"IpAddress": {ADDRESS: OFFICE}})),
        "under-permissive",
        "Deny OnlyByVpn",
    ),
    (lesson10.flip, policy(statement("Allow", "s3:PutObject", YEAR)), "over- and under-permissive", "still no"),
    (lesson10.shut, shut("*"), "under-permissive", "reaches Ana"),
    (lesson10.shut, shut({"AWS": MALLORY}, Bool={MFA: "false"}), "over-permissive", "in whatever context"),
    (lesson10.shut, shut({"AWS": MALLORY}, action=READ), "over-permissive", "s3:PutObject"),
    (lesson10.shut, shut("*", StringNotEquals={"aws:username": "ana"}), "under-permissive", "application"),
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


def test_the_slider_of_lesson_10_has_one_no() -> None:
    assert [bool(world.can(MALLORY, READ, FILES)) for _, world in lesson10.steps()] == [True, True, True, False, True]


def test_the_slider_of_lesson_0_makes_it_true_at_its_third_step() -> None:
    assert lesson00.first_step_that_lets_in() == "3"
