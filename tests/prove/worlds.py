"""Worlds for the tests of the prover, and the random stacks of `tests.strategies` put into a world."""

from typing import Any

import iamkit as ik
from iamkit.world import Who
from tests.short import ANA, APP, APP_SESSION, AUDITOR, BUCKET, KEY, MALLORY, OBJECT, OTHER, OWN, VISITOR, Json
from tests.strategies import EVERYBODY, PARTNER, PARTNER_SESSION, Question

READ: Json = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}}


def one_user(*policies: Json, **given: Any) -> ik.World:
    """A world of one account with the user ana, who holds these policies."""
    world = ik.World()
    world.account(OWN).user("ana", policies=list(policies), **given)
    return world


def world_of(question: Question, organized: bool = True) -> tuple[ik.World, Who]:
    """A world in which the caller of a random question meets its stack, and the caller.

    Two accounts; the caller's policies are those of the stack, and the resource that the question asks about is there,
    whether or not its policy is. Other identities hold nothing.
    """
    world, stack = ik.World(), question.stack
    own, other = world.account(OWN), world.account(OTHER)
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": [OWN, OTHER]}, "Action": "sts:AssumeRole"}}
    holder = {APP_SESSION: APP, PARTNER_SESSION: PARTNER, VISITOR: ANA}.get(question.caller, question.caller)
    for account in (own, other):
        if stack.get("boundary"):
            account.policy("limit", stack["boundary"])

    def of(arn: str) -> Json:
        given = {"policies": stack.get("identity", []), "boundary": "limit" if stack.get("boundary") else None}
        return given if arn == holder and "identity" in stack else {}

    own.user("ana", **of(ANA))
    own.role("app", trust=trust, **of(APP))
    other.user("mallory", **of(MALLORY))
    other.role("partner", trust=trust, **of(PARTNER))
    own.role("auditor", trust=stack.get("resource", trust) if question.resource == AUDITOR else trust)
    own.resource(KEY, policy=stack.get("resource") if question.resource == KEY else None)
    own.resource(BUCKET, policy=stack.get("resource") if question.resource == OBJECT else None)
    if organized:
        _organize(world, stack)
    own.endpoint("vpce-1", stack.get("endpoint") or EVERYBODY)
    who: Who = question.caller
    if question.caller in (APP_SESSION, PARTNER_SESSION, VISITOR):
        who = ik.Session(holder, question.caller.rpartition("/")[2], policy=stack.get("session"))
    return world, who


def _organize(world: ik.World, stack: Json) -> None:
    """Level 0 of the stack's SCPs is the root's, level 1 that of the unit with both accounts."""
    world.account("999999999999")
    levels = [*stack.get("scps", []), None, None]
    rcps = stack.get("rcps", [None])
    organization = world.organize("o-acme", management="999999999999", scps=levels[0], rcps=(rcps or [None])[0])
    organization.root.unit("All", scps=levels[1], accounts=[OWN, OTHER])
