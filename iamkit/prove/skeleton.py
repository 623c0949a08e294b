"""A formula as a skeleton of and/or over literals, each a claim about one value of one key."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from iamkit.arn import Pattern
from iamkit.formula import ACTION, RESOURCE, And, Formula, Is, Not, Or, Some, Test
from iamkit.policy.keys import is_multivalued
from iamkit.prove.realistic import elementary_tests


@dataclass(frozen=True, slots=True)
class Literal:
    """A claim about one value: the ``slot``-th value of ``key`` exists (``test`` None), or passes ``test``."""

    key: str
    slot: int
    test: Test | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """The skeleton in negation normal form: ``all`` or ``any`` of its parts, or one literal with its sign."""

    kind: str
    parts: "tuple[Node, ...]" = ()
    literal: Literal | None = None
    positive: bool = True

    @property
    def size(self) -> int:
        """How many nodes it has."""
        return 1 + sum(part.size for part in self.parts)


Claim = tuple[Literal, bool]


def joined(kind: str, parts: list[Node]) -> Node:
    """A node of these parts, without needless nesting. What an ``all`` claims outright comes before its choices, so
    that a contradiction is met early; the order of the choices stays."""
    if len(parts) == 1:
        return parts[0]
    flat = [inner for part in parts for inner in (part.parts if part.kind == kind else (part,))]
    return Node(kind, tuple(sorted(flat, key=lambda part: part.literal is None) if kind == "all" else flat))


class Skeleton:
    """Translate a formula to literals.

    A key with one value has one slot. A key with several gets as many slots as the formula has tests that must hold for
    some value: each true `Some` needs one value to show it, and further values can only make more of them true. Where a
    variable names the key it gets one slot more: beside a second value, the variable has none.
    """

    def __init__(self, formula: Formula) -> None:
        tests: dict[str, set[Formula]] = defaultdict(set)
        for some, positive in _somes(formula, True):
            tests[some.key] |= {some.test} if positive else set()
        patterns = [t for found in elementary_tests(formula).values() for t in found if isinstance(t, Pattern)]
        named = {variable.key for pattern in patterns for variable in pattern.variables}
        self.slots = dict.fromkeys(sorted({*tests, *named}), 1)
        for key in filter(is_multivalued, self.slots):
            self.slots[key] = max(1, len(tests[key])) + (key in named)
        self.root = self._expand(formula, True)

    def _expand(self, formula: Formula, positive: bool) -> Node:
        match formula:
            case And(parts):
                return joined("all" if positive else "any", [self._expand(part, positive) for part in parts])
            case Or(parts):
                return joined("any" if positive else "all", [self._expand(part, positive) for part in parts])
            case Not(part):
                return self._expand(part, not positive)
            case Some(key, test):
                choices = [self._slot(key, slot, test, positive) for slot in range(self.slots[key])]
                return joined("any" if positive else "all", choices)
        raise TypeError(f"{type(formula).__name__} stands outside Some.")

    def _slot(self, key: str, slot: int, test: Formula, positive: bool) -> Node:
        inside = self._inside(key, slot, test, positive)
        if key in (ACTION, RESOURCE):
            return inside
        return joined("all" if positive else "any", [Node("literal", (), Literal(key, slot), positive), inside])

    def _inside(self, key: str, slot: int, test: Formula, positive: bool) -> Node:
        match test:
            case And(parts):
                return joined("all" if positive else "any", [self._inside(key, slot, p, positive) for p in parts])
            case Or(parts):
                return joined("any" if positive else "all", [self._inside(key, slot, p, positive) for p in parts])
            case Not(part):
                return self._inside(key, slot, part, not positive)
            case Is(elementary):
                claim = Node("literal", (), Literal(key, slot, elementary), positive)
                needed = self._needed(elementary) if positive and isinstance(elementary, Pattern) else []
                return joined("all", [claim, *needed]) if needed else claim
        raise TypeError("Some stands inside Some.")

    def _needed(self, pattern: Pattern) -> list[Node]:
        """Where a pattern with variables matches, each key that they name has one value, but for a default's."""
        keys = sorted({variable.key for variable in pattern.variables if variable.default is None})
        slots = ((key, slot) for key in keys for slot in range(self.slots[key]))
        return [Node("literal", (), Literal(key, slot), slot == 0) for key, slot in slots]


def _somes(formula: Formula, positive: bool) -> Iterator[tuple[Some, bool]]:
    match formula:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _somes(part, positive)
        case Not(part):
            yield from _somes(part, not positive)
        case Some():
            yield formula, positive
