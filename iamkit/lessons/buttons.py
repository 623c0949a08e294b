"""The choices of a prediction as buttons, with the static twin that every widget of the kit has."""

from typing import TYPE_CHECKING

from ipywidgets import HTML, Layout, RadioButtons

from iamkit.widgets.base import Panel

if TYPE_CHECKING:
    from iamkit.lessons.predict import Prediction


WRAP = """<style>
.widget-radio.iamkit-choices .widget-radio-box label {
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: flex-start;
  height: auto; line-height: 1.35; padding: 3px 0;
}
.widget-radio.iamkit-choices .widget-radio-box input { flex: none; margin: 0 8px 0 0; }
</style>"""
"""ipywidgets gives every choice one line; on a narrow screen a long one needs two, beside its button."""


class ChoicePanel(Panel):
    """Radio buttons that commit a prediction to one of its choices.

    Args:
        prediction: the prediction; its ``choice`` follows the buttons.
    """

    def __init__(self, prediction: "Prediction") -> None:
        super().__init__(f"Predict: {prediction.question}")
        self._prediction = prediction
        options = [(text, word) for word, text in prediction.lettered.items()]
        self._buttons = RadioButtons(options=options, value=prediction.choice, layout=Layout(width="100%"))
        self._buttons.add_class("iamkit-choices")
        self.begin([self._buttons, HTML(WRAP, layout=Layout(display="none"))])

    def draw(self) -> None:
        self._prediction.choice = word = self._buttons.value
        said = f"You predict {self._prediction.lettered[word]}" if word else "Nothing chosen yet."
        self.show(said, "neutral")

    def twin_html(self) -> str:
        return self._prediction.html

    def twin_text(self) -> str:
        return self._prediction.text
