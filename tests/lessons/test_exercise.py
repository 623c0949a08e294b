"""Exercises and what they say: verdicts, hints one by one, and that nobody is told wrong before trying."""

import pytest

from iamkit.errors import PolicyError
from iamkit.lessons.exercise import MALFORMED, NOT_ATTEMPTED, NOT_YET, RIGHT, UNKNOWN, Exercise, result
from iamkit.prove.values import Undecided

PLACEHOLDER = {"Statement": [{"Effect": "..."}]}


def exercise(check=lambda answer: result(RIGHT, "Well done.")) -> Exercise:
    return Exercise("dig", check, hints=["Dig.", "Dig deeper."], solution="my_answer = 3", why="It is there.",
                    placeholder=PLACEHOLDER)  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [None, ..., "", "  ", "...", PLACEHOLDER, '{"Statement": [{"Effect": "..."}]}', {"a": None, "b": ...}, {"a": ""}],
)
def test_an_untouched_answer_is_not_attempted_and_never_wrong(answer):
    def check(_):
        raise AssertionError("an untouched answer must not be judged")

    found = exercise(check).check(answer)
    assert (found.verdict, bool(found)) == (NOT_ATTEMPTED, False)
    assert "✗" not in found.text


@pytest.mark.parametrize("answer", [{}, {"a": None, "b": 1}, 0, False, [], "x", '{"Statement": []}'])
def test_anything_else_is_judged(answer):
    assert exercise().check(answer).verdict == RIGHT


def test_only_a_right_answer_is_true():
    assert result(RIGHT)
    for verdict in (NOT_ATTEMPTED, NOT_YET, MALFORMED, UNKNOWN):
        assert not result(verdict)


def test_a_fault_of_the_answer_is_a_result_with_its_place():
    def check(_):
        raise PolicyError("'Alow' is not an effect.", where="$.Statement[0].Effect", remedy="Write 'Allow'.")

    found = exercise(check).check({"Statement": 1})
    assert found.verdict == MALFORMED
    assert "$.Statement[0].Effect: 'Alow' is not an effect. Write 'Allow'." in found.text


def test_what_cannot_be_decided_is_neither_right_nor_wrong():
    def check(_):
        raise Undecided("two variables in one value")

    found = exercise(check).check(1)
    assert (found.verdict, bool(found)) == (UNKNOWN, False)
    assert "two variables in one value" in found.text


def test_a_defect_of_the_kit_is_not_hidden():
    def check(_):
        raise KeyError("a defect")

    with pytest.raises(KeyError):
        exercise(check).check(1)


def test_hints_come_one_by_one_and_the_last_one_stays():
    tried = exercise()
    hints = [tried.hint() for _ in range(3)]
    assert [hint.head for hint in hints] == ["Hint 1 of 2", "Hint 2 of 2", "Hint 2 of 2"]
    assert [hint.lines[0] for hint in hints] == ["Dig.", "Dig deeper.", "Dig deeper."]
    assert "lesson.dig.solution()" in hints[1].text
    assert "solution" not in hints[0].text


def test_the_solution_shows_its_code_and_its_reason():
    shown = exercise().solution()
    assert shown.code == "my_answer = 3"
    assert "my_answer = 3" in shown.html
    assert "It is there." in shown.text


def test_a_result_shows_itself_in_words_and_in_html_without_leaning_on_color():
    bundle = result(NOT_YET, "Use `s3:Get<x>`.")._repr_mimebundle_()
    assert bundle["text/plain"] == "✗ Not yet right\nUse `s3:Get<x>`."
    assert "<code>s3:Get&lt;x&gt;</code>" in bundle["text/html"]
    assert "✗ Not yet right" in bundle["text/html"]


def test_each_tone_has_a_sign_and_a_border_of_its_own():
    panels = [result(verdict).html for verdict in (RIGHT, NOT_YET, NOT_ATTEMPTED)] + [exercise().hint().html]
    borders = [panel.split("border-left:6px ")[1].split()[0] for panel in panels]
    signs = [panel.split("<strong>")[1][0] for panel in panels]
    assert len(set(borders)) == len(set(signs)) == 4


def test_a_repr_is_short_and_without_an_address():
    assert repr(exercise()) == "<Exercise dig: check, hint (2) and solution>"
    assert repr(result(RIGHT, "Yes.")) == "<Right: Yes.>"
