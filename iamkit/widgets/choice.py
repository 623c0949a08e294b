"""One choice out of several, as checkboxes of which at most one is ticked: JupyterLab takes the arrow keys of radio
buttons for itself, so that a keyboard could not reach the second one."""

from collections.abc import Callable, Mapping
from html import escape

from ipywidgets import Checkbox

from iamkit.widgets.base import Panel, tick


class ChoicePanel(Panel):
    """A question and its choices.

    Args:
        question: the question.
        choices: the text of each choice, by its word.
        chosen: the word of the choice that is taken at first, or None.
        choose: called with the word of each new choice, or None when it is taken back.
    """

    def __init__(
        self, question: str, choices: Mapping[str, str], chosen: str | None, choose: Callable[[str | None], None]
    ) -> None:
        super().__init__(f"Predict: {question}")
        self._choices, self._choose = dict(choices), choose
        self._boxes: dict[str, Checkbox] = {word: tick(text, word == chosen) for word, text in choices.items()}
        for word, box in self._boxes.items():
            box.observe(lambda change, word=word: self._keep_only(word) if change["new"] else None, names="value")
        self.begin(list(self._boxes.values()))

    def _keep_only(self, word: str) -> None:
        for other, box in self._boxes.items():
            if other != word:
                box.value = False

    def draw(self) -> None:
        word = next((word for word, box in self._boxes.items() if box.value), None)
        self._choose(word)
        self.show(f"You predict {self._choices[word]}" if word else "Nothing chosen yet.", "neutral")

    def twin_html(self) -> str:
        choices = "<br>".join(map(escape, self._choices.values()))
        return f"<p><strong>{escape(self._title)}</strong></p><p>{choices}</p>"

    def twin_text(self) -> str:
        return "\n".join([self._title, *self._choices.values()])
