"""What a primitive of privilege escalation can be about in a world: which role, which group, which policy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from iamkit.altered import with_identity
from iamkit.identity.holdings import ACCESS_KEYS, Holdings
from iamkit.identity.identities import Group, ManagedPolicy, Role, User
from iamkit.policy.document import Policy
from iamkit.prove.changes import (
    EVERYTHING,
    administrator_access,
    with_administrator_access,
    with_attached,
    with_inline,
    with_policy,
    with_trust,
)
from iamkit.prove.primitives import Primitive
from iamkit.world import World

VERSIONS, GROUPS = 5, 10
"""How many versions a managed policy has, and how many groups a user is in, at most (IAM User Guide,
reference_iam-quotas)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What the words in braces stand for.

    Args:
        caller: the user or role that acts.
        target: the user or role whose permissions are gained.
        role: the role that is passed.
        service: the service that it is passed to.
        group: a group that the caller is in, or joins.
        policy: a customer managed policy.
        version: the ID of a version of it.
        attached: the ARN of a policy to attach or to make the boundary.
        assumes: what must be so besides and the world does not say, in words.
    """

    caller: User | Role
    target: User | Role
    role: Role | None = None
    service: str = ""
    group: Group | None = None
    policy: ManagedPolicy | None = None
    version: str = ""
    attached: str = ""
    assumes: tuple[str, ...] = ()

    def fill(self, text: str) -> str:
        """The text with what the words in braces stand for."""
        passed = self.role or self.target
        words = {
            "partition": self.caller.arn.split(":")[1],
            "account": self.caller.account,
            "target": self.target.arn,
            "user": self.target.arn,
            "role": passed.arn,
            "service": self.service,
            "group": self.group.arn if self.group else "",
            "policy": self.policy.arn if self.policy else "",
            "version": self.version,
            "attached": self.attached,
            "boundary": self.target.boundary or "",
        }
        for word, value in words.items():
            text = text.replace(f"{{{word}}}", value)
        return text


def bindings(primitive: Primitive, world: World, caller: User | Role, target: User | Role) -> Iterator[Binding]:
    """All that the primitive can be about, with this target, that passes its checks and that the world does not rule
    out; services and choices are still open."""
    passed = target if primitive.target == "assumed by role" and isinstance(target, Role) else None
    unsaid = _unsaid(primitive, target)
    if unsaid is None:
        return
    for variant in _variants(primitive, world, Binding(caller, target, passed, assumes=unsaid)):
        if all(_CHECKS[check](world, variant) for check in primitive.checks):
            yield variant


def may_be_certain(primitive: Primitive) -> bool:
    """A world can say everything that the primitive needs."""
    return set(primitive.assumes) <= _SAID.keys()


def _unsaid(primitive: Primitive, target: User | Role) -> tuple[str, ...] | None:
    """What the primitive assumes and the world does not say; None if the world says that it is not so.

    A world that records something of what a user holds is taken to record all of it. Where it records nothing, as one
    from an account dump, which lists no credentials, the user may hold anything.
    """
    held = target.holdings if isinstance(target, User) else None
    said = {text: holds(held) for text, holds in _SAID.items() if held and text in primitive.assumes}
    return tuple(text for text in primitive.assumes if text not in said) if all(said.values()) else None


_SAID: dict[str, Callable[[Holdings], bool]] = {
    "{target} has fewer than two access keys": lambda held: len(held.access_keys) < ACCESS_KEYS,
    "{target} has no console password": lambda held: held.password is None,
    "{target} has a console password": lambda held: held.password is not None,
    "{target} has no MFA device": lambda held: not held.mfa_devices,
}


def _variants(primitive: Primitive, world: World, binding: Binding) -> Iterator[Binding]:
    """One for each group that the caller is in, each policy that the target has, each other version of it."""
    account = world.accounts[binding.caller.account]
    if "caller is in the group" in primitive.checks:
        names = binding.caller.groups if isinstance(binding.caller, User) else []
        yield from (replace(binding, group=account.groups[name]) for name in sorted(names))
    elif "policy is attached" in primitive.checks:
        own = {policy.arn: policy for policy in account.policies.values()}
        for arn in sorted(own.keys() & _attached(world, binding.target)):
            versions = sorted(own[arn].versions.keys() - {own[arn].default}) if _chooses(primitive) else [""]
            yield from (replace(binding, policy=own[arn], version=version) for version in versions)
    else:
        yield binding


def _chooses(primitive: Primitive) -> bool:
    return "choose version" in primitive.changes


def _attached(world: World, identity: User | Role) -> set[str]:
    groups = world.accounts[identity.account].groups
    through = [groups[name] for name in identity.groups] if isinstance(identity, User) else []
    return {arn for holder in (identity, *through) for arn in holder.attached}


def _may_change(role: User | Role | None) -> bool:
    """Nobody but AWS changes a service-linked role, or a role that Identity Center made."""
    return isinstance(role, Role) and not role.is_service_linked and not role.path.startswith("/aws-reserved/")


def _in_profile(world: World, role: User | Role) -> bool:
    return role.name in world.accounts[role.account].instance_profiles.values()


def _is_full(policy: ManagedPolicy | None) -> bool:
    return policy is not None and len(policy.versions) >= VERSIONS


_CHECKS: dict[str, Callable[[World, Binding], bool]] = {
    "caller is a user": lambda world, b: isinstance(b.caller, User),
    "caller is a role": lambda world, b: isinstance(b.caller, Role),
    "caller has a boundary": lambda world, b: b.caller.boundary is not None,
    "caller is in the group": lambda world, b: b.group is not None,
    "policy is attached": lambda world, b: b.policy is not None,
    "policy has a free version": lambda world, b: not _is_full(b.policy),
    "policy has no free version": lambda world, b: _is_full(b.policy),
    "role can be changed": lambda world, b: _may_change(b.target),
    "role is in an instance profile": lambda world, b: _in_profile(world, b.target),
    "role is in no instance profile": lambda world, b: not _in_profile(world, b.target),
}


def choices(primitive: Primitive, world: World, binding: Binding) -> list[Binding]:
    """Where a primitive attaches a policy or joins a group: one for each that there is, AdministratorAccess first."""
    account = world.accounts[binding.caller.account]
    if "join groups" in primitive.changes:
        joined = binding.caller.groups if isinstance(binding.caller, User) else []
        return [replace(binding, group=group) for name, group in sorted(account.groups.items()) if name not in joined]
    if not _ATTACHING & set(primitive.changes):
        return [binding]
    known = {policy.arn for policy in account.policies.values()} | world.managed_policies.keys()
    first = administrator_access(account.partition)
    arns = [first, *sorted(known - {first})]
    return [replace(binding, attached=arn) for arn in arns if arn not in _attached(world, binding.target)]


_ATTACHING = {"attach policy", "attach policy to group", "widen boundary"}


def bundles(primitive: Primitive, world: World, allowed: list[Binding]) -> list[list[Binding]]:
    """Of the choices that are allowed, those to be taken in one step.

    AdministratorAccess alone, if it is among them. Else all together that deny nothing, since each can only add to the
    others, and each of the rest by itself.
    """
    if not allowed:
        return []
    if allowed[0].attached == administrator_access(allowed[0].caller.arn.split(":")[1]):
        return [allowed[:1]]
    plain = [choice for choice in allowed if not any(map(_denies, _documents(world, choice)))]
    if "join groups" in primitive.changes:
        room = GROUPS - len(getattr(allowed[0].caller, "groups", ()))
        plain = plain if len(plain) <= room else []
        allowed = allowed if room > 0 else []
    if "widen boundary" in primitive.changes or len(plain) < 2:
        return [[choice] for choice in allowed]
    return [plain, *([choice] for choice in allowed if choice not in plain)]


def _documents(world: World, choice: Binding) -> list[Policy]:
    if choice.attached:
        return [world.managed(choice.attached).document]
    return world.documents(choice.group) if choice.group else []


def _denies(document: Policy) -> bool:
    return any(statement.effect == "Deny" for statement in document.statements)


def world_after(primitive: Primitive, world: World, bundle: list[Binding]) -> World:
    """The world with the changes of a primitive made."""
    for change in primitive.changes:
        for binding in bundle:
            world = _CHANGES[change](world, binding)
    return world


def _now(world: World, binding: Binding) -> User | Role:
    """The target as it is by now."""
    return world.identity(binding.target.arn)


def _attach(world: World, holder: User | Role | Group, arn: str) -> World:
    return with_attached(with_administrator_access(world, arn), holder, [arn])


def _write_version(world: World, b: Binding) -> World:
    assert b.policy is not None
    return with_policy(world, replace(b.policy, versions={**b.policy.versions, "new": EVERYTHING}, default="new"))


def _choose_version(world: World, b: Binding) -> World:
    assert b.policy is not None
    return with_policy(world, replace(b.policy, default=b.version))


def _group(world: World, b: Binding) -> Group:
    assert b.group is not None
    return world.accounts[b.caller.account].groups[b.group.name]


def _join(world: World, b: Binding) -> World:
    user = _now(world, b)
    assert isinstance(user, User)
    return with_identity(world, replace(user, groups=[*user.groups, _group(world, b).name]))


def _trust(world: World, b: Binding) -> World:
    role = _now(world, b)
    assert isinstance(role, Role)
    return with_trust(world, role, b.caller.arn)


def _bound(world: World, b: Binding, boundary: str | None) -> World:
    after = with_administrator_access(world, boundary) if boundary else world
    return with_identity(after, replace(_now(after, b), boundary=boundary))


_CHANGES: dict[str, Callable[[World, Binding], World]] = {
    "put policy": lambda world, b: with_inline(world, _now(world, b)),
    "put policy on group": lambda world, b: with_inline(world, _group(world, b)),
    "attach policy": lambda world, b: _attach(world, _now(world, b), b.attached),
    "attach policy to group": lambda world, b: _attach(world, _group(world, b), b.attached),
    "join groups": _join,
    "write version": _write_version,
    "choose version": _choose_version,
    "trust caller": _trust,
    "remove boundary": lambda world, b: _bound(world, b, None),
    "widen boundary": lambda world, b: _bound(world, b, b.attached),
}
