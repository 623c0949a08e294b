"""The stepper of lesson 8: a flow, message by message, and what each message carries."""

from collections.abc import Callable, Collection, Mapping
from html import escape

from ipywidgets import Checkbox, IntSlider

from iamkit.credentials.federation import Flow, Message, readable
from iamkit.credentials.tokens import Credentials
from iamkit.decision import Decision
from iamkit.draw.sequence import sequence
from iamkit.widgets.base import LABELLED, Panel, tick

Play = Callable[[frozenset[str]], Flow]


class FlowStepper(Panel):
    """A slider over the messages of a flow, and a checkbox for each thing that may happen on the way.

    At 0 the whole flow is shown, which is also what the static twin shows before anybody moves the slider.
    """

    def __init__(self, play: Play, keys: Mapping[str, str], ticked: Collection[str]) -> None:
        self._play, self._seen = play, dict[frozenset[str], Flow]()
        self._boxes: dict[str, Checkbox] = {key: tick(label, key in ticked) for key, label in keys.items()}
        count = len(self.flow.messages)
        super().__init__("Move the slider, message by message. At 0 you see the whole.")
        self.slider = IntSlider(0, 0, count, description="Message", **LABELLED)
        self.begin([*self._boxes.values(), self.slider])
        self._beside_each_other()

    def _beside_each_other(self) -> None:
        """The picture, and beside it what the message carries; below it where the screen is narrow."""
        self.layout.flex_flow, self.layout.align_items = "row wrap", "flex-start"
        for part in self.children:
            part.layout.flex = "0 1 100%"  # It shrinks by its margins.
        self._picture.layout.flex, self._rest.layout.flex = "0 1 auto", "1 1 24rem"
        self._rest.layout.margin = "0 0 0 1rem"

    @property
    def flow(self) -> Flow:
        """The flow with what is ticked now."""
        ticked = frozenset(key for key, box in self._boxes.items() if box.value)
        if ticked not in self._seen:
            self._seen[ticked] = self._play(ticked)
        return self._seen[ticked]

    def draw(self) -> None:
        flow = self.flow
        self.slider.max = len(flow.messages)
        if self.slider.value:
            self._one(flow, self.slider.value)
        else:
            self._whole(flow)

    def _one(self, flow: Flow, number: int) -> None:
        message = flow.messages[number - 1]
        verdict = f"{flow.title}, message {number} of {len(flow.messages)}. {message.explain()}"
        self.show(verdict, _tone(message), sequence(flow, upto=number), _carried_text(message), _carried_html(message))

    def _whole(self, flow: Flow) -> None:
        steps = list(enumerate(flow.messages, 1))
        words = "\n".join(f"{number}. {one.explain()}\n{_carried_text(one)}" for number, one in steps)
        items = "".join(f"<li><p>{escape(one.explain())}</p>{_folded(one)}</li>" for _, one in steps)
        tone = "allow" if flow.refused_at is None else "deny"
        self.show(_outcome(flow), tone, sequence(flow), words, f"<ol>{items}</ol>")


def _outcome(flow: Flow) -> str:
    """What came of the whole flow."""
    if flow.refused_at is not None:
        return f"{flow.title}: refused at message {flow.refused_at}."
    count = len(flow.messages)
    return f"{flow.title}: it ends well, after {count} message{'s' * (count != 1)}."


def _tone(message: Message) -> str:
    return "deny" if message.refused else "allow" if message.decided is not None else "neutral"


def _why_not(message: Message) -> list[str]:
    """Where policies said no: why none of their statements applies."""
    decision = message.decided if isinstance(message.decided, Decision) else getattr(message.decided, "decision", None)
    if not isinstance(decision, Decision) or decision.allowed:
        return []
    return [f"{clause.statement}: {clause.reason}." for layer in decision.trace for clause in layer.clauses]


def _what_came(message: Message) -> list[str]:
    """What was opened or handed out, where the words of the message do not say it."""
    if message.refused or message.decided in (None, True) or isinstance(message.decided, Credentials | Decision):
        return []
    return [f"What comes of it: {repr(message.decided).strip('<>')}."]


def _carried_text(message: Message) -> str:
    """What a message carries, in plain words; and what came of it, or why policies refused it."""
    found = [f"{name}: {readable(value)}" for name, value in message.carries.items()]
    carries = "\n".join(["It carries", *found]) if found else "It carries nothing more."
    return "\n".join([*_what_came(message), *_why_not(message), carries])


def _carried_html(message: Message) -> str:
    """The same as HTML; long values wrap."""
    why = "".join(f"<p>{escape(line)}</p>" for line in [*_what_came(message), *_why_not(message)])
    if not message.carries:
        return f"{why}<p>It carries nothing more.</p>"
    parts = "".join(
        f'<p style="margin:8px 0 2px"><strong>{escape(name)}</strong></p>'
        f'<pre style="margin:0;white-space:pre-wrap;overflow-wrap:anywhere">{escape(readable(value))}</pre>'
        for name, value in message.carries.items()
    )
    return f"{why}<p>It carries</p>{parts}"


def _folded(message: Message) -> str:
    """What it carries behind a click, where a whole flow is shown."""
    if not (message.carries or _what_came(message) or _why_not(message)):
        return ""
    return f"<details><summary>more</summary>{_carried_html(message)}</details>"


def flow_stepper(play: Play, keys: Mapping[str, str] | None = None, ticked: Collection[str] = ()) -> FlowStepper:
    """Go through a flow message by message.

    Args:
        play: plays the flow in which exactly these keys are ticked.
        keys: the labels of the checkboxes, by key: what may happen on the way.
        ticked: the keys that are ticked at first.

    Raises:
        IamkitError: what playing raises at the start.

    >>> from iamkit.credentials.federation import Script
    >>> def play(ticked):
    ...     script = Script("Greeting", ("Ana", "Ben"))
    ...     script.say("Ana", "Ben", "good evening" if "late" in ticked else "good morning", {"hat": "lifted"})
    ...     return script.end()
    >>> stepper = flow_stepper(play, {"late": "It is late"})
    >>> stepper
    <Move the slider, message by message. At 0 you see the whole.: Greeting: it ends well, after 1 message.>
    >>> stepper.slider.value = 1
    >>> print(stepper.twin_text().splitlines()[3])
    Greeting, message 1 of 1. Ana to Ben: good morning.
    """
    return FlowStepper(play, keys or {}, ticked)
