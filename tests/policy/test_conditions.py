"""Condition operators. Expected values come from AWS's tables, facts C8 and C12 to C15, never from running the code.

Source unless named otherwise: IAM User Guide, reference_policies_elements_condition_operators.
"""

from typing import Any

import pytest

from iamkit.policy.conditions import OPERATORS
from iamkit.readings import Readings
from tests.policy.meets import met

KEY = "aws:test"


# operator, what it lists, a value that it accepts without its Not, a value that it does not accept.
ROWS = [
    ("StringEquals", "blue", "blue", "Blue"),
    ("StringEqualsIgnoreCase", "blue", "BLUE", "blues"),
    ("StringLike", "bl*", "blue", "Blue"),
    ("NumericEquals", "10", "10.0", "11"),
    ("NumericLessThan", "10", "9.99", "10"),
    ("NumericLessThanEquals", "10", "10", "10.01"),
    ("NumericGreaterThan", "10", "11", "10"),
    ("NumericGreaterThanEquals", "10", "10", "9"),
    ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01", "2026-01-02"),
    ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", "2026-01-01"),
    ("DateLessThanEquals", "2026-01-01", "2026-01-01", "2026-01-01T00:00:01Z"),
    ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01Z", "2026-01-01"),
    ("DateGreaterThanEquals", "2026-01-01", "2026-01-01", "2025-12-31"),
    ("Bool", "true", "true", "false"),
    ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "T3RoZXI="),
    ("IpAddress", "203.0.113.0/24", "203.0.113.1", "198.51.100.1"),
    ("ArnEquals", "arn:aws:sns:*:111122223333:jobs", "arn:aws:sns:us-west-2:111122223333:jobs", "arn:aws:sns:::jobs"),
    ("ArnLike", "arn:aws:sns:*:111122223333:jobs", "arn:aws:sns:us-west-2:111122223333:jobs", "arn:aws:sns:::jobs"),
]
NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}

# The table of fact C13: form -> result for a key that is missing, accepted, not accepted, both.
# Only multivalued keys have both; AWS documents them with set operators, and C12 for a list otherwise.
POSITIVE = {
    "{}": (False, True, False, True),
    "{}IfExists": (True, True, False, True),
    "ForAllValues:{}": (True, True, False, False),
    "ForAnyValue:{}": (False, True, False, True),
    "ForAllValues:{}IfExists": (True, True, False, False),
    "ForAnyValue:{}IfExists": (True, True, False, True),
}
# "negated: missing true, else no value matches"; C14: ForAllValues: none matches, ForAnyValue: some value matches none.
NOT = {
    "{}": (True, False, True, False),
    "{}IfExists": (True, False, True, False),
    "ForAllValues:{}": (True, False, True, False),
    "ForAnyValue:{}": (False, False, True, True),
    "ForAllValues:{}IfExists": (True, False, True, False),
    "ForAnyValue:{}IfExists": (True, False, True, True),
}
SITUATIONS = ("missing", "accepted", "not accepted", "both")
CASES = [
    pytest.param(form.format(operator), listed, situation, yes, no, expected, id=f"{form.format(operator)}-{situation}")
    for base, listed, yes, no in ROWS
    for operator, forms in ((base, POSITIVE), (NEGATED.get(base), NOT))
    if operator
    for form, results in forms.items()
    for situation, expected in zip(SITUATIONS, results, strict=True)
]


def test_the_tables_cover_every_operator() -> None:
    assert {row[0] for row in ROWS} | set(NEGATED.values()) | {"Null"} == set(OPERATORS)


@pytest.mark.parametrize(("written", "listed", "situation", "yes", "no", "expected"), CASES)
def test_c13_every_operator_in_every_form(
    written: str, listed: str, situation: str, yes: str, no: str, expected: bool
) -> None:
    context = {
        "missing": {},
        "accepted": {KEY: yes},
        "not accepted": {KEY: no},
        "both": {KEY: [yes, no]},
    }[situation]
    assert met({written: {KEY: listed}}, context) is expected
    assert met({written: {KEY: [listed]}}, context) is expected


@pytest.mark.parametrize(
    ("listed", "missing", "present"), [("true", True, False), ("false", False, True), (True, True, False)]
)
def test_c13_null_asks_whether_the_key_is_missing(listed: Any, missing: bool, present: bool) -> None:
    assert met({"Null": {KEY: listed}}, {}) is missing
    assert met({"Null": {KEY: listed}}, {KEY: "x"}) is present


def test_c13_an_empty_list_counts_as_missing() -> None:
    assert met({"Null": {KEY: "true"}}, {KEY: []})


def test_null_with_a_set_operator_is_constant() -> None:
    # access-analyzer-reference-policy-checks, "Null with qualifier": always true, always false.
    for listed in ("true", "false"):
        for context in ({}, {KEY: "x"}):
            assert met({"ForAllValues:Null": {KEY: listed}}, context)
            assert not met({"ForAnyValue:Null": {KEY: listed}}, context)


@pytest.mark.parametrize("color", ["blue", "green"])
def test_c12_values_are_or(color: str) -> None:
    assert met({"StringEquals": {KEY: ["blue", "green"]}}, {KEY: color})
    assert not met({"StringEquals": {KEY: ["blue", "green"]}}, {KEY: "red"})


@pytest.mark.parametrize("color", ["blue", "green"])
def test_c12_values_of_negated_operators_are_nor(color: str) -> None:
    assert not met({"StringNotEquals": {KEY: ["blue", "green"]}}, {KEY: color})
    assert met({"StringNotEquals": {KEY: ["blue", "green"]}}, {KEY: "red"})


def test_c12_keys_are_and() -> None:
    both = {"StringEquals": {"aws:a": "1", "aws:b": "2"}}
    assert met(both, {"aws:a": "1", "aws:b": "2"})
    assert not met(both, {"aws:a": "1", "aws:b": "3"})
    assert not met(both, {"aws:a": "1"})


def test_c12_operators_are_and() -> None:
    both = {"StringEquals": {"aws:a": "1"}, "Bool": {"aws:b": "true"}}
    assert met(both, {"aws:a": "1", "aws:b": "true"})
    assert not met(both, {"aws:a": "1", "aws:b": "false"})


def test_c4_keys_compare_without_case_and_values_with() -> None:
    # reference_policies_elements_condition: key names are not case-sensitive, the tag's key included.
    assert met({"StringEquals": {"AWS:principaltag/TEAM": "pay"}}, {"aws:PrincipalTag/team": "pay"})
    assert not met({"StringEquals": {"aws:PrincipalTag/team": "Pay"}}, {"aws:PrincipalTag/team": "pay"})


class TestC14:
    """ForAllValues and ForAnyValue; reference_policies_condition-single-vs-multi-valued-context-keys."""

    TAGS = ("environment", "cost-center")

    @pytest.mark.parametrize(
        ("tags", "expected"),
        [
            (["environment"], True),
            (["cost-center"], True),
            (["environment", "cost-center"], True),
            (["environment", "dept"], False),
            ([], False),
        ],
    )
    def test_c14_the_guides_table_for_all_values_with_null(self, tags: list[str], expected: bool) -> None:
        condition = {"ForAllValues:StringEquals": {"aws:TagKeys": list(self.TAGS)}, "Null": {"aws:TagKeys": "false"}}
        assert met(condition, {"aws:TagKeys": tags}) is expected

    @pytest.mark.parametrize(
        ("tags", "expected"),
        [
            (["environment"], True),
            (["environment", "dept"], True),
            (["dept"], False),
            ([], False),
        ],
    )
    def test_c14_the_guides_table_for_any_value(self, tags: list[str], expected: bool) -> None:
        condition = {"ForAnyValue:StringEquals": {"aws:TagKeys": list(self.TAGS)}}
        assert met(condition, {"aws:TagKeys": tags}) is expected

    def test_c14_for_all_values_holds_for_an_empty_text(self) -> None:
        # "... or if the context key value resolves to a null dataset, such as an empty string".
        assert met({"ForAllValues:StringEquals": {KEY: "blue"}}, {KEY: ""})
        assert not met({"ForAnyValue:StringEquals": {KEY: "blue"}}, {KEY: ""})

    def test_c14_for_any_value_negated_asks_for_one_outsider(self) -> None:
        condition = {"ForAnyValue:StringNotEquals": {KEY: ["blue", "green"]}}
        assert met(condition, {KEY: ["blue", "red"]})
        assert not met(condition, {KEY: ["blue", "green"]})

    @pytest.mark.parametrize(
        ("path", "prose", "table"),
        [
            # The worked table of the page, in its order; its prose says the opposite.
            ("o-a/r-a/sports/costcenter/", False, True),
            ("o-a/r-a/media/costcenter/", True, False),
            (None, True, False),
        ],
    )
    def test_c14_string_not_like_is_read_by_the_prose_or_by_the_table(
        self, path: str | None, prose: bool, table: bool
    ) -> None:
        condition = {"ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": ["o-a/r-a/media/", "o-a/r-a/sports/*"]}}
        context = {} if path is None else {"aws:ResourceOrgPaths": path}
        assert met(condition, context) is prose
        assert met(condition, context, Readings(for_all_values_by_table=True)) is table


@pytest.mark.parametrize("operator", ["StringNotEquals", "StringNotEqualsIfExists", "ArnNotLike", "NotIpAddress"])
def test_c15_a_negated_operator_fires_on_a_missing_key(operator: str) -> None:
    value = {"A": "arn:aws:iam::111122223333:role/a", "N": "203.0.113.0/24"}.get(operator[0], "x")
    assert met({operator: {KEY: value}}, {})


@pytest.mark.parametrize(
    ("operator", "with_mfa", "without_mfa", "long_term_key"),
    [("Bool", False, True, False), ("BoolIfExists", False, True, True)],
)
def test_c15_mfa_is_absent_with_long_term_keys(
    operator: str, with_mfa: bool, without_mfa: bool, long_term_key: bool
) -> None:
    # reference_policies_condition-keys: hence a Deny needs BoolIfExists "false".
    deny = {operator: {"aws:MultiFactorAuthPresent": "false"}}
    assert met(deny, {"aws:MultiFactorAuthPresent": "true"}) is with_mfa
    assert met(deny, {"aws:MultiFactorAuthPresent": "false"}) is without_mfa
    assert met(deny, {}) is long_term_key


@pytest.mark.parametrize(("instance_type", "expected"), [("t1.micro", True), ("m2.micro", False), (None, True)])
def test_c15a_if_exists_spares_resources_without_the_key(instance_type: str | None, expected: bool) -> None:
    # The guide's RunInstances example: the image and the subnet have no ec2:InstanceType.
    condition = {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}
    assert met(condition, {} if instance_type is None else {"ec2:InstanceType": instance_type}) is expected


class TestStrings:
    @pytest.mark.parametrize(
        ("operator", "listed", "value", "expected"),
        [
            ("StringEquals", "a*", "a*", True),
            ("StringEquals", "a*", "ab", False),
            ("StringEquals", "a?", "ab", False),
            ("StringEqualsIgnoreCase", "A*", "ab", False),
            ("StringLike", "a?c", "abc", True),
            ("StringLike", "a?c", "ac", False),
            ("StringLike", "", "", True),
            ("StringLike", "home/", "home/ana/", False),
            ("StringNotLike", "A*", "ab", True),
            ("StringNotEqualsIgnoreCase", "A", "a", False),
        ],
    )
    def test_wildcards_and_case(self, operator: str, listed: str, value: str, expected: bool) -> None:
        assert met({operator: {KEY: listed}}, {KEY: value}) is expected


class TestC8:
    """ARN operators compare six fields one by one."""

    SNS = "arn:aws:sns:us-west-2:111122223333:jobs"

    @pytest.mark.parametrize("operator", ["ArnEquals", "ArnLike"])
    @pytest.mark.parametrize(
        ("listed", "expected"),
        [
            ("arn:aws:sns:us-west-2:111122223333:jobs", True),
            ("arn:aws:sns:*:*:jobs", True),
            ("arn:aws:sns:us-*-2:111122223333:j?bs", True),
            ("arn:aws:sns:us-west-2:111122223333:Jobs", False),
            ("arn:aws:sns:us-west-2:444455556666:jobs", False),
            ("arn:aws:sns:*:jobs", False),
        ],
    )
    def test_c8_arn_equals_is_arn_like(self, operator: str, listed: str, expected: bool) -> None:
        assert met({operator: {"aws:SourceArn": listed}}, {"aws:SourceArn": self.SNS}) is expected
        negated = operator.replace("Arn", "ArnNot")
        assert met({negated: {"aws:SourceArn": listed}}, {"aws:SourceArn": self.SNS}) is not expected

    def test_c8_string_like_crosses_colons_and_arn_like_does_not(self) -> None:
        listed, value = "arn:aws:iam::*:root", "arn:aws:iam::111122223333:user/ana:root"
        assert met({"StringLike": {"aws:PrincipalArn": listed}}, {"aws:PrincipalArn": value})
        assert not met({"ArnLike": {"aws:PrincipalArn": listed}}, {"aws:PrincipalArn": value})

    def test_c8_the_star_alone_is_every_arn(self) -> None:
        assert met({"ArnLike": {"aws:SourceArn": "*"}}, {"aws:SourceArn": self.SNS})
