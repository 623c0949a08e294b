"""Where everything in a diagram goes: what a layout hands to the painter. CSS pixels, origin at the top left."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle: its top left corner, its width and its height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> Point:
        return self.x + self.w / 2, self.y + self.h / 2

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        return self.x < point[0] < self.x + self.w and self.y < point[1] < self.y + self.h

    def overlaps(self, other: "Box") -> bool:
        """Whether two boxes share any area."""
        apart = (
            self.x + self.w <= other.x or other.x + other.w <= self.x
            or self.y + self.h <= other.y or other.y + other.h <= self.y
        )  # fmt: skip
        return not apart


@dataclass(frozen=True)
class Route:
    """The way of an edge from its tail to its head.

    ``points`` is a start and then three points for each Bézier curve. ``tip`` is where the arrowhead ends, ``label_at``
    the middle of the label.
    """

    points: tuple[Point, ...]
    tip: Point
    label_at: Point | None = None


@dataclass(frozen=True)
class Layout:
    """A place for each node and cluster and a route for each edge, by their ids."""

    width: float
    height: float
    direction: str
    nodes: dict[str, Box]
    clusters: dict[str, Box]
    edges: dict[str, Route]
