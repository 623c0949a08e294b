"""The one place where a diagram becomes a picture, and where another layout can take its place.

Graphviz, compiled to WebAssembly, places the nodes; where it cannot (in the browser build, on a platform without the
runtime, or when it loses an edge) ``layered`` places the same nodes. The same painter draws both.
"""

from iamkit.draw.diagram import Diagram
from iamkit.draw.dot import NoGraphviz, graphviz_layout
from iamkit.draw.layered import layered_layout
from iamkit.draw.layout import Layout
from iamkit.draw.paint import paint
from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError

_LAYOUTS = ("auto", "graphviz", "layered")
_NARROW = 520.0
"""A picture up to this width in CSS pixels is legible on a screen of 390 px without scrolling."""


def render(diagram: Diagram, *, layout: str = "auto") -> Picture:
    """Lay a diagram out and paint it.

    Args:
        diagram: what to draw.
        layout: ``graphviz``, ``layered``, or ``auto``: the first of them that runs here.

    Raises:
        IamkitError: unknown layout; no alt text; or ``graphviz`` is asked for and cannot run.

    >>> d = Diagram("Two", alt="Alice may read the bucket.")
    >>> _ = d.edge(d.node("Alice", "user"), d.node("bucket", "resource"), "reads")
    >>> render(d)
    Picture('Alice may read the bucket.')
    """
    if layout not in _LAYOUTS:
        raise IamkitError(f"{layout!r} is not a layout.", remedy=f"Use one of: {', '.join(_LAYOUTS)}.")
    svg = paint(diagram, _best(diagram, layout))
    return Picture(svg, diagram.alt, diagram.text or diagram.words())


def _best(diagram: Diagram, layout: str) -> Layout:
    """The layout in the wished direction; for ``auto`` downwards if that is narrow, else whichever is narrower."""
    if diagram.direction != "auto":
        return lay_out(diagram, diagram.direction, layout)
    down = lay_out(diagram, "down", layout)
    if down.width <= _NARROW:
        return down
    right = lay_out(diagram, "right", layout)
    return right if right.width < down.width else down


def lay_out(diagram: Diagram, direction: str, layout: str = "auto") -> Layout:
    """Place everything in one direction, down or right, with one of the layouts of ``render``."""
    if layout == "layered":
        return layered_layout(diagram, direction)
    try:
        return graphviz_layout(diagram, direction)
    except NoGraphviz as fault:
        if layout == "graphviz":
            raise IamkitError(
                f"Graphviz cannot draw this here: {fault}.", remedy="Use layout='auto' or layout='layered'."
            ) from fault
        return layered_layout(diagram, direction)
