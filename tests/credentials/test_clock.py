"""The clock: instants as AWS writes them, UTC; and time that goes only when it is told to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from iamkit.credentials.clock import Clock, instant, iso, lasting
from iamkit.errors import RequestError


@pytest.mark.parametrize(
    "when",
    [
        "2026-11-24T09:00:00Z",
        "2026-11-24T10:00:00+01:00",
        "2026-11-24T09:00:00",
        1_795_510_800,
        datetime(2026, 11, 24, 9, tzinfo=UTC),
        datetime(2026, 11, 24, 9),
        datetime(2026, 11, 24, 11, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_one_instant_in_many_forms(when: str | int | datetime) -> None:
    assert iso(instant(when)) == "2026-11-24T09:00:00Z"


def test_seconds_since_1970_may_be_few() -> None:
    assert iso(instant(0)) == "1970-01-01T00:00:00Z"
    assert Clock(0).forward(60).now == 60


def test_a_part_of_a_second_is_dropped() -> None:
    assert instant("2026-11-24T09:00:00.9Z") == instant("2026-11-24T09:00:00Z")


@pytest.mark.parametrize("when", ["yesterday", "2026-13-01", "", True, 10**18, -(10**18)])
def test_what_is_no_instant(when: str | int) -> None:
    with pytest.raises(RequestError) as fault:
        instant(when)
    assert fault.value.where == "time"
    assert "2026-11-24T09:00:00Z" in fault.value.remedy


def test_time_does_not_run_back_but_can_be_set() -> None:
    clock = Clock("2026-11-24T09:00:00Z")
    with pytest.raises(RequestError, match="does not run back"):
        clock.forward(-1)
    with pytest.raises(RequestError, match="no whole number"):
        clock.forward(0.5)  # type: ignore[arg-type]
    assert repr(clock.forward(0)) == "<Clock 2026-11-24T09:00:00Z>"
    assert repr(clock.set("2026-11-23T09:00:00Z")) == "<Clock 2026-11-23T09:00:00Z>"


def test_the_clock_ends_with_the_year_9999() -> None:
    clock = Clock("9999-12-31T23:59:59Z")
    with pytest.raises(RequestError, match="9999"):
        clock.forward(1)
    assert repr(clock) == "<Clock 9999-12-31T23:59:59Z>"


@pytest.mark.parametrize(
    "seconds, words",
    [(0, "0 seconds"), (1, "1 second"), (900, "15 minutes"), (3661, "1 hour 1 minute 1 second"), (43_200, "12 hours")],
)
def test_lengths_of_time_in_words(seconds: int, words: str) -> None:
    assert lasting(seconds) == words
