"""The world: everything that a question about access ranges over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iamkit.arn import Arn
from iamkit.decision import Decision, decide
from iamkit.errors import WorldError
from iamkit.identity.account import Account
from iamkit.identity.center import IdentityCenter
from iamkit.identity.deleted import without_name
from iamkit.identity.identities import Identity, ManagedPolicy, Role, User, checked
from iamkit.identity.organization import Organization, Unit, control_policies
from iamkit.identity.principals import Caller, Session
from iamkit.identity.resources import Resource
from iamkit.known import endpoint_facts, principal_facts, resource_facts
from iamkit.layers import Target
from iamkit.policies import Level, Policies, Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.readings import DEFAULT, Readings
from iamkit.request import (
    Facts,
    Request,
    check_action,
    check_context,
    check_resource,
    forwarded_context,
    owner_of,
    values,
)

if TYPE_CHECKING:
    from iamkit.prove.answers import Answers, Proof, Unknown, Witness
    from iamkit.prove.reach import Chain, Unreachable
    from iamkit.prove.space import Permissions

Who = str | Session | Identity


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is fixed once principal, resource and endpoint are: what the rules and the solver start from.

    Args:
        caller: the principal.
        target: what the rules need of the resource.
        policies: the whole stack.
        facts: the context keys that AWS fills in.
        holder: the resource of the world whose policy applies, or None.
    """

    caller: Caller
    target: Target
    policies: Policies
    facts: Facts
    holder: Resource | Role | None = None


class World:
    """Accounts, an organization, and the policies they share.

    >>> world = World()
    >>> acme = world.account("111122223333", "acme")
    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}
    >>> ana = acme.user("ana", policies=[read])
    >>> world.decide(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv").allowed
    True
    >>> world.can(ana, "s3:*", "*")
    <Witness: arn:aws:iam::111122223333:user/ana can s3:GetObject on arn:aws:s3:::payroll/example>
    >>> world.who_can("s3:GetObject", "arn:aws:s3:::payroll/*")
    <Answers: who can s3:GetObject on arn:aws:s3:::payroll/*: root, user/ana>
    >>> list(world.what_can(ana))
    [<s3:GetObject on arn:aws:s3:::payroll/*: always>]
    >>> bool(world.reach(ana, ("s3:GetObject", "arn:aws:s3:::payroll/march.csv")))
    True
    """

    def __init__(self, description: str = "", readings: Readings = DEFAULT) -> None:
        self.description, self.readings = description, readings
        self.accounts: dict[str, Account] = {}
        self.organization: Organization | None = None
        self.center: IdentityCenter | None = None
        self.managed_policies: dict[str, ManagedPolicy] = {}
        self.notes: list[str] = []  # what an import could not read

    def __repr__(self) -> str:
        counts = [(len(self.accounts), "account"), (len(self.users()), "user"), (len(self.roles()), "role")]
        return f"<World: {', '.join(f'{n} {what}' + 's' * (n != 1) for n, what in counts)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The world as a picture; see `iamkit.draw.graph.world_graph`."""
        from iamkit.draw.graph import world_graph

        return world_graph(self)._repr_mimebundle_(include, exclude)

    # Building

    def account(self, id: str, name: str = "", *, partition: str = "aws", canonical: str | None = None) -> Account:
        """Add an account and return it."""
        if id in self.accounts:
            raise WorldError(f"The account {id} is there already.", where="accounts", remedy="Add it once.")
        self.accounts[id] = Account(id, name, partition, canonical)
        return self.accounts[id]

    def organize(self, id: str, *, management: str | Account, scps: Iterable[Source] | None = None,
                 rcps: Iterable[Source] | None = None,
                 accounts: Iterable[str | Account] = ()) -> Organization:  # fmt: skip
        """Make the organization. ``scps`` and ``rcps`` are those of its root; ``accounts`` are directly at the root.

        Args:
            id: ``o-…``.
            management: the management account.
        """
        root = Unit("Root", f"r-{id.removeprefix('o-')[:4]}")
        root.scps = control_policies(scps, Place.SCP, "Root")
        root.rcps = control_policies(rcps, Place.RCP, "Root")
        root.add(*accounts)
        self.organization = Organization(id, management.id if isinstance(management, Account) else management, root)
        return self.organization

    def managed(self, arn: str, document: Source | None = None) -> ManagedPolicy:
        """The managed policy with this ARN; with a document, add it (for AWS managed policies).

        Raises:
            WorldError: if the world does not hold it.
        """
        if document is not None:
            policy = checked(document, Place.IDENTITY, arn.rpartition("/")[2], f"policy {arn}")
            self.managed_policies[arn] = ManagedPolicy(arn, {"v1": policy}, "v1")
        if arn in self.managed_policies:
            return self.managed_policies[arn]
        account = self.accounts.get(arn.split(":")[4]) if arn.count(":") >= 5 else None
        found = account.policies.get(arn.rpartition("/")[2]) if account else None
        if found is None or found.arn != arn:
            raise WorldError(
                f"The world holds no policy {arn}.",
                where="policies",
                remedy="Add it with account.policy or world.managed.",
            )
        return found

    def delete(self, identity: User | Role) -> None:
        """Delete a user or role. One with the same name may be added later; it has another unique ID.

        Policies that named the deleted one go on meaning it alone; see `iamkit.identity.deleted`.

        Raises:
            WorldError: if it is not there.
        """
        if self.identity(identity.arn) is not identity:
            what = f"Another {identity.arn} took its place."
            raise WorldError(what, where="principal", remedy="Look it up again with world.identity.")
        account = self.accounts[identity.account]
        known: dict[str, Any] = account.users if isinstance(identity, User) else account.roles
        del known[identity.name]
        account.gone.append(identity.arn)
        if isinstance(identity, Role):
            held = account.instance_profiles
            account.instance_profiles = {name: role for name, role in held.items() if role != identity.name}
        for role in self.roles():
            role.trust = role.trust and without_name(role.trust, identity.arn, identity.unique_id)
        for resource in self.resources():
            resource.policy = resource.policy and without_name(resource.policy, identity.arn, identity.unique_id)

    # Looking up

    def users(self) -> list[User]:
        """All users, sorted by ARN."""
        return sorted(
            (user for account in self.accounts.values() for user in account.users.values()),
            key=lambda u: u.arn,
        )

    def roles(self) -> list[Role]:
        """All roles, sorted by ARN."""
        return sorted(
            (role for account in self.accounts.values() for role in account.roles.values()),
            key=lambda r: r.arn,
        )

    def resources(self) -> list[Resource]:
        """All resources, sorted by ARN."""
        return sorted(
            (r for account in self.accounts.values() for r in account.resources.values()), key=lambda r: r.arn
        )

    def identity(self, arn: str) -> User | Role:
        """The user or role with this ARN; a role also without its path.

        Raises:
            WorldError: if there is none, with the nearest name.
        """
        wanted = Arn.parse(arn)
        account = self.accounts.get(wanted.account)
        known: Mapping[str, User | Role] = (
            {} if account is None else account.users if wanted.type == "user" else account.roles
        )
        found = known.get(wanted.name)
        pathless = wanted.type == "role" and wanted.resource == f"role/{wanted.name}"
        if found is None or (found.arn != arn and not pathless):
            close = [found.name] if found else get_close_matches(wanted.name, known, 1)
            remedy = f"Did you mean {known[close[0]].arn}?" if close else "Add it, or check the account ID."
            raise WorldError(f"There is no {wanted.type} {arn}.", where="principal", remedy=remedy)
        return found

    def holder(self, resource: str) -> Resource | Role | None:
        """What carries the resource-based policy for an ARN: its bucket, its table, the role itself."""
        # What covers an ARN has an ARN that ends where this one ends, or at one of its separators.
        for end in (len(resource), *(at for at in range(len(resource) - 1, 0, -1) if resource[at] in ":/")):
            for account in self.accounts.values():
                held = account.resources.get(resource[:end])
                if held is not None and held.covers(resource):
                    return held
        fields = resource.split(":", 5)
        if len(fields) == 6 and fields[2] == "iam" and fields[5].startswith("role/") and fields[4] in self.accounts:
            role = self.accounts[fields[4]].roles.get(resource.rpartition("/")[2])
            return role if role and role.arn == resource else None
        return None

    def documents(self, identity: Identity) -> list[Policy]:
        """The identity-based policies of a user (with its groups'), a group or a role."""
        found = [self.managed(arn).document for arn in identity.attached] + list(identity.inline.values())
        if isinstance(identity, User):
            groups = self.accounts[identity.account].groups
            found += [document for name in identity.groups for document in self.documents(groups[name])]
        return found

    # Deciding

    def situation(
        self, principal: Who, resource: str, owner: str | None = None, endpoint: str | None = None
    ) -> Situation:
        """Collect the stack and the facts for one principal and one resource.

        Args:
            principal: an ARN, a service name, ``ik.ANONYMOUS``, a `Session`, a user or a role.
            resource: an ARN or ``*``.
            owner: the owning account, where neither the world nor the ARN says it.
            endpoint: the ID of the VPC endpoint that the request goes through, if the world has it.
        """
        caller, session = self.caller(principal)
        holder = self.holder(resource)
        owner = (holder.account if holder else None) or owner_of(resource) or owner or caller.account
        kept = holder if isinstance(holder, Resource) else None
        target = Target.of(resource, owner, aws_managed=kept is not None and kept.aws_managed)
        policies = Policies(
            identity=self._identity_documents(caller),
            resource=self._resource_documents(holder),
            boundary=self._boundary(caller),
            session=session.policy if session else None,
            scps=self._levels(caller.account, "scps"),
            rcps=self._levels(target.account, "rcps"),
            endpoint=self.endpoints().get(endpoint) if endpoint else None,
            grants=kept.grants if kept else (),
            readings=self.readings,
        )
        facts = principal_facts(self, caller, session) | resource_facts(self, resource, target.account, holder)
        facts |= endpoint_facts(self, endpoint, resource)
        return Situation(caller, target, policies, facts, holder)

    def caller(self, principal: Who) -> tuple[Caller, Session | None]:
        """The principal as the rules see it: with its role's path, its unique ID and its boundary."""
        session = principal if isinstance(principal, Session) else None
        caller = Caller.parse(principal if isinstance(principal, str) else principal.arn)
        entity = session.of if session else caller.entity
        if session:
            caller = replace(caller, entity=entity, operation=session.operation, console=session.console)
        account = self.accounts.get(caller.account or "")
        if account is None or entity is None or entity.endswith(":root"):
            return replace(caller, canonical=account.canonical if account else None), session
        found = self.identity(entity)
        return replace(
            caller,
            entity=found.arn,
            bounded=bool(found.boundary),
            unique_id=found.unique_id,
            canonical=account.canonical,
        ), session

    def decide(self, principal: Who, action: str, resource: str, context: Mapping[str, Any] | None = None,
               via: str | Iterable[str] = ()) -> Decision:  # fmt: skip
        """Decide one request with everything that this world knows.

        Args:
            principal: an ARN, a service name, ``ik.ANONYMOUS``, a `Session`, a user or a role.
            action: ``service:Name``.
            resource: an ARN or ``*``.
            context: condition keys that the caller or the network sets, such as ``aws:SourceIp``.
            via: the service, or the chain of services, that makes this call on the principal's behalf, such as
                ``cloudformation.amazonaws.com``; see `iamkit.request.forwarded`.

        Raises:
            WorldError: if the principal or one of its policies does not exist in the world.
            RequestError: for a malformed request, or a context key that AWS fills in itself.
        """
        check_action(action)
        check_resource(resource)
        context = {} if context is None else context
        check_context(context)
        for service in [via] if isinstance(via, str) else via:
            context = forwarded_context(context, service, self.readings)
        through = next((values(given, key) for key, given in context.items() if key.lower() == "aws:sourcevpce"), ())
        here = self.situation(principal, resource, endpoint=through[0] if len(through) == 1 else None)
        request = Request(here.caller.arn, action, resource, context, here.target.account)
        return decide(request, here.caller, here.target, here.policies, here.facts)

    def _identity_documents(self, caller: Caller) -> list[Policy]:
        if caller.account is None or caller.entity is None or caller.entity.endswith(":root"):
            return []
        if caller.account not in self.accounts:
            return [_assumed()]
        return self.documents(self.identity(caller.entity))

    def _resource_documents(self, holder: Resource | Role | None) -> list[Policy]:
        if isinstance(holder, Role):
            return [holder.trust] if holder.trust else []
        return holder.policies() if holder else []

    def _boundary(self, caller: Caller) -> list[Policy]:
        boundary = self.identity(caller.entity).boundary if caller.bounded and caller.entity else None
        return [self.managed(boundary).document] if boundary else []

    def _levels(self, account: str | None, kind: str) -> list[Level]:
        if self.organization is None or account not in self.accounts:
            return []
        return self.organization.levels(self.accounts[account], kind)

    def endpoints(self) -> dict[str, Policy]:
        """The policies of all VPC endpoints, by ID."""
        return {vpce: policy for account in self.accounts.values() for vpce, policy in account.endpoints.items()}

    # Proving

    def can(
        self, principal: Who, action: str, resource: str, where: Mapping[str, Any] | None = None
    ) -> "Witness | Proof | Unknown":
        """Is there any request, in any context, that this principal is allowed? See `iamkit.prove.ask.can`."""
        from iamkit.prove.ask import can

        return can(self, principal, action, resource, where)

    def who_can(self, action: str, resource: str, where: Mapping[str, Any] | None = None) -> "Answers":
        """Which users, roles and root users can, each with a witness or a proof? See `iamkit.prove.ask.who_can`."""
        from iamkit.prove.ask import who_can

        return who_can(self, action, resource, where)

    def what_can(self, principal: Who) -> "Permissions":
        """What is this principal allowed, pattern by pattern? See `iamkit.prove.space.what_can`."""
        from iamkit.prove.space import what_can

        return what_can(self, principal)

    def reach(self, source: Who, target: str | tuple[str, str], escalation: bool = False,
              where: Mapping[str, Any] | None = None, at: Any = None) -> "Chain | Unreachable":  # fmt: skip
        """By which chain of roles does a principal come to a role, or to an action on a resource? See
        `iamkit.prove.reach.reach`."""
        from iamkit.prove.reach import reach

        return reach(self, source, target, escalation, where, at)

    # Files

    @classmethod
    def load(cls, path: str | Path) -> "World":
        """Read a world from the kit's own JSON format. See `iamkit.files.worldfile`."""
        from iamkit.files.worldfile import load

        return load(path)

    def save(self, path: str | Path) -> None:
        """Write the world in the kit's own JSON format."""
        from iamkit.files.worldfile import save

        save(self, path)

    @classmethod
    def from_gaad(cls, dump: Any, resource_policies: Any = None, credential_report: Any = None) -> "World":
        """Read the output of ``aws iam get-account-authorization-details``. See `iamkit.files.gaad`."""
        from iamkit.files.gaad import from_gaad

        return from_gaad(dump, resource_policies, credential_report)

    @classmethod
    def from_aws(cls, session: Any, progress: bool = False) -> "World":
        """Read a live account through a boto3 session. See `iamkit.files.live`."""
        from iamkit.files.live import from_aws

        return from_aws(session, progress)


def _assumed() -> Policy:
    """An account outside the world may let its own principals do anything, so the worst is assumed of it."""
    statement = {"Sid": "OutsideAccount", "Effect": "Allow", "Action": "*", "Resource": "*"}
    return Policy.parse({"Version": "2012-10-17", "Statement": statement}, name="assumed: the outside account allows")
