"""The chain of lesson 7: add a hop, ask for a duration, and see what STS says and how long the last bar is."""

from collections.abc import Callable, Sequence

from ipywidgets import SelectionSlider

from iamkit.credentials.bearer import By
from iamkit.credentials.clock import HOUR, MINUTE, When, instant, lasting
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.draw.bars import bars_of
from iamkit.draw.picture import Picture
from iamkit.draw.timeline import credential_timeline
from iamkit.identity.holdings import AccessKey
from iamkit.widgets.base import LABELLED, Panel, tick
from iamkit.world import World

Answer = Credentials | Refused
_ASKED = (15 * MINUTE, 30 * MINUTE, HOUR, HOUR + 1, *(hours * HOUR for hours in (2, 3, 4, 6, 8, 10, 12)))
_NOTHING = ("nothing", 0)
_BETWEEN = 10 * MINUTE
"""From one hop to the next."""


def longest(ask: Callable[[int], Answer]) -> Credentials | None:
    """The longest session that STS issues, found by asking; None if it issues none.

    Args:
        ask: asks for a session of so many seconds.

    >>> from iamkit.credentials.clock import Clock
    >>> from iamkit.credentials.sts import Sts
    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> ana = acme.user("ana")
    >>> audit = acme.role("audit", max_session=7200, trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": ana.arn}, "Action": "sts:AssumeRole"}})
    >>> sts = Sts(world, Clock("2026-11-24T09:00:00Z"))
    >>> longest(lambda seconds: sts.assume_role(ana, audit, "ana", duration=seconds)).lasts
    7200
    """
    low, high = 900, 12 * HOUR
    best = ask(low)
    while best and low < high:  # The shorter, the easier.
        middle = (low + high + 1) // 2
        answer = ask(middle)
        if answer:
            low, best = middle, answer
        else:
            high = middle - 1
    return best if isinstance(best, Credentials) else None


class ChainBuilder(Panel):
    """A checkbox for each hop, and a slider for the duration that the last one asks for."""

    def __init__(self, world: World, key: AccessKey, roles: Sequence[str], begin: When, ticked: Sequence[str],
                 asks: int) -> None:  # fmt: skip
        owner = key.owner.rpartition("/")[2]
        super().__init__(f"A chain from {owner}'s access key. Tick the hops; the last one asks for a duration.")
        self._timeline, self._key = Timeline(world, begin), key
        self._token = tick("First ask for a session token (GetSessionToken)")
        self._hops = {role: tick(f"Assume {_name(role)}", role in ticked) for role in roles}
        options = [_NOTHING, *((lasting(seconds), seconds) for seconds in _ASKED)]
        self.slider = SelectionSlider(options=options, description="Asks for", **LABELLED)
        self.slider.value = asks
        self.begin([self._token, *self._hops.values(), self.slider])

    @property
    def answer(self) -> Answer | None:
        """What STS says to the last hop that is tried; None if no hop is ticked."""
        return self._walk()[1]

    def _walk(self) -> tuple[list[Credentials], Answer | None]:
        """What was issued on the way, and the answer to the last hop, or to the first that is refused."""
        at, by, issued = instant(self._timeline.start), self._key, list[Credentials]()
        bearer: By = by
        last: Answer | None = None
        wanted = [role for role, box in self._hops.items() if box.value]
        if self._token.value:
            last = self._timeline.sts(at).get_session_token(by)
        for role in wanted:
            if last is not None:
                if not isinstance(last, Credentials):
                    return issued, last
                issued.append(last)
                bearer, at = last, at + _BETWEEN
            last = self._assume(bearer, role, at, (role == wanted[-1] and self.slider.value) or None)
        return issued, last

    def _assume(self, by: By, role: str, at: int, duration: int | None) -> Answer:
        return self._timeline.sts(at).assume_role(by, role, "test", duration=duration)

    def draw(self) -> None:
        issued, last = self._walk()
        if last is None:
            self.show("No hop is ticked: there is the access key alone.", "neutral", self._drawn([]))
        elif isinstance(last, Credentials):
            said = f"Issued: {_name(last.arn)} for {lasting(last.lasts)}."
            self.show(said, "allow", self._drawn([*issued, last]), self._told([*issued, last]))
        else:
            most = self._most(issued)
            drawn = [*issued, *([most] if most else [])]
            refused = f"{last.error}. {last.message.removesuffix('.')}."
            at_most = f" At the most it gets {lasting(most.lasts)}: that is what is drawn." if most else ""
            self.show(f"Refused: {refused}{at_most}", "deny", self._drawn(drawn), self._told(drawn))

    def _most(self, issued: list[Credentials]) -> Credentials | None:
        """The longest that the hop that was refused could have got."""
        role = [role for role, box in self._hops.items() if box.value][-1]
        by = issued[-1] if issued else self._key
        at = instant(self._timeline.start) + len(issued) * _BETWEEN
        return longest(lambda seconds: self._assume(by, role, at, seconds))

    def _told(self, chain: list[Credentials]) -> str:
        return "\n".join(f"{number}. {one.explain()}" for number, one in enumerate(chain, 1))

    def _drawn(self, chain: list[Credentials]) -> Picture:
        end = self._timeline.start + 12 * HOUR
        bars = bars_of(self._timeline, [self._key, *chain])
        return credential_timeline(bars, events=[(end, "12 hours later: no session of a role lasts longer")])


def _name(arn: str) -> str:
    return arn.rpartition(":")[2].partition("/")[2]


def chain_builder(world: World, key: AccessKey, roles: Sequence[str], begin: When,
                  ticked: Sequence[str] = (), asks: int = 0) -> ChainBuilder:  # fmt: skip
    """Build a chain of roles, and see how long its last session can be.

    Args:
        world: the world.
        key: the access key that it begins with.
        roles: the ARNs of roles that may be ticked, in the order in which they are assumed.
        begin: when the first hop is made; each further one is made ten minutes later.
        ticked: the roles that are ticked at first.
        asks: the seconds that are asked for at first, one of those on the slider; 0 for nothing.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> ana = acme.user("ana")
    >>> audit = acme.role("audit", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": ana.arn}, "Action": "sts:AssumeRole"}})
    >>> key = ana.holdings.add_access_key()
    >>> chain_builder(world, key, [audit.arn], "2026-11-24T09:00:00Z", [audit.arn])
    <A chain from ana's access key. Tick the hops; the last one asks for a duration.: Issued: audit/test for 1 hour.>
    """
    return ChainBuilder(world, key, roles, begin, ticked, asks)
