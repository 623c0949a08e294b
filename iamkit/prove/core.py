"""What stands in the way: a smallest set of layers, Deny statements and rules that together rule every request out."""

from collections.abc import Iterator

from iamkit.formula import FALSE, TRUE, And, Formula, Not, Or
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Facts


def core(stacks: list[tuple[Formula, Facts]]) -> tuple[str, ...]:
    """Find the set by deletion: each obstacle is taken away in turn, and stays away if still nothing is possible.

    Args:
        stacks: the formula of each case of the question, and what is known in it.

    Returns:
        The obstacles in words, in AWS's order of evaluation. Without any one of them something would be possible.
    """
    obstacles: dict[str, None] = {}
    for formula, _ in stacks:
        obstacles |= dict.fromkeys(name for name, _ in walk(formula))
    away: set[str] = set()
    for name in obstacles:
        if not any(_possible(without(formula, away | {name}), facts) for formula, facts in stacks):
            away.add(name)
    return tuple(name for name in obstacles if name not in away)


def _possible(formula: Formula, facts: Facts) -> bool:
    try:
        return solve(settled(formula, facts)) is not None
    except Undecided:
        return True


def obstacle(formula: Formula, positive: bool, inside: str) -> str | None:
    """The name of a node that can stand in the way by itself: a layer that must allow, a statement that denies, a
    rule."""
    label = formula.label
    if label is None:
        return None
    if label.kind == "layer" and positive and label.text.startswith("Allow in "):
        return f"no Allow in the {label.text.removeprefix('Allow in ')}"
    if label.kind == "statement" and not positive:
        return f"Deny {label.text} in the {inside}"
    if label.kind == "rule" and (formula == FALSE) == positive and formula != TRUE:
        return f"the rule that {label.text}" if positive or formula != FALSE else None
    return None


def _inside(formula: Formula, inside: str) -> str:
    label = formula.label
    return label.text.removeprefix("Deny in ") if label is not None and label.kind == "layer" else inside


def walk(formula: Formula, positive: bool = True, inside: str = "") -> Iterator[tuple[str, bool]]:
    """All obstacles of a formula, in order, with their sign."""
    name = obstacle(formula, positive, inside)
    if name is not None:
        yield name, positive
        return
    inside = _inside(formula, inside)
    match formula:
        case And(parts) | Or(parts):
            for part in parts:
                yield from walk(part, positive, inside)
        case Not(part):
            yield from walk(part, not positive, inside)


def without(formula: Formula, away: set[str], positive: bool = True, inside: str = "") -> Formula:
    """The formula with the named obstacles gone."""
    name = obstacle(formula, positive, inside)
    if name is not None:
        return formula if name not in away else TRUE if positive else FALSE
    inside = _inside(formula, inside)
    match formula:
        case And(parts, label):
            return And(tuple(without(part, away, positive, inside) for part in parts), label)
        case Or(parts, label):
            return Or(tuple(without(part, away, positive, inside) for part in parts), label)
        case Not(part, label):
            return Not(without(part, away, not positive, inside), label)
    return formula
