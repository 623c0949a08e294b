"""An account, and few words to fill it.

Source: IAM User Guide, id_users, id_groups, id_roles, access_policies_boundaries.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from iamkit.errors import WorldError
from iamkit.identity.holdings import Holdings
from iamkit.identity.identities import Group, Identity, ManagedPolicy, Role, User, checked, unique_id
from iamkit.identity.providers import OidcProvider, Provider, SamlProvider, host_of, make_oidc, make_saml
from iamkit.identity.resources import Resource
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place

Attached = str | Source
Held = TypeVar("Held", bound=Identity)
Registered = TypeVar("Registered", SamlProvider, OidcProvider)


@dataclass(eq=False)
class Account:
    """An AWS account. Its methods add to it and return what they made.

    Args:
        id: 12 digits.
        name: for people; may be empty.
        partition: ``aws``, ``aws-cn`` or ``aws-us-gov`` …
        canonical: the canonical user ID, where known (S3).
        scps, rcps: policies attached to the account itself in its organization; None for AWS's default (full access).
        gone: ARNs of deleted users and roles, once for each deletion.
        root_holdings: the root user's long-term credentials.
        providers: identity providers by ARN.

    >>> acme = Account("111122223333", "acme")
    >>> acme.user("ana", path="/payroll/", policies=[
    ...     {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}])
    <User arn:aws:iam::111122223333:user/payroll/ana>
    """

    id: str
    name: str = ""
    partition: str = "aws"
    canonical: str | None = None
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[str, ManagedPolicy] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    instance_profiles: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, Policy] = field(default_factory=dict)
    scps: list[Policy] | None = None
    rcps: list[Policy] | None = None
    gone: list[str] = field(default_factory=list)
    root_holdings: Holdings = field(default_factory=lambda: Holdings(""))
    providers: dict[str, Provider] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{12}", self.id):
            raise WorldError(f"{self.id!r} is not an account ID.", where="account", remedy="It has 12 digits, as text.")
        self.root_holdings.owner = self.root

    def __repr__(self) -> str:
        return f"<Account {self.id} {self.name!r}>"

    def arn(self, resource: str, service: str = "iam") -> str:
        """The ARN of something of this account: ``arn("user/ana")``."""
        return f"arn:{self.partition}:{service}::{self.id}:{resource}"

    @property
    def root(self) -> str:
        """The root user's ARN; as the principal of a policy it means the whole account."""
        return self.arn("root")

    def policy(self, name: str, document: Source | None = None, *, path: str = "/",
               versions: Mapping[str, Source] | None = None, default: str = "") -> ManagedPolicy:  # fmt: skip
        """Add a customer managed policy, with one document or with versions ``v1``, ``v2`` … and the default one."""
        arn = self._new("policy", name, path, self.policies, 128)
        given = dict(versions) if versions else {"v1": document}
        for version in given:
            if not re.fullmatch(r"v[1-9]\d*", str(version)):
                remedy = "Write v1, v2 and so on."
                raise WorldError(f"{version!r} is not a version ID.", where=f"policy {name}", remedy=remedy)
        parsed = {version: checked(source, Place.IDENTITY, name, f"policy {name}") for version, source in given.items()}
        default = default or max(parsed, key=lambda version: int(version[1:]))
        if default not in parsed:
            raise WorldError(
                f"The policy has no version {default!r}.",
                where=f"policy {name}",
                remedy=f"It has {', '.join(parsed)}.",
            )
        self.policies[name] = ManagedPolicy(arn, parsed, default)
        return self.policies[name]

    def group(
        self,
        name: str,
        *,
        policies: Iterable[Attached] = (),
        inline: Mapping[str, Source] | None = None,
        path: str = "/",
    ) -> Group:
        """Add a group."""
        group = Group(self._new("group", name, path, self.groups, 128))
        return self._add(group, self.groups, "AGPA", policies, inline)

    def user(self, name: str, *, groups: Iterable[str | Group] = (), policies: Iterable[Attached] = (),
             inline: Mapping[str, Source] | None = None, boundary: str | None = None,
             tags: Mapping[str, str] | None = None, path: str = "/") -> User:  # fmt: skip
        """Add a user.

        Args:
            name: up to 64 characters; unique without regard to case.
            groups: groups of this account.
            policies: names or ARNs of managed policies, or documents, which become inline policies.
            inline: inline policies by name.
            boundary: name or ARN of a managed policy.
            tags: tags.
            path: ``/`` or ``/a/b/``.

        Raises:
            WorldError: for a bad name or path, a name in use, or a group that does not exist.
        """
        user = User(self._new("user", name, path, self.users, 64), tags=dict(tags or {}))
        for group in groups:
            wanted = group.name if isinstance(group, Group) else group
            if wanted not in self.groups:
                raise WorldError(
                    f"There is no group {wanted!r}.",
                    where=f"user {name}",
                    remedy=self._known(self.groups, "groups"),
                )
            user.groups.append(wanted)
        user.boundary = self._boundary(boundary, f"user {name}")
        user.holdings.namesakes = self.gone.count(user.arn)
        return self._add(user, self.users, "AIDA", policies, inline)

    def role(self, name: str, *, trust: Source, policies: Iterable[Attached] = (),
             inline: Mapping[str, Source] | None = None, boundary: str | None = None,
             tags: Mapping[str, str] | None = None, path: str = "/", max_session: int = 3600) -> Role:  # fmt: skip
        """Add a role; ``trust`` says who may become it. Other arguments as for a user.

        Raises:
            WorldError: also for a boundary on a service-linked role, or a session length outside 3600–43200 s.
        """
        role = Role(self._new("role", name, path, self.roles, 64), tags=dict(tags or {}), max_session=max_session)
        role.trust = checked(trust, Place.TRUST, f"trust of {name}", f"role {name}")
        role.boundary = self._boundary(boundary, f"role {name}")
        if role.boundary and role.is_service_linked:
            raise WorldError(
                "A service-linked role takes no permissions boundary.",
                where=f"role {name}",
                remedy="Remove the boundary.",
            )
        if not 3600 <= max_session <= 43200:
            raise WorldError(
                f"A session of {max_session} s is not allowed.",
                where=f"role {name}",
                remedy="Write 3600 to 43200 seconds.",
            )
        return self._add(role, self.roles, "AROA", policies, inline)

    def resource(self, arn: str, **given: Any) -> Resource:
        """Add a resource of this account, by ARN; see `Resource` for what it may carry."""
        if arn in self.resources:
            raise WorldError(
                f"The resource {arn!r} is there already.", where=f"account {self.id}", remedy="Add it once."
            )
        self.resources[arn] = Resource.of(arn, self.id, **given)
        return self.resources[arn]

    def instance_profile(self, name: str, role: str | Role) -> str:
        """Add an instance profile, which holds exactly one role; returns its ARN."""
        wanted = role.name if isinstance(role, Role) else role
        if wanted not in self.roles:
            raise WorldError(
                f"There is no role {wanted!r}.",
                where=f"instance profile {name}",
                remedy=self._known(self.roles, "roles"),
            )
        arn = self._new("instance-profile", name, "/", self.instance_profiles, 128)
        self.instance_profiles[name] = wanted
        return arn

    def saml_provider(self, name: str, *, entity_id: str, certificates: Iterable[str] = (),
                      sign_in: Iterable[str] = ()) -> SamlProvider:  # fmt: skip
        """Add a SAML provider; arguments as the fields of a `SamlProvider`."""
        made = make_saml(self.arn(f"saml-provider/{name}"), entity_id, certificates, sign_in)
        return self._provider(made)

    def oidc_provider(self, url: str, *, client_ids: Iterable[str] = (),
                      thumbprints: Iterable[str] = ()) -> OidcProvider:  # fmt: skip
        """Add an OpenID Connect provider; arguments as the fields of an `OidcProvider`."""
        return self._provider(make_oidc(self.arn(f"oidc-provider/{host_of(url)}"), url, client_ids, thumbprints))

    def endpoint(self, vpce: str, policy: Source) -> None:
        """Add a VPC endpoint, by ID (``vpce-…``), with its policy."""
        self.endpoints[vpce] = checked(policy, Place.ENDPOINT, f"endpoint {vpce}", f"endpoint {vpce}")

    def _provider(self, made: Registered) -> Registered:
        if made.arn in self.providers:
            remedy = "Add it once, or delete the other first."
            raise WorldError(f"{made.arn} is there already.", where=f"account {self.id}", remedy=remedy)
        self.providers[made.arn] = made
        return made

    def _new(self, kind: str, name: str, path: str, known: Mapping[str, object], longest: int) -> str:
        where = f"{kind} {name}"
        if not re.fullmatch(r"[\w+=,.@-]+", name, re.ASCII) or len(name) > longest:
            remedy = f"Use letters, digits and +=,.@-_, at most {longest}."
            raise WorldError(f"{name!r} is not a name.", where=where, remedy=remedy)
        if not re.fullmatch(r"/|/[\x21-\x7e]*/", path) or len(path) > 512 or any(wild in path for wild in "*?"):
            raise WorldError(
                f"{path!r} is not a path.", where=where, remedy="Write / or /a/b/, at most 512 characters."
            )
        if name.lower() in {other.lower() for other in known}:
            remedy = "Names are unique without regard to case: choose another."
            raise WorldError(f"The {kind} {name!r} is there already.", where=where, remedy=remedy)
        return self.arn(f"{kind}{path}{name}")

    def _add(self, identity: Held, known: dict[str, Held], prefix: str, policies: Iterable[Attached],
             inline: Mapping[str, Source] | None) -> Held:  # fmt: skip
        where = f"{type(identity).__name__.lower()} {identity.name}"
        identity.unique_id = unique_id(prefix, identity.arn, self.gone.count(identity.arn))
        for name, source in (inline or {}).items():
            identity.inline[name] = checked(source, Place.IDENTITY, name, where)
        for given in policies:
            if isinstance(given, str) and not given.lstrip().startswith("{"):
                identity.attached.append(self._managed(given))
            else:
                name = f"inline-{len(identity.inline) + 1}"
                policy = checked(given, Place.IDENTITY, "", where)
                name = policy.name if policy.name not in ("policy", *identity.inline) else name
                identity.inline[name] = checked(given, Place.IDENTITY, name, where)
        known[identity.name] = identity
        return identity

    def _managed(self, given: str) -> str:
        """The ARN of a managed policy given by name or ARN; that it exists is checked when a question needs it."""
        if given.startswith("arn:"):
            return given
        return self.policies[given].arn if given in self.policies else self.arn(f"policy/{given}")

    def _boundary(self, given: str | None, where: str) -> str | None:
        if given is not None and not isinstance(given, str):
            raise WorldError(
                "A boundary is a managed policy.",
                where=where,
                remedy="Add it with account.policy(name, document) and name it here.",
            )
        return self._managed(given) if given else None

    @staticmethod
    def _known(known: Iterable[str], what: str) -> str:
        return f"The {what}: {', '.join(sorted(known)) or 'none yet'}."
