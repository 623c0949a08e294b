"""Privilege escalation: what stands in its way, and what does not (H5).

The fixtures fp1-fp5 and fn1-fn4 follow those with which iam-vulnerable tests other tools (false positives, false
negatives).
"""

import pytest

from tests.prove.lab import ALL, Lab, allow, deny, equals, service
from tests.short import ANA, OWN, Json, policy

KEYS = ["iam:CreateAccessKey", "iam:DeleteAccessKey"]
LAMBDA = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])


def passed_to(name: str) -> Json:
    return allow("iam:PassRole", **equals("iam:PassedToService", f"{name}.amazonaws.com"))


def attach(name: str) -> Json:
    return allow("iam:AttachUserPolicy", Condition={"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::aws:policy/{name}"}})


# Policies that look dangerous and are not, each with the one change that makes them so.
FP = {
    "fp1 allow and deny in one policy": ([[allow("iam:*"), deny("iam:*")]], [[allow("iam:*"), deny("s3:*")]]),
    "fp2 allow and deny in two policies": ([[allow("iam:*")], [deny("iam:*")]], [[allow("iam:*")], [deny("s3:*")]]),
    "fp3 everything but iam": ([[allow("*"), deny(["iam:*", "sts:*"])]], [[allow("*"), deny("sts:*")]]),
    "fp4 a harmless resource": (
        [[allow(KEYS, f"arn:aws:iam::{OWN}:user/bot")]],
        [[allow(KEYS, f"arn:aws:iam::{OWN}:user/root2")]],
    ),
    "fp5 a condition on the service": ([[passed_to("ecs-tasks"), LAMBDA]], [[passed_to("lambda"), LAMBDA]]),
    "fp5 a condition on the policy": ([[attach("ReadOnlyAccess")]], [[attach("AdministratorAccess")]]),
}


@pytest.mark.parametrize("name", FP)
def test_h5_false_positives_of_other_tools(name: str) -> None:
    for statements, wanted in zip(FP[name], (False, True), strict=True):
        lab = Lab(policies=[policy(*some) for some in statements])
        lab.account.user("bot")
        lab.account.user("root2", policies=[ALL])
        lab.boss(service("lambda") if "service" in name else None)
        assert bool(lab.admin()) is wanted


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
