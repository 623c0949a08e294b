import pytest

import iamkit as ik
from iamkit.widgets import decision_explorer
from iamkit.widgets.explorer import DecisionExplorer
from tests.short import allow, trust

BUCKET = "arn:aws:s3:::payroll"


@pytest.fixture
def explorer() -> DecisionExplorer:
    world = ik.World()
    home = world.account("111122223333", "home")
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    home.user("ana", policies=[allow(["s3:GetObject", "s3:Put*"], f"{BUCKET}/*", when=office)])
    home.role("app", trust=trust({"Service": "lambda.amazonaws.com"}))
    home.resource(BUCKET)
    panel = decision_explorer(world)
    panel.resource.value = f"{BUCKET}/example"
    return panel


def labels(control) -> list[str]:
    return [label for label, _ in control.options]


def test_the_choices_are_those_of_the_world(explorer: DecisionExplorer) -> None:
    assert labels(explorer.principal) == [
        "user ana (111122223333)", "role app (111122223333)", "root user of 111122223333",
        "service lambda.amazonaws.com", "anonymous",
    ]  # fmt: skip
    assert labels(explorer.action) == ["s3:GetObject", "sts:AssumeRole"]
    assert labels(explorer.resource) == ["payroll (s3)", "payroll/example (s3)", "app (iam)", "*"]


def test_actions_and_resources_can_be_given() -> None:
    panel = decision_explorer(ik.World(), actions=["sqs:SendMessage"], resources=["*"])
    assert (labels(panel.action), labels(panel.resource)) == (["sqs:SendMessage"], ["*"])


def test_it_shows_decision_reason_and_trace(explorer: DecisionExplorer) -> None:
    explorer.action.value = "s3:GetObject"
    assert "Implicitly denied: no Allow for s3:GetObject" in explorer.twin_text()
    explorer.context.value = '{"aws:SourceIp": "203.0.113.7"}'
    assert "Allowed by" in explorer.twin_text()
    assert "resource-based policy is not there" in explorer.twin_text()
    assert "<table" in explorer.twin_html()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('{"aws:SourceIp": "203.0.113.7"', ("line 1, column 31", "comma")),
        ('{\n  "aws:SourceIp" "203.0.113.7"\n}', ("line 2, column 18", "not JSON")),
        ("[1]", ("context", "not a JSON object")),
        ('{"aws:SourceIp": {"a": 1}}', ("aws:SourceIp", "cannot be a context value")),
        ('{"aws:username": "ben"}', ("aws:username", "cannot choose")),
        ('{"SourceIp": "1"}', ("SourceIp", "not a condition key")),
        ('{"a:b": "1", "a:b": "2"}', ("a:b", "twice")),
    ],
)
def test_a_bad_context_is_told_with_its_place_and_the_typing_stays(
    explorer: DecisionExplorer, typed: str, told: tuple[str, ...]
) -> None:
    explorer.context.value = typed
    assert explorer.context.value == typed
    assert "This cannot be asked." in explorer.twin_text()
    assert all(words in explorer.twin_text() for words in told)
    assert "<table" not in explorer.twin_html()
    explorer.context.value = ""
    assert "Implicitly denied" in explorer.twin_text()
