"""What IAM calls a resource, an entity, an identity and a principal, and which kinds of object are which.

The four words overlap, and learners mix them up. The table here is the one of the IAM User Guide, pages
introduction_identity-management and id ("IAM identities"), section "Terms". Sessions are added from the same section
("Principals include human users, workloads, federated users and assumed roles").
"""

from collections.abc import Mapping
from dataclasses import dataclass

from iamkit.errors import IamkitError

SETS: dict[str, str] = {
    "resource": "IAM stores these objects. You add, edit and remove them in the IAM console.",
    "entity": "IAM resources that AWS uses for authentication. A resource-based policy may name one as Principal.",
    "identity": "IAM resources that a policy can authorize to perform actions and to access resources.",
    "principal": "What can make a request for an action on an AWS resource.",
}
"""The four words, in the order of the IAM User Guide, each with its definition."""

SET_LABELS = {"resource": "IAM resource", "entity": "IAM entity", "identity": "IAM identity", "principal": "Principal"}
"""The four words as the guide writes them."""


@dataclass(frozen=True)
class Kind:
    """One row of the table.

    Attributes:
        name: the short name used throughout the kit, such as ``"user"``.
        label: the name to show, such as ``"IAM user"``.
        sets: the words of ``SETS`` that apply.
        reasons: for each word of ``SETS``, one sentence that says why it applies or does not.
        source: the pages of the IAM User Guide that say so.
    """

    name: str
    label: str
    sets: frozenset[str]
    reasons: Mapping[str, str]
    source: str


_TERMS = "IAM User Guide, introduction_identity-management and id"
_NOT_STORED = "IAM does not store it as an object that you can add, edit or remove in the console."


def _kind(name: str, label: str, sets: str, source: str, *reasons: str) -> Kind:
    """One row; ``reasons`` stand in the order of ``SETS``."""
    return Kind(name, label, frozenset(sets.split()), dict(zip(SETS, reasons, strict=True)), source)


_ROWS = (
    _kind(
        "user", "IAM user", "resource entity identity principal", _TERMS,
        "IAM stores users: you add, edit and remove them in the IAM console.",
        "AWS authenticates a user by its own password or access keys, so a policy may name it as Principal.",
        "Policies attached to a user authorize what it may do.",
        "A user signs in, or signs calls with its access keys, and so makes requests.",
    ),
    _kind(
        "role", "IAM role", "resource entity identity principal", _TERMS,
        "IAM stores roles: you add, edit and remove them in the IAM console.",
        "AWS authenticates whoever has assumed a role by the role's temporary credentials, "
        "so a policy may name it as Principal.",
        "Policies attached to a role authorize what its sessions may do.",
        "Whoever has assumed a role makes requests through a session of it.",
    ),
    _kind(
        "group", "IAM group", "resource identity",
        _TERMS + "; id_groups; reference_policies_elements_principal",
        "IAM stores groups: you add, edit and remove them in the IAM console.",
        "A group has no credentials, so AWS cannot authenticate it, and no policy may name it as Principal.",
        "Policies attached to a group authorize the users in it.",
        "A request comes from one of the users in a group, never from the group.",
    ),
    _kind(
        "policy", "Permission policy", "resource", _TERMS,
        "IAM stores policies: you add, edit and remove them in the IAM console.",
        "A policy is a document without credentials; nobody signs in as a policy.",
        "A policy gives permissions; nothing gives permissions to a policy.",
        "A policy is read when a request is decided; it makes no request.",
    ),
    _kind(
        "provider", "Identity-provider object", "resource",
        _TERMS + "; reference_policies_elements_principal",
        "IAM stores provider objects: they record which external provider the account trusts.",
        "The object has no credentials of its own; a trust policy names it as Federated, "
        "meaning the people whom the provider vouches for.",
        "No policy is attached to a provider object; its people get permissions from the role they assume.",
        "Requests come from a role session that the provider's people hold, never from the object.",
    ),
    _kind(
        "root", "Root user", "principal",
        _TERMS + "; id_root-user",
        "The root user comes with the account; IAM does not store it, and you cannot add or remove it in IAM.",
        "AWS does authenticate the root user, but it is not an IAM resource, and an entity is one. "
        "A Principal that ends in :root means the whole account.",
        "No identity-based policy and no permissions boundary can be attached to the root user.",
        "The root user signs in with the account's email address and makes requests.",
    ),
    _kind(
        "role-session", "Role session", "principal",
        "IAM User Guide, introduction_identity-management and reference_policies_elements_principal",
        _NOT_STORED,
        "It is not an IAM resource, and an entity is one. A policy may still name one session of a role as Principal.",
        "No policy is attached to a session; it has its role's permissions, less what a session policy leaves out.",
        "A session is the role at work: it holds temporary credentials and makes requests.",
    ),
    _kind(
        "federated-user", "Federated user", "principal",
        "IAM User Guide, introduction_identity-management and id_roles_providers",
        _NOT_STORED,
        "Another identity provider authenticates federated users, and they are not IAM resources.",
        "No policy is attached to a federated user; the role that the user assumes has the permissions.",
        "After sign-in at the provider a federated user makes requests with temporary credentials.",
    ),
)  # fmt: skip
_BY_NAME = {row.name: row for row in _ROWS}

SEED_KINDS = ("user", "role", "group", "policy", "provider", "root")
"""The six kinds that the IAM User Guide's own diagram and list of terms place."""


def kinds() -> tuple[str, ...]:
    """The names of all kinds, in the order of the table.

    >>> kinds()
    ('user', 'role', 'group', 'policy', 'provider', 'root', 'role-session', 'federated-user')
    """
    return tuple(_BY_NAME)


def kind(name: str) -> Kind:
    """The row of one kind.

    Raises:
        IamkitError: there is no kind of that name.

    >>> kind("root").label
    'Root user'
    """
    if name not in _BY_NAME:
        raise IamkitError(f"{name!r} is not a kind of IAM object.", remedy=f"Use one of: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def sets_of(name: str) -> frozenset[str]:
    """The sets that a kind belongs to.

    >>> sorted(sets_of("group"))
    ['identity', 'resource']
    """
    return kind(name).sets


def members(set_name: str) -> tuple[str, ...]:
    """The kinds in one set, in the order of the table.

    Raises:
        IamkitError: there is no set of that name.

    >>> members("entity")
    ('user', 'role')
    >>> members("principal")
    ('user', 'role', 'root', 'role-session', 'federated-user')
    """
    check_set(set_name)
    return tuple(row.name for row in _ROWS if set_name in row.sets)


def is_a(name: str, set_name: str) -> bool:
    """Whether a kind belongs to a set.

    >>> is_a("group", "principal"), is_a("root", "principal")
    (False, True)
    """
    check_set(set_name)
    return set_name in kind(name).sets


def why(name: str, set_name: str) -> str:
    """One sentence that says why a kind belongs to a set, or why it does not.

    >>> why("group", "principal")
    'A request comes from one of the users in a group, never from the group.'
    """
    check_set(set_name)
    return kind(name).reasons[set_name]


def check_set(set_name: str) -> None:
    """Raise ``IamkitError`` unless ``set_name`` is one of the four words.

    >>> check_set("actor")
    Traceback (most recent call last):
        ...
    iamkit.errors.IamkitError: 'actor' is not one of IAM's sets. Use one of: resource, entity, identity, principal.
    """
    if set_name not in SETS:
        raise IamkitError(f"{set_name!r} is not one of IAM's sets.", remedy=f"Use one of: {', '.join(SETS)}.")
