"""What claims about one value come to: is there a value that fulfills them?"""

from collections import defaultdict
from collections.abc import Iterable

from iamkit.arn import Pattern, Variable, Wild, merge
from iamkit.formula import Compare, Test
from iamkit.policy.keys import is_multivalued
from iamkit.prove.fit import Tests
from iamkit.prove.skeleton import Claim
from iamkit.prove.values import Undecided, witness
from iamkit.request import Environment

Group = list[Claim]
Groups = dict[tuple[str, int], Group]


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
    tests = asked_of(group, table)
    if tests is None:
        return None
    return witness(group[0][0].key, *tests) if group else ""


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


def asked_of(group: Group, table: Environment | None) -> Tests | None:
    """What the value must pass and fail; None if a pattern that must match has a variable without a value."""
    passing: dict[Test, None] = {}
    failing: dict[Test, None] = {}
    for literal, sign in group:
        test = literal.test
        if isinstance(test, Pattern) and test.variables:
            of_itself = matches_itself(literal.key, test)
            if of_itself is not None:
                if of_itself != sign:
                    return None
                continue
            if table is None and not sign:
                continue
            test = any_text(test) if table is None else test.fill(_singles(table).get)
            if test is None and sign:
                return None
        if test is not None:
            (passing if sign else failing)[test] = None
    return tuple(passing), tuple(failing)


def matches_itself(key: str, pattern: Pattern) -> bool | None:
    """Whether each value of a key matches a pattern that has the key itself as a variable, as ``${aws:username}*`` for
    ``aws:username``; None for any other pattern, and where it depends on the value."""
    if is_multivalued(key) or [variable.key for variable in pattern.variables] != [key]:
        return None
    others = [part for part in pattern.parts if not isinstance(part, Variable)]
    return all(part in (Wild.ANY, Wild.ANY_IN_FIELD) for part in others)  # anything else makes the pattern longer


def any_text(pattern: Pattern) -> Pattern:
    """The pattern with each variable replaced by ``*``: it matches whatever the pattern may match."""
    return Pattern(merge(Wild.ANY if isinstance(part, Variable) else part for part in pattern.parts), pattern.fold)


def _singles(table: Environment) -> dict[str, str]:
    """The keys that a variable can stand for: those with one value."""
    return {key: values[0] for key, values in table.items() if len(values) == 1}


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


def named_keys(group: Group) -> set[str]:
    """The keys that variables of the group name."""
    return {v.key for literal, _ in group if isinstance(literal.test, Pattern) for v in literal.test.variables}
