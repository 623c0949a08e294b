"""Prove against brute force on whole stacks: every request over a tiny alphabet is tried.

The stacks hold every layer and every operator, set operators, variables and missing keys among them. A "yes" is put to
the evaluator; a "no" means that no request of the alphabet is allowed.
"""

from collections import Counter

import pytest

from iamkit.evaluate import holds
from iamkit.prove.certificate import certify, check
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from tests.prove.chance import Chance, alphabet


@pytest.mark.parametrize("start", range(0, 3000, 250))
def test_prove_agrees_with_trying_every_request(start: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(start, start + 250):
        chance = Chance(seed)
        formula, facts = chance.question()
        left = settled(formula, facts)
        every = alphabet(chance, formula, facts)
        try:
            found = solve(left)
        except Undecided:
            counts["undecided"] += 1
            continue
        if found is not None:
            counts["yes"] += 1
            known = {key: values for key, values in facts.values.items() if values}
            assert holds(formula, {**known, **found}), seed
        else:
            counts["no"] += 1
            assert every.true(formula) == 0, (seed, every.request(every.true(formula).bit_length() - 1))
            certificate = certify(left)
            assert certificate is not None and check(left, certificate), seed
    assert counts["yes"] >= 60 and counts["no"] >= 40
    assert counts["undecided"] <= 1


def test_the_alphabet_is_read_as_the_evaluator_reads_it() -> None:
    for seed in range(40):
        chance = Chance(seed)
        formula, facts = chance.question()
        every = alphabet(chance, formula, facts)
        true = every.true(formula)
        for bit in chance.rng.sample(range(every.size), min(every.size, 20)):
            assert holds(formula, every.request(bit)) == bool(true >> bit & 1)
