"""Walks: whom a principal can become, step by step, nearest first.

What counts as a step is given: assuming a role (`assumed_roles`), and others that have the same shape
(`iamkit.prove.escalate`). Steps that rest on an assumption are taken last, when no other leads any further; so whoever
is reached without one is known to be.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from iamkit.prove.answers import Unknown, Witness
from iamkit.prove.changes import changed, powers
from iamkit.prove.doors import Doors, entrance
from iamkit.prove.entering import carried, enter
from iamkit.world import Who, World


class Move(Protocol):
    """A step of a chain: from one principal to the next, shown by requests that are allowed."""

    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def requests(self) -> tuple[Witness, ...]: ...

    @property
    def assumptions(self) -> tuple[str, ...]: ...

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True, eq=False)
class Step:
    """Who assumes which role, shown by a request that is allowed."""

    source: str
    role: str
    witness: Witness

    @property
    def target(self) -> str:
        """The role."""
        return self.role

    @property
    def requests(self) -> tuple[Witness, ...]:
        """The one request."""
        return (self.witness,)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """There is none: the world says all that it takes."""
        return ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"source": self.source, "role": self.role, "request": self.witness.to_dict()}

    def __str__(self) -> str:
        return f"{self.source} assumes {self.role}"

    def __repr__(self) -> str:
        return f"<Step {self}>"


@dataclass(frozen=True, eq=False)
class Position:
    """Somebody whom the source can be, and the world as it is by then.

    Args:
        name: its ARN, and what was changed about it.
        who: the principal.
        world: the world, changed by the steps so far where they change it.
        sure: False if a step on the way rests on an assumption.
        session: what its session says of itself, if a step of the walk opened it (`iamkit.prove.entering.carried`).
    """

    name: str
    who: Who
    world: World
    sure: bool = True
    session: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def entity(self) -> str | None:
        """The ARN of its user or role."""
        return self.world.caller(self.who)[0].entity

    def __repr__(self) -> str:
        return f"<Position {self.name}>"


Kind = Callable[["Walk", Position], Iterator[tuple[Move, Position]]]
"""A kind of step: every step from a position to one that the walk has not reached."""


class Walk:
    """The principals that a source can become, nearest first, and how.

    Args:
        world: the world.
        source: an ARN, a `Session`, a user or a role.
        kinds: what counts as a step.
        assuming: kinds of step that rest on assumptions. They are taken where nothing else leads further, and as few of
            them as can be.
        where: what the context of every AssumeRole must be, as for `iamkit.prove.ask.can`.
    """

    def __init__(self, world: World, source: Who, kinds: Iterable[Kind] | None = None, assuming: Iterable[Kind] = (),
                 where: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        self.source = source if isinstance(source, str) else source.arn
        self.world, self.where = world, where or {}
        self.kinds, self.assuming = tuple(kinds or (assumed_roles,)), tuple(assuming)
        self.reached = {self.source: Position(self.source, source, world)}
        self.came_by: dict[str, Move | None] = {self.source: None}
        self.unknown: list[str] = []
        self._changed: dict[World, frozenset[str]] = {world: frozenset()}
        self._doors: dict[World, Doors] = {world: Doors(world)}
        self._powers: dict[str, list[str]] = {}
        self._unreached = {identity.arn for identity in (*world.users(), *world.roles())} - {self.source}

    def __iter__(self) -> Iterator[Position]:
        fresh = list(self.reached.values())
        yield from fresh
        while fresh:
            yield from self._steps(fresh, self.kinds, onward=True)
            fresh = []
            for there in self._steps(list(self.reached.values()), self.assuming, onward=False):
                fresh.append(there)
                yield there

    def _steps(self, start: list[Position], kinds: tuple[Kind, ...], onward: bool) -> Iterator[Position]:
        """Those reached by steps of some kinds: by one step, or onward until nobody else is."""
        queue = deque(start)
        while queue:
            here = queue.popleft()
            for kind in kinds:
                for move, there in kind(self, here):
                    there = replace(there, sure=here.sure and not move.assumptions)
                    self.came_by[there.name], self.reached[there.name] = move, there
                    self._unreached.discard(there.name)
                    queue.extend([there] if onward else [])
                    yield there

    def doors(self, world: World) -> Doors:
        """Who may come through which door in this world."""
        if world not in self._doors:
            self._doors[world] = Doors(world, self._doors[self.world], self.changed(world))
        return self._doors[world]

    def changed(self, world: World) -> frozenset[str]:
        """The ARNs of the users and roles that are not what they were at first."""
        if world not in self._changed:
            self._changed[world] = changed(self.world, world)
        return self._changed[world]

    def name(self, world: World, arn: str) -> str:
        """What to call a user or role: by its ARN, and if a change made its powers others than at first, so."""
        if arn not in self.changed(world):
            return arn
        known, found = self._powers.setdefault(arn, [powers(self.world, arn)]), powers(world, arn)
        if found not in known:
            known.append(found)
        place = known.index(found)
        return arn if place == 0 else f"{arn} (stronger)" if place == 1 else f"{arn} (stronger, {place})"

    def is_new(self, world: World, arn: str) -> bool:
        """A user or role, as it is in this world, was not reached yet."""
        return self.name(world, arn) not in self.came_by if arn in self.changed(world) else arn in self._unreached

    def unreached(self, world: World) -> set[str]:
        """The users and roles that, as they are in this world, were not reached yet; by ARN."""
        return {arn for arn in self._unreached | self.changed(world) if self.is_new(world, arn)}

    def chain(self, name: str) -> tuple[Move, ...]:
        """The steps from the source to a position that was reached."""
        steps: list[Move] = []
        while (step := self.came_by[name]) is not None:
            steps.append(step)
            name = step.source
        return tuple(reversed(steps))

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Doors of which it is not known whether they open, and through which nothing else leads."""
        return tuple(dict.fromkeys(door for door in self.unknown if door not in self.came_by))


def assumed_roles(walk: Walk, here: Position) -> Iterator[tuple[Step, Position]]:
    """The roles that a principal can assume that were not reached yet, sorted by ARN."""
    for role in walk.doors(here.world).of(here.who, lambda arn: walk.is_new(here.world, arn)):
        name = walk.name(here.world, role.arn)
        answer = enter(here.world, here.who, role, walk.where, here.session)
        if isinstance(answer, Witness):
            session = carried(entrance(here.world.caller(here.who)[0]), walk.source)
            yield Step(here.name, name, answer), Position(name, role.arn, here.world, session=session)
        elif isinstance(answer, Unknown):
            walk.unknown.append(name)
