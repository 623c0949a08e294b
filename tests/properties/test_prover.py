"""Prove against brute force: on small alphabets every request can be tried."""

import itertools
import random

import pytest

from iamkit.arn import Pattern
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, any_of
from iamkit.policy.document import Policy
from iamkit.prove.compare import permits
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided

ACTIONS = ["s3:a", "s3:b", "s3:ab"]
RESOURCES = ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::ab"]
ACTION_GLOBS = ["s3:*", "s3:a*", "s3:a", "s3:?", "*", "s3:*b"]
RESOURCE_GLOBS = [
    "*",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::?",
    "arn:aws:s3:::${aws:x}",
    "arn:aws:s3:::*${aws:x, 'b'}",
]
VALUES = ["a", "b", "ab", "c"]
VALUE_GLOBS = ["a", "b", "a*", "*b", "?", "*", "${aws:x}", "A"]
OPERATORS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "Null"]

SINGLE = [(), *((value,) for value in VALUES)]
SEVERAL = [(), *(c for n in (1, 2) for c in itertools.combinations(VALUES, n)), ("a", "b", "c")]
TABLES = [
    {key: values for key, values in row.items() if values}
    for row in (
        {ACTION: (a,), RESOURCE: (r,), "aws:x": x, "aws:y": y, "aws:tagkeys": t}
        for a, r, x, y, t in itertools.product(ACTIONS, RESOURCES, SINGLE, SINGLE, SEVERAL)
    )
]
SMALL = all_of(
    [
        Some(key, any_of(Is(Pattern.literal(text)) for text in texts))
        for key, texts in ((ACTION, ACTIONS), (RESOURCE, RESOURCES))
    ]
)


def condition(rng: random.Random) -> dict:
    key, operator = rng.choice(["aws:x", "aws:y", "aws:TagKeys"]), rng.choice(OPERATORS)
    if operator == "Null":
        return {operator: {key: rng.choice(["true", "false"])}}
    quantifier = rng.choice(["", "", "ForAllValues:", "ForAnyValue:"]) if key == "aws:TagKeys" else ""
    return {
        quantifier + operator + rng.choice(["", "", "IfExists"]): {key: rng.sample(VALUE_GLOBS, rng.choice([1, 1, 2]))}
    }


def statement(rng: random.Random) -> dict:
    made: dict = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    made[rng.choice(["Action", "Action", "NotAction"])] = rng.sample(ACTION_GLOBS, rng.choice([1, 2]))
    made[rng.choice(["Resource", "Resource", "NotResource"])] = rng.sample(RESOURCE_GLOBS, rng.choice([1, 2]))
    for _ in range(rng.choice([0, 1, 1, 2])):
        made.setdefault("Condition", {}).update(condition(rng))
    return made


def policy(rng: random.Random) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement(rng) for _ in range(rng.choice([1, 2, 3]))]})


def question(rng: random.Random) -> Formula:
    a, b = policy(rng), policy(rng)
    wanted = [permits(a, None), SMALL] + ([Not(permits(b, None))] if rng.random() < 0.7 else [])
    return all_of(wanted)


@pytest.mark.parametrize("seed", range(8))
def test_prove_agrees_with_trying_every_request(seed: int) -> None:
    rng, unknown = random.Random(seed), 0
    for _ in range(75):
        formula = question(rng)
        try:
            found = solve(formula)
        except Undecided:
            unknown += 1
            continue
        if found is not None:
            assert holds(formula, found)
        else:
            assert not any(holds(formula, table) for table in TABLES)
    assert unknown <= 3  # every fourth resource and every eighth value here is a variable that ties two keys
