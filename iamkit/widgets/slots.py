"""A place of a world that holds a policy, and the world with another policy in that place."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from iamkit.altered import with_account
from iamkit.errors import IamkitError, PolicyError
from iamkit.identity.organization import Unit
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.world import World

At = str | tuple[str, str]


@dataclass(frozen=True)
class Slot:
    """A place that holds a policy.

    Args:
        policy: what stands there.
        place: its type.
        put: makes the world with another policy there; the old world stays as it is.
    """

    policy: Policy
    place: Place
    put: Callable[[Policy], World]


def slot(world: World, at: At) -> Slot:
    """Find the place of a policy.

    Args:
        world: the world.
        at: the ARN of a managed policy; of a resource, for its resource-based policy; of a role, for its trust policy.
            For an inline policy the ARN of its user, group or role, and its name. The ID of a VPC endpoint; or the name
            of an SCP or RCP, which is changed everywhere it is attached.

    Raises:
        IamkitError: if no policy stands there.

    >>> from iamkit import sample
    >>> slot(sample("payroll"), "arn:aws:s3:::acme-payroll").place.value
    'resource-based policy'
    >>> slot(sample("payroll"), ("arn:aws:iam::111122223333:group/contractors", "AcmeBuckets")).policy
    <Policy 'AcmeBuckets': 1 statement>
    """
    found = _inline(world, *at) if isinstance(at, tuple) else _held(world, at) or _control(world, at)
    if found is None:
        remedy = "Give the ARN of a managed policy, a resource or a role; (ARN, name) of an inline policy; or the name "
        raise IamkitError(f"No policy stands at {at!r}.", where="at", remedy=remedy + "of an SCP or RCP.")
    return found


def _with(world: World, account: str, kind: str, key: str, value: Any) -> World:
    """The world with one thing of an account changed; everything else is shared."""
    return with_account(world, account, **{kind: {**getattr(world.accounts[account], kind), key: value}})


def _inline(world: World, arn: str, name: str) -> Slot | None:
    for account in world.accounts.values():
        for kind in ("users", "groups", "roles"):
            for key, one in getattr(account, kind).items():
                if one.arn == arn and name in one.inline:
                    return _inline_slot(world, account.id, kind, key, one, name)
    return None


def _inline_slot(world: World, account: str, kind: str, key: str, one: Any, name: str) -> Slot:
    def put(policy: Policy) -> World:
        return _with(world, account, kind, key, replace(one, inline={**one.inline, name: policy}))

    return Slot(one.inline[name], Place.IDENTITY, put)


def _held(world: World, at: str) -> Slot | None:
    """A managed policy, the policy of a resource, a trust policy or an endpoint's."""
    if at in world.managed_policies:
        return _aws_managed(world, at)
    for account in world.accounts.values():
        for name, managed in account.policies.items():
            if managed.arn == at:
                return _managed(world, account.id, name, managed)
        for role in account.roles.values():
            if role.arn == at and role.trust:
                return _trust(world, role)
        if at in account.resources and account.resources[at].policy:
            return _resource(world, account.resources[at])
        if at in account.endpoints:
            return _endpoint(world, account.id, at)
    return None


def _changed(managed: Any, policy: Policy) -> Any:
    return replace(managed, versions={**managed.versions, managed.default: policy})


def _aws_managed(world: World, arn: str) -> Slot:
    managed = world.managed_policies[arn]

    def put(policy: Policy) -> World:
        after = copy.copy(world)
        after.managed_policies = {**world.managed_policies, arn: _changed(managed, policy)}
        return after

    return Slot(managed.document, Place.IDENTITY, put)


def _managed(world: World, account: str, name: str, managed: Any) -> Slot:
    def put(policy: Policy) -> World:
        return _with(world, account, "policies", name, _changed(managed, policy))

    return Slot(managed.document, Place.IDENTITY, put)


def _trust(world: World, role: Any) -> Slot:
    def put(policy: Policy) -> World:
        return _with(world, role.account, "roles", role.name, replace(role, trust=policy))

    return Slot(role.trust, Place.TRUST, put)


def _resource(world: World, resource: Any) -> Slot:
    def put(policy: Policy) -> World:
        refused = resource.refuses(policy)
        if refused:
            raise PolicyError(refused, where="$", remedy="Name who may, or restrict it by a condition.")
        return _with(world, resource.account, "resources", resource.arn, replace(resource, policy=policy))

    return Slot(resource.policy, Place.RESOURCE, put)


def _endpoint(world: World, account: str, vpce: str) -> Slot:
    def put(policy: Policy) -> World:
        return _with(world, account, "endpoints", vpce, policy)

    return Slot(world.accounts[account].endpoints[vpce], Place.ENDPOINT, put)


def _control(world: World, name: str) -> Slot | None:
    organization = world.organization
    if organization is None:
        return None
    holders = [*organization.root.walk(), *world.accounts.values()]
    for kind, place in (("scps", Place.SCP), ("rcps", Place.RCP)):
        for old in (policy for holder in holders for policy in getattr(holder, kind) or () if policy.name == name):
            return Slot(old, place, partial(_everywhere, world, old))
    return None


def _everywhere(world: World, old: Policy, new: Policy) -> World:
    """The world with an SCP or RCP changed wherever it is attached."""

    def swapped(policies: list[Policy] | None) -> list[Policy] | None:
        return policies and [new if one is old else one for one in policies]

    def unit(one: Unit) -> Unit:
        return replace(one, scps=swapped(one.scps), rcps=swapped(one.rcps), units=[unit(below) for below in one.units])

    assert world.organization is not None
    after = copy.copy(world)
    after.organization = replace(world.organization, root=unit(world.organization.root))
    after.accounts = {
        id: replace(account, scps=swapped(account.scps), rcps=swapped(account.rcps))
        for id, account in world.accounts.items()
    }
    return after
