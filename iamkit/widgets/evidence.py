"""The access graph with its evidence: choose an edge, or one that is not there, and see what shows that it is so."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ipywidgets import Checkbox

from iamkit.draw.columns import columns
from iamkit.draw.diagram import Cluster, Diagram, Node
from iamkit.draw.links import short
from iamkit.draw.paint import paint
from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError
from iamkit.identity.principals import Caller, Kind
from iamkit.prove.answers import Answer, Proof, Witness
from iamkit.prove.opening import smallest_change
from iamkit.prove.values import Undecided
from iamkit.widgets.base import Panel, row, tick
from iamkit.world import Who, World

MOST = 48
"""More pairs than this are neither drawn nor listed."""
_SAYS = {"Witness": ("allow", "✓", "yes"), "Proof": ("deny", "✗", "no"), "Unknown": ("neutral", "?", "not known")}
_KINDS = {
    Kind.ROOT: "root",
    Kind.USER: "user",
    Kind.SESSION: "role",
    Kind.FEDERATED_USER: "session",
    Kind.SERVICE: "service",
    Kind.FEDERATED: "provider",
    Kind.ANONYMOUS: "anonymous",
}


@dataclass(frozen=True, eq=False)
class Edge:
    """One principal and one resource: an edge of the graph, or the lack of one.

    Args:
        world: the world.
        who, action, resource: the question.
        names: what to call the principal and the resource.
        answer: the prover's answer.
    """

    world: World
    who: Who
    action: str
    resource: str
    names: tuple[str, str]
    answer: Answer

    @property
    def says(self) -> tuple[str, str, str]:
        """Tone, mark and word of the answer."""
        return _SAYS[type(self.answer).__name__]

    @property
    def label(self) -> str:
        """The answer and the pair, for the checkbox."""
        return f"{' '.join(self.says[1:])}: {' on '.join(self.names)}"

    @property
    def verdict(self) -> str:
        """The answer as a sentence."""
        _, mark, word = self.says
        can = "cannot" if isinstance(self.answer, Proof) else "can"
        context = ", in any context" if isinstance(self.answer, Proof) else ""
        return f"{mark} {word.capitalize()}: {self.names[0]} {can} {self.action} on {self.names[1]}{context}."

    @cached_property
    def evidence(self) -> tuple[str, str]:
        """What shows that it is so, in words and as HTML; worked out when it is first asked for."""
        if isinstance(self.answer, Witness):
            return _of_request(self.answer)
        if isinstance(self.answer, Proof):
            change = smallest_change(self.world, self.who, self.action, self.resource)
            words, html = change.explain(), change._repr_mimebundle_()["text/html"]
            return (words + _CHECKED, f"{html}<p>{_CHECKED.strip()}</p>") if _checked(self.answer) else (words, html)
        return self.answer.explain(), self.answer._repr_mimebundle_()["text/html"]


_CHECKED = "\nThe certificate of the proof was checked."


def _checked(proof: Proof) -> bool:
    try:
        return proof.check()
    except Undecided:
        return False


def _of_request(witness: Witness) -> tuple[str, str]:
    """The words of a witness, and its request as JSON."""
    asked = witness.request
    context = {key: list(value) for key, value in sorted(asked.context.items())}
    request = {"principal": asked.principal, "action": asked.action, "resource": asked.resource, "context": context}
    text = json.dumps(request, indent=2)
    pre = "<pre style='white-space:pre-wrap;overflow-wrap:anywhere'>"
    html = f"{witness._repr_mimebundle_()['text/html']}<p>The request:</p>{pre}{escape(text)}</pre>"
    return f"{witness.explain()}\nThe request:\n{text}", html


class EvidencePanel(Panel):
    """The graph, and below it a checkbox for each pair, of which always one is ticked."""

    def __init__(self, edges: Sequence[Sequence[Edge]]) -> None:
        self.rows = edges
        self._edges = [edge for line in edges for edge in line]
        super().__init__(f"Who can {self._edges[0].action} on what? Choose a pair to see the evidence.")
        self._first = next((edge for edge in self._edges if isinstance(edge.answer, Witness)), self._edges[0])
        self._boxes: dict[Edge, Checkbox] = {
            edge: tick(edge.label, edge is self._first, width="19rem") for edge in self._edges
        }
        self._pictures: dict[Edge, Picture] = {}
        for edge, box in self._boxes.items():
            box.observe(lambda change, edge=edge: self._moved(edge, change["new"]), names="value")
        self.begin([row(*(self._boxes[edge] for edge in line)) for line in edges])
        heading, *controls, verdict, picture, rest = self.children
        self.children = [heading, picture, *controls, verdict, rest]

    def _moved(self, edge: Edge, ticked: bool) -> None:
        """Another tick takes the old one away; without any, the first edge is chosen again."""
        chosen = edge if ticked else self.chosen or self._first
        for other, box in self._boxes.items():
            box.value = other is chosen

    @property
    def chosen(self) -> Edge | None:
        """The edge whose box is ticked; None only while the tick moves."""
        return next((edge for edge, box in self._boxes.items() if box.value), None)

    def draw(self) -> None:
        edge = self.chosen
        if edge is None:
            return
        if edge not in self._pictures:
            diagram, asking = access_diagram(self._edges, edge)
            self._pictures[edge] = Picture(paint(diagram, columns(diagram, asking)), diagram.alt, diagram.text)
        self.show(edge.verdict, edge.says[0], self._pictures[edge], *edge.evidence)

    def settings(self) -> list[str]:
        """Which edge is chosen; the table says the rest."""
        return [f"Chosen: {(self.chosen or self._first).label}"]

    def twin_html(self) -> str:
        """The graph, the table of answers, and the evidence of the edge that is chosen."""
        title = f"<p><strong>{escape(self._title)}</strong></p>"
        settings = "".join(f"<p>{escape(line)}</p>" for line in self.settings())
        return "".join([title, self._picture.value, self._table(), settings, self._verdict.value, self._rest.value])

    def twin_text(self) -> str:
        """The same in plain words."""
        verdict, graph, rest = self._words
        return "\n".join(line for line in (self._title, graph, *self.settings(), verdict, rest) if line)

    def _table(self) -> str:
        """The answers, a row for each principal."""
        left = "style='text-align:left'"
        columns = "".join(f"<th scope='col'>{escape(edge.names[1])}</th>" for edge in self.rows[0])
        lines = []
        for line in self.rows:
            cells = "".join(f"<td>{' '.join(edge.says[1:])}</td>" for edge in line)
            lines.append(f"<tr><th scope='row' {left}>{escape(line[0].names[0])}</th>{cells}</tr>")
        head = f"<thead><tr><th scope='col' {left}>Can {escape(self._edges[0].action)}?</th>{columns}</tr></thead>"
        return f"<div style='overflow-x:auto'><table>{head}<tbody>{''.join(lines)}</tbody></table></div>"


def access_diagram(edges: Sequence[Edge], chosen: Edge) -> tuple[Diagram, list[Node]]:
    """The graph: an edge for each yes, one with a question mark where it is not known, and the chosen one whatever it
    is; and the nodes of those who ask."""
    yes = [edge for edge in edges if isinstance(edge.answer, Witness)]
    alt = f"The access graph: {len(yes)} of {len(edges)} pairs have an edge. Chosen: {chosen.verdict}"
    diagram = Diagram(f"Who can {chosen.action}", alt=alt)
    diagram.text = "\n".join([alt, *(edge.label for edge in edges)])
    asking, asked = _nodes(diagram, edges, chosen)
    for edge in sorted(edges, key=lambda edge: edge is chosen):  # What is chosen lies on top.
        tone, mark, _ = edge.says
        if edge is not chosen and isinstance(edge.answer, Proof):
            continue
        ends, kind = (asking[_arn(edge.who)], asked[edge.resource]), "plain" if tone == "neutral" else tone
        emphasis, label = ("strong", mark) if edge is chosen else ("normal", "?" if tone == "neutral" else "")
        diagram.edge(*ends, label, kind=kind, tooltip=edge.label, emphasis=emphasis)
    return diagram, list(asking.values())


def _nodes(diagram: Diagram, edges: Sequence[Edge], chosen: Edge) -> tuple[dict[str, Node], dict[str, Node]]:
    """A node for each principal and one for each resource, those of an account together. A role that asks and is asked
    for has two."""
    world = chosen.world
    clusters: dict[str | None, Cluster] = {}
    for number, account in world.accounts.items():
        clusters[number] = diagram.cluster(" ".join(f"Account {account.name} {number}".split()))

    def node(arn: str, label: str, kind: str, owner: str | None, strong: bool) -> Node:
        emphasis, place = "strong" if strong else "normal", clusters.get(owner)
        return diagram.node(label, kind, tooltip=arn, emphasis=emphasis, cluster=place)

    asking: dict[str, Node] = {}
    asked: dict[str, Node] = {}
    for edge in edges:
        who, what = _arn(edge.who), edge.resource
        if who not in asking:
            owner = Caller.parse(who).account
            asking[who] = node(who, edge.names[0], _kind(edge.who), owner, edge.who is chosen.who)
        if what not in asked:
            kind = "role" if ":role/" in what else "resource"
            asked[what] = node(what, edge.names[1], kind, _owner(world, what), what == chosen.resource)
    return asking, asked


def _owner(world: World, resource: str) -> str | None:
    """The account that a resource belongs to, where that is known."""
    holder = world.holder(resource)
    return holder.account if holder else None


def _arn(who: Who) -> str:
    return who if isinstance(who, str) else who.arn


def _kind(who: Who) -> str:
    caller = Caller.parse(_arn(who))
    return "session" if caller.names_a_session else _KINDS[caller.kind]


def _names(arns: Sequence[str]) -> dict[str, str]:
    """What to call each: its short name, or its ARN where that is not clear."""
    taken = [short(arn) for arn in arns]
    return {arn: name if taken.count(name) == 1 else arn for arn, name in zip(arns, taken, strict=True)}


def _resources(world: World, action: str) -> Iterator[str]:
    """What the action may be about: of S3 the objects, of AssumeRole the roles."""
    service = action.partition(":")[0].lower()
    if service in ("sts", "*"):
        yield from (role.arn for role in world.roles())
    for resource in world.resources():
        own = resource.arn.split(":")[2]
        if service in (own, "*"):
            yield f"{resource.arn}/*" if own == "s3" else resource.arn


def access_evidence(world: World, principals: Iterable[Who] | None = None, resources: Iterable[str] | None = None,
                    action: str = "s3:GetObject") -> EvidencePanel:  # fmt: skip
    """Draw who can do something to what, and show for any edge its witness, and for any missing one what blocks it and
    the smallest change that would open it.

    Args:
        world: the world.
        principals: who; all users and roles of the world if left out.
        resources: ARNs, which may hold wildcards; what the world holds for the action's service if left out, of a
            bucket its objects.
        action: the action; may hold wildcards.

    Raises:
        IamkitError: if there is nobody or nothing to ask about, or more than 48 pairs; and what ``world.can`` raises.

    >>> from iamkit import sample
    >>> access_evidence(sample("start"))
    <Who can s3:GetObject on what? Choose a pair to see the evidence.: ✓ Yes: ana can s3:GetObject on acme-handbook/*.>
    """
    who: list[Who] = [*world.users(), *world.roles()] if principals is None else list(principals)
    what = list(dict.fromkeys(_resources(world, action) if resources is None else resources))
    who = list({_arn(one): one for one in who}.values())
    if not who or not what:
        missing, name = ("nobody", "principals") if not who else ("nothing", "resources")
        raise IamkitError(f"There is {missing} to ask about.", where=name, remedy=f"Give {name}= a list of ARNs.")
    if len(who) * len(what) > MOST:
        remedy = "Give principals= and resources=, each a short list."
        raise IamkitError(f"{len(who)} × {len(what)} pairs are too many.", where="principals", remedy=remedy)
    who_names, what_names = _names([_arn(one) for one in who]), _names(what)

    def edge(one: Who, resource: str) -> Edge:
        names = who_names[_arn(one)], what_names[resource]
        return Edge(world, one, action, resource, names, world.can(one, action, resource))

    return EvidencePanel([[edge(one, resource) for resource in what] for one in who])
