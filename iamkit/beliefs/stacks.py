"""A grammar of small stacks: policies drawn by dice from what a recipe names. Most draws do not tell a belief apart
from the rule; the solver says which do (`iamkit.beliefs.parting`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iamkit.beliefs.cast import GROUPS, PEOPLE, ROLES, THINGS, Dice, pair
from iamkit.beliefs.scene import (
    ACME,
    AUDIT_FIRM,
    OWN,
    RESOURCE,
    STRANGER,
    TRUST,
    Asker,
    Json,
    Piece,
    Scene,
)

Principals = Callable[[Asker], list[Any]]
Make = Callable[[str, Dice], Asker]

_S3 = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
_ACTIONS: dict[str, tuple[Any, ...]] = {
    "object": (*_S3, "s3:Get*", "s3:*", ["s3:GetObject", "s3:PutObject"]),
    "role": ("sts:AssumeRole", "sts:*", ["sts:AssumeRole", "sts:TagSession"]),
    "user": ("iam:GetUser", "iam:CreateAccessKey", "iam:*", "iam:Get*", ["iam:GetUser", "iam:ListAccessKeys"]),
    "itself": ("sts:*", "sts:GetSessionToken"),
}


@dataclass(frozen=True)
class Recipe:
    """What the stacks of one belief are drawn from.

    Args:
        asker: makes the one who asks, from a name.
        asks_for: ``object``, ``role``, ``user`` or ``itself`` (an action that has no resource).
        always: the places where a policy always stands.
        at_times: the places where one stands at times.
        principals: what a Principal may say, given who asks.
        conditions: the condition blocks that a statement may have.
        denies: how often a statement is a Deny: once in so many; 0 for never.
        names: the names that the asker may have.
        owner: the account of what is asked for.
        actions: what policies may say under Action, where it is not the usual.
        asked: the actions that may be asked about; empty for any, which the solver chooses.
        conditioned: how many conditions a statement has, where it has any.
        remade: the role of the asker was deleted and made again.
        aims: what AWS may answer, where more than one answer is possible; the seed says which is looked for first.
    """

    asker: Make
    asks_for: str = "object"
    always: tuple[str, ...] = (OWN,)
    at_times: tuple[str, ...] = ()
    principals: Principals = lambda asker: [{"AWS": asker.account}]
    conditions: tuple[Json, ...] = ()
    denies: int = 4
    names: tuple[str, ...] = PEOPLE
    owner: str = ACME
    actions: tuple[Any, ...] = ()
    asked: tuple[str, ...] = ()
    conditioned: int = 1
    remade: bool = False
    aims: tuple[str, ...] = ()

    def draw(self, seed: int, dice: Dice) -> Scene:
        """One stack. The seed says who asks for what, so that neighbors differ; the dice say the rest."""
        things = {"object": THINGS, "role": ROLES, "user": PEOPLE}.get(self.asks_for, (ACME, AUDIT_FIRM, STRANGER))
        name, thing = pair(seed, self.names, things)
        asker = self.asker(name, dice)
        resource = {
            "object": f"arn:aws:s3:::{thing}",
            "role": f"arn:aws:iam::{self.owner}:role/{thing}",
            "user": f"arn:aws:iam::{self.owner}:user/{thing}",
        }.get(self.asks_for, "*")
        if self.asks_for == "itself":
            asker = Asker(asker.kind, asker.name, thing, asker.label, asker.group)
        owner = asker.account if self.asks_for == "itself" else self.owner
        places = [*self.always, *(place for place in self.at_times if dice.once_in(2))]
        pieces = [Piece(place, self._document(place, asker, resource, dice)) for place in places]
        return Scene(asker, resource, owner, tuple(pieces), self._asked_of(asker, dice), self.remade)

    def _asked_of(self, asker: Asker, dice: Dice) -> str:
        if self.asked:
            return dice.pick(self.asked)
        by_proof = {"saml-provider": "sts:AssumeRoleWithSAML", "oidc-provider": "sts:AssumeRoleWithWebIdentity"}
        return by_proof.get(asker.name.partition("/")[0], "")

    def _document(self, place: str, asker: Asker, resource: str, dice: Dice) -> Json:
        number = 1 + dice.number(2)
        return {
            "Version": "2012-10-17",
            "Statement": [self._statement(place, asker, resource, dice) for _ in range(number)],
        }

    def _statement(self, place: str, asker: Asker, resource: str, dice: Dice) -> Json:
        made: Json = {"Effect": "Deny" if self.denies and dice.once_in(self.denies) else "Allow"}
        if place in (RESOURCE, TRUST):
            made["Principal"] = dice.pick(self.principals(asker))
        made["Action"] = dice.pick(self.actions or _ACTIONS[self.asks_for])
        if place != TRUST:
            made["Resource"] = dice.pick([resource, _all_of_them(resource), "*"])
        if self.conditions and not dice.once_in(3):
            made["Condition"] = self._condition(dice)
        return made

    def _condition(self, dice: Dice) -> Json:
        first = dice.number(len(self.conditions))
        chosen = [self.conditions[(first + step) % len(self.conditions)] for step in range(self.conditioned)]
        return {operator: keys for block in chosen for operator, keys in block.items()}


def _all_of_them(resource: str) -> str:
    """A pattern for the resource and its like: all of the bucket, all roles."""
    return f"{resource.rpartition('/')[0]}/*" if "/" in resource else "*"


# Who asks


def user(name: str, dice: Dice) -> Asker:
    """A user of Acme."""
    return Asker("user", name)


def member(name: str, dice: Dice) -> Asker:
    """A user of Acme that is in a group."""
    return Asker("user", name, group=dice.pick(GROUPS))


def outsider(name: str, dice: Dice) -> Asker:
    """A user of the audit firm."""
    return Asker("user", name, AUDIT_FIRM)


def session(name: str, dice: Dice) -> Asker:
    """A person who assumed a role of Acme."""
    return Asker("session", dice.pick(ROLES), label=name)


def user_or_session(name: str, dice: Dice) -> Asker:
    """One or the other."""
    return dice.pick([user, session])(name, dice)
