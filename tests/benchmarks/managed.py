"""Pairs of AWS managed policies, always the same, to be compared."""

import json
import random
from functools import cache
from typing import Any

from iamkit.formula import Formula, Not, all_of
from iamkit.policy.document import Policy
from iamkit.prove.compare import permits
from iamkit.prove.settle import settled
from iamkit.request import Facts

SEED, PAIRS = 2026, 150


@cache
def managed_policies() -> dict[str, Policy]:
    """The AWS managed policies that the package moto carries, by name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    given: dict[str, Any] = json.loads(aws_managed_policies_data)
    return {name: Policy.parse(found["Document"], name=name) for name, found in sorted(given.items())}


@cache
def pairs(count: int = PAIRS) -> tuple[tuple[Policy, Policy], ...]:
    """Pairs of different policies; half of them are of the same family, by the beginning of their names."""
    rng, policies = random.Random(SEED), managed_policies()
    names, found = list(policies), []
    while len(found) < count:
        name = rng.choice(names)
        family = [other for other in names if other != name and other[:8] == name[:8]]
        other = rng.choice(family if family and rng.random() < 0.5 else names)
        if other != name:
            found.append((policies[name], policies[other]))
    return tuple(found)


def question(a: Policy, b: Policy) -> Formula:
    """Does ``b`` permit anything that ``a`` does not?"""
    return settled(all_of([permits(b, None), Not(permits(a, None))]), Facts({}))
