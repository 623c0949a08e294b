"""A question about many resources splits into cases, in each of which the stack of policies is fixed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.arn import Pattern, arn_pattern
from iamkit.errors import RequestError
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, any_of, equals, like, present
from iamkit.identity.principals import Caller
from iamkit.policy.document import Policy
from iamkit.prove.strings import find
from iamkit.readings import DEFAULT
from iamkit.request import Facts, check_action, check_resource, values
from iamkit.semantics import ruling
from iamkit.statements import condition_holds
from iamkit.world import Situation, Who, World


@dataclass(frozen=True, slots=True)
class Case:
    """One stack, and which requests it is asked about.

    Args:
        situation: caller, target, policies and what AWS fills in.
        within: the requests that belong to this case.
        facts: what AWS fills in, and the action and resource where the question fixes them.
    """

    situation: Situation
    within: Formula
    facts: Facts

    @property
    def formula(self) -> Formula:
        """The request belongs to the case and is allowed; nothing put in yet."""
        here = self.situation
        return all_of([self.within, ruling(here.caller, here.target, here.policies).allowed])


Place = tuple[str | None, Formula]
"""A resource of the world, or None for everything else, and which requests are about it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks about: an action, a resource (both may hold wildcards), and what the context must be."""

    action: str
    resource: str
    where: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}" + (f" where {dict(self.where)}" if self.where else "")


def cases(world: World, principal: Who, asked: Asked, places: list[Place]) -> Iterator[Case]:
    """The cases of a question: one for each of its places, and for each VPC endpoint of the world.

    Raises:
        RequestError: for a malformed action or constraint.
    """
    wanted = all_of([asked_action(asked.action), *constraints(asked.where)])
    endpoints = [None, *sorted(world.endpoints())]
    for held, within in places:
        for endpoint in endpoints:
            here = world.situation(principal, held or "*", endpoint=endpoint)
            nobody_else = [_of_nobody_else(here.caller)] if held is None else []
            within_case = all_of([wanted, within, *nobody_else, _through(endpoint, endpoints)])
            yield Case(here, within_case, fixed(here.facts, asked.action, asked.resource))


def asked_action(action: str) -> Formula:
    """The action of the question, which may have wildcards."""
    if "*" not in action and "?" not in action:
        check_action(action)
    return like(ACTION, action, fold=True)


def places(world: World, resource: str) -> list[Place]:
    """Each holder of a resource-based policy inside the pattern, then (None) everything else inside it.

    Raises:
        RequestError: for a malformed resource.
    """
    if not set("*?") & set(resource):
        check_resource(resource)
        return [(resource, equals(RESOURCE, resource))]
    asked, found, taken = like(RESOURCE, resource), list[Place](), list[Formula]()
    held = [(r.arn, tuple(r.arns())) for r in world.resources()]
    held += [(role.arn, (Pattern.literal(role.arn),)) for role in world.roles()]
    for arn, patterns in held:
        if any(find((Pattern.glob(resource), pattern), ()) is not None for pattern in patterns):
            found.append((arn, all_of([asked, _in(patterns)])))
            taken.append(_in(patterns))
    return [*found, (None, all_of([asked, Not(any_of(taken))]))]


def _in(patterns: tuple[Pattern, ...]) -> Formula:
    return Some(RESOURCE, any_of(Is(pattern) for pattern in patterns))


def _of_nobody_else(caller: Caller) -> Formula:
    """ARNs that the world does not hold: only those of the caller's own account can be open to it.

    Roles and KMS keys that the world does not hold have no policy that would let anybody in.
    """
    partition, owners = caller.partition or "aws", sorted({"", caller.account or ""})
    owned = [Is(arn_pattern(Pattern.glob(f"arn:{partition}:?*:*:{owner}:?*").parts)) for owner in owners]
    own = any_of([equals(RESOURCE, "*"), Some(RESOURCE, any_of(owned))])
    key = Some(RESOURCE, Is(arn_pattern(Pattern.glob("arn:*:kms:*:*:key/*").parts)))
    role = Some(RESOURCE, Is(arn_pattern(Pattern.glob("arn:*:iam:*:*:role/*").parts)))
    regional = any_of([like(RESOURCE, "arn:*:s3:::*-an"), like(RESOURCE, "arn:*:s3:::*-an/*")])
    return all_of([own, Not(key), Not(all_of([role, like(ACTION, "sts:*", fold=True)])), Not(regional)])


def _through(endpoint: str | None, known: list[str | None]) -> Formula:
    if endpoint is not None:
        return equals("aws:sourcevpce", endpoint)
    return all_of(Not(equals("aws:sourcevpce", other)) for other in known if other is not None)


def constraints(where: Mapping[str, Any]) -> Iterator[Formula]:
    """What ``where`` says: a key with its value (None: absent), or a Condition block such as ``{"IpAddress": {...}}``.

    >>> [formula.key for formula in constraints({"aws:MultiFactorAuthPresent": True})]
    ['aws:multifactorauthpresent']
    """
    for key, wanted in where.items():
        if isinstance(wanted, Mapping):
            block = {"Effect": "Allow", "Action": "*", "Condition": {key: dict(wanted)}}
            statement = Policy.parse({"Version": "2012-10-17", "Statement": block}, name="where").statements[0]
            yield all_of(condition_holds(c, statement.version, DEFAULT) for c in statement.conditions)
        elif not isinstance(key, str) or ":" not in key:
            raise RequestError(
                f"{key!r} is not a condition key.",
                where="where",
                remedy="Write aws:SourceIp, or an operator with a block.",
            )
        elif wanted is None:
            yield Not(present(key))
        else:
            yield from (equals(key, value) for value in values(wanted, key))


def fixed(facts: Facts, action: str, resource: str) -> Facts:
    """The facts, and the action and resource where the question fixes them."""
    given = {ACTION: (action,)} if not set("*?") & set(action) else {}
    if resource != "*" and not set("*?") & set(resource):
        given[RESOURCE] = (resource,)
    return facts | Facts(given)
