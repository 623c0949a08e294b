"""A diagram as data: nodes, edges and clusters. How it is laid out and painted is decided elsewhere.

>>> d = Diagram("Who may read", alt="Alice is in the group Readers.")
>>> home = d.cluster("Account 111122223333")
>>> alice = d.node("Alice", "user", cluster=home)
>>> readers = d.node("Readers", "group", cluster=home)
>>> _ = d.edge(alice, readers, "member of", kind="member")
>>> print(d.words())
Who may read. Alice is in the group Readers.
In Account 111122223333: user Alice; group Readers.
user Alice -> group Readers (member of).
"""

from dataclasses import dataclass

from iamkit.draw.style import edge_style, node_style
from iamkit.errors import IamkitError

DIRECTIONS = ("auto", "down", "right")


@dataclass(frozen=True)
class Cluster:
    """A box around nodes, such as an account; ``parent`` is the cluster it lies in."""

    id: str
    label: str
    parent: "Cluster | None" = None

    def chain(self) -> "tuple[Cluster, ...]":
        """This cluster and those around it, the outermost first."""
        return (*(self.parent.chain() if self.parent else ()), self)


@dataclass(frozen=True)
class Node:
    """A thing in the diagram. ``marker`` is the word above the label, ``note`` a small line below it.

    ``wrap_at`` is the width in CSS pixels at which the label is broken into lines.
    """

    id: str
    label: str
    kind: str
    marker: str
    note: str = ""
    tooltip: str = ""
    emphasis: str = "normal"
    cluster: Cluster | None = None
    wrap_at: float = 170.0

    def words(self) -> str:
        """The node as its picture reads, on one line."""
        name = " ".join(part for part in (self.marker, " ".join(self.label.split())) if part)
        return f"{name} ({self.note})" if self.note else name


@dataclass(frozen=True)
class Edge:
    """An arrow from ``tail`` to ``head``."""

    id: str
    tail: Node
    head: Node
    label: str = ""
    kind: str = "plain"
    tooltip: str = ""
    emphasis: str = "normal"


class Diagram:
    """Nodes, edges and clusters under construction.

    Args:
        title: a short name for the picture.
        alt: one or two sentences that say what it shows; see ``iamkit.explain``.
        text: everything it shows, in words; made from the parts when left empty.
        direction: the way of the edges: ``down``, ``right``, or ``auto`` for what is narrow enough for a phone.

    Raises:
        IamkitError: unknown direction.
    """

    def __init__(self, title: str, *, alt: str, text: str = "", direction: str = "auto") -> None:
        if direction not in DIRECTIONS:
            raise IamkitError(f"{direction!r} is not a direction.", remedy=f"Use one of: {', '.join(DIRECTIONS)}.")
        self.title, self.alt, self.text, self.direction = title, alt, text, direction
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.clusters: list[Cluster] = []

    def cluster(self, label: str, *, parent: Cluster | None = None) -> Cluster:
        """Add a box that nodes can be put in. A cluster that stays empty is not drawn."""
        made = Cluster(f"c{len(self.clusters)}", label, parent)
        self.clusters.append(made)
        return made

    def node(
        self, label: str, kind: str = "neutral", *, marker: str | None = None, note: str = "", tooltip: str = "",
        emphasis: str = "normal", cluster: Cluster | None = None, wrap_at: float = 170.0,
    ) -> Node:  # fmt: skip
        """Add a node of a kind of ``style.NODE_KINDS``; ``marker`` replaces the kind's own word.

        Raises:
            IamkitError: unknown kind or emphasis, or nothing to read in the node.
        """
        marker = node_style(kind, emphasis).marker if marker is None else marker
        if not (label.strip() or marker.strip()):
            raise IamkitError("A node needs a label or a marker.", where=f"node {len(self.nodes)}")
        made = Node(f"n{len(self.nodes)}", label, kind, marker, note, tooltip, emphasis, cluster, wrap_at)
        self.nodes.append(made)
        return made

    def edge(
        self, tail: Node, head: Node, label: str = "", *, kind: str = "plain", tooltip: str = "",
        emphasis: str = "normal",
    ) -> Edge:  # fmt: skip
        """Add an edge of a kind of ``style.EDGE_KINDS``.

        Raises:
            IamkitError: unknown kind or emphasis, or a node of another diagram.
        """
        edge_style(kind, emphasis)
        for end in (tail, head):
            if end not in self.nodes:
                raise IamkitError(f"Node {end.label!r} is not in this diagram.", remedy="Add it with node() first.")
        made = Edge(f"e{len(self.edges)}", tail, head, label, kind, tooltip, emphasis)
        self.edges.append(made)
        return made

    def words(self) -> str:
        """Everything the picture shows, for a reader who does not see it."""
        lines = [f"{self.title}. {self.alt}".strip()]
        places: list[Cluster | None] = [None, *self.clusters]
        for place in places:
            inside = [node.words() for node in self.nodes if node.cluster == place]
            if inside:
                where = "In " + ", ".join(cluster.label for cluster in place.chain()) + ": " if place else ""
                lines.append(f"{where}{'; '.join(inside)}.")
        for edge in self.edges:
            label = f" ({' '.join(edge.label.split())})" if edge.label else ""
            lines.append(f"{edge.tail.words()} -> {edge.head.words()}{label}.")
        return "\n".join(lines)
