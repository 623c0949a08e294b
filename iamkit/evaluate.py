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
                address = ipaddress.ip_address(value)
                return address.version == network.version and address in network
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
    """The statements that make a true formula true: all parts of an `And`, the first true part of an `Or`."""
    match formula:
        case _ if formula.label is not None and formula.label.kind == "statement":
            yield formula
        case And(parts):
            for part in parts:
                yield from supporters(part, table)
        case Or(parts):
            yield from supporters(next(part for part in parts if holds(part, table)), table)


def blockers(formula: Formula, table: Environment) -> Iterator[Label]:
    """The labels of the layers and rules that keep a false formula false, in order."""
    label = formula.label
    if label is not None and label.kind == "layer":
        yield label
        return
    match formula:
        case And(parts) | Or(parts):
            if not parts and label is not None:
                yield label
            for part in parts:
                if not holds(part, table):
                    yield from blockers(part, table)
        case Not(part) if part.label is not None:
            yield part.label
