"""Pictures as SVG, the same bytes on every machine, each with words that say the same.

Build a ``Diagram`` (nodes, edges, clusters) and ``render`` it to a ``Picture``.
"""

from iamkit.draw.diagram import Diagram
from iamkit.draw.picture import Picture
from iamkit.draw.render import render

__all__ = ["Diagram", "Picture", "render"]
