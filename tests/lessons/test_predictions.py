"""Every prediction of every lesson: what the kit answers is what AWS publishes, and each wrong choice is explained."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit import Readings, Session, compare
from iamkit.errors import RequestError
from iamkit.identity import taxonomy
from iamkit.lessons import lesson00, lesson01, lesson03
from iamkit.lessons.company import (
    ANA,
    AUDITOR,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    PAYROLL_TEAM,
    company,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.predict import Prediction

FILES, ROOT = f"{PAYROLL}/*", f"{IAM}root"
READ, DELETE = "s3:GetObject", "s3:DeleteObject"
GENEROUS = {"mallory": lesson03.EVERYTHING, "ana": lesson03.EVERYTHING}
LESSONS = (lesson00, lesson01, lesson03)
PREDICTIONS = {
    f"{lesson.__name__[-2:]}-{name}": value
    for lesson in LESSONS
    for name, value in vars(lesson).items()
    if isinstance(value, Prediction)
}


def group_asks() -> Any:
    try:
        return larger_company().decide(PAYROLL_TEAM, READ, MARCH)
    except RequestError as error:
        return error


def newcomers() -> list[str]:
    named = policy(statement("Allow", READ, FILES, principal={"AWS": ROOT}))
    after = lesson01.with_bucket_policy(named).who_can(READ, MARCH)
    return sorted(set(after.who) - set(larger_company().who_can(READ, MARCH).who))


def two_orders() -> Any:
    allow, deny = statement("Allow", "s3:*", FILES), statement("Deny", DELETE, FILES)
    return compare(policy(deny, allow), policy(allow, deny))


def tagless() -> Any:
    not_sales = {"StringNotEquals": {"aws:PrincipalTag/team": "sales"}}
    document = policy(statement("Allow", READ, FILES, condition=not_sales))
    return lesson03.deciding_company({"mallory": document}).decide(MALLORY, READ, MARCH)


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # policy-eval-denyallow: requests are implicitly denied unless an Allow is found.
    "00-mallory_reads": (lambda: company().decide(MALLORY, READ, MARCH), "ImplicitlyDenied"),
    "00-mallory_ever": (lambda: company().can(MALLORY, "s3:*", FILES), "no"),
    # reference_policies_elements_resource: * stands for any combination of characters.
    "00-mallory_step": (lesson00.first_step_that_lets_in, "3"),
    # introduction_identity-management and id, "Terms".
    "01-in_all_four": (lambda: [kind for kind in taxonomy.SEED_KINDS if len(taxonomy.sets_of(kind)) == 4], "2"),
    # reference_policies_elements_principal: a group is no authenticated entity.
    "01-group_asks": (group_asks, "impossible"),
    # id: a role is not uniquely associated with one person.
    "01-two_auditors": (
        lambda: [larger_company().decide(Session(AUDITOR, name), READ, MARCH) for name in ("lena", "omar")],
        "same",
    ),
    # reference_policies_elements_principal: an account as principal delegates to the account.
    "01-means_root": (newcomers, "nobody"),
    # access_policies: no identity-based policy can be attached to root.
    "01-deny_for_root": (lambda: taxonomy.is_a("root", "identity"), "no"),
    # policy-eval-denyallow: an explicit deny overrides any allow.
    "03-which_no": (
        lambda: [
            lesson03.deciding_company(GENEROUS).decide(MALLORY, READ, MARCH),
            lesson03.deciding_company(GENEROUS).decide(ANA, DELETE, MARCH),
        ],
        "mallory",
    ),
    "03-bucket_says": (lambda: lesson03.deciding_company().decide(ANA, READ, MARCH), "is silent"),
    "03-any_allow": (lambda: lesson03.deciding_company(GENEROUS).can(ANA, f"{DELETE}*", FILES), "no"),
    "03-order": (two_orders, "equivalent"),
    "03-while_away": (
        lambda: [lesson03.on_leave().decide(ANA, READ, file) for file in (MARCH, lesson03.WELCOME)],
        "handbook",
    ),
    # condition_operators: a missing key fails a plain operator, and fulfills a negated one.
    "03-stolen_key": (
        lambda: lesson03.deciding_company({"ana": lesson03.guard("Bool")}).decide(ANA, READ, MARCH),
        "Allowed",
    ),
    "03-no_tag": (tagless, "Allowed"),
    # reference_policies_elements_action: names of actions compare without regard to case.
    "03-capitals": (
        lambda: compare(
            policy(statement("Allow", READ.upper(), FILES)),
            policy(statement("Allow", READ, FILES)),
        ),
        "equivalent",
    ),
    # id_root-user-privileged-task against id; the kit takes the first.
    "03-root_deletes": (lambda: lesson03.deciding_company().decide(ROOT, DELETE, MARCH), "ExplicitlyDenied"),
}


def test_no_prediction_is_left_out():
    assert ANSWERS.keys() == PREDICTIONS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kit_answers_what_aws_publishes(name):
    answer, word = ANSWERS[name]
    assert PREDICTIONS[name].reveal(answer(), word)


@pytest.mark.parametrize("name", PREDICTIONS)
def test_every_wrong_choice_has_its_misconception_and_the_right_one_a_reason(name):
    asked, (_, word) = PREDICTIONS[name], ANSWERS[name]
    assert asked.behind.keys() == asked.choices.keys() - {word}
    assert asked.why


@pytest.mark.parametrize("name", PREDICTIONS)
def test_the_choices_fit_a_narrow_screen(name):
    assert max(map(len, PREDICTIONS[name].lettered.values())) <= 37


def test_the_other_reading_of_root_gives_the_other_answer():
    world = lesson03.deciding_company(readings=Readings(resource_deny_binds_root=False))
    assert world.decide(ROOT, DELETE, MARCH).effect == "Allowed"


def test_the_mended_guard_stops_the_stolen_key():
    world = lesson03.deciding_company({"ana": lesson03.guard("BoolIfExists")})
    assert world.decide(ANA, READ, MARCH).effect == "ExplicitlyDenied"
    assert not world.can(ANA, "s3:*", FILES, where={"aws:MultiFactorAuthPresent": None})
    assert world.can(ANA, READ, FILES, where={"aws:MultiFactorAuthPresent": True})


def test_the_table_of_missing_keys_is_that_of_the_guide():
    found = {row[0]: row[1:] for row in lesson03.missing_keys().rows}
    assert found == {
        "StringEquals sales": ("yes", "no", "no"),
        "StringNotEquals sales": ("no", "yes", "yes"),
        "StringEqualsIfExists sales": ("yes", "no", "yes"),
        "StringNotEqualsIfExists sales": ("no", "yes", "yes"),
        "Null true": ("no", "no", "yes"),
    }
