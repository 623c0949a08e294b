"""The shortest form of a policy that permits the same: whatever changes nothing is left out, and that is proved."""

import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any

from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.answers import Unknown
from iamkit.prove.compare import compare

_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def minimise(policy: Source) -> Policy | Unknown:
    """Leave out statements, actions, resources and condition values, one at a time, while the policy stays equivalent.

    What stays is minimal: leaving out any one more thing would change what is permitted.

    Returns:
        The policy; Unknown with the reason if of some thing that stays it is outside of what is decided exactly.

    >>> minimise({"Statement": [
    ...     {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"], "Resource": "*"},
    ...     {"Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::payroll"}]}).document
    {'Statement': [{'Effect': 'Allow', 'Action': ['s3:Get*'], 'Resource': '*'}]}
    """
    original = Policy.parse(policy)
    document = json.loads(json.dumps(original.document))
    if isinstance(document["Statement"], dict):
        document["Statement"] = [document["Statement"]]
    while True:
        equivalent, doubts = _equivalent(_shorter(document), original)
        if equivalent is None:
            break
        document = equivalent
    if doubts:
        return Unknown("what can be left out", doubts[0])
    return Policy.parse(document, name=original.name)


def _equivalent(some: Iterable[dict[str, Any]], original: Policy) -> tuple[dict[str, Any] | None, list[str]]:
    """The first document that permits the same as the original; and why it is unknown of those before it."""
    doubts = []
    for document in some:
        compared = compare(document, original)
        if isinstance(compared, Unknown):
            doubts.append(compared.reason)
        elif compared:
            return document, doubts
    return None, doubts


def _shorter(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one thing less, larger things first."""
    statements = document["Statement"]
    for index in reversed(range(len(statements))):
        if len(statements) > 1:
            yield {**document, "Statement": statements[:index] + statements[index + 1 :]}
    for index, statement in enumerate(statements):
        for less in _shorter_statement(statement):
            yield {**document, "Statement": [*statements[:index], less, *statements[index + 1 :]]}


def _shorter_statement(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for element in _LISTS:
        for fewer in _fewer(statement.get(element)):
            yield {**statement, element: fewer}
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            for fewer in _fewer(values):
                less = copy.deepcopy(statement)
                less["Condition"][operator][key] = fewer
                yield less
            less = copy.deepcopy(statement)
            del less["Condition"][operator][key]
            if not less["Condition"][operator]:
                del less["Condition"][operator]
            if not less["Condition"]:
                del less["Condition"]
            yield less


def _fewer(listed: Any) -> Iterator[list[Any]]:
    if isinstance(listed, list) and len(listed) > 1:
        yield from (listed[:index] + listed[index + 1 :] for index in range(len(listed)))
