"""A request from claims about its values, where a policy variable may tie the value of one key to that of another.

``arn:aws:s3:::home/${aws:username}/*`` ties the resource to the user name. Once the user name is chosen, the rest is
solved value by value. The choices tried are few: the canonical value, those that fit the texts the other key must
be, and a fresh word. So a "yes" is certain; without one, nothing is said.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, islice, product

from iamkit.arn import Pattern, Variable, Wild, merge
from iamkit.evaluate import passes
from iamkit.formula import ACTION, RESOURCE, Compare, Is, Test
from iamkit.prove.fit import Tests, pair
from iamkit.prove.skeleton import Claim
from iamkit.prove.strings import TooLarge
from iamkit.prove.values import Undecided, candidates, fits, witness
from iamkit.request import Environment

Group = list[Claim]
Groups = dict[tuple[str, int], Group]
_COMBINATIONS = 256


def by_value(claims: Iterable[Claim]) -> Groups:
    """The claims, grouped by the value they speak of."""
    groups: Groups = defaultdict(list)
    for literal, sign in claims:
        groups[literal.key, literal.slot].append((literal, sign))
    return groups


def value(group: Group, table: Environment | None = None) -> str | None:
    """The canonical value that fulfills the claims; None if there is none.

    Without a ``table`` that gives the variables' values, a variable may be any text: so None is certain.

    Raises:
        Undecided: if that is outside of what is decided exactly.
    """
    tests = _tests(group, table)
    if tests is None:
        return None
    try:
        return witness(group[0][0].key, *tests) if group else ""
    except TooLarge:
        raise Undecided("the patterns on one value are too many to search") from None


def possible(group: Group) -> bool:
    """False if it is certain that no value fulfills the claims."""
    try:
        return value(group) is not None
    except Undecided:
        # Claims of one type may exclude each other already.
        alike = _by_type(group)
        return len(alike) < 2 or all(map(possible, alike))


def _by_type(group: Group) -> list[Group]:
    """The claims that compare numbers, those that compare dates, those about texts, and so on."""
    found: dict[tuple[type, str], Group] = defaultdict(list)
    for literal, sign in group:
        if literal.test is not None:
            kind = literal.test.kind if isinstance(literal.test, Compare) else ""
            found[type(literal.test), kind].append((literal, sign))
    return list(found.values())


def _tests(group: Group, table: Environment | None) -> Tests | None:
    """What the value must pass and fail; None if a pattern that must match has a variable without a value."""
    passing: dict[Test, None] = {}
    failing: dict[Test, None] = {}
    for literal, sign in group:
        test = literal.test
        if isinstance(test, Pattern) and test.variables:
            if table is None and not sign:
                continue
            test = any_text(test) if table is None else test.fill(_singles(table).get)
            if test is None and sign:
                return None
        if test is not None:
            (passing if sign else failing)[test] = None
    return tuple(passing), tuple(failing)


def any_text(pattern: Pattern) -> Pattern:
    """The pattern with each variable replaced by ``*``: it matches whatever the pattern may match."""
    return Pattern(merge(Wild.ANY if isinstance(part, Variable) else part for part in pattern.parts), pattern.fold)


def _singles(table: Environment) -> dict[str, str]:
    """The keys that a variable can stand for: those with one value."""
    return {key: values[0] for key, values in table.items() if len(values) == 1}


def smallest_conflict(claims: Iterable[Claim]) -> tuple[Claim, ...] | None:
    """A smallest set of the claims that no value fulfills, or None if all can be fulfilled."""
    return next(conflicts(claims), None)


def conflicts(claims: Iterable[Claim]) -> Iterator[tuple[Claim, ...]]:
    """Sets of the claims that no value fulfills: of each value every pair, and where no pair does, one smallest set.

    An open variable may be any text: that may make a "no" harder to reach, never wrong.
    """
    for group in by_value(claims).values():
        if possible(group):
            continue
        # Two claims that both deny a test leave room; only where all texts pass one of them is there none.
        pairs = (pair for pair in combinations(group, 2) if (pair[0][1] or pair[1][1]) and not possible(list(pair)))
        first = next(pairs, None)
        if first is not None:
            yield from (first, *pairs)
            continue
        kept = list(group)
        for claim in group:
            rest = [other for other in kept if other != claim]
            if not possible(rest):
                kept = rest
        yield tuple(kept)


def is_tied(group: Group) -> bool:
    """True if some claim of the group is a pattern with variables."""
    return any(isinstance(literal.test, Pattern) and literal.test.variables for literal, _ in group)


def is_undecided(group: Group) -> bool:
    """True if it is outside of what is decided exactly whether some value fulfills the claims."""
    try:
        value(group)
    except Undecided:
        return True
    return False


def assign(claims: Iterable[Claim], fixed: Environment | None = None) -> Environment | None:
    """A request that fulfills the claims; None if none was found (then there may be one only if there are ties).

    Args:
        claims: what the request has to fulfill.
        fixed: if given, action and resource are chosen to fit each other; it holds those that are fixed already.

    Raises:
        Undecided: if a value is outside of what is decided exactly.
    """
    groups = by_value(claims)
    sources = sorted({v.key for group in groups.values() for literal, _ in group
                      if isinstance(literal.test, Pattern) for v in literal.test.variables})  # fmt: skip
    choices = [list(dict.fromkeys(_choices(source, groups))) for source in sources]
    for chosen in islice(product(*choices), _COMBINATIONS):
        given: Environment = {key: (text,) for key, text in zip(sources, chosen, strict=True) if text is not None}
        table = _complete(groups, given | ({} if fixed is None else _fitting(groups, given, fixed)))
        if table is not None:
            return table
    return None


def _choices(source: str, groups: Groups) -> Iterator[str | None]:
    """Values to try for a key that a variable names; None for an absent key."""
    group = groups.get((source, 0), [])
    signs = {sign for literal, sign in group if literal.test is None}
    if True not in signs:
        yield None
    further = [found for (key, slot), found in groups.items() if key == source and slot > 0]
    if False in signs or any(literal.test is None and sign for found in further for literal, sign in found):
        return  # Absent, or with several values: then a variable has none.
    tests = _tests(group, None) or ((), ())
    canonical = witness(source, *tests)
    tried = [] if canonical is None else [canonical]
    tried += [*_captured(source, groups), *candidates(source, *tests), "fresh"]
    yield from (text for text in tried if text and fits(text, *tests))


def _captured(source: str, groups: Groups) -> Iterator[str]:
    """Texts that the variable must be for a tied pattern to match a text that its own key is to be."""
    for (key, _), group in sorted(groups.items()):
        tied = [literal.test for literal, _ in group if isinstance(literal.test, Pattern) and literal.test.variables]
        tests = _tests(group, None)
        texts = [text for text in candidates(key, *tests) if fits(text, *tests)] if tied and tests else []
        for pattern in tied:
            for text, capture in product(texts, ("(.+)", "(.+?)")):  # as much of it as can be, or as little
                regex = "".join(_regex(part, source, capture) for part in pattern.parts)
                found = re.fullmatch(regex, text, re.DOTALL)
                yield from found.groups() if found else ()


def _regex(part: object, source: str, capture: str) -> str:
    if isinstance(part, str):
        return re.escape(part)
    return capture if isinstance(part, Variable) and part.key == source else ".*"


def _fitting(groups: Groups, table: Environment, fixed: Environment) -> Environment:
    """A known action and a resource of a kind that it works on, as far as they are open; nothing if none fit."""
    if len(fixed) == 2:
        return {}
    wanted: dict[str, Tests] = {}
    for key in (ACTION, RESOURCE):
        if key in fixed:
            wanted[key] = (Pattern.literal(fixed[key][0], fold=key == ACTION),), ()
        elif (key, 0) in groups and (tests := _tests(groups[key, 0], table)) is not None:
            wanted[key] = tests
    found = pair(wanted[ACTION], wanted[RESOURCE]) if len(wanted) == 2 else None
    return {key: (text,) for key, text in zip(wanted, found or (), strict=False) if key not in fixed}


def _complete(groups: Groups, table: Environment) -> Environment | None:
    """The request with the chosen values and, for every other value, the canonical one."""
    texts: dict[tuple[str, int], str] = {}
    for (key, slot), group in sorted(groups.items()):
        if key in table:
            tests = _tests(group, table)
            if tests is None or not fits(table[key][0], *tests):
                return None
            continue
        if key not in (ACTION, RESOURCE) and not any(literal.test is None and sign for literal, sign in group):
            continue
        text = value(group, table)
        if text is None:
            return None
        texts[key, slot] = text
    found = dict(table)
    for (key, _), text in texts.items():
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), text)))
    holds = (_as_claimed(group, texts.get(place), found) for place, group in groups.items() if is_tied(group))
    return dict(sorted(found.items())) if all(holds) else None


def _as_claimed(group: Group, text: str | None, table: Environment) -> bool:
    """A variable may name a key that got its value last, so that what was claimed with it has to be looked at again."""
    claims = [(Is(literal.test), sign) for literal, sign in group if isinstance(literal.test, Pattern)]
    return text is None or all(passes(test, text, table) == sign for test, sign in claims)
