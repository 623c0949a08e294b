"""How a resource-based policy names the caller: as itself, its user or role, its account, anyone, or not at all.

Source: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow (the implicit-deny tables);
reference_policies_elements_principal; reference_policies_elements_notprincipal.
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from iamkit.identity.principals import Caller, Kind
from iamkit.policy.document import Policy, Selector, Statement
from iamkit.policy.principals import Form, Named
from iamkit.readings import Readings


class Naming(Enum):
    """From weakest to strongest. What a grant to each is worth inside one account:

    ACCOUNT delegates: the identity-based policies must allow too. ENTITY (a role, to its session; a user, to its
    federated-user session) replaces the identity-based Allow, but boundary and session policy still limit it.
    ITSELF and ANYONE grant alone.
    """

    NOT = 0
    ACCOUNT = 1
    ENTITY = 2
    ITSELF = 3
    ANYONE = 4


def naming(statement: Statement, caller: Caller, readings: Readings) -> Naming:
    """How the statement's Principal or NotPrincipal speaks of the caller; the strongest of its values."""
    principal = statement.principal
    if principal is None:
        return Naming.ITSELF
    if principal.negated:
        return Naming.NOT if spared(principal, caller) else Naming.ANYONE
    strongest = max((names(named, caller) for named in principal.values), key=lambda found: found.value)
    if strongest is not Naming.ANYONE or caller.entity is None:
        return strongest
    by_arn = any(c.key.lower() == "aws:principalarn" and not c.operator.negated for c in statement.conditions)
    alone = readings.star_with_principal_arn_bypasses_ceilings if by_arn else readings.star_bypasses_ceilings
    return Naming.ANYONE if alone else Naming.ENTITY


def names(named: Named, caller: Caller) -> Naming:
    """How one principal value names the caller."""
    if named.form is Form.ANYONE:
        return Naming.ANYONE
    if named.form is Form.ACCOUNT:
        return Naming.ACCOUNT if caller.account is not None and named.account == caller.account else Naming.NOT
    if named.form is Form.FEDERATED and named.value == "*":
        return Naming.ITSELF if caller.kind is Kind.FEDERATED else Naming.NOT
    if named.form is Form.CANONICAL:
        return Naming.ACCOUNT if named.value == caller.canonical else Naming.NOT
    if named.form is Form.DELETED:
        return _as_entity(caller) if named.value == caller.unique_id else Naming.NOT
    if named.value == caller.arn and named.form is not Form.ROLE:
        return Naming.ITSELF
    return _as_entity(caller) if _is_entity_of(named, caller) else Naming.NOT


def _as_entity(caller: Caller) -> Naming:
    """A user named by its own ARN is named itself; a session is named through its user or role."""
    return Naming.ITSELF if caller.kind is Kind.USER else Naming.ENTITY


def _is_entity_of(named: Named, caller: Caller) -> bool:
    """The named user or role is the one the caller acts under. A session's ARN lacks its role's path, so a role is
    compared by account and name, which is unique there."""
    if named.form is Form.ROLE and caller.kind is Kind.SESSION and caller.entity:
        known = caller.unique_id is not None or "/" in caller.entity.partition(":role/")[2]
        same_name = named.account == caller.account and named.value.rpartition("/")[2] == caller.role_name
        return named.value == caller.entity if known else same_name
    return named.form is Form.USER and named.value == caller.entity


def principals_of(policies: Iterable[Policy]) -> Iterator[Named]:
    """Everybody whom the policies name."""
    statements = (statement for policy in policies for statement in policy.statements)
    yield from (named for statement in statements if statement.principal for named in statement.principal.values)


def is_session_of(named: Named, caller: Caller) -> bool:
    """The named principal is one session of the role that the caller stands for."""
    same_role = named.value.split(":", 5)[-1].split("/")[1:2] == [caller.role_name]
    return named.form is Form.SESSION and named.account == caller.account and same_role


def spared(not_principal: Selector, caller: Caller) -> bool:
    """True if NotPrincipal lists the caller whole: its account AND its user or role AND its session.

    A caller with a permissions boundary is never spared (reference_policies_elements_notprincipal).
    """
    found = {names(named, caller) for named in not_principal.values}
    if Naming.ANYONE in found:
        return True
    if caller.bounded:
        return False
    needed = {
        Kind.ROOT: {Naming.ACCOUNT},
        Kind.USER: {Naming.ACCOUNT, Naming.ITSELF},
        Kind.SESSION: {Naming.ACCOUNT, Naming.ENTITY} | ({Naming.ITSELF} if caller.names_a_session else set()),
        Kind.FEDERATED_USER: {Naming.ACCOUNT, Naming.ITSELF},
    }.get(caller.kind, {Naming.ITSELF})
    return needed <= found
