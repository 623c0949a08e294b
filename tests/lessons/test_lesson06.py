"""Lesson 6, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit.credentials.tokens import Credentials
from iamkit.identity.principals import Session
from iamkit.lessons import lesson06 as lesson
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDIT_FIRM,
    AUDITOR,
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
from iamkit.lessons.ledger import (
    ASSUME,
    BOOK,
    CHANGES,
    DESK,
    EVERYTHING,
    EXTERNAL_ID,
    HEADQUARTERS,
    KEYS,
    LENA,
    LOGS,
    MAY_ASK,
    OTTO,
    PAPERS,
    PRIVATE,
    READ,
    READ_PAYROLL,
    REPORTS,
    SOURCE_ACCOUNT,
    sharing,
    trusting,
    two_companies,
)
from iamkit.lessons.predict import Prediction
from iamkit.policy.document import Policy
from iamkit.prove.answers import Proof

COPY, CLOUDTRAIL, ACME_ID = f"{PAPERS}/march.csv", "cloudtrail.amazonaws.com", BOOK["Acme"]
WELCOME, OLGA = f"{HANDBOOK}/welcome.pdf", f"arn:aws:iam::{HEADQUARTERS}:user/olga"
GUARDED = trusting({"AWS": AUDIT_FIRM}, ACME_ID)
PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}
SECRET_IS_OUT = {"tested", "known"}


def copies() -> list[Any]:
    sts = lesson.sts_for(two_companies(lena=MAY_ASK))
    session = sts.assume_role(LENA, AUDITOR, "lena")
    assert isinstance(session, Credentials)
    world = two_companies(bucket=sharing({"AWS": LENA}), lena=READ_PAYROLL)
    wanted = ((READ, MARCH), ("s3:PutObject", COPY))
    return [*(sts.call(session, *one) for one in wanted), *(world.decide(LENA, *one) for one in wanted)]


def trail_of_mallory(condition: dict[str, Any] | None = None) -> Any:
    sent = {SOURCE_ACCOUNT: PRIVATE, "aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{PRIVATE}:trail/mine"}
    return lesson.trail(condition).decide(CLOUDTRAIL, "s3:PutObject", f"{LOGS}/mine.json", sent)


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # evaluation-logic-cross-account: both accounts must allow.
    "named_is_enough": (
        lambda: two_companies(bucket=sharing({"AWS": LENA})).decide(LENA, READ, MARCH),
        "ImplicitlyDenied",
    ),
    "generous": (lambda: two_companies(lena=EVERYTHING).can(LENA, "s3:*", MARCH), "no"),
    # cross-account-resource-access: with a resource-based policy the caller keeps its permissions.
    "copying": (copies, "bucket"),
    # reference_policies_elements_principal: the account's number delegates to the account.
    "who_comes": (lambda: two_companies(lena=MAY_ASK).who_can(ASSUME, AUDITOR), "some"),
    # reference_policies_condition-keys: aws:PrincipalOrgID covers the management account.
    "headquarters": (lambda: lesson.organization().decide(OLGA, READ, WELCOME), "Allowed"),
    # id_roles_common-scenarios_third-party: the third party's service acts for whoever orders.
    "attack": (lambda: lesson.order(two_companies(), "Mallory"), "report"),
    "known": (lambda: lesson.ordered("Mallory", SECRET_IS_OUT), "nothing"),
    # confused-deputy: a service principal acts for all accounts.
    "service_deputy": (trail_of_mallory, "Allowed"),
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


def test_the_table_of_both_sides_is_that_of_the_guide() -> None:
    """One account: policy-eval-denyallow. Across: cross-account. Columns: robot silent, allow; Lena silent, allow."""
    assert {row[0]: row[1:] for row in lesson.combinations().rows} == {
        "bucket: the caller": ("yes", "yes", "no", "yes"),
        "bucket: the account": ("no", "yes", "no", "yes"),
        "bucket: Ana": ("no", "yes", "no", "no"),
        "role: the caller": ("yes", "yes", "no", "yes"),
        "role: the account": ("no", "yes", "no", "yes"),
        "role: Ana": ("no", "no", "no", "no"),
    }


@pytest.mark.parametrize(
    ("ticked", "opens"),
    [((), False), (("lena",), False), (("account",), False), (("own",), False), (("everything",), False),
     (("lena", "own"), True), (("account", "own"), True), (("account", "everything"), True)],
)  # fmt: skip
def test_the_door_needs_both_sides(ticked: tuple[str, ...], opens: bool) -> None:
    assert set(ticked) <= KEYS.keys()
    assert lesson.door(ticked).decide(LENA, ASSUME, AUDITOR).allowed is opens


def test_whom_a_trust_policy_names_decides_who_may_be_let_in_later() -> None:
    named, account = two_companies(trust=trusting({"AWS": LENA})), two_companies()
    for world, comes in ((named, False), (account, True)):
        world.accounts[AUDIT_FIRM].users["otto"].inline["Own"] = Policy.parse(MAY_ASK)
        assert world.decide(OTTO, ASSUME, AUDITOR).allowed is comes


def test_the_organization_is_in_and_ledger_is_out() -> None:
    world = lesson.organization()
    assert world.decide(ANA, READ, WELCOME)
    assert not world.can(LENA, "s3:*", f"{HANDBOOK}/*")


def test_without_the_external_id_nobody_comes_in_whatever_else_they_send() -> None:
    world = two_companies(trust=GUARDED)
    for where in ({EXTERNAL_ID: None}, {"StringNotEquals": {EXTERNAL_ID: ACME_ID}}):
        proof = world.can(DESK, ASSUME, AUDITOR, where)
        assert isinstance(proof, Proof) and proof.check()
        assert not world.who_can(ASSUME, AUDITOR, where)
    assert world.can(DESK, ASSUME, AUDITOR)


def test_who_chooses_the_external_id_decides() -> None:
    """id_roles_common-scenarios_third-party: the third party chooses it, and not the customer."""
    assert not lesson.ordered("Mallory", SECRET_IS_OUT)
    assert lesson.ordered("Mallory", {*CHANGES})
    assert lesson.ordered("Acme", {*CHANGES}) and lesson.ordered("Acme", SECRET_IS_OUT)


def test_a_refused_order_says_where_it_ended() -> None:
    refused = lesson.ordered("Mallory", SECRET_IS_OUT)
    assert refused.flow.refused_at == 3
    assert "no Allow for sts:AssumeRole in the role trust policy" in refused.explain()


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {SOURCE_ACCOUNT: ACCOUNT}},
        {"ArnEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/acme"}},
    ],
)
def test_a_service_that_says_for_whom_it_asks_can_be_held_to_it(condition: dict[str, Any]) -> None:
    """confused-deputy: aws:SourceAccount and aws:SourceArn."""
    assert not trail_of_mallory(condition)
    assert lesson.trail(condition).can(CLOUDTRAIL, "s3:PutObject", f"{LOGS}/*")


def test_the_two_refusals_of_the_exercises_are_refusals() -> None:
    first = lesson.sts_for(two_companies()).assume_role(LENA, AUDITOR, "lena")
    second = lesson.sts_for(lesson.reports()).assume_role(ANA, REPORTS, "ana")
    assert [getattr(one, "error", "issued") for one in (first, second)] == ["AccessDenied"] * 2


# Exercises


def lets_in(principal: Any, action: Any = ASSUME, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", action, principal=principal, condition=condition))


def asks(action: Any = ASSUME, resource: Any = AUDITOR, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", action, resource, condition=condition))


def shares(action: Any = READ, resource: Any = lesson.PRINT, principal: Any = None, **condition: Any) -> dict[str, Any]:
    named = {"AWS": lesson.PRINT_SHOP} if principal is None else principal
    return policy(statement("Allow", action, resource, principal=named, condition=condition))


LEDGER, WITH_ID = {"AWS": AUDIT_FIRM}, {EXTERNAL_ID: ACME_ID}
OTHERS_NOT = statement("Deny", "sts:*", principal="*", condition={"StringNotEquals": WITH_ID})
RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.their_side, asks("STS:assumerole", [AUDITOR])),
    (lesson.our_side, lets_in({"AWS": [ANA]})),
    (lesson.our_side, lets_in({"AWS": ACCOUNT}, ArnEquals={"aws:PrincipalArn": ANA})),
    (lesson.auditor_trust, lets_in({"AWS": f"arn:aws:iam::{AUDIT_FIRM}:root"}, StringEquals=WITH_ID)),
    (lesson.auditor_trust, lets_in({"AWS": DESK}, StringEquals=WITH_ID)),
    (lesson.auditor_trust, lets_in({"AWS": [DESK, LENA]}, StringLike=WITH_ID)),
    (lesson.auditor_trust, policy(*lets_in(LEDGER)["Statement"], OTHERS_NOT)),
    (lesson.print_shop, shares(principal={"AWS": f"arn:aws:iam::{lesson.PRINT_SHOP}:root"})),
    (lesson.print_shop, shares([READ], [lesson.PRINT])),
    (lesson.print_shop, shares(principal="*", StringEquals={"aws:PrincipalAccount": lesson.PRINT_SHOP})),
    (lesson.deputies, {"A": True, "B": True, "C": False, "D": True}),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


OVER, UNDER, TWO = "over-permissive", "under-permissive", "over- and under-permissive"
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.their_side, asks(resource="*"), OVER, "every company"),
    (lesson.their_side, asks(resource=f"{IAM}role/*"), OVER, "look at the Resource"),
    (lesson.their_side, asks("sts:*"), OVER, "Coming in is one action"),
    (lesson.their_side, READ_PAYROLL, TWO, "has to be allowed to come in"),
    (lesson.their_side, asks(resource=LENA), TWO, "it is Acme's"),
    (lesson.their_side, asks(StringEquals=WITH_ID), UNDER, "Condition StringEquals"),
    (lesson.their_side, lets_in({"AWS": LENA}), "malformed", "no Principal here"),
    (lesson.our_side, lets_in({"AWS": ACCOUNT}), OVER, "robot"),
    (lesson.our_side, lets_in("*"), OVER, "every account"),
    (lesson.our_side, lets_in(LEDGER), TWO, "Which account is Ana of?"),
    (lesson.our_side, lets_in({"AWS": [ANA, ROBOT]}), OVER, "ci-robot"),
    (lesson.our_side, lets_in({"AWS": ANA}, Bool={"aws:MultiFactorAuthPresent": "true"}), UNDER, "user/ana"),
    (lesson.our_side, lets_in({"AWS": ANA}, READ), "malformed", "no place in a trust policy"),
    (lesson.our_side, policy(statement("Allow", ASSUME, REPORTS, principal={"AWS": ANA})), "malformed", "Resource"),
    (lesson.auditor_trust, lets_in(LEDGER), OVER, "the same whoever orders"),
    (lesson.auditor_trust, lets_in({"AWS": DESK}), OVER, "the same whoever orders"),
    (lesson.auditor_trust, lets_in(LEDGER, StringEqualsIfExists=WITH_ID), OVER, "without any ExternalId"),
    (lesson.auditor_trust, lets_in(LEDGER, StringLike={EXTERNAL_ID: "*"}), OVER, "Mallory's too"),
    (lesson.auditor_trust, lets_in(LEDGER, Null={EXTERNAL_ID: "false"}), OVER, "Mallory's too"),
    (lesson.auditor_trust, lets_in(LEDGER, StringNotEquals=WITH_ID), TWO, "wrong way round"),
    (lesson.auditor_trust, lets_in("*", StringEquals=WITH_ID), OVER, "from any account"),
    (lesson.auditor_trust, lets_in(LEDGER, StringEquals={EXTERNAL_ID: [*BOOK.values()]}), OVER, "mallory-2026"),
    (lesson.auditor_trust, lets_in({"AWS": LENA}, StringEquals=WITH_ID), UNDER, "desk should get in"),
    (lesson.auditor_trust, lets_in({"AWS": ACCOUNT}, StringEquals=WITH_ID), TWO, "name Ledger"),
    (lesson.auditor_trust, lets_in(LEDGER, "sts:*", StringEquals=WITH_ID), OVER, "one action"),
    (lesson.auditor_trust, lets_in(LEDGER, "s3:GetObject"), "malformed", "no place in a trust policy"),
    (lesson.print_shop, shares(resource=f"{HANDBOOK}/*"), OVER, "every file of the bucket"),
    (lesson.print_shop, shares(resource=f"{HANDBOOK}/print"), TWO, "one file"),
    (lesson.print_shop, shares(resource=f"{HANDBOOK}/print*"), OVER, "printers.pdf"),
    (lesson.print_shop, shares(principal="*"), OVER, "even without credentials"),
    (lesson.print_shop, shares("s3:*"), OVER, "write and delete"),
    (lesson.print_shop, shares(principal={"AWS": [lesson.PRINT_SHOP, AUDIT_FIRM]}), OVER, AUDIT_FIRM),
    (lesson.print_shop, shares(principal={"AWS": MALLORY}), TWO, "mallory"),
    (lesson.print_shop, policy(statement("Allow", READ, lesson.PRINT)), "malformed", "Principal"),
    (lesson.deputies, {"A": "no"}, "not yet right", "gets a report"),
    (lesson.deputies, {"B": "no"}, "not yet right", "mallory-2026"),
    (lesson.deputies, {"C": "yes"}, "not yet right", "gets nothing. Explicitly denied"),
    (lesson.deputies, {"A": "maybe"}, "not yet right", 'write "yes" or "no"'),
    (lesson.deputies, {"A": "yes"}, "not finished", "1 of 4 right"),
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


def test_with_the_right_trust_policy_acme_gets_its_report_and_mallory_does_not() -> None:
    world = two_companies(trust=lets_in({"AWS": DESK}, StringEquals=WITH_ID))
    assert lesson.order(world, "Acme")
    assert not lesson.order(world, "Mallory")


def test_inside_the_role_her_own_permissions_are_set_aside() -> None:
    world = two_companies(lena=MAY_ASK)
    assert world.decide(LENA, "s3:PutObject", COPY)
    assert not world.can(Session(AUDITOR, "lena"), "s3:PutObject", f"{PAPERS}/*")
    assert world.can(Session(AUDITOR, "lena"), READ, f"{PAYROLL}/*")
