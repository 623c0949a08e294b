"""Lesson 4, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit.errors import PolicyError
from iamkit.identity.principals import Session
from iamkit.lessons import lesson04 as lesson
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDIT_FIRM,
    HANDBOOK,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    policy,
    statement,
)
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.monthend import APP, ASSUME, MAY_ASK, MFA, MONTH_END, OFFICE, ROOT, SCALING, month_end, trusting
from iamkit.lessons.predict import Prediction

OLGA, TEAM = f"{IAM}user/olga", f"{IAM}group/payroll-team"
AT_OFFICE = f"arn:aws:sts::{ACCOUNT}:assumed-role/office-login"
PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}


def inside_she_reads() -> Any:
    sts = lesson.sts_for(month_end())
    return sts.call(sts.assume_role(ANA, MONTH_END, "ana"), "s3:GetObject", MARCH)


def both_trusts() -> Any:
    trusts = (trusting({"AWS": ANA}), trusting({"AWS": ACCOUNT}))
    return [month_end(trust).decide(ANA, ASSUME, MONTH_END) for trust in trusts]


def assumed_again(*trusted: str) -> Any:
    sts = lesson.sts_for(month_end(trusting({"AWS": [ANA, *trusted]})))
    first = sts.assume_role(ANA, MONTH_END, "ana")
    assert first
    return sts.assume_role(first, MONTH_END, "ana")


def group_named() -> Any:
    try:
        return month_end(trusting({"AWS": TEAM}))
    except PolicyError as error:
        return error


def made_anew(saved_again: bool = False) -> Any:
    world = month_end(trusting({"AWS": APP}))
    acme = world.accounts[ACCOUNT]
    assert world.decide(APP, ASSUME, MONTH_END)
    world.delete(acme.roles["payroll-app"])
    acme.role("payroll-app", trust=trusting({"Service": "lambda.amazonaws.com"}), policies=["ReadPayroll"])
    if saved_again:
        del acme.roles["month-end"]
        acme.role("month-end", trust=trusting({"AWS": APP}))
    return world.decide(APP, ASSUME, MONTH_END)


def robot_reads(may_pass: bool) -> Any:
    world = lesson.handing_over(may_pass)
    return world.reach(ROBOT, ("s3:GetObject", f"{PAYROLL}/*"), escalation=True)


def olga_reaches() -> Any:
    return [lesson.with_administrator().reach(OLGA, role, escalation=True) for role in (APP, SCALING)]


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # id_roles: who assumes a role gives up their own permissions for the time.
    "own_rights": (inside_she_reads, "ImplicitlyDenied"),
    # policy-eval-denyallow: a grant to the user itself suffices in the account, one to the account delegates.
    "which_trust": (both_trusts, "ana"),
    # reference_policies_elements_principal: :root is the account. sts-comparison: no AssumeRole by root.
    "account_root": (
        lambda: month_end(trusting({"AWS": ROOT}), ana=MAY_ASK).who_can(ASSUME, MONTH_END),
        "ana",
    ),
    # id_roles_update-role-trust-policy: a role that assumes itself must be named in its own trust policy.
    "again": (assumed_again, "refused"),
    # reference_policies_elements_principal: a group cannot be a principal.
    "group_named": (group_named, "rejected"),
    # reference_policies_elements_principal: the ID is kept, and a role made anew has another one.
    "namesake": (made_anew, "ImplicitlyDenied"),
    # id_roles_use_passrole: who may pass a role to a service can make the service act with it.
    "handed_over": (lambda: robot_reads(True), "yes"),
    # id_roles: a service-linked role's trust and permissions cannot be edited; a service role's can.
    "which_roles": (olga_reaches, "app"),
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


def test_the_table_of_the_lock_is_that_of_the_guide() -> None:
    """policy-eval-denyallow and id_roles_update-role-trust-policy, within one account."""
    assert [row[1:] for row in lesson.combinations().rows] == [
        ("opens", "opens", "shut"),
        ("shut", "opens", "shut"),
        ("shut", "shut", "shut"),
    ]


def test_what_is_allowed_inside_opens_no_door() -> None:
    for others in ((), ("own",), ("account",)):
        assert not lesson.door({*others, "inside"}).decide(ANA, ASSUME, MONTH_END)


def test_the_account_and_the_user_named_together_are_as_good_as_the_user() -> None:
    assert lesson.door({"user", "account"}).decide(ANA, ASSUME, MONTH_END)


def test_a_role_that_trusts_itself_and_a_policy_that_is_saved_again_let_in() -> None:
    assert assumed_again(MONTH_END)
    assert made_anew(saved_again=True)


def test_without_pass_role_the_robot_reads_nothing_of_the_payroll() -> None:
    assert not robot_reads(False)


def test_nobody_writes_the_payroll_as_themselves() -> None:
    for who in (ANA, MALLORY, ROBOT):
        assert not month_end().can(who, "s3:PutObject", f"{PAYROLL}/*")
    assert month_end().reach(ANA, ("s3:PutObject", f"{PAYROLL}/*"))
    assert not month_end().reach(MALLORY, ("s3:PutObject", f"{PAYROLL}/*"))


def test_the_three_refusals_of_the_exercises_are_refusals() -> None:
    first = lesson.sts_for(month_end(trusting({"AWS": ACCOUNT}))).assume_role(ANA, MONTH_END, "ana")
    second = lesson.sts_for(lesson.wrong_name()).assume_role(ANA, MONTH_END, "ana")
    third = lesson.sts_for(month_end()).assume_role(Session(OFFICE, "ana"), MONTH_END, "ana")
    assert [one.error for one in (first, second, third)] == ["AccessDenied"] * 3


def test_a_refusal_says_which_half_is_missing() -> None:
    refused = lesson.sts_for(month_end(trusting({"AWS": ACCOUNT}))).assume_role(ANA, MONTH_END, "ana")
    for text in (refused.explain(), *refused._repr_mimebundle_().values()):
        assert "no Allow for sts:AssumeRole in the identity-based policies" in text
    assert refused.to_dict()["decision"]["effect"] == "ImplicitlyDenied"


# Exercises


def lets_in(principal: Any, action: Any = ASSUME, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", action, principal=principal, condition=condition))


def asks(action: Any = ASSUME, resource: Any = MONTH_END, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", action, resource, condition=condition))


def without_mfa_no(operator: str) -> dict[str, Any]:
    deny = statement("Deny", "sts:*", principal={"AWS": ANA}, condition={operator: {MFA: "false"}})
    return policy(statement("Allow", ASSUME, principal={"AWS": ANA}), deny)


WITH_MFA, BY_ARN = {MFA: "true"}, {"ArnEquals": {"aws:PrincipalArn": ANA}}
RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.own_half, asks("STS:assumerole", [MONTH_END])),
    (lesson.own_half, policy(*asks()["Statement"], statement("Deny", "s3:DeleteBucket", "*"))),
    (lesson.trust_half, lets_in({"AWS": [ANA]})),
    (lesson.trust_half, lets_in({"AWS": ACCOUNT}, **BY_ARN)),
    (lesson.trust_half, lets_in({"AWS": ROOT}, StringEquals={"aws:username": "ana"})),
    (lesson.session_half, lets_in({"AWS": f"{AT_OFFICE}/ana"}, [ASSUME])),
    (lesson.session_half, lets_in({"AWS": OFFICE}, StringLike={"aws:userid": "*:ana"})),
    (lesson.with_mfa, lets_in({"AWS": ANA}, Bool={MFA: True})),
    (lesson.with_mfa, without_mfa_no("BoolIfExists")),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.halves, {"C": "trust"}, "not yet right", "never on what (Resource)"),
    (lesson.halves, {"E": "permission"}, "not yet right", "never who"),
    (lesson.halves, {"A": "neither"}, "not yet right", "it has one of the two"),
    (lesson.halves, {"A": "in"}, "not yet right", 'write "trust"'),
    (lesson.halves, {"A": "trust"}, "not finished", "1 of 6 right"),
    (lesson.own_half, asks(resource="*"), OVER, "Name the one role"),
    (lesson.own_half, asks(resource=f"{IAM}role/*"), OVER, "look at the Resource"),
    (lesson.own_half, asks("sts:*"), OVER, "Coming in is one action"),
    (lesson.own_half, lesson.WRITE, BOTH, "Writing is allowed inside already"),
    (lesson.own_half, asks(Bool=WITH_MFA), UNDER, "Condition Bool"),
    (lesson.own_half, lets_in({"AWS": ANA}), "malformed", "no Principal here"),
    (lesson.trust_half, lets_in({"AWS": ACCOUNT}), OVER, "user/ci-robot"),
    (lesson.trust_half, lets_in("*"), OVER, "user/ci-robot"),
    (lesson.trust_half, lets_in({"AWS": [ANA, AUDIT_FIRM]}), OVER, "from outside of the account"),
    (lesson.trust_half, lets_in({"AWS": ANA, "Service": "lambda.amazonaws.com"}), OVER, "lambda.amazonaws.com"),
    (lesson.trust_half, lets_in({"AWS": ANA}, "sts:*"), OVER, "more than coming in"),
    (lesson.trust_half, lets_in({"AWS": MALLORY}), BOTH, "user/mallory"),
    (lesson.trust_half, lets_in({"AWS": ANA}, Bool=WITH_MFA), UNDER, "user/ana"),
    (lesson.trust_half, lets_in({"AWS": TEAM}), "malformed", "group"),
    (lesson.trust_half, lets_in({"AWS": ANA}, "s3:PutObject"), "malformed", "no place in a trust policy"),
    (lesson.trust_half, policy(statement("Allow", ASSUME, MONTH_END, principal={"AWS": ANA})), "malformed", "Resource"),
    (lesson.session_half, lets_in({"AWS": OFFICE}), OVER, "role/office-login"),
    (lesson.session_half, lets_in({"AWS": [f"{AT_OFFICE}/ana", f"{AT_OFFICE}/eva"]}), OVER, "office-login/eva"),
    (lesson.session_half, lets_in({"AWS": [f"{AT_OFFICE}/ana", ANA]}), OVER, "user/ana"),
    (lesson.session_half, lets_in({"AWS": ANA}), BOTH, "office-login/ana` should get in"),
    (lesson.session_half, lets_in({"AWS": OFFICE}, StringEquals={"sts:RoleSessionName": "ana"}), BOTH, "office-login"),
    (lesson.with_mfa, lets_in({"AWS": ANA}), OVER, "without a second factor"),
    (lesson.with_mfa, lets_in({"AWS": ANA}, BoolIfExists=WITH_MFA), OVER, "Where the key is missing"),
    (lesson.with_mfa, without_mfa_no("Bool"), OVER, "Where the key is missing"),
    (lesson.with_mfa, lets_in({"AWS": ROOT}, Bool=WITH_MFA), OVER, "the whole account"),
    (lesson.with_mfa, lets_in({"AWS": ROOT}, Bool=WITH_MFA, **BY_ARN), UNDER, "only delegates"),
    (lesson.with_mfa, lets_in({"AWS": ANA}, Bool={MFA: "false"}), BOTH, "Condition"),
    (lesson.with_mfa, lets_in({"AWS": ANA}, StringEquals=WITH_MFA), UNDER, "the request has 'TRUE'"),
    (lesson.with_mfa, lets_in({"AWS": ANA}, "*", Bool=WITH_MFA), "malformed", "no place in a trust policy"),
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


def test_the_handbook_stays_closed_inside() -> None:
    sts = lesson.sts_for(month_end())
    assert not sts.call(sts.assume_role(ANA, MONTH_END, "ana"), "s3:GetObject", f"{HANDBOOK}/welcome.pdf")
