"""A text area for a policy, and the panel that answers while somebody types in it.

Nothing ever writes into the text area but the learner. A text that is no policy is told with its place, and the answer
to the last good text stays, grey and named as such.
"""

import json
import re
from collections.abc import Sequence
from html import escape

from ipywidgets import Layout, Textarea

from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.widgets.base import Panel
from iamkit.widgets.jsonplaces import Fault
from iamkit.widgets.numbered import Mark, faded, numbered

STYLE = """<style>
.iamkit-code { flex-direction: column; height: auto; }
.iamkit-code .widget-label { width: auto; max-width: 100%; text-align: left; white-space: normal; height: auto; }
.iamkit-code textarea { font-family: var(--jp-code-font-family, monospace); line-height: 1.4; width: 100%;
    max-height: 60vh; }
</style>"""
BESIDE = "repeat(auto-fit, minmax(min(100%, max(25rem, 50% - 8px)), 1fr))"
"""Two columns where there is room for two; else one."""
WIDTH = 60
"""How many characters a list or object may have to stand on one line."""

Shown = Sequence[tuple[str, str, Sequence[Mark]]]
"""Texts, each with what it is called and its marks."""


class PolicyText(Textarea):
    """A text area for the JSON of a policy; its ``value`` follows every key."""

    def __init__(self, label: str, text: str) -> None:
        rows = min(max(text.count("\n") + 3, 10), 28)
        layout = Layout(width="auto", max_width="100%", min_width="0")
        super().__init__(text, description=label, rows=rows, continuous_update=True, layout=layout)
        self.add_class("iamkit-code")

    @property
    def label(self) -> str:
        """The value in few words, since the text itself is shown with line numbers."""
        count = self.value.count("\n") + 1
        return f"{count} line{'s' * (count != 1)}, numbered below"


def json_text(source: Source) -> str:
    """A policy's document as text that is good to edit; a text stays as it is.

    >>> print(json_text({"Action": ["s3:Get*", "s3:List*"], "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}))
    {
      "Action": ["s3:Get*", "s3:List*"],
      "Condition": {
        "Bool": {"aws:ViaAWSService": "true"}
      }
    }
    """
    if isinstance(source, str):
        return source
    document = source.document if isinstance(source, Policy) else source
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return re.sub(r"(\[)\n\s+([^\[\]{}]*?)\n\s+(\])|({)\n\s+([^\[\]{}\n]*)\n\s+(})", _on_one_line, text)


def _on_one_line(found: re.Match[str]) -> str:
    """A list of texts, or an object with one text in it, on one line if it is short. No text has a line end in it."""
    begin, inside, end = (part for part in found.groups() if part is not None)
    flat = f"{begin}{' '.join(line.strip() for line in inside.splitlines())}{end}"
    return flat if len(flat) <= WIDTH else found[0]


class TypedPanel(Panel):
    """A panel around one or more text areas. A subclass implements `draw` and calls `answer` or `refuse`.

    Args:
        title: what the panel is for.
    """

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._good: tuple[str, str, str] | None = None
        self._html = ""

    def begin_typing(self, areas: Sequence[PolicyText]) -> None:
        """Put the text areas in their place, what they come to beside them, and draw for the first time."""
        self._heading.value += STYLE
        self.layout = Layout(
            width="100%", display="grid", grid_template_columns=BESIDE, grid_gap="0 16px", align_items="flex-start"
        )
        self.begin(areas)
        for part in self.children:
            part.layout.min_width = "0"
        whole = [self._heading]
        if len(areas) == 1:
            areas[0].layout.grid_area = "2 / 1 / span 3 / 2"  # The other three parts find their place beside it.
        else:
            whole += [self._verdict, self._picture, self._rest]
        for part in whole:
            part.layout.grid_area = "auto / 1 / auto / -1"

    def say(self, verdict: str, tone: str) -> None:
        """Show the verdict at once; what is below it follows with `answer`, which may take longer."""
        self.show(verdict, tone, None, self._words[2], self._html)

    def answer(self, verdict: str, tone: str, words: str, html: str, shown: Shown) -> None:
        """Show the answer to a good text, and keep it for as long as the text is not good again.

        Args:
            verdict, tone: as for `show`.
            words, html: the answer at length.
            shown: the texts, each with its name and its marks.
        """
        self._good = verdict, words, html
        self._show(verdict, tone, words, html, shown)

    def refuse(self, verdict: str, shown: Shown) -> None:
        """Tell why a text is no policy; the last good answer stays, named as such."""
        words = html = ""
        if self._good:
            old, words, html = self._good
            head = "The answer to the last good text, which may not hold any more:"
            words = "\n".join((head, old, words))
            html = faded(f"<p><strong>{head}</strong></p><p>{escape(old)}</p>{html}")
        self._show(verdict, "neutral", words, html, shown)

    def _show(self, verdict: str, tone: str, words: str, html: str, shown: Shown) -> None:
        lines, listed = _listings(shown)
        self._html = html + listed
        self.show(verdict, tone, None, f"{words}\n{lines}", self._html)


def _listings(shown: Shown) -> tuple[str, str]:
    """The texts with line numbers, beside each other where there is room."""
    words, parts = list[str](), list[str]()
    for name, text, marks in shown:
        head = f"{name[:1].upper()}{name[1:]}, line by line:"
        lines, html = numbered(text, marks)
        words += [head, lines]
        parts.append(f'<div style="flex:1 1 25rem;min-width:0"><p>{escape(head)}</p>{html}</div>')
    return "\n".join(words), f'<div style="display:flex;flex-wrap:wrap;gap:0 16px">{"".join(parts)}</div>'


def fault_mark(fault: Fault) -> Mark:
    """The mark on the line of a fault."""
    return Mark(fault.line, fault.line, "fault", f"here: {fault.what}")
