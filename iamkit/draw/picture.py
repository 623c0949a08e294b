"""A finished picture, and the forms in which a notebook shows it."""

import base64
import html
import re
from dataclasses import dataclass, field

from iamkit.errors import IamkitError

_LEGIBLE_SHARE = 0.75
"""A picture is never shrunk below this share of its own size: 12 px text would become unreadable. Wider ones scroll."""


@dataclass(frozen=True, repr=False)
class Picture:
    """An SVG drawing with its alt text and a full description in words.

    Args:
        svg: the drawing, from ``<svg`` to ``</svg>``.
        alt: one or two sentences that say what the picture shows. Never empty.
        text: everything the picture shows, in words. ``alt`` when left empty.

    Raises:
        IamkitError: ``svg`` does not start with ``<svg``, or ``alt`` is empty.

    >>> picture = Picture("<svg xmlns='http://www.w3.org/2000/svg' width='40'/>", "A dot.", "A dot in the middle.")
    >>> picture
    Picture('A dot.')
    >>> sorted(picture._repr_mimebundle_())
    ['image/svg+xml', 'text/html', 'text/plain']
    """

    svg: str
    alt: str
    text: str = field(default="")

    def __post_init__(self) -> None:
        if not self.svg.startswith("<svg"):
            raise IamkitError("The drawing of a picture must start with '<svg'.", where="svg")
        if not self.alt.strip():
            raise IamkitError("A picture needs alt text.", where="alt", remedy="Say in a sentence what it shows.")
        if not self.text.strip():
            object.__setattr__(self, "text", self.alt)

    @property
    def html(self) -> str:
        """The picture as HTML for a notebook or a widget.

        An ``<img>`` with a data URI, because JupyterLab strips inline SVG from a notebook that is not trusted yet.
        """
        data = base64.b64encode(self.svg.encode()).decode("ascii")
        least = round(self._width * _LEGIBLE_SHARE)
        return (
            '<div style="overflow-x:auto">'
            f'<img alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{data}" '
            f'style="max-width:100%;min-width:{least}px;height:auto"></div>'
        )

    @property
    def _width(self) -> float:
        """The drawing's own width in CSS pixels; 0 when the drawing does not say."""
        root = self.svg[: self.svg.index(">")]
        found = re.search(r"""\bwidth=["']([0-9.]+)""", root)
        return float(found.group(1)) if found else 0.0

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/html": self.html, "text/plain": self.text}

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Picture({self.alt!r})"
