"""A formula as a circuit of gates: what is fed into what, and the truth value on each wire."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from iamkit.draw.diagram import Diagram, Node
from iamkit.draw.picture import Picture
from iamkit.draw.render import render

GATES = {"and": "gate-and", "or": "gate-or", "not": "gate-not"}


@dataclass(frozen=True)
class Part:
    """A gate with what is fed into it, or an input of the whole circuit.

    Args:
        kind: ``and``, ``or``, ``not``; or the kind of node of an input.
        label: what the gate decides, or what the input is.
        value: the truth value on its wire; None if the circuit is drawn for no particular request.
        parts: what is fed in; empty for an input.
        marker, note: for an input, the words above and below its label.
        key: the same for parts that are one and the same, which are drawn once.
        empty: True if it is false because nothing is there that could make it true.
    """

    kind: str
    label: str = ""
    value: bool | None = None
    parts: "tuple[Part, ...]" = ()
    marker: str | None = None
    note: str = ""
    key: object = None
    empty: bool = field(default=False, compare=False)

    @property
    def is_gate(self) -> bool:
        return self.kind in GATES

    def words(self) -> str:
        """What it is, on one line."""
        if self.is_gate:
            return f"{self.kind.upper()} ({self.label})" if self.label else self.kind.upper()
        name = " ".join(word for word in (self.marker, self.label) if word)
        return f"{name} ({self.note})" if self.note else name


def truth(value: bool | None) -> str:
    """The word on a wire."""
    return "" if value is None else "true" if value else "false"


def gate(kind: str, parts: Iterable[Part], label: str = "", key: object = None) -> Part:
    """A gate, with its value worked out from what is fed in."""
    given = tuple(parts)
    values = [part.value for part in given]
    value = None if None in values else {"and": all(values), "or": any(values), "not": not all(values)}[kind]
    return Part(kind, label, value, given, key=key)


def outline(part: Part, depth: int = 0) -> Iterator[str]:
    """The circuit as an indented list, the output first."""
    value = f": {truth(part.value)}" if part.value is not None else ""
    yield f"{'  ' * depth}{part.words()}{value}"
    for below in part.parts:
        yield from outline(below, depth + 1)


def picture(part: Part, verdict: Part, *, title: str, alt: str) -> Picture:
    """Draw a circuit.

    Args:
        part: the gate that gives the output.
        verdict: the node at the end.
        title, alt: as for `Diagram`.
    """
    return render(diagram(part, verdict, title=title, alt=alt))


def diagram(part: Part, verdict: Part, *, title: str, alt: str) -> Diagram:
    """The diagram that `picture` renders; the true wires are heavy and say so, the false ones dotted."""
    made = Diagram(title, alt=alt, text="\n".join([f"{title}. {verdict.words()}.", *outline(part)]))
    drawn: dict[object, Node] = {}

    def draw(one: Part) -> Node:
        if one.key is not None and one.key in drawn:
            return drawn[one.key]
        below = [(draw(each), each.value) for each in one.parts]
        emphasis = "weak" if one.value is False and not one.is_gate else "normal"
        node = made.node(one.label, GATES.get(one.kind, one.kind), marker=one.marker, note=one.note, emphasis=emphasis)
        if one.key is not None:
            drawn[one.key] = node
        for tail, value in below:
            wire(tail, node, value)
        return node

    def wire(tail: Node, head: Node, value: bool | None) -> None:
        emphasis = "normal" if value is None else "strong" if value else "weak"
        made.edge(tail, head, truth(value), kind="wire", emphasis=emphasis)

    last = draw(part)
    wire(last, draw(replace(verdict, parts=(), value=None)), part.value)
    return made
