"""Two columns: who asks at the left, what is asked for at the right, and every edge between them.

A node keeps its place whichever edges are drawn, so that pictures of one graph can be compared. No edge goes over a
node: the columns face each other, and between them there is nothing else.
"""

from collections.abc import Collection

from iamkit.draw import shapes
from iamkit.draw.diagram import Cluster, Diagram, Edge, Node
from iamkit.draw.layout import Box, Layout, Point, Route
from iamkit.draw.text import width

_BETWEEN, _GAP, _PAD, _NAME, _MARGIN, _HEAD = 68.0, 16.0, 10.0, 28.0, 8.0, 10.0
_BEND = 0.45
"""An edge goes straight on for this share of the way before it turns."""


def columns(diagram: Diagram, left: Collection[Node]) -> Layout:
    """Place the nodes of ``left`` in the left column and the others in the right one, a block for each cluster.

    Args:
        diagram: its edges lead from left to right, and its clusters lie in no other.
        left: nodes of the diagram.

    >>> d = Diagram("Two", alt="Ana may read.")
    >>> ana, bucket = d.node("Ana", "user"), d.node("payroll", "resource")
    >>> layout = columns(d, [ana])
    >>> layout.nodes[ana.id].x < layout.nodes[bucket.id].x
    True
    """
    sides = [node for node in diagram.nodes if node in left], [node for node in diagram.nodes if node not in left]
    wide = [max((shapes.size(node, "right")[0] for node in side), default=0.0) for side in sides]
    names = [width(cluster.label, shapes.CLUSTER_LABEL, bold=True) + 20 for cluster in diagram.clusters]
    whole = max(wide[0] + _BETWEEN + wide[1] + 2 * _PAD, *names, 0.0)
    ends = _MARGIN + _PAD + wide[0], _MARGIN + whole - _PAD - wide[1]
    nodes: dict[str, Box] = {}
    clusters: dict[str, Box] = {}
    top = _MARGIN
    places: list[Cluster | None] = [*diagram.clusters, None]
    for cluster in places:
        stacks = [[node for node in side if node.cluster == cluster] for side in sides]
        high = max(map(_height, stacks))
        if not high:
            continue
        first = top + (_NAME if cluster else 0.0)
        for stack, edge, aligned in zip(stacks, ends, (1.0, 0.0), strict=True):
            nodes |= _stacked(stack, edge, aligned, first + (high - _height(stack)) / 2)
        bottom = first + high + (_PAD if cluster else 0.0)
        if cluster:
            clusters[cluster.id] = Box(_MARGIN, top, whole, bottom - top)
        top = bottom + _GAP
    routes = {edge.id: _route(edge, sides, nodes) for edge in diagram.edges}
    return Layout(whole + 2 * _MARGIN, top - _GAP + _MARGIN, "right", nodes, clusters, routes)


def _height(stack: list[Node]) -> float:
    return sum(shapes.size(node, "right")[1] for node in stack) + _GAP * max(len(stack) - 1, 0)


def _stacked(stack: list[Node], edge: float, aligned: float, top: float) -> dict[str, Box]:
    """Nodes below each other that all touch a vertical line: with their right side (``aligned`` 1) or their left."""
    found = {}
    for node in stack:
        wide, high = shapes.size(node, "right")
        found[node.id] = Box(edge - aligned * wide, top, wide, high)
        top += high + _GAP
    return found


def _route(edge: Edge, sides: tuple[list[Node], list[Node]], nodes: dict[str, Box]) -> Route:
    """A curve from side to side. Each node has an end for every node opposite, so that no two edges share one."""
    tail, head = nodes[edge.tail.id], nodes[edge.head.id]
    out = tail.x + tail.w, _end(tail, sides[1].index(edge.head), len(sides[1]))
    tip = head.x, _end(head, sides[0].index(edge.tail), len(sides[0]))
    into = tip[0] - _HEAD, tip[1]
    bend = (into[0] - out[0]) * _BEND
    middle: Point = ((out[0] + into[0]) / 2, (out[1] + into[1]) / 2)
    return Route((out, (out[0] + bend, out[1]), (into[0] - bend, into[1]), into), tip, middle)


def _end(box: Box, number: int, count: int) -> float:
    return box.y + box.h * (number + 1) / (count + 1)
