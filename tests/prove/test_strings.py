"""Texts that match some patterns and not others."""

import itertools
import re

import pytest

from iamkit.arn import Pattern, arn_pattern
from iamkit.prove.strings import TooLarge, find, meet

GLOBS = ["*", "a", "a*", "*a", "?", "a?", "*ab*", "b*a", "??", "", "a*a"]
WORDS = ["".join(letters) for n in range(5) for letters in itertools.product("abx", repeat=n)]


def matches(glob: str, word: str) -> bool:
    """An independent reading of globs."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, c) for c in glob), word) is not None


@pytest.mark.parametrize("wanted", list(itertools.combinations(GLOBS, 2)), ids=str)
def test_agrees_with_trying_every_short_word(wanted: tuple[str, str]) -> None:
    for refused in [(), *((glob,) for glob in GLOBS), ("a*", "b*"), ("*a", "?")]:
        found = find(tuple(map(Pattern.glob, wanted)), tuple(map(Pattern.glob, refused)))
        fitting = [w for w in WORDS if all(matches(g, w) for g in wanted) and not any(matches(g, w) for g in refused)]
        if found is None:
            assert fitting == []
        else:
            assert all(matches(glob, found) for glob in wanted) and not any(matches(glob, found) for glob in refused)
            assert not fitting or len(found) <= len(fitting[0])


def test_a_wildcard_in_an_arn_field_stops_at_the_colon() -> None:
    field = arn_pattern(Pattern.glob("arn:aws:sqs:*:111122223333:jobs").parts)
    crossing = Pattern.literal("arn:aws:sqs:a:b:111122223333:jobs")
    assert find((field, crossing), ()) is None
    assert find((field, Pattern.glob("*:eu-west-1:*")), ()) == "arn:aws:sqs:eu-west-1:111122223333:jobs"


def test_case_folding_meets_case_sensitive_patterns() -> None:
    assert find((Pattern.literal("S3:GET", fold=True), Pattern.glob("s3:G*")), ()) is not None
    assert find((Pattern.literal("abc"), Pattern.literal("ABC", fold=True)), ()) == "abc"
    assert find((Pattern.literal("abc"),), (Pattern.literal("ABC", fold=True),)) is None


def test_many_long_patterns_are_quick() -> None:
    buckets = tuple(Pattern.glob(f"arn:aws:s3:::bucket-{number}/*") for number in range(200))
    assert find((Pattern.glob("arn:aws:s3:::bucket-1*"),), buckets) is not None


def test_what_is_too_much_to_search_may_meet() -> None:
    """After ``*a``, each further ``?`` doubles what has to be kept in mind."""
    one, other = Pattern.glob(f"arn:aws:s3:::payroll/*a{'?' * 20}"), Pattern.glob("arn:aws:s3:::payroll/*")
    with pytest.raises(TooLarge, match="too long"):
        find((one, other), ())
    assert meet(one, other)
    assert not meet(Pattern.glob("a*"), Pattern.glob("b*"))
