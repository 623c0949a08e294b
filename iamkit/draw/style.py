"""What each kind of node and edge looks like. Colour is never the only sign: shape, line and a word say it too.

The colours are those of Okabe and Ito, which people with the common kinds of colour blindness can tell apart.
"""

from dataclasses import dataclass, replace

from iamkit.errors import IamkitError

OKABE_ITO = {
    "black": "#000000",
    "orange": "#e69f00",
    "sky": "#56b4e9",
    "green": "#009e73",
    "yellow": "#f0e442",
    "blue": "#0072b2",
    "vermillion": "#d55e00",
    "purple": "#cc79a7",
}
INK, GREY, WHITE = "#111111", "#595959", "#ffffff"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [value / 255 for value in _channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other`` in it.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{int(a + (b - a) * share + 0.5):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint(name: str) -> str:
    """A light form of a colour of ``OKABE_ITO``, for the inside of shapes."""
    return mix(OKABE_ITO[name], WHITE, 0.72)


def shade(name: str) -> str:
    """A dark form of a colour of ``OKABE_ITO``, for lines on white."""
    return mix(OKABE_ITO[name], "#000000", 0.45)


@dataclass(frozen=True)
class NodeStyle:
    """The look of a kind of node. ``marker`` is the word above the label; ``dash`` an SVG dash array or empty."""

    shape: str
    marker: str
    fill: str
    line: str
    dash: str = ""
    width: float = 1.5
    ink: str = INK


@dataclass(frozen=True)
class EdgeStyle:
    """The look of a kind of edge. ``head`` is arrow, open, bar or none."""

    line: str
    dash: str = ""
    width: float = 1.5
    head: str = "arrow"


def _node(shape: str, marker: str, colour: str, dash: str = "", width: float = 1.5) -> NodeStyle:
    return NodeStyle(shape, marker, tint(colour), shade(colour), dash, width)


NODE_KINDS: dict[str, NodeStyle] = {
    "user": _node("pill", "user", "sky"),
    "group": _node("stack", "group", "green"),
    "role": _node("hexagon", "role", "orange"),
    "session": _node("pill", "session", "orange", "6 3"),
    "root": _node("house", "root user", "vermillion"),
    "service": _node("component", "service", "purple"),
    "provider": _node("tab", "provider", "yellow"),
    "resource": _node("cylinder", "resource", "blue"),
    "policy": NodeStyle("note", "policy", "#f2f2f2", GREY),
    "condition": NodeStyle("slant", "condition", WHITE, GREY),
    "anonymous": NodeStyle("pill", "anonymous", WHITE, GREY, "2 3"),
    "gate-and": _node("gate-and", "AND", "sky"),
    "gate-or": _node("gate-or", "OR", "yellow"),
    "gate-not": _node("gate-not", "NOT", "purple"),
    "allow": _node("box", "ALLOW", "green", width=2.5),
    "deny": _node("octagon", "DENY", "vermillion", width=2.5),
    "implicit-deny": NodeStyle("octagon", "IMPLICIT DENY", WHITE, GREY, "6 3"),
    "neutral": NodeStyle("box", "", WHITE, GREY),
}
"""The kinds of node. Kinds of the same shape differ by line or by marker."""

EDGE_KINDS: dict[str, EdgeStyle] = {
    "plain": EdgeStyle(GREY),
    "member": EdgeStyle(shade("green"), head="open"),
    "attached": EdgeStyle(GREY, "2 3", head="open"),
    "assume": EdgeStyle(shade("orange"), "8 3", 2.0),
    "trust": EdgeStyle(shade("purple"), "8 3 2 3"),
    "allow": EdgeStyle(shade("green"), width=2.0),
    "deny": EdgeStyle(shade("vermillion"), width=2.0, head="bar"),
    "wire": EdgeStyle(INK, head="none"),
}
"""The kinds of edge. Each pair differs in its dashes, its head or its label's words, not in colour only."""

EMPHASES = ("normal", "strong", "weak")


def node_style(kind: str, emphasis: str = "normal") -> NodeStyle:
    """The look of a node: ``strong`` has a heavy line, ``weak`` a dashed grey one on white.

    Raises:
        IamkitError: unknown kind or emphasis.
    """
    style = NODE_KINDS[_known(kind, NODE_KINDS, "kind of node")]
    _known(emphasis, EMPHASES, "emphasis")
    if emphasis == "strong":
        return replace(style, width=3.5)
    if emphasis == "weak":
        return replace(style, fill=WHITE, line=GREY, dash="3 3", width=1.0, ink=GREY)
    return style


def edge_style(kind: str, emphasis: str = "normal") -> EdgeStyle:
    """The look of an edge: ``strong`` is heavy, ``weak`` dashed and grey.

    Raises:
        IamkitError: unknown kind or emphasis.
    """
    style = EDGE_KINDS[_known(kind, EDGE_KINDS, "kind of edge")]
    _known(emphasis, EMPHASES, "emphasis")
    if emphasis == "strong":
        return replace(style, width=3.5)
    if emphasis == "weak":
        return replace(style, line=GREY, dash="4 4", width=1.5)
    return style


def _known(name: str, names: dict[str, NodeStyle] | dict[str, EdgeStyle] | tuple[str, ...], what: str) -> str:
    if name not in names:
        raise IamkitError(f"{name!r} is not a {what}.", remedy=f"Use one of: {', '.join(names)}.")
    return name
