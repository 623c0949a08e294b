"""KMS grants: fact D5. Pages are of the KMS Developer Guide."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.errors import PolicyError, RequestError
from tests.short import (
    ALLOWED,
    ANA,
    APP,
    APP_SESSION,
    EXPLICIT,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    Json,
    allow,
    decision,
    deny,
    effect,
)

DECRYPT = "kms:Decrypt"

# D5: grants (KMS Developer Guide, grants, create-grant-overview).


def granted(to: str, operations: tuple[str, ...] = ("Decrypt",), **constraints: Any) -> Json:
    grant: Json = {"GranteePrincipal": to, "Operations": list(operations)}
    return grant | ({"Constraints": constraints} if constraints else {})


def test_d5_a_grant_is_a_further_route() -> None:
    stack = {"resource": allow("kms:*", to=APP), "grants": [granted(ANA)]}
    found = decision(ANA, DECRYPT, KEY, **stack)
    assert found.effect == ALLOWED
    assert found.because == "Allowed by Statement[0] of 'grant' (KMS grants)."
    assert effect(ANA, "kms:Encrypt", KEY, **stack) == IMPLICIT


def test_d5_a_grant_only_allows() -> None:
    assert effect(ANA, DECRYPT, KEY, grants=[granted(ANA)], identity=[deny("kms:*")]) == EXPLICIT
    assert effect(ANA, DECRYPT, KEY, grants=[granted(ANA)], scps=[[allow("s3:*")]]) == IMPLICIT


def test_d5_a_grant_to_a_role_serves_its_sessions() -> None:
    assert effect(APP_SESSION, DECRYPT, KEY, grants=[granted(APP)]) == ALLOWED
    assert effect(APP_SESSION, DECRYPT, KEY, grants=[granted(ANA)]) == IMPLICIT


def test_d5_a_grant_to_an_account_delegates() -> None:
    to_account = {"grants": [granted(ROOT)]}
    assert effect(ANA, DECRYPT, KEY, **to_account) == IMPLICIT
    assert effect(ANA, DECRYPT, KEY, **to_account, identity=[allow(DECRYPT)]) == ALLOWED


def test_d5_across_accounts_a_grant_to_the_caller_suffices() -> None:
    # key-policy-modifying-external-accounts: "until you attach IAM policies …, or use grants".
    assert effect(MALLORY, DECRYPT, KEY, grants=[granted(MALLORY)]) == ALLOWED
    theirs = {"grants": [granted(f"arn:aws:iam::{OTHER}:root")]}
    assert effect(MALLORY, DECRYPT, KEY, **theirs) == IMPLICIT
    assert effect(MALLORY, DECRYPT, KEY, **theirs, identity=[allow(DECRYPT)]) == ALLOWED


def test_d5_encryption_context_subset() -> None:
    # "the request include all encryption context pairs …, but the request can also have additional" ones.
    stack = {"grants": [granted(ANA, EncryptionContextSubset={"Department": "IT"})]}
    it = {"kms:EncryptionContext:Department": "IT", "kms:EncryptionContextKeys": ["Department"]}
    more = it | {"kms:EncryptionContext:Purpose": "Test", "kms:EncryptionContextKeys": ["Department", "Purpose"]}
    assert effect(ANA, DECRYPT, KEY, it, **stack) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, more, **stack) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, {"kms:EncryptionContext:Department": "it"}, **stack) == IMPLICIT
    assert effect(ANA, DECRYPT, KEY, **stack) == IMPLICIT


def test_d5_encryption_context_equals() -> None:
    # "the keys and values in each pair cannot vary": nothing else may be there.
    stack = {"grants": [granted(ANA, EncryptionContextEquals={"Department": "IT"})]}
    it = {"kms:EncryptionContext:Department": "IT", "kms:EncryptionContextKeys": ["Department"]}
    more = it | {"kms:EncryptionContext:Purpose": "Test", "kms:EncryptionContextKeys": ["Department", "Purpose"]}
    assert effect(ANA, DECRYPT, KEY, it, **stack) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, more, **stack) == IMPLICIT


def test_d5_describe_key_has_no_encryption_context() -> None:
    # "The encryption context constraint is ignored for DescribeKey and RetireGrant operations."
    operations = ("Decrypt", "DescribeKey", "RetireGrant")
    stack = {"grants": [granted(ANA, operations, EncryptionContextSubset={"Department": "IT"})]}
    assert effect(ANA, "kms:DescribeKey", KEY, **stack) == ALLOWED
    assert effect(ANA, "kms:RetireGrant", KEY, **stack) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, **stack) == IMPLICIT


def test_d5_a_grant_to_a_service_is_bound_to_a_source() -> None:
    # "The SourceArn constraint is always required when the grant specifies a GranteeServicePrincipal."
    table = f"arn:aws:dynamodb:eu-west-1:{OWN}:table/orders"
    grant = {
        "GranteeServicePrincipal": "dynamodb.amazonaws.com",
        "Operations": ["Decrypt"],
        "Constraints": {"SourceArn": table},
    }
    caller, stack = "dynamodb.amazonaws.com", {"grants": [grant]}
    assert effect(caller, DECRYPT, KEY, {"aws:SourceArn": table}, **stack) == ALLOWED
    assert effect(caller, DECRYPT, KEY, {"aws:SourceArn": table + "2"}, **stack) == IMPLICIT
    assert effect(caller, DECRYPT, KEY, **stack) == IMPLICIT


@pytest.mark.parametrize(
    ("grant", "what"),
    [
        ({"Operations": ["Decrypt"]}, "one grantee"),
        ({"GranteePrincipal": ANA, "GranteeServicePrincipal": "s3.amazonaws.com", "Operations": ["Decrypt"]}, "one"),
        ({"GranteePrincipal": ANA, "Operations": []}, "operations"),
        ({"GranteePrincipal": ANA, "Operations": ["ScheduleKeyDeletion"]}, "ScheduleKeyDeletion"),
        ({"GranteePrincipal": f"arn:aws:iam::{OWN}:group/g", "Operations": ["Decrypt"]}, "group"),
        ({"GranteeServicePrincipal": "s3.amazonaws.com", "Operations": ["Decrypt"]}, "SourceArn"),
        (granted(ANA, EncryptionContextEquals={"a": "b"}, EncryptionContextSubset={"a": "b"}), "one encryption"),
        (granted(ANA, Colour="blue"), "constraints"),
        (granted(ANA, SourceArn=["a"]), "SourceArn"),
        (granted(ANA, EncryptionContextEquals="IT"), "EncryptionContextEquals"),
        (granted(ANA, EncryptionContextSubset={"a": 1}), "EncryptionContextSubset"),
        (granted(ANA) | {"Name": 5}, "name of a grant"),
        ({"GranteePrincipal": ANA, "Operations": ["Decrypt"], "Operation": "x"}, "'Operation'"),
    ],
)
def test_d5_impossible_grants(grant: Json, what: str) -> None:
    with pytest.raises(PolicyError, match=what) as fault:
        ik.Policies(grants=[grant])
    assert fault.value.where == "grants[0]"
    assert fault.value.remedy


def test_only_a_key_has_grants() -> None:
    with pytest.raises(RequestError, match="KMS key"):
        effect(ANA, "s3:GetObject", OBJECT, grants=[granted(ANA)])
