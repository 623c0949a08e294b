"""Claims that exclude each other: about one value, and about values that policy variables tie together."""

from decimal import Decimal

import pytest

from iamkit.arn import Pattern, Variable, Wild
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, Compare, Formula, Is, Not, Some, all_of, equals, like, present
from iamkit.prove.certificate import certify, check
from iamkit.prove.claims import possible
from iamkit.prove.conflicts import is_refuted, parts_of, smallest_conflict
from iamkit.prove.skeleton import Literal
from iamkit.prove.solver import solve
from iamkit.prove.ties import assign
from iamkit.prove.values import Undecided

NAME = Variable("aws:username")
HOME = Pattern(("arn:aws:s3:::home/", NAME, "/", Wild.ANY))


def claim(key: str, test: object, sign: bool = True, slot: int = 0) -> tuple[Literal, bool]:
    return Literal(key, slot, test), sign


def compare(relation: str, bound: str) -> Compare:
    return Compare("number", relation, Decimal(bound))


def test_the_smallest_conflict_has_nothing_to_spare() -> None:
    get, any_s3, put = (Pattern.glob(glob) for glob in ("s3:Get*", "s3:*", "s3:Put*"))
    claims = [claim(ACTION, any_s3), claim(ACTION, get), claim(ACTION, put), claim("aws:username", get)]
    assert smallest_conflict(claims) == (claim(ACTION, get), claim(ACTION, put))
    assert smallest_conflict(claims[:2]) is None


def test_claims_of_one_type_may_exclude_each_other_beside_claims_of_another() -> None:
    """Numbers that exclude each other do so too when the value is also asked as a text."""
    group = [claim("s3:max-keys", compare("==", "7.5")), claim("s3:max-keys", compare("<", "5")),
             claim("s3:max-keys", Pattern.literal(""), False)]  # fmt: skip
    assert not possible(group)
    assert smallest_conflict(group) == tuple(group[:2])


def test_a_variable_that_must_be_absent_has_no_value() -> None:
    claims = [claim(RESOURCE, HOME), claim("aws:username", None, False)]
    assert assign(claims) is None
    assert is_refuted(claims)
    assert smallest_conflict([*claims, claim("aws:sourceip", None)]) == tuple(claims)


def test_what_is_claimed_of_an_absent_key_excludes_nothing() -> None:
    """A claim about a value counts only beside the claim that there is one."""
    default = Pattern(("arn:aws:s3:::home/", Variable("aws:username", "a")))
    home = claim(RESOURCE, Pattern.literal("arn:aws:s3:::home/a"))
    is_bob = claim("aws:username", Pattern.literal("bob"))
    assert not is_refuted([home, claim(RESOURCE, default), is_bob])
    assert is_refuted([home, claim(RESOURCE, default), is_bob, claim("aws:username", None)])


TIED = Some(RESOURCE, Is(HOME))
ANAS = equals(RESOURCE, "arn:aws:s3:::home/ana/x")
TEAM = Some(RESOURCE, Is(Pattern(("arn:aws:s3:::home/", Variable("aws:principaltag/team", "all")))))
TAG_KEY = Some(RESOURCE, Is(Pattern(("arn:aws:s3:::home/", Variable("aws:tagkeys")))))


@pytest.mark.parametrize(
    "formula",
    [
        all_of([TIED, Not(present("aws:username"))]),
        all_of([TIED, ANAS, equals("aws:username", "bob")]),
        all_of([TIED, ANAS, like("aws:username", "b*")]),  # the resource leaves the variable one value, which is ana
        all_of([TIED, ANAS, like("aws:username", "A*")]),  # case matters
        all_of([TEAM, Not(present("aws:principaltag/team")), equals(RESOURCE, "arn:aws:s3:::home/blue")]),
        all_of([TEAM, present("aws:principaltag/team"), Not(equals("aws:principaltag/team", "all")),
                equals(RESOURCE, "arn:aws:s3:::home/all")]),
        all_of([TAG_KEY, equals(RESOURCE, "arn:aws:s3:::home/a"), equals("aws:tagkeys", "b")]),
        all_of([TAG_KEY, equals(RESOURCE, "arn:aws:s3:::home/a"), equals("aws:tagkeys", "a"),
                equals("aws:tagkeys", "b")]),  # a key with two values has none for a variable
        all_of([present("aws:username"), Not(Some("aws:username", Is(Pattern((NAME,)))))]),
        Some("aws:username", Is(Pattern((NAME, "x")))),
    ],
)  # fmt: skip
def test_a_tie_that_leaves_a_variable_few_values_is_proved_to_lead_nowhere(formula: Formula) -> None:
    assert solve(formula) is None
    certificate = certify(formula)
    assert certificate is not None
    assert check(formula, certificate)


@pytest.mark.parametrize(
    ("formula", "name", "value"),
    [
        (all_of([TIED, ANAS, like("aws:username", "a*")]), "aws:username", ("ana",)),
        (all_of([TEAM, Not(equals("aws:principaltag/team", "all")), equals(RESOURCE, "arn:aws:s3:::home/all")]),
         "aws:principaltag/team", None),  # the default stands in for the absent tag
        (all_of([TAG_KEY, equals(RESOURCE, "arn:aws:s3:::home/b"), like("aws:tagkeys", "?")]), "aws:tagkeys", ("b",)),
        (all_of([Some(RESOURCE, Is(Pattern(("arn:aws:s3:::home/", Variable("aws:principaltag/team"), Wild.ANY)))),
                 equals("aws:principaltag/team", "")]), "aws:principaltag/team", ("",)),  # a tag may be empty
        (all_of([present("aws:username"), Some("aws:username", Is(Pattern((NAME, Wild.ANY))))]), "aws:username",
         ("example",)),
    ],
)  # fmt: skip
def test_a_tie_with_a_way_out_is_found(formula: Formula, name: str, value: tuple | None) -> None:
    found = solve(formula)
    assert found is not None
    assert holds(formula, found)
    assert found.get(name) == value


def test_what_the_few_values_do_not_settle_stays_undecided() -> None:
    """No text is both ``<name>-x`` and ``y-<name>`` unless the name starts with y: too many names to try."""
    shapes = [Pattern((NAME, "-x")), Pattern(("y-", NAME))]
    tied = [Some("aws:principaltag/team", Is(shape)) for shape in shapes]
    with pytest.raises(Undecided, match="ties two keys"):
        solve(all_of([*tied, like("aws:username", "b*")]))


def test_the_values_a_variable_can_have_are_all_found() -> None:
    around = Pattern(("a", Wild.ANY, NAME, Wild.ANY))
    assert set(parts_of("abc", around, "aws:username")) == {"", "b", "c", "bc"}
    assert list(parts_of("a/x", Pattern((NAME, "/x")), "aws:username")) == ["a"]
    assert list(parts_of("a/y", Pattern((NAME, "/x")), "aws:username")) == []
    assert list(parts_of("/x", Pattern((NAME, "/x", NAME)), "aws:username")) == []  # twice: not tried
    anywhere = Pattern((Wild.ANY, NAME, Wild.ANY))
    assert list(parts_of("a long text, so long that it has more than 256 parts", anywhere, "aws:username")) == []
