"""What becomes of a policy when a user or role that it names is deleted.

Source: IAM User Guide, reference_policies_elements_principal ("IAM role principals", "IAM user principals").
"""

from copy import deepcopy
from typing import Any

from iamkit.policy.document import Policy


def without_name(policy: Policy, arn: str, unique_id: str) -> Policy:
    """The policy with the unique ID where it named the deleted user or role as principal.

    AWS keeps the ID, not the ARN, so a user or role that is created later with the same name is not meant. Conditions
    are not touched: ``aws:PrincipalArn`` compares the ARN, and so does mean the namesake.
    """
    document = deepcopy(policy.document)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            named = statement.get(element)
            if isinstance(named, dict) and "AWS" in named:
                named["AWS"] = _replaced(named["AWS"], arn, unique_id)
    return policy if document == policy.document else Policy.parse(document, name=policy.name)


def _replaced(named: Any, arn: str, unique_id: str) -> Any:
    if isinstance(named, list):
        return [_replaced(one, arn, unique_id) for one in named]
    return unique_id if named == arn else named
