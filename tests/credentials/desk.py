"""A small world with STS, for the tests of what it issues and refuses."""

from typing import Any

import iamkit as ik
from iamkit.credentials.clock import Clock
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from tests.short import OWN, allow, trust

NINE = "2026-11-24T09:00:00Z"
READ = allow("s3:GetObject")
MANAGEMENT = "999999999999"


class Desk:
    """Ana, with an access key and every permission, a role that trusts the account, and STS at nine o'clock."""

    def __init__(self, **readings: bool) -> None:
        self.world = ik.World(readings=ik.Readings(**readings))
        self.own = self.world.account(OWN)
        self.ana = self.own.user("ana", policies=[allow()])
        self.key = self.ana.holdings.add_access_key()
        self.app = self.role("app")
        self.sts = Sts(self.world, Clock(NINE))

    def role(self, name: str, to: Any = OWN, action: Any = "sts:*", when: Any = None, **given: Any) -> Any:
        """A role that may do everything, unless something else is given."""
        return self.own.role(name, trust=trust(to, action, when), **{"policies": [allow()], **given})

    def open(self, by: Any = None, role: Any = None, name: str = "morning", **given: Any) -> Credentials:
        """AssumeRole, which has to succeed; by Ana's key and to app where nobody else is named."""
        return issued(self.sts.assume_role(by or self.key, role or self.app, name, **given))

    def refuse(self, by: Any = None, role: Any = None, name: str = "morning", **given: Any) -> Refused:
        """AssumeRole, which has to be refused."""
        return refused(self.sts.assume_role(by or self.key, role or self.app, name, **given))

    def may(self, by: Any, action: str, resource: str = "*", **context: Any) -> bool:
        """Whether the credentials are accepted and the request is allowed."""
        answer = self.sts.call(by, action, resource, context.get("context"))
        return bool(answer)


def issued(answer: Credentials | Refused) -> Credentials:
    assert isinstance(answer, Credentials), answer.explain()
    return answer


def refused(answer: Any) -> Refused:
    assert isinstance(answer, Refused), answer
    return answer
