"""The quiz: one question at a time, checkboxes for the prediction, and buttons to answer and to go on."""

from ipywidgets import HTML, Checkbox, VBox

from iamkit.beliefs.quiz import Marked, Question, Quiz
from iamkit.widgets.attack import Press
from iamkit.widgets.base import Panel, row, tick

NOTHING_TICKED = "Tick one answer first."


class QuizPanel(Panel):
    """Questions of a quiz, from one number on and without end.

    Args:
        quiz: the quiz.
        first: the number of the question that is shown first, and before which there is none here.
    """

    def __init__(self, quiz: Quiz, first: int) -> None:
        super().__init__("Predict what AWS answers")
        self._quiz, self._first = quiz, first
        self._told, self._answers = HTML(), VBox()
        self._boxes: dict[str, Checkbox] = {}
        self._check, self._next, self._back = Press("Check my answer"), Press("Next question"), Press("Question before")
        for button, step in ((self._next, 1), (self._back, -1)):
            button.observe(lambda change, step=step: self._move(step) if change["new"] else None, names="value")
        self._ask(first)
        self.begin([self._told, self._answers, row(self._check, self._back, self._next)])

    @property
    def question(self) -> Question:
        """The question that is shown."""
        return self._question

    @property
    def marked(self) -> Marked | None:
        """What became of the answer; None while none was checked."""
        word = next((word for word, box in self._boxes.items() if box.value), None)
        return self._question.answer(word) if word is not None and self._check.value else None

    def _move(self, step: int) -> None:
        self._next.value = self._back.value = False
        self._ask(max(self._question.number + step, self._first))
        self._changed()

    def _ask(self, number: int) -> None:
        """Show a question. Only the answers are new controls: the button that was pressed keeps the focus."""
        self._question = self._quiz.question(number)
        self._told.value = f"<div style='line-height:1.4;overflow-wrap:anywhere'>{self._question.html}</div>"
        self._check.value = False
        self._boxes = {word: tick(text) for word, text in self._question.choices.items()}
        for word, box in self._boxes.items():
            box.observe(lambda change, word=word: self._ticked(word, change["new"]), names="value")
            box.observe(self._changed, names="value")
        self._answers.children = list(self._boxes.values())

    def _ticked(self, word: str, on: bool) -> None:
        """At most one answer is ticked, and a new one has to be checked anew."""
        self._check.value = False
        for other, box in self._boxes.items():
            if on and other != word:
                box.value = False

    def draw(self) -> None:
        number, found = self._question.number, self.marked
        if found is not None:
            self.show(
                f"Question {number}. {found.head}", "allow" if found else "deny", None, found.explain(), found.html
            )
            return
        ticked = next((box.description for box in self._boxes.values() if box.value), "")
        waiting = NOTHING_TICKED if self._check.value else "Nothing answered yet."
        self.show(f"Question {number}. {f'You predict: {ticked}.' if ticked else waiting}", "neutral")

    def twin_html(self) -> str:
        """The question, then what every panel shows."""
        return f"<p><strong>Question {self._question.number}</strong></p>{self._told.value}{super().twin_html()}"

    def twin_text(self) -> str:
        """The same in plain words."""
        return "\n".join([*self._question.told, self._question.asks, super().twin_text()])


def belief_quiz(seed: int = 0, beliefs: list[str] | None = None, first: int = 1) -> QuizPanel:
    """Predict, check, and read which belief a wrong answer comes from.

    Args:
        seed: another seed, other questions.
        beliefs: the names of the beliefs that the questions are about; None for all.
        first: the number of the question to begin with.

    Raises:
        IamkitError: for an unknown belief, or a number below 1.

    >>> belief_quiz(7, ["boundary-grants"])
    <Predict what AWS answers: Question 1. Nothing answered yet.>
    """
    return QuizPanel(Quiz(seed, beliefs), first)
