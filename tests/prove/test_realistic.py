"""Requests that nobody can make show nothing; and values at the edge of what can be written are found."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.arn import Pattern, Variable
from iamkit.prove.compare import compare
from iamkit.prove.skeleton import Literal
from iamkit.prove.ties import assign
from tests.prove.worlds import one_user
from tests.short import ANA, allow, deny, policy

NOTHING = deny()


def between(operator: str, key: str, low: str, high: str) -> Any:
    return allow("s3:*", when={f"{operator}GreaterThan": {key: low}, f"{operator}LessThan": {key: high}})


@pytest.mark.parametrize(
    ("document", "possible"),
    [
        (between("Numeric", "s3:max-keys", "1e99", "2e99"), True),
        (between("Numeric", "s3:max-keys", "1", "1.00000000000000000000000000000000000000001"), True),
        (between("Numeric", "s3:max-keys", "-2e-50", "-1e-50"), True),
        (between("Numeric", "s3:max-keys", "5", "5"), False),
        (between("Date", "aws:CurrentTime", "1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"), True),
        (between("Date", "aws:CurrentTime", "1969-07-20T00:00:00Z", "1969-07-21T00:00:00Z"), True),
        (between("Date", "aws:CurrentTime", "2026-11-24T09:00:00Z", "2026-11-24T11:00:00+02:00"), False),
        (allow("s3:*", when={"NumericLessThan": {"s3:max-keys": "1e100"}}), True),
        (allow("s3:*", when={"NumericGreaterThan": {"s3:max-keys": "9e999"}}), True),
        (allow("s3:*", when={"DateLessThan": {"aws:CurrentTime": "1970-01-01"}}), True),
        (allow("s3:*", when={"DateGreaterThan": {"aws:CurrentTime": "9999-12-31T23:59:59Z"}}), True),
        (allow("s3:*", when={"DateLessThan": {"aws:EpochTime": "00001"}}), True),
    ],
)
def test_the_ends_of_the_line(document: Any, possible: bool) -> None:
    world = one_user(document)
    answer = world.can(ANA, "s3:GetObject", "*")
    assert bool(answer) is possible
    if possible:
        assert world.decide(ANA, "s3:GetObject", answer.request.resource, answer.request.context).allowed


@pytest.mark.parametrize(
    "halves",
    [
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}},
         {"DateGreaterThanEquals": {"aws:CurrentTime": "2027-01-01"}}),
        ({"NumericLessThan": {"aws:EpochTime": "1800000000"}},
         {"NumericGreaterThanEquals": {"aws:EpochTime": "1800000000"}}),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"Bool": {"aws:SecureTransport": "false"}}),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"IpAddressIfExists": {"aws:SourceIp": "::/0"}}),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
         {"NumericGreaterThanEqualsIfExists": {"aws:MultiFactorAuthAge": "60"}}),
        ({"NumericLessThan": {"s3:max-keys": "7"}}, {"NumericGreaterThanEqualsIfExists": {"s3:max-keys": "7"}}),
        ({"Bool": {"ec2:Encrypted": "true"}}, {"BoolIfExists": {"ec2:Encrypted": "false"}}),
    ],
)  # fmt: skip
def test_two_halves_make_a_whole(halves: tuple[Any, Any]) -> None:
    both = policy(*(allow("s3:*", when=half)["Statement"][0] for half in halves))
    assert compare(both, allow("s3:*"))
    assert compare(both, allow("s3:*", when=halves[0])).relation == "broader"


def test_a_key_of_ones_own_may_hold_anything() -> None:
    halves = [{"NumericLessThan": {"my:Key": "7"}}, {"NumericGreaterThanEqualsIfExists": {"my:Key": "7"}}]
    both = policy(*(allow("s3:*", when=half)["Statement"][0] for half in halves))
    found = compare(allow("s3:*"), both)
    assert found.relation == "broader"
    assert found.only_a.context["my:key"] == ("none",)  # which is no number


def test_a_partition_is_one_that_exists() -> None:
    found = compare(allow("s3:*", "arn:*:s3:::b"), NOTHING)
    assert found.only_a.resource == "arn:aws:s3:::b"


@pytest.mark.parametrize(
    ("resource", "pattern", "can"),
    [
        ("arn:aws:s3:::home/${aws:RequestTag/owner}", "arn:aws:s3:::home/x", True),
        ("arn:aws:s3:::home/${aws:RequestTag/owner}", "arn:aws:s3:::house/x", False),
        ("arn:aws:s3:::home/${aws:RequestTag/owner}", "arn:aws:s3:::home/x*", True),
        ("arn:aws:s3:::home/${aws:username}/${aws:RequestTag/owner}", "arn:aws:s3:::home/ana/x", True),
        ("arn:aws:s3:::home/${aws:username}/${aws:RequestTag/owner}", "arn:aws:s3:::home/bob/*", False),
        ("arn:aws:s3:::home/${aws:RequestTag/owner}*", "arn:aws:s3:::home/march.csv", True),
        ("arn:aws:s3:::home/${aws:RequestTag/owner, 'all'}", "arn:aws:s3:::home/all", True),
        ("arn:aws:s3:::home/${aws:PrincipalTag/none}", "arn:aws:s3:::home/*", False),
    ],
)
def test_a_variable_ties_what_is_known_to_what_is_not(resource: str, pattern: str, can: bool) -> None:
    world = one_user(allow("s3:*", resource))
    answer = world.can(ANA, "s3:GetObject", pattern)
    assert bool(answer) is can
    assert answer.check() if not can else answer.request.resource.startswith("arn:aws:s3:::home/")


def test_what_aws_says_of_the_caller_stays_as_it_is_when_a_variable_ties_it() -> None:
    tie = {"StringEquals": {"aws:username": "${aws:RequestTag/owner}"}}
    answer = one_user(allow("s3:*", when=tie)).can(ANA, "s3:GetObject", "*")
    assert answer.request.context == {"aws:requesttag/owner": ["ana"]}
    asked = one_user(allow("s3:*")).can(ANA, "s3:*", "*", tie)
    assert asked.request.context == {"aws:requesttag/owner": ["ana"]}


def test_a_variable_whose_key_gets_its_value_last_is_looked_at_again() -> None:
    home = Pattern(("home/", Variable("aws:tagkeys", "all")))
    second = [(Literal("aws:tagkeys", 1), True), (Literal("aws:tagkeys", 1, Pattern.literal("a")), True)]
    assert assign([(Literal("resource", 0, home), True)]) == {"resource": ("home/all",)}
    assert assign([(Literal("resource", 0, home), True), *second]) is None  # with one tag key, home/a is meant


@pytest.mark.parametrize(
    ("wanted", "value"),
    [("kelvin", "\N{KELVIN SIGN}elvin"), ("sales", "\N{LATIN SMALL LETTER LONG S}ales"), ("s*", "\N{KELVIN SIGN}s")],
)
def test_letters_outside_ascii_are_themselves(wanted: str, value: str) -> None:
    """So the prover's automata, which know two cases of a letter, say the same as the evaluator."""
    operator = "StringLike" if "*" in wanted else "StringEqualsIgnoreCase"
    stack = ik.Policies(identity=[allow(when={operator: {"aws:PrincipalTag/t": wanted}})])
    for text in (value, wanted.replace("*", "x")):
        request = ik.Request(ANA, "s3:GetObject", "*", {"aws:PrincipalTag/t": text})
        assert ik.authorize(request, stack).allowed is (text != value)
