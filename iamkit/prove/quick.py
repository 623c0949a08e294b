"""A short search without a solver, for the many questions that need none.

Depth first, parts in order, each claim checked as it is made. It finds exactly what `iamkit.prove.solver` would: the
first way through the skeleton that some request can go. What is not settled within the budget is left to z3.
"""

from iamkit.prove.skeleton import Claim, Literal, Node
from iamkit.prove.ties import value

BUDGET = 400
"""Nodes visited before z3 is asked."""

Agenda = tuple[Node, "Agenda"] | None


class OverBudget(Exception):
    """The search was not finished."""


def first_way(root: Node) -> list[Claim] | None:
    """The claims of the first way through the skeleton, or None if there is none.

    Raises:
        OverBudget: if neither was found within the budget.
        Undecided: if a value is outside of what is decided exactly.
    """
    ways: list[tuple[Agenda, dict[Literal, bool]]] = [((root, None), {})]
    visited = 0
    while ways:
        agenda, claims = ways.pop()
        while agenda is not None:
            visited += 1
            if visited > BUDGET:
                raise OverBudget
            node, agenda = agenda
            if node.literal is not None:
                added = _claim(claims, node.literal, node.positive)
                if added is None:
                    break
                claims = added
            elif node.kind == "all":
                for part in reversed(node.parts):
                    agenda = (part, agenda)
            else:
                ways += [((part, agenda), claims) for part in reversed(node.parts)]
                break
        else:
            return list(claims.items())
    return None


def _claim(claims: dict[Literal, bool], literal: Literal, sign: bool) -> dict[Literal, bool] | None:
    """The claims with one more; None if it contradicts them."""
    if literal in claims:
        return claims if claims[literal] == sign else None
    added = {**claims, literal: sign}
    group = [(lit, found) for lit, found in added.items() if (lit.key, lit.slot) == (literal.key, literal.slot)]
    return None if value(group) is None else added
