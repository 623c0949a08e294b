"""Laws of the policy language, held against small independent readings of AWS's rules."""

import json
from typing import Any

from hypothesis import given, strategies as st

from iamkit.arn import Pattern, arn_pattern
from iamkit.evaluate import holds
from iamkit.policy.document import Policy
from iamkit.policy.variables import tokens
from iamkit.readings import DEFAULT
from iamkit.statements import condition_holds

GLOBS = st.text("aAb:*?", max_size=10)
TEXTS = st.text("aAb:*?\n", max_size=12)
FIELDS = st.text("ab*?", max_size=4)
VALUES = st.text("ab*", max_size=4)


def reference(glob: str, text: str, crossing: set[int] | None = None) -> bool:
    """Glob matching by the set of places reached so far. A star not in ``crossing`` stops at a colon."""
    reached = {0}
    for index, sign in enumerate(glob):
        stops = crossing is not None and index not in crossing
        if sign == "*":
            for start in sorted(reached):
                end = text.find(":", start) if stops else -1
                reached |= set(range(start, (len(text) if end < 0 else end) + 1))
        else:
            fits = {at for at in reached if at < len(text)}
            one = {at for at in fits if sign == "?" and not (stops and text[at] == ":")}
            reached = {at + 1 for at in one | {at for at in fits if sign != "?" and text[at] == sign}}
    return len(text) in reached


@given(GLOBS, TEXTS)
def test_globs_match_as_the_reference_does(glob: str, text: str) -> None:
    assert Pattern.glob(glob).matches(text) is reference(glob, text)


@given(GLOBS, TEXTS)
def test_folding_is_matching_in_lower_case(glob: str, text: str) -> None:
    assert Pattern.glob(glob, fold=True).matches(text) is reference(glob.lower(), text.lower())


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_literal_matches_itself_alone(literal: str, text: str) -> None:
    assert Pattern.literal(literal).matches(literal)
    assert Pattern.literal(literal).matches(text) is (literal == text)


@given(st.lists(FIELDS, min_size=6, max_size=6), st.lists(VALUES, min_size=5, max_size=5), st.text("ab:", max_size=6))
def test_an_arn_matches_if_and_only_if_each_field_does(written: list[str], five: list[str], last: str) -> None:
    values = [*five, last]
    pattern = arn_pattern(Pattern.glob(":".join(written)).parts)
    expected = written == ["*"] or all(map(reference, written, values))
    assert pattern.matches(":".join(values)) is expected


@given(st.lists(FIELDS, min_size=6, max_size=6), st.text("ab:", max_size=12))
def test_a_star_that_ends_a_field_may_cross_colons(written: list[str], value: str) -> None:
    glob = ":".join(written)
    ends = {at for at, sign in enumerate(glob) if sign == "*" and glob[at + 1 : at + 2] in ("", ":")}
    last = set(range(len(":".join(written[:5])), len(glob)))
    across = arn_pattern(Pattern.glob(glob).parts, star_crosses_colons=True)
    assert across.matches(value) is reference(glob, value, crossing=ends | last)
    if arn_pattern(Pattern.glob(glob).parts).matches(value):
        assert across.matches(value)


@given(st.lists(FIELDS, min_size=2, max_size=5))
def test_a_short_arn_is_the_arn_filled_up_with_stars(written: list[str]) -> None:
    short, full = ":".join(written), ":".join([*written, *["*"] * (6 - len(written))])
    assert arn_pattern(Pattern.glob(short).parts) == arn_pattern(Pattern.glob(full).parts)


@given(st.lists(st.sampled_from(["a", "$", "{", "}", "${*}", "${$}", "*", "?", "${a:b}", "${a:b, 'c d'}"]), max_size=8))
def test_what_a_pattern_writes_it_reads_again(pieces: list[str]) -> None:
    text = "".join(pieces)
    if "${" in text.replace("${*}", "").replace("${$}", "").replace("${a:b}", "").replace("${a:b, 'c d'}", ""):
        return  # Two pieces happen to open a variable.
    parts = tokens(text)
    assert tokens(str(Pattern(parts))) == parts


@given(st.text("ab$*?{}:", max_size=12))
def test_version_2008_has_no_variables(text: str) -> None:
    assert tokens(text, version="2008-10-17", wildcards=False) == ((text,) if text else ())
    matched = Pattern(tokens(text, version="2008-10-17")).matches(text)
    assert matched


ACTIONS = st.sampled_from(["*", "s3:GetObject", "s3:List*", "iam:*", "sqs:SendMessage"])
RESOURCES = st.sampled_from(["*", "arn:aws:s3:::a/${aws:username}/*", "arn:aws:s3:::b", "arn:aws:sqs"])
PRINCIPALS = st.sampled_from(
    ["*", {"AWS": "111122223333"}, {"AWS": ["*"], "Service": "ec2.amazonaws.com"}, {"Federated": "www.amazon.com"}]
)
CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "ForAnyValue:StringLike", "StringNotEqualsIfExists", "ArnLike"]),
    st.dictionaries(
        st.sampled_from(["aws:username", "aws:TagKeys", "aws:PrincipalTag/a b"]),
        st.one_of(st.text("ab*", max_size=3), st.lists(st.sampled_from(["a", "${aws:userid}", 1, True]), max_size=3)),
        max_size=2,
    ),
    max_size=2,
)


def one_or_many(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Action", "NotAction"])): draw(one_or_many(ACTIONS)),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(one_or_many(RESOURCES)),
    }
    if draw(st.booleans()):
        statement[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    if draw(st.booleans()):
        statement["Condition"] = draw(CONDITIONS)
    return statement


DOCUMENTS = st.builds(
    lambda version, listed: {"Statement": listed} | ({"Version": version} if version else {}),
    st.sampled_from([None, "2008-10-17", "2012-10-17"]),
    one_or_many(statements()),
)


def tree(policy: Policy) -> list[tuple]:
    return [
        (s.effect, s.sid, s.principal, s.action, s.resource, s.conditions, s.version, s.path) for s in policy.statements
    ]


@given(DOCUMENTS)
def test_a_policy_written_as_json_is_the_same_policy(document: dict[str, Any]) -> None:
    policy = Policy.parse(document)
    again = Policy.parse(policy.to_json())
    assert tree(again) == tree(policy)
    assert again.document == document == json.loads(policy.to_json())


@given(DOCUMENTS)
def test_brackets_around_single_values_change_nothing(document: dict[str, Any]) -> None:
    def bracket(statement: dict[str, Any]) -> dict[str, Any]:
        plain = ("Action", "NotAction", "Resource", "NotResource")
        return {k: [v] if k in plain and not isinstance(v, list) else v for k, v in statement.items()}

    listed = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    bracketed = document | {"Statement": [bracket(statement) for statement in listed]}
    before, after = Policy.parse(document), Policy.parse(bracketed)
    for one, other in zip(before.statements, after.statements, strict=True):
        assert one.action.values == other.action.values
        assert one.resource and other.resource and one.resource.values == other.resource.values


PAIRS = st.sampled_from(
    [("StringEquals", "StringNotEquals"), ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
     ("StringLike", "StringNotLike"), ("ArnLike", "ArnNotLike"), ("ArnEquals", "ArnNotEquals")]
)  # fmt: skip
LISTED = st.lists(st.text("aA*:", max_size=3), max_size=3)
CONTEXT = st.lists(st.text("aA:", min_size=1, max_size=3), max_size=3)


def met(written: str, listed: list[str], context: list[str], key: str = "aws:x") -> bool:
    """Whether a condition on aws:X is met by a request whose key has these values; none: the key is missing."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {written: {key: listed}}}
    (parsed,) = Policy.parse({"Version": "2012-10-17", "Statement": statement}).statements
    table = {"aws:x": tuple(context)} if context else {}
    return holds(condition_holds(parsed.conditions[0], parsed.version, DEFAULT), table)


@given(PAIRS, LISTED, CONTEXT)
def test_the_not_of_an_operator_is_its_negation(pair: tuple[str, str], listed: list[str], context: list[str]) -> None:
    assert met(pair[1], listed, context) is not met(pair[0], listed, context)


@given(PAIRS, st.booleans(), LISTED, CONTEXT)
def test_if_exists_adds_the_missing_key_and_nothing_else(
    pair: tuple[str, str], negated: bool, listed: list[str], context: list[str]
) -> None:
    operator = pair[negated]
    assert met(f"{operator}IfExists", listed, context) is (not context or met(operator, listed, context))


@given(PAIRS, LISTED, CONTEXT)
def test_for_any_value_is_the_dual_of_for_all_values(
    pair: tuple[str, str], listed: list[str], context: list[str]
) -> None:
    assert met(f"ForAnyValue:{pair[1]}", listed, context) is not met(f"ForAllValues:{pair[0]}", listed, context)


@given(PAIRS, LISTED, CONTEXT)
def test_set_operators_read_values_one_by_one(pair: tuple[str, str], listed: list[str], context: list[str]) -> None:
    each = [met(pair[0], listed, [value]) for value in context]
    assert met(f"ForAnyValue:{pair[0]}", listed, context) is any(each)
    assert met(f"ForAllValues:{pair[0]}", listed, context) is all(each)


@given(PAIRS, LISTED, CONTEXT, st.lists(st.booleans(), min_size=5, max_size=5))
def test_the_case_of_a_key_does_not_matter(
    pair: tuple[str, str], listed: list[str], context: list[str], upper: list[bool]
) -> None:
    key = "".join(letter.upper() if up else letter for letter, up in zip("aws:x", upper, strict=True))
    assert met(pair[0], listed, context, key) is met(pair[0], listed, context)


@given(PAIRS, LISTED, CONTEXT)
def test_the_order_of_listed_values_does_not_matter(
    pair: tuple[str, str], listed: list[str], context: list[str]
) -> None:
    assert met(pair[0], listed, context) is met(pair[0], listed[::-1] + listed, context)
