"""Who may come through which door: the roles that a trust policy could let a principal into, before anything is proved.

A chain is looked for among thousands of roles, of which few trust policies name a given principal. These two quick
tests leave out what cannot be: a trust policy that does not name the caller, and a caller whose own policies allow it
to assume nothing where they must.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from iamkit.formula import ACTION, all_of, like
from iamkit.identity.identities import Role
from iamkit.identity.principals import Caller, Kind
from iamkit.layers import Stack
from iamkit.naming import Naming, is_session_of, naming
from iamkit.policy.principals import Form, Named
from iamkit.prove.places import arn_like
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Facts
from iamkit.world import Who, World

ASSUME, BY_SAML, BY_WEB = "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"


def entrance(caller: Caller) -> str:
    """The STS operation by which a caller comes into a role: whoever an identity provider vouches for has one of its
    own (IAM User Guide, id_credentials_sts-comparison)."""
    if caller.kind is not Kind.FEDERATED:
        return ASSUME
    return BY_SAML if ":saml-provider/" in caller.arn else BY_WEB


class Doors:
    """The roles of a world, found by whom their trust policies name.

    Args:
        world: the world.
        before: the doors of the world that it was made from by changes, if it was.
        changed: the ARNs of those that the changes made others.
    """

    def __init__(self, world: World, before: "Doors | None" = None, changed: Collection[str] = ()) -> None:
        self.world, self._before, self._changed = world, before, changed
        self._may: dict[str, bool] = {}
        self._named = _by_name(world.roles() if before is None else _roles(world, changed))

    def of(self, principal: Who, wanted: Callable[[str], bool] = lambda arn: True) -> list[Role]:
        """The roles that the principal may be able to assume, sorted by ARN; of every other role it is certain that it
        cannot.

        Args:
            principal: who.
            wanted: of an ARN, whether to look at that role.
        """
        caller, _ = self.world.caller(principal)
        named = {role.arn: role for name in _names_of(caller) for role in self._naming(name) if wanted(role.arn)}
        return [role for _, role in sorted(named.items()) if self.is_for(principal, caller, role)]

    def _naming(self, name: str) -> list[Role]:
        """The roles whose trust policies hold a name."""
        before = self._before._naming(name) if self._before else []
        return [*(role for role in before if role.arn not in self._changed), *self._named.get(name, ())]

    def is_for(self, principal: Who, caller: Caller, role: Role) -> bool:
        """False if it is certain that the principal cannot assume the role."""
        found = self.naming(role, caller)
        if found is Naming.NOT:
            return False
        needs_own_allow = found is Naming.ACCOUNT or role.account != caller.account
        return not needs_own_allow or caller.account is None or self._may_assume(principal)

    def naming(self, role: Role, caller: Caller) -> Naming:
        """The strongest way in which an Allow of the trust policy names the caller."""
        allows = [s for s in (role.trust.statements if role.trust else ()) if s.effect == "Allow"]
        found = (naming(statement, caller, self.world.readings) for statement in allows)
        strongest = max(found, key=lambda way: way.value, default=Naming.NOT)
        if strongest is not Naming.NOT or caller.kind is not Kind.SESSION or caller.names_a_session:
            return strongest
        named = any(is_session_of(one, caller) for s in allows if s.principal for one in s.principal.values)
        return Naming.ITSELF if named else Naming.NOT

    def _may_assume(self, principal: Who) -> bool:
        """The principal's own policies allow it to assume some role."""
        name = principal if isinstance(principal, str) else principal.arn
        if name not in self._may:
            here = self.world.situation(principal, "*")
            own = Stack(here.caller, here.target, here.policies).identity.allow()
            asked = all_of([like(ACTION, ASSUME, fold=True), arn_like("arn:*:iam:*:*:role/*"), own])
            try:
                self._may[name] = solve(settled(asked, here.facts | Facts({ACTION: (ASSUME,)}))) is not None
            except Undecided:
                self._may[name] = True
        return self._may[name]


def _roles(world: World, arns: Iterable[str]) -> list[Role]:
    return [found for arn in sorted(arns) if isinstance(found := world.identity(arn), Role)]


def _by_name(roles: Iterable[Role]) -> dict[str, list[Role]]:
    found: dict[str, list[Role]] = defaultdict(list)
    for role in roles:
        for name in _names_in(role):
            found[name].append(role)
    return found


def _names_in(role: Role) -> set[str]:
    """What a caller must be called for the trust policy to name it; ``*`` if that cannot be said in one word."""
    names: set[str] = set()
    for statement in role.trust.statements if role.trust else ():
        if statement.effect == "Allow" and statement.principal is not None:
            names |= {"*"} if statement.principal.negated else {_name(named) for named in statement.principal.values}
    return names


def _name(named: Named) -> str:
    if named.form is Form.ACCOUNT:
        return str(named.account)
    if named.form is Form.ROLE:  # A session's ARN lacks the path of its role.
        return f"{named.account}/{named.value.rpartition('/')[2]}"
    if named.form is Form.SESSION:  # A role stands for all of its sessions.
        return f"{named.account}/{named.value.split('/')[1]}"
    return "*" if named.form in (Form.ANYONE, Form.FEDERATED, Form.CANONICAL) else named.value


def _names_of(caller: Caller) -> Iterator[str]:
    yield from ("*", caller.arn, f"{caller.account}/{caller.role_name}")
    yield from (name for name in (caller.account, caller.entity, caller.unique_id) if name)
