"""What an identity provider said, once its signature was checked; and the role session that follows from it.

Sources: STS API Reference, AssumeRoleWithSAML, AssumeRoleWithWebIdentity; IAM User Guide,
reference_policies_iam-condition-keys ("Available keys for AWS OIDC federation", "… SAML-based AWS STS federation").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from iamkit.credentials import limits
from iamkit.credentials.bearer import bearer
from iamkit.credentials.limits import DENIED, Refusal
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials
from iamkit.errors import WorldError
from iamkit.identity.identities import Role
from iamkit.policies import Source

INVALID, EXPIRED = "InvalidIdentityToken", "ExpiredTokenException"


@dataclass(frozen=True)
class Claims:
    """The verified claims of one token or assertion.

    Args:
        provider: the Federated principal that a trust policy names: an ARN, or one of the four global providers.
        keys: condition keys for the trust policy.
        kept: those of them that stay in the session (column "Available in session").
        tags: session tags.
        transitive: the keys of those that a further role session inherits.
        source_identity: the source identity, or None.
    """

    provider: str
    keys: Mapping[str, Any]
    kept: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None


def role_of(sts: Sts, role: str | Role) -> Role:
    """The role as the world has it.

    Raises:
        WorldError: if there is none.
    """
    found = sts.world.identity(role if isinstance(role, str) else role.arn)
    if not isinstance(found, Role):
        raise WorldError(f"{found.arn} is no role.", where="role", remedy="Nobody becomes a user: name a role.")
    return found


def open_session(sts: Sts, operation: str, role: Role, name: str, claims: Claims, *, duration: int | None,
                 policy: Source | None = None, policy_arns: Iterable[str] = (),
                 until: int | None = None) -> Credentials:  # fmt: skip
    """Let the trust policy decide, and issue.

    Args:
        operation: ``AssumeRoleWithSAML`` or ``AssumeRoleWithWebIdentity``.
        duration: seconds; an hour if None.
        policy, policy_arns: session policies.
        until: when the identity provider wants the session to end at the latest; None for no such wish.

    Raises:
        Refusal: for limits and for the trust policy's no.
    """
    asker = bearer(sts.world, claims.provider, sts.clock.now)
    request = asker.context(None, sts.clock.now) | dict(claims.keys)
    request |= {"aws:FederatedProvider": claims.provider, "sts:RoleSessionName": name}
    managed = [sts.world.managed(arn) for arn in policy_arns]
    try:
        issued = sts.role_session(
            role, operation, name, asker, request, duration=duration, longest=role.max_session, tags=claims.tags,
            transitive=claims.transitive, source_identity=claims.source_identity,
            policies=limits.session_policies(policy, managed, role.account),
            keys={"aws:FederatedProvider": claims.provider, **claims.kept},
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.decision is None:
            raise
        # AWS names the operation only, also where it is the session tags or the source identity that nobody allows.
        raise Refusal(DENIED, f"Not authorized to perform sts:{operation}", refusal.remedy, refusal.decision) from None
    return issued if until is None else replace(issued, expires=min(issued.expires, until))
