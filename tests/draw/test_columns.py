"""Two columns: what stands where does not depend on the edges, and no edge goes over a node."""

from iamkit.draw.columns import columns
from iamkit.draw.diagram import Diagram, Node
from iamkit.draw.layout import Layout

Pairs = list[tuple[int, int]]


def drawn(pairs: Pairs, clusters: bool = True) -> tuple[Diagram, Layout]:
    """Three who ask, a short name and a long one among them, and two resources, one of them in another account."""
    diagram = Diagram("Who can", alt="Some can.")
    home, other = (diagram.cluster(f"Account {name}") if clusters else None for name in ("home", "other"))
    asking = [diagram.node(name, "user", cluster=home) for name in ("a", "a-very-long-name-indeed")]
    asking.append(diagram.node("anonymous", "anonymous"))
    asked = [diagram.node("payroll", "resource", cluster=home), diagram.node("store", "resource", cluster=other)]
    for tail, head in pairs:
        diagram.edge(asking[tail], asked[head], "?", kind="allow")
    return diagram, columns(diagram, asking)


ALL = [(tail, head) for tail in range(3) for head in range(2)]


def test_a_node_keeps_its_place_whichever_edges_are_drawn() -> None:
    _, every = drawn(ALL)
    _, none = drawn([])
    _, one = drawn([(2, 0)])
    assert every.nodes == one.nodes == none.nodes
    assert every.edges["e4"] == one.edges["e0"]
    assert (every.width, every.height, every.clusters) == (none.width, none.height, none.clusters)


def test_nodes_lie_apart_inside_their_clusters_and_those_in_the_picture() -> None:
    for clusters in (True, False):
        diagram, layout = drawn(ALL, clusters)
        boxes = list(layout.nodes.values())
        assert not any(one.overlaps(other) for n, one in enumerate(boxes) for other in boxes[:n])
        for node in diagram.nodes:
            box = layout.nodes[node.id]
            assert min(box.x, box.y) > 0
            assert box.x + box.w < layout.width and box.y + box.h < layout.height
            around = layout.clusters.get(node.cluster.id) if node.cluster else None
            assert around is None or (around.holds((box.x, box.y)) and around.holds((box.x + box.w, box.y + box.h)))
        assert len(layout.clusters) == 2 * clusters
        frames = list(layout.clusters.values())
        assert not (frames and frames[0].overlaps(frames[1]))


def test_every_edge_stays_between_the_columns_and_has_ends_of_its_own() -> None:
    diagram, layout = drawn(ALL)
    ends = [route.points[0] for route in layout.edges.values()] + [route.tip for route in layout.edges.values()]
    assert len(set(ends)) == 2 * len(ALL)

    def right(node: Node) -> float:
        return layout.nodes[node.id].x + layout.nodes[node.id].w

    between = max(right(edge.tail) for edge in diagram.edges), min(layout.nodes[e.head.id].x for e in diagram.edges)
    for route in layout.edges.values():
        across = [x for x, _ in (*route.points, route.tip)]
        assert between[0] <= min(across) and max(across) <= between[1] and across == sorted(across)
        assert route.label_at is not None and between[0] < route.label_at[0] < between[1]


def test_nothing_to_ask_for_is_drawn_too() -> None:
    diagram = Diagram("Who can", alt="Nobody.")
    node = diagram.node("ana", "user")
    layout = columns(diagram, [node])
    assert layout.nodes[node.id].x + layout.nodes[node.id].w < layout.width
