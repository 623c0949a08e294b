"""What a stack of policies means: one formula for one principal and one resource.

Each rule of AWS is one small function, named as the lesson that teaches it. `evaluate` reads the formula for one request,
`prove` for every request; neither knows any rule of its own.

Source of the whole: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow (one account) and
reference_policies_evaluation-logic-cross-account.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from iamkit.arn import Arn
from iamkit.errors import ArnError
from iamkit.formula import ACTION, FALSE, TRUE, Formula, Label, Not, all_of, any_of, like
from iamkit.identity.principals import Caller, Kind
from iamkit.naming import Naming, naming
from iamkit.policies import Policies
from iamkit.policy.document import Policy, Statement
from iamkit.statements import statement_applies


@dataclass(frozen=True, slots=True)
class Target:
    """What the rules need to know of the resource.

    Args:
        account: the account that owns it, or None where it is nobody's in particular (``*``).
        partition: its partition, or None.
        kind: ``role``, ``key`` (KMS) or empty; these two kinds must themselves allow.
    """

    account: str | None
    partition: str | None = None
    kind: str = ""

    @classmethod
    def of(cls, resource: str, account: str | None) -> "Target":
        """The target that a resource ARN (or ``*``) stands for; ``account`` is used where the ARN has none."""
        try:
            arn = Arn.parse(resource)
        except ArnError:
            return cls(account)
        kinds = {("iam", "role"): "role", ("kms", "key"): "key"}
        return cls(arn.account or account, arn.partition, kinds.get((arn.service, arn.type), ""))


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement, read for this caller: whom it names, and the formula of when it applies."""

    policy: Policy
    statement: Statement
    naming: Naming
    applies: Formula


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of policy around the request, or one level of the organization.

    Args:
        name: what traces call it.
        clauses: its statements.
        missing: True if no policy of this kind is there.
    """

    name: str
    clauses: tuple[Clause, ...]
    missing: bool = False

    def allow(self, *namings: Naming) -> Formula:
        """Some Allow applies (of a resource-based policy: one that names the caller in one of these ways)."""
        wanted = namings or tuple(Naming)[1:]
        return any_of(
            (c.applies for c in self.clauses if c.statement.effect == "Allow" and c.naming in wanted),
            self._label("Allow"),
        )

    @property
    def deny(self) -> Formula:
        """Some Deny applies."""
        found = (c.applies for c in self.clauses if c.statement.effect == "Deny" and c.naming is not Naming.NOT)
        return any_of(found, self._label("Deny"))

    def _label(self, effect: str) -> Label:
        return Label("layer", f"{effect} in {self.name}")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a stack means for one principal and one resource.

    Args:
        denied: some explicit Deny applies.
        allowed: the request is allowed; it implies that ``denied`` is false.
        layers: the layers that have a say, in AWS's order of evaluation.
        notes: rules that took a layer out, in words.
    """

    denied: Formula
    allowed: Formula
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]


def ruling(caller: Caller, target: Target, policies: Policies) -> Ruling:
    """Turn a stack into its formula."""
    stack = _Stack(caller, target, policies)
    denied = all_of([Not(always_answered(caller)), any_explicit_deny(stack)], Label("decision", "explicitly denied"))
    permitted = any_of([all_of([*ceilings(stack), grant(stack)]), needs_no_permission(caller)])
    allowed = any_of(
        [
            forbid_trumps_permit(denied, all_of([Not(never_open_to(caller)), permitted])),
            always_answered(caller),
        ],
        Label("decision", "allowed"),
    )
    return Ruling(denied, allowed, stack.layers, tuple(stack.notes))


def forbid_trumps_permit(denied: Formula, permitted: Formula) -> Formula:
    """An explicit Deny anywhere wins over every Allow."""
    return all_of([Not(denied), permitted], Label("rule", "forbid_trumps_permit"))


def any_explicit_deny(stack: "_Stack") -> Formula:
    """A Deny in any layer that has a say."""
    return any_of(layer.deny for layer in stack.layers)


def default_deny(layer: Layer) -> Formula:
    """Without an Allow there is no access: silence denies (an implicit deny)."""
    return layer.allow()


def ceilings(stack: "_Stack") -> list[Formula]:
    """Organization and endpoint limit everybody they bind, however access was granted."""
    return every_level_must_allow(stack.scps) + ([default_deny(stack.endpoint)] if stack.endpoint else [])


def every_level_must_allow(levels: Iterable[Layer]) -> list[Formula]:
    """An SCP Allow is needed at the root, at every OU and at the account (Organizations, scps_evaluation)."""
    return [default_deny(level) for level in levels]


def grant(stack: "_Stack") -> Formula:
    """Who must say Allow: one side inside an account, both sides across accounts."""
    caller, target = stack.caller, stack.target
    if caller.partition and target.partition and caller.partition != target.partition:
        return any_of([], Label("rule", "partitions cannot be crossed"))
    if caller.account is None:
        return resource_side_alone(stack)
    if target.account in (None, caller.account):
        return one_side_suffices(stack)
    return both_sides_must_agree(stack)


def resource_side_alone(stack: "_Stack") -> Formula:
    """Anonymous callers, services and federated principals have no identity-based policies."""
    return any_of([stack.resource.allow()], Label("rule", "resource_side_alone"))


def one_side_suffices(stack: "_Stack") -> Formula:
    """Inside one account: the resource-based policy grants, or the identity side does.

    A grant to the caller itself is enough. A grant to its role stands in for the identity-based Allow only: boundary and
    session policy still limit it. A grant to the account merely delegates.
    """
    alone, instead = [Naming.ITSELF, Naming.ANYONE], [Naming.ENTITY]
    if stack.target.kind == "role" and stack.policies.readings.boundary_limits_user_named_in_trust:
        alone, instead = [Naming.ANYONE], [Naming.ENTITY, Naming.ITSELF]
        if stack.caller.kind is not Kind.USER:
            alone, instead = [Naming.ITSELF, Naming.ANYONE], [Naming.ENTITY]
    identity = all_of([identity_allows(stack), resource_must_delegate(stack)])
    limited = all_of([any_of([identity, stack.resource.allow(*instead)]), *own_limits(stack)])
    return any_of([stack.resource.allow(*alone), limited], Label("rule", "one_side_suffices"))


def both_sides_must_agree(stack: "_Stack") -> Formula:
    """Across accounts the owner's resource-based policy AND the caller's own account must allow."""
    trusted = [identity_allows(stack), *own_limits(stack)]
    return all_of([stack.resource.allow(), *trusted], Label("rule", "both_sides_must_agree"))


def identity_allows(stack: "_Stack") -> Formula:
    """Identity-based policies allow. The root user needs none: default deny does not apply to it."""
    return TRUE if stack.caller.kind is Kind.ROOT else default_deny(stack.identity)


def own_limits(stack: "_Stack") -> list[Formula]:
    """A boundary and a session policy never grant; where they are, they must allow too."""
    return [default_deny(limit) for limit in (stack.boundary, stack.session) if limit]


def resource_must_delegate(stack: "_Stack") -> Formula:
    """A role's trust policy and a KMS key policy must themselves let the account in; elsewhere nothing is needed.

    Sources: policy-eval-denyallow; KMS Developer Guide, key-policy-default.
    """
    delegated = stack.resource.allow(Naming.ACCOUNT)
    if stack.target.kind == "key":
        return delegated
    if stack.target.kind == "role":
        return any_of([Not(like(ACTION, "sts:*", fold=True)), delegated])
    return TRUE


def needs_no_permission(caller: Caller) -> Formula:
    """A user or the root user may call GetSessionToken without any Allow (id_credentials_sts-comparison)."""
    return like(ACTION, "sts:GetSessionToken", fold=True) if caller.kind in (Kind.USER, Kind.ROOT) else FALSE


def always_answered(caller: Caller) -> Formula:
    """GetCallerIdentity works even under an explicit Deny (STS API Reference, GetCallerIdentity)."""
    return like(ACTION, "sts:GetCallerIdentity", fold=True) if caller.account else FALSE


def never_open_to(caller: Caller) -> Formula:
    """STS operations closed to a kind of principal, whatever its policies say (id_credentials_sts-comparison)."""
    closed = {
        Kind.ROOT: ("AssumeRole", "AssumeRoot"),
        Kind.SESSION: ("GetSessionToken", "GetFederationToken"),
        Kind.FEDERATED_USER: ("AssumeRole", "AssumeRoot", "GetSessionToken", "GetFederationToken"),
    }.get(caller.kind, ())
    return any_of(
        (like(ACTION, f"sts:{name}", fold=True) for name in closed),
        Label("rule", "this operation is never open to this kind of principal"),
    )


@cache
def rcp_services() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The services that RCPs reach and the actions they do not, from the data file."""
    data = json.loads(files("iamkit").joinpath("data/rcp_services.json").read_text())
    return tuple(data["services"]), tuple(data["exempt_actions"])


@cache
def rcp_reaches() -> Formula:
    """RCPs bind only the services that support them (Organizations, orgs_manage_policies_rcps)."""
    services, exempt = rcp_services()
    spared = any_of(like(ACTION, action, fold=True) for action in exempt)
    return all_of([any_of(like(ACTION, f"{service}:*", fold=True) for service in services), Not(spared)])


class _Stack:
    """The layers that have a say about this caller and target. Who is exempt from what is decided here."""

    def __init__(self, caller: Caller, target: Target, policies: Policies) -> None:
        self.caller, self.target, self.policies, self.notes = caller, target, policies, list[str]()
        holder = caller.kind in (Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)
        self.identity = self._layer("identity-based policies", policies.identity if holder else ())
        self.boundary = self._optional("permissions boundary", policies.boundary if holder else ())
        self.session = self._session() if holder else None
        self.resource = self._resource()
        self.scps = self._scps()
        self.rcps = self._rcps()
        self.endpoint = self._endpoint()
        own = [layer for layer in (self.identity, self.boundary, self.session) if layer and holder]
        outer = [*self.rcps, *self.scps, *([self.endpoint] if self.endpoint else [])]
        self.layers = (*outer, self.resource, *own)

    def _layer(self, name: str, policies: Iterable[Policy], extra: Formula | None = None, named: bool = False) -> Layer:
        readings = self.policies.readings
        clauses = []
        for policy in policies:
            for statement in policy.statements:
                applies = statement_applies(statement, readings)
                who = naming(statement, self.caller, readings) if named else Naming.ITSELF
                clauses.append(
                    Clause(
                        policy,
                        statement,
                        who,
                        applies if extra is None else all_of([applies, extra], applies.label),
                    )
                )
        return Layer(name, tuple(clauses), missing=not policies)

    def _optional(self, name: str, policies: tuple[Policy, ...]) -> Layer | None:
        return self._layer(name, policies) if policies else None

    def _session(self) -> Layer | None:
        """A role session without session policy keeps the role's permissions; a federated-user session has none."""
        if self.policies.session is None and self.caller.kind is not Kind.FEDERATED_USER:
            return None
        return self._layer("session policy", self.policies.session or ())

    def _resource(self) -> Layer:
        name = {"role": "role trust policy", "key": "key policy"}.get(self.target.kind, "resource-based policy")
        policies = self.policies.resource
        layer = self._layer(
            name,
            policies,
            like(ACTION, "sts:*", fold=True) if self.target.kind == "role" else None,
            named=True,
        )
        if self.caller.kind is Kind.ROOT and not self.policies.readings.resource_deny_binds_root:
            return Layer(name, tuple(c for c in layer.clauses if c.statement.effect == "Allow"), layer.missing)
        return layer

    def _scps(self) -> list[Layer]:
        if self.policies.scps and (self.caller.account is None or self.caller.is_service_linked):
            self.notes.append(
                f"SCPs do not bind {'a service-linked role' if self.caller.account else 'a caller outside the organization'}."
            )
            return []
        return [self._layer(f"SCP at {level.name}", level.policies) for level in self.policies.scps]

    def _rcps(self) -> list[Layer]:
        if self.policies.rcps and self.caller.is_service_linked:
            self.notes.append("RCPs do not bind a service-linked role.")
            return []
        return [
            self._layer(f"RCP at {level.name}", level.policies, rcp_reaches(), named=True)
            for level in self.policies.rcps
        ]

    def _endpoint(self) -> Layer | None:
        endpoint = self.policies.endpoint
        return self._layer("VPC endpoint policy", (endpoint,), named=True) if endpoint else None
