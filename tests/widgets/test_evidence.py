"""The access graph with its evidence: one pair is chosen at a time, and what is said of it can be checked."""

import json

import pytest

import iamkit as ik
from iamkit.errors import IamkitError
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.widgets import access_evidence
from iamkit.widgets.evidence import EvidencePanel, access_diagram
from tests.short import ANA, AUDITOR, BUCKET, MALLORY, OTHER, OWN, allow, deny, trust

STORE = "arn:aws:s3:::store"
MIXED = {"NumericLessThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "a?b"}}


def world() -> ik.World:
    """Ana may read the payroll; the store denies everybody; of the role nobody knows."""
    made = ik.World()
    home = made.account(OWN, "home")
    home.resource(BUCKET)
    home.resource(STORE, policy=deny("s3:*", f"{STORE}/*", to="*", sid="Shut"))
    home.user("ana", policies=[allow("s3:GetObject", f"{BUCKET}/*")])
    home.user("bo")
    home.role("auditor", trust=trust(OTHER), policies=[allow("s3:GetObject", f"{BUCKET}/*", when=MIXED)])
    return made


@pytest.fixture
def panel() -> EvidencePanel:
    return access_evidence(world())


def choose(panel: EvidencePanel, label: str) -> None:
    next(box for box in panel.controls() if box.description == label).value = True


def lines(panel: EvidencePanel) -> list[tuple[str, str, str]]:
    """The edges of the picture that is shown now: from, to, and the label."""
    assert panel.chosen is not None
    edges = [edge for line in panel.rows for edge in line]
    diagram, _ = access_diagram(edges, panel.chosen)
    return [(edge.tail.label, edge.head.label, edge.label) for edge in diagram.edges]


def test_it_begins_with_the_first_edge_and_its_witness(panel: EvidencePanel) -> None:
    assert panel.chosen is not None and panel.chosen.names == ("ana", "payroll/*")
    assert isinstance(panel.chosen.answer, Witness)
    assert panel.chosen.answer.explain() in panel.twin_text()
    _, _, request = panel.twin_text().partition("The request:\n")
    asked = json.loads(request)
    assert world().decide(asked["principal"], asked["action"], asked["resource"], asked["context"]).allowed


def test_there_is_a_box_for_each_pair_with_mark_and_word(panel: EvidencePanel) -> None:
    assert [box.description for box in panel.controls()] == [
        "✓ yes: ana on payroll/*", "✗ no: ana on store/*", "✗ no: bo on payroll/*", "✗ no: bo on store/*",
        "? not known: auditor on payroll/*", "✗ no: auditor on store/*",
    ]  # fmt: skip


def test_a_pair_without_edge_shows_what_blocks_it_and_the_smallest_change(panel: EvidencePanel) -> None:
    choose(panel, "✗ no: bo on store/*")
    assert panel.chosen is not None and isinstance(panel.chosen.answer, Proof)
    words = panel.twin_text()
    assert "✗ No: bo cannot s3:GetObject on store/*, in any context." in words
    assert all(obstacle in words for obstacle in panel.chosen.answer.blocking)
    assert "Remove the Deny Shut from the resource-based policy of arn:aws:s3:::store" in words
    assert "Add an Allow for s3:GetObject on arn:aws:s3:::store/* to the identity-based policies of user bo" in words
    assert "The certificate of the proof was checked." in words


def test_of_what_is_not_known_no_change_is_told(panel: EvidencePanel) -> None:
    choose(panel, "? not known: auditor on payroll/*")
    assert panel.chosen is not None and isinstance(panel.chosen.answer, Unknown)
    assert panel.chosen.answer.reason in panel.twin_text().lower()
    assert "smallest change" not in panel.twin_text()
    assert ("auditor", "payroll/*", "?") in lines(panel)


def test_the_picture_has_an_edge_for_each_yes_and_for_the_pair_that_is_chosen(panel: EvidencePanel) -> None:
    assert lines(panel) == [("auditor", "payroll/*", "?"), ("ana", "payroll/*", "✓")]
    choose(panel, "✗ no: ana on store/*")
    assert lines(panel) == [("ana", "payroll/*", ""), ("auditor", "payroll/*", "?"), ("ana", "store/*", "✗")]
    assert 'alt="The access graph: 1 of 6 pairs have an edge. Chosen: ✗ No: ana cannot' in panel.twin_html()


def test_one_pair_is_chosen_at_a_time_and_without_any_it_is_the_first_edge(panel: EvidencePanel) -> None:
    choose(panel, "✗ no: bo on payroll/*")
    assert [box.description for box in panel.controls() if box.value] == ["✗ no: bo on payroll/*"]
    next(box for box in panel.controls() if box.value).value = False
    assert [box.description for box in panel.controls() if box.value] == ["✓ yes: ana on payroll/*"]
    next(box for box in panel.controls() if box.value).value = False
    assert [box.description for box in panel.controls() if box.value] == ["✓ yes: ana on payroll/*"]


def test_the_twin_shows_graph_table_and_evidence(panel: EvidencePanel) -> None:
    html = panel.twin_html()
    assert html.index("<img") < html.index("<table") < html.index('role="status"') < html.index("The request:")
    assert html.count("scope='row'") == 3 and html.count("<td>✗ no</td>") == 4
    assert "<td>✓ yes</td><td>✗ no</td>" in html and "<td>? not known</td>" in html


def test_the_smallest_change_is_sought_only_for_a_pair_that_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = ik.widgets.evidence.smallest_change
    monkeypatch.setattr(
        "iamkit.widgets.evidence.smallest_change", lambda *question: asked.append(question) or real(*question)
    )
    panel = access_evidence(world())
    assert asked == []
    for label in ("✗ no: bo on store/*", "✓ yes: ana on payroll/*", "✗ no: bo on store/*"):
        choose(panel, label)
    assert len(asked) == 1


def test_without_an_edge_it_begins_with_the_first_pair() -> None:
    panel = access_evidence(world(), principals=[f"arn:aws:iam::{OWN}:user/bo"])
    assert panel.chosen is not None and panel.chosen.label == "✗ no: bo on payroll/*"


def test_roles_are_the_resources_of_assume_role_and_one_that_asks_too_has_two_nodes() -> None:
    made = world()
    made.accounts[OWN].role("store", trust=trust(AUDITOR), policies=[])
    panel = access_evidence(made, action="sts:AssumeRole")
    assert "✓ yes: auditor on store" in [box.description for box in panel.controls()]
    assert ("auditor", "store", "✓") in lines(panel)
    choose(panel, "✗ no: auditor on auditor")
    assert ("auditor", "auditor", "✗") in lines(panel)


def test_equal_names_are_told_apart() -> None:
    made = world()
    made.account(OTHER).user("ana")
    labels = [box.description for box in access_evidence(made, resources=[f"{BUCKET}/*"]).controls()]
    assert f"✓ yes: {ANA} on payroll/*" in labels and f"✗ no: arn:aws:iam::{OTHER}:user/ana on payroll/*" in labels


def test_callers_of_every_kind() -> None:
    made = world()
    session = ik.Session(AUDITOR, "morning")
    everybody = [
        ik.ANONYMOUS,
        "lambda.amazonaws.com",
        session,
        f"arn:aws:iam::{OWN}:root",
        MALLORY.replace(OTHER, "2" * 12),
    ]
    panel = access_evidence(made, everybody, [f"{BUCKET}/*"])
    assert [line[0].names[0] for line in panel.rows] == [
        "anonymous", "lambda.amazonaws.com", "morning", "root", "mallory",
    ]  # fmt: skip
    choose(panel, "✗ no: anonymous on payroll/*")
    assert '"Principal": "*"' in panel.twin_text()


def test_too_much_and_nothing_are_refused() -> None:
    with pytest.raises(IamkitError, match="There is nothing to ask about"):
        access_evidence(world(), action="sqs:SendMessage")
    with pytest.raises(IamkitError, match="There is nobody to ask about"):
        access_evidence(world(), principals=[])
    with pytest.raises(IamkitError, match="3 × 17 pairs are too many"):
        access_evidence(world(), resources=[f"{BUCKET}/{number}" for number in range(17)])
