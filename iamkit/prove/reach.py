"""Chains: by which roles can a principal come to a target, and if it cannot, what keeps each door shut?"""

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from iamkit.identity.identities import Role
from iamkit.naming import Naming
from iamkit.prove.admin import is_admin
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.ask import ask, can
from iamkit.prove.cases import Asked
from iamkit.prove.doors import ASSUME, Doors
from iamkit.prove.escalate import Escalations
from iamkit.prove.values import Undecided
from iamkit.prove.walk import Kind, Move, Position, Step as Step, Walk, assumed_roles
from iamkit.world import Who, World


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """Yes: a shortest chain, each step shown by a request. True in an ``if``.

    Args:
        source: where it begins.
        steps: the roles assumed and other steps, in order; none if the source needs none.
        arrival: where the target is an action on a resource: the request at the end.
        gain: what it is in the end, in words, where that is not one certain role.
    """

    source: str
    steps: tuple[Move, ...]
    arrival: Witness | None = None
    gain: str = ""

    def __bool__(self) -> bool:
        return True

    @property
    def principals(self) -> tuple[str, ...]:
        """The source and everybody on the way."""
        return (self.source, *(step.target for step in self.steps))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must be so for the steps and the world does not say; only of escalations."""
        return tuple(dict.fromkeys(assumed for step in self.steps for assumed in step.assumptions))

    def explain(self) -> str:
        """The steps in words."""
        lines = [f"{number}. {_in_words(step)}" for number, step in enumerate(self.steps, 1)]
        lines += [self.arrival.explain()] if self.arrival else []
        lines += [f"It is then {self.gain}."] if self.gain else []
        lines += [f"This assumes that {assumed}." for assumed in self.assumptions]
        return "\n".join([f"Yes, in {len(self.steps)} step{'s' * (len(self.steps) != 1)} from {self.source}.", *lines])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "answer": "yes",
            "source": self.source,
            "steps": [step.to_dict() for step in self.steps],
            "arrival": self.arrival and self.arrival.to_dict(),
        }

    def __repr__(self) -> str:
        return f"<Chain: {' -> '.join(arn.rpartition(':')[2] for arn in self.principals)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": f"<pre>{escape(self.explain())}</pre>"}


def _in_words(step: Move) -> str:
    if isinstance(step, Step):
        return f"{step}: {step.witness.decision.because}"
    asked = [f"   {r.request.action} on {r.request.resource}: {r.decision.because}" for r in step.requests]
    return "\n".join([f"{step}:", *asked])


@dataclass(frozen=True, eq=False, repr=False)
class Unreachable:
    """No: the set of principals that the source can be is closed, and the target is not in it. False in an ``if``.

    Args:
        source: where it begins.
        target: what was asked for, in words.
        inside: every principal that the source can become, itself included.
        world: the world, to ask about the doors.
        unknown: doors of which it is not known whether they open.
        escalation: True if escalations were looked for too.
    """

    source: str
    target: str
    inside: tuple[Position, ...]
    world: World
    unknown: tuple[str, ...] = ()
    escalation: bool = False

    def __bool__(self) -> bool:
        if self.unknown:
            raise TypeError(f"It is unknown whether these doors open: {', '.join(self.unknown)}.")
        return False

    @property
    def closed(self) -> tuple[str, ...]:
        """The names of those inside."""
        return tuple(position.name for position in self.inside)

    @cached_property
    def doors(self) -> dict[str, tuple[str, ...]]:
        """For every role outside: what keeps everybody inside from assuming it."""
        reached = {position.entity for position in self.inside}
        doors = Doors(self.world)
        return {role.arn: self._shut(role, doors) for role in self.world.roles() if role.arn not in reached}

    def _shut(self, role: Role, doors: Doors) -> tuple[str, ...]:
        """What shuts it for those whom it names; if it names nobody inside, for the first."""
        named = [p for p in self.inside if doors.naming(role, p.world.caller(p.who)[0]) is not Naming.NOT]
        answers = (can(p.world, p.who, ASSUME, role.arn) for p in named or self.inside[:1])
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
            *(doors or ["  there is none"]),
        ]
        lines += ["No known escalation leads further."] if self.escalation else []
        return "\n".join(lines)

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


def _kinds(escalation: bool) -> tuple[Kind, ...]:
    return (assumed_roles, Escalations()) if escalation else (assumed_roles,)


def reach(world: World, source: Who, target: str | tuple[str, str], escalation: bool = False) -> Chain | Unreachable:
    """A shortest chain of AssumeRole from a principal to a target, or what keeps every door shut.

    Args:
        world: the world.
        source: an ARN, a `Session`, a user or a role.
        target: the ARN of a role, or an action and a resource, both of which may hold wildcards. A session of the role
            is there already. With escalations also the ARN of a user.
        escalation: whether the primitives of privilege escalation count as steps (`iamkit.prove.escalate`).

    Raises:
        WorldError: if the source or the role does not exist in the world.

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
    walk = Walk(world, source, _kinds(escalation))
    if isinstance(target, str):
        wanted = world.identity(target).arn if _is_held(target) else target
        found = next((position for position in walk if position.entity == wanted), None)
        if found is not None:
            return Chain(walk.source, walk.chain(found.name))
    else:
        wanted = f"{target[0]} on {target[1]}"
        asked = Asked(world, *target, {})
        for position in walk:
            answer = ask(asked if position.world is world else Asked(position.world, *target, {}), position.who)
            if isinstance(answer, Witness):
                return Chain(walk.source, walk.chain(position.name), answer)
            if isinstance(answer, Unknown):
                walk.unknown.append(f"{position.name} for {wanted}")
    return _unreachable(walk, wanted, escalation)


def _unreachable(walk: Walk, wanted: str, escalation: bool) -> Unreachable:
    return Unreachable(walk.source, wanted, tuple(walk.reached.values()), walk.world, walk.in_doubt, escalation)


def _is_held(target: str) -> bool:
    """Users and roles are kept in the world; nobody comes to anything else by assuming roles."""
    return any(f":{kind}/" in target for kind in ("role", "user"))


def blast_radius(world: World, principal: Who, escalation: bool = False) -> tuple[str, ...]:
    """Every principal that this one can become, itself included, nearest first.

    Args:
        world: the world.
        principal: an ARN, a `Session`, a user or a role.
        escalation: whether the primitives of privilege escalation count as steps; somebody whose permissions they make
            stronger is named once.

    Raises:
        Undecided: if of some role it is outside of what is decided exactly.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> blast_radius(world, ana)
    ('arn:aws:iam::111122223333:user/ana',)
    """
    walk = Walk(world, principal, _kinds(escalation))
    reached = dict.fromkeys(_plain_name(walk, position) for position in walk)
    if walk.in_doubt:
        raise Undecided(f"it is unknown whether these doors open: {', '.join(walk.in_doubt)}")
    return tuple(reached)


def _plain_name(walk: Walk, position: Position) -> str:
    """The source as it is called, and others by their ARN."""
    start = walk.reached[walk.source]
    return walk.source if position.entity == start.entity or position.entity is None else position.entity


def can_become_admin(world: World, principal: Who) -> Chain | Unreachable:
    """Can the principal, by assuming roles and by privilege escalation, come to be an administrator of its account?

    See `iamkit.prove.admin` for what an administrator is, and `iamkit.prove.escalate` for the steps.

    Args:
        world: the world.
        principal: an ARN, a `Session`, a user or a role.

    Returns:
        A shortest chain, with what it assumes; or who it can become, none of whom is an administrator.

    Raises:
        WorldError: if the principal does not exist in the world.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> ana = acme.user("ana", policies=[
    ...     {"Statement": {"Effect": "Allow", "Action": "iam:Put*", "Resource": "arn:aws:iam::111122223333:user/ana"}}])
    >>> chain = can_become_admin(world, ana)
    >>> print(chain.steps[0])
    arn:aws:iam::111122223333:user/ana puts an inline policy on itself
    >>> chain.gain
    'administrator of account 111122223333'
    >>> bool(can_become_admin(world, acme.user("bob")))
    False
    """
    walk = Walk(world, principal, _kinds(True))
    account = world.caller(principal)[0].account
    wanted = f"administrator of account {account}"
    for position in walk:
        try:
            found = position.world.caller(position.who)[0].account == account and is_admin(position.world, position.who)
        except Undecided:
            walk.unknown.append(f"{position.name} as {wanted}")
            continue
        if found:
            return Chain(walk.source, walk.chain(position.name), gain=wanted)
    return _unreachable(walk, wanted, escalation=True)


def who_can_become(world: World, role: str) -> tuple[str, ...]:
    """Every user and role from which some chain leads to this role, sorted by ARN; the role itself left out.

    Raises:
        WorldError: if there is no such role.
        Undecided: if of some principal it is outside of what is decided exactly.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}
    >>> ana = acme.user("ana", policies=[{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}])
    >>> bob, deploy = acme.user("bob"), acme.role("deploy", trust=trust)
    >>> who_can_become(world, deploy.arn)
    ('arn:aws:iam::111122223333:user/ana',)
    """
    target = world.identity(role).arn
    doors, doubted, inside, queue = Doors(world), dict[str, None](), {target}, deque([target])
    callers = {i.arn: world.caller(i.arn)[0] for i in (*world.users(), *world.roles())}
    while queue:
        door = world.identity(queue.popleft())
        for arn, caller in sorted(callers.items()):
            if arn in inside or not isinstance(door, Role) or not doors.is_for(arn, caller, door):
                continue
            answer = can(world, arn, ASSUME, door.arn)
            if isinstance(answer, Witness):
                inside.add(arn)
                queue.append(arn)
            elif isinstance(answer, Unknown):
                doubted[arn] = None
    if doubted := {arn: None for arn in doubted if arn not in inside}:
        raise Undecided(f"it is unknown of {', '.join(doubted)}")
    return tuple(sorted(inside - {target}))
