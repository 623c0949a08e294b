"""A scene: a small world of the story, who asks in it, and for what. It can be told, measured and made smaller."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from iamkit.identity.account import Account
from iamkit.identity.organization import control_policies
from iamkit.identity.principals import Session
from iamkit.policy.places import Place
from iamkit.world import Who, World

Json = dict[str, Any]
Measure = tuple[int, int, int, int]

ACME, AUDIT_FIRM, STRANGER, HEADQUARTERS = "111122223333", "444455556666", "777788889999", "999988887777"
FIRMS = {ACME: "Acme", AUDIT_FIRM: "the audit firm", STRANGER: "another company", HEADQUARTERS: "headquarters"}
_LAMBDA = {"Service": "lambda.amazonaws.com"}
NOBODY: Json = {"Statement": {"Effect": "Allow", "Principal": _LAMBDA, "Action": "sts:AssumeRole"}}
"""The trust policy of a role of which the scene says none: a service may assume it, no person."""
_KINDS = {"federated user": "GetFederationToken", "token": "GetSessionToken"}

OWN, GROUP, PERSON, BOUNDARY, SESSION = "own", "group", "person", "boundary", "session"
RESOURCE, TRUST, SCP_ROOT, SCP_UNIT, SCP_ACCOUNT = (
    "resource",
    "trust",
    "SCP at Root",
    "SCP at Offices",
    "SCP at account",
)


@dataclass(frozen=True)
class Asker:
    """Who asks.

    Args:
        kind: ``user``, ``session`` (of a role), ``token`` (a user with GetSessionToken's credentials),
            ``federated user`` or ``provider``.
        name: of the user or role; of a provider what follows ``iam::ID:`` in its ARN.
        account: its account's ID.
        label: the name of the session, for a role session and a federated user.
        group: the group that the user is in, or empty.
    """

    kind: str
    name: str
    account: str = ACME
    label: str = ""
    group: str = ""

    @property
    def arn(self) -> str:
        """The ARN of the user, role or provider."""
        part = {"provider": "", "session": "role/"}.get(self.kind, "user/")
        return f"arn:aws:iam::{self.account}:{part}{self.name}"

    def who(self, policy: list[Json] | None) -> Who:
        """The principal of the question; ``policy`` is its session policies."""
        if self.kind == "session":
            return Session(self.arn, self.label, policy)
        if self.kind in _KINDS:
            keys = {"aws:MultiFactorAuthPresent": "false"} if self.kind == "token" else {}
            return Session(self.arn, self.label, policy, operation=_KINDS[self.kind], keys=keys)
        return self.arn

    def __str__(self) -> str:
        firm = "" if self.account == ACME else f" of {FIRMS[self.account]}"
        return {
            "user": f"the user {self.name}{firm}",
            "token": f"the user {self.name}{firm}, with credentials of GetSessionToken without MFA,",
            "session": f"a session of the role {self.name}{firm}, named {self.label},",
            "federated user": f"the federated user {self.label}, for whom the user {self.name}{firm} called "
            "GetFederationToken,",
            "provider": f"a person with proof from {self.name}",
        }[self.kind]


@dataclass(frozen=True)
class Piece:
    """One policy document, and where it stands."""

    place: str
    document: Json

    @property
    def statements(self) -> list[Json]:
        return self.document["Statement"]


@dataclass(frozen=True)
class Scene:
    """A world with one question.

    Args:
        asker: who asks.
        resource: the ARN of what is asked for, or ``*``.
        owner: the account of the resource.
        pieces: the policies.
        action: the action; empty where the solver chooses it.
        remade: the role was deleted, and made again under its name, after the policies were written.
    """

    asker: Asker
    resource: str
    owner: str = ACME
    pieces: tuple[Piece, ...] = ()
    action: str = ""
    remade: bool = False

    def at(self, place: str) -> list[Json]:
        """The documents that stand in a place."""
        return [piece.document for piece in self.pieces if piece.place == place]

    # The world

    def world(self) -> tuple[World, Who]:
        """The world, and who asks in it.

        Raises:
            IamkitError: if a policy may not stand in its place.
        """
        world = World()
        for account in dict.fromkeys((self.asker.account, self.owner)):
            world.account(account, FIRMS[account])
        home, owner = world.accounts[self.asker.account], world.accounts[self.owner]
        self._resource(owner)
        self._asker(home)
        if self.remade:
            self._make_again(world, home)
        if any(piece.place.startswith("SCP") for piece in self.pieces):
            self._organize(world, home)
        return world, self.asker.who(self.at(SESSION) or None)

    def _resource(self, owner: Account) -> None:
        bucket = self.resource.partition("/")[0]
        if ":role/" in self.resource:
            trust = (self.at(TRUST) or [NOBODY])[0]
            owner.role(self.resource.rpartition("/")[2], trust=trust, max_session=43_200)
        elif bucket.startswith("arn:aws:s3:::"):
            owner.resource(bucket, policy=next(iter(self.at(RESOURCE)), None))

    def _asker(self, home: Account) -> None:
        asker, inline = self.asker, _inline(self.at(OWN))
        ceiling = self.at(BOUNDARY)
        boundary = home.policy("Ceiling", ceiling[0]).name if ceiling else None
        if asker.group:
            home.group(asker.group, inline=_inline(self.at(GROUP)))
        if asker.kind == "session":
            path, _, name = f"/{asker.name}".rpartition("/")
            home.role(name, path=f"{path}/", trust=NOBODY, inline=inline, boundary=boundary)
            if person := self.at(PERSON):
                home.user(asker.label, inline=_inline(person))
        elif asker.kind != "provider":
            home.user(asker.name, inline=inline, boundary=boundary, groups=[asker.group] if asker.group else [])

    def _make_again(self, world: World, home: Account) -> None:
        world.delete(world.identity(self.asker.arn))
        home.role(self.asker.name, trust=NOBODY, inline=_inline(self.at(OWN)))

    def _organize(self, world: World, home: Account) -> None:
        world.account(HEADQUARTERS, FIRMS[HEADQUARTERS])
        root = world.organize("o-acme123456", management=HEADQUARTERS, scps=self.at(SCP_ROOT) or None).root
        root.unit("Offices", scps=self.at(SCP_UNIT) or None, accounts=[home])
        home.scps = control_policies(self.at(SCP_ACCOUNT) or None, Place.SCP, home.id)

    # Measure, and what is smaller

    @property
    def measure(self) -> Measure:
        """Number of policies, of statements, of conditions, and length of the text."""
        statements = [statement for piece in self.pieces for statement in piece.statements]
        conditions = sum(len(keys) for one in statements for keys in one.get("Condition", {}).values())
        text = sum(len(json.dumps(piece.document)) for piece in self.pieces)
        return len(self.pieces), len(statements), conditions, text

    def smaller(self) -> Iterator["Scene"]:
        """The scenes with one thing less: a policy, a statement, a condition, one value of a list, or the group."""
        for index in range(len(self.pieces)):
            yield replace(self, pieces=self.pieces[:index] + self.pieces[index + 1 :])
        for less in (_without_statement, _without_condition, _without_value):
            for index, piece in enumerate(self.pieces):
                for document in less(piece.document):
                    one = Piece(piece.place, document)
                    yield replace(self, pieces=(*self.pieces[:index], one, *self.pieces[index + 1 :]))
        if self.asker.group and not self.at(GROUP):
            yield replace(self, asker=replace(self.asker, group=""))


def _inline(documents: list[Json]) -> dict[str, Json]:
    return {f"Policy{number}": document for number, document in enumerate(documents, 1)}


def _without_statement(document: Json) -> Iterator[Json]:
    statements = document["Statement"]
    for index in range(len(statements)) if len(statements) > 1 else ():
        yield {**document, "Statement": statements[:index] + statements[index + 1 :]}


def _without_condition(document: Json) -> Iterator[Json]:
    for index, statement in enumerate(document["Statement"]):
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                smaller = deepcopy(document)
                block = smaller["Statement"][index]["Condition"]
                del block[operator][key]
                if not block[operator]:
                    del block[operator]
                if not block:
                    del smaller["Statement"][index]["Condition"]
                yield smaller


def _without_value(document: Json) -> Iterator[Json]:
    for index, statement in enumerate(document["Statement"]):
        for path, values in _lists(statement):
            for dropped in values:
                smaller = deepcopy(document)
                block = smaller["Statement"][index]
                for step in path[:-1]:
                    block = block[step]
                left = [value for value in values if value != dropped]
                block[path[-1]] = left if len(left) > 1 else left[0]
                yield smaller


def _lists(element: Json) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every list of values inside a statement, with the way to it."""
    for key, value in element.items():
        if isinstance(value, dict):
            yield from (((key, *path), values) for path, values in _lists(value))
        elif isinstance(value, list) and len(value) > 1:
            yield (key,), value
