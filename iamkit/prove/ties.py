"""A request from claims about its values, where a policy variable may tie the value of one key to that of another.

``arn:aws:s3:::home/${aws:username}/*`` ties the resource to the user name. Once the user name is chosen, the rest is
solved value by value. The choices tried are few: the canonical value, those that fit the texts the other key must
be, and a fresh word. So a "yes" is certain. Whether a "no" is, `iamkit.prove.conflicts` says.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product

from iamkit.arn import Pattern, Variable
from iamkit.evaluate import passes
from iamkit.formula import ACTION, RESOURCE, Is
from iamkit.prove.claims import Group, Groups, asked_of, by_value, is_tied, named_keys, value
from iamkit.prove.conflicts import COMBINATIONS, few_values
from iamkit.prove.fit import Tests, pair
from iamkit.prove.skeleton import Claim
from iamkit.prove.values import candidates, fits, witness
from iamkit.request import Environment


def assign(claims: Iterable[Claim], fixed: Environment | None = None) -> Environment | None:
    """A request that fulfills the claims; None if none was found (then there may be one only if there are ties).

    Args:
        claims: what the request has to fulfill.
        fixed: if given, action and resource are chosen to fit each other; it holds those that are fixed already.

    Raises:
        Undecided: if a value is outside of what is decided exactly.
    """
    groups = by_value(claims)
    sources = sorted({key for group in groups.values() for key in named_keys(group)})
    choices = [list(dict.fromkeys(_choices(source, groups))) for source in sources]
    for chosen in islice(product(*choices), COMBINATIONS):
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
    tests = asked_of(group, None) or ((), ())
    canonical = witness(source, *tests)
    tried = [] if canonical is None else [canonical]
    tried += [*_captured(source, groups), *candidates(source, *tests), "fresh"]
    tried += [text for text in few_values(source, groups) or [] if text is not None]
    yield from (text for text in tried if text and fits(text, *tests))
    if "tag/" in source and fits("", *tests):
        yield ""  # the value of a tag may be empty (IAM User Guide, id_tags)


def _captured(source: str, groups: Groups) -> Iterator[str]:
    """Texts that the variable must be for a tied pattern to match a text that its own key is to be."""
    for (key, _), group in sorted(groups.items()):
        tied = [literal.test for literal, _ in group if isinstance(literal.test, Pattern) and literal.test.variables]
        tests = asked_of(group, None)
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
        elif (key, 0) in groups and (tests := asked_of(groups[key, 0], table)) is not None:
            wanted[key] = tests
    found = pair(wanted[ACTION], wanted[RESOURCE]) if len(wanted) == 2 else None
    return {key: (text,) for key, text in zip(wanted, found or (), strict=False) if key not in fixed}


def _complete(groups: Groups, table: Environment) -> Environment | None:
    """The request with the chosen values and, for every other value, the canonical one."""
    texts: dict[tuple[str, int], str] = {}
    for (key, slot), group in sorted(groups.items()):
        if key in table:
            tests = asked_of(group, table)
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
