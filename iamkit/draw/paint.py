"""Painting a laid-out diagram as SVG. Both layouts end here, so their pictures look alike."""

from dataclasses import replace

from iamkit.draw import shapes
from iamkit.draw.diagram import Cluster, Diagram, Edge, Node
from iamkit.draw.layout import Box, Layout, Point, Route
from iamkit.draw.style import GREY, INK, WHITE, edge_style, node_style
from iamkit.draw.svg import document, element, escape, num, text

_UNDER = 10.0
"""How far a wire without an arrowhead runs on under the node: the back of an OR gate is hollow."""
_ASCENT = 0.36
"""The baseline lies this share of the font size below the middle of a line."""


def paint(diagram: Diagram, layout: Layout) -> str:
    """The SVG of a diagram: clusters at the back, then edges, nodes, and the labels of edges in front."""
    clusters = [(c, layout.clusters[c.id]) for c in diagram.clusters if c.id in layout.clusters]
    body = [_cluster(cluster, box) for cluster, box in clusters]
    body += [_edge(edge, layout) for edge in diagram.edges]
    body += [paint_node(node, layout.nodes[node.id], layout.direction) for node in diagram.nodes]
    body += [_edge_label(edge, layout.edges[edge.id]) for edge in diagram.edges if edge.label]
    body += [_cluster_label(cluster, box) for cluster, box in clusters]
    return document(layout.width, layout.height, body, title=diagram.title, alt=diagram.alt)


def _cluster(cluster: Cluster, box: Box) -> str:
    ground = "#f7f7f7" if len(cluster.chain()) % 2 else WHITE
    frame = element(
        "rect", x=box.x, y=box.y, width=box.w, height=box.h, rx=8, fill=ground, stroke=GREY, stroke_width=1.2,
        stroke_dasharray="7 4",
    )  # fmt: skip
    return element("g", frame, data_cluster=cluster.id)


def _cluster_label(cluster: Cluster, box: Box) -> str:
    return text(cluster.label, box.x + 10, box.y + 18, shapes.CLUSTER_LABEL, anchor="start", bold=True, halo=True)


def paint_node(node: Node, box: Box, direction: str) -> str:
    """One node in its box: outline and words."""
    style = node_style(node.kind, node.emphasis)
    paths = shapes.outline(style.shape, box, direction)
    drawn = [_title(node.tooltip)]
    for path in paths:
        fill = style.fill if path.endswith("Z") else "none"
        drawn.append(
            element(
                "path",
                d=path,
                fill=fill,
                stroke=style.line,
                stroke_width=style.width,
                stroke_dasharray=style.dash or None,
                stroke_linejoin="round",
            )
        )
    room = shapes.words_box(node, box, direction)
    top = room.y
    for line in shapes.lines(node):
        middle = top + line.size * shapes.LEADING / 2
        drawn.append(
            text(line.words, room.middle[0], middle + line.size * _ASCENT, line.size, fill=style.ink, bold=line.bold)
        )
        top += line.size * shapes.LEADING
    return element("g", "".join(drawn), data_node=node.id)


def _edge(edge: Edge, layout: Layout) -> str:
    style = edge_style(edge.kind, edge.emphasis)
    route = _joined(edge, layout)
    line = element(
        "path", d=_path(route), fill="none", stroke=style.line, stroke_width=style.width,
        stroke_dasharray=style.dash or None,
    )  # fmt: skip
    return element("g", _title(edge.tooltip) + line + _head(style.head, route, style.line), data_edge=edge.id)


def _joined(edge: Edge, layout: Layout) -> Route:
    """The route, carried on from the box of each end to the outline in it. Nodes are painted over what is too long."""
    old, tail, head = layout.edges[edge.id], layout.nodes[edge.tail.id], layout.nodes[edge.head.id]
    shape = node_style(edge.head.kind).shape
    dx, dy = shapes.recess(shape, head, old.tip)
    ax, ay = shapes.recess(node_style(edge.tail.kind).shape, tail, old.points[0])
    begin = (old.points[0][0] + ax, old.points[0][1] + ay)
    if edge_style(edge.kind).head == "none":
        under = (_UNDER, 0.0) if layout.direction == "right" else (0.0, _UNDER)
        return replace(old, points=(begin, *old.points, (old.tip[0] + under[0], old.tip[1] + under[1])))
    end = (old.points[-1][0] + dx, old.points[-1][1] + dy)
    return replace(old, points=(begin, *old.points, end), tip=(old.tip[0] + dx, old.tip[1] + dy))


def _path(route: Route) -> str:
    """A straight first and last piece around the curve."""
    start, first, *rest, last = (f"{num(x)},{num(y)}" for x, y in route.points)
    return f"M{start}L{first}C{' '.join(rest)}L{last}"


def _head(head: str, route: Route, colour: str) -> str:
    """The end of an edge: it points from the last point of the line to the tip."""
    if head == "none":
        return ""
    (x0, y0), (x1, y1) = _last_leg(route)
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 0.1)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length

    def at(back: float, aside: float) -> str:
        return f"{num(x1 - ux * back - uy * aside)},{num(y1 - uy * back + ux * aside)}"

    if head == "bar":
        path = f"M{at(10, 0)}L{at(3, 0)}M{at(3, -8)}L{at(3, 8)}"
        return element("path", d=path, fill="none", stroke=colour, stroke_width=3)
    wings = f"M{at(10, -4.5)}L{at(0.5, 0)}L{at(10, 4.5)}Z"
    return element("path", d=wings, fill=WHITE if head == "open" else colour, stroke=colour, stroke_width=1.2)


def _last_leg(route: Route) -> tuple[Point, Point]:
    """The point before the tip that gives the arrowhead its way, and the tip."""
    apart = [point for point in route.points if point != route.tip]
    return apart[-1], route.tip


def _edge_label(edge: Edge, route: Route) -> str:
    lines = shapes.edge_label_lines(edge.label)
    x, y = route.label_at or _halfway(route)
    top = y - len(lines) * shapes.EDGE_LABEL * shapes.LEADING / 2
    wide, high = shapes.edge_label_size(edge.label)
    # Two pixels less above and below, so as not to wipe out a line that passes close by.
    ground = element(
        "rect", x=x - wide / 2, y=top + 2, width=wide, height=high - 4, rx=3, fill=WHITE, fill_opacity="0.85"
    )
    drawn = [ground]
    for number, words in enumerate(lines):
        baseline = top + (number + 0.5) * shapes.EDGE_LABEL * shapes.LEADING + shapes.EDGE_LABEL * _ASCENT
        drawn.append(text(words, x, baseline, shapes.EDGE_LABEL, fill=INK))
    return element("g", "".join(drawn), data_label=edge.id)


def _halfway(route: Route) -> Point:
    return route.points[len(route.points) // 2]


def _title(tooltip: str) -> str:
    return element("title", escape(tooltip)) if tooltip else ""
