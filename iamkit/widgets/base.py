"""What the widgets share: a panel with controls, and its static twin.

The live panel and the twin are made of the same pieces, so that the twin cannot say anything else than what is shown.
A panel repaints the ``value`` of its ``HTML`` parts; it never prints, and never clears an output.

Controls are chosen by what the keyboard can do: JupyterLab takes the arrow keys away from radio buttons, and from a
drop-down that is not open; checkboxes (Space), sliders (arrow keys) and drop-downs (Space, then arrow keys) work.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from ipywidgets import HTML, Checkbox, HBox, IntSlider, Layout, SelectionSlider, VBox, Widget

from iamkit.draw.picture import Picture
from iamkit.draw.style import node_style
from iamkit.errors import IamkitError
from iamkit.widgets.names import SliderNames

LABELLED: dict[str, Any] = {
    # As wide as a phone, not as wide as a projector.
    "layout": Layout(width="auto", max_width="44rem"),
    "style": {"description_width": "6.5rem"},
}
"""For controls with a short label."""


WRAP = """<style>
.iamkit-panel .widget-checkbox, .iamkit-panel .widget-checkbox label { height: auto; white-space: normal; }
.iamkit-panel .widget-checkbox label { line-height: 1.35; padding: 3px 0; }
</style>"""
"""ipywidgets cuts a long label of a checkbox; on a narrow screen it goes on in a second line instead."""


class Panel(VBox):
    """A title, controls, a verdict, a picture and further words.

    A subclass builds its controls, calls `begin` with them, and implements `draw`, which calls `show`.

    Args:
        title: what the panel is for.
    """

    def __init__(self, title: str) -> None:
        self._title, self._words = title, ["", "", ""]
        self._heading = HTML(WRAP + _block(f"<strong>{escape(title)}</strong>"))
        self._verdict, self._picture, self._rest = HTML(), _scrolling(), _scrolling()
        self._controls: list[Widget] = []
        super().__init__(layout=Layout(width="100%"))
        self.add_class("iamkit-panel")

    def begin(self, controls: Sequence[Widget]) -> None:
        """Put the controls in their place, listen to them, and draw for the first time."""
        self._controls = list(controls)
        names = [SliderNames()] if any(isinstance(one, IntSlider | SelectionSlider) for one in self.controls()) else []
        self.children = [self._heading, *names, *controls, self._verdict, self._picture, self._rest]
        for control in self.controls():
            control.observe(self._changed, names="value")
        self._changed()

    def draw(self) -> None:
        """Work out what the controls ask for, and `show` it."""
        raise NotImplementedError

    def show(
        self, verdict: str, tone: str, picture: Picture | None = None, rest: str = "", rest_html: str = ""
    ) -> None:
        """Show an outcome, live and in the twin.

        Args:
            verdict: the outcome in words; a screen reader reads it out when it changes.
            tone: a kind of node, such as ``allow`` or ``deny``, for the mark beside the verdict.
            picture: the picture.
            rest: further words; line ends are kept.
            rest_html: the same words as HTML, where there is more form to them.
        """
        self._words = [verdict, picture.text if picture else "", rest]
        self._verdict.value = _verdict(verdict, tone)
        self._picture.value = picture.html if picture else ""
        self._rest.value = _block(rest_html or "<br>".join(map(escape, rest.splitlines())))

    def _changed(self, change: object = None) -> None:
        try:
            self.draw()
        except IamkitError as fault:
            self.show(f"This cannot be asked. {fault}", "neutral")

    def controls(self) -> Iterator[Widget]:
        """Everything that can be moved, in the order of the Tab key."""
        waiting = list(self._controls)
        while waiting:
            one = waiting.pop(0)
            if hasattr(one, "children"):
                waiting = [*one.children, *waiting]
            elif not isinstance(one, HTML):
                yield one

    def settings(self) -> list[str]:
        """What the controls are set to, in words."""
        boxes = [one for one in self.controls() if isinstance(one, Checkbox)]
        lines = [f"{one.description}: {spoken(one)}" for one in self.controls() if one not in boxes]
        for word, wanted in (("Ticked", True), ("Not ticked", False)):
            names = [one.description for one in boxes if one.value is wanted]
            lines += [f"{word}: {'; '.join(names)}"] if names else []
        return lines

    # The static twin

    def twin_html(self) -> str:
        """What the panel shows now, as HTML that needs no kernel."""
        settings = "".join(f"<li>{escape(line)}</li>" for line in self.settings())
        parts = (self._verdict.value, self._picture.value, self._rest.value)
        return f"<p><strong>{escape(self._title)}</strong></p><ul>{settings}</ul>{''.join(parts)}"

    def twin_text(self) -> str:
        """The same in plain words."""
        return "\n".join(line for line in (self._title, *self.settings(), *self._words) if line)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        live = super()._repr_mimebundle_(**kwargs) or {}
        return {**live, "text/plain": self.twin_text(), "text/html": self.twin_html()}

    def __repr__(self) -> str:
        return f"<{self._title}: {self._words[0]}>"


def _scrolling() -> HTML:
    """A part that may be wider than the screen, and then scrolls by itself."""
    return HTML(layout=Layout(overflow="auto"))


def _block(html: str) -> str:
    """A piece of HTML with the line height of text, not of a button, and no line too long for the screen."""
    return f'<div style="line-height:1.4;overflow-wrap:anywhere">{html}</div>' if html else ""


def _verdict(words: str, tone: str) -> str:
    """The verdict, beside a bar whose colour and line differ by tone."""
    style = node_style(tone)
    bar = f"border-left:6px {'dashed' if style.dash else 'solid'} {style.line}"
    return _block(
        f'<div role="status" aria-live="polite" style="{bar};padding:4px 10px;font-size:1.05em">'
        f"<strong>{escape(words)}</strong></div>"
    )


def spoken(control: Any) -> str:
    """The setting of one control, in words."""
    label = getattr(control, "label", None)
    if isinstance(label, str):
        return label
    return " ".join(str(control.value).split()) or "empty"


def tick(label: str, value: bool = False, *, width: str = "auto") -> Checkbox:
    """A checkbox with this label; ``width`` in CSS."""
    return Checkbox(value, description=label, indent=False, layout=Layout(width=width, min_width="0", height="auto"))


def row(*parts: Widget) -> HBox:
    """Controls beside each other, that go on below where the screen is narrow."""
    return HBox(parts, layout=Layout(flex_flow="row wrap", width="100%", align_items="center"))
