"""What Action and Resource match, facts C4 to C7, through one decision for one request."""

from typing import Any

import pytest

from iamkit.decision import authorize
from iamkit.policies import Policies
from iamkit.readings import DEFAULT, Readings
from iamkit.request import Request

ANA = "arn:aws:iam::111122223333:user/ana"
PAYSLIP = "arn:aws:s3:::payroll/march.csv"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"


def allows(statement: dict[str, Any], action: str, resource: str, readings: Readings = DEFAULT) -> bool:
    """Whether one Allow, attached to ana, allows her the action on the resource."""
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"} | statement}
    for element in ("Action", "Resource"):
        if f"Not{element}" in statement:
            del document["Statement"][element]
    return authorize(Request(ANA, action, resource), Policies(identity=[document], readings=readings)).allowed


@pytest.mark.parametrize(
    ("listed", "action", "expected"),
    [
        # reference_policies_elements_action: iam:ListAccessKeys is the same as IAM:listaccesskeys.
        ("iam:ListAccessKeys", "IAM:listaccesskeys", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:Get*", "s3:getobject", True),
        ("iam:*AccessKey*", "iam:UpdateAccessKey", True),
        ("iam:*AccessKey*", "iam:ListUsers", False),
        ("s3:GetObjec?", "s3:GetObject", True),
        ("s3:GetObject?", "s3:GetObject", False),
        ("s3:GetObject", "s3:GetObjectAcl", False),
        ("*", "s3:GetObject", True),
        ("*:*", "s3:GetObject", True),
        ("*:Get*", "s3:GetObject", True),
        ("*:Get*", "s3:PutObject", False),
        ("ec2:*", "s3:GetObject", False),
        # Stray spaces, as in old versions of AWS managed policies, match no action.
        ("s3: GetObject", "s3:GetObject", False),
    ],
)
def test_c4_actions_match_without_case(listed: str, action: str, expected: bool) -> None:
    assert allows({"Action": listed}, action, "*") is expected
    assert allows({"NotAction": listed}, action, "*") is not expected


def test_c4_resource_names_are_case_sensitive() -> None:
    # reference_policies_elements_resource: "the IAM user name is case sensitive".
    bob = "arn:aws:iam::111122223333:user/Bob"
    assert allows({"Resource": bob}, "iam:GetUser", bob)
    assert not allows({"Resource": bob.replace("Bob", "bob")}, "iam:GetUser", bob)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("arn:aws:s3:::payroll/*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3:::pay*.csv", True),
        ("arn:aws:s3:::payroll/????h.csv", True),
        ("arn:aws:s3:::payroll", False),
        ("arn:aws:s3:::payroll/", False),
        ("arn:aws:s3:::payroll/march", False),
        # C5: real services take wildcards in the partition and the service; lint warns.
        ("arn:*:s3:::payroll/*", True),
        ("arn:aws:s?:::payroll/*", True),
        ("arn:aws:sqs:::payroll/*", False),
        ("*", True),
    ],
)
def test_c5_a_star_crosses_slashes(listed: str, expected: bool) -> None:
    assert allows({"Resource": listed}, "s3:GetObject", PAYSLIP) is expected
    assert allows({"NotResource": listed}, "s3:GetObject", PAYSLIP) is not expected


def test_c5_lists_are_or_and_their_not_form_is_nor() -> None:
    both = ["arn:aws:s3:::payroll/*", "arn:aws:s3:::holiday/*"]
    assert allows({"Resource": both}, "s3:GetObject", PAYSLIP)
    assert not allows({"NotResource": both}, "s3:GetObject", PAYSLIP)
    assert allows({"NotResource": both}, "s3:GetObject", "arn:aws:s3:::public/x")


@pytest.mark.parametrize(
    ("listed", "inside", "across"),
    [
        # C6: six fields compared one by one; or a star that ends a field may run on past colons.
        ("arn:aws:logs:*:*:log-group:pay", True, True),
        ("arn:aws:logs:eu*1:111122223333:log-group:pay", True, True),
        ("arn:aws:logs:eu-*:log-group:pay", False, True),
        ("arn:aws:logs:eu*2:log-group:pay", False, False),
    ],
)
def test_c6_a_star_at_the_end_of_a_field_is_a_reading(listed: str, inside: bool, across: bool) -> None:
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:pay"
    assert allows({"Resource": listed}, "logs:PutLogEvents", group) is inside
    assert allows({"Resource": listed}, "logs:PutLogEvents", group, Readings(star_crosses_colons=True)) is across


def test_c6_the_last_field_may_hold_colons_either_way() -> None:
    stream = "arn:aws:logs:eu-west-1:111122223333:log-group:pay:log-stream:x"
    for readings in (DEFAULT, Readings(star_crosses_colons=True)):
        assert allows({"Resource": "arn:aws:logs:*:*:log-group:pay:*"}, "logs:PutLogEvents", stream, readings)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        # reference-arns: arn:aws:sqs is equivalent to arn:aws:sqs:*:*:*.
        ("arn:aws:sqs", True),
        ("arn:aws:sqs:eu-west-1", True),
        ("arn:aws:sqs:us-east-1", False),
        ("arn:aws:sqs:*:111122223333", True),
        ("arn:aws:sqs:*:444455556666", False),
        ("arn:aws:sns", False),
        # Only the missing fields are filled: here the queue's name stands in the account's field.
        ("arn:aws:sqs:eu-west-1:jobs", False),
    ],
)
def test_c7_identity_policies_fill_short_arns(listed: str, expected: bool) -> None:
    for readings in (DEFAULT, Readings(short_arns_everywhere=False)):
        assert allows({"Resource": listed}, "sqs:SendMessage", QUEUE, readings) is expected


@pytest.mark.parametrize(("everywhere", "expected"), [(True, True), (False, False)])
def test_c7_short_arns_in_resource_policies_are_a_reading(everywhere: bool, expected: bool) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": ANA}, "Action": "sqs:*", "Resource": "arn:aws:sqs"}
    stack = Policies(resource={"Statement": statement}, readings=Readings(short_arns_everywhere=everywhere))
    assert authorize(Request(ANA, "sqs:SendMessage", QUEUE), stack).allowed is expected


def test_all_elements_of_a_statement_must_match() -> None:
    statement = {
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::payroll/*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
    document = {"Statement": {"Effect": "Allow"} | statement}
    secure = {"aws:SecureTransport": "true"}
    for action, resource, context, expected in (
        ("s3:GetObject", PAYSLIP, secure, True),
        ("s3:PutObject", PAYSLIP, secure, False),
        ("s3:GetObject", "arn:aws:s3:::holiday/x", secure, False),
        ("s3:GetObject", PAYSLIP, {"aws:SecureTransport": "false"}, False),
        ("s3:GetObject", PAYSLIP, {}, False),
    ):
        decision = authorize(Request(ANA, action, resource, context), Policies(identity=[document]))
        assert decision.allowed is expected
