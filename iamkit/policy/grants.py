"""KMS grants, as policy statements.

A grant lets one principal use one key for the operations it lists. It only allows, and AWS weighs it beside the key
policy and the IAM policies. Source: KMS Developer Guide, grants and create-grant-overview.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place

CRYPTOGRAPHIC = (
    "Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncryptFrom",
    "ReEncryptTo", "Sign", "Verify", "VerifyMac",
)  # fmt: skip
GRANT_OPERATIONS = (*CRYPTOGRAPHIC, "CreateGrant", "DescribeKey", "GetPublicKey", "RetireGrant")
"""What a grant may allow (KMS Developer Guide, grants, "Grant operations")."""

OPEN_ACROSS_ACCOUNTS = (*GRANT_OPERATIONS, "GetKeyRotationStatus", "ListGrants", "RevokeGrant")
"""What a key's owner can open to other accounts (KMS Developer Guide, key-policy-modifying-external-accounts)."""

_FIELDS = ("Name", "GranteePrincipal", "GranteeServicePrincipal", "Operations", "Constraints")
_IGNORED = (
    "GrantId", "KeyId", "IssuingAccount", "CreationDate", "RetiringPrincipal", "RetiringServicePrincipal",
)  # fmt: skip
_CONSTRAINTS = ("EncryptionContextEquals", "EncryptionContextSubset", "SourceArn")
# These two have no encryption context, so the constraint does not touch them.
_WITHOUT_CONTEXT = ("DescribeKey", "RetireGrant")


def grant_policy(grant: Mapping[str, Any], where: str = "grant") -> Policy:
    """A grant in the words of ``aws kms list-grants``, as a policy.

    Args:
        grant: ``GranteePrincipal`` (an ARN) or ``GranteeServicePrincipal``, ``Operations``, and optionally ``Name`` and
            ``Constraints`` (``EncryptionContextEquals`` or ``EncryptionContextSubset``, ``SourceArn``).
        where: the place to name in errors.

    Raises:
        PolicyError: for an unknown field or operation, no grantee or two, or both encryption context constraints.

    >>> grant_policy({"GranteePrincipal": "arn:aws:iam::111122223333:role/app", "Operations": ["Decrypt"]})
    <Policy 'grant': 1 statement>
    """
    _check(grant, where)
    try:
        return _lowered(json.dumps({name: grant[name] for name in _FIELDS if name in grant}, sort_keys=True))
    except PolicyError as fault:
        remedy = "Give the ARN of a user, a role, a session or :root, or a service as GranteeServicePrincipal."
        raise PolicyError(fault.what, where=where, remedy=remedy) from None


@lru_cache(maxsize=4096)
def _lowered(text: str) -> Policy:
    """The policy of a checked grant, given as JSON; the same grant always gives the same policy."""
    grant = json.loads(text)
    constraints, service = grant.get("Constraints") or {}, grant.get("GranteeServicePrincipal")
    principal = {"Service": service} if service else {"AWS": grant["GranteePrincipal"]}
    source = _source(constraints, bool(service))
    bound = [name for name in grant["Operations"] if name not in _WITHOUT_CONTEXT]
    plain = [name for name in grant["Operations"] if name in _WITHOUT_CONTEXT]
    statements = [
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": [f"kms:{name}" for name in names],
            "Resource": "*",
            "Condition": condition,
        }
        for names, condition in ((bound, {**source, **_context(constraints)}), (plain, source))
        if names
    ]
    document = {"Version": "2008-10-17", "Statement": statements}
    return check_place(Policy.parse(document, name=grant.get("Name") or "grant"), Place.RESOURCE)


def _check(grant: Mapping[str, Any], where: str) -> None:
    def fault(what: str, remedy: str) -> PolicyError:
        return PolicyError(what, where=where, remedy=remedy)

    if not isinstance(grant, Mapping):
        raise fault("A grant is a JSON object.", "Give GranteePrincipal and Operations.")
    for name in grant:
        if name not in _FIELDS + _IGNORED:
            raise fault(f"A grant has no {name!r}.", f"It may have {', '.join(_FIELDS)}.")
    if not isinstance(grant.get("Name", ""), str):
        raise fault("The name of a grant is a text.", "Put it in double quotes.")
    if bool(grant.get("GranteePrincipal")) == bool(grant.get("GranteeServicePrincipal")):
        raise fault("A grant has one grantee.", "Give GranteePrincipal or GranteeServicePrincipal, not both.")
    operations = grant.get("Operations")
    if not isinstance(operations, list | tuple) or not operations:
        raise fault("A grant lists its operations.", 'Write "Operations": ["Decrypt"].')
    unknown = [name for name in operations if name not in GRANT_OPERATIONS]
    if unknown:
        raise fault(f"A grant cannot allow {unknown[0]!r}.", f"It can allow {', '.join(GRANT_OPERATIONS)}.")
    _check_constraints(grant, fault)


def _check_constraints(grant: Mapping[str, Any], fault: Callable[[str, str], PolicyError]) -> None:
    constraints = grant.get("Constraints") or {}
    if not isinstance(constraints, Mapping) or any(name not in _CONSTRAINTS for name in constraints):
        raise fault(f"{constraints!r} are not grant constraints.", f"There are {', '.join(_CONSTRAINTS)}.")
    for name, value in constraints.items():
        pairs = value.items() if isinstance(value, Mapping) else [("", value)]
        right = isinstance(value, str) == (name == "SourceArn") and all(isinstance(text, str) for _, text in pairs)
        if not right:
            raise fault(f"{name} is {value!r}.", "Write a text for SourceArn, an object of texts for the others.")
    if len({"EncryptionContextEquals", "EncryptionContextSubset"} & set(constraints)) == 2:
        raise fault("A grant has one encryption context constraint.", "Keep EncryptionContextEquals or …Subset.")
    if grant.get("GranteeServicePrincipal") and "SourceArn" not in constraints:
        raise fault("A grant to a service needs a SourceArn constraint.", "Name the resource it acts for.")


def _context(constraints: Mapping[str, Any]) -> dict[str, Any]:
    """Every listed pair is in the request's encryption context; under Equals nothing else is."""
    pairs = constraints.get("EncryptionContextEquals") or constraints.get("EncryptionContextSubset") or {}
    found: dict[str, Any] = {}
    if pairs:
        found["StringEquals"] = {f"kms:EncryptionContext:{key}": value for key, value in sorted(pairs.items())}
    if constraints.get("EncryptionContextEquals"):
        found["ForAllValues:StringEquals"] = {"kms:EncryptionContextKeys": sorted(pairs)}
    return found


def _source(constraints: Mapping[str, Any], required: bool) -> dict[str, Any]:
    """SourceArn counts only when a service calls; for a grant to a service it must be there."""
    if "SourceArn" not in constraints:
        return {}
    return {"ArnEquals" if required else "ArnEqualsIfExists": {"aws:SourceArn": constraints["SourceArn"]}}
