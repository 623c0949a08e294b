"""Lint of the Condition element: keys that are missing, repeated, or hold several values."""

from collections.abc import Iterator

from iamkit.arn import Part, Variable
from iamkit.policy.conditions import Condition
from iamkit.policy.document import Statement
from iamkit.policy.findings import Finding, finding
from iamkit.policy.keys import ALWAYS_PRESENT, is_multivalued
from iamkit.policy.lint_values import lint_values
from iamkit.policy.variables import tokens

_ALWAYS_THERE = ALWAYS_PRESENT | {"aws:requestedregion", "aws:viaawsservice"}
_MFA = "aws:multifactorauthpresent"


def lint_conditions(statement: Statement) -> Iterator[Finding]:
    """Findings about when the statement applies."""
    yield from _repeated_keys(statement)
    yield from _multivalued_variables(statement)
    for condition in statement.conditions:
        yield from _key(condition)
        yield from _missing_key(statement, condition)
        yield from _mfa(statement, condition)
        yield from _set_operator(condition)
        yield from lint_values(condition, statement.version)


def _repeated_keys(statement: Statement) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for condition in statement.conditions:
        same = (condition.written, condition.key.lower())
        if same in seen:
            yield finding(
                "repeated-key",
                condition.path,
                f"{condition.key!r} and {seen[same]!r} are one key, so both lists must match.",
                "Write the key once, with all its values.",
            )
        seen.setdefault(same, condition.key)


def _multivalued_variables(statement: Statement) -> Iterator[Finding]:
    places = {} if statement.resource is None else {statement.resource.path: statement.resource.values}
    for condition in statement.conditions:
        if condition.operator.takes_variables:
            places[condition.path] = tuple(tokens(value, version=statement.version) for value in condition.values)
    for where, values in places.items():
        for variable in sorted({part.key for parts in values for part in parts if _is_multivalued(part)}):
            yield finding(
                "variable-of-several-values",
                where,
                f"{variable} holds several values, so ${{{variable}}} has none and matches nothing.",
                "Use a key with a single value.",
            )


def _is_multivalued(part: Part) -> bool:
    return isinstance(part, Variable) and is_multivalued(part.key)


def _key(condition: Condition) -> Iterator[Finding]:
    if ":" not in condition.key:
        yield finding(
            "key-without-prefix",
            condition.path,
            f"{condition.key!r} has no service prefix, and no request has such a key.",
            "Write prefix:name, such as iam:PassedToService.",
        )


def _missing_key(statement: Statement, condition: Condition) -> Iterator[Finding]:
    """Conditions that hold when the request lacks the key, unless Null "false" beside them says that it is there."""
    key, sets = condition.key.lower(), condition.quantifier
    if key in _ALWAYS_THERE or condition.operator.kind == "null" or _must_exist(statement, key):
        return
    if sets == "ForAllValues" and statement.effect == "Allow":
        yield finding(
            "for-all-values-allow",
            condition.path,
            f"ForAllValues also holds when the request has no {condition.key}, and the Allow then applies.",
            f'Add "Null": {{"{condition.key}": "false"}}.',
        )
    elif sets == "ForAllValues" or (condition.operator.negated and (not sets or condition.if_exists)):
        effect = statement.effect
        yield finding(
            f"{effect.lower()}-fires-without-key",
            condition.path,
            f"The {effect} also applies when the request has no {condition.key}; IfExists does not change that.",
            f'Add "Null": {{"{condition.key}": "false"}} if a request without the key is not meant.',
        )


def _must_exist(statement: Statement, key: str) -> bool:
    return any(
        c.operator.kind == "null" and not c.quantifier and c.key.lower() == key and {*c.values} == {"false"}
        for c in statement.conditions
    )


def _mfa(statement: Statement, condition: Condition) -> Iterator[Finding]:
    if condition.key.lower() != _MFA or condition.operator.kind != "bool":
        return
    if statement.effect == "Deny" and not condition.if_exists and "false" in condition.values:
        yield finding(
            "mfa-absent-with-keys",
            condition.path,
            "Requests signed with long-term access keys have no such key, so the Deny does not stop them.",
            "Write BoolIfExists.",
        )
    if statement.effect == "Allow" and condition.if_exists and "true" in condition.values:
        yield finding(
            "mfa-if-exists-allows",
            condition.path,
            "Requests signed with long-term access keys have no such key, so the Allow takes them without MFA.",
            "Write Bool.",
        )


def _set_operator(condition: Condition) -> Iterator[Finding]:
    key = condition.key.lower()
    if condition.operator.kind == "null":
        if condition.quantifier:
            always = "always" if condition.quantifier == "ForAllValues" else "never"
            yield finding(
                "null-with-set-operator",
                condition.path,
                f"{condition.written} {always} holds, whatever the request has.",
                "Write Null alone.",
            )
    elif condition.quantifier and _is_single_valued(key):
        yield finding(
            "set-operator-on-single-value",
            condition.path,
            f"{condition.key} holds at most one value; {condition.quantifier} only changes what a missing key means.",
            f"Write {condition.written.partition(':')[2]}.",
        )
    elif not condition.quantifier and is_multivalued(key):
        yield finding(
            "several-values-without-set-operator",
            condition.path,
            f"{condition.key} may hold several values, and AWS compares them only with a set operator.",
            f"Write ForAnyValue:{condition.written} or ForAllValues:{condition.written}.",
        )


def _is_single_valued(key: str) -> bool:
    """Global keys but the listed ones, and the audience and subject of an OIDC provider, whose prefix is its host."""
    prefix, _, name = key.partition(":")
    return (prefix == "aws" and not is_multivalued(key)) or ("." in prefix and name in ("aud", "sub"))
