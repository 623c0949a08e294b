"""Privilege escalation: what each kind of primitive gains (H3), where the sources differ (H6), and chains of all steps.

Named after what pathfinding.cloud and iam-vulnerable call the primitives.
"""

import random

import pytest

import iamkit as ik
from iamkit.prove.reach import Chain, Unreachable, blast_radius, can_become_admin, reach
from tests.prove.lab import ALL, Lab, allow, deny, equals, service, trust
from tests.short import ANA, OTHER, OWN, Json, policy

# H3: what each kind gains


def test_h3_new_passrole_needs_passrole_and_the_create_action_and_the_trust() -> None:
    statements = [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"])]
    for missing in (None, 0, 1):
        lab = Lab(*(s for place, s in enumerate(statements) if place != missing))
        lab.boss(service("lambda"))
        assert (lab.primitive() == "lambda-001") == (missing is None)
    lab = Lab(*statements)
    lab.boss(service("ec2"))
    assert not lab.admin()


def test_h3_a_role_is_passed_only_inside_its_account() -> None:
    lab = Lab(allow(["iam:PassRole", "lambda:*"]))
    lab.world.account(OTHER).role("boss", trust=trust(service("lambda")), policies=[ALL])
    assert blast_radius(lab.world, lab.ana, escalation=True) == (ANA,)


def test_h3_passed_to_service_names_the_service_that_gets_the_role() -> None:
    for name, wanted in (("lambda", True), ("ec2", False)):
        lab = Lab(allow("iam:PassRole", **equals("iam:PassedToService", f"{name}.amazonaws.com")))
        lab = Lab(*lab.given["policies"][0]["Statement"], allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))
        lab.boss(service("lambda"))
        assert bool(lab.admin()) is wanted


def test_h3_a_trust_policy_for_another_accounts_resources_is_no_help() -> None:
    for account, wanted in ((OWN, True), (OTHER, False)):
        lab = Lab(allow(["iam:PassRole", "lambda:*"]))
        document = trust(service("lambda"))
        document["Statement"][0] |= equals("aws:SourceAccount", account)
        lab.account.role("boss", trust=document, policies=[ALL])
        assert bool(lab.admin()) is wanted


def test_h3_existing_passrole_assumes_what_the_world_does_not_say() -> None:
    lab = Lab(allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]))
    boss = lab.boss(service("lambda"))
    found = lab.admin()
    assert isinstance(found, Chain) and found.principals == (ANA, boss.arn)
    assert lab.primitive() == "lambda-004"
    (assumed,) = found.assumptions
    assert f"runs as {boss.arn}" in assumed and found.explain().startswith(f"Yes, if {assumed}: in 1 step")


def test_h3_an_instance_runs_as_a_role_only_through_an_instance_profile() -> None:
    lab = Lab(allow("ssm:StartSession"))
    boss = lab.boss(service("ec2"))
    assert not lab.admin()
    lab.account.instance_profile("web", boss)
    assert lab.primitive() == "ssm-001"


def test_h3_a_new_instance_takes_an_instance_profile_or_the_right_to_make_one() -> None:
    run = allow(["iam:PassRole", "ec2:RunInstances"])
    lab = Lab(run)
    lab.account.instance_profile("web", lab.boss(service("ec2")))
    assert lab.primitive() == "ec2-001"
    lab = Lab(run)
    lab.boss(service("ec2"))
    assert not lab.admin()
    lab = Lab(run, allow(["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]))
    lab.boss(service("ec2"))
    assert lab.primitive() == "ec2-001-profile"


def test_h3_run_instances_must_be_allowed_on_everything_it_takes() -> None:
    lab = Lab(allow("iam:PassRole"), allow("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*"))
    lab.account.instance_profile("web", lab.boss(service("ec2")))
    assert not lab.admin()


def test_h3_a_stack_set_acts_as_the_execution_role() -> None:
    lab = Lab(allow(["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"]))
    into_execution = policy(allow("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/execution"))
    manager = lab.account.role("manager", trust=trust(service("cloudformation")), policies=[into_execution])
    weak = policy(allow("s3:*"))
    execution = lab.account.role("execution", trust=trust({"AWS": manager.arn}), policies=[weak])
    found = reach(lab.world, lab.ana, execution.arn, escalation=True)
    assert isinstance(found, Chain) and found.steps[0].to_dict()["primitive"] == "cloudformation-003"
    assert [r.request.action for r in found.steps[0].requests][-1] == "sts:AssumeRole"
    assert blast_radius(lab.world, lab.ana, escalation=True) == (ANA, execution.arn)


# H6: where the sources differ


def test_h6_a_new_notebook_must_also_be_opened() -> None:
    create, opened = "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"
    for actions, wanted in (([create], None), ([create, opened], "sagemaker-001")):
        lab = Lab(allow(["iam:PassRole", *actions]), deny(opened, "*") if opened not in actions else allow("s3:*"))
        lab.boss(service("sagemaker"))
        assert lab.primitive() == wanted


def test_h6_a_key_is_sent_to_an_instance_without_describing_it() -> None:
    lab = Lab(allow("ec2-instance-connect:SendSSHPublicKey"), deny("ec2:DescribeInstances"))
    lab.account.instance_profile("web", lab.boss(service("ec2")))
    assert lab.primitive() == "ec2instanceconnect-003"


# Assumptions: what the world does not say


def test_a_chain_that_assumes_something_is_no_plain_yes() -> None:
    lab = Lab(allow("lambda:*"))
    boss = lab.boss(service("lambda"))
    for found in (
        lab.admin(),
        reach(lab.world, ANA, boss.arn, escalation=True),
        reach(lab.world, ANA, ("s3:*", "*"), escalation=True),
    ):
        assert isinstance(found, Chain) and found.assumptions
        with pytest.raises(TypeError, match=f"a yes only if a function, .* runs as {boss.arn}"):
            bool(found)
        assert found.explain().startswith("Yes, if a function, ")
        assert found.to_dict()["answer"] == "yes, if"
        assert found.to_dict()["assumptions"] == list(found.assumptions)
        assert repr(found) == "<Chain if 1 assumption holds: user/ana -> role/boss>"


def test_a_chain_that_assumes_nothing_is_a_proof() -> None:
    lab = Lab(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    lab.boss(service("lambda"))
    found = lab.admin()
    assert isinstance(found, Chain) and found.assumptions == () and bool(found) is True
    assert found.explain().startswith("Yes, in 1 step") and found.to_dict()["answer"] == "yes"


def test_a_proof_goes_before_a_shorter_chain_that_assumes_something() -> None:
    lab = Lab(allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]), allow("sts:AssumeRole"))
    boss = lab.boss(service("lambda"))
    run = policy(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    deploy = lab.account.role("deploy", trust=trust({"AWS": ANA}), policies=[run])
    found = lab.admin()
    assert found and found.principals == (ANA, deploy.arn, boss.arn)  # type: ignore[union-attr]


def test_no_more_is_assumed_than_it_takes() -> None:
    lab = Lab(allow("lambda:*"), allow("glue:UpdateDevEndpoint"))
    glue = lab.account.role("glue", trust=trust(service("glue")), policies=[policy(allow("sts:AssumeRole"))])
    lab.account.role("boss", trust=trust({"AWS": glue.arn}), policies=[ALL])
    lab.account.role("worker", trust=trust(service("lambda")), policies=[policy(allow("ecs:*"))])
    found = lab.admin()
    assert isinstance(found, Chain)
    assert [step.to_dict().get("primitive") for step in found.steps] == ["glue-002", None]
    assert len(found.assumptions) == 1


def test_the_blast_radius_is_certain_unless_assumptions_are_wanted() -> None:
    lab = Lab(allow("lambda:*"))
    boss = lab.boss(service("lambda"))
    assert blast_radius(lab.world, ANA if lab.ana else "", escalation=True) == (ANA,)
    assert set(blast_radius(lab.world, ANA, escalation=True, assume=True)) == {ANA, boss.arn}


def test_a_no_holds_whatever_is_assumed() -> None:
    lab = Lab(allow("lambda:*"))
    worker = lab.account.role("worker", trust=trust(service("lambda")), policies=[policy(allow("s3:*"))])
    found = lab.admin()
    assert isinstance(found, Unreachable) and not found
    assert found.closed == (ANA, worker.arn)
    assert f"It can be: {ANA}.\nAnd, if what escalations assume is so: {worker.arn}." in found.explain()


@pytest.mark.parametrize("seed", range(6))
def test_who_is_named_for_certain_is_reached_by_a_proof_and_others_on_assumptions(seed: int) -> None:
    world, ana = random_lab(seed)
    certain = blast_radius(world, ana, escalation=True)
    possible = blast_radius(world, ana, escalation=True, assume=True)
    assert set(certain) <= set(possible)
    for identity in (*world.users(), *world.roles()):
        found = reach(world, ana, identity.arn, escalation=True)
        assert isinstance(found, Chain) is (identity.arn in possible)
        if isinstance(found, Chain):
            assert (found.assumptions == ()) is (identity.arn in certain)
            assert {step.source for step in found.steps} <= set(found.principals)


def random_lab(seed: int) -> tuple[ik.World, str]:
    """Users and roles with a few dangerous permissions each; half of the users' credentials are on record."""
    rng, lab = random.Random(seed), Lab(allow("sts:AssumeRole"))
    dangerous = ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
                 "lambda:*", "iam:PassRole", "sts:AssumeRole", "iam:PutUserPolicy", "ssm:StartSession"]  # fmt: skip

    def some() -> list[Json]:
        names = [f"arn:aws:iam::{OWN}:user/u{rng.randrange(4)}", f"arn:aws:iam::{OWN}:role/r{rng.randrange(6)}", "*"]
        return [policy(allow(rng.sample(dangerous, 2), rng.choice(names)))]

    for number in range(4):
        held = lab.account.user(f"u{number}", policies=some()).holdings
        for _ in range(rng.randrange(3) if number % 2 else 0):
            held.add_access_key()
    for number in range(6):
        trusted = rng.choice([{"AWS": ANA}, {"AWS": OWN}, service("lambda"), service("ec2"), {"AWS": OTHER}])
        role = lab.account.role(f"r{number}", trust=trust(trusted), policies=some())
        lab.account.instance_profile(f"p{number}", role)
    return lab.world, lab.ana.arn


# Chains


def test_steps_of_both_kinds_make_one_chain() -> None:
    lab = Lab(allow("sts:AssumeRole"))
    deploy = lab.account.role(
        "deploy", trust=trust({"AWS": ANA}), policies=[policy(allow(["iam:PassRole", "lambda:*"]))]
    )
    boss = lab.boss(service("lambda"))
    found = lab.admin()
    assert isinstance(found, Chain)
    assert found.principals == (ANA, deploy.arn, boss.arn)
    assert found.gain == f"administrator of account {OWN}"
    for step in found.steps:
        for witness in step.requests:
            asked = witness.request
            assert lab.world.decide(asked.principal, asked.action, asked.resource, asked.context).allowed
    assert [step["request" if "role" in step else "primitive"] for step in found.to_dict()["steps"]][1] == "lambda-001"


def test_escalation_is_an_option_of_reach_and_blast_radius() -> None:
    lab = Lab(allow(["iam:DeleteAccessKey", "iam:CreateAccessKey"]))
    root2 = lab.account.user("root2", policies=[ALL])
    assert not reach(lab.world, lab.ana, root2.arn)
    assert reach(lab.world, lab.ana, root2.arn, escalation=True)
    assert not reach(lab.world, lab.ana, ("s3:GetObject", "*"))
    found = reach(lab.world, lab.ana, ("s3:GetObject", "*"), escalation=True)
    assert isinstance(found, Chain) and found.arrival and found.arrival.request.principal == root2.arn
    assert blast_radius(lab.world, lab.ana) == (ANA,)
    assert blast_radius(lab.world, lab.ana, escalation=True) == (ANA, root2.arn)


def test_an_administrator_is_everybody_in_its_account_and_whoever_trusts_them() -> None:
    lab = Lab(allow("iam:PutUserPolicy", ANA))
    lab.account.role("shut", trust=trust({"AWS": f"arn:aws:iam::{OTHER}:root"}), policies=[policy(allow("s3:*"))])
    bot = lab.account.user("bot")
    partner = lab.world.account(OTHER).role("partner", trust=trust({"AWS": bot.arn}), policies=[policy(allow("s3:*"))])
    reached = blast_radius(lab.world, lab.ana, escalation=True)
    assert set(reached) == {ANA, bot.arn, f"arn:aws:iam::{OWN}:role/shut", partner.arn}
    assert not can_become_admin(lab.world, partner)


def test_who_is_an_administrator_already_needs_no_step() -> None:
    lab = Lab(allow("*"))
    found = lab.admin()
    assert isinstance(found, Chain) and found.steps == () and found.explain().startswith("Yes, in 0 steps")
    assert can_become_admin(lab.world, lab.account.root)


def test_a_no_says_who_is_inside_and_that_escalations_were_looked_for() -> None:
    lab = Lab(allow("s3:*"))
    lab.boss()
    found = lab.admin()
    assert isinstance(found, Unreachable)
    assert found.closed == (ANA,) and list(found.doors) == [f"arn:aws:iam::{OWN}:role/boss"]
    assert found.explain().endswith("No known escalation leads further.")
    assert "escalation" not in reach(lab.world, lab.ana, f"arn:aws:iam::{OWN}:role/boss").explain()


def test_the_world_itself_is_not_changed() -> None:
    lab = Lab(allow("iam:*"))
    lab.account.group("admins", policies=[ALL])
    lab.account.policy("work", policy(allow("s3:*")))
    lab.boss()
    assert lab.ana
    before = repr(lab.world), list(lab.ana.inline), lab.world.managed_policies.copy(), lab.account.roles["boss"].trust
    blast_radius(lab.world, lab.ana, escalation=True)
    after = repr(lab.world), list(lab.ana.inline), lab.world.managed_policies.copy(), lab.account.roles["boss"].trust
    assert before == after and lab.admin().steps  # type: ignore[union-attr]


def test_who_would_be_stronger_in_one_world_can_be_made_so_in_another() -> None:
    """bob shares a group with limited, who can widen the group's policies but not take bob over; carl can do that."""
    keys, user = ["iam:CreateAccessKey", "iam:DeleteAccessKey"], f"arn:aws:iam::{OWN}:user/"
    lab = Lab(allow(keys, f"{user}limited"))
    put_on_group = policy(allow("iam:PutGroupPolicy"))
    lab.account.policy("limit", put_on_group)
    lab.account.group("devs")
    lab.account.user("bob", groups=["devs"])
    lab.account.user("limited", groups=["devs"], policies=[put_on_group], boundary="limit")
    lab.account.user("carl", policies=[policy(allow(["iam:PutUserPolicy", *keys], f"{user}bob"))])
    hop = lab.account.role("hop", trust=trust({"AWS": lab.ana.arn}))
    lab.account.role("next", trust=trust({"AWS": hop.arn}), policies=[policy(allow(keys, f"{user}carl"))])
    found = lab.admin()
    assert found and found.principals[-2:] == (f"{user}carl", f"{user}bob (stronger)")  # type: ignore[union-attr]
