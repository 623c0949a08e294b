"""The world as a graph: who is in which group, what is attached, who may assume what, and what resources grant.

A small world is drawn whole. Of a large one an overview counts what is there, and a ``focus`` shows what is near one
principal or resource.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from iamkit.draw.diagram import Cluster, Diagram, Node
from iamkit.draw.links import Links, Thing, gist
from iamkit.draw.picture import Picture
from iamkit.draw.render import render
from iamkit.errors import WorldError
from iamkit.explain import listed
from iamkit.identity.account import Account
from iamkit.identity.identities import Identity
from iamkit.identity.organization import Unit
from iamkit.identity.principals import Session
from iamkit.identity.resources import Resource
from iamkit.world import World

_WHOLE = 40
"""The most users, groups, roles and resources of a world that is drawn whole."""
_NEAR = 40
"""The most things that are drawn around a focus."""

Focus = str | Identity | Session | Resource | None


def world_graph(world: World, focus: Focus = None) -> Picture:
    """Draw a world.

    Args:
        world: the world.
        focus: an ARN (of a user, group, role, policy or resource) or the object itself: only what can be reached from
            it and what can reach it is drawn. Without it, a world of more than 40 identities and resources becomes an
            overview.

    Returns:
        A picture. Who may assume a role was decided by the world, with ``decide`` and, where a condition must hold,
        with ``can``.

    Raises:
        WorldError: if the world has nothing by the name of ``focus``.

    >>> world = World()
    >>> acme = world.account("111122223333", "acme")
    >>> print(acme.group("readers"), acme.user("ana", groups=["readers"]))
    <Group arn:aws:iam::111122223333:group/readers> <User arn:aws:iam::111122223333:user/ana>
    >>> world_graph(world)
    Picture('A world with 1 account, 1 user and 1 group. User ana is a member of group readers.')
    """
    return render(world_diagram(world, focus))


def world_diagram(world: World, focus: Focus = None) -> Diagram:
    """The diagram that `world_graph` renders."""
    links = Links(world)
    if focus is not None:
        centre = _find(links, world, focus)
        near = nearby(links, centre)
        return _draw(world, links, near[:_NEAR], centre, more=len(near) > _NEAR)
    if sum(_counts(world).values()) - len(world.accounts) > _WHOLE:
        return _overview(world)
    inside = list(links.things)
    outside = [link.tail for role in world.roles() for link in links.assumers(role)]
    return _draw(world, links, list(dict.fromkeys([*inside, *outside])))


def nearby(links: Links, centre: str) -> list[str]:
    """What can be reached from a thing and what can reach it, the nearest first."""
    roles = {role.arn: role for role in links.world.roles()}

    def onward(key: str) -> Iterable[str]:
        return [link.head for link in (*links.fixed, *links.assumed(key)) if link.tail == key]

    def back(key: str) -> Iterable[str]:
        assuming = links.assumers(roles[key]) if key in roles else []
        fixed = [link for link in links.fixed if link.label != "boundary"]
        return [link.tail for link in (*fixed, *assuming) if link.head == key]

    found = {centre: 0}
    for step in (onward, back):
        for key, distance in _reached(centre, step).items():
            found[key] = min(distance, found.get(key, distance))
    return sorted(found, key=lambda key: (found[key], key))


def _reached(start: str, step: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """What repeated steps lead to, with the number of steps; not much more than can be drawn."""
    found, waiting = {start: 0}, [start]
    while waiting and len(found) <= _NEAR:
        key = waiting.pop(0)
        for other in step(key):
            if other not in found:
                found[other] = found[key] + 1
                waiting.append(other)
    return found


def _find(links: Links, world: World, focus: str | Identity | Session | Resource) -> str:
    """The key of the thing that ``focus`` means; of an object in a bucket, the bucket's."""
    name = focus.of if isinstance(focus, Session) else focus if isinstance(focus, str) else focus.arn
    held = world.holder(name)
    for role in world.roles():
        links.asking(role)  # Callers from outside become things here.
    if name not in links.things and held is None:
        close = get_close_matches(name, links.things, 1)
        remedy = f"Did you mean {close[0]}?" if close else "Give the ARN of a user, group, role, policy or resource."
        raise WorldError(f"The world has no {name!r} to focus on.", where="focus", remedy=remedy)
    return name if name in links.things or held is None else held.arn


def _draw(world: World, links: Links, keys: list[str], centre: str = "", more: bool = False) -> Diagram:
    """The things with these keys and the links between them."""
    shown = set(keys)
    drawn = [link for link in links.fixed if link.tail in shown and link.head in shown] + links.between(shown)
    things = [links.things[key] for key in keys]
    title = f"Around {links.things[centre]}" if centre else "The world"
    words = _Words(world, things, [link.sentence(links.things) for link in drawn], more)
    diagram = Diagram(title, alt=words.alt(title if centre else ""))
    places = _places(diagram, world, {thing.account for thing in things} if centre else set(world.accounts))
    diagram.text = words.text(title, diagram)
    nodes: dict[str, Node] = {}
    for thing in things:
        nodes[thing.key] = diagram.node(
            thing.label, thing.kind, marker=thing.marker, note=thing.note, tooltip=thing.key,
            emphasis="strong" if thing.key == centre else "normal", cluster=places.get(thing.account or ""),
        )  # fmt: skip
    for link in drawn:
        diagram.edge(nodes[link.tail], nodes[link.head], link.label, kind=link.kind)
    for account in sorted(set(places) - {thing.account for thing in things}):
        diagram.node("nothing yet", emphasis="weak", cluster=places[account])
    if more or not diagram.nodes:
        diagram.node("and more" if more else "nothing yet", emphasis="weak")
    return diagram


def _places(diagram: Diagram, world: World, accounts: Iterable[str | None]) -> dict[str, Cluster]:
    """A cluster for each of these accounts, inside those of its organizational units, which hold SCPs and RCPs."""
    organization, found, units = world.organization, dict[str, Cluster](), dict[str, Cluster]()
    for number in sorted(account for account in accounts if account in world.accounts):
        parent = None
        for unit in (organization.way(number) if organization else None) or []:
            if unit.id not in units:
                label = f"Organization {organization.id}" if organization and parent is None else f"Unit {unit.name}"
                units[unit.id] = diagram.cluster(label, parent=parent)
                _control(diagram, unit, units[unit.id])
            parent = units[unit.id]
        account = world.accounts[number]
        found[number] = diagram.cluster(" ".join(f"Account {account.name} {number}".split()), parent=parent)
        _control(diagram, account, found[number])
    return found


def _control(diagram: Diagram, holder: Unit | Account, cluster: Cluster) -> None:
    """The SCPs and RCPs attached here; where none are listed, AWS's own allow everything, and nothing is shown."""
    for marker, policies in (("SCP", holder.scps), ("RCP", holder.rcps)):
        for policy in policies or ():
            diagram.node(policy.name, "policy", marker=marker, note=gist(policy), cluster=cluster)


def _overview(world: World) -> Diagram:
    """How many of each kind each account has."""
    counts = _counts(world)
    alt = f"A large world with {_counted(counts)}, as an overview."
    diagram = Diagram("The world, as an overview", alt=alt)
    places = _places(diagram, world, set(world.accounts))
    for number, account in sorted(world.accounts.items()):
        held = {"user": len(account.users), "group": len(account.groups), "role": len(account.roles),
                "resource": len(account.resources)}  # fmt: skip
        for kind, count in held.items():
            if count:
                diagram.node(_counted(Counter({kind: count})), kind, marker="", cluster=places[number])
    diagram.text = diagram.words() + "\nGive focus= an ARN to see what is near it."
    return diagram


@dataclass(frozen=True)
class _Words:
    """The words of a graph: what is in it, and a sentence for each link."""

    world: World
    things: list[Thing]
    sentences: list[str]
    more: bool

    def alt(self, title: str) -> str:
        """What is there, and the first relation."""
        first = f" {self.sentences[0]}" if self.sentences else ""
        rest = f" {len(self.sentences) - 1} more relations." if len(self.sentences) > 1 else ""
        what = f"{title}: {_counted(self._kinds())}" if title else f"A world with {_counted(_counts(self.world))}"
        return f"{what}.{first}{rest}"

    def text(self, title: str, diagram: Diagram) -> str:
        """Every thing by place, then the SCPs and RCPs that the diagram holds so far, then every relation."""
        by_account: dict[str | None, list[str]] = {}
        for thing in self.things:
            by_account.setdefault(thing.account, []).append(f"{thing} ({thing.note})" if thing.note else str(thing))
        lines = [f"{title}."]
        for account, words in sorted(by_account.items(), key=lambda item: item[0] or ""):
            lines.append(f"{f'Account {account}' if account else 'Outside'}: {'; '.join(words)}.")
        lines += [f"{node.words()} is attached to {node.cluster.label}." for node in diagram.nodes if node.cluster]
        more = ["There is more, further away, that is not shown."] if self.more else []
        return "\n".join([*lines, *self.sentences, *more])

    def _kinds(self) -> Counter[str]:
        return Counter(thing.marker or thing.kind for thing in self.things)


def _counts(world: World) -> Counter[str]:
    """How many of each kind the world has."""
    groups = sum(len(account.groups) for account in world.accounts.values())
    return Counter(
        {"account": len(world.accounts), "user": len(world.users()), "group": groups, "role": len(world.roles()),
         "resource": len(world.resources())}
    )  # fmt: skip


def _counted(counts: Counter[str]) -> str:
    """Counts in words; what there is none of is left out."""

    def plural(kind: str, count: int) -> str:
        return kind if count == 1 else kind[:-1] + "ies" if kind.endswith("y") else kind + "s"

    return listed([f"{count} {plural(kind, count)}" for kind, count in counts.items() if count], "and") or "nothing"
