"""From the credentials of a timeline to bars: the course's own story, a key that leaks at 09:00."""

import re

import pytest

import iamkit as ik
from iamkit.credentials.clock import instant
from iamkit.credentials.events import deactivate, delete, set_trust
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.draw.bars import Bar, bars_of
from iamkit.draw.timeline import credential_timeline
from iamkit.identity.holdings import AccessKey
from tests.short import OWN, allow, trust


def at(time: str) -> int:
    return instant(f"2026-11-24T{time}:00Z")


@pytest.fixture
def story() -> tuple[Timeline, AccessKey, Credentials, Credentials]:
    """The day, Ana's key, a role session made with it, and one made with that."""
    world = ik.World()
    acme = world.account(OWN, "acme")
    ana = acme.user("ana", policies=[allow("sts:AssumeRole")])
    payroll = acme.role("payroll", trust=trust(OWN), policies=[allow("sts:AssumeRole")])
    backup = acme.role("backup", trust=trust(OWN))
    key = ana.holdings.add_access_key(at("08:00"))
    day = Timeline(world, at("08:30")).then(at("09:40"), deactivate(key))
    day.then(at("10:05"), set_trust(backup.arn, trust(ana.arn))).then(at("11:00"), delete(backup.arn))
    first = day.sts(at("09:30")).assume_role(key, payroll, "thief")
    assert isinstance(first, Credentials)
    second = day.sts(at("10:04")).assume_role(first, backup, "thief")
    assert isinstance(second, Credentials)
    return day, key, first, second


def test_each_credential_has_its_end_and_its_parent(
    story: tuple[Timeline, AccessKey, Credentials, Credentials],
) -> None:
    day, key, first, second = story
    of_key, of_first, of_second = bars_of(day, [key, first, second])
    assert of_key == Bar(f"{key.id} of user/ana", at("08:00"), at("09:40"), "long-term", None, "no longer accepted")
    # IAM User Guide, id_credentials_temp: credentials of a role last one hour where nobody asks for another time.
    name = "assumed-role/payroll/thief by AssumeRole"
    assert of_first == Bar(name, at("09:30"), at("10:30"), "temporary", of_key.label)
    # A deleted role's sessions end with it.
    assert (of_second.start, of_second.end, of_second.status) == (at("10:04"), at("11:00"), "no longer accepted")
    assert of_second.parent == of_first.label


def test_a_key_that_nothing_ends_has_its_own_status_and_no_end(
    story: tuple[Timeline, AccessKey, Credentials, Credentials],
) -> None:
    world = ik.World()
    key = world.account(OWN).user("ben").holdings.add_access_key()
    (bar,) = bars_of(Timeline(world, at("08:30")), [key])
    assert (bar.start, bar.end, bar.status) == (at("08:30"), None, "active")


def test_a_parent_without_a_bar_is_left_out(story: tuple[Timeline, AccessKey, Credentials, Credentials]) -> None:
    day, _, first, _ = story
    assert bars_of(day, [first])[0].parent is None


def test_sessions_of_one_name_are_told_apart(story: tuple[Timeline, AccessKey, Credentials, Credentials]) -> None:
    day, key, first, _ = story
    again = day.sts(at("09:35")).assume_role(key, f"arn:aws:iam::{OWN}:role/payroll", "thief")
    assert isinstance(again, Credentials)
    labels = [bar.label for bar in bars_of(day, [first, again])]
    assert len(set(labels)) == 2 and all(re.fullmatch(r".*/thief by AssumeRole, ASIA\w{16}", label) for label in labels)


def test_a_timeline_is_drawn_with_its_own_events(story: tuple[Timeline, AccessKey, Credentials, Credentials]) -> None:
    day, key, first, second = story
    text = credential_timeline(bars_of(day, [key, first, second]), now=at("10:45"), events=day.events).text
    assert f"{key.id} of user/ana: long-term, issued 08:00, no longer accepted at 09:40." in text
    assert "issued 09:30, expired at 10:30." in text
    assert "10:04 to 11:00." in text, "that it will be cut short is not told before"
    assert f"Event 1, 09:40: access key {key.id} deactivated." in text
