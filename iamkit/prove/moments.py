"""Cells of time: stretches in which neither the world nor a condition on time changes, so that one instant of each is
enough to ask about.

Conditions on ``aws:CurrentTime``, ``aws:EpochTime`` and ``aws:TokenIssueTime`` compare with finitely many dates. These,
and the events of a timeline, cut time into cells. Instants are whole seconds since 1970, UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from iamkit.credentials.timeline import Timeline
from iamkit.identity.organization import Unit
from iamkit.policy import conditions
from iamkit.policy.document import Policy
from iamkit.prove.values import Undecided
from iamkit.world import World

FOREVER = 2**40
"""Later than any date that is written down."""

CURRENT = ("aws:currenttime", "aws:epochtime")
ISSUED = "aws:tokenissuetime"


@dataclass(frozen=True, eq=False)
class Cell:
    """From ``first`` to ``last`` second, both included; the last cell ends at `FOREVER`."""

    first: int
    last: int
    world: World

    def __repr__(self) -> str:
        return f"<Cell {self.first} to {self.last}>"


class Moments:
    """The time of a timeline, from an instant on, in cells.

    Raises:
        Undecided: if a policy compares a time in another way than as a date or a number of seconds.
    """

    def __init__(self, timeline: Timeline, since: int) -> None:
        self.worlds = [timeline.world_at(at) for at in (since, *(at for at in timeline.breaks if at > since))]
        self.keys: set[str] = set()
        dates = {date for world in self.worlds for date in self._dates(world)}
        firsts = sorted({since, *(at for at in (*timeline.breaks, *dates) if at > since)})
        lasts = [following - 1 for following in firsts[1:]] + [FOREVER]
        self.cells = tuple(
            Cell(first, last, timeline.world_at(first)) for first, last in zip(firsts, lasts, strict=True)
        )

    def cell_of(self, instant: int) -> Cell:
        """The cell in which an instant lies."""
        return next(cell for cell in self.cells if cell.first <= instant <= cell.last)

    @cached_property
    def look_at_issue(self) -> bool:
        """Whether any policy looks at the time at which a session was issued."""
        return ISSUED in self.keys

    @cached_property
    def request_tags(self) -> tuple[str, ...]:
        """The keys of session tags that some policy looks at, sorted."""
        texts = (policy.to_json().lower() for world in self.worlds for policy in all_policies(world))
        return tuple(sorted({key for text in texts for key in re.findall(r'aws:requesttag/[^"$}]+', text)}))

    def _dates(self, world: World) -> Iterator[int]:
        for policy in all_policies(world):
            for statement in policy.statements:
                for condition in statement.conditions:
                    if condition.key.lower() in (*CURRENT, ISSUED):
                        self.keys.add(condition.key.lower())
                        yield from _bounds(condition)


def _bounds(condition: conditions.Condition) -> Iterator[int]:
    """The first seconds at which the outcome of a condition on time may become another."""
    kind = condition.operator.kind
    if kind == "null":
        return
    if kind not in ("date", "number"):
        raise Undecided(f"{condition.written} looks at {condition.key}, a time, as a text")
    for value in condition.values:
        bound = (conditions.instant if kind == "date" else conditions.number)(value)
        yield from {ceil(bound), floor(bound) + 1}


def all_policies(world: World) -> Iterator[Policy]:
    """Every policy of a world, wherever it stands."""
    for account in world.accounts.values():
        for identity in (*account.users.values(), *account.groups.values(), *account.roles.values()):
            yield from identity.inline.values()
        yield from (role.trust for role in account.roles.values() if role.trust)
        yield from (policy.document for policy in account.policies.values())
        yield from (policy for resource in account.resources.values() for policy in resource.policies())
        yield from account.endpoints.values()
        yield from (*(account.scps or ()), *(account.rcps or ()))
    yield from (policy.document for policy in world.managed_policies.values())
    units: Iterator[Unit] = world.organization.root.walk() if world.organization else iter(())
    yield from (policy for unit in units for policy in (*(unit.scps or ()), *(unit.rcps or ())))
