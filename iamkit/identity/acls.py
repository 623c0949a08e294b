"""The access control list of an S3 bucket, as policy statements.

An ACL only grants, and only to accounts or to everybody. Source: S3 User Guide, acl-overview ("Who is a grantee?",
"Mapping of ACL permissions and access policy permissions").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamkit.errors import WorldError
from iamkit.policy.document import Policy

GROUPS = {
    "AllUsers": "http://acs.amazonaws.com/groups/global/AllUsers",
    "AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}
"""The predefined groups: anybody at all, and anybody who signs the request with keys of some AWS account."""

# What each permission on a bucket allows: on the bucket itself, and on the objects in it.
_ACTIONS = {
    "READ": (("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"), ()),
    "WRITE": ((), ("s3:PutObject",)),
    "READ_ACP": (("s3:GetBucketAcl",), ()),
    "WRITE_ACP": (("s3:PutBucketAcl",), ()),
}
PERMISSIONS = (*_ACTIONS, "FULL_CONTROL")


@dataclass(frozen=True, slots=True)
class AclGrant:
    """One grant of an ACL.

    Args:
        grantee: ``AllUsers``, ``AuthenticatedUsers``, an account ID, or a canonical user ID.
        permission: ``READ``, ``WRITE``, ``READ_ACP``, ``WRITE_ACP`` or ``FULL_CONTROL``.
    """

    grantee: str
    permission: str

    @property
    def is_public(self) -> bool:
        """It grants to one of the two groups (S3 User Guide, access-control-block-public-access)."""
        return self.grantee in GROUPS

    def to_dict(self) -> dict[str, str]:
        """As `read_acl` takes it."""
        return {"Grantee": self.grantee, "Permission": self.permission}


def read_acl(given: Iterable[Mapping[str, Any]], where: str) -> tuple[AclGrant, ...]:
    """Read the grants of an ACL: ``{"Grantee": "AllUsers", "Permission": "READ"}``.

    A grantee may also be written as ``aws s3api get-bucket-acl`` writes it: ``{"Type": "Group", "URI": …}`` or
    ``{"Type": "CanonicalUser", "ID": …}``.

    Raises:
        WorldError: for an unknown grantee or permission. An IAM user cannot be a grantee.

    >>> read_acl([{"Grantee": "AllUsers", "Permission": "READ"}], "")
    (AclGrant(grantee='AllUsers', permission='READ'),)
    """
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        remedy = 'Write [{"Grantee": "AllUsers", "Permission": "READ"}].'
        raise WorldError("An ACL is a list of grants.", where=f"{where} acl", remedy=remedy)
    grants = []
    for index, entry in enumerate(given):
        place = f"{where} acl[{index}]"
        if not isinstance(entry, Mapping) or set(entry) != {"Grantee", "Permission"}:
            remedy = 'Write {"Grantee": "AllUsers", "Permission": "READ"}.'
            raise WorldError("A grant of an ACL has Grantee and Permission.", where=place, remedy=remedy)
        if entry["Permission"] not in PERMISSIONS:
            what = f"{entry['Permission']!r} is not an ACL permission."
            raise WorldError(what, where=place, remedy=f"Write one of {', '.join(PERMISSIONS)}.")
        grants.append(AclGrant(_grantee(entry["Grantee"], place), entry["Permission"]))
    return tuple(grants)


def _grantee(given: Any, where: str) -> str:
    text = (given.get("ID") or given.get("URI")) if isinstance(given, Mapping) else given
    for name, uri in GROUPS.items():
        if text in (name, uri):
            return name
    if isinstance(text, str) and re.fullmatch(r"\d{12}|[0-9a-f]{64}", text):
        return text
    remedy = "Name AllUsers, AuthenticatedUsers, an account ID or a canonical user ID; an IAM user cannot be one."
    raise WorldError(f"{given!r} cannot be a grantee.", where=where, remedy=remedy)


@lru_cache(maxsize=4096)
def acl_policy(bucket: str, acl: tuple[AclGrant, ...], ignore_public: bool = False) -> Policy | None:
    """The policy that an ACL amounts to; None if nothing is left of it.

    The grants of the bucket's owner to itself are lowered like the others. They add nothing: inside an account the
    identity-based policies decide.

    Args:
        bucket: the bucket's ARN.
        acl: its grants.
        ignore_public: True under ``IgnorePublicAcls``. The grants to the two groups then do not count; the others do,
            as GetBucketAcl reports "the access permissions that Amazon S3 is enforcing".
    """
    statements = [
        {"Effect": "Allow", **_who(grant.grantee), "Action": list(actions), "Resource": f"{bucket}{part}"}
        for grant in acl
        if not (ignore_public and grant.is_public)
        for permission in (_ACTIONS if grant.permission == "FULL_CONTROL" else [grant.permission])
        for actions, part in zip(_ACTIONS[permission], ("", "/*"), strict=True)
        if actions
    ]
    if not statements:
        return None
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, name=f"ACL of {bucket}")


def _who(grantee: str) -> dict[str, Any]:
    if grantee == "AllUsers":
        return {"Principal": "*"}
    if grantee == "AuthenticatedUsers":
        signed = {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}
        return {"Principal": "*", "Condition": signed}
    return {"Principal": {"AWS" if len(grantee) == 12 else "CanonicalUser": grantee}}
