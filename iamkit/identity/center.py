"""IAM Identity Center: people of a directory get roles in the accounts of an organization.

A permission set is assigned to a user or group in an account. Identity Center then makes a role for it there, and lets
the people into it. The roles are ordinary roles; IAM refuses to edit them.

Sources: IAM Identity Center User Guide, referencingpermissionsets, howtosessionduration, configure-user-session,
manage-your-identity-source, limits, useraccess.
"""

import copy
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from iamkit.errors import WorldError
from iamkit.identity.account import Account
from iamkit.identity.identities import Role, checked
from iamkit.identity.organization import Organization
from iamkit.identity.providers import SIGN_IN, SamlProvider
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place

HOUR, DAY = 3600, 86_400
INLINE = "AwsSSOInlinePolicy"
RESERVED = "/aws-reserved/sso.amazonaws.com/"
PERMISSION_SETS, INLINE_BYTES, INLINE_CHARACTERS, MANAGED = 3500, 32_768, 10_240, 25
"""At most so many: permission sets; bytes of an inline policy, and characters of it that are no white space; managed
policies of a set. The page says 10 managed policies in one place and 25 in another; 25 is what can be had (limits)."""

IdentitySource = Literal["directory", "Active Directory", "external"]


@dataclass(eq=False)
class CenterUser:
    """A person in the identity store.

    Args:
        name: what they sign in with, and the session name of their roles.
        groups: names of groups.
        enabled: whether they may sign in.
        attributes: such as ``email``.
    """

    name: str
    groups: list[str] = field(default_factory=list)
    enabled: bool = True
    attributes: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<CenterUser {self.name}{'' if self.enabled else ', disabled'}>"


@dataclass(eq=False)
class PermissionSet:
    """What people may do in an account, as a template of a role.

    Args:
        name: up to 32 characters.
        duration: of its role sessions, in seconds, 3600 to 43,200.
        managed: ARNs of AWS managed policies.
        customer_managed: names of customer managed policies, which must exist in every account where it is assigned.
        inline: one policy document, or None.
        boundary: ARN of a managed policy, or the name of a customer managed one; or None.
    """

    name: str
    duration: int = HOUR
    managed: list[str] = field(default_factory=list)
    customer_managed: list[str] = field(default_factory=list)
    inline: Policy | None = None
    boundary: str | None = None

    def __repr__(self) -> str:
        return f"<PermissionSet {self.name}>"


@dataclass(frozen=True, order=True)
class Assignment:
    """A permission set, for a user or a group, in an account."""

    account: str
    permission_set: str
    kind: Literal["group", "user"]
    who: str

    def __str__(self) -> str:
        return f"{self.permission_set} for {self.kind} {self.who} in {self.account}"


class IdentityCenter:
    """The Identity Center instance of an organization. A world keeps it as ``world.center``.

    Args:
        accounts: the accounts of the world.
        organization: the organization; only with one can permission sets be assigned.
        region: its home Region.
        source: where people come from: its own ``directory``, ``Active Directory``, or an ``external`` identity
            provider (SAML for sign-in, SCIM for users and groups).
        portal_session: how long a sign-in at the access portal lasts, in seconds, 15 minutes to 90 days; 8 hours.

    >>> from iamkit.identity.organization import Unit
    >>> acme = Account("111122223333", "acme")
    >>> company = Organization("o-acme", acme.id, Unit("Root", "r-acme"))
    >>> center = IdentityCenter({acme.id: acme}, company, region="eu-west-1")
    >>> ana, reader = center.user("ana"), center.permission_set("Reader")
    >>> center.assign(reader, acme, user=ana).name
    'AWSReservedSSO_Reader_b3f8bdb3fb74f321'
    >>> center.offers(ana)
    [('111122223333', 'Reader')]
    """

    def __init__(self, accounts: Mapping[str, Account], organization: Organization | None, region: str,
                 source: IdentitySource = "directory", portal_session: int = 8 * HOUR) -> None:  # fmt: skip
        if organization is None:
            remedy = "Make one with world.organize: an account instance assigns no permission sets."
            raise WorldError("There is no organization.", where="Identity Center", remedy=remedy)
        if source not in ("directory", "Active Directory", "external"):
            remedy = "Write directory, Active Directory or external."
            raise WorldError(f"{source!r} is no identity source.", where="Identity Center", remedy=remedy)
        if not HOUR // 4 <= portal_session <= 90 * DAY:
            remedy = "Write 900 to 7776000 seconds (15 minutes to 90 days)."
            raise WorldError(f"A portal session of {portal_session} s is not allowed.", where="Identity Center",
                             remedy=remedy)  # fmt: skip
        self._accounts, self.organization, self.region = accounts, organization, region
        self.source, self.portal_session = source, portal_session
        self.users: dict[str, CenterUser] = {}
        self.groups: set[str] = set()
        self.permission_sets: dict[str, PermissionSet] = {}
        self.assignments: set[Assignment] = set()
        self._roles: dict[tuple[str, str], str] = {}
        self._made: dict[tuple[str, str], int] = {}

    def __repr__(self) -> str:
        return (
            f"<IdentityCenter in {self.region}: {len(self.users)} users, {len(self.permission_sets)} permission sets>"
        )

    def copied(self, accounts: Mapping[str, Account], organization: Organization | None = None) -> "IdentityCenter":
        """The same for a copy of the world; what is changed in one does not change in the other.

        Args:
            accounts: the accounts of the copy.
            organization: its organization; the same one if left out.
        """
        after = copy.copy(self)
        after._accounts, after.organization = accounts, organization or self.organization
        after.users = {name: replace(user, groups=list(user.groups)) for name, user in self.users.items()}
        after.permission_sets = {name: replace(one) for name, one in self.permission_sets.items()}
        after.groups, after.assignments = set(self.groups), set(self.assignments)
        after._roles, after._made = dict(self._roles), dict(self._made)
        return after

    # People

    def group(self, name: str) -> str:
        """Add a group."""
        self._by_hand("group")
        if name in self.groups:
            raise WorldError(f"The group {name!r} is there already.", where="Identity Center", remedy="Add it once.")
        self.groups.add(name)
        return name

    def user(self, name: str, *, groups: Iterable[str] = (), attributes: Mapping[str, str] | None = None) -> CenterUser:
        """Add a user by hand. Active Directory's users come from there alone: see `sync`."""
        self._by_hand("user")
        return self._add_user(name, groups, attributes)

    def sync(self, users: Mapping[str, Iterable[str]]) -> None:
        """Take over users and their groups from outside: what an external identity provider pushes by SCIM, or what
        is read from Active Directory. Who is no longer among them is deleted.

        Args:
            users: the groups of each user.
        """
        if self.source == "directory":
            remedy = "Add users one by one, or choose another identity source."
            raise WorldError("Its own directory takes over nobody.", where="Identity Center", remedy=remedy)
        for name in sorted(set(self.users) - set(users)):
            self.delete_user(name)
        for name, groups in users.items():
            self.groups |= set(groups)
            if name in self.users:
                self.users[name].groups = list(groups)
            else:
                self._add_user(name, groups, None)

    def disable(self, user: str) -> None:
        """Stop a user's sign-ins. Role sessions that are out go on until their own end (useraccess)."""
        self._user(user).enabled = False

    def enable(self, user: str) -> None:
        """Let a user sign in again."""
        self._user(user).enabled = True

    def delete_user(self, user: str) -> None:
        """Delete a user and their own assignments. As with disabling, role sessions that are out go on."""
        del self.users[self._user(user).name]
        for one in sorted(self.assignments):
            if (one.kind, one.who) == ("user", user):
                self._drop(one)

    # Permission sets

    def permission_set(self, name: str, *, duration: int = HOUR, managed: Iterable[str] = (),
                       customer_managed: Iterable[str] = (), inline: Source | None = None,
                       boundary: str | None = None) -> PermissionSet:  # fmt: skip
        """Add a permission set; arguments as the fields of a `PermissionSet`.

        Raises:
            WorldError: beyond a limit, or for a name that is taken or does not fit.
        """
        where = f"permission set {name}"
        if not re.fullmatch(r"[\w+=,.@-]{1,32}", name, re.ASCII):
            raise WorldError(
                f"{name!r} is not a name.", where=where, remedy="Use letters, digits and +=,.@-_, at most 32."
            )
        if name in self.permission_sets:
            raise WorldError(
                f"The permission set {name!r} is there already.", where=where, remedy="Choose another name."
            )
        if len(self.permission_sets) >= PERMISSION_SETS:
            raise WorldError("There is no room for another.", where=where, remedy=f"{PERMISSION_SETS} is the most.")
        if not HOUR <= duration <= 12 * HOUR:
            remedy = "Write 3600 to 43200 seconds (1 to 12 hours)."
            raise WorldError(f"A session of {duration} s is not allowed.", where=where, remedy=remedy)
        made = PermissionSet(name, duration, list(managed), list(customer_managed), None, boundary)
        if len(made.managed) + len(made.customer_managed) > MANAGED:
            raise WorldError("It has too many managed policies.", where=where, remedy=f"{MANAGED} is the most.")
        made.inline = _inline(inline, where)
        self.permission_sets[name] = made
        return made

    def assign(self, permission_set: str | PermissionSet, account: str | Account, *,
               user: str | CenterUser | None = None, group: str | None = None) -> Role:  # fmt: skip
        """Assign a permission set to a user or a group in an account, and make the role there if it is the first.

        Returns:
            The role.

        Raises:
            WorldError: if one of them does not exist, or the account is not of the organization.
        """
        one = self._assignment(permission_set, account, user, group)
        self.assignments.add(one)
        known = self._roles.get((one.account, one.permission_set))
        return self._accounts[one.account].roles[known] if known else self._provision(one)

    def unassign(self, permission_set: str | PermissionSet, account: str | Account, *,
                 user: str | CenterUser | None = None, group: str | None = None) -> None:  # fmt: skip
        """Take an assignment back. The last one in an account takes the role with it."""
        one = self._assignment(permission_set, account, user, group)
        if one not in self.assignments:
            raise WorldError(f"There is no assignment {one}.", where="Identity Center", remedy="See assignments.")
        self._drop(one)

    def role(self, permission_set: str | PermissionSet, account: str | Account) -> Role:
        """The role of a permission set in an account."""
        key = (_id(account), _name(permission_set))
        if key not in self._roles:
            remedy = "Assign it there to a user or a group first."
            raise WorldError(f"{key[1]} has no role in {key[0]}.", where="Identity Center", remedy=remedy)
        return self._accounts[key[0]].roles[self._roles[key]]

    def offers(self, user: str | CenterUser) -> list[tuple[str, str]]:
        """What the access portal shows a user: pairs of account and permission set, sorted."""
        person = self._user(_name(user))
        mine = {("user", person.name), *(("group", group) for group in person.groups)}
        return sorted({(one.account, one.permission_set) for one in self.assignments if (one.kind, one.who) in mine})

    # Parts

    def _by_hand(self, what: str) -> None:
        if self.source == "Active Directory":
            remedy = f"Make the {what} there; sync takes it over."
            raise WorldError(f"Its {what}s come from Active Directory.", where="Identity Center", remedy=remedy)

    def _add_user(self, name: str, groups: Iterable[str], attributes: Mapping[str, str] | None) -> CenterUser:
        listed = list(groups)
        if name in self.users:
            raise WorldError(f"The user {name!r} is there already.", where="Identity Center", remedy="Add them once.")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII):
            # Longer user names exist; they could not be the name of a role session.
            remedy = "Use 2 to 64 letters, digits and +=,.@-_."
            raise WorldError(f"{name!r} is not a user name.", where="Identity Center", remedy=remedy)
        for group in listed:
            self._group(group)
        self.users[name] = CenterUser(name, listed, True, dict(attributes or {}))
        return self.users[name]

    def _user(self, name: str) -> CenterUser:
        if name not in self.users:
            remedy = f"The users: {', '.join(sorted(self.users)) or 'none yet'}."
            raise WorldError(f"There is no user {name!r}.", where="Identity Center", remedy=remedy)
        return self.users[name]

    def _group(self, name: str) -> str:
        if name not in self.groups:
            remedy = f"The groups: {', '.join(sorted(self.groups)) or 'none yet'}."
            raise WorldError(f"There is no group {name!r}.", where="Identity Center", remedy=remedy)
        return name

    def _assignment(self, permission_set: str | PermissionSet, account: str | Account,
                    user: str | CenterUser | None, group: str | None) -> Assignment:  # fmt: skip
        name, number = _name(permission_set), _id(account)
        if name not in self.permission_sets:
            remedy = f"The permission sets: {', '.join(sorted(self.permission_sets)) or 'none yet'}."
            raise WorldError(f"There is no permission set {name!r}.", where="Identity Center", remedy=remedy)
        if number not in self._accounts or self.organization.way(number) is None:
            remedy = "Put it into the organization first."
            raise WorldError(f"{number} is no account of the organization.", where="Identity Center", remedy=remedy)
        if (user is None) == (group is None):
            raise WorldError("Whom is it for?", where="Identity Center", remedy="Name one user or one group.")
        if group is not None:
            return Assignment(number, name, "group", self._group(group))
        return Assignment(number, name, "user", self._user(_name(user or "")).name)

    def _provision(self, one: Assignment) -> Role:
        """Make the role."""
        account, permission_set = self._accounts[one.account], self.permission_sets[one.permission_set]
        for wanted in [*permission_set.customer_managed, permission_set.boundary or ""]:
            if wanted and not wanted.startswith("arn:") and wanted not in account.policies:
                self.assignments.discard(one)
                remedy = "Make a policy of that name in the account first."
                raise WorldError(f"{one.account} has no policy {wanted!r}.", where=str(one), remedy=remedy)
        key = (one.account, one.permission_set)
        self._made[key] = self._made.get(key, 0) + 1
        name = f"AWSReservedSSO_{one.permission_set}_{_hex(*key, self._made[key])}"
        path = RESERVED if self.region == "us-east-1" else f"{RESERVED}{self.region}/"
        account.role(name, trust=self._trust(account), path=path, max_session=12 * HOUR)
        self._roles[key] = name
        self.provision(permission_set)
        return account.roles[name]

    def provision(self, permission_set: PermissionSet) -> None:
        """Carry a changed permission set into every account where it has a role."""
        for (number, name), role_name in sorted(self._roles.items()):
            if name == permission_set.name:
                account, role = self._accounts[number], self._accounts[number].roles[role_name]
                own = [account.arn(f"policy/{wanted}") for wanted in permission_set.customer_managed]
                role.attached = [*permission_set.managed, *own]
                role.inline = {INLINE: permission_set.inline} if permission_set.inline else {}
                ceiling = permission_set.boundary
                role.boundary = account.arn(f"policy/{ceiling}") if ceiling and ":" not in ceiling else ceiling

    def provider(self, account: Account) -> SamlProvider:
        """The SAML provider object through which Identity Center comes into an account; made at the first role."""
        name = f"AWSSSO_{_hex(account.id, self.organization.id, 1)}_DO_NOT_DELETE"
        known = account.providers.get(account.arn(f"saml-provider/{name}"))
        if isinstance(known, SamlProvider):
            return known
        return account.saml_provider(name, entity_id=f"https://portal.sso.{self.region}.amazonaws.com/saml/assertion")

    def _trust(self, account: Account) -> Source:
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": self.provider(account).arn},
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": SIGN_IN}},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def _drop(self, one: Assignment) -> None:
        self.assignments.discard(one)
        key = (one.account, one.permission_set)
        if not any((other.account, other.permission_set) == key for other in self.assignments):
            account = self._accounts[one.account]
            account.gone.append(account.roles.pop(self._roles.pop(key)).arn)


def _hex(*parts: object) -> str:
    """16 hexadecimal digits, made up from names and a number, the same in every run."""
    return hashlib.sha256("#".join(map(str, parts)).encode()).hexdigest()[:16]


def _inline(source: Source | None, where: str) -> Policy | None:
    if source is None:
        return None
    policy = checked(source, Place.IDENTITY, INLINE, where)
    text = source if isinstance(source, str) else json.dumps(policy.document, ensure_ascii=False)
    if len(text.encode()) > INLINE_BYTES or len(re.sub(r"\s", "", text)) > INLINE_CHARACTERS:
        remedy = f"{INLINE_CHARACTERS} characters without white space are the most, in {INLINE_BYTES} bytes."
        raise WorldError("The inline policy is too long.", where=where, remedy=remedy)
    return policy


def _name(given: str | CenterUser | PermissionSet) -> str:
    return given if isinstance(given, str) else given.name


def _id(account: str | Account) -> str:
    return account if isinstance(account, str) else account.id
