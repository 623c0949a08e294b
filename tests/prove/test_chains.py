"""What the answers about chains say, and how they look: tables and lists with header cells."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

import iamkit as ik
from iamkit.prove.reach import Chain, Unreachable, can_become_admin, reach
from tests.prove.lab import ALL, Lab, allow, service, trust
from tests.short import ANA, OTHER, OWN, policy


def html(answer: Chain | Unreachable) -> ElementTree.Element:
    """What a notebook shows; it is well-formed, and the same each time."""
    shown = answer._repr_mimebundle_()
    assert shown == answer._repr_mimebundle_() and shown["text/plain"] == answer.explain()
    return ElementTree.fromstring(f"<div>{shown['text/html']}</div>")


def texts(found: ElementTree.Element, path: str) -> list[str]:
    return ["".join(element.itertext()) for element in found.iterfind(path)]


def grid(found: ElementTree.Element) -> Iterator[list[str]]:
    """The rows of the table with what spans several of them repeated, as a screen reader has it."""
    above: list[tuple[str, int]] = []
    for row in found.iterfind(".//tbody/tr"):
        cells = [("".join(cell.itertext()), int(cell.get("rowspan", "1"))) for cell in row]
        kept = [(text, left - 1) for text, left in above if left > 1]
        above = [*kept, *cells]
        yield [text for text, _ in above]


def two_steps() -> tuple[Lab, Chain]:
    """ana assumes deploy, which passes boss to a function."""
    lab = Lab(allow("sts:AssumeRole"))
    run = policy(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    lab.account.role("deploy", trust=trust({"AWS": lab.ana.arn}), policies=[run])
    lab.boss(service("lambda"))
    found = lab.admin()
    assert isinstance(found, Chain)
    return lab, found


def test_a_chain_is_a_table_with_a_row_for_each_request() -> None:
    _, found = two_steps()
    shown = html(found)
    assert texts(shown, "p/strong") == [f"✓ Yes, in 2 steps from {ANA}."]
    assert texts(shown, ".//thead/tr/th[@scope='col']") == ["Step", "What happens", "Allowed request", "By"]
    rows = list(grid(shown))
    assert [row[0] for row in rows] == ["1", "2", "2", "2"]
    assert [row[2].split(" on ")[0] for row in rows] == [
        "sts:AssumeRole", "iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]  # fmt: skip
    assert rows[0][1] == f"{ANA} assumes arn:aws:iam::{OWN}:role/deploy"
    assert [(cell.get("scope"), cell.get("rowspan")) for cell in shown.iterfind(".//tbody/tr/th")] == [
        ("row", None), ("row", "3")]  # fmt: skip
    assert texts(shown, "p")[-1] == f"It is then administrator of account {OWN}."


def test_the_request_at_the_end_is_the_last_row() -> None:
    lab, _ = two_steps()
    found = reach(lab.world, ANA, ("s3:GetObject", "arn:aws:s3:::payroll/*"), escalation=True)
    assert isinstance(found, Chain)
    *_, last = grid(html(found))
    boss = f"arn:aws:iam::{OWN}:role/boss"
    assert last[:3] == ["end", f"{boss} asks", "s3:GetObject on arn:aws:s3:::payroll/example"]
    assert "Allowed by" in last[3]


def test_what_is_assumed_stands_first() -> None:
    lab = Lab(allow("iam:CreateAccessKey"))
    root2 = lab.account.user("root2", policies=[ALL])
    found = lab.admin()
    assert isinstance(found, Chain)
    assert texts(html(found), "p/strong") == [
        f"? Yes, if {root2.arn} has fewer than two access keys: in 1 step from {ANA}."
    ]


def test_a_chain_without_steps_has_no_table() -> None:
    found = can_become_admin(Lab(allow("*")).world, f"arn:aws:iam::{OWN}:root")
    assert html(found).find(".//table") is None


def test_a_name_is_shown_as_it_is_and_does_no_harm() -> None:
    lab = Lab(allow("sqs:*"))
    shown = html(reach(lab.world, lab.ana, ("s3:GetObject", "arn:aws:s3:::payroll/<b>x</b>")))
    assert shown.find(".//b") is None and "payroll/<b>x</b>" in "".join(shown.itertext())


def test_a_no_lists_who_is_inside_and_what_keeps_each_door_shut() -> None:
    lab = Lab(allow("s3:*"))
    boss = lab.boss()
    found = reach(lab.world, lab.ana, boss.arn)
    shown = html(found)
    assert texts(shown, "p/strong") == [f"✗ No: {ANA} never comes to {boss.arn}."]
    assert texts(shown, "ul/li") == [ANA]
    assert texts(shown, ".//th[@scope='col']") == ["Other role", "What keeps it shut"]
    assert list(grid(shown)) == [[boss.arn, "no Allow in the role trust policy"]]
    assert texts(shown, ".//tbody/tr/th[@scope='row']") == [boss.arn]


def test_a_no_without_other_roles_says_so() -> None:
    lab = Lab(allow("s3:*"))
    shown = html(lab.admin())
    assert shown.find(".//table") is None
    assert texts(shown, "p")[1:] == ["It can be:", "There is no other role.", "No known escalation leads further."]


# a is one character longer than b, and b than a: no request, but the prover finds no end of texts to try.
TIED = {"aws:RequestTag/a": "${aws:RequestTag/b}?", "aws:RequestTag/b": "${aws:RequestTag/a}?"}


def test_an_unknown_door_makes_the_answer_unknown_not_no() -> None:
    lab = Lab(allow("sts:AssumeRole"))
    admits = trust({"AWS": lab.ana.arn})
    admits["Statement"][0]["Condition"] = {"StringLike": TIED}
    auditor = lab.account.role("auditor", trust=admits)
    shut = lab.account.role("shut", trust=trust({"AWS": f"arn:aws:iam::{OTHER}:root"}))
    assert isinstance(lab.world.can(ANA, "sts:AssumeRole", auditor.arn), ik.Unknown)
    found = reach(lab.world, ANA, auditor.arn)
    assert isinstance(found, Unreachable)
    with pytest.raises(TypeError, match=f"unknown whether these doors open: {auditor.arn}"):
        bool(found)
    assert found.explain().startswith(f"Unknown: whether {ANA} comes to {auditor.arn}.")
    assert f"It is unknown whether these doors open: {auditor.arn}." in found.explain()
    assert found.to_dict()["answer"] == "unknown" and found.to_dict()["unknown"] == [auditor.arn]
    assert repr(found) == f"<Unreachable: unknown whether {ANA} comes to {auditor.arn}>"
    assert list(grid(html(found))) == [[auditor.arn, "unknown"], [shut.arn, "no Allow in the role trust policy"]]
    # Where another way leads to the target, the door does not matter.
    lab.account.role("app", trust=trust({"AWS": ANA}), policies=[policy(allow("sts:AssumeRole"))])
    lab.account.roles["auditor"].trust = ik.Policy.parse(trust({"AWS": f"arn:aws:iam::{OWN}:role/app"}), "open")
    assert reach(lab.world, ANA, auditor.arn)
