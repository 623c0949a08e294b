"""The questions: can this principal, who can, and what stands in the way."""

from collections.abc import Callable, Mapping
from typing import Any

from iamkit.decision import Decision
from iamkit.errors import ReplayError
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE
from iamkit.prove.answers import Answer, Answers, Proof, Unknown, Witness
from iamkit.prove.cases import Asked, Case, Place, cases, places
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Request
from iamkit.world import Who, World


def can(world: World, principal: Who, action: str, resource: str, where: Mapping[str, Any] | None = None) -> Answer:
    """Is there any request, in any context, that this principal is allowed?

    Args:
        world: the world.
        principal: an ARN, a service name, ``ik.ANONYMOUS``, a `Session`, a user or a role.
        action, resource: may hold ``*`` and ``?``.
        where: what the context must be: ``{"aws:MultiFactorAuthPresent": True}``, None for an absent key, or a
            Condition block, ``{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}``.

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
    return _answer(world, principal, Asked(action, resource, where or {}), places(world, resource))


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
    asked = Asked(action, resource, where or {})
    about = places(world, resource)
    return Answers(f"who can {asked}", {arn: _answer(world, arn, asked, about) for arn in sorted(principals)})


def _answer(world: World, principal: Who, asked: Asked, about: list[Place]) -> Answer:
    name = principal if isinstance(principal, str) else principal.arn

    def replay(request: Request) -> Decision:
        return world.decide(principal, request.action, request.resource, request.context)

    return answer(f"{name} can {asked}", list(cases(world, principal, asked, about)), replay)


def answer(question: str, asked: list[Case], replay: Callable[[Request], Decision]) -> Answer:
    """Solve each case in turn: the first request found is the witness; a proof needs every case to have none.

    Args:
        question: in words.
        asked: its cases.
        replay: decides a found request afresh, by the evaluator alone.

    Raises:
        ReplayError: if the evaluator does not agree; a defect of the kit.
    """
    reason = ""
    for case in asked:
        try:
            table = solve(settled(case.formula, case.facts))
        except Undecided as undecided:
            reason = reason or str(undecided)
            continue
        if table is not None:
            return _replayed(case, table, replay)
    if reason:
        return Unknown(question, reason)
    return Proof(question, tuple((case.formula, case.facts) for case in asked))


def _replayed(case: Case, table: Environment, replay: Callable[[Request], Decision]) -> Witness:
    here = case.situation
    action, resource = (table.get(key) or case.facts.of(key) or ("*",) for key in (ACTION, RESOURCE))
    context = {key: list(found) for key, found in table.items() if key not in (ACTION, RESOURCE)}
    decision = replay(Request(here.caller.arn, action[0], resource[0], context, here.target.account))
    if not (decision.allowed and holds(case.within, decision.table)):
        raise ReplayError(f"The prover says yes and the evaluator does not: {decision.request!r}\n{decision.explain()}")
    return Witness(decision)
