"""Whether a condition is met: what the tests of conditions share."""

from typing import Any

from iamkit.evaluate import holds
from iamkit.policy.document import Policy
from iamkit.readings import DEFAULT, Readings
from iamkit.statements import condition_holds


def met(
    condition: dict[str, Any], context: dict[str, Any], readings: Readings = DEFAULT, version: str = "2012-10-17"
) -> bool:
    """Whether a Condition element is met by a request with these context values."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    (parsed,) = Policy.parse({"Version": version, "Statement": statement}).statements
    table = {key.lower(): tuple(v) if isinstance(v, list) else (v,) for key, v in context.items() if v != []}
    return all(holds(condition_holds(c, parsed.version, readings), table) for c in parsed.conditions)
