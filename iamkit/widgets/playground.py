"""The policy playground: edit a policy, and read at every key what it does to some requests, and to all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from iamkit.decision import Decision
from iamkit.draw.links import short
from iamkit.errors import PolicyError
from iamkit.explain import listed
from iamkit.policies import Source
from iamkit.policy.document import Policy, Statement
from iamkit.policy.lint import Finding, lint
from iamkit.prove.answers import Answer, Witness
from iamkit.widgets.gates import TONES
from iamkit.widgets.jsonplaces import Fault, Places, located, read_policy
from iamkit.widgets.numbered import Mark
from iamkit.widgets.policytext import PolicyText, TypedPanel, fault_mark, json_text
from iamkit.widgets.question import Question
from iamkit.widgets.slots import At, slot
from iamkit.world import Who, World

_SAYS = {
    "Allowed": "✓ Allowed",
    "ImplicitlyDenied": "– Implicitly denied",
    "ExplicitlyDenied": "✗ Explicitly denied",
    "Witness": "✓ Yes",
    "Proof": "✗ Never",
    "Unknown": "? Not known",
}


@dataclass(frozen=True)
class Row:
    """One request or question with what came of it.

    Args:
        number: what it is called in the verdict and in the marks, from 1.
        asked: the request or the question in words.
        found: the decision on a request, the answer to a question.
    """

    number: int
    asked: str
    found: Decision | Answer

    @property
    def says(self) -> str:
        return _SAYS[self.found.effect if isinstance(self.found, Decision) else type(self.found).__name__]

    def deciding(self, policy: Policy) -> list[Statement]:
        """The statements of a policy that decided on the request, or on the witness of a yes."""
        decision = self.found.decision if isinstance(self.found, Witness) else self.found
        pairs = decision.deciding if isinstance(decision, Decision) else ()
        return [clause.statement for _, clause in pairs if clause.policy is policy]

    @property
    def tone(self) -> str:
        if isinstance(self.found, Decision):
            return TONES[self.found.effect]
        return {"Witness": "allow", "Proof": "deny"}.get(type(self.found).__name__, "neutral")

    @property
    def reason(self) -> str:
        return self.found.because if isinstance(self.found, Decision) else self.found.explain()

    @property
    def words(self) -> str:
        return f"{self.number}. {self.asked}\n{self.says[0]} {self.reason}"

    @property
    def html(self) -> str:
        first, *rest = map(escape, self.reason.splitlines())
        lines = [f"{self.number}. {escape(self.asked)}", f"<strong>{self.says[0]} {first}</strong>", *rest]
        return f"<p>{'<br>'.join(lines)}</p>"


class PolicyPlayground(TypedPanel):
    """A text area with a policy, and beside it what comes of the requests and questions: its ``rows``."""

    def __init__(self, world: World, at: At, requests: Sequence[Question], questions: Sequence[Question],
                 start: Source | None) -> None:  # fmt: skip
        self._world, self._slot = world, slot(world, at)
        self._requests, self._questions = list(requests), list(questions)
        self.rows: tuple[Row, ...] = ()
        name = self._slot.policy.name.removeprefix("policy ")  # A resource's own is called "policy of ARN".
        super().__init__(f"Edit the {self._slot.place.value} {name}, and watch what it does.")
        self.text = PolicyText("Policy (JSON)", json_text(self._slot.policy if start is None else start))
        self.begin_typing([self.text])

    @property
    def world(self) -> World:
        """The world with the last good policy in its place."""
        return self._world

    def draw(self) -> None:
        text = self.text.value
        policy = read_policy(text, self._slot.policy.name, self._slot.place, self._world.readings)
        if isinstance(policy, Policy):
            try:
                self._world = self._slot.put(policy)
            except PolicyError as refused:
                policy = located(text, refused)
        if isinstance(policy, Fault):
            self.refuse(f"No verdict: {policy}", [("the policy", text, [fault_mark(policy)])])
            return
        self.rows = tuple(self._asked())
        self._answer(text, policy)

    def _asked(self) -> Iterator[Row]:
        """Every request decided, and every question answered."""
        for number, (who, action, resource, *context) in enumerate(self._requests, 1):
            found = self._world.decide(who, action, resource, *context)
            yield Row(number, f"{_name(who)}: {action} on {short(resource)}{_with(context)}", found)
        for number, (who, action, resource, *where) in enumerate(self._questions, len(self._requests) + 1):
            asked = f"Can {_name(who)} ever do {action} on {short(resource)}{_with(where)}?"
            yield Row(number, asked, self._world.can(who, action, resource, *where))

    def _answer(self, text: str, policy: Policy) -> None:
        verdict = " ".join(f"{row.number} {row.says}." for row in self.rows)
        tones = {row.tone for row in self.rows}
        tone = tones.pop() if len(tones) == 1 else "neutral"
        self.say(verdict, tone)  # What rules a question out takes longer to find than that it is ruled out.
        places, findings = Places(text), lint(policy, self._slot.place)
        marks = [*_deciding(self.rows, policy, places), *_warnings(findings, places)]
        words = [*(row.words for row in self.rows), *map(str, findings)]
        html = [*(row.html for row in self.rows), *(f"<p>! {escape(str(one))}</p>" for one in findings)]
        self.answer(verdict, tone, "\n".join(words), "".join(html), [("the policy", text, marks)])


def _deciding(rows: Sequence[Row], policy: Policy, places: Places) -> Iterator[Mark]:
    """A mark on each statement of the policy that decided, with the numbers of what it decided."""
    for statement in policy.statements:
        numbers = [str(row.number) for row in rows if statement in row.deciding(policy)]
        if numbers:
            verb = {"Allow": "allows", "Deny": "denies"}[statement.effect]
            yield Mark(*places.lines(statement.path), statement.effect.lower(), f"{verb} {listed(numbers, 'and')}")


def _warnings(findings: Sequence[Finding], places: Places) -> Iterator[Mark]:
    for one in findings:
        line = places.lines(one.where)[0]
        yield Mark(line, line, "note", one.code)


def _name(who: Who) -> str:
    return short(who if isinstance(who, str) else who.arn)


def _with(context: Sequence[object]) -> str:
    """The context of a request in words."""
    given = context[0] if context else None
    if not isinstance(given, dict) or not given:
        return ""
    return " with " + listed([f"{key} = {value}" for key, value in given.items()], "and")


def policy_playground(world: World, at: At, requests: Sequence[Question], questions: Sequence[Question] = (),
                      start: Source | None = None) -> PolicyPlayground:  # fmt: skip
    """Edit a policy of a world as text; at every key the verdicts follow, and the deciding statements are marked.

    A text that AWS would reject is told with line, column and JSON path; what was typed stays, and so does the last
    good answer.

    Args:
        world: the world; it is not changed.
        at: where the policy stands, as for `iamkit.widgets.slots.slot`.
        requests: each as ``world.decide`` takes it: principal, action, resource and, if wanted, the context.
        questions: each as ``world.can`` takes it; answered by proof.
        start: the text or document to begin with; what stands in the world if left out.

    Raises:
        IamkitError: if no policy stands there.

    >>> from iamkit import sample
    >>> ana, march = "arn:aws:iam::111122223333:user/payroll/ana", "arn:aws:s3:::acme-payroll/march.csv"
    >>> panel = policy_playground(sample("payroll"), "arn:aws:iam::111122223333:policy/ReadPayroll",
    ...                           [(ana, "s3:GetObject", march)], [(ana, "s3:Delete*", "*")])
    >>> panel
    <Edit the identity-based policy ReadPayroll, and watch what it does.: 1 ✓ Allowed. 2 ✗ Never.>
    >>> panel.text.value = '{"Statement": [{"Effect": "Allow"'
    >>> panel.twin_text().splitlines()[2]
    "No verdict: line 1, column 34 (at $.Statement[0].Effect): This is not JSON: Expecting ',' delimiter. ..."
    """
    return PolicyPlayground(world, at, requests, questions, start)
