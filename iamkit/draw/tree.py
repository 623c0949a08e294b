"""A tree of questions: each answer leads to the next question or to advice. The way taken so far stands out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from iamkit.draw.diagram import Diagram, Node
from iamkit.draw.outline import outline_layout
from iamkit.draw.paint import paint
from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError

_ROOM, _STEP = 400.0, 30.0
"""The width of the words of the first node, and by how much less that is at each step down (CSS pixels)."""


class Choice(Protocol):
    """A question with its answers and what each leads to, or a leaf with advice. A question without answers is one
    whose branches are not shown."""

    @property
    def question(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def advice(self) -> Any: ...


def decision_tree(root: Choice, path: Sequence[str] = ()) -> Picture:
    """Draw a tree of questions.

    Args:
        root: the first question. Advice is a text, or has a ``method`` that says it in short.
        path: the answers given so far, in order; what lies off their way is weak.

    Raises:
        IamkitError: if an answer is none of those offered.

    >>> from types import SimpleNamespace as Plain
    >>> role, user = (Plain(question="", answers={}, advice=words) for words in ("a role", "an IAM user"))
    >>> root = Plain(question="Can it use a role?", answers={"yes": role, "no": user}, advice=None)
    >>> decision_tree(root)
    Picture('A tree with 1 question and 2 outcomes. The first question: Can it use a role?')
    >>> print(decision_tree(root, ["yes"]).text)
    A tree with 1 question and 2 outcomes. Answered: yes. Advice: a role.
    Can it use a role?
      yes (taken): a role
      no: an IAM user
    """
    diagram = tree_diagram(root, path)
    return Picture(paint(diagram, outline_layout(diagram)), diagram.alt, diagram.text)


def tree_diagram(root: Choice, path: Sequence[str] = ()) -> Diagram:
    """The diagram that `decision_tree` lays out: a node and an edge for each way to come to it."""
    last = _end_of(root, path)
    diagram = Diagram("Questions and advice", alt=_alt(root, path, last))
    _Drawing(diagram, path).draw(root, tuple(path), "strong" if path else "normal")
    diagram.text = "\n".join([diagram.alt, *_lines(root, tuple(path))])
    return diagram


def _end_of(root: Choice, path: Sequence[str]) -> Choice:
    """What the answers lead to."""
    here = root
    for answer in path:
        if answer not in here.answers:
            remedy = f"Use one of: {', '.join(here.answers)}." if here.answers else "Leave it out."
            raise IamkitError(f"{answer!r} is not an answer here.", where=here.question or "advice", remedy=remedy)
        here = here.answers[answer]
    return here


def _label(node: Choice) -> str:
    """The question, or the advice in short."""
    return node.question if node.advice is None else str(getattr(node.advice, "method", node.advice))


class _Drawing:
    """Adds a tree to a diagram. ``way`` is what is left of the path from a node; None off the path."""

    def __init__(self, diagram: Diagram, path: Sequence[str]) -> None:
        self.diagram, self.started = diagram, bool(path)

    def draw(self, node: Choice, way: tuple[str, ...] | None, emphasis: str, depth: int = 0) -> Node:
        """A node and everything below it. What can be answered next is not weak."""
        made = self._node(node, way == (), emphasis, depth)
        for answer, below in node.answers.items():
            ahead = _ahead(way, answer)
            below_emphasis = "strong" if ahead is not None else "normal" if way == () or not self.started else "weak"
            child = self.draw(below, ahead, below_emphasis, depth + 1)
            self.diagram.edge(made, child, answer, emphasis=below_emphasis)
        return made

    def _node(self, node: Choice, is_last: bool, emphasis: str, depth: int) -> Node:
        room = max(_ROOM - _STEP * depth, _STEP * 5)
        if node.advice is not None:
            return self.diagram.node(_label(node), "allow", marker="advice", emphasis=emphasis, wrap_at=room)
        marker = "next question" if is_last and self.started else ""
        return self.diagram.node(_label(node), "condition", marker=marker, emphasis=emphasis, wrap_at=room)


def _ahead(way: tuple[str, ...] | None, answer: str) -> tuple[str, ...] | None:
    """The way from what an answer leads to; None if that lies off the path."""
    return way[1:] if way and way[0] == answer else None


def _alt(root: Choice, path: Sequence[str], last: Choice) -> str:
    nodes = list(_walk(root))
    outcomes = sum(node.advice is not None for node in nodes)
    asked = len(nodes) - outcomes
    start = f"A tree with {asked} question{'s' * (asked != 1)} and {outcomes} outcome{'s' * (outcomes != 1)}."
    answered = f" Answered: {'; '.join(path)}." if path else ""
    if last.advice is not None:
        return f"{start}{answered} Advice: {_label(last).rstrip('.')}."
    return f"{start}{answered} The {'next' if path else 'first'} question: {_label(last)}"


def _walk(node: Choice) -> Iterator[Choice]:
    yield node
    for below in node.answers.values():
        yield from _walk(below)


def _lines(node: Choice, way: tuple[str, ...] | None, answer: str = "", depth: int = 0) -> Iterator[str]:
    """The tree as an indented list."""
    taken = " (taken)" if answer and way is not None else ""
    yield "  " * depth + (f"{answer}{taken}: " if answer else "") + _label(node)
    for name, below in node.answers.items():
        yield from _lines(below, _ahead(way, name), name, depth + 1)
