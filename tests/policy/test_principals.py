"""The forms a principal is written in, fact C16. Source: IAM User Guide, reference_policies_elements_principal."""

import pytest

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.principals import Form, Named, read_principal

CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


@pytest.mark.parametrize(
    ("kind", "value", "form", "account"),
    [
        ("AWS", "*", Form.ANYONE, None),
        ("AWS", "111122223333", Form.ACCOUNT, "111122223333"),
        ("AWS", "arn:aws:iam::111122223333:root", Form.ACCOUNT, "111122223333"),
        ("AWS", "arn:aws-cn:iam::111122223333:root", Form.ACCOUNT, "111122223333"),
        ("AWS", "arn:aws:iam::111122223333:user/ana", Form.USER, "111122223333"),
        ("AWS", "arn:aws:iam::111122223333:user/payroll/ana", Form.USER, "111122223333"),
        ("AWS", "arn:aws:iam::111122223333:role/auditor", Form.ROLE, "111122223333"),
        ("AWS", "arn:aws:sts::111122223333:assumed-role/auditor/ana@example.com", Form.SESSION, "111122223333"),
        ("AWS", "arn:aws:sts::111122223333:federated-user/ana", Form.FEDERATED_USER, "111122223333"),
        ("AWS", "AIDAJQABLZS4A3QDU576Q", Form.DELETED, None),
        ("AWS", "AROAJQABLZS4A3QDU576Q", Form.DELETED, None),
        ("AWS", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", Form.USER, "cloudfront"),
        ("Service", "ec2.amazonaws.com", Form.SERVICE, None),
        ("Service", "s3.ap-east-1.amazonaws.com", Form.SERVICE, None),
        ("Service", "ec2.amazonaws.com.cn", Form.SERVICE, None),
        ("Service", "email.cognito-idp.amazonaws.com", Form.SERVICE, None),
        ("Federated", "cognito-identity.amazonaws.com", Form.FEDERATED, None),
        ("Federated", "accounts.google.com", Form.FEDERATED, None),
        ("Federated", "arn:aws:iam::111122223333:saml-provider/ADFS", Form.FEDERATED, "111122223333"),
        ("Federated", "arn:aws:iam::111122223333:oidc-provider/idp.example.com/a/b", Form.FEDERATED, "111122223333"),
        ("CanonicalUser", CANONICAL, Form.CANONICAL, None),
    ],
)
def test_every_form_is_read(kind: str, value: str, form: Form, account: str | None) -> None:
    named = read_principal(kind, value, "$")
    assert (named.form, named.value, named.account) == (form, value, account)


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        # A group is never authenticated, so it is no principal.
        ("AWS", "arn:aws:iam::111122223333:group/staff", "The group 'staff' cannot be a principal"),
        # C16: a wildcard is the whole value or nothing.
        ("AWS", "arn:aws:iam::111122223333:user/*", "A wildcard cannot be part"),
        ("AWS", "arn:aws:iam::111122223333:role/audit?r", "A wildcard cannot be part"),
        ("AWS", "arn:aws:sts::111122223333:assumed-role/auditor/*", "A wildcard cannot be part"),
        ("AWS", "11112222333*", "A wildcard cannot be part"),
        ("Service", "*", "is not a service principal"),
        ("Service", "*.amazonaws.com", "is not a service principal"),
        ("Service", "ec2", "is not a service principal"),
        ("Service", "EC2.amazonaws.com", "is not a service principal"),
        ("AWS", "ec2.amazonaws.com", "is a service"),
        ("AWS", "", "is not an ARN"),
        ("AWS", "ana", "is not an ARN"),
        ("AWS", "11112222333", "is not an ARN"),
        ("AWS", "1111-2222-3333", "is not an ARN"),
        ("AWS", "arn:aws:iam::111122223333", "is not an ARN"),
        ("AWS", "arn:aws:iam::1111:user/ana", "no 12-digit account ID"),
        ("AWS", "arn:aws:iam:eu-west-1:111122223333:user/ana", "has a Region"),
        ("AWS", "arn:aws:iam::111122223333:user", "cannot be a principal"),
        ("AWS", "arn:aws:iam::111122223333:user/", "cannot be a principal"),
        ("AWS", "arn:aws:iam::111122223333:root/x", "cannot be a principal"),
        ("AWS", "arn:aws:iam::111122223333:policy/p", "cannot be a principal"),
        ("AWS", "arn:aws:s3:::payroll", "no 12-digit account ID"),
        ("AWS", "arn:aws:sqs::111122223333:user/ana", "cannot be a principal"),
        # A session's ARN has the role's name without its path, and a session name.
        ("AWS", "arn:aws:sts::111122223333:assumed-role/auditor", "is not a role session"),
        ("AWS", "arn:aws:sts::111122223333:assumed-role/audit/auditor/ana", "is not a role session"),
        ("Federated", "arn:aws:iam::111122223333:oidc-provider/*", "is not an identity provider"),
        ("Federated", "token.actions.githubusercontent.com", "is not an identity provider"),
        ("Federated", "arn:aws:iam::111122223333:role/auditor", "is not an identity provider"),
        ("CanonicalUser", CANONICAL[:-1], "is not a canonical user ID"),
        ("CanonicalUser", CANONICAL.upper(), "is not a canonical user ID"),
    ],
)
def test_what_is_no_principal_says_what_to_write(kind: str, value: str, fault: str) -> None:
    with pytest.raises(PolicyError) as error:
        read_principal(kind, value, "$.here")
    assert fault in error.value.what
    assert error.value.where == "$.here"
    assert error.value.remedy


def principals(element: object) -> tuple[Named, ...]:
    statement = {"Effect": "Allow", "Principal": element, "Action": "*", "Resource": "*"}
    (parsed,) = Policy.parse({"Statement": statement}).statements
    assert parsed.principal is not None
    return parsed.principal.values


def test_c16_the_star_has_two_spellings() -> None:
    assert principals("*") == principals({"AWS": "*"}) == principals({"AWS": ["*"]}) == (Named(Form.ANYONE, "*"),)


def test_c16_lists_and_kinds_stand_side_by_side() -> None:
    named = principals({"AWS": ["111122223333", "444455556666"], "Service": "ec2.amazonaws.com"})
    assert [str(one) for one in named] == ["account 111122223333", "account 444455556666", "service ec2.amazonaws.com"]
