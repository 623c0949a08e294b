"""What every widget promises: a static twin that says what is shown, and controls that everybody can use."""

import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from ipywidgets import (
    HTML,
    Checkbox,
    Dropdown,
    IntSlider,
    RadioButtons,
    Select,
    SelectionSlider,
    Textarea,
    ToggleButtons,
)

from iamkit.widgets.attack import Press
from iamkit.widgets.base import Panel, spoken

VIEW = "application/vnd.jupyter.widget-view+json"
Make = Callable[[], Panel]


class Pieces(HTMLParser):
    """The words of a piece of HTML, its pictures, and its live regions."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.pictures, self.live, self.in_style = "", list[dict[str, str | None]](), 0, False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.in_style = tag == "style"
        self.pictures += [given] if tag == "img" else []
        self.live += given.get("role") == "status" and given.get("aria-live") == "polite"

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        self.words += "" if self.in_style else data


def squeezed(words: str) -> str:
    return "".join(words.split())


def live(panel: Panel) -> list[str]:
    """The values of the HTML parts that a browser shows, other than headings."""
    return [part.value for part in panel.children if isinstance(part, HTML)]


def moves(control: Any) -> list[Any]:
    """Some values to move a control to."""
    match control:
        case Checkbox():
            return [not control.value]
        case Press():
            return [True]
        case IntSlider():
            return list(range(control.min, control.max + 1))
        case Dropdown() | SelectionSlider():
            return [value for _, value in control.options]
        case Textarea():
            return ['{"aws:SourceIp": "10.1.2.3"}', '{"aws:SourceIp": ', "[]", ""]
    raise AssertionError(f"no way to move a {type(control).__name__}")


def test_the_twin_says_what_is_shown_wherever_the_controls_are_moved(make: Make) -> None:
    panel, seen = make(), set()
    for control in panel.controls():
        for value in moves(control):
            control.value = value
            bundle = panel._repr_mimebundle_()
            assert VIEW in bundle
            twin, words = Pieces(bundle["text/html"]), squeezed(bundle["text/plain"])
            for part in live(panel):
                assert squeezed(Pieces(part).words) in squeezed(twin.words)
                assert all(picture in twin.pictures for picture in Pieces(part).pictures)
            verdict = Pieces(panel._verdict.value).words
            assert squeezed(verdict) in words and verdict in repr(panel)
            for line in panel.settings():
                assert squeezed(line) in words and squeezed(line) in squeezed(twin.words)
            if not isinstance(control, Checkbox):
                assert squeezed(f"{control.description}: {spoken(control)}") in words
            seen.add(bundle["text/html"])
    assert len(seen) > 1


def test_moving_a_control_back_gives_the_first_twin_again(make: Make) -> None:
    panel = make()
    before = panel._repr_mimebundle_()
    for control in panel.controls():
        old = control.value
        control.value = moves(control)[-1]
        control.value = old
    after = panel._repr_mimebundle_()
    assert (after["text/html"], after["text/plain"]) == (before["text/html"], before["text/plain"])


def test_the_twin_is_the_same_for_every_new_widget_and_names_no_address(make: Make) -> None:
    one, other = make(), make()
    for kind in ("text/html", "text/plain"):
        assert one._repr_mimebundle_()[kind] == other._repr_mimebundle_()[kind]
    assert repr(one) == repr(other)
    assert not re.search(r"0x[0-9a-f]{6}|model_id", repr(one) + one.twin_text())


def test_ipython_shows_the_widget_and_its_twin(make: Make) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    bundle, _ = InteractiveShell.instance().display_formatter.format(make())
    assert set(bundle) >= {VIEW, "text/html", "text/plain"}


def test_every_control_has_a_label_of_its_own(make: Make) -> None:
    """The cards excepted: there the row gives the rest of the name, and the verdict repeats it."""
    labels = [control.description.strip() for control in make().controls()]
    assert all(labels)
    assert len(set(labels)) == (4 if make.__name__ == "cards" else len(labels))


def test_no_control_is_of_a_kind_that_jupyterlab_takes_the_keys_from(make: Make) -> None:
    assert not [one for one in make().controls() if isinstance(one, RadioButtons | Select | ToggleButtons)]


def test_the_verdict_is_a_live_region_and_the_only_one(make: Make) -> None:
    panel = make()
    assert [Pieces(part).live for part in live(panel)].count(1) == Pieces(panel._verdict.value).live == 1
    assert Pieces(panel.twin_html()).live == 1


def test_every_picture_has_alt_text(make: Make) -> None:
    assert all(picture["alt"] for picture in Pieces(make().twin_html()).pictures)


def test_importing_iamkit_loads_no_widgets() -> None:
    script = "import sys, iamkit, iamkit.widgets; print('ipywidgets' in sys.modules, 'z3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
