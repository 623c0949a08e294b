"""The audit firm of lesson 6: Ledger has an account of its own, people, and a service that assumes customers' roles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import IMPLICIT, Decision
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDIT_FIRM,
    AUDITOR,
    HANDBOOK,
    MARCH,
    PAYROLL,
    ROBOT,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.world import World

LEDGER = f"arn:aws:iam::{AUDIT_FIRM}:"
LENA, OTTO, DESK = f"{LEDGER}user/lena", f"{LEDGER}user/otto", f"{LEDGER}role/audit-desk"
REPORTS = f"{LEDGER}role/customer-reports"
PAPERS, LOGS = "arn:aws:s3:::ledger-papers", "arn:aws:s3:::acme-logs"
ASSUME, READ, MORNING = "sts:AssumeRole", "s3:GetObject", "2026-12-01T09:00:00Z"
EXTERNAL_ID, SOURCE_ACCOUNT, ORGANIZATION = "sts:ExternalId", "aws:SourceAccount", "o-acme12345"
HEADQUARTERS, PRIVATE = "222233334444", "123456789012"
"""The management account of Acme's organization, and the account that Mallory has at home."""
BOOK = {"Acme": "acme-2026", "Mallory": "mallory-2026"}
"""Ledger's customers, and the ExternalId that Ledger has chosen for each."""

MAY_ASK = policy(statement("Allow", ASSUME, AUDITOR, sid="MayAsk"))
READ_PAYROLL = policy(statement("Allow", READ, f"{PAYROLL}/*", sid="AcmePayroll"))
EVERYTHING = policy(statement("Allow", "*", "*", sid="Everything"))
_OWN_PAPERS = policy(statement("Allow", ["s3:GetObject", "s3:PutObject"], f"{PAPERS}/*", sid="OwnPapers"))
_CUSTOMERS = policy(statement("Allow", ASSUME, "*", sid="CustomersRoles"))


def trusting(principal: Any, external_id: str = "") -> dict[str, Any]:
    """A trust policy that lets in this principal; with an ExternalId, only if it is sent."""
    tested = {"StringEquals": {EXTERNAL_ID: external_id}} if external_id else None
    return policy(statement("Allow", ASSUME, sid="LetIn", principal=principal, condition=tested))


def sharing(principal: Any) -> dict[str, Any]:
    """A policy for the payroll bucket that lets this principal read its files."""
    return policy(statement("Allow", READ, f"{PAYROLL}/*", sid="Share", principal=principal))


def two_companies(*, trust: Source | None = None, bucket: Source | None = None, lena: Source | None = None,
                  robot: Source | None = None) -> World:  # fmt: skip
    """Acme, and Ledger beside it.

    Args:
        trust: the trust policy of Acme's role ``auditor``; it names Ledger's account if left out.
        bucket: a policy for Acme's payroll bucket.
        lena, robot: one more policy of their own.

    >>> two_companies(lena=MAY_ASK).decide(LENA, ASSUME, AUDITOR).effect
    'Allowed'
    """
    world = larger_company()
    acme, ledger = world.accounts[ACCOUNT], world.account(AUDIT_FIRM, "ledger")
    ledger.policy("OwnPapers", _OWN_PAPERS)
    for name in ("lena", "otto"):
        ledger.user(name, policies=["OwnPapers"])
    runs = policy(statement("Allow", ASSUME, principal={"Service": "ecs-tasks.amazonaws.com"}))
    ledger.role("audit-desk", trust=runs, inline={"Customers": _CUSTOMERS})
    ledger.resource(PAPERS)
    given = trusting({"AWS": AUDIT_FIRM}) if trust is None else trust
    acme.roles["auditor"].trust = Policy.parse(given, name="trust of auditor")
    if bucket is not None:
        del acme.resources[PAYROLL]
        acme.resource(PAYROLL, policy=bucket)
    for user, own in ((ledger.users["lena"], lena), (acme.users["ci-robot"], robot)):
        if own is not None:
            user.inline["Own"] = Policy.parse(own, name="Own")
    return world


def reports(trust: Source | None = None) -> World:
    """The other direction: Ledger has a role for customers who fetch their reports. Ana may ask for it by her own
    policy; Acme's robot may ask for any role.

    Args:
        trust: the trust policy of the role; it names Lena if left out.
    """
    world = two_companies(robot=policy(statement("Allow", "sts:*", "*", sid="AnyRole")))
    may_ask = Policy.parse(policy(statement("Allow", ASSUME, REPORTS, sid="MayAsk")), name="Own")
    world.accounts[ACCOUNT].users["ana"].inline["Own"] = may_ask
    inside = policy(statement("Allow", READ, f"{PAPERS}/acme/*", sid="ReadReports"))
    given = trusting({"AWS": LENA}) if trust is None else trust
    world.accounts[AUDIT_FIRM].role("customer-reports", trust=given, inline={"Inside": inside})
    return world


def sts_for(world: World) -> Sts:
    """STS for a world, on a morning in December."""
    return Sts(world, Clock(MORNING))


# Both sides

KEYS = {
    "lena": "Acme's trust policy names Lena",
    "account": "Acme's trust policy names Ledger's account",
    "own": "Lena's own policy allows sts:AssumeRole on the role",
    "everything": "Lena's own policy allows everything",
}
_NAMED = {"lena": LENA, "account": AUDIT_FIRM}


def door(ticked: Collection[str]) -> World:
    """The world in which the policies say what is ticked. With no name ticked, the trust policy names Ana."""
    named = [arn for key, arn in _NAMED.items() if key in ticked] or [ANA]
    said = {"own": MAY_ASK["Statement"], "everything": EVERYTHING["Statement"]}
    own = [one for key, written in said.items() if key in ticked for one in written]
    return two_companies(trust=trusting({"AWS": named}), lena=policy(*own) if own else None)


def combinations() -> Table:
    """Acme's robot and Ledger's Lena at a bucket and at a role, for each way to set the two sides; decided by the
    kit."""
    callers = [(who, own) for who in (ROBOT, LENA) for own in (False, True)]
    rows = [
        (f"{way}: {words}", *("yes" if _passes(way, named, *caller) else "no" for caller in callers))
        for way in ("bucket", "role")
        for named, words in (("her", "the caller"), ("account", "the account"), ("Ana", "Ana"))
    ]
    head = ("Acme names", "robot: silent", "robot: allow", "Lena: silent", "Lena: allow")
    return Table("Who gets through?", head, tuple(rows))


def _passes(way: str, named: str, who: str, own: bool) -> bool:
    """Whether the caller gets through where Acme's side names somebody, and the caller's own policies may allow it."""
    principal = {"AWS": {"her": who, "account": who.split(":")[4], "Ana": ANA}[named]}
    action, thing = (READ, MARCH) if way == "bucket" else (ASSUME, AUDITOR)
    mine = policy(statement("Allow", action, thing, sid="Own")) if own else None
    world = two_companies(
        trust=trusting(principal) if way == "role" else None,
        bucket=sharing(principal) if way == "bucket" else None,
        lena=mine if who == LENA else None,
        robot=mine if who == ROBOT else None,
    )
    return world.decide(who, action, thing).allowed


# An organization


def organization() -> World:
    """Acme's organization: its headquarters, which is the management account, with Olga; and Acme itself, whose
    handbook is open to the organization. Ledger is outside."""
    world = two_companies(lena=EVERYTHING)
    acme, headquarters = world.accounts[ACCOUNT], world.account(HEADQUARTERS, "headquarters")
    headquarters.user("olga", policies=[policy(statement("Allow", READ, "*", sid="ReadFiles"))])
    ours = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    del acme.resources[HANDBOOK]
    everyone = statement("Allow", READ, f"{HANDBOOK}/*", sid="OurPeople", principal="*", condition=ours)
    acme.resource(HANDBOOK, policy=policy(everyone))
    world.organize(ORGANIZATION, management=headquarters, accounts=[acme])
    return world


# The audit service


@dataclass(frozen=True, repr=False)
class Order:
    """What came of an order at Ledger's service. True in an ``if`` if a report was delivered.

    Args:
        customer: who ordered.
        flow: what was said, step by step.
        session: what STS answered to the service.
        read: the decision on reading the payroll; None where it did not come so far.
    """

    customer: str
    flow: Flow
    session: Credentials | Refused
    read: Decision | None

    def __bool__(self) -> bool:
        return bool(self.read)

    @property
    def effect(self) -> str:
        """The effect of the decision that settled it."""
        decision = self.session.decision if isinstance(self.session, Refused) else self.read
        return IMPLICIT if decision is None else decision.effect

    def explain(self) -> str:
        """The outcome in words."""
        if self:
            return f"{self.customer} gets a report on Acme's payroll."
        refused = self.session.decision if isinstance(self.session, Refused) else None
        return f"{self.customer} gets nothing. {refused.because if refused is not None else ''}".strip()

    def __repr__(self) -> str:
        return f"<Order of {self.customer}: {self.explain()}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from iamkit.draw.sequence import sequence

        picture = sequence(self.flow)
        words, html = self.explain(), f"<p><strong>{self.explain()}</strong></p>{picture.html}"
        return {"text/plain": f"{words}\n{picture.text}", "text/html": html}


def order(world: World, customer: str, typed: str | None = None) -> Order:
    """Order a report at Ledger's service, on Acme's role ``auditor``.

    Args:
        world: the world with the role.
        customer: who orders: ``Acme`` or ``Mallory``.
        typed: an ExternalId that the customer types in; if left out, Ledger takes the customer's from its own book.
    """
    sts, number = sts_for(world), BOOK[customer] if typed is None else typed
    service, role = "Ledger's service", "role auditor of Acme"
    script = Script(f"{customer} orders a report", (customer, service, "STS", "S3"))
    asked = f"Report on {role}, please" + (f"; my ExternalId: {typed}" if typed else "")
    script.say(customer, service, asked, {"RoleArn": AUDITOR})
    script.say(service, "STS", f"AssumeRole, ExternalId {number}", {"RoleArn": AUDITOR, "ExternalId": number})
    session = sts.assume_role(DESK, AUDITOR, customer.lower(), external_id=number)
    script.say("STS", service, "credentials" if session else "no credentials", decided=session)
    if not isinstance(session, Credentials):
        return Order(customer, script.end(), session, None)
    read = sts.call(session, READ, MARCH)
    assert isinstance(read, Decision)
    script.say(service, "S3", "GetObject march.csv", decided=read)
    script.say(service, customer, "here is the report")
    return Order(customer, script.end(), session, read)


ORDERS = {"Mallory": "Attack: order as Mallory", "Acme": "Order as Acme"}
"""The buttons of the audit service."""
CHANGES = {
    "tested": "Acme's trust policy tests sts:ExternalId",
    "known": "Mallory knows Acme's ExternalId",
    "typed": "Ledger lets its customers type in the ExternalId",
}
"""What can be ticked beside them."""


def ordered(customer: str, ticked: Collection[str]) -> Order:
    """What comes of an order when these are ticked."""
    world = two_companies(trust=trusting({"AWS": AUDIT_FIRM}, BOOK["Acme"] if "tested" in ticked else ""))
    knows = customer == "Acme" or "known" in ticked
    return order(world, customer, BOOK["Acme" if knows else customer] if "typed" in ticked else None)


# A service as a deputy


def trail(condition: Mapping[str, Any] | None = None) -> World:
    """Acme with a bucket into which AWS CloudTrail may write; with a condition on its requests, if one is given."""
    world = larger_company()
    service = {"Service": "cloudtrail.amazonaws.com"}
    writes = statement("Allow", "s3:PutObject", f"{LOGS}/*", sid="Trail", principal=service,
                       condition=dict(condition) if condition else None)  # fmt: skip
    world.accounts[ACCOUNT].resource(LOGS, policy=policy(writes))
    return world
