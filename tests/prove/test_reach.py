"""Chains: a shortest one with requests that replay, or the closed set and what keeps each door shut."""

import pytest

from iamkit.errors import WorldError
from iamkit.prove.reach import blast_radius, reach, who_can_become
from iamkit.world import World

ASSUME = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}


def trust(*arns):
    return {"Statement": {"Effect": "Allow", "Principal": {"AWS": list(arns)}, "Action": "sts:AssumeRole"}}


@pytest.fixture
def world():
    """ana -> a -> b -> c, c -> a (a cycle), and ana -> b the short way; d is behind nobody."""
    world = World()
    acme = world.account("111122223333")
    ana = acme.user("ana", policies=[ASSUME])
    at = "arn:aws:iam::111122223333:role/"
    acme.role("c", trust=trust(f"{at}b"), policies=[ASSUME, READ])
    acme.role("a", trust=trust(ana.arn, f"{at}c"), policies=[ASSUME])
    acme.role("b", trust=trust(f"{at}a", ana.arn), policies=[ASSUME])
    acme.role("d", trust=trust("arn:aws:iam::111122223333:user/bob"))
    acme.user("bob")
    return world


ANA, AT = "arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:role/"


def test_shortest_chain_and_every_step_replays(world):
    chain = reach(world, ANA, f"{AT}c")
    assert chain.principals == (ANA, f"{AT}b", f"{AT}c")
    for step in chain.steps:
        asked = step.witness.request
        assert world.decide(asked.principal, asked.action, asked.resource, asked.context).allowed


def test_unreachable_names_the_closed_set_and_the_shut_door(world):
    answer = reach(world, ANA, f"{AT}d")
    assert not answer
    assert set(answer.closed) == {ANA, f"{AT}a", f"{AT}b", f"{AT}c"}
    assert set(answer.doors) == {f"{AT}d"} and answer.doors[f"{AT}d"]


def test_a_cycle_ends(world):
    assert set(blast_radius(world, f"{AT}c")) == {f"{AT}a", f"{AT}b", f"{AT}c"}


def test_target_is_an_action_with_wildcards(world):
    chain = reach(world, ANA, ("s3:Get*", "arn:aws:s3:::pay*/*"))
    assert chain.principals[-1] == f"{AT}c"
    assert chain.arrival.request.action == "s3:GetObject"
    assert not reach(world, ANA, ("s3:Put*", "*"))


def test_who_can_become(world):
    assert who_can_become(world, f"{AT}c") == (f"{AT}a", f"{AT}b", ANA)
    assert who_can_become(world, f"{AT}d") == ("arn:aws:iam::111122223333:user/bob",)


def test_across_accounts_both_sides_must_allow(world):
    other = world.account("444455556666")
    role = other.role("visited", trust=trust(ANA, "arn:aws:iam::111122223333:user/bob"))
    assert reach(world, ANA, role.arn)
    assert not reach(world, "arn:aws:iam::111122223333:user/bob", role.arn)


def test_unknown_role(world):
    with pytest.raises(WorldError):
        reach(world, ANA, f"{AT}nobody")
