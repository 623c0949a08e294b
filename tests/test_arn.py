"""ARNs, and the patterns that policies match text with."""

import time

import pytest

from iamkit.arn import Arn, Pattern, Variable, Wild, arn_pattern, split_fields
from iamkit.errors import ArnError


@pytest.mark.parametrize(
    ("text", "type_", "name"),
    [
        # IAM User Guide, reference-arns, "ARN format": type/id, type:id and a bare id.
        ("arn:aws:iam::111122223333:user/payroll/ana", "user", "ana"),
        ("arn:aws:iam::111122223333:root", "root", "root"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:pay", "function", "function:pay"),
        ("arn:aws:s3:::payroll", "payroll", "payroll"),
        ("arn:aws-us-gov:sqs:us-gov-west-1:111122223333:jobs", "jobs", "jobs"),
    ],
)
def test_an_arn_reads_and_writes_back(text: str, type_: str, name: str) -> None:
    arn = Arn.parse(text)
    assert str(arn) == text
    assert (arn.type, arn.name) == (type_, name)


def test_the_sixth_field_keeps_its_colons() -> None:
    assert Arn.parse("arn:aws:logs:eu-west-1:111122223333:log-group:pay:*").resource == "log-group:pay:*"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is not an ARN"),
        ("payroll", "is not an ARN"),
        ("arn:aws:s3", "is not an ARN"),
        ("ARN:aws:s3:::payroll", "is not an ARN"),
        ("arn:amazon:s3:::payroll", "'amazon' is not a partition"),
        ("arn:aws::::payroll", "has no service or no resource"),
        ("arn:aws:s3:::", "has no service or no resource"),
        (None, "A NoneType is not an ARN"),
        (b"arn:aws:s3:::payroll", "A bytes is not an ARN"),
    ],
)
def test_what_is_no_arn_says_what_is_wrong(text: str, fault: str) -> None:
    with pytest.raises(ArnError) as error:
        Arn.parse(text, where="here")
    assert fault in error.value.what
    assert error.value.where == "here"
    assert error.value.remedy


@pytest.mark.parametrize(
    ("glob", "value", "expected"),
    [
        ("*", "", True),
        ("*", "a\nb:c/d", True),
        ("?", "", False),
        ("?", ":", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a*c", "ac", True),
        ("a*c", "abcb", False),
        ("*a*b", "xaxb", True),
        ("*a*b", "xbxa", False),
        ("*ab*ab", "ab", False),
        ("*ab*ab", "abab", True),
        ("a**b", "ab", True),
        ("[a-z]", "b", False),
        ("a.c", "abc", False),
        ("Ab", "aB", False),
    ],
)
def test_globs_match_the_whole_text(glob: str, value: str, expected: bool) -> None:
    assert Pattern.glob(glob).matches(value) is expected


def test_folding_is_by_choice() -> None:
    assert Pattern.glob("s3:get*", fold=True).matches("S3:GETObject")
    assert not Pattern.glob("s3:get*").matches("S3:GETObject")


def test_a_literal_has_no_wildcards() -> None:
    assert Pattern.literal("a*").matches("a*")
    assert not Pattern.literal("a*").matches("ab")
    assert Pattern.literal("").matches("")


def test_repeated_stars_are_one_star() -> None:
    assert Pattern.glob("a***b") == Pattern.glob("a*b")
    assert Pattern.glob("a*?*b") != Pattern.glob("a*b")


@pytest.mark.parametrize("glob", ["*" * 5000 + "b", "*a" * 40 + "*b", "*?" * 300 + "b", "?*" * 300 + "b"])
def test_many_stars_against_a_long_text_stay_quick(glob: str) -> None:
    """A regular expression that gives back what a star took would need longer than the universe is old."""
    start = time.process_time()
    assert not Pattern.glob(glob).matches("a" * 20_000)
    assert time.process_time() - start < 2


def test_a_variable_takes_its_value_literally() -> None:
    pattern = Pattern(("home/", Variable("aws:username"), "/", Wild.ANY))
    assert pattern.matches("home/ana/x", {"aws:username": "ana"}.get)
    assert pattern.matches("home/*/x", {"aws:username": "*"}.get)
    assert not pattern.matches("home/ana/x", {"aws:username": "*"}.get)


def test_a_variable_without_value_matches_nothing_or_takes_its_default() -> None:
    assert not Pattern(("home/", Variable("aws:username"))).matches("home/")
    assert Pattern(("home/", Variable("aws:username", "guest"))).matches("home/guest")


def test_an_empty_value_is_a_value() -> None:
    # A tag may have an empty value (IAM User Guide, id_tags); its default is for a tag that is not there.
    pattern = Pattern(("home/", Variable("aws:principaltag/team", "guest")))
    assert pattern.matches("home/", {"aws:principaltag/team": ""}.get)
    assert not pattern.matches("home/guest", {"aws:principaltag/team": ""}.get)


def test_a_pattern_without_wildcards_has_a_text() -> None:
    assert Pattern.literal("a*").text == "a*"
    assert Pattern.glob("a*").text is None
    assert Pattern((Variable("aws:username"),)).text is None


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        # IAM User Guide, reference_policies_elements_resource, "Using wildcards in resource ARNs":
        # wildcards inside each segment; a slash is nothing special.
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/1/test/object.jpg", True),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/1/2/test/3/object.jpg", True),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll//test/object.jpg", True),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/1/test/", True),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/1-test/object.jpg", False),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/test/object.jpg", False),
        ("arn:aws:s3:::payroll/*/test/*", "arn:aws:s3:::payroll/1/2/test.jpg", False),
        ("arn:aws:ec2:*:111122223333:vpc/*", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", True),
        ("arn:aws:ec2:*:111122223333:vpc/*", "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1", False),
        # The last field runs on past colons: it is one field, however many colons it has.
        ("arn:aws:logs:*:*:log-group:pay*", "arn:aws:logs:eu-west-1:111122223333:log-group:pay:stream:x", True),
        ("arn:aws:s3:::pay?oll", "arn:aws:s3:::payroll", True),
        ("*", "arn:aws:s3:::payroll", True),
    ],
)
def test_arns_match_field_by_field(written: str, value: str, expected: bool) -> None:
    assert arn_pattern(Pattern.glob(written).parts).matches(value) is expected


def test_a_star_stays_in_its_field_unless_it_may_cross() -> None:
    # The 2026 page lets a star that ends a segment run past colons; the 2023 page does not say so.
    parts = Pattern.glob("arn:aws:sqs:*:jobs").parts
    value = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    inside = arn_pattern(parts, expand_short=False)
    across = arn_pattern(parts, expand_short=False, star_crosses_colons=True)
    assert (inside.matches(value), across.matches(value)) == (False, True)


def test_only_a_star_that_ends_its_field_may_cross() -> None:
    parts = Pattern.glob("arn:aws:sqs:eu*1:jobs").parts
    pattern = arn_pattern(parts, expand_short=False, star_crosses_colons=True)
    assert not pattern.matches("arn:aws:sqs:eu-west-1:111122223333:1:jobs")


def test_a_star_that_crosses_gives_back_what_a_later_field_needs() -> None:
    parts = Pattern.glob("arn:aws:a*:x*y:b:c").parts
    assert arn_pattern(parts, star_crosses_colons=True).matches("arn:aws:a:x:xy:b:c")
    assert not arn_pattern(parts).matches("arn:aws:a:x:xy:b:c")


def test_short_arns_are_filled_up_or_not() -> None:
    # IAM User Guide, reference-arns: arn:aws:sqs is equivalent to arn:aws:sqs:*:*:*.
    parts = Pattern.glob("arn:aws:sqs").parts
    value = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    assert arn_pattern(parts).matches(value)
    assert arn_pattern(parts) == arn_pattern(Pattern.glob("arn:aws:sqs:*:*:*").parts)
    assert not arn_pattern(parts, expand_short=False).matches(value)


@pytest.mark.parametrize(
    ("written", "count"), [("*", 1), ("arn:aws", 2), ("arn:aws:s3:::payroll", 6), ("arn:aws:logs:::a:b:c", 6)]
)
def test_fields_are_cut_at_the_first_five_colons(written: str, count: int) -> None:
    assert len(split_fields(Pattern.glob(written).parts)) == count


@pytest.mark.parametrize("parts", [("a*b",), ("${x}",), ("a", Wild.ANY, "?"), (Variable("aws:username", "guest"), "$")])
def test_a_pattern_writes_as_a_policy_would(parts: tuple) -> None:
    from iamkit.policy.variables import tokens

    assert tokens(str(Pattern(parts))) == parts
