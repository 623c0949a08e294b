"""The questions: can this principal, who can, and what stands in the way."""

from collections.abc import Mapping
from typing import Any

from iamkit.decision import decide
from iamkit.errors import ReplayError
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, Formula, all_of
from iamkit.prove.answers import Answer, Answers, Proof, Unknown, Witness
from iamkit.prove.cases import Case, Place, cases, fixed, places
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Request
from iamkit.semantics import ruling
from iamkit.world import Who, World


def can(world: World, principal: Who, action: str, resource: str, where: Mapping[str, Any] | None = None) -> Answer:
    """Is there any request, in any context, that this principal is allowed?

    Args:
        world: the world.
        principal: an ARN, a service name, ``ik.ANONYMOUS``, a `Session`, a user or a role.
        action, resource: may hold ``*`` and ``?``.
        where: what the context must be: ``{"aws:MultiFactorAuthPresent": True}``, None for an absent key, or a
        Condition
            block, ``{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}``.

    Returns:
        A Witness with a replayed request; a Proof that there is none; or Unknown with the reason.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana", policies=[
    ...     {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::payroll/*"}}])
    >>> can(world, ana, "s3:*", "arn:aws:s3:::payroll/*")
    <Witness: arn:aws:iam::111122223333:user/ana can s3:GetObject on arn:aws:s3:::payroll/example>
    >>> bool(can(world, ana, "s3:Delete*", "*"))
    False
    """
    return _answer(world, principal, action, resource, where or {}, places(world, resource))


def _answer(
    world: World, principal: Who, action: str, resource: str, where: Mapping[str, Any], about: list[Place]
) -> Answer:
    name = principal if isinstance(principal, str) else principal.arn
    question = f"{name} can {action} on {resource}" + (f" where {dict(where)}" if where else "")
    asked = list(cases(world, principal, action, about, where))
    reason = ""
    for case in asked:
        try:
            table = solve(settled(stack_formula(case), fixed(case.situation.facts, action, resource)))
        except Undecided as undecided:
            reason = reason or str(undecided)
            continue
        if table is not None:
            return replayed(world, principal, case, fill_in(table, action, resource))
    if reason:
        return Unknown(question, reason)
    stacks = ((stack_formula(case), fixed(case.situation.facts, action, resource)) for case in asked)
    return Proof(question, tuple(stacks))


def who_can(world: World, action: str, resource: str, where: Mapping[str, Any] | None = None) -> Answers:
    """Which users, roles and root users of the world can, each with a witness or a proof?

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana", policies=[
    ...     {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}])
    >>> who_can(world, "s3:GetObject", "arn:aws:s3:::payroll/*")
    <Answers: who can s3:GetObject on arn:aws:s3:::payroll/*: root, user/ana>
    """
    principals = [account.root for account in world.accounts.values()]
    principals += [identity.arn for identity in (*world.users(), *world.roles())]
    question = f"who can {action} on {resource}" + (f" where {dict(where)}" if where else "")
    about = places(world, resource)
    answers = {arn: _answer(world, arn, action, resource, where or {}, about) for arn in sorted(principals)}
    return Answers(question, answers)


def stack_formula(case: Case) -> Formula:
    """The request belongs to the case and is allowed; nothing put in yet."""
    here = case.situation
    return all_of([case.within, ruling(here.caller, here.target, here.policies).allowed])


def fill_in(table: Environment, action: str, resource: str) -> Environment:
    """The found table, and the action and resource that the question fixed."""
    return {ACTION: (action,), RESOURCE: (resource,), **table}


def replayed(world: World, principal: Who, case: Case, table: Environment) -> Witness:
    """The witness, after the evaluator has agreed.

    Raises:
        ReplayError: if it does not agree; a defect of the kit.
    """
    here = case.situation
    context = {key: list(found) for key, found in table.items() if key not in (ACTION, RESOURCE)}
    request = Request(here.caller.arn, table[ACTION][0], table[RESOURCE][0], context, here.target.account)
    decision = decide(request, here.caller, here.target, here.policies, here.facts)
    again = world.decide(principal, request.action, request.resource, context)
    if not (decision.allowed and again.allowed and holds(case.within, decision.table)):
        raise ReplayError(f"The prover says yes and the evaluator does not: {request!r}\n{again.explain()}")
    return Witness(again)
