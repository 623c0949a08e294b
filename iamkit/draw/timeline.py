"""Credentials over time: a bar for each, from its issue to its end; what came from what; events; and the present.

Drawn without Graphviz: one time axis from left to right, the words of each bar above it. Times are seconds since 1970,
UTC; nothing looks at the wall clock.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from iamkit.credentials.timeline import Event
from iamkit.draw.axis import Axis, axis_for
from iamkit.draw.picture import Picture
from iamkit.draw.style import GREY, INK, WHITE, shade, tint
from iamkit.draw.svg import document, element, num, text
from iamkit.draw.text import width, wrap, wrap_words
from iamkit.errors import IamkitError
from iamkit.explain import listed

_LABEL, _NOTE, _LEADING = 14.0, 12.0, 1.3
_WIDE, _MARGIN, _BAR, _GAP, _ABOVE, _TIP, _MARK = 440.0, 14.0, 18.0, 9.0, 11.0, 8.0, 9.0
_LOOKS = {"long-term": ("blue", "", 0.0), "temporary": ("orange", "7 3", 7.0)}
"""For each kind the colour, the dashes of the outline and the radius of the corners."""
_IN_FORCE = ("", "active", "valid")
"""The words for a status that ends nothing."""
_HATCH = "over"
_DEFINED = element(
    "defs",
    element(
        "pattern",
        element("rect", width=7, height=7, fill="#ebebeb") + element("path", d="M0,7L7,0", stroke="#8c8c8c"),
        id=_HATCH, width=7, height=7, patternUnits="userSpaceOnUse",
    ),
)  # fmt: skip

Mark = tuple[int, str]
"""When (seconds since 1970, UTC), and what happens."""


class Drawable(Protocol):
    """A credential, such as a `iamkit.draw.bars.Bar`.

    ``kind`` is "long-term" or "temporary"; ``end`` the first instant at which it is no longer accepted, None if none is
    set; ``parent`` the label of the one that it was issued with; ``status`` a word such as "active" or "inactive", or
    what ended it.
    """

    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def status(self) -> str: ...


def credential_timeline(
    bars: Iterable[Drawable], now: int | None = None, events: Iterable[Event | Mark] = (), until: int | None = None
) -> Picture:
    """Draw credentials over time.

    Args:
        bars: the credentials, in the order in which they are to be drawn; `iamkit.draw.bars.bars_of` makes them.
        now: an instant; what is over by then is hatched and says so.
        events: the events of a `Timeline`, or instants with a few words each; they are numbered in the order of time.
        until: where the axis ends, if it should end before the last bar does; such a bar is pointed.

    Raises:
        IamkitError: nothing to draw; an unknown kind; an end before the start; a parent that is not there.

    >>> from iamkit.draw.bars import Bar
    >>> key = Bar("key", 28800, kind="long-term", status="active")
    >>> session = Bar("session", 32400, 36000, parent="key")
    >>> print(credential_timeline([key, session], now=37800, events=[(34800, "key leaked")]).text)
    Credentials over time, 1 Jan 1970, UTC. At 10:30 key is valid and session is over.
    key: long-term, since 08:00, no end, active.
    session: temporary, from key, issued 09:00, expired at 10:00.
    Event 1, 09:40: key leaked.
    """
    marks = [(one.at, one.what) if isinstance(one, Event) else one for one in events]
    made = _Drawing(tuple(bars), now, sorted(marks, key=lambda mark: mark[0]), until)
    alt = made.alt()
    svg = document(_WIDE, made.height, made.body(), title="Credentials over time", alt=alt)
    return Picture(svg, alt, made.words(alt))


def _check(bars: Sequence[Drawable], now: int | None, events: Sequence[Mark]) -> None:
    labels = {bar.label for bar in bars}
    if not bars and not events and now is None:
        raise IamkitError("There is nothing to draw.", where="bars", remedy="Give a bar or an event.")
    for bar in bars:
        if bar.kind not in _LOOKS:
            raise IamkitError(f"{bar.kind!r} is not a kind of bar.", where=bar.label,
                              remedy=f"Use one of: {', '.join(_LOOKS)}.")  # fmt: skip
        if bar.end is not None and bar.end < bar.start:
            raise IamkitError("The end lies before the start.", where=bar.label, remedy="Give both in seconds, UTC.")
        if bar.parent is not None and bar.parent not in labels:
            raise IamkitError(f"There is no bar {bar.parent!r}.", where=f"{bar.label}, parent",
                              remedy="Give the label of another bar, or None.")  # fmt: skip


def state(bar: Drawable, now: int | None) -> str:
    """``over``, ``later`` (not issued yet), or ``valid``. Without ``now`` the status alone decides."""
    if now is not None and now < bar.start:
        return "later"
    if now is not None and bar.end is not None:
        return "over" if bar.end <= now else "valid"
    return "valid" if _in_force(bar) else "over"


def _in_force(bar: Drawable) -> bool:
    return bar.status.lower() in _IN_FORCE


def _window(bars: Sequence[Drawable], now: int | None, events: Sequence[Mark], until: int | None) -> Axis:
    """The part of time that is drawn: all that is temporary; of what is long-term only what is not too far off."""
    present = [] if now is None else [now]
    short = [at for bar in bars if bar.kind == "temporary" for at in _ends(bar)] + [at for at, _ in events]
    others = [at for bar in bars for at in _ends(bar)]
    times = present + (short or others)
    low, high = min(times), max(times)
    if short:
        near = max(high - low, 3600)
        close = [at for at in others if low - near <= at <= high + near]
        low, high = min([low, *close]), max([high, *close])
    if any(bar.end is None for bar in bars):
        high += (high - low) // 8
    if until is not None:
        high = max(min(high, until), *present, *(at for at, _ in events), low + 1)
    return axis_for(low, high, _MARGIN, _WIDE - _MARGIN)


def _ends(bar: Drawable) -> list[int]:
    return [bar.start] if bar.end is None else [bar.start, bar.end]


class _Drawing:
    """One timeline, placed and painted."""

    def __init__(self, bars: tuple[Drawable, ...], now: int | None, events: list[Mark], until: int | None) -> None:
        _check(bars, now, events)
        self.bars, self.now, self.events = bars, now, events
        self.axis = _window(bars, now, events, until)
        room = _WIDE - 2 * _MARGIN
        self.labels = [wrap(bar.label, _LABEL * 1.08, room) for bar in bars]
        self.notes = [wrap_words(self.note(bar), _NOTE, room) for bar in bars]
        at = _MARGIN + (20.0 if now is not None else 0.0)
        self.marks = self._marks()
        self.marks_top = at
        at += (max(level for level in self.marks) + 1) * 2 * _MARK + 4 if events else 0.0
        self.lines_top, self.tops = at, list[float]()
        for label, note in zip(self.labels, self.notes, strict=True):
            at += _GAP + (len(label) * _LABEL + len(note) * _NOTE) * _LEADING + _ABOVE
            self.tops.append(at)
            at += _BAR
        self.base = at + _GAP
        at = self.base + 40
        self.events_at = list[float]()
        self.said = [wrap_words(f"{self.axis.when(when)} {words}", _LABEL, room - 28) for when, words in events]
        for lines in self.said:
            self.events_at.append(at)
            at += len(lines) * _LABEL * _LEADING + 4
        self.height = at + 8

    # Words

    def note(self, bar: Drawable) -> str:
        """What is said of a bar beside its label."""
        when, found = self.axis.when, [bar.kind]
        if bar.parent is not None:
            found.append(f"from {bar.parent}")
        now = state(bar, self.now)
        if now == "over" and bar.end is not None and self.now is not None:
            what = "expired" if _in_force(bar) else bar.status
            return ", ".join([*found, f"issued {when(bar.start)}", f"{what} at {when(bar.end)}"])
        found.append(f"since {when(bar.start)}, no end" if bar.end is None else f"{when(bar.start)} to {when(bar.end)}")
        if now == "later":
            found.append("not issued yet")
        elif bar.status and (now == "over" or _in_force(bar)):  # What will end it is not told before.
            found.append(bar.status)
        return ", ".join(found)

    def alt(self) -> str:
        start = f"Credentials over time, {self.axis.caption()}."
        if self.now is None:
            return f"{start} {listed([bar.label for bar in self.bars], 'and') or 'Events only'}."
        groups = (("valid", "valid"), ("over", "over"), ("later", "not issued yet"))
        found = {word: [b.label for b in self.bars if state(b, self.now) == name] for name, word in groups}
        said = [f"{_some(names)} {'are' if names[1:] else 'is'} {word}" for word, names in found.items() if names]
        return f"{start} At {self.axis.when(self.now)} {listed(said, 'and') or 'nothing has been issued'}."

    def words(self, alt: str) -> str:
        bars = [f"{bar.label}: {self.note(bar)}." for bar in self.bars]
        events = [f"Event {n}, {self.axis.when(at)}: {words}." for n, (at, words) in enumerate(self.events, 1)]
        return "\n".join([alt, *bars, *events])

    # Drawing

    def _marks(self) -> list[int]:
        """The row of each event's mark: marks that would lie over each other get rows of their own."""
        ends: list[float] = []
        rows = []
        for at, _ in self.events:
            x = self.axis.x(at)
            row = next((n for n, end in enumerate(ends) if end + 2 * _MARK < x), len(ends))
            ends[row : row + 1] = [x]
            rows.append(row)
        return rows

    def body(self) -> list[str]:
        """The elements, from the back to the front."""
        drawn = [_DEFINED, *self._grid(), *(self._bar(n) for n in range(len(self.bars)))]
        drawn += [self._event_line(at) for at, _ in self.events]
        drawn += [self._origin(n) for n, bar in enumerate(self.bars) if bar.parent is not None]
        drawn += self._present()
        drawn += [self._said(n) for n in range(len(self.bars))]
        drawn += [self._event(n) for n in range(len(self.events))]
        return drawn

    def _grid(self) -> list[str]:
        drawn = [element("path", d=f"M{num(_MARGIN)},{num(self.base)}H{num(_WIDE - _MARGIN)}", stroke=INK,
                         stroke_width=1.5)]  # fmt: skip
        for at, words in self.axis.ticks():
            x = self.axis.x(at)
            line = f"M{num(x)},{num(self.lines_top)}V{num(self.base)}"
            drawn.append(element("path", d=line, stroke="#d9d9d9", stroke_width=1))
            drawn.append(element("path", d=f"M{num(x)},{num(self.base)}v5", stroke=INK, stroke_width=1.5))
            half = width(words, _NOTE) / 2
            drawn.append(text(words, min(max(x, half + 2), _WIDE - half - 2), self.base + 18, _NOTE))
        drawn.append(text(self.axis.caption(), _WIDE / 2, self.base + 34, _NOTE, fill=GREY))
        return drawn

    def _origin(self, n: int) -> str:
        """An arrow from the parent's bar to this one's, at the instant of its issue."""
        parent = next(m for m, bar in enumerate(self.bars) if bar.label == self.bars[n].parent)
        x, down = self.axis.x(self.bars[n].start) + 1, self.tops[parent] < self.tops[n]
        start = self.tops[parent] + (_BAR if down else 0.0)
        end, way = (self.tops[n], 1) if down else (self.tops[n] + _BAR, -1)
        colour = shade("orange")
        line = element(
            "path", d=f"M{num(x)},{num(start)}V{num(end - way * 6)}", stroke=colour, stroke_width=2, fill="none"
        )
        y = end - way * 9
        head = element("path", d=f"M{num(x - 5)},{num(y)}L{num(x)},{num(end)}L{num(x + 5)},{num(y)}Z", fill=colour)
        return element("g", line + head, data_from=self.bars[parent].label, data_to=self.bars[n].label)

    def _bar(self, n: int) -> str:
        bar, top, now = self.bars[n], self.tops[n], state(self.bars[n], self.now)
        colour, dash, _ = _LOOKS[bar.kind]
        fill = {"over": f"url(#{_HATCH})", "later": WHITE, "valid": tint(colour)}[now]
        shape = element(
            "path", d=self._outline(bar, top), fill=fill, stroke=GREY if now != "valid" else shade(colour),
            stroke_width=2.2 if now == "valid" else 1.2, stroke_dasharray="2 3" if now == "later" else dash or None,
        )  # fmt: skip
        return element("g", shape, data_bar=bar.label, data_state=now)

    def _said(self, n: int) -> str:
        """The words above a bar."""
        top = self.tops[n] - _ABOVE - (len(self.labels[n]) * _LABEL + len(self.notes[n]) * _NOTE) * _LEADING
        drawn = _block(self.labels[n], _MARGIN, top, _LABEL, INK, bold=True)
        drawn += _block(self.notes[n], _MARGIN, top + len(self.labels[n]) * _LABEL * _LEADING, _NOTE, GREY)
        return element("g", drawn, data_words=self.bars[n].label)

    def _outline(self, bar: Drawable, top: float) -> str:
        """A bar's outline; an end that lies outside of the picture, or is not set, is pointed."""
        left, right = self.axis.x(bar.start), self.axis.x(bar.end if bar.end is not None else self.axis.high)
        goes_on = bar.end is None or bar.end > self.axis.high
        if right - left < 5:
            left, right = max(left - 5, _MARGIN), min(left + 5, _WIDE - _MARGIN)
        radius = min(_LOOKS[bar.kind][2], (right - left) / 2)
        middle, bottom = num(top + _BAR / 2), num(top + _BAR)
        r, x0, x1, y = num(radius), num(left + radius), num(right - radius), num(top)
        end = f"A{r},{r} 0 0 1 {num(right)},{num(top + radius)}V{num(top + _BAR - radius)}A{r},{r} 0 0 1 {x1},{bottom}"
        begin = f"A{r},{r} 0 0 1 {num(left)},{num(top + _BAR - radius)}V{num(top + radius)}A{r},{r} 0 0 1 {x0},{y}"
        if goes_on:
            x1, end = num(right - _TIP), f"L{num(right)},{middle}L{num(right - _TIP)},{bottom}"
        if bar.start < self.axis.low:
            x0, begin = num(left + _TIP), f"L{num(left)},{middle}L{num(left + _TIP)},{y}"
        return f"M{x0},{y}H{x1}{end}H{x0}{begin}Z"

    def _present(self) -> list[str]:
        if self.now is None:
            return []
        x, words = self.axis.x(self.now), f"now {self.axis.when(self.now)}"
        wide = width(words, _NOTE, bold=True) + 12
        left = min(max(x - wide / 2, 2.0), _WIDE - wide - 2)
        line = element("path", d=f"M{num(x)},{num(_MARGIN + 16)}V{num(self.base + 5)}", stroke=INK, stroke_width=2.5)
        flag = element("rect", x=left, y=_MARGIN - 2, width=wide, height=18, rx=4, fill=INK)
        return [element("g", line + flag + text(words, left + wide / 2, _MARGIN + 11.5, _NOTE, fill=WHITE, bold=True),
                        data_now=words)]  # fmt: skip

    def _event_line(self, at: int) -> str:
        line = f"M{num(self.axis.x(at))},{num(self.marks_top)}V{num(self.base)}"
        return element("path", d=line, stroke=shade("vermillion"), stroke_width=1.5, stroke_dasharray="2 3")

    def _event(self, n: int) -> str:
        """A numbered mark at the top of its line, and the words below the axis."""
        place, y = self.axis.x(self.events[n][0]), self.marks_top + (2 * self.marks[n] + 1) * _MARK
        first = self.events_at[n] + _LABEL * _LEADING / 2
        drawn = _mark(place, y, str(n + 1)) + _mark(_MARGIN + _MARK, first, str(n + 1))
        drawn += _block(self.said[n], _MARGIN + 28, self.events_at[n], _LABEL, INK)
        return element("g", drawn, data_event=str(n + 1))


def _some(names: list[str]) -> str:
    """A few names, or how many there are."""
    return listed(names, "and") if len(names) <= 3 else str(len(names))


def _mark(x: float, y: float, words: str) -> str:
    """A numbered diamond."""
    r = _MARK + 1
    path = f"M{num(x - r)},{num(y)}L{num(x)},{num(y - r)}L{num(x + r)},{num(y)}L{num(x)},{num(y + r)}Z"
    return element("path", d=path, fill=shade("vermillion")) + text(words, x, y + 4, 11, fill=WHITE, bold=True)


def _block(lines: Sequence[str], x: float, top: float, size: float, ink: str, *, bold: bool = False) -> str:
    """Lines of words from ``x`` to the right, on a ground that keeps them legible where a line passes."""
    wide = max((width(line, size, bold=bold) for line in lines), default=0.0)
    ground = element("rect", x=x - 2, y=top, width=wide + 4, height=len(lines) * size * _LEADING, fill=WHITE,
                     fill_opacity="0.85")  # fmt: skip
    rows = (top + (n + 0.5) * size * _LEADING + size * 0.36 for n in range(len(lines)))
    return ground + "".join(
        text(line, x, y, size, fill=ink, anchor="start", bold=bold) for line, y in zip(lines, rows, strict=True)
    )
