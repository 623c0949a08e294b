"""What a principal can do: its permitted actions and resources, in the words of the policies that permit them."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from iamkit.arn import Pattern, Variable, Wild, arn_pattern
from iamkit.formula import Not, all_of
from iamkit.naming import Naming
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.ask import can
from iamkit.prove.cases import Asked, allowed, cases
from iamkit.prove.places import closed
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.semantics import ruling
from iamkit.world import Who, World


@dataclass(frozen=True, eq=False)
class Permission:
    """One action pattern on one resource pattern.

    Args:
        action, resource: as a policy writes them.
        extent: ``always`` if every such request is allowed; ``sometimes`` if only some are, or only in some contexts;
            ``unknown`` if that, or whether any is, is outside of what is decided exactly.
        answer: a request that is allowed; or why it is unknown whether there is one.
    """

    action: str
    resource: str
    extent: str
    answer: Witness | Unknown

    def __repr__(self) -> str:
        return f"<{self.action} on {self.resource}: {self.extent}>"


@dataclass(frozen=True, eq=False, repr=False)
class Permissions:
    """All that a principal can do. True in an ``if`` if it can do anything; an error there if that is unknown."""

    principal: str
    rows: tuple[Permission, ...]

    def __bool__(self) -> bool:
        if self.rows and not any(isinstance(row.answer, Witness) for row in self.rows):
            raise TypeError(f"It is unknown whether {self.principal} can do anything.")
        return bool(self.rows)

    def __iter__(self) -> Iterator[Permission]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def explain(self) -> str:
        """A line for each permission."""
        lines = [f"  {row.action} on {row.resource}: {row.extent}" for row in self.rows]
        return "\n".join([f"{self.principal} can", *(lines or ["  do nothing"])])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        rows = [{"action": r.action, "resource": r.resource, "extent": r.extent} for r in self.rows]
        return {"principal": self.principal, "permissions": rows}

    def __repr__(self) -> str:
        return f"<Permissions of {self.principal}: {len(self.rows)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        left = "style='text-align:left'"
        cells = "".join(
            f"<tr><td {left}>{escape(r.action)}</td><td {left}>{escape(r.resource)}</td><td>{r.extent}</td></tr>"
            for r in self.rows
        )
        head = "<tr><th scope='col'>Action</th><th scope='col'>Resource</th><th scope='col'>Allowed</th></tr>"
        title = f"<p style='overflow-wrap:anywhere'><strong>{escape(self.principal)} can</strong></p>"
        return {
            "text/plain": self.explain(),
            "text/html": f"{title}<table><thead>{head}</thead><tbody>{cells}</tbody></table>",
        }


def what_can(world: World, principal: Who) -> Permissions:
    """Every pair of action and resource patterns of the policies that allow this principal something, if anything of it
    is left after all denies and ceilings.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana", policies=[{"Statement": [
    ...     {"Effect": "Allow", "Action": ["s3:Get*", "ec2:RunInstances"], "Resource": "*"},
    ...     {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}])
    >>> list(what_can(world, ana))
    [<s3:Get* on *: always>]
    """
    name = principal if isinstance(principal, str) else principal.arn
    rows = []
    for action, resource in dict.fromkeys(_allowed_pairs(world, principal)):
        found = can(world, principal, action, resource)
        if not isinstance(found, Proof):
            extent = "unknown" if isinstance(found, Unknown) else _extent(world, principal, action, resource)
            rows.append(Permission(action, resource, extent, found))
    return Permissions(name, tuple(sorted(rows, key=lambda row: (row.action, row.resource))))


def _allowed_pairs(world: World, principal: Who) -> Iterator[tuple[str, str]]:
    """The action and resource patterns of every Allow that names the principal; ``*`` for a Not form."""
    held: list[str] = ["*", *(resource.arn for resource in world.resources()), *(role.arn for role in world.roles())]
    for resource in held:
        here = world.situation(principal, resource)
        for layer in ruling(here.caller, here.target, here.policies).layers:
            for clause in layer.clauses if layer.grants else ():
                statement = clause.statement
                if statement.effect == "Allow" and clause.naming is not Naming.NOT:
                    actions = ("*",) if statement.action.negated else statement.action.values
                    negated = statement.resource is not None and statement.resource.negated
                    patterns = (
                        ["*"]
                        if negated
                        else [_written(p) for p in statement.resource.values]
                        if statement.resource
                        else [resource]
                    )
                    yield from ((action, pattern) for action in actions for pattern in patterns)


def _written(parts: tuple) -> str:
    """A resource as a question can ask it: a variable becomes ``*``, and a short ARN a full one."""
    open_parts = tuple(Wild.ANY if isinstance(part, Variable) else part for part in parts)
    full = arn_pattern(open_parts).parts
    return "".join(part if isinstance(part, str) else str(Pattern((part,))) for part in full)


def _extent(world: World, principal: Who, action: str, resource: str) -> str:
    """Whether every request inside the patterns is allowed, in every context."""
    asked, extent = Asked(world, action, resource, {}), "always"
    try:
        if closed(world, world.caller(principal)[0], asked.held, action):
            return "sometimes"
    except Undecided:
        extent = "unknown"
    for case in cases(asked, principal):
        refused = all_of([case.within, Not(allowed(case.situation))])
        try:
            if solve(settled(refused, case.facts)) is not None:
                return "sometimes"
        except Undecided:
            extent = "unknown"
    return extent
