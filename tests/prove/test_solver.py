"""The short search and z3 give the same canonical answer, and the answer is a real one."""

import pytest
from hypothesis import given, strategies as st

from iamkit.evaluate import holds
from iamkit.formula import Formula, Not, Some, all_of, any_of, equals, like, present
from iamkit.prove.quick import OverBudget, ways
from iamkit.prove.skeleton import Skeleton
from iamkit.prove.solver import _solve_with_z3, solve

ATOMS = [
    like("action", "s3:Get*", fold=True),
    like("action", "s3:*Object", fold=True),
    like("action", "s3:PutObject", fold=True),
    like("resource", "arn:aws:s3:::a*"),
    like("resource", "arn:aws:s3:::*b"),
    equals("aws:username", "ana"),
    like("aws:username", "a*"),
    present("aws:username"),
    equals("aws:tagkeys", "team"),
    Some("aws:tagkeys", Not(like("aws:tagkeys", "team").test)),
    present("aws:tagkeys"),
]
FORMULAS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(Not), st.lists(inner, max_size=3).map(all_of), st.lists(inner, max_size=3).map(any_of)
    ),
    max_leaves=12,
)


@given(FORMULAS)
def test_a_found_request_makes_the_formula_true(formula: Formula) -> None:
    table = solve(formula)
    if table is not None:
        assert holds(formula, table)
    assert (table is None) <= (solve(Not(formula)) is not None)


@given(FORMULAS)
def test_the_short_search_and_z3_agree_to_the_letter(formula: Formula) -> None:
    skeleton = Skeleton(formula)
    try:
        way = next(ways(skeleton.root), None)
    except OverBudget:
        return
    assert (way is None) == (_solve_with_z3(skeleton) is None)
    assert solve(formula) == _solve_with_z3(skeleton)


def test_a_question_too_large_for_the_short_search_goes_to_z3() -> None:
    # The pigeonhole question: six keys, five words, and no word twice.
    words = [f"w{n}" for n in range(5)]
    keys = [f"k:{n}" for n in range(6)]
    one_each = [any_of(equals(key, word) for word in words) for key in keys]
    apart = [Not(all_of([equals(a, w), equals(b, w)])) for i, a in enumerate(keys) for b in keys[:i] for w in words]
    formula = all_of([*one_each, *apart])
    with pytest.raises(OverBudget):
        next(ways(Skeleton(formula).root))
    assert solve(formula) is None
    assert solve(all_of([*one_each[:5], *apart])) is not None


def test_a_multivalued_key_gets_as_many_values_as_it_needs() -> None:
    formula = all_of([equals("aws:tagkeys", "team"), equals("aws:tagkeys", "cost")])
    assert solve(formula) == {"aws:tagkeys": ("cost", "team")} or solve(formula) == {"aws:tagkeys": ("team", "cost")}
    assert solve(all_of([equals("aws:username", "team"), equals("aws:username", "cost")])) is None
