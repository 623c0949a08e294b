"""A question splits into cases, in each of which the stack of policies is fixed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from iamkit.arn import Pattern
from iamkit.errors import RequestError
from iamkit.explain import listed
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, equals, like, present
from iamkit.identity.principals import Caller, Kind
from iamkit.known import organization_facts
from iamkit.policy.document import Policy
from iamkit.prove.callers import Someone
from iamkit.prove.places import Held, endpoint_keys, held, is_one, places, rest
from iamkit.prove.realistic import elementary_tests
from iamkit.readings import DEFAULT
from iamkit.request import Environment, Facts, check_action, values
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
        someone: who asks, where that is more than one certain principal.
        elsewhere: the case is about what the world does not hold.
    """

    situation: Situation
    within: Formula
    facts: Facts
    someone: Someone | None = None
    elsewhere: bool = False

    @property
    def fixed(self) -> Environment:
        """The action and the resource, where they are known."""
        return {key: found for key in (ACTION, RESOURCE) if (found := self.facts.of(key))}

    @property
    def formula(self) -> Formula:
        """The request belongs to the case and is allowed; nothing put in yet."""
        return all_of([self.within, allowed(self.situation)])


def allowed(here: Situation) -> Formula:
    """The formula of a stack."""
    return ruling(here.caller, here.target, here.policies).allowed


@dataclass(frozen=True)
class Asked:
    """What a question asks about.

    Args:
        world: the world.
        action, resource: may hold wildcards.
        where: what the context must be.

    Raises:
        RequestError: for a malformed action, resource or constraint.
    """

    world: World
    action: str
    resource: str
    where: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}" + (f" where {_in_words(self.where)}" if self.where else "")

    @cached_property
    def wanted(self) -> Formula:
        """What it asks of action and context."""
        return all_of([asked_action(self.action), *constraints(self.where)])

    @cached_property
    def held(self) -> Held:
        """What the world holds inside the resource's pattern."""
        return held(self.world, self.resource, self.action)


def cases(asked: Asked, principal: Who) -> Iterator[Case]:
    """The cases of a question for one principal: for each VPC endpoint of the world, one for each place."""
    endpoints = [None, *sorted(asked.world.endpoints())]
    for endpoint in endpoints:
        wanted = all_of([asked.wanted, _through(endpoint, endpoints)])
        for here, within, elsewhere in _places(asked, principal, endpoint, wanted):
            facts = fixed(here.facts, asked.action, asked.resource)
            yield Case(here, all_of([wanted, within, *_user_id(here.caller)]), facts, elsewhere=elsewhere)


def _user_id(caller: Caller) -> Iterator[Formula]:
    """A role stands for any session of it: its ``aws:userid`` is the role's unique ID, a colon, and any name."""
    if caller.kind is Kind.SESSION and not caller.names_a_session and caller.unique_id:
        yield Not(Some("aws:userid", Not(Is(Pattern.glob(f"{caller.unique_id}:??*")))))


_Place = tuple[Situation, Formula, bool]


def _places(asked: Asked, principal: Who, endpoint: str | None, wanted: Formula) -> Iterator[_Place]:
    world, found = asked.world, asked.held
    if is_one(asked.resource):
        yield world.situation(principal, asked.resource, endpoint=endpoint), equals(RESOURCE, asked.resource), False
        return
    elsewhere = world.situation(principal, "*", endpoint=endpoint)
    spoken_of = found.has_tags or endpoint is not None
    keys = set(elementary_tests(all_of([wanted, allowed(elsewhere)]))) if spoken_of else set()
    tags = any(key.startswith(("aws:resourcetag/", "iam:resourcetag/")) for key in keys)
    for place in places(world, elsewhere.caller, found, tags, endpoint):
        yield world.situation(principal, place.resource, endpoint=endpoint), place.within, False
    if found.whole:
        return
    rules = _endpoint_keys(world, endpoint, keys) if endpoint is not None else ()
    yield elsewhere, all_of([rest(elsewhere.caller, found, tags), *rules]), True


def asked_action(action: str) -> Formula:
    """The action of the question, which may have wildcards."""
    if is_one(action):
        check_action(action)
    return like(ACTION, action, fold=True)


def _endpoint_keys(world: World, endpoint: str, keys: set[str]) -> Iterator[Formula]:
    owner = next(account.id for account in world.accounts.values() if endpoint in account.endpoints)
    said = {"aws:vpceaccount": (owner,), **organization_facts(world, "vpce", owner).values}
    return endpoint_keys({key: value for key, value in said.items() if key in keys})


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
    given = {ACTION: (action,)} if is_one(action) else {}
    if resource != "*" and is_one(resource):
        given[RESOURCE] = (resource,)
    return facts | Facts(given)


def _in_words(where: Mapping[str, Any]) -> str:
    """What the context must be, as a sentence says it."""

    def one(key: str, wanted: Any) -> str:
        if isinstance(wanted, Mapping):
            return listed([f"{key} {inner} {_value(value)}" for inner, value in wanted.items()], "and")
        return f"{key} is absent" if wanted is None else f"{key} is {_value(wanted)}"

    return listed([one(key, wanted) for key, wanted in where.items()], "and")


def _value(given: Any) -> str:
    return listed(list(map(_value, given)), "and") if isinstance(given, list | tuple) else str(given)
