"""The world of lesson 5: Acme in an organization, and a role for developers with limits of several kinds."""

from collections.abc import Collection, Mapping
from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.sts import Sts
from iamkit.decision import Decision, authorize
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
    ROBOT,
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
INSTANCE = "arn:aws:ec2:us-east-1:{}:instance/i-0abcd1234abcd1234"

EVERYTHING = policy(statement("Allow", "*", "*", sid="Everything"))
DEVELOP = policy(
    statement("Allow", "s3:*", [BUILDS, f"{BUILDS}/*"], sid="Builds"),
    statement("Allow", "ec2:*", "*", sid="Machines"),
)
"""The permission policy of the role."""
LIMIT = policy(
    statement("Allow", "s3:*", [BUILDS, f"{BUILDS}/*", HANDBOOK, f"{HANDBOOK}/*"], sid="Files"),
    statement("Allow", "lambda:*", "*", sid="Functions"),
)
"""Its boundary."""
TODAY = policy(statement("Allow", READ, "*", sid="OnlyReading"))
"""A session policy."""
GUARD = policy(
    statement("Allow", "*", "*", sid="Everything"),
    statement("Deny", ["s3:Delete*", "ec2:TerminateInstances"], "*", sid="KeepThings"),
)
"""An SCP."""


def workshop(*, own: Source | None = DEVELOP, boundary: Source | None = LIMIT, bucket: Source | None = None,
             scps: Mapping[str, list[Any]] | None = None, rcps: list[Any] | None = None,
             readings: Readings = DEFAULT) -> World:  # fmt: skip
    """Acme in its organization, with Dora, who may assume the role ``developer``.

    Args:
        own: the permission policy of the role, or None.
        boundary: its boundary, or None.
        bucket: the policy of the payroll bucket, or None.
        scps: SCPs by level: ``Root``, ``Workloads`` (the unit) or ``acme`` (the account); a level that is left out has
            AWS's FullAWSAccess.
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
    if bucket is not None:
        del acme.resources[PAYROLL]
        acme.resource(PAYROLL, policy=bucket)
    levels = scps or {}
    root = world.organize(ORGANIZATION, management=headquarters, scps=levels.get("Root"), rcps=rcps).root
    root.unit("Workloads", scps=levels.get("Workloads"), accounts=[acme])
    if "acme" in levels:
        acme.scps = [Policy.parse(one, name=f"SCP[{place}]") for place, one in enumerate(levels["acme"])]
    return world


def _developer(world: World, own: Source | None, boundary: Source | None) -> None:
    acme = world.accounts[ACCOUNT]
    if boundary is not None:
        acme.policy("Limit", boundary)
    trust = policy(statement("Allow", "sts:AssumeRole", sid="LetIn", principal={"AWS": DORA}))
    inline = {} if own is None else {"Develop": own}
    acme.role("developer", trust=trust, inline=inline, boundary=None if boundary is None else "Limit")


def sts_for(world: World) -> Sts:
    """STS for a world, on a morning in December."""
    return Sts(world, Clock(MORNING))


def reads_payroll(*principals: str) -> dict[str, Any]:
    """A bucket policy that lets these principals read the payroll."""
    who: Any = "*" if principals == ("*",) else {"AWS": list(principals)}
    return policy(statement("Allow", READ, f"{PAYROLL}/*", sid="Readers", principal=who))


# The set diagrams

CEILINGS = {
    IDENTITY: "The role's own policy: S3 in the bucket acme-builds, and EC2",
    BOUNDARY: "A boundary: S3 in acme-builds and acme-handbook, and Lambda",
    SESSION: "A session policy: reading files only",
    SCPS: "An SCP: everything but deleting files and terminating machines",
}
NAMES = {
    IDENTITY: CEILINGS[IDENTITY],
    BOUNDARY: CEILINGS[BOUNDARY],
    SESSION: CEILINGS[SESSION],
    "account": "The payroll's bucket policy lets the account read",
    "role": "The payroll's bucket policy lets the role developer read",
    "session": "The payroll's bucket policy lets the session developer/dora read",
}
_NAMED = {"account": ACCOUNT, "role": DEVELOPER, "session": AT_WORK.arn}


def stack(ticked: Collection[str]) -> tuple[World, Who, list[str]]:
    """The world in which there are just the policies that are ticked, who asks in it, and the sets to draw."""
    named = [arn for key, arn in _NAMED.items() if key in ticked]
    world = workshop(
        own=DEVELOP if IDENTITY in ticked else None,
        boundary=LIMIT if BOUNDARY in ticked else None,
        scps={"Workloads": [GUARD]} if SCPS in ticked else None,
        bucket=reads_payroll(*named) if named else None,
    )
    sets = [name for name in (IDENTITY, BOUNDARY, SESSION, SCPS) if name in ticked] + [BUCKET] * bool(named)
    return world, Session(DEVELOPER, "dora", policy=TODAY if SESSION in ticked else None), sets
