"""Until when: the last instant of access that descends from a credential.

Expected instants follow from AWS's limits: an hour for a chained session, the role's own longest session, 36 hours for
GetSessionToken and GetFederationToken."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.clock import instant, iso
from iamkit.credentials.timeline import Timeline
from iamkit.prove.answers import Unknown
from iamkit.prove.latest import latest_access
from iamkit.prove.untils import Latest, NoneAfter
from tests.short import ANA, APP, OWN, allow, deny, statement, trust

DEPLOY = f"arn:aws:iam::{OWN}:role/deploy"
READ = ("s3:GetObject", "arn:aws:s3:::payroll/*")
SHUT = trust({"Service": "ec2.amazonaws.com"})
SERVICE = {"Service": "ec2.amazonaws.com"}


def at(time: str, day: int = 24) -> str:
    return f"2026-11-{day}T{time}Z"


def company(app_trusts: Any = DEPLOY, longest: int = 3600, **readings: bool) -> tuple[ik.World, Any]:
    """Ana may assume deploy, and deploy may assume app, which reads the payroll; and Ana's key."""
    world = ik.World(readings=ik.Readings(**readings))
    own = world.account(OWN)
    ana = own.user("ana", policies=[allow("sts:AssumeRole")])
    own.role("deploy", trust=trust(ANA), policies=[allow("sts:AssumeRole")], max_session=longest)
    own.role("app", trust=trust(app_trusts), policies=[allow("s3:GetObject"), allow("sts:AssumeRole")])
    return world, ana.holdings.add_access_key(instant(at("08:00:00")))


def leaked(world: ik.World, key: Any) -> Timeline:
    """Leaked at 09:00, deactivated 09:40, the trust of deploy mended 10:05."""
    day = Timeline(world, at("09:00:00")).then(at("09:40:00"), events.deactivate(key))
    return day.then(at("10:05:00"), events.set_trust(DEPLOY, SHUT))


def until(day: Timeline, source: Any, **asked: Any) -> str | None:
    found = latest_access(day, source, READ, **asked)
    assert isinstance(found, Latest) and found.check()
    return None if found.instant is None else iso(found.instant)


def test_a_leaked_key_reads_the_payroll_long_after_it_was_deactivated() -> None:
    day = leaked(*(made := company()))
    found = latest_access(day, made[1], READ)
    assert isinstance(found, Latest)
    # A token asked for in the key's last second lives 36 hours; with it deploy is assumed in the last second before the
    # trust is mended, for an hour; with that app, in its last second, for an hour. Expiry is the first refused second.
    assert [(hop.holding.operation, iso(hop.issued)) for hop in found.steps] == [
        ("GetSessionToken", at("09:39:59")), ("AssumeRole", at("10:04:59")), ("AssumeRole", at("11:04:58")),
    ]  # fmt: skip
    assert iso(found.instant or 0) == at("12:04:57")
    assert found.check()


def test_one_second_later_is_refused_and_every_step_is_accepted_by_sts() -> None:
    world, key = company()
    day = leaked(world, key)
    found = latest_access(day, key, READ)
    assert isinstance(found, Latest) and found.instant is not None
    token = day.sts(found.credentials[0].issued).get_session_token(key, duration=129_600)
    deploy = day.sts(found.credentials[1].issued).assume_role(token, DEPLOY, "session")
    app = day.sts(found.credentials[2].issued).assume_role(deploy, APP, "session")
    asked = (app, "s3:GetObject", "arn:aws:s3:::payroll/march.csv")
    assert day.sts(found.instant).call(*asked).allowed  # type: ignore[union-attr, arg-type]
    assert day.sts(found.instant + 1).call(*asked).error == "ExpiredToken"  # type: ignore[union-attr, arg-type]
    assert not day.sts(found.credentials[1].issued + 1).assume_role(token, DEPLOY, "session")


def test_the_answer_after_an_event() -> None:
    day = leaked(*(made := company()))
    assert until(day, made[1], after=at("10:05:00")) == at("12:04:57")
    none = latest_access(day, made[1], READ, after=at("12:04:57"))
    assert isinstance(none, NoneAfter) and not none and none.check()
    assert none.last == instant(at("12:04:57"))
    assert until(day, made[1], after=at("12:04:56")) == at("12:04:57")


def test_a_longer_session_of_the_role_gives_longer_access_and_the_chain_adds_one_hour() -> None:
    made = company(longest=43_200)
    assert until(leaked(*made), made[1]) == at("23:04:57")


def test_where_get_session_token_counts_as_chaining_it_is_an_hour_again() -> None:
    made = company(longest=43_200, session_token_counts_as_chaining=True)
    # Straight from the key, 12 hours from 09:39:59, beat an hour from 10:04:59.
    assert until(leaked(*made), made[1]) == at("22:39:57")


def test_where_deactivation_ends_sessions_the_token_is_no_help() -> None:
    made = company(deactivated_key_ends_sessions=True)
    assert until(leaked(*made), made[1]) == at("09:39:59")


def test_a_role_that_trusts_itself_never_ends() -> None:
    made = company(app_trusts={"AWS": [DEPLOY, APP]})
    day = leaked(*made)
    found = latest_access(day, made[1], READ)
    assert isinstance(found, Latest) and found.instant is None and found.check()
    assert repr(found) == "<Latest: no end, in 4 steps>"
    assert found.explain().endswith("Each step can be taken again and again, so it never ends.")
    day.then(at("20:00:00"), events.put_policy(APP, "Stop", deny("*")))
    assert until(day, made[1]) == at("19:59:59")


def test_an_active_key_never_ends() -> None:
    world, key = company()
    assert until(Timeline(world, at("09:00:00")), key) is None


def test_revoking_ends_what_was_issued_before() -> None:
    made = company()
    day = leaked(*made).then(at("10:05:00"), events.revoke_sessions(APP), events.revoke_sessions(DEPLOY))
    # Deploy's sessions were issued before and are denied everything; none is issued after. App's sessions issued in
    # the 30 seconds ahead are denied too.
    assert until(day, made[1]) == at("10:04:59")


def test_revoking_app_alone_leaves_a_session_of_deploy_to_open_another() -> None:
    made = company()
    day = leaked(*made).then(at("10:30:00"), events.revoke_sessions(APP))
    assert until(day, made[1]) == at("12:04:57")


def test_deleting_the_role_ends_it_at_once() -> None:
    made = company()
    assert until(leaked(*made).then(at("11:00:00"), events.delete(APP)), made[1]) == at("10:59:59")


def test_a_date_in_a_policy_ends_it_on_the_second() -> None:
    world, key = company()
    shut = deny("s3:*", when={"DateGreaterThan": {"aws:CurrentTime": at("10:30:00")}})
    day = leaked(world, key).then(at("10:10:00"), events.put_policy(APP, "Office", shut))
    assert until(day, key) == at("10:30:00")
    from_then = deny("s3:*", when={"DateGreaterThanEquals": {"aws:CurrentTime": at("10:20:00")}})
    day.then(at("10:10:00"), events.put_policy(APP, "Early", from_then))
    assert until(day, key) == at("10:19:59")


def test_where_and_since() -> None:
    world, key = company()
    office = deny("s3:*", when={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    world.accounts[OWN].roles["app"].inline["Office"] = ik.Policy.parse(office, name="Office")
    day = leaked(world, key)
    assert until(day, key) == at("12:04:57")
    outside = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    assert isinstance(latest_access(day, key, READ, where=outside), NoneAfter)
    assert isinstance(latest_access(day, key, READ, since=at("09:40:00")), NoneAfter)
    assert until(day, key, since=at("09:39:59")) == at("12:04:57")


def test_stolen_temporary_credentials_live_as_long_as_they_and_their_chain() -> None:
    world, _ = company()
    day = Timeline(world, at("09:00:00"))
    session = day.sts(at("09:00:00")).assume_role(ANA, DEPLOY, "ana")
    assert until(day, session) == at("10:59:58")
    assert until(day, session, since=at("09:30:00")) == at("10:59:58")
    assert isinstance(latest_access(day, session, READ, since=at("10:00:00")), NoneAfter)


@pytest.mark.parametrize(
    ("condition", "can"),
    [
        ({"StringEquals": {"sts:ExternalId": "4711"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
    ],
)
def test_an_external_id_is_no_obstacle_and_a_second_factor_is(condition: Any, can: bool) -> None:
    world, key = company()
    world.accounts[OWN].roles["app"].trust = ik.Policy.parse(trust(DEPLOY, when=condition))
    assert bool(latest_access(leaked(world, key), key, READ)) is can


def test_a_grant_to_one_session_name_is_found() -> None:
    world, key = company()
    own = world.accounts[OWN]
    own.roles["app"].inline.clear()
    night = f"arn:aws:sts::{OWN}:assumed-role/app/night"
    grant = statement("Allow", "s3:GetObject", "arn:aws:s3:::payroll/*", {"AWS": night}, None, "")
    own.resource("arn:aws:s3:::payroll", policy={"Statement": [grant]})
    found = latest_access(leaked(world, key), key, READ)
    assert isinstance(found, Latest)
    assert found.credentials[-1].arn == night


def test_a_role_that_wants_a_certain_session_name_gets_it() -> None:
    world, key = company()
    named = trust(DEPLOY, when={"StringLike": {"sts:RoleSessionName": "night-*"}})
    world.accounts[OWN].roles["app"].trust = ik.Policy.parse(named)
    found = latest_access(leaked(world, key), key, READ)
    assert isinstance(found, Latest) and found.credentials[-1].session.name.startswith("night-")


@pytest.mark.parametrize("key_and_value", [("sts:SourceIdentity", "ana"), ("aws:RequestTag/team", "blue")])
def test_what_hangs_on_source_identity_or_tags_is_unknown(key_and_value: tuple[str, str]) -> None:
    world, key = company()
    condition = {"StringEquals": dict([key_and_value])}
    wanting = trust(DEPLOY, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], when=condition)
    world.accounts[OWN].roles["app"].trust = ik.Policy.parse(wanting)
    found = latest_access(leaked(world, key), key, READ)
    assert isinstance(found, Unknown)
    assert "source identity or sends session tags" in found.reason


def test_an_inherited_source_identity_must_be_let_through() -> None:
    for actions, can in ((["sts:AssumeRole", "sts:SetSourceIdentity"], True), (["sts:AssumeRole"], False)):
        world, _ = company()
        own = world.accounts[OWN]
        for role, who in (("deploy", ANA), ("app", DEPLOY)):
            allowed = actions if role == "app" else ["sts:AssumeRole", "sts:SetSourceIdentity"]
            own.roles[role].trust = ik.Policy.parse(trust(who, allowed))
            own.roles[role].inline["more"] = ik.Policy.parse(allow("sts:*"), name="more")
        own.users["ana"].inline["more"] = ik.Policy.parse(allow("sts:*"), name="more")
        day = Timeline(world, at("09:00:00"))
        session = day.sts(at("09:00:00")).assume_role(ANA, DEPLOY, "ana", source_identity="ana")
        assert session
        assert bool(latest_access(day, session, READ)) is can


def test_a_time_compared_as_text_is_unknown() -> None:
    world, key = company()
    odd = deny("s3:*", when={"StringLike": {"aws:CurrentTime": "2026*"}})
    world.accounts[OWN].roles["app"].inline["Odd"] = ik.Policy.parse(odd, name="Odd")
    assert isinstance(latest_access(leaked(world, key), key, READ), Unknown)


def test_what_is_granted_to_a_federated_user_by_name_is_found() -> None:
    world, key = company()
    own = world.accounts[OWN]
    own.users["ana"].inline = {"sts": ik.Policy.parse(allow("sts:GetFederationToken"), name="sts")}
    guest = {"AWS": f"arn:aws:sts::{OWN}:federated-user/guest"}
    grant = statement("Allow", "s3:GetObject", "arn:aws:s3:::payroll/*", guest, None, "")
    own.resource("arn:aws:s3:::payroll", policy={"Statement": [grant]})
    day = Timeline(world, at("09:00:00")).then(at("09:40:00"), events.deactivate(key), events.delete(DEPLOY))
    assert until(day, key) == at("21:39:58", day=25)


def test_root_tokens_live_an_hour() -> None:
    world, _ = company()
    key = world.accounts[OWN].root_holdings.add_access_key()
    day = Timeline(world, at("09:00:00")).then(at("09:40:00"), events.delete_key(key))
    assert until(day, key) == at("10:39:58")


def test_the_answers_show_themselves() -> None:
    day = leaked(*(made := company()))
    found = latest_access(day, made[1], READ)
    assert found.to_dict()["until"] == at("12:04:57")
    assert [step["operation"] for step in found.to_dict()["steps"]] == ["GetSessionToken", "AssumeRole", "AssumeRole"]
    lines = found.explain().splitlines()
    assert lines[1] == f"1. {at('09:39:59')}: GetSessionToken, user/ana, for 36 hours, until {at('21:39:59', day=25)}."
    assert lines[-1].startswith(f"{at('12:04:57')}: s3:GetObject on arn:aws:s3:::payroll/")
    for answer in (found, latest_access(day, made[1], READ, after=at("13:00:00"))):
        bundle = answer._repr_mimebundle_()
        assert bundle["text/plain"] == answer.explain() and "<p" in bundle["text/html"]
        assert "0x" not in repr(answer)
