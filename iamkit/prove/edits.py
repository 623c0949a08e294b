"""Changes of one statement: a Deny taken out of a policy of a world, or an Allow put into one.

What may be changed is what an administrator can edit: no AWS managed policy, no service-linked role, no role of
Identity Center (`iamkit.identity.editable`), and no policy that its place or Block Public Access would refuse.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from iamkit.altered import with_account, with_identity
from iamkit.arn import Pattern
from iamkit.errors import PolicyError, WorldError
from iamkit.identity.account import Account
from iamkit.identity.editable import check_editable
from iamkit.identity.identities import Identity, Role, User
from iamkit.identity.organization import Unit
from iamkit.identity.principals import Caller, Kind
from iamkit.identity.resources import Resource
from iamkit.policy.document import Policy
from iamkit.policy.places import WITHOUT_PRINCIPAL, Place, check_place
from iamkit.prove.changes import with_policy
from iamkit.prove.places import held, is_one, resource_pattern
from iamkit.prove.strings import meet
from iamkit.world import Situation, Who, World

REMOVE = "remove a Deny"
ORDER = (REMOVE, *(place.value for place in (Place.IDENTITY, Place.RESOURCE, Place.TRUST, Place.BOUNDARY, Place.SCP,
                                             Place.ENDPOINT)))  # fmt: skip
"""The kinds of edit; of changes with equally many, the one whose kinds come first here is taken."""
_SID = "Opening"


@dataclass(frozen=True)
class Edit:
    """One statement less, or one more.

    Args:
        kind: one of ``ORDER``: a Deny goes, or an Allow comes into a policy of this type.
        where: the policy, in words.
        statement: the statement to remove or to add, as JSON has it.
        words: the whole edit, in words.
        after: the world with the edit made; the world before stays as it is.
    """

    kind: str
    where: str
    statement: dict[str, Any]
    words: str
    after: World = field(compare=False, repr=False)

    @property
    def measure(self) -> tuple[int, str, str]:
        """For sorting: by kind, then by text. Equal measures mean the same edit."""
        return ORDER.index(self.kind), self.words, self.json

    @property
    def json(self) -> str:
        """The statement as JSON, on one line."""
        return json.dumps(self.statement)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"edit": "remove" if self.kind == REMOVE else "add", "where": self.where, "statement": self.statement}


@dataclass(frozen=True)
class _Spot:
    """A policy that can be edited, or a place where one can be added (``policy`` is None).

    Args:
        layer: the layer it belongs to, as decisions call it.
        place: its type.
        words: what to call it.
        policy: its text.
        put: the world with another text here.
        takes: an Allow may be added here.
        covers: the Resource of such an Allow, where it cannot be all that the question is about.
        passed_over: a proof may be silent about it: one about a pattern passes over what lets nobody in by itself and
            does not speak of the caller (`iamkit.prove.places.closed`).
    """

    layer: str
    place: Place
    words: str
    policy: Policy | None
    put: Callable[[Policy], World]
    takes: bool = True
    covers: tuple[str, ...] = ()
    passed_over: bool = False


def edits(world: World, principal: Who, action: str, resource: str, blocking: Iterable[str]) -> Iterator[Edit]:
    """The edits that can take one of these obstacles away.

    Args:
        world: the world.
        principal, action, resource: the question; an added Allow speaks of exactly these.
        blocking: obstacles as `iamkit.prove.answers.Proof` names them.
    """
    here = world.situation(principal, resource)
    obstacles = set(blocking)
    for spot in _spots(world, here, action, resource):
        yield from _removals(spot, world, obstacles)
        if spot.takes and (spot.passed_over or f"no Allow in the {spot.layer}" in obstacles):
            yield from _additions(spot, world, here.caller, action, resource)


def _removals(spot: _Spot, world: World, obstacles: set[str]) -> Iterator[Edit]:
    policy = spot.policy
    if policy is None:
        return
    for index, statement in enumerate(policy.statements):
        if statement.effect == "Deny" and f"Deny {statement.name} in the {spot.layer}" in obstacles:
            raw = _raw(policy)
            rest = [*raw[:index], *raw[index + 1 :]]
            document = {**policy.document, "Statement": rest}
            kept = (*policy.statements[:index], *policy.statements[index + 1 :])
            after = _after(spot, replace(policy, statements=kept, document=document), world)
            if after is not None:
                words = f"Remove the Deny {statement.name} from {spot.words}"
                yield Edit(REMOVE, spot.words, raw[index], words, after)


def _additions(spot: _Spot, world: World, caller: Caller, action: str, resource: str) -> Iterator[Edit]:
    """One Allow for exactly this, unless AWS would refuse it here."""
    if spot.place is Place.TRUST and not action.lower().startswith("sts:"):
        return
    everywhere = spot.place is Place.SCP and world.readings.scp_allow_needs_star_resource
    about = "*" if everywhere else list(spot.covers) or resource
    statement: dict[str, Any] = {"Sid": _SID, "Effect": "Allow", "Principal": _principal(caller), "Action": action,
                                 "Resource": about}  # fmt: skip
    if spot.place in WITHOUT_PRINCIPAL:
        del statement["Principal"]
    if spot.place is Place.TRUST:
        del statement["Resource"]
    text = _with_statement(spot.policy, statement)
    after = _after(spot, text, world) if text is not None else None
    if after is None:
        return
    words = f"Add an Allow for {action} on {resource} to {spot.words}"
    yield Edit(spot.place.value, spot.words, statement, words, after)


def _after(spot: _Spot, text: Policy, world: World) -> World | None:
    """The world with another text at a spot; None if AWS would refuse the text there."""
    try:
        return spot.put(check_place(text, spot.place, world.readings))
    except PolicyError:
        return None


def _principal(caller: Caller) -> Any:
    """The Principal element that names exactly this caller."""
    if caller.kind is Kind.ANONYMOUS:
        return "*"
    return {{Kind.SERVICE: "Service", Kind.FEDERATED: "Federated"}.get(caller.kind, "AWS"): caller.arn}


def _with_statement(policy: Policy | None, statement: dict[str, Any]) -> Policy | None:
    """The policy with one statement more; those before keep their names. None if it can be no statement."""
    version = policy.version if policy else "2012-10-17"
    if policy and any(one.sid == statement["Sid"] for one in policy.statements):
        del statement["Sid"]
    try:
        added = Policy.parse({"Version": version, "Statement": [statement]}, name="opening")
    except PolicyError:  # Some patterns that a question may ask about cannot stand in a policy.
        return None
    if policy is None:
        return added
    path = f"$.Statement[{len(_raw(policy))}]"
    statements = (*policy.statements, replace(added.statements[0], path=path))
    document = {"Version": version, **policy.document, "Statement": [*_raw(policy), statement]}
    return replace(policy, statements=statements, document=document)


def _raw(policy: Policy) -> list[dict[str, Any]]:
    found = policy.document["Statement"]
    return [found] if isinstance(found, dict) else list(found)


# Where the policies around a question stand


def _spots(world: World, here: Situation, action: str, resource: str) -> Iterator[_Spot]:
    caller, target = here.caller, here.target
    if caller.account in world.accounts and caller.entity and not caller.entity.endswith(":root"):
        yield from _of_identity(world, world.identity(caller.entity))
    for holder in [here.holder] if here.holder else _inside(world, action, resource):
        yield from _of_holder(world, holder, caller, action, resource)
    for kind, number in (("scps", caller.account), ("rcps", target.account)):
        if number in world.accounts:
            yield from _of_levels(world, world.accounts[number], kind)
    for account in world.accounts.values():
        for name, policy in account.endpoints.items():
            put = _putting(lambda text, a, n: _with_endpoint(world, a, n, text), account, name)
            yield _Spot("VPC endpoint policy", Place.ENDPOINT, f"the policy of VPC endpoint {name}", policy, put)


def _putting(put: Callable[..., World], *about: Any) -> Callable[[Policy], World]:
    """A function of the new text alone."""
    return lambda text: put(text, *about)


def _of_identity(world: World, identity: User | Role) -> Iterator[_Spot]:
    """Its inline and managed policies, those of its groups, a further inline policy, and its boundary."""
    who, layer = f"{type(identity).__name__.lower()} {identity.name}", "identity-based policies"
    if _editable(identity):
        name = next(n for n in ("opening", *(f"opening-{i}" for i in range(2, 99))) if n not in identity.inline)
        put = _putting(_with_inline, world, identity, name)
        yield _Spot(layer, Place.IDENTITY, f"the identity-based policies of {who}", None, put)
    groups = world.accounts[identity.account].groups
    through = [groups[name] for name in identity.groups] if isinstance(identity, User) else []
    attached = list[str]()
    for holder in (identity, *through):
        attached += [arn for arn in holder.attached if arn not in attached]
        for name, policy in holder.inline.items() if _editable(holder) else ():
            words = f"the inline policy {name} of {type(holder).__name__.lower()} {holder.name}"
            put = _putting(_with_inline, world, holder, name)
            yield _Spot(layer, Place.IDENTITY, words, policy, put, takes=False)
    for arn in attached:
        yield from _managed(world, arn, layer, Place.IDENTITY, f"the managed policy {arn.rpartition('/')[2]}")
    if identity.boundary:
        words = f"the permissions boundary {identity.boundary.rpartition('/')[2]} of {who}"
        yield from _managed(world, identity.boundary, "permissions boundary", Place.BOUNDARY, words)


def _editable(identity: Identity) -> bool:
    try:
        check_editable(identity)
    except WorldError:
        return False
    return True


def _with_inline(text: Policy, world: World, identity: Identity, name: str) -> World:
    return with_identity(world, replace(identity, inline={**identity.inline, name: replace(text, name=name)}))


def _managed(world: World, arn: str, layer: str, place: Place, words: str) -> Iterator[_Spot]:
    """A customer managed policy: its version in force gets another text. AWS managed ones cannot be edited."""
    policy = world.managed(arn)
    if arn.split(":")[4] in world.accounts:

        def put(text: Policy) -> World:
            return with_policy(world, replace(policy, versions={**policy.versions, policy.default: text}))

        yield _Spot(layer, place, words, policy.document, put, takes=place is Place.BOUNDARY)


def _inside(world: World, action: str, resource: str) -> Iterator[Resource | Role]:
    """What the world holds inside a pattern that is about more than one thing."""
    if not is_one(resource):
        found = held(world, resource, action)
        yield from (thing for thing, _ in found.resources)
        yield from (role for role, _ in found.roles)


def _of_holder(world: World, holder: Resource | Role, caller: Caller, action: str, asked: str) -> Iterator[_Spot]:
    """The resource-based policy or the trust policy. It can speak of its own resource and service only."""
    wide = not is_one(asked)
    if isinstance(holder, Role):
        if _editable(holder):
            put = _putting(lambda text, role: with_identity(world, replace(role, trust=text)), holder)
            words = f"the trust policy of role {holder.name}"
            yield _Spot("role trust policy", Place.TRUST, words, holder.trust, put, passed_over=wide)
        return
    if holder.aws_managed:
        return
    service = holder.arn.split(":")[2]
    layer = "key policy" if service == "kms" else "resource-based policy"
    takes = meet(Pattern.glob(action, fold=True), Pattern.glob(f"{service}:*", fold=True))
    below = [] if holder.covers(asked) else [p for p in holder.arns() if meet(resource_pattern(asked), p)]
    covers = tuple("".join(part if isinstance(part, str) else "*" for part in p.parts) for p in below)
    passed_over = wide and (service == "kms" or holder.account != caller.account)
    put = _putting(_with_resource_policy, world, holder)
    words = f"the {layer} of {holder.arn}"
    yield _Spot(layer, Place.RESOURCE, words, holder.policy, put, takes, covers, passed_over)


def _with_resource_policy(text: Policy, world: World, holder: Resource) -> World:
    """Another policy on a resource; none if nothing is left of it.

    Raises:
        PolicyError: if Block Public Access refuses it.
    """
    if (refused := holder.refuses(text)) is not None:
        raise PolicyError(refused)
    account, named = world.accounts[holder.account], replace(text, name=f"policy of {holder.arn}")
    changed = replace(holder, policy=named if text.statements else None)
    return with_account(world, account.id, resources={**account.resources, holder.arn: changed})


def _of_levels(world: World, account: Account, kind: str) -> Iterator[_Spot]:
    """The SCPs or RCPs that bind an account, and for SCPs one more at each level that lists its own."""
    organization = world.organization
    way = organization.way(account.id) if organization else None
    if organization is None or way is None or account.id == organization.management:
        return
    place = Place.SCP if kind == "scps" else Place.RCP
    holders: list[Unit | Account] = [*way, account]
    for holder in holders:
        level = holder.name if isinstance(holder, Unit) else f"account {holder.name or holder.id}"
        policies: list[Policy] | None = getattr(holder, kind)
        layer = f"{place.name} at {level}"
        for index, policy in enumerate(policies or ()):
            put = _putting(_with_control, world, holder, kind, index)
            words = policy.name if policy.name.startswith(place.name) else f"{place.name} {policy.name}"
            yield _Spot(layer, place, f"the {words} at {level}", policy, put, takes=False)
        if policies is not None and place is Place.SCP:
            put = _putting(_with_control, world, holder, kind, len(policies))
            yield _Spot(layer, place, f"the SCPs at {level}", None, put)


def _with_control(text: Policy, world: World, holder: Unit | Account, kind: str, index: int) -> World:
    """Another control policy at this place of a level's list; it is detached if nothing is left of it."""
    given = list(getattr(holder, kind))
    given[index : index + 1] = [text] if text.statements else []
    if isinstance(holder, Account):
        return with_account(world, holder.id, **{kind: given})
    assert world.organization is not None
    after = copy.copy(world)
    after.organization = replace(world.organization, root=_rebuilt(world.organization.root, holder, kind, given))
    return after


def _rebuilt(unit: Unit, changed: Unit, kind: str, given: list[Policy]) -> Unit:
    made = replace(unit, units=[_rebuilt(below, changed, kind, given) for below in unit.units])
    if unit is changed:
        setattr(made, kind, given)
    return made


def _with_endpoint(world: World, account: Account, vpce: str, text: Policy) -> World:
    return with_account(world, account.id, endpoints={**account.endpoints, vpce: text})
