"""An organization: its root, its organizational units, its accounts, and the control policies at each level.

Source: Organizations User Guide, orgs_manage_policies_scps, orgs_manage_policies_rcps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from iamkit.errors import WorldError
from iamkit.identity.account import Account
from iamkit.identity.identities import checked
from iamkit.policies import Level, Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place


@cache
def full_access(name: str) -> Policy:
    """FullAWSAccess or RCPFullAWSAccess, which AWS attaches at every level."""
    statement: dict[str, object] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if name == "RCPFullAWSAccess":
        statement["Principal"] = "*"
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, name=name)


def control_policies(given: Iterable[Source] | None, place: Place, where: str) -> list[Policy] | None:
    """Parse the SCPs or RCPs of one level; None stays None and means AWS's default."""
    if given is None:
        return None
    return [checked(source, place, f"{place.name}[{index}]", where) for index, source in enumerate(given)]


@dataclass(eq=False)
class Unit:
    """The organization's root or an organizational unit.

    Args:
        name: its name; ``Root`` for the root.
        id: ``r-…`` or ``ou-…``.
        scps, rcps: the policies attached here; None for AWS's default, which allows everything.
        units: organizational units below.
        accounts: IDs of the accounts directly here.
        declarative: names of declarative policies. They act in the services themselves, outside authorization
            (orgs_manage_policies_declarative_policies), so no decision reads them.
    """

    name: str
    id: str
    scps: list[Policy] | None = None
    rcps: list[Policy] | None = None
    units: list["Unit"] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    declarative: list[str] = field(default_factory=list)

    def unit(self, name: str, *, scps: Iterable[Source] | None = None, rcps: Iterable[Source] | None = None,
             accounts: Iterable[str | Account] = (), declarative: Iterable[str] = ()) -> "Unit":  # fmt: skip
        """Add an organizational unit below this one and return it; arguments as the fields of a `Unit`."""
        if any(other.name.lower() == name.lower() for other in self.units):
            raise WorldError(
                f"The unit {name!r} is there already.",
                where=f"unit {self.name}",
                remedy="Choose another name.",
            )
        made = Unit(name, f"ou-{self.id.removeprefix('r-').removeprefix('ou-')}-{len(self.units) + 1}")
        made.declarative = list(declarative)
        made.scps = control_policies(scps, Place.SCP, f"unit {name}")
        made.rcps = control_policies(rcps, Place.RCP, f"unit {name}")
        self.units.append(made)
        made.add(*accounts)
        return made

    def add(self, *accounts: str | Account) -> None:
        """Put accounts directly into this unit."""
        self.accounts += [account.id if isinstance(account, Account) else account for account in accounts]

    def walk(self) -> Iterator["Unit"]:
        """This unit and all below."""
        yield self
        for unit in self.units:
            yield from unit.walk()

    def __repr__(self) -> str:
        return f"<Unit {self.name!r}: {len(self.accounts)} accounts, {len(self.units)} units>"


@dataclass(eq=False)
class Organization:
    """An organization.

    Args:
        id: ``o-…``.
        management: the management account's ID; no SCP or RCP binds it.
        root: the tree of units.
        policies: control policies by name, attached or not. To attach one that was kept for later:
            ``unit.scps.append(organization.policies[name])``.
        central_root_access: whether root access to member accounts is managed centrally (id_root-enable-root-access).
        delegated_administrator: the account that may also do so, or None.
    """

    id: str
    management: str
    root: Unit
    policies: dict[str, Policy] = field(default_factory=dict)
    central_root_access: bool = False
    delegated_administrator: str | None = None

    def way(self, account: str) -> list[Unit] | None:
        """The units from the root down to the account; None if it is no member. The management account is at the root
        unless it was put elsewhere."""

        def search(unit: Unit) -> list[Unit] | None:
            if account in unit.accounts:
                return [unit]
            below = (search(child) for child in unit.units)
            return next(([unit, *found] for found in below if found), None)

        return search(self.root) or ([self.root] if account == self.management else None)

    def paths(self, account: str) -> tuple[str, ...]:
        """The value of ``aws:PrincipalOrgPaths``: ``o-…/r-…/ou-…/``."""
        way = self.way(account)
        return ("/".join([self.id, *(unit.id for unit in way)]) + "/",) if way else ()

    def levels(self, account: Account, kind: str) -> list[Level]:
        """The SCPs or RCPs (``kind``) that bind an account, from the root down; none for the management account."""
        way = self.way(account.id)
        if way is None or account.id == self.management:
            return []
        default = {"scps": "FullAWSAccess", "rcps": "RCPFullAWSAccess"}[kind]
        found = [
            *((unit.name, getattr(unit, kind)) for unit in way),
            (f"account {account.name or account.id}", getattr(account, kind)),
        ]
        return [Level(name, (full_access(default),) if given is None else tuple(given)) for name, given in found]

    def __repr__(self) -> str:
        return f"<Organization {self.id}>"
