"""The company of the story: Acme, with a payroll that not everybody may read.

Each function builds a fresh world, so that a learner may change it and start again.
"""

from typing import Any

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
    world = World("Acme, one account. Ana works in payroll, Mallory in sales.")
    acme = world.account(ACCOUNT, "acme")
    acme.policy("ReadHandbook", policy(statement("Allow", "s3:GetObject", f"{HANDBOOK}/*", sid="Handbook")))
    acme.policy("ReadPayroll", policy(statement("Allow", "s3:GetObject", f"{PAYROLL}/*", sid="Payroll")))
    acme.group("staff", policies=["ReadHandbook"])
    acme.group("payroll-team", policies=["ReadPayroll"])
    acme.user("ana", groups=["payroll-team", "staff"])
    acme.user("mallory", groups=["staff"])
    acme.resource(HANDBOOK)
    acme.resource(PAYROLL)
    return world


def larger_company() -> World:
    """Acme a year later: a robot that builds, an outside auditor, an application, and an office directory."""
    world = company()
    world.description = "Acme a year later."
    acme = world.accounts[ACCOUNT]
    acme.resource(BUILDS)
    acme.user("ci-robot", policies=[policy(statement("Allow", "s3:PutObject", f"{BUILDS}/*", sid="StoreBuilds"))])
    acme.role("auditor", trust=_trust({"AWS": AUDIT_FIRM}), policies=["ReadPayroll"])
    acme.role("payroll-app", trust=_trust({"Service": "lambda.amazonaws.com"}), policies=["ReadPayroll"])
    sign_in = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    office = _trust({"Federated": f"{IAM}saml-provider/office"}, "sts:AssumeRoleWithSAML", sign_in)
    acme.role("office-login", trust=office, policies=["ReadHandbook"])
    return world


def _trust(principal: Any, action: str = "sts:AssumeRole", condition: Any = None) -> dict[str, Any]:
    return policy(statement("Allow", action, principal=principal, condition=condition))
