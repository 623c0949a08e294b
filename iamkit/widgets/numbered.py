"""A text as numbered lines, with marks: what decides, and where a fault is."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from iamkit.draw.style import GREY, INK, WHITE, shade, tint

_LOOKS = {
    "deny": ("✗", "double", shade("vermillion"), tint("vermillion")),
    "allow": ("✓", "solid", shade("green"), tint("green")),
    "fault": ("▶", "dashed", INK, tint("yellow")),
    "note": ("!", "dotted", shade("blue"), WHITE),
    "": (" ", "solid", WHITE, WHITE),
}
"""For each tone its sign, and the line and colors of the bar beside the text. The first one wins where two meet."""


@dataclass(frozen=True)
class Mark:
    """A mark on some lines.

    Args:
        first, last: the lines, counted from 1.
        tone: ``allow``, ``deny``, ``fault`` or ``note``.
        words: what is said beside the first of the lines.
    """

    first: int
    last: int
    tone: str
    words: str


@dataclass(frozen=True)
class _Line:
    number: str
    tone: str
    content: str
    words: str

    @property
    def text(self) -> str:
        return f"{_LOOKS[self.tone][0]} {self.number}  {self.content}{self.words}"

    @property
    def html(self) -> str:
        sign, line, color, fill = _LOOKS[self.tone]
        words = f"<strong>{escape(self.words)}</strong>" if self.words else ""
        style = f"border-left:6px {line} {color};background:{fill};padding-left:6em;text-indent:-5.5em"
        head = f'<span style="color:{INK if sign.strip() else GREY}">{sign} {self.number}</span>'
        return f'<div style="{style}">{head}  {escape(self.content)}{words}</div>'


def numbered(text: str, marks: Iterable[Mark] = ()) -> tuple[str, str]:
    """The text as numbered lines, in plain words and as HTML.

    >>> print(numbered('{\\n  "Effect": "Deny"\\n}', [Mark(2, 2, "deny", "denies 1")])[0])
      1  {
    ✗ 2    "Effect": "Deny"  ← denies 1
      3  }
    """
    marks, contents = list(marks), text.split("\n")
    lines = [_line(number, content, marks, len(str(len(contents)))) for number, content in enumerate(contents, 1)]
    style = f"font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere;color:{INK};background:{WHITE}"
    html = "".join(line.html for line in lines)
    return "\n".join(line.text for line in lines), f'<div style="{style};border:1px solid {GREY}">{html}</div>'


def _line(number: int, content: str, marks: list[Mark], width: int) -> _Line:
    here = [mark for mark in marks if mark.first <= number <= mark.last]
    tone = min((mark.tone for mark in here), key=list(_LOOKS).index, default="")
    begun = list(dict.fromkeys(mark.words for mark in here if mark.first == number))
    return _Line(f"{number:>{width}}", tone, content, f"  ← {'; '.join(begun)}" if begun else "")


def faded(html: str) -> str:
    """What no longer holds: grey, in a dashed frame; still dark enough to read."""
    style = f"color:{GREY};background:{WHITE};border:1px dashed {GREY};padding:4px 10px;margin-top:8px"
    return f'<div style="{style}">{html}</div>' if html else ""
