"""Worlds: who has which policies, and what a world knows. Pages are of the IAM User Guide."""

import pytest

import iamkit as ik
from iamkit.errors import RequestError, WorldError
from tests.short import (
    ALLOWED,
    ANA,
    APP,
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
    VISITOR,
    Json,
    allow,
    deny,
    policy,
    trust,
)

GET, ASSUME = "s3:GetObject", "sts:AssumeRole"


@pytest.fixture
def world() -> ik.World:
    """Ana may read, the role app may write, Mallory is of the other account; the bucket has no policy."""
    world = ik.World()
    own, other = world.account(OWN, "acme"), world.account(OTHER, "other")
    own.user("ana", policies=[allow(GET)])
    own.role("app", trust=trust(OWN), policies=[allow("s3:*")])
    own.resource(BUCKET)
    other.user("mallory", policies=[allow()])
    return world


# Policies of identities.


def test_a_user_has_the_policies_of_its_groups(world: ik.World) -> None:
    # id_groups; policy-eval-denyallow: "policies from groups to which the user belongs".
    own = world.accounts[OWN]
    own.group("writers", policies=[allow("s3:PutObject")])
    own.group("cautious", policies=[deny("s3:DeleteObject")])
    own.user("bob", groups=["writers", "cautious"], policies=[allow("s3:Delete*")])
    bob = f"arn:aws:iam::{OWN}:user/bob"
    assert world.decide(bob, "s3:PutObject", OBJECT).effect == ALLOWED
    assert world.decide(bob, "s3:DeleteObject", OBJECT).effect == EXPLICIT
    assert world.decide(bob, GET, OBJECT).effect == IMPLICIT


def test_of_a_managed_policy_the_default_version_counts(world: ik.World) -> None:
    # access_policies_managed-versioning.
    own = world.accounts[OWN]
    own.policy("reports", versions={"v1": allow("s3:PutObject"), "v2": allow("s3:DeleteObject")}, default="v1")
    own.user("bob", policies=["reports"])
    bob = f"arn:aws:iam::{OWN}:user/bob"
    assert world.decide(bob, "s3:PutObject", OBJECT).effect == ALLOWED
    assert world.decide(bob, "s3:DeleteObject", OBJECT).effect == IMPLICIT


def test_an_aws_managed_policy_is_added_to_the_world(world: ik.World) -> None:
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    world.accounts[OWN].user("bob", policies=[read_only])
    bob = f"arn:aws:iam::{OWN}:user/bob"
    with pytest.raises(WorldError, match="ReadOnlyAccess") as fault:
        world.decide(bob, GET, OBJECT)
    assert fault.value.remedy
    world.managed(read_only, allow(["s3:Get*", "s3:List*"]))
    assert world.decide(bob, GET, OBJECT).effect == ALLOWED


def test_a_boundary_is_found_by_name(world: ik.World) -> None:
    own = world.accounts[OWN]
    own.policy("limit", allow("s3:List*"))
    own.user("bob", policies=[allow("s3:*")], boundary="limit")
    bob = f"arn:aws:iam::{OWN}:user/bob"
    assert world.decide(bob, GET, OBJECT).effect == IMPLICIT
    assert world.decide(bob, "s3:ListBucket", BUCKET).effect == ALLOWED


# Who asks.


def test_a_question_takes_users_roles_sessions_and_arns(world: ik.World) -> None:
    own = world.accounts[OWN]
    for ana in (ANA, own.users["ana"]):
        assert world.decide(ana, GET, OBJECT).allowed
    for app in (APP, own.roles["app"], ik.Session(APP, "morning"), f"arn:aws:sts::{OWN}:assumed-role/app/morning"):
        assert world.decide(app, "s3:PutObject", OBJECT).allowed


def test_an_unknown_principal_of_a_known_account_is_an_error(world: ik.World) -> None:
    with pytest.raises(WorldError, match="no user") as fault:
        world.decide(f"arn:aws:iam::{OWN}:user/anna", GET, OBJECT)
    assert fault.value.remedy == f"Did you mean {ANA}?"


def test_a_group_never_asks(world: ik.World) -> None:
    group = world.accounts[OWN].group("readers")
    with pytest.raises(RequestError, match="readers"):
        world.decide(group, GET, OBJECT)


def test_of_an_account_outside_the_world_the_worst_is_assumed(world: ik.World) -> None:
    # Its administrators may allow their own principals anything; what counts is the owner's side.
    stranger = "arn:aws:iam::777777777777:user/stranger"
    assert world.decide(stranger, GET, OBJECT).effect == IMPLICIT
    world.accounts[OWN].resources[BUCKET].policy = ik.Policy.parse(allow(GET, to="777777777777"))
    found = world.decide(stranger, GET, OBJECT)
    assert found.effect == ALLOWED
    assert "assumed: the outside account allows" in found.because


def test_the_owner_of_a_bucket_is_known_from_the_world(world: ik.World) -> None:
    assert world.decide(MALLORY, GET, OBJECT).effect == IMPLICIT
    assert world.decide(MALLORY, GET, OBJECT).table["aws:resourceaccount"] == (OWN,)


def test_a_federated_user_session_has_what_user_and_session_policy_share(world: ik.World) -> None:
    # STS API Reference, GetFederationToken; policy-eval-denyallow.
    def visit(session: Json | None) -> str:
        return world.decide(ik.Session(ANA, "visitor", policy=session), GET, OBJECT).effect

    assert visit(allow()) == ALLOWED
    assert visit(allow("s3:PutObject")) == IMPLICIT
    assert visit(None) == IMPLICIT
    assert world.decide(ik.Session(ANA, "visitor", policy=allow()), "s3:PutObject", OBJECT).effect == IMPLICIT
    # The ARN alone does not say whose session it is.
    assert world.decide(VISITOR, GET, OBJECT).effect == IMPLICIT


# Tags: B12 (id_session-tags), aws:PrincipalTag and aws:ResourceTag (reference_policies_condition-keys).

BLUE = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}


def tagged(**given: Json) -> ik.World:
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow(when=BLUE)], tags=given.get("user"))
    own.role("app", trust=trust(OWN), policies=[allow(when=BLUE)], tags=given.get("role"))
    return world


def test_principal_tags_come_from_the_world() -> None:
    assert tagged(user={"Team": "blue"}).decide(ANA, GET, OBJECT).effect == ALLOWED
    assert tagged(user={"team": "red"}).decide(ANA, GET, OBJECT).effect == IMPLICIT
    assert tagged().decide(ANA, GET, OBJECT).effect == IMPLICIT


@pytest.mark.parametrize("principal", [ANA, ROOT, ik.Session(APP, "morning")])
def test_in_a_world_the_caller_cannot_choose_its_tags(principal: ik.Session | str) -> None:
    with pytest.raises(RequestError, match="aws:PrincipalTag/team"):
        tagged().decide(principal, GET, OBJECT, {"aws:PrincipalTag/team": "blue"})


@pytest.mark.parametrize("key", ["team", "Team", "TEAM"])
def test_b12_a_session_tag_wins_over_the_tag_of_the_role(key: str) -> None:
    # "New session tags override existing assumed role … tags with the same tag key, regardless of character case."
    world = tagged(role={"team": "red"})
    assert world.decide(ik.Session(APP, "morning"), GET, OBJECT).effect == IMPLICIT
    assert world.decide(ik.Session(APP, "morning", tags={key: "blue"}), GET, OBJECT).effect == ALLOWED
    other = tagged(role={"team": "blue"})
    assert other.decide(ik.Session(APP, "morning", tags={key: "red"}), GET, OBJECT).effect == IMPLICIT


def test_b12_other_tags_of_the_role_stay() -> None:
    world = tagged(role={"team": "blue"})
    assert world.decide(ik.Session(APP, "morning", tags={"cost": "7"}), GET, OBJECT).effect == ALLOWED


def test_resource_tags_come_from_the_world() -> None:
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow(when={"StringEquals": {"aws:ResourceTag/class": "open"}})])
    own.resource(KEY, policy=allow("kms:*", to=ROOT), tags={"Class": "open"})
    own.role("auditor", trust=trust(OWN), tags={"class": "open"})
    own.user("bob", tags={"class": "open"})
    assert world.decide(ANA, "kms:Decrypt", KEY).effect == ALLOWED
    assert world.decide(ANA, "iam:GetRole", AUDITOR).effect == ALLOWED
    assert world.decide(ANA, "iam:GetUser", f"arn:aws:iam::{OWN}:user/bob").effect == ALLOWED
    assert world.decide(ANA, "iam:GetUser", ANA).effect == IMPLICIT
    with pytest.raises(RequestError, match="aws:ResourceTag/class"):
        world.decide(ANA, "kms:Decrypt", KEY, {"aws:ResourceTag/class": "closed"})


def test_iam_resource_tags_are_those_of_users_and_roles() -> None:
    # reference_policies_iam-condition-keys, iam:ResourceTag.
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow(when={"StringEquals": {"iam:ResourceTag/class": "open"}})])
    own.role("auditor", trust=trust(OWN), tags={"class": "open"})
    assert world.decide(ANA, "iam:GetRole", AUDITOR).effect == ALLOWED
    assert world.decide(ANA, "iam:GetUser", ANA).effect == IMPLICIT


# C17: deleted principals and namesakes (reference_policies_elements_principal, "IAM role principals").


def successor(trusted: Json) -> ik.World:
    """The role auditor trusts Ana; then Ana is deleted and another Ana comes."""
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow()])
    own.role("auditor", trust=trusted)
    world.delete(own.users["ana"])
    own.user("ana", policies=[allow()])
    return world


def test_c17_a_namesake_has_another_unique_id(world: ik.World) -> None:
    own = world.accounts[OWN]
    first = own.roles["app"].unique_id
    world.delete(own.roles["app"])
    second = own.role("app", trust=trust(OWN)).unique_id
    world.delete(own.roles["app"])
    third = own.role("app", trust=trust(OWN)).unique_id
    assert len({first, second, third}) == 3
    assert all(found.startswith("AROA") and len(found) == len(first) for found in (second, third))


def test_c17_a_trust_policy_that_named_the_deleted_user_does_not_mean_the_namesake() -> None:
    assert successor(trust(ANA)).decide(ANA, ASSUME, AUDITOR).effect == IMPLICIT
    assert successor(trust(OWN)).decide(ANA, ASSUME, AUDITOR).effect == ALLOWED


def test_c17_the_policy_shows_the_unique_id_instead() -> None:
    world = successor(policy({"Effect": "Allow", "Principal": {"AWS": [ANA, OTHER]}, "Action": ASSUME}))
    shown = world.accounts[OWN].roles["auditor"].trust.document["Statement"][0]["Principal"]["AWS"]
    assert shown[0].startswith("AIDA")
    assert shown[0] != world.identity(ANA).unique_id
    assert shown[1] == OTHER


def test_c17_editing_the_policy_again_lets_the_namesake_in() -> None:
    world = successor(trust(ANA))
    world.accounts[OWN].roles["auditor"].trust = ik.Policy.parse(trust(ANA))
    assert world.decide(ANA, ASSUME, AUDITOR).effect == ALLOWED


def test_c17_principal_arn_in_a_condition_does_mean_the_namesake() -> None:
    # "Because AWS does not convert condition key ARNs to IDs, permissions … persist".
    by_arn = trust(OWN, when={"ArnEquals": {"aws:PrincipalArn": ANA}})
    assert successor(by_arn).decide(ANA, ASSUME, AUDITOR).effect == ALLOWED


def test_c17_a_resource_policy_keeps_the_id_too(world: ik.World) -> None:
    own = world.accounts[OWN]
    own.resources[BUCKET].policy = ik.Policy.parse(allow("s3:PutObject", to=APP))
    world.delete(own.roles["app"])
    own.role("app", trust=trust(OWN))
    assert world.decide(APP, "s3:PutObject", OBJECT).effect == IMPLICIT
    assert "AROA" in own.resources[BUCKET].policy.to_json()


def test_c17_a_unique_id_names_exactly_its_owner(world: ik.World) -> None:
    own = world.accounts[OWN]
    ana, app = own.users["ana"].unique_id, own.roles["app"].unique_id
    own.role("auditor", trust=trust(ana))
    own.role("second", trust=trust(app))
    second = f"arn:aws:iam::{OWN}:role/second"
    assert world.decide(ANA, ASSUME, AUDITOR).effect == ALLOWED
    assert world.decide(APP, ASSUME, AUDITOR).effect == IMPLICIT
    assert world.decide(APP, ASSUME, second).effect == ALLOWED
    assert world.decide(ANA, ASSUME, second).effect == IMPLICIT


def test_c17_a_user_named_by_its_id_is_named_itself() -> None:
    # policy-eval-denyallow, "IAM user": no implicit deny of the boundary stands against a grant to the user itself.
    world = ik.World()
    own = world.account(OWN)
    own.policy("limit", allow("ec2:*"))
    ana = own.user("ana", boundary="limit")
    own.resource(BUCKET, policy=allow(GET, to=ana.unique_id))
    assert world.decide(ANA, GET, OBJECT).effect == ALLOWED


def test_a_role_is_named_with_its_path(world: ik.World) -> None:
    # reference_identifiers: the path is part of the ARN.
    own = world.accounts[OWN]
    bucket = own.resources[BUCKET]
    bucket.policy = ik.Policy.parse(deny(to=f"arn:aws:iam::{OWN}:role/services/app"))
    assert world.decide(APP, GET, OBJECT).effect == ALLOWED
    bucket.policy = ik.Policy.parse(deny(to=APP))
    assert world.decide(ik.Session(APP, "morning"), GET, OBJECT).effect == EXPLICIT


def test_d5_the_grants_of_a_key_count(world: ik.World) -> None:
    # KMS Developer Guide, grants.
    own = world.accounts[OWN]
    own.resource(KEY, policy=allow("kms:*", to=APP), grants=[{"GranteePrincipal": ANA, "Operations": ["Decrypt"]}])
    assert world.decide(ANA, "kms:Decrypt", KEY).effect == ALLOWED
    assert world.decide(ANA, "kms:Encrypt", KEY).effect == IMPLICIT


def test_b26_a_deleted_role_has_no_sessions(world: ik.World) -> None:
    # id_credentials_temp_control-access_disable-perms.
    world.delete(world.accounts[OWN].roles["app"])
    with pytest.raises(WorldError, match="no role"):
        world.decide(ik.Session(APP, "morning"), GET, OBJECT)


def test_what_is_deleted_cannot_be_deleted_again(world: ik.World) -> None:
    own = world.accounts[OWN]
    app = own.roles["app"]
    world.delete(app)
    with pytest.raises(WorldError, match="no role"):
        world.delete(app)
    own.role("app", trust=trust(OWN))
    with pytest.raises(WorldError, match="took its place"):
        world.delete(app)


def test_a_deleted_role_leaves_its_instance_profile(world: ik.World) -> None:
    own = world.accounts[OWN]
    own.instance_profile("web", "app")
    world.delete(own.roles["app"])
    assert own.instance_profiles == {}


# D14 in a world.


def test_d14_via_makes_the_call_a_forwarded_one(world: ik.World) -> None:
    own = world.accounts[OWN]
    direct = deny("kms:*", when={"Bool": {"aws:ViaAWSService": "false"}})
    own.user("bob", policies=[allow("kms:*"), direct])
    own.resource(KEY, policy=allow("kms:*", to=ROOT))
    bob = f"arn:aws:iam::{OWN}:user/bob"
    assert world.decide(bob, "kms:Decrypt", KEY).effect == EXPLICIT
    assert world.decide(bob, "kms:Decrypt", KEY, via="s3.amazonaws.com").effect == ALLOWED
    chain = world.decide(bob, "kms:Decrypt", KEY, via=["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"])
    assert chain.table["aws:calledviafirst"] == ("cloudformation.amazonaws.com",)
    assert chain.table["aws:calledvialast"] == ("dynamodb.amazonaws.com",)


def test_d14_a_forwarded_call_does_not_pass_the_endpoint_of_the_first(world: ik.World) -> None:
    world.accounts[OWN].endpoint("vpce-1", allow("athena:*", to="*"))
    through = {"aws:SourceVpce": "vpce-1"}
    assert world.decide(ANA, GET, OBJECT, through).effect == IMPLICIT
    assert world.decide(ANA, GET, OBJECT, through, via="athena.amazonaws.com").effect == ALLOWED


# The resource that holds the policy.


def test_a_bucket_policy_covers_its_objects(world: ik.World) -> None:
    own = world.accounts[OWN]
    own.resources[BUCKET].policy = ik.Policy.parse(deny(GET, f"{BUCKET}/secret/*", to="*"))
    assert world.decide(ANA, GET, f"{BUCKET}/secret/x").effect == EXPLICIT
    assert world.decide(ANA, GET, OBJECT).effect == ALLOWED
    assert world.decide(ANA, GET, "arn:aws:s3:::payroll2/secret/x").effect == ALLOWED


def test_the_nearest_resource_holds_the_policy(world: ik.World) -> None:
    own = world.accounts[OWN]
    table = f"arn:aws:dynamodb:eu-west-1:{OWN}:table/t"
    outer = own.resource(table)
    inner = own.resource(f"{table}/index/i")
    assert world.holder(f"{table}/index/i") is inner
    assert world.holder(f"{table}/stream/s") is outer
    assert world.holder(AUDITOR) is None
    assert world.holder(APP) is own.roles["app"]


def test_the_world_shows_its_size(world: ik.World) -> None:
    assert repr(world) == "<World: 2 accounts, 2 users, 1 role>"


def test_a_version_of_a_managed_policy_has_a_number() -> None:
    account = ik.World().account("111122223333")
    document = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    newest = account.policy("Read", versions={"v9": document, "v10": document})
    assert newest.default == "v10"
    with pytest.raises(ik.WorldError, match="'latest' is not a version ID"):
        account.policy("Other", versions={"latest": document})


@pytest.mark.parametrize(("action", "resource"), [(5, "*"), ("s3:GetObject", 5), ("s3:GetObject", None)])
def test_a_request_of_the_wrong_type_is_told(action, resource) -> None:
    world = ik.World()
    user = world.account("111122223333").user("ana")
    with pytest.raises(RequestError):
        world.decide(user, action, resource)
