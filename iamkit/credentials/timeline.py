"""A timeline: a world, what is done to it and when, and the world at any instant."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.bearer import check_credentials, check_key
from iamkit.credentials.clock import Clock, When, instant, iso
from iamkit.credentials.events import Change
from iamkit.credentials.limits import Refusal
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials
from iamkit.errors import RequestError
from iamkit.identity.holdings import AccessKey
from iamkit.world import World


@dataclass(frozen=True, eq=False)
class Event:
    """What was done, and when (seconds since 1970, UTC)."""

    at: int
    what: str

    def __repr__(self) -> str:
        return f"<Event {iso(self.at)}: {self.what}>"


class Timeline:
    """A world over time.

    Args:
        world: the world at the start. It is not changed.
        start: the first instant.

    >>> from iamkit.credentials.events import deactivate
    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> key = ana.holdings.add_access_key()
    >>> day = Timeline(world, "2026-11-24T09:00:00Z").then("2026-11-24T09:40:00Z", deactivate(key))
    >>> token = day.sts("2026-11-24T09:39:59Z").get_session_token(key)
    >>> bool(token), bool(day.sts("2026-11-24T09:40:00Z").get_session_token(key))
    (True, False)
    >>> iso(day.end_of(token))
    '2026-11-24T21:39:59Z'
    """

    def __init__(self, world: World, start: When) -> None:
        self.start = instant(start)
        self.events: list[Event] = []
        self._worlds: list[tuple[int, World]] = [(self.start, world)]

    def then(self, at: When, *changes: Change) -> "Timeline":
        """Do something at an instant, after all that was done before; returns the timeline.

        Raises:
            RequestError: for an instant before the last event.
            WorldError: if the change is not possible.
        """
        now, last = instant(at), self._worlds[-1][0]
        if now < last:
            remedy = f"The last event is at {iso(last)}: add events in their order."
            raise RequestError(f"{iso(now)} is too early.", where="timeline", remedy=remedy)
        for change in changes:
            self._worlds.append((now, change.apply(self._worlds[-1][1], now)))
            self.events.append(Event(now, change.what))
        return self

    @property
    def breaks(self) -> tuple[int, ...]:
        """The instants at which the world becomes another."""
        return tuple(sorted({event.at for event in self.events}))

    def world_at(self, when: When) -> World:
        """The world at an instant, all that is done in it included.

        Raises:
            RequestError: for an instant before the start.
        """
        now = instant(when)
        if now < self.start:
            remedy = f"The timeline begins at {iso(self.start)}."
            raise RequestError(f"{iso(now)} is too early.", where="timeline", remedy=remedy)
        return self._worlds[bisect_right([at for at, _ in self._worlds], now) - 1][1]

    def sts(self, when: When) -> Sts:
        """STS at an instant."""
        return Sts(self.world_at(when), Clock(when))

    def accepts(self, credential: AccessKey | Credentials, when: When) -> bool:
        """Whether a credential is accepted at an instant; what it may do then is another question."""
        now = instant(when)
        try:
            if isinstance(credential, AccessKey):
                check_key(self.world_at(now), credential)
            else:
                check_credentials(self.world_at(now), credential, now)
        except Refusal:
            return False
        return True

    def end_of(self, credential: AccessKey | Credentials) -> int | None:
        """The first instant, from the start or its issue on, at which a credential is not accepted; None if there is
        none."""
        first = credential.issued if isinstance(credential, Credentials) else self.start
        changes = [at for at in self.breaks if at >= first]
        ends = [credential.expires] if isinstance(credential, Credentials) else []
        return next((at for at in sorted([first, *changes, *ends]) if not self.accepts(credential, at)), None)

    def explain(self) -> str:
        """The events in words."""
        return "\n".join([f"{iso(self.start)}: begins", *(f"{iso(e.at)}: {e.what}" for e in self.events)])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"start": iso(self.start), "events": [{"at": iso(e.at), "what": e.what} for e in self.events]}

    def __repr__(self) -> str:
        return f"<Timeline from {iso(self.start)}, {len(self.events)} events>"
