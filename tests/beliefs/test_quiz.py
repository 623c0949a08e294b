"""The quiz: endless, always the same for a seed, and a wrong answer is traced to the beliefs that give it."""

import os
import subprocess
import sys
from itertools import islice

import pytest

from iamkit.beliefs import BELIEFS, Quiz, believing
from iamkit.errors import IamkitError


@pytest.mark.parametrize("seed", [0, 1, 42])
def test_no_two_of_the_first_thirty_are_alike(seed: int) -> None:
    questions = list(islice(Quiz(seed), 30))
    assert [question.number for question in questions] == list(range(1, 31))
    assert len({question.text for question in questions}) == 30


def test_every_belief_has_its_turn() -> None:
    assert {question.parting.belief.name for question in islice(Quiz(3), len(BELIEFS))} == set(BELIEFS)


def test_a_belief_that_comes_again_comes_with_another_world() -> None:
    questions = list(islice(Quiz(5, ["boundary-grants"]), 40))
    assert len({question.text for question in questions}) == 40


def test_twenty_seeds_give_twenty_quizzes() -> None:
    assert len({Quiz(seed).question(1).text for seed in range(20)}) == 20


def test_a_question_is_the_same_in_every_run_and_by_any_way() -> None:
    ninth = Quiz(8).question(9)
    assert list(islice(Quiz(8), 9))[8].text == ninth.text
    script = "from iamkit.beliefs import Quiz; print(Quiz(8).question(9).text)"
    for hashes in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": hashes, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True, env=env
        )
        assert done.stdout.rstrip("\n") == ninth.text


def test_a_wrong_answer_names_the_beliefs_that_give_it_and_no_other() -> None:
    for question in islice(Quiz(2), 30):
        for word in set(question.choices) - {question.truth}:
            marked = question.answer(word)
            assert not marked
            for belief in BELIEFS.values():
                with believing(belief):
                    assert (question.parting.case.outcome() == word) == (belief in marked.beliefs)
        made_for = question.parting.belief
        assert question.answer(question.parting.mistake).beliefs[0] is made_for


def test_a_wrong_answer_is_told_with_belief_rule_source_and_trace() -> None:
    question = Quiz(7, ["one-side-across"]).question(1)
    marked = question.answer("Allowed")
    belief = BELIEFS["one-side-across"]
    for words in (marked.explain(), marked.html):
        for piece in (belief.rule, belief.source, "is not there", "it applies"):
            assert piece in words.replace("&#x27;", "'")
    assert belief.says in marked.explain()
    assert marked.explain().startswith("Not so. AWS answers: Implicitly denied")


def test_an_answer_that_no_belief_gives_is_told_so() -> None:
    question = Quiz(7, ["one-side-across"]).question(1)
    assert question.answer("ExplicitlyDenied").beliefs == ()
    assert "No belief that the kit knows" in question.answer("ExplicitlyDenied").explain()


def test_a_right_answer_is_told_with_the_rule() -> None:
    question = Quiz(7, ["boundary-grants"]).question(1)
    marked = question.answer("ImplicitlyDenied")
    assert marked and marked.beliefs == ()
    assert BELIEFS["boundary-grants"].rule in marked.explain()
    assert repr(marked) == "<Right: Implicitly denied: an Allow is missing.>"


def test_an_answer_may_be_a_letter_a_word_or_the_text() -> None:
    question = Quiz(7, ["boundary-grants"]).question(1)
    assert question.answer("a").word == question.answer("Allowed").word == "Allowed"
    assert question.answer(question.choices["ExplicitlyDenied"]).word == question.answer("c").word == "ExplicitlyDenied"
    with pytest.raises(IamkitError, match="a, b, c"):
        question.answer("d")


def test_the_question_does_not_give_its_answer_away() -> None:
    for question in islice(Quiz(4), 30):
        shown = question._repr_mimebundle_()
        for words in (repr(question), shown["text/plain"], shown["text/html"]):
            assert question.parting.belief.name not in words
            assert question.parting.belief.says not in words
            assert question.parting.belief.rule not in words
        assert all(text in shown["text/plain"] for text in question.choices.values())


def test_what_there_is_no_quiz_for() -> None:
    with pytest.raises(IamkitError, match="There is no belief"):
        Quiz(1, ["boundary"])
    with pytest.raises(IamkitError, match="There are no beliefs"):
        Quiz(1, [])
    with pytest.raises(IamkitError, match="seed"):
        Quiz("one")  # type: ignore[arg-type]
    with pytest.raises(IamkitError, match="number 1"):
        Quiz(1).question(0)
