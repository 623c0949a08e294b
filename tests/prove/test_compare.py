"""compare: the four relations, with a request for each side."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.evaluate import holds
from iamkit.prove.compare import Difference, compare, permits
from tests.short import ANA, APP, MALLORY, OTHER, OWN, allow, deny, policy, trust

GET, ANY_GET, PUT = allow("s3:GetObject"), allow("s3:Get*"), allow("s3:PutObject")
NO_PUT = policy(*allow("s3:*")["Statement"], *deny("s3:Put*")["Statement"])


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (GET, GET, "equivalent"),
        (ANY_GET, GET, "broader"),
        (GET, ANY_GET, "narrower"),
        (GET, PUT, "incomparable"),
        (allow(["s3:GetObject", "s3:Get*"]), ANY_GET, "equivalent"),
        (allow("S3:GETOBJECT"), GET, "equivalent"),  # case never matters in an action
        (allow("s3:*"), NO_PUT, "broader"),
        (deny(), policy(*GET["Statement"], *deny()["Statement"]), "equivalent"),  # both permit nothing
        (allow("s3:*", ["arn:aws:s3:::a/*", "arn:aws:s3:::a/b"]), allow("s3:*", "arn:aws:s3:::a/*"), "equivalent"),
        (allow("s3:*", "arn:aws:s3:::A"), allow("s3:*", "arn:aws:s3:::a"), "incomparable"),
        (allow("s3:*", "arn:aws:s3:::${aws:username}"), allow("s3:*", "arn:aws:s3:::*"), "narrower"),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}},
         policy(*allow()["Statement"], *deny("iam:*")["Statement"]), "equivalent"),
    ],
)  # fmt: skip
def test_relations(a: Any, b: Any, relation: str) -> None:
    found = compare(a, b)
    assert found.relation == relation
    assert bool(found) is (relation == "equivalent")
    assert (found.only_a is not None) == (relation in ("broader", "incomparable"))
    assert (found.only_b is not None) == (relation in ("narrower", "incomparable"))
    assert found.explain().startswith("The first policy ")
    for here, there, side in ((a, b, found.only_a), (b, a, found.only_b)):
        assert side is None or (permitted(here, side) and not permitted(there, side))


def permitted(document: Any, request: Difference) -> bool:
    """The policy permits a request, for policies without principals."""
    table = {"action": (request.action,), "resource": (request.resource,), **request.context}
    return holds(permits(ik.Policy.parse(document), None), table)


def when(**block: Any) -> Any:
    return allow("s3:*", when={name.replace("_", ":"): value for name, value in block.items()})


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (when(IpAddress={"aws:SourceIp": "10.0.0.0/8"}),
         when(IpAddress={"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}), "equivalent"),
        (when(NumericLessThan={"s3:max-keys": "10"}), when(NumericLessThanEquals={"s3:max-keys": "10"}), "narrower"),
        (when(DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}),
         when(DateLessThan={"aws:CurrentTime": "2025-12-31T23:00:00-01:00"}), "equivalent"),
        (when(StringEquals={"aws:username": "a"}), when(StringEqualsIfExists={"aws:username": "a"}), "narrower"),
        (when(ForAllValues_StringEquals={"aws:TagKeys": "a"}),
         when(ForAnyValue_StringEquals={"aws:TagKeys": "a"}), "incomparable"),
        (when(StringNotEquals={"aws:username": "a"}), when(StringLike={"aws:username": "*"}), "incomparable"),
        (when(Null={"aws:username": "false"}), when(StringLike={"aws:username": "*"}), "equivalent"),
        (when(Bool={"aws:SecureTransport": ["true", "false"]}), allow("s3:*"), "equivalent"),
        (when(Bool={"aws:MultiFactorAuthPresent": "true"}), when(BoolIfExists={"aws:MultiFactorAuthPresent": "true"}),
         "narrower"),
    ],
)  # fmt: skip
def test_conditions(a: Any, b: Any, relation: str) -> None:
    assert compare(a, b).relation == relation


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (allow("s3:*", to="*"), allow("s3:*", to={"AWS": "*"}), "equivalent"),
        (allow("s3:*", to=OWN), allow("s3:*", to=f"arn:aws:iam::{OWN}:root"), "equivalent"),
        (allow("s3:*", to=ANA), allow("s3:*", to=OWN), "narrower"),
        (allow("s3:*", to=ANA), allow("s3:*", to=MALLORY), "incomparable"),
        (allow("s3:*", to={"Service": "sns.amazonaws.com"}), allow("s3:*", to="*"), "narrower"),
        (trust({"AWS": [ANA, MALLORY]}), trust({"AWS": [MALLORY, ANA]}), "equivalent"),
        (trust(ANA, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), trust(ANA), "narrower"),
        (trust({"AWS": [OWN, OTHER]}), trust(OWN), "broader"),
    ],
)  # fmt: skip
def test_principals(a: Any, b: Any, relation: str) -> None:
    assert compare(a, b).relation == relation


def test_the_witness_names_a_principal_that_one_policy_alone_lets_in() -> None:
    assert compare(trust({"AWS": [ANA, APP]}), trust(ANA)).only_a.principal == APP


def test_a_deny_for_one_principal_is_seen() -> None:
    open_but = policy(*allow("s3:*", to="*")["Statement"], *deny("s3:*", to=MALLORY)["Statement"])
    found = compare(allow("s3:*", to="*"), open_but)
    assert found.relation == "broader"
    assert found.only_a.principal == MALLORY


def test_in_words_and_as_json() -> None:
    found = compare(ANY_GET, PUT)
    assert "Only the first permits: s3:GetObject on " in found.explain()
    assert "Only the second permits: s3:PutObject on " in found.explain()
    assert compare(GET, GET).explain().count("\n") == 0
    assert found.to_dict()["only_b"]["action"] == "s3:PutObject"


MIXED = when(NumericLessThan={"s3:max-keys": "5"}, StringLike={"s3:max-keys": "a?b"})
"""Whether a value is a number below 5 and like ``a?b`` is not decided: the kit knows no theory of both at once."""


@pytest.mark.parametrize(("a", "b"), [(MIXED, PUT), (PUT, MIXED)])
def test_what_is_not_decided_is_unknown(a: Any, b: Any) -> None:
    found = compare(a, b)
    assert isinstance(found, ik.Unknown)
    assert "s3:max-keys" in found.reason
    with pytest.raises(TypeError, match="neither yes nor no"):
        bool(found)


def test_a_doubt_about_one_principal_is_none_where_another_shows_the_difference() -> None:
    doubtful = allow(
        "s3:*", to=ANA, when={"NumericLessThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "a?b"}}
    )
    both = policy(*doubtful["Statement"], *allow("s3:*", to=MALLORY)["Statement"])
    assert isinstance(compare(doubtful, deny()), ik.Unknown)
    assert compare(both, deny()).only_a.principal == MALLORY


def test_a_malformed_policy_is_refused() -> None:
    with pytest.raises(ik.PolicyError):
        compare(GET, {"Statement": {"Effect": "Allow"}})
