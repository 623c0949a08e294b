"""Where a question with wildcards asks: which things of the world its pattern covers, and what else there may be.

Each thing whose policy speaks of the caller is a place of its own. The others of the caller's own account are alike,
but for their tags, and so they are one place. Then there is everything that the world does not hold.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from iamkit.arn import Pattern, arn_pattern
from iamkit.formula import ACTION, RESOURCE, TRUE, Formula, Is, Label, Not, Some, all_of, any_of, equals, like
from iamkit.identity.identities import Role, User
from iamkit.identity.principals import Caller, Kind
from iamkit.identity.resources import Resource
from iamkit.known import vpce_services
from iamkit.naming import Naming, is_session_of, naming, principals_of
from iamkit.prove.strings import covers, find, meet
from iamkit.request import check_resource, owner_of
from iamkit.semantics import always_answered
from iamkit.world import World

Thing = Resource | Role | User


@dataclass(frozen=True, slots=True)
class Place:
    """Requests for which the stack of policies is the same, but for what the context decides.

    Args:
        resource: an ARN that stands for all of them.
        within: which requests they are.
    """

    resource: str
    within: Formula


@dataclass(frozen=True, slots=True)
class Held:
    """Things that the world holds inside a pattern, each with the requests that are about it; sorted by ARN.

    Args:
        pattern: the pattern of the question.
        resources, roles, users: the things.
        assuming: the action may be one of STS, of which a role's trust policy speaks.
        whole: everything inside the pattern is about these resources.
    """

    pattern: str
    resources: tuple[tuple[Resource, Formula], ...]
    roles: tuple[tuple[Role, Formula], ...]
    users: tuple[tuple[User, Formula], ...]
    assuming: bool = True
    whole: bool = False

    @property
    def has_tags(self) -> bool:
        """Some of the things may differ in nothing but their tags."""
        return bool(self.roles or self.users or len(self.resources) > 1)


def arn_like(*globs: str) -> Formula:
    """The resource's ARN matches one of the patterns, field by field."""
    return Some(RESOURCE, any_of(Is(arn_pattern(Pattern.glob(glob).parts)) for glob in globs))


def is_one(text: str) -> bool:
    """True if a question names one resource or action, without wildcards."""
    return not set("*?") & set(text)


def resource_pattern(text: str) -> Pattern:
    """The resources that a question asks about. Where all six fields of an ARN are written, it is read field by field
    as in a policy; else as one text.

    >>> resource_pattern("arn:aws:sqs:*:111122223333:jobs").matches("arn:aws:sqs:a:b:111122223333:jobs")
    False
    >>> resource_pattern("*jobs").matches("arn:aws:sqs:eu-west-1:111122223333:jobs")
    True
    """
    asked = Pattern.glob(text)
    return arn_pattern(asked.parts) if text.count(":") >= 5 else asked


def held(world: World, pattern: str, action: str = "*") -> Held:
    """What the world holds inside the pattern of a question about an action.

    Raises:
        RequestError: for a malformed resource.
    """
    if is_one(pattern):
        check_resource(pattern)
        return Held(pattern, (), (), ())
    head, asked = re.split(r"[*?]", pattern, maxsplit=1)[0], resource_pattern(pattern)

    def covered(things: dict) -> list:
        near = (thing for thing in things.values() if thing.arn.startswith(head) or head.startswith(thing.arn))
        return [thing for thing in near if any(meet(asked, p) for p in _arns(thing))]

    accounts = world.accounts.values()
    resources = sorted((r for a in accounts for r in covered(a.resources)), key=lambda r: r.arn)
    roles = sorted((r for a in accounts for r in covered(a.roles)), key=lambda r: r.arn)
    users = sorted((u for a in accounts for u in covered(a.users)), key=lambda u: u.arn)
    everything = world.resources()
    about = [all_of([_in(resource), *_not_of_narrower(resource, everything)]) for resource in resources]
    assuming = meet(Pattern.glob(action, fold=True), Pattern.glob("sts:*", fold=True))
    return Held(
        pattern,
        tuple(zip(resources, about, strict=True)),
        tuple((role, _in(role)) for role in roles),
        tuple((user, _in(user)) for user in users),
        assuming,
        any(covers(pattern, asked) for resource in resources for pattern in _arns(resource)),
    )


def _arns(thing: Thing) -> list[Pattern]:
    return thing.arns() if isinstance(thing, Resource) else [Pattern.literal(thing.arn)]


def _in(thing: Thing) -> Formula:
    return Some(RESOURCE, any_of(Is(pattern) for pattern in _arns(thing)))


def _not_of_narrower(wide: Resource, everything: list[Resource]) -> Iterator[Formula]:
    """A function's alias may hold a policy of its own: then the function's does not count for it.

    Args:
        wide: a resource.
        everything: all resources of the world, sorted by ARN, so that what is under one follows it.
    """
    for below in wide.arns()[1:]:
        start = str(below.parts[0])
        first = bisect_left(everything, start, key=lambda resource: resource.arn)
        for at in range(first, len(everything)):
            if not everything[at].arn.startswith(start):
                break
            yield Not(_in(everything[at]))


def speaks_of(world: World, thing: Resource | Role, caller: Caller) -> bool:
    """Some statement of the resource's own policies names the caller, or of a role a session of it."""
    if isinstance(thing, Role):
        documents = [thing.trust] if thing.trust else []
    else:
        documents = [*thing.policies(), *thing.grant_policies()]
    statements = (statement for document in documents for statement in document.statements)
    if any(naming(statement, caller, world.readings) is not Naming.NOT for statement in statements):
        return True
    bare_role = caller.kind is Kind.SESSION and not caller.names_a_session
    return bare_role and any(is_session_of(named, caller) for named in principals_of(documents))


def places(world: World, caller: Caller, found: Held, tags: bool, endpoint: str | None) -> Iterator[Place]:
    """The places of a question for one caller, without what the world does not hold (`rest`), and without those where
    no policy could ever let this caller in (`closed`).

    Args:
        world: the world.
        caller: who asks.
        found: what the question's pattern covers.
        tags: whether some policy asks for tags of the resource.
        endpoint: the VPC endpoint of the request, or None.
    """
    asked = Some(RESOURCE, Is(resource_pattern(found.pattern)))
    alike: list[tuple[Thing, Formula]] = []
    for resource, about in found.resources:
        if speaks_of(world, resource, caller):
            yield Place(resource.arn, all_of([asked, about]))
        elif _may_be_open(resource, caller):
            alike.append((resource, about))
    for role, about in found.roles if found.assuming else ():
        if speaks_of(world, role, caller):
            yield Place(role.arn, all_of([asked, about, _ASSUMING]))
    alike += _tagged(caller, found) if tags else []
    for first, about in _grouped(alike, tags, endpoint is not None):
        yield Place(first.arn, all_of([asked, about]))
    shut = [(one, about) for one, about in found.resources if not speaks_of(world, one, caller)]
    if found.whole and shut and not alike:  # So that a proof can say what keeps the caller out.
        yield Place(shut[0][0].arn, all_of([asked, shut[0][1]]))


_ASSUMING = like(ACTION, "sts:*", fold=True)
_ASSUMED = all_of([arn_like("arn:*:iam:*:*:role/*"), _ASSUMING])
_KEY = arn_like("arn:*:kms:*:*:key/*")


def _may_be_open(resource: Resource, caller: Caller) -> bool:
    """A resource whose own policies pass over the caller: open at most inside the account, and a KMS key not even
    there."""
    return resource.account == caller.account and ":kms:" not in resource.arn


def _tagged(caller: Caller, found: Held) -> list[tuple[Thing, Formula]]:
    """Roles and users of the caller's account, as things to manage: their tags count."""
    people: list[tuple[Thing, Formula]] = [*found.roles, *found.users]
    return [(thing, all_of([about, Not(_ASSUMED)])) for thing, about in people if thing.account == caller.account]


def closed(world: World, caller: Caller, asked: Held, action: str) -> bool:
    """True if the question covers something where no policy could ever let this caller in."""
    shut = (r for r, _ in asked.resources if not speaks_of(world, r, caller) and not _may_be_open(r, caller))
    services = {resource.arn.split(":")[2] for resource in shut}
    services |= {"sts" for role, _ in asked.roles if asked.assuming and not speaks_of(world, role, caller)}
    wanted = Pattern.glob(action, fold=True)
    return any(find((wanted, Pattern.glob(f"{service}:*", fold=True)), ()) is not None for service in services)


def _grouped(alike: list[tuple[Thing, Formula]], tags: bool, by_service: bool) -> Iterator[tuple[Thing, Formula]]:
    """Those with the same tags together, where tags count; with an endpoint, by service. The first stands for all."""

    def key(item: tuple[Thing, Formula]) -> tuple:
        thing = item[0]
        service = thing.arn.split(":")[2] if by_service else ""
        return (service, isinstance(thing, Resource), tuple(sorted(thing.tags.items()))) if tags else (service,)

    for _, group in groupby(sorted(alike, key=key), key):
        members = list(group)
        yield members[0][0], any_of(about for _, about in members)


def rest(caller: Caller, found: Held, tags: bool) -> Formula:
    """What the pattern covers and the world does not hold; with ``tags``, without the users and roles either."""
    elsewhere = [about for _, about in found.resources] + [about for _, about in _tagged(caller, found) if tags]
    if _is_foreign_bucket(caller, found.pattern):
        return any_of([], Label("rule", "a bucket of another account lets in nobody whom its policy does not name"))
    asked = Some(RESOURCE, Is(resource_pattern(found.pattern)))
    return all_of([asked, Not(any_of(elsewhere)), not_held(caller)])


def not_held(caller: Caller) -> Formula:
    """ARNs that the world does not hold: only those of the caller's own account can be open to it.

    Roles and KMS keys that the world does not hold have no policy that would let anybody in.
    """
    partition, owners = caller.partition or "aws", sorted({"", caller.account or ""})
    own = any_of([arn_like(*(f"arn:{partition}:?*:*:{owner}:?*" for owner in owners)), equals(RESOURCE, "*")])
    return any_of([all_of([own, Not(_KEY), Not(_ASSUMED)]), always_answered(caller)])


def _is_foreign_bucket(caller: Caller, pattern: str) -> bool:
    """The pattern names one bucket, whose name says that it belongs to another account."""
    bucket = pattern.partition(":s3:::")[2].partition("/")[0]
    owner = owner_of(f"arn:aws:s3:::{bucket}") if is_one(bucket) else None
    return owner not in (None, caller.account)


NAMED_FOR_A_REGION = arn_like("arn:*:s3:::*-an", "arn:*:s3:::*-an/*")
"""Buckets whose name may say that they belong to another account: ``prefix-<account>-<region>-an``. No pattern can ask
for twelve digits, so a request about one of them has to be looked at."""


def endpoint_keys(owner_values: dict[str, tuple[str, ...]]) -> Iterator[Formula]:
    """The keys about an endpoint's owner, for resources that the world does not hold: who sends which is known.

    Args:
        owner_values: what services that send a key say.
    """
    unsaid = any_of([equals(RESOURCE, "*"), arn_like("arn:*:iam:*:*:*")])
    for key, values in sorted(owner_values.items()):
        sent = arn_like(*(f"arn:*:{service}:*:*:*" for service in sorted(vpce_services()[key])))
        said = [equals(key, value) for value in values]
        only = Not(Some(key, Not(any_of(Is(Pattern.literal(value)) for value in values))))
        absent = Not(Some(key, TRUE))
        yield any_of([unsaid, all_of([sent, *said, only] if values else [sent, absent]), all_of([Not(sent), absent])])
