"""The formula that a stack of policies means: and, or, not, and tests of the request.

A request is read as a table from keys to values: the condition keys, and beside them ``action`` and ``resource``.
`Some` is the only atom: some value of this key passes this test. That a key is absent, that every value passes, that
none does: all of it is `Some` under a `Not`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from iamkit.arn import Pattern
from iamkit.policy.conditions import Network

ACTION, RESOURCE = "action", "resource"


@dataclass(frozen=True, slots=True)
class Label:
    """Where a node comes from.

    Args:
        kind: ``decision``, ``rule``, ``exception`` (a rule that spares a policy), ``layer``, ``statement``, ``reach``
            (the requests that a layer speaks of at all), ``element`` or ``value``.
        text: what to call it: a rule in words, a layer's name, the Sid, the element.
        path: the JSON path in the policy, where there is one.
    """

    kind: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class And:
    """True if every part is; ``And(())`` is true."""

    parts: "tuple[Formula, ...]"
    label: Label | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """True if some part is; ``Or(())`` is false."""

    parts: "tuple[Formula, ...]"
    label: Label | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """True if its part is not."""

    part: "Formula"
    label: Label | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Some:
    """True if the request has the key and some value of it passes the test.

    Args:
        key: ``action``, ``resource``, or a condition key in lower case.
        test: a formula over `Is` atoms, read for one value.
    """

    key: str
    test: "Formula"
    label: Label | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Is:
    """Inside a `Some`: the value at hand passes one elementary test."""

    test: "Test"
    label: Label | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of a number or an instant: ``relation`` is ``==``, ``<``, ``<=``, ``>`` or ``>=``."""

    kind: str
    relation: str
    bound: Decimal


@dataclass(frozen=True, slots=True)
class InNetwork:
    """The value is an address in this network."""

    network: Network


@dataclass(frozen=True, slots=True)
class Bytes:
    """The value is the base64 of these bytes."""

    value: bytes


Test = Pattern | Compare | InNetwork | Bytes
Formula = And | Or | Not | Some | Is

TRUE = And(())
FALSE = Or(())


def all_of(parts: Iterable[Formula], label: Label | None = None) -> Formula:
    """An `And` of the parts."""
    return And(tuple(parts), label)


def any_of(parts: Iterable[Formula], label: Label | None = None) -> Formula:
    """An `Or` of the parts."""
    return Or(tuple(parts), label)


def present(key: str, label: Label | None = None) -> Formula:
    """The request has this key."""
    return Some(key.lower(), TRUE, label)


@lru_cache(maxsize=4096)
def like(key: str, glob: str, *, fold: bool = False, label: Label | None = None) -> Formula:
    """Some value of the key matches the glob."""
    return Some(key.lower(), Is(Pattern.glob(glob, fold)), label)


def equals(key: str, text: str) -> Formula:
    """Some value of the key is this text."""
    return Some(key.lower(), Is(Pattern.literal(text)))
