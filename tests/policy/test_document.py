"""Policy documents: fact C1 and the tree that parsing gives. Source: IAM User Guide, reference_policies_grammar."""

import json
from typing import Any

import pytest

from iamkit.arn import Wild
from iamkit.errors import PolicyError
from iamkit.policy.document import Policy, load_json, shown

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}
FULL = {
    "Version": "2012-10-17",
    "Id": "Payroll",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/auditor"},
            "Action": ["s3:GetObject", "s3:List*"],
            "Resource": ["arn:aws:s3:::payroll", "arn:aws:s3:::payroll/*"],
            "Condition": {"Bool": {"aws:SecureTransport": True}, "StringLike": {"s3:prefix": ["a*", "b*"]}},
        },
        {
            "Effect": "Deny",
            "NotPrincipal": "*",
            "NotAction": "iam:*",
            "NotResource": "*",
        },
    ],
}


def test_the_typed_tree_of_a_full_policy() -> None:
    policy = Policy.parse(FULL)
    assert (policy.name, policy.version, policy.id, len(policy.statements)) == ("Payroll", "2012-10-17", "Payroll", 2)
    first, second = policy.statements
    assert (first.name, first.effect, first.path) == ("Read", "Allow", "$.Statement[0]")
    assert first.action.values == ("s3:GetObject", "s3:List*")
    assert first.resource is not None
    assert first.resource.values == (("arn:aws:s3:::payroll",), ("arn:aws:s3:::payroll/", Wild.ANY))
    assert [(c.written, c.key, c.values, c.path) for c in first.conditions] == [
        ("Bool", "aws:SecureTransport", ("true",), "$.Statement[0].Condition.Bool.aws:SecureTransport"),
        ("StringLike", "s3:prefix", ("a*", "b*"), "$.Statement[0].Condition.StringLike.s3:prefix"),
    ]
    assert second.name == "Statement[1]"
    negated = [selector.negated for selector in (second.principal, second.action, second.resource) if selector]
    assert negated == [True, True, True]


def test_a_policy_is_read_from_text_and_stays_the_same() -> None:
    policy = Policy.parse(json.dumps(FULL), name="P")
    assert policy.name == "P"
    assert policy.document == FULL
    assert json.loads(policy.to_json()) == FULL
    assert Policy.parse(policy) is policy


def test_its_repr_is_short_and_stable() -> None:
    assert repr(Policy.parse({"Statement": READ}, name="Read")) == "<Policy 'Read': 1 statement>"
    assert repr(Policy.parse(FULL)) == "<Policy 'Payroll': 2 statements>"


@pytest.mark.parametrize("version", ["2008-10-17", "2012-10-17"])
def test_c1_two_versions(version: str) -> None:
    assert Policy.parse({"Version": version, "Statement": READ}).version == version


def test_c1_no_version_means_2008() -> None:
    assert Policy.parse({"Statement": READ}).version == "2008-10-17"


def test_c1_a_single_statement_or_value_may_drop_its_brackets() -> None:
    bare, listed = Policy.parse({"Statement": READ}), Policy.parse({"Statement": [READ | {"Action": ["s3:GetObject"]}]})
    assert bare.statements[0].action.values == listed.statements[0].action.values
    assert (bare.statements[0].path, listed.statements[0].path) == ("$.Statement", "$.Statement[0]")


def test_c1_blocks_come_in_any_order() -> None:
    backwards = json.dumps({key: READ[key] for key in reversed(READ)})
    assert Policy.parse(f'{{"Statement": {backwards}, "Version": "2012-10-17"}}').statements[0].effect == "Allow"


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_c1_two_effects(effect: str) -> None:
    assert Policy.parse({"Statement": READ | {"Effect": effect}}).statements[0].effect == effect


@pytest.mark.parametrize("effect", ["allow", "DENY", "", None, 1, ["Allow"], {"Allow": 1}])
def test_c1_effect_is_case_sensitive_and_a_text(effect: Any) -> None:
    with pytest.raises(PolicyError) as error:
        Policy.parse({"Statement": [READ | {"Effect": effect}]})
    assert error.value.where == "$.Statement[0].Effect"
    assert "'Allow' or 'Deny'" in error.value.remedy


@pytest.mark.parametrize("element", ["Action", "Resource", "Principal"])
def test_c1_one_of_each_pair(element: str) -> None:
    both = READ | {"Principal": "*", f"Not{element}": (READ | {"Principal": "*"})[element]}
    with pytest.raises(PolicyError) as error:
        Policy.parse({"Statement": both})
    assert error.value.where == f"$.Statement.Not{element}"


def test_c1_sids_are_unique() -> None:
    with pytest.raises(PolicyError) as error:
        Policy.parse({"Statement": [READ | {"Sid": "A"}, READ, READ | {"Sid": "A"}]})
    assert error.value.where == "$.Statement[2].Sid"
    assert "$.Statement[0]" in error.value.remedy
    # Absent and empty ones may repeat; so may ones that differ in case.
    Policy.parse({"Statement": [READ, READ, READ | {"Sid": ""}, READ | {"Sid": "A"}, READ | {"Sid": "a"}]})


@pytest.mark.parametrize(
    "text",
    [
        '{"Statement": [], "Statement": []}',
        '{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",'
        ' "Condition": {"Bool": {"aws:SecureTransport": "true", "aws:SecureTransport": "false"}}}}',
    ],
)
def test_c1_duplicate_keys_are_invalid(text: str) -> None:
    with pytest.raises(PolicyError, match="stands twice in one object"):
        Policy.parse(text)


@pytest.mark.parametrize("action", ["amplifybackend: *", "lambda:ListFunctions ", "ec2: DescribeAccountAttributes"])
def test_stray_spaces_of_aws_managed_policies_load(action: str) -> None:
    # AdministratorAccess-Amplify v1, SecurityAudit v5 and ViewOnlyAccess v1 have them.
    assert Policy.parse({"Statement": READ | {"Action": action}}).statements[0].action.values == (action,)


def test_a_key_without_prefix_loads() -> None:
    # AmazonEC2SpotFleetTaggingRole v1 has StringEquals PassedToService.
    statement = READ | {"Condition": {"StringEquals": {"PassedToService": "ec2.amazonaws.com"}}}
    assert Policy.parse({"Statement": statement}).statements[0].conditions[0].key == "PassedToService"


def test_empty_conditions_load() -> None:
    # access-analyzer-reference-policy-checks only suggests to remove them.
    assert Policy.parse({"Statement": READ | {"Condition": {}}}).statements[0].conditions == ()
    assert Policy.parse({"Statement": READ | {"Condition": {"Bool": {}}}}).statements[0].conditions == ()
    empty = READ | {"Condition": {"StringEquals": {"aws:username": []}}}
    assert Policy.parse({"Statement": empty}).statements[0].conditions[0].values == ()


def test_tag_keys_may_have_colons_and_spaces() -> None:
    for key in ("aws:PrincipalTag/dp:exclude:network", "aws:RequestTag/cost center"):
        statement = READ | {"Condition": {"StringEquals": {key: "x"}}}
        assert Policy.parse({"Statement": statement}).statements[0].conditions[0].key == key


def test_numbers_and_booleans_become_texts() -> None:
    statement = READ | {"Condition": {"StringEquals": {"aws:x": ["a", 1, 1.5, True, False]}}}
    values = Policy.parse({"Statement": statement}).statements[0].conditions[0].values
    assert values == ("a", "1", "1.5", "true", "false")


def test_python_may_write_tuples_for_lists() -> None:
    policy = Policy.parse({"Statement": (READ | {"Action": ("s3:GetObject", "s3:PutObject")},)})
    assert policy.statements[0].action.values == ("s3:GetObject", "s3:PutObject")


def test_a_syntax_fault_has_line_and_column() -> None:
    with pytest.raises(PolicyError) as error:
        load_json('{"Statement":\n  [1,\n  ,2]}')
    assert error.value.where == "$ (line 3, column 3)"
    assert str(error.value.inside("identity[0]")).startswith("identity[0] (line 3, column 3): This is not JSON")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "'a'"), ([1], "[1]"), (None, "null"), (object(), "a Python object"), ({1j: 2}, "a Python dict")],
)
def test_messages_show_values_without_addresses(value: Any, expected: str) -> None:
    assert shown(value) == expected


def test_messages_stay_short() -> None:
    assert len(shown("x" * 1000)) == 80
