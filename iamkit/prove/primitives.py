"""Primitives of privilege escalation: what must be allowed, what changes by it, and what is gained.

They are facts, kept in ``iamkit/data/escalation.json`` with their sources. This module reads them; what they mean in a
world is in `iamkit.prove.escalate`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Need:
    """A permission that a primitive needs.

    Args:
        action: the action.
        resource: the resource, or a pattern of resources of which one is enough; ``{role}``, ``{user}``, ``{group}``
            and ``{policy}`` stand for what the step is about, which is in the caller's account.
        where: the condition keys that the request carries for certain.
    """

    action: str
    resource: str
    where: Mapping[str, str]

    @property
    def is_general(self) -> bool:
        """True if it is the same for every role or user that could be the target."""
        filled = (self.resource, *self.where.values())
        names = ("{role}", "{user}", "{group}", "{policy}", "{service}", "{attached}", "{boundary}")
        return not any(name in text for text in filled for name in names)


@dataclass(frozen=True, slots=True)
class Primitive:
    """One way to gain permissions.

    Args:
        id: its name in the data file.
        kind: ``self-escalation``, ``principal-access``, ``new-passrole`` or ``existing-passrole``.
        does: what the principal does, in words.
        needs: the permissions it takes; every one.
        target: whose permissions are gained: ``caller``, ``user``, ``role`` or ``assumed by role``.
        services: of a passed role: the services of which it must trust one.
        changes: what is different afterwards.
        then: ``assume`` if the target must then be assumed, else empty.
        checks: what is looked up in the world.
        assumes: what must be so besides, in words; some of it a world may say (`iamkit.prove.targets`).
        source: where it is described.
    """

    id: str
    kind: str
    does: str
    needs: tuple[Need, ...]
    target: str
    services: tuple[str, ...]
    changes: tuple[str, ...]
    then: str
    checks: tuple[str, ...]
    assumes: tuple[str, ...]
    source: str

    @property
    def leaves_powers(self) -> bool:
        """True if the target is reached as it is, with no more permissions than before."""
        return set(self.changes) <= {"trust caller"}

    @property
    def changes_boundary(self) -> bool:
        """True if a permissions boundary is removed or replaced."""
        return any("boundary" in change for change in self.changes)


@cache
def primitives() -> tuple[Primitive, ...]:
    """All primitives; those that assume the least come first.

    >>> found = {primitive.id: primitive for primitive in primitives()}
    >>> [need.action for need in found["lambda-001"].needs]
    ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction']
    """
    data = json.loads(files("iamkit").joinpath("data/escalation.json").read_text(encoding="utf-8"))
    read = [_read(entry, data["resources"], data["keys"]) for entry in data["primitives"]]
    return tuple(sorted(read, key=lambda primitive: len(primitive.assumes)))


def _read(entry: Mapping, resources: Mapping[str, str], keys: Mapping[str, Mapping[str, str]]) -> Primitive:
    needs = [
        Need(action, resources[resource], keys.get(action, {}))
        for action, listed in entry["needs"].items()
        for resource in ([listed] if isinstance(listed, str) else listed)
    ]
    services = entry.get("service", ())
    several = {name: tuple(entry.get(name, ())) for name in ("changes", "checks", "assumes")}
    return Primitive(
        id=entry["id"],
        kind=entry["kind"],
        does=entry["does"],
        needs=tuple(needs),
        target=entry["target"],
        services=(services,) if isinstance(services, str) else tuple(services),
        then=entry.get("then", ""),
        source=entry["source"],
        **several,
    )
