"""Chains: by which roles can a principal come to a target, and if it cannot, what keeps each door shut?"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from iamkit.identity.identities import Role
from iamkit.identity.principals import Caller
from iamkit.naming import Naming, naming
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.ask import can
from iamkit.world import Who, World

ASSUME = "sts:AssumeRole"


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a chain: who becomes which role, shown by a request that is allowed."""

    source: str
    role: str
    witness: Witness

    def __str__(self) -> str:
        return f"{self.source} assumes {self.role}"

    def __repr__(self) -> str:
        return f"<Step {self}>"


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """Yes: a shortest chain, each step shown by a request. True in an ``if``.

    Args:
        source: where it begins.
        steps: the roles assumed, in order; none if the source needs none.
        arrival: where the target is an action on a resource: the request at the end.
    """

    source: str
    steps: tuple[Step, ...]
    arrival: Witness | None = None

    def __bool__(self) -> bool:
        return True

    @property
    def principals(self) -> tuple[str, ...]:
        """The source and every role on the way."""
        return (self.source, *(step.role for step in self.steps))

    def explain(self) -> str:
        """The steps in words."""
        lines = [f"{number}. {step}: {step.witness.decision.because}" for number, step in enumerate(self.steps, 1)]
        lines += [self.arrival.explain()] if self.arrival else []
        return "\n".join([f"Yes, in {len(self.steps)} step{'s' * (len(self.steps) != 1)} from {self.source}.", *lines])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        steps = [{"source": s.source, "role": s.role, "request": s.witness.to_dict()} for s in self.steps]
        return {
            "answer": "yes",
            "source": self.source,
            "steps": steps,
            "arrival": self.arrival and self.arrival.to_dict(),
        }

    def __repr__(self) -> str:
        return f"<Chain: {' -> '.join(arn.rpartition(':')[2] for arn in self.principals)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": f"<pre>{escape(self.explain())}</pre>"}


@dataclass(frozen=True, eq=False, repr=False)
class Unreachable:
    """No: the set of principals that the source can be is closed, and the target is not in it. False in an ``if``.

    Args:
        source: where it begins.
        target: what was asked for, in words.
        closed: every principal that the source can become, itself included.
        world: the world, to ask about the doors.
        unknown: doors of which it is not known whether they open.
    """

    source: str
    target: str
    closed: tuple[str, ...]
    world: World
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        if self.unknown:
            raise TypeError(f"It is unknown whether these doors open: {', '.join(self.unknown)}.")
        return False

    @cached_property
    def doors(self) -> dict[str, tuple[str, ...]]:
        """For every role outside: what keeps everybody inside from assuming it."""
        outside = [role for role in self.world.roles() if role.arn not in self.closed]
        return {role.arn: self._shut(role) for role in outside}

    def _shut(self, role: Role) -> tuple[str, ...]:
        answers = (can(self.world, arn, ASSUME, role.arn) for arn in self.closed)
        reasons = [reason for answer in answers if isinstance(answer, Proof) for reason in answer.blocking]
        return tuple(dict.fromkeys(reasons))

    def explain(self) -> str:
        """The closed set and its doors in words."""
        inside = ", ".join(self.closed)
        doors = [f"  {arn}: {'; '.join(reasons)}" for arn, reasons in self.doors.items()]
        lines = [
            f"No: {self.source} never comes to {self.target}.",
            f"It can be: {inside}.",
            "Every other role is shut:",
        ]
        return "\n".join([*lines, *(doors or ["  there is none"])])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        doors = {arn: list(reasons) for arn, reasons in self.doors.items()}
        return {
            "answer": "no",
            "source": self.source,
            "target": self.target,
            "closed": list(self.closed),
            "doors": doors,
        }

    def __repr__(self) -> str:
        return f"<Unreachable: {self.source} never comes to {self.target}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": f"<pre>{escape(self.explain())}</pre>"}


class Walk:
    """The principals that a source can become, nearest first, and how."""

    def __init__(self, world: World, source: str) -> None:
        self.world, self.source = world, source
        self.came_by: dict[str, Step | None] = {source: None}
        self.unknown: list[str] = []

    def __iter__(self) -> Iterator[str]:
        yield self.source
        queue = deque([self.source])
        while queue:
            here = queue.popleft()
            for step in self.steps_from(here):
                if step.role not in self.came_by:
                    self.came_by[step.role] = step
                    queue.append(step.role)
                    yield step.role

    def steps_from(self, principal: str) -> Iterator[Step]:
        """The roles that a principal can assume that were not reached yet, sorted by ARN."""
        caller, _ = self.world.caller(principal)
        for role in self.world.roles():
            if role.arn in self.came_by or not self._names(role, caller):
                continue
            answer = can(self.world, principal, ASSUME, role.arn)
            if isinstance(answer, Witness):
                yield Step(principal, role.arn, answer)
            elif isinstance(answer, Unknown):
                self.unknown.append(role.arn)

    def _names(self, role: Role, caller: Caller) -> bool:
        """The trust policy names the caller at all: without that there is no way, so nothing is asked."""
        statements = role.trust.statements if role.trust else ()
        readings = self.world.readings
        return any(s.effect == "Allow" and naming(s, caller, readings) is not Naming.NOT for s in statements)

    def chain(self, principal: str) -> tuple[Step, ...]:
        """The steps from the source to a principal that was reached."""
        steps: list[Step] = []
        while (step := self.came_by[principal]) is not None:
            steps.append(step)
            principal = step.source
        return tuple(reversed(steps))


def reach(world: World, source: Who, target: str | tuple[str, str]) -> Chain | Unreachable:
    """A shortest chain of AssumeRole from a principal to a target, or what keeps every door shut.

    Args:
        world: the world.
        source: an ARN, a `Session`, a user or a role.
        target: the ARN of a role, or an action and a resource, both of which may hold wildcards.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> to_self = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
    >>> ana = acme.user("ana", policies=[to_self])
    >>> deploy = acme.role("deploy", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": ana.arn}, "Action": "sts:AssumeRole"}})
    >>> reach(world, ana, deploy.arn)
    <Chain: user/ana -> role/deploy>
    >>> bool(reach(world, deploy, ("s3:GetObject", "*")))
    False
    """
    start = source if isinstance(source, str) else source.arn
    walk = Walk(world, start)
    wanted = target if isinstance(target, str) else f"{target[0]} on {target[1]}"
    for principal in walk:
        if isinstance(target, str):
            if principal == target:
                return Chain(start, walk.chain(principal))
            continue
        answer = can(world, source if principal == start else principal, *target)
        if isinstance(answer, Witness):
            return Chain(start, walk.chain(principal), answer)
        if isinstance(answer, Unknown):
            walk.unknown.append(f"{principal} for {wanted}")
    return Unreachable(start, wanted, tuple(walk.came_by), world, tuple(walk.unknown))


def blast_radius(world: World, principal: Who) -> tuple[str, ...]:
    """Every principal that this one can become, itself included, nearest first."""
    return tuple(Walk(world, principal if isinstance(principal, str) else principal.arn))


def who_can_become(world: World, role: str) -> tuple[str, ...]:
    """Every user and role from which some chain leads to this role, sorted by ARN; the role itself left out."""
    everybody = [identity.arn for identity in (*world.users(), *world.roles()) if identity.arn != role]
    return tuple(arn for arn in sorted(everybody) if role in blast_radius(world, arn))
