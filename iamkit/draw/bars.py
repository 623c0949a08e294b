"""The bars of a credential timeline, made from access keys and temporary credentials."""

from collections.abc import Iterable
from dataclasses import dataclass

from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.identity.holdings import AccessKey

CUT_SHORT = "no longer accepted"
"""The status of what an event ends, and not its own expiry."""


@dataclass(frozen=True)
class Bar:
    """A credential as the timeline draws it.

    Args:
        label: its name, another one for each bar.
        start: its issue, in seconds since 1970, UTC.
        end: the first instant at which it is no longer accepted; None if none is set.
        kind: ``long-term`` or ``temporary``.
        parent: the label of what it was issued with, if that has a bar.
        status: a word such as "active" or "inactive", or what ended it; may be empty.
    """

    label: str
    start: int
    end: int | None = None
    kind: str = "temporary"
    parent: str | None = None
    status: str = ""


def bars_of(timeline: Timeline, held: Iterable[AccessKey | Credentials]) -> list[Bar]:
    """A bar for each credential, with its end in this timeline.

    A key of which it is not known when it was made begins with the timeline.

    >>> from iamkit.credentials.events import deactivate
    >>> from iamkit.world import World
    >>> world = World()
    >>> key = world.account("111122223333").user("ana").holdings.add_access_key()
    >>> day = Timeline(world, "1970-01-01T09:00:00Z").then("1970-01-01T09:40:00Z", deactivate(key))
    >>> token = day.sts("1970-01-01T09:30:00Z").get_session_token(key, duration=3600)
    >>> for bar in bars_of(day, [key, token]):
    ...     print(f"{bar.label}: {bar.start} to {bar.end}, from {bar.parent}")
    AKIASFSNJ5JMX5TRTCGR of user/ana: 32400 to 34800, from None
    user/ana by GetSessionToken: 34200 to 37800, from AKIASFSNJ5JMX5TRTCGR of user/ana
    """
    given = list(held)
    labels = _labels(given)
    return [_bar(timeline, one, labels) for one in given]


def _bar(timeline: Timeline, one: AccessKey | Credentials, labels: dict[str, str]) -> Bar:
    end, label = timeline.end_of(one), labels[_id(one)]
    if isinstance(one, AccessKey):
        start = timeline.start if one.created is None else one.created
        status = one.status.lower() if end is None else CUT_SHORT
        return Bar(label, start, None if end is None else max(start, end), "long-term", None, status)
    parent = None if isinstance(one.parent, str) else labels.get(_id(one.parent))
    return Bar(label, one.issued, end, "temporary", parent, "" if end == one.expires else CUT_SHORT)


def _id(one: AccessKey | Credentials) -> str:
    return one.id if isinstance(one, AccessKey) else one.access_key_id


def _labels(given: list[AccessKey | Credentials]) -> dict[str, str]:
    """A name for each, by its ID; sessions of one name are told apart by the ID as well."""
    names = {_id(one): _name(one) for one in given}
    alike = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {key: f"{name}, {key}" if name in alike else name for key, name in names.items()}


def _name(one: AccessKey | Credentials) -> str:
    if isinstance(one, AccessKey):
        return f"{one.id} of {one.owner.rpartition(':')[2]}"
    return f"{one.arn.rpartition(':')[2]} by {one.operation}"
