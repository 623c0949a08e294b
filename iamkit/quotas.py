"""AWS's quotas, checked on request: what a world has more of than AWS allows.

The table is ``iamkit/data/quotas.json``, with its sources and the month it was read; AWS raises some of them now and
then. Sizes in IAM leave white space out; SCPs and RCPs count every character (IAM User Guide, reference_iam-quotas;
Organizations User Guide, orgs_manage_policies_rcps_syntax).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from iamkit.identity.account import Account
from iamkit.identity.identities import Identity, ManagedPolicy, Role, User
from iamkit.identity.organization import Unit, full_access
from iamkit.policy.document import Policy
from iamkit.world import World


@dataclass(frozen=True, slots=True)
class Quota:
    """One row of the table.

    Args:
        name: its key.
        what: what is counted.
        default: how many AWS allows at first.
        most: how many it allows on request; equal to ``default`` where it raises nothing.
        older: what AWS's pages said before, or empty.
    """

    name: str
    what: str
    default: int
    most: int
    older: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that goes beyond a quota.

    Args:
        quota: the row of the table.
        where: the ARN, the account, the unit or the control policy.
        count: how many there are.
        possible: True if AWS allows it after all: on request, or without white space.
        advice: what to do.
    """

    quota: Quota
    where: str
    count: int
    possible: bool
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.count} {self.quota.what}, where {self.quota.default} are allowed. {self.advice}"


@cache
def quotas() -> dict[str, Quota]:
    """The table by name.

    >>> quotas()["groups"].default, quotas()["groups"].most
    (300, 500)
    """
    table = json.loads(files("iamkit").joinpath("data", "quotas.json").read_text(encoding="utf-8"))["quotas"]
    return {
        name: Quota(name, row["what"], row["default"], row.get("most", row["default"]), row.get("older", ""))
        for name, row in table.items()
    }


def check_quotas(world: World) -> tuple[Finding, ...]:
    """What in this world goes beyond a quota of AWS, sorted by place.

    Nothing here stops a question: a class may well build what AWS would refuse.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> names = [acme.group(f"team-{number}").name for number in range(11)]
    >>> ana = acme.user("ana", groups=names)
    >>> print(*check_quotas(world))
    arn:aws:iam::111122223333:user/ana: 11 groups of a user, where 10 are allowed. AWS does not raise this quota.
    """
    found = [finding for account in world.accounts.values() for finding in _account(account)]
    found += _organization(world)
    return tuple(sorted(found, key=lambda finding: (finding.where, finding.quota.name)))


def _over(name: str, where: str, count: int) -> Iterator[Finding]:
    quota = quotas()[name]
    if count > quota.most:
        fixed = "AWS does not raise this quota." if quota.most == quota.default else f"AWS raises it to {quota.most}."
        yield Finding(quota, where, count, False, fixed)
    elif count > quota.default:
        yield Finding(quota, where, count, True, f"Ask AWS for more: it raises this quota to {quota.most}.")


def _account(account: Account) -> Iterator[Finding]:
    where = f"account {account.id}"
    for kind in ("users", "groups", "roles", "policies", "instance_profiles"):
        yield from _over(kind, where, len(getattr(account, kind)))
    for identity in [*account.users.values(), *account.groups.values(), *account.roles.values()]:
        yield from _identity(identity)
    for policy in account.policies.values():
        yield from _managed(policy)
    for name in account.instance_profiles:
        yield from _over("name_instance_profile", account.arn(f"instance-profile/{name}"), len(name))
    for resource in account.resources.values():
        yield from _over("tags", resource.arn, len(resource.tags))


def _identity(identity: Identity) -> Iterator[Finding]:
    kind, where = type(identity).__name__.lower(), identity.arn
    yield from _over(f"name_{kind}", where, len(identity.name))
    yield from _over("path", where, len(identity.path))
    yield from _over(f"attached_per_{kind}", where, len(identity.attached))
    yield from _over(f"inline_{kind}", where, sum(map(size, identity.inline.values())))
    if isinstance(identity, User):
        yield from _over("groups_per_user", where, len(identity.groups))
    if isinstance(identity, Role) and identity.trust:
        yield from _over("trust_size", where, size(identity.trust))
    if isinstance(identity, User | Role):
        yield from _over("tags", where, len(identity.tags))


def _managed(policy: ManagedPolicy) -> Iterator[Finding]:
    yield from _over("name_policy", policy.arn, len(policy.name))
    yield from _over("path", policy.arn, len(policy.path))
    yield from _over("versions", policy.arn, len(policy.versions))
    yield from _over("managed_size", policy.arn, max(map(size, policy.versions.values())))


def size(policy: Policy) -> int:
    """The size of a policy as IAM counts it: without white space.

    >>> size(Policy.parse('{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'))
    59
    """
    return len(re.sub(r"\s", "", json.dumps(policy.document, ensure_ascii=False)))


# The organization


def _organization(world: World) -> Iterator[Finding]:
    organization = world.organization
    if organization is None:
        return
    where = f"organization {organization.id}"
    yield from _over("units", where, len(list(organization.root.walk())) - 1)
    yield from _over("ou_depth", where, _depth(organization.root))
    levels: list[tuple[str, Unit | Account]] = [(f"unit {unit.name}", unit) for unit in organization.root.walk()]
    levels += [(f"account {account.id}", account) for account in world.accounts.values()]
    for place, level in levels:
        yield from _over("scps_per_target", place, len(level.scps or []))
        yield from _over("rcps_per_target", place, len(_own(level.rcps or [])) + 1)
    kept = organization.policies.values()
    for kind in ("scp", "rcp"):
        listed = [policy for _, level in levels for policy in getattr(level, f"{kind}s") or []]
        policies = _own([*listed, *(policy for policy in kept if _is_rcp(policy) == (kind == "rcp"))])
        yield from _over(f"{kind}s", where, len(policies))
        for policy in policies:
            yield from _control(kind, policy)


def _depth(unit: Unit) -> int:
    return max((1 + _depth(below) for below in unit.units), default=0)


def _own(policies: Iterable[Policy]) -> list[Policy]:
    """Each policy once, without those that AWS attaches itself."""
    given = {id(full_access(name)) for name in ("FullAWSAccess", "RCPFullAWSAccess")}
    return list({id(policy): policy for policy in policies if id(policy) not in given}.values())


def _is_rcp(policy: Policy) -> bool:
    return any(statement.principal for statement in policy.statements)


def _control(kind: str, policy: Policy) -> Iterator[Finding]:
    """An SCP or RCP counts with its white space, so how it is written matters."""
    where = f"{kind.upper()} {policy.name}"
    written = len(json.dumps(policy.document, ensure_ascii=False, indent=2))
    shortest = len(json.dumps(policy.document, ensure_ascii=False, separators=(",", ":")))
    quota = quotas()[f"{kind}_size"]
    if written > quota.default >= shortest:
        advice = f"Without indents and spaces it has {shortest} and fits."
        yield Finding(quota, where, written, True, advice)
    else:
        yield from _over(f"{kind}_size", where, shortest)
