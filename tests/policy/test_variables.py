"""Policy variables, facts C2 and C9 to C11. Source: IAM User Guide, reference_policies_variables."""

from typing import Any

import pytest

from iamkit.arn import Variable, Wild
from iamkit.decision import authorize
from iamkit.errors import PolicyError
from iamkit.policies import Policies
from iamkit.policy.variables import tokens
from iamkit.request import Request

ANA = "arn:aws:iam::111122223333:user/ana"


def allows(
    statement: dict[str, Any], resource: str, context: dict[str, Any], version: str | None = "2012-10-17"
) -> bool:
    """Whether one Allow, attached to ana, allows her to read ``resource``."""
    document = {"Version": version, "Statement": {"Effect": "Allow", "Action": "s3:GetObject", **statement}}
    if version is None:
        del document["Version"]
    return authorize(Request(ANA, "s3:GetObject", resource, context), Policies(identity=[document])).allowed


HOME = {"Resource": "arn:aws:s3:::home/${aws:username}/*"}


def test_the_callers_name_is_filled_in() -> None:
    assert allows(HOME, "arn:aws:s3:::home/ana/notes.txt", {})
    assert not allows(HOME, "arn:aws:s3:::home/bob/notes.txt", {})


@pytest.mark.parametrize("version", [None, "2008-10-17"])
def test_c2_without_version_2012_a_variable_is_text(version: str | None) -> None:
    assert not allows(HOME, "arn:aws:s3:::home/ana/notes.txt", {}, version)
    assert allows(HOME, "arn:aws:s3:::home/${aws:username}/notes.txt", {}, version)
    condition = {"Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "${aws:username}"}}}
    assert not allows(condition, "arn:aws:s3:::home/x", {"s3:prefix": "ana"}, version)
    assert allows(condition, "arn:aws:s3:::home/x", {"s3:prefix": "${aws:username}"}, version)


def test_c2_the_wildcards_of_version_2008_stay_wildcards() -> None:
    assert tokens("a${*}", version="2008-10-17") == ("a${", Wild.ANY, "}")
    assert tokens("${a*", version="2008-10-17") == ("${a", Wild.ANY)


def test_c9_only_a_key_with_one_value_is_a_variable() -> None:
    statement = {"Resource": "arn:aws:s3:::home/${aws:CalledVia}"}
    assert allows(statement, "arn:aws:s3:::home/athena.amazonaws.com", {"aws:CalledVia": ["athena.amazonaws.com"]})
    two = {"aws:CalledVia": ["athena.amazonaws.com", "cloudformation.amazonaws.com"]}
    assert not allows(statement, "arn:aws:s3:::home/athena.amazonaws.com", two)


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "ArnEquals", "ArnLike"])
def test_c9_string_and_arn_operators_take_variables(operator: str) -> None:
    condition = {operator: {"s3:x": "arn:aws:iam::111122223333:user/${aws:username}"}}
    own = {"Resource": "*", "Condition": condition}
    assert allows(own, "arn:aws:s3:::home/x", {"s3:x": ANA})
    assert not allows(own, "arn:aws:s3:::home/x", {"s3:x": ANA.replace("ana", "bob")})


@pytest.mark.parametrize("operator", ["NumericEquals", "DateEquals", "BinaryEquals", "IpAddress", "Null"])
def test_c9_other_operators_do_not(operator: str) -> None:
    condition = {"Condition": {operator: {"aws:test": "${aws:username}"}}, "Resource": "*"}
    with pytest.raises(PolicyError) as error:
        allows(condition, "arn:aws:s3:::home/x", {})
    assert error.value.where == f"identity[0].Statement.Condition.{operator}.aws:test"


def test_c10_missing_variable_matches_nothing() -> None:
    statement = {"Resource": "arn:aws:s3:::home/${aws:PrincipalTag/team}/*"}
    for resource in ("arn:aws:s3:::home//x", "arn:aws:s3:::home/${aws:PrincipalTag/team}/x"):
        assert not allows(statement, resource, {})
    assert allows(statement, "arn:aws:s3:::home/pay/x", {"aws:PrincipalTag/team": "pay"})


def test_c10_a_notresource_with_a_missing_variable_covers_everything() -> None:
    statement = {"NotResource": "arn:aws:s3:::home/${aws:PrincipalTag/team}/*"}
    assert allows(statement, "arn:aws:s3:::home/pay/x", {})
    assert not allows(statement, "arn:aws:s3:::home/pay/x", {"aws:PrincipalTag/team": "pay"})


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
    ],
)
def test_c10_a_missing_variable_is_null_to_every_operator(operator: str, expected: bool) -> None:
    condition = {"Resource": "*", "Condition": {operator: {"s3:ExistingObjectTag/team": "${aws:PrincipalTag/team}"}}}
    assert allows(condition, "arn:aws:s3:::home/x", {"s3:ExistingObjectTag/team": "pay"}) is expected


def test_c10_one_missing_variable_leaves_the_other_values() -> None:
    condition = {"StringEquals": {"s3:prefix": ["home/", "home/${aws:PrincipalTag/team}/"]}}
    assert allows({"Resource": "*", "Condition": condition}, "arn:aws:s3:::home/x", {"s3:prefix": "home/"})


def test_c11_a_default_stands_in_for_a_missing_value() -> None:
    statement = {"Resource": "arn:aws:s3:::bucket-${aws:PrincipalTag/team, 'company-wide'}"}
    assert allows(statement, "arn:aws:s3:::bucket-company-wide", {})
    assert allows(statement, "arn:aws:s3:::bucket-yellow", {"aws:PrincipalTag/team": "yellow"})
    assert not allows(statement, "arn:aws:s3:::bucket-company-wide", {"aws:PrincipalTag/team": "yellow"})


@pytest.mark.parametrize(("escape", "character"), [("${*}", "*"), ("${?}", "?"), ("${$}", "$")])
def test_c11_escapes_are_literal_characters(escape: str, character: str) -> None:
    assert tokens(f"a{escape}b") == (f"a{character}b",)
    statement = {"Resource": f"arn:aws:s3:::home/{escape}"}
    assert allows(statement, "arn:aws:s3:::home/$", {}) is (character == "$")
    condition = {"Resource": "*", "Condition": {"StringLike": {"s3:prefix": f"a{escape}"}}}
    assert allows(condition, "arn:aws:s3:::home/x", {"s3:prefix": f"a{character}"})
    assert not allows(condition, "arn:aws:s3:::home/x", {"s3:prefix": "ab"})


def test_a_variables_value_is_never_a_pattern() -> None:
    context = {"aws:PrincipalTag/team": "*"}
    statement = {"Resource": "arn:aws:s3:::home/${aws:PrincipalTag/team}"}
    assert not allows(statement, "arn:aws:s3:::home/pay", context)
    condition = {"Resource": "*", "Condition": {"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}"}}}
    assert not allows(condition, "arn:aws:s3:::home/x", {**context, "s3:prefix": "pay"})


def test_key_names_in_variables_have_no_case() -> None:
    assert tokens("${AWS:UserName}") == (Variable("aws:username"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("$5 {x}", ("$5 {x}",)),
        ("a*?", ("a", Wild.ANY, Wild.ONE)),
        ("${aws:PrincipalTag/team,'x'}", (Variable("aws:principaltag/team", "x"),)),
        ("${aws:PrincipalTag/team, ''}", (Variable("aws:principaltag/team", ""),)),
        ("${www.amazon.com:user_id}", (Variable("www.amazon.com:user_id"),)),
        ("${a:b}${c:d}", (Variable("a:b"), Variable("c:d"))),
    ],
)
def test_tokens(text: str, expected: tuple) -> None:
    assert tokens(text) == expected


def test_without_wildcards_stars_are_text() -> None:
    assert tokens("a*${aws:username}?", wildcards=False) == ("a*", Variable("aws:username"), "?")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # access-analyzer-reference-policy-checks: missing brace, missing quote, empty variable, space in variable.
        ("${aws:username", "is not closed"),
        ("${aws:username*", "is not closed"),
        ("${aws:user${aws:username}", "is not closed"),
        ("x${", "is not closed"),
        ("${}", "is not a policy variable"),
        ("${ aws:username }", "is not a policy variable"),
        ("${aws:user name}", "is not a policy variable"),
        ("${aws:PrincipalTag/team, 'x}", "is not a policy variable"),
        ("${aws:PrincipalTag/team, x}", "is not a policy variable"),
        ("${username}", "is not a policy variable"),
        ("${**}", "is not a policy variable"),
    ],
)
def test_broken_variables_are_faults(text: str, fault: str) -> None:
    with pytest.raises(PolicyError) as error:
        tokens(text, where="$.here")
    assert (error.value.where, fault in error.value.what) == ("$.here", True)
    assert error.value.remedy


def test_a_variable_before_the_fifth_colon_works_as_any_other() -> None:
    # AmazonTimestreamInfluxDBServiceRolePolicy has one, although reference_policies_variables says it cannot be.
    statement = {"Resource": "arn:*:s3:*:${aws:PrincipalAccount}:accesspoint/*"}
    point = "arn:aws:s3:eu-west-1:{}:accesspoint/payroll/object/x"
    assert allows(statement, point.format("111122223333"), {})
    assert not allows(statement, point.format("444455556666"), {})
