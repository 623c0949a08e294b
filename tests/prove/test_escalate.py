"""Escalation: every needed permission counts, and so do denies, boundaries, conditions and the trust policy."""

import pytest

from iamkit.prove.reach import can_become_admin, reach
from iamkit.world import World


def allow(*actions, resource="*", **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def acme(*statements, service="lambda.amazonaws.com"):
    """ana with these statements, and a role with everything that trusts a service."""
    world = World()
    account = world.account("111122223333")
    ana = account.user("ana", policies=[policy(*statements)] if statements else [])
    trust = policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    boss = account.role("boss", trust=trust, policies=[policy(allow("*"))])
    return world, account, ana, boss


LAMBDA = allow("lambda:CreateFunction", "lambda:InvokeFunction")
SELF = "arn:aws:iam::111122223333:user/ana"


def test_h3_new_passrole_needs_pass_and_create_and_trust():
    world, _, ana, boss = acme(allow("iam:PassRole"), LAMBDA)
    chain = reach(world, ana, boss.arn, escalation=True)
    actions = {request.request.action for step in chain.steps for request in step.requests}
    assert actions == {"iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"}
    for missing in ((allow("iam:PassRole"),), (LAMBDA,)):
        world, _, ana, boss = acme(*missing)
        assert not reach(world, ana, boss.arn, escalation=True)
    world, _, ana, boss = acme(allow("iam:PassRole"), LAMBDA, service="rds.amazonaws.com")
    assert not reach(world, ana, boss.arn, escalation=True)


@pytest.mark.parametrize(("service", "expected"), [("lambda.amazonaws.com", True), ("ec2.amazonaws.com", False)])
def test_passed_to_service_counts(service, expected):
    only = {"StringEquals": {"iam:PassedToService": service}}
    world, _, ana, boss = acme(allow("iam:PassRole", Condition=only), LAMBDA)
    assert bool(reach(world, ana, boss.arn, escalation=True)) is expected


def test_false_positive_deny():
    deny = {"Effect": "Deny", "Action": "iam:Put*", "Resource": "*"}
    world, _, ana, _ = acme(allow("iam:PutUserPolicy"), deny)
    assert not can_become_admin(world, ana)


def test_false_positive_harmless_resource():
    world, _, ana, _ = acme(allow("iam:PutUserPolicy", resource="arn:aws:iam::111122223333:user/other"))
    assert not can_become_admin(world, ana)


def test_false_negative_not_action():
    world, _, ana, _ = acme({"Effect": "Allow", "NotAction": "s3:*", "Resource": SELF})
    assert can_become_admin(world, ana)


def test_escalation_is_off_unless_asked_for():
    world, _, ana, boss = acme(allow("iam:PassRole"), LAMBDA)
    assert not reach(world, ana, boss.arn)


def test_h5_a_boundary_still_limits_after_self_escalation():
    world, account, ana, _ = acme(allow("iam:PutUserPolicy", resource=SELF))
    assert can_become_admin(world, ana)
    ana.boundary = account.policy("limit", policy(allow("iam:PutUserPolicy", "s3:GetObject"))).arn
    assert not can_become_admin(world, ana)
    assert reach(world, ana, ("s3:GetObject", "*"), escalation=True)
    assert not reach(world, ana, ("s3:PutObject", "*"), escalation=True)
