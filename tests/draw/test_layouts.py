"""Both layouts give drawings in which nothing lies over anything else."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from iamkit.draw import shapes
from iamkit.draw.diagram import Diagram
from iamkit.draw.dot import NoGraphviz, graphviz_layout, to_dot
from iamkit.draw.layered import layered_layout, layers_of
from iamkit.draw.layout import Box, Layout, Point, Route
from iamkit.draw.render import lay_out

LAYOUTS = [graphviz_layout, layered_layout]
DRAWN = [lay_out, layered_layout]
"""What a reader gets: Graphviz, or ``layered`` where Graphviz loses an edge; and always ``layered``."""
Engine = Callable[[Diagram, str], Layout]


def _wider(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by)


def _contains(outer: Box, inner: Box) -> bool:
    x, y, right, bottom = inner.x, inner.y, inner.x + inner.w, inner.y + inner.h
    return outer.x <= x and outer.y <= y and right <= outer.x + outer.w and bottom <= outer.y + outer.h


def _along(route: Route) -> Iterator[Point]:
    """Points on a route, ten to a curve."""
    for at in range(0, len(route.points) - 1, 3):
        p, q, r, s = route.points[at : at + 4]
        for step in range(11):
            t, u = step / 10, 1 - step / 10
            a, b, c, d = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            yield (a * p[0] + b * q[0] + c * r[0] + d * s[0], a * p[1] + b * q[1] + c * r[1] + d * s[1])


def _direction(diagram: Diagram) -> str:
    return "down" if diagram.direction == "auto" else diagram.direction


def _label_box(diagram: Diagram, layout: Layout, edge_id: str) -> Box:
    edge = next(edge for edge in diagram.edges if edge.id == edge_id)
    wide, high = shapes.edge_label_size(edge.label)
    at = layout.edges[edge_id].label_at
    assert at is not None
    return Box(at[0] - wide / 2, at[1] - high / 2, wide, high)


@pytest.mark.parametrize("engine", LAYOUTS)
def test_everything_has_a_place_on_the_canvas(engine: Engine, example: Diagram) -> None:
    layout = engine(example, _direction(example))
    assert set(layout.nodes) == {node.id for node in example.nodes}
    assert set(layout.edges) == {edge.id for edge in example.edges}
    assert set(layout.clusters) == {cluster.id for cluster in example.clusters}
    canvas = Box(0, 0, layout.width, layout.height)
    assert all(_contains(canvas, box) for box in [*layout.nodes.values(), *layout.clusters.values()])
    assert all(canvas.holds(route.tip) for route in layout.edges.values())


@pytest.mark.parametrize("engine", DRAWN)
def test_nodes_do_not_overlap_and_lie_in_their_own_clusters_only(engine: Engine, sampled: Diagram) -> None:
    layout = engine(sampled, sampled.direction)
    for one, other in itertools.combinations(layout.nodes.values(), 2):
        assert not one.overlaps(other)
    for node in sampled.nodes:
        around = node.cluster.chain() if node.cluster else ()
        for cluster in sampled.clusters:
            if cluster in around:
                assert _contains(layout.clusters[cluster.id], layout.nodes[node.id])
            elif cluster.id in layout.clusters:
                assert not layout.clusters[cluster.id].overlaps(layout.nodes[node.id])


@pytest.mark.parametrize("engine", DRAWN)
def test_clusters_overlap_only_when_one_lies_in_the_other(engine: Engine, sampled: Diagram) -> None:
    layout = engine(sampled, sampled.direction)
    drawn = [cluster for cluster in sampled.clusters if cluster.id in layout.clusters]
    for one, other in itertools.combinations(drawn, 2):
        if one not in other.chain() and other not in one.chain():
            assert not layout.clusters[one.id].overlaps(layout.clusters[other.id])


@pytest.mark.parametrize("engine", DRAWN)
def test_each_edge_runs_from_its_tail_to_its_head(engine: Engine, sampled: Diagram) -> None:
    layout = engine(sampled, sampled.direction)
    for edge in sampled.edges:
        route = layout.edges[edge.id]
        assert _wider(layout.nodes[edge.tail.id], 2).holds(route.points[0])
        assert _wider(layout.nodes[edge.head.id], 2).holds(route.tip)


def test_layered_edges_and_labels_keep_off_other_nodes(sampled: Diagram) -> None:
    layout = layered_layout(sampled, sampled.direction)
    for edge in sampled.edges:
        others = [box for name, box in layout.nodes.items() if name not in (edge.tail.id, edge.head.id)]
        assert not any(box.holds(point) for point in _along(layout.edges[edge.id]) for box in others)
    labels = [_label_box(sampled, layout, edge.id) for edge in sampled.edges if edge.label]
    assert not any(label.overlaps(box) for label in labels for box in layout.nodes.values())
    assert not any(one.overlaps(other) for one, other in itertools.combinations(labels, 2))


def test_layers_follow_the_edges_and_only_cycles_turn_an_edge(sampled: Diagram) -> None:
    layer, turned = layers_of(sampled)
    for edge in sampled.edges:
        if edge.tail != edge.head:
            forward = layer[edge.tail.id] < layer[edge.head.id]
            assert forward == (edge.id not in turned)


def test_a_chain_has_a_layer_for_each_link_and_turns_nothing() -> None:
    d = Diagram("Chain", alt="A chain.")
    nodes = [d.node(str(number)) for number in range(4)]
    for tail, head in itertools.pairwise(nodes):
        d.edge(tail, head)
    d.edge(nodes[0], nodes[3])
    assert layers_of(d) == ({"n0": 0, "n1": 1, "n2": 2, "n3": 3}, set())


@pytest.mark.parametrize("engine", LAYOUTS)
@pytest.mark.parametrize("direction", ["down", "right"])
def test_edges_run_in_the_wished_direction(engine: Engine, direction: str) -> None:
    d = Diagram("Two", alt="Two.")
    first, second = d.node("first"), d.node("second")
    d.edge(first, second)
    layout = engine(d, direction)
    (x0, y0), (x1, y1) = layout.nodes[first.id].middle, layout.nodes[second.id].middle
    assert (y0 < y1 and abs(x0 - x1) < 1) if direction == "down" else (x0 < x1 and abs(y0 - y1) < 1)


@pytest.mark.parametrize("engine", LAYOUTS)
def test_an_empty_diagram_and_an_empty_cluster_can_be_laid_out(engine: Engine) -> None:
    d = Diagram("Empty", alt="Nothing.")
    assert engine(d, "down").nodes == {}
    d.cluster("Account without anything")
    d.node("alone")
    assert set(engine(d, "down").nodes) == {"n0"}


def test_graphviz_itself_draws_nearly_all_samples_and_says_when_it_loses_an_edge(
    make_sample: Callable[[int], Diagram],
) -> None:
    drawn = 0
    for seed in range(25):
        diagram = make_sample(seed)
        try:
            drawn += len(graphviz_layout(diagram, diagram.direction).edges) == len(diagram.edges)
        except NoGraphviz as fault:
            assert "lost edge" in str(fault)
    assert drawn >= 20


def test_dot_holds_the_words_and_names_no_node_by_its_label(example: Diagram) -> None:
    source = to_dot(example, "down").source
    for node in example.nodes:
        assert f"\t{node.id} [" in source or f"\t\t{node.id} [" in source or f"\t\t\t{node.id} [" in source
    assert source.count(" -> ") == len(example.edges)
    assert source.count("subgraph cluster_") == len(example.clusters)
