"""Questions as SMT-LIB: two other solvers answer as the kit does."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
import z3

from iamkit.formula import Compare, Formula, InNetwork, Is, Not, Some, all_of, any_of, equals, like, present
from iamkit.policy.conditions import network
from iamkit.prove.settle import settled
from iamkit.prove.smtlib import to_smtlib
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from tests.prove.chance import Chance
from tests.prove.worlds import one_user
from tests.short import ANA, allow


def exported(count: int) -> Iterator[tuple[int, str, str]]:
    """So many random questions that can be exported: the seed, the script, and the kit's answer."""
    seed = 100_000
    while count:
        seed += 1
        formula, facts = Chance(seed).question()
        left = settled(formula, facts)
        try:
            script, answer = to_smtlib(left), "unsat" if solve(left) is None else "sat"
        except Undecided:
            continue
        count -= 1
        yield seed, script, answer


def cvc5_says(script: str) -> str:
    """``sat``, ``unsat``, or ``unknown`` after 5 s."""
    cvc5 = pytest.importorskip("cvc5", reason="cvc5 is in the extra 'bench'")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("strings-exp", "true")
    solver.setOption("tlimit-per", "5000")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "question")
    said = ""
    while not (command := parser.nextCommand()).isNull():
        said += command.invoke(solver, parser.getSymbolManager())
    return said.strip()


def z3_says(script: str) -> str:
    solver = z3.Solver()
    solver.set("rlimit", 20_000_000)
    solver.from_string(script)
    return str(solver.check())


def test_cvc5_agrees_on_500_questions() -> None:
    pytest.importorskip("cvc5", reason="cvc5 is in the extra 'bench'")
    counts: Counter[str] = Counter()
    for seed, script, answer in exported(500):
        said = cvc5_says(script)
        counts[said] += 1
        assert said in (answer, "unknown"), seed
    assert counts["unknown"] <= 2
    assert min(counts["sat"], counts["unsat"]) >= 100


def test_z3_agrees_on_50_questions() -> None:
    counts: Counter[str] = Counter()
    for seed, script, answer in exported(50):
        said = z3_says(script)
        counts[said] += 1
        assert said in (answer, "unknown"), seed
    assert counts["unknown"] <= 2
    assert min(counts["sat"], counts["unsat"]) >= 10


def greater(bound: str) -> Formula:
    return Some("s3:max-keys", Is(Compare("number", ">", Decimal(bound))))


def inside(text: str) -> Formula:
    return Some("aws:sourceip", Is(InNetwork(network(text))))


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        (all_of([]), "sat"),
        (any_of([]), "unsat"),
        (all_of([present("aws:username"), Not(like("aws:username", "*"))]), "unsat"),
        (all_of([Not(present("aws:username")), like("aws:username", "*")]), "unsat"),
        (all_of([equals("aws:username", 'a"b'), like("aws:username", '?"?')]), "sat"),
        (all_of([equals("aws:username", "ä"), like("aws:username", "?")]), "sat"),
        (all_of([like("action", "S3:GET*", fold=True), like("action", "s3:get*")]), "sat"),
        (all_of([like("action", "S3:GET*"), like("action", "s3:get*")]), "unsat"),
        (all_of([equals("aws:tagkeys", "a"), equals("aws:tagkeys", "b")]), "sat"),
        (all_of([equals("aws:username", "a"), equals("aws:username", "b")]), "unsat"),
        (all_of([greater("1"), Not(greater("2"))]), "sat"),
        (all_of([greater("2"), Not(greater("1"))]), "unsat"),
        (all_of([greater("-2.5"), Not(greater("-1"))]), "sat"),
        (all_of([inside("10.0.0.0/8"), Not(inside("10.0.0.0/9")), Not(inside("10.128.0.0/9"))]), "unsat"),
        (all_of([inside("10.0.0.0/8"), inside("::/0")]), "unsat"),
        (all_of([inside("2001:db8::/32"), Not(inside("2001:db8::/33"))]), "sat"),
    ],
)
def test_small_questions(formula: Formula, answer: str) -> None:
    assert z3_says(to_smtlib(formula)) == cvc5_says(to_smtlib(formula)) == answer
    assert (solve(formula) is None) == (answer == "unsat")


def test_a_proof_writes_its_question() -> None:
    proof = one_user(allow("s3:Get*")).can(ANA, "s3:*", "*", {"aws:SourceIp": None})
    assert z3_says(one_user().can(ANA, "s3:Put*", "*").to_smtlib()) == "unsat"
    assert proof


def test_what_the_encoding_has_no_words_for_is_said() -> None:
    from iamkit.arn import Pattern, Variable

    address_and_text = all_of([inside("10.0.0.0/8"), like("aws:sourceip", "10.*")])
    with pytest.raises(Undecided, match="aws:sourceip is tested as"):
        to_smtlib(address_and_text)
    several = Some("aws:username", Is(Pattern((Variable("aws:tagkeys"),))))
    with pytest.raises(Undecided, match="several values"):
        to_smtlib(several)
