"""Predictions: the learner commits first; the truth is what the kit says, never something stored."""

import pytest

from iamkit import compare
from iamkit.errors import IamkitError
from iamkit.lessons.company import ANA, MALLORY, MARCH, company, policy, statement
from iamkit.lessons.predict import predict, truth_of
from iamkit.widgets.choice import ChoicePanel

CHOICES = {"Allowed": "It is allowed.", "ImplicitlyDenied": "It is denied."}


def question():
    return predict("What happens?", CHOICES, behind={"Allowed": "Silence is a no."}, explain="Nobody allowed it.")


def decided(who):
    return company().decide(who, "s3:GetObject", MARCH)


def test_without_a_prediction_nothing_is_called_wrong_and_the_answer_waits_behind_a_click():
    shown = question().reveal(decided(MALLORY))
    assert not shown
    assert "Not predicted yet" in shown.text
    assert "✗" not in shown.verdict.text
    before, _, behind = shown.html.partition("<details>")
    assert "Implicitly denied" not in before
    assert "Implicitly denied" in behind


def test_a_right_prediction_is_true():
    shown = question().reveal(decided(MALLORY), "b")
    assert shown
    assert "As predicted" in shown.text
    assert "<details>" not in shown.html


def test_a_wrong_prediction_names_the_misconception_and_the_truth():
    shown = question().reveal(decided(MALLORY), "a")
    assert not shown
    assert "You said: It is allowed." in shown.text
    assert "The kit says: It is denied." in shown.text
    assert "Silence is a no." in shown.text


def test_the_truth_is_what_the_kit_says_now():
    asked = question()
    asked.choose("a")
    assert not asked.reveal(decided(MALLORY))
    assert asked.reveal(decided(ANA)), "in another world the other choice is right"


@pytest.mark.parametrize("choice", ["a", "Allowed", "It is allowed."])
def test_a_choice_goes_by_letter_word_or_text(choice):
    asked = question()
    asked.choose(choice)
    assert asked.choice == "Allowed"


def test_a_choice_can_be_taken_back():
    asked = question()
    asked.choose("a")
    asked.choose(None)
    assert "Not predicted yet" in asked.reveal(decided(ANA)).text


@pytest.mark.parametrize("choice", ["c", "", "allowed"])
def test_a_choice_that_is_none_is_told_so(choice):
    with pytest.raises(IamkitError, match="letters a, b"):
        question().choose(choice)


def test_a_misconception_belongs_to_a_choice():
    with pytest.raises(IamkitError):
        predict("What?", ["yes", "no"], behind={"maybe": "No."})


def test_an_answer_that_no_choice_has_is_told():
    shown = predict("How many?", ["1", "2"]).reveal(3, "a")
    assert "none of these: 3" in shown.text


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda: decided(ANA), "Allowed"),
        (lambda: company().can(ANA, "s3:*", MARCH), "yes"),
        (lambda: company().can(MALLORY, "s3:*", MARCH), "no"),
        (lambda: company().who_can("s3:GetObject", MARCH), "yes"),
        (
            lambda: compare(policy(statement("Allow", "s3:*", "*")), policy(statement("Allow", "s3:Get*", "*"))),
            "broader",
        ),
        (lambda: False, "no"),
        (lambda: 7, "7"),
    ],
    ids=["decision", "witness", "proof", "answers", "comparison", "truth", "number"],
)
def test_the_word_for_each_kind_of_answer(answer, word):
    assert truth_of(answer()) == word


def test_several_decisions_are_shown_a_line_each():
    text = question().reveal([decided(ANA), decided(MALLORY)]).text
    assert "user/ana asks for s3:GetObject on acme-payroll/march.csv: Allowed" in text
    assert "user/mallory asks for s3:GetObject on acme-payroll/march.csv: Implicitly denied" in text


def panel_of(asked):
    return ChoicePanel(asked.question, asked.lettered, asked.choice, asked.choose)


def test_a_tick_commits_and_the_twin_says_the_same():
    asked = question()
    panel = panel_of(asked)
    assert asked.choice is None
    first, second = panel.controls()
    assert [first.description, second.description] == ["a) It is allowed.", "b) It is denied."]
    second.value = True
    assert asked.choice == "ImplicitlyDenied"
    assert asked.reveal(decided(MALLORY))
    bundle = panel._repr_mimebundle_()
    for form in ("text/plain", "text/html"):
        assert "What happens?" in bundle[form]
        assert "b) It is denied." in bundle[form]


def test_a_second_tick_takes_the_first_one_back():
    asked = question()
    first, second = panel_of(asked).controls()
    first.value = True
    second.value = True
    assert (first.value, asked.choice) == (False, "ImplicitlyDenied")
    second.value = False
    assert asked.choice is None


def test_shown_again_the_boxes_keep_the_choice():
    asked = question()
    asked.choose("b")
    assert [box.value for box in panel_of(asked).controls()] == [False, True]


def test_a_repr_has_no_address():
    assert repr(question()) == "<Prediction: What happens? It is allowed. / It is denied.>"
    assert repr(question().reveal(decided(ANA), "a")) == "<As predicted: the kit says Allowed>"
