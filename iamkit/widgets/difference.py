"""The policy difference: edit two policies, and read at every key whether one permits more than the other."""

from collections.abc import Iterator
from html import escape

from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE
from iamkit.identity.principals import Caller
from iamkit.naming import Naming, naming
from iamkit.policies import Source
from iamkit.policy.document import Policy, Statement
from iamkit.policy.places import Place
from iamkit.prove.answers import Unknown
from iamkit.prove.compare import Comparison, Difference, compare
from iamkit.readings import DEFAULT
from iamkit.request import Facts, caller_facts
from iamkit.statements import statement_applies
from iamkit.widgets.jsonplaces import Fault, Places, read_policy
from iamkit.widgets.numbered import Mark
from iamkit.widgets.policytext import PolicyText, Shown, TypedPanel, fault_mark, json_text

_SIGNS = {"equivalent": "=", "broader": ">", "narrower": "<", "incomparable": "≠"}
_SIDES = ("first", "second")


class PolicyDifference(TypedPanel):
    """Two text areas, and how the two policies in them compare."""

    def __init__(self, first: Source, second: Source, place: Place | None) -> None:
        super().__init__("Which of the two policies permits more? Edit either.")
        self._place = place
        self.comparison: Comparison | Unknown | None = None
        self.texts = tuple(
            PolicyText(f"{side.capitalize()} policy (JSON)", json_text(given))
            for side, given in zip(_SIDES, (first, second), strict=True)
        )
        self.begin_typing(self.texts)

    def draw(self) -> None:
        names = [f"the {side} policy" for side in _SIDES]
        texts = [area.value for area in self.texts]
        a, b = read = [read_policy(text, name, self._place) for text, name in zip(texts, names, strict=True)]
        if isinstance(a, Policy) and isinstance(b, Policy):
            self.comparison = compare(a, b)
            marks = [list(_marks(self.comparison, one, text)) for one, text in zip((a, b), texts, strict=True)]
            self._answer(self.comparison, list(zip(names, texts, marks, strict=True)))
            return
        told = [f"In {name}, {one}" for one, name in zip(read, names, strict=True) if isinstance(one, Fault)]
        faults = [[fault_mark(one)] if isinstance(one, Fault) else [] for one in read]
        self.refuse(f"No answer. {' '.join(told)}", list(zip(names, texts, faults, strict=True)))

    def _answer(self, found: Comparison | Unknown, shown: Shown) -> None:
        verdict, *lines = found.explain().splitlines()
        tone = "neutral"
        if isinstance(found, Comparison):
            verdict = f"{_SIGNS[found.relation]} {found.relation.capitalize()}: {verdict[:1].lower()}{verdict[1:]}"
            tone = "allow" if found else "neutral"
        self.answer(verdict, tone, "\n".join(lines), "".join(f"<p>{escape(line)}</p>" for line in lines), shown)


def _marks(found: Comparison | Unknown, policy: Policy, text: str) -> Iterator[Mark]:
    """A mark on each statement that applies to a witness: that allows it, or takes it back."""
    if isinstance(found, Unknown):
        return
    places = Places(text)
    for side, witness in zip(_SIDES, (found.only_a, found.only_b), strict=True):
        for statement in policy.statements:
            if witness is not None and applies(statement, witness):
                verb = {"Allow": "allows", "Deny": "denies"}[statement.effect]
                words = f"{verb} what only the {side} permits"
                yield Mark(*places.lines(statement.path), statement.effect.lower(), words)


def applies(statement: Statement, witness: Difference) -> bool:
    """Whether a statement applies to the request that shows a difference."""
    caller = Caller.parse(witness.principal) if witness.principal else None
    if caller is not None and naming(statement, caller, DEFAULT) is Naming.NOT:
        return False
    facts = caller_facts(caller, DEFAULT) if caller else Facts({})
    asked = {ACTION: (witness.action,), RESOURCE: (witness.resource,)}
    return holds(statement_applies(statement, DEFAULT), {**facts.values, **witness.context, **asked})


def policy_difference(first: Source, second: Source, place: Place | None = None) -> PolicyDifference:
    """Edit two policies as text; at every key `iamkit.compare` says which permits more, with a request a side.

    A text that is no policy is told with line, column and JSON path; what was typed stays, and so does the last good
    answer.

    Args:
        first, second: the documents or texts to begin with.
        place: the policy type, if its rules are to be checked too.

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> one = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> panel = policy_difference(get, one)
    >>> panel
    <Which of the two policies permits more? Edit either.: > Broader: the first policy permits more than the second.>
    >>> panel.texts[0].value = panel.texts[1].value
    >>> panel.comparison
    <Equivalent>
    """
    return PolicyDifference(first, second, place)
