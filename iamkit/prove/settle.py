"""Partial evaluation: put in what a question fixes, and keep what is left."""

from collections.abc import Iterable, Iterator

from iamkit.arn import Part, Pattern, Variable, Wild, merge
from iamkit.evaluate import passes
from iamkit.formula import FALSE, RESOURCE, TRUE, And, Formula, Is, Not, Or, Some, all_of
from iamkit.prove.realistic import realistic
from iamkit.request import Facts


def settle(formula: Formula, facts: Facts) -> Formula:
    """The formula with every known key replaced by its truth, folded.

    >>> from iamkit.formula import like, all_of
    >>> settle(all_of([like("action", "s3:*"), like("aws:sourceip", "10.*")]), Facts({"action": ("s3:GetObject",)})).key
    'aws:sourceip'
    """
    match formula:
        case And(parts):
            return conjunction((settle(part, facts) for part in parts), formula)
        case Or(parts):
            return disjunction((settle(part, facts) for part in parts), formula)
        case Not(part):
            return negation(settle(part, facts), formula)
        case Some(key, test):
            filled = fill(test, facts)
            known = facts.of(key)
            if key == RESOURCE and _is_anything(filled):
                return TRUE
            if known is None:
                return FALSE if filled == FALSE else Some(key, filled, formula.label)
            if free_variables(filled):
                return Some(key, filled, formula.label) if known else FALSE
            return TRUE if any(passes(filled, value, {}) for value in known) else FALSE
    raise TypeError(f"{type(formula).__name__} stands outside Some.")


def _is_anything(test: Formula) -> bool:
    """The test that every resource passes; each request has one."""
    match test:
        case Or(parts):
            return any(map(_is_anything, parts))
        case Is(Pattern(parts=(Wild.ANY,))):
            return True
    return False


def settled(formula: Formula, facts: Facts) -> Formula:
    """The formula of a question with everything known put in, and what holds for every real request."""
    left = settle(formula, facts)
    return left if left in (TRUE, FALSE) else all_of([left, *pinned(left, facts), realistic(left)])


def pinned(left: Formula, facts: Facts) -> Iterator[Formula]:
    """A known key may stay in the formula where a variable ties it to an unknown one: then its values are said."""
    for key in sorted(set(keys_of(left))):
        values = [Is(Pattern.literal(value)) for value in facts.of(key) or ()]
        yield from (Some(key, value) for value in values)
        if len(values) > 1:
            yield Not(Some(key, Not(Or(tuple(values)))))


def conjunction(parts: Iterable[Formula], like: Formula | None = None) -> Formula:
    """An `And` without true parts; false at the first part that is, and then no further part is looked at."""
    kept: list[Formula] = []
    for part in parts:
        if part == FALSE:
            return FALSE
        kept += [part] if part != TRUE else []
    label = like.label if like else None
    return kept[0] if len(kept) == 1 and not label else And(tuple(kept), label)


def disjunction(parts: Iterable[Formula], like: Formula | None = None) -> Formula:
    """An `Or` without false parts; true at the first part that is, and then no further part is looked at."""
    kept: list[Formula] = []
    for part in parts:
        if part == TRUE:
            return TRUE
        kept += [part] if part != FALSE else []
    label = like.label if like else None
    return kept[0] if len(kept) == 1 and not label else Or(tuple(kept), label)


def negation(part: Formula, like: Formula | None = None) -> Formula:
    """A `Not`, folded."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    return part.part if isinstance(part, Not) else Not(part, like.label if like else None)


def fill(test: Formula, facts: Facts) -> Formula:
    """The test inside a `Some` with the known variables put in."""
    match test:
        case And(parts):
            return conjunction((fill(part, facts) for part in parts), test)
        case Or(parts):
            return disjunction((fill(part, facts) for part in parts), test)
        case Not(part):
            return negation(fill(part, facts), test)
        case Is(Pattern() as pattern) if pattern.variables:
            return _filled(pattern, facts, test)
    return test


def _filled(pattern: Pattern, facts: Facts, test: Is) -> Formula:
    """A variable without a value and without a default makes its pattern match nothing."""
    parts: list[Part] = []
    for part in pattern.parts:
        known = facts.of(part.key) if isinstance(part, Variable) else None
        if known is None or not isinstance(part, Variable):
            parts.append(part)
            continue
        value = known[0] if len(known) == 1 else part.default
        if value is None:
            return FALSE
        parts.append(value)
    return Is(Pattern(merge(parts), pattern.fold), test.label)


def free_variables(formula: Formula) -> frozenset[str]:
    """The keys of variables that are still open inside a test."""
    match formula:
        case And(parts) | Or(parts):
            return frozenset().union(*map(free_variables, parts))
        case Not(part):
            return free_variables(part)
        case Some(test=test):
            return free_variables(test)
        case Is(Pattern() as pattern):
            return frozenset(variable.key for variable in pattern.variables)
    return frozenset()


def keys_of(formula: Formula) -> Iterator[str]:
    """The keys that a formula tests."""
    match formula:
        case And(parts) | Or(parts):
            for part in parts:
                yield from keys_of(part)
        case Not(part):
            yield from keys_of(part)
        case Some(key):
            yield key
