"""A sequence diagram: who says what to whom, step by step. The messages run from top to bottom.

It is drawn without Graphviz: each actor has a column, each message a row. The place of everything hangs on the flow
alone, so that a stepper can show one step after another and nothing moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iamkit.draw.picture import Picture
from iamkit.draw.style import GREY, INK, OKABE_ITO, WHITE, mix, shade, tint
from iamkit.draw.svg import document, element, num, text
from iamkit.draw.text import width, wrap, wrap_words
from iamkit.errors import IamkitError
from iamkit.explain import listed, sentence

_HEAD, _LABEL, _NOTE, _LEADING, _ASCENT = 12.0, 14.0, 12.0, 1.25, 0.36
"""Font sizes in CSS pixels, the distance of lines, and how far a baseline lies below the middle of its line."""
_BOLD = 1.08
_MARGIN, _GAP, _ROOM, _RING, _LOOP = 6.0, 9.0, 432.0, 10.0, 26.0
_LEAST_LABEL, _TALL = 210.0, 8
"""A label may be this wide even where its arrow is shorter; flows with more steps have their actors below as well."""
_FADED = mix(GREY, WHITE, 0.35)


class Message(Protocol):
    """One step. ``decided`` is None where nothing is decided, else true or false in an ``if``; where it is false, its
    ``error`` is shown if it has one."""

    @property
    def sender(self) -> str: ...
    @property
    def receiver(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def decided(self) -> object: ...


class Flow(Protocol):
    """What can be drawn: named actors, from left to right, and the messages between them, in order."""

    @property
    def title(self) -> str: ...
    @property
    def actors(self) -> Sequence[str]: ...
    @property
    def messages(self) -> Sequence[Message]: ...


def sequence(flow: Flow, upto: int | None = None) -> Picture:
    """Draw a flow of messages.

    Args:
        flow: anything with a title, actors and messages.
        upto: the number of the message to show as the present one, counted from 1; later ones are faded, at 0 all of
            them, and do not tell yet what was decided. Without it no message stands out.

    Raises:
        IamkitError: no actors; a message from or to somebody who is not an actor; no such message.

    >>> from types import SimpleNamespace as Plain
    >>> ask = Plain(sender="App", receiver="STS", what="AssumeRole", note="", decided=None)
    >>> no = Plain(sender="STS", receiver="App", what="no session", note="", decided=False)
    >>> flow = Plain(title="A role", actors=("App", "STS"), messages=(ask, no))
    >>> sequence(flow)
    Picture('A role: 2 steps between App and STS. Step 2 is refused.')
    >>> print(sequence(flow, upto=1).text)
    A role: step 1 of 2. App to STS: AssumeRole.
    Actors: App and STS.
    1. App -> STS: AssumeRole. (now)
    2. STS -> App: no session. (still to come)
    """
    _check(flow, upto)
    made = _Drawing(flow, upto)
    alt = _alt(flow, upto)
    svg = document(made.width, made.height, made.body(), title=flow.title, alt=alt)
    return Picture(svg, alt, _words(flow, upto, alt))


def _check(flow: Flow, upto: int | None) -> None:
    if not flow.actors:
        raise IamkitError("A sequence diagram needs an actor.", where="actors")
    for number, message in enumerate(flow.messages, 1):
        for name in (message.sender, message.receiver):
            if name not in flow.actors:
                remedy = f"Use one of: {', '.join(flow.actors)}."
                raise IamkitError(f"{name!r} is not an actor of this flow.", where=f"message {number}", remedy=remedy)
    if upto is not None and not 0 <= upto <= len(flow.messages):
        remedy = f"Use a number from 0 to {len(flow.messages)}."
        raise IamkitError(f"There is no message {upto}.", where="upto", remedy=remedy)


# Words


def _is_refused(message: Message) -> bool:
    return message.decided is not None and not message.decided


def _is_told(number: int, message: Message, upto: int | None) -> bool:
    """Whether the note and the outcome are shown: not those of a decision that is still to come."""
    return message.decided is None or upto is None or number <= upto


def _verdict(message: Message) -> str:
    """What was decided, in a word or two; empty where nothing is."""
    if message.decided is None:
        return ""
    error = str(getattr(message.decided, "error", "") or "")
    return "accepted" if message.decided else f"refused: {error}" if error else "refused"


def _plain(words: str) -> str:
    """Words on one line, without a full stop at the end."""
    return " ".join(words.split()).rstrip(".")


def _ended(words: str) -> str:
    """Words with a full stop, where they do not end in a question mark."""
    return words if words.endswith("?") else f"{words}."


def _alt(flow: Flow, upto: int | None) -> str:
    count = len(flow.messages)
    if upto:
        message = flow.messages[upto - 1]
        said = f"{message.sender} to {message.receiver}: {_plain(message.what)}"
        verdict = _verdict(message)
        return _ended(f"{flow.title}: step {upto} of {count}. {said}{f' ({verdict})' if verdict else ''}")
    steps = f"{count} step{'s' * (count != 1)}"
    start = f"{flow.title}: {steps} between {listed(list(flow.actors), 'and')}"
    if upto == 0:
        return f"{start}, all still to come."
    refused = [str(number) for number, message in enumerate(flow.messages, 1) if _is_refused(message)]
    if not refused:
        return f"{start}."
    return f"{start}. Step{'s' * (len(refused) > 1)} {listed(refused, 'and')} {'are' if refused[1:] else 'is'} refused."


def _words(flow: Flow, upto: int | None, alt: str) -> str:
    lines = [alt, f"Actors: {listed(list(flow.actors), 'and')}."]
    for number, message in enumerate(flow.messages, 1):
        told = _is_told(number, message, upto)
        note = f" ({_plain(message.note)})" if told and message.note.strip() else ""
        line = _ended(f"{number}. {message.sender} -> {message.receiver}: {_plain(message.what)}{note}")
        line += f" {sentence(_verdict(message))}" if told and _verdict(message) else ""
        if upto is not None:
            line += " (now)" if number == upto else " (still to come)" if number > upto else ""
        lines.append(line)
    return "\n".join(lines)


# Drawing


@dataclass(frozen=True)
class _Row:
    """One message in its place: the words above the arrow, those below, and the columns that the arrow joins."""

    number: int
    message: Message
    above: list[str]
    below: list[str]
    start: float
    end: float
    top: float

    @property
    def line(self) -> float:
        """How far down the arrow is."""
        return self.top + len(self.above) * _LABEL * _LEADING + _RING + 1

    @property
    def bottom(self) -> float:
        loop = _LOOP if self.start == self.end else 0.0
        words = len(self.below) * _NOTE * _LEADING + (_LABEL * _LEADING if self.verdict else 0.0)
        return self.line + loop + max(words, 2.0) + _RING

    @property
    def verdict(self) -> str:
        return _verdict(self.message)

    @property
    def refused(self) -> bool:
        return _is_refused(self.message)


def _pitch(actors: Sequence[str]) -> float:
    """The distance of two lifelines: the room shared out, but enough for the longest word of a name."""
    words = [word for name in actors for word in name.split()]
    longest = max((width(word, _HEAD, bold=True) for word in words), default=0.0)
    return max(min(_ROOM / len(actors), 180.0), min(longest + 8, 100.0))


class _Drawing:
    """One sequence diagram, placed and painted."""

    def __init__(self, flow: Flow, upto: int | None) -> None:
        self.flow, self.upto = flow, upto
        self.pitch = _pitch(flow.actors)
        self.width = max(self.pitch * len(flow.actors), 270.0) + 2 * _MARGIN
        spare = (self.width - 2 * _MARGIN - self.pitch * len(flow.actors)) / 2
        self.columns = {name: _MARGIN + spare + self.pitch * (n + 0.5) for n, name in enumerate(flow.actors)}
        self.names = {name: wrap_words(name, _HEAD * _BOLD, self.pitch - 7) for name in flow.actors}
        self.head = max(len(lines) for lines in self.names.values()) * _HEAD * _LEADING + 12
        self.rows: list[_Row] = []
        at = _MARGIN + self.head + _GAP
        for number, message in enumerate(flow.messages, 1):
            self.rows.append(self._row(number, message, at))
            at = self.rows[-1].bottom + _GAP
        self.end = at
        self.height = at + (self.head if len(self.rows) > _TALL else 0.0) + _MARGIN

    def _row(self, number: int, message: Message, top: float) -> _Row:
        start, end = self.columns[message.sender], self.columns[message.receiver]
        limit = min(max(abs(end - start) - 2 * _RING, _LEAST_LABEL), self.width - 4 * _MARGIN)
        below = wrap(message.note, _NOTE, limit) if message.note.strip() else []
        return _Row(number, message, wrap(message.what, _LABEL * _BOLD, limit), below, start, end, top)

    def body(self) -> list[str]:
        """The elements, from the back to the front."""
        present = [row for row in self.rows if row.number == self.upto]
        drawn = [self._band(row) for row in present]
        drawn += [self._lifeline(x) for x in self.columns.values()]
        tops = [_MARGIN, self.end] if len(self.rows) > _TALL else [_MARGIN]
        drawn += [self._actor(name, top) for top in tops for name in self.columns]
        return drawn + [self._message(row) for row in self.rows]

    def _band(self, row: _Row) -> str:
        """The ground of the present message."""
        return element(
            "rect", x=3, y=row.top - _GAP / 2, width=self.width - 6, height=row.bottom - row.top + _GAP, rx=6,
            fill=tint("yellow"), stroke=shade("yellow"), stroke_width=1.5,
        )  # fmt: skip

    def _lifeline(self, x: float) -> str:
        path = f"M{num(x)},{num(_MARGIN + self.head)}V{num(self.end)}"
        return element("path", d=path, stroke="#a6a6a6", stroke_width=1.2, stroke_dasharray="2 4", fill="none")

    def _actor(self, name: str, top: float) -> str:
        x = self.columns[name]
        frame = element(
            "rect", x=x - self.pitch / 2 + 1.5, y=top, width=self.pitch - 3, height=self.head, rx=6,
            fill=tint("sky"), stroke=shade("sky"), stroke_width=1.5,
        )  # fmt: skip
        lines = self.names[name]
        first = top + (self.head - len(lines) * _HEAD * _LEADING) / 2
        return element("g", frame + _lines(lines, x, first, _HEAD, INK, bold=True), data_actor=name)

    def _message(self, row: _Row) -> str:
        faded = self.upto is not None and row.number > self.upto
        present = row.number == self.upto
        told = _is_told(row.number, row.message, self.upto)
        refused = row.refused and told
        colour = _FADED if faded else OKABE_ITO["vermillion"] if refused else INK
        ink = _FADED if faded else INK
        ground = tint("yellow") if present else WHITE
        drawn = _arrow(row, colour, heavy=present, back=self._back(row), refused=refused)
        drawn += self._block(row.above, row, row.top, _LABEL, ink, ground, bold=present)
        at = row.line + (_LOOP if row.start == row.end else 0.0) + _RING
        if row.verdict and told:
            said = shade("vermillion" if refused else "green")
            drawn += self._block(
                [row.verdict], row, at, _LABEL, said, ground, bold=True, mark=_cross if refused else _tick
            )
            at += _LABEL * _LEADING
        if told:
            drawn += self._block(row.below, row, at, _NOTE, _FADED if faded else GREY, ground)
        drawn += self._number(row, colour)
        state = "now" if present else "later" if faded else None
        return element("g", drawn, data_step=str(row.number), data_state=state)

    def _back(self, row: _Row) -> int:
        """The way a message to oneself turns: to the left for the last actor, which has no room to its right."""
        last = len(self.columns) > 1 and row.start == max(self.columns.values())
        return -1 if last else 1

    def _number(self, row: _Row, colour: str) -> str:
        disc = element("circle", cx=row.start, cy=row.line, r=_RING, fill=colour)
        return disc + text(str(row.number), row.start, row.line + 4.3, 12, fill=WHITE, bold=True)

    def _block(
        self, lines: list[str], row: _Row, top: float, size: float, ink: str, ground: str, *, bold: bool = False,
        mark: Callable[[float, float, float, str], str] | None = None,
    ) -> str:  # fmt: skip
        """Lines of words over the middle of an arrow, kept inside the picture, on a ground that hides the lifelines."""
        if not lines:
            return ""
        sign = 18.0 if mark else 0.0
        wide = max(width(line, size, bold=bold) for line in lines) + sign
        low, high = _MARGIN + wide / 2, self.width - _MARGIN - wide / 2
        middle = min(max((row.start + row.end) / 2, low), max(low, high))
        tall = len(lines) * size * _LEADING
        drawn = element("rect", x=middle - wide / 2 - 3, y=top + 1, width=wide + 6, height=tall - 2, fill=ground,
                        fill_opacity="0.9")  # fmt: skip
        drawn += _lines(lines, middle + sign / 2, top, size, ink, bold=bold)
        if mark:
            drawn += mark(middle - wide / 2 + 7, top + tall / 2, 5.0, ink)
        return drawn


def _lines(lines: list[str], x: float, top: float, size: float, ink: str, *, bold: bool = False) -> str:
    """Lines of words, centered on ``x``, from ``top`` on."""
    baselines = (top + (n + 0.5) * size * _LEADING + size * _ASCENT for n in range(len(lines)))
    return "".join(text(line, x, y, size, fill=ink, bold=bold) for line, y in zip(lines, baselines, strict=True))


def _arrow(row: _Row, colour: str, *, heavy: bool, back: int, refused: bool) -> str:
    """The line of a message and its end: a head, or a cross where it is refused."""
    y = row.line
    if row.start == row.end:
        out, low, way, tip = row.start + back * _LOOP, y + _LOOP, -back, row.end
        path = f"M{num(row.start)},{num(y)}H{num(out)}V{num(low)}H{num(tip + back * 9)}"
    else:
        way, low, tip = (1 if row.end > row.start else -1), y, row.end
        path = f"M{num(row.start)},{num(y)}H{num(tip - way * 9)}"
    line = element("path", d=path, fill="none", stroke=colour, stroke_width=3.5 if heavy else 2,
                   stroke_dasharray="7 4" if refused else None)  # fmt: skip
    if refused:
        return line + _cross(tip - way * (14 if row.start == row.end else 9), low, 6.0, colour)
    wings = f"M{num(tip - way * 11)},{num(low - 5.5)}L{num(tip)},{num(low)}L{num(tip - way * 11)},{num(low + 5.5)}Z"
    return line + element("path", d=wings, fill=colour)


def _cross(x: float, y: float, r: float, colour: str) -> str:
    """A cross, as lines and not as a letter that a font may lack."""
    path = f"M{num(x - r)},{num(y - r)}L{num(x + r)},{num(y + r)}M{num(x - r)},{num(y + r)}L{num(x + r)},{num(y - r)}"
    return element("path", d=path, stroke=colour, stroke_width=3, fill="none", data_mark="cross")


def _tick(x: float, y: float, r: float, colour: str) -> str:
    path = f"M{num(x - r)},{num(y)}L{num(x - r / 4)},{num(y + r - 1)}L{num(x + r)},{num(y - r)}"
    return element("path", d=path, stroke=colour, stroke_width=2.5, fill="none", data_mark="tick")
