"""IAM Identity Center in a world file: written and read.

The roles that it makes in the accounts are not written, nor is their SAML provider: the reader assigns the permission
sets again, and so makes the same ones.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from iamkit.errors import WorldError
from iamkit.files.jsonfile import at, child
from iamkit.files.worldcheck import nearest
from iamkit.identity.account import Account
from iamkit.identity.center import HOUR, INLINE, Assignment, CenterUser, IdentityCenter, PermissionSet
from iamkit.identity.providers import Provider
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.world import World

Given = dict[str, Any]
Parse = Callable[[Any, Place, str, str], Policy]

PORTAL = 8 * HOUR


# Writing


def to_plain(center: IdentityCenter | None) -> Given:
    """What stands under ``identity_center``; empty if there is none."""
    if center is None:
        return {}
    written: Given = {"region": center.region}
    if center.source != "directory":
        written["source"] = center.source
    if center.portal_session != PORTAL:
        written["portal_session"] = center.portal_session
    written["groups"] = sorted(center.groups)
    written["users"] = {name: _user(user) for name, user in sorted(center.users.items())}
    written["permission_sets"] = {name: _set(one) for name, one in sorted(center.permission_sets.items())}
    written["assignments"] = [_assignment(one) for one in sorted(center.assignments)]
    written["made"] = _made(center)
    return {key: value for key, value in written.items() if value not in ([], {})}


def is_made(center: IdentityCenter | None, account: Account, name: str) -> bool:
    """Whether the reader makes this role, because a permission set is assigned."""
    return center is not None and name in _roles(center, account)


def makes_provider(center: IdentityCenter | None, account: Account, provider: Provider) -> bool:
    """Whether the reader makes this provider, because Identity Center has a role in the account."""
    if center is None or not _roles(center, account):
        return False
    return provider is center.provider(account)


def _roles(center: IdentityCenter, account: Account) -> list[str]:
    """The names of its roles in an account."""
    assigned = {one.permission_set for one in center.assignments if one.account == account.id}
    return [center.role(name, account).name for name in sorted(assigned)]


def _user(user: CenterUser) -> Given:
    written: Given = {"groups": list(user.groups)} if user.groups else {}
    if not user.enabled:
        written["enabled"] = False
    return written | ({"attributes": dict(sorted(user.attributes.items()))} if user.attributes else {})


def _set(one: PermissionSet) -> Given:
    written: Given = {} if one.duration == HOUR else {"duration": one.duration}
    for name in ("managed", "customer_managed"):
        if getattr(one, name):
            written[name] = list(getattr(one, name))
    if one.inline is not None:
        written["inline"] = deepcopy(one.inline.document)
    return written | ({"boundary": one.boundary} if one.boundary else {})


def _assignment(one: Assignment) -> Given:
    return {"account": one.account, "permission_set": one.permission_set, one.kind: one.who}


def _made(center: IdentityCenter) -> Given:
    """How many roles were made, where it is not one for each that is there: a new one has another suffix."""
    there = {(one.account, one.permission_set) for one in center.assignments}
    written: Given = {}
    for (account, name), count in sorted(center._made.items()):
        if count != ((account, name) in there):
            written.setdefault(account, {})[name] = count
    return written


# Reading


def fill(world: World, given: Given, path: str, parse: Parse) -> None:
    """Make ``world.center``, with its people, permission sets and assignments.

    Args:
        world: has its accounts and its organization already.
        given: of the shape of the schema's ``identity_center``.
        path: where it stands, for errors.
        parse: reads a policy document.

    Raises:
        WorldError: for a name that nothing has, or what Identity Center does not allow.
        PolicyError: for a policy that AWS would reject.
    """
    with at(path):
        center = IdentityCenter(world.accounts, world.organization, given["region"], given.get("source", "directory"),
                                int(given.get("portal_session", PORTAL)))  # fmt: skip
    world.center = center
    _people(center, given, path)
    for name, one in given.get("permission_sets", {}).items():
        _add_set(world, center, name, one, child(f"{path}.permission_sets", name), parse)
    there = {(one["account"], one["permission_set"]) for one in given.get("assignments", [])}
    for account, counts in given.get("made", {}).items():
        for name, count in counts.items():
            center._made[account, name] = int(count) - ((account, name) in there)
    for index, one in enumerate(given.get("assignments", [])):
        with at(f"{path}.assignments[{index}]"):
            center.assign(one["permission_set"], one["account"], user=one.get("user"), group=one.get("group"))


def _people(center: IdentityCenter, given: Given, path: str) -> None:
    center.groups = set(given.get("groups", []))
    users: Mapping[str, Given] = given.get("users", {})
    for name, user in users.items():
        where = child(f"{path}.users", name)
        for index, group in enumerate(user.get("groups", [])):
            if group not in center.groups:
                remedy = nearest(group, center.groups)
                raise WorldError(f"There is no group {group!r}.", where=f"{where}.groups[{index}]", remedy=remedy)
        with at(where):
            center._add_user(name, user.get("groups", []), user.get("attributes"))
        center.users[name].enabled = user.get("enabled", True)


def _add_set(world: World, center: IdentityCenter, name: str, given: Given, path: str, parse: Parse) -> None:
    parsed = dict(given)
    if "inline" in given:
        parsed["inline"] = parse(given["inline"], Place.IDENTITY, INLINE, f"{path}.inline")
    arns = {f"{path}.managed[{index}]": arn for index, arn in enumerate(given.get("managed", []))}
    if given.get("boundary", "").startswith("arn:"):
        arns[f"{path}.boundary"] = given["boundary"]
    for where, arn in arns.items():
        if arn not in world.managed_policies:
            remedy = 'Add its document under "managed_policies".'
            raise WorldError(f"There is no managed policy {arn!r}.", where=where, remedy=remedy)
    with at(path):
        center.permission_set(name, **parsed)
