"""Coming into a role: what `world.reach` says agrees with STS, also about tags, source identities, names and MFA."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.prove.reach import Chain, Unreachable, reach
from tests.short import ANA, OWN, Json, allow, deny, trust

A, B = f"arn:aws:iam::{OWN}:role/a", f"arn:aws:iam::{OWN}:role/b"
ANY = "sts:*"


def two_hops(trust_of_b: Json, trust_of_a: Any = ANY) -> ik.World:
    """Ana may come into role a, and whoever is in may come into b, as far as b's trust policy lets it."""
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", policies=[allow("sts:*")])
    own.role("a", trust=trust(OWN, trust_of_a), policies=[allow("sts:*")])
    own.role("b", trust=trust_of_b, policies=[allow("s3:GetObject")])
    return world


def by_sts(world: ik.World) -> bool:
    """Whether some way through STS leads to b, of all that a bold walker would try."""
    sts = ik.Sts(world, ik.Clock("2026-11-24T09:00:00Z"))
    sent: list[dict[str, Any]] = [{}, {"tags": {"team": "x1"}}, {"source_identity": "xx"}]
    first = [sts.assume_role(ANA, A, "deploy", **given) for given in sent]
    holders: list[Any] = [ANA, *(one for one in first if one)]
    return any(sts.assume_role(by, B, name, **given) for by in holders for given in sent for name in ("x", "deploy"))


EQUALS = "StringEquals"
CASES = {
    "one session is named": (trust(f"arn:aws:sts::{OWN}:assumed-role/a/deploy"), True),
    "an MFA that no assumed session has": (trust(A, ANY, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}), False),
    "a request tag without TagSession": (trust(A, when={EQUALS: {"aws:RequestTag/team": "x1"}}), False),
    "a request tag with TagSession": (trust(A, ANY, {EQUALS: {"aws:RequestTag/team": "x1"}}), True),
    "a source identity that may not be set": (trust(A, when={EQUALS: {"sts:SourceIdentity": "xx"}}), False),
    "a source identity that may be set": (trust(A, ANY, {EQUALS: {"sts:SourceIdentity": "xx"}}), True),
    "a federated provider, which no such session has": (trust(A, when={EQUALS: {"aws:FederatedProvider": "x"}}), False),
    "a session name that is too short": (trust(A, when={EQUALS: {"sts:RoleSessionName": "x"}}), False),
    "a user ID of the role": (trust(A, when={"StringLike": {"aws:userid": "*:deploy"}}), True),
    "a user ID of no session of the role": (trust(A, when={EQUALS: {"aws:userid": "AROAOTHER:deploy"}}), False),
}


@pytest.mark.parametrize("case", CASES)
def test_reach_and_sts_agree(case: str) -> None:
    trusting, expected = CASES[case]
    world = two_hops(trusting)
    found = reach(world, ANA, B)
    assert isinstance(found, Chain if expected else Unreachable)
    assert bool(found) is by_sts(world) is expected


def test_what_hangs_on_the_tags_of_the_session_before_is_unknown() -> None:
    world = two_hops(trust(A, when={EQUALS: {"aws:PrincipalTag/team": "x1"}}))
    assert by_sts(world)
    found = reach(world, ANA, B)
    assert isinstance(found, Unreachable)
    with pytest.raises(TypeError, match="unknown whether these doors open"):
        bool(found)


def test_where_the_session_before_takes_no_tags_it_is_a_no() -> None:
    world = two_hops(trust(A, when={EQUALS: {"aws:PrincipalTag/team": "x1"}}), trust_of_a="sts:AssumeRole")
    assert not by_sts(world)
    assert not reach(world, ANA, B)


def test_a_role_stands_for_the_sessions_that_a_policy_names() -> None:
    world = two_hops(trust("999988887777"))
    night = f"arn:aws:sts::{OWN}:assumed-role/a/night"
    grant = {"Effect": "Allow", "Principal": {"AWS": night}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::p/*"}
    world.accounts[OWN].resource("arn:aws:s3:::p", policy={"Version": "2012-10-17", "Statement": grant})
    answer = world.can(A, "s3:GetObject", "arn:aws:s3:::p/*")
    assert answer and answer.request.principal == night  # type: ignore[union-attr]
    assert A in world.who_can("s3:GetObject", "arn:aws:s3:::p/x").who
    assert not world.can(ik.Session(A, "day"), "s3:GetObject", "arn:aws:s3:::p/*")
    assert world.reach(ANA, ("s3:GetObject", "arn:aws:s3:::p/x"))
    no = world.can(A, "s3:PutObject", "arn:aws:s3:::p/*")
    assert not no and no.check()  # type: ignore[union-attr]


def test_a_deny_to_one_session_leaves_the_others() -> None:
    world = two_hops(trust("999988887777"))
    night = {"AWS": f"arn:aws:sts::{OWN}:assumed-role/a/night"}
    world.accounts[OWN].roles["a"].inline["read"] = ik.Policy.parse(allow("s3:GetObject"), name="read")
    world.accounts[OWN].resource("arn:aws:s3:::p", policy=deny("s3:*", "arn:aws:s3:::p/*", to=night))
    assert world.can(A, "s3:GetObject", "arn:aws:s3:::p/*")
    assert not world.can(ik.Session(A, "night"), "s3:GetObject", "arn:aws:s3:::p/*")


def test_a_session_that_some_bucket_of_many_names_is_found() -> None:
    world = two_hops(trust("999988887777"))
    night = {"AWS": f"arn:aws:sts::{OWN}:assumed-role/a/night"}
    for name in ("first", "second", "third"):
        policy = deny("s3:Put*", f"arn:aws:s3:::p-{name}/*", to="*")
        world.accounts[OWN].resource(f"arn:aws:s3:::p-{name}", policy=policy)
    grant = allow("s3:GetObject", "arn:aws:s3:::p-zoo/*", to=night)
    world.account("444455556666").resource("arn:aws:s3:::p-zoo", policy=grant)
    world.accounts[OWN].roles["a"].inline["zoo"] = ik.Policy.parse(allow("s3:Get*", "arn:aws:s3:::p-zoo/*"), name="zoo")
    answer = world.can(A, "s3:GetObject", "arn:aws:s3:::p-*")
    assert answer and answer.request.principal == night["AWS"].replace(":iam:", ":sts:")  # type: ignore[union-attr]


def test_a_proof_about_a_bucket_of_another_account_says_what_keeps_the_caller_out() -> None:
    world = two_hops(trust("999988887777"))
    world.accounts[OWN].resource("arn:aws:s3:::ours")
    lena = world.account("444455556666").user("lena", policies=[allow("s3:*")])
    answer = world.can(lena, "s3:GetObject", "arn:aws:s3:::ours/*")
    assert "no Allow in the resource-based policy" in answer.blocking  # type: ignore[union-attr]


def test_what_is_done_in_the_end_shows_no_second_factor_either() -> None:
    world = two_hops(trust(A))
    with_mfa = allow("s3:GetObject", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    world.accounts[OWN].roles["b"].inline = {"read": ik.Policy.parse(with_mfa, name="read")}
    assert reach(world, ANA, B)
    assert not reach(world, ANA, ("s3:GetObject", "*"))
    without = allow("s3:GetObject", when={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    world.accounts[OWN].roles["b"].inline = {"read": ik.Policy.parse(without, name="read")}
    assert reach(world, ANA, ("s3:GetObject", "*"))
