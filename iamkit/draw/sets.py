"""The set diagram of the IAM User Guide: resource, entity, identity and principal, and what belongs to which.

The four sets lie on a grid. Rows say resource and identity, columns say entity and principal, in an order in which each
set is a run of neighboring rows or columns; so every set is a rectangle and every combination has a cell. Rows and
columns that nothing needs are left out, and each rectangle shrinks to the cells in use. For AWS's own classification
this gives the guide's picture: entity inside identity inside resource, and principal reaching out of them to root.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from iamkit.draw import shapes
from iamkit.draw.diagram import Node
from iamkit.draw.layout import Box
from iamkit.draw.paint import paint_node
from iamkit.draw.picture import Picture
from iamkit.draw.style import GREY, shade, tint
from iamkit.draw.svg import document, element, text
from iamkit.draw.text import width, wrap
from iamkit.identity import taxonomy

Region = frozenset[str]
Place = tuple[int, int]

_ROWS = (Region(), Region({"resource"}), Region({"resource", "identity"}), Region({"identity"}))
_COLUMNS = (Region(), Region({"entity"}), Region({"entity", "principal"}), Region({"principal"}))
_INNERMOST_FIRST = ("entity", "principal", "identity", "resource")
"""Where borders run side by side, this is their order from the inside to the outside."""

_NAME_SIZE, _NAME_ROOM, _RIM, _GAP, _MARGIN, _FOOT = 15.0, 27.0, 11.0, 12.0, 12.0, 13.0
_ITEM_LIMIT = 125.0
"""Names of items are broken at this width, so that the picture fits a screen of 390 px."""
_LOOKS = {"resource": ("sky", "", 2.0), "identity": ("green", "10 4", 2.0), "principal": ("orange", "", 3.0),
          "entity": ("purple", "2 4", 2.5)}  # fmt: skip
_NODE_KINDS = {"role-session": "session", "federated-user": "session"}


@dataclass(frozen=True)
class SetsLayout:
    """Where the sets and the items lie, in CSS pixels."""

    width: float
    height: float
    sets: dict[str, Box]
    items: dict[str, Box]


def sets_picture(
    placed: Mapping[str, Collection[str]] | None = None, *, items: Sequence[str] = taxonomy.SEED_KINDS
) -> Picture:
    """The set diagram, as AWS has it or as a learner has it.

    Args:
        placed: a learner's placement: for each item already placed, the sets it was put in. Misplaced items become
            octagons that say "not here". ``None`` draws AWS's own classification.
        items: the kinds of ``taxonomy.kinds()`` to place.

    Raises:
        IamkitError: an unknown item or set.

    >>> sets_picture().alt
    'Four overlapping sets. IAM entity lies inside IAM identity, which lies inside IAM resource. \
Principal shares IAM user and IAM role with them.'
    >>> print(sets_picture({"group": {"resource", "principal"}}, items=["group", "root"]).text)
    Your placement: 0 right, 1 misplaced, 1 not placed yet.
    IAM group: in IAM resource and Principal. Not here.
    Root user: not placed yet.
    """
    regions = {name: taxonomy.sets_of(name) for name in items}
    if placed is not None:
        regions = {name: _checked(placed[name]) for name in items if name in placed}
        for name in placed:
            taxonomy.kind(name)
    layout = sets_layout(regions)
    waiting = [name for name in items if name not in regions]
    alt = _truth_alt() if placed is None else _score(regions, waiting)
    svg = _paint(layout, regions, waiting, alt)
    return Picture(svg, alt, _words(regions, waiting, alt))


def sets_layout(regions: Mapping[str, Region]) -> SetsLayout:
    """Place each item of ``regions`` in a cell that lies in just its sets, and give each set its rectangle."""
    cells = {taxonomy.sets_of(name) for name in taxonomy.SEED_KINDS} | set(regions.values())
    places = _places(sorted(cells, key=lambda cell: (_row(cell), _column(cell))))
    nodes = {name: _node(name, regions[name]) for name in regions}
    heaps = {cell: [name for name in regions if regions[name] == cell] for cell in places}
    spans = _spans(places)
    columns = _axis({p[1] for p in places.values()}, {s: (span[1], span[3]) for s, span in spans.items()}, _RIM)
    rows = _axis({p[0] for p in places.values()}, {s: (span[0], span[2]) for s, span in spans.items()}, _NAME_ROOM)
    for cell, (row, column) in places.items():
        sizes = [shapes.size(nodes[name], "down") for name in heaps[cell]]
        columns.need(column, max([size[0] for size in sizes], default=0.0))
        rows.need(row, sum(size[1] + _GAP for size in sizes))
    for name, span in spans.items():
        columns.need(span[1], width(taxonomy.SET_LABELS[name], _NAME_SIZE, bold=True) + _RIM)
    boxes: dict[str, Box] = {}
    for cell, (row, column) in places.items():
        boxes |= _heap(heaps[cell], nodes, columns.inside(column), rows.inside(row))
    sets = {}
    for name in _INNERMOST_FIRST:
        (x0, x1), (y0, y1) = columns.around(name), rows.around(name)
        sets[name] = Box(x0, y0, x1 - x0, y1 - y0)
    return SetsLayout(columns.end() + _MARGIN, rows.end() + _MARGIN, sets, boxes)


def _row(cell: Region) -> int:
    return _ROWS.index(cell & {"resource", "identity"})


def _column(cell: Region) -> int:
    return _COLUMNS.index(cell & {"entity", "principal"})


def _places(cells: Sequence[Region]) -> dict[Region, Place]:
    """A row and a column for each cell. A cell of the top row moves down where that changes no membership."""
    places = {cell: (_row(cell), _column(cell)) for cell in cells}
    for cell in cells:
        row, column = places[cell]
        for lower in (2, 1) if row == 0 and column != 0 else ():
            moved = {**places, cell: (lower, column)}
            if len(set(moved.values())) == len(moved) and _is_right(moved):
                places = moved
                break
    return places


def _is_right(places: Mapping[Region, Place]) -> bool:
    """Whether each cell lies in the rectangles of its sets and of no others."""
    for name, (top, left, bottom, right) in _spans(places).items():
        for cell, (row, column) in places.items():
            if (top <= row <= bottom and left <= column <= right) != (name in cell):
                return False
    return True


def _spans(places: Mapping[Region, Place]) -> dict[str, tuple[int, int, int, int]]:
    """For each set the first row and column and the last row and column of its cells."""
    found = {}
    for name in _INNERMOST_FIRST:
        inside = [place for cell, place in places.items() if name in cell]
        rows, columns = [row for row, _ in inside], [column for _, column in inside]
        found[name] = (min(rows), min(columns), max(rows), max(columns))
    return found


class _Axis:
    """The coordinates of the rows, or of the columns: each line of cells with room for the borders around it."""

    def __init__(self, lines: Sequence[int], spans: Mapping[str, tuple[int, int]], before: float) -> None:
        self._lines, self._spans, self._before = lines, spans, before
        self._sizes = dict.fromkeys(lines, 40.0)

    def need(self, line: int, size: float) -> None:
        """Make a line at least ``size`` thick."""
        self._sizes[line] = max(self._sizes[line], size)

    def inside(self, line: int) -> tuple[float, float]:
        """Where a line's cells begin and end."""
        at = _MARGIN
        for other in self._lines:
            at += self._room(other, 0)
            if other == line:
                return at, at + self._sizes[line]
            at += self._sizes[other] + self._room(other, 1)
        raise AssertionError("not a line of this axis")

    def around(self, name: str) -> tuple[float, float]:
        """Where a set begins and ends."""
        first, last = self._spans[name]
        return (
            self.inside(first)[0] - self._depth(name, 0) * self._before,
            self.inside(last)[1] + self._depth(name, 1) * _RIM,
        )

    def end(self) -> float:
        """Where the last border ends."""
        return self.inside(self._lines[-1])[1] + self._room(self._lines[-1], 1)

    def _room(self, line: int, side: int) -> float:
        """The room for all borders at one side of a line, and a gap beside them."""
        borders = sum(span[side] == line for span in self._spans.values())
        return borders * (_RIM if side else self._before) + (_GAP if line != self._lines[0] or side else 0.0)

    def _depth(self, name: str, side: int) -> int:
        """How many borders at the same side of the same line lie within this one, itself included."""
        line = self._spans[name][side]
        upto = _INNERMOST_FIRST[: _INNERMOST_FIRST.index(name) + 1]
        return sum(self._spans[other][side] == line for other in upto)


def _axis(lines: Collection[int], spans: Mapping[str, tuple[int, int]], before: float) -> _Axis:
    return _Axis(sorted(lines), spans, before)


def _heap(
    names: Sequence[str], nodes: Mapping[str, Node], across: tuple[float, float], down: tuple[float, float]
) -> dict[str, Box]:
    """The items of one cell, one below the other in its middle."""
    sizes = [shapes.size(nodes[name], "down") for name in names]
    high = sum(size[1] for size in sizes) + _GAP * (len(sizes) - 1)
    y, found = (down[0] + down[1] - high) / 2, {}
    for name, (wide, tall) in zip(names, sizes, strict=True):
        found[name] = Box((across[0] + across[1] - wide) / 2, y, wide, tall)
        y += tall + _GAP
    return found


def _node(name: str, region: Region) -> Node:
    label = "\n".join(wrap(taxonomy.kind(name).label, shapes.LABEL, _ITEM_LIMIT))
    if region == taxonomy.sets_of(name):
        return Node(name, label, _NODE_KINDS.get(name, name), marker="")
    return Node(name, label, "deny", marker="", note="not here")


def _paint(layout: SetsLayout, regions: Mapping[str, Region], waiting: Sequence[str], alt: str) -> str:
    body = [_ground(name, layout.sets[name]) for name in reversed(_INNERMOST_FIRST)]
    body += [_border(name, layout.sets[name]) for name in reversed(_INNERMOST_FIRST)]
    for name, box in layout.items.items():
        body.append(element("g", paint_node(_node(name, regions[name]), box, "down"), data_item=name))
    body += [_name(name, layout.sets[name]) for name in _INNERMOST_FIRST]
    high = layout.height
    if waiting:
        labels = "; ".join(taxonomy.kind(name).label for name in waiting)
        for line in wrap(f"Not placed yet: {labels}", _FOOT, layout.width - 2 * _MARGIN):
            high += _FOOT * shapes.LEADING
            body.append(text(line, _MARGIN, high - _FOOT, _FOOT, fill=GREY, anchor="start"))
    return document(layout.width, high, body, title="IAM resource, entity, identity and principal", alt=alt)


def _ground(name: str, box: Box) -> str:
    fill = tint(_LOOKS[name][0])
    return element("rect", x=box.x, y=box.y, width=box.w, height=box.h, rx=12, fill=fill, fill_opacity="0.55")


def _border(name: str, box: Box) -> str:
    colour, dash, line = _LOOKS[name]
    return element(
        "rect", x=box.x, y=box.y, width=box.w, height=box.h, rx=12, fill="none", stroke=shade(colour),
        stroke_width=line, stroke_dasharray=dash or None, data_set=name,
    )  # fmt: skip


def _name(name: str, box: Box) -> str:
    label = taxonomy.SET_LABELS[name]
    return text(label, box.x + _RIM, box.y + 19, _NAME_SIZE, fill=shade(_LOOKS[name][0]), anchor="start", bold=True)


def _checked(sets: Collection[str]) -> Region:
    for name in sets:
        taxonomy.check_set(name)
    return Region(sets)


def _truth_alt() -> str:
    both = [taxonomy.kind(name).label for name in taxonomy.members("principal") if taxonomy.is_a(name, "entity")]
    return (
        "Four overlapping sets. IAM entity lies inside IAM identity, which lies inside IAM resource. "
        f"Principal shares {_list(both)} with them."
    )


def _score(regions: Mapping[str, Region], waiting: Sequence[str]) -> str:
    right = sum(region == taxonomy.sets_of(name) for name, region in regions.items())
    return f"Your placement: {right} right, {len(regions) - right} misplaced, {len(waiting)} not placed yet."


def _words(regions: Mapping[str, Region], waiting: Sequence[str], first: str) -> str:
    lines = [first]
    for name, region in regions.items():
        where = _list([taxonomy.SET_LABELS[s] for s in taxonomy.SETS if s in region]) or "none of the sets"
        verdict = "" if region == taxonomy.sets_of(name) else " Not here."
        lines.append(f"{taxonomy.kind(name).label}: in {where}.{verdict}")
    lines += [f"{taxonomy.kind(name).label}: not placed yet." for name in waiting]
    return "\n".join(lines)


def _list(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
