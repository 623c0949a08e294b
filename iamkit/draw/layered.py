"""A layered drawing in plain Python, for machines on which Graphviz cannot run.

The usual four steps: break cycles, give each node a layer (longest path), order each layer by the mean place of the
neighbors, then settle the coordinates. Edges are smooth curves. Labels of edges take part as if they were nodes, so
nothing is written over anything else.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from iamkit.draw import shapes
from iamkit.draw.diagram import Cluster, Diagram, Edge, Node
from iamkit.draw.lanes import PAD, Strips, lane_of, lane_order, settle, shared_lane
from iamkit.draw.layout import Box, Layout, Point, Route
from iamkit.draw.text import width

_GAP, _LAYER_GAP, _HEAD, _MARGIN, _NAME = 20.0, 64.0, 10.0, 12.0, 26.0
_LOOP = 20.0
_SWEEPS = 12


@dataclass
class _Spot:
    """What stands in a layer: a node, the label of an edge, or a bend of an edge."""

    layer: int
    lane: str
    across: float
    along: float
    at: float = 0.0
    near: dict[int, list["_Spot"]] = field(default_factory=lambda: {-1: [], 1: []})
    """The neighbors in the layer before (-1) and after (1)."""


def layered_layout(diagram: Diagram, direction: str) -> Layout:
    """Place every node, edge and cluster of a diagram; ``direction`` is down or right."""
    return _Drawing(diagram, direction).layout()


def layers_of(diagram: Diagram) -> tuple[dict[str, int], set[str]]:
    """The layer of each node by longest path, and the ids of the edges that had to be turned to break cycles."""
    turned = _turned_edges(diagram)
    ways = [(e.head.id, e.tail.id) if e.id in turned else (e.tail.id, e.head.id) for e in diagram.edges]
    ways = [(tail, head) for tail, head in ways if tail != head]
    layer = {node.id: 0 for node in diagram.nodes}
    moved = True
    while moved:
        moved = False
        for tail, head in ways:
            if layer[head] <= layer[tail]:
                layer[head], moved = layer[tail] + 1, True
    heads = {head for _, head in ways}
    for node in diagram.nodes:
        after = [layer[head] for tail, head in ways if tail == node.id]
        if after and node.id not in heads:
            layer[node.id] = min(after) - 1
    return layer, turned


def _turned_edges(diagram: Diagram) -> set[str]:
    """The edges that lead back to a node on the way to them, in a depth-first walk in the order of the nodes."""
    out: dict[str, list[Edge]] = {node.id: [] for node in diagram.nodes}
    for edge in diagram.edges:
        out[edge.tail.id].append(edge)
    done: set[str] = set()
    way: list[str] = []
    turned: set[str] = set()

    def walk(name: str) -> None:
        way.append(name)
        for edge in out[name]:
            if edge.head.id in way and edge.head.id != name:
                turned.add(edge.id)
            elif edge.head.id not in done and edge.head.id != name:
                walk(edge.head.id)
        way.pop()
        done.add(name)

    for node in diagram.nodes:
        if node.id not in done:
            walk(node.id)
    return turned


class _Drawing:
    """One run of the steps. Coordinates are (across, along) until the very end."""

    def __init__(self, diagram: Diagram, direction: str) -> None:
        self.diagram, self.direction = diagram, direction
        layer, self.turned = layers_of(diagram)
        self.step = 2 if any(edge.label for edge in diagram.edges) else 1
        self.spots = {node.id: self._node_spot(node, layer[node.id] * self.step) for node in diagram.nodes}
        self.chains: dict[str, list[_Spot]] = {}
        self.labels: dict[str, _Spot] = {}
        for edge in diagram.edges:
            if edge.tail != edge.head:
                self._chain(edge)
        order = {lane: place for place, lane in enumerate(lane_order(diagram))}
        everything = [*self.spots.values(), *(s for chain in self.chains.values() for s in chain[1:-1])]
        last = max((spot.layer for spot in everything), default=0)
        self.layers = [
            sorted((s for s in everything if s.layer == number), key=lambda s: order[s.lane])
            for number in range(last + 1)
        ]
        self.order = order

    def layout(self) -> Layout:
        self._arrange()
        strips = self._strips()
        self._settle(strips)
        starts, thick = self._along()
        nodes = {node.id: self._node_box(node, starts, thick) for node in self.diagram.nodes}
        clusters = self._cluster_boxes(strips, nodes)
        routes = {edge.id: self._route(edge, starts, thick, nodes) for edge in self.diagram.edges}
        return self._finished(nodes, clusters, routes)

    def _node_spot(self, node: Node, layer: int) -> _Spot:
        across, along = self._turn(*shapes.size(node, self.direction))
        loops = [edge for edge in self.diagram.edges if edge.tail == edge.head == node]
        if loops:
            labels = [self._turn(*shapes.edge_label_size(edge.label))[0] for edge in loops if edge.label]
            across += 2 * (_LOOP + max(labels, default=0.0))
        return _Spot(layer, lane_of(node.cluster), across, along)

    def _chain(self, edge: Edge) -> None:
        """The spots of an edge from its earlier to its later end; the one in the middle bears the label."""
        first, last = self.spots[edge.tail.id], self.spots[edge.head.id]
        if edge.id in self.turned:
            first, last = last, first
        lane = shared_lane(edge.tail, edge.head)
        chain = [first]
        for layer in range(first.layer + 1, last.layer):
            chain.append(_Spot(layer, lane, 8.0, 0.0))
        chain.append(last)
        if edge.label:
            middle = (first.layer + last.layer) // 2
            middle += 1 - middle % 2
            label = chain[middle - first.layer]
            label.across, label.along = self._turn(*shapes.edge_label_size(edge.label))
            self.labels[edge.id] = label
        for one, other in pairwise(chain):
            one.near[1].append(other)
            other.near[-1].append(one)
        self.chains[edge.id] = chain

    def _arrange(self) -> None:
        """Order the layers, sweeping there and back, and keep the order with the fewest crossings."""
        best = [list(layer) for layer in self.layers]
        fewest = self._crossings()
        for sweep in range(_SWEEPS):
            side = -1 if sweep % 2 == 0 else 1
            for layer in self.layers if side == -1 else reversed(self.layers):
                self._sort(layer, side)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _sort(self, layer: list[_Spot], side: int) -> None:
        """Order a layer by lane, and in each lane by the mean place of the neighbors at one side."""
        place = {id(s): float(n) for row in self.layers for n, s in enumerate(row)}
        layer.sort(key=lambda s: (self.order[s.lane], _mean([place[id(o)] for o in s.near[side]], place[id(s)])))

    def _crossings(self) -> int:
        place = {id(s): n for layer in self.layers for n, s in enumerate(layer)}
        count = 0
        for layer in self.layers:
            ways = [(place[id(s)], place[id(o)]) for s in layer for o in s.near[1]]
            count += sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(ways) for c, d in ways[:n])
        return count

    def _rows(self) -> list[list[_Spot]]:
        """The spots of each lane in each layer, in order."""
        rows = [[s for s in layer if s.lane == lane] for layer in self.layers for lane in self.order]
        return [row for row in rows if row]

    def _strips(self) -> Strips:
        widths: dict[str, float] = {}
        for row in self._rows():
            need = sum(s.across for s in row) + _GAP * (len(row) - 1)
            widths[row[0].lane] = max(widths.get(row[0].lane, 0.0), need)
        if self.direction == "down":
            least = {c.id: width(c.label, shapes.CLUSTER_LABEL, bold=True) + 20 for c in self.diagram.clusters}
            return Strips(self.diagram, widths, before=PAD, least=least)
        return Strips(self.diagram, widths, before=_NAME, least={})

    def _settle(self, strips: Strips) -> None:
        """Move each spot towards the mean of its neighbors, as far as its row and its lane let it."""
        rows = self._rows()
        for row in rows:
            low, high = strips.lanes[row[0].lane]
            places = settle([(low + high) / 2] * len(row), [s.across for s in row], _GAP, (low, high))
            for spot, place in zip(row, places, strict=True):
                spot.at = place
        for sweep in range(_SWEEPS):
            last = sweep >= _SWEEPS - 2
            sides = (-1, 1) if last else ((-1,) if sweep % 2 == 0 else (1,))
            for row in rows if sweep % 2 == 0 else reversed(rows):
                wanted = [_mean([o.at for side in sides for o in s.near[side]], s.at) for s in row]
                places = settle(wanted, [s.across for s in row], _GAP, strips.lanes[row[0].lane])
                for spot, place in zip(row, places, strict=True):
                    spot.at = place

    def _along(self) -> tuple[list[float], list[float]]:
        """Where each layer starts, and how thick it is."""
        thick = [max((s.along for s in layer), default=0.0) for layer in self.layers]
        gap = _LAYER_GAP / self.step
        starts = [0.0]
        for size in thick[:-1]:
            starts.append(starts[-1] + size + gap)
        return starts, thick

    def _node_box(self, node: Node, starts: list[float], thick: list[float]) -> Box:
        """A node's place as a box of (across, along)."""
        spot = self.spots[node.id]
        across, along = self._turn(*shapes.size(node, self.direction))
        start = starts[spot.layer] + (thick[spot.layer] - along) / 2
        return Box(spot.at - across / 2, start, across, along)

    def _cluster_boxes(self, strips: Strips, nodes: dict[str, Box]) -> dict[str, Box]:
        found: dict[str, Box] = {}
        for cluster in reversed(self.diagram.clusters):
            box = self._cluster_box(cluster, strips, nodes, found)
            if box:
                found[cluster.id] = box
        return found

    def _cluster_box(
        self, cluster: Cluster, strips: Strips, nodes: dict[str, Box], found: dict[str, Box]
    ) -> Box | None:
        """The strip of a cluster, as long as what is in it; nothing for an empty cluster."""
        inside = [nodes[node.id] for node in self.diagram.nodes if node.cluster == cluster]
        inside += [found[c.id] for c in self.diagram.clusters if c.parent == cluster and c.id in found]
        if not inside:
            return None
        low, high = strips.clusters[cluster.id]
        start = min(box.y for box in inside) - (_NAME if self.direction == "down" else PAD)
        end = max(box.y + box.h for box in inside) + PAD
        if self.direction == "right":
            end = max(end, start + width(cluster.label, shapes.CLUSTER_LABEL, bold=True) + 20)
        return Box(low, start, high - low, end - start)

    def _route(self, edge: Edge, starts: list[float], thick: list[float], nodes: dict[str, Box]) -> Route:
        if edge.tail == edge.head:
            return self._loop(edge, nodes[edge.tail.id])
        chain = self.chains[edge.id]
        first, last = (edge.head, edge.tail) if edge.id in self.turned else (edge.tail, edge.head)
        upper, lower = nodes[first.id], nodes[last.id]
        begin, end = self._port(chain[0], 1, chain[1], upper), self._port(chain[-1], -1, chain[-2], lower)
        # The arrowhead is as long as _HEAD; the line ends where it begins.
        free, tip = (_HEAD, 0.0) if edge.id in self.turned else (0.0, _HEAD)
        pieces = [(begin, upper.y + upper.h + free, starts[chain[0].layer] + thick[chain[0].layer] + _HEAD)]
        pieces += [(s.at, starts[s.layer], starts[s.layer] + thick[s.layer]) for s in chain[1:-1]]
        pieces.append((end, starts[chain[-1].layer] - _HEAD, lower.y - tip))
        points = _curve(pieces)
        if edge.id in self.turned:
            points.reverse()
        label = self.labels.get(edge.id)
        at = (label.at, starts[label.layer] + thick[label.layer] / 2) if label else None
        point = (begin, upper.y + upper.h) if edge.id in self.turned else (end, lower.y)
        return Route(tuple(points), point, at)

    def _port(self, spot: _Spot, side: int, neighbor: _Spot, box: Box) -> float:
        """Where on a node's side an edge meets it: side by side in the order of the neighbors."""
        others = sorted(spot.near[side], key=lambda other: other.at)
        place = next(n for n, other in enumerate(others) if other is neighbor)
        room = box.w * (0.5 if self.direction == "down" else 0.36)
        pitch = min(18.0, room / max(len(others) - 1, 1))
        return spot.at + (place - (len(others) - 1) / 2) * pitch

    def _loop(self, edge: Edge, box: Box) -> Route:
        """An edge from a node to itself, beside the node."""
        side, middle, swing = box.x + box.w, box.y + box.h / 2, box.h / 4
        out, top, bottom = side + 1.3 * _LOOP, middle - swing, middle + swing
        points = ((side, top), (out, top), (out, bottom), (side + _HEAD, bottom))
        label = self._turn(*shapes.edge_label_size(edge.label))[0] / 2 if edge.label else 0.0
        return Route(points, (side, bottom), (side + _LOOP + 5 + label, middle))

    def _turn(self, wide: float, high: float) -> Point:
        """(across, along) from (x, y), or back: they change places when the layers run to the right."""
        return (wide, high) if self.direction == "down" else (high, wide)

    def _finished(self, nodes: dict[str, Box], clusters: dict[str, Box], routes: dict[str, Route]) -> Layout:
        """Turn and shift everything into the picture's own coordinates."""
        boxes = [*nodes.values(), *clusters.values()]
        points = [point for route in routes.values() for point in route.points]
        labels = [(s.at + side * s.across / 2, 0.0) for s in self.labels.values() for side in (-1, 1)]
        low = min([b.x for b in boxes] + [p[0] for p in points + labels], default=0.0) - _MARGIN
        start = min([b.y for b in boxes] + [p[1] for p in points], default=0.0) - _MARGIN
        high = max([b.x + b.w for b in boxes] + [p[0] for p in points + labels], default=0.0) + _MARGIN
        end = max([b.y + b.h for b in boxes] + [p[1] for p in points], default=0.0) + _MARGIN

        def point(at: Point) -> Point:
            return self._turn(at[0] - low, at[1] - start)

        def box(old: Box) -> Box:
            return Box(*point((old.x, old.y)), *self._turn(old.w, old.h))

        def route(old: Route) -> Route:
            label = point(old.label_at) if old.label_at else None
            return Route(tuple(map(point, old.points)), point(old.tip), label)

        wide, tall = self._turn(high - low, end - start)
        return Layout(
            wide, tall, self.direction, {name: box(b) for name, b in nodes.items()},
            {name: box(b) for name, b in clusters.items()}, {name: route(r) for name, r in routes.items()},
        )  # fmt: skip


def _curve(pieces: list[tuple[float, float, float]]) -> list[Point]:
    """Bézier points through straight pieces (across, start, end), with a gentle S from each piece to the next."""
    across, start, end = pieces[0]
    points = [(across, start), (across, start), (across, end), (across, end)]
    for next_across, start, next_end in pieces[1:]:
        middle = (end + start) / 2
        points += [(across, middle), (next_across, middle), (next_across, start)]
        across, end = next_across, next_end
        points += [(across, start), (across, end), (across, end)]
    return points


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
