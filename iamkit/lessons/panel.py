"""A short message to the learner: a sign, a headline, a few sentences, and perhaps some code."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from iamkit.draw.style import OKABE_ITO

_LOOKS = {"right": ("✓", "green", "solid"), "wrong": ("✗", "vermillion", "double"), "open": ("○", "blue", "dashed"),
          "note": ("→", "sky", "dotted")}  # fmt: skip
"""For each tone its sign, the color and the line of its border: never color alone."""


@dataclass(frozen=True, repr=False)
class Panel:
    """A message that a notebook shows.

    Args:
        tone: ``right``, ``wrong``, ``open`` (nothing answered yet) or ``note``.
        head: the headline, without its sign.
        lines: sentences; text between backticks is shown as code.
        code: a block of code or JSON to show below; may be empty.

    >>> print(Panel("note", "Hint 1 of 2", ("Look at `Action`.",)).text)
    → Hint 1 of 2
    Look at `Action`.
    """

    tone: str
    head: str
    lines: tuple[str, ...] = ()
    code: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(filter(None, (f"{_LOOKS[self.tone][0]} {self.head}", *self.lines, self.code)))

    @property
    def html(self) -> str:
        """All of it as HTML."""
        sign, color, line = _LOOKS[self.tone]
        body = "".join(f"<p>{marked(text)}</p>" for text in self.lines)
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        border = f"border-left:6px {line} {OKABE_ITO[color]};padding-left:12px;overflow-wrap:anywhere"
        return f'<div style="{border}"><p><strong>{sign} {marked(self.head)}</strong></p>{body}{code}</div>'

    def __repr__(self) -> str:
        return f"<{self.head}{': ' if self.lines else ''}{' '.join(self.lines)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def marked(text: str) -> str:
    """Text as HTML, with what stands between backticks as code.

    >>> marked("Use `a<b`.")
    'Use <code>a&lt;b</code>.'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
