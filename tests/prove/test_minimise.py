"""minimise: the result permits the same, and nothing more can be left out."""

import random
from typing import Any

import pytest

import iamkit as ik
from iamkit.prove.compare import compare
from iamkit.prove.minimise import _shorter, minimise
from tests.prove.chance import Chance
from tests.short import allow, deny, policy

GET = allow("s3:Get*")["Statement"][0]


@pytest.mark.parametrize(
    ("document", "left"),
    [
        (policy(GET, GET), [GET]),
        (allow(["s3:GetObject", "s3:Get*"]), [{**GET, "Action": ["s3:Get*"]}]),
        (policy(GET, *deny("ec2:*")["Statement"]), [GET]),  # a Deny of what nothing allows
        (policy(GET, *deny("s3:*")["Statement"]), None),  # permits nothing
        (allow("s3:Get*", when={"StringLike": {"aws:username": ["a*", "ana"]}}),
         [{**GET, "Condition": {"StringLike": {"aws:username": ["a*"]}}}]),
        (allow("s3:Get*", when={"Bool": {"aws:SecureTransport": ["true", "false"]}}), [GET]),
        (allow("s3:Get*", ["arn:aws:s3:::a/*", "arn:aws:s3:::a/b"]), [{**GET, "Resource": ["arn:aws:s3:::a/*"]}]),
        (allow("s3:Get*", when={"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.1.0.0/16"]}}),
         [{**GET, "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}}]),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_left_out(document: Any, left: Any) -> None:
    found = minimise(document)
    assert compare(found, document)
    if left is None:
        assert len(found.document["Statement"]) == 1
    else:
        assert found.document["Statement"] == left


def test_a_minimal_policy_stays_as_it_is() -> None:
    document = policy(GET, *deny("s3:GetObject", sid="NoObjects")["Statement"])
    assert minimise(document).document == document


MIXED = {"NumericLessThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "a?b"}}
"""Whether a value is a number below 5 and like ``a?b`` is not decided: the kit knows no theory of both at once."""


def test_unknown_where_it_is_not_decided_whether_more_can_be_left_out() -> None:
    found = minimise(policy(*allow("s3:Put*", when=MIXED)["Statement"], GET))
    assert isinstance(found, ik.Unknown)
    assert "s3:max-keys" in found.reason
    with pytest.raises(TypeError, match="neither yes nor no"):
        bool(found)


def test_a_doubt_that_the_shorter_policy_does_not_have_does_not_count() -> None:
    everything = allow("s3:*")["Statement"]
    assert minimise(policy(*allow("s3:Put*", when=MIXED)["Statement"], *everything)).document["Statement"] == everything


@pytest.mark.parametrize("seed", range(12))
def test_random_policies(seed: int) -> None:
    chance = Chance(seed)
    chance.rng = random.Random(seed)
    document = chance.policy()
    found = minimise(document)
    assert compare(found, document)
    assert not any(compare(shorter, document) for shorter in _shorter(found.document))
    assert isinstance(found, ik.Policy)
