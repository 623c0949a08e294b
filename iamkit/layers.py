"""The layers around one request: which policies have a say about this caller and this target, and whom they name.

Who is exempt from what is decided here. How the layers combine is in `iamkit.semantics`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from iamkit.arn import Arn
from iamkit.errors import ArnError
from iamkit.formula import ACTION, Formula, Label, Not, all_of, any_of, like
from iamkit.identity.organization import full_access
from iamkit.identity.principals import Caller, Kind
from iamkit.naming import Naming, naming
from iamkit.policies import Level, Policies
from iamkit.policy.document import Policy, Statement
from iamkit.statements import statement_applies


@dataclass(frozen=True, slots=True)
class Target:
    """What the rules need to know of the resource.

    Args:
        account: the account that owns it, or None where it is nobody's in particular (``*``).
        partition: its partition, or None.
        kind: ``role``, ``key`` (KMS) or empty; these two kinds must themselves allow.
        beyond_rcps: what it is, in words, if no RCP reaches it; else empty.
    """

    account: str | None
    partition: str | None = None
    kind: str = ""
    beyond_rcps: str = ""

    @classmethod
    def of(cls, resource: str, account: str | None, aws_managed: bool = False) -> "Target":
        """The target that a resource ARN (or ``*``) stands for.

        Args:
            resource: the ARN.
            account: the owner, where the ARN has none.
            aws_managed: True for an AWS managed key of KMS.
        """
        try:
            arn = Arn.parse(resource)
        except ArnError:
            return cls(account)
        kind = {("iam", "role"): "role", ("kms", "key"): "key"}.get((arn.service, arn.type), "")
        beyond = ""
        if kind == "role" and arn.resource.startswith("role/aws-service-role/"):
            beyond = "the trust policy of a service-linked role"
        elif kind == "key" and aws_managed:
            beyond = "an AWS managed key"
        return cls(arn.account or account, arn.partition, kind, beyond)


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
        grants: True if an Allow in it gives access; False if it only sets a limit.
    """

    name: str
    clauses: tuple[Clause, ...]
    missing: bool = False
    grants: bool = False

    def allow(self, *namings: Naming) -> Formula:
        """Some Allow applies (of a resource-based policy: one that names the caller in one of these ways)."""
        wanted = namings or tuple(Naming)[1:]
        return any_of(
            (c.applies for c in self.clauses if c.statement.effect == "Allow" and c.naming in wanted),
            Label("layer", f"Allow in {self.name}"),
        )

    @property
    def deny(self) -> Formula:
        """Some Deny applies."""
        found = (c.applies for c in self.clauses if c.statement.effect == "Deny" and c.naming is not Naming.NOT)
        return any_of(found, Label("layer", f"Deny in {self.name}"))


@cache
def rcp_services() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The services that RCPs reach and the actions they do not, from the data file."""
    data = json.loads(files("iamkit").joinpath("data/rcp_services.json").read_text())
    return tuple(data["services"]), tuple(data["exempt_actions"])


@cache
def rcp_reaches() -> Formula:
    """RCPs bind only the services that support them (Organizations User Guide, orgs_manage_policies_rcps)."""
    services, exempt = rcp_services()
    spared = any_of(like(ACTION, action, fold=True) for action in exempt)
    supported = any_of(like(ACTION, f"{service}:*", fold=True) for service in services)
    return all_of([supported, Not(spared)], Label("reach", "no RCP reaches"))


@cache
def trust_reaches() -> Formula:
    """A trust policy speaks of assuming the role, not of managing it."""
    return like(ACTION, "sts:*", fold=True, label=Label("reach", "a trust policy says nothing about"))


class Stack:
    """The layers that have a say about this caller and target, in AWS's order of evaluation.

    Source: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow.
    """

    def __init__(self, caller: Caller, target: Target, policies: Policies) -> None:
        self.caller, self.target, self.policies, self.notes = caller, target, policies, list[str]()
        self.rcps, self.scps, self.endpoint = self._rcps(), self._scps(), self._endpoint()
        self.resource, self.grants = self._resource(), self._grants()
        holder = caller.kind in (Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)
        self.identity = self._layer("identity-based policies", policies.identity if holder else (), grants=True)
        self.boundary = self._optional("permissions boundary", policies.boundary if holder else ())
        self.session = self._session() if holder or caller.operation == "AssumeRoot" else None
        own = [self.identity, self.boundary] * holder + [self.session]
        found = [*self.rcps, *self.scps, self.endpoint, self.resource, self.grants, *own]
        self.layers = tuple(layer for layer in found if layer is not None)

    def granting(self, *namings: Naming) -> Formula:
        """The resource side allows: its policy, or for a KMS key a grant."""
        sides = [layer for layer in (self.resource, self.grants) if layer is not None]
        return sides[0].allow(*namings) if len(sides) == 1 else any_of(layer.allow(*namings) for layer in sides)

    def _layer(self, name: str, policies: Iterable[Policy], reach: Formula | None = None, *,
               named: bool = False, grants: bool = False) -> Layer:  # fmt: skip
        """A layer of these policies.

        Args:
            name: what traces call it.
            policies: its policies.
            reach: what the request must be like for any of its statements to apply.
            named: True if the Principal of each statement says whom it speaks of.
            grants: as for `Layer`.
        """
        readings = self.policies.readings
        clauses = []
        for policy in policies:
            for statement in policy.statements:
                applies = statement_applies(statement, readings)
                if reach is not None:
                    applies = all_of([applies, reach], applies.label)
                who = naming(statement, self.caller, readings) if named else Naming.ITSELF
                clauses.append(Clause(policy, statement, who, applies))
        return Layer(name, tuple(clauses), not policies, grants)

    def _optional(self, name: str, policies: tuple[Policy, ...]) -> Layer | None:
        return self._layer(name, policies) if policies else None

    def _session(self) -> Layer | None:
        """A role session without session policy keeps the role's permissions; a federated-user session has none."""
        if self.policies.session is None and self.caller.kind is not Kind.FEDERATED_USER:
            return None
        return self._layer("session policy", self.policies.session or ())

    def _resource(self) -> Layer:
        role = self.target.kind == "role"
        name = {"role": "role trust policy", "key": "key policy"}.get(self.target.kind, "resource-based policy")
        reach = trust_reaches() if role else None
        layer = self._layer(name, self.policies.resource, reach, named=True, grants=True)
        unlocking = self.caller.operation == "AssumeRoot"  # It exists to remove a policy that locks everybody out.
        if self.caller.kind is Kind.ROOT and (unlocking or not self.policies.readings.resource_deny_binds_root):
            allows = tuple(c for c in layer.clauses if c.statement.effect == "Allow")
            return Layer(name, allows, layer.missing, grants=True)
        return layer

    def _grants(self) -> Layer | None:
        """Grants on a KMS key are a further route beside its key policy (KMS Developer Guide, grants)."""
        grants = self.policies.grants if self.target.kind == "key" else ()
        return self._layer("KMS grants", grants, named=True, grants=True) if grants else None

    def _scps(self) -> list[Layer]:
        """SCPs bind the principals of member accounts, except service-linked roles."""
        if self.policies.scps and self.caller.is_service_linked:
            self.notes.append("SCPs do not bind a service-linked role.")
            return []
        if self.policies.scps and self.caller.account is None:
            self.notes.append("SCPs do not bind a caller that belongs to no account.")
            return []
        return [self._layer(f"SCP at {level.name}", level.policies) for level in self.policies.scps]

    def _rcps(self) -> list[Layer]:
        """RCPs bind every caller who reaches for a resource of a member account, except service-linked roles."""
        if self.policies.rcps and self.caller.is_service_linked:
            self.notes.append("RCPs do not bind a service-linked role.")
            return []
        if self.policies.rcps and self.target.beyond_rcps:
            self.notes.append(f"RCPs do not reach {self.target.beyond_rcps}.")
            return []
        return [self._rcp(level) for level in self.policies.rcps]

    def _rcp(self, level: Level) -> Layer:
        """AWS attaches RCPFullAWSAccess at every level, so an RCP can only take away."""
        name = f"RCP at {level.name}"
        denying = [p for p in level.policies if any(s.effect == "Deny" for s in p.statements)]
        always = self._layer(name, (full_access("RCPFullAWSAccess"),), named=True)
        limits = self._layer(name, denying, rcp_reaches(), named=True)
        return Layer(name, always.clauses + limits.clauses)

    def _endpoint(self) -> Layer | None:
        endpoint = self.policies.endpoint
        return self._layer("VPC endpoint policy", (endpoint,), named=True) if endpoint else None
