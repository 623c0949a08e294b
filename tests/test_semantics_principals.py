"""Who asks: facts A4 to A10, B9 and D17. Pages are of the IAM User Guide unless another is named."""

import pytest

import iamkit as ik
from iamkit.errors import RequestError, WorldError
from tests.short import (
    ALLOWED,
    ANA,
    APP_SESSION,
    AUDITOR,
    EXPLICIT,
    IMPLICIT,
    OBJECT,
    OWN,
    ROOT,
    VISITOR,
    allow,
    decision,
    deny,
    effect,
    trust,
)

GET = "s3:GetObject"
SILENT = allow("ec2:*")

# A4 to A8: the root user.


def test_a4_default_deny_does_not_apply_to_root() -> None:
    # "with the exception of the AWS account root user, which has full access": policy-eval-denyallow.
    assert effect(ROOT, "iam:CreateUser", "*") == ALLOWED
    assert effect(ROOT, GET, OBJECT, resource=allow(GET, to=ANA)) == ALLOWED


@pytest.mark.parametrize("layer", ["identity", "boundary"])
def test_a4_no_identity_policy_and_no_boundary_can_be_attached_to_root(layer: str) -> None:
    # access_policies: "You cannot attach identity-based policies to the root user", nor set a boundary.
    with pytest.raises(RequestError, match="root user") as fault:
        effect(ROOT, GET, OBJECT, **{layer: [deny()]})
    assert fault.value.where == layer


def test_a4_scps_bind_the_root_of_a_member_account() -> None:
    # Organizations User Guide, orgs_manage_policies_scps: "including the member account's root user".
    assert effect(ROOT, GET, OBJECT, scps=[[allow(), deny(GET)]]) == EXPLICIT
    assert effect(ROOT, GET, OBJECT, scps=[[SILENT]]) == IMPLICIT


def test_a4_rcps_bind_root() -> None:
    # Organizations User Guide, orgs_manage_policies_rcps: "This includes root users."
    assert effect(ROOT, GET, OBJECT, rcps=[[deny(GET, to="*")]]) == EXPLICIT


def test_a5_whether_a_resource_policy_binds_root_is_a_switch() -> None:
    # "IAM identities" says it cannot; id_root-user-privileged-task gives the way out of a bucket policy that does.
    locked = deny("s3:*", to="*")
    assert effect(ROOT, GET, OBJECT, resource=locked) == EXPLICIT
    free = ik.Readings(resource_deny_binds_root=False)
    assert effect(ROOT, GET, OBJECT, resource=locked, readings=free) == ALLOWED
    assert effect(ANA, GET, OBJECT, identity=[allow()], resource=locked, readings=free) == EXPLICIT


def test_a6_root_in_principal_means_the_whole_account() -> None:
    # "does not limit permissions to only the root user of the account": reference_policies_elements_principal.
    assert effect(ANA, GET, OBJECT, identity=[allow()], resource=deny(GET, to=ROOT)) == EXPLICIT
    assert effect(ANA, GET, OBJECT, identity=[allow()], resource=deny(GET, to=OWN)) == EXPLICIT


def test_a6_root_in_principal_arn_means_the_root_user_alone() -> None:
    # reference_policies_condition-keys, aws:PrincipalArn: "limits permissions only for the root user".
    only_root = deny(GET, to="*", when={"ArnEquals": {"aws:PrincipalArn": ROOT}})
    assert effect(ROOT, GET, OBJECT, resource=only_root) == EXPLICIT
    assert effect(ANA, GET, OBJECT, identity=[allow()], resource=only_root) == ALLOWED


@pytest.mark.parametrize("action", ["AssumeRole", "AssumeRoot"])
def test_a7_root_cannot_assume_a_role(action: str) -> None:
    # id_credentials_sts-comparison: users and roles only call AssumeRole.
    assert effect(ROOT, f"sts:{action}", AUDITOR, resource=trust(OWN, action="sts:*")) == IMPLICIT


def test_a7_root_may_ask_for_tokens() -> None:
    assert effect(ROOT, "sts:GetSessionToken", "*") == ALLOWED
    assert effect(ROOT, "sts:GetFederationToken", "*") == ALLOWED


def test_a8_member_accounts_can_run_without_root_credentials() -> None:
    # Centralized root access takes the credentials, not the rules: an SCP against root says the same (id_root-user).
    no_root = deny(when={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})
    assert effect(ROOT, GET, OBJECT, scps=[[allow(), no_root]]) == EXPLICIT
    assert effect(ANA, GET, OBJECT, identity=[allow()], scps=[[allow(), no_root]]) == ALLOWED


# A9 and D17: who takes a boundary.


def test_a9_a_service_linked_role_takes_no_boundary() -> None:
    # access_policies_boundaries; id_roles.
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForELB"
    with pytest.raises(RequestError, match="service-linked role"):
        effect(linked, GET, OBJECT, identity=[allow()], boundary=allow())
    account = ik.World().account(OWN)
    with pytest.raises(WorldError, match="service-linked role"):
        path = "/aws-service-role/elasticloadbalancing.amazonaws.com/"
        account.role("AWSServiceRoleForELB", path=path, trust=trust(OWN), boundary="limit")


def test_a9_kinds_of_role() -> None:
    # id_roles: a service role trusts a service; a service-linked role lies under /aws-service-role/.
    account = ik.World().account(OWN)
    service = {"Service": "ec2.amazonaws.com"}
    assert account.role("plain", trust=trust(OWN)).kind == "role"
    assert account.role("vm", trust=trust(service)).kind == "service role"
    linked = account.role("AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/", trust=trust(service))
    assert linked.kind == "service-linked role"


def test_d17_a_user_has_at_most_one_boundary_and_it_is_a_managed_policy() -> None:
    # access_policies_boundaries: "a managed policy".
    with pytest.raises(ik.PolicyError, match="several permissions boundaries"):
        ik.Policies(boundary=[allow(), allow()])
    account = ik.World().account(OWN)
    with pytest.raises(WorldError, match="managed policy"):
        account.user("ana", boundary=allow())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        account.group("readers", boundary="limit")  # type: ignore[call-arg]


def test_an_iam_user_acts_without_a_session_policy() -> None:
    # id_credentials_sts-comparison: GetSessionToken, the one session that looks like its user, takes none.
    with pytest.raises(RequestError, match="session policy"):
        effect(ANA, GET, OBJECT, identity=[allow()], session=allow())


# A10: service principals are named in full.


def test_a10_in_opt_in_regions_the_regional_service_principal_must_be_named() -> None:
    # reference_policies_elements_principal, "AWS service principals in opt-in Regions".
    plain, regional = {"Service": "s3.amazonaws.com"}, {"Service": "s3.ap-east-1.amazonaws.com"}
    caller, topic = "s3.ap-east-1.amazonaws.com", f"arn:aws:sns:ap-southeast-1:{OWN}:uploads"
    assert effect(caller, "sns:Publish", topic, resource=allow("sns:Publish", to=plain)) == IMPLICIT
    assert effect(caller, "sns:Publish", topic, resource=allow("sns:Publish", to=regional)) == ALLOWED


@pytest.mark.parametrize("name", ["*", "*.amazonaws.com", "s3"])
def test_a10_a_service_principal_has_no_wildcard(name: str) -> None:
    with pytest.raises(ik.PolicyError, match="service principal"):
        ik.Policies(resource=allow(to={"Service": name}))


# B9: calls of STS that no policy controls, and calls closed to a kind of principal.


@pytest.mark.parametrize("caller", [ROOT, ANA, APP_SESSION, VISITOR])
def test_b9_get_caller_identity_is_answered_under_an_explicit_deny(caller: str) -> None:
    # id_credentials_sts-comparison, note 4.
    assert effect(caller, "sts:GetCallerIdentity", "*") == ALLOWED
    assert effect(caller, "sts:GetCallerIdentity", "*", scps=[[deny()]]) == ALLOWED


def test_b9_no_policy_controls_get_session_token() -> None:
    # id_credentials_temp_control-access_getsessiontoken: "it has no effect".
    assert effect(ANA, "sts:GetSessionToken", "*") == ALLOWED
    assert effect(ANA, "sts:GetSessionToken", "*", identity=[deny("sts:*")]) == ALLOWED


def test_b9_get_federation_token_needs_permission() -> None:
    assert effect(ANA, "sts:GetFederationToken", "*") == IMPLICIT
    assert effect(ANA, "sts:GetFederationToken", "*", identity=[allow("sts:GetFederationToken")]) == ALLOWED


@pytest.mark.parametrize("action", ["sts:GetSessionToken", "sts:GetFederationToken"])
def test_b9_a_role_session_cannot_ask_for_tokens(action: str) -> None:
    # id_credentials_sts-comparison, last column of AssumeRole.
    assert effect(APP_SESSION, action, "*", identity=[allow()]) == IMPLICIT


@pytest.mark.parametrize("action", ["AssumeRole", "GetSessionToken", "GetFederationToken", "TagSession"])
def test_b9_a_federated_user_session_calls_nothing_of_sts_but_get_caller_identity(action: str) -> None:
    # id_credentials_sts-comparison, last column of GetFederationToken.
    stack = {"identity": [allow()], "session": allow(), "resource": trust(VISITOR, action="sts:*")}
    assert effect(VISITOR, f"sts:{action}", AUDITOR, **stack) == IMPLICIT


WITH_TOKEN = ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
SNS, GOOGLE = "sns.amazonaws.com", "accounts.google.com"
EVERYBODY = ("AssumeRole", "AssumeRoot", "GetSessionToken", "GetFederationToken")


@pytest.mark.parametrize(
    "caller, closed",
    [
        (ROOT, ("AssumeRole", "AssumeRoot", *WITH_TOKEN)),
        (ANA, WITH_TOKEN),
        (APP_SESSION, ("GetSessionToken", "GetFederationToken", *WITH_TOKEN)),
        (SNS, ("AssumeRoot", "GetSessionToken", "GetFederationToken", *WITH_TOKEN)),
        (GOOGLE, EVERYBODY),
        (ik.ANONYMOUS, (*EVERYBODY, *WITH_TOKEN)),
    ],
)
def test_b2_operations_closed_to_a_kind_of_principal(caller: str, closed: tuple[str, ...]) -> None:
    # id_credentials_sts-comparison, "Who can call": a caller with an assertion or a web token is its provider's.
    principals = {"AWS": "*", "Service": SNS, "Federated": GOOGLE}
    stack = {"resource": trust(principals, action="sts:*")}
    stack |= {"identity": [allow()]} if caller in (ANA, APP_SESSION) else {}
    for name in (*EVERYBODY, *WITH_TOKEN):
        found = decision(caller, f"sts:{name}", AUDITOR, **stack)
        assert ("never open to" in found.because) is (name in closed), name
        assert found.effect == IMPLICIT or name not in closed


def issued_by(operation: str, mfa: str = "", console: bool = False) -> ik.Session:
    """Ana's credentials of GetSessionToken or GetFederationToken; the latter may do everything that she may."""
    named, policy = ("visitor", allow()) if operation == "GetFederationToken" else ("", None)
    keys = {"aws:MultiFactorAuthPresent": mfa} if mfa else {}
    return ik.Session(ANA, named, policy, operation=operation, keys=keys, console=console)


@pytest.mark.parametrize(
    "session, open_to_iam, open_of_sts",
    [
        (issued_by("GetSessionToken", "false"), False, {"AssumeRole", "TagSession", "SetSourceIdentity", "SetContext"}),
        (issued_by("GetSessionToken", "true"), True, {"AssumeRole", "TagSession", "SetSourceIdentity", "SetContext"}),
        (issued_by("GetSessionToken"), False, {"AssumeRole", "TagSession", "SetSourceIdentity", "SetContext"}),
        (issued_by("GetFederationToken"), False, set()),
        (issued_by("GetFederationToken", console=True), True, set()),
    ],
)
def test_b2_what_credentials_of_a_user_cannot_call(
    session: ik.Session, open_to_iam: bool, open_of_sts: set[str]
) -> None:
    # id_credentials_sts-comparison, last column; the permissions that AssumeRole needs besides are no operations.
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow()])
    own.role("auditor", trust=trust({"AWS": [ANA, VISITOR]}, action="sts:*"))
    assert world.decide(session, "iam:GetRole", AUDITOR).allowed is open_to_iam
    assert world.decide(session, "iam:PassRole", AUDITOR).allowed
    assert world.decide(session, GET, OBJECT).allowed
    names = {*open_of_sts, "AssumeRole", "TagSession", "GetSessionToken", "GetFederationToken", "AssumeRoot"}
    assert {name for name in names if world.decide(session, f"sts:{name}", AUDITOR).allowed} == open_of_sts
    for name in names:
        assert bool(world.can(session, f"sts:{name}", AUDITOR)) is (name in open_of_sts)
