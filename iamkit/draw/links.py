"""What stands in which relation to what in a world: the facts that its graph shows.

Who may assume a role is decided by the world itself (``decide``, then ``can``), never read off a policy's names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iamkit.arn import Pattern, Variable, Wild, arn_pattern
from iamkit.errors import IamkitError
from iamkit.explain import listed, sentence
from iamkit.identity.identities import Identity, Role, User
from iamkit.identity.resources import Resource
from iamkit.policy.document import Policy, Selector, Statement
from iamkit.policy.principals import Form, Named
from iamkit.prove.answers import Unknown, Witness
from iamkit.prove.doors import Doors
from iamkit.prove.strings import TooLarge, find
from iamkit.world import World

Asked = tuple[str, str, str]
STRANGER = "999999999999"
"""An account ID for the question whether just anyone can; AWS's documentation uses it for examples."""


@dataclass(frozen=True)
class Thing:
    """Something that the graph shows as a node.

    Args:
        key: its ARN, or another text that names it in this world.
        kind: a kind of node of ``iamkit.draw.style``.
        label: its short name.
        account: the ID of its account, if the world has that account.
        marker: the word for what it is, where the node's kind does not say it.
        note: a few more words.
    """

    key: str
    kind: str
    label: str
    account: str | None = None
    marker: str | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{self.kind if self.marker is None else self.marker} {self.label}".strip()


@dataclass(frozen=True)
class Link:
    """One relation, from the thing ``tail`` to the thing ``head``; ``kind`` is a kind of edge of `draw.style`."""

    tail: str
    head: str
    kind: str
    label: str = ""

    def sentence(self, things: dict[str, Thing]) -> str:
        """The relation in words."""
        tail, head = things[self.tail], things[self.head]
        match self.kind, self.label:
            case "member", _:
                return sentence(f"{tail} is a member of {head}")
            case "attached", "boundary":
                return sentence(f"{tail} has the permissions boundary {head.label}")
            case "attached", label:
                return sentence(f"{tail} {label or 'has'} {head}")
            case (("assume" | "trust"), label):
                return sentence(f"{tail} may assume {head}{label.removeprefix('may assume')}")
            case kind, _ if tail.kind == "policy":
                return sentence(f"{tail} has {'an Allow' if kind == 'allow' else 'a Deny'} for {head}")
        return sentence(f"the policy of {head} speaks of {tail}: {self.label}")


class Links:
    """The things of a world and the relations between them, found as they are asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things: dict[str, Thing] = {}
        self._documents: dict[str, Policy] = {}
        self._assuming: dict[tuple[Asked, str], Link | None] = {}
        self._doors = Doors(world)
        self._callers = [identity.arn for identity in (*world.users(), *world.roles())]
        self._open: dict[str, set[str]] = {}
        self.fixed = list(self._relations())

    def _relations(self) -> Iterator[Link]:
        """All relations but those of assuming."""
        for account in self.world.accounts.values():
            for identity in (*account.groups.values(), *account.users.values(), *account.roles.values()):
                self._add(Thing(identity.arn, type(identity).__name__.lower(), identity.name, account.id))
            for arn, managed in account.policies.items():
                self._policy(managed.arn, arn, managed.document)
            for resource in account.resources.values():
                self._add(Thing(resource.arn, "resource", short(resource.arn), account.id))
        for identity in self._identities():
            yield from self._identity(identity)
        for account in self.world.accounts.values():
            for name, role in account.instance_profiles.items():
                made = self._add(Thing(f"{name} in {account.id}", "neutral", name, account.id, "instance profile"))
                yield Link(made.key, account.roles[role].arn, "attached", "holds")
        for resource in self.world.resources():
            yield from self._grants(resource)
        yield from self._touching()

    def _identities(self) -> Iterator[Identity]:
        for account in self.world.accounts.values():
            yield from (*account.users.values(), *account.groups.values(), *account.roles.values())

    def _identity(self, identity: Identity) -> Iterator[Link]:
        """What an identity is in, and what is attached to it."""
        if isinstance(identity, User):
            groups = self.world.accounts[identity.account].groups
            yield from (Link(identity.arn, groups[name].arn, "member", "member of") for name in identity.groups)
        for arn in identity.attached:
            yield Link(identity.arn, self._managed(arn), "attached")
        for name, document in identity.inline.items():
            key = f"{name}, inline in {identity.arn}"
            yield Link(identity.arn, self._policy(key, name, document, identity.account, "inline policy"), "attached")
        if isinstance(identity, User | Role) and identity.boundary:
            yield Link(identity.arn, self._managed(identity.boundary), "attached", "boundary")

    def _managed(self, arn: str) -> str:
        return self._policy(arn, arn.rpartition("/")[2], self.world.managed(arn).document)

    def _policy(self, key: str, name: str, document: Policy, account: str = "", marker: str | None = None) -> str:
        account = account or key.split(":")[4]
        place = account if account in self.world.accounts else None
        self._documents[key] = document
        self._add(Thing(key, "policy", name, place, marker, gist(document)))
        return key

    def _add(self, thing: Thing) -> Thing:
        return self.things.setdefault(thing.key, thing)

    def _grants(self, resource: Resource) -> Iterator[Link]:
        """Whom the resource's own policies name."""
        found: dict[Link, None] = {}
        for policy in (*resource.policies(), *resource.grant_policies()):
            for statement in policy.statements:
                condition = " under a condition" if statement.conditions else ""
                label = f"{statement.effect} {actions(statement)}{condition}"
                for key in self._named(statement.principal):
                    found[Link(key, resource.arn, statement.effect.lower(), label)] = None
        yield from found

    def _named(self, principal: Selector | None) -> list[str]:
        """The things that a Principal names; NotPrincipal is one thing of its own."""
        if principal is None:
            return []
        if principal.negated:
            names = listed([short(named.value) for named in principal.values], "and")
            return [self._add(Thing(f"not {names}", "anonymous", names, None, "everyone but")).key]
        return [self._principal(named).key for named in principal.values]

    def _principal(self, named: Named) -> Thing:
        """The thing for one named principal, in the world or outside of it."""
        if named.value in self.things:
            return self.things[named.value]
        if named.form is Form.ACCOUNT and named.account:
            inside = named.account in self.world.accounts
            known = self.world.accounts[named.account].name if inside else ""
            word, place = ("account", named.account) if inside else ("account outside", None)
            return self._add(Thing(named.account, "neutral", f"{known} {named.account}".strip(), place, word))
        kinds = {Form.ANYONE: "anonymous", Form.SERVICE: "service", Form.FEDERATED: "provider", Form.USER: "user",
                 Form.ROLE: "role", Form.SESSION: "session", Form.FEDERATED_USER: "session"}  # fmt: skip
        anyone = named.form is Form.ANYONE
        kind = kinds.get(named.form, "neutral")
        marker = "anyone" if anyone else named.form.value if kind == "neutral" else None
        account = named.account if named.account in self.world.accounts else None
        return self._add(Thing(named.value, kind, "*" if anyone else short(named.value), account, marker))

    def _touching(self) -> Iterator[Link]:
        """Which attached policies speak of which resources. A boundary grants nothing, so it is left out."""
        attached = {link.head for identity in self._identities() for link in self._identity(identity)
                    if link.kind == "attached" and link.label != "boundary"}  # fmt: skip
        for key in sorted(attached):
            for resource in self.world.resources():
                effects = {s.effect for s in self._documents[key].statements if touches(s, resource)}
                for effect in sorted(effects):
                    yield Link(key, resource.arn, effect.lower(), effect)

    # Assuming

    def assumers(self, role: Role) -> list[Link]:
        """Who may assume a role: of this world, and of those outside whom its trust policy names."""
        return self._decided(role, self.asking(role))

    def assumed(self, key: str) -> list[Link]:
        """Which roles of the world this thing may assume."""
        return [link for role in self.world.roles() for link in self._decided(role, self.asking(role), {key})]

    def between(self, keys: set[str]) -> list[Link]:
        """Who may assume what among these things."""
        roles = [role for role in self.world.roles() if role.arn in keys]
        return [link for role in roles for link in self._decided(role, self.asking(role), keys)]

    def _decided(self, role: Role, asked: Iterable[Asked], only: set[str] | None = None) -> list[Link]:
        wanted = [one for one in asked if only is None or one[0] in only]
        for one in wanted:
            if (one, role.arn) not in self._assuming:
                self._assuming[one, role.arn] = self._decide(*one, role)
        return [link for one in wanted if (link := self._assuming[one, role.arn])]

    def asking(self, role: Role) -> list[Asked]:
        """Everybody who might assume a role: the thing, in whose name it asks, and the action."""
        found = [(arn, arn, "sts:AssumeRole") for arn in self._callers if role.arn in self._may_open(arn)]
        named = [n for s in (role.trust.statements if role.trust else ()) if s.principal and not s.principal.negated
                 for n in s.principal.values]  # fmt: skip
        for one in dict.fromkeys(named):
            inside = one.account in self.world.accounts and one.form in (Form.ACCOUNT, Form.USER, Form.ROLE)
            if not inside and one.form not in (Form.CANONICAL, Form.DELETED):
                found.append((self._principal(one).key, *_asks(one)))
        return found

    def _may_open(self, caller: str) -> set[str]:
        """The roles of which it is not certain, without a decision, that this user or role cannot assume them."""
        if caller not in self._open:
            self._open[caller] = {role.arn for role in self._doors.of(caller)}
        return self._open[caller]

    def _decide(self, key: str, who: str, action: str, role: Role) -> Link | None:
        """The link if this caller may assume the role; it says whether some condition must hold."""
        kind = "assume" if who.startswith("arn:") and action == "sts:AssumeRole" else "trust"
        try:
            if self.world.decide(who, action, role.arn).allowed:
                return Link(key, role.arn, kind, "may assume")
            answer = self.world.can(who, action, role.arn)
        except IamkitError:  # Not a caller that could ask, such as a provider "*".
            return None
        if isinstance(answer, Unknown):
            return Link(key, role.arn, kind, "may assume (not decided)")
        return Link(key, role.arn, kind, "may assume under a condition") if isinstance(answer, Witness) else None


def _asks(named: Named) -> tuple[str, str]:
    """In whose name somebody outside asks for a role, and by which action."""
    if named.form is Form.FEDERATED:
        return named.value, "sts:AssumeRoleWith" + ("SAML" if ":saml-provider/" in named.value else "WebIdentity")
    if named.form in (Form.ANYONE, Form.ACCOUNT):
        return f"arn:aws:iam::{named.account or STRANGER}:role/anyone", "sts:AssumeRole"
    return named.value, "sts:AssumeRole"


def short(arn: str) -> str:
    """What to call an ARN in a picture: what follows its account.

    >>> short("arn:aws:s3:::payroll/march.csv"), short("arn:aws:iam::111122223333:user/hr/ana"), short("*")
    ('payroll/march.csv', 'ana', '*')
    """
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return arn
    return fields[5].rpartition("/")[2] if fields[2] in ("iam", "sts") else fields[5]


def policy_label(name: str) -> str:
    """What to call a policy of this name in a picture.

    >>> policy_label("policy of arn:aws:s3:::payroll")
    'policy of payroll'
    """
    begin, of, arn = name.partition(" of arn:")
    return f"{begin} of {short('arn:' + arn)}" if of else name


def actions(statement: Statement) -> str:
    """The actions of a statement, in few words."""
    values = statement.action.values
    named = listed(list(values), "and") if len(values) <= 2 else f"{len(values)} actions"
    return f"all but {named}" if statement.action.negated else named


def gist(document: Policy) -> str:
    """A policy in few words."""
    if len(document.statements) > 2:
        return f"{len(document.statements)} statements"
    return "; ".join(f"{statement.effect} {actions(statement)}" for statement in document.statements)


def touches(statement: Statement, resource: Resource) -> bool:
    """Whether some action of the statement on the resource, or on what is under its policy, can match."""
    service = resource.arn.split(":")[2]
    services = (Pattern.glob(value.split(":")[0].lower()) for value in statement.action.values)
    if not statement.action.negated and not any(pattern.matches(service) for pattern in services):
        return False
    if statement.resource is None:
        return True
    patterns = [_wide(arn_pattern(parts)) for parts in statement.resource.values]
    if statement.resource.negated:
        return any(_meets([own], patterns) for own in resource.arns())
    return any(_meets([own, pattern], []) for own in resource.arns() for pattern in patterns)


def _wide(pattern: Pattern) -> Pattern:
    """A policy variable may stand for anything."""
    return Pattern(tuple(Wild.ANY if isinstance(part, Variable) else part for part in pattern.parts), pattern.fold)


def _meets(inside: Iterable[Pattern], outside: Iterable[Pattern]) -> bool:
    try:
        return find(tuple(inside), tuple(outside)) is not None
    except TooLarge:
        return True
