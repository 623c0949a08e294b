"""Organizations: facts A4, A9, D9 to D13 and E5. Pages are of the Organizations User Guide unless another is named."""

import pytest

import iamkit as ik
from iamkit.errors import PolicyError
from iamkit.layers import rcp_services
from tests.short import (
    ALLOWED,
    ANA,
    AUDITOR,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    Json,
    allow,
    decision,
    deny,
    effect,
    policy,
    statement,
    trust,
)

GET = "s3:GetObject"
SILENT = allow("ec2:*")
MANAGEMENT = "999999999999"
BOSS = f"arn:aws:iam::{MANAGEMENT}:user/boss"
LINKED_PATH = "/aws-service-role/elasticloadbalancing.amazonaws.com/"
LINKED = f"arn:aws:iam::{OWN}:role{LINKED_PATH}AWSServiceRoleForELB"


def company(level: str = "", kind: str = "scps", *documents: Json) -> ik.World:
    """Root, the unit Workloads, in it the unit Prod, in it the account; one level has these control policies."""
    world = ik.World()
    own, management, other = world.account(OWN, "acme"), world.account(MANAGEMENT, "boss"), world.account(OTHER)
    given = {level: {kind: list(documents)}}
    organization = world.organize("o-a1b2c3d4e5", management=management, **given.get("Root", {}))
    workloads = organization.root.unit("Workloads", **given.get("Workloads", {}))
    workloads.unit("Prod", accounts=[own], **given.get("Prod", {}))
    if level == "account":
        setattr(own, kind, [ik.Policy.parse(document) for document in documents])
    own.user("ana", policies=[allow()])
    own.role("AWSServiceRoleForELB", path=LINKED_PATH, trust=trust({"Service": "elasticloadbalancing.amazonaws.com"}),
             policies=[allow()])  # fmt: skip
    management.user("boss", policies=[allow()])
    other.user("mallory", policies=[allow()])
    own.resource(BUCKET, policy=allow("s3:*", to="*"))
    management.resource("arn:aws:s3:::ledger", policy=allow("s3:*", to="*"))
    return world


LEVELS = ["Root", "Workloads", "Prod", "account"]

# D9: service control policies (orgs_manage_policies_scps, orgs_manage_policies_scps_evaluation).


def test_d9_by_default_an_organization_takes_nothing_away() -> None:
    assert company().decide(ANA, "ec2:RunInstances", "*").effect == ALLOWED


@pytest.mark.parametrize("level", LEVELS)
def test_d9_an_allow_is_needed_at_every_level(level: str) -> None:
    found = company(level, "scps", SILENT).decide(ANA, GET, OBJECT)
    assert found.effect == IMPLICIT
    name = "account acme" if level == "account" else level
    assert found.because == f"Implicitly denied: no Allow for s3:GetObject in the SCP at {name}."
    assert company(level, "scps", allow("s3:*")).decide(ANA, GET, OBJECT).effect == ALLOWED


@pytest.mark.parametrize("level", LEVELS)
def test_d9_one_deny_anywhere_wins(level: str) -> None:
    assert company(level, "scps", allow(), deny(GET)).decide(ANA, GET, OBJECT).effect == EXPLICIT


def test_d9_units_of_the_same_name_on_one_way_both_bind() -> None:
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow()])
    outer = world.organize("o-a1b2c3d4e5", management=world.account(MANAGEMENT)).root.unit("Team", scps=[SILENT])
    outer.unit("Team", accounts=[own])
    assert world.decide(ANA, GET, OBJECT).effect == IMPLICIT


def test_d9_an_scp_never_grants() -> None:
    assert effect(ANA, GET, OBJECT, scps=[[allow()]]) == IMPLICIT


@pytest.mark.parametrize("level", LEVELS)
def test_d9_scps_bind_the_root_user_of_a_member_account(level: str) -> None:
    assert company(level, "scps", allow(), deny("iam:*")).decide(ROOT, "iam:CreateUser", "*").effect == EXPLICIT


def test_d9_scps_do_not_bind_the_management_account() -> None:
    # "They have no effect on users or roles in the management account."
    world = company("Root", "scps", SILENT)
    assert world.decide(BOSS, "iam:CreateUser", "*").effect == ALLOWED
    assert world.decide(f"arn:aws:iam::{MANAGEMENT}:root", "iam:CreateUser", "*").effect == ALLOWED


def test_d9_scps_do_not_bind_a_service_linked_role() -> None:
    found = company("Root", "scps", SILENT).decide(LINKED, "s3:ListBucket", BUCKET)
    assert found.effect == ALLOWED
    assert "SCPs do not bind a service-linked role." in found.explain()


def test_a9_a_name_alone_makes_no_service_linked_role() -> None:
    # id_roles (IAM User Guide): service-linked roles lie under /aws-service-role/.
    world = company("Root", "scps", SILENT)
    world.accounts[OWN].role("AWSServiceRoleForFun", trust=trust(OWN), policies=[allow()])
    fake = f"arn:aws:iam::{OWN}:role/AWSServiceRoleForFun"
    assert world.decide(fake, "s3:ListBucket", BUCKET).effect == IMPLICIT
    session = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForFun/me"
    assert world.decide(session, "s3:ListBucket", BUCKET).effect == IMPLICIT


def test_d9_scps_do_not_bind_principals_from_outside() -> None:
    # "That SCP doesn't apply to those outside users."
    world = company("Root", "scps", SILENT)
    assert world.decide(MALLORY, GET, OBJECT).effect == ALLOWED
    found = decision("cloudtrail.amazonaws.com", GET, OBJECT, resource=allow(to="*"), scps=[[SILENT]])
    assert found.effect == ALLOWED
    assert found.ruling.notes == ("SCPs do not bind a caller that belongs to no account.",)


def test_d9_boundary_scp_and_identity_policy_must_all_allow() -> None:
    # "If both a permissions boundary and an SCP are present …"
    stack = {"identity": [allow(GET)], "boundary": allow(GET), "scps": [[allow(GET)]]}
    assert effect(ANA, GET, OBJECT, **stack) == ALLOWED
    for layer, silent in (("identity", [SILENT]), ("boundary", SILENT), ("scps", [[SILENT]])):
        assert effect(ANA, GET, OBJECT, **{**stack, layer: silent}) == IMPLICIT


# D10: the language of SCPs (orgs_manage_policies_scps_syntax).


def test_d10_an_allow_may_name_a_resource_since_september_2025() -> None:
    narrow = allow(GET, f"{BUCKET}/*")
    assert effect(ANA, GET, OBJECT, identity=[allow()], scps=[[narrow]]) == ALLOWED
    assert effect(ANA, GET, "arn:aws:s3:::other/file", identity=[allow()], scps=[[narrow]]) == IMPLICIT


def test_d10_an_allow_may_carry_conditions_and_notaction() -> None:
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    scp = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": office})
    here = {"aws:SourceIp": "203.0.113.7"}
    assert effect(ANA, GET, OBJECT, here, identity=[allow()], scps=[[scp]]) == ALLOWED
    assert effect(ANA, GET, OBJECT, identity=[allow()], scps=[[scp]]) == IMPLICIT
    assert effect(ANA, "iam:GetUser", "*", here, identity=[allow()], scps=[[scp]]) == IMPLICIT


def test_d10_whether_an_allow_needs_resource_star_is_a_switch() -> None:
    # One sentence of the page still confines Allow to Resource *.
    old = ik.Readings(scp_allow_needs_star_resource=True)
    with pytest.raises(PolicyError, match="SCP"):
        effect(ANA, GET, OBJECT, scps=[[allow(GET, f"{BUCKET}/*")]], readings=old)
    stack = {"identity": [allow()], "scps": [[allow(), deny(GET, f"{BUCKET}/*")]]}
    assert effect(ANA, GET, OBJECT, **stack, readings=old) == EXPLICIT


def test_d10_an_scp_has_no_principal() -> None:
    with pytest.raises(PolicyError, match="no Principal"):
        ik.Policies(scps=[[allow(to="*")]])


# D11: resource control policies (orgs_manage_policies_rcps, orgs_manage_policies_rcps_syntax).


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("caller", [ANA, ROOT, MALLORY, ik.ANONYMOUS, BOSS, "cloudtrail.amazonaws.com"])
def test_d11_rcps_bind_every_caller(level: str, caller: str) -> None:
    assert company().decide(caller, GET, OBJECT).effect == ALLOWED
    assert company(level, "rcps", deny(GET, to="*")).decide(caller, GET, OBJECT).effect == EXPLICIT


def test_d11_rcps_do_not_bind_resources_of_the_management_account() -> None:
    world = company("Root", "rcps", deny(GET, to="*"))
    assert world.decide(ANA, GET, "arn:aws:s3:::ledger/file").effect == ALLOWED


def test_d11_rcps_do_not_bind_calls_of_a_service_linked_role() -> None:
    found = company("Root", "rcps", deny("s3:*", to="*")).decide(LINKED, "s3:ListBucket", BUCKET)
    assert found.effect == ALLOWED
    assert "RCPs do not bind a service-linked role." in found.explain()


def test_d11_rcps_do_not_touch_the_trust_policy_of_a_service_linked_role() -> None:
    # "RCPs also do not impact AWS services' ability to assume a service-linked role".
    world = company("Root", "rcps", deny("sts:*", to="*"))
    found = world.decide("elasticloadbalancing.amazonaws.com", "sts:AssumeRole", LINKED)
    assert found.effect == ALLOWED
    assert "RCPs do not reach the trust policy of a service-linked role." in found.explain()
    service = {"Service": "elasticloadbalancing.amazonaws.com"}
    world.accounts[OWN].role("plain", trust=trust(service))
    plain = world.decide("elasticloadbalancing.amazonaws.com", "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/plain")
    assert plain.effect == EXPLICIT


def test_d11_rcps_do_not_touch_aws_managed_keys() -> None:
    world = company("Root", "rcps", deny("kms:*", to="*"))
    own = world.accounts[OWN]
    own.resource(KEY, policy=allow("kms:*", to=ROOT))
    managed = KEY.replace("1234abcd", "9999abcd")
    own.resource(managed, policy=allow("kms:*", to=ROOT), aws_managed=True)
    assert world.decide(ANA, "kms:Decrypt", KEY).effect == EXPLICIT
    found = world.decide(ANA, "kms:Decrypt", managed)
    assert found.effect == ALLOWED
    assert "RCPs do not reach an AWS managed key." in found.explain()


def test_d11_rcps_do_not_touch_retire_grant() -> None:
    stack = {"resource": allow("kms:*", to=ANA), "rcps": [[deny("kms:*", to="*")]]}
    assert effect(ANA, "kms:RetireGrant", KEY, **stack) == ALLOWED
    assert effect(ANA, "kms:RevokeGrant", KEY, **stack) == EXPLICIT


def test_d11_full_access_is_always_attached() -> None:
    # RCPFullAWSAccess cannot be detached, so an RCP only takes away and never needs an Allow.
    found = decision(ANA, GET, OBJECT, identity=[allow()], rcps=[[deny("kms:*", to="*")]])
    assert found.effect == ALLOWED
    assert str(found.trace).startswith("✓ RCP at rcps[0] allows")


def test_d11_an_rcp_never_grants() -> None:
    assert effect(ANA, GET, OBJECT, rcps=[[deny("kms:*", to="*")]]) == IMPLICIT


@pytest.mark.parametrize(
    ("rcp", "what"),
    [
        (allow("s3:*", to="*"), "only Deny"),
        (deny("s3:*", to=OWN), "Principal"),
        (deny("*", to="*"), "service prefix"),
        (policy({"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}), "NotAction"),
        (policy({"Effect": "Deny", "NotPrincipal": {"AWS": OWN}, "Action": "s3:*", "Resource": "*"}), "NotPrincipal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_d11_what_an_rcp_may_not_say(rcp: Json, what: str) -> None:
    with pytest.raises(PolicyError, match=what):
        ik.Policies(rcps=[[rcp]])


def test_d11_an_rcp_may_say_notresource() -> None:
    # orgs_manage_policies_rcps_syntax: NotResource is supported.
    rcp = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": f"{BUCKET}/*"})
    assert effect(ANA, GET, OBJECT, identity=[allow()], rcps=[[rcp]]) == ALLOWED
    assert effect(ANA, GET, "arn:aws:s3:::other/file", identity=[allow()], rcps=[[rcp]]) == EXPLICIT


# D12: the services that RCPs reach.


def test_d12_the_list_has_62_services() -> None:
    services, exempt = rcp_services()
    assert len(services) == 62
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= set(services)
    assert not {"iam", "lambda", "sns", "ec2"} & set(services)
    assert exempt == ("kms:RetireGrant",)


@pytest.mark.parametrize(
    ("action", "resource", "reached"),
    [
        ("s3:GetObject", OBJECT, True),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:jobs", True),
        ("sts:AssumeRole", AUDITOR, True),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{OWN}:table/t", True),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:f", False),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{OWN}:news", False),
        ("iam:GetRole", AUDITOR, False),
        ("ec2:StopInstances", f"arn:aws:ec2:eu-west-1:{OWN}:instance/i-1", False),
    ],
)
def test_d12_rcps_reach_listed_services_only(action: str, resource: str, reached: bool) -> None:
    rcp = deny([action, "s3:*"], to="*")
    opened = {"identity": [allow()]} | ({"resource": trust(ANA)} if action.startswith("sts:") else {})
    found = decision(ANA, action, resource, rcps=[[rcp]], **opened)
    assert found.effect == (EXPLICIT if reached else ALLOWED)
    if not reached:
        assert f"no RCP reaches {action}" in found.explain()


# D13: declarative policies (orgs_manage_policies_declarative_policies).


def test_d13_declarative_policies_stand_outside_authorization() -> None:
    world = ik.World()
    own, management = world.account(OWN), world.account(MANAGEMENT)
    own.user("ana", policies=[allow()])
    root = world.organize("o-a1b2c3d4e5", management=management).root
    unit = root.unit("Prod", accounts=[own], declarative=["block public access of EBS snapshots"])
    assert unit.declarative == ["block public access of EBS snapshots"]
    assert world.decide(ANA, "ec2:ModifySnapshotAttribute", "*").effect == ALLOWED


# E5 and the keys of the organization (IAM User Guide, reference_policies_condition-keys).

ONLY_US = allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})


@pytest.mark.parametrize(("caller", "inside"), [(ANA, True), (BOSS, True), (MALLORY, False), (ik.ANONYMOUS, False)])
def test_e5_principal_org_id_covers_members_and_the_management_account(caller: str, inside: bool) -> None:
    world = company()
    world.accounts[OWN].resources[BUCKET].policy = ik.Policy.parse(ONLY_US)
    world.accounts[OWN].users["ana"].inline.clear()
    assert world.decide(caller, GET, OBJECT).allowed is inside


@pytest.mark.parametrize("named", ["o-a1b2c3d4e5/*", "o-a1b2c3d4e5/r-a1b2/ou-a1b2-1/*"])
def test_e5_principal_org_paths_name_every_unit_on_the_way(named: str) -> None:
    world = company()
    within = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": named}}
    world.accounts[OWN].resources[BUCKET].policy = ik.Policy.parse(allow(GET, to="*", when=within))
    assert world.decide(ANA, GET, OBJECT).allowed
    assert not world.decide(MALLORY, GET, OBJECT).allowed


def test_resource_org_id_is_that_of_the_owner() -> None:
    world = company()
    inside = {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
    guard = ik.Policy.parse(policy(statement("Deny", "s3:*", "*", None, inside, "NotOutside")))
    world.accounts[OWN].users["ana"].inline["guard"] = guard
    world.accounts[OTHER].resource("arn:aws:s3:::theirs", policy=allow("s3:*", to="*"))
    assert world.decide(ANA, GET, "arn:aws:s3:::ledger/file").effect == ALLOWED
    # The other account belongs to no organization: the key is absent, and with IfExists the Deny stands.
    assert world.decide(ANA, GET, "arn:aws:s3:::theirs/file").effect == EXPLICIT
