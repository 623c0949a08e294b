"""The stolen key: at each instant what is live, and whether the thief can read now; the last instant is marked."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.clock import instant
from iamkit.errors import IamkitError
from iamkit.lessons.chained import READ, mended
from iamkit.widgets import theft_slider
from iamkit.widgets.theft import TheftSlider


def shown(**given: Any) -> TheftSlider:
    day, key = mended(**given)
    found = ik.latest_access(day, key, READ)
    assert found
    return theft_slider(day, key, found)  # type: ignore[arg-type]


def at(panel: TheftSlider, time: str) -> str:
    panel.slider.value = instant(f"2026-11-24T{time}Z")
    return repr(panel)


@pytest.mark.parametrize(
    ("time", "how"),
    [
        ("09:00:00", "from user/ci-robot by way of role/deploy and role/payroll-app"),
        ("09:40:00", "from user/ci-robot by way of role/deploy and role/payroll-app"),
        ("10:05:00", "from assumed-role/deploy/session by way of role/payroll-app"),
        ("11:04:59", "as assumed-role/payroll-app/session"),
        ("12:04:57", "as assumed-role/payroll-app/session. This is the last second."),
    ],
)
def test_it_says_by_which_way_the_thief_reads_now(time: str, how: str) -> None:
    assert f"{time}: ✓ Yes, {how}" in at(shown(), time)


def test_one_second_later_it_is_over() -> None:
    panel = shown()
    assert "✗ No. Never again: that is proved." in at(panel, "12:04:58")
    assert panel.chain is None


def test_what_is_live_begins_and_ends_in_its_second() -> None:
    panel = shown()
    words = {time: at(panel, time) and panel.twin_text().splitlines()[-1] for time in ("09:39:59", "09:40:00")}
    assert "AKIA" in words["09:39:59"] and "GetSessionToken" in words["09:39:59"]
    assert "AKIA" not in words["09:40:00"] and "GetSessionToken" in words["09:40:00"]
    at(panel, "12:04:58")
    assert panel.twin_text().endswith("Live now: user/ci-robot by GetSessionToken.")


def test_both_sides_of_whatever_happens_are_on_the_slider_and_the_last_second_is_marked() -> None:
    panel = shown()
    labels = [label for label, _ in panel.slider.options]
    for time in ("09:39:59", "09:40:00", "10:04:59", "10:05:00", "12:04:57", "12:04:58"):
        assert time in labels
    assert labels == sorted(labels) and panel.slider.label == "09:00:00"
    assert "Event 1, 09:00: key stolen." in panel.twin_text()
    assert "Event 4, 12:04:57: last second of access." in panel.twin_text()


def test_the_axis_is_that_of_the_story_though_the_token_lives_longer() -> None:
    words = shown().twin_text()
    assert "Credentials over time, 24 Nov 2026, UTC." in words
    assert "09:39:59 to 25 Nov 21:39:59" in words


def test_without_an_end_there_is_nothing_to_walk_through() -> None:
    with pytest.raises(IamkitError, match="no end"):
        shown(itself=True)
