"""Roles that belong to somebody else: IAM shows them and does not let an administrator edit them.

Sources: IAM Identity Center User Guide, referencingpermissionsets; IAM User Guide, id_roles ("Service-linked role").
"""

from iamkit.errors import WorldError
from iamkit.identity.center import RESERVED
from iamkit.identity.identities import Identity, Role


def check_editable(identity: Identity) -> None:
    """Raise unless IAM lets an administrator edit a user, group or role: its policies, trust policy and boundary.

    The roles of Identity Center are changed through their permission set, service-linked roles by their service.

    Raises:
        WorldError: for those two.
    """
    if identity.path.startswith(RESERVED):
        remedy = "Change the permission set: Identity Center carries the change into every account."
        raise WorldError(f"IAM does not edit {identity.name}.", where="role", remedy=remedy)
    if isinstance(identity, Role) and identity.is_service_linked:
        remedy = "Its service owns it."
        raise WorldError(f"IAM does not edit {identity.name}.", where="role", remedy=remedy)
