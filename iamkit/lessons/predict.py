"""Predict, run, explain: the learner commits to an answer before the kit gives its own."""

from collections.abc import Callable, Mapping
from html import escape
from string import ascii_lowercase
from typing import Any

from iamkit.decision import Decision
from iamkit.errors import IamkitError
from iamkit.lessons.panel import Panel, marked
from iamkit.prove.answers import Answers, Proof, Unknown, Witness
from iamkit.prove.compare import Comparison

Choices = list[str] | Mapping[str, str]


def truth_of(answer: Any) -> str:
    """What an answer of the kit says, in a word: the name of the choice that is right.

    >>> truth_of(True), truth_of(3)
    ('yes', '3')
    """
    if isinstance(answer, Decision):
        return answer.effect
    if isinstance(answer, Comparison):
        return answer.relation
    if isinstance(answer, Unknown):
        return "unknown"
    if isinstance(answer, bool | Witness | Proof | Answers):
        return "yes" if answer else "no"
    return str(answer)


class Prediction:
    """A question to commit to. Shown in a notebook, it offers its choices to tick.

    Args:
        question: the question.
        choices: the choices; as a mapping, by the word that `read` gives for each.
        behind: for a choice that is wrong, the misconception behind it.
        read: finds the word for the right choice in the kit's answer.
        explain: one or two sentences that say why, shown with the kit's answer.
    """

    def __init__(self, question: str, choices: Choices, behind: Mapping[str, str], read: Callable[[Any], str],
                 explain: str) -> None:  # fmt: skip
        self.question, self.behind, self.read, self.why = question, dict(behind), read, explain
        self.choices = dict(choices) if isinstance(choices, Mapping) else {text: text for text in choices}
        self.choice: str | None = None
        for word in self.behind:
            self._known(word)

    def choose(self, choice: str | None) -> None:
        """Commit to a choice, by its letter, its word or its text; None takes the choice back.

        Raises:
            IamkitError: if there is no such choice.
        """
        self.choice = None if choice is None else self._known(choice)

    def _known(self, choice: str) -> str:
        letters = dict(zip(ascii_lowercase, self.choices, strict=False))
        texts = {text: word for word, text in self.choices.items()}
        words = {word: word for word in self.choices}
        if choice in (known := {**letters, **texts, **words}):
            return known[choice]
        remedy = f"Write one of the letters {', '.join(letters)}, between quotes."
        raise IamkitError(f"{choice!r} is not one of the choices.", where="prediction", remedy=remedy)

    def reveal(self, answer: Any, choice: str | None = None) -> "Revealed":
        """Hold the prediction against the kit's answer.

        Args:
            answer: what the kit said, such as a Decision, a Witness or a Proof. Nothing is stored with the question.
            choice: the prediction, where it was not ticked.
        """
        if choice is not None:
            self.choose(choice)
        return Revealed(self, answer)

    @property
    def lettered(self) -> dict[str, str]:
        """The choices by their words, each with its letter in front."""
        pairs = zip(ascii_lowercase, self.choices.items(), strict=False)
        return {word: f"{letter}) {text}" for letter, (word, text) in pairs}

    def __repr__(self) -> str:
        return f"<Prediction: {self.question} {' / '.join(self.choices.values())}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        from iamkit.widgets.choice import ChoicePanel

        panel = ChoicePanel(self.question, self.lettered, self.choice, self.choose)
        return panel._repr_mimebundle_(**kwargs)


class Revealed:
    """A prediction beside the kit's answer. True in an ``if`` when the prediction was right."""

    def __init__(self, prediction: Prediction, answer: Any) -> None:
        self.prediction, self.answer, self.truth = prediction, answer, prediction.read(answer)
        self.choice = prediction.choice

    def __bool__(self) -> bool:
        return self.choice == self.truth

    @property
    def verdict(self) -> Panel:
        """What became of the prediction."""
        choices = self.prediction.choices
        if self.choice is None:
            return Panel("open", "Not predicted yet", ("Choose an answer above first, then run this cell again.",))
        if self:
            return Panel("right", "As predicted", tuple(filter(None, (choices[self.choice], self.prediction.why))))
        truth = choices.get(self.truth, f"none of these: {self.truth}")
        behind = self.prediction.behind.get(self.choice, "")
        lines = (f"You said: {choices[self.choice]}", f"The kit says: {truth}", behind, self.prediction.why)
        return Panel("wrong", "Not as predicted", tuple(filter(None, lines)))

    def _kit(self) -> dict[str, Any]:
        """The kit's answer, as it shows itself."""
        show = getattr(self.answer, "_repr_mimebundle_", None)
        if show:
            return dict(show())
        several = self.answer if isinstance(self.answer, list | tuple) else [self.answer]
        return {"text/plain": "\n".join(map(_line, several)) or "none"}

    @property
    def text(self) -> str:
        """All of it as plain text."""
        why = [self.prediction.why] if self.choice is None else []
        return "\n".join(filter(None, [self.verdict.text, "The kit's answer:", self._kit()["text/plain"], *why]))

    @property
    def html(self) -> str:
        """All of it as HTML; without a prediction, the kit's answer waits behind a click."""
        found = self._kit()
        plain = f"<p>The kit's answer:</p><pre style='white-space:pre-wrap'>{escape(found['text/plain'])}</pre>"
        shown = found.get("text/html", plain)
        if self.choice is not None:
            return self.verdict.html + shown
        why = f"<p>{marked(self.prediction.why)}</p>" if self.prediction.why else ""
        return f"{self.verdict.html}<details><summary>Show the answer all the same</summary>{shown}{why}</details>"

    def __repr__(self) -> str:
        return f"<{self.verdict.head}: the kit says {self.truth}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def _line(answer: Any) -> str:
    """One of several answers, in a line."""
    if not isinstance(answer, Decision):
        return truth_of(answer)
    request = answer.request
    asked = f"{_short(request.principal)} asks for {request.action} on {_short(request.resource)}"
    return f"{asked}: {answer.because}"


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1]


def predict(question: str, choices: Choices, *, behind: Mapping[str, str] | None = None,
            read: Callable[[Any], str] = truth_of, explain: str = "") -> Prediction:  # fmt: skip
    """A question to commit to before the kit answers it.

    Args:
        question: the question.
        choices: a list of texts; or a mapping whose keys are what ``read`` finds, such as ``Allowed``, ``yes``,
            ``equivalent``.
        behind: for a wrong choice, the misconception behind it.
        read: finds the right choice in the kit's answer; the default knows decisions, proofs and comparisons.
        explain: why it is so, shown with the answer.

    Raises:
        IamkitError: if ``behind`` names no choice.

    >>> question = predict("Is 7 odd?", {"yes": "It is.", "no": "It is not."}, behind={"no": "Halve it."})
    >>> question.reveal(7 % 2 == 1)
    <Not predicted yet: the kit says yes>
    >>> print(question.reveal(7 % 2 == 1, "b").verdict.text)
    ✗ Not as predicted
    You said: It is not.
    The kit says: It is.
    Halve it.
    """
    return Prediction(question, choices, behind or {}, read, explain)
