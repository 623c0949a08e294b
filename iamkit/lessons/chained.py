"""The company of lesson 7: roles that assume roles, a key that is stolen, and who can come to be an administrator."""

from collections.abc import Sequence
from typing import Any

from iamkit.credentials import events
from iamkit.credentials.clock import Clock, When, instant, iso
from iamkit.credentials.events import Change
from iamkit.credentials.sts import Sts
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.identity.holdings import AccessKey
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDITOR,
    BUILDS,
    HANDBOOK,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.table import Table
from iamkit.policy.document import Policy
from iamkit.prove.answers import Unknown
from iamkit.prove.latest import latest_access
from iamkit.prove.reach import who_can_become
from iamkit.prove.untils import Latest, NoneAfter
from iamkit.prove.values import Undecided
from iamkit.readings import Readings
from iamkit.world import World

DEPLOY, APP, ARCHIVE = f"{IAM}role/deploy", f"{IAM}role/payroll-app", f"{IAM}role/archive"
READ, ASSUME = ("s3:GetObject", f"{PAYROLL}/*"), "sts:AssumeRole"
NINE, FORTY, FIVE_PAST_TEN, SIX_PAST = (f"2026-11-24T{t}:00Z" for t in ("09:00", "09:40", "10:05", "10:06"))
TWELVE_HOURS, LAMBDA = 43_200, "lambda.amazonaws.com"
APPLICATION = "The application, which Lambda starts at 10:06,"
_COMING_IN = [ASSUME, "sts:TagSession", "sts:SetSourceIdentity"]


def let_in(*arns: str, **others: str) -> dict[str, Any]:
    """A trust policy that lets in these principals, with session tags and a source identity."""
    return policy(statement("Allow", _COMING_IN, sid="LetIn", principal={"AWS": list(arns), **others}))


def company(longest: int = 3600, itself: bool = False, **readings: bool) -> World:
    """The company with a chain: the robot assumes ``deploy``, which assumes ``payroll-app``, which reads the payroll.

    Args:
        longest: the longest session of each role of the chain, in seconds.
        itself: whether ``payroll-app`` trusts itself as well.
        readings: how AWS's pages are read, as in `iamkit.readings.Readings`.

    >>> company().reach(ROBOT, READ)
    <Chain: user/ci-robot -> role/deploy -> role/payroll-app>
    """
    world = larger_company()
    world.readings = Readings(**readings)
    acme = world.accounts[ACCOUNT]
    publish = policy(statement("Allow", "s3:PutObject", f"{HANDBOOK}/*", sid="PublishHandbook"))
    acme.role("deploy", trust=let_in(ROBOT, ANA), inline={"Deploy": publish}, max_session=longest)
    app = acme.roles["payroll-app"]
    trust = let_in(DEPLOY, *[APP] * itself, Service=LAMBDA)
    app.trust, app.max_session = Policy.parse(trust, name="trust of payroll-app"), longest
    store = policy(statement("Allow", "s3:PutObject", f"{BUILDS}/payslips/*", sid="StorePayslips"))
    acme.role("archive", trust=let_in(APP), inline={"Archive": store}, max_session=longest)
    acme.users["ci-robot"].holdings.add_access_key(instant("2025-10-20"))
    return world


def robots_key(world: World) -> AccessKey:
    """The robot's access key."""
    return world.accounts[ACCOUNT].users["ci-robot"].holdings.access_keys[0]


def sts_for(world: World, when: When = NINE) -> Sts:
    """STS for a world, at nine in the morning if nothing else is said."""
    return Sts(world, Clock(when))


# The stolen key


def stolen(**given: Any) -> tuple[Timeline, AccessKey]:
    """The day on which the robot's key is stolen at 09:00 and deactivated at 09:40, and the key.

    Args:
        given: as for `company`.
    """
    world = company(**given)
    key = robots_key(world)
    return Timeline(world, NINE).then(FORTY, events.deactivate(key)), key


def mended(*more: Change, **given: Any) -> tuple[Timeline, AccessKey]:
    """The same day; at 10:05 ``deploy`` trusts Ana only, and whatever else is given is done.

    Args:
        more: changes at 10:05.
        given: as for `company`.
    """
    day, key = stolen(**given)
    return day.then(FIVE_PAST_TEN, events.set_trust(DEPLOY, let_in(ANA)), *more), key


def clock_time(answer: Latest | NoneAfter | Unknown) -> str:
    """The time of day of the last access, with the day where it is another one; ``never`` where there is no end.

    Raises:
        Undecided: if it is unknown.
    """
    if isinstance(answer, Unknown):
        raise Undecided(answer.reason)
    last = answer.instant if isinstance(answer, Latest) else answer.last
    if last is None:
        return "never"
    day, _, time = iso(last).removesuffix("Z").partition("T")
    return time if day == NINE[:10] else f"{day} {time}"


_DENY_ALL = policy(statement("Deny", "*", "*", sid="Stop"))
SINGLE: dict[str, Sequence[Change]] = {
    "nothing more": (),
    "delete the robot": (events.delete(ROBOT),),
    "revoke the sessions of deploy": (events.revoke_sessions(DEPLOY),),
    "revoke the sessions of payroll-app": (events.revoke_sessions(APP),),
    "payroll-app is denied everything": (events.put_policy(APP, "Stop", _DENY_ALL),),
    "delete payroll-app": (events.delete(APP),),
}
"""What may be done at 10:05, each by itself."""


def remedies() -> Table:
    """For each thing that may be done at 10:05: until when the thief reads, and whether the application reads on."""
    rows = []
    for words, changes in SINGLE.items():
        day, key = mended(*changes)
        works = "yes" if work(day)[APPLICATION] else "no"
        rows.append((words, clock_time(latest_access(day, key, READ)), works))
    head = ("at 10:05, besides the trust policy", "the thief reads until", "does the application read at 10:06?")
    return Table("One remedy at a time", head, tuple(rows))


def work(day: Timeline) -> dict[str, bool]:
    """What others do at 10:06 of the day, and whether it works."""
    sts = day.sts(SIX_PAST)
    there = {one.arn for one in (*sts.world.users(), *sts.world.roles())}

    def known(by: Credentials | str | None) -> bool:
        return isinstance(by, Credentials) or by == LAMBDA or by in there

    def hop(by: Credentials | str | None, role: str) -> Credentials | None:
        issued = sts.assume_role(by, role, "work") if by is not None and known(by) and role in there else None
        return issued if isinstance(issued, Credentials) else None

    def does(by: Credentials | str | None, action: str, resource: str) -> bool:
        return by is not None and known(by) and bool(sts.call(by, action, resource))

    deploy, app = hop(ANA, DEPLOY), hop(LAMBDA, APP)
    return {
        APPLICATION: does(app, "s3:GetObject", MARCH),
        "Ana's own reading of the payroll": does(ANA, "s3:GetObject", MARCH),
        "Publishing as `deploy`, which Ana assumes at 10:06,": does(deploy, "s3:PutObject", f"{HANDBOOK}/a.pdf"),
        "Ana's way through `deploy` to `payroll-app`": does(hop(deploy, APP), "s3:GetObject", MARCH),
        "The robot's storing of builds": does(ROBOT, "s3:PutObject", f"{BUILDS}/1.zip"),
        "The auditor's reading": does(AUDITOR, "s3:GetObject", MARCH),
    }


# Who can come to be an administrator?

ADMIN, HELPDESK, UPKEEP, TICKETS = (f"{IAM}role/{name}" for name in ("admin", "helpdesk", "upkeep", "tickets"))
OLGA = f"{IAM}user/olga"


def _trust(*arns: str) -> dict[str, Any]:
    return policy(statement("Allow", ASSUME, sid="LetIn", principal={"AWS": list(arns)}))


def _may_assume(*roles: str) -> dict[str, Any]:
    return policy(statement("Allow", ASSUME, list(roles), sid="MayAssume"))


def office() -> World:
    """The company with an administrator's role, and five more through which one may come to it, or not."""
    world = larger_company()
    acme = world.accounts[ACCOUNT]
    acme.user("olga")
    acme.users["ci-robot"].inline["Own"] = Policy.parse(_may_assume(DEPLOY), name="Own")
    acme.role("admin", trust=_trust(OLGA, UPKEEP), policies=[policy(statement("Allow", "*", "*", sid="Everything"))])
    acme.role("deploy", trust=_trust(ACCOUNT), inline={"Own": _may_assume(UPKEEP)})
    acme.role("helpdesk", trust=_trust(MALLORY), inline={"Own": _may_assume("*")})
    acme.role("tickets", trust=_trust(ACCOUNT))
    acme.role("upkeep", trust=_trust(DEPLOY))
    return world


def becoming(world: World) -> dict[str, frozenset[str]]:
    """For each role, who can come to act as it."""
    return {role.arn: frozenset(who_can_become(world, role.arn)) for role in world.roles()}
