"""The adviser asks the tree's questions, keeps what is answered, and takes back what a changed answer leaves behind."""

from collections.abc import Iterator

import pytest
from ipywidgets import Checkbox

from iamkit.credentials.advice import QUESTIONS, advise
from iamkit.credentials.tree import Node
from iamkit.draw.tree import decision_tree
from iamkit.errors import IamkitError
from iamkit.widgets import access_adviser
from iamkit.widgets.adviser import Adviser


def boxes(panel: Adviser) -> dict[str, Checkbox]:
    """The checkboxes that are shown, by label, in the order of the Tab key."""
    return {box.description: box for box in panel.controls()}


def answer(panel: Adviser, *answers: str) -> None:
    for one in answers:
        boxes(panel)[one].value = True


def verdict(panel: Adviser) -> str:
    return repr(panel).partition("?: ")[2].rstrip(">")


def test_at_first_only_the_first_question_is_asked() -> None:
    panel = access_adviser()
    assert list(boxes(panel)) == list(QUESTIONS.answers)
    assert not any(box.value for box in boxes(panel).values())
    assert verdict(panel) == "Asked next: Who needs access?"
    assert panel.path == ()


def test_each_answer_brings_the_next_question_below_it() -> None:
    panel = access_adviser()
    answer(panel, "workforce")
    assert verdict(panel) == "Asked next: Does a tool in use demand credentials of its own?"
    assert list(boxes(panel))[: len(QUESTIONS.answers)] == list(QUESTIONS.answers)
    answer(panel, "nothing special", "Active Directory")
    assert verdict(panel) == "Asked next: Is IAM Identity Center available for the account?"
    answer(panel, "yes", "console")
    assert verdict(panel) == (
        "Single sign-on through IAM Identity Center, connected to Active Directory. Temporary credentials."
    )


def paths(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    yield path, node
    for word, below in node.answers.items():
        yield from paths(below, (*path, word))


def test_every_way_through_the_tree_ends_in_its_advice() -> None:
    for path, node in paths(QUESTIONS):
        panel = access_adviser()
        answer(panel, *path)
        assert panel.path == path
        if node.advice:
            kind = "Temporary" if node.advice.temporary else "Long-term"
            assert verdict(panel).startswith(f"{node.advice.method}. {kind} credentials")
            assert node.advice.table in panel.twin_html()
            assert node.advice.why in panel.twin_text()
        else:
            assert verdict(panel) == f"Asked next: {node.question}"


def test_another_answer_takes_the_first_one_back_and_the_questions_below_it() -> None:
    panel = access_adviser(who="workforce", needs="nothing special", source="IAM users", access="both")
    answer(panel, "app user")
    assert panel.path == ("app user",)
    assert not boxes(panel)["workforce"].value
    assert list(boxes(panel)) == [*QUESTIONS.answers, "yes", "no"]


def test_an_answer_taken_back_leaves_its_question_open() -> None:
    panel = access_adviser(who="app user", cognito="yes")
    boxes(panel)["yes"].value = False
    assert verdict(panel) == "Asked next: Can the app use Amazon Cognito?"
    boxes(panel)["app user"].value = False
    assert verdict(panel) == "Asked next: Who needs access?"
    assert list(boxes(panel)) == list(QUESTIONS.answers)


def test_the_boxes_of_a_question_stay_the_same_while_later_ones_change() -> None:
    """Else the keyboard would lose its place."""
    panel = access_adviser(who="workforce")
    before = boxes(panel)
    answer(panel, "nothing special", "Okta or Entra")
    assert all(boxes(panel)[label] is box for label, box in before.items())


def test_answers_given_at_the_start_are_ticked() -> None:
    given = {"who": "workload outside AWS", "needs": "it cannot use a role"}
    panel = access_adviser(**given)
    assert [label for label, box in boxes(panel).items() if box.value] == list(given.values())
    assert verdict(panel).startswith(f"{advise(**given).method}. Long-term credentials: an exception.")


def test_the_picture_is_the_tree_along_the_way_with_the_way_marked() -> None:
    panel = access_adviser(who="other account", shared="several things")
    path = ("other account", "several things")
    assert decision_tree(QUESTIONS.along(path), path).html in panel.twin_html()
    assert "several things (taken): Whose account is it?" in panel.twin_text()


def test_the_twin_names_each_question_with_its_answer_and_the_open_one_with_its_choices() -> None:
    words = access_adviser(who="app user").twin_text()
    assert "Who needs access? app user" in words
    assert "Can the app use Amazon Cognito? yes / no" in words


@pytest.mark.parametrize("given", [{"who": "a robot"}, {"access": "console"}, {"who": "app user", "access": "both"}])
def test_answers_that_are_not_asked_for_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(IamkitError):
        access_adviser(**given)
