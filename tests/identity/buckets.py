"""A bucket and the people around it, for the tests of ACLs and of Block Public Access."""

from typing import Any

import iamkit as ik
from tests.short import BUCKET, OTHER, OWN, Json, allow

CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def bucket_world(**given: Any) -> ik.World:
    """A bucket of this account; Mallory of the other account may do anything as far as her account is concerned."""
    world = ik.World()
    own, other = world.account(OWN), world.account(OTHER, canonical=CANONICAL)
    own.user("ana", policies=[allow("s3:*")])
    own.user("bob")
    other.user("mallory", policies=[allow("s3:*")])
    other.user("mute")
    own.resource(BUCKET, **given)
    return world


def acl(grantee: str, permission: str) -> list[Json]:
    return [{"Grantee": grantee, "Permission": permission}]
