"""Privilege escalation: both sides of each precondition (H4)."""

import pytest

import iamkit as ik
from iamkit.prove.reach import Chain, can_become_admin
from tests.prove.lab import ALL, Lab, allow, deny, trust
from tests.short import ANA, OTHER, OWN, policy


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


KEYS = ["iam:CreateAccessKey"]
BOTH = ["iam:CreateAccessKey", "iam:DeleteAccessKey"]
STRONGER = ["iam:PutUserPolicy", "iam:AttachUserPolicy"]


@pytest.mark.parametrize(
    ("actions", "keys", "primitive"),
    [
        (KEYS, 0, "iam-002"),
        (KEYS, 1, "iam-002"),
        (KEYS, 2, None),
        (BOTH, 1, "iam-003"),
        (BOTH, 2, "iam-003"),
        (["iam:DeleteAccessKey"], 2, None),
    ],
)
def test_h4_fewer_than_two_access_keys_or_two_of_which_one_is_deleted(
    actions: list[str], keys: int, primitive: str | None
) -> None:
    lab = Lab(allow(actions))
    root2 = lab.account.user("root2", policies=[ALL])
    root2.holdings.add_password()
    for _ in range(keys):
        root2.holdings.add_access_key(status="Inactive")  # an inactive key counts too
    assert lab.primitive() == primitive
    assert bool(lab.admin()) is (primitive is not None)


@pytest.mark.parametrize(
    ("actions", "keys", "primitive"),
    [
        ([STRONGER[0], *KEYS], 1, "iam-018"),
        ([STRONGER[0], *KEYS], 2, None),
        ([STRONGER[0], *BOTH], 2, "iam-018-full"),
        ([STRONGER[1], *KEYS], 1, "iam-015"),
        ([STRONGER[1], *KEYS], 2, None),
        ([STRONGER[1], *BOTH], 2, "iam-015-full"),
    ],
)
def test_h4_a_user_made_stronger_takes_another_access_key(actions: list[str], keys: int, primitive: str | None) -> None:
    bot = f"arn:aws:iam::{OWN}:user/bot"
    lab = Lab(allow(actions, bot))
    held = lab.account.user("bot").holdings
    for _ in range(keys):
        held.add_access_key()
    assert lab.primitive() == primitive
    assert bool(lab.admin()) is (primitive is not None)


@pytest.mark.parametrize(
    ("action", "password", "mfa", "primitive"),
    [
        ("iam:CreateLoginProfile", False, False, "iam-004"),
        ("iam:CreateLoginProfile", True, False, None),
        ("iam:UpdateLoginProfile", True, False, "iam-006"),
        ("iam:UpdateLoginProfile", False, False, None),
        ("iam:CreateLoginProfile", False, True, None),
        ("iam:UpdateLoginProfile", True, True, None),
    ],
)
def test_h4_the_login_profile_is_absent_or_present(
    action: str, password: bool, mfa: bool, primitive: str | None
) -> None:
    lab = Lab(allow(action))
    held = lab.account.user("root2", policies=[ALL]).holdings
    held.add_access_key()
    if password:
        held.add_password()
    if mfa:
        held.add_mfa()
    assert lab.primitive() == primitive
    assert bool(lab.admin()) is (primitive is not None)


def test_h4_a_user_of_whom_nothing_is_recorded_may_hold_anything() -> None:
    lab = Lab(allow("iam:UpdateLoginProfile"))
    root2 = lab.account.user("root2", policies=[ALL])
    found = lab.admin()
    assert isinstance(found, Chain)
    assert found.assumptions == (f"{root2.arn} has a console password", f"{root2.arn} has no MFA device")


def test_h4_a_trust_policy_that_admits_the_account_needs_a_permission_to_assume_as_well() -> None:
    for more, primitive in ((["s3:*"], None), (["sts:AssumeRole"], "iam-017")):
        lab = Lab(allow(["iam:PutRolePolicy", *more]))
        lab.account.role("weak", trust=trust({"AWS": OWN}), policies=[policy(allow("s3:*"))])
        found = lab.admin()
        steps = [step.to_dict().get("primitive") for step in found.steps] if found else [None]  # type: ignore[union-attr]
        assert primitive in steps


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
