"""The gates of lesson 3: switch statements on and off, and watch the decision."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from html import escape
from typing import Any

from ipywidgets import HTML, Checkbox, VBox, Widget

from iamkit.decision import Decision, authorize, decide
from iamkit.draw.gates import gates
from iamkit.draw.links import policy_label, short
from iamkit.errors import IamkitError
from iamkit.identity.organization import full_access
from iamkit.layers import Layer
from iamkit.policies import Policies
from iamkit.policy.document import Policy, Statement
from iamkit.request import Request, values
from iamkit.widgets.base import Panel, tick
from iamkit.world import World

TONES = {"Allowed": "allow", "ImplicitlyDenied": "implicit-deny", "ExplicitlyDenied": "deny"}
Place = tuple[str, Statement]
"""The name of a layer, and a statement in it; the same statement may stand in several layers."""


class KeyChoice(VBox):
    """A checkbox for each value of a context key. Ticking one unticks the others; with none ticked, it is not sent.

    Args:
        key: the key.
        choices: its values; one of them is None if requests without the key are among the choices.
        start: where to begin; None for the first choice.
    """

    def __init__(self, key: str, choices: Sequence[Any], start: Any) -> None:
        wanted = list(choices) if start is None or start in choices else [start, *choices]
        if not wanted:
            raise IamkitError(f"There are no choices for {key}.", where="keys", remedy="Give (key, [value, None]).")
        self._values = [value for value in wanted if value is not None]
        self._default = start if start is not None else wanted[0]
        self._optional = None in wanted
        self._boxes = [tick(f"{' and '.join(values(value, key))} for {key}") for value in self._values]
        super().__init__(self._boxes)
        self._tick_only(self._default)
        for box in self._boxes:
            box.observe(self._moved, names="value")

    @property
    def value(self) -> Any:
        """The value that is ticked, or None."""
        return next((value for value, box in zip(self._values, self._boxes, strict=True) if box.value), None)

    def _tick_only(self, wanted: Any) -> None:
        for value, box in zip(self._values, self._boxes, strict=True):
            box.value = value == wanted

    def _moved(self, change: Any) -> None:
        if change["new"]:
            self._tick_only(self._values[self._boxes.index(change["owner"])])
        elif self.value is None and not self._optional:
            self._tick_only(self._default)


class DecisionGates(Panel):
    """One checkbox for each statement, checkboxes for each context key, and the gates of the decision."""

    def __init__(self, request: Request, policies: Policies | World, keys: Sequence[tuple[str, Sequence[Any]]],
                 detail: str) -> None:  # fmt: skip
        super().__init__(f"{request.action} on {short(request.resource)} by {short(request.principal)}")
        self._request, self._given, self._detail = request, policies, detail
        self._keys = {key: KeyChoice(key, choices, request.context.get(key)) for key, choices in keys}
        self._switches: dict[Place, Checkbox] = {}
        self._decide(frozenset())
        shown = [part for layer in self.decision.ruling.layers for part in self._layer(layer)]
        heading = [HTML("<strong>context keys</strong>")] if keys else []
        self.begin([*shown, *heading, *self._keys.values()])

    def _layer(self, layer: Layer) -> list[Widget]:
        """The name of a layer and a checkbox for each of its statements; nothing if it has none to switch."""
        boxes: list[Widget] = []
        for clause in layer.clauses:
            if clause.policy is full_access("RCPFullAWSAccess") or layer.name == "KMS grants":
                continue  # The first can never be detached; the others are no statements.
            label = f"{clause.statement.effect} {clause.statement.name} in {policy_label(clause.policy.name)}"
            taken = label in (box.description for box in self._switches.values())
            box = tick(f"{label} ({layer.name})" if taken else label, True)
            self._switches[layer.name, clause.statement] = box
            boxes.append(box)
        return [HTML(f"<strong>{escape(layer.name)}</strong>"), *boxes] if boxes else []

    @property
    def decision(self) -> Decision:
        """The decision on what is switched on now."""
        return self._decision

    def draw(self) -> None:
        self._decide({place for place, box in self._switches.items() if not box.value})
        picture = gates(self._decision, self._detail)
        self.show(self._decision.because, TONES[self._decision.effect], picture)

    def settings(self) -> list[str]:
        """What is on and off in each layer, and which context keys are sent."""
        lines = []
        for layer in dict.fromkeys(layer for layer, _ in self._switches):
            boxes = [box for (name, _), box in self._switches.items() if name == layer]
            lines.append(f"{layer}: {'; '.join(box.description + ('' if box.value else ' (off)') for box in boxes)}")
        sent = [box.description for choice in self._keys.values() for box in choice.children if box.value]
        return [*lines, *([f"context keys: {'; '.join(sent) or 'none sent'}"] if self._keys else [])]

    def _decide(self, off: Collection[Place]) -> None:
        chosen = {key: chooser.value for key, chooser in self._keys.items()}
        left = {key: value for key, value in self._request.context.items() if key not in chosen}
        context = {**left, **{key: value for key, value in chosen.items() if value is not None}}
        request = replace(self._request, context=context)
        if isinstance(self._given, Policies):
            self._decision = authorize(request, without(self._given, off))
            return
        here = self._given.situation(request.principal, request.resource, request.resource_account)
        self._decision = decide(request, here.caller, here.target, without(here.policies, off), here.facts)


def without(policies: Policies, off: Collection[Place]) -> Policies:
    """The same stack with some statements switched off. A policy that has none left still stands where it stood."""

    def kept(given: tuple[Policy, ...], *layers: str) -> tuple[Policy, ...]:
        return tuple(replace(policy, statements=tuple(on(policy, layers))) for policy in given)

    def on(policy: Policy, layers: Iterable[str]) -> Iterator[Statement]:
        return (one for one in policy.statements if not any((name, one) in off for name in layers))

    left = copy(policies)
    left.identity = kept(policies.identity, "identity-based policies")
    left.resource = kept(policies.resource, "resource-based policy", "role trust policy", "key policy")
    left.boundary = kept(policies.boundary, "permissions boundary")
    left.session = None if policies.session is None else kept(policies.session, "session policy")
    left.endpoint = policies.endpoint and kept((policies.endpoint,), "VPC endpoint policy")[0]
    left.scps = tuple(replace(level, policies=kept(level.policies, f"SCP at {level.name}")) for level in policies.scps)
    left.rcps = tuple(replace(level, policies=kept(level.policies, f"RCP at {level.name}")) for level in policies.rcps)
    return left


def decision_gates(request: Request, policies: Policies | World, keys: Sequence[tuple[str, Sequence[Any]]] = (),
                   detail: str = "statements") -> DecisionGates:  # fmt: skip
    """Switch the statements around one request on and off; gates, verdict and reason follow.

    Args:
        request: the request.
        policies: the stack; or a World, which supplies its own around the request's principal and resource.
        keys: context keys to choose, each with its values; None stands for a request without the key.
        detail: as for `iamkit.draw.gates.gates`.

    Raises:
        IamkitError: for a key without choices; and what deciding raises.

    >>> import iamkit as ik
    >>> read = {"Statement": {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> request = ik.Request("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "arn:aws:s3:::payroll/a")
    >>> decision_gates(request, ik.Policies(identity=[read])).decision.effect
    'Allowed'
    """
    return DecisionGates(request, policies, keys, detail)
