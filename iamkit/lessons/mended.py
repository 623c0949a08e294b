"""What must hold in the company of lesson 11, task by task and for all of it at once; each is proved or refuted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.clock import iso
from iamkit.credentials.timeline import Timeline
from iamkit.identity.holdings import AccessKey
from iamkit.identity.identities import Role, User
from iamkit.lessons.audited import (
    ADMIN,
    AFTER,
    ANA,
    AUDITOR,
    BACKUP,
    COPIES,
    EXTERNAL_ID,
    FIXES,
    MAINTENANCE,
    OLGA,
    PAYROLL_APP,
    READ,
    RESET,
    VICTOR,
    day_of,
    hindered,
    short,
)
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, HANDBOOK, IAM, PAYROLL, policy, statement
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, MAIN
from iamkit.lessons.table import Table
from iamkit.lessons.wishes import beyond
from iamkit.prove.answers import Answer, Unknown, Witness
from iamkit.prove.chains import Chain, Unreachable
from iamkit.prove.checks import is_public
from iamkit.prove.latest import latest_access
from iamkit.prove.reach import can_become_admin, reach
from iamkit.prove.untils import Latest
from iamkit.prove.values import Undecided
from iamkit.world import World

ADMINS, READERS = (OLGA, ADMIN, MAINTENANCE), (ANA, AUDITOR, BACKUP, PAYROLL_APP)
"""Who is meant to administer, and who is meant to read the payroll."""
ALL_OF_S3 = ("s3:*", "*")
_LAST_BEFORE = "2026-11-24T09:29:59Z"

# Limits: what a policy may permit at most

INSIDE = policy(
    statement("Allow", "*", "*", principal="*", condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})
)
PAGES = policy(statement("Allow", READ, f"{HANDBOOK}/*", principal="*"))
WITH_THE_ID = policy(
    statement("Allow", "sts:*", principal="*", condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}})
)
LEDGER_ALONE = policy(statement("Allow", "sts:*", principal={"AWS": AUDIT_FIRM}))
MAIN_ALONE = policy(statement("Allow", "sts:*", principal="*", condition={"StringEquals": {f"{GITHUB}:sub": MAIN}}))
GITHUB_ALONE = policy(statement("Allow", "sts:*", principal={"Federated": GITHUB_PROVIDER}))
STAFF_ALONE = policy(
    statement("Allow", RESET, f"{IAM}user/staff/*"), statement("Allow", ["iam:Get*", "iam:List*"], "*")
)


# What is asked


def sure(answer: Answer) -> Answer:
    """The answer, unless it is unknown.

    Raises:
        Undecided: if it is.
    """
    if isinstance(answer, Unknown):
        raise Undecided(answer.reason)
    return answer


def way(found: Chain | Unreachable) -> str:
    """A chain in a line; empty if there is none.

    Raises:
        Undecided: if it is unknown whether some door opens.
    """
    if isinstance(found, Chain):
        condition = f", if {' and '.join(found.assumptions)}" if found.assumptions else ""
        end = f" ({found.gain})" if found.gain else ""
        return f"{' → '.join(f'`{short(arn)}`' for arn in found.principals)}{end}{condition}"
    if found.unknown:
        raise Undecided(f"it is unknown whether these doors open: {', '.join(found.unknown)}")
    return ""


def everybody(world: World) -> list[User | Role]:
    """Users, then roles."""
    return [*world.users(), *world.roles()]


def to_admin(world: World, sources: Iterable[str]) -> str:
    """The first way by which one of these comes to be an administrator."""
    return next(filter(None, (way(can_become_admin(world, arn)) for arn in sources)), "")


def to_payroll(world: World, sources: Iterable[str]) -> str:
    """The first way, escalations included, by which one of these does anything to the payroll, its copies, or the
    buckets of both: whoever writes a bucket's policy may let in whom they like."""
    for arn in sources:
        for place in (f"{PAYROLL}/*", PAYROLL, f"{COPIES}/*", COPIES):
            found = reach(world, arn, ("s3:*", place), escalation=True)
            if steps := way(found):
                does = found.arrival.request.action if isinstance(found, Chain) and found.arrival else "s3:*"
                return f"{steps}; then `{does}` on `{short(place)}`"
    return ""


def latest_of(day: Timeline, key: AccessKey) -> Latest | None:
    """The last that whoever holds the leaked key does in S3, where that is at 09:30 or later.

    Raises:
        Undecided: if it is unknown.
    """
    found = latest_access(day, key, ALL_OF_S3, after=_LAST_BEFORE)
    if isinstance(found, Unknown):
        raise Undecided(found.reason)
    return found if isinstance(found, Latest) else None


def key_goes_on(day: Timeline, key: AccessKey) -> str:
    """What whoever holds the leaked key can still do in S3 from 09:30 on; empty if nothing."""
    found = latest_of(day, key)
    if found is None:
        return ""
    until = f"until {iso(found.instant)}" if found.instant is not None else "for ever"
    hops = [f"{hop.holding.operation} (`{short(str(hop.holding.of))}`, {iso(hop.issued)})" for hop in found.steps]
    request = found.used.request
    by = f": {', then '.join(hops)}" if hops else ""
    return f"The thief may do `{request.action}` on `{short(request.resource)}` {until}{by}."


def victor_goes_on(world: World) -> str:
    """What Victor is still allowed; empty if nothing, or if he is gone."""
    if VICTOR not in {user.arn for user in world.users()}:
        return ""
    for action in ("iam:*", "s3:*", "lambda:*", "sts:AssumeRole", "kms:*"):
        found = sure(world.can(VICTOR, action, "*"))
        if isinstance(found, Witness):
            return f"Victor may do `{found.request.action}` on `{found.request.resource}`."
    return ""


# The whole company


def _outside(world: World) -> Iterator[str]:
    """What somebody outside gets who should not."""
    acme = world.accounts[ACCOUNT]
    handbook = acme.resources[HANDBOOK].policy
    auditor, robot = (role.trust if role else None for role in map(acme.roles.get, ("auditor", "robot")))
    limits = ((handbook, (INSIDE,)), (auditor, (WITH_THE_ID, LEDGER_ALONE)), (robot, (MAIN_ALONE, GITHUB_ALONE)))
    for one, most in limits:
        yield from (beyond(one, limit) for limit in most if one is not None)
    trusts = [role.trust for role in world.roles()]
    documents = [one for one in (*trusts, *(held.policy for held in world.resources())) if one is not None]
    for document in documents:
        found = sure(is_public(document))
        if isinstance(found, Witness):
            yield f"`{found.request.principal}` may do `{found.request.action}` on `{short(found.request.resource)}`."


def _others(world: World, but: Iterable[str]) -> list[str]:
    meant = {*ADMINS, *but}
    return [one.arn for one in everybody(world) if one.arn not in meant]


Fault = Callable[[Timeline, AccessKey, World], str]
WHOLE: dict[str, Fault] = {
    "nobody outside comes in, but Ledger with its ExternalId and the robot from the branch main":
        lambda day, key, world: next(filter(None, _outside(world)), ""),
    "nobody becomes an administrator, but Olga and the clean-up":
        lambda day, key, world: to_admin(world, _others(world, ())),
    "nobody else comes to the payroll or its copies, files or buckets, by any escalation":
        lambda day, key, world: to_payroll(world, _others(world, READERS)),
    "nothing is left of the leaked key, nor of Victor, from 09:30 on":
        lambda day, key, world: key_goes_on(day, key) or victor_goes_on(world),
    "everybody's work is possible":
        lambda day, key, world: next(iter(hindered(world)), ""),
}  # fmt: skip
"""What must hold in the whole company, and how it is refuted."""


def proofs(**answers: Any) -> dict[str, str]:
    """For each of `WHOLE` the counterexample in the company with these answers; empty where it is proved."""
    day, key = day_of(**answers)
    world = day.world_at(AFTER)
    return {words: _refuted(fault, day, key, world) for words, fault in WHOLE.items()}


def _refuted(fault: Fault, day: Timeline, key: AccessKey, world: World) -> str:
    try:
        return fault(day, key, world)
    except Undecided as reason:
        return f"Unknown: {reason}."


@dataclass(frozen=True, repr=False)
class Report(Table):
    """The proofs over the whole company. True in an ``if`` when all of them hold."""

    done: bool = False

    def __bool__(self) -> bool:
        return self.done

    @property
    def html(self) -> str:
        """The table as HTML; what is found may be broken anywhere, so that it fits on a phone."""
        return super().html.replace("<td style='", "<td style='overflow-wrap:anywhere;")


def report(**answers: Any) -> Report:
    """The proofs, for the company with these answers.

    >>> bool(report(**FIXES)), bool(report())
    (True, False)
    """
    found = proofs(**answers)
    rows = tuple((words, f"✗ {fault.replace('`', '')}" if fault else "✓ proved") for words, fault in found.items())
    proved = sum(not fault for fault in found.values())
    caption = f"The whole company, with {len(answers)} of {len(FIXES)} tasks done: {proved} of {len(WHOLE)} proved"
    return Report(caption, ("what must hold", "does it?"), rows, proved == len(WHOLE))
