"""Chains with sessions, with doubt, and in accounts with many roles; and the two directions agree."""

import random

import pytest

import iamkit as ik
from iamkit.prove.changes import changed, with_inline, with_trust
from iamkit.prove.doors import Doors
from iamkit.prove.reach import Unreachable, blast_radius, reach, who_can_become
from iamkit.prove.values import Undecided
from tests.prove.worlds import one_user
from tests.short import ANA, APP, AUDITOR, MALLORY, OTHER, OWN, Json, allow, deny, policy, trust

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


# a is one character longer than b, and b than a: no request, but the prover finds no end of texts to try.
TIED = {"StringLike": {"aws:RequestTag/a": "${aws:RequestTag/b}?", "aws:RequestTag/b": "${aws:RequestTag/a}?"}}


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


def test_a_chain_may_go_round_an_unknown_door() -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("app", trust=trust(ANA), policies=[ASSUME])
    named = trust(ANA, when=TIED)["Statement"] + trust(APP)["Statement"]
    world.accounts[OWN].role("auditor", trust=policy(*named))
    assert reach(world, ANA, AUDITOR).principals == (ANA, APP, AUDITOR)
    assert blast_radius(world, ANA) == (ANA, APP, AUDITOR)
    assert who_can_become(world, AUDITOR) == (APP, ANA)


# What keeps a door shut


def reasons(world: ik.World, source: str = ANA, role: str = AUDITOR) -> tuple[str, ...]:
    answer = reach(world, source, role)
    assert isinstance(answer, Unreachable) and not answer
    return answer.doors[role]


def test_the_trust_policy_names_somebody_else() -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("auditor", trust=trust(MALLORY))
    assert reasons(world) == ("no Allow in the role trust policy",)


def test_the_trust_policy_denies() -> None:
    world = one_user(ASSUME)
    denied = policy(*trust(ANA)["Statement"], *deny("sts:*", None, to=ANA, sid="Out")["Statement"])
    world.accounts[OWN].role("auditor", trust=denied)
    (reason,) = reasons(world)
    assert "Deny" in reason and "Out" in reason


def test_the_own_policies_do_not_allow() -> None:
    world = one_user()
    world.accounts[OWN].role("auditor", trust=trust(OWN))
    # Either would do: a grant that names ana, or a permission of her own beside that of the account.
    assert reasons(world) == ("no Allow in the role trust policy", "no Allow in the identity-based policies")


def test_an_scp_denies_even_where_both_sides_allow() -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("auditor", trust=trust(ANA))
    world.account("999999999999")
    world.organize("o-acme", management="999999999999", scps=[allow(), deny("sts:*", sid="NoRoles")], accounts=[OWN])
    (reason,) = reasons(world)
    assert "NoRoles" in reason


def test_a_boundary_leaves_assuming_out() -> None:
    world = ik.World()
    own = world.account(OWN)
    own.policy("limit", allow("s3:*"))
    own.user("ana", policies=[ASSUME], boundary="limit")
    own.role("auditor", trust=trust(OWN))
    assert "no Allow in the permissions boundary" in reasons(world)


def test_the_reasons_are_those_of_everybody_inside_whom_the_trust_policy_names() -> None:
    world = one_user(ASSUME)
    world.accounts[OWN].role("app", trust=trust(ANA), policies=[deny("sts:*", sid="Stay")])
    world.accounts[OWN].role("auditor", trust=trust(APP))
    (reason,) = reasons(world)  # ana is not named, app is, and stays where it is
    assert "Stay" in reason


# Who assumes: the facts E1 to E7


@pytest.mark.parametrize(
    ("policies", "named", "opens"), [([], ANA, True), ([], OWN, False), ([ASSUME], OWN, True), ([ASSUME], OTHER, False)]
)
def test_e1_inside_the_account_the_name_suffices_or_both_sides_allow(
    policies: list[Json], named: str, opens: bool
) -> None:
    world = one_user(*policies)
    world.accounts[OWN].role("auditor", trust=trust(named))
    assert bool(reach(world, ANA, AUDITOR)) is opens
    assert who_can_become(world, AUDITOR) == ((ANA,) if opens else ())


@pytest.mark.parametrize(("named", "opens"), [(APP, True), (OWN, True), (ANA, False)])
def test_e2_a_role_assumes_itself_only_if_it_trusts_itself(named: str, opens: bool) -> None:
    world = one_user()
    role = world.accounts[OWN].role("app", trust=trust(named), policies=[ASSUME])
    assert Doors(world).of(APP) == ([role] if opens else [])
    assert bool(world.can(APP, "sts:AssumeRole", APP)) is opens
    # It is there already in any case, and nobody else comes to it that way.
    assert reach(world, APP, APP).steps == () and blast_radius(world, APP) == (APP,)


def test_e2_a_narrow_session_becomes_its_whole_role_only_if_the_role_trusts_itself() -> None:
    narrow = ik.Session(APP, "night", policy=allow("sts:AssumeRole"))
    for named, wanted in ((APP, [APP]), (ANA, None)):
        world = one_user()
        world.accounts[OWN].role("app", trust=trust(named), policies=[ASSUME, allow("s3:*")])
        found = reach(world, narrow, ("s3:GetObject", "*"))
        assert ([step.target for step in found.steps] if found else None) == wanted  # type: ignore[union-attr]


def test_e3_in_a_role_the_own_permissions_are_set_aside() -> None:
    world = one_user(ASSUME, allow("s3:*"))
    world.accounts[OWN].role("app", trust=trust(ANA), policies=[allow("sqs:*")])
    assert reach(world, ANA, ("s3:GetObject", "*")).steps == ()
    assert not reach(world, APP, ("s3:GetObject", "*"))
    assert len(reach(world, ANA, ("sqs:SendMessage", "*")).steps) == 1


def test_e4_a_step_shows_the_external_id_that_it_takes() -> None:
    world = one_user()
    world.account(OTHER).user("mallory", policies=[ASSUME])
    world.accounts[OWN].role("auditor", trust=trust(OTHER, when={"StringEquals": {"sts:ExternalId": "acme-42"}}))
    (step,) = reach(world, MALLORY, AUDITOR).steps
    assert step.requests[0].request.context["sts:externalid"] == ["acme-42"]


def test_e5_a_trust_policy_for_the_organization_admits_the_management_account() -> None:
    world = one_user(ASSUME)
    world.account(OTHER).user("mallory", policies=[ASSUME])
    world.account("999999999999").user("boss", policies=[ASSUME])
    world.organize("o-acme", management="999999999999", accounts=[OWN])
    within = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}
    world.accounts[OWN].role("auditor", trust=trust("*", when=within))
    assert who_can_become(world, AUDITOR) == (ANA, "arn:aws:iam::999999999999:user/boss")
    assert not reach(world, MALLORY, AUDITOR)


def test_e6_a_chain_goes_through_roles_of_other_accounts() -> None:
    world = one_user(ASSUME)
    partner = world.account(OTHER).role("partner", trust=trust(ANA), policies=[ASSUME])
    world.accounts[OWN].role("auditor", trust=trust(partner.arn))
    assert reach(world, ANA, AUDITOR).principals == (ANA, partner.arn, AUDITOR)


def test_e7_a_resource_policy_needs_no_role() -> None:
    world = one_user(allow("s3:*"))
    world.account(OTHER).resource("arn:aws:s3:::theirs", policy=allow("s3:GetObject", "arn:aws:s3:::theirs/*", to=ANA))
    assert reach(world, ANA, ("s3:GetObject", "arn:aws:s3:::theirs/*")).steps == ()


# Sources that the world does not hold


def test_an_outside_account_may_send_anybody() -> None:
    world = one_user()
    world.accounts[OWN].role("app", trust=trust(OTHER), policies=[ASSUME])
    world.accounts[OWN].role("auditor", trust=trust(APP))
    assert OTHER not in world.accounts  # its administrators can allow mallory everything, so that is assumed
    assert reach(world, MALLORY, AUDITOR).principals == (MALLORY, APP, AUDITOR)
    assert blast_radius(world, MALLORY, escalation=True)[0] == MALLORY
    assert not reach(world, "arn:aws:iam::777788889999:user/stranger", AUDITOR)


def test_nobody_who_is_not_signed_in_assumes_a_role() -> None:
    world = one_user()
    world.accounts[OWN].role("auditor", trust=trust("*"))
    assert reach(world, MALLORY, AUDITOR)
    assert blast_radius(world, f"arn:aws:iam::{OWN}:root") == (f"arn:aws:iam::{OWN}:root",)


def test_a_session_whose_policy_is_wide_goes_where_its_role_goes() -> None:
    world = two_roles()
    whole, narrow = ik.Session(APP, "day", policy=allow()), ik.Session(APP, "day", policy=allow("s3:*"))
    assert blast_radius(world, whole)[1:] == (APP, AUDITOR)
    assert blast_radius(world, narrow) == (narrow.arn,)


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


@pytest.mark.parametrize("seed", range(10))
def test_after_a_change_the_doors_are_those_of_the_changed_world(seed: int) -> None:
    world = random_account(seed)
    after = world
    for number in (0, 3):
        after = with_trust(after, after.accounts[OWN].roles[f"r{number}"], f"arn:aws:iam::{OWN}:user/u{number}")
    after = with_inline(after, after.accounts[OWN].users["u1"])
    made = changed(world, after)
    assert made == {f"arn:aws:iam::{OWN}:{name}" for name in ("role/r0", "role/r3", "user/u1")}
    doors = Doors(after, Doors(world), made)
    for principal in (*after.users(), *after.roles()):
        assert doors.of(principal) == Doors(after).of(principal)
