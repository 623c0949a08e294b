"""The shape of each kind of node: how large it must be for its words, and its outline."""

from collections.abc import Callable
from dataclasses import dataclass

from iamkit.draw.diagram import Node
from iamkit.draw.layout import Box, Point
from iamkit.draw.style import node_style
from iamkit.draw.svg import num
from iamkit.draw.text import width, wrap

MARKER, LABEL, NOTE, EDGE_LABEL, CLUSTER_LABEL = 12.0, 15.0, 12.0, 13.0, 14.0
"""Font sizes in CSS pixels."""
LEADING = 1.25
_NOTE_LIMIT, _EDGE_LABEL_LIMIT = 170.0, 130.0


@dataclass(frozen=True)
class Line:
    """One line of words in a node."""

    words: str
    size: float
    bold: bool = False

    @property
    def width(self) -> float:
        return width(self.words, self.size, bold=self.bold)


def lines(node: Node) -> list[Line]:
    """The words in a node, from top to bottom: marker, label, note."""
    alone = not node.label.strip()
    found = [Line(node.marker, LABEL if alone else MARKER, bold=True)] if node.marker else []
    if not alone:
        found += [Line(words, LABEL) for words in wrap(node.label, LABEL, node.wrap_at)]
    if node.note:
        found += [Line(words, NOTE) for words in wrap(node.note, NOTE, _NOTE_LIMIT)]
    return found


def size(node: Node, direction: str) -> tuple[float, float]:
    """Width and height of a node, in whole pixels."""
    words = lines(node)
    wide = max(line.width for line in words)
    high = sum(line.size * LEADING for line in words)
    shape = node_style(node.kind).shape
    left, right, top, bottom = _room(shape, direction, wide, high)
    return float(round(wide + left + right)), float(round(high + top + bottom))


def words_box(node: Node, box: Box, direction: str) -> Box:
    """The part of a node's box that its words fill."""
    words = lines(node)
    wide = max(line.width for line in words)
    high = sum(line.size * LEADING for line in words)
    left, right, top, bottom = _room(node_style(node.kind).shape, direction, wide, high)
    spare_x, spare_y = box.w - wide - left - right, box.h - high - top - bottom
    return Box(box.x + left + spare_x / 2, box.y + top + spare_y / 2, wide, high)


def edge_label_lines(label: str) -> list[str]:
    """An edge's label, broken into lines."""
    return wrap(label, EDGE_LABEL, _EDGE_LABEL_LIMIT)


def edge_label_size(label: str) -> tuple[float, float]:
    """Width and height of an edge's label."""
    found = edge_label_lines(label)
    return max(width(line, EDGE_LABEL) for line in found), len(found) * EDGE_LABEL * LEADING


def _room(shape: str, direction: str, wide: float, high: float) -> tuple[float, float, float, float]:
    """What a shape needs around its words: left, right, top, bottom."""
    if shape == "gate-not":
        # The words sit at the broad end of a triangle twice as long and twice as broad as they are.
        return (8, wide, high / 2, high / 2) if direction == "right" else (wide / 2, wide / 2, 6, high + 6)
    if shape == "gate-or":
        return (18, 26, 10, 10) if direction == "right" else (20, 20, 14, 18)
    if shape == "gate-and":
        return (12, 22, 10, 10) if direction == "right" else (16, 16, 8, 16)
    x, top, bottom = _PLAIN_ROOM[shape]
    return x, x, top, bottom


_PLAIN_ROOM = {
    "box": (12, 8, 8), "pill": (18, 7, 7), "stack": (16, 12, 8), "hexagon": (22, 7, 7), "house": (14, 20, 7),
    "component": (20, 8, 8), "tab": (12, 16, 8), "cylinder": (12, 16, 10), "note": (16, 8, 8), "slant": (22, 7, 7),
    "octagon": (16, 9, 9),
}  # fmt: skip


def outline(shape: str, box: Box, direction: str) -> list[str]:
    """SVG path data for a shape that fills ``box``: the closed outline first, then lines drawn on top of it."""
    if shape.startswith("gate-"):
        return _GATES[shape](box, direction)
    return _SHAPES[shape](box)


def recess(shape: str, box: Box, point: Point) -> Point:
    """How far an arrow that ends at ``point``, on the side of ``box``, must go on to meet the outline: (dx, dy)."""
    u, v = (point[0] - box.x) / box.w, (point[1] - box.y) / box.h
    side = min((u, "left"), (1 - u, "right"), (v, "top"), (1 - v, "bottom"))[1]
    if shape == "hexagon" and side in ("left", "right"):
        return (12 if side == "left" else -12) * abs(2 * v - 1), 0.0
    if shape == "slant" and side in ("left", "right"):
        return (12 * (1 - v) if side == "left" else -12 * v), 0.0
    if shape == "house" and side == "top":
        return 0.0, 14 * abs(2 * u - 1)
    if shape == "component" and side == "left":
        return 6.0, 0.0
    if shape == "tab" and side == "top":
        return 0.0, min(max(u * box.w - _flap(box), 0.0) * 8 / 6, 8.0)
    return 0.0, 0.0


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{num(x)},{num(y)}" for x, y in points) + "Z"


def _rounded(box: Box, r: float) -> str:
    x, y, w, h = num(box.x + r), num(box.y), num(box.w - 2 * r), num(box.h - 2 * r)
    corner = f"a{num(r)},{num(r)} 0 0 1 "
    a, b = num(r), num(-r)
    return f"M{x},{y}h{w}{corner}{a},{a}v{h}{corner}{b},{a}h-{w}{corner}{b},{b}v-{h}{corner}{a},{b}Z"


def _box(box: Box) -> list[str]:
    return [_rounded(box, 5)]


def _pill(box: Box) -> list[str]:
    return [_rounded(box, min(box.h / 2, 24))]


def _stack(box: Box) -> list[str]:
    """Two cards, one behind the other: many people."""
    front = Box(box.x, box.y + 5, box.w - 5, box.h - 5)
    return [_rounded(Box(box.x + 5, box.y, box.w - 5, box.h - 5), 4), _rounded(front, 4)]


def _cut(box: Box, dx: float, dy: float) -> str:
    """A box with its corners cut off by ``dx`` and ``dy``."""
    x, y, r, b = box.x, box.y, box.x + box.w, box.y + box.h
    return _polygon(
        (x + dx, y), (r - dx, y), (r, y + dy), (r, b - dy), (r - dx, b), (x + dx, b), (x, b - dy), (x, y + dy)
    )


def _hexagon(box: Box) -> list[str]:
    return [_cut(box, 12, box.h / 2)]


def _octagon(box: Box) -> list[str]:
    return [_cut(box, 11, 11)]


def _house(box: Box) -> list[str]:
    x, y, r, b = box.x, box.y, box.x + box.w, box.y + box.h
    return [_polygon((x, b), (x, y + 14), (x + box.w / 2, y), (r, y + 14), (r, b))]


def _slant(box: Box) -> list[str]:
    x, y, r, b = box.x, box.y, box.x + box.w, box.y + box.h
    return [_polygon((x + 12, y), (r, y), (r - 12, b), (x, b))]


def _component(box: Box) -> list[str]:
    body = Box(box.x + 6, box.y, box.w - 6, box.h)
    pegs = [_rounded(Box(box.x, box.y + box.h * share - 4, 12, 8), 1) for share in (0.3, 0.7)]
    return [_rounded(body, 3), *pegs]


def _flap(box: Box) -> float:
    """How long the flap of a folder is."""
    return min(44, box.w * 0.4)


def _tab(box: Box) -> list[str]:
    x, y, r, b = box.x, box.y, box.x + box.w, box.y + box.h
    flap = x + _flap(box)
    return [_polygon((x, b), (x, y), (flap, y), (flap + 6, y + 8), (r, y + 8), (r, b))]


def _note(box: Box) -> list[str]:
    x, y, r, b = box.x, box.y, box.x + box.w, box.y + box.h
    ear = f"M{num(r - 12)},{num(y)}V{num(y + 12)}H{num(r)}"
    return [_polygon((x, y), (r - 12, y), (r, y + 12), (r, b), (x, b)), ear]


def _cylinder(box: Box) -> list[str]:
    x, y, r, b = num(box.x), box.y, num(box.x + box.w), box.y + box.h
    half, low, high = num(box.w / 2), num(y + 6), num(b - 6)
    side = f"M{x},{low}A{half},6 0 0 1 {r},{low}V{high}A{half},6 0 0 1 {x},{high}Z"
    return [side, f"M{x},{low}A{half},6 0 0 0 {r},{low}"]


def _at(box: Box, direction: str) -> Callable[[float, float], str]:
    """Gates are drawn with their output to the right; ``along`` and ``across`` run from 0 to 1 in that way."""

    def place(along: float, across: float) -> str:
        if direction == "right":
            return f"{num(box.x + along * box.w)},{num(box.y + across * box.h)}"
        return f"{num(box.x + across * box.w)},{num(box.y + along * box.h)}"

    return place


def _gate_and(box: Box, direction: str) -> list[str]:
    p = _at(box, direction)
    return [
        f"M{p(0, 0)}L{p(0.55, 0)}C{p(0.88, 0)} {p(1, 0.25)} {p(1, 0.5)}"
        f"C{p(1, 0.75)} {p(0.88, 1)} {p(0.55, 1)}L{p(0, 1)}Z"
    ]


def _gate_or(box: Box, direction: str) -> list[str]:
    p = _at(box, direction)
    return [
        f"M{p(0, 0)}L{p(0.35, 0)}C{p(0.65, 0)} {p(0.88, 0.2)} {p(1, 0.5)}"
        f"C{p(0.88, 0.8)} {p(0.65, 1)} {p(0.35, 1)}L{p(0, 1)}Q{p(0.16, 0.5)} {p(0, 0)}Z"
    ]


def _gate_not(box: Box, direction: str) -> list[str]:
    p = _at(box, direction)
    bubble = 9 / (box.w if direction == "right" else box.h)
    tip, r = 1 - bubble, "4.5"
    ring = f"M{p(tip, 0.5)}A{r},{r} 0 0 1 {p(1, 0.5)}A{r},{r} 0 0 1 {p(tip, 0.5)}Z"
    return [f"M{p(0, 0)}L{p(tip, 0.5)}L{p(0, 1)}Z", ring]


_GATES = {"gate-and": _gate_and, "gate-or": _gate_or, "gate-not": _gate_not}
_SHAPES: dict[str, Callable[[Box], list[str]]] = {
    "box": _box, "pill": _pill, "stack": _stack, "hexagon": _hexagon, "octagon": _octagon, "house": _house,
    "slant": _slant, "component": _component, "tab": _tab, "note": _note, "cylinder": _cylinder,
}  # fmt: skip
