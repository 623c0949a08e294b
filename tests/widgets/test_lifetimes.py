"""The time slider: it stops on both sides of every end, and says what is valid."""

import pytest

from iamkit.draw.bars import Bar
from iamkit.errors import IamkitError
from iamkit.widgets import lifetime_slider
from iamkit.widgets.lifetimes import LifetimeSlider

NINE, TEN = 32400, 36000
KEY = Bar("key", 0, kind="long-term", status="active")
SESSION, LATER = Bar("session", NINE, TEN, parent="key"), Bar("later", TEN, TEN + 900)


def at(panel: LifetimeSlider, now: int) -> list[str]:
    panel.slider.value = now
    return panel.valid


def test_it_goes_across_an_end_in_one_press() -> None:
    panel = lifetime_slider([KEY, SESSION], start=NINE, step=1800)
    assert [now for _, now in panel.slider.options] == [NINE, NINE + 1800, TEN - 1, TEN]
    assert (at(panel, TEN - 1), at(panel, TEN)) == (["key", "session"], ["key"])


def test_credentials_begin_and_end_one_by_one() -> None:
    panel = lifetime_slider([KEY, SESSION, LATER], start=NINE)
    assert at(panel, NINE) == ["key", "session"]
    assert at(panel, TEN) == ["key", "later"]
    assert at(panel, TEN + 900) == ["key"]


def test_it_names_the_last_valid_second_of_each() -> None:
    panel = lifetime_slider([KEY, SESSION], start=NINE)
    words = panel.twin_text()
    assert "session: last valid 09:59:59, ● valid" in words
    assert "key: last valid no end, ● valid" in words


def test_what_ends_now_is_said() -> None:
    panel = lifetime_slider([KEY, SESSION], start=NINE)
    panel.slider.value = TEN - 1
    assert "last second of session" in repr(panel)
    panel.slider.value = TEN
    assert "Just over: session" in repr(panel)


def test_over_several_days_the_date_is_said_too() -> None:
    panel = lifetime_slider([Bar("session", NINE, NINE + 86_400)], start=NINE)
    assert panel.slider.label == "1970-01-01 09:00"


@pytest.mark.parametrize(("bars", "step"), [([KEY], 1800), ([SESSION], 0)])
def test_there_has_to_be_an_end_and_a_step(bars: list[Bar], step: int) -> None:
    with pytest.raises(IamkitError):
        lifetime_slider(bars, start=NINE, step=step)
