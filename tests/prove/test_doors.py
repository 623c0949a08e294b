"""Chains with sessions, with doubt, and in accounts with many roles; and the two directions agree."""

import random

import pytest

import iamkit as ik
from iamkit.prove.doors import Doors
from iamkit.prove.reach import Unreachable, blast_radius, reach, who_can_become
from iamkit.prove.values import Undecided
from tests.prove.worlds import one_user
from tests.short import ANA, APP, AUDITOR, MALLORY, OWN, Json, allow, deny, trust

ASSUME = allow("sts:AssumeRole")


def two_roles() -> ik.World:
    """app and auditor, both open to the account; app may assume."""
    world = one_user(ASSUME)
    world.accounts[OWN].role("app", trust=trust(OWN), policies=[ASSUME])
    world.accounts[OWN].role("auditor", trust=trust(OWN))
    return world


def test_the_policy_of_a_session_counts() -> None:
    world = two_roles()
    assert reach(world, ik.Session(APP, "night"), AUDITOR)
    narrow = ik.Session(APP, "night", policy=allow("s3:*"))
    answer = reach(world, narrow, AUDITOR)
    assert not answer
    # Either would do: a grant to the session itself, or that its own policy allows what the account may.
    assert answer.doors[AUDITOR] == ("no Allow in the role trust policy", "no Allow in the session policy")
    assert not reach(world, narrow, ("sqs:*", "*"))


def test_a_session_is_at_its_role_already() -> None:
    world = two_roles()
    assert reach(world, ik.Session(AUDITOR, "night"), AUDITOR).steps == ()
    assert reach(world, f"arn:aws:sts::{OWN}:assumed-role/auditor/night", AUDITOR).steps == ()
    assert reach(world, AUDITOR, AUDITOR).steps == ()


def test_a_role_may_be_named_without_its_path() -> None:
    world = one_user(ASSUME)
    deep = world.accounts[OWN].role("deep", path="/a/b/", trust=trust(OWN))
    assert reach(world, ANA, f"arn:aws:iam::{OWN}:role/deep").principals == (ANA, deep.arn)


def test_nobody_becomes_a_user() -> None:
    world = two_roles()
    world.accounts[OWN].user("bob")
    answer = reach(world, ANA, f"arn:aws:iam::{OWN}:user/bob")
    assert isinstance(answer, Unreachable) and not answer
    assert answer.closed == (ANA, APP, AUDITOR)
    assert answer.doors == {}


@pytest.mark.parametrize(
    ("policies", "named", "opens"),
    [
        ([], ANA, True),  # inside the account a grant to the user is enough
        ([], OWN, False),  # a grant to the account is not
        ([ASSUME], OWN, True),
        ([allow("sts:AssumeRole", APP)], OWN, False),  # another role
        ([allow("sts:*"), deny("sts:AssumeRole")], ANA, False),
        ([ASSUME], MALLORY, False),
        ([ASSUME], "*", True),
    ],
)
def test_doors(policies: list[Json], named: str, opens: bool) -> None:
    world = one_user(*policies)
    role = world.accounts[OWN].role("auditor", trust=trust(named))
    assert bool(reach(world, ANA, AUDITOR)) is opens
    if opens:
        assert Doors(world).of(ANA) == [role]
    assert not reach(world, f"arn:aws:iam::{OWN}:root", AUDITOR)  # root assumes no role


@pytest.mark.parametrize("named", ["*", {"AWS": "*"}, {"AWS": [MALLORY, ANA]}, {"AWS": OWN}])
def test_a_door_is_found_however_the_trust_policy_names_the_caller(named: object) -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("auditor", trust=trust(named))
    assert reach(world, ANA, AUDITOR)


def test_a_session_comes_by_its_role_or_by_itself() -> None:
    world = one_user()
    world.accounts[OWN].role("app", trust=trust(OWN), path="/team/")
    app, night = f"arn:aws:iam::{OWN}:role/team/app", f"arn:aws:sts::{OWN}:assumed-role/app/night"
    for number, named in enumerate([app, night]):
        role = world.accounts[OWN].role(f"to{number}", trust=trust(named))
        assert reach(world, ik.Session(app, "night"), role.arn)
        assert bool(reach(world, ik.Session(app, "morning"), role.arn)) is (named == app)


def test_a_service_comes_in_where_it_is_trusted() -> None:
    world = one_user()
    world.accounts[OWN].role("app", trust=trust({"Service": "ec2.amazonaws.com"}), policies=[ASSUME])
    world.accounts[OWN].role("auditor", trust=trust(APP))
    assert reach(world, "ec2.amazonaws.com", AUDITOR).principals == ("ec2.amazonaws.com", APP, AUDITOR)
    assert not reach(world, "lambda.amazonaws.com", AUDITOR)


def test_across_accounts_the_callers_side_is_needed_even_if_it_is_named() -> None:
    world = one_user(ASSUME)
    other = world.account("444455556666")
    other.user("mallory")
    world.accounts[OWN].role("auditor", trust=trust({"AWS": [MALLORY, ANA]}))
    assert not reach(world, MALLORY, AUDITOR)
    assert Doors(world).of(MALLORY) == []
    assert who_can_become(world, AUDITOR) == (ANA,)


# In truth no request: a must be b, b must be x, and a must not be x. The prover tries texts, and finds none that fit.
TIED = {
    "StringEquals": {"aws:RequestTag/a": "${aws:RequestTag/b}", "aws:RequestTag/b": "x"},
    "StringNotEquals": {"aws:RequestTag/a": "x"},
}


def test_what_is_unknown_is_not_called_shut() -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("auditor", trust=trust(ANA, when=TIED))
    assert isinstance(world.can(ANA, "sts:AssumeRole", AUDITOR), ik.Unknown)
    answer = reach(world, ANA, AUDITOR)
    assert isinstance(answer, Unreachable)
    with pytest.raises(TypeError, match="unknown whether these doors open"):
        bool(answer)
    with pytest.raises(Undecided):
        blast_radius(world, ANA)
    with pytest.raises(Undecided):
        who_can_become(world, AUDITOR)


def random_account(seed: int) -> ik.World:
    rng, world = random.Random(seed), ik.World()
    own = world.account(OWN)
    names = [f"user/u{n}" for n in range(4)] + [f"role/r{n}" for n in range(6)]
    for number in range(4):
        own.user(f"u{number}", policies=[ASSUME] * rng.randint(0, 1))
    for number in range(6):
        named = [OWN if rng.random() < 0.2 else f"arn:aws:iam::{OWN}:{n}" for n in rng.sample(names, rng.randint(1, 2))]
        own.role(f"r{number}", trust=trust({"AWS": sorted(set(named))}), policies=[ASSUME] * rng.randint(0, 1))
    return world


@pytest.mark.parametrize("seed", range(20))
def test_forwards_and_backwards_agree_and_chains_are_shortest(seed: int) -> None:
    world = random_account(seed)
    everybody = [identity.arn for identity in (*world.users(), *world.roles())]
    edges = {a: [r.arn for r in world.roles() if world.can(a, "sts:AssumeRole", r.arn)] for a in everybody}
    forwards = {a: blast_radius(world, a) for a in everybody}
    for role in world.roles():
        into = [a for a in sorted(everybody) if a != role.arn and role.arn in forwards[a]]
        assert list(who_can_become(world, role.arn)) == into
    for source in everybody:
        distance, queue = {source: 0}, [source]
        for here in queue:
            for there in edges[here]:
                if there not in distance:
                    distance[there] = distance[here] + 1
                    queue.append(there)
        assert set(forwards[source]) == set(distance)
        for target in (role.arn for role in world.roles()):
            found = reach(world, source, target)
            assert bool(found) is (target in distance)
            assert not found or len(found.steps) == distance[target]
