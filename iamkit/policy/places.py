"""What a policy may contain depends on where it stands: the rules of each policy type."""

import re
from enum import Enum
from functools import lru_cache

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy, Statement
from iamkit.policy.principals import Form
from iamkit.readings import DEFAULT, Readings


class Place(Enum):
    """The policy types that JSON documents come in (IAM User Guide, access_policies)."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"
    SCP = "service control policy"
    RCP = "resource control policy"
    ENDPOINT = "VPC endpoint policy"


WITHOUT_PRINCIPAL = (Place.IDENTITY, Place.BOUNDARY, Place.SESSION, Place.SCP)


@lru_cache(maxsize=65536)
def check_place(policy: Policy, place: Place, readings: Readings = DEFAULT) -> Policy:
    """Return ``policy`` if it may stand at ``place``.

    Raises:
        PolicyError: naming the policy, the JSON path, and what this policy type does not allow.

    Source: IAM User Guide, reference_policies_grammar and reference_policies_elements_notprincipal; Organizations User
    Guide, orgs_manage_policies_scps_syntax and orgs_manage_policies_rcps_syntax.
    """
    try:
        for statement in policy.statements:
            _check_principal(statement, place, readings)
            _check_resource(statement, place, readings)
            _check_sid(statement, place)
            if place is Place.RCP and not _is_full_access(policy):
                _check_rcp(statement)
            if place is Place.SCP and readings.scp_allow_needs_star_resource:
                _check_scp(statement)
    except PolicyError as fault:
        raise PolicyError(
            f"({place.value} {policy.name!r}) {fault.what}", where=fault.where, remedy=fault.remedy
        ) from None
    return policy


def _check_principal(statement: Statement, place: Place, readings: Readings) -> None:
    principal = statement.principal
    if place in WITHOUT_PRINCIPAL:
        if principal is not None:
            remedy = "Remove it: the policy speaks of whoever it is attached to."
            raise PolicyError("There can be no Principal here.", where=principal.path, remedy=remedy)
        return
    if principal is None:
        raise PolicyError(
            "The statement has no Principal.",
            where=statement.path,
            remedy='Add "Principal": say who it speaks of.',
        )
    if principal.negated and (statement.effect == "Allow" or place in (Place.TRUST, Place.RCP)):
        remedy = "Use Principal, or a Deny with ArnNotEquals on aws:PrincipalArn."
        raise PolicyError(
            "NotPrincipal works only with Deny in a resource-based policy.",
            where=principal.path,
            remedy=remedy,
        )
    forms = {named.form for named in principal.values}
    if place is Place.TRUST and Form.ANYONE in forms and not readings.star_may_stand_in_trust:
        raise PolicyError(
            "A trust policy cannot trust everyone (*).",
            where=principal.path,
            remedy="Name an account, a role or a user.",
        )
    if place is not Place.ENDPOINT and any(n.form is Form.FEDERATED and n.value == "*" for n in principal.values):
        raise PolicyError(
            "Every identity provider (*) can be named only in a VPC endpoint policy.",
            where=principal.path,
            remedy="Name the provider.",
        )
    if place is Place.RESOURCE and any("oidc-provider/" in named.value for named in principal.values):
        raise PolicyError(
            "An OIDC provider can be named only in a role trust policy.",
            where=principal.path,
            remedy="Name the role instead.",
        )


def _check_resource(statement: Statement, place: Place, readings: Readings) -> None:
    resource = statement.resource
    if place is Place.TRUST:
        if resource is not None:
            raise PolicyError(
                "A trust policy has no Resource.",
                where=resource.path,
                remedy="Remove it: the role itself is meant.",
            )
        return
    if resource is None:
        if place is Place.RESOURCE and _names_the_repository_only(statement):
            return
        raise PolicyError(
            "The statement has neither Resource nor NotResource.",
            where=statement.path,
            remedy='Add "Resource": "*" or an ARN.',
        )
    short_is_fault = place is Place.SESSION or (not readings.short_arns_everywhere and place in (Place.SCP, Place.RCP))
    for parts in resource.values if short_is_fault else ():
        written = "".join(part if isinstance(part, str) else "*" for part in parts)
        if written != "*" and written.count(":") < 5:
            remedy = "Write all six fields; STS answers MalformedPolicyDocument."
            raise PolicyError(f"{written!r} is a short ARN.", where=resource.path, remedy=remedy)


def _names_the_repository_only(statement: Statement) -> bool:
    """The policy of an ECR repository has no Resource (Amazon ECR User Guide, repository-policy-examples)."""
    return all(action.lower().startswith("ecr:") for action in statement.action.values)


def _check_sid(statement: Statement, place: Place) -> None:
    if place in (*WITHOUT_PRINCIPAL, Place.TRUST) and not re.fullmatch("[A-Za-z0-9]*", statement.sid):
        raise PolicyError(
            f"{statement.sid!r} is not a Sid.",
            where=f"{statement.path}.Sid",
            remedy="Use letters and digits only.",
        )


def _check_rcp(statement: Statement) -> None:
    if statement.effect == "Allow":
        raise PolicyError(
            "An RCP of yours can only Deny.",
            where=f"{statement.path}.Effect",
            remedy="RCPFullAWSAccess allows; it is always there.",
        )
    assert statement.principal is not None
    if any(named.form is not Form.ANYONE for named in statement.principal.values):
        raise PolicyError(
            'The Principal of an RCP is "*".',
            where=statement.principal.path,
            remedy="Select callers with conditions.",
        )
    if statement.action.negated:
        raise PolicyError("An RCP has no NotAction.", where=statement.action.path, remedy="List the actions.")
    for action in statement.action.values:
        if action.startswith("*"):
            raise PolicyError(
                "An RCP needs actions with a service prefix.",
                where=statement.action.path,
                remedy="Write s3:* and so on.",
            )


def _check_scp(statement: Statement) -> None:
    resource = statement.resource
    if (
        statement.effect == "Allow"
        and resource
        and (resource.negated or not all(_is_star(parts) for parts in resource.values))
    ):
        remedy = "Keep Allow general and add a Deny with NotResource."
        raise PolicyError('An Allow in an SCP has Resource "*".', where=f"{statement.path}.Resource", remedy=remedy)


def _is_full_access(policy: Policy) -> bool:
    """RCPFullAWSAccess, which AWS attaches everywhere: the one RCP with an Allow."""
    return [(s.effect, s.action.values) for s in policy.statements] == [("Allow", ("*",))]


def _is_star(parts: tuple) -> bool:
    return len(parts) == 1 and getattr(parts[0], "value", None) == "*"
