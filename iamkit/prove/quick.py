"""A short search without a solver, for the many questions that need none.

Depth first, parts in order, each claim checked as it is made. It finds exactly what `iamkit.prove.solver` would: the
first way through the skeleton that some request can go, and after it the next ones. What is not settled within the
budget is left to z3.
"""

from collections.abc import Iterator

from iamkit.evaluate import passes
from iamkit.formula import Is
from iamkit.prove.claims import value
from iamkit.prove.skeleton import Claim, Literal, Node
from iamkit.prove.values import Undecided

BUDGET = 400
"""Nodes visited before z3 is asked; in a larger skeleton, each node four times."""

Agenda = tuple[Node, "Agenda"] | None


class OverBudget(Exception):
    """The search was not finished."""


def ways(root: Node) -> Iterator[list[Claim]]:
    """The claims of each way through the skeleton, in order.

    Raises:
        OverBudget: if they were not all found within the budget.
    """
    open_ways: list[tuple[Agenda, _Claims]] = [((root, None), _Claims({}, {}))]
    left = max(BUDGET, 4 * root.size)
    while open_ways:
        agenda, so_far = open_ways.pop()
        claims = so_far.copy()
        while agenda is not None:
            left -= 1
            if left < 0:
                raise OverBudget
            node, agenda = agenda
            if node.literal is not None:
                if not claims.add(node.literal, node.positive):
                    break
            elif node.kind == "all":
                for part in reversed(node.parts):
                    agenda = (part, agenda)
            else:
                open_ways += [((part, agenda), claims) for part in reversed(node.parts)]
                break
        else:
            yield list(claims.made.items())


class _Claims:
    """Claims that hold together, with a text for each value that shows it."""

    def __init__(self, made: dict[Literal, bool], shown: dict[tuple[str, int], str]) -> None:
        self.made, self.shown = made, shown

    def copy(self) -> "_Claims":
        return _Claims(dict(self.made), dict(self.shown))

    def add(self, literal: Literal, sign: bool) -> bool:
        """Make one more claim; False if it contradicts the others."""
        if literal in self.made:
            return self.made[literal] == sign
        self.made[literal] = sign
        place = (literal.key, literal.slot)
        text = self.shown.get(place)
        if literal.test is None or (text is not None and passes(Is(literal.test), text, {}) == sign):
            return True
        self.shown.pop(place, None)
        try:
            text = value([(lit, found) for lit, found in self.made.items() if (lit.key, lit.slot) == place])
        except Undecided:
            return True
        if text is not None:
            self.shown[place] = text
        return text is not None
