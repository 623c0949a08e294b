"""A decision's formula as AND, OR and NOT gates, with the truth value of every wire.

Nothing of IAM is decided here: the gates are those of the formula that `iamkit.semantics` built, folded so far that a
student can read them. What could not change the outcome is left out: policies that are not there, and rules that do
not concern this request.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iamkit.decision import ALLOWED, EXPLICIT, Decision
from iamkit.draw import circuit
from iamkit.draw.circuit import Part, gate, truth
from iamkit.draw.links import policy_label
from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError
from iamkit.evaluate import holds
from iamkit.explain import elements, listed, values_written
from iamkit.formula import ACTION, RESOURCE, And, Bytes, Compare, Formula, InNetwork, Is, Label, Not, Or, Some
from iamkit.layers import Clause
from iamkit.request import Environment

_ANY_DENY, _MOST_VALUES = "any Deny", 5
DETAILS = ("layers", "statements", "elements")
_VERDICTS = {"Allowed": ("allow", "ALLOWED"), "ImplicitlyDenied": ("implicit-deny", "IMPLICITLY DENIED"),
             "ExplicitlyDenied": ("deny", "EXPLICITLY DENIED")}  # fmt: skip


def gates(decision: Decision, detail: str = "statements") -> Picture:
    """Draw the gates of a decision.

    Args:
        decision: the decision.
        detail: what the inputs are: ``layers`` (kinds of policy), ``statements``, or ``elements`` (Action, Resource and
            each condition).

    Raises:
        IamkitError: for an unknown detail.

    >>> import iamkit as ik
    >>> read = {"Statement": {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> request = ik.Request("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "arn:aws:s3:::payroll/march.csv")
    >>> print(gates(ik.authorize(request, ik.Policies(identity=[read]))).text)
    s3:GetObject on payroll/march.csv as gates. ALLOWED.
    AND: true
      NOT: true
        Deny none: false
      Allow Read (identity[0] · identity-based policies): true
    """
    if detail not in DETAILS:
        raise IamkitError(f"{detail!r} is not a detail of gates.", remedy=f"Use one of: {', '.join(DETAILS)}.")
    whole = circuit_of(decision, detail)
    kind, word = _VERDICTS[decision.effect]
    request = decision.request
    title = f"{request.action} on {request.resource.split(':', 5)[-1]} as gates"
    return circuit.picture(whole, Part(kind, marker=word), title=title, alt=_alt(decision, whole))


def gates_of(formula: Formula, table: Environment | None = None, title: str = "The formula as gates") -> Picture:
    """Draw any formula as gates, every part of it.

    Args:
        formula: the formula.
        table: the request, by key; without it, the wires carry no values.
        title: the picture's name.

    >>> from iamkit.formula import And, Not, like
    >>> both = And((like("action", "s3:Get*"), Not(like("resource", "*/secret"))))
    >>> print(gates_of(both, {"action": ("s3:GetObject",), "resource": ("arn:aws:s3:::payroll/secret",)}).text)
    The formula as gates. Result false.
    AND: false
      action s3:Get*: true
      NOT: false
        resource */secret: true
    """
    whole = _plain(formula, table)
    shown = truth(whole.value)
    alt = f"{title}: {_sizes(whole)}." + (f" The result is {shown}." if shown else "")
    return circuit.picture(whole, Part("neutral", shown, marker="Result"), title=title, alt=alt)


def circuit_of(decision: Decision, detail: str = "statements") -> Part:
    """The circuit that `gates` draws."""
    return _Fold(decision, detail).part(decision.ruling.allowed)


class _Fold:
    """Turns the formula of one decision into a circuit that can be read."""

    def __init__(self, decision: Decision, detail: str) -> None:
        self.table, self.detail = decision.table, detail
        self.denied = decision.ruling.denied
        self.clauses: dict[tuple[str, int], Clause] = {
            (layer.name, id(clause.applies)): clause for layer in decision.ruling.layers for clause in layer.clauses
        }

    def part(self, formula: Formula) -> Part:
        label = formula.label
        if label is not None and label.kind == "layer":
            return self.layer(formula, label)
        if not _policies_matter(formula) and label is not None:
            return Part("neutral", label.text, holds(formula, self.table), marker="rule", key=label.text)
        if isinstance(formula, Some):
            return _plain(formula, self.table)
        if isinstance(formula, Not):
            return gate("not", [self.part(formula.part)])
        kind = "and" if isinstance(formula, And) else "or"
        parts = list(dict.fromkeys(self.inputs(formula, kind)))
        if kind == "or":
            parts = [part for part in parts if not part.empty] or parts
        if len(parts) == 1:
            return replace(parts[0], label=_ANY_DENY) if formula is self.denied and parts[0].is_gate else parts[0]
        name = _ANY_DENY if formula is self.denied else label.text if label and label.kind == "rule" else ""
        return gate(kind, parts, name)

    def inputs(self, formula: Formula, kind: str) -> Iterable[Part]:
        """What is fed into a gate: parts of the same kind are merged into it, and what cannot matter is left out."""
        assert isinstance(formula, And | Or)
        for part in formula.parts:
            if self.settled(part, neutral=kind == "and"):
                continue
            made = self.part(part)
            yield from made.parts if made.kind == kind and not made.label else [made]

    def settled(self, formula: Formula, neutral: bool) -> bool:
        """Whether the request alone gives this part a value that changes nothing. An exception that holds is shown."""
        exception = formula.label is not None and formula.label.kind == "exception"
        is_rule = formula.label is not None and formula.label.kind == "rule"
        if _policies_matter(formula) and not is_rule:
            return False
        return self.without_policies(formula) is neutral and not (exception and neutral)

    def without_policies(self, formula: Formula) -> bool | None:
        """The value that the request alone gives; None if it hangs on a policy."""
        if formula.label is not None and formula.label.kind == "layer":
            return None
        match formula:
            case And(parts) | Or(parts):
                decisive = isinstance(formula, Or)
                values = {self.without_policies(part) for part in parts}
                return decisive if decisive in values else None if None in values else not decisive
            case Not(part):
                inner = self.without_policies(part)
                return None if inner is None else not inner
        return holds(formula, self.table)

    def layer(self, formula: Formula, label: Label) -> Part:
        """The Allows or the Denies of one layer."""
        assert isinstance(formula, Or)
        effect, _, name = label.text.partition(" in ")
        value = holds(formula, self.table)
        if not formula.parts:
            return Part("policy", "none" if effect == "Deny" else f"none in {name}", False, marker=effect, empty=True,
                        key=effect if effect == "Deny" else label.text)  # fmt: skip
        if self.detail == "layers":
            true = sum(holds(part, self.table) for part in formula.parts)
            note = f"{true} of {len(formula.parts)} apply"
            return Part("policy", name, value, marker=effect, note=note, key=(label.text, note))
        made = [self.statement(part, effect, name) for part in formula.parts]
        return made[0] if len(made) == 1 else gate("or", made, label.text)

    def statement(self, formula: Formula, effect: str, layer: str) -> Part:
        clause = self.clauses[layer, id(formula)]
        note = f"{policy_label(clause.policy.name)} · {layer}"
        name, key = clause.statement.name, (layer, id(formula))
        if self.detail == "statements":
            return Part("policy", name, holds(formula, self.table), marker=effect, note=note, key=key)
        parts = [p for p in elements(formula) if p.label is None or p.label.kind != "reach" or not holds(p, self.table)]
        return gate("and", [_element(part, self.table) for part in parts], f"{effect} {name}, {note}", key)


def _policies_matter(formula: Formula) -> bool:
    """Whether some layer stands inside; if not, the request alone settles the formula."""
    if formula.label is not None and formula.label.kind == "layer":
        return True
    match formula:
        case And(parts) | Or(parts):
            return any(map(_policies_matter, parts))
        case Not(part):
            return _policies_matter(part)
    return False


def _element(formula: Formula, table: Environment) -> Part:
    """One element of a statement: what is written, and what the request has."""
    label, value = formula.label, holds(formula, table)
    if label is None or label.kind != "element":
        return _plain(formula, table)
    name = label.text.removeprefix("Condition ")
    key = {"Action": ACTION, "Resource": RESOURCE}.get(name.removeprefix("Not"), name.rpartition(" ")[2].lower())
    actual = listed(table.get(key, ()), "and") or "nothing"
    written = _shown(values_written(formula))
    return Part("condition", written or name, value, marker=name if written else "", note=f"request: {actual}")


def _shown(values: list[str]) -> str:
    """Alternatives in words, of a long list only the first."""
    more = len(values) - _MOST_VALUES
    return listed(values if more <= 1 else [*values[:_MOST_VALUES], f"{more} more"])


def _plain(formula: Formula, table: Environment | None) -> Part:
    """A formula as it stands."""
    label = formula.label.text if formula.label else ""
    match formula:
        case And(()) | Or(()):
            always = formula == And(())
            return Part(
                "neutral", label or ("always" if always else "never"), None if table is None else always, marker=""
            )
        case And(parts):
            return gate("and", [_plain(part, table) for part in parts], label)
        case Or(parts):
            return gate("or", [_plain(part, table) for part in parts], label)
        case Not(part):
            return gate("not", [_plain(part, table)])
        case Some(key, test):
            value = None if table is None else holds(formula, table)
            return Part("condition", label or words_of_test(test), value, marker=key, key=("test", formula))
    raise TypeError(f"{type(formula).__name__} stands outside Some.")


def words_of_test(test: Formula) -> str:
    """The inside of a `Some` in words.

    >>> from iamkit.formula import like
    >>> words_of_test(like("action", "s3:Get*").test)
    's3:Get*'
    """
    if test.label is not None:
        return test.label.text
    match test:
        case And(()):
            return "is there"
        case And(parts):
            return " and ".join(map(words_of_test, parts))
        case Or(parts):
            return " or ".join(map(words_of_test, parts)) or "never"
        case Not(part):
            return f"not {words_of_test(part)}"
        case Is(Compare(_, relation, bound)):
            return f"{relation} {bound}"
        case Is(InNetwork(network)):
            return str(network)
        case Is(Bytes(value)):
            return value.hex()
        case Is(pattern):
            return str(pattern)
    raise TypeError("Some stands inside Some.")


def _sizes(part: Part) -> str:
    """How many gates of each kind, and inputs, in words."""
    parts = list(_walk(part))
    counts = [(sum(one.kind == kind for one in parts), kind.upper()) for kind in circuit.GATES]
    inputs = len({one.key if one.key is not None else id(one) for one in parts if not one.is_gate})
    gates = [f"{count} {kind} gate{'s' * (count > 1)}" for count, kind in counts if count]
    return listed([*gates, f"{inputs} input{'s' * (inputs != 1)}"], "and")


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for below in part.parts:
        yield from _walk(below)


def _alt(decision: Decision, whole: Part) -> str:
    """The reason, and what the NOT gate of "forbid trumps permit" did."""
    if whole.kind != "and":  # An exception beside the gates let the request through.
        return decision.because
    if decision.effect == EXPLICIT:
        what = "A Deny applies, so the NOT gate gives false, and no Allow can make the AND gate true."
    else:
        what = f"No Deny applies, so the NOT gate gives true; the AND gate gives {truth(decision.effect == ALLOWED)}."
    return f"{decision.because} {what}"
