"""The stolen key of lesson 7: move through the day, and see what the thief holds and can do at each instant."""

from collections.abc import Iterator

from ipywidgets import SelectionSlider

from iamkit.credentials.clock import MINUTE, iso
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.draw.bars import bars_of
from iamkit.draw.picture import Picture
from iamkit.draw.timeline import credential_timeline
from iamkit.errors import IamkitError
from iamkit.identity.holdings import AccessKey
from iamkit.prove.chains import Chain
from iamkit.prove.reach import reach
from iamkit.prove.untils import Latest
from iamkit.widgets.base import LABELLED, Panel

_STEP, _BEYOND = 10 * MINUTE, 20 * MINUTE


class TheftSlider(Panel):
    """A slider over the instants of a day; each shows what is live, and whether the thief can do it now."""

    def __init__(self, timeline: Timeline, key: AccessKey, found: Latest) -> None:
        if found.instant is None:
            raise IamkitError("It has no end.", where="found", remedy="Show an answer with an instant.")
        self._timeline, self._found, self._last = timeline, found, found.instant
        self._held: list[AccessKey | Credentials] = [key, *found.credentials]
        self._bars = bars_of(timeline, self._held)
        asked = found.used.request
        self._target = (asked.action, asked.resource)
        super().__init__(f"Can the thief do {asked.action} on {asked.resource.rpartition(':')[2]} now?")
        options = [(iso(at)[11:19], at) for at in self._instants()]
        self.slider = SelectionSlider(options=options, description="Time, UTC", **LABELLED)
        self.begin([self.slider])

    def _instants(self) -> list[int]:
        """Every ten minutes, and the last second before and the first after whatever happens."""
        end = self._last + _BEYOND
        happens = [*self._timeline.breaks, *(one.expires for one in self._found.credentials), self._last + 1]
        issued = [one.issued for one in self._found.credentials]
        wanted = {*range(self._timeline.start, end, _STEP), *issued, *happens, *(at - 1 for at in happens)}
        return sorted(at for at in wanted if self._timeline.start <= at <= end)

    @property
    def now(self) -> int:
        """The instant that is shown, in seconds since 1970, UTC."""
        return int(self.slider.value)

    @property
    def chain(self) -> Chain | None:
        """How the thief can do it at this instant, with what is live; None if it cannot be done."""
        world = self._timeline.world_at(self.now)
        for held in reversed(list(self._live())):
            who = held.session if isinstance(held, Credentials) else held.owner
            found = reach(world, who, self._target, at=self.now)
            if isinstance(found, Chain):
                return found
        return None

    def _live(self) -> Iterator[AccessKey | Credentials]:
        """What the thief holds and AWS accepts at this instant."""
        for held in self._held:
            issued = held.issued if isinstance(held, Credentials) else self._timeline.start
            if issued <= self.now and self._timeline.accepts(held, self.now):
                yield held

    def draw(self) -> None:
        when, chain = iso(self.now)[11:19], self.chain
        if chain is None:
            rest = "Never again: that is proved." if self.now > self._last else ""
            self.show(f"{when}: ✗ No. {rest}".rstrip(), "deny", self._drawn(), self._inventory())
            return
        last = " This is the last second." if self.now == self._last else ""
        self.show(f"{when}: ✓ Yes, {_how(chain)}.{last}", "allow", self._drawn(), self._inventory())

    def _drawn(self) -> Picture:
        marks = [(self._timeline.start, "key stolen"), *((event.at, event.what) for event in self._timeline.events)]
        marks.append((self._last, "last second of access"))
        return credential_timeline(self._bars, self.now, marks, until=self._last + _BEYOND)

    def _inventory(self) -> str:
        live = [bar.label for held, bar in zip(self._held, self._bars, strict=True) if held in list(self._live())]
        return f"Live now: {'; '.join(live) or 'nothing'}."


def _how(chain: Chain) -> str:
    """By which steps, from what is held."""
    names = [arn.rpartition(":")[2] for arn in chain.principals]
    return f"as {names[0]}" if not names[1:] else f"from {names[0]} by way of {' and '.join(names[1:])}"


def theft_slider(timeline: Timeline, key: AccessKey, found: Latest) -> TheftSlider:
    """Move through a day on which a key is stolen.

    Args:
        timeline: the world and what is done to it.
        key: the stolen key.
        found: what `iamkit.prove.latest.latest_access` says to it, with an end.

    Raises:
        IamkitError: if it has no end.

    >>> from iamkit.credentials.events import deactivate, delete
    >>> from iamkit.prove.latest import latest_access
    >>> from iamkit.world import World
    >>> world = World()
    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}
    >>> ana = world.account("111122223333").user("ana", policies=[read])
    >>> key = ana.holdings.add_access_key()
    >>> day = Timeline(world, "2026-11-24T09:00:00Z").then("2026-11-24T09:40:00Z", deactivate(key))
    >>> day = day.then("2026-11-24T09:50:00Z", delete(ana.arn))
    >>> panel = theft_slider(day, key, latest_access(day, key, ("s3:GetObject", "arn:aws:s3:::payroll/*")))
    >>> panel.slider.label = "09:49:59"
    >>> panel
    <Can the thief do s3:GetObject on payroll/example now?: 09:49:59: ✓ Yes, as user/ana. This is the last second.>
    """
    return TheftSlider(timeline, key, found)
