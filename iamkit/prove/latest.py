"""Until when? The last instant at which anybody who descends from a credential can still do something.

Whoever holds a credential may turn it into sessions, these into further sessions, each as late and as long as the rules
allow. Within one cell of time (`iamkit.prove.moments`) nothing changes, so of two sessions of one kind that are issued
in one cell the later one can do all that the earlier one can, and longer. It is therefore enough to know for each kind
and cell the latest instant of issue, and these are found by following every step until no instant grows any more. A
session that can renew itself in the last cell never ends.

z3 then does two things (`iamkit.prove.instants`): it shows that with instants and durations as unknowns the chain
cannot end later, and that no step leads beyond what was found, so no chain does.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.clock import When, instant
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.errors import ReplayError, WorldError
from iamkit.identity.holdings import AccessKey
from iamkit.identity.identities import Role
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.ask import can
from iamkit.prove.doors import ASSUME, Doors
from iamkit.prove.entering import chosen_at_the_door
from iamkit.prove.holdings import SESSION_NAME, Holding, Sent, next_of_role, next_of_user, of_source, session_names
from iamkit.prove.instants import Bound, Bounds, Hop, optimum, replayed
from iamkit.prove.moments import CURRENT, FOREVER, Cell, Moments, all_policies
from iamkit.prove.untils import Latest, NoneAfter
from iamkit.prove.values import Undecided

Target = tuple[str, str]


def latest_access(timeline: Timeline, source: AccessKey | Credentials, target: Target, since: When | None = None,
                  after: When | None = None,
                  where: Mapping[str, Any] | None = None) -> Latest | NoneAfter | Unknown:  # fmt: skip
    """The last instant at which anybody who holds this credential, or what comes of it, can do an action on a resource.

    Args:
        timeline: the world and what is done to it.
        source: the access key, or temporary credentials, in somebody's hands.
        target: an action and a resource, both of which may hold wildcards.
        since: when it came into those hands; the start of the timeline if left out.
        after: ask about accesses after this instant alone.
        where: what the context of every request must be, as for `iamkit.prove.ask.can`.

    Returns:
        `Latest`: the instant, and the chain that reaches it, replayed by `iamkit.credentials.sts`; it has no end where
        a loop of roles, or the credential itself, goes on for ever. `NoneAfter`: there is no access, or none any more,
        with a proof. `Unknown`, with the reason.

    The holder is taken to have no second factor, to set no source identity and to send no session tags, but to choose
    all else: names, durations, external IDs, addresses.

    >>> from iamkit.credentials.events import deactivate
    >>> from iamkit.world import World
    >>> world = World()
    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}
    >>> ana = world.account("111122223333").user("ana", policies=[read])
    >>> key = ana.holdings.add_access_key()
    >>> day = Timeline(world, "2026-11-24T09:00:00Z").then("2026-11-24T09:40:00Z", deactivate(key))
    >>> latest_access(day, key, ("s3:GetObject", "arn:aws:s3:::payroll/*"))
    <Latest: 2026-11-25T21:39:58Z, in 1 step>
    """
    first = instant(since) if since is not None else timeline.start
    name = source.id if isinstance(source, AccessKey) else source.access_key_id
    question = f"anybody who holds {name} can {target[0]} on {target[1]}"
    limit = instant(after) if after is not None else None
    try:
        return _Search(timeline, source, target, first, where or {}).answer(question, limit)
    except Undecided as undecided:
        return Unknown(question, str(undecided))


@dataclass(frozen=True, eq=False)
class _Held:
    """A holding, issued at its latest in a cell, and what led to it. A long-term key has no instant of issue."""

    holding: Holding
    issued: int
    expires: int
    cell: Cell | None
    before: "_Held | None" = None
    witness: Witness | None = None

    @property
    def chain(self) -> "tuple[_Held, ...]":
        return (*(self.before.chain if self.before else ()), self)


class _Search:
    def __init__(self, timeline: Timeline, source: AccessKey | Credentials, target: Target, since: int,
                 where: Mapping[str, Any]) -> None:  # fmt: skip
        self.timeline, self.source, self.target, self.since = timeline, source, target, since
        self.moments = Moments(timeline, since)
        self.sent = Sent(where, self.moments.request_tags)
        self.found: dict[tuple[Holding, Cell], _Held] = {}
        self.start = self._start()
        self.bounds = Bounds((self.start.issued, self.start.expires))
        self._answers: dict[tuple[Any, ...], Witness | None] = {}
        self._doors: dict[int, Doors] = {}
        if isinstance(source, Credentials) and source.mfa_at is not None and self._mentions("aws:multifactorauthage"):
            raise Undecided("a policy looks at the age of the second factor, and the credentials were issued with one")

    def _mentions(self, key: str) -> bool:
        return any(key in policy.to_json().lower() for world in self.moments.worlds for policy in all_policies(world))

    # The search

    def answer(self, question: str, after: int | None) -> Latest | NoneAfter:
        queue = deque([self.start])
        last: tuple[int, _Held, Witness, Cell] | None = None
        while queue:
            held = queue.popleft()
            if held.cell is not None and self.found.get((held.holding, held.cell)) is not held:
                continue  # A later one took its place.
            for cell, until in self._usable(held):
                used = self._ask(held, cell, *self.target)
                if used:
                    self.bounds.steps.append(Bound(held.holding, held.cell, cell, None))
                if used and (last is None or until > last[0]):
                    last = until, held, used, cell
                queue.extend(self._steps(held, cell, until))
        self.bounds.use = last[0] if last else self.since - 1
        if last is None or (after is not None and last[0] <= after):
            return NoneAfter(question, after, last[0] if last else None, self.bounds)
        return self._latest(question, *last)

    def _start(self) -> _Held:
        holding = of_source(self.source, self.moments.worlds[0])
        if isinstance(self.source, Credentials):
            return _Held(holding, self.source.issued, self.source.expires, None)
        return _Held(holding, self.since, FOREVER + 1, None)

    def _usable(self, held: _Held) -> Iterator[tuple[Cell, int]]:
        """The cells in which it can be used, and until when in each."""
        for cell in self.moments.cells:
            if cell.last < held.issued or held.expires <= cell.first or not self._accepted(held.holding, cell):
                continue
            yield cell, min(cell.last, held.expires - 1)

    def _accepted(self, holding: Holding, cell: Cell) -> bool:
        """Whether the credential is still one: the key is active, the role was not deleted."""
        if not holding.operation:
            return self.timeline.accepts(self.source, cell.first)
        if self.timeline.world_at(cell.first).readings.deactivated_key_ends_sessions and not self._first_key(cell):
            return False
        users = holding.of.endswith(":root") or ":user/" in holding.of
        if holding.of.endswith(":root") or (users and not cell.world.readings.deleted_user_ends_sessions):
            return True
        try:
            return not holding.entity or cell.world.identity(holding.of).unique_id == holding.entity
        except WorldError:
            return False

    def _first_key(self, cell: Cell) -> bool:
        key = self.source.lineage[0] if isinstance(self.source, Credentials) else self.source
        return not isinstance(key, AccessKey) or self.timeline.accepts(key, cell.first)

    def _steps(self, held: _Held, cell: Cell, until: int) -> Iterator[_Held]:
        """What comes of it in a cell, if that is later than all that was known."""
        for holding, witness in self._next(held, cell):
            lasts = holding.longest(cell.world)
            self.bounds.steps.append(Bound(held.holding, held.cell, cell, holding))
            before = self.found.get((holding, cell))
            if before is not None and before.issued >= until:
                continue
            renews = cell.last == FOREVER and any(one.cell is cell and one.holding == holding for one in held.chain)
            issued = FOREVER if renews else until
            self.found[holding, cell] = _Held(holding, issued, issued + lasts, cell, held, witness)
            self.bounds.latest[holding, cell], self.bounds.lasts[holding, cell] = issued, lasts
            yield self.found[holding, cell]

    def _next(self, held: _Held, cell: Cell) -> Iterator[tuple[Holding, Witness | None]]:
        for holding in next_of_user(held.holding, cell.world):
            if holding.operation == "GetSessionToken":
                yield holding, None
            elif witness := self._ask(held, cell, "sts:GetFederationToken", holding.who(cell.first).arn):  # type: ignore[union-attr]
                yield holding, witness
        counts = cell.world.readings.session_token_counts_as_chaining
        for role in self._doors_of(cell).of(held.holding.who(self._instant(held, cell))):
            sent = held.holding.handed_on()
            found = self._ask(held, cell, ASSUME, role.arn, sent)
            if found is None or not all(self._ask(held, cell, also, role.arn, sent) for also in held.holding.also()):
                continue
            chosen = next(iter(found.request.context.get("sts:rolesessionname", [SESSION_NAME])))
            yield next_of_role(held.holding, role, chosen, counts), found
            for name in session_names(cell.world, role):
                named = self._ask(held, cell, ASSUME, role.arn, {**sent, "sts:RoleSessionName": name})
                if name != chosen and named:
                    yield next_of_role(held.holding, role, name, counts), named

    def _doors_of(self, cell: Cell) -> Doors:
        if id(cell.world) not in self._doors:
            self._doors[id(cell.world)] = Doors(cell.world)
        return self._doors[id(cell.world)]

    # Questions about one cell

    def _instant(self, held: _Held, cell: Cell) -> int:
        """An instant of issue that stands for all of its cell; what the chain starts from has one of its own."""
        return held.cell.first if held.cell is not None else held.issued

    def _ask(self, held: _Held, cell: Cell, action: str, resource: str,
             more: Mapping[str, Any] | None = None) -> Witness | None:  # fmt: skip
        """A request that the holder can make in a cell, or None.

        Raises:
            Undecided: if that is unknown, or hangs on what the holder is taken not to send.
        """
        issued = self._instant(held, cell)
        times = bool(self.moments.keys & set(CURRENT))
        key = (held.holding, issued if self.moments.look_at_issue else None, id(cell.world),
               cell.first if times else None, action, resource, str(more or {}))  # fmt: skip
        if key not in self._answers:
            where = self.sent.at(held.holding, cell.first, times) | dict(more or {})
            self._answers[key] = self._asked(cell, held.holding, issued, action, resource, where)
        return self._answers[key]

    def _asked(self, cell: Cell, holding: Holding, issued: int, action: str, resource: str,
               where: dict[str, Any]) -> Witness | None:  # fmt: skip
        who = holding.who(issued)
        answer = can(cell.world, who, action, resource, where)
        if isinstance(answer, Unknown):
            raise Undecided(answer.reason)
        if isinstance(answer, Proof):
            self._check_door(cell, holding, answer)
            if action == ASSUME:
                self._check_tags(cell, who, resource, where)
        return answer if isinstance(answer, Witness) else None

    def _check_door(self, cell: Cell, holding: Holding, proof: Proof) -> None:
        """A no must not hang on what somebody could have chosen when the session was opened."""
        if holding.given is not None or not holding.operation.startswith("AssumeRole"):
            return
        role = cell.world.identity(holding.of)
        for what in chosen_at_the_door(role, proof.keys) if isinstance(role, Role) else ():
            raise Undecided(f"it may hang on the {what} with which a session of {role.name} is opened")

    def _check_tags(self, cell: Cell, who: Any, role: str, where: dict[str, Any]) -> None:
        """A role that opens only to a source identity or to session tags is beyond what is followed here."""
        free = {key: value for key, value in where.items() if value is not None or key not in self.sent.left_out}
        if not isinstance(can(cell.world, who, ASSUME, role, free), Proof):
            raise Undecided(f"{role} may open to somebody who sets a source identity or sends session tags")

    # The answer

    def _latest(self, question: str, last: int, held: _Held, used: Witness, cell: Cell) -> Latest:
        hops = tuple(Hop(one.holding, one.issued, one.expires, one.cell, one.witness) for one in held.chain)
        issued = replayed(self.timeline, self.source, hops, used, cell, last)
        if last >= FOREVER:
            return Latest(question, None, hops, used, self.bounds, issued)
        if optimum(hops, cell) != last:
            raise ReplayError("z3 finds a later instant for the chain than the search did.")
        return Latest(question, last, hops, used, self.bounds, issued)
