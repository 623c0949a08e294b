"""A small account for the tests of privilege escalation, and few words for statements and policies."""

from typing import Any

import iamkit as ik
from iamkit.identity.account import Account
from iamkit.identity.identities import Role, User
from iamkit.prove.reach import Chain, Unreachable, can_become_admin
from tests.short import OTHER, OWN, Json, policy


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Json:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def equals(key: str, value: str | list[str]) -> Json:
    return {"Condition": {"StringEquals": {key: value}}}


def trust(principal: Any) -> Json:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


ALL = policy(allow("*"))


class Lab:
    """An account with the user ana, who holds these statements, and whatever a test adds to it."""

    def __init__(self, *statements: Json, **given: Any) -> None:
        self.world = ik.World()
        self.account: Account = self.world.account(OWN)
        self.given = given | ({"policies": [policy(*statements)]} if statements else {})
        self._ana: User | None = None

    @property
    def ana(self) -> User:
        if self._ana is None:
            self._ana = self.account.user("ana", **self.given)
        return self._ana

    def boss(self, principal: Any = None, **given: Any) -> Role:
        """A role that may do everything; by default it trusts nobody that is here."""
        trusted = principal or {"AWS": f"arn:aws:iam::{OTHER}:role/elsewhere"}
        return self.account.role("boss", trust=trust(trusted), policies=[ALL], **given)

    def admin(self) -> Chain | Unreachable:
        return can_become_admin(self.world, self.ana)

    def primitive(self) -> str | None:
        """The primitive of the one step by which ana becomes an administrator, be it on an assumption; None if she
        cannot, whatever is assumed."""
        found = self.admin()
        if isinstance(found, Unreachable):
            assert not found
            return None
        (step,) = found.steps
        return step.to_dict().get("primitive", "sts-001")


def service(name: str) -> Json:
    return {"Service": f"{name}.amazonaws.com"}
