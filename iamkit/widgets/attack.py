"""The attack button of lesson 6: press it, change something, and press again."""

from collections.abc import Callable, Mapping
from typing import Protocol

from ipywidgets import Button, Layout
from traitlets import Bool

from iamkit.draw.sequence import Flow, sequence
from iamkit.widgets.base import Panel, row, tick
from iamkit.widgets.gates import TONES

NOTHING_YET = "Nothing has happened yet. Press a button."


class Outcome(Protocol):
    """What comes of pressing a button: messages, the effect of the decision that settled it, and words."""

    @property
    def flow(self) -> Flow: ...
    @property
    def effect(self) -> str: ...
    def explain(self) -> str: ...


Run = Callable[[str, frozenset[str]], Outcome]


class Press(Button):
    """A button whose ``value`` says whether it was pressed since something else was moved."""

    value = Bool(False)

    def __init__(self, label: str) -> None:
        super().__init__(description=label, layout=Layout(width="auto", max_width="100%"))
        self.on_click(lambda _: setattr(self, "value", True))

    @property
    def label(self) -> str:
        """The value in words."""
        return "pressed" if self.value else "not pressed"


class AttackPanel(Panel):
    """Buttons that do something, and checkboxes for what is otherwise. Moving a checkbox takes the outcome away."""

    def __init__(self, title: str, buttons: Mapping[str, str], keys: Mapping[str, str], run: Run) -> None:
        super().__init__(title)
        self._run = run
        self._buttons = {name: Press(label) for name, label in buttons.items()}
        self._boxes = {key: tick(label) for key, label in keys.items()}
        for control in (*self._buttons.values(), *self._boxes.values()):
            control.observe(self._only, names="value")
        self.begin([*self._boxes.values(), row(*self._buttons.values())])

    def _only(self, change: dict[str, object]) -> None:
        """What is shown belongs to the button pressed last, and to the ticks as they were then."""
        moved = change["owner"]
        if isinstance(moved, Press) and not moved.value:
            return
        for button in self._buttons.values():
            if button is not moved:
                button.value = False

    @property
    def outcome(self) -> Outcome | None:
        """What came of the button that is pressed; None if none is."""
        pressed = next((name for name, button in self._buttons.items() if button.value), None)
        ticked = frozenset(key for key, box in self._boxes.items() if box.value)
        return None if pressed is None else self._run(pressed, ticked)

    def draw(self) -> None:
        found = self.outcome
        if found is None:
            self.show(NOTHING_YET, "neutral")
        else:
            self.show(found.explain(), TONES[found.effect], sequence(found.flow))


def attack_button(title: str, buttons: Mapping[str, str], keys: Mapping[str, str], run: Run) -> AttackPanel:
    """Press a button and see, message by message, what comes of it; tick what is otherwise, and press again.

    Args:
        title: what it is for.
        buttons: the labels of the buttons, by name.
        keys: the labels of the checkboxes, by key.
        run: does what a button stands for in a world in which exactly these keys are ticked.

    >>> from types import SimpleNamespace as Plain
    >>> def run(name, ticked):
    ...     ask = Plain(sender=name, receiver="STS", what="AssumeRole", note="", decided="shut" not in ticked)
    ...     flow = Plain(title="A try", actors=(name, "STS"), messages=(ask,))
    ...     return Plain(flow=flow, effect="Allowed", explain=lambda: f"{name} tried.")
    >>> attack_button("Try", {"mallory": "Attack"}, {"shut": "The door is shut"}, run)
    <Try: Nothing has happened yet. Press a button.>
    """
    return AttackPanel(title, buttons, keys, run)
