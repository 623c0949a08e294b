"""Bucket ACLs: fact D6. Pages are of the S3 User Guide."""

import pytest

import iamkit as ik
from iamkit.errors import WorldError
from iamkit.identity.acls import AclGrant, acl_policy
from tests.identity.buckets import CANONICAL, acl, bucket_world
from tests.short import (
    ALLOWED,
    ANA,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    Json,
    deny,
)

# D6: bucket ACLs (S3 User Guide, acl-overview, "Mapping of ACL permissions and access policy permissions").

ACL_TABLE = {
    "READ": {"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"},
    "WRITE": {"s3:PutObject"},
    "READ_ACP": {"s3:GetBucketAcl"},
    "WRITE_ACP": {"s3:PutBucketAcl"},
}
ACL_TABLE["FULL_CONTROL"] = set().union(*ACL_TABLE.values())
ACL_ACTIONS = [
    *[(action, OBJECT if action == "s3:PutObject" else BUCKET) for action in sorted(ACL_TABLE["FULL_CONTROL"])],
    ("s3:GetObject", OBJECT),
    ("s3:DeleteObject", OBJECT),
    ("s3:PutBucketPolicy", BUCKET),
]


@pytest.mark.parametrize("permission", ACL_TABLE)
@pytest.mark.parametrize("grantee", ["AllUsers", "AuthenticatedUsers", OTHER, CANONICAL])
def test_d6_acl_permissions_map_to_actions(grantee: str, permission: str) -> None:
    world = bucket_world(acl=acl(grantee, permission))
    opened = {action for action, resource in ACL_ACTIONS if world.decide(MALLORY, action, resource)}
    assert opened == ACL_TABLE[permission]


def test_d6_an_acl_lets_an_account_in_and_that_account_its_users() -> None:
    world = bucket_world(acl=acl(OTHER, "READ"))
    assert world.decide(MALLORY, "s3:ListBucket", BUCKET).effect == ALLOWED
    assert world.decide(f"arn:aws:iam::{OTHER}:user/mute", "s3:ListBucket", BUCKET).effect == IMPLICIT


def test_d6_a_canonical_user_is_its_account() -> None:
    world = bucket_world(acl=acl("f" * 64, "READ"))
    assert world.decide(MALLORY, "s3:ListBucket", BUCKET).effect == IMPLICIT


def test_d6_all_users_are_anybody_and_authenticated_users_sign() -> None:
    everybody, signed = (bucket_world(acl=acl(group, "READ")) for group in ("AllUsers", "AuthenticatedUsers"))
    assert everybody.decide(ik.ANONYMOUS, "s3:ListBucket", BUCKET).effect == ALLOWED
    assert signed.decide(ik.ANONYMOUS, "s3:ListBucket", BUCKET).effect == IMPLICIT
    assert signed.decide(MALLORY, "s3:ListBucket", BUCKET).effect == ALLOWED


def test_d6_an_acl_only_grants() -> None:
    world = bucket_world(acl=acl("AllUsers", "FULL_CONTROL"), policy=deny("s3:ListBucket", BUCKET, to="*"))
    assert world.decide(MALLORY, "s3:ListBucket", BUCKET).effect == EXPLICIT


def test_d6_an_acl_grant_to_the_owner_adds_nothing() -> None:
    world = bucket_world(acl=acl(OWN, "FULL_CONTROL"))
    assert world.decide(f"arn:aws:iam::{OWN}:user/bob", "s3:ListBucket", BUCKET).effect == IMPLICIT
    assert world.decide(ANA, "s3:ListBucket", BUCKET).effect == ALLOWED


def test_d6_an_acl_may_be_written_as_s3_writes_it() -> None:
    # S3 API Reference, GetBucketAcl.
    given = [
        {"Grantee": {"Type": "CanonicalUser", "ID": CANONICAL}, "Permission": "READ"},
        {
            "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
            "Permission": "READ_ACP",
        },
    ]
    found = bucket_world(acl=given).accounts[OWN].resources[BUCKET].acl
    assert found == (AclGrant(CANONICAL, "READ"), AclGrant("AllUsers", "READ_ACP"))
    assert [grant.to_dict() for grant in found] == [
        {"Grantee": CANONICAL, "Permission": "READ"},
        {"Grantee": "AllUsers", "Permission": "READ_ACP"},
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"Grantee": ANA, "Permission": "READ"},
        {"Grantee": "Everyone", "Permission": "READ"},
        {"Grantee": "AllUsers", "Permission": "DELETE"},
        {"Grantee": "AllUsers"},
    ],
)
def test_d6_impossible_acls(entry: Json) -> None:
    # acl-overview: "the grantee cannot be an IAM user".
    with pytest.raises(WorldError) as fault:
        bucket_world(acl=[entry])
    assert fault.value.where == f"resource {BUCKET} acl[0]"
    assert fault.value.remedy


@pytest.mark.parametrize("given", ["AllUsers", {"Grantee": "AllUsers", "Permission": "READ"}, 5])
def test_an_acl_is_a_list(given: object) -> None:
    with pytest.raises(WorldError, match="list of grants"):
        bucket_world(acl=given)


def test_only_a_bucket_has_an_acl_and_switches() -> None:
    own = ik.World().account(OWN)
    with pytest.raises(WorldError, match="Only a bucket"):
        own.resource(KEY, acl=acl("AllUsers", "READ"))
    with pytest.raises(WorldError, match="Only a bucket"):
        own.resource(OBJECT, block_public_access=True)
    with pytest.raises(WorldError, match="Only a KMS key"):
        own.resource(BUCKET, grants=[{"GranteePrincipal": ANA, "Operations": ["Decrypt"]}])
    with pytest.raises(WorldError, match="no 'cors'"):
        own.resource(BUCKET, cors={})


def test_an_acl_of_which_nothing_is_left_is_no_policy() -> None:
    assert acl_policy(BUCKET, (AclGrant("AllUsers", "READ"),), True) is None
