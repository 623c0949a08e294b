"""The world of lesson 5: Acme in an organization, and a role for developers with limits of several kinds."""

from collections.abc import Collection, Mapping
from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.sts import Sts
from iamkit.decision import authorize
from iamkit.identity.principals import Session
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDIT_FIRM,
    BUILDS,
    HANDBOOK,
    IAM,
    MARCH,
    PAYROLL,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.table import Table
from iamkit.policies import Policies, Source
from iamkit.policy.document import Policy
from iamkit.prove.regions import BOUNDARY, BUCKET, IDENTITY, SCPS, SESSION
from iamkit.readings import DEFAULT, Readings
from iamkit.request import Request
from iamkit.world import Who, World

HEADQUARTERS, ORGANIZATION, MORNING = "222233334444", "o-acme12345", "2026-12-01T09:00:00Z"
DORA, DEVELOPER = f"{IAM}user/dora", f"{IAM}role/developer"
AT_WORK = Session(DEVELOPER, "dora")
"""Dora's session of the role."""
SCALING = f"{IAM}role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
OLGA, LENA = f"arn:aws:iam::{HEADQUARTERS}:user/olga", f"arn:aws:iam::{AUDIT_FIRM}:user/lena"
READ, WRITE = "s3:GetObject", "s3:PutObject"
_MACHINE = "arn:aws:ec2:us-east-1:{}:instance/i-0abcd1234abcd1234".format
MACHINES = [
    (f"{IAM}root", _MACHINE(ACCOUNT)),
    (f"arn:aws:iam::{HEADQUARTERS}:root", _MACHINE(HEADQUARTERS)),
    (SCALING, _MACHINE(ACCOUNT)),
]
"""Who wants to terminate which machine: two root users, and a service-linked role."""

EVERYTHING = policy(statement("Allow", "*", "*", sid="Everything"))
DEVELOP = policy(
    statement("Allow", "s3:*", [BUILDS, f"{BUILDS}/*"], sid="Builds"),
    statement("Allow", "ec2:*", "*", sid="Machines"),
)
"""The permission policy of the role."""
LIMIT = policy(
    statement("Allow", "s3:*", [BUILDS, f"{BUILDS}/*"], sid="Builds"),
    statement("Allow", [READ, WRITE], f"{HANDBOOK}/*", sid="Handbook"),
    statement("Allow", "lambda:*", "*", sid="Functions"),
)
"""Its boundary."""
TODAY = policy(statement("Allow", READ, "*", sid="OnlyReading"))
"""A session policy."""
GUARD = policy(
    statement("Allow", "*", "*", sid="Everything"),
    statement("Deny", "s3:Delete*", "arn:aws:s3:::*", sid="KeepFiles"),
    statement("Deny", "ec2:TerminateInstances", "arn:aws:ec2:*:*:instance/*", sid="KeepMachines"),
)
"""An SCP."""


def workshop(*, own: Source | None = DEVELOP, boundary: Source | None = LIMIT, bucket: Source | None = None,
             handbook: Source | None = None, builds: Source | None = None,
             scps: Mapping[str, list[Any]] | None = None, rcps: list[Any] | None = None,
             readings: Readings = DEFAULT) -> World:  # fmt: skip
    """Acme with Dora, who may assume the role ``developer``; in an organization, if it has SCPs or RCPs.

    Args:
        own: the permission policy of the role, or None.
        boundary: its boundary, or None.
        bucket, handbook, builds: the policies of the payroll's, the handbook's and the builds' bucket, or None.
        scps: SCPs by level: ``Root`` or ``Workloads``, the unit; a level that is left out has AWS's FullAWSAccess, as
            the account has.
        rcps: RCPs of the root.
        readings: which reading to take where AWS's pages conflict.

    >>> workshop().decide(AT_WORK, "s3:PutObject", "arn:aws:s3:::acme-builds/app.zip").effect
    'Allowed'
    """
    world = larger_company()
    world.readings = readings
    acme, headquarters = world.accounts[ACCOUNT], world.account(HEADQUARTERS, "headquarters")
    headquarters.user("olga", policies=[EVERYTHING])
    acme.user("dora", groups=["staff"])
    _developer(world, own, boundary)
    acme.role("AWSServiceRoleForAutoScaling", path="/aws-service-role/autoscaling.amazonaws.com/",
              trust=policy(statement("Allow", "sts:AssumeRole", principal={"Service": "autoscaling.amazonaws.com"})),
              inline={"Scaling": policy(statement("Allow", "ec2:*", "*", sid="Scale"))})  # fmt: skip
    for arn, document in ((PAYROLL, bucket), (HANDBOOK, handbook), (BUILDS, builds)):
        if document is not None:
            del acme.resources[arn]
            acme.resource(arn, policy=document)
    if scps is None and rcps is None:
        return world
    levels = scps or {}
    root = world.organize(ORGANIZATION, management=headquarters, scps=levels.get("Root"), rcps=rcps).root
    root.unit("Workloads", scps=levels.get("Workloads"), accounts=[acme])
    return world


def _developer(world: World, own: Source | None, boundary: Source | None) -> None:
    acme = world.accounts[ACCOUNT]
    if boundary is not None:
        acme.policy("Limit", boundary)
    trust = policy(statement("Allow", "sts:AssumeRole", sid="LetIn", principal={"AWS": DORA}))
    inline = {} if own is None else {"Develop": own}
    acme.role("developer", trust=trust, inline=inline, boundary=None if boundary is None else "Limit")


def with_boundary(readings: Readings = DEFAULT) -> World:
    """The same, where Dora's user has the boundary as well. The role's trust policy names her.

    Args:
        readings: which reading to take where AWS's pages conflict.
    """
    world = workshop(readings=readings)
    acme = world.accounts[ACCOUNT]
    acme.users["dora"].boundary = acme.policies["Limit"].arn
    return world


def sts_for(world: World) -> Sts:
    """STS for a world, on a morning in December."""
    return Sts(world, Clock(MORNING))


def reads_payroll(*principals: str) -> dict[str, Any]:
    """A bucket policy that lets these principals read the payroll."""
    who: Any = "*" if principals == ("*",) else {"AWS": list(principals)}
    return policy(statement("Allow", READ, f"{PAYROLL}/*", sid="Readers", principal=who))


def shares_handbook(*principals: str) -> dict[str, Any]:
    """A bucket policy that gives these principals all of the handbook's files."""
    return policy(statement("Allow", "s3:*Object", f"{HANDBOOK}/*", sid="Editors", principal={"AWS": list(principals)}))


# The set diagrams

CEILINGS = {
    IDENTITY: "The role's own policy: S3 in the bucket acme-builds, and EC2",
    BOUNDARY: "A boundary: S3 in acme-builds; reading and writing in acme-handbook; Lambda",
    SESSION: "A session policy: reading files only",
    SCPS: "An SCP: everything but deleting files and terminating machines",
}
NAMES = {
    IDENTITY: CEILINGS[IDENTITY],
    BOUNDARY: CEILINGS[BOUNDARY],
    SESSION: CEILINGS[SESSION],
    "account": "The handbook's bucket policy gives its files to the account",
    "role": "The handbook's bucket policy gives its files to the role developer",
    "session": "The handbook's bucket policy gives its files to the session developer/dora",
}
_NAMED = {"account": ACCOUNT, "role": DEVELOPER, "session": AT_WORK.arn}


def stack(ticked: Collection[str]) -> tuple[World, Who, list[str]]:
    """The world in which there are just the policies that are ticked, who asks in it, and the sets to draw."""
    named = [arn for key, arn in _NAMED.items() if key in ticked]
    world = workshop(
        own=DEVELOP if IDENTITY in ticked else None,
        boundary=LIMIT if BOUNDARY in ticked else None,
        scps={"Workloads": [GUARD]} if SCPS in ticked else None,
        handbook=shares_handbook(*named) if named else None,
    )
    sets = [name for name in (IDENTITY, BOUNDARY, SESSION, SCPS) if name in ticked] + [BUCKET] * bool(named)
    return world, Session(DEVELOPER, "dora", policy=TODAY if SESSION in ticked else None), sets


# Tables

NAMED = {
    "the user's ARN": (DORA, reads_payroll(DORA)),
    "the role's ARN": (AT_WORK.arn, reads_payroll(DEVELOPER)),
    "the session's ARN": (AT_WORK.arn, reads_payroll(AT_WORK.arn)),
    "the account": (AT_WORK.arn, reads_payroll(ACCOUNT)),
    "*": (AT_WORK.arn, reads_payroll("*")),
    "* and aws:PrincipalArn": (
        AT_WORK.arn,
        policy(statement("Allow", READ, f"{PAYROLL}/*", principal="*",
                         condition={"ArnEquals": {"aws:PrincipalArn": DEVELOPER}})),
    ),
}  # fmt: skip
"""Ways for a bucket policy to name the caller: who asks, and the policy."""
_KINDS = {"identity": "own policies", "boundary": "boundary", "session": "session policy"}
_SILENT = policy(statement("Allow", "s3:ListAllMyBuckets", "*"))


def binds(name: str, silent: str, readings: Readings = DEFAULT) -> bool | None:
    """Does the silence of one policy still refuse what a bucket policy allows? None where there is no such policy.

    Args:
        name: how the bucket policy names the caller: a key of `NAMED`.
        silent: ``identity``, ``boundary`` or ``session``; the two others allow everything.
        readings: which reading to take where AWS's pages conflict.
    """
    who, bucket = NAMED[name]
    given: dict[str, Any] = {"identity": [EVERYTHING], "boundary": EVERYTHING, "session": EVERYTHING}
    given[silent] = [_SILENT] if silent == "identity" else _SILENT
    if who == DORA:
        del given["session"]  # A user acts without one.
        if silent == "session":
            return None
    return not authorize(Request(who, READ, MARCH), Policies(resource=bucket, readings=readings, **given))


def who_is_bound(readings: Readings = DEFAULT) -> Table:
    """Whose silence still refuses, for each way in which a bucket policy of the same account names the caller.

    Source of the rules: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow.
    """
    words = {True: "yes", False: "no", None: "(none)"}
    rows = tuple((name, *(words[binds(name, kind, readings)] for kind in _KINDS)) for name in NAMED)
    return Table(
        "A bucket policy allows it and names …: whose silence still refuses?", ("named", *_KINDS.values()), rows
    )


def alone() -> Table:
    """Each kind of policy by itself, with an Allow for everything: does it give any access?"""
    full = policy(statement("Allow", "*", "*", principal="*"))
    kinds: dict[str, dict[str, Any]] = {
        "identity-based policy": {"identity": [EVERYTHING]},
        "resource-based policy": {"resource": reads_payroll(AT_WORK.arn)},
        "permissions boundary": {"boundary": EVERYTHING},
        "session policy": {"session": EVERYTHING},
        "SCP": {"scps": [[EVERYTHING]]},
        "RCP": {"rcps": [[full]]},
    }
    request = Request(AT_WORK.arn, READ, MARCH)
    rows = ((name, "yes" if authorize(request, Policies(**given)) else "no") for name, given in kinds.items())
    return Table("May Dora's session read march.csv?", ("the only policy, and it allows", "allowed"), tuple(rows))


PAPERS = "arn:aws:s3:::headquarters-papers"
_READERS: dict[str, tuple[str, str]] = {
    "Ana, a user of Acme's": (ANA, MARCH),
    "Acme's root user": (f"{IAM}root", MARCH),
    "a service-linked role of Acme's": (SCALING, MARCH),
    "Olga, of the management account": (OLGA, MARCH),
    "Lena, of the audit firm": (LENA, MARCH),
    "Ana, on a file of the management account": (ANA, f"{PAPERS}/plan.txt"),
}


def guarded(kind: str = "") -> World:
    """Many may read the payroll, and Ana a file of the management account, but for a Deny of reading at the root.

    Args:
        kind: ``scp``, ``rcp``, or empty for neither.
    """
    readers = [ANA, SCALING, OLGA, LENA]
    scp = policy(*EVERYTHING["Statement"], statement("Deny", READ, "*", sid="NoReading"))
    rcp = policy(statement("Deny", READ, "*", sid="NoReading", principal="*"))
    world = workshop(bucket=reads_payroll(*readers), scps={"Root": [scp]} if kind == "scp" else None,
                     rcps=[rcp] if kind == "rcp" else None)  # fmt: skip
    papers = policy(statement("Allow", READ, f"{PAPERS}/*", principal={"AWS": ANA}))
    world.accounts[HEADQUARTERS].resource(PAPERS, policy=papers)
    own = policy(statement("Allow", READ, f"{PAPERS}/*", sid="Papers"))
    world.accounts[ACCOUNT].users["ana"].inline["Papers"] = Policy.parse(own, name="Papers")
    return world


def whom_they_bind() -> Table:
    """Whom a Deny at the organization's root stops, as an SCP and as an RCP. Each may read but for it.

    Source of the rules: Organizations User Guide, orgs_manage_policies_scps and orgs_manage_policies_rcps.
    """

    def stops(kind: str, who: str, file: str) -> str:
        assert guarded().decide(who, READ, file)
        return "goes on" if guarded(kind).decide(who, READ, file) else "is stopped"

    rows = tuple((name, stops("scp", *asked), stops("rcp", *asked)) for name, asked in _READERS.items())
    return Table("A Deny of s3:GetObject at the root: who is stopped?", ("who reads", "by an SCP", "by an RCP"), rows)
