"""Steps by privilege escalation: what the primitives of `iamkit.prove.primitives` mean in a world.

Every permission that a primitive needs is decided by the prover, so that denies, boundaries, SCPs and conditions count.
What a primitive changes is changed in a copy of the world, and what follows is asked there: whether the rewritten trust
policy lets the caller in, or how much a stronger policy is worth under a boundary.

Some primitives need what a world may not say: that a user has fewer than two access keys, that a Lambda function runs
as the role. Where the world says that it is so, the step is as good as any; where it says that it is not, there is no
step; where it is silent, that is an assumption of the step. A walk takes steps that assume something last, and a chain
with one is no plain yes (`iamkit.prove.chains`).

Source of the mechanics: IAM User Guide, id_roles_use_passrole (a role is passed inside one account, to a service that
it trusts) and access_policies_boundaries; of each primitive: the data file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from iamkit.formula import ACTION, RESOURCE, all_of
from iamkit.identity.identities import Role, User
from iamkit.identity.principals import Kind, Session
from iamkit.layers import Stack
from iamkit.policy.document import Policy
from iamkit.prove.answers import Answer, Proof, Unknown, Witness
from iamkit.prove.ask import answer_cases, can
from iamkit.prove.cases import Asked, cases
from iamkit.prove.changes import allows_everything
from iamkit.prove.doors import ASSUME
from iamkit.prove.places import arn_like
from iamkit.prove.primitives import Need, Primitive, primitives
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.targets import Binding, bindings, bundles, choices, may_be_certain, world_after
from iamkit.prove.values import Undecided
from iamkit.prove.walk import Position, Walk
from iamkit.request import Facts
from iamkit.world import Who, World


@dataclass(frozen=True, eq=False)
class Escalation:
    """A step by a primitive.

    Args:
        source, target: the names of the positions.
        primitive: the primitive.
        does: what is done, in words.
        requests: an allowed request for each permission that it needs.
        assumptions: what must be so besides and the world does not say.
    """

    source: str
    target: str
    primitive: Primitive
    does: str
    requests: tuple[Witness, ...]
    assumptions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "source": self.source,
            "target": self.target,
            "primitive": self.primitive.id,
            "requests": [request.to_dict() for request in self.requests],
            "assumptions": list(self.assumptions),
        }

    def __str__(self) -> str:
        return f"{self.source} {self.does}"

    def __repr__(self) -> str:
        return f"<Escalation {self.primitive.id}: {self}>"


Steps = Iterator[tuple[Escalation, Position]]


class Escalations:
    """The primitives as two kinds of step for `Walk`: `certain`, which rest on what the world says, and `assuming`.

    Args:
        world: the world that the walk begins in.
    """

    def __init__(self, world: World) -> None:
        everybody = (*world.users(), *world.roles())
        self.weak = {identity.arn for identity in everybody if not allows_everything(world, identity.arn)}
        self._asked: dict[tuple[World, str, str], Asked] = {}
        self._trusts: dict[tuple[str, str, Policy | None], Answer] = {}

    def certain(self, walk: Walk, here: Position) -> Steps:
        """The steps that assume nothing."""
        return self._steps(walk, here, [p for p in primitives() if may_be_certain(p)], assuming=False)

    def assuming(self, walk: Walk, here: Position) -> Steps:
        """The steps that assume something."""
        return self._steps(walk, here, [p for p in primitives() if p.assumes], assuming=True)

    def _steps(self, walk: Walk, here: Position, some: list[Primitive], assuming: bool) -> Steps:
        caller, _ = here.world.caller(here.who)
        if caller.account not in here.world.accounts or caller.kind not in (Kind.USER, Kind.SESSION):
            return
        look = _Look(self, walk, here)
        for primitive in some:
            targets = look.targets(primitive)
            if targets and all(look.may(need) for need in primitive.needs):
                for target in targets:
                    for binding in bindings(primitive, here.world, look.identity, target):
                        if bool(binding.assumes) is assuming:
                            yield from look.steps(primitive, binding)

    def asked(self, world: World, action: str, resource: str) -> Asked:
        """A question that many principals are asked; what it covers is found once."""
        key = (world, action, resource)
        if key not in self._asked:
            self._asked[key] = Asked(world, action, resource, {})
        return self._asked[key]

    def trusts(self, world: World, service: str, role: Role) -> Answer:
        """Can the service assume the role, for a resource of the role's account?"""
        key = (service, role.arn, role.trust)
        if key not in self._trusts:
            where = {"StringEqualsIfExists": {"aws:SourceAccount": role.account}}
            self._trusts[key] = can(world, service, ASSUME, role.arn, where)
        return self._trusts[key]

    def admitting(self, world: World, services: tuple[str, ...], roles: Iterable[User | Role]) -> list[User | Role]:
        """The roles, without those that keep out every one of the services for certain."""
        found = ((r, [self.trusts(world, service, r) for service in services]) for r in roles if isinstance(r, Role))
        return [role for role, answers in found if not all(isinstance(answer, Proof) for answer in answers)]


class _Look:
    """From one position: which steps there are."""

    def __init__(self, kind: Escalations, walk: Walk, here: Position) -> None:
        self.kind, self.walk, self.here, self.world = kind, walk, here, here.world
        self._situation = here.world.situation(here.who, "*")
        self.identity = here.world.identity(str(self._situation.caller.entity))
        self._found: dict[tuple[str, str], Witness | None] = {}
        self._may: dict[tuple[str, str], bool] = {}
        self._targets: dict[tuple[str, bool], list[User | Role]] = {}

    def targets(self, primitive: Primitive) -> list[User | Role]:
        """Whom a primitive can be about, so far as anything new could come of it, sorted by ARN: the caller, or users
        or roles of its account. Where a role is passed that assumes another, it is the one that is passed."""
        if primitive.target == "caller":
            return [] if self._is_done(primitive, self.identity.arn) else [self.identity]
        if primitive.target == "assumed by role":
            further = any(":role/" in arn for arn in self.walk.unreached(self.world))
            roles = self.world.accounts[self.identity.account].roles if further else {}
            left: list[User | Role] = sorted(roles.values(), key=lambda role: role.arn)
        else:
            left = self._left(primitive.target, primitive.leaves_powers)
        return self.kind.admitting(self.world, primitive.services, left) if primitive.services else left

    def _left(self, kind: str, as_they_are: bool) -> list[User | Role]:
        """The other users, or roles, of the caller's account that were not reached, or not with everything allowed."""
        key = (kind, as_they_are)
        if key not in self._targets:
            weak = (arn for arn in self.kind.weak if not self.is_strong(arn))
            new = self.walk.unreached(self.world) if as_they_are else weak
            start = f"{self.identity.arn.partition(':iam:')[0]}:iam::{self.identity.account}:{kind}/"
            others = sorted(arn for arn in new if arn.startswith(start) and arn != self.identity.arn)
            self._targets[key] = [self.world.identity(arn) for arn in others]
        return self._targets[key]

    def may(self, need: Need) -> bool:
        """False if it is certain that the principal lacks a permission, whatever the target."""
        if need.is_general:
            return self._general(need) is not None
        key = (need.action, need.resource)
        if key not in self._may:
            self._may[key] = self._may_somewhere(need)
        return self._may[key]

    def _may_somewhere(self, need: Need) -> bool:
        here, kinds = self._situation, ("user", "role", "group", "policy")
        partition, account = here.caller.partition, self.identity.account
        any_of_kind = {kind: f"arn:{partition}:iam::{account}:{kind}/*" for kind in kinds}
        pattern = need.resource.format(partition=partition, account=account, **any_of_kind)
        # No policy on a role, user or stack speaks of these actions, so the identity-based ones must allow.
        own = Stack(here.caller, here.target, here.policies).identity.allow()
        asked = own if pattern == "*" else all_of([own, arn_like(pattern)])
        try:
            return solve(settled(asked, here.facts | Facts({ACTION: (need.action,)}))) is not None
        except Undecided:
            return True

    def _general(self, need: Need) -> Witness | None:
        """A request for a permission that does not depend on the target."""
        key = (need.action, need.resource)
        if key not in self._found:
            caller = self._situation.caller
            resource = need.resource.format(partition=caller.partition, account=caller.account)
            asked = self.kind.asked(self.world, need.action, resource)
            self._found[key] = self._witness(_ask(asked, self.here), f"{asked} by {self.here.name}")
        return self._found[key]

    def _witness(self, answer: Answer, what: str) -> Witness | None:
        """The request of a yes; of an unknown, what is in doubt is noted: a principal to become, or a permission."""
        if isinstance(answer, Unknown):
            self.walk.unknown.append(what)
        return answer if isinstance(answer, Witness) else None

    def steps(self, primitive: Primitive, binding: Binding) -> Steps:
        """The steps that a primitive makes with one role, user, group or policy."""
        if primitive.services:
            service = next(filter(lambda name: self._trusted(binding, name), primitive.services), None)
            if service is None:
                return
            binding = replace(binding, service=service)
        if primitive.target == "assumed by role":
            yield from self._through(primitive, binding)
        elif not self._is_done(primitive, binding.target.arn):
            yield from self._chosen(primitive, binding, ())

    def _trusted(self, binding: Binding, service: str) -> bool:
        """The passed role lets the service in."""
        passed = binding.role or binding.target
        assert isinstance(passed, Role)
        return self._witness(self.kind.trusts(self.world, service, passed), passed.arn) is not None

    def _through(self, primitive: Primitive, binding: Binding) -> Steps:
        """A passed role that assumes another one in turn."""
        assert binding.role is not None
        for target in self.walk.doors(self.world).of(binding.role.arn):
            if not self._is_done(primitive, target.arn):
                further = self._witness(can(self.world, binding.role.arn, ASSUME, target.arn), target.arn)
                if further is not None:
                    yield from self._chosen(primitive, replace(binding, target=target), (further,))

    def is_strong(self, target: str) -> bool:
        """Everything is allowed to the target already: in this world, at first, or as it was reached."""
        changed = target in self.walk.changed(self.world)
        return target not in self.kind.weak or (changed and allows_everything(self.world, target))

    def _is_done(self, primitive: Primitive, target: str) -> bool:
        """Nothing new comes of it: the target is reached as it is, or with everything allowed to it."""
        if primitive.leaves_powers:
            return not self.walk.is_new(self.world, target)
        return self.is_strong(target) and not primitive.changes_boundary

    def _chosen(self, primitive: Primitive, binding: Binding, further: tuple[Witness, ...]) -> Steps:
        asked = [(choice, self._requests(primitive, choice)) for choice in choices(primitive, self.world, binding)]
        requests = {choice: found for choice, found in asked if found is not None}
        for bundle in bundles(primitive, self.world, list(requests)):
            shown = tuple(dict.fromkeys(request for choice in bundle for request in requests[choice]))
            yield from self._step(primitive, bundle, (*shown, *further))

    def _requests(self, primitive: Primitive, binding: Binding) -> list[Witness] | None:
        """An allowed request for each permission; None if one is missing."""
        found = []
        for need in primitive.needs:
            request = self._general(need) if need.is_general else self._particular(need, binding)
            if request is None:
                return None
            found.append(request)
        return found

    def _particular(self, need: Need, binding: Binding) -> Witness | None:
        resource = binding.fill(need.resource)
        where = {key: binding.fill(value) or None for key, value in need.where.items()}
        answer = can(self.world, self.here.who, need.action, resource, where)
        return self._witness(answer, binding.target.arn)

    def _step(self, primitive: Primitive, bundle: list[Binding], requests: tuple[Witness, ...]) -> Steps:
        binding, world = bundle[0], world_after(primitive, self.world, bundle)
        target = binding.target.arn
        who: Who = self.here.who if primitive.target == "caller" else target
        name = self.walk.name(world, target)
        if isinstance(who, Session):  # Its own policy still limits it, so it is not its role.
            name = self.walk.source + name.removeprefix(target)
        if name in self.walk.came_by:
            return
        if primitive.then == "assume":
            assumed = self._witness(can(world, self.here.who, ASSUME, target), target)
            if assumed is None:
                return
            requests = (*requests, assumed)
        if _gives_everything(primitive, binding) and not isinstance(who, Session):
            self.kind.weak.discard(target)
        does, assumes = _words(primitive, bundle, requests)
        yield Escalation(self.here.name, name, primitive, does, requests, assumes), Position(name, who, world)


def _ask(asked: Asked, here: Position) -> Answer:
    """Ask; of ``*`` itself, where an action works on no resource in particular, and otherwise of an ARN pattern as a
    policy means it, field by field."""
    found = cases(asked, here.who)
    if asked.resource == "*":
        nothing = Facts({RESOURCE: ("*",)})
        return answer_cases(
            asked, here.who, (replace(case, facts=case.facts | nothing) for case in found if case.elsewhere)
        )
    inside = arn_like(asked.resource)
    return answer_cases(asked, here.who, (replace(case, within=all_of([case.within, inside])) for case in found))


def _gives_everything(primitive: Primitive, binding: Binding) -> bool:
    """After it, everything is allowed to the target that its boundary and its denies leave."""
    full = {"put policy", "put policy on group", "write version"} & set(primitive.changes)
    attached = binding.attached.endswith(":policy/AdministratorAccess") and "widen boundary" not in primitive.changes
    return bool(full) or attached


def _words(primitive: Primitive, bundle: list[Binding], requests: tuple[Witness, ...]) -> tuple[str, tuple[str, ...]]:
    """What is done, and what is assumed."""
    groups = " and ".join(binding.group.arn for binding in bundle if binding.group)
    main = next((request for request in requests if request.request.action != "iam:PassRole"), requests[0])

    def filled(text: str) -> str:
        return bundle[0].fill(text.replace("{groups}", groups).replace("{resource}", main.request.resource))

    return filled(primitive.does), tuple(map(filled, bundle[0].assumes))
