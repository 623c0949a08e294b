"""The questions: can this principal, who can, and what stands in the way."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from iamkit.decision import Decision
from iamkit.errors import ReplayError
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, Formula, Not, all_of
from iamkit.identity.principals import Kind, Session
from iamkit.naming import is_session_of, principals_of
from iamkit.prove.answers import Answer, Answers, Proof, Unknown, Witness
from iamkit.prove.callers import NAMING_KEYS
from iamkit.prove.cases import Asked, Case, cases
from iamkit.prove.fit import BEST, rank
from iamkit.prove.places import NAMED_FOR_A_REGION
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Facts, Request, owner_of
from iamkit.world import Who, World


def can(world: World, principal: Who, action: str, resource: str, where: Mapping[str, Any] | None = None) -> Answer:
    """Is there any request, in any context, that this principal is allowed?

    Args:
        world: the world.
        principal: an ARN, a service name, ``ik.ANONYMOUS``, a `Session`, a user or a role.
        action, resource: may hold ``*`` and ``?``; an ARN with all six fields is read field by field, as in a policy.
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
    >>> can(world, ana, "s3:Delete*", "*").check()
    True
    >>> bool(can(world, ana, "s3:Get*", "*", where={"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    True
    """
    return ask(Asked(world, action, resource, where or {}), principal)


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
    asked = Asked(world, action, resource, where or {})
    return Answers(f"who can {asked}", {arn: ask(asked, arn) for arn in sorted(principals)})


def ask(asked: Asked, principal: Who) -> Answer:
    """Put a question about one principal. A role stands for any session of it, those that a policy names included."""
    seen: list[Case] = []
    found = [answer_cases(asked, principal, _noted(cases(asked, principal), seen))]
    for session in named_sessions(seen):
        if isinstance(found[-1], Witness):
            break
        found.append(answer_cases(asked, session, cases(asked, session)))
    if isinstance(found[-1], Witness):
        return found[-1]
    for one in found:
        if isinstance(one, Unknown):
            return one
    proofs = [one for one in found if isinstance(one, Proof)]
    return Proof(proofs[0].question, tuple(stack for one in proofs for stack in one.stacks))


def _noted(some: Iterable[Case], seen: list[Case]) -> Iterator[Case]:
    for case in some:
        seen.append(case)
        yield case


def named_sessions(some: Iterable[Case]) -> list[Session]:
    """The sessions of the caller, a role, that a resource-based policy of these cases names; sorted by name."""
    names: dict[str, Session] = {}
    for case in some:
        here = case.situation
        if here.caller.kind is not Kind.SESSION or here.caller.names_a_session:
            continue
        for named in principals_of(here.policies.resource):
            if is_session_of(named, here.caller):
                name = named.value.rpartition("/")[2]
                names[name] = Session(str(here.caller.entity), name)
    return [session for _, session in sorted(names.items())]


def answer_cases(asked: Asked, principal: Who, some: Iterable[Case]) -> Answer:
    """Put a question about one principal, in some of its cases alone."""
    name = principal if isinstance(principal, str) else principal.arn

    def replay(request: Request) -> Decision:
        return asked.world.decide(principal, request.action, request.resource, request.context)

    return answer(f"{name} can {asked}", some, replay)


def answer(question: str, asked: Iterable[Case], replay: Callable[[Request], Decision]) -> Answer:
    """Solve each case in turn. The witness is the first request of the best rank (`iamkit.prove.fit`); a proof needs
    every case to have none.

    Args:
        question: in words.
        asked: its cases.
        replay: decides a found request afresh, by the evaluator alone.

    Raises:
        ReplayError: if the evaluator does not agree; a defect of the kit.
    """
    reason, without, found = "", list[tuple[Formula, Facts]](), list[tuple[int, Case, Environment]]()
    for case in asked:
        formula = case.formula
        try:
            table = solved(case, formula)
        except Undecided as undecided:
            reason = reason or str(undecided)
            continue
        if table is None:
            without.append((formula, case.facts))
            continue
        found.append((rank(table, case.fixed), case, table))
        if found[-1][0] == BEST:
            break
    if found:
        _, case, table = min(found, key=lambda ranked: ranked[0])
        return _replayed(case, table, replay)
    if reason:
        return Unknown(question, reason)
    return Proof(question, tuple(without))


def solved(case: Case, formula: Formula) -> Environment | None:
    """A request of the case, or None; not about a bucket that is named for another account, whose stack is another."""
    table = solve(settled(formula, case.facts), case.fixed)
    if table is not None and not re.fullmatch(r"(\d{12}|aws)?", owner_of((table.get(RESOURCE) or ("*",))[0]) or ""):
        raise Undecided("the request found names an account that cannot be: write the account ID without wildcards")
    if table is None or not case.elsewhere or not holds(NAMED_FOR_A_REGION, table):
        return table
    if owner_of(table[RESOURCE][0]) in (None, case.situation.target.account):
        return table
    table = solve(settled(all_of([formula, Not(NAMED_FOR_A_REGION)]), case.facts), case.fixed)
    if table is None:
        raise Undecided("the resource may be a bucket that is named for an account and a Region")
    return table


def _replayed(case: Case, table: Environment, replay: Callable[[Request], Decision]) -> Witness:
    here = case.situation
    action, resource = (table.get(key) or case.facts.of(key) or ("*",) for key in (ACTION, RESOURCE))
    told = (ACTION, RESOURCE, *(NAMING_KEYS if case.someone else ()))
    context = {key: list(found) for key, found in table.items() if key not in told and case.facts.of(key) is None}
    principal = case.someone.name(table) if case.someone else here.caller.arn
    owner = owner_of(resource[0]) or here.target.account
    decision = replay(Request(principal, action[0], resource[0], context, owner))
    if not (decision.allowed and holds(case.within, decision.table)):
        raise ReplayError(f"The prover says yes and the evaluator does not: {decision.request!r}\n{decision.explain()}")
    return Witness(decision)
