"""Instants with z3: how late can a chain be, and does any step lead beyond?

Everything here is linear arithmetic over whole seconds. The durations are unknowns too: whoever asks for a session
chooses how long it lasts, within the limits of STS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import Decision
from iamkit.errors import ReplayError
from iamkit.identity.holdings import AccessKey
from iamkit.prove.answers import Witness
from iamkit.prove.holdings import FULL, Holding
from iamkit.prove.moments import FOREVER, Cell


@dataclass(frozen=True, eq=False)
class Hop:
    """One credential of a chain.

    Args:
        holding: what it is.
        issued, expires: when; of a long-term key the time from which it is held, and no end (`FOREVER`).
        cell: the cell of its issue; None for what the chain starts from.
        witness: the request that issues it; None where STS answers whatever the policies say.
    """

    holding: Holding
    issued: int
    expires: int
    cell: Cell | None
    witness: Witness | None

    @property
    def lasts(self) -> int:
        """The longest it can last, in seconds."""
        return self.expires - self.issued


@dataclass(frozen=True, eq=False)
class Bound:
    """In a cell, a holding that was issued in another cell (None: what the chain starts from) leads to a third."""

    holding: Holding
    issued_in: Cell | None
    cell: Cell
    to: Holding | None


@dataclass(eq=False)
class Bounds:
    """Upper bounds, which no chain passes.

    Args:
        source: when what every chain starts from was issued, and when it expires.
        latest: the latest instant of issue of each holding in each cell.
        lasts: the longest that it lasts if it is issued there.
        steps: every step that some request makes possible; ``to`` is None for the thing that is done in the end.
        use: the last instant at which that is done.
    """

    source: tuple[int, int]
    latest: dict[tuple[Holding, Cell], int] = field(default_factory=dict)
    lasts: dict[tuple[Holding, Cell], int] = field(default_factory=dict)
    steps: list[Bound] = field(default_factory=list)
    use: int = -1

    def check(self) -> bool:
        """Whether z3 finds no step that leads from within the bounds to beyond them. As what a chain starts from is
        within them, all that comes of it is: a proof by induction over the length of the chain."""
        import z3

        solver = z3.SolverFor("QF_LIA")
        solver.add(z3.Or([z3.And(list(self._beyond(z3, number, step))) for number, step in enumerate(self.steps)]))
        return solver.check() == z3.unsat

    def _beyond(self, z3: Any, number: int, step: Bound) -> Iterator[Any]:
        issued, now = z3.Int(f"issued {number}"), z3.Int(f"now {number}")
        if step.issued_in is None:
            yield issued == self.source[0]
            yield now < self.source[1]
        else:
            which = step.holding, step.issued_in
            yield from (issued >= step.issued_in.first, issued <= self.latest[which])
            yield now < issued + self.lasts[which]
        yield from (now >= issued, now >= step.cell.first, now <= step.cell.last)
        yield now > (self.use if step.to is None else self.latest[step.to, step.cell])


def optimum(hops: tuple[Hop, ...], used_in: Cell) -> int:
    """The last instant at which the end of this chain can be used, with all instants and durations as unknowns."""
    import z3

    optimize = z3.Optimize()
    now = z3.Int("now")
    issued, expires = z3.IntVal(hops[0].issued), z3.IntVal(hops[0].expires)
    for number, hop in enumerate(hops[1:]):
        assert hop.cell is not None
        start, lasts = z3.Int(f"issued {number}"), z3.Int(f"lasts {number}")
        optimize.add(start >= hop.cell.first, start <= hop.cell.last, start >= issued, start < expires)
        optimize.add(lasts >= 1, lasts <= hop.lasts)
        issued, expires = start, start + lasts
    optimize.add(now >= issued, now < expires, now >= used_in.first, now <= used_in.last)
    optimize.maximize(now)
    if optimize.check() != z3.sat:
        raise ReplayError("z3 finds no instants for a chain that the search found.")
    return int(optimize.model().eval(now).as_long())


def replayed(timeline: Timeline, source: AccessKey | Credentials, hops: tuple[Hop, ...], used: Witness, used_in: Cell,
             last: int) -> tuple[Credentials, ...]:  # fmt: skip
    """Walk a chain through STS, each step at its instant; what STS issues. A chain without end is walked once, each of
    its endless steps at the first instant that it has.

    Args:
        last: the last instant of use, or `FOREVER`.

    Raises:
        ReplayError: if STS or the last request is refused, or the request a second later is not; a defect of the kit.
    """
    holder: AccessKey | Credentials = source
    issued: list[Credentials] = []
    now = hops[0].issued
    for hop in hops[1:]:
        assert hop.cell is not None
        now = hop.issued if hop.issued < FOREVER else max(now, hop.cell.first)
        answer = _step(timeline, holder, hop, now)
        if isinstance(answer, Refused):
            raise ReplayError(f"The search takes a step that STS refuses: {answer.explain()}")
        holder = answer
        issued.append(answer)
    if not _used(timeline, holder, used, last if last < FOREVER else max(now, used_in.first)):
        raise ReplayError(f"The search uses what is refused at {last}.")
    if last < FOREVER and _used(timeline, holder, used, last + 1):
        raise ReplayError(f"The search says that {last} is the last instant, and it is not.")
    return tuple(issued)


def _step(timeline: Timeline, holder: AccessKey | Credentials, hop: Hop, now: int) -> Credentials | Refused:
    sts, holding = timeline.sts(now), hop.holding
    sent = hop.witness.request.context if hop.witness else {}
    if holding.operation == "GetSessionToken":
        return sts.get_session_token(holder, duration=hop.lasts)
    if holding.operation == "GetFederationToken":
        context = _without(sent)
        return sts.get_federation_token(holder, holding.name, duration=hop.lasts, policy=FULL, context=context)
    external = next(iter(sent.get("sts:externalid", ())), None)
    return sts.assume_role(
        holder, holding.of, holding.name, duration=hop.lasts, external_id=external, context=_without(sent)
    )


def _used(timeline: Timeline, holder: AccessKey | Credentials, used: Witness, now: int) -> bool:
    request = used.request
    answer = timeline.sts(now).call(holder, request.action, request.resource, _without(request.context))
    return isinstance(answer, Decision) and answer.allowed


_FILLED_IN = ("aws:currenttime", "aws:epochtime", "aws:requesttag/", "aws:tagkeys", "sts:")


def _without(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context of a witness without what STS itself fills in."""
    return {key: found for key, found in context.items() if not key.lower().startswith(_FILLED_IN)}
