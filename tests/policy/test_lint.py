"""Lint: each finding with a policy that has it and the nearest policy that has not.

The sources stand beside the codes in iamkit/policy/findings.py.
"""

import re
from typing import Any

import pytest

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.findings import CODES
from iamkit.policy.lint import Finding, lint
from iamkit.policy.places import Place, check_place

S = "$.Statement[0]"
ROLE = "arn:aws:iam::111122223333:role/auditor"
GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
BUCKET, OBJECTS = "arn:aws:s3:::payroll", "arn:aws:s3:::payroll/*"
MFA = "aws:MultiFactorAuthPresent"

IDENTITY = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}
DENY = IDENTITY | {"Effect": "Deny"}
RESOURCE = IDENTITY | {"Principal": {"AWS": ROLE}}
TRUST = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
LIST = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": OBJECTS}
WEB = {"Effect": "Allow", "Principal": {"Federated": GITHUB}, "Action": "sts:AssumeRoleWithWebIdentity"}


TYPO = WEB | {"Principal": {"Federated": GITHUB.replace("token.", "tokens.")}}


def when(condition: dict[str, Any], statement: dict[str, Any] = IDENTITY) -> dict[str, Any]:
    return statement | {"Condition": condition}


def without(statement: dict[str, Any], element: str, **instead: Any) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != element} | instead


def in_condition(operator: str, key: str) -> str:
    return f"{S}.Condition.{operator}.{key}"


def value_row(code: str, operator: str, key: str, bad: Any, good: Any) -> tuple:
    """A row about one condition value of an identity-based policy."""
    trigger, neighbor = when({operator: {key: bad}}), when({operator: {key: good}})
    return (code, Place.IDENTITY, [trigger], [neighbor], in_condition(operator, key))


# code, place, statements that have it, statements that have it not, the path of the finding.
ROWS: list[tuple[str, Place, list[dict[str, Any]], list[dict[str, Any]], str]] = [
    ("duplicate-statement", Place.IDENTITY,
     [IDENTITY | {"Sid": "A"}, IDENTITY | {"Sid": "B", "Action": ["SQS:SENDMESSAGE"]}],
     [IDENTITY, IDENTITY | {"Action": "sqs:ReceiveMessage"}], "$.Statement[1]"),
    ("allow-denied-beside", Place.IDENTITY, [IDENTITY, DENY],
     [IDENTITY, when({"Bool": {"aws:SecureTransport": "false"}}, DENY)], S),
    ("allow-denied-beside", Place.IDENTITY, [when({"Bool": {"aws:SecureTransport": "true"}}), DENY],
     [IDENTITY, DENY | {"Action": "sqs:ReceiveMessage"}], S),
    ("empty-condition", Place.IDENTITY, [when({})], [IDENTITY], f"{S}.Condition"),
    ("empty-condition", Place.IDENTITY, [when({"StringEquals": {}})],
     [when({"StringEquals": {"aws:username": "ana"}})], f"{S}.Condition"),
    ("allow-notaction", Place.IDENTITY, [without(IDENTITY, "Action", NotAction="iam:*")],
     [without(DENY, "Action", NotAction="iam:*")], f"{S}.NotAction"),
    ("allow-notresource", Place.IDENTITY, [without(IDENTITY, "Resource", NotResource=BUCKET)],
     [without(DENY, "Resource", NotResource=BUCKET)], f"{S}.NotResource"),
    ("action-of-every-service", Place.IDENTITY, [IDENTITY | {"Action": "*:*"}], [IDENTITY | {"Action": "*"}],
     f"{S}.Action"),
    ("action-of-every-service", Place.IDENTITY, [IDENTITY | {"Action": ["s3:Get*", "*:Get*"]}],
     [IDENTITY | {"Action": ["s3:Get*", "sqs:Get*"]}], f"{S}.Action[1]"),
    ("action-with-space", Place.IDENTITY, [IDENTITY | {"Action": "sqs: SendMessage"}], [IDENTITY], f"{S}.Action"),
    ("unknown-action", Place.IDENTITY, [IDENTITY | {"Action": "sqs:SendMesage"}], [IDENTITY], f"{S}.Action"),
    ("unknown-action", Place.IDENTITY, [IDENTITY | {"Action": ["sqs:SendMessage", "sqs:Fetch*"]}],
     [IDENTITY | {"Action": ["sqs:SendMessage", "sqs:Send*"]}], f"{S}.Action[1]"),
    ("unknown-action", Place.IDENTITY, [without(DENY, "Action", NotAction="sqq:*")],
     [without(DENY, "Action", NotAction="sqs:*")], f"{S}.NotAction"),
    ("action-without-resource", Place.IDENTITY, [LIST | {"Action": "s3:ListAllMyBuckets"}],
     [LIST | {"Action": "s3:ListAllMyBuckets", "Resource": "*"}], f"{S}.Action"),
    ("action-without-resource", Place.IDENTITY, [IDENTITY | {"Action": "sqs:ListQueues"}],
     [IDENTITY | {"Action": "sqs:*Queue*"}], f"{S}.Action"),
    ("action-on-other-resource", Place.IDENTITY, [IDENTITY | {"Action": ["sqs:SendMessage", "kms:Decrypt"]}],
     [IDENTITY | {"Action": ["sqs:SendMessage", "kms:Decrypt"], "Resource": [IDENTITY["Resource"], "arn:aws:kms:*"]}],
     f"{S}.Action[1]"),
    ("action-on-other-resource", Place.IDENTITY, [DENY | {"Action": "s3:GetObject"}],
     [DENY | {"Action": "s3:GetObject", "Resource": OBJECTS}], f"{S}.Action"),
    ("action-on-other-resource", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:sns:*:*:*"}],
     [IDENTITY | {"Resource": "arn:aws:s?s:*:*:*"}], f"{S}.Action"),
    ("s3-object-action-on-bucket", Place.IDENTITY, [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": BUCKET}],
     [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [BUCKET, OBJECTS]}], f"{S}.Resource"),
    ("s3-object-action-on-bucket", Place.IDENTITY,
     [{"Effect": "Deny", "Action": ["s3:ListBucket", "s3:putobject"], "Resource": BUCKET}],
     [{"Effect": "Deny", "Action": ["s3:ListBucket", "s3:putobject"], "Resource": "arn:aws:s3:::pay*"}],
     f"{S}.Resource"),
    ("s3-bucket-action-on-object", Place.IDENTITY, [LIST],
     [LIST | {"Resource": [OBJECTS, BUCKET]}], f"{S}.Resource"),
    ("s3-bucket-action-on-object", Place.IDENTITY, [LIST],
     [LIST | {"Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/payroll"}], f"{S}.Resource"),
    ("s3-bucket-action-on-object", Place.IDENTITY, [LIST],
     [LIST | {"Resource": "arn:aws:s3:::${aws:PrincipalTag/team}"}], f"{S}.Resource"),
    # C5
    ("wildcard-in-arn-head", Place.IDENTITY, [IDENTITY | {"Resource": "arn:*:sqs:*:*:jobs"}],
     [IDENTITY | {"Resource": "arn:aws:sqs:*:*:jobs"}], f"{S}.Resource"),
    ("wildcard-in-arn-head", Place.IDENTITY, [IDENTITY | {"Resource": [BUCKET, "arn:aws:sq?:*:*:jobs"]}],
     [IDENTITY | {"Resource": "*"}], f"{S}.Resource[1]"),
    ("wildcard-in-resource-type", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:lambda:*:*:functi*:pay"}],
     [IDENTITY | {"Resource": "arn:aws:lambda:*:*:function:p*"}], f"{S}.Resource"),
    ("wildcard-in-resource-type", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:iam::111122223333:*/ana"}],
     [IDENTITY | {"Resource": "arn:aws:s3:::*/ana"}], f"{S}.Resource"),
    # C7
    ("short-arn", Place.RESOURCE, [RESOURCE | {"Resource": "arn:aws:sqs"}], [RESOURCE], f"{S}.Resource"),
    ("short-arn", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:sqs:jobs"}], [IDENTITY | {"Resource": "*"}],
     f"{S}.Resource"),
    ("variable-in-arn-head", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:sqs:*:${aws:PrincipalAccount}:jobs"}],
     [IDENTITY | {"Resource": "arn:aws:sqs:*:*:${aws:username}"}], f"{S}.Resource"),
    # C18, C16, A6, C17
    ("notprincipal", Place.RESOURCE, [without(RESOURCE, "Principal", Effect="Deny", NotPrincipal={"AWS": ROLE})],
     [RESOURCE | {"Effect": "Deny"}], f"{S}.NotPrincipal"),
    ("open-to-everyone", Place.RESOURCE, [RESOURCE | {"Principal": "*"}],
     [when({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, RESOURCE | {"Principal": "*"})], f"{S}.Principal"),
    ("open-to-everyone", Place.TRUST, [TRUST | {"Principal": {"AWS": "*"}}],
     [TRUST | {"Principal": {"AWS": "*"}, "Effect": "Deny"}], f"{S}.Principal"),
    ("open-to-everyone", Place.RESOURCE, [RESOURCE | {"Principal": {"AWS": [ROLE, "*"]}}], [RESOURCE],
     f"{S}.Principal"),
    ("root-means-account", Place.TRUST, [TRUST | {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}],
     [TRUST | {"Principal": {"AWS": "111122223333"}}], f"{S}.Principal"),
    ("deleted-principal", Place.TRUST, [TRUST | {"Principal": {"AWS": "AROAJQABLZS4A3QDU576Q"}}], [TRUST],
     f"{S}.Principal"),
    ("service-without-source", Place.RESOURCE, [RESOURCE | {"Principal": {"Service": "sns.amazonaws.com"}}],
     [when({"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:*"}},
           RESOURCE | {"Principal": {"Service": "sns.amazonaws.com"}})], f"{S}.Principal"),
    # C19 and GitHub
    ("github-host-typo", Place.TRUST,
     [when({"StringEquals": {SUB: "repo:o/r:ref:x"}}, TYPO)],
     [when({"StringEquals": {SUB: "repo:o/r:ref:x"}}, WEB)], f"{S}.Principal"),
    ("github-host-typo", Place.TRUST, [when({"StringEquals": {f"tokens{SUB[5:]}": "repo:o/r:ref:x"}}, WEB)],
     [when({"StringEquals": {SUB: "repo:o/r:ref:x"}}, WEB)], in_condition("StringEquals", f"tokens{SUB[5:]}")),
    ("github-without-sub", Place.TRUST,
     [when({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}, WEB)],
     [when({"StringEquals": {SUB: "repo:o/r:ref:x"}}, WEB)], f"{S}.Principal"),
    ("github-without-sub", Place.TRUST, [when({"StringLikeIfExists": {SUB: "repo:o/*"}}, WEB)],
     [when({"StringLike": {SUB: "repo:o/*"}}, WEB)], f"{S}.Principal"),
    ("github-without-sub", Place.TRUST, [WEB],
     [when({"StringEquals": {SUB.replace("sub", "job_workflow_ref"): "o/r/.github/workflows/x.yml@ref"}}, WEB)],
     f"{S}.Principal"),
    ("github-wide-sub", Place.TRUST, [when({"StringLike": {SUB: "repo:o*/r:*"}}, WEB)],
     [when({"StringLike": {SUB: "repo:o/r*:*"}}, WEB)], in_condition("StringLike", SUB)),
    ("github-wide-sub", Place.TRUST, [when({"StringLike": {SUB: "*"}}, WEB)],
     [when({"StringEquals": {SUB: "repo:o/r"}}, WEB)], in_condition("StringLike", SUB)),
    # Conditions
    value_row("empty-values", "StringEquals", "aws:username", [], ["ana"]),
    ("repeated-key", Place.IDENTITY, [when({"StringEquals": {"aws:UserName": "ana", "aws:username": "bob"}})],
     [when({"StringEquals": {"aws:username": "ana"}, "StringLike": {"aws:UserName": "a"}})],
     in_condition("StringEquals", "aws:username")),
    ("key-without-prefix", Place.IDENTITY, [when({"StringEquals": {"PassedToService": "ec2.amazonaws.com"}})],
     [when({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})],
     in_condition("StringEquals", "PassedToService")),
    value_row("literal-wildcard", "StringEquals", "aws:username", "an*", "an${*}"),
    ("literal-wildcard", Place.IDENTITY, [when({"StringEquals": {"aws:username": ["bob", "an?"]}})],
     [when({"StringLike": {"aws:username": ["bob", "an?"]}})], in_condition("StringEquals", "aws:username") + "[1]"),
    value_row("literal-wildcard-in-arn", "StringEquals", "aws:SourceArn", "arn:aws:sns:*:*:jobs", "arn:aws:sns:::jobs"),
    ("literal-wildcard-in-arn", Place.IDENTITY, [when({"StringEquals": {"aws:SourceArn": "arn:aws:sns:*:*:jobs"}})],
     [when({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:jobs"}})], in_condition("StringEquals", "aws:SourceArn")),
    ("arn-equals-is-like", Place.IDENTITY, [when({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:jobs"}})],
     [when({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:jobs"}})], in_condition("ArnEquals", "aws:SourceArn")),
    ("string-like-on-arn", Place.IDENTITY, [when({"StringLike": {"aws:SourceArn": "arn:aws:sns:*:jobs"}})],
     [when({"StringLike": {"aws:username": "arn:aws:sns:*:jobs"}})], in_condition("StringLike", "aws:SourceArn")),
    # C15
    ("deny-fires-without-key", Place.IDENTITY, [when({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, DENY)],
     [when({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Null": {"aws:principalorgid": "false"}}, DENY)],
     in_condition("StringNotEquals", "aws:PrincipalOrgID")),
    ("deny-fires-without-key", Place.IDENTITY,
     [when({"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, DENY)],
     [when({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, DENY)],
     in_condition("NotIpAddressIfExists", "aws:SourceIp")),
    ("deny-fires-without-key", Place.IDENTITY, [when({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}, DENY)],
     [when({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "x"}}, DENY)],
     in_condition("ForAllValues:StringEquals", "aws:TagKeys")),
    ("deny-fires-without-key", Place.IDENTITY, [when({"StringNotEquals": {"aws:PrincipalTag/team": "pay"}}, DENY)],
     [when({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, DENY)],
     in_condition("StringNotEquals", "aws:PrincipalTag/team")),
    ("allow-fires-without-key", Place.IDENTITY, [when({"StringNotEquals": {"aws:PrincipalTag/team": "pay"}})],
     [when({"StringNotEquals": {"aws:PrincipalTag/team": "pay"}, "Null": {"aws:PrincipalTag/team": "false"}})],
     in_condition("StringNotEquals", "aws:PrincipalTag/team")),
    ("for-all-values-allow", Place.IDENTITY, [when({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}})],
     [when({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}, "Null": {"aws:TagKeys": "false"}})],
     in_condition("ForAllValues:StringEquals", "aws:TagKeys")),
    ("for-all-values-allow", Place.IDENTITY,
     [when({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}, "Null": {"aws:TagKeys": "true"}})],
     [when({"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}})],
     in_condition("ForAllValues:StringEquals", "aws:TagKeys")),
    # C14
    ("set-operator-on-single-value", Place.IDENTITY, [when({"ForAnyValue:StringEquals": {"aws:SourceVpce": "vpce-1"}})],
     [when({"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}})],
     in_condition("ForAnyValue:StringEquals", "aws:SourceVpce")),
    ("set-operator-on-single-value", Place.TRUST, [when({"ForAllValues:StringLike": {SUB: "repo:o/r:*"}}, WEB)],
     [when({"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
           WEB | {"Principal": {"Federated": "cognito-identity.amazonaws.com"}})],
     in_condition("ForAllValues:StringLike", SUB)),
    ("several-values-without-set-operator", Place.IDENTITY, [when({"StringEquals": {"aws:TagKeys": "x"}})],
     [when({"StringEquals": {"aws:RequestTag/x": "x"}})], in_condition("StringEquals", "aws:TagKeys")),
    ("null-with-set-operator", Place.IDENTITY, [when({"ForAnyValue:Null": {"aws:TagKeys": "true"}})],
     [when({"Null": {"aws:TagKeys": "true"}})], in_condition("ForAnyValue:Null", "aws:TagKeys")),
    value_row("both-booleans", "Bool", "aws:SecureTransport", ["true", False], ["true"]),
    value_row("both-booleans", "Null", "aws:SecureTransport", [True, "FALSE"], [True, "TRUE"]),
    # C9
    value_row("variable-in-bool", "Bool", "aws:SecureTransport", "${aws:ViaAWSService}", "true"),
    ("variable-of-several-values", Place.IDENTITY, [IDENTITY | {"Resource": "arn:aws:s3:::x/${aws:TagKeys}"}],
     [IDENTITY | {"Resource": "arn:aws:s3:::x/${aws:username}"}], f"{S}.Resource"),
    value_row("variable-of-several-values", "StringEquals", "s3:prefix", "${aws:CalledVia}", "${aws:CalledViaFirst}"),
    ("mfa-absent-with-keys", Place.IDENTITY, [when({"Bool": {MFA: "false"}}, DENY)],
     [when({"BoolIfExists": {MFA: "false"}}, DENY)], in_condition("Bool", MFA)),
    ("mfa-if-exists-allows", Place.IDENTITY, [when({"BoolIfExists": {MFA: "true"}})], [when({"Bool": {MFA: "true"}})],
     in_condition("BoolIfExists", MFA)),
    # A14, C17, A6
    value_row("session-arn-in-principal-arn", "ArnLike", "aws:PrincipalArn",
              "arn:aws:sts::111122223333:assumed-role/auditor/ana", ROLE),
    value_row("role-in-principal-arn", "ArnEquals", "aws:PrincipalArn", ROLE, "arn:aws:iam::111122223333:user/ana"),
    value_row("root-in-principal-arn", "ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:root", ROLE),
    ("root-in-principal-arn", Place.IDENTITY, [when({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})],
     [when({"StringEquals": {"aws:PrincipalAccount": "111122223333"}})], in_condition("ArnLike", "aws:PrincipalArn")),
    value_row("private-source-ip", "IpAddress", "aws:SourceIp", "10.1.0.0/16", "203.0.113.0/24"),
    value_row("private-source-ip", "NotIpAddress", "aws:SourceIp", "fd00::1", "2001:db8::1"),
    ("private-source-ip", Place.IDENTITY, [when({"IpAddress": {"aws:SourceIp": "192.168.0.1"}})],
     [when({"IpAddress": {"aws:VpcSourceIp": "192.168.0.1"}})], in_condition("IpAddress", "aws:SourceIp")),
    value_row("ip-host-bits", "IpAddress", "aws:SourceIp", "203.0.113.7/24", "203.0.113.7/32"),
]  # fmt: skip


def findings(statements: list[dict[str, Any]], place: Place, version: str | None = "2012-10-17") -> tuple[Finding, ...]:
    document = {"Statement": statements} | ({"Version": version} if version else {})
    # A finding is about what AWS accepts: the policy must be able to stand there.
    return lint(check_place(Policy.parse(document), place), place)


@pytest.mark.parametrize(
    ("code", "place", "trigger", "neighbor", "where"),
    ROWS,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(ROWS)],
)
def test_a_policy_that_has_it_and_its_nearest_neighbor(
    code: str, place: Place, trigger: list[dict[str, Any]], neighbor: list[dict[str, Any]], where: str
) -> None:
    found = [finding for finding in findings(trigger, place) if finding.code == code]
    assert [finding.where for finding in found] == [where]
    assert code not in {finding.code for finding in findings(neighbor, place)}


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (IDENTITY | {"Resource": "arn:aws:s3:::home/${aws:username}"}, f"{S}.Resource"),
        (when({"StringEquals": {"s3:prefix": "${aws:username}"}}), in_condition("StringEquals", "s3:prefix")),
    ],
)
def test_c2_variables_are_text_without_version_2012(statement: dict[str, Any], where: str) -> None:
    for version in (None, "2008-10-17"):
        found = [finding for finding in findings([statement], Place.IDENTITY, version) if "text" in finding.code]
        assert [(finding.code, finding.where) for finding in found] == [("variables-are-text", where)]
    assert not findings([IDENTITY], Place.IDENTITY, None)
    assert "variables-are-text" not in {finding.code for finding in findings([statement], Place.IDENTITY)}


def test_c1_an_id_belongs_in_resource_policies() -> None:
    named = {"Version": "2012-10-17", "Id": "P", "Statement": [IDENTITY]}
    assert [(finding.code, finding.where) for finding in lint(named)] == [("id-in-attached-policy", "$.Id")]
    assert lint(named | {"Statement": [RESOURCE]}, Place.RESOURCE) == ()


def test_every_code_is_tried() -> None:
    assert {row[0] for row in ROWS} | {"variables-are-text", "id-in-attached-policy"} == set(CODES)


def test_a_misspelled_action_gets_the_nearest_name() -> None:
    (found,) = findings([IDENTITY | {"Action": "sqs:SendMesage"}], Place.IDENTITY)
    assert found.remedy == "Did you mean sqs:SendMessage?"


def test_every_code_says_what_it_means_and_where_aws_says_so() -> None:
    for code, (means, source) in CODES.items():
        assert re.fullmatch("[a-z0-9-]+", code)
        assert means.endswith(".")
        assert re.fullmatch(r"(IAM User Guide|Service Authorization Reference), [a-z0-9_-]+", source)


@pytest.mark.parametrize(
    ("statements", "place"),
    [
        ([IDENTITY], Place.IDENTITY),
        ([RESOURCE], Place.RESOURCE),
        ([TRUST], Place.TRUST),
        ([{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}], Place.ENDPOINT),
        ([{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}], Place.RCP),
        ([TRUST | {"Principal": {"Service": "ec2.amazonaws.com"}}], Place.TRUST),
    ],
)
def test_ordinary_policies_have_no_findings(statements: list[dict[str, Any]], place: Place) -> None:
    assert findings(statements, place) == ()


def codes(statement: dict[str, Any], place: Place = Place.IDENTITY) -> set[str]:
    return {finding.code for finding in findings([statement], place)}


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ("arn:*:lambda:*:*:function:pay", "wildcard-in-arn-head"),
        ("arn:aws:lamb*:*:*:function:pay", "wildcard-in-arn-head"),
        ("arn:aws:lambda:*:*:functi*:pay", "wildcard-in-resource-type"),
    ],
)
def test_c5_wildcards_where_none_belong_are_found_and_not_refused(resource: str, code: str) -> None:
    # reference_policies_elements_resource and reference-arns forbid them; services are laxer.
    invoke = IDENTITY | {"Action": "lambda:InvokeFunction"}
    assert codes(invoke | {"Resource": resource}) == {code}
    assert codes(invoke | {"Resource": "arn:aws:lambda:*:*:function:*"}) == set()


def test_c19_githubs_host_has_no_s() -> None:
    # reference_policies_elements_principal has a sample with one too many; id_roles_create_for-idp_oidc has it right.
    sub = {"StringEquals": {SUB: "repo:o/r:ref:refs/heads/main"}}
    assert codes(when(sub, TYPO), Place.TRUST) == {"github-host-typo"}
    assert codes(when(sub, WEB), Place.TRUST) == set()


def test_a6_root_means_the_account_in_a_principal_and_the_root_user_in_aws_principalarn() -> None:
    root = "arn:aws:iam::111122223333:root"
    assert codes(TRUST | {"Principal": {"AWS": root}}, Place.TRUST) == {"root-means-account"}
    assert codes(when({"ArnEquals": {"aws:PrincipalArn": root}})) == {"root-in-principal-arn"}


def test_a14_aws_principalarn_is_never_a_session_arn() -> None:
    session = "arn:aws:sts::111122223333:assumed-role/auditor/ana"
    assert codes(when({"ArnEquals": {"aws:PrincipalArn": session}})) == {"session-arn-in-principal-arn"}
    assert codes(TRUST | {"Principal": {"AWS": session}}, Place.TRUST) == set()


def test_c7_a_short_arn_says_where_it_is_documented() -> None:
    short = {"Resource": "arn:aws:sqs"}
    (identity,) = findings([IDENTITY | short], Place.IDENTITY)
    (resource,) = findings([RESOURCE | short], Place.RESOURCE)
    assert "not for" not in identity.what
    assert "not for a resource-based policy" in resource.what


@pytest.mark.parametrize(
    ("operator", "means"),
    [
        # access-analyzer-reference-policy-checks, "Empty array condition ..."; the negated rows follow from C13.
        ("StringEquals", "never holds"),
        ("StringEqualsIfExists", "holds only when the key is missing"),
        ("ForAllValues:StringEquals", "holds only when the key is missing"),
        ("ForAnyValue:StringEquals", "never holds"),
        ("StringNotEquals", "always holds"),
        ("ForAllValues:StringNotEquals", "always holds"),
        ("ForAnyValue:StringNotEquals", "holds whenever the key is there"),
        ("Null", "never holds"),
    ],
)
def test_an_empty_list_says_what_it_comes_to(operator: str, means: str) -> None:
    found = [f for f in findings([when({operator: {"aws:TagKeys": []}})], Place.IDENTITY) if f.code == "empty-values"]
    assert [f"the condition {means}." in finding.what for finding in found] == [True]


def test_a_finding_reads_well_and_prints_the_same_each_time() -> None:
    (finding,) = findings([without(IDENTITY, "Action", NotAction="iam:*")], Place.IDENTITY)
    assert str(finding) == (
        "$.Statement[0].NotAction: The Allow covers every other action of every service, those of the future too. "
        "List the actions in Action, or use NotAction with Deny. [allow-notaction]"
    )
    assert repr(finding).startswith("Finding(code='allow-notaction', where='$.Statement[0].NotAction', what='The Allow")
    assert finding.source == "IAM User Guide, reference_policies_elements_notaction"


def test_findings_come_in_the_order_of_the_document() -> None:
    spaced = IDENTITY | {"Action": "sqs: SendMessage"}
    everything = without(IDENTITY, "Action", NotAction="iam:*")
    found = findings([spaced, everything, spaced | {"Action": "*:*"}], Place.IDENTITY)
    assert [finding.where for finding in found] == [
        "$.Statement[0].Action", "$.Statement[1].NotAction", "$.Statement[2].Action",
    ]  # fmt: skip


def test_lint_reads_dicts_and_texts_and_refuses_broken_ones() -> None:
    assert (
        lint('{"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}')[0].where
        == "$.Statement.NotAction"
    )
    with pytest.raises(PolicyError):
        lint({"Statement": {"Effect": "Alow"}})
