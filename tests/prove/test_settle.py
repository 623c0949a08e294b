"""Partial evaluation says the same as the evaluator of whatever is left open."""

from hypothesis import given, strategies as st

from iamkit.arn import Pattern, Variable
from iamkit.evaluate import holds
from iamkit.formula import FALSE, TRUE, Formula, Is, Not, Some, all_of, any_of, equals, like, present
from iamkit.prove.settle import settle, settled
from iamkit.request import Facts

VALUES = {
    "action": [("s3:GetObject",), ("s3:PutObject",)],
    "aws:username": [(), ("ana",), ("bob",)],
    "aws:tagkeys": [(), ("ana",), ("ana", "bob")],
}
NAMED_LIKE_THE_TAG = Some("aws:username", Is(Pattern((Variable("aws:tagkeys"),))))
TAGGED_LIKE_THE_NAME = Some("aws:tagkeys", Is(Pattern((Variable("aws:username", "bob"),))))
ATOMS = [
    like("action", "s3:Get*"), like("action", "s3:*"), equals("aws:username", "ana"), present("aws:username"),
    Some("aws:tagkeys", Not(Is(Pattern.literal("ana")))), present("aws:tagkeys"),
    NAMED_LIKE_THE_TAG, TAGGED_LIKE_THE_NAME,
]  # fmt: skip
FORMULAS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(Not), st.lists(inner, max_size=3).map(all_of), st.lists(inner, max_size=3).map(any_of)
    ),
    max_leaves=10,
)
TABLES = st.fixed_dictionaries({key: st.sampled_from(found) for key, found in VALUES.items()})


@given(FORMULAS, TABLES, st.sets(st.sampled_from(sorted(VALUES))))
def test_what_is_left_says_the_same(formula: Formula, table: dict, known: set[str]) -> None:
    request = {key: values for key, values in table.items() if values}
    left = settle(formula, Facts({key: table[key] for key in known}))
    assert holds(left, request) == holds(formula, request)
    assert holds(settled(formula, Facts({key: table[key] for key in known})), request) == holds(formula, request)


@given(FORMULAS, TABLES)
def test_with_everything_known_nothing_is_left(formula: Formula, table: dict) -> None:
    request = {key: values for key, values in table.items() if values}
    assert settle(formula, Facts(table)) == (TRUE if holds(formula, request) else FALSE)


def test_every_request_has_a_resource() -> None:
    assert settle(like("resource", "*"), Facts({})) == TRUE


def test_a_tag_that_is_not_listed_is_absent() -> None:
    facts = Facts({"aws:principaltag/team": ("blue",)}, ("aws:principaltag/",))
    assert settle(present("aws:principaltag/cost"), facts) == FALSE
    assert settle(equals("aws:principaltag/team", "blue"), facts) == TRUE
