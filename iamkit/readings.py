"""Where AWS's documentation disagrees with itself, the kit takes one reading. This is the only place to change it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """One switch for each point on which AWS's own pages conflict or are silent. The defaults are what the kit uses.

    Pages are of the IAM User Guide unless another guide is named.

    >>> Readings().star_crosses_colons
    False
    """

    resource_deny_binds_root: bool = True
    """A Deny in a resource-based policy also stops the root user. "IAM identities" says that resource-based
    policies cannot restrict root; yet S3 and SQS policies that lock everybody out exist, and
    id_root-user-privileged-task gives the way to remove them."""

    star_crosses_colons: bool = False
    """A ``*`` at the end of an ARN segment also matches further colons (reference_policies_elements_resource,
    2026). The 2023 page lacks the sentence, and reference_policies_elements_condition_operators compares ARNs segment
    by segment."""

    bool_takes_variables: bool = False
    """``Bool`` values may hold policy variables: condition_operators lists it, reference_policies_variables does
    not."""

    for_all_values_by_table: bool = False
    """Read ``ForAllValues:StringNotLike`` by the worked table of condition_operators (a matching value: match; missing
    key: no match) instead of by the prose of the same page, which says the opposite."""

    star_bypasses_ceilings: bool = True
    """A resource-based policy that names ``*`` grants by itself inside the account, past an implicit deny of the
    boundary and the session policy. Extends what policy-eval-denyallow says of ``*`` with ``aws:PrincipalArn``."""

    star_with_principal_arn_bypasses_ceilings: bool = True
    """The same for ``*`` with a condition on ``aws:PrincipalArn``. policy-eval-denyallow first calls such a grant
    limited by the boundary and then exempts it."""

    boundary_limits_user_named_in_trust: bool = True
    """A user whom a trust policy names still needs the boundary to allow ``sts:AssumeRole``
    (id_roles_update-role-trust-policy). The general rule of policy-eval-denyallow says the opposite."""

    scp_allow_needs_star_resource: bool = False
    """Reject an SCP whose Allow names a Resource other than ``*``. Since September 2025 the full language is allowed;
    one sentence of orgs_manage_policies_scps_syntax (Organizations User Guide) still forbids it."""

    star_may_stand_in_trust: bool = True
    """Accept ``*`` as the principal of a role trust policy (reference_policies_elements_principal, with a warning).
    The 2023 pages forbade it."""

    short_arns_everywhere: bool = True
    """Fill the missing fields of a short ARN with ``*`` in every policy type. reference-arns documents this for
    identity-based policies, and a rejection for session policies; it is silent on the others."""

    federated_user_arn_is_sts: bool = True
    """``aws:PrincipalArn`` of a federated-user session begins ``arn:aws:sts::``.
    id_credentials_temp_control-access_disable-perms writes it both so and with ``iam``."""

    forwarded_keeps_source_ip: bool = True
    """A forward access session still carries the ``aws:SourceIp`` of a call that came to a public endpoint
    (access_forward_access_sessions). condition_operators says that the service's own address is seen."""

    deactivated_key_ends_sessions: bool = False
    """Deactivating an access key also ends the temporary credentials that were asked for with it. No page says so;
    id_credentials_temp_control-access_disable-perms tells to deny the user's permissions instead."""

    deleted_user_ends_sessions: bool = True
    """Deleting a user also ends the credentials of its GetSessionToken and GetFederationToken. The pages say only that
    these follow the user's current permissions (id_credentials_temp_control-access_disable-perms)."""

    session_token_counts_as_chaining: bool = False
    """AssumeRole with the credentials of GetSessionToken is limited to one hour too. id_roles calls it role chaining
    when a *role* is used to assume another; users of such credentials report that STS refuses more than an hour."""


DEFAULT = Readings()
