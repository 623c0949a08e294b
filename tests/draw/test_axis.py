"""The time axis: where an instant lies, and the words for it."""

import itertools

import pytest

from iamkit.credentials.clock import DAY, HOUR, instant
from iamkit.draw.axis import Axis, axis_for

NOON = instant("2026-11-24T12:00:00Z")


def axis(first: str, last: str) -> Axis:
    return axis_for(instant(first), instant(last), 0, 100)


def labels(one: Axis) -> list[str]:
    return [words for _, words in one.ticks()]


def test_an_axis_of_hours_is_labelled_in_hours_and_minutes() -> None:
    one = axis("2026-11-24T09:07:00Z", "2026-11-24T10:25:00Z")
    assert labels(one) == ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30"]
    assert one.caption() == "24 Nov 2026, UTC"


def test_midnight_is_labelled_by_its_date() -> None:
    one = axis("2026-11-24T20:00:00Z", "2026-11-25T04:00:00Z")
    assert labels(one) == ["20:00", "22:00", "25 Nov", "02:00", "04:00"]
    assert one.caption() == "24 Nov 2026 to 25 Nov 2026, UTC"


def test_an_axis_of_days_is_labelled_in_dates() -> None:
    assert labels(axis("2026-11-24T09:00:00Z", "2026-11-28T09:00:00Z")) == [
        "24 Nov", "25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov",
    ]  # fmt: skip
    assert labels(axis("2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z")) == [
        "24 Nov", "12:00", "25 Nov", "12:00", "26 Nov",
    ]  # fmt: skip


def test_an_axis_of_years_is_labelled_in_months() -> None:
    one = axis("2025-06-01T00:00:00Z", "2026-11-24T10:30:00Z")
    assert labels(one) == ["July 2025", "Oct 2025", "Jan 2026", "April 2026", "July 2026", "Oct 2026"]
    assert one.ticks()[2][0] == instant("2026-01-01T00:00:00Z")


@pytest.mark.parametrize("span", [0, 1, 90, HOUR, 7 * HOUR, 25 * HOUR, 40 * DAY, 300 * DAY, 4000 * DAY, 20_000 * DAY])
def test_ticks_are_few_and_in_order_and_their_labels_differ(span: int) -> None:
    one = axis_for(NOON + 17, NOON + 17 + span, 0, 100)
    places = [at for at, _ in one.ticks()]
    assert 1 <= len(places) <= 8 and places == sorted(places)
    assert one.low <= places[0] and places[-1] <= one.high
    assert all(before != after for before, after in itertools.pairwise(labels(one)))


def test_the_instants_asked_for_lie_inside_and_time_runs_to_the_right() -> None:
    for first, span in itertools.product((NOON, NOON + 59, NOON + 3599), (0, 61, HOUR, 3 * DAY)):
        one = axis_for(first, first + span, 10, 90)
        assert one.low <= first and first + span <= one.high
        assert 10 <= one.x(first) <= one.x(first + span) <= 90


def test_what_is_outside_lies_at_the_edge() -> None:
    one = axis("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z")
    assert one.x(NOON - 100 * DAY) == 0 and one.x(NOON + 100 * DAY) == 100


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-24T09:40:00Z", "09:40"),
        ("2026-11-24T10:04:59Z", "10:04:59"),
        ("2026-03-02T12:00:00Z", "2 March 12:00"),
        ("2025-03-02T12:00:00Z", "2 March 2025 12:00"),
    ],
)
def test_an_instant_has_its_date_where_the_axis_does_not_say_it(when: str, words: str) -> None:
    assert axis("2026-11-24T09:00:00Z", "2026-11-24T11:00:00Z").when(instant(when)) == words


def test_on_an_axis_of_several_days_each_instant_has_its_date() -> None:
    assert axis("2026-11-24T20:00:00Z", "2026-11-25T04:00:00Z").when(NOON) == "24 Nov 12:00"
