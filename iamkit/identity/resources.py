"""Resources, and everything on them that grants: the resource-based policy, and what stands beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from iamkit.arn import Arn, Pattern, Wild
from iamkit.errors import ArnError, PolicyError, WorldError
from iamkit.identity.acls import AclGrant, acl_policy, read_acl
from iamkit.identity.public import SWITCHES, is_public_policy, read_switches, restriction
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.grants import grant_policy
from iamkit.policy.places import Place, check_place

# What follows the ARN of a resource and still is under its policy, by service.
_PARTS = {
    "s3": "/",
    "dynamodb": "/",
    "lambda": ":",
    "logs": ":",
    "kms": "",
    "sqs": "",
    "sns": "",
    "secretsmanager": "",
}


@dataclass(eq=False)
class Resource:
    """A resource of an account.

    Args:
        arn: its ARN; of S3 the bucket's, which also covers the objects in it.
        account: the account that owns it.
        policy: its resource-based policy, or None.
        tags: its tags; requests carry them as ``aws:ResourceTag/…``.
        acl: of a bucket with ACLs enabled: its grants.
        block_public_access: of a bucket: the four switches.
        grants: of a KMS key: its grants, as ``aws kms list-grants`` writes them.
        aws_managed: True for an AWS managed key of KMS, which no RCP reaches.
    """

    arn: str
    account: str
    policy: Policy | None = None
    tags: dict[str, str] = field(default_factory=dict)
    acl: tuple[AclGrant, ...] = ()
    block_public_access: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SWITCHES, False))
    grants: tuple[Mapping[str, Any], ...] = ()
    aws_managed: bool = False

    @classmethod
    def of(cls, arn: str, account: str, policy: Source | None = None, tags: Mapping[str, str] | None = None,
           acl: Iterable[Mapping[str, Any]] = (), block_public_access: Mapping[str, Any] | bool = False,
           grants: Iterable[Mapping[str, Any]] = (), aws_managed: bool = False,
           **unknown: Any) -> "Resource":  # fmt: skip
        """Check and make a resource.

        Raises:
            WorldError: if ``arn`` is no ARN or belongs to another account, or for something that this kind of resource
                cannot have.
            PolicyError: for a malformed policy or grant.
        """
        where = f"resource {arn}"
        if unknown:
            remedy = "It may have policy, tags, acl, block_public_access, grants and aws_managed."
            raise WorldError(f"A resource has no {min(unknown)!r}.", where=where, remedy=remedy)
        if not isinstance(grants, list | tuple):
            raise WorldError("Grants are a list.", where=where, remedy='Write [{"GranteePrincipal": …}].')
        parsed = _parsed(arn, account, where)
        if (acl or block_public_access) and not (parsed.service == "s3" and "/" not in parsed.resource):
            remedy = "Give acl and block_public_access to an S3 bucket."
            raise WorldError("Only a bucket has an ACL and Block Public Access.", where=where, remedy=remedy)
        if (grants or aws_managed) and (parsed.service, parsed.type) != ("kms", "key"):
            remedy = "Give grants and aws_managed to a KMS key."
            raise WorldError("Only a KMS key has grants or is managed by AWS.", where=where, remedy=remedy)
        made = cls(arn, account, _checked(policy, arn, where), dict(tags or {}), read_acl(acl, where),
                   read_switches(block_public_access, where), tuple(grants), aws_managed)  # fmt: skip
        made.grant_policies()
        return made

    @property
    def name(self) -> str:
        return Arn.parse(self.arn).name

    def covers(self, arn: str) -> bool:
        """True for the resource itself and for what is under its policy: objects of a bucket, indexes of a table."""
        part = _PARTS.get(self.arn.split(":")[2], "")
        return arn == self.arn or bool(part and arn.startswith(self.arn + part))

    def arns(self) -> list[Pattern]:
        """Patterns that together match the ARNs this resource `covers`."""
        part = _PARTS.get(self.arn.split(":")[2], "")
        below = [Pattern((self.arn + part, Wild.ANY))] if part else []
        return [Pattern.literal(self.arn), *below]

    def policies(self) -> list[Policy]:
        """What stands on this resource: its policy, its ACL, and what RestrictPublicBuckets adds."""
        found = [self.policy] if self.policy else []
        if self.acl:
            granted = acl_policy(self.arn, self.acl, self.block_public_access["IgnorePublicAcls"])
            found += [granted] if granted else []
        if self.policy and self.block_public_access["RestrictPublicBuckets"] and is_public_policy(self.policy):
            found.append(restriction(self.arn, self.account))
        return found

    def grant_policies(self) -> list[Policy]:
        """The grants of a KMS key, as policies."""
        return [grant_policy(grant, f"resource {self.arn} grants[{i}]") for i, grant in enumerate(self.grants)]

    def refuses(self, policy: Source | None = None, acl: Iterable[Mapping[str, Any]] = ()) -> str | None:
        """Why S3 would refuse to put this policy or this ACL on the bucket; None if it would take them.

        BlockPublicPolicy and BlockPublicAcls act on changes alone: what stands already keeps its effect.
        """
        document = _checked(policy, self.arn, f"resource {self.arn}")
        if document and self.block_public_access["BlockPublicPolicy"] and is_public_policy(document):
            return "BlockPublicPolicy refuses the policy: it is public."
        grants = read_acl(acl, f"resource {self.arn}")
        if self.block_public_access["BlockPublicAcls"] and any(grant.is_public for grant in grants):
            return "BlockPublicAcls refuses the ACL: it is public."
        return None

    def __repr__(self) -> str:
        return f"<Resource {self.arn}>"


def _parsed(arn: str, account: str, where: str) -> Arn:
    try:
        parsed = Arn.parse(arn)
    except ArnError as fault:
        raise WorldError(fault.what, where=where, remedy=fault.remedy) from None
    if parsed.account not in ("", account):
        remedy = f"Add it to that account, not to {account}."
        raise WorldError(f"Its ARN is of account {parsed.account}.", where=where, remedy=remedy)
    return parsed


def _checked(policy: Source | None, arn: str, where: str) -> Policy | None:
    try:
        return None if policy is None else check_place(Policy.parse(policy, name=f"policy of {arn}"), Place.RESOURCE)
    except PolicyError as fault:
        raise fault.inside(where) from None
