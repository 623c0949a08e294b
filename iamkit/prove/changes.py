"""The world after a change of permissions. The world before stays as it is, and what did not change is shared."""

import copy
import json
from collections.abc import Iterable
from dataclasses import replace

from iamkit.altered import with_account, with_identity
from iamkit.arn import Wild
from iamkit.identity.identities import Identity, ManagedPolicy, Role, User
from iamkit.policy.document import Policy, Statement
from iamkit.world import World

EVERYTHING = Policy.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "everything")


def administrator_access(partition: str) -> str:
    """The ARN of the AWS managed policy that allows everything; it is there in every account."""
    return f"arn:{partition}:iam::aws:policy/AdministratorAccess"


def with_policy(world: World, changed: ManagedPolicy) -> World:
    """The world with another text of a customer managed policy, for all who have it."""
    account = changed.arn.split(":")[4]
    return with_account(world, account, policies={**world.accounts[account].policies, changed.name: changed})


def with_inline(world: World, identity: Identity) -> World:
    """The identity has one more inline policy, which allows everything."""
    return with_identity(world, replace(identity, inline={**identity.inline, "everything": EVERYTHING}))


def with_attached(world: World, identity: Identity, arns: Iterable[str]) -> World:
    """The identity has these managed policies too."""
    return with_identity(world, replace(identity, attached=list(dict.fromkeys([*identity.attached, *arns]))))


def with_administrator_access(world: World, arn: str) -> World:
    """If this is the ARN of AdministratorAccess: the world knows that policy."""
    if arn in world.managed_policies or arn != administrator_access(arn.split(":")[1]):
        return world
    after = copy.copy(world)
    after.managed_policies = {**world.managed_policies, arn: ManagedPolicy(arn, {"v1": EVERYTHING}, "v1")}
    return after


def with_trust(world: World, role: Role, principal: str) -> World:
    """The role's trust policy names a principal, and nobody else."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    trust = Policy.parse({"Version": "2012-10-17", "Statement": statement}, f"rewritten trust of {role.name}")
    return with_identity(world, replace(role, trust=trust))


def parts(world: World, arn: str) -> tuple[object, ...]:
    """All that `powers` reads of a world: equal parts, equal powers."""
    identity = world.identity(arn)
    groups = world.accounts[identity.account].groups
    through = [groups[name] for name in identity.groups] if isinstance(identity, User) else []
    attached = [arn for holder in (identity, *through) for arn in holder.attached]
    return (identity, *through, *map(world.managed, [*attached, *filter(None, [identity.boundary])]))


def changed(before: World, after: World) -> frozenset[str]:
    """The ARNs of the users and roles that changes made others: themselves, a group or a policy of theirs.

    >>> world = World()
    >>> ana, bob = world.account("111122223333").user("ana"), world.accounts["111122223333"].user("bob")
    >>> sorted(changed(world, with_inline(world, ana)))
    ['arn:aws:iam::111122223333:user/ana']
    """
    found: set[str] = set()
    for number, account in after.accounts.items():
        was = before.accounts[number]
        if account is was:
            continue
        shared = account.groups is was.groups and account.policies is was.policies
        for known, old in ((account.users, was.users), (account.roles, was.roles)):
            if shared:
                found |= {identity.arn for name, identity in known.items() if identity is not old[name]}
            else:
                found |= {i.arn for i in known.values() if parts(before, i.arn) != parts(after, i.arn)}
    return frozenset(found)


def allows_everything(world: World, arn: str) -> bool:
    """Everything is allowed to a user or role, but for what is denied to it and what its boundary leaves out."""
    return any(map(_allows_everything, _statements(world, arn)))


def _statements(world: World, arn: str) -> list[Statement]:
    return [statement for document in world.documents(world.identity(arn)) for statement in document.statements]


def powers(world: World, arn: str) -> str:
    """What the policies of a user or role come to, as a text to compare: who is allowed everything differs from another
    such only by what is denied to it and by its boundary."""
    identity, statements = world.identity(arn), _statements(world, arn)
    if any(map(_allows_everything, statements)):
        statements = [EVERYTHING.statements[0], *(s for s in statements if s.effect == "Deny")]
    boundary = identity.boundary
    return json.dumps([sorted(set(map(_text, statements))), boundary and _document(world, boundary)])


def _document(world: World, arn: str) -> list[str]:
    return [_text(statement) for statement in world.managed(arn).document.statements]


def _allows_everything(statement: Statement) -> bool:
    everywhere = statement.resource is not None and (Wild.ANY,) in statement.resource.values
    plain = statement.effect == "Allow" and not statement.conditions and not statement.action.negated
    return plain and "*" in statement.action.values and everywhere and not statement.resource.negated  # type: ignore[union-attr]


def _text(statement: Statement) -> str:
    action, resource = statement.action, statement.resource
    tests = sorted(repr((c.written, c.key.lower(), c.values)) for c in statement.conditions)
    about = (resource.negated, resource.values) if resource else None
    return repr((statement.effect, action.negated, action.values, about, tests))
