"""Chains: by which roles can a principal come to a target, and if it cannot, what keeps each door shut?"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from iamkit.credentials.clock import When, now
from iamkit.identity.identities import Role
from iamkit.prove.admin import is_admin
from iamkit.prove.answers import Unknown, Witness
from iamkit.prove.ask import can
from iamkit.prove.chains import Chain as Chain, Unreachable as Unreachable
from iamkit.prove.doors import ASSUME, Doors
from iamkit.prove.entering import true_to
from iamkit.prove.escalate import Escalations
from iamkit.prove.values import Undecided
from iamkit.prove.walk import Position, Walk, assumed_roles
from iamkit.world import Who, World


def _walk(world: World, source: Who, escalation: bool, assume: bool = True,
          where: Mapping[str, Any] | None = None) -> Walk:  # fmt: skip
    """The walk by AssumeRole, and where asked by escalations, those that assume something last or not at all."""
    if not escalation:
        return Walk(world, source, where=where)
    found = Escalations(world)
    return Walk(world, source, (assumed_roles, found.certain), (found.assuming,) if assume else (), where)


def reach(world: World, source: Who, target: str | tuple[str, str], escalation: bool = False,
          where: Mapping[str, Any] | None = None, at: When | None = None) -> Chain | Unreachable:  # fmt: skip
    """A shortest chain of AssumeRole from a principal to a target, or what keeps every door shut.

    Args:
        world: the world.
        source: an ARN, a `Session`, a user or a role; an identity provider's ARN or name stands for everybody whom the
            provider vouches for, who comes in by AssumeRoleWithSAML or AssumeRoleWithWebIdentity.
        target: the ARN of a role, or an action and a resource, both of which may hold wildcards. A session of the role
            is there already. With escalations also the ARN of a user.
        escalation: whether the primitives of privilege escalation count as steps (`iamkit.prove.escalate`).
        where: what the context of every request must be, as for `iamkit.prove.ask.can`.
        at: the instant at which it is asked (`iamkit.credentials.clock.When`); any instant if left out. Until when a
            chain can be used is another question: `iamkit.prove.latest`.

    Returns:
        If there is a chain that assumes nothing, a shortest such `Chain`; it is a proof. Else one with as few steps as
        can be that assume something; it is neither yes nor no, and its ``assumptions`` say what must be so. Else
        `Unreachable`: there is no chain, whatever is assumed.

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
    where = {**(where or {}), **(now(at) if at is not None else {})}
    walk = _walk(world, source, escalation, where=where)
    if isinstance(target, str):
        wanted = world.identity(target).arn if _is_held(target) else target
        found = next((position for position in walk if position.entity == wanted), None)
        if found is not None:
            return Chain(walk.source, walk.chain(found.name))
    else:
        wanted = f"{target[0]} on {target[1]}"
        for position in walk:
            answer = true_to(position.session, position.world, position.who, *target, where)
            if isinstance(answer, Witness):
                return Chain(walk.source, walk.chain(position.name), answer)
            if isinstance(answer, Unknown):
                walk.unknown.append(f"{position.name} for {wanted}")
    return _unreachable(walk, wanted, escalation)


def _unreachable(walk: Walk, wanted: str, escalation: bool) -> Unreachable:
    inside = tuple(walk.reached.values())
    return Unreachable(walk.source, wanted, inside, walk.world, walk.in_doubt, escalation, walk.where)


def _is_held(target: str) -> bool:
    """Users and roles are kept in the world; nobody comes to anything else by assuming roles."""
    return any(f":{kind}/" in target for kind in ("role", "user"))


def blast_radius(world: World, principal: Who, escalation: bool = False, assume: bool = False) -> tuple[str, ...]:
    """Every principal that this one can become, itself included, nearest first.

    Args:
        world: the world.
        principal: an ARN, a `Session`, a user or a role.
        escalation: whether the primitives of privilege escalation count as steps; somebody whose permissions they make
            stronger is named once.
        assume: whether escalations count that rest on what the world does not say, such as which role a Lambda function
            has. Without, whoever is named can be reached for certain; with, nobody else can be by any known escalation.

    Raises:
        Undecided: if of some role it is outside of what is decided exactly.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> blast_radius(world, ana)
    ('arn:aws:iam::111122223333:user/ana',)
    """
    walk = _walk(world, principal, escalation, assume)
    reached = dict.fromkeys(_plain_name(walk, position) for position in walk)
    if walk.in_doubt:
        raise Undecided(f"it is unknown whether these doors open: {', '.join(walk.in_doubt)}")
    return tuple(reached)


def _plain_name(walk: Walk, position: Position) -> str:
    """The source as it is called, made stronger or not, and others by their ARN. The role of a session is another: the
    session's own policy may limit it."""
    start = walk.reached[walk.source]
    is_source = position.entity == start.entity and (position.who == start.who or ":iam:" in walk.source)
    return walk.source if is_source else str(position.entity)


def can_become_admin(world: World, principal: Who) -> Chain | Unreachable:
    """Can the principal, by assuming roles and by privilege escalation, come to be an administrator of its account?

    See `iamkit.prove.admin` for what an administrator is, and `iamkit.prove.escalate` for the steps.

    Args:
        world: the world.
        principal: an ARN, a `Session`, a user or a role.

    Returns:
        As `reach`: a chain, a proof if its ``assumptions`` are empty; or who it can become, none of whom is an
        administrator.

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
    walk = _walk(world, principal, escalation=True)
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
