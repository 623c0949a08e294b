"""Writing SVG: numbers, elements, text and the document around them."""

from collections.abc import Iterable

from iamkit.draw.text import clean, is_measured, width

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def escape(text: str) -> str:
    """``text`` safe inside SVG, in content and in attributes.

    >>> escape('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def num(value: float) -> str:
    """A coordinate with at most one decimal, so that the bytes do not hang on the last bits of a float.

    >>> num(3.0), num(2.25), num(-0.01)
    ('3', '2.2', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", **attributes: str | float | None) -> str:
    """One element. Underscores in attribute names become hyphens; attributes that are ``None`` are left out.

    >>> element("path", d="M0,0", stroke_width=1.5)
    '<path d="M0,0" stroke-width="1.5"/>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            written = escape(value) if isinstance(value, str) else num(value)
            parts.append(f'{key.replace("_", "-")}="{written}"')
    opening = " ".join(parts)
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


def text(
    words: str, x: float, y: float, size: float, *, fill: str = "#111111", anchor: str = "middle", bold: bool = False,
    halo: bool = False,
) -> str:  # fmt: skip
    """One line of text with its baseline at ``y``; ``halo`` draws a white rim that keeps it legible on a line.

    ``textLength`` holds the line to the measured width, whatever font the machine has.
    """
    written = element(
        "text", escape(words), x=x, y=y, font_size=size, fill=fill, text_anchor=anchor,
        font_weight="bold" if bold else None,
        stroke="#ffffff" if halo else None, stroke_width=4 if halo else None,
        stroke_linejoin="round" if halo else None, paint_order="stroke" if halo else None,
    )  # fmt: skip
    if not is_measured(words):
        return written
    fixed = f'<text textLength="{num(width(words, size, bold=bold))}" lengthAdjust="spacingAndGlyphs"'
    return written.replace("<text", fixed, 1)


def document(wide: float, high: float, body: Iterable[str], *, title: str, alt: str) -> str:
    """A whole SVG picture on a white ground, ``wide`` by ``high`` CSS pixels, that scales with its viewBox."""
    ground = element("rect", width=wide, height=high, rx=6, fill="#ffffff")
    content = "\n".join(["", element("title", escape(title)), ground, *body, ""])
    return element(
        "svg", content, xmlns="http://www.w3.org/2000/svg", width=wide, height=high,
        viewBox=f"0 0 {num(wide)} {num(high)}", role="img", aria_label=alt, font_family=FONT,
        style="max-width:100%;height:auto",
    )  # fmt: skip
