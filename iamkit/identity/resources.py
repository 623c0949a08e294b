"""Resources, and everything on them that grants: the resource-based policy, and what stands beside it."""

from dataclasses import dataclass, field
from typing import Any

from iamkit.arn import Arn, Pattern, Wild
from iamkit.errors import ArnError, PolicyError, WorldError
from iamkit.identity.principals import Caller
from iamkit.policies import Source
from iamkit.policy.document import Policy
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
    """

    arn: str
    account: str
    policy: Policy | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        arn: str,
        account: str,
        policy: Source | None = None,
        tags: dict[str, str] | None = None,
        **unknown: Any,
    ) -> "Resource":
        """Check and make a resource.

        Raises:
            WorldError: if ``arn`` is no ARN, belongs to another account, or something unknown is given.
        """
        where = f"resource {arn}"
        if unknown:
            raise WorldError(
                f"A resource has no {min(unknown)!r}.",
                where=where,
                remedy="It may have policy and tags.",
            )
        try:
            parsed = Arn.parse(arn)
        except ArnError as fault:
            raise WorldError(fault.what, where=where, remedy=fault.remedy) from None
        if parsed.account not in ("", account):
            raise WorldError(
                f"Its ARN is of account {parsed.account}.",
                where=where,
                remedy=f"Add it to that account, not to {account}.",
            )
        try:
            document = (
                check_place(Policy.parse(policy, name=f"policy of {arn}"), Place.RESOURCE)
                if policy is not None
                else None
            )
        except PolicyError as fault:
            raise fault.inside(where) from None
        return cls(arn, account, document, dict(tags or {}))

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

    def policies_for(self, caller: Caller) -> list[Policy]:
        """Everything on this resource that grants or denies to this caller."""
        return [self.policy] if self.policy else []

    def __repr__(self) -> str:
        return f"<Resource {self.arn}>"
