import pytest

from iamkit.draw.diagram import Diagram
from iamkit.errors import IamkitError


def test_words_name_every_node_edge_label_and_cluster(example: Diagram) -> None:
    words = example.words()
    for node in example.nodes:
        assert " ".join(node.label.split()) in words and node.marker in words and node.note in words
    for edge in example.edges:
        assert " ".join(edge.label.split()) in words
    for cluster in example.clusters:
        assert cluster.label in words


def test_a_marker_can_be_replaced() -> None:
    node = Diagram("d", alt="a").node("FullAWSAccess", "policy", marker="SCP")
    assert node.words() == "SCP FullAWSAccess"


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda d: d.node("x", "wizard"), "'wizard'"),
        (lambda d: d.node("x", emphasis="loud"), "'loud'"),
        (lambda d: d.node(" ", "neutral"), "label or a marker"),
        (lambda d: d.edge(d.node("a"), d.node("b"), kind="tunnel"), "'tunnel'"),
        (lambda d: d.edge(d.node("a"), Diagram("other", alt="b").node("far")), "'far'"),
        (lambda d: Diagram("d", alt="a", direction="up"), "'up'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(build, named: str) -> None:
    with pytest.raises(IamkitError, match=named):
        build(Diagram("d", alt="a"))
