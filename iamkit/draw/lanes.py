"""Keeping clusters apart in the layered drawing: each cluster has a strip of its own, across all layers.

A layer runs "across", the layers follow each other "along". A lane is the part of the across axis that belongs to the
nodes directly in one cluster, or to those in none. Strips do not touch, so clusters cannot overlap, and no node can
stand in a cluster that is not its own.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from iamkit.draw.diagram import Cluster, Diagram, Node

FREE = ""
"""The lane of what is in no cluster."""
PAD = 14.0


def lane_of(cluster: Cluster | None) -> str:
    """The lane of what lies directly in a cluster."""
    return cluster.id if cluster else FREE


def shared_lane(one: Node, other: Node) -> str:
    """The lane for an edge's bends: that of the innermost cluster around both ends."""
    first = one.cluster.chain() if one.cluster else ()
    second = other.cluster.chain() if other.cluster else ()
    common = [a for a, b in zip(first, second, strict=False) if a == b]
    return lane_of(common[-1] if common else None)


def lane_order(diagram: Diagram, inside: Cluster | None = None) -> list[str]:
    """All lanes across the drawing. A cluster's own lane lies in the middle of the clusters inside it."""
    kids = [cluster for cluster in diagram.clusters if cluster.parent == inside]
    half = (len(kids) + 1) // 2
    before = [lane for kid in kids[:half] for lane in lane_order(diagram, kid)]
    after = [lane for kid in kids[half:] for lane in lane_order(diagram, kid)]
    return [*before, lane_of(inside), *after]


class Strips:
    """Where each lane and each cluster begins and ends across the drawing.

    Args:
        diagram: the clusters to place.
        widths: the room that the contents of each lane need; a lane that is missing is empty.
        before: the room for a cluster's name, where it stands before the cluster's contents.
        least: the least width of each cluster, for its name.
    """

    def __init__(
        self, diagram: Diagram, widths: Mapping[str, float], *, before: float, least: Mapping[str, float]
    ) -> None:
        self._diagram, self._widths, self._before, self._least = diagram, widths, before, least
        self.lanes: dict[str, tuple[float, float]] = {}
        self.clusters: dict[str, tuple[float, float]] = {}
        self.end = self._place(None, 0.0)

    def _place(self, inside: Cluster | None, start: float) -> float:
        """Place everything in a cluster from ``start`` on; the answer is where it ends."""
        kids = [cluster for cluster in self._diagram.clusters if cluster.parent == inside]
        half = (len(kids) + 1) // 2
        at = self._place_all(kids[:half], start)
        own = self._widths.get(lane_of(inside), 0.0)
        if own and at > start:
            at += PAD
        self.lanes[lane_of(inside)] = (at, at + own)
        at += own
        if kids[half:] and at > start:
            at += PAD
        return self._place_all(kids[half:], at)

    def _place_all(self, clusters: Sequence[Cluster], start: float) -> float:
        at = start
        for number, cluster in enumerate(clusters):
            begin = at + (PAD if number else 0.0)
            at = self._place(cluster, begin + self._before) + PAD
            at = max(at, begin + self._least.get(cluster.id, 0.0))
            self.clusters[cluster.id] = (begin, at)
        return at


def settle(wanted: Sequence[float], sizes: Sequence[float], gap: float, span: tuple[float, float]) -> list[float]:
    """Middles for things in a row that keep their order and ``gap``, stay in ``span`` and are as wished as can be.

    Runs of things that push against each other are moved together, to the mean of their wishes.

    >>> settle([5, 5], [4, 4], 2, (0, 100))
    [2.0, 8.0]
    >>> settle([50, 10], [4, 4], 2, (0, 30))
    [22.0, 28.0]
    """
    offsets = [0.0]
    for left, right in pairwise(sizes):
        offsets.append(offsets[-1] + (left + right) / 2 + gap)
    runs: list[tuple[float, int]] = []
    for wish, offset in zip(wanted, offsets, strict=True):
        mean, count = wish - offset, 1
        while runs and runs[-1][0] > mean:
            before, more = runs.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        runs.append((mean, count))
    least = span[0] + sizes[0] / 2
    most = max(least, span[1] - sizes[-1] / 2 - offsets[-1])
    starts = [min(max(mean, least), most) for mean, count in runs for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
