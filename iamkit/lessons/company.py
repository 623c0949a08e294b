"""The company of the story: Acme, with a payroll that not everybody may read.

The company itself is in ``iamkit/worlds/start.json``, and as it is a year later in ``later.json``. Each function loads
a fresh world, so that a learner may change it and start again.
"""

from typing import Any

from iamkit.files.worldfile import sample
from iamkit.world import World

ACCOUNT, AUDIT_FIRM = "111122223333", "444455556666"
IAM = f"arn:aws:iam::{ACCOUNT}:"
ANA, MALLORY, ROBOT = f"{IAM}user/ana", f"{IAM}user/mallory", f"{IAM}user/ci-robot"
AUDITOR, STAFF, PAYROLL_TEAM = f"{IAM}role/auditor", f"{IAM}group/staff", f"{IAM}group/payroll-team"
PAYROLL, HANDBOOK, BUILDS = "arn:aws:s3:::acme-payroll", "arn:aws:s3:::acme-handbook", "arn:aws:s3:::acme-builds"
MARCH = f"{PAYROLL}/march.csv"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document with these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect: str, action: str | list[str], resource: str | list[str] | None = None, *, sid: str = "",
              principal: Any = None, condition: dict[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """One statement, with the elements that are given, in the usual order.

    >>> statement("Allow", "s3:GetObject", "*", sid="Read")
    {'Sid': 'Read', 'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}
    """
    given = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": action, "Resource": resource,
             "Condition": condition}  # fmt: skip
    return {element: value for element, value in given.items() if value}


def company() -> World:
    """Acme as it begins: Ana reads the payroll, Mallory only the staff handbook."""
    return sample("start")


def larger_company() -> World:
    """Acme a year later: a robot that builds, an outside auditor, an application, and an office directory."""
    return sample("later")
