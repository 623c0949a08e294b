"""Privilege escalation: the facts H1 to H6 and what an attacker makes of them.

Named after what pathfinding.cloud and iam-vulnerable call the primitives; the fixtures fp1-fp5 and fn1-fn4 follow those
that iam-vulnerable tests other tools with (false positives, false negatives).
"""

import json
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

import iamkit as ik
from iamkit import catalogue
from iamkit.identity.account import Account
from iamkit.identity.identities import Role, User
from iamkit.prove.primitives import primitives
from iamkit.prove.reach import Chain, Unreachable, blast_radius, can_become_admin, reach
from iamkit.prove.targets import _CHANGES, _CHECKS

OWN, OTHER = "111122223333", "444455556666"
Json = dict[str, Any]
ANA = f"arn:aws:iam::{OWN}:user/ana"


def policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Json:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def equals(key: str, value: str | list[str]) -> Json:
    return {"Condition": {"StringEquals": {key: value}}}


def trust(principal: Any) -> Json:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


ALL = policy(allow("*"))


class Lab:
    """An account with the user ana, who holds these statements, and whatever a test adds to it."""

    def __init__(self, *statements: Json, **given: Any) -> None:
        self.world = ik.World()
        self.account: Account = self.world.account(OWN)
        self.given = given | ({"policies": [policy(*statements)]} if statements else {})
        self._ana: User | None = None

    @property
    def ana(self) -> User:
        if self._ana is None:
            self._ana = self.account.user("ana", **self.given)
        return self._ana

    def boss(self, principal: Any = None, **given: Any) -> Role:
        """A role that may do everything; by default it trusts nobody that is here."""
        trusted = principal or {"AWS": f"arn:aws:iam::{OTHER}:role/elsewhere"}
        return self.account.role("boss", trust=trust(trusted), policies=[ALL], **given)

    def admin(self) -> Chain | Unreachable:
        return can_become_admin(self.world, self.ana)

    def primitive(self) -> str | None:
        """The primitive of the one step by which ana becomes an administrator; None if she cannot."""
        found = self.admin()
        if not found:
            return None
        (step,) = found.steps
        return step.to_dict().get("primitive", "sts-001")


def service(name: str) -> Json:
    return {"Service": f"{name}.amazonaws.com"}


# The data


def test_h1_every_primitive_of_both_sources_is_there() -> None:
    ids = [primitive.id for primitive in primitives()]
    assert len(ids) == len(set(ids))
    # 66 with sts:AssumeRole, which is a step of its own; and six that add what both leave out.
    ours = {"iam-001-full", "ec2-001-profile", "boundary-delete-user", "boundary-delete-role"}
    ours |= {"boundary-put-user", "boundary-put-role"}
    assert len(set(ids) - ours) == 65 and ours <= set(ids)
    assert all(primitive.source for primitive in primitives())


def test_h2_kinds_and_passed_roles() -> None:
    found = {primitive.id: primitive for primitive in primitives()}
    kinds = Counter(p.kind for p in primitives() if p.id != "ec2-001-profile" and "-full" not in p.id)
    assert kinds == {
        "new-passrole": 26,
        "existing-passrole": 17,
        "principal-access": 13,  # and sts:AssumeRole
        "self-escalation": 9 + 4,  # and four about boundaries
    }
    passing = {p.id for p in primitives() if "iam:PassRole" in {need.action for need in p.needs}}
    assert passing == {p.id for p in primitives() if p.kind == "new-passrole"}
    assert found["cloudformation-005"].kind == "existing-passrole"


def test_the_data_speaks_of_known_actions_checks_and_changes() -> None:
    data = json.loads(files("iamkit").joinpath("data/escalation.json").read_text())
    used = {name for entry in data["primitives"] for listed in entry["needs"].values()
            for name in ([listed] if isinstance(listed, str) else listed)}  # fmt: skip
    assert used == set(data["resources"])
    for primitive in primitives():
        assert all(catalogue.known(need.action) for need in primitive.needs)
        assert set(primitive.checks) <= set(_CHECKS) and set(primitive.changes) <= set(_CHANGES)
    assert {check for p in primitives() for check in p.checks} == set(_CHECKS)
    assert {change for p in primitives() for change in p.changes} == set(_CHANGES)


def test_the_resources_of_needs_are_of_the_types_that_the_actions_work_on() -> None:
    for primitive in primitives():
        for need in primitive.needs:
            kinds = catalogue.kinds(need.action)
            if need.resource == "*":
                assert all(kind.type == "" for kind in kinds)
            elif "{" in need.resource.replace("{partition}", "").replace("{account}", "")[:2]:
                assert need.resource.strip("{}") in {kind.type for kind in kinds}
            else:
                example = need.resource.format(partition="aws", account=OWN).replace("*", "x")
                assert catalogue.fits(need.action, example), (need.action, example)


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
    assert f"runs as {boss.arn}" in assumed and f"This assumes that {assumed}." in found.explain()


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


# H4: preconditions


@pytest.mark.parametrize(
    ("actions", "primitive", "assumption"),
    [
        (["iam:CreateAccessKey"], "iam-002", "has fewer than two access keys"),
        (["iam:CreateAccessKey", "iam:DeleteAccessKey"], "iam-003", None),
        (["iam:CreateLoginProfile"], "iam-004", "has no console password"),
        (["iam:UpdateLoginProfile"], "iam-006", "has a console password"),
    ],
)
def test_h4_credentials_of_another_user(actions: list[str], primitive: str, assumption: str | None) -> None:
    lab = Lab(allow(actions))
    lab.account.user("root2", policies=[ALL])
    assert lab.primitive() == primitive
    assumptions = lab.admin().assumptions  # type: ignore[union-attr]
    assert any(assumption in text for text in assumptions) if assumption else assumptions == ()


@pytest.mark.parametrize(
    ("action", "primitive"),
    [("iam:PutUserPolicy", "iam-007"), ("iam:AttachUserPolicy", "iam-008")],
)
def test_h4_a_user_changes_itself(action: str, primitive: str) -> None:
    assert Lab(allow(action, ANA)).primitive() == primitive
    assert Lab(allow(action.replace("User", "Role"))).primitive() is None


@pytest.mark.parametrize(
    ("action", "primitive"),
    [("iam:PutRolePolicy", "iam-005"), ("iam:AttachRolePolicy", "iam-009")],
)
def test_h4_a_session_changes_its_role(action: str, primitive: str) -> None:
    lab = Lab()
    app = lab.account.role("app", trust=trust({"AWS": ANA}), policies=[policy(allow(action))])
    found = can_become_admin(lab.world, ik.Session(app.arn, "job"))
    assert isinstance(found, Chain) and found.steps[0].to_dict()["primitive"] == primitive
    limited = ik.Session(app.arn, "job", policy=policy(allow(action)))
    assert not can_become_admin(lab.world, limited)


@pytest.mark.parametrize(
    ("action", "primitive"),
    [("iam:AttachGroupPolicy", "iam-010"), ("iam:PutGroupPolicy", "iam-011")],
)
def test_h4_a_group_helps_its_members_alone(action: str, primitive: str) -> None:
    for member in (True, False):
        lab = Lab(allow(action), groups=["devs"] if member else [])
        lab.account.group("devs")
        assert lab.primitive() == (primitive if member else None)


def test_h4_joining_a_group_gives_what_the_group_has() -> None:
    lab = Lab(allow("iam:AddUserToGroup"))
    lab.account.group("admins", policies=[ALL])
    lab.account.group("readers", policies=[policy(allow("s3:Get*"))])
    assert lab.primitive() == "iam-013"
    lab = Lab(allow("iam:AddUserToGroup", f"arn:aws:iam::{OWN}:group/readers"))
    lab.account.group("admins", policies=[ALL])
    lab.account.group("readers", policies=[policy(allow("s3:Get*"))])
    assert not lab.admin()


def test_h4_two_groups_together_may_be_what_neither_is() -> None:
    lab = Lab(allow("iam:AddUserToGroup"))
    lab.account.group("storage", policies=[policy(allow("s3:*"))])
    lab.account.group("rest", policies=[policy({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})])
    found = lab.admin()
    assert found and "group/rest and arn:aws:iam::111122223333:group/storage" in str(found.steps[0])


def test_h4_nobody_is_in_more_than_ten_groups() -> None:
    for count, wanted in ((9, True), (10, False)):
        names = [f"g{number}" for number in range(count)]
        lab = Lab(allow("iam:AddUserToGroup"), groups=names)
        for name in names:
            lab.account.group(name)
        lab.account.group("admins", policies=[ALL])
        assert bool(lab.admin()) is wanted


def test_h4_a_policy_is_rewritten_for_those_who_have_it() -> None:
    write = "iam:CreatePolicyVersion"
    lab = Lab(policies=["work"])
    lab.account.policy("work", policy(allow(write)))
    assert lab.primitive() == "iam-001"
    lab = Lab(groups=["devs"])
    lab.account.policy("work", policy(allow(write)))
    lab.account.group("devs", policies=["work"])
    assert lab.primitive() == "iam-001"
    lab = Lab(allow(write))
    lab.account.policy("work", policy(allow("s3:*")))
    assert not lab.admin()


def test_h4_a_policy_has_at_most_five_versions() -> None:
    for actions, wanted in ((["iam:CreatePolicyVersion"], None), (["iam:*PolicyVersion"], "iam-001-full")):
        work = policy(allow(actions), deny("iam:SetDefaultPolicyVersion"))
        lab = Lab(policies=["work"])
        lab.account.policy("work", versions={f"v{number}": work for number in range(1, 6)})
        assert lab.primitive() == wanted


def test_h4_an_older_version_counts_only_if_it_is_stronger() -> None:
    now = policy(allow("iam:SetDefaultPolicyVersion"))
    for older, wanted in ((ALL, "bf-privesc2"), (policy(allow("s3:*")), None)):
        lab = Lab(policies=["work"])
        lab.account.policy("work", versions={"v1": older, "v2": now})
        assert lab.primitive() == wanted


@pytest.mark.parametrize(
    ("actions", "admits", "primitive"),
    [
        (["iam:PutRolePolicy"], True, "iam-017"),
        (["iam:AttachRolePolicy"], True, "iam-014"),
        (["iam:PutRolePolicy"], False, None),
        (["iam:UpdateAssumeRolePolicy"], False, None),
        (["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], False, "iam-021"),
        (["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"], False, "iam-019"),
        (["iam:CreatePolicyVersion"], True, "iam-016"),
        (["iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"], False, "iam-020"),
    ],
)
def test_h4_the_trust_policy_admits_the_caller_or_is_rewritten(
    actions: list[str], admits: bool, primitive: str | None
) -> None:
    lab = Lab(allow(actions))
    lab.account.policy("work", policy(allow("s3:*")))
    trusted = {"AWS": lab.ana.arn if admits else f"arn:aws:iam::{OTHER}:root"}
    weak = lab.account.role("weak", trust=trust(trusted), policies=["work"])
    found = lab.admin()
    ways = {step.to_dict().get("primitive") for step in found.steps} if found else {None}
    assert ways == {primitive}
    if primitive:
        assert found.principals[-1] == f"{weak.arn} (stronger)"  # type: ignore[union-attr]


def test_h4_rewriting_a_trust_policy_needs_no_permission_to_assume() -> None:
    lab = Lab(allow("iam:UpdateAssumeRolePolicy"))
    lab.boss()
    assert lab.primitive() == "iam-012"


@pytest.mark.parametrize("path", ["/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_h4_roles_of_aws_itself_are_not_changed(path: str) -> None:
    lab = Lab(allow("iam:*Role*"))
    lab.boss(path=path)
    assert not lab.admin()


def test_h4_a_user_is_made_stronger_and_taken_over() -> None:
    for action, primitive in (("iam:PutUserPolicy", "iam-018"), ("iam:AttachUserPolicy", "iam-015")):
        bot = f"arn:aws:iam::{OWN}:user/bot"
        lab = Lab(allow([action, "iam:CreateAccessKey"], bot))
        lab.account.user("bot")
        assert lab.primitive() == primitive
        assert lab.admin().principals == (ANA, f"{bot} (stronger)")  # type: ignore[union-attr]


# H5: what stands in the way


FP = {
    "fp1 allow and deny in one policy": [[allow("iam:*"), deny("iam:*")]],
    "fp2 allow and deny in two policies": [[allow("iam:*")], [deny("iam:*")]],
    "fp3 everything but iam": [[allow("*"), deny(["iam:*", "sts:*"])]],
    "fp4 a harmless resource": [[allow("iam:CreateAccessKey", f"arn:aws:iam::{OWN}:user/bot")]],
    "fp5 a condition on the service": [
        [allow("iam:PassRole", **equals("iam:PassedToService", "ecs-tasks.amazonaws.com")), allow("lambda:Create*")]
    ],
    "fp5 a condition on the policy": [
        [allow("iam:AttachUserPolicy", Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/X"}})]
    ],
}


@pytest.mark.parametrize("name", FP)
def test_h5_false_positives_of_other_tools(name: str) -> None:
    lab = Lab(policies=[policy(*statements) for statements in FP[name]])
    lab.account.user("bot")
    lab.account.user("root2", policies=[ALL])
    lab.boss()
    assert not lab.admin()


FN = {
    "fn1 split over policies": [[allow("iam:PassRole")], [allow("lambda:CreateFunction")], [allow("lambda:Inv*")]],
    "fn2 a resource that helps": [[allow("iam:PutUserPolicy", f"arn:aws:iam::{OWN}:user/${{aws:username}}")]],
    "fn3 a condition that can be met": [
        [
            allow("iam:PassRole", **equals("iam:PassedToService", ["lambda.amazonaws.com", "ec2.amazonaws.com"])),
            allow("lambda:*Function", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ]
    ],
    "fn4 NotAction": [[{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]],
}


@pytest.mark.parametrize("name", FN)
def test_h5_false_negatives_of_other_tools(name: str) -> None:
    lab = Lab(policies=[policy(*statements) for statements in FN[name]])
    lab.boss(service("lambda"))
    assert lab.admin()


def test_h5_a_boundary_limits_what_a_stronger_policy_is_worth() -> None:
    for limit, steps in ((["iam:PutUserPolicy", "s3:*"], None), (["iam:*User*", "s3:*"], 2)):
        lab = Lab(allow("iam:PutUserPolicy", ANA), boundary="limit")
        lab.account.policy("limit", policy(allow(limit)))
        found = lab.admin()
        assert (len(found.steps) if found else None) == steps


def test_h5_a_boundary_can_be_replaced_by_a_wider_one() -> None:
    lab = Lab(allow("*"), boundary="limit")
    lab.account.policy("limit", policy(allow(["iam:PutUserPermissionsBoundary", "s3:*"])))
    assert lab.primitive() == "boundary-put-user"
    keep = equals("iam:PermissionsBoundary", f"arn:aws:iam::{OWN}:policy/limit")
    lab = Lab(allow("*"), boundary="limit")
    lab.account.policy("limit", policy(allow("iam:PutUserPermissionsBoundary", **keep), allow("s3:*")))
    assert not lab.admin()


def test_h5_a_policy_about_the_boundary_of_the_target_counts() -> None:
    needs_boundary = equals("iam:PermissionsBoundary", f"arn:aws:iam::{OWN}:policy/limit")
    for boundary in (None, "limit"):
        lab = Lab(allow("iam:PutUserPolicy", **needs_boundary), boundary=boundary)
        lab.account.policy("limit", ALL)
        assert bool(lab.admin()) is (boundary is not None)


def test_h5_an_scp_stops_a_primitive() -> None:
    for blocked in ("iam:PutUserPolicy", "s3:*"):
        lab = Lab(allow("iam:PutUserPolicy"))
        lab.world.account("999999999999")
        scp = policy(allow("*"), deny(blocked))
        lab.world.organize("o-acme", management="999999999999", scps=[scp], accounts=[OWN])
        assert bool(lab.admin()) is (blocked == "s3:*")


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
    lab = Lab(allow("iam:CreateAccessKey"))
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
