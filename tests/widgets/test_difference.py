import pytest

from iamkit.policy.places import Place
from iamkit.widgets import policy_difference
from iamkit.widgets.difference import PolicyDifference
from tests.short import OTHER, OWN, allow, deny, policy

LAST_GOOD = "The answer to the last good text, which may not hold any more:"
GET, ONE = allow("s3:Get*", "arn:aws:s3:::payroll/*"), allow("s3:GetObject", "arn:aws:s3:::payroll/*")
STOP = deny("s3:*", "arn:aws:s3:::payroll/secret/*")


def both(*parts: dict) -> dict:
    return policy(*(statement for part in parts for statement in part["Statement"]))


def verdict(panel: PolicyDifference) -> str:
    return repr(panel).partition("Edit either.: ")[2].removesuffix(">")


def marks(panel: PolicyDifference) -> list[str]:
    return [line.partition("← ")[2] for line in panel.twin_text().splitlines() if "  ← " in line]


@pytest.mark.parametrize(
    ("first", "second", "told", "sides"),
    [
        (GET, GET, "= Equivalent: the first policy permits the same as the second.", []),
        (GET, ONE, "> Broader: the first policy permits more than the second.", ["first"]),
        (ONE, GET, "< Narrower: the first policy permits less than the second.", ["second"]),
        (both(GET, STOP), ONE,
         "≠ Incomparable: the first policy permits some things more and some things less than the second.",
         ["first", "second"]),
    ],
)  # fmt: skip
def test_how_they_compare_with_one_witness_a_side(first: dict, second: dict, told: str, sides: list[str]) -> None:
    panel = policy_difference(first, second)
    assert verdict(panel) == told
    lines = panel.twin_text().splitlines()
    assert [
        side for side in ("first", "second") if any(f"Only the {side} permits: s3:Get" in x for x in lines)
    ] == sides


def test_statements_that_apply_to_a_witness_are_marked_on_both_sides() -> None:
    panel = policy_difference(both(GET, STOP), ONE)
    only_first, only_second = "what only the first permits", "what only the second permits"
    assert marks(panel) == [
        f"allows {only_first}; allows {only_second}",
        f"denies {only_second}",
        f"allows {only_second}",
    ]


def test_the_answer_follows_either_text() -> None:
    panel = policy_difference(GET, ONE)
    panel.texts[1].value = panel.texts[0].value
    assert verdict(panel).startswith("= Equivalent") and panel.comparison
    panel.texts[0].value = panel.texts[0].value.replace("s3:Get*", "s3:GetObject")
    assert verdict(panel).startswith("< Narrower")
    assert all(area.continuous_update for area in panel.texts)


def test_policies_that_name_principals_are_compared_for_each_of_them() -> None:
    panel = policy_difference(allow("s3:GetObject", to=OWN), allow("s3:GetObject", to=OTHER))
    assert verdict(panel).startswith("≠ Incomparable")
    assert f"Only the first permits: arn:aws:iam::{OWN}:" in panel.twin_text()
    assert marks(panel) == ["allows what only the first permits", "allows what only the second permits"]


def test_what_is_not_decided_exactly_is_said_to_be_unknown() -> None:
    """A bound on numbers and a pattern of texts meet on one value."""
    mixed = {"NumericLessThan": {"s3:max-keys": "10"}, "StringLike": {"s3:max-keys": "1*"}}
    panel = policy_difference(allow("s3:GetObject", when=mixed), ONE)
    assert verdict(panel) == "Unknown: how the two policies compare"
    assert "Tests of different types meet on one value of s3:max-keys." in panel.twin_text()
    assert marks(panel) == []


@pytest.mark.parametrize("side", [0, 1])
def test_a_fault_on_either_side_is_told_with_its_place_and_nothing_is_lost(side: int) -> None:
    panel = policy_difference(GET, ONE)
    good, before = panel.twin_text(), panel.texts[side].value
    typed = before.replace('"Effect": "Allow",', '"Effect": "Allow"')
    panel.texts[side].value = typed
    name = ("first", "second")[side]
    assert verdict(panel).startswith(f"No answer. In the {name} policy, line 6, column 7 (at $.Statement[0].Effect): ")
    assert f"{LAST_GOOD}\n> Broader: the first policy permits more than the second." in panel.twin_text()
    assert panel.texts[side].value == typed
    assert len(marks(panel)) == 1
    panel.texts[side].value = before
    assert panel.twin_text() == good


def test_faults_on_both_sides_are_both_told() -> None:
    panel = policy_difference("{", allow("GetObject"))
    assert "In the first policy, line 1, column 2" in verdict(panel)
    assert "In the second policy, line 6, column 7 ($.Statement[0].Action)" in verdict(panel)
    assert LAST_GOOD not in panel.twin_text()


def test_the_rules_of_a_policy_type_are_checked_if_it_is_given() -> None:
    assert verdict(policy_difference(GET, allow("s3:*", to="*"))).startswith("<")
    told = verdict(policy_difference(GET, allow("s3:*", to="*"), Place.IDENTITY))
    assert "In the second policy" in told and "There can be no Principal here." in told
