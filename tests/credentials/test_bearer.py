"""Which credentials are accepted: facts B1, B22, B25 and B26, and the readings about keys and users that are gone.

Sources: IAM User Guide, id_credentials_access-keys, id_credentials_temp_control-access_disable-perms.
"""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.clock import HOUR
from iamkit.credentials.tokens import Credentials
from iamkit.errors import RequestError, WorldError
from tests.credentials.desk import Desk, issued, refused
from tests.short import ANA, APP, OBJECT, OTHER, OWN, ROOT, allow, trust

GET = "s3:GetObject"
INVALID = "The security token included in the request is invalid."


def everything(desk: Desk, by: Any) -> list[str]:
    """The error of each way to use a credential; ``ok`` where there is none."""
    answers = [
        desk.sts.call(by, GET, OBJECT),
        desk.sts.get_caller_identity(by),
        desk.sts.assume_role(by, desk.app, "evening"),
    ]
    return [getattr(answer, "error", "ok") for answer in answers]


def test_B1_an_inactive_key_signs_nothing_until_it_is_active_again() -> None:
    desk = Desk()
    desk.key.status = "Inactive"
    assert everything(desk, desk.key) == ["InvalidClientTokenId"] * 3
    assert refused(desk.sts.get_session_token(desk.key)).message == INVALID
    desk.key.status = "Active"
    assert everything(desk, desk.key) == ["ok"] * 3


def test_B1_a_deleted_key_and_one_of_a_deleted_user() -> None:
    desk = Desk()
    second = desk.ana.holdings.add_access_key()
    desk.ana.holdings.access_keys.remove(second)
    assert everything(desk, second) == ["InvalidClientTokenId"] * 3
    assert everything(desk, desk.key) == ["ok"] * 3
    desk.world.delete(desk.ana)
    assert everything(desk, desk.key) == ["InvalidClientTokenId"] * 3
    again = desk.own.user("ana", policies=[allow()]).holdings.add_access_key()
    assert everything(desk, desk.key) == ["InvalidClientTokenId"] * 3
    assert everything(desk, again) == ["ok"] * 3


def test_the_root_users_key() -> None:
    desk = Desk()
    key = desk.own.root_holdings.add_access_key()
    assert desk.may(key, GET, OBJECT)
    key.status = "Inactive"
    assert refused(desk.sts.call(key, GET, OBJECT)).error == "InvalidClientTokenId"


def test_temporary_credentials_end_to_the_second() -> None:
    desk = Desk()
    session = desk.open(duration=900)
    desk.sts.clock.forward(899)
    assert everything(desk, session) == ["ok"] * 3
    desk.sts.clock.forward(1)
    assert everything(desk, session) == ["ExpiredToken"] * 3
    assert refused(desk.sts.call(session, GET, OBJECT)).message.endswith("is expired")
    desk.sts.clock.set(session.issued - 1)
    assert everything(desk, session) == ["InvalidClientTokenId"] * 3


def test_a_chained_session_outlives_what_it_came_from() -> None:
    desk = Desk()
    first = desk.open(duration=900)
    desk.sts.clock.forward(899)
    second = desk.open(first, duration=HOUR)
    desk.sts.clock.forward(HOUR - 1)
    assert everything(desk, first) == ["ExpiredToken"] * 3
    assert everything(desk, second) == ["ok"] * 3
    desk.sts.clock.forward(1)
    assert everything(desk, second) == ["ExpiredToken"] * 3


def test_B22_policy_edits_reach_credentials_that_are_out() -> None:
    desk = Desk()
    session = desk.open()
    desk.app.inline["inline-1"] = ik.Policy.parse(allow("sqs:*"))
    assert not desk.may(session, GET, OBJECT) and desk.may(session, "sqs:ListQueues")


def test_B22_a_new_trust_policy_does_not() -> None:
    desk = Desk()
    session = desk.open()
    desk.app.trust = ik.Policy.parse(trust(OTHER))
    assert desk.may(session, GET, OBJECT)
    assert desk.refuse().error == "AccessDenied"


def test_B26_deleting_the_role_ends_its_sessions_and_a_namesake_does_not_revive_them() -> None:
    desk = Desk()
    second = desk.role("second")
    session, onward = desk.open(), desk.open(desk.open(), second)
    desk.world.delete(desk.app)
    for _ in range(2):
        answers = [refused(desk.sts.call(session, GET, OBJECT)), refused(desk.sts.assume_role(session, second, "xx"))]
        assert [answer.error for answer in answers] == ["InvalidClientTokenId"] * 2
        assert desk.may(onward, GET, OBJECT)  # its own role is still there
        desk.app = desk.own.roles.get("app") or desk.role("app")
    assert desk.may(desk.open(), GET, OBJECT)


def test_B26_a_role_session_outlives_the_user_who_opened_it() -> None:
    desk = Desk()
    session = desk.open()
    desk.world.delete(desk.ana)
    assert desk.may(session, GET, OBJECT)


@pytest.mark.parametrize("ends", [True, False])
def test_B26_whether_deactivating_the_key_ends_what_was_asked_for_with_it_is_a_reading(ends: bool) -> None:
    desk = Desk(deactivated_key_ends_sessions=ends)
    other = desk.ana.holdings.add_access_key()
    token, session, spared = issued(desk.sts.get_session_token(desk.key)), desk.open(), desk.open(other)
    onward = desk.open(session)
    desk.key.status = "Inactive"
    assert [desk.may(by, GET, OBJECT) for by in (token, session, onward)] == [not ends] * 3
    assert desk.may(spared, GET, OBJECT)
    desk.key.status = "Active"
    assert desk.may(token, GET, OBJECT)


@pytest.mark.parametrize("ends", [True, False])
def test_B26_whether_deleting_the_user_ends_its_tokens_is_a_reading(ends: bool) -> None:
    desk = Desk(deleted_user_ends_sessions=ends)
    token = issued(desk.sts.get_session_token(desk.key))
    desk.world.delete(desk.ana)
    desk.own.user("ana", policies=[allow()])
    answer = desk.sts.call(token, GET, OBJECT)
    assert bool(answer) is not ends
    assert not ends or refused(answer).error == "InvalidClientTokenId"


def test_default_readings_of_B26() -> None:
    readings = ik.Readings()
    assert not readings.deactivated_key_ends_sessions and readings.deleted_user_ends_sessions
    assert not readings.session_token_counts_as_chaining


def test_an_account_outside_the_world_vouches_for_its_own() -> None:
    desk = Desk()
    token = issued(desk.sts.get_session_token(f"arn:aws:iam::{OTHER}:user/mallory"))
    assert desk.may(token, GET, OBJECT)
    assert desk.open(token, desk.role("open", to=OTHER))


def test_whoever_is_only_named_shows_no_credential() -> None:
    desk = Desk()
    for by in (ANA, desk.ana, APP, desk.app, ik.Session(APP, "morning"), ROOT):
        assert desk.may(by, GET, OBJECT)
    assert desk.open(ANA).lineage[0] == ANA
    with pytest.raises(WorldError, match="There is no user"):
        desk.sts.call(f"{ANA}2", GET, OBJECT)


@pytest.mark.parametrize("key", ["aws:CurrentTime", "aws:currenttime", "aws:EpochTime"])
def test_the_clock_says_the_time_and_nobody_else(key: str) -> None:
    desk = Desk()
    desk.app.inline["inline-1"] = ik.Policy.parse(
        allow(GET, when={"DateLessThan": {"aws:CurrentTime": "2026-11-24T09:30:00Z"}})
    )
    session = desk.open()
    assert desk.may(session, GET, OBJECT)
    desk.sts.clock.forward(30 * 60)
    assert not desk.may(session, GET, OBJECT)
    with pytest.raises(RequestError, match="cannot choose"):
        desk.may(session, GET, OBJECT, context={key: "1700000000"})
    assert not desk.may(session, GET, OBJECT, context={key: desk.sts.clock.now} if "Epoch" in key else {})


@pytest.mark.parametrize("context", [["aws:SourceIp"], {"SourceIp": "1"}, {7: "1"}])
def test_a_malformed_context(context: Any) -> None:
    desk = Desk()
    with pytest.raises(RequestError) as fault:
        desk.sts.call(desk.key, GET, OBJECT, context)
    assert fault.value.where == "context"


def test_what_the_network_says_reaches_the_trust_policy() -> None:
    desk = Desk()
    office = desk.role("office", when={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    assert desk.open(role=office, context={"aws:SourceIp": "203.0.113.7"})
    assert desk.refuse(role=office, context={"aws:SourceIp": "198.51.100.7"}).error == "AccessDenied"


def test_credentials_of_another_world_are_looked_up_in_this_one() -> None:
    desk, elsewhere = Desk(), Desk()
    session = elsewhere.open(elsewhere.key, elsewhere.role("only-there"))
    assert isinstance(session, Credentials)
    assert refused(desk.sts.call(session, GET, OBJECT)).error == "InvalidClientTokenId"
    assert session.session.of == f"arn:aws:iam::{OWN}:role/only-there"
