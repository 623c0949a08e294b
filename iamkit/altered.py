"""The world with one thing changed. The world before stays as it is, and what did not change is shared."""

import copy
from dataclasses import replace
from typing import Any

from iamkit.identity.identities import Group, Identity, Role, User
from iamkit.world import World

KINDS = {User: "users", Group: "groups", Role: "roles"}


def with_account(world: World, account: str, **changed: Any) -> World:
    """The world with some parts of an account changed.

    Args:
        account: its ID.
        changed: fields of `iamkit.identity.account.Account`.
    """
    after = copy.copy(world)
    after.accounts = {**world.accounts, account: replace(world.accounts[account], **changed)}
    return after


def with_identity(world: World, changed: Identity) -> World:
    """The world with a user, group or role in the place of the one with the same name.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> tagged = with_identity(world, replace(ana, tags={"team": "payroll"}))
    >>> tagged.identity(ana.arn).tags, world.identity(ana.arn).tags
    ({'team': 'payroll'}, {})
    """
    kind = KINDS[type(changed)]
    known = getattr(world.accounts[changed.account], kind)
    return with_account(world, changed.account, **{kind: {**known, changed.name: changed}})
