"""The direct way to ask z3: one string variable for each field. To compare the kit's prover with.

It is the best of the encodings that were tried: literals are equalities, prefixes are prefixes, other patterns regular
expressions; actions are kept in lower case. (On 40 pairs, in all: so 30 s; one regular expression for each union of
patterns 53 s; both mixed, by polarity, 33 s and 126 s.)
"""

from functools import lru_cache
from typing import Any

import z3

from iamkit.arn import Pattern, Variable, Wild
from iamkit.formula import ACTION, RESOURCE, And, Formula, Is, Not, Or, Some

MILLISECONDS = 10_000
_ANY = z3.Full(z3.ReSort(z3.StringSort()))
_CHAR = z3.AllChar(z3.ReSort(z3.StringSort()))
_FIELD_CHAR = z3.Intersect(_CHAR, z3.Complement(z3.Re(":")))
_WILD = {Wild.ANY: _ANY, Wild.ONE: _CHAR, Wild.ANY_IN_FIELD: z3.Star(_FIELD_CHAR), Wild.ONE_IN_FIELD: _FIELD_CHAR}


def decide(formula: Formula, milliseconds: int = MILLISECONDS) -> str:
    """``sat``, ``unsat`` or ``unknown``. Of values the formula may test patterns and nothing else."""
    solver = z3.Solver()
    solver.set("timeout", milliseconds)
    solver.add(encode(formula))
    return str(solver.check())


def encode(formula: Formula) -> Any:
    """The formula over string variables."""
    match formula:
        case And(parts):
            return z3.And([encode(part) for part in parts])
        case Or(parts):
            return z3.Or([encode(part) for part in parts])
        case Not(part):
            return z3.Not(encode(part))
        case Some(key, test):
            inside = _passes(key, test)
            return inside if key in (ACTION, RESOURCE) else z3.And(z3.Bool(f"has {key}"), inside)
    raise TypeError(f"{type(formula).__name__} stands outside Some.")


def _passes(key: str, test: Formula) -> Any:
    match test:
        case And(parts):
            return z3.And([_passes(key, part) for part in parts])
        case Or(parts):
            return z3.Or([_passes(key, part) for part in parts])
        case Not(part):
            return z3.Not(_passes(key, part))
        case Is(Pattern() as pattern):
            return _matches(key, pattern)
    raise TypeError(f"This encoding has no {test}.")


def _matches(key: str, pattern: Pattern) -> Any:
    text, lower = z3.String(key), key == ACTION
    parts = [part.lower() if isinstance(part, str) and lower else part for part in pattern.parts]
    given = [z3.Bool(f"has {variable.key}") for variable in pattern.variables]
    if parts == [Wild.ANY]:
        return z3.BoolVal(True)
    if lower or not pattern.fold:
        if all(isinstance(part, str) for part in parts):
            return text == z3.StringVal("".join(map(str, parts)))
        if isinstance(parts[0], str) and parts[1:] == [Wild.ANY]:
            return z3.PrefixOf(z3.StringVal(parts[0]), text)
    return z3.And([*given, z3.InRe(text, _regex(pattern, lower))])


@lru_cache(maxsize=65536)
def _regex(pattern: Pattern, lower: bool) -> Any:
    pieces = [_piece(part, lower, pattern.fold) for part in pattern.parts]
    return z3.Re("") if not pieces else pieces[0] if len(pieces) == 1 else z3.Concat(pieces)


def _piece(part: Any, lower: bool, fold: bool) -> Any:
    if isinstance(part, Wild):
        return _WILD[part]
    if isinstance(part, Variable):
        return z3.Re(z3.String(part.key))  # the text that its key has
    if lower or not fold:
        return z3.Re(part.lower() if lower else part)
    letters = [z3.Re(c) if c.lower() == c.upper() else z3.Union(z3.Re(c.lower()), z3.Re(c.upper())) for c in part]
    return letters[0] if len(letters) == 1 else z3.Concat(letters)
