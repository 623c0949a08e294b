"""Who may assume which role, as decided for the whole world: never read off a trust policy's names alone.

An edge stands for a proved yes: the trust policy, the caller's own policies, boundaries and SCPs let some request
through. Its label is the STS operation, and where a condition must be met, the keys that the trust policy tests. The
accounts are words and not boxes, so that callers and roles make two columns, which a phone can show.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from iamkit.draw.diagram import Diagram, Node
from iamkit.draw.links import Links, Thing, short
from iamkit.draw.picture import Picture
from iamkit.draw.render import render
from iamkit.explain import listed, sentence
from iamkit.identity.account import Account
from iamkit.identity.identities import Role
from iamkit.naming import Naming, naming
from iamkit.world import World

_MOST = 40
"""The most relations that are drawn."""
_NAMED = 4
"""The most users and providers without a role that are called by name in the picture."""


@dataclass(frozen=True)
class Trust:
    """One yes: who may assume which role, by which operation.

    Args:
        tail, role: who, and the role.
        kind: the kind of edge.
        operation: ``AssumeRole``, ``AssumeRoleWithSAML`` or ``AssumeRoleWithWebIdentity``.
        proviso: what must be so, in words; empty if nothing must.
        keys: the condition keys that the trust policy tests for this caller, where there is a proviso.
    """

    tail: Thing
    role: Thing
    kind: str
    operation: str
    proviso: str = ""
    keys: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The operation and what must be so; a provider's own keys without its name, which its node has."""
        own = f"{self.tail.label}:"
        return "\n".join(filter(None, (self.operation, self._said([key.removeprefix(own) for key in self.keys]))))

    def __str__(self) -> str:
        words = filter(None, (f"{self.tail} may assume {self.role} by {self.operation}", self._said([*self.keys])))
        return sentence(", ".join(words))

    def _said(self, keys: list[str]) -> str:
        return f"{self.proviso} on {listed(keys, 'and')}" if keys else self.proviso


def trust_graph(world: World) -> Picture:
    """Draw who may assume which role.

    Args:
        world: the world. Of more than 40 relations the first 40 are drawn, by the ARN of the role.

    >>> world = World()
    >>> acme = world.account("111122223333", "acme")
    >>> ana = acme.user("ana", policies=[
    ...     {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}])
    >>> auditor = acme.role("auditor", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}})
    >>> trust_graph(world)
    Picture('Who may assume what, in a world with 1 role. User ana may assume role auditor by AssumeRole.')
    """
    return render(trust_diagram(world))


def trust_diagram(world: World) -> Diagram:
    """The diagram that `trust_graph` renders."""
    found = list(trusts(world))
    shown = found[:_MOST]
    diagram = Diagram("Who may assume what", alt=_alt(world, found))
    nodes: dict[str, Node] = {}
    for thing in dict.fromkeys(end for one in shown for end in (one.tail, one.role)):
        nodes[thing.key] = diagram.node(
            thing.label, thing.kind, marker=thing.marker, note=_place(world, thing.account), tooltip=thing.key
        )
    for one in shown:
        diagram.edge(nodes[one.tail.key], nodes[one.role.key], one.label, kind=one.kind)
    if found[_MOST:]:
        diagram.node(f"{len(found) - _MOST} more relations", emphasis="weak")
    _left_out(diagram, world, found)
    diagram.text = _text(diagram, world, found)
    return diagram


def trusts(world: World) -> Iterator[Trust]:
    """Every yes, by the ARN of the role."""
    links = Links(world)
    for role in sorted(world.roles(), key=lambda role: role.arn):
        asked = {key: (who, action) for key, who, action in links.asking(role)}
        for link in links.assumers(role):
            who, action = asked[link.tail]
            proviso = link.label.removeprefix("may assume").strip(" ()")
            keys = _keys(world, role, who) if proviso.startswith("under") else ()
            tail, head = links.things[link.tail], links.things[role.arn]
            yield Trust(tail, head, link.kind, action.removeprefix("sts:"), proviso, keys)


def _keys(world: World, role: Role, who: str) -> tuple[str, ...]:
    """The keys that the Allows of the trust policy test where they name this caller."""
    caller, _ = world.caller(who)
    naming_it = [
        statement
        for statement in (role.trust.statements if role.trust else ())
        if statement.effect == "Allow" and naming(statement, caller, world.readings) is not Naming.NOT
    ]
    return tuple(sorted({condition.key for statement in naming_it for condition in statement.conditions}))


def _place(world: World, account: str | None) -> str:
    """The account's name, where the world has several."""
    if account is None or len(world.accounts) == 1:
        return ""
    return f"in {world.accounts[account].name or account}"


def _shut(world: World, found: list[Trust]) -> list[Role]:
    """The roles that nobody may assume."""
    open_ones = {one.role.key for one in found}
    return [role for role in world.roles() if role.arn not in open_ones]


def _idle(account: Account, found: list[Trust]) -> list[str]:
    """The users and providers of an account that may assume no role."""
    able = {one.tail.key for one in found}
    arns = [*(user.arn for user in account.users.values()), *account.providers]
    return [short(arn) for arn in sorted(arns) if arn not in able]


def _left_out(diagram: Diagram, world: World, found: list[Trust]) -> None:
    """Nodes without an edge: roles that nobody may assume, and for each account who may assume none."""
    roles = _shut(world, found)
    for role in roles[:_MOST]:
        note = " ".join(filter(None, ("nobody may assume it", _place(world, role.account))))
        diagram.node(role.name, "role", note=note, tooltip=role.arn, emphasis="weak")
    if roles[_MOST:]:
        diagram.node(f"{len(roles) - _MOST} more roles", note="nobody may assume them", emphasis="weak")
    for account in world.accounts.values():
        names = _idle(account, found)
        if names:
            label = ", ".join(names) if len(names) <= _NAMED else f"{len(names)} users and providers"
            note = _place(world, account.id)
            diagram.node(label, marker="may assume no role", note=note, emphasis="weak")
    if not diagram.nodes:
        diagram.node("no role yet", emphasis="weak")


def _alt(world: World, found: list[Trust]) -> str:
    roles, more = len(world.roles()), len(found) - 1
    start = f"Who may assume what, in a world with {roles} role{'s' * (roles != 1)}."
    if not found:
        return f"{start} Nobody may assume any."
    return f"{start} {found[0]}" + (f" {more} more relation{'s' * (more != 1)}." if more else "")


def _text(diagram: Diagram, world: World, found: list[Trust]) -> str:
    """Every relation that is drawn, then what is left out."""
    lines = [diagram.alt, *map(str, found[:_MOST])]
    lines += [f"{len(found) - _MOST} more relations are not shown."] if found[_MOST:] else []
    shut = [f"role {role.name}" for role in _shut(world, found)]
    lines += [f"Nobody may assume {listed(shut)}."] if shut else []
    for account in world.accounts.values():
        names = _idle(account, found)
        lines += [f"In account {account.id}, {listed(names, 'and')} may assume no role."] if names else []
    return "\n".join(lines)
