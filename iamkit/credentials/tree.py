"""A tree of questions that ends in advice: its shape, and how to walk it. What it asks stands in `advice`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from iamkit.errors import IamkitError


@dataclass(frozen=True, repr=False)
class Advice:
    """What to do, and why.

    Args:
        method: the way to give access.
        credentials: what the person or program then holds.
        temporary: True if no long-term credentials are made for it.
        why: the reason, in a sentence or two.
        not_recommended: what AWS advises against here.
        steps: what to do, in order.
        source: the pages that say so.

    >>> Advice("An IAM role", "temporary credentials", True, "It hands out what expires.").explain()
    'An IAM role.\\nCredentials: temporary credentials.\\nWhy: It hands out what expires.'
    """

    method: str
    credentials: str
    temporary: bool
    why: str
    not_recommended: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    def plus(self, **more: Any) -> "Advice":
        """The same advice, where the tuples given are added at the end and everything else is replaced."""
        added = {name: (*getattr(self, name), *value) for name, value in more.items() if isinstance(value, tuple)}
        return replace(self, **{**more, **added})

    def _parts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "Not recommended", self.not_recommended
        yield "Steps", tuple(f"{number}. {step}" for number, step in enumerate(self.steps, 1))
        yield "Read", self.source

    def explain(self) -> str:
        """All of it in words."""
        lines = [f"{self.method}.", f"Credentials: {self.credentials}.", f"Why: {self.why}"]
        for head, rows in self._parts():
            lines += [f"{head}:", *(f"  {row}" for row in rows)] if rows else []
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        lists = {name: list(getattr(self, name)) for name in ("not_recommended", "steps", "source")}
        own = {"method": self.method, "credentials": self.credentials, "temporary": self.temporary, "why": self.why}
        return {**own, **lists}

    @property
    def table(self) -> str:
        """All but the method, as an HTML table."""
        parts = [("Credentials", (f"{self.credentials}.",)), ("Why", (self.why,)), *self._parts()]
        cells = "".join(
            f"<tr><th scope='row' {_HEAD}>{head}</th><td {_CELL}>{'<br>'.join(map(escape, lines))}</td></tr>"
            for head, lines in parts
            if lines
        )
        return f"<table>{cells}</table>"

    def __repr__(self) -> str:
        return f"<Advice: {self.method}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        method = f"<p><strong>{escape(self.method)}.</strong></p>"
        return {"text/plain": self.explain(), "text/html": method + self.table}


_HEAD = "style='text-align:left;vertical-align:top;overflow-wrap:normal'"
_CELL = "style='text-align:left;vertical-align:top;overflow-wrap:anywhere'"


@dataclass(frozen=True, repr=False)
class Node:
    """A question with its answers, or a leaf with advice.

    Args:
        key: a word for the question.
        question: the question; empty at a leaf.
        answers: for each answer the node that it leads to.
        advice: the advice of a leaf.
    """

    key: str = ""
    question: str = ""
    answers: Mapping[str, "Node"] = field(default_factory=dict)
    advice: Advice | None = None

    def step(self, answer: str) -> "Node":
        """The node that an answer leads to.

        Raises:
            IamkitError: if it is no answer to this question.
        """
        if answer not in self.answers:
            remedy = f"Answer one of: {'; '.join(self.answers)}." if self.answers else "Ask no further."
            raise IamkitError(f"{answer!r} is no answer to {self.question!r}", where=self.key, remedy=remedy)
        return self.answers[answer]

    def follow(self, answers: Mapping[str, str]) -> tuple["Node", dict[str, str]]:
        """Go as far as the answers lead; also gives the answers that were asked for, in the order of asking.

        Args:
            answers: answers by the key of their question.

        Raises:
            IamkitError: for an answer that is none, or to a question that is not asked on this way.
        """
        node, taken = self, dict[str, str]()
        while node.key in answers and node.answers:
            taken[node.key] = answers[node.key]
            node = node.step(answers[node.key])
        left = [key for key in answers if key not in taken]
        if left and node.advice:
            what = f"{', '.join(left)} is not asked about here."
            raise IamkitError(what, where="advice", remedy=f"Asked were {', '.join(taken)}; leave out the rest.")
        if left:
            raise IamkitError(f"The question {node.key!r} comes first.", where="advice", remedy=_asked(node))
        return node, taken

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Advice]]:
        """Every advice, with the answers that lead to it."""
        if self.advice:
            yield path, self.advice
        for answer, node in self.answers.items():
            yield from node.leaves((*path, answer))

    def along(self, path: Sequence[str]) -> "Node":
        """The part of the tree beside a way: of what lies off it only the first step, so that it can be drawn.

        Raises:
            IamkitError: if an answer is none.
        """
        if not self.answers or not path:
            cut = {answer: replace(node, answers={}) for answer, node in self.answers.items()}
            return replace(self, answers=cut)
        chosen = self.step(path[0])
        kept = {
            answer: node.along(path[1:]) if node is chosen and answer == path[0] else replace(node, answers={})
            for answer, node in self.answers.items()
        }
        return replace(self, answers=kept)

    def __repr__(self) -> str:
        return f"<Node: {self.advice.method if self.advice else self.question}>"


def _asked(node: Node) -> str:
    return f"{node.question} Answer {node.key}= one of: {'; '.join(node.answers)}."


def advice_at(root: Node, answers: Mapping[str, str]) -> Advice:
    """The advice that the answers lead to.

    Raises:
        IamkitError: if an answer is missing, is none, or is not asked for.
    """
    node, _ = root.follow(answers)
    if node.advice is None:
        raise IamkitError(f"The question {node.key!r} is still open.", where="advice", remedy=_asked(node))
    return node.advice
