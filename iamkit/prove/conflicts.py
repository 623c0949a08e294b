"""Claims that exclude each other: about one value, or about values that policy variables tie together.

A tie is refuted where each variable can only be one of a few texts, because the text that it is part of is known: then
each of them is tried.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product
from math import prod

from iamkit.arn import Part, Pattern, Variable, merge
from iamkit.formula import Test
from iamkit.policy.keys import is_multivalued
from iamkit.prove.claims import Group, Groups, by_value, is_tied, named_keys, possible
from iamkit.prove.skeleton import Claim, Literal

COMBINATIONS = 256
"""How many choices of values for the variables are tried together."""


def smallest_conflict(claims: Iterable[Claim]) -> tuple[Claim, ...] | None:
    """A smallest set of the claims that no value fulfills, or None if all can be fulfilled."""
    return next(conflicts(claims), None)


def conflicts(claims: Iterable[Claim]) -> Iterator[tuple[Claim, ...]]:
    """Sets of the claims that no value fulfills: of each value every pair, and where no pair does, one smallest set. If
    there is none, a smallest set of claims that variables tie together.

    An open variable may be any text: that may make a "no" harder to reach, never wrong.
    """
    groups = by_value(claims)
    impossible = [group for group in groups.values() if not possible(group)]
    for group in impossible:
        # Two claims that both deny a test leave room; only where all texts pass one of them is there none.
        pairs = (pair for pair in combinations(group, 2) if (pair[0][1] or pair[1][1]) and not possible(list(pair)))
        first = next(pairs, None)
        if first is not None:
            yield from (first, *pairs)
            continue
        yield _smallest(group)
    if not impossible:
        named = {key for group in groups.values() for key in named_keys(group)}
        together = [c for group in groups.values() if is_tied(group) or group[0][0].key in named for c in group]
        if is_refuted(together):
            yield _smallest(together)


def _smallest(claims: Group) -> tuple[Claim, ...]:
    """Claims that are refuted, without those that are not needed for that."""
    kept = list(claims)
    for claim in claims:
        rest = [other for other in kept if other != claim]
        if is_refuted(rest):
            kept = rest
    return tuple(kept)


def is_refuted(claims: Collection[Claim]) -> bool:
    """True if it is certain that no values fulfill the claims: those about one value, or those that variables tie
    together, where each variable can only have a few values."""
    groups = by_value(claims)
    if len(groups) == 1 and not possible(list(claims)):
        return True
    sources = sorted({key for group in groups.values() for key in named_keys(group)})
    choices = {key: few for key in sources if (few := few_values(key, groups)) is not None}
    if not choices or prod(map(len, choices.values())) > COMBINATIONS:
        return False
    chosen = (dict(zip(choices, texts, strict=True)) for texts in product(*choices.values()))
    return all(any(_is_closed(group, known) for group in groups.values()) for known in chosen)


def few_values(source: str, groups: Groups) -> list[str | None] | None:
    """Every value that the variable can have, None for none, if they are few; else None."""
    group = groups.get((source, 0), [])
    signs = {sign for literal, sign in group if literal.test is None} if not is_multivalued(source) else set()
    if False in signs:
        return [None]
    known = [text for text in _known_texts(group) if not is_multivalued(source)][:1]
    for other in groups.values():
        for text, (literal, sign) in product(_known_texts(other)[:1], other):
            if not known and sign and isinstance(literal.test, Pattern):
                known = list(parts_of(text, literal.test, source))
    return [*([] if True in signs else [None]), *known] if known else None


def _known_texts(group: Group) -> list[str]:
    """The texts that the value must be."""
    patterns = [literal.test for literal, sign in group if sign and isinstance(literal.test, Pattern)]
    return [pattern.text for pattern in patterns if pattern.text is not None and not pattern.fold]


def parts_of(text: str, pattern: Pattern, source: str) -> Iterator[str]:
    """Every value of the variable with which the pattern matches the text, if it has that variable and no other; none
    if they may be too many."""
    if [variable.key for variable in pattern.variables] != [source] or pattern.fold:
        return
    at = next(index for index, part in enumerate(pattern.parts) if isinstance(part, Variable))
    before, after = pattern.parts[:at], pattern.parts[at + 1 :]
    first, last = Pattern(before).text, Pattern(after).text
    starts = range(len(text) + 1) if first is None else [len(first)]
    ends = range(len(text) + 1) if last is None else [len(text) - len(last)]
    parts = dict.fromkeys(text[start:end] for start in starts for end in ends if start <= end)
    if len(parts) <= COMBINATIONS:
        yield from (part for part in parts if Pattern(merge((*before, part, *after))).matches(text))


def _is_closed(group: Group, known: Mapping[str, str | None]) -> bool:
    """True if it is certain that no value fulfills the claims when the variables have these values, None for none.

    A key that is absent, or has several values, may be claimed to pass any test: nobody asks.
    """
    key, there = group[0][0].key, any(literal.test is None and sign for literal, sign in group)
    claims: Group = []
    if known.get(key) is None and key in known:
        return there and not is_multivalued(key)
    if key in known and (there or not is_multivalued(key)):
        claims = [(Literal(key, group[0][0].slot, Pattern.literal(str(known[key]))), True)]
    for literal, sign in group:
        test: Test | None = literal.test
        if isinstance(test, Pattern) and test.variables:
            test = _put_in(test, known)
            if test is None and sign:
                return True
            if test is None:
                continue
        claims.append((replace(literal, test=test), sign))
    return not possible(claims)


def _put_in(pattern: Pattern, known: Mapping[str, str | None]) -> Pattern | None:
    """The pattern with the known variables; None if one has no value and no default."""
    parts: list[Part] = []
    for part in pattern.parts:
        if isinstance(part, Variable) and part.key in known:
            value = known[part.key]
            text = part.default if value is None else value
            if text is None:
                return None
            part = text
        parts.append(part)
    return Pattern(merge(parts), pattern.fold)
