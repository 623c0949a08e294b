"""The quiz as a widget: tick, check, go on; by keyboard, with a twin, and without losing the focus."""

from html.parser import HTMLParser

import pytest
from ipywidgets import Button, Checkbox

from iamkit.beliefs import BELIEFS, Quiz
from iamkit.errors import IamkitError
from iamkit.widgets import belief_quiz
from iamkit.widgets.quiz import QuizPanel


class Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data


def squeezed(html: str) -> str:
    return "".join(Words(html).words.split())


def press(panel: QuizPanel, label: str) -> None:
    button = next(one for one in panel.controls() if one.description == label)
    assert isinstance(button, Button)
    button.click()


def tick(panel: QuizPanel, word: str) -> None:
    text = panel.question.choices[word]
    next(one for one in panel.controls() if one.description == text).value = True


def test_the_controls_are_labelled_checkboxes_and_buttons() -> None:
    panel = belief_quiz(1)
    for _ in range(6):
        labels = [control.description for control in panel.controls()]
        assert all(isinstance(control, Checkbox | Button) for control in panel.controls())
        assert labels[:-3] == list(panel.question.choices.values())
        assert len(set(labels)) == len(labels)
        press(panel, "Next question")


def test_a_wrong_answer_names_the_belief_and_a_right_one_the_rule() -> None:
    panel = belief_quiz(7, ["boundary-grants"])
    belief = BELIEFS["boundary-grants"]
    tick(panel, "Allowed")
    assert "You predict: Allowed." in repr(panel)
    assert belief.says not in panel.twin_text() and belief.rule not in panel.twin_text()
    press(panel, "Check my answer")
    assert "Not so. AWS answers: Implicitly denied" in repr(panel)
    assert belief.says in panel.twin_text() and belief.source in panel.twin_text()
    tick(panel, "ImplicitlyDenied")
    assert "You predict: Implicitly denied" in repr(panel)
    press(panel, "Check my answer")
    assert "Right" in repr(panel) and belief.rule in panel.twin_text()


def test_only_one_answer_is_ticked() -> None:
    panel = belief_quiz(7, ["boundary-grants"])
    tick(panel, "Allowed")
    tick(panel, "ExplicitlyDenied")
    assert [box.value for box in panel.controls() if isinstance(box, Checkbox)] == [False, False, True]


def test_checking_without_an_answer_asks_for_one() -> None:
    panel = belief_quiz(7)
    press(panel, "Check my answer")
    assert "Tick one answer first." in repr(panel) and panel.marked is None


def test_the_questions_are_those_of_the_quiz_there_and_back() -> None:
    panel, quiz = belief_quiz(3, first=2), Quiz(3)
    before = panel.twin_html()
    for number in (3, 4):
        press(panel, "Next question")
        assert panel.question.text == quiz.question(number).text
        assert "Nothing answered yet." in repr(panel)
    for _ in range(3):
        press(panel, "Question before")
    assert panel.question.number == 2
    assert panel.twin_html() == before


def test_the_buttons_stay_the_same_so_that_the_focus_does() -> None:
    panel = belief_quiz(3)
    before = [control for control in panel.controls() if isinstance(control, Button)]
    children = panel.children
    press(panel, "Next question")
    assert [control for control in panel.controls() if isinstance(control, Button)] == before
    assert panel.children == children


def test_the_twin_says_what_is_shown() -> None:
    panel = belief_quiz(4)
    for _ in range(4):
        tick(panel, panel.question.parting.mistake)
        press(panel, "Check my answer")
        twin, words = squeezed(panel.twin_html()), "".join(panel.twin_text().split())
        for shown in (panel._told.value, panel._verdict.value, panel._rest.value):
            assert squeezed(shown) and squeezed(shown) in twin
            assert squeezed(shown) in words
        assert all("".join(line.split()) in twin for line in panel.settings())
        press(panel, "Next question")
    assert panel.twin_html().count('role="status"') == 1


def test_an_unknown_belief_is_told() -> None:
    with pytest.raises(IamkitError):
        belief_quiz(1, ["boundary"])
