"""What IAM keeps in an account: users, groups, roles and managed policies.

Source: IAM User Guide, id_users, id_groups, id_roles, access_policies_managed-vs-inline, reference_identifiers.
"""

import base64
import hashlib
from dataclasses import dataclass, field

from iamkit.errors import PolicyError
from iamkit.identity.holdings import Holdings
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place


def unique_id(prefix: str, arn: str, namesakes: int = 0) -> str:
    """A unique ID such as ``AIDA…``, made from the ARN so that the same world always has the same IDs.

    Args:
        prefix: its first four letters.
        arn: the ARN.
        namesakes: how many with the same ARN were there before and are deleted.

    Source: IAM User Guide, reference_identifiers (prefixes: AIDA user, AROA role, AGPA group).

    >>> unique_id("AIDA", "arn:aws:iam::111122223333:user/ana")
    'AIDAKSZG5FEWDLPFVJGNM'
    """
    seed = f"{arn}#{namesakes}" if namesakes else arn
    digest = base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()
    return prefix + digest[:17]


@dataclass(eq=False)
class ManagedPolicy:
    """A managed policy with its versions; the default one counts.

    Args:
        arn: its ARN.
        versions: parsed documents by version ID, such as ``v1``.
        default: the ID of the version in force.
    """

    arn: str
    versions: dict[str, Policy]
    default: str

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def path(self) -> str:
        """``/`` or ``/a/b/``."""
        return self.arn.split(":", 5)[5].removeprefix("policy").removesuffix(self.name)

    @property
    def document(self) -> Policy:
        """The version in force."""
        return self.versions[self.default]

    def __repr__(self) -> str:
        return f"<ManagedPolicy {self.name!r} {self.default}>"


@dataclass(eq=False)
class Identity:
    """What users, groups and roles share: a name, a path and policies.

    Args:
        arn: the ARN, with path.
        attached: ARNs of managed policies.
        inline: inline policies by name.
        unique_id: ``AIDA…``, ``AGPA…`` or ``AROA…``.
    """

    arn: str
    attached: list[str] = field(default_factory=list)
    inline: dict[str, Policy] = field(default_factory=dict)
    unique_id: str = ""

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def path(self) -> str:
        """``/`` or ``/a/b/``."""
        return (
            "/" + self.arn.split(":", 5)[5].split("/", 1)[1].rpartition("/")[0] + "/"
            if self.arn.count("/") > 1
            else "/"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.arn}>"


@dataclass(eq=False, repr=False)
class Group(Identity):
    """Users who share policies. A group is no principal, has no boundary and holds no group."""


@dataclass(eq=False, repr=False)
class User(Identity):
    """An IAM user.

    Args:
        groups: names of its groups.
        boundary: ARN of the managed policy that is its permissions boundary, or None.
        tags: its tags; requests carry them as ``aws:PrincipalTag/…``.
        holdings: its long-term credentials.
    """

    groups: list[str] = field(default_factory=list)
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    holdings: Holdings = field(default_factory=lambda: Holdings(""))

    def __post_init__(self) -> None:
        self.holdings.owner = self.arn


@dataclass(eq=False, repr=False)
class Role(Identity):
    """A role.

    Args:
        trust: the trust policy: who may become it.
        boundary, tags: as for a user.
        max_session: the longest session in seconds, 3600 to 43200.
    """

    trust: Policy | None = None
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    max_session: int = 3600

    @property
    def is_service_linked(self) -> bool:
        """Owned by a service: its policies cannot be edited, and it takes no boundary."""
        return self.path.startswith("/aws-service-role/")

    @property
    def kind(self) -> str:
        """``service-linked role``, ``service role`` (a service may assume it) or ``role``."""
        if self.is_service_linked:
            return "service-linked role"
        named = [n for s in (self.trust.statements if self.trust else ()) if s.principal for n in s.principal.values]
        return "service role" if any(n.form.value == "service" for n in named) else "role"


def checked(source: Source | None, place: Place, name: str, where: str) -> Policy:
    """Parse a document and check its place; faults are told with ``where`` in front."""
    try:
        return check_place(Policy.parse(source, name=name), place)  # type: ignore[arg-type]
    except PolicyError as fault:
        raise fault.inside(where) from None
