"""Block Public Access and the meaning of public: fact D6. Pages are of the S3 User Guide."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.errors import WorldError
from iamkit.identity.public import is_public_policy
from tests.identity.buckets import acl, bucket_world
from tests.short import (
    ALLOWED,
    ANA,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    Json,
    allow,
    deny,
    policy,
)

GET = "s3:GetObject"

# D6: Block Public Access (S3 User Guide, access-control-block-public-access).


def test_d6_ignore_public_acls_takes_the_groups_out() -> None:
    both = [*acl("AllUsers", "READ"), *acl(OTHER, "WRITE")]
    world = bucket_world(acl=both, block_public_access={"IgnorePublicAcls": True})
    assert world.decide(ik.ANONYMOUS, "s3:ListBucket", BUCKET).effect == IMPLICIT
    assert world.decide(MALLORY, "s3:ListBucket", BUCKET).effect == IMPLICIT
    assert world.decide(MALLORY, "s3:PutObject", OBJECT).effect == ALLOWED


def test_d6_ignore_public_acls_leaves_the_bucket_policy() -> None:
    world = bucket_world(policy=allow(GET, to="*"), block_public_access={"IgnorePublicAcls": True})
    assert world.decide(ik.ANONYMOUS, GET, OBJECT).effect == ALLOWED


def test_d6_restrict_public_buckets_the_example_of_the_page() -> None:
    # One public statement makes the whole policy public; then even Account-2, named by another statement, is out.
    trail = {"Service": "cloudtrail.amazonaws.com"}
    named = [*allow("s3:*", to=trail)["Statement"], *allow("s3:*", to=OTHER)["Statement"]]
    public = [*named, *allow(GET, to="*")["Statement"]]
    on = {"RestrictPublicBuckets": True}
    closed = bucket_world(policy=policy(*public), block_public_access=on)
    assert closed.decide("cloudtrail.amazonaws.com", "s3:PutObject", OBJECT).effect == ALLOWED
    assert closed.decide(MALLORY, GET, OBJECT).effect == EXPLICIT
    assert closed.decide(ik.ANONYMOUS, GET, OBJECT).effect == EXPLICIT
    assert closed.decide(ANA, GET, OBJECT).effect == ALLOWED
    assert "RestrictPublicBuckets" in closed.decide(MALLORY, GET, OBJECT).because
    opened = bucket_world(policy=policy(*named), block_public_access=on)
    assert opened.decide(MALLORY, GET, OBJECT).effect == ALLOWED


@pytest.mark.parametrize("switch", ["BlockPublicAcls", "BlockPublicPolicy"])
def test_d6_the_two_blocking_switches_leave_what_stands(switch: str) -> None:
    # "However, existing policies and ACLs for buckets and objects aren't modified."
    world = bucket_world(policy=allow(GET, to="*"), acl=acl("AllUsers", "READ"), block_public_access={switch: True})
    assert world.decide(ik.ANONYMOUS, GET, OBJECT).effect == ALLOWED
    assert world.decide(ik.ANONYMOUS, "s3:ListBucket", BUCKET).effect == ALLOWED


def test_d6_the_two_blocking_switches_refuse_changes() -> None:
    bucket = bucket_world(block_public_access=True).accounts[OWN].resources[BUCKET]
    assert bucket.refuses(policy=allow(GET, to="*")) == "BlockPublicPolicy refuses the policy: it is public."
    assert bucket.refuses(policy=allow(GET, to=OTHER)) is None
    assert bucket.refuses(acl=acl("AuthenticatedUsers", "READ")) == "BlockPublicAcls refuses the ACL: it is public."
    assert bucket.refuses(acl=acl(OTHER, "READ")) is None
    free = bucket_world().accounts[OWN].resources[BUCKET]
    assert free.refuses(policy=allow(GET, to="*"), acl=acl("AllUsers", "READ")) is None


def test_d6_the_four_switches_are_independent() -> None:
    found = bucket_world(block_public_access={"IgnorePublicAcls": True}).accounts[OWN].resources[BUCKET]
    on = [name for name, value in found.block_public_access.items() if value]
    assert on == ["IgnorePublicAcls"]
    with pytest.raises(WorldError, match="'yes'"):
        bucket_world(block_public_access="yes")
    with pytest.raises(WorldError, match="IgnoreAcls"):
        bucket_world(block_public_access={"IgnoreAcls": True})


def when(operator: str, key: str, value: Any) -> Json:
    return allow(GET, to="*", when={operator: {key: value}})


@pytest.mark.parametrize(
    ("document", "public"),
    [
        (allow("s3:PutObject", to="*"), True),
        (when("StringLike", "aws:SourceVpc", "vpc-*"), True),
        (when("StringEquals", "aws:SourceVpc", "vpc-91237329"), False),
        (allow(GET, to=OTHER), False),
        (allow(GET, to={"Service": "cloudtrail.amazonaws.com"}), False),
        (deny(GET, to="*"), False),
        (policy(*allow(GET, to=OTHER)["Statement"], *allow(GET, to="*")["Statement"]), True),
        (when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), False),
        (when("StringEquals", "aws:PrincipalOrgID", "${aws:PrincipalOrgID}"), True),
        (when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:role/partner"), False),
        (when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:role/*"), True),
        (when("StringEquals", "aws:SourceAccount", OTHER), False),
        (when("StringNotEquals", "aws:SourceAccount", OTHER), True),
        (when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-a1b2/"), True),
        (when("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-a1b2/"), False),
        (when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), False),
        (when("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"), True),
        (when("StringLike", "aws:userid", "AROAEXAMPLEID:*"), False),
        (when("StringLike", "aws:userid", "*:ana"), True),
        (when("StringEquals", "aws:UserAgent", "curl"), True),
        (when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), False),
        (when("IpAddress", "aws:SourceIp", "11.0.0.0/8"), False),
        (when("IpAddress", "aws:SourceIp", "0.0.0.0/1"), True),
        (when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "0.0.0.0/1"]), True),
        (when("IpAddress", "aws:SourceIp", "2001:db8::/32"), False),
        (when("IpAddress", "aws:SourceIp", "2001:d00::/24"), True),
        (when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"), True),
        (when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/*"), False),
        (when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:*:accesspoint/*"), True),
        (when("StringEquals", "s3:DataAccessPointAccount", "123456789012"), False),
    ],
)
def test_d6_the_meaning_of_public(document: Json, public: bool) -> None:
    # access-control-block-public-access, "The meaning of public"; the first three are that page's examples.
    assert is_public_policy(ik.Policy.parse(document)) is public
