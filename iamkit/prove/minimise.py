"""The shortest form of a policy that permits the same: whatever changes nothing is left out, and that is proved."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.compare import compare

_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def minimise(policy: Source) -> Policy:
    """Leave out statements, actions, resources and condition values, one at a time, while the policy stays equivalent.

    What stays is minimal: leaving out any one more thing would change what is permitted.

    Raises:
        Undecided: if an equivalence is outside of what is decided exactly.

    >>> minimise({"Statement": [
    ...     {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"], "Resource": "*"},
    ...     {"Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::payroll"}]}).document
    {'Statement': [{'Effect': 'Allow', 'Action': ['s3:Get*'], 'Resource': '*'}]}
    """
    original = Policy.parse(policy)
    document = json.loads(json.dumps(original.document))
    if isinstance(document["Statement"], dict):
        document["Statement"] = [document["Statement"]]
    changed = True
    while changed:
        changed = False
        for shorter in _shorter(document):
            if compare(shorter, original):
                document, changed = shorter, True
                break
    return Policy.parse(document, name=original.name)


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
