import random

import pytest

import iamkit as ik
from iamkit.draw.style import GREY, WHITE, contrast
from iamkit.errors import IamkitError
from iamkit.widgets import policy_playground
from iamkit.widgets.playground import PolicyPlayground
from tests.short import OWN

ANA, POLICY = f"arn:aws:iam::{OWN}:user/payroll/ana", f"arn:aws:iam::{OWN}:policy/ReadPayroll"
BUCKET, MARCH = "arn:aws:s3:::acme-payroll", "arn:aws:s3:::acme-payroll/march.csv"
BEN, MALLORY = f"arn:aws:iam::{OWN}:user/ben", f"arn:aws:iam::{OWN}:user/mallory"
REQUESTS = [(ANA, "s3:GetObject", MARCH), (ANA, "s3:DeleteObject", MARCH), (ANA, "s3:PutObject", MARCH)]
LAST_GOOD = "The answer to the last good text, which may not hold any more:"


@pytest.fixture
def panel() -> PolicyPlayground:
    """Ana's policy: it allows to read, allows to write with MFA, and denies to delete."""
    return policy_playground(ik.sample("payroll"), POLICY, REQUESTS, [(ANA, "s3:Delete*", f"{BUCKET}/*")])


def verdict(panel: PolicyPlayground) -> str:
    return repr(panel).partition("watch what it does.: ")[2].removesuffix(">")


def edit(panel: PolicyPlayground, old: str, new: str) -> None:
    assert panel.text.value.count(old) == 1
    panel.text.value = panel.text.value.replace(old, new)


def marked(panel: PolicyPlayground) -> list[str]:
    """The numbered lines that carry a mark's words."""
    return [line for line in panel.twin_text().splitlines() if "  ← " in line]


def test_each_request_is_decided_and_each_question_proved(panel: PolicyPlayground) -> None:
    assert verdict(panel) == "1 ✓ Allowed. 2 ✗ Explicitly denied. 3 – Implicitly denied. 4 ✗ Never."
    assert "1. ana: s3:GetObject on acme-payroll/march.csv\n✓ Allowed by statement Read" in panel.twin_text()
    assert "4. Can ana ever do s3:Delete* on acme-payroll/*?\n✗ No: " in panel.twin_text()


def test_the_verdict_follows_the_text(panel: PolicyPlayground) -> None:
    edit(panel, '"Effect": "Deny"', '"Effect": "Allow"')
    assert verdict(panel) == "1 ✓ Allowed. 2 ✓ Allowed. 3 – Implicitly denied. 4 ✓ Yes."
    edit(panel, '"aws:MultiFactorAuthPresent": "true"', '"aws:MultiFactorAuthPresent": "false"')
    assert verdict(panel).startswith("1 ✓ Allowed. 2 ✓ Allowed. 3 – Implicitly denied.")
    edit(panel, '"Bool"', '"BoolIfExists"')
    assert verdict(panel) == "1 ✓ Allowed. 2 ✓ Allowed. 3 ✓ Allowed. 4 ✓ Yes."


def test_the_text_area_reports_every_key(panel: PolicyPlayground) -> None:
    assert panel.text.continuous_update


def test_the_deciding_statements_are_marked_with_what_they_decide(panel: PolicyPlayground) -> None:
    lines = panel.text.value.split("\n")
    read, never = (next(n for n, line in enumerate(lines, 1) if f'"{sid}"' in line) for sid in ("Read", "NeverDelete"))
    assert marked(panel) == [f"✓ {read - 1:2}      {{  ← allows 1", f"✗ {never - 1:2}      {{  ← denies 2"]
    numbered = panel.twin_text().partition("line by line:\n")[2].splitlines()
    signs = {line.split()[1]: line[0] for line in numbered if line[0] != " "}
    assert signs == {str(n): "✓" for n in range(read - 1, read + 5)} | {
        str(n): "✗" for n in range(never - 1, never + 5)
    }


def test_what_another_policy_decides_is_named_and_not_marked_here() -> None:
    ceiling = f"arn:aws:iam::{OWN}:group/contractors"
    panel = policy_playground(ik.sample("payroll"), (ceiling, "AcmeBuckets"), [(MALLORY, "s3:GetObject", MARCH)])
    assert "nor in the permissions boundary." in panel.twin_text()
    assert marked(panel) == []


TOOLING, ROBOT = "arn:aws:iam::444455556666:user/ben", "arn:aws:iam::444455556666:role/ci-robot"
DEPLOYER = f"arn:aws:iam::{OWN}:role/deployer"


@pytest.mark.parametrize(
    ("world", "at", "asked", "mark"),
    [
        ("acme", "ToolingServices", (TOOLING, "s3:GetObject", "arn:aws:s3:::acme-builds/a"), "allows 1"),
        ("acme", "ProtectPayroll", (f"arn:aws:iam::{OWN}:user/ana", "s3:DeleteBucket", BUCKET), "denies 1"),
        ("acme", "OnlyOurPeople", ("arn:aws:iam::999999999999:user/x", "s3:GetObject", MARCH), "denies 1"),
        ("acme", DEPLOYER, (ROBOT, "sts:AssumeRole", DEPLOYER), "allows 1"),
        ("acme", f"arn:aws:iam::{OWN}:policy/DeployCeiling", (DEPLOYER, "s3:GetObject", MARCH), "denies 1"),
        ("payroll", BUCKET, (f"arn:aws:iam::{OWN}:role/auditor", "s3:GetObject", MARCH), "allows 1"),
    ],
)
def test_a_policy_of_any_type_is_marked_where_it_decides(world: str, at: str, asked: tuple, mark: str) -> None:
    panel = policy_playground(ik.sample(world), at, [asked])
    first = next(line for line in marked(panel) if line[0] != "!")
    assert (first[0], first.partition("← ")[2]) == ({"a": "✓", "d": "✗"}[mark[0]], mark)


def test_the_witness_of_a_question_marks_its_statement() -> None:
    panel = policy_playground(ik.sample("payroll"), POLICY, [], [(ANA, "s3:Put*", f"{BUCKET}/*")])
    assert verdict(panel) == "1 ✓ Yes."
    assert "aws:MultiFactorAuthPresent = true" in panel.twin_text()
    assert [line.partition("← ")[2] for line in marked(panel)] == ["allows 1"]


def test_a_request_and_a_question_may_have_a_context() -> None:
    with_mfa, without = ({"aws:MultiFactorAuthPresent": value} for value in ("true", "false"))
    asked = (ANA, "s3:PutObject", MARCH)
    panel = policy_playground(ik.sample("payroll"), POLICY, [(*asked, with_mfa)], [(*asked, without)])
    assert verdict(panel) == "1 ✓ Allowed. 2 ✗ Never."
    assert "on acme-payroll/march.csv with aws:MultiFactorAuthPresent = true" in panel.twin_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Sid": "Read",', '"Sid": "Read"', ("line 6, column 7", "at $.Statement[0].Sid", "not JSON")),
        ('"Effect": "Deny"', '"Effect": "deny"', ("line 21, column 7", "$.Statement[2].Effect", "case matters")),
        ('"Sid": "Read",', '"Principal": "*",', ("line 5, column 7", "$.Statement[0].Principal", "no Principal here")),
        ('"s3:PutObject"', '"PutObject"', ("line 13, column 7", "$.Statement[1].Action", "s3:GetObject")),
        ('"Bool"', '"Boolean"', ("line 16, column 9", "$.Statement[1].Condition.Boolean", "operator")),
    ],
)
def test_a_fault_is_told_with_its_place_and_nothing_is_lost(
    panel: PolicyPlayground, old: str, new: str, told: tuple[str, ...]
) -> None:
    before, good = verdict(panel), panel.twin_text()
    edit(panel, old, new)
    typed = panel.text.value
    assert verdict(panel).startswith("No verdict: ")
    assert all(words in verdict(panel) for words in told)
    assert [line[0] for line in marked(panel)] == ["▶"]
    assert f"▶ {told[0].split(',')[0].removeprefix('line '):>2}  " in marked(panel)[0]
    assert f"{LAST_GOOD}\n{before}\n1. ana" in panel.twin_text()
    assert panel.text.value == typed
    edit(panel, new, old)
    assert panel.twin_text() == good and LAST_GOOD not in panel.twin_html()


def test_the_last_good_answer_is_grey_named_as_such_and_can_be_read(panel: PolicyPlayground) -> None:
    good = panel.rows
    panel.text.value = "{"
    html = panel.twin_html()
    faded = html[html.index("1px dashed") :]
    assert f"color:{GREY};background:{WHITE}" in html
    assert LAST_GOOD in faded and "Explicitly denied" in faded
    assert contrast(GREY, WHITE) >= 4.5, "WCAG 2.2, 1.4.3"
    assert panel.rows is good


def test_a_bad_text_to_begin_with_has_no_last_good_answer() -> None:
    panel = policy_playground(ik.sample("payroll"), POLICY, REQUESTS, start='{"Statement": [')
    assert verdict(panel).startswith("No verdict: line 1, column 16")
    assert LAST_GOOD not in panel.twin_text()
    assert panel.text.value == '{"Statement": ['


def test_a_public_bucket_policy_is_refused_where_s3_would() -> None:
    panel = policy_playground(ik.sample("acme"), BUCKET, [(f"arn:aws:iam::{OWN}:user/ana", "s3:GetObject", MARCH)])
    assert verdict(panel) == "1 ✓ Allowed."
    edit(panel, '"Deny"', '"Allow"')
    told = "No verdict: line 1, column 1 ($): BlockPublicPolicy refuses the policy: it is public."
    assert verdict(panel).startswith(told)


def test_what_aws_accepts_but_means_something_else_is_a_note_on_its_line(panel: PolicyPlayground) -> None:
    edit(panel, '"s3:PutObject"', '"s3:PutObjekt"')
    assert [line[0] for line in marked(panel)] == ["✓", "!", "✗"]
    assert marked(panel)[1].endswith('"Action": "s3:PutObjekt",  ← unknown-action')
    assert "$.Statement[1].Action: " in panel.twin_text()


def test_the_world_given_stays_as_it_is_and_the_edited_one_can_be_asked() -> None:
    world = ik.sample("payroll")
    panel = policy_playground(world, POLICY, REQUESTS)
    edit(panel, '"Effect": "Deny"', '"Effect": "Allow"')
    assert panel.world.decide(ANA, "s3:DeleteObject", MARCH)
    assert not world.decide(ANA, "s3:DeleteObject", MARCH)
    panel.text.value = ""
    assert panel.world.decide(ANA, "s3:DeleteObject", MARCH), "the last good policy"


def test_where_no_policy_stands_is_an_error() -> None:
    with pytest.raises(IamkitError, match="No policy stands"):
        policy_playground(ik.sample("payroll"), "ReadPayroll", REQUESTS)


def test_whatever_is_typed_is_answered_and_stays() -> None:
    panel = policy_playground(ik.sample("payroll"), POLICY, REQUESTS[:1])
    good, chance = panel.text.value, random.Random(5)
    for _ in range(150):
        at = chance.randrange(len(good))
        typed = (
            good[:at] + chance.choice(["", '"', "{", "}", "[", ",", "*", "\n", "ü", "\\u12", "${a}"]) + good[at + 1 :]
        )
        panel.text.value = typed
        assert panel.text.value == typed
        assert verdict(panel).startswith(("1 ", "No verdict: line "))
