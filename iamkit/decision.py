"""Decisions: the effect of one request, the statements that decided, and a trace a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from iamkit.errors import RequestError
from iamkit.evaluate import blockers, holds, supporters
from iamkit.explain import listed, why
from iamkit.identity.principals import Caller
from iamkit.naming import Naming
from iamkit.policies import Policies
from iamkit.request import Environment, Facts, Request, caller_facts, environment
from iamkit.semantics import Clause, Layer, Ruling, Target, ruling

ALLOWED, IMPLICIT, EXPLICIT = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"
_WORDS = {ALLOWED: "Allowed", IMPLICIT: "Implicitly denied", EXPLICIT: "Explicitly denied"}
_MARKS = {"denies": "✗", "allows": "✓", "is silent": "–", "is not there": "·"}


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """One statement of a trace: whether it applies to the request, and why or why not."""

    policy: str
    statement: str
    path: str
    effect: str
    applies: bool
    reason: str

    def __str__(self) -> str:
        return f"{'●' if self.applies else '○'} {self.effect} {self.policy} / {self.statement}: {self.reason}"


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One layer of a trace; ``says`` is ``denies``, ``allows``, ``is silent`` or ``is not there``."""

    name: str
    says: str
    clauses: tuple[ClauseTrace, ...]

    def __str__(self) -> str:
        return "\n    ".join([f"{_MARKS[self.says]} {self.name} {self.says}", *map(str, self.clauses)])


@dataclass(frozen=True, slots=True)
class Trace:
    """Every layer that had a say, in AWS's order of evaluation, and the rules that took others out."""

    layers: tuple[LayerTrace, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[LayerTrace]:
        return iter(self.layers)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.layers), *(f"· {note}" for note in self.notes)])

    __repr__ = __str__


@dataclass(frozen=True, eq=False, repr=False)
class Decision:
    """The answer to one request. True in an ``if`` when it is allowed.

    Args:
        request: the request.
        effect: ``Allowed``, ``ImplicitlyDenied`` or ``ExplicitlyDenied``.
        ruling: the formula that was read.
        table: the request with the context keys that AWS fills in.
    """

    request: Request
    effect: str
    ruling: Ruling
    table: Environment

    @property
    def allowed(self) -> bool:
        return self.effect == ALLOWED

    def __bool__(self) -> bool:
        return self.allowed

    @cached_property
    def trace(self) -> Trace:
        """Every layer: what matched, what did not, and why."""
        layers = tuple(
            LayerTrace(layer.name, self._says(layer), tuple(map(self._clause, layer.clauses)))
            for layer in self.ruling.layers
        )
        return Trace(layers, self.ruling.notes)

    @cached_property
    def deciding(self) -> tuple[tuple[str, Clause], ...]:
        """The statements that decided, with the name of their layer; none for an implicit deny.

        For a deny every Deny that applies; for an allow one sufficient set of Allows.
        """
        needed = [id(node) for node in supporters(self.ruling.allowed, self.table)] if self.allowed else []
        return tuple(
            (layer.name, clause)
            for layer in self.ruling.layers
            for clause in layer.clauses
            if (id(clause.applies) in needed if self.allowed else self.effect == EXPLICIT and self._forbids(clause))
        )

    def _forbids(self, clause: Clause) -> bool:
        return (
            clause.statement.effect == "Deny" and clause.naming is not Naming.NOT and holds(clause.applies, self.table)
        )

    @cached_property
    def blocking(self) -> tuple[str, ...]:
        """For an implicit deny: the layers and rules without which there is no access."""
        if self.effect != IMPLICIT:
            return ()
        labels = dict.fromkeys(
            label.text.removeprefix("Allow in ") for label in blockers(self.ruling.allowed, self.table)
        )
        missing = {layer.name for layer in self.ruling.layers if layer.missing}
        there = [
            name for name in labels if name not in missing and name in {layer.name for layer in self.ruling.layers}
        ]
        rules = [name for name in labels if name not in {layer.name for layer in self.ruling.layers}]
        return tuple(rules or there or labels)

    @cached_property
    def because(self) -> str:
        """The reason in one sentence."""
        if self.effect == IMPLICIT:
            known = {layer.name for layer in self.ruling.layers} | {"session policy"}
            if not set(self.blocking) <= known:
                return f"Implicitly denied by rule: {listed(self.blocking)}."
            return f"Implicitly denied: no Allow for {self.request.action} in the {listed(self.blocking)}."
        if not self.deciding:
            return f"Allowed: {self.request.action} needs no permission of this principal."
        granting = [pair for pair in self.deciding if self.effect == EXPLICIT or _grants(pair[0])]
        places = [f"{layer} {clause.policy.name!r} ({clause.statement.name})" for layer, clause in granting]
        limits = list(dict.fromkeys(layer for layer, _ in self.deciding if self.allowed and not _grants(layer)))
        too = f"; the {listed(limits, 'and')} allow{'s' * (len(limits) == 1)} it too" if limits else ""
        return f"{_WORDS[self.effect]} by {listed(places, 'and') or 'default (the root user)'}{too}."

    def _says(self, layer: Layer) -> str:
        if holds(layer.deny, self.table):
            return "denies"
        if holds(layer.allow(), self.table):
            return "allows"
        return "is not there" if layer.missing else "is silent"

    def _clause(self, clause: Clause) -> ClauseTrace:
        applies = clause.naming is not Naming.NOT and holds(clause.applies, self.table)
        statement = clause.statement
        return ClauseTrace(
            clause.policy.name,
            statement.name,
            statement.path,
            statement.effect,
            applies,
            why(clause, self.table),
        )

    def explain(self) -> str:
        """The reason, then every layer, as text."""
        return f"{self.because}\n{self.trace}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        request = self.request
        return {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "effect": self.effect,
            "because": self.because,
            "deciding": [
                {
                    "layer": layer,
                    "policy": clause.policy.name,
                    "statement": clause.statement.name,
                    "path": clause.statement.path,
                }
                for layer, clause in self.deciding
            ],
            "blocking": list(self.blocking),
            "layers": [
                {"name": layer.name, "says": layer.says, "statements": [str(c) for c in layer.clauses]}
                for layer in self.trace
            ],
            "notes": list(self.ruling.notes),
        }

    def __repr__(self) -> str:
        return f"<Decision {self.effect}: {self.because}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": self._html()}

    def _html(self) -> str:
        rows = "".join(
            f"<tr><th scope='row' style='text-align:left'>{_MARKS[layer.says]} {escape(layer.name)}</th><td style='text-align:left'>{escape(layer.says)}</td>"
            f"<td style='text-align:left'>{'<br>'.join(escape(str(clause)) for clause in layer.clauses)}</td></tr>"
            for layer in self.trace
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.ruling.notes)
        head = "<tr><th scope='col'>Layer</th><th scope='col'>Says</th><th scope='col'>Statements</th></tr>"
        return f"<p><strong>{escape(self.because)}</strong></p><table><thead>{head}</thead><tbody>{rows}</tbody></table>{notes}"


def _grants(layer: str) -> bool:
    """Ceilings limit; only the identity side and the resource side grant."""
    return not layer.startswith(("SCP", "RCP", "permissions boundary", "session policy", "VPC endpoint"))


def authorize(request: Request, policies: Policies) -> Decision:
    """Decide one request against one stack of policies.

    Nothing else is looked up: tags and the like come from the request's context, and what AWS derives from the
    principal alone (``aws:PrincipalArn``, ``aws:PrincipalType`` …) is filled in.

    Raises:
        RequestError: if the context contradicts what AWS fills in, or a trust policy is put on something else than a role.

    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::payroll/*"}}
    >>> ana = "arn:aws:iam::111122223333:user/ana"
    >>> authorize(Request(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv"), Policies(identity=[read])).effect
    'Allowed'
    """
    target = Target.of(request.resource, request.owner)
    if policies.trust and target.kind != "role":
        raise RequestError(
            "A role trust policy stands on something that is no role.",
            where="resource",
            remedy="Ask about the role's ARN.",
        )
    facts = caller_facts(request.caller, policies.readings)
    if target.account:
        facts |= Facts({"aws:resourceaccount": (target.account,)})
    return decide(request, request.caller, target, policies, facts)


def decide(request: Request, caller: Caller, target: Target, policies: Policies, facts: Facts) -> Decision:
    """Read the stack's formula for one request, with the keys that AWS fills in given as ``facts``."""
    meaning, table = ruling(caller, target, policies), environment(request, facts)
    if holds(meaning.denied, table):
        effect = EXPLICIT
    else:
        effect = ALLOWED if holds(meaning.allowed, table) else IMPLICIT
    return Decision(request, effect, meaning, table)
