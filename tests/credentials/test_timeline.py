"""Events and the world over time: facts B22 to B26 of what a change does to credentials that are out already."""

import pytest

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.clock import iso
from iamkit.credentials.timeline import Timeline
from iamkit.errors import RequestError, WorldError
from tests.short import ANA, APP, OWN, allow, deny, trust

READ = allow("s3:GetObject")
NINE, FILE = "2026-11-24T09:00:00Z", "arn:aws:s3:::payroll/march.csv"


def at(time: str) -> str:
    return f"2026-11-24T{time}Z"


def company(**readings: bool) -> ik.World:
    """Ana may read, and assume app, which may read too."""
    world = ik.World(readings=ik.Readings(**readings))
    own = world.account(OWN)
    own.user("ana", policies=[READ])
    own.role("app", trust=trust(ANA), policies=[READ], max_session=43_200)
    world.identity(ANA).holdings.add_access_key()  # type: ignore[union-attr]
    return world


def key_of(world: ik.World):  # type: ignore[no-untyped-def]
    return world.identity(ANA).holdings.access_keys[0]  # type: ignore[union-attr]


def test_the_world_at_the_start_is_not_changed() -> None:
    world = company()
    day = Timeline(world, NINE).then(at("10:00:00"), events.deactivate(key_of(world)))
    assert key_of(world).is_active
    assert key_of(day.world_at(at("09:59:59"))).is_active
    assert not key_of(day.world_at(at("10:00:00"))).is_active
    assert day.to_dict()["events"] == [{"at": at("10:00:00"), "what": f"access key {key_of(world).id} deactivated"}]


def test_B1_an_inactive_key_can_be_made_active_again_and_a_deleted_one_cannot() -> None:
    world = company()
    key = key_of(world)
    day = Timeline(world, NINE).then(at("10:00:00"), events.deactivate(key)).then(at("11:00:00"), events.activate(key))
    assert [day.accepts(key, at(t)) for t in ("09:59:59", "10:00:00", "10:59:59", "11:00:00")] == [
        True,
        False,
        False,
        True,
    ]
    day.then(at("12:00:00"), events.delete_key(key))
    assert iso(day.end_of(key)) == at("10:00:00")  # type: ignore[arg-type]
    assert not day.accepts(key, at("12:00:00"))
    with pytest.raises(WorldError, match="There is no access key"):
        day.then(at("13:00:00"), events.activate(key))


def test_B1_a_third_key_is_refused_on_the_timeline_too() -> None:
    day = Timeline(company(), NINE).then(at("10:00:00"), events.create_key(ANA))
    assert len(day.world_at(at("10:00:00")).identity(ANA).holdings.access_keys) == 2  # type: ignore[union-attr]
    with pytest.raises(WorldError, match="2 is the most"):
        day.then(at("10:00:00"), events.create_key(ANA))


def test_root_keys_come_and_go_too() -> None:
    world = company()
    root = world.accounts[OWN].root
    key = world.accounts[OWN].root_holdings.add_access_key()
    day = Timeline(world, NINE).then(at("10:00:00"), events.delete_key(key), events.create_key(root))
    assert day.accepts(key, at("09:00:00")) and not day.accepts(key, at("10:00:00"))
    assert len(day.world_at(at("10:00:00")).accounts[OWN].root_holdings.access_keys) == 1


def test_B22_permissions_are_read_anew_for_every_request() -> None:
    world = company()
    day = Timeline(world, NINE).then(at("09:30:00"), events.put_policy(APP, "Stop", deny("*")))
    session = day.sts(NINE).assume_role(ANA, APP, "ana")
    assert day.sts(at("09:29:59")).call(session, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]
    late = day.sts(at("09:30:00")).call(session, "s3:GetObject", FILE)
    assert late.effect == "ExplicitlyDenied"  # type: ignore[union-attr]
    assert day.accepts(session, at("09:59:59")), "the credentials themselves live on"
    assert iso(day.end_of(session)) == at("10:00:00")  # type: ignore[arg-type]


def test_B22_a_new_trust_policy_leaves_those_inside() -> None:
    day = Timeline(company(), NINE).then(at("09:30:00"), events.set_trust(APP, trust("999988887777")))
    session = day.sts(NINE).assume_role(ANA, APP, "ana")
    assert day.sts(at("09:30:00")).call(session, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]
    assert not day.sts(at("09:30:00")).assume_role(ANA, APP, "ana")


def test_B23_revoking_reaches_sessions_issued_before_and_no_others() -> None:
    day = Timeline(company(), NINE).then(at("09:30:00"), events.revoke_sessions(APP))
    old = day.sts(at("09:29:00")).assume_role(ANA, APP, "ana")
    just = day.sts(at("09:30:29")).assume_role(ANA, APP, "ana")
    new = day.sts(at("09:30:30")).assume_role(ANA, APP, "ana")
    now = day.sts(at("09:31:00"))
    effects = [now.call(one, "s3:GetObject", FILE).effect for one in (old, just, new)]  # type: ignore[union-attr]
    assert effects == ["ExplicitlyDenied", "ExplicitlyDenied", "Allowed"]
    document = day.world_at(at("09:30:00")).identity(APP).inline["AWSRevokeOlderSessions"].document
    assert document["Statement"][0]["Condition"] == {"DateLessThan": {"aws:TokenIssueTime": at("09:30:30")}}


def test_B24_a_revocation_never_touches_long_term_keys() -> None:
    world = company()
    stop = deny("*", when={"DateLessThan": {"aws:TokenIssueTime": at("12:00:00")}})
    day = Timeline(world, NINE).then(at("09:30:00"), events.put_policy(ANA, "Older", stop))
    token = day.sts(NINE).get_session_token(key_of(world))
    now = day.sts(at("10:00:00"))
    assert now.call(key_of(world), "s3:GetObject", FILE).allowed  # type: ignore[union-attr]
    assert now.call(token, "s3:GetObject", FILE).effect == "ExplicitlyDenied"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_B23_is_refused_for_service_linked_and_identity_center_roles(path: str) -> None:
    world = company()
    role = world.accounts[OWN].role("r", path=path, trust=trust(ANA))
    with pytest.raises(WorldError, match="cannot be revoked"):
        Timeline(world, NINE).then(at("09:30:00"), events.revoke_sessions(role.arn))


def test_B25_what_a_resource_grants_the_session_outlives_its_identity_policies() -> None:
    world = company()
    session_arn = f"arn:aws:sts::{OWN}:assumed-role/app/ana"
    grant = {"Effect": "Allow", "Principal": {"AWS": session_arn}, "Action": "s3:GetObject", "Resource": f"{FILE}"}
    world.accounts[OWN].resource("arn:aws:s3:::payroll", policy={"Version": "2012-10-17", "Statement": grant})
    inline = next(iter(world.identity(APP).inline))
    day = Timeline(world, NINE).then(at("09:30:00"), events.detach(APP, inline))
    session = day.sts(NINE).assume_role(ANA, APP, "ana")
    now = day.sts(at("09:30:00"))
    assert now.call(session, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]
    assert not now.call(session, "s3:GetObject", "arn:aws:s3:::other/x").allowed  # type: ignore[union-attr]
    day.then(at("09:40:00"), events.put_policy(APP, "Stop", deny("*")))
    assert not day.sts(at("09:40:00")).call(session, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]


def test_B26_deleting_the_role_breaks_its_sessions_and_a_namesake_does_not_mend_them() -> None:
    day = Timeline(company(), NINE).then(at("09:30:00"), events.delete(APP))
    session = day.sts(NINE).assume_role(ANA, APP, "ana")
    refused = day.sts(at("09:30:00")).call(session, "s3:GetObject", FILE)
    assert refused.error == "InvalidClientTokenId"  # type: ignore[union-attr]
    later = day.world_at(at("09:30:00"))
    later.accounts[OWN].role("app", trust=trust(ANA), policies=[READ])
    assert not day.accepts(session, at("09:45:00"))


@pytest.mark.parametrize("ends", [False, True])
def test_B26_deactivating_the_key_does_not_end_its_sessions_unless_read_so(ends: bool) -> None:
    world = company(deactivated_key_ends_sessions=ends)
    day = Timeline(world, NINE).then(at("09:30:00"), events.deactivate(key_of(world)))
    token = day.sts(NINE).get_session_token(key_of(world))
    assert day.accepts(token, at("09:30:00")) is not ends


@pytest.mark.parametrize("ends", [False, True])
def test_B26_deleting_the_user_ends_its_tokens_unless_read_otherwise(ends: bool) -> None:
    world = company(deleted_user_ends_sessions=ends)
    day = Timeline(world, NINE).then(at("09:30:00"), events.delete(ANA))
    token = day.sts(NINE).get_session_token(key_of(world))
    assert day.accepts(token, at("09:30:00")) is not ends


def test_B26_tokens_follow_the_users_current_policies() -> None:
    world = company()
    day = Timeline(world, NINE).then(at("09:30:00"), events.put_policy(ANA, "Stop", deny("s3:*")))
    token = day.sts(NINE).get_session_token(key_of(world))
    assert day.sts(NINE).call(token, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]
    assert not day.sts(at("09:30:00")).call(token, "s3:GetObject", FILE).allowed  # type: ignore[union-attr]


def test_groups_resources_scps_and_session_lengths_change() -> None:
    world = company()
    own = world.accounts[OWN]
    own.group("staff", policies=[allow("sqs:*")])
    own.users["ana"].groups.append("staff")
    own.resource("arn:aws:s3:::b")
    world.organize("o-1234", management="999988887777", accounts=[own])
    day = Timeline(world, NINE).then(
        at("10:00:00"),
        events.leave_group(ANA, "staff"),
        events.set_scps(OWN, [allow("s3:*"), allow("sts:*")]),
        events.set_longest_session(APP, 3600),
    )
    before, after = day.world_at(NINE), day.world_at(at("10:00:00"))
    assert before.decide(ANA, "sqs:SendMessage", "*").allowed and not after.decide(ANA, "sqs:SendMessage", "*").allowed
    assert before.decide(ANA, "s3:GetObject", FILE).allowed and after.decide(ANA, "s3:GetObject", FILE).allowed
    assert day.sts(at("09:59:59")).assume_role(ANA, APP, "ana", duration=7200)
    assert not day.sts(at("10:00:00")).assume_role(ANA, APP, "ana", duration=7200)


def test_a_bucket_policy_is_set_and_taken_away() -> None:
    world = company()
    world.accounts[OWN].resource("arn:aws:s3:::payroll")
    lock = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::payroll/*"}}
    day = Timeline(world, NINE).then(at("10:00:00"), events.set_resource_policy("arn:aws:s3:::payroll", lock))
    day.then(at("11:00:00"), events.set_resource_policy("arn:aws:s3:::payroll", None))
    found = [
        day.world_at(at(t)).decide(ANA, "s3:GetObject", FILE).allowed for t in ("09:00:00", "10:00:00", "11:00:00")
    ]
    assert found == [True, False, True]


def test_events_come_in_order_and_name_what_is_there() -> None:
    day = Timeline(company(), NINE).then(at("10:00:00"), events.create_key(ANA))
    with pytest.raises(RequestError, match="add events in their order"):
        day.then(at("09:59:59"), events.create_key(ANA))
    with pytest.raises(RequestError, match="begins at"):
        day.world_at(at("08:59:59"))
    impossible = [
        events.detach(APP, "Nothing"),
        events.leave_group(ANA, "nobody"),
        events.delete(f"{ANA}x"),
        events.set_resource_policy("arn:aws:s3:::none", None),
        events.put_policy(f"arn:aws:iam::{OWN}:group/g", "P", READ),
    ]
    for change in impossible:
        with pytest.raises(WorldError):
            day.then(at("10:00:00"), change)
    with pytest.raises(WorldError, match="3600 to 43200"):
        events.set_longest_session(APP, 3599)
    assert len(day.events) == 1
    assert day.explain().splitlines() == [f"{NINE}: begins", f"{at('10:00:00')}: a new access key for user/ana"]
