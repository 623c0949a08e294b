"""Sets of requests, one for each kind of policy, and what is left of them.

Up to four sets lie on a grid. Two are runs of neighboring columns and two are runs of neighboring rows, in such an
order that every combination of sets has one cell (a Karnaugh map). So all sets are rectangles, and no region is
missing.
"""

from collections.abc import Sequence
from itertools import product

from iamkit.draw.picture import Picture
from iamkit.draw.style import GREY, INK, node_style, shade, tint
from iamkit.draw.svg import document, element, text
from iamkit.draw.text import wrap
from iamkit.errors import IamkitError
from iamkit.prove.regions import ALLOWED, DENIED, SOME, Region, Regions

MOST = 4
_ORDER = ((), (0,), (0, 1), (1,))
"""Which of two sets hold at each of four neighboring columns or rows."""
_CELL_H, _GAP, _BAND, _MARGIN, _SIZE, _LINE = 76.0, 12.0, 24.0, 8.0, 12.0, 14.0
_CELL_W, _ALONE = 68.0, 130.0
"""The width of a cell; of the only one, which has to hold the name of its set."""
_LOOKS = (("blue", "", 2.5), ("orange", "8 3", 2.5), ("purple", "2 3", 2.5), ("green", "10 3 2 3", 2.5))
"""For each set its color, and the dashes and the width of its border."""
SIGNS = {ALLOWED: "✓", DENIED: "✗", SOME: "±"}
_TONES = {ALLOWED: "allow", DENIED: "neutral", SOME: "condition"}
_FOOT = {ALLOWED: "✓ allowed", DENIED: "✗ not allowed", SOME: "± in part"}


def venn_picture(diagram: Regions) -> Picture:
    """Draw the sets of a diagram, with one request in each region that has one.

    Args:
        diagram: at most four sets.

    Raises:
        IamkitError: for no set, or more than four.

    >>> from iamkit.prove.regions import Region
    >>> found = (Region(("boundary",), "not allowed", "s3:PutObject", "*"),
    ...          Region(("identity policy", "boundary"), "allowed", "s3:GetObject", "*"))
    >>> print(venn_picture(Regions(("identity policy", "boundary"), found)).text)
    Two overlapping sets: identity policy and boundary.
    1 ✗ in boundary: s3:PutObject on *, not allowed
    2 ✓ in identity policy and boundary: s3:GetObject on *, allowed
    """
    if not 1 <= len(diagram.sets) <= MOST:
        raise IamkitError(f"{len(diagram.sets)} sets cannot be drawn.", where="sets", remedy="Draw one to four.")
    count = ("One set", "Two overlapping sets", "Three overlapping sets", "Four overlapping sets")[
        len(diagram.sets) - 1
    ]
    alt = f"{count}: {_listed(diagram.sets)}."
    words = [f"{number} {SIGNS[region.outcome]} {region}" for number, region in enumerate(diagram.found, 1)]
    outcome = [
        f"Allowed: {_listed([region.action for region in diagram.left])}." if diagram.left else "None is allowed."
    ]
    spoken = " ".join([alt, f"{len(diagram.found)} regions hold a request.", *outcome])
    return Picture(_paint(diagram, spoken), spoken, "\n".join([alt, *words]))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


class _Grid:
    """Where columns, rows and sets lie, in CSS pixels. The first two sets are columns, the others rows."""

    def __init__(self, sets: Sequence[str]) -> None:
        self.across, self.down = tuple(sets[:2]), tuple(sets[2:])
        self.columns = _lines(len(self.across), spare=bool(self.down))
        self.rows = _lines(len(self.down), spare=True)
        self.cell = _ALONE if len(sets) == 1 else _CELL_W
        self._top = _MARGIN + _BAND * len(self.across)
        self.wide = self.x(len(self.columns) - 1) + self.cell + _GAP + _MARGIN
        self.high = self.y(len(self.rows) - 1) + _CELL_H + _GAP + _MARGIN

    def x(self, column: int) -> float:
        """The left end of a column's cells."""
        return _MARGIN + _GAP + column * (self.cell + _GAP)

    def y(self, row: int) -> float:
        """The top of a row's cells: the name of a set of rows stands above its first row."""
        named = sum(1 for place in range(len(self.down)) if self._first(self.rows, place) <= row)
        return self._top + 4 + row * (_CELL_H + _GAP) + named * _BAND

    def box(self, place: int) -> tuple[float, float, float, float]:
        """The rectangle of a set, by its number: left, top, right, bottom. No two borders fall together."""
        half, wider = _GAP / 2, 4.0 * (place % 2)
        if place < len(self.across):
            first, last = self._first(self.columns, place), self._last(self.columns, place)
            bottom = self.y(len(self.rows) - 1) + _CELL_H + half - wider
            return self.x(first) - half, _MARGIN + place * _BAND, self.x(last) + self.cell + half, bottom
        own = place - len(self.across)
        first, last = self._first(self.rows, own), self._last(self.rows, own)
        left, right = self.x(0) - half - 3 + wider, self.x(len(self.columns) - 1) + self.cell + half + 3 - wider
        return left, self.y(first) - _BAND - half / 2, right, self.y(last) + _CELL_H + half / 2

    @staticmethod
    def _first(lines: Sequence[tuple[int, ...]], place: int) -> int:
        return next(at for at, inside in enumerate(lines) if place in inside)

    @staticmethod
    def _last(lines: Sequence[tuple[int, ...]], place: int) -> int:
        return max(at for at, inside in enumerate(lines) if place in inside)


def _lines(count: int, *, spare: bool) -> list[tuple[int, ...]]:
    """The columns, or the rows, for up to two sets; ``spare`` keeps the one that lies in neither."""
    return [inside for inside in _ORDER if all(one < count for one in inside) and (inside or spare)]


def _paint(diagram: Regions, alt: str) -> str:
    grid = _Grid(diagram.sets)
    body = [_HATCH, *(_ground(grid, place) for place in range(len(diagram.sets)))]
    numbers = {region.inside: number for number, region in enumerate(diagram.found, 1)}
    for (column, across), (row, down) in product(enumerate(grid.columns), enumerate(grid.rows)):
        inside = (*(grid.across[place] for place in across), *(grid.down[place] for place in down))
        if inside:
            body.append(_cell(grid.x(column), grid.y(row), grid.cell, diagram.at(inside), numbers.get(inside, 0)))
    body += [_name(grid, place, name) for place, name in enumerate(diagram.sets)]
    seen = {region.outcome for region in diagram.found}
    legend = ", ".join([*(words for outcome, words in _FOOT.items() if outcome in seen), "hatched: no such request"])
    foot = wrap(legend, _SIZE, max(grid.wide, 210.0) - 2 * _MARGIN)
    body += [
        text(line, _MARGIN, grid.high + _LINE * (at + 0.6), _SIZE, fill=GREY, anchor="start")
        for at, line in enumerate(foot)
    ]
    wide, high = max(grid.wide, 210.0), grid.high + _LINE * len(foot) + _MARGIN
    return document(wide, high, body, title="What each kind of policy allows, and what is left", alt=alt)


_HATCH = element(
    "defs",
    element(
        "pattern", element("path", d="M0,8 L8,0", stroke="#b0b0b0", stroke_width=1.2),
        id="hatch", width=8, height=8, patternUnits="userSpaceOnUse",
    ),
)  # fmt: skip


def _ground(grid: _Grid, place: int) -> str:
    left, top, right, bottom = grid.box(place)
    color, dash, line = _LOOKS[place]
    return element(
        "rect", x=left, y=top, width=right - left, height=bottom - top, rx=9, fill=tint(color), fill_opacity="0.35",
        stroke=shade(color), stroke_width=line, stroke_dasharray=dash or None, data_set=str(place),
    )  # fmt: skip


def _name(grid: _Grid, place: int, name: str) -> str:
    left, top, _, _ = grid.box(place)
    label = name[0].upper() + name[1:]
    return text(label, left + 9, top + 17, 14, fill=shade(_LOOKS[place][0]), anchor="start", bold=True, halo=True)


def _cell(x: float, y: float, wide: float, region: Region | None, number: int) -> str:
    if region is None:
        hatched = element("rect", x=x, y=y, width=wide, height=_CELL_H, rx=5, fill="#f4f4f4")
        lines = element("rect", x=x, y=y, width=wide, height=_CELL_H, rx=5, fill="url(#hatch)", data_region="empty")
        return hatched + lines
    look = node_style(_TONES[region.outcome])
    box = element(
        "rect", x=x, y=y, width=wide, height=_CELL_H, rx=5, fill=look.fill, stroke=look.line,
        stroke_width=3 if region.outcome == ALLOWED else 1, data_region=region.outcome,
    )  # fmt: skip
    middle = x + wide / 2
    parts = [box, text(f"{number} {SIGNS[region.outcome]}", middle, y + 18, 14, bold=True)]
    action = wrap(region.action, _SIZE, wide - 6)
    shown = action if len(action) <= 3 else [*action[:2], "…"]  # The whole name stands in the words.
    for at, line in enumerate(shown):
        parts.append(text(line, middle, y + 36 + at * _LINE, _SIZE, fill=INK))
    return "".join(parts)
