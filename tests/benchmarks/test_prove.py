"""How fast questions are answered. Nothing asserts a time.

To measure: ``python -m pytest tests/benchmarks --benchmark-enable --benchmark-only``. The tables of the documentation,
with other solvers beside the kit's prover, come from ``python -m tests.benchmarks.report``.
"""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import iamkit as ik
from iamkit.prove.compare import difference
from iamkit.prove.reach import Chain, Unreachable, blast_radius, reach, who_can_become
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from tests.benchmarks import direct_encoding
from tests.benchmarks.accounts import BUCKET, ELSEWHERE, OWN, SOURCE, account, chain_of
from tests.benchmarks.managed import managed_policies, pairs, question
from tests.benchmarks.report import LENGTHS, chains_table, cvc5_says, kit_says, managed, measured, table, z3_says
from tests.prove.chance import Chance

SIZES = (10, 100)


@pytest.fixture(scope="module", params=SIZES)
def world(request: pytest.FixtureRequest) -> ik.World:
    return account(request.param)


def test_comparing_managed_policies(benchmark: BenchmarkFixture) -> None:
    chosen = pairs()[:20]

    def compare_all() -> int:
        return sum(difference(b, a) is not None for a, b in chosen)

    assert 0 < benchmark(compare_all) < 20


def test_random_stacks(benchmark: BenchmarkFixture) -> None:
    formulas = [settled(*Chance(seed).question()) for seed in range(50)]
    found = benchmark(lambda: [solve(formula) is not None for formula in formulas])
    assert {True, False} == set(found)


def test_who_can(benchmark: BenchmarkFixture, world: ik.World) -> None:
    answers = benchmark(world.who_can, "s3:GetObject", f"{BUCKET}/*")
    assert 0 < len(answers.who) < len(answers)


def test_can(benchmark: BenchmarkFixture, world: ik.World) -> None:
    benchmark(world.can, f"arn:aws:iam::{OWN}:user/u1", "s3:GetObject", f"{BUCKET}/*")


def test_can_anywhere(benchmark: BenchmarkFixture, world: ik.World) -> None:
    benchmark(world.can, f"arn:aws:iam::{OWN}:user/u1", "kms:Decrypt", "*")


def test_reach(benchmark: BenchmarkFixture, world: ik.World) -> None:
    answer = benchmark(reach, world, SOURCE, ("sqs:SendMessage", ELSEWHERE))
    assert isinstance(answer, Unreachable)
    assert answer.closed == blast_radius(world, SOURCE)
    assert len(answer.closed) > 1


@pytest.mark.parametrize("length", LENGTHS)
def test_a_chain_of_roles(benchmark: BenchmarkFixture, length: int) -> None:
    world, first, last = chain_of(length)
    found = benchmark(reach, world, first, last)
    assert isinstance(found, Chain)
    assert len(found.steps) == length
    assert len(who_can_become(world, last)) == length


def test_the_accounts_are_made_as_they_are_described() -> None:
    made = account(100)
    assert len(made.users()) == len(made.roles()) == 50
    assert len(made.resources()) == 10
    assert all(1 <= len(identity.inline) <= 4 for identity in (*made.users(), *made.roles()))


def test_other_solvers_agree_on_a_few_pairs() -> None:
    answers = [(direct_encoding.decide(question(a, b), 200), kit_says(a, b)) for a, b in pairs()[:10]]
    assert all(direct in (kit, "unknown") for direct, kit in answers)
    assert sum(direct == "unknown" for direct, _ in answers) < 5


def test_the_report_on_solvers() -> None:
    pytest.importorskip("cvc5", reason="cvc5 is in the extra 'bench'")
    runs = managed(2, 200)
    assert [len(run.answers) for run in runs] == [2, 2, 2, 2]
    assert "unknown" not in runs[0].answers
    assert runs[0].row(1.0).startswith("| iamkit | ")
    nothing = "(set-logic ALL)\n(declare-const a Bool)\n(assert (and a (not a)))\n(check-sat)"
    assert cvc5_says(nothing) == z3_says(nothing) == "unsat"


def test_the_report_on_accounts() -> None:
    pytest.importorskip("resource", reason="Windows does not tell the peak memory")
    found = measured(10)
    assert 0 < found["memory"] < 1000
    assert table(["a", "b"], ["| 1 | 2 |"]) == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_the_report_on_chains() -> None:
    assert chains_table().startswith(
        "| chain | 5 roles | 20 roles | 100 roles |\n|---|---|---|---|\n| reach its end | "
    )


def test_nearly_every_managed_policy_can_be_read() -> None:
    assert len(managed_policies()) > 1500
    assert len(set(pairs())) == len(pairs()) == 150
