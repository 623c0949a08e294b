"""The reason that a decision gives, in plain words."""

import pytest

import iamkit as ik
from tests.short import (
    ANA,
    APP,
    APP_SESSION,
    AUDITOR,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    VISITOR,
    Json,
    allow,
    decision,
    deny,
    trust,
)

GET = "s3:GetObject"
SILENT = allow("ec2:*")


def because(*request: str, **stack: object) -> str:
    return decision(*request, **stack).because


def test_because_of_an_allow() -> None:
    assert because(ANA, GET, OBJECT, identity=[allow(GET, sid="Read")]) == (
        "Allowed by statement Read of 'identity[0]' (identity-based policies)."
    )
    assert because(ANA, GET, OBJECT, resource=allow(GET, to=ANA)) == (
        "Allowed by Statement[0] of 'resource' (resource-based policy)."
    )


def test_because_of_an_allow_names_the_limits_that_allow_too() -> None:
    stack = {"identity": [allow()], "boundary": allow(), "scps": {"Root": [allow()]}}
    assert because(ANA, GET, OBJECT, **stack) == (
        "Allowed by Statement[0] of 'identity[0]' (identity-based policies). "
        "The SCP at Root and the permissions boundary allow it too."
    )
    assert because(ANA, GET, OBJECT, identity=[allow()], boundary=allow()).endswith(
        " The permissions boundary allows it too."
    )


def test_because_across_accounts_names_both_sides() -> None:
    stack = {"identity": [allow(sid="Mine")], "resource": allow(GET, to=OTHER, sid="Theirs"), "owner": OWN}
    assert because(MALLORY, GET, OBJECT, **stack) == (
        "Allowed by statement Theirs of 'resource' (resource-based policy) "
        "and statement Mine of 'identity[0]' (identity-based policies)."
    )


def test_because_of_an_exception() -> None:
    assert because(ROOT, GET, OBJECT) == "Allowed: the root user needs no Allow of its own."
    assert because(ANA, "sts:GetCallerIdentity", "*") == "Allowed: STS answers this call whatever the policies say."


def test_because_of_denies_names_every_one() -> None:
    stack = {"identity": [allow(), deny(GET, sid="No")], "scps": {"Root": [allow(), deny("s3:*", sid="Guard")]}}
    assert because(ANA, GET, OBJECT, **stack) == (
        "Explicitly denied by statement Guard of 'Root[1]' (SCP at Root) "
        "and statement No of 'identity[1]' (identity-based policies)."
    )


@pytest.mark.parametrize(
    ("request_", "stack", "reason"),
    [
        ((ANA, GET, OBJECT), {}, "there is no resource-based policy, and there are no identity-based policies."),
        ((ANA, GET, OBJECT), {"identity": [SILENT]}, "no Allow for s3:GetObject in the identity-based policies."),
        (
            (ANA, GET, OBJECT),
            {"identity": [allow()], "boundary": SILENT},
            "no Allow for s3:GetObject in the permissions boundary.",
        ),
        (
            (APP_SESSION, GET, OBJECT),
            {"identity": [allow()], "session": SILENT},
            "no Allow for s3:GetObject in the session policy.",
        ),
        (
            (APP_SESSION, GET, OBJECT),
            {"resource": allow(GET, to=APP), "boundary": SILENT},
            "no Allow for s3:GetObject in the permissions boundary.",
        ),
        (
            (ANA, GET, OBJECT),
            {"identity": [allow()], "scps": {"Root": [allow()], "Prod": [SILENT]}},
            "no Allow for s3:GetObject in the SCP at Prod.",
        ),
        (
            (ANA, GET, OBJECT),
            {"identity": [allow()], "endpoint": allow("ec2:*", to="*")},
            "no Allow for s3:GetObject in the VPC endpoint policy.",
        ),
        (
            (ANA, GET, OBJECT),
            {"identity": [SILENT], "resource": allow(GET, to=OWN)},
            "no Allow for s3:GetObject in the identity-based policies. "
            "The resource-based policy only delegates to the account.",
        ),
        (
            (ANA, GET, OBJECT),
            {"identity": [SILENT], "resource": allow(GET, to=APP)},
            "no Allow for s3:GetObject in the resource-based policy, nor in the identity-based policies.",
        ),
        (
            (MALLORY, GET, OBJECT),
            {"identity": [SILENT], "owner": OWN},
            "no Allow for s3:GetObject in the identity-based policies, and there is no resource-based policy. "
            "Across accounts both sides must allow.",
        ),
        (
            (MALLORY, GET, OBJECT),
            {"resource": allow(GET, to=OTHER), "owner": OWN},
            "there are no identity-based policies. Across accounts both sides must allow.",
        ),
        (
            (ik.ANONYMOUS, GET, OBJECT),
            {"resource": allow(GET, to=ANA)},
            "no Allow for s3:GetObject in the resource-based policy. "
            "Only the resource side can let in a caller that belongs to no account.",
        ),
        (
            (VISITOR, GET, OBJECT),
            {"identity": [allow()]},
            "there is no session policy. A federated-user session has nothing without a session policy.",
        ),
        (
            (ANA, "iam:GetRole", AUDITOR),
            {"identity": [SILENT], "resource": trust(ANA)},
            "no Allow for iam:GetRole in the identity-based policies.",
        ),
        (
            (ANA, "kms:Decrypt", KEY),
            {"identity": [allow()]},
            "there is no key policy. A key policy must itself let the caller in.",
        ),
        (
            (ROOT, "sts:AssumeRole", AUDITOR),
            {"resource": trust(OWN)},
            "this STS operation is never open to the root user.",
        ),
        (
            (APP_SESSION, "sts:GetSessionToken", "*"),
            {"identity": [allow()]},
            "this STS operation is never open to a role session.",
        ),
    ],
)
def test_because_of_an_implicit_deny(request_: tuple[str, str, str], stack: Json, reason: str) -> None:
    found = decision(*request_, **stack)
    assert found.effect == IMPLICIT
    assert found.because == f"Implicitly denied: {reason}"
