"""The tree of questions and its layout: nodes, edges, the way taken; coordinates only as far as nothing may overlap."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from iamkit.credentials.advice import QUESTIONS
from iamkit.draw.diagram import Diagram
from iamkit.draw.layout import Box
from iamkit.draw.outline import outline_layout
from iamkit.draw.tree import decision_tree, tree_diagram
from iamkit.errors import IamkitError


class Advice:
    """Advice as an object that says its method; its own repr holds an address."""

    def __init__(self, method: str) -> None:
        self.method = method


@dataclass
class Choice:
    question: str = ""
    answers: Mapping[str, "Choice"] = field(default_factory=dict)
    advice: object = None


def leaf(words: str) -> Choice:
    return Choice(advice=words)


@pytest.fixture
def root() -> Choice:
    center = Choice("Is Identity Center available?", {"yes": leaf("Identity Center"), "no": leaf("SAML federation")})
    shared = Choice("Is it one resource?", {"yes": leaf("a resource policy"), "no": Choice(advice=Advice("a role"))})
    return Choice("Who needs access?", {"workforce": center, "other account": shared})


def edges(diagram: Diagram) -> list[tuple[str, str, str]]:
    return [(edge.tail.label, edge.label, edge.head.label) for edge in diagram.edges]


def strong(diagram: Diagram) -> tuple[list[str], list[str]]:
    """The labels of the nodes and of the edges that stand out."""
    nodes = [node.label for node in diagram.nodes if node.emphasis == "strong"]
    return nodes, [edge.label for edge in diagram.edges if edge.emphasis == "strong"]


def test_each_answer_leads_from_a_question_to_the_next_or_to_advice(root: Choice) -> None:
    diagram = tree_diagram(root)
    assert edges(diagram) == [
        ("Is Identity Center available?", "yes", "Identity Center"),
        ("Is Identity Center available?", "no", "SAML federation"),
        ("Who needs access?", "workforce", "Is Identity Center available?"),
        ("Is it one resource?", "yes", "a resource policy"),
        ("Is it one resource?", "no", "a role"),
        ("Who needs access?", "other account", "Is it one resource?"),
    ]
    assert {node.kind for node in diagram.nodes if node.label.endswith("?")} == {"condition"}
    assert {(node.kind, node.marker) for node in diagram.nodes if not node.label.endswith("?")} == {("allow", "advice")}


def test_without_a_path_nothing_stands_out_and_nothing_is_weak(root: Choice) -> None:
    diagram = tree_diagram(root)
    assert {node.emphasis for node in diagram.nodes} == {edge.emphasis for edge in diagram.edges} == {"normal"}


def test_the_way_taken_is_strong_what_can_be_answered_next_is_not_weak(root: Choice) -> None:
    diagram = tree_diagram(root, ["workforce"])
    assert strong(diagram) == (["Who needs access?", "Is Identity Center available?"], ["workforce"])
    weak = [node.label for node in diagram.nodes if node.emphasis == "weak"]
    assert weak == ["Is it one resource?", "a resource policy", "a role"]
    assert [node.label for node in diagram.nodes if node.marker == "next question"] == ["Is Identity Center available?"]


def test_at_the_end_of_the_way_the_advice_stands_out(root: Choice) -> None:
    diagram = tree_diagram(root, ("workforce", "no"))
    assert strong(diagram) == (
        ["Who needs access?", "Is Identity Center available?", "SAML federation"],
        ["no", "workforce"],
    )
    assert not [node for node in diagram.nodes if node.marker == "next question"]


def test_the_same_answer_elsewhere_is_not_on_the_way(root: Choice) -> None:
    taken = [edge for edge in tree_diagram(root, ["other account", "yes"]).edges if edge.emphasis == "strong"]
    assert {edge.tail.label for edge in taken} == {"Who needs access?", "Is it one resource?"}


def test_words_say_the_same(root: Choice) -> None:
    picture = decision_tree(root, ["workforce"])
    assert picture.alt == (
        "A tree with 3 questions and 4 outcomes. Answered: workforce. The next question: Is Identity Center available?"
    )
    assert picture.text.splitlines() == [
        picture.alt,
        "Who needs access?",
        "  workforce (taken): Is Identity Center available?",
        "    yes: Identity Center",
        "    no: SAML federation",
        "  other account: Is it one resource?",
        "    yes: a resource policy",
        "    no: a role",
    ]
    assert decision_tree(root, ["workforce", "yes"]).alt.endswith("Answered: workforce; yes. Advice: Identity Center.")


def test_a_question_whose_branches_are_cut_off_is_drawn_as_a_question() -> None:
    diagram = tree_diagram(Choice("Who?", {"people": Choice("Where?")}))
    assert [(node.label, node.kind) for node in diagram.nodes] == [("Who?", "condition"), ("Where?", "condition")]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (["nobody"], r"Who needs access\?: 'nobody' is not an answer here. Use one of: workforce, other account."),
        (["workforce", "yes", "more"], "advice: 'more' is not an answer here. Leave it out."),
    ],
)
def test_an_answer_that_is_none_is_refused(root: Choice, path: list[str], fault: str) -> None:
    with pytest.raises(IamkitError, match=fault):
        decision_tree(root, path)


def test_the_same_tree_gives_the_same_bytes_and_no_address(root: Choice) -> None:
    one, two = decision_tree(root, ["workforce"]), decision_tree(root, ["workforce"])
    assert (one.svg, one.alt, one.text) == (two.svg, two.alt, two.text)
    assert not re.search(r"0x[0-9a-f]{6}", one.svg + one.alt + one.text + repr(one))


# The layout


def boxes_of(diagram: Diagram) -> dict[str, Box]:
    return outline_layout(diagram).nodes


@pytest.fixture(params=["small", "adviser"])
def drawn(request: pytest.FixtureRequest, root: Choice) -> Diagram:
    return tree_diagram(root if request.param == "small" else QUESTIONS)


def test_nothing_overlaps_and_everything_fits_a_phone(drawn: Diagram) -> None:
    layout = outline_layout(drawn)
    assert layout.width <= 520
    for one, other in itertools.combinations(layout.nodes.values(), 2):
        assert not one.overlaps(other)
    for box in layout.nodes.values():
        assert box.x >= 0 and box.x + box.w <= layout.width and box.y + box.h <= layout.height
    for route in layout.edges.values():
        assert route.label_at and not any(box.holds(route.label_at) for box in layout.nodes.values())


def test_a_node_stands_below_and_to_the_right_of_its_question(drawn: Diagram) -> None:
    layout = outline_layout(drawn)
    for edge in drawn.edges:
        tail, head, route = layout.nodes[edge.tail.id], layout.nodes[edge.head.id], layout.edges[edge.id]
        assert head.x > tail.x and head.y >= tail.y + tail.h
        assert route.points[0][1] == tail.y + tail.h and tail.x < route.points[0][0] < tail.x + tail.w
        assert route.tip == (head.x, head.middle[1])


def test_no_line_runs_through_a_node(drawn: Diagram) -> None:
    layout = outline_layout(drawn)
    for route in layout.edges.values():
        (x, top), (_, bottom) = route.points[0], route.points[3]
        for box in layout.nodes.values():
            assert not (box.x < x < box.x + box.w and top < box.middle[1] < bottom)


def test_the_questions_of_the_adviser_are_all_drawn() -> None:
    labels = [node.label for node in tree_diagram(QUESTIONS).nodes]
    leaves = [advice.method for _, advice in QUESTIONS.leaves()]
    assert labels[0] == QUESTIONS.question
    assert [label for label in labels if label in leaves] == leaves
