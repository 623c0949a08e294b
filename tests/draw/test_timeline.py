"""The credential timeline, tested by its bars, words and order; not by coordinates."""

import re
import xml.etree.ElementTree as ET

import pytest

from iamkit.credentials.clock import DAY, instant
from iamkit.draw.bars import Bar
from iamkit.draw.picture import Picture
from iamkit.draw.timeline import credential_timeline, state
from iamkit.errors import IamkitError

SVG = "{http://www.w3.org/2000/svg}"


def at(time: str) -> int:
    return instant(f"2026-11-24T{time}:00Z")


KEY = Bar("Ana's access key", at("08:00"), None, "long-term", status="active")
SESSION = Bar("session payroll", at("09:00"), at("10:00"), parent="Ana's access key")
CHAINED = Bar("session backup", at("09:30"), at("10:30"), parent="session payroll")
LATER = Bar("session late", at("11:00"), at("12:00"))
BARS = [KEY, SESSION, CHAINED, LATER]
EVENTS = [(at("09:40"), "key deactivated"), (at("09:00"), "key leaked")]


def groups(picture: Picture, attribute: str) -> dict[str, ET.Element]:
    root = ET.fromstring(picture.svg)
    return {g.attrib[attribute]: g for g in root.iter(f"{SVG}g") if attribute in g.attrib}


def written(group: ET.Element) -> str:
    return " ".join(line.text or "" for line in group.iter(f"{SVG}text"))


def states(picture: Picture) -> dict[str, str]:
    return {name: group.attrib["data-state"] for name, group in groups(picture, "data-bar").items()}


def test_each_bar_has_its_label_kind_and_times() -> None:
    picture = credential_timeline(BARS)
    assert list(groups(picture, "data-bar")) == [bar.label for bar in BARS]
    said = {name: written(group) for name, group in groups(picture, "data-words").items()}
    assert said["Ana's access key"] == "Ana's access key long-term, since 08:00, no end, active"
    assert said["session payroll"] == "session payroll temporary, from Ana's access key, 09:00 to 10:00"


def test_what_is_over_is_hatched_and_says_so() -> None:
    picture = credential_timeline(BARS, now=at("10:10"))
    assert states(picture) == {
        "Ana's access key": "valid", "session payroll": "over", "session backup": "valid", "session late": "later",
    }  # fmt: skip
    assert written(groups(picture, "data-words")["session payroll"]).endswith("expired at 10:00")
    assert "not issued yet" in written(groups(picture, "data-words")["session late"])
    fills = {name: g.find(f"{SVG}path").attrib["fill"] for name, g in groups(picture, "data-bar").items()}  # type: ignore[union-attr]
    assert fills["session payroll"] == "url(#over)" and list(fills.values()).count("url(#over)") == 1
    assert ET.fromstring(picture.svg).find(f".//{SVG}pattern").attrib["id"] == "over"  # type: ignore[union-attr]


@pytest.mark.parametrize(("now", "expected"), [("08:59", "later"), ("09:00", "valid"), ("09:59", "valid"),
                                               ("10:00", "over")])  # fmt: skip
def test_the_end_is_the_first_instant_at_which_it_is_no_longer_accepted(now: str, expected: str) -> None:
    assert state(SESSION, at(now)) == expected


@pytest.mark.parametrize(("status", "words"), [("active", "expired at 10:00"), ("deleted", "deleted at 10:00")])
def test_the_status_says_what_ended_it(status: str, words: str) -> None:
    bar = Bar("x", at("09:00"), at("10:00"), status=status)
    assert credential_timeline([bar], now=at("11:00")).text.endswith(f"x: temporary, issued 09:00, {words}.")


def test_what_will_end_it_is_not_told_before() -> None:
    bar = Bar("x", at("09:00"), at("10:00"), status="deleted")
    assert credential_timeline([bar], now=at("09:30")).text.endswith("x: temporary, 09:00 to 10:00.")
    assert credential_timeline([bar]).text.endswith("x: temporary, 09:00 to 10:00, deleted.")


@pytest.mark.parametrize("status", ["", "active", "Active", "valid"])
def test_an_active_key_is_valid(status: str) -> None:
    assert state(Bar("key", at("09:00"), None, "long-term", status=status), at("11:00")) == "valid"


def test_an_inactive_key_without_an_end_is_over() -> None:
    bar = Bar("key", at("09:00"), None, "long-term", status="inactive")
    assert state(bar, at("11:00")) == state(bar, None) == "over"
    assert "key: long-term, since 09:00, no end, inactive." in credential_timeline([bar], now=at("11:00")).text


def test_long_term_and_temporary_differ_in_more_than_colour() -> None:
    paths = {name: g.find(f"{SVG}path") for name, g in groups(credential_timeline(BARS), "data-bar").items()}
    key, session = paths["Ana's access key"], paths["session payroll"]
    assert key is not None and session is not None
    assert "stroke-dasharray" not in key.attrib and "stroke-dasharray" in session.attrib
    assert "A7" in session.attrib["d"] and "A7" not in key.attrib["d"], "rounded corners"


def test_an_end_that_is_not_set_is_pointed() -> None:
    bars = groups(credential_timeline(BARS), "data-bar")
    assert "L" in bars["Ana's access key"].find(f"{SVG}path").attrib["d"]  # type: ignore[union-attr]
    assert "L" not in bars["session payroll"].find(f"{SVG}path").attrib["d"]  # type: ignore[union-attr]


def test_the_axis_may_end_before_a_long_bar_does() -> None:
    """A token of 36 hours would squeeze the hour that matters; its bar is pointed, and its end still said."""
    token = Bar("session token", at("09:30"), at("09:30") + 36 * 3600, parent=KEY.label)
    bars = [KEY, SESSION, token]
    picture = credential_timeline(bars, at("09:40"), until=at("10:30"))
    assert "24 Nov 2026, UTC" in picture.alt
    assert "session token: temporary, from Ana's access key, 09:30 to 25 Nov 21:30." in picture.text
    # What happens, and the present, are inside all the same.
    late = credential_timeline(bars, at("11:00"), [(at("12:00"), "late")], until=at("10:30"))
    assert "12:00 late" in " ".join(written(group) for group in groups(late, "data-event").values())
    assert "26 Nov 2026" in credential_timeline(bars, at("09:40")).alt


def test_an_arrow_leads_from_each_parent_to_its_child() -> None:
    root = ET.fromstring(credential_timeline(BARS).svg)
    arrows = [(g.attrib["data-from"], g.attrib["data-to"]) for g in root.iter(f"{SVG}g") if "data-from" in g.attrib]
    assert arrows == [("Ana's access key", "session payroll"), ("session payroll", "session backup")]


def test_a_parent_may_stand_below_its_child() -> None:
    assert "data-from" in credential_timeline([SESSION, KEY]).svg


def test_events_are_numbered_in_the_order_of_time() -> None:
    picture = credential_timeline(BARS, events=EVENTS)
    assert {n: written(g) for n, g in groups(picture, "data-event").items()} == {
        "1": "1 1 09:00 key leaked", "2": "2 2 09:40 key deactivated",
    }  # fmt: skip
    assert picture.text.splitlines()[-2:] == ["Event 1, 09:00: key leaked.", "Event 2, 09:40: key deactivated."]


def test_the_marks_of_events_do_not_lie_over_each_other() -> None:
    events = [(at("09:00") + 60 * n, f"event {n}") for n in range(6)]
    root = ET.fromstring(credential_timeline(BARS, events=events).svg)
    centers = []
    for group in (g for g in root.iter(f"{SVG}g") if "data-event" in g.attrib):
        number = group.find(f"{SVG}text")
        assert number is not None
        centers.append((float(number.attrib["x"]), float(number.attrib["y"])))
    for n, (x, y) in enumerate(centers):
        assert all(abs(x - a) + abs(y - b) >= 17 for a, b in centers[:n])


def test_the_present_is_a_line_with_a_flag() -> None:
    assert list(groups(credential_timeline(BARS, now=at("09:45")), "data-now")) == ["now 09:45"]
    assert not groups(credential_timeline(BARS), "data-now")


def test_words_say_the_same() -> None:
    picture = credential_timeline(BARS, now=at("10:10"), events=EVENTS)
    assert picture.alt == (
        "Credentials over time, 24 Nov 2026, UTC. At 10:10 Ana's access key and session backup are valid, "
        "session payroll is over and session late is not issued yet."
    )
    assert picture.text.splitlines() == [
        picture.alt,
        "Ana's access key: long-term, since 08:00, no end, active.",
        "session payroll: temporary, from Ana's access key, issued 09:00, expired at 10:00.",
        "session backup: temporary, from session payroll, 09:30 to 10:30.",
        "session late: temporary, 11:00 to 12:00, not issued yet.",
        "Event 1, 09:00: key leaked.",
        "Event 2, 09:40: key deactivated.",
    ]


def test_many_bars_are_counted_in_the_alt_text() -> None:
    bars = [Bar(f"session {n}", at("09:00"), at("10:00")) for n in range(5)]
    assert credential_timeline(bars, now=at("09:30")).alt.endswith("At 09:30 5 are valid.")


def test_a_key_that_is_old_does_not_squeeze_the_sessions() -> None:
    old = Bar("old key", at("08:00") - 400 * DAY, None, "long-term", status="active")
    picture = credential_timeline([old, SESSION, KEY], now=at("09:30"))
    assert "old key: long-term, since 20 Oct 2025 08:00, no end, active." in picture.text
    assert picture.text.startswith("Credentials over time, 24 Nov 2026, UTC.")
    assert credential_timeline([old], now=at("09:30")).text.startswith("Credentials over time, 20 Oct 2025 to ")


def test_the_picture_fits_a_phone_and_nothing_leaves_it() -> None:
    long = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Payroll_0123456789abcdef/ana@acme.example"
    bars = [Bar(long, at("09:00"), at("10:00")), Bar("b", at("09:00"), at("09:01"), parent=long)]
    picture = credential_timeline(bars, now=at("10:00"), events=[(at("10:00"), f"alarm about {long}")])
    root = ET.fromstring(picture.svg)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert wide <= 520
    for line in root.iter(f"{SVG}text"):
        length, x = float(line.attrib["textLength"]), float(line.attrib["x"])
        left = x if line.attrib["text-anchor"] == "start" else x - length / 2
        assert 0 <= left and left + length <= wide and 0 < float(line.attrib["y"]) < high  # noqa: SIM300
    assert "".join(long.split()) in "".join(written(groups(picture, "data-words")[long]).split())


def test_the_same_bars_give_the_same_bytes_and_no_address() -> None:
    one, two = (credential_timeline(BARS, at("10:10"), EVENTS) for _ in range(2))
    assert (one.svg, one.alt, one.text) == (two.svg, two.alt, two.text)
    assert not re.search(r"0x[0-9a-f]{6}", one.svg + one.alt + one.text + repr(one))


@pytest.mark.parametrize(
    ("bars", "fault"),
    [
        ([], "nothing to draw"),
        ([Bar("x", 0, 1, "forever")], "x: 'forever' is not a kind of bar. Use one of: long-term, temporary."),
        ([Bar("x", 2, 1)], "x: The end lies before the start"),
        ([Bar("x", 0, 1, parent="y")], "x, parent: There is no bar 'y'"),
    ],
)
def test_faults_are_named(bars: list[Bar], fault: str) -> None:
    with pytest.raises(IamkitError, match=fault):
        credential_timeline(bars)
