"""Lint of the Action element, by itself and together with the resources of its statement."""

from collections.abc import Iterator
from itertools import islice

from iamkit.arn import Part, Pattern, Variable, Wild, arn_pattern
from iamkit.catalogue import Kind, actions, kinds, nearest
from iamkit.policy.document import Selector, Statement
from iamkit.policy.findings import Finding, finding, nth

_MANY = 300
"""Of an action with wildcards so many are looked at; with more, some action surely fits."""


def lint_actions(statement: Statement) -> Iterator[Finding]:
    """Findings about what the statement lets, or forbids, somebody do."""
    action = statement.action
    if action.negated and statement.effect == "Allow":
        yield finding(
            "allow-notaction",
            action.path,
            "The Allow covers every other action of every service, those of the future too.",
            "List the actions in Action, or use NotAction with Deny.",
        )
    for index, text in enumerate(action.values):
        yield from _action(text, nth(action.path, index, action.values))
    resource = statement.resource
    if resource is not None and not resource.negated and not action.negated:
        patterns = [_open(parts) for parts in resource.values]
        texts = [str(pattern) for pattern in patterns]
        if all(text.startswith("arn:") and ":s3:::" in text for text in texts):
            yield from _s3(action, texts, resource.path)
        for index, text in enumerate(action.values):
            yield from _on_others(text, nth(action.path, index, action.values), patterns)


def _action(text: str, where: str) -> Iterator[Finding]:
    if text.startswith("*:"):
        yield finding(
            "action-of-every-service",
            where,
            f"{text!r} speaks of every service.",
            "Write the service before the colon, or * alone if all are meant.",
        )
    if " " in text:
        yield finding(
            "action-with-space",
            where,
            f"{text!r} has a space in it and, as written, matches no action.",
            "Remove the space.",
        )
    elif not actions(text):
        close = nearest(text)
        yield finding(
            "unknown-action",
            where,
            f"AWS documents no action that {text!r} matches.",
            f"Did you mean {close}?" if close else "Check the service and the name; it may also be a new action.",
        )


def _open(parts: tuple[Part, ...]) -> Pattern:
    """The resource pattern; a variable may be any text."""
    return arn_pattern(tuple(Wild.ANY if isinstance(part, Variable) else part for part in parts))


def _on_others(text: str, where: str, resources: list[Pattern]) -> Iterator[Finding]:
    """An action that works on none of the listed resources. One with wildcards must match no action that does."""
    if any(pattern.parts == (Wild.ANY,) for pattern in resources):
        return
    found = [kind for action in islice(actions(text), _MANY) for kind in kinds(action)]
    if not found or len(found) >= _MANY or any(_meet(kind, pattern) for kind in found for pattern in resources):
        return
    types = sorted({kind.type for kind in found if kind.type})
    if not types:
        yield finding(
            "action-without-resource",
            where,
            f"{text} works on no resource in particular, and so on none of the listed ones.",
            'Write "Resource": "*" in a statement of its own.',
        )
    elif {"bucket", "object"}.isdisjoint(types) or not all(":s3:::" in str(pattern) for pattern in resources):
        named = ", ".join(types[:3]) + ", ..." * (len(types) > 3)
        yield finding(
            "action-on-other-resource",
            where,
            f"{text} works on resources of other types than the listed ones: {named}.",
            "List such resources, or remove the action.",
        )


def _meet(kind: Kind, resource: Pattern) -> bool:
    """Some ARN is of this kind and inside the pattern. Narrower types are passed over: the documented types of an
    action are not always that exact."""
    return _overlap(_tokens(kind.arn), _tokens(resource))


def _tokens(pattern: Pattern) -> list[Part]:
    return [token for part in pattern.parts for token in (part if isinstance(part, str) else [part])]


def _overlap(one: list[Part], other: list[Part]) -> bool:
    """Some text matches both patterns. Row by row, the places in ``other`` that some common beginning leads to."""
    places = {0}
    for token in [*one, None]:
        reached = _skip_stars(places, other)
        if token is None:
            return len(other) in reached
        if _is_star(token):
            places = reached
            for place in range(min(reached, default=0), len(other)):
                if place in places and _may_be(token, other[place]):
                    places = places | {place + 1}
        else:
            places = {p + (not _is_star(other[p])) for p in reached if p < len(other) and _may_be(token, other[p])}
    return False


def _skip_stars(places: set[int], tokens: list[Part]) -> set[int]:
    found = set(places)
    for place in range(len(tokens)):
        if place in found and _is_star(tokens[place]):
            found.add(place + 1)
    return found


def _is_star(token: Part) -> bool:
    return token in (Wild.ANY, Wild.ANY_IN_FIELD)


def _may_be(one: Part, other: Part) -> bool:
    """Some one character passes both tokens."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    in_field = {Wild.ANY_IN_FIELD, Wild.ONE_IN_FIELD}
    return not ((one == ":" and other in in_field) or (other == ":" and one in in_field))


def _s3(action: Selector, texts: list[str], where: str) -> Iterator[Finding]:
    """S3's actions on objects and on buckets, whose ARNs begin alike."""
    types = {text: {kind.type for kind in kinds(text)} for text in action.values if text.lower().startswith("s3:")}
    on_objects = [text for text, found in types.items() if "object" in found and "bucket" not in found]
    if on_objects and not any(mark in text for text in texts for mark in "/*?"):
        yield finding(
            "s3-object-action-on-bucket",
            where,
            f"{on_objects[0]} works on objects, and no object has the ARN of a bucket.",
            f"Add {texts[0]}/*.",
        )
    on_buckets = [text for text, found in types.items() if "bucket" in found and "object" not in found]
    if on_buckets and all("/" in text for text in texts):
        yield finding(
            "s3-bucket-action-on-object",
            where,
            f"{on_buckets[0]} works on a bucket, and the ARN of a bucket has no slash.",
            f"Add {texts[0].partition('/')[0]}.",
        )
