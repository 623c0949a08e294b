"""The chain of lesson 7: add a hop, ask for a duration, and see what STS says and how long the last bar is."""

from collections.abc import Callable, Sequence
from functools import partial

from ipywidgets import SelectionSlider

from iamkit.credentials.bearer import By
from iamkit.credentials.clock import HOUR, MINUTE, When, lasting
from iamkit.credentials.sts import Sts
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
        issued, refused, _ = self._walk()
        return refused if refused is not None else issued[-1] if issued else None

    def _walk(self) -> tuple[list[Credentials], Refused | None, Credentials | None]:
        """What was issued; and where a hop was refused, the refusal, and the longest that this hop could have got."""
        issued = list[Credentials]()
        hops: list[Callable[[Sts, By, int | None], Answer]] = [_token] * self._token.value
        hops += [partial(_assume, role) for role, box in self._hops.items() if box.value]
        for number, hop in enumerate(hops, 1):
            sts = self._timeline.sts(self._timeline.start + (number - 1) * _BETWEEN)
            ask = partial(hop, sts, issued[-1] if issued else self._key)
            answer = ask((number == len(hops) and self.slider.value) or None)
            if isinstance(answer, Refused):
                return issued, answer, longest(ask)
            issued.append(answer)
        return issued, None, None

    def draw(self) -> None:
        issued, refused, most = self._walk()
        drawn = [*issued, *([most] if most else [])]
        picture, told = self._drawn(drawn), self._told(drawn)
        if refused is not None:
            at_most = f" At the most it gets {lasting(most.lasts)}: that is what is drawn." if most else ""
            said = f"Refused: {refused.error}. {refused.message.removesuffix('.')}.{at_most}"
            self.show(said, "deny", picture, told)
        elif issued:
            self.show(f"Issued: {_name(issued[-1].arn)} for {lasting(issued[-1].lasts)}.", "allow", picture, told)
        else:
            self.show("No hop is ticked: there is the access key alone.", "neutral", picture)

    def _told(self, chain: list[Credentials]) -> str:
        return "\n".join(f"{number}. {one.explain()}" for number, one in enumerate(chain, 1))

    def _drawn(self, chain: list[Credentials]) -> Picture:
        end = self._timeline.start + 12 * HOUR
        bars = bars_of(self._timeline, [self._key, *chain])
        return credential_timeline(bars, events=[(end, "12 hours later: no session of a role lasts longer")])


def _token(sts: Sts, by: By, duration: int | None) -> Answer:
    return sts.get_session_token(by, duration=duration)


def _assume(role: str, sts: Sts, by: By, duration: int | None) -> Answer:
    return sts.assume_role(by, role, "test", duration=duration)


def _name(arn: str) -> str:
    """``payroll-app/test`` for a session, ``payroll-app`` for a role, ``ci-robot`` for a user."""
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
