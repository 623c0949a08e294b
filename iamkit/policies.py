"""The stack: every policy that has a say when one principal asks for one resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.grants import grant_policy
from iamkit.policy.places import Place, check_place
from iamkit.readings import DEFAULT, Readings

Source = Policy | dict[str, Any] | str


@dataclass(frozen=True, slots=True)
class Level:
    """The policies attached at one level of the organization: its root, an OU, or the account."""

    name: str
    policies: tuple[Policy, ...]


Levels = Iterable[Level | Iterable[Source]] | Mapping[str, Iterable[Source]]


class Policies:
    """All policies around one principal and one resource, parsed and checked for their place.

    Args:
        identity: identity-based policies of the user (its groups' included) or role.
        resource: the resource-based policy; for a role, its trust policy; for a KMS key, its key policy. A list where
            several sources grant beside each other (a bucket policy and an ACL).
        boundary: the permissions boundary: at most one policy.
        session: None for no session policy; else one policy or a list (an inline one and managed ones).
        scps: levels from the organization's root down to the account, each a list of policies; or a mapping from the
            level's name to its policies. Empty: no organization.
        rcps: the same for resource control policies. RCPFullAWSAccess need not be listed.
        endpoint: the policy of the VPC endpoint that the request goes through.
        grants: grants on a KMS key, each a dict as ``aws kms list-grants`` writes it.
        readings: which reading to take where AWS's pages conflict.

    Raises:
        PolicyError: if a document is malformed or may not stand in its place.

    >>> stack = Policies(identity=[{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}])
    >>> stack.identity
    (<Policy 'identity[0]': 1 statement>,)
    """

    __slots__ = (
        "boundary",
        "endpoint",
        "grants",
        "identity",
        "rcps",
        "readings",
        "resource",
        "scps",
        "session",
        "trust",
    )

    def __init__(
        self,
        identity: Iterable[Source] = (),
        resource: Iterable[Source] | Source | None = None,
        boundary: Iterable[Source] | Source = (),
        session: Iterable[Source] | Source | None = None,
        scps: Levels = (),
        rcps: Levels = (),
        endpoint: Source | None = None,
        grants: Iterable[Mapping[str, Any]] = (),
        readings: Readings = DEFAULT,
    ) -> None:
        self.readings = readings
        self.identity = self._read("identity", identity, Place.IDENTITY)
        self.boundary = self._read("boundary", boundary, Place.BOUNDARY)
        if len(self.boundary) > 1:
            raise PolicyError(
                "There are several permissions boundaries.",
                where="boundary",
                remedy="A user or role has at most one.",
            )
        self.session = None if session is None else self._read("session", session, Place.SESSION)
        self.resource = tuple(self._resource(source) for source in _several(resource))
        self.trust = bool(self.resource) and all(map(is_trust, self.resource))
        self.endpoint = None if endpoint is None else self._read("endpoint", endpoint, Place.ENDPOINT)[0]
        self.grants = tuple(grant_policy(grant, f"grants[{index}]") for index, grant in enumerate(grants))
        self.scps = self._levels("scps", scps, Place.SCP)
        self.rcps = self._levels("rcps", rcps, Place.RCP)

    def _read(self, name: str, given: Iterable[Source] | Source, place: Place) -> tuple[Policy, ...]:
        single = isinstance(given, Policy | dict | str)
        labels = (name if single else f"{name}[{index}]" for index, _ in enumerate(_several(given)))
        parsed = [self._parse(label, source) for label, source in zip(labels, _several(given), strict=True)]
        return tuple(check_place(policy, place, self.readings) for policy in parsed)

    def _resource(self, source: Source) -> Policy:
        policy = self._parse("resource", source)
        return check_place(policy, Place.TRUST if is_trust(policy) else Place.RESOURCE, self.readings)

    @staticmethod
    def _parse(label: str, source: Source) -> Policy:
        try:
            return Policy.parse(source, name=label)
        except PolicyError as fault:
            raise fault.inside(label) from None

    def _levels(self, name: str, levels: Levels, place: Place) -> tuple[Level, ...]:
        if isinstance(levels, dict | str | Policy) and not _is_mapping_of_lists(levels):
            raise PolicyError(
                f"{name} is one policy.",
                where=name,
                remedy="Give a list of levels, each a list of policies: [[policy]].",
            )
        named = (
            levels.items()
            if isinstance(levels, Mapping)
            else (_named(f"{name}[{index}]", level) for index, level in enumerate(levels))
        )
        found = []
        for label, level in named:
            if isinstance(level, dict | str | Policy):
                raise PolicyError(
                    f"{label} is one policy.",
                    where=name,
                    remedy="Each level is a list of policies: [[policy]].",
                )
            found.append(Level(str(label), self._read(str(label), level, place)))
        return tuple(found)


def _several(given: Iterable[Source] | Source | None) -> list[Source]:
    if given is None:
        return []
    return [given] if isinstance(given, Policy | dict | str) else list(given)


def _named(label: str, level: Level | Iterable[Source]) -> tuple[str, Iterable[Source]]:
    return (level.name, level.policies) if isinstance(level, Level) else (label, level)


def is_trust(policy: Policy) -> bool:
    """A role trust policy: STS actions and no Resource anywhere."""
    actions = [action for statement in policy.statements for action in statement.action.values]
    return all(s.resource is None for s in policy.statements) and all(a.lower().startswith("sts:") for a in actions)


def _is_mapping_of_lists(levels: Any) -> bool:
    return (
        isinstance(levels, dict)
        and all(isinstance(level, list | tuple) for level in levels.values())
        and "Statement" not in levels
    )
