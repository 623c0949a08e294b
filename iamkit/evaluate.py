"""The truth of a formula for one request."""

import ipaddress
import operator
from collections.abc import Iterator

from iamkit.arn import Pattern
from iamkit.formula import And, Bytes, Compare, Formula, InNetwork, Is, Label, Not, Or, Some, Test
from iamkit.policy.conditions import binary, instant, number
from iamkit.request import Environment

_RELATIONS = {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def holds(formula: Formula, table: Environment) -> bool:
    """The truth of a formula for one request.

    >>> from iamkit.formula import like
    >>> holds(like("action", "s3:Get*"), {"action": ("s3:GetObject",)})
    True
    """
    match formula:
        case And(parts):
            return all(holds(part, table) for part in parts)
        case Or(parts):
            return any(holds(part, table) for part in parts)
        case Not(part):
            return not holds(part, table)
        case Some(key, test):
            return any(passes(test, value, table) for value in table.get(key, ()))
    raise TypeError(f"{type(formula).__name__} stands outside Some.")


def passes(test: Formula, value: str, table: Environment) -> bool:
    """The truth of the inside of a `Some` for one value of its key."""
    match test:
        case Is(elementary):
            return _passes(elementary, value, table)
        case And(parts):
            return all(passes(part, value, table) for part in parts)
        case Or(parts):
            return any(passes(part, value, table) for part in parts)
        case Not(part):
            return not passes(part, value, table)
    raise TypeError("Some stands inside Some.")


def _passes(test: Test, value: str, table: Environment) -> bool:
    """One elementary test. A value that is not of the test's type (a word for a number) does not pass."""
    if isinstance(test, Pattern):
        return test.matches(value, lambda key: single(table, key))
    try:
        match test:
            case Compare(kind, relation, bound):
                return _RELATIONS[relation]((number if kind == "number" else instant)(value), bound)
            case InNetwork(network):
                return ipaddress.ip_address(value) in network
            case Bytes(wanted):
                return binary(value) == wanted
    except ValueError:
        return False
    raise TypeError(f"{type(test).__name__} is not a test.")


def single(table: Environment, key: str) -> str | None:
    """The value of a key for a policy variable: only single-valued keys have one
    (IAM User Guide, reference_policies_condition-single-vs-multi-valued-context-keys)."""
    found = table.get(key, ())
    return found[0] if len(found) == 1 else None


def supporters(formula: Formula, table: Environment) -> Iterator[Formula]:
    """What makes a true formula true: statements, and exceptions that need none. All parts of an `And`, the first true
    part of an `Or`."""
    kind = formula.label.kind if formula.label is not None else ""
    if kind == "statement":
        yield formula
        return
    inside: list[Formula] = []
    match formula:
        case And(parts):
            inside = [found for part in parts for found in supporters(part, table)]
        case Or(parts):
            inside = list(supporters(next(part for part in parts if holds(part, table)), table))
    yield from inside or ([formula] if kind == "exception" else [])


def blockers(formula: Formula, table: Environment, *passed_over: frozenset[str]) -> Iterator[Label]:
    """The layers and rules that keep a false formula false, in order.

    Args:
        formula: a formula that is false.
        table: the request.
        passed_over: sets of layer names. Where there are several ways to a yes, those that need nothing but such layers
            are left out, one set after the other, as long as a way remains.
    """
    label = formula.label
    if label is not None and label.kind == "layer":
        yield label
        return
    match formula:
        case And(parts):
            for part in parts:
                if not holds(part, table):
                    yield from blockers(part, table, *passed_over)
        case Or(()) if label is not None:
            yield label
        case Or(parts):
            ways = [list(blockers(part, table, *passed_over)) for part in parts]
            for names in passed_over:
                ways = [way for way in ways if not all(label.text in names for label in way)] or ways
            yield from (label for way in ways for label in way)
        case Not(part) if part.label is not None:
            yield part.label


def failing_rules(formula: Formula, table: Environment) -> Iterator[str]:
    """The rules, in words, of which a part keeps a false formula false."""
    match formula:
        case And(parts) | Or(parts) if parts:
            if formula.label is not None and formula.label.kind == "rule":
                yield formula.label.text
            for part in parts:
                if not holds(part, table):
                    yield from failing_rules(part, table)
