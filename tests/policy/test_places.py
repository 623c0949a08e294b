"""What each policy type may contain, facts C3, C7 and C18.

Source: IAM User Guide, reference_policies_grammar, access-analyzer-reference-policy-checks and
reference_policies_elements_notprincipal; Organizations User Guide, orgs_manage_policies_scps_syntax and
orgs_manage_policies_rcps_syntax.
"""

from typing import Any

import pytest

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.readings import DEFAULT, Readings

ROLE = "arn:aws:iam::111122223333:role/auditor"
IDENTITY = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}
RESOURCE = IDENTITY | {"Principal": {"AWS": ROLE}}
TRUST = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
RCP = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
ATTACHED = [Place.IDENTITY, Place.BOUNDARY, Place.SESSION, Place.SCP]
NAMING = [Place.RESOURCE, Place.ENDPOINT]


def fault(statement: dict[str, Any], place: Place, readings: Readings = DEFAULT) -> str:
    """The fault of a one-statement policy at a place, with its path; empty if it may stand there."""
    policy = Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, name="p")
    try:
        assert check_place(policy, place, readings) is policy
    except PolicyError as error:
        assert error.remedy
        assert f"({place.value} 'p')" in error.what
        return f"{error.where} {error.what}"
    return ""


@pytest.mark.parametrize("place", ATTACHED)
def test_c3_attached_policies_have_no_principal(place: Place) -> None:
    assert not fault(IDENTITY, place)
    assert fault(RESOURCE, place).startswith("$.Statement[0].Principal ")
    notprincipal = IDENTITY | {"Effect": "Deny", "NotPrincipal": "*"}
    assert fault(notprincipal, place).startswith("$.Statement[0].NotPrincipal ")


@pytest.mark.parametrize("place", NAMING)
def test_c3_resource_policies_need_a_principal_and_a_resource(place: Place) -> None:
    assert not fault(RESOURCE, place)
    assert "The statement has no Principal" in fault(IDENTITY, place)
    assert "neither Resource nor NotResource" in fault(TRUST, place)


def test_c3_trust_policies_have_a_principal_and_no_resource() -> None:
    assert not fault(TRUST, Place.TRUST)
    assert "has no Principal" in fault({"Effect": "Allow", "Action": "sts:AssumeRole"}, Place.TRUST)
    for element in ("Resource", "NotResource"):
        assert fault(TRUST | {element: "*"}, Place.TRUST).startswith(f"$.Statement[0].{element} ")


def test_c3_everyone_in_a_trust_policy_is_a_reading() -> None:
    # The 2023 guide forbade it; the current page allows it with a warning.
    everyone = TRUST | {"Principal": "*"}
    assert not fault(everyone, Place.TRUST)
    assert "everyone (*)" in fault(everyone, Place.TRUST, Readings(star_may_stand_in_trust=False))
    assert not fault(TRUST, Place.TRUST, Readings(star_may_stand_in_trust=False))


@pytest.mark.parametrize("place", ATTACHED)
def test_attached_policies_need_a_resource(place: Place) -> None:
    assert "neither Resource nor NotResource" in fault({"Effect": "Deny", "Action": "*"}, place)


def test_the_policy_of_an_ecr_repository_has_no_resource() -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": ["ecr:BatchGetImage"]}
    assert not fault(statement, Place.RESOURCE)
    assert "neither Resource" in fault(statement | {"Action": ["ecr:BatchGetImage", "s3:GetObject"]}, Place.RESOURCE)


@pytest.mark.parametrize(
    ("resource", "short"),
    [
        ("arn:aws:s3", True),
        ("arn:aws:s3:::", False),
        ("arn:aws:s3:*:*:*", False),
        ("*", False),
        ("arn:aws:sqs:*:jobs", True),
    ],
)
def test_c7_session_policies_reject_short_arns(resource: str, short: bool) -> None:
    # reference-arns: "MalformedPolicyDocumentException".
    statement = IDENTITY | {"Resource": ["arn:aws:s3:::payroll/*", resource]}
    assert ("is a short ARN" in fault(statement, Place.SESSION)) is short
    assert not fault(statement, Place.IDENTITY)


@pytest.mark.parametrize(("place", "statement"), [(Place.SCP, IDENTITY), (Place.RCP, RCP)])
def test_c7_short_arns_in_scps_and_rcps_are_a_reading(place: Place, statement: dict[str, Any]) -> None:
    short = statement | {"Resource": "arn:aws:s3"}
    assert not fault(short, place)
    assert "is a short ARN" in fault(short, place, Readings(short_arns_everywhere=False))
    assert not fault(statement, place, Readings(short_arns_everywhere=False))


@pytest.mark.parametrize("place", NAMING)
def test_c18_notprincipal_only_with_deny(place: Place) -> None:
    statement = IDENTITY | {"NotPrincipal": {"AWS": ROLE}}
    assert "NotPrincipal works only with Deny" in fault(statement, place)
    assert not fault(statement | {"Effect": "Deny"}, place)


@pytest.mark.parametrize("place", [Place.TRUST, Place.RCP])
def test_c18_notprincipal_neither_in_trust_policies_nor_in_rcps(place: Place) -> None:
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
    statement |= {"Resource": "*"} if place is Place.RCP else {}
    assert "NotPrincipal works only" in fault(statement, place)


def test_oidc_providers_stand_in_trust_policies_only() -> None:
    provider = {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.example.com"}
    assert not fault(TRUST | {"Principal": provider, "Action": "sts:AssumeRoleWithWebIdentity"}, Place.TRUST)
    assert "only in a role trust policy" in fault(RESOURCE | {"Principal": provider}, Place.RESOURCE)


def test_every_provider_at_once_stands_in_endpoint_policies_only() -> None:
    statement = RESOURCE | {"Principal": {"Federated": "*"}, "Action": "sts:AssumeRoleWithSAML", "Resource": "*"}
    assert not fault(statement, Place.ENDPOINT)
    assert "only in a VPC endpoint policy" in fault(statement, Place.RESOURCE)


@pytest.mark.parametrize("place", [*ATTACHED, Place.TRUST])
@pytest.mark.parametrize(
    ("sid", "fits"), [("Read1", True), ("", True), ("Read it", False), ("Lesen-1", False), ("é", False)]
)
def test_c1_sids_in_iam_are_letters_and_digits(place: Place, sid: str, fits: bool) -> None:
    statement = (TRUST if place is Place.TRUST else IDENTITY) | {"Sid": sid}
    assert bool(fault(statement, place)) is not fits


def test_c1_services_allow_other_sids() -> None:
    assert not fault(RESOURCE | {"Sid": "Read it"}, Place.RESOURCE)


class TestRcps:
    def test_a_deny_on_listed_actions_stands(self) -> None:
        assert not fault(RCP, Place.RCP)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"Effect": "Allow"}, "$.Statement[0].Effect (resource control policy 'p') An RCP of yours can only Deny."),
            ({"Principal": {"AWS": ROLE}}, "The Principal of an RCP is"),
            ({"Action": "*"}, "actions with a service prefix"),
            ({"Action": ["s3:*", "*:Get"]}, "actions with a service prefix"),
        ],
    )
    def test_what_an_rcp_cannot_say(self, change: dict[str, Any], expected: str) -> None:
        assert expected in fault(RCP | change, Place.RCP)

    def test_an_rcp_has_no_notaction(self) -> None:
        statement = {k: v for k, v in RCP.items() if k != "Action"} | {"NotAction": "s3:*"}
        assert "no NotAction" in fault(statement, Place.RCP)

    def test_full_access_is_the_one_rcp_with_an_allow(self) -> None:
        assert not fault({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}, Place.RCP)


def test_the_resource_of_an_allow_in_an_scp_is_a_reading() -> None:
    # Full language since September 2025; one sentence of the syntax page still asks for "*".
    narrow = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::payroll/*"}
    strict = Readings(scp_allow_needs_star_resource=True)
    assert not fault(narrow, Place.SCP)
    assert "Resource" in fault(narrow, Place.SCP, strict)
    assert not fault(narrow | {"Resource": "*"}, Place.SCP, strict)
    assert not fault(narrow | {"Effect": "Deny"}, Place.SCP, strict)
