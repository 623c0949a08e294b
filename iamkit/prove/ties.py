"""A request from claims about its values, where a policy variable may tie the value of one key to that of another.

``arn:aws:s3:::home/${aws:username}/*`` ties the resource to the user name. Once the user name is chosen, the rest is
solved value by value. The choices tried are few: the canonical value, those that fit the texts the other key must
be, and a fresh word. So a "yes" is certain; without one, nothing is said.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product

from iamkit.arn import Pattern, Variable
from iamkit.formula import ACTION, RESOURCE, Test
from iamkit.policy.keys import is_multivalued
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

    Patterns with variables count only if ``table`` is there to give the variables' values.

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


def _tests(group: Group, table: Environment | None) -> tuple[tuple[Test, ...], tuple[Test, ...]] | None:
    """What the value must pass and fail; None if a pattern that must match has a variable without a value."""
    passing: dict[Test, None] = {}
    failing: dict[Test, None] = {}
    for literal, sign in group:
        test = literal.test
        if isinstance(test, Pattern) and test.variables:
            if table is None:
                continue
            test = test.fill({key: values[0] for key, values in table.items() if len(values) == 1}.get)
            if test is None and sign:
                return None
        if test is not None:
            (passing if sign else failing)[test] = None
    return tuple(passing), tuple(failing)


def smallest_conflict(claims: Iterable[Claim]) -> tuple[Claim, ...] | None:
    """A smallest set of the claims that no value fulfills, or None if all can be fulfilled.

    Claims whose pattern holds an open variable are passed over: they may make a "no" harder to reach, never wrong.
    """
    for group in by_value(claims).values():
        if value(group) is None:
            kept = list(group)
            for claim in group:
                rest = [other for other in kept if other != claim]
                if value(rest) is None:
                    kept = rest
            return tuple(kept)
    return None


def is_tied(group: Group) -> bool:
    """True if some claim of the group is a pattern with variables."""
    return any(isinstance(literal.test, Pattern) and literal.test.variables for literal, _ in group)


def assign(claims: Iterable[Claim]) -> Environment | None:
    """A request that fulfills the claims; None if none was found (then there may be one only if there are ties)."""
    groups = by_value(claims)
    sources = sorted({v.key for group in groups.values() for literal, _ in group
                      if isinstance(literal.test, Pattern) for v in literal.test.variables})  # fmt: skip
    choices = [list(dict.fromkeys(_choices(source, groups))) for source in sources]
    for chosen in islice(product(*choices), _COMBINATIONS):
        table = _complete(groups, {key: (text,) for key, text in zip(sources, chosen, strict=True) if text is not None})
        if table is not None:
            return table
    return None


def _choices(source: str, groups: Groups) -> Iterator[str | None]:
    """Values to try for a key that a variable names; None for an absent key."""
    group = groups.get((source, 0), [])
    signs = {sign for literal, sign in group if literal.test is None}
    if True not in signs:
        yield None
    if False in signs or is_multivalued(source):
        return
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
            regex = "".join(_capture(part, source) for part in pattern.parts)
            for text in texts:
                found = re.fullmatch(regex, text, re.DOTALL)
                yield from (captured for captured in (found.groups() if found else ()) if captured)


def _capture(part: object, source: str) -> str:
    if isinstance(part, str):
        return re.escape(part)
    return "(.*?)" if isinstance(part, Variable) and part.key == source else ".*"


def _complete(groups: Groups, table: Environment) -> Environment | None:
    """The request with the chosen values and, for every other value, the canonical one."""
    found: dict[str, tuple[str, ...]] = dict(table)
    for (key, _), group in sorted(groups.items()):
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
        found[key] = (*found.get(key, ()), text)
    return {key: tuple(dict.fromkeys(values)) for key, values in sorted(found.items())}
