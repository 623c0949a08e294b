"""The custom policy checks, both sides each.

Source: IAM User Guide, access-analyzer-checks-validating-policies and access-analyzer-custom-policy-checks.
"""

from typing import Any

import pytest

import iamkit as ik
from iamkit.prove.checks import access_not_granted, is_public, no_new_access
from tests.short import ANA, BUCKET, KEY, MALLORY, OTHER, OWN, allow, deny, policy, trust

BUCKET_AND_OBJECTS = [BUCKET, f"{BUCKET}/*"]


@pytest.mark.parametrize(
    ("old", "new", "passes"),
    [
        (allow("s3:GetObject"), allow("s3:GetObject"), True),
        (allow("s3:Get*"), allow("s3:GetObject"), True),
        (allow("s3:GetObject"), allow("s3:Get*"), False),
        (allow("s3:*"), policy(*allow("s3:*")["Statement"], *deny("s3:Put*")["Statement"]), True),
        (policy(*allow("s3:*")["Statement"], *deny("s3:Put*")["Statement"]), allow("s3:*"), False),
        (allow("s3:*", f"{BUCKET}/*"), allow("s3:*", f"{BUCKET}/march/*"), True),
        (allow("s3:*", f"{BUCKET}/march/*"), allow("s3:*", f"{BUCKET}/*"), False),
        (allow("s3:*", when={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), allow("s3:*"), False),
        (allow("s3:*"), allow("s3:*", when={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), True),
        (allow("s3:*", to=ANA), allow("s3:*", to={"AWS": [ANA, MALLORY]}), False),
        (allow("s3:*", to=OWN), allow("s3:*", to=ANA), True),
    ],
)
def test_no_new_access(old: Any, new: Any, passes: bool) -> None:
    check = no_new_access(old, new)
    assert bool(check) is passes
    assert (check.found is None) is passes
    assert ("passed" if passes else "failed") in check.explain()


@pytest.mark.parametrize(
    ("document", "actions", "resources", "passes"),
    [
        (allow("s3:Get*"), ["s3:Delete*"], [], True),
        (allow("s3:Get*"), ["s3:GetObject"], [], False),
        (allow("s3:Get*"), ["s3:DeleteObject", "s3:GetObject"], [], False),  # one of the listed is enough to fail
        (allow("s3:*", f"{BUCKET}/*"), [], ["arn:aws:s3:::other/*"], True),
        (allow("s3:*", f"{BUCKET}/*"), [], [f"{BUCKET}/march.csv"], False),
        (allow("s3:Get*", f"{BUCKET}/*"), ["s3:Put*"], [f"{BUCKET}/*"], True),
        (allow("s3:Get*", f"{BUCKET}/*"), ["s3:Get*"], ["arn:aws:s3:::other/*"], True),
        (allow("s3:Get*", f"{BUCKET}/*"), ["s3:Get*"], [f"{BUCKET}/a", "arn:aws:s3:::other/*"], False),
        (policy(*allow("s3:*")["Statement"], *deny("s3:Delete*")["Statement"]), ["s3:DeleteBucket"], [], True),
        (deny(), [], [], True),
        (allow("s3:Get*"), [], [], False),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}, ["iam:CreateUser"], [], True),
        (allow("s3:*", to=ANA), ["s3:GetObject"], [], False),
        (trust(ANA), ["sts:AssumeRole"], [], False),
    ],
)
def test_access_not_granted(document: Any, actions: list, resources: list, passes: bool) -> None:
    check = access_not_granted(document, actions, resources)
    assert bool(check) is passes
    if not passes:
        assert check.to_dict()["found"]["action"]


MIXED = {"NumericLessThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "a?b"}}
"""Whether a value is a number below 5 and like ``a?b`` is not decided: the kit knows no theory of both at once."""


@pytest.mark.parametrize(
    "answer",
    [
        lambda: no_new_access(deny(), allow("s3:*", when=MIXED)),
        lambda: access_not_granted(allow("s3:*", when=MIXED), ["s3:GetObject"]),
        lambda: is_public(allow("s3:*", f"{BUCKET}/*", to="*", when=MIXED)),
    ],
    ids=["no_new_access", "access_not_granted", "is_public"],
)
def test_what_is_not_decided_is_unknown(answer: Any) -> None:
    found = answer()
    assert isinstance(found, ik.Unknown)
    assert "s3:max-keys" in found.reason
    with pytest.raises(TypeError, match="neither yes nor no"):
        bool(found)


def test_a_request_that_fails_a_check_is_found_beside_a_doubt() -> None:
    several = policy(*allow("s3:*", to=ANA, when=MIXED)["Statement"], *allow("s3:*", to=MALLORY)["Statement"])
    assert access_not_granted(several, ["s3:GetObject"]).found.principal == MALLORY
    assert is_public(policy(*allow("s3:*", f"{BUCKET}/*", to="*", when=MIXED)["Statement"],
                            *allow("s3:Get*", f"{BUCKET}/*", to="*")["Statement"]))  # fmt: skip


def open_to(principal: Any, when: Any = None) -> Any:
    return allow("s3:GetObject", f"{BUCKET}/*", to=principal, when=when)


@pytest.mark.parametrize(
    ("document", "public"),
    [
        (open_to("*"), True),
        (open_to({"AWS": "*"}), True),
        (open_to(OWN), False),
        (open_to({"AWS": [ANA, MALLORY]}), False),
        (open_to({"Service": "sns.amazonaws.com"}), False),
        (open_to("*", {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}), False),
        (open_to("*", {"StringEquals": {"aws:PrincipalAccount": OWN}}), False),
        (open_to("*", {"StringNotEquals": {"aws:PrincipalAccount": OTHER}}), True),
        (open_to("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}), False),
        (open_to("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}), False),
        (open_to("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}), True),
        (open_to("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), True),  # an outsider may come from there
        (open_to("*", {"Bool": {"aws:SecureTransport": "true"}}), True),
        (open_to("*", {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}), False),
        (policy(*open_to("*")["Statement"], *deny("s3:*", BUCKET_AND_OBJECTS, to="*")["Statement"]), False),
        ({"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": ANA}, "Action": "s3:*", "Resource": "*"}}, False),
        (trust("*"), True),
        (trust(OTHER), False),
        (allow("kms:*", KEY, to="*"), True),
        (allow("kms:*", "*", to="*", when={"StringEquals": {"kms:CallerAccount": OWN}}), True),
    ],
)
def test_is_public(document: Any, public: bool) -> None:
    answer = is_public(document)
    assert bool(answer) is public
    assert isinstance(answer, ik.Witness) or answer.check()
