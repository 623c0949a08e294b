"""A stack of policies as sets of requests: which regions of the set diagram hold a request, and which are allowed.

Each kind of policy is a set: the requests that it allows and does not deny. Which requests the stack allows is read
from the semantics, and not from the diagram; so that "what is left is the intersection" is found, never assumed. What
AWS answers whatever the policies say (``sts:GetCallerIdentity``) is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from iamkit.errors import ReplayError
from iamkit.evaluate import holds
from iamkit.explain import listed
from iamkit.formula import ACTION, FALSE, RESOURCE, Formula, Not, all_of
from iamkit.layers import Layer
from iamkit.prove.ask import solved
from iamkit.prove.cases import Asked, Case, cases
from iamkit.prove.fit import rank
from iamkit.request import Environment
from iamkit.semantics import Ruling, always_answered, ruling
from iamkit.world import Who, World

IDENTITY, BOUNDARY, SESSION, SCPS, RCPS, BUCKET = (
    "identity policy", "boundary", "session policy", "SCPs", "RCPs", "bucket policy",
)  # fmt: skip
_LAYERS = {
    IDENTITY: "identity-based policies",
    BOUNDARY: "permissions boundary",
    SESSION: "session policy",
    SCPS: "SCP at ",
    RCPS: "RCP at ",
    BUCKET: "resource-based policy",
}
ALLOWED, DENIED, SOME = "allowed", "not allowed", "in part allowed"


@dataclass(frozen=True)
class Region:
    """The requests that lie in some of the sets and in no others; there is at least one.

    Args:
        inside: the sets, in the order of the diagram.
        outcome: ``allowed``, ``not allowed``, or ``in part allowed``: for all of its requests, proved.
        action, resource: one of its requests; an allowed one where there are both.
        context: its condition keys, where they matter.
    """

    inside: tuple[str, ...]
    outcome: str
    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        keys = [f"{key} = {listed(list(found), 'and')}" for key, found in self.context]
        asked = f"{self.action} on {self.resource}" + (f" with {listed(keys, 'and')}" if keys else "")
        return f"in {listed(list(self.inside), 'and')}: {asked}, {self.outcome}"


@dataclass(frozen=True)
class Regions:
    """The regions of a diagram that hold a request; every other region is empty, which was proved."""

    sets: tuple[str, ...]
    found: tuple[Region, ...]

    def at(self, inside: Iterable[str]) -> Region | None:
        """The region of just these sets, or None if no request lies in it."""
        wanted = set(inside)
        return next((region for region in self.found if set(region.inside) == wanted), None)

    @property
    def left(self) -> tuple[Region, ...]:
        """The regions in which something is allowed."""
        return tuple(region for region in self.found if region.outcome != DENIED)

    @property
    def is_intersection(self) -> bool:
        """What is allowed is exactly what lies in all of the sets."""
        return all(region.outcome == (ALLOWED if region.inside == self.sets else DENIED) for region in self.found)


def regions(world: World, principal: Who, sets: Iterable[str], resource: str = "*") -> Regions:
    """The set diagram of what one principal is allowed.

    Args:
        world: the world.
        principal: who asks.
        sets: the kinds of policy to draw, such as `IDENTITY` and `BOUNDARY`.
        resource: a pattern; only requests on such resources are looked at.

    Raises:
        Undecided: if it is outside of what is decided exactly.
        ReplayError: if the evaluator does not agree; a defect of the kit.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> def allow(*actions):
    ...     return {"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}
    >>> limit = acme.policy("Limit", allow("s3:*", "ec2:*"))
    >>> ana = acme.user("ana", policies=[allow("s3:Get*", "sqs:*")], boundary="Limit")
    >>> diagram = regions(world, ana, [IDENTITY, BOUNDARY])
    >>> [(len(region.inside), region.outcome) for region in diagram.found]
    [(1, 'not allowed'), (1, 'not allowed'), (2, 'allowed')]
    >>> diagram.is_intersection
    True
    """
    order = tuple(sets)
    asked = Asked(world, "*", resource, {})
    read = [(case, ruling(case.situation.caller, case.situation.target, case.situation.policies))
            for case in cases(asked, principal)]  # fmt: skip
    subsets = (chosen for size in range(1, len(order) + 1) for chosen in combinations(order, size))
    found = (_region(world, principal, read, order, chosen) for chosen in subsets)
    return Regions(order, tuple(region for region in found if region is not None))


_Read = list[tuple[Case, Ruling]]


def _region(world: World, principal: Who, read: _Read, order: tuple[str, ...],
            chosen: tuple[str, ...]) -> Region | None:  # fmt: skip
    """One region, if it holds a request. Both questions are put: is something in it allowed, is something not?"""
    some = _request(read, order, chosen, allowed=True)
    other = _request(read, order, chosen, allowed=False)
    table = some or other
    if table is None:
        return None
    action, resource = (table.get(key, ("*",))[0] for key in (ACTION, RESOURCE))
    context = {key: list(values) for key, values in table.items() if key not in (ACTION, RESOURCE)}
    decision = world.decide(principal, action, resource, context)
    if decision.allowed != (some is not None):
        raise ReplayError(f"The prover and the evaluator do not agree on {decision.request!r}")
    outcome = SOME if some and other else ALLOWED if some else DENIED
    return Region(chosen, outcome, action, resource, tuple((key, tuple(found)) for key, found in context.items()))


def _request(read: _Read, order: tuple[str, ...], chosen: tuple[str, ...], *, allowed: bool) -> Environment | None:
    """The request of the region that reads best."""
    found = []
    for case, meaning in read:
        sides = (_in_set(meaning, name) if name in chosen else Not(_in_set(meaning, name)) for name in order)
        outcome = meaning.allowed if allowed else Not(meaning.allowed)
        table = _solved_by_policies(case, all_of([case.within, *sides, outcome]))
        if table is not None:
            sent = {key: values for key, values in table.items() if case.facts.of(key) is None}
            found.append((rank(table, case.fixed), {**case.fixed, **sent}))
    return min(found, key=lambda ranked: ranked[0])[1] if found else None


def _solved_by_policies(case: Case, wanted: Formula) -> Environment | None:
    """A request, but not one that AWS answers whatever the policies say. Saying so at once would tell the search less
    about which request reads well, so it is said only where such a one was found."""
    answered = always_answered(case.situation.caller)
    table = solved(case, wanted)
    if table is None or not holds(answered, {**case.fixed, **table}):
        return table
    return solved(case, all_of([wanted, Not(answered)]))


def _in_set(meaning: Ruling, name: str) -> Formula:
    """The request lies in the set: each of its layers allows, and none denies."""
    layers = list(_layers_of(meaning, name))
    if not layers:
        return FALSE
    return all_of([*(layer.allow() for layer in layers), *(Not(layer.deny) for layer in layers)])


def _layers_of(meaning: Ruling, name: str) -> Iterator[Layer]:
    return (layer for layer in meaning.layers if layer.name.startswith(_LAYERS[name]))
