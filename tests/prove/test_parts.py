"""The smaller parts of the prover: ties, the short search, realistic requests, and what fits what."""

from decimal import Decimal

import pytest

from iamkit.arn import Pattern, Variable, Wild
from iamkit.formula import ACTION, RESOURCE, Compare, Formula, Is, Not, Some, all_of, any_of, equals, like, present
from iamkit.prove.fit import BEST, MADE, NOT_MADE, pair, rank
from iamkit.prove.quick import ways
from iamkit.prove.realistic import realistic
from iamkit.prove.skeleton import Literal, Skeleton
from iamkit.prove.solver import solve
from iamkit.prove.ties import assign

NAME = Variable("aws:username")
HOME = Pattern(("arn:aws:s3:::home/", NAME, "/", Wild.ANY))


def claim(key: str, test: object, sign: bool = True, slot: int = 0) -> tuple[Literal, bool]:
    return Literal(key, slot, test), sign


def compare(relation: str, bound: str) -> Compare:
    return Compare("number", relation, Decimal(bound))


def test_a_variable_takes_the_value_that_the_other_key_needs() -> None:
    claims = [claim(RESOURCE, HOME), claim(RESOURCE, Pattern.literal("arn:aws:s3:::home/bob/x"))]
    assert assign(claims) == {"aws:username": ("bob",), "resource": ("arn:aws:s3:::home/bob/x",)}


def test_a_default_stands_in_for_an_absent_variable() -> None:
    with_default = Pattern(("arn:aws:s3:::home/", Variable("aws:username", "all")))
    found = solve(all_of([Some(RESOURCE, Is(with_default)), Not(present("aws:username"))]))
    assert found == {"resource": ("arn:aws:s3:::home/all",)}


def test_a_tied_value_must_not_match_either() -> None:
    tied = Some(RESOURCE, Is(HOME))
    found = solve(all_of([Not(tied), equals("aws:username", "ana"), like(RESOURCE, "arn:aws:s3:::home/*/x")]))
    assert found is not None and not found["resource"][0].startswith("arn:aws:s3:::home/ana/")


def test_the_short_search_finds_each_way_in_order() -> None:
    formula = any_of([equals("aws:username", "ana"), equals("aws:username", "bob")])
    texts = [lit.test.text for way in ways(Skeleton(formula).root) for lit, _ in way if lit.test is not None]
    assert texts == ["ana", "bob"]
    assert list(ways(Skeleton(all_of([formula, equals("aws:username", "cem")])).root)) == []


@pytest.mark.parametrize(
    ("formula", "slots"),
    [
        (all_of([equals("aws:tagkeys", "a"), equals("aws:tagkeys", "b")]), 2),
        (all_of([equals("aws:tagkeys", "a"), Not(equals("aws:tagkeys", "b"))]), 1),
        (Not(all_of([equals("aws:tagkeys", "a"), equals("aws:tagkeys", "b")])), 1),
        (all_of([equals("aws:username", "a"), equals("aws:username", "b")]), 1),
    ],
)
def test_a_set_has_a_slot_for_each_value_that_must_be_there(formula: Formula, slots: int) -> None:
    assert list(Skeleton(formula).slots.values()) == [slots]


def impossible(formula: Formula) -> bool:
    return solve(all_of([formula, realistic(formula)])) is None


@pytest.mark.parametrize(
    "formula",
    [
        all_of([present("aws:securetransport"), Not(like("aws:securetransport", "true", fold=True)),
                Not(like("aws:securetransport", "false", fold=True))]),
        Not(present("aws:currenttime")),
        Not(present("aws:securetransport")),
        equals(RESOURCE, "payroll"),
        equals("aws:multifactorauthpresent", "maybe"),
    ],
)  # fmt: skip
def test_requests_that_nobody_can_make(formula: Formula) -> None:
    assert solve(formula) is not None
    assert impossible(formula)


@pytest.mark.parametrize(
    "formula",
    [Not(present("aws:multifactorauthpresent")), equals(RESOURCE, "*"), Not(present("aws:sourceip")),
     equals("aws:securetransport", "false"), equals(RESOURCE, "arn:aws:s3:::payroll")],
)  # fmt: skip
def test_requests_that_somebody_can_make(formula: Formula) -> None:
    assert not impossible(formula)


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::payroll/a", BEST),
        ("s3:GetObject", "arn:aws:s3:::payroll", NOT_MADE),  # AWS names an object there
        ("s3:ListBucket", "arn:aws:s3:::payroll", BEST),
        ("s3:GetBucketPolicyStatus", "arn:aws:s3:::payroll", MADE),
        ("s3:xyz", "arn:aws:s3:::payroll", NOT_MADE),
    ],
)
def test_requests_that_aws_makes_are_preferred(action: str, resource: str, expected: int) -> None:
    assert rank({ACTION: (action,), RESOURCE: (resource,)}, {}) == expected


def test_what_the_question_fixes_counts_as_well_known() -> None:
    assert rank({RESOURCE: ("arn:aws:s3:::payroll",)}, {ACTION: ("example:Do",)}) == BEST


def test_an_action_and_a_resource_of_its_kind() -> None:
    def pick(action: str, resource: str) -> tuple[str, str] | None:
        return pair(((Pattern.glob(action),), ()), ((Pattern.glob(resource),), ()))

    assert pick("s3:*", "arn:aws:s3:::payroll/*")[0] == "s3:GetObject"
    assert pick("s3:List*", "arn:aws:s3:::payroll") == ("s3:ListBucket", "arn:aws:s3:::payroll")
    assert pick("s3:GetObject", "arn:aws:sqs:*:*:jobs") is None
