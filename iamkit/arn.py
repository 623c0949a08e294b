"""Amazon Resource Names, and the patterns that policies match text with."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from iamkit.errors import ArnError

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")


@dataclass(frozen=True, slots=True)
class Arn:
    """The six fields of an ARN: ``arn:partition:service:region:account:resource``.

    Source: IAM User Guide, reference-arns.

    >>> Arn.parse("arn:aws:iam::111122223333:user/payroll/ana").account
    '111122223333'
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str, where: str = "") -> "Arn":
        """Read an ARN without wildcards.

        Raises:
            ArnError: if ``text`` lacks one of the six fields or its partition does not exist.
        """
        fields = text.split(":", 5) if isinstance(text, str) else []
        if len(fields) < 6 or fields[0] != "arn":
            given = repr(text) if isinstance(text, str) else f"A {type(text).__name__}"
            raise ArnError(
                f"{given} is not an ARN.",
                where=where,
                remedy="An ARN reads arn:partition:service:region:account:resource.",
            )
        if fields[1] not in PARTITIONS:
            raise ArnError(
                f"{fields[1]!r} is not a partition.",
                where=where,
                remedy=f"Write one of {', '.join(PARTITIONS)}.",
            )
        if not fields[2] or not fields[5]:
            raise ArnError(
                f"{text!r} has no service or no resource.",
                where=where,
                remedy="Fill the third and the last field.",
            )
        return cls(*fields[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def type(self) -> str:
        """The resource type, where the resource field has one: ``user`` of ``user/payroll/ana``."""
        return re.split("[/:]", self.resource, maxsplit=1)[0]

    @property
    def name(self) -> str:
        """What follows the last ``/``: ``ana`` of ``user/payroll/ana``."""
        return self.resource.rpartition("/")[2]


class Wild(Enum):
    """The wildcards of the policy language. Inside one of the first five fields of an ARN they stop at a colon."""

    ANY = "*"
    ONE = "?"
    ANY_IN_FIELD = "[^:]*"
    ONE_IN_FIELD = "[^:]"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable, ``${key}`` or ``${key, 'default'}``. The key is kept in lower case."""

    key: str
    default: str | None = None


Part = str | Wild | Variable
Lookup = Callable[[str], str | None]

_REGEX: dict[Part, str] = {Wild.ANY: ".*", Wild.ONE: ".", Wild.ANY_IN_FIELD: "[^:]*", Wild.ONE_IN_FIELD: "[^:]"}
_STARS = (Wild.ANY, Wild.ANY_IN_FIELD)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with wildcards and variables, matched against the whole of a value.

    Args:
        parts: literal texts, wildcards and variables, in order.
        fold: True if case does not matter.

    >>> Pattern.glob("s3:Get*", fold=True).matches("S3:getobject")
    True
    >>> Pattern.literal("s3:Get*").matches("s3:GetObject")
    False
    """

    parts: tuple[Part, ...]
    fold: bool = False

    @classmethod
    def literal(cls, text: str, fold: bool = False) -> "Pattern":
        """A pattern that matches ``text`` alone."""
        return cls((text,) if text else (), fold)

    @classmethod
    def glob(cls, text: str, fold: bool = False) -> "Pattern":
        """A pattern in which ``*`` stands for any text and ``?`` for any one character."""
        return cls(merge(Wild(c) if c in "*?" else c for c in text), fold)

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(part for part in self.parts if isinstance(part, Variable))

    @property
    def text(self) -> str | None:
        """The one text that this pattern matches, or None if it has wildcards or variables."""
        return "".join(map(str, self.parts)) if all(isinstance(part, str) for part in self.parts) else None

    def fill(self, lookup: Lookup) -> "Pattern | None":
        """This pattern with each variable replaced by its value, taken literally.

        Returns None if a variable has neither a value nor a default: such a pattern matches nothing
        (IAM User Guide, reference_policies_variables).
        """
        parts: list[Part] = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = lookup(part.key)
                value = part.default if value is None else value
                if value is None:
                    return None
                part = value
            parts.append(part)
        return Pattern(merge(parts), self.fold)

    def matches(self, value: str, lookup: Lookup | None = None) -> bool:
        """True if the whole of ``value`` matches; ``lookup`` gives the values of variables by lower-case key."""
        pattern: Pattern | None = self
        if any(isinstance(part, Variable) for part in self.parts):
            pattern = self.fill(lookup or (lambda key: None))
        return pattern is not None and bool(_matcher(pattern)(value))

    def __str__(self) -> str:
        """As a policy of Version 2012-10-17 would write it.

        >>> str(Pattern(("home/", Variable("aws:username"), "/", Wild.ANY))), str(Pattern.literal("*.csv"))
        ('home/${aws:username}/*', '${*}.csv')
        """
        return "".join(_written(part) for part in self.parts)


def _written(part: Part) -> str:
    if isinstance(part, Wild):
        return "*" if part in (Wild.ANY, Wild.ANY_IN_FIELD) else "?"
    if isinstance(part, Variable):
        return "${" + part.key + (f", '{part.default}'" if part.default is not None else "") + "}"
    return re.sub(r"[*?]|\$(?={)", r"${\g<0>}", part)


def merge(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighboring literal texts, drop empty ones and repeated stars, so that equal patterns have equal parts."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "" and not (part in _STARS and merged and merged[-1] is part):
            merged.append(part)
    return tuple(merged)


@lru_cache(maxsize=65536)
def _matcher(pattern: Pattern) -> Callable[[str], object]:
    """What tells whether a text matches. Most patterns are one literal, or one with a ``*`` at its end, and need no
    regex. Of an ASCII literal only ASCII letters are alike without case: the Kelvin sign is no k."""
    ascii_only = all(part.isascii() for part in pattern.parts if isinstance(part, str))
    if ascii_only and pattern.parts and isinstance(pattern.parts[0], str) and pattern.parts[1:] in ((), (Wild.ANY,)):
        return _plain_matcher(pattern.parts[0], len(pattern.parts) > 1, pattern.fold)
    case = re.NOFLAG if not pattern.fold else re.IGNORECASE | re.ASCII if ascii_only else re.IGNORECASE
    return re.compile(_regex(pattern.parts), re.DOTALL | case).fullmatch


def _plain_matcher(start: str, runs_on: bool, fold: bool) -> Callable[[str], bool]:
    if not fold:
        return (lambda value: value.startswith(start)) if runs_on else (lambda value: value == start)
    length, lower = len(start), start.lower()

    def matches(value: str) -> bool:
        head = value[:length]
        return head.isascii() and head.lower() == lower and (runs_on or len(value) == length)

    return matches


def _regex(parts: tuple[Part, ...]) -> str:
    """Each star but the last takes as little as it can and never gives it back (an atomic group), so that many stars
    against a long text stay quick. What a star takes less, a later one can take more: nothing is missed. The
    exception is a star that crosses colons before one that does not; there the regex may backtrack.
    """
    cuts = [index for index, part in enumerate(parts) if part in _STARS] + [len(parts)]
    regex = "".join(map(_piece, parts[: cuts[0]]))
    for star, following in pairwise(cuts):
        after = "".join(map(_piece, parts[star + 1 : following]))
        gives_back = parts[star] is Wild.ANY and Wild.ANY_IN_FIELD in parts[star:]
        if following == len(parts) or gives_back:
            regex += _piece(parts[star]) + after
        else:
            regex += f"(?>{_piece(parts[star])}?{after})"
    return regex


def _piece(part: Part) -> str:
    return re.escape(part) if isinstance(part, str) else _REGEX[part]


def arn_pattern(parts: tuple[Part, ...], *, expand_short: bool = True, star_crosses_colons: bool = False) -> Pattern:
    """Read tokenized text as an ARN pattern: six fields, each compared by itself.

    A lone ``*`` matches every resource. A short ARN is filled up with ``*`` if ``expand_short``; otherwise it matches
    only as written. With ``star_crosses_colons`` a ``*`` that ends a field may run on past colons.

    Source: IAM User Guide, reference-arns; reference_policies_elements_resource.

    >>> p = arn_pattern(Pattern.glob("arn:aws:sqs:*:111122223333:jobs").parts)
    >>> p.matches("arn:aws:sqs:eu-west-1:111122223333:jobs"), p.matches("arn:aws:sqs:a:b:111122223333:jobs")
    (True, False)
    """
    if parts == (Wild.ANY,):
        return Pattern(parts)
    fields = split_fields(parts)
    if expand_short and len(fields) < 6:
        fields += [[Wild.ANY]] * (6 - len(fields))
    flat: list[Part] = []
    for index, field in enumerate(fields):
        last = index == len(fields) - 1
        flat += [] if index == 0 else [":"]
        for place, part in enumerate(field):
            ends_field = place == len(field) - 1
            if last or not isinstance(part, Wild) or (star_crosses_colons and ends_field and part is Wild.ANY):
                flat.append(part)
            else:
                flat.append(Wild.ANY_IN_FIELD if part is Wild.ANY else Wild.ONE_IN_FIELD)
    return Pattern(merge(flat))


def split_fields(parts: tuple[Part, ...]) -> list[list[Part]]:
    """Cut at the first five colons that stand in literal text."""
    fields: list[list[Part]] = [[]]
    for part in parts:
        pieces = part.split(":", 6 - len(fields)) if isinstance(part, str) else [part]
        fields[-1] += pieces[:1] if pieces[0] else []
        fields += [[piece] if piece else [] for piece in pieces[1:]]
    return fields
