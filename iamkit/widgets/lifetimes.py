"""The time slider of lesson 2: which credentials are valid at an instant, and the last valid instant of each."""

from collections.abc import Iterable, Sequence
from html import escape

from ipywidgets import SelectionSlider

from iamkit.credentials.clock import DAY, MINUTE, iso
from iamkit.credentials.timeline import Event
from iamkit.draw.timeline import Drawable, Mark, credential_timeline, state
from iamkit.errors import IamkitError
from iamkit.explain import listed
from iamkit.widgets.base import LABELLED, Panel

_STATES = {"valid": "● valid", "over": "✗ over", "later": "○ not issued yet"}
_LEFT = "style='text-align:left;padding:2px 8px'"
_SHORT = "style='text-align:left;padding:2px 8px;white-space:nowrap'"


class LifetimeSlider(Panel):
    """A slider over a stretch of time. It stops at full steps, and at the last valid and the first invalid second of
    each credential, so that one press of an arrow key goes across an end."""

    def __init__(self, bars: Iterable[Drawable], events: Iterable[Event | Mark], start: int, step: int) -> None:
        super().__init__("What is valid when?")
        self._bars, self._events = list(bars), list(events)
        self._stops = stops(self._bars, start, step)
        self._one_day = self._stops[0] // DAY == self._stops[-1] // DAY
        options = [(self.when(at), at) for at in self._stops]
        self.slider = SelectionSlider(options=options, description="Time, UTC", **LABELLED)
        self.begin([self.slider])

    def when(self, at: int) -> str:
        """An instant in words: the time, with the date where the slider goes over several days."""
        date, time = iso(at).removesuffix("Z").split("T")
        time = time if at % MINUTE else time[:5]
        return time if self._one_day else f"{date} {time}"

    @property
    def valid(self) -> list[str]:
        """The labels of what is valid now."""
        return [bar.label for bar in self._bars if state(bar, self.slider.value) == "valid"]

    def last(self, bar: Drawable) -> str:
        """The last second at which a credential is valid, in words."""
        return "no end" if bar.end is None else self.when(bar.end - 1)

    def draw(self) -> None:
        now = self.slider.value
        ending = [bar.label for bar in self._bars if bar.end == now + 1 and state(bar, now) == "valid"]
        ended = [bar.label for bar in self._bars if bar.end == now]
        said = f"{self.when(now)}: {len(self.valid)} of {len(self._bars)} are valid."
        said += f" This is the last second of {listed(ending, 'and')}." if ending else ""
        said += f" Just over: {listed(ended, 'and')}." if ended else ""
        rows = [(bar.label, self.last(bar), _STATES[state(bar, now)]) for bar in self._bars]
        words = "\n".join(f"{label}: last valid {last}, {word}" for label, last, word in rows)
        picture = credential_timeline(self._bars, now, self._events)
        self.show(said, "deny" if ended else "allow", picture, words, _table(rows))


def stops(bars: Sequence[Drawable], start: int, step: int) -> list[int]:
    """Where the slider stops: every ``step`` seconds from ``start``, and on both sides of each end.

    Raises:
        IamkitError: if nothing ends after the start: then there is nothing to see.
    """
    ends = sorted(bar.end for bar in bars if bar.end is not None and bar.end > start)
    if not ends:
        raise IamkitError("Nothing ends after the start.", where="bars", remedy="Give a credential that expires.")
    if step < 1:
        raise IamkitError(f"{step} is no step.", where="step", remedy="Give seconds, such as 1800.")
    return sorted({*range(start, ends[-1], step), *ends, *(end - 1 for end in ends)})


def _table(rows: Sequence[tuple[str, str, str]]) -> str:
    head = "".join(f"<th scope='col' {_SHORT}>{name}</th>" for name in ("credential", "last valid", "now"))
    body = "".join(
        f"<tr><th scope='row' {_LEFT}>{escape(label)}</th><td {_SHORT}>{escape(last)}</td><td {_SHORT}>{word}</td></tr>"
        for label, last, word in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lifetime_slider(
    bars: Iterable[Drawable], events: Iterable[Event | Mark] = (), *, start: int, step: int = 30 * MINUTE
) -> LifetimeSlider:
    """Move through time, and see credentials end one by one.

    Args:
        bars: the credentials, as `iamkit.draw.bars.bars_of` makes them.
        events: what happens meanwhile: the events of a `Timeline`, or instants with a few words each.
        start: the first instant, in seconds since 1970, UTC.
        step: seconds from stop to stop.

    Raises:
        IamkitError: if nothing ends after the start.

    >>> from iamkit.draw.bars import Bar
    >>> slider = lifetime_slider([Bar("session", 32400, 36000)], start=32400, step=3600)
    >>> slider
    <What is valid when?: 09:00: 1 of 1 are valid.>
    >>> slider.slider.value = 35999
    >>> slider
    <What is valid when?: 09:59:59: 1 of 1 are valid. This is the last second of session.>
    >>> slider.slider.value = 36000
    >>> slider
    <What is valid when?: 10:00: 0 of 1 are valid. Just over: session.>
    """
    return LifetimeSlider(bars, events, start, step)
