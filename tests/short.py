"""Few words for the policies, principals and requests that the tests of decisions use."""

from typing import Any

import iamkit as ik

OWN, OTHER = "111122223333", "444455556666"
ROOT, ANA = f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OWN}:user/ana"
APP, APP_SESSION = f"arn:aws:iam::{OWN}:role/app", f"arn:aws:sts::{OWN}:assumed-role/app/morning"
VISITOR = f"arn:aws:sts::{OWN}:federated-user/visitor"
MALLORY = f"arn:aws:iam::{OTHER}:user/mallory"
BUCKET, OBJECT = "arn:aws:s3:::payroll", "arn:aws:s3:::payroll/march.csv"
QUEUE = f"arn:aws:sqs:eu-west-1:{OWN}:jobs"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
AUDITOR = f"arn:aws:iam::{OWN}:role/auditor"

ALLOWED, IMPLICIT, EXPLICIT = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"

Json = dict[str, Any]


def statement(effect: str, action: Any, resource: Any, principal: Any, condition: Json | None, sid: str) -> Json:
    """One statement; what is None is left out."""
    found = {
        "Sid": sid or None,
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }
    return {key: value for key, value in found.items() if value is not None}


def policy(*statements: Json) -> Json:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", to: Any = None, when: Json | None = None, sid: str = "") -> Json:
    """A policy with one Allow; ``to`` is its Principal: an ARN, ``*``, or the element itself."""
    return policy(statement("Allow", action, resource, _principal(to), when, sid))


def deny(action: Any = "*", resource: Any = "*", to: Any = None, when: Json | None = None, sid: str = "") -> Json:
    """A policy with one Deny."""
    return policy(statement("Deny", action, resource, _principal(to), when, sid))


def trust(to: Any, action: Any = "sts:AssumeRole", when: Json | None = None) -> Json:
    """A role trust policy."""
    return policy(statement("Allow", action, None, _principal(to), when, ""))


def _principal(to: Any) -> Any:
    return {"AWS": to} if isinstance(to, str) and to != "*" else to


def decision(
    principal: str, action: str, target: str, /, context: Json | None = None, owner: str | None = None, **stack: Any
) -> ik.Decision:
    """One request against one stack, without a world."""
    return ik.authorize(ik.Request(principal, action, target, context or {}, owner), ik.Policies(**stack))


def effect(
    principal: str, action: str, target: str, /, context: Json | None = None, owner: str | None = None, **stack: Any
) -> str:
    """The effect of one request against one stack."""
    return decision(principal, action, target, context, owner, **stack).effect
