"""The condition operators: one row each, and how their values are read.

Source: IAM User Guide, reference_policies_elements_condition_operators.
"""

import base64
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from math import isfinite

from iamkit.errors import PolicyError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of the operator table.

    Args:
        name: as AWS writes it.
        kind: what its values are: string, arn, number, date, bool, binary, ip or null.
        negated: True for the ``Not`` operators, which succeed when no value matches.
        compare: ``==``, ``<``, ``<=``, ``>``, ``>=`` for numbers and dates.
        wildcards: True if ``*`` and ``?`` stand for other characters.
        fold: True if case does not matter.
    """

    name: str
    kind: str
    negated: bool = False
    compare: str = "=="
    wildcards: bool = False
    fold: bool = False

    @property
    def takes_variables(self) -> bool:
        return self.kind in ("string", "arn")


def _ordered(kind: str, prefix: str) -> list[Operator]:
    return [
        Operator(f"{prefix}Equals", kind),
        Operator(f"{prefix}NotEquals", kind, negated=True),
        Operator(f"{prefix}LessThan", kind, compare="<"),
        Operator(f"{prefix}LessThanEquals", kind, compare="<="),
        Operator(f"{prefix}GreaterThan", kind, compare=">"),
        Operator(f"{prefix}GreaterThanEquals", kind, compare=">="),
    ]


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in [
        Operator("StringEquals", "string"),
        Operator("StringNotEquals", "string", negated=True),
        Operator("StringEqualsIgnoreCase", "string", fold=True),
        Operator("StringNotEqualsIgnoreCase", "string", negated=True, fold=True),
        Operator("StringLike", "string", wildcards=True),
        Operator("StringNotLike", "string", negated=True, wildcards=True),
        *_ordered("number", "Numeric"),
        *_ordered("date", "Date"),
        Operator("Bool", "bool", fold=True),
        Operator("BinaryEquals", "binary"),
        Operator("IpAddress", "ip"),
        Operator("NotIpAddress", "ip", negated=True),
        Operator("ArnEquals", "arn", wildcards=True),
        Operator("ArnLike", "arn", wildcards=True),
        Operator("ArnNotEquals", "arn", negated=True, wildcards=True),
        Operator("ArnNotLike", "arn", negated=True, wildcards=True),
        Operator("Null", "null"),
    ]
}

QUANTIFIERS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator, with its values.

    Args:
        operator: the row of the table.
        key: the context key as written; keys compare without case.
        values: the listed values; any one of them may match.
        quantifier: ``ForAllValues``, ``ForAnyValue`` or empty.
        if_exists: True for ``…IfExists``.
        path: the JSON path of the key.
    """

    operator: Operator
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False
    path: str = ""

    @property
    def written(self) -> str:
        """The operator as the document writes it."""
        return (
            (f"{self.quantifier}:" if self.quantifier else "")
            + self.operator.name
            + ("IfExists" if self.if_exists else "")
        )


def read_operator(written: str, where: str) -> tuple[str, Operator, bool]:
    """Split ``ForAnyValue:StringLikeIfExists`` into quantifier, operator and the IfExists mark.

    Raises:
        PolicyError: for an unknown operator or a combination that AWS does not have. Never dropped: a Deny whose
            condition was ignored would vanish or grow.

    >>> read_operator("ForAnyValue:StringLikeIfExists", "")[0::2]
    ('ForAnyValue', True)
    """
    if not isinstance(written, str):
        raise PolicyError(
            f"A {type(written).__name__} is not a condition operator.",
            where=where,
            remedy="Write its name, such as StringEquals.",
        )
    quantifier, colon, name = written.rpartition(":")
    if colon and quantifier not in QUANTIFIERS:
        raise PolicyError(
            f"{quantifier!r} is not a set operator.",
            where=where,
            remedy="Write ForAllValues: or ForAnyValue:.",
        )
    if_exists = name.endswith("IfExists")
    base = name.removesuffix("IfExists")
    operator = OPERATORS.get(base)
    if operator is None:
        close = get_close_matches(base.lower()[:60], [known.lower() for known in OPERATORS], 1, 0.5)
        meant = next((known for known in OPERATORS if close and known.lower() == close[0]), None)
        remedy = f"Did you mean {meant!r}? Names are case-sensitive." if meant else f"Known: {', '.join(OPERATORS)}."
        raise PolicyError(f"{written!r} is not a condition operator.", where=where, remedy=remedy)
    if operator.kind == "null" and if_exists:
        raise PolicyError(
            f"{written!r} does not exist.",
            where=where,
            remedy="Write Null: it already tests whether the key exists.",
        )
    return quantifier, operator, if_exists


def check_values(operator: Operator, values: Iterable[str], where: str) -> None:
    """Read every value once, so that a bad one is found when the policy is parsed.

    Raises:
        PolicyError: with the place of the first value that does not fit the operator.
    """
    listed = list(values)
    for index, value in enumerate(listed):
        place = where if len(listed) == 1 else f"{where}[{index}]"
        if operator.kind == "bool" and "${" in value:
            continue  # A variable: accepted, and compared as `Readings.bool_takes_variables` says.
        if operator.kind in ("bool", "null") and value.lower() not in ("true", "false"):
            raise PolicyError(
                f"{value!r} is neither true nor false.",
                where=place,
                remedy=f"{operator.name} takes true or false.",
            )
        try:
            reader = {"number": number, "date": instant, "ip": network, "binary": binary}.get(operator.kind)
            _ = reader(value) if reader else None
        except ValueError as fault:
            raise PolicyError(
                f"{operator.name} cannot compare with {value!r}: {fault}",
                where=place,
                remedy=_EXAMPLE[operator.kind],
            ) from None


_EXAMPLE = {
    "number": "Write a number such as 3600; variables do not work here.",
    "date": "Write 2026-11-24T09:00:00Z or seconds since 1970.",
    "ip": "Write 203.0.113.0/24, 203.0.113.7 or 2001:db8::/32; variables do not work here.",
    "binary": "Write base64, such as QmluYXJ5.",
}


_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_EPOCH = re.compile(r"-?\d{5,}(\.\d+)?", re.ASCII)
_YEAR_OR_MONTH = re.compile(r"(\d{4})(-\d{2})?", re.ASCII)
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]+(/\d{1,3})?", re.ASCII)


def as_text(value: object) -> str | None:
    """A text, a finite number or a Boolean as the text that is compared; None for anything else.

    >>> as_text(True), as_text(3600), as_text(float("nan")), as_text(None)
    ('true', '3600', None, None)
    """
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return str(value) if isinstance(value, str | int) or (isinstance(value, float) and isfinite(value)) else None
    except ValueError:  # Python limits the digits of an integer.
        return None


def number(text: str) -> Decimal:
    """A NumericXxx value: an integer or decimal number.

    >>> number("3.50") == number("3.5")
    True
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number.")
    return Decimal(text)


def instant(text: str) -> Decimal:
    """A DateXxx value in seconds since 1970, UTC: ISO 8601 (no zone means UTC) or a number of seconds.

    The year alone and the month alone are the W3C's short forms of ISO 8601; they mean their first instant.

    >>> instant("1970-01-02") == instant("86400") == instant("1970-01-02T01:00:00+01:00")
    True
    >>> instant("2026") == instant("2026-01") == instant("2026-01-01T00:00:00Z")
    True
    """
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    short = _YEAR_OR_MONTH.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{short[1]}{short[2] or '-01'}-01" if short else text)
    except ValueError:
        raise ValueError("not an ISO 8601 date or a number of seconds.") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def network(text: str) -> Network:
    """An IpAddress value; without a prefix length it is one host.

    >>> network("203.0.113.7").prefixlen, network("2001:db8::/32").version
    (32, 6)
    """
    try:
        if _ADDRESS.fullmatch(text):
            return ipaddress.ip_network(text, strict=False)
    except ValueError:
        pass
    raise ValueError("not an IP address or CIDR range.")


def binary(text: str) -> bytes:
    """A BinaryEquals value."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("not base64.") from None
