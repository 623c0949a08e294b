"""Lint: what AWS accepts in a policy but means something else than people think.

A finding is no fault: `Policy.parse` and `check_place` raise errors for what AWS rejects. The codes, their meaning and
their sources stand in `iamkit.policy.findings`.
"""

from collections.abc import Iterator
from typing import Any

from iamkit.policy.document import Policy, Selector, Statement
from iamkit.policy.findings import Finding as Finding, finding
from iamkit.policy.lint_actions import lint_actions
from iamkit.policy.lint_conditions import lint_conditions
from iamkit.policy.lint_principals import lint_principals
from iamkit.policy.lint_resources import lint_resources
from iamkit.policy.places import WITHOUT_PRINCIPAL, Place
from iamkit.policy.variables import LATEST


def lint(policy: "Policy | dict[str, Any] | str", place: Place = Place.IDENTITY) -> tuple[Finding, ...]:
    """Everything in a policy that may mean something else than its author thinks.

    First statement by statement, then what concerns several of them.

    Args:
        policy: the policy, as `Policy.parse` takes it.
        place: the policy type, since some warnings depend on it.

    Raises:
        PolicyError: if the document is malformed.

    >>> for found in lint({"Version": "2012-10-17", "Statement": {
    ...         "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}):
    ...     print(found.code, found.where)
    allow-notaction $.Statement.NotAction
    """
    policy = Policy.parse(policy)
    findings: list[Finding] = []
    for statement in policy.statements:
        findings += _variables_are_text(statement)
        findings += lint_principals(statement, place)
        findings += lint_actions(statement)
        findings += lint_resources(statement, place)
        findings += lint_conditions(statement)
    return (*_id(policy, place), *findings, *_empty_conditions(policy), *_duplicates(policy), *_denied_beside(policy))


def _id(policy: Policy, place: Place) -> Iterator[Finding]:
    if place in WITHOUT_PRINCIPAL and "Id" in policy.document:
        yield finding(
            "id-in-attached-policy",
            "$.Id",
            f"The grammar has no Id in a {place.value}.",
            "Remove it; give statements a Sid.",
        )


def _variables_are_text(statement: Statement) -> Iterator[Finding]:
    if statement.version == LATEST:
        return
    places = [c.path for c in statement.conditions if any("${" in value for value in c.values)]
    if statement.resource and any(map(_has_dollar, statement.resource.values)):
        places.insert(0, statement.resource.path)
    for place in places:
        yield finding(
            "variables-are-text",
            place,
            "The ${...} here is ordinary text, since the policy's Version is not 2012-10-17.",
            'Write "Version": "2012-10-17" at the top.',
        )


def _has_dollar(parts: tuple[Any, ...]) -> bool:
    return any(isinstance(part, str) and "${" in part for part in parts)


def _empty_conditions(policy: Policy) -> Iterator[Finding]:
    """Read from the document: a condition without keys leaves no trace in the parsed statement."""
    listed = policy.document["Statement"]
    for raw, statement in zip(listed if isinstance(listed, list | tuple) else [listed], policy.statements, strict=True):
        condition = raw.get("Condition")
        if condition == {} or any(keys == {} for keys in (condition or {}).values()):
            yield finding(
                "empty-condition",
                f"{statement.path}.Condition",
                "This condition has no keys, so it does not restrict the statement.",
                "Add a key and a value, or remove it.",
            )


def _duplicates(policy: Policy) -> Iterator[Finding]:
    first: dict[Any, Statement] = {}
    for statement in policy.statements:
        meaning = (statement.effect, _subject(statement), _tests(statement))
        if meaning in first:
            yield finding(
                "duplicate-statement",
                statement.path,
                f"The statement says the same as {first[meaning].name}.",
                "Remove one: an edit of the other alone would change nothing.",
            )
        first.setdefault(meaning, statement)


def _denied_beside(policy: Policy) -> Iterator[Finding]:
    """An Allow is void if a Deny speaks of the same and asks for no more conditions than the Allow does."""
    denies = [(_subject(s), _tests(s), s.name) for s in policy.statements if s.effect == "Deny"]
    for statement in policy.statements:
        subject, tests = _subject(statement), _tests(statement)
        names = [name for denied, needed, name in denies if denied == subject and needed <= tests]
        if statement.effect == "Allow" and names:
            yield finding(
                "allow-denied-beside",
                statement.path,
                f"The Deny {names[0]} takes back everything that this Allow gives.",
                "Remove one of the two, or narrow the Deny.",
            )


def _subject(statement: Statement) -> Any:
    """Whom and what the statement speaks of, without order and, where it does not matter, without case."""
    action = (statement.action.negated, frozenset(action.lower() for action in statement.action.values))
    return action, _set(statement.principal), _set(statement.resource)


def _set(selector: Selector | None) -> Any:
    return selector and (selector.negated, frozenset(selector.values))


def _tests(statement: Statement) -> frozenset[Any]:
    return frozenset((c.written, c.key.lower(), frozenset(c.values)) for c in statement.conditions)
