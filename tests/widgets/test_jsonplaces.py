import json
import random

import pytest

from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.widgets.jsonplaces import Fault, Places, read_policy
from iamkit.widgets.numbered import Mark, numbered

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": "*",
      "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    },
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::payroll/*"}
  ]
}"""


@pytest.mark.parametrize(
    ("path", "begins", "lines"),
    [
        ("$", "{\n", (1, 13)),
        ("$.Version", '"Version": "2012', (2, 2)),
        ("$.Statement", '"Statement": [', (3, 12)),
        ("$.Statement[0]", '{\n      "Sid"', (4, 10)),
        ("$.Statement[0].Action[1]", '"s3:ListBucket"', (7, 7)),
        ("$.Statement[0].Condition.Bool.aws:SecureTransport", '"aws:SecureTransport"', (9, 9)),
        ("$.Statement[1].Action", '"Action": "s3:*"', (11, 11)),
        ("$.Statement[1].Principal.AWS[0]", '{"Effect": "Deny"', (11, 11)),
        ("$.Statement[7]", '"Statement"', (3, 12)),
        ("$.Id", "{\n", (1, 13)),
    ],
)
def test_an_element_is_found_or_else_the_nearest_one_around_it(path: str, begins: str, lines: tuple[int, int]) -> None:
    places = Places(POLICY)
    assert places.whole
    assert places.text[places.span(path)[0] :].startswith(begins)
    assert places.lines(path) == lines


def test_lines_and_columns_count_from_one() -> None:
    places = Places('{\n  "a": 1}')
    assert [places.position(at) for at in (0, 1, 2, 4)] == [(1, 1), (1, 2), (2, 1), (2, 3)]


# A text, what is wrong with it: line, column, path, and a word of what is said.
FAULTS = [
    (POLICY.replace('"Allow",', '"Allow"'), 7, 7, "at $.Statement[0].Effect", "','"),
    (POLICY.replace('"Sid": "Read"', '"Sid" "Read"'), 5, 13, "at $.Statement[0].Sid", "':'"),
    (POLICY[:-2], 12, 4, "at $.Statement[1].Resource", "','"),
    (POLICY.replace("[\n    {", "[\n    {,"), 4, 6, "at $.Statement[0]", "property name"),
    ('{"Statement": NaN}', 1, 2, "$.Statement", "NaN"),
    ('{"Statement": [{"Effect": "Allow",\n "Effect": "Deny"}]}', 2, 2, "$.Statement[0].Effect", "twice"),
    ("", 1, 1, "$", "no text"),
    ("  \n", 1, 1, "$", "no text"),
    ("[]", 1, 1, "$", "JSON object"),
    ('"*"', 1, 1, "$", "JSON object"),
    ("{}", 1, 1, "$", "no Statement"),
    (POLICY.replace('"Allow"', '"allow"'), 6, 7, "$.Statement[0].Effect", "case matters"),
    (POLICY.replace('"Effect": "Allow",', ""), 4, 5, "$.Statement[0].Effect", "no Effect"),
    (POLICY.replace('"Action": "s3:*"', '"Actions": "s3:*"'), 11, 24, "$.Statement[1].Actions", "'Action'"),
    (POLICY.replace("s3:ListBucket", "ListBucket"), 7, 34, "$.Statement[0].Action[1]", "not an action"),
    (POLICY.replace('"Bool"', '"Boll"'), 9, 21, "$.Statement[0].Condition.Boll", "operator"),
    (POLICY.replace("arn:aws:s3:::payroll/*", "payroll"), 11, 42, "$.Statement[1].Resource", "not a resource"),
    (POLICY.replace('"Sid": "Read"', '"Sid": "Read it"'), 5, 7, "$.Statement[0].Sid", "letters and digits"),
    (POLICY.replace('"Sid": "Read"', '"Principal": "*"'), 5, 7, "$.Statement[0].Principal", "no Principal"),
]


@pytest.mark.parametrize(("text", "line", "column", "path", "said"), FAULTS)
def test_a_fault_has_line_column_and_json_path(text: str, line: int, column: int, path: str, said: str) -> None:
    found = read_policy(text, "mine", Place.IDENTITY)
    assert isinstance(found, Fault)
    assert (found.line, found.column, found.path) == (line, column, path)
    assert said in str(found)


def test_a_good_text_is_read() -> None:
    found = read_policy(POLICY, "mine", Place.IDENTITY)
    assert isinstance(found, Policy)
    assert (found.name, len(found.statements)) == ("mine", 2)


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"a":' * 5000, "9" * 5000, '{"Statement": ' + "9" * 5000 + "}", "\\", "{1}"]
)
def test_odd_texts_are_faults_too(text: str) -> None:
    assert isinstance(read_policy(text, "mine"), Fault)


def test_whatever_is_typed_is_a_policy_or_a_fault_inside_of_the_text() -> None:
    chance = random.Random(1)
    texts = [POLICY[:end] for end in range(len(POLICY))]
    for _ in range(500):
        at = chance.randrange(len(POLICY))
        texts.append(
            POLICY[:at]
            + chance.choice(['"', "{", "]", ",", "x", "\n", "[]", "null"])
            + POLICY[at + chance.randrange(3) :]
        )
    for text in texts:
        found = read_policy(text, "mine", Place.IDENTITY)
        if isinstance(found, Fault):
            lines = text.split("\n")
            assert 1 <= found.line <= len(lines)
            assert 1 <= found.column <= len(lines[found.line - 1]) + 1
            assert found.what
        else:
            json.loads(text)


def test_lines_are_numbered_and_marks_are_signs_and_words_not_only_color() -> None:
    text, html = numbered("a\n<b>\nc", [Mark(1, 2, "allow", "allows 1"), Mark(2, 2, "deny", "denies 2")])
    assert text.splitlines() == ["✓ 1  a  ← allows 1", "✗ 2  <b>  ← denies 2", "  3  c"]
    assert html.count("border-left") == 3
    assert "&lt;b&gt;" in html and "<b>" not in html


def test_marks_that_begin_on_one_line_are_told_together() -> None:
    text, _ = numbered("x", [Mark(1, 1, "note", "odd"), Mark(1, 1, "allow", "allows 1"), Mark(1, 1, "note", "odd")])
    assert text == "✓ 1  x  ← odd; allows 1"
