"""How a Principal or NotPrincipal speaks of a caller, facts C16 to C18 and A6.

Source: IAM User Guide, reference_policies_elements_principal and reference_policies_elements_notprincipal.
"""

from dataclasses import replace
from typing import Any

import pytest

from iamkit.decision import authorize
from iamkit.identity.principals import ANONYMOUS, Caller
from iamkit.naming import Naming, naming
from iamkit.policies import Policies
from iamkit.policy.document import Policy
from iamkit.readings import DEFAULT, Readings
from iamkit.request import Request

ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ANA = f"arn:aws:iam::{ACCOUNT}:user/ana"
PAYROLL_ANA = f"arn:aws:iam::{ACCOUNT}:user/payroll/ana"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/auditor"
PATH_ROLE = f"arn:aws:iam::{ACCOUNT}:role/audit/auditor"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/ana"
FEDERATED_USER = f"arn:aws:sts::{ACCOUNT}:federated-user/ana"
EC2 = "ec2.amazonaws.com"
ADFS = f"arn:aws:iam::{ACCOUNT}:saml-provider/ADFS"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


def named(
    element: str, value: Any, caller: Caller, readings: Readings = DEFAULT, condition: dict[str, Any] | None = None
) -> Naming:
    """How a statement with this Principal or NotPrincipal names the caller."""
    statement = {"Effect": "Deny", element: value, "Action": "*", "Resource": "*", "Condition": condition or {}}
    (parsed,) = Policy.parse({"Statement": statement}).statements
    return naming(parsed, caller, readings)


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        # Everyone, anonymous callers included.
        *[("*", caller, Naming.ANYONE) for caller in (ROOT, ANA, SESSION, ROLE, EC2, ADFS, ANONYMOUS)],
        # A6: the account and :root are one, and mean everyone in the account, not its root user alone.
        *[({"AWS": form}, who, Naming.ACCOUNT) for form in (ACCOUNT, ROOT) for who in (ROOT, ANA, SESSION, ROLE)],
        ({"AWS": ACCOUNT}, ANONYMOUS, Naming.NOT),
        ({"AWS": ACCOUNT}, EC2, Naming.NOT),
        ({"AWS": "444455556666"}, ANA, Naming.NOT),
        # A user, whole ARN with path and case.
        ({"AWS": ANA}, ANA, Naming.ITSELF),
        ({"AWS": PAYROLL_ANA}, PAYROLL_ANA, Naming.ITSELF),
        ({"AWS": ANA}, PAYROLL_ANA, Naming.NOT),
        ({"AWS": ANA}, ANA.replace("ana", "Ana"), Naming.NOT),
        ({"AWS": ANA}, SESSION, Naming.NOT),
        # A role names its sessions as their role; a session only itself.
        ({"AWS": ROLE}, SESSION, Naming.ENTITY),
        ({"AWS": ROLE}, ROLE, Naming.ENTITY),
        ({"AWS": ROLE}, SESSION.replace("auditor", "editor"), Naming.NOT),
        ({"AWS": ROLE}, SESSION.replace(ACCOUNT, "444455556666"), Naming.NOT),
        ({"AWS": SESSION}, SESSION, Naming.ITSELF),
        ({"AWS": SESSION}, SESSION.replace("/ana", "/bob"), Naming.NOT),
        ({"AWS": SESSION}, ROLE, Naming.NOT),
        # A session's ARN has no path, its role's has: names are unique in an account.
        ({"AWS": PATH_ROLE}, SESSION, Naming.ENTITY),
        ({"AWS": PATH_ROLE}, PATH_ROLE, Naming.ENTITY),
        ({"AWS": ROLE}, PATH_ROLE, Naming.NOT),
        ({"AWS": FEDERATED_USER}, FEDERATED_USER, Naming.ITSELF),
        ({"AWS": FEDERATED_USER}, ANA, Naming.NOT),
        ({"Service": EC2}, EC2, Naming.ITSELF),
        ({"Service": EC2}, "lambda.amazonaws.com", Naming.NOT),
        ({"Service": EC2}, ANA, Naming.NOT),
        ({"Federated": ADFS}, ADFS, Naming.ITSELF),
        ({"Federated": ADFS}, GITHUB, Naming.NOT),
        ({"Federated": "*"}, GITHUB, Naming.ITSELF),
        ({"Federated": "*"}, ANA, Naming.NOT),
        # C16: lists are OR; the strongest name counts.
        ({"AWS": [ACCOUNT, ANA]}, ANA, Naming.ITSELF),
        ({"AWS": [ACCOUNT, ANA]}, SESSION, Naming.ACCOUNT),
        ({"AWS": ["444455556666", ROLE], "Service": EC2}, SESSION, Naming.ENTITY),
    ],
)
def test_c16_each_form_names_its_callers(principal: Any, caller: str, expected: Naming) -> None:
    assert named("Principal", principal, Caller.parse(caller)) is expected


def test_a_federated_user_session_is_named_through_its_user() -> None:
    caller = replace(Caller.parse(FEDERATED_USER), entity=ANA)
    assert named("Principal", {"AWS": ANA}, caller) is Naming.ENTITY


def test_a_canonical_id_names_the_account() -> None:
    canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    caller = replace(Caller.parse(ANA), canonical=canonical)
    assert named("Principal", {"CanonicalUser": canonical}, caller) is Naming.ACCOUNT
    assert named("Principal", {"CanonicalUser": canonical}, Caller.parse(ANA)) is Naming.NOT


@pytest.mark.parametrize(
    ("caller", "kept", "expected"),
    [(ANA, "AIDAJQABLZS4A3QDU576Q", Naming.ITSELF), (ROLE, "AROAJQABLZS4A3QDU576Q", Naming.ENTITY)],
)
def test_c17_a_namesake_created_again_has_another_id(caller: str, kept: str, expected: Naming) -> None:
    # A trust policy stores the ID; delete and re-create the user or role, and it shows and no longer matches.
    first = replace(Caller.parse(caller), unique_id=kept)
    again = replace(Caller.parse(caller), unique_id=kept.replace("Q", "X"))
    assert named("Principal", {"AWS": kept}, first) is expected
    assert named("Principal", {"AWS": kept}, again) is Naming.NOT


def test_c17_aws_principalarn_matches_a_namesake() -> None:
    # "AWS does not convert condition key ARNs to IDs": the value knows names only.
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}},
        }
    }
    request = Request(SESSION, "s3:GetObject", "arn:aws:s3:::payroll/march.csv")
    assert authorize(request, Policies(resource=policy)).allowed


class TestC18:
    """NotPrincipal spares a caller only if it lists the caller's account, its user or role, and its session."""

    @pytest.mark.parametrize(
        ("listed", "caller", "spared"),
        [
            ([ANA, ROOT], ANA, True),
            ([ANA, ACCOUNT], ANA, True),
            ([ANA], ANA, False),
            ([ROOT], ANA, False),
            ([ROOT], ROOT, True),
            ([ROLE, ROOT, SESSION], SESSION, True),
            ([ROLE, ROOT], SESSION, False),
            ([SESSION, ROOT], SESSION, False),
            ([SESSION, ROLE], SESSION, False),
            # A role's own ARN stands for any session: account and role are enough.
            ([ROLE, ROOT], ROLE, True),
            (["444455556666"], ANA, False),
            ("*", ANA, True),
        ],
    )
    def test_c18_notprincipal_lists_callers_whole(self, listed: Any, caller: str, spared: bool) -> None:
        expected = Naming.NOT if spared else Naming.ANYONE
        assert named("NotPrincipal", {"AWS": listed}, Caller.parse(caller)) is expected

    def test_c18_services_need_no_account(self) -> None:
        assert named("NotPrincipal", {"Service": EC2}, Caller.parse(EC2)) is Naming.NOT
        assert named("NotPrincipal", {"Service": EC2}, Caller.parse(ANONYMOUS)) is Naming.ANYONE

    @pytest.mark.parametrize(("bounded", "expected"), [(False, Naming.NOT), (True, Naming.ANYONE)])
    def test_c18_a_boundary_is_never_spared(self, bounded: bool, expected: Naming) -> None:
        caller = replace(Caller.parse(ANA), bounded=bounded)
        assert named("NotPrincipal", {"AWS": [ANA, ROOT]}, caller) is expected


class TestStarAsAReading:
    """What * is worth to a user or role of the account: policy-eval-denyallow, read in two ways."""

    ARN_TEST = ("ArnEquals", "aws:PrincipalArn", ANA)

    @pytest.mark.parametrize(("switch", "expected"), [(True, Naming.ANYONE), (False, Naming.ENTITY)])
    def test_star_alone(self, switch: bool, expected: Naming) -> None:
        readings = Readings(star_bypasses_ceilings=switch)
        assert named("Principal", "*", Caller.parse(ANA), readings) is expected
        assert named("Principal", "*", Caller.parse(ANONYMOUS), readings) is Naming.ANYONE

    @pytest.mark.parametrize(("switch", "expected"), [(True, Naming.ANYONE), (False, Naming.ENTITY)])
    def test_star_with_principal_arn(self, switch: bool, expected: Naming) -> None:
        operator, key, value = self.ARN_TEST
        readings = Readings(star_with_principal_arn_bypasses_ceilings=switch)
        assert named("Principal", "*", Caller.parse(ANA), readings, {operator: {key: value}}) is expected
        # A negated test names nobody: the other switch decides.
        negated = {"ArnNotEquals": {key: value}}
        assert named("Principal", "*", Caller.parse(ANA), readings, negated) is Naming.ANYONE


def test_a_statement_without_principal_speaks_of_whom_it_is_attached_to() -> None:
    (parsed,) = Policy.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}).statements
    assert naming(parsed, Caller.parse(ANA), DEFAULT) is Naming.ITSELF
