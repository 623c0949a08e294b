"""The explorer: choose a principal, an action, a resource and a context, and read the decision."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from ipywidgets import Dropdown, Textarea

from iamkit.arn import Arn
from iamkit.draw.links import short
from iamkit.errors import IamkitError, RequestError
from iamkit.identity.principals import ANONYMOUS
from iamkit.policy.document import Policy, load_json
from iamkit.widgets.base import LABELLED, Panel
from iamkit.widgets.gates import TONES
from iamkit.world import World

_ANY = "s3:GetObject"
_HINT = '{"aws:SourceIp": "203.0.113.7"}'


class DecisionExplorer(Panel):
    """Three drop-downs and a text for the context."""

    def __init__(self, world: World, actions: Sequence[str] | None, resources: Sequence[str] | None) -> None:
        super().__init__("Who may do what? Choose a request. (By keyboard, Space opens a list.)")
        self._world = world
        self.principal = _dropdown("Principal", _principals(world))
        self.action = _dropdown("Action", [(name, name) for name in actions or _actions(world)])
        self.resource = _dropdown("Resource", [(_label(arn), arn) for arn in resources or _resources(world)])
        self.context = Textarea(description="Context (JSON)", placeholder=_HINT, rows=3, **LABELLED)
        self.begin([self.principal, self.action, self.resource, self.context])

    def draw(self) -> None:
        """Bad JSON is told with its place; what was typed stays as it is."""
        context = _context(self.context.value)
        decision = self._world.decide(self.principal.value, self.action.value, self.resource.value, context)
        reason = f"<p><strong>{escape(decision.because)}</strong></p>"
        table = decision._repr_mimebundle_()["text/html"].removeprefix(reason)  # The verdict gives the reason.
        table = f'<div style="overflow-x:auto;overflow-wrap:normal">{table}</div>'
        self.show(decision.because, TONES[decision.effect], None, str(decision.trace), table)


def _context(text: str) -> dict[str, Any]:
    """What was typed, as a context.

    Raises:
        RequestError: with line and column of a fault.
    """
    if not text.strip():
        return {}
    try:
        found = load_json(text)
    except IamkitError as fault:
        raise RequestError(fault.what, where=f"context {fault.where.removeprefix('$ ')}", remedy=fault.remedy) from None
    if not isinstance(found, dict):
        raise RequestError("The context is not a JSON object.", where="context", remedy=f"Write {_HINT}.")
    return found


def _dropdown(label: str, options: Sequence[tuple[str, str]]) -> Dropdown:
    return Dropdown(options=options, description=label, **LABELLED)


def _label(arn: str) -> str:
    return arn if arn == "*" else f"{short(arn)} ({Arn.parse(arn).service})"


def _principals(world: World) -> list[tuple[str, str]]:
    """Everybody who can ask: users, roles, root users, whom trust policies name as services, and anybody."""
    named = {n.value for role in world.roles() for s in (role.trust.statements if role.trust else ()) if s.principal
             for n in s.principal.values if n.form.value == "service"}  # fmt: skip
    users = sorted((f"user {user.name} ({user.account})", user.arn) for user in world.users())
    roles = sorted((f"role {role.name} ({role.account})", role.arn) for role in world.roles())
    roots = [(f"root user of {account.id}", account.root) for account in world.accounts.values()]
    return [*users, *roles, *roots, *((f"service {name}", name) for name in sorted(named)), ("anonymous", ANONYMOUS)]


def _actions(world: World) -> list[str]:
    """The actions that the world's policies write out, and AssumeRole where there are roles."""
    written = {a for policy in _policies(world) for s in policy.statements for a in s.action.values if "*" not in a}
    return sorted({a for a in written if "?" not in a} | ({"sts:AssumeRole"} if world.roles() else set())) or [_ANY]


def _policies(world: World) -> Iterator[Policy]:
    for account in world.accounts.values():
        for identity in (*account.users.values(), *account.groups.values(), *account.roles.values()):
            yield from world.documents(identity)
    for resource in world.resources():
        yield from resource.policies()


def _resources(world: World) -> list[str]:
    """The world's resources, an object in each bucket, its roles, and ``*``."""
    found = []
    for resource in world.resources():
        found += [resource.arn, *([f"{resource.arn}/example"] if resource.arn.startswith("arn:aws:s3:::") else [])]
    return [*found, *(role.arn for role in world.roles()), "*"]


def decision_explorer(world: World, actions: Iterable[str] | None = None,
                      resources: Iterable[str] | None = None) -> DecisionExplorer:  # fmt: skip
    """Choose a request to a world and read the decision, its reason and its trace.

    Args:
        world: the world.
        actions: the actions to choose from; those that its policies write out if left out.
        resources: the ARNs to choose from; those of the world, an object in each bucket, and ``*`` if left out.

    >>> from iamkit import World
    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> decision_explorer(world).context.value = '{"aws:SourceIp": '
    """
    return DecisionExplorer(world, list(actions) if actions else None, list(resources) if resources else None)
