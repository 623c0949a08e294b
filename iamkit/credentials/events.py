"""Events: what somebody does about credentials, and the world after it. The world before stays as it is.

What each does to the sessions that are out already follows from the rules alone: permissions are read anew for every
request, so a changed policy reaches old sessions too (IAM User Guide, page
id_credentials_temp_control-access_disable-perms).
AWS needs some time until a change is known everywhere; here it counts from its instant on.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from iamkit.altered import KINDS, with_account
from iamkit.credentials.clock import iso
from iamkit.errors import WorldError
from iamkit.identity.holdings import AccessKey, Holdings, Status
from iamkit.identity.identities import Identity, Role, User, checked
from iamkit.identity.organization import control_policies
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.world import World

Held = TypeVar("Held", bound=Identity)


@dataclass(frozen=True, eq=False)
class Change:
    """One thing that is done.

    Args:
        what: in words.
        apply: the world after it, from the world before and the instant.
    """

    what: str
    apply: Callable[[World, int], World]

    def __repr__(self) -> str:
        return f"<Change: {self.what}>"


# Access keys


def create_key(owner: str) -> Change:
    """The user (or root user) with this ARN gets a further access key."""

    def add(held: Holdings, now: int) -> None:
        held.add_access_key(now)

    return Change(f"a new access key for {_short(owner)}", lambda world, now: _with_holdings(world, owner, add, now))


def deactivate(key: AccessKey) -> Change:
    """The key is made inactive: it signs nothing. Sessions that were made with it go on (see `iamkit.readings`)."""
    return _set_status(key, "Inactive", "deactivated")


def activate(key: AccessKey) -> Change:
    """The key is made active again."""
    return _set_status(key, "Active", "activated")


def delete_key(key: AccessKey) -> Change:
    """The key is deleted for good."""

    def drop(held: Holdings, now: int) -> None:
        held.access_keys.remove(_found(held, key))

    return Change(f"access key {key.id} deleted", lambda world, now: _with_holdings(world, key.owner, drop, now))


def _set_status(key: AccessKey, status: Status, done: str) -> Change:
    def set_it(held: Holdings, now: int) -> None:
        _found(held, key).status = status

    return Change(f"access key {key.id} {done}", lambda world, now: _with_holdings(world, key.owner, set_it, now))


def _found(held: Holdings, key: AccessKey) -> AccessKey:
    found = next((one for one in held.access_keys if one.id == key.id), None)
    if found is None:
        raise WorldError(f"There is no access key {key.id}.", where=held.owner, remedy="It was deleted before.")
    return found


# Policies


def put_policy(identity: str, name: str, document: Source) -> Change:
    """The user, group or role with this ARN gets an inline policy, in the place of one with the same name."""

    def put(held: Held) -> Held:
        policy = checked(document, Place.IDENTITY, name, _short(identity))
        return replace(held, inline={**held.inline, name: policy})

    return Change(f"inline policy {name} put on {_short(identity)}", lambda world, now: _edited(world, identity, put))


def detach(identity: str, policy: str) -> Change:
    """An inline policy, by name, or a managed one, by name or ARN, is taken away.

    Raises:
        WorldError: when it is applied, if it is not there.
    """

    def drop(held: Held) -> Held:
        attached = [arn for arn in held.attached if policy not in (arn, arn.rpartition("/")[2])]
        inline = {name: one for name, one in held.inline.items() if name != policy}
        if len(attached) + len(inline) == len(held.attached) + len(held.inline):
            raise WorldError(f"It has no policy {policy}.", where=_short(identity), remedy="Name one that it has.")
        return replace(held, attached=attached, inline=inline)

    return Change(
        f"policy {policy} detached from {_short(identity)}", lambda world, now: _edited(world, identity, drop)
    )


def leave_group(user: str, group: str) -> Change:
    """The user leaves a group."""

    def leave(held: User) -> User:
        if group not in held.groups:
            raise WorldError(f"It is not in the group {group}.", where=_short(user), remedy="Name a group of its.")
        return replace(held, groups=[name for name in held.groups if name != group])

    return Change(f"{_short(user)} leaves group {group}", lambda world, now: _edited(world, user, leave))


def set_trust(role: str, trust: Source, what: str = "") -> Change:
    """The role gets another trust policy. It decides who can come in from now on; whoever is in stays."""

    def put(held: Role) -> Role:
        return replace(held, trust=checked(trust, Place.TRUST, f"trust of {held.name}", _short(role)))

    return Change(what or f"trust policy of {_short(role)} changed", lambda world, now: _edited(world, role, put))


def set_longest_session(role: str, seconds: int) -> Change:
    """The role's longest session is set, 3600 to 43200 seconds. Sessions that are out keep their end."""
    if not 3600 <= seconds <= 43200:
        raise WorldError(f"A session of {seconds} s is not allowed.", where=_short(role), remedy="Write 3600 to 43200.")
    return Change(
        f"longest session of {_short(role)} set to {seconds} s",
        lambda world, now: _edited(world, role, lambda held: replace(held, max_session=seconds)),
    )


MARGIN = 30
REVOKE = "AWSRevokeOlderSessions"


def revoke_sessions(role: str, margin: int = MARGIN) -> Change:
    """What the console calls "Revoke active sessions": an inline policy denies everything to sessions that were issued
    before a time, some 30 seconds ahead. The sessions live on, without permissions; new ones are not touched.

    Args:
        role: its ARN.
        margin: seconds ahead.

    Raises:
        WorldError: when it is applied, for a service-linked role and a role of Identity Center.

    Source: IAM User Guide, id_roles_use_revoke-sessions.
    """

    def revoke(held: Role, now: int) -> Role:
        if held.is_service_linked or held.path.startswith("/aws-reserved/"):
            remedy = "Deny by aws:PrincipalArn or the user in an SCP or a permission set instead."
            raise WorldError("Its sessions cannot be revoked.", where=_short(role), remedy=remedy)
        before = {"DateLessThan": {"aws:TokenIssueTime": iso(now + margin)}}
        deny = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": before}
        policy = Policy.parse({"Version": "2012-10-17", "Statement": [deny]}, REVOKE)
        return replace(held, inline={**held.inline, REVOKE: policy})

    what = f"older sessions of {_short(role)} revoked"
    return Change(what, lambda world, now: _edited(world, role, lambda held: revoke(held, now)))


def set_resource_policy(arn: str, policy: Source | None) -> Change:
    """The resource gets another policy, or none."""

    def put(world: World, now: int) -> World:
        holder = next((one for one in world.resources() if one.arn == arn), None)
        if holder is None:
            raise WorldError(f"There is no resource {arn}.", where="timeline", remedy="Name one of the world.")
        parsed = None if policy is None else checked(policy, Place.RESOURCE, f"policy of {arn}", arn)
        resources = world.accounts[holder.account].resources
        return _with(world, holder.account, resources={**resources, arn: replace(holder, policy=parsed)})

    return Change(f"policy of {_short(arn)} changed", put)


def set_scps(account: str, scps: list[Source]) -> Change:
    """The account gets other SCPs of its own."""

    def put(world: World, now: int) -> World:
        return _with(world, account, scps=control_policies(scps, Place.SCP, f"account {account}"))

    return Change(f"SCPs of account {account} changed", put)


def delete(identity: str) -> Change:
    """The user or role is deleted, with its policies and keys. (DeleteUser and DeleteRole want those removed first.)

    The sessions of a role end with it; see `iamkit.readings` for those of a user.
    """

    def drop(world: World, now: int) -> World:
        after = copy.deepcopy(world)
        after.delete(after.identity(identity))
        return after

    return Change(f"{_short(identity)} deleted", drop)


def disable_center_user(name: str) -> Change:
    """An Identity Center user is disabled: no sign-in and no new role session; role sessions that are out live on to
    their own end (IAM Identity Center User Guide, useraccess).

    Raises:
        WorldError: when it is applied, if there is no Identity Center, or no such user.
    """

    def disable(world: World, now: int) -> World:
        if world.center is None:
            raise WorldError("There is no Identity Center.", where="timeline", remedy="Give the world one.")
        after = copy.copy(world)
        after.center = world.center.copied(world.accounts)
        after.center.disable(name)
        return after

    return Change(f"Identity Center user {name} disabled", disable)


# Copies


def _short(arn: str) -> str:
    return arn.rpartition(":")[2]


def _with(world: World, account: str, **changed: Any) -> World:
    """The world with some parts of an account changed, and an Identity Center of its own, which knows the account."""
    after = with_account(world, account, **changed)
    after.center = world.center.copied(after.accounts) if world.center else None
    return after


def _edited(world: World, arn: str, edit: Callable[[Any], Identity]) -> World:
    """The world in which one user, group or role is another."""
    account = world.accounts[arn.split(":")[4]]
    found = account.groups.get(arn.rpartition("/")[2]) if ":group/" in arn else world.identity(arn)
    if found is None:
        raise WorldError(f"There is no group {arn}.", where="timeline", remedy="Name one of the world.")
    kind = KINDS[type(found)]
    return _with(world, account.id, **{kind: {**getattr(account, kind), found.name: edit(found)}})


def _with_holdings(world: World, owner: str, edit: Callable[[Holdings, int], None], now: int) -> World:
    """The world in which a user, or the root user, holds other credentials."""
    if not owner.endswith(":root"):
        return _edited(world, owner, lambda user: replace(user, holdings=_holdings(user.holdings, edit, now)))
    account = world.accounts[owner.split(":")[4]]
    return _with(world, account.id, root_holdings=_holdings(account.root_holdings, edit, now))


def _holdings(held: Holdings, edit: Callable[[Holdings, int], None], now: int) -> Holdings:
    after = replace(held, access_keys=[copy.copy(key) for key in held.access_keys])
    edit(after, now)
    return after
