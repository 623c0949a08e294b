"""What somebody holds on a chain through time: a stolen key, and the sessions that come of it.

Each knows how long it lives, as whom it acts, and which STS operations lead on from it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from iamkit.arn import Pattern
from iamkit.credentials import clock, limits
from iamkit.credentials.clock import iso
from iamkit.credentials.tokens import Credentials
from iamkit.identity.holdings import AccessKey
from iamkit.identity.identities import Role
from iamkit.identity.organization import full_access
from iamkit.identity.principals import Session
from iamkit.prove.moments import all_policies
from iamkit.world import Who, World

SESSION_NAME = "session"
FULL = full_access("FullAWSAccess")


@dataclass(frozen=True)
class Holding:
    """A kind of credential in somebody's hands; which one exactly, its instant of issue says.

    Args:
        operation: how it is issued, or empty for a long-term key.
        of: the ARN of its role, user or root user.
        name: the session's name.
        chained: whether it was issued to a role session, and so lives an hour at most.
        entity: the unique ID of its role or user at issue; one of the same name that is made later is another.
        carried: source identity and transitive tags that it hands on, as pairs.
        given: the credentials that the chain starts from, if these are they.
    """

    operation: str
    of: str
    name: str = ""
    chained: bool = False
    entity: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    given: Credentials | None = field(default=None, compare=False)

    def who(self, issued: int) -> Who:
        """As whom it acts, if it was issued at this instant."""
        if self.given is not None or not self.operation:
            return self.given.session if self.given else self.of
        carried = dict(self.carried)
        keys = {"aws:TokenIssueTime": iso(issued), **limits.mfa_key(self.operation)}
        keys |= {"aws:SourceIdentity": carried.pop("")} if "" in carried else {}
        policy = FULL if self.operation == "GetFederationToken" else None
        return Session(self.of, self.name, policy, carried, self.operation, keys)

    def handed_on(self) -> dict[str, Any]:
        """What AssumeRole with it sends by itself: the inherited source identity and session tags."""
        tags = dict(self.carried)
        found: dict[str, Any] = {"sts:SourceIdentity": tags.pop("")} if "" in tags else {}
        if tags:
            found |= {f"aws:requesttag/{key.lower()}": value for key, value in tags.items()}
            found |= {"aws:TagKeys": list(tags), "sts:TransitiveTagKeys": list(tags)}
        return found

    def also(self) -> tuple[str, ...]:
        """The permissions that AssumeRole needs besides, because of what is handed on."""
        sets = any(key == "" for key, _ in self.carried)
        return ("sts:SetSourceIdentity",) * sets + ("sts:TagSession",) * (len(self.carried) > sets)

    def longest(self, world: World) -> int:
        """The most seconds for which it can be issued in a world."""
        if self.operation in ("GetSessionToken", "GetFederationToken"):
            return limits.ROOT_USER if self.of.endswith(":root") else limits.USER.most
        role = world.identity(self.of)
        assert isinstance(role, Role)
        return min(role.max_session, limits.CHAINED) if self.chained else role.max_session

    def __str__(self) -> str:
        what = self.of.rpartition(":")[2]
        return f"{what} as {self.name}" if self.operation.startswith("AssumeRole") else what


@dataclass
class Sent:
    """What is fixed in each request of whoever walks a chain: no second factor, no source identity, no session tags.

    Args:
        where: what the question says besides.
        request_tags: the ``aws:RequestTag/…`` keys that policies look at.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    request_tags: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The keys that a bolder walker could send."""
        return ("sts:SourceIdentity", "sts:TransitiveTagKeys", "aws:TagKeys", *self.request_tags)

    def at(self, holding: Holding, now: int, times: bool) -> dict[str, Any]:
        """The constraints of a request at an instant; ``times`` says whether any policy looks at the time."""
        found: dict[str, Any] = {**dict.fromkeys(("aws:MultiFactorAuthAge", *self.left_out)), **self.where}
        if not holding.operation:
            found |= {"aws:TokenIssueTime": None, "aws:MultiFactorAuthPresent": None}
        return found | (clock.now(now) if times else {})


def of_source(source: AccessKey | Credentials, world: World) -> Holding:
    """The holding that a chain starts from."""
    if isinstance(source, AccessKey):
        return Holding("", source.owner)
    session = source.session
    carried = dict(source.transitive) | ({"": source.source_identity} if source.source_identity else {})
    pairs = tuple(carried.items())
    return Holding(source.operation, session.of, session.name, entity=source.entity, carried=pairs, given=source)


def next_of_user(holding: Holding, world: World) -> Iterator[Holding]:
    """What a long-term key can be turned into by its own user: a session token, and federated users."""
    if holding.operation:
        return
    caller = world.caller(holding.of)[0]
    yield Holding("GetSessionToken", holding.of, entity=caller.unique_id or "")
    for name in federated_names(world):
        yield Holding("GetFederationToken", holding.of, name, entity=caller.unique_id or "")


def next_of_role(holding: Holding, role: Role, name: str, counts_token: bool) -> Holding:
    """The session of a role that AssumeRole with this holding opens."""
    token = holding.operation == "GetSessionToken" and counts_token
    chained = holding.operation.startswith("AssumeRole") or token
    return Holding("AssumeRole", role.arn, name, chained, role.unique_id, holding.carried)


def federated_names(world: World) -> list[str]:
    """Names for federated users that a policy may treat differently: those that policies mention, and one more."""
    return _names(world, r"federated-user/([\w+=,.@-]{2,32})")


def session_names(world: World, role: Role) -> list[str]:
    """Session names of a role that a policy may treat differently: those that policies mention, and one more."""
    mentioned = rf"assumed-role/{re.escape(role.name)}/([\w+=,.@-]{{2,64}})"
    return sorted({*_names(world, mentioned), *_names_in_ids(world, role)})


def _names_in_ids(world: World, role: Role) -> Iterator[str]:
    """The names that tests of ``aws:userid`` ask for, which is the role's unique ID, a colon and the session's name."""
    for policy in all_policies(world):
        for condition in (c for statement in policy.statements for c in statement.conditions):
            if condition.key.lower() != "aws:userid":
                continue
            for prefix, colon, name in (value.rpartition(":") for value in condition.values):
                named = name.replace("*", SESSION_NAME).replace("?", "x")
                if colon and Pattern.glob(prefix).matches(role.unique_id) and re.fullmatch(r"[\w+=,.@-]{2,64}", named):
                    yield named


def _names(world: World, pattern: str) -> list[str]:
    texts = (policy.to_json() for policy in all_policies(world))
    return sorted({SESSION_NAME, *(name for text in texts for name in re.findall(pattern, text))})
