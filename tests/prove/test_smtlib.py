"""Questions as SMT-LIB: two other solvers answer as the kit does."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
import z3

from iamkit.arn import Pattern, Variable
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


def after(bound: str) -> Formula:
    return Some("aws:currenttime", Is(Compare("date", ">", Decimal(bound))))


ONE_OF_TAG_KEYS = Some("aws:username", Is(Pattern((Variable("aws:tagkeys"),))))
"""The user name is the tag key; where there are several tag keys, the variable has no value."""


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        # One value that is asked as a number, date or address, and as an exact text.
        (all_of([equals("s3:max-keys", "5"), greater("4")]), "sat"),
        (all_of([equals("s3:max-keys", "5"), greater("5")]), "unsat"),
        (all_of([equals("s3:max-keys", "many"), greater("0")]), "unsat"),
        (all_of([equals("s3:max-keys", "many"), Not(greater("0"))]), "sat"),
        (all_of([Not(equals("s3:max-keys", "5")), greater("4"), Not(greater("5"))]), "sat"),
        (all_of([equals("aws:currenttime", "2026-01-01T00:00:00Z"), after("1767225599")]), "sat"),
        (all_of([equals("aws:currenttime", "2026-01-01T00:00:00Z"), after("1767225600")]), "unsat"),
        (all_of([equals("aws:sourceip", "10.0.0.1"), inside("10.0.0.0/8")]), "sat"),
        (all_of([equals("aws:sourceip", "10.0.0.1"), inside("11.0.0.0/8")]), "unsat"),
        (all_of([equals("aws:sourceip", "no address"), inside("0.0.0.0/0")]), "unsat"),
        # A variable of a key that may have several values.
        (all_of([ONE_OF_TAG_KEYS, equals("aws:username", "a"), equals("aws:tagkeys", "a")]), "sat"),
        (all_of([ONE_OF_TAG_KEYS, equals("aws:username", "a"), equals("aws:tagkeys", "b")]), "unsat"),
        (all_of([ONE_OF_TAG_KEYS, equals("aws:tagkeys", "a"), equals("aws:tagkeys", "b")]), "unsat"),
        (all_of([ONE_OF_TAG_KEYS, Not(present("aws:tagkeys"))]), "unsat"),
        # A key that names itself.
        (all_of([present("aws:username"), Some("aws:username", Is(Pattern((Variable("aws:username"),))))]), "sat"),
        (Some("aws:username", Is(Pattern((Variable("aws:username"), "x"), fold=True))), "unsat"),
    ],
)
def test_values_of_two_kinds_and_variables_of_many_values(formula: Formula, answer: str) -> None:
    assert z3_says(to_smtlib(formula)) == cvc5_says(to_smtlib(formula)) == answer
    assert (solve(formula) is None) == (answer == "unsat")


def test_beside_a_second_value_a_variable_has_none() -> None:
    formula = all_of([Not(ONE_OF_TAG_KEYS), equals("aws:username", "a"), equals("aws:tagkeys", "a")])
    assert z3_says(to_smtlib(formula)) == cvc5_says(to_smtlib(formula)) == "sat"


def test_an_ipv4_address_has_one_text_alone() -> None:
    formula = all_of([Not(equals("aws:sourceip", "10.0.0.1")), inside("10.0.0.1/32")])
    assert z3_says(to_smtlib(formula)) == cvc5_says(to_smtlib(formula)) == "unsat"


def test_few_random_questions_cannot_be_exported() -> None:
    refused = 0
    for seed in range(1000):
        formula, facts = Chance(seed).question()
        try:
            to_smtlib(settled(formula, facts))
        except Undecided:
            refused += 1
    assert refused <= 30


def test_a_proof_writes_its_question() -> None:
    proof = one_user(allow("s3:Get*")).can(ANA, "s3:*", "*", {"aws:SourceIp": None})
    assert z3_says(one_user().can(ANA, "s3:Put*", "*").to_smtlib()) == "unsat"
    assert proof


def test_what_the_encoding_has_no_words_for_is_said() -> None:
    address_and_text = all_of([inside("10.0.0.0/8"), like("aws:sourceip", "10.*")])
    with pytest.raises(Undecided, match="aws:sourceip is tested as"):
        to_smtlib(address_and_text)
    without_case = Some("aws:username", Is(Pattern((Variable("aws:userid"),), fold=True)))
    with pytest.raises(Undecided, match="the case of the variable aws:userid"):
        to_smtlib(without_case)
