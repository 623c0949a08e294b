"""What stands in the way: minimal, in AWS's order, in words."""

import pytest

import iamkit as ik
from iamkit.prove.core import walk, without
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from tests.prove.worlds import one_user
from tests.short import ANA, APP, BUCKET, KEY, MALLORY, OBJECT, OTHER, OWN, allow, deny, policy


def is_minimal(proof: ik.Proof) -> bool:
    """The named obstacles alone rule everything out, and no fewer of them do."""

    def possible(away: set[str]) -> bool:
        left = [(without(formula, away), facts) for formula, facts in proof.stacks]
        return any(solve(settled(formula, facts)) is not None for formula, facts in left)

    others = {name for formula, _ in proof.stacks for name, _ in walk(formula)} - set(proof.blocking)
    return not possible(others) and all(possible(others | {name}) for name in proof.blocking)


def test_silence_is_the_lack_of_an_allow() -> None:
    proof = one_user(allow("s3:Get*")).can(ANA, "s3:PutObject", OBJECT)
    assert "no Allow in the identity-based policies" in proof.blocking
    assert is_minimal(proof)


def test_a_deny_is_named_by_its_sid_and_its_layer() -> None:
    both = policy(*allow("s3:*")["Statement"], *deny("s3:*", sid="Never")["Statement"])
    proof = one_user(both).can(ANA, "s3:GetObject", OBJECT)
    assert proof.blocking == ("Deny Never in the identity-based policies",)
    assert proof.explain().endswith("What rules it out: Deny Never in the identity-based policies.")


def test_of_two_denies_that_each_suffice_one_is_named() -> None:
    both = policy(*allow("s3:*")["Statement"], *deny("s3:*", sid="A")["Statement"], *deny("*", sid="B")["Statement"])
    proof = one_user(both).can(ANA, "s3:GetObject", OBJECT)
    assert proof.blocking in (("Deny A in the identity-based policies",), ("Deny B in the identity-based policies",))
    assert is_minimal(proof)


def test_of_a_deny_and_a_silence_that_each_suffice_one_is_named() -> None:
    proof = one_user(policy(*allow("s3:Get*")["Statement"], *deny("s3:Put*")["Statement"])).can(ANA, "s3:Put*", OBJECT)
    silence = ("no Allow in the resource-based policy", "no Allow in the identity-based policies")
    assert proof.blocking in (("Deny statement 2 in the identity-based policies",), silence)
    assert is_minimal(proof)


def test_two_halves_are_both_needed() -> None:
    world = one_user(policy(*allow(["s3:GetObject", "s3:PutObject"])["Statement"],
                            *deny("s3:Get*", sid="NoGet")["Statement"],
                            *deny("s3:Put*", sid="NoPut")["Statement"]))  # fmt: skip
    proof = world.can(ANA, "s3:*", f"{BUCKET}/*")
    silence = ("no Allow in the resource-based policy", "no Allow in the identity-based policies")
    assert proof.blocking == (*(f"Deny {name} in the identity-based policies" for name in ("NoGet", "NoPut")), *silence)
    assert is_minimal(proof)


def organized() -> ik.World:
    world = one_user(allow("s3:*"))
    world.account("999999999999")
    no_get = policy(*allow()["Statement"], *deny("s3:Get*", sid="NoGet")["Statement"])
    organization = world.organize("o-acme", management="999999999999", scps=[no_get])
    organization.root.unit("Dev", scps=[allow("ec2:*")], accounts=[OWN])
    return world


def test_scps_are_named_by_level_and_come_before_the_identity_side() -> None:
    world = organized()
    get, put = world.can(ANA, "s3:GetObject", OBJECT), world.can(ANA, "s3:PutObject", OBJECT)
    assert len(get.blocking) == 1 and "SCP" in get.blocking[0]
    assert put.blocking == ("no Allow in the SCP at Dev",)
    assert is_minimal(get) and is_minimal(put)
    ec2 = world.can(ANA, "ec2:RunInstances", "*")
    assert [name for name in ec2.blocking if "SCP" in name] == []
    assert is_minimal(ec2)


def test_a_boundary_and_a_session_policy_are_named() -> None:
    world = ik.World()
    acme = world.account(OWN)
    acme.policy("limit", allow("ec2:*"))
    acme.user("ana", policies=[allow("s3:*")], boundary="limit")
    acme.role("app", trust=policy({"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}),
              policies=[allow("s3:*")])  # fmt: skip
    assert "no Allow in the permissions boundary" in world.can(ANA, "s3:GetObject", "*").blocking
    session = ik.Session(APP, "morning", policy=allow("s3:Put*"))
    proof = world.can(session, "s3:GetObject", "*")
    assert "no Allow in the session policy" in proof.blocking
    assert is_minimal(proof)


def test_across_accounts_the_other_side_is_named() -> None:
    world = ik.World()
    world.account(OWN).resource(BUCKET)
    world.account(OTHER).user("mallory", policies=[allow("s3:*")])
    proof = world.can(MALLORY, "s3:GetObject", OBJECT)
    assert proof.blocking == ("no Allow in the resource-based policy",)
    assert is_minimal(proof)


def test_a_key_policy_must_itself_let_in() -> None:
    world = one_user(allow("kms:*"))
    world.accounts[OWN].resource(KEY)
    proof = world.can(ANA, "kms:Decrypt", KEY)
    assert is_minimal(proof)
    assert any("key policy" in name for name in proof.blocking)


@pytest.mark.parametrize(("action", "resource"), [("ec2:*", "*"), ("s3:Put*", f"{BUCKET}/*"), ("kms:Decrypt", KEY)])
def test_minimal_and_certified(action: str, resource: str) -> None:
    world = one_user(policy(*allow("s3:Get*")["Statement"], *deny("s3:Put*")["Statement"]))
    proof = world.can(ANA, action, resource)
    assert isinstance(proof, ik.Proof)
    assert is_minimal(proof) and proof.check()
