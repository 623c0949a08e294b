"""Decisions: the effect of one request, the statements that decided, and a trace a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from iamkit.errors import RequestError
from iamkit.evaluate import blockers, failing_rules, holds, supporters
from iamkit.explain import listed, no_allow, reach, sentence, verb, why
from iamkit.formula import Formula
from iamkit.identity.principals import Caller, Kind
from iamkit.layers import Clause, Layer, Target
from iamkit.naming import Naming
from iamkit.policies import Policies
from iamkit.request import Environment, Facts, Request, caller_facts, environment
from iamkit.semantics import Ruling, ruling

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

    @property
    def mark(self) -> str:
        """A sign for what the layer says."""
        return _MARKS[self.says]

    def __str__(self) -> str:
        return "\n    ".join([f"{self.mark} {self.name} {verb(self.name, self.says)}", *map(str, self.clauses)])


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
    def _support(self) -> list[Formula]:
        return list(supporters(self.ruling.allowed, self.table)) if self.allowed else []

    @cached_property
    def _decided(self) -> tuple[tuple[Layer, Clause], ...]:
        needed = {id(node) for node in self._support}
        return tuple(
            (layer, clause)
            for layer in self.ruling.layers
            for clause in layer.clauses
            if (id(clause.applies) in needed and clause.statement.effect == "Allow")
            or (self.effect == EXPLICIT and self._forbids(clause))
        )

    @property
    def deciding(self) -> tuple[tuple[str, Clause], ...]:
        """The statements that decided, with the name of their layer; none for an implicit deny.

        For a deny every Deny that applies; for an allow one sufficient set of Allows.
        """
        return tuple((layer.name, clause) for layer, clause in self._decided)

    def _forbids(self, clause: Clause) -> bool:
        named = clause.statement.effect == "Deny" and clause.naming is not Naming.NOT
        return named and holds(clause.applies, self.table)

    @cached_property
    def blocking(self) -> tuple[str, ...]:
        """For an implicit deny: the layers that lack an Allow, or the rule that stands in the way, in words."""
        if self.effect != IMPLICIT:
            return ()
        delegating = frozenset(f"Allow in {layer.name}" for layer in self._delegating)
        mute = frozenset(f"Allow in {layer.name}" for layer in self.ruling.layers if self._is_mute(layer))
        found = list(dict.fromkeys(blockers(self.ruling.allowed, self.table, delegating, mute)))
        rules = [label.text for label in found if label.kind == "rule"]
        return tuple(rules or [label.text.removeprefix("Allow in ") for label in found])

    def _is_mute(self, layer: Layer) -> bool:
        """It could grant, but is not there, or says nothing about requests like this one."""
        reaches = [part for clause in layer.clauses for part in reach(clause.applies)]
        return layer.grants and (layer.missing or (bool(reaches) and not any(holds(r, self.table) for r in reaches)))

    @property
    def _delegating(self) -> list[Layer]:
        """Layers that allow, but not to the caller itself: an Allow to the account, or to the role."""
        return [layer for layer in self.ruling.layers if layer.grants and holds(layer.allow(), self.table)]

    @cached_property
    def because(self) -> str:
        """The reason in plain words."""
        if self.effect == IMPLICIT:
            return f"Implicitly denied: {self._implicit()}"
        granting = [pair for pair in self._decided if self.effect == EXPLICIT or pair[0].grants]
        places = [_place(layer, clause) for layer, clause in granting]
        needless = [node.label.text for node in self._support if node.label and node.label.kind == "exception"]
        reason = f" by {listed(places, 'and')}" if places else f": {listed(needless, 'and')}"
        limits = [layer.name for layer, _ in self._decided if self.allowed and not layer.grants]
        return f"{_WORDS[self.effect]}{reason}.{_too(list(dict.fromkeys(limits)))}"

    def _implicit(self) -> str:
        """Which layers lack an Allow, or which rule stands in the way; then the rules that make them count."""
        layers = {layer.name: layer for layer in self.ruling.layers}
        if not set(self.blocking) <= set(layers):
            return f"{listed(self.blocking, 'and')}."
        silent = [name for name in self.blocking if not layers[name].missing]
        missing = [name for name in self.blocking if layers[name].missing]
        reasons = [no_allow(self.request.action, silent, missing) + "."]
        hints = list(dict.fromkeys(failing_rules(self.ruling.allowed, self.table)))
        asked = "identity-based policies" in self.blocking and not hints
        delegates = [layer.name for layer in self._delegating if asked and self._names_account(layer)]
        reasons += [f"The {name} only {verb(name, 'delegates')} to the account." for name in delegates]
        return " ".join(reasons + [sentence(hint) for hint in hints])

    def _names_account(self, layer: Layer) -> bool:
        return holds(layer.allow(Naming.ACCOUNT), self.table)

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
        left = "style='text-align:left;vertical-align:top;overflow-wrap:anywhere'"
        rows = "".join(
            f"<tr><th scope='row' {left}>{layer.mark} {escape(layer.name)}</th>"
            f"<td {left}>{escape(verb(layer.name, layer.says))}</td>"
            f"<td {left}>{'<br>'.join(escape(str(clause)) for clause in layer.clauses)}</td></tr>"
            for layer in self.trace
        )
        asked = f"{self.request.principal} asks for {self.request.action} on {self.request.resource}"
        names = "".join(f"<th scope='col' {left}>{name}</th>" for name in ("Layer", "Says", "Statements"))
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.ruling.notes)
        return (
            f"<p><strong>{escape(self.because)}</strong></p><table><caption {left}>{escape(asked)}</caption>"
            f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>{notes}"
        )


def _place(layer: Layer, clause: Clause) -> str:
    statement = f"statement {clause.statement.sid}" if clause.statement.sid else clause.statement.name
    return f"{statement} of {clause.policy.name!r} ({layer.name})"


def _too(limits: list[str]) -> str:
    """The limits that allow a granted request too, as a sentence."""
    if not limits:
        return ""
    agree = verb(limits[0], "allows") if len(limits) == 1 else "allow"
    return f" The {listed([limits[0], *(f'the {name}' for name in limits[1:])], 'and')} {agree} it too."


def authorize(request: Request, policies: Policies) -> Decision:
    """Decide one request against one stack of policies.

    Nothing else is looked up: tags and the like come from the request's context, and what AWS derives from the
    principal alone (``aws:PrincipalArn``, ``aws:PrincipalType`` …) is filled in.

    Raises:
        RequestError: if the context contradicts what AWS fills in, or the stack holds a policy that this principal or
            this resource cannot have, such as a boundary on the root user or a trust policy on a bucket.

    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::payroll/*"}}
    >>> ana = "arn:aws:iam::111122223333:user/ana"
    >>> authorize(Request(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv"), Policies(identity=[read])).effect
    'Allowed'
    """
    target = Target.of(request.resource, request.owner)
    check_stack(request.caller, target, policies)
    facts = caller_facts(request.caller, policies.readings)
    if target.account:
        facts |= Facts({"aws:resourceaccount": (target.account,)})
    caller = replace(request.caller, bounded=True) if policies.boundary else request.caller
    return decide(request, caller, target, policies, facts)


def check_stack(caller: Caller, target: Target, policies: Policies) -> None:
    """Raise RequestError if the stack holds a policy that this principal or this resource cannot have.

    Sources: IAM User Guide, access_policies, access_policies_boundaries and id_credentials_sts-comparison.
    """
    if policies.trust and target.kind != "role":
        what = "A role trust policy stands on something that is no role."
        raise RequestError(what, where="resource", remedy="Ask about the role's ARN.")
    if policies.resource and not policies.trust and target.kind == "role":
        what = "The resource-based policy of a role is its trust policy."
        raise RequestError(what, where="resource", remedy="Give a policy with sts: actions and no Resource.")
    if policies.grants and target.kind != "key":
        raise RequestError("Only a KMS key has grants.", where="grants", remedy="Ask about the key's ARN.")
    kind = caller.kind
    if kind not in (Kind.USER, Kind.SESSION, Kind.FEDERATED_USER):
        for name in ("identity", "boundary", "session"):
            if getattr(policies, name):
                what = f"No policy of this kind can be attached to this principal ({kind.value})."
                raise RequestError(what, where=name, remedy="Leave it out, or ask for a user or a role session.")
    if kind is Kind.USER and policies.session is not None:
        what = "An IAM user acts without a session policy."
        raise RequestError(what, where="session", remedy="Ask for a role session or a federated-user session.")
    if caller.is_service_linked and policies.boundary:
        what = "A service-linked role takes no permissions boundary."
        raise RequestError(what, where="boundary", remedy="Leave it out.")


def decide(request: Request, caller: Caller, target: Target, policies: Policies, facts: Facts) -> Decision:
    """Read the stack's formula for one request, with the keys that AWS fills in given as ``facts``."""
    meaning, table = ruling(caller, target, policies), environment(request, facts)
    if holds(meaning.denied, table):
        effect = EXPLICIT
    else:
        effect = ALLOWED if holds(meaning.allowed, table) else IMPLICIT
    return Decision(request, effect, meaning, table)
