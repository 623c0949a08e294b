"""The set diagram as a widget: what is ticked is what is decided."""

import pytest

from iamkit.lessons import lesson05 as lesson
from iamkit.prove.regions import BOUNDARY, IDENTITY, SCPS, SESSION
from iamkit.widgets import policy_sets
from iamkit.widgets.venn import PolicySets


def ceilings(*ticked: str) -> PolicySets:
    return policy_sets("What may Dora do?", lesson.CEILINGS, lesson.stack, ticked)


def names(*ticked: str) -> PolicySets:
    return policy_sets("What may Dora do?", lesson.NAMES, lesson.stack, [IDENTITY, BOUNDARY, SESSION, *ticked])


def tick(panel: PolicySets, label: str) -> None:
    box = next(box for box in panel.controls() if label in box.description)
    box.value = not box.value


@pytest.mark.parametrize("limits", [(), (BOUNDARY,), (BOUNDARY, SESSION), (BOUNDARY, SESSION, SCPS), (SESSION, SCPS)])
def test_with_the_own_policy_the_intersection_is_left(limits: tuple[str, ...]) -> None:
    panel = ceilings(IDENTITY, *limits)
    assert panel.diagram.is_intersection
    assert panel.twin_text().count("✓") == 1
    assert "exactly" in repr(panel)


def test_without_it_nothing_is_left_and_with_no_policy_neither() -> None:
    assert "Nothing is left" in repr(ceilings(BOUNDARY, SESSION))
    assert "There is no policy" in repr(ceilings())


def test_ticking_changes_the_picture() -> None:
    panel = ceilings(IDENTITY)
    before = panel.twin_html()
    tick(panel, "A boundary")
    assert panel.twin_html() != before
    tick(panel, "The role's own policy")
    assert "Nothing is left" in repr(panel)


@pytest.mark.parametrize(
    ("named", "passes"),
    [
        ("account", []),
        ("role", ["s3:GetObject"]),  # The boundary and the session policy allow reading the handbook.
        ("session", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
    ],
)
def test_what_passes_by_the_limits_depends_on_who_is_named(named: str, passes: list[str]) -> None:
    """policy-eval-denyallow, the grants of a resource-based policy inside one account."""
    panel = names(named)
    found = [one.action for one in panel.diagram.left if "bucket policy" in one.inside]
    assert sorted(found) == passes
    assert "Not just what lies in all sets" in repr(panel)


def test_a_request_in_each_field_stands_in_the_list() -> None:
    panel = names("session")
    for one in panel.diagram.found:
        assert str(one) in panel.twin_text()
        assert one.resource in panel.twin_html()
