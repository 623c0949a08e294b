"""Answers about chains: the steps that lead to a target, or the closed set and what keeps each door out of it shut.

A yes is a proof: every step is shown by requests that the evaluator allows. A chain with a step that rests on an
assumption, something that the world does not say, is neither yes nor no, and says so first.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

from iamkit.explain import listed
from iamkit.identity.identities import Role
from iamkit.naming import Naming
from iamkit.prove.answers import Proof, Witness
from iamkit.prove.doors import Doors
from iamkit.prove.entering import enter
from iamkit.prove.walk import Move, Position, Step
from iamkit.world import World

_LEFT = "style='text-align:left;overflow-wrap:anywhere'"


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """Yes: a chain, each step shown by requests. True in an ``if``, unless it assumes something: then it is neither
    yes nor no, and using it in an ``if`` is an error.

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
        if self.assumptions:
            raise TypeError(f"It is a yes only if {self._condition}; the world does not say so.")
        return True

    @property
    def principals(self) -> tuple[str, ...]:
        """The source and everybody on the way."""
        return (self.source, *(step.target for step in self.steps))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must be so for the steps and the world does not say, in words; only of escalations. Without any, the
        chain is a proof."""
        return tuple(dict.fromkeys(assumed for step in self.steps for assumed in step.assumptions))

    @property
    def _condition(self) -> str:
        return listed(list(self.assumptions), "and")

    @property
    def _title(self) -> str:
        words = f"in {len(self.steps)} step{'s' * (len(self.steps) != 1)} from {self.source}"
        return f"Yes, if {self._condition}: {words}." if self.assumptions else f"Yes, {words}."

    def explain(self) -> str:
        """The steps in words."""
        lines = [f"{number}. {_in_words(step)}" for number, step in enumerate(self.steps, 1)]
        lines += [self.arrival.explain()] if self.arrival else []
        lines += [f"It is then {self.gain}."] if self.gain else []
        return "\n".join([self._title, *lines])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "answer": "yes, if" if self.assumptions else "yes",
            "assumptions": list(self.assumptions),
            "source": self.source,
            "steps": [step.to_dict() for step in self.steps],
            "arrival": self.arrival and self.arrival.to_dict(),
        }

    def __repr__(self) -> str:
        count = len(self.assumptions)
        doubt = f" if {count} assumption{'s' * (count != 1)} hold{'s' * (count == 1)}" if count else ""
        return f"<Chain{doubt}: {' -> '.join(arn.rpartition(':')[2] for arn in self.principals)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        rows = [row for number, step in enumerate(self.steps, 1) for row in _step_rows(number, step)]
        end = self.arrival.request if self.arrival else None
        if self.arrival and end:
            rows.append(_cells("end", [f"{end.principal} asks", *_asked(self.arrival)]))
        table = _table(["Step", "What happens", "Allowed request", "By"], rows)
        gain = f"<p>It is then {escape(self.gain)}.</p>" if self.gain else ""
        title = f"<p><strong>{'?' if self.assumptions else '✓'} {escape(self._title)}</strong></p>"
        return {"text/plain": self.explain(), "text/html": f"{title}{table if rows else ''}{gain}"}


def _in_words(step: Move) -> str:
    if isinstance(step, Step):
        return f"{step}: {step.witness.decision.because}"
    asked = [f"   {r.request.action} on {r.request.resource}: {r.decision.because}" for r in step.requests]
    return "\n".join([f"{step}:", *asked])


@dataclass(frozen=True, eq=False, repr=False)
class Unreachable:
    """No: the set of principals that the source can be is closed, and the target is not in it, whatever is assumed.
    False in an ``if``; an error there if it is unknown whether some door opens.

    Args:
        source: where it begins.
        target: what was asked for, in words.
        inside: every principal that the source can become, itself included.
        world: the world, to ask about the doors.
        unknown: doors of which it is not known whether they open.
        escalation: True if escalations were looked for too.
        where: what the context of every request had to be.
    """

    source: str
    target: str
    inside: tuple[Position, ...]
    world: World
    unknown: tuple[str, ...] = ()
    escalation: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        if self.unknown:
            raise TypeError(f"It is unknown whether these doors open: {', '.join(self.unknown)}.")
        return False

    @property
    def closed(self) -> tuple[str, ...]:
        """The names of those inside, nearest first; those that take an assumption to reach come last."""
        return tuple(position.name for position in self.inside)

    @cached_property
    def doors(self) -> dict[str, tuple[str, ...]]:
        """For every role outside: what keeps everybody inside from assuming it; nothing if that is unknown."""
        reached = {position.entity for position in self.inside}
        doors = Doors(self.world)
        return {role.arn: self._shut(role, doors) for role in self.world.roles() if role.arn not in reached}

    def _shut(self, role: Role, doors: Doors) -> tuple[str, ...]:
        """What shuts it for those whom it names; if it names nobody inside, for the first."""
        named = [p for p in self.inside if doors.naming(role, p.world.caller(p.who)[0]) is not Naming.NOT]
        asked = named or self.inside[:1]
        answers = (enter(p.world, p.who, role, self.where, p.session) for p in asked)
        reasons = [reason for answer in answers if isinstance(answer, Proof) for reason in answer.blocking]
        return tuple(dict.fromkeys(reasons))

    @property
    def _title(self) -> str:
        if self.unknown:
            return f"Unknown: whether {self.source} comes to {self.target}."
        return f"No: {self.source} never comes to {self.target}."

    def _sets(self) -> Iterator[tuple[str, list[str]]]:
        """Who is inside, and what is in doubt."""
        yield "It can be", [position.name for position in self.inside if position.sure]
        yield "And, if what escalations assume is so", [p.name for p in self.inside if not p.sure]
        yield "It is unknown whether these doors open", list(self.unknown)

    def _shut_doors(self) -> Iterator[tuple[str, str]]:
        for arn, reasons in self.doors.items():
            yield arn, "; ".join(reasons) or "unknown"

    def explain(self) -> str:
        """The closed set and its doors in words."""
        inside = [f"{what}: {', '.join(names)}." for what, names in self._sets() if names]
        doors = [f"  {arn}: {reasons}" for arn, reasons in self._shut_doors()]
        lines = [self._title, *inside, "Every other role is shut:", *(doors or ["  there is none"])]
        lines += ["No known escalation leads further."] if self.escalation else []
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "answer": "unknown" if self.unknown else "no",
            "source": self.source,
            "target": self.target,
            "closed": list(self.closed),
            "unknown": list(self.unknown),
            "doors": {arn: list(reasons) for arn, reasons in self.doors.items()},
        }

    def __repr__(self) -> str:
        never = f"unknown whether {self.source} comes" if self.unknown else f"{self.source} never comes"
        return f"<Unreachable: {never} to {self.target}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        title = f"<p><strong>{'?' if self.unknown else '✗'} {escape(self._title)}</strong></p>"
        inside = "".join(f"<p>{escape(what)}:</p>{_list(names)}" for what, names in self._sets() if names)
        rows = [_cells(arn, [reasons]) for arn, reasons in self._shut_doors()]
        doors = _table(["Other role", "What keeps it shut"], rows) if rows else "<p>There is no other role.</p>"
        end = "<p>No known escalation leads further.</p>" if self.escalation else ""
        return {"text/plain": self.explain(), "text/html": f"{title}{inside}{doors}{end}"}


def _asked(witness: Witness) -> list[str]:
    return [f"{witness.request.action} on {witness.request.resource}", witness.decision.because]


def _step_rows(number: int, step: Move) -> Iterator[str]:
    """One row for each request of a step; the first names the step."""
    first, *rest = map(_asked, step.requests)
    span = f" rowspan='{len(rest) + 1}'" if rest else ""
    yield _cells(str(number), [str(step)], span, first)
    yield from (f"<tr>{_data(cells)}</tr>" for cells in rest)


def _cells(head: str, spanning: list[str], span: str = "", cells: Iterable[str] = ()) -> str:
    """A row: its header cell and the cells that span as many rows as it, then the others."""
    shared = "".join(f"<td {_LEFT}{span}>{escape(text)}</td>" for text in spanning)
    return f"<tr><th scope='row' {_LEFT}{span}>{escape(head)}</th>{shared}{_data(cells)}</tr>"


def _data(cells: Iterable[str]) -> str:
    return "".join(f"<td {_LEFT}>{escape(text)}</td>" for text in cells)


def _table(head: list[str], rows: list[str]) -> str:
    columns = "".join(f"<th scope='col' style='text-align:left'>{escape(name)}</th>" for name in head)
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _list(entries: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li {_LEFT}>{escape(entry)}</li>' for entry in entries)}</ul>"
