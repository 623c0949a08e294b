"""A layout for trees: each node below the one before it, indented by its depth. Narrow enough for a phone at any depth.

The label of an edge stands above the node that the edge leads to.
"""

from iamkit.draw import shapes
from iamkit.draw.diagram import Diagram, Edge
from iamkit.draw.layout import Box, Layout, Route
from iamkit.draw.text import width

_MARGIN, _INDENT, _GAP, _RIM, _TRUNK, _HEAD = 12.0, 30.0, 8.0, 2.0, 12.0, 10.0


def outline_layout(diagram: Diagram) -> Layout:
    """Place the nodes of a tree in the order in which the diagram has them: each after its parent, with all that is
    below it before its next sibling."""
    into = {edge.head.id: edge for edge in diagram.edges}
    boxes: dict[str, Box] = {}
    routes: dict[str, Route] = {}
    at = right = _MARGIN
    for node in diagram.nodes:
        edge = into.get(node.id)
        left = _MARGIN if edge is None else boxes[edge.tail.id].x + _INDENT
        above = shapes.edge_label_size(edge.label) if edge and edge.label else (0.0, 0.0)
        box = Box(left, at + above[1] + (_RIM if above[1] else 0.0), *shapes.size(node, "right"))
        boxes[node.id] = box
        if edge is not None:
            routes[edge.id] = _route(edge, boxes[edge.tail.id], box, at)
        at = box.y + box.h + _GAP
        right = max(right, left + max(box.w, above[0]))
    return Layout(right + _MARGIN, at - _GAP + _MARGIN, "right", boxes, {}, routes)


def _route(edge: Edge, parent: Box, child: Box, top: float) -> Route:
    """Down from the parent, then to the right into the child."""
    x, start, y = parent.x + _TRUNK, parent.y + parent.h, child.middle[1]
    corner, end = (x, y), (child.x - _HEAD, y)
    points = ((x, start), (x, start), corner, corner, corner, end, end)
    wide = max(width(line, shapes.EDGE_LABEL) for line in shapes.edge_label_lines(edge.label))
    label_at = (child.x + wide / 2, (top + child.y - _RIM) / 2) if edge.label else None
    return Route(points, (child.x, y), label_at)
