"""B17: the access portal's session and the role session have ends of their own."""

import pytest

from iamkit.credentials import events
from iamkit.credentials.clock import HOUR, Clock
from iamkit.credentials.events import disable_center_user
from iamkit.credentials.portal import get_role_credentials, sign_in
from iamkit.credentials.saml import assume_role_with_saml
from iamkit.credentials.samlidp import SamlIdp
from iamkit.credentials.timeline import Timeline
from iamkit.errors import WorldError
from iamkit.world import World
from tests.credentials.acme import ACME, NOW, PAYROLL, READ, Company

LATER = "2026-11-24T09:10:00Z"


@pytest.fixture
def company():
    return Company()


def test_A12_the_portal_opens_a_session_of_the_role(company):
    answer = company.credentials(company.sign_in())
    assert answer.arn == f"arn:aws:sts::{ACME}:assumed-role/{company.role.name}/ana"
    assert answer.operation == "AssumeRoleWithSAML"
    assert company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert not company.sts.call(answer, "s3:PutObject", f"{PAYROLL}/march.csv").allowed


@pytest.mark.parametrize("duration", [HOUR, 12 * HOUR])
def test_B17_the_role_session_lasts_as_long_as_the_permission_set_says(duration):
    company = Company(duration)
    assert company.credentials(company.sign_in()).lasts == duration


def test_B17_the_portal_session_ends_by_itself():
    company = Company(portal_session=2 * HOUR)
    portal = company.sign_in()
    assert portal.ends - portal.started == 2 * HOUR
    company.sts.clock.forward(2 * HOUR - 1)
    answer = company.credentials(portal)
    assert answer.lasts == HOUR  # it outlives the portal session
    company.sts.clock.forward(1)
    assert company.credentials(portal).error == "UnauthorizedException"
    assert company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed


def test_B17_disabling_a_user_stops_new_sessions_but_not_those_that_are_out(company):
    portal = company.sign_in()
    answer = company.credentials(portal)
    company.center.disable("ana")
    assert not company.sign_in()
    assert company.credentials(portal).error == "ForbiddenException"
    company.sts.clock.forward(HOUR - 1)
    assert company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    company.sts.clock.forward(1)
    assert company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").error == "ExpiredToken"


def test_B17_deleting_a_user_with_a_group_assignment_does_not_end_their_session(company):
    company.center.group("payroll")
    company.center.assign("Payroll", ACME, group="payroll")
    answer = company.credentials(company.sign_in())
    company.center.delete_user("ana")
    assert not company.sign_in()
    assert company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed


def test_B17_a_deny_in_the_permission_set_reaches_sessions_that_are_out(company):
    answer = company.credentials(company.sign_in())
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"aws:userid": "*:ana"}}}
    narrowed = {"Version": "2012-10-17", "Statement": [READ["Statement"], deny]}
    changed = company.center.permission_set("Changed", inline=narrowed)
    company.center.permission_sets["Payroll"].inline = changed.inline
    company.center.provision(company.center.permission_sets["Payroll"])
    assert not company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed


def test_an_enabled_user_signs_in_again(company):
    company.center.disable("ana")
    company.center.enable("ana")
    assert company.sign_in()


def test_A12_what_is_not_assigned_is_not_given(company):
    company.center.permission_set("Admin")
    company.center.user("ben")
    assert company.credentials(company.sign_in(), "Admin").error == "ForbiddenException"
    assert company.credentials(company.sign_in("ben")).error == "ForbiddenException"


def test_A12_an_unknown_user_does_not_sign_in(company):
    assert company.sign_in("eve").error == "AccessDenied"


def test_F5_assume_role_with_saml_does_not_accept_the_roles_of_identity_center(company):
    idp = SamlIdp("https://idp.mallory.example/saml")
    provider = company.center.provider(company.acme)
    provider.certificates.append(idp.certificate)
    response = idp.response("ana", company.sts.clock, roles=[(company.role, provider.arn)])
    answer = assume_role_with_saml(company.sts, company.role, provider, response)
    assert answer.error == "AccessDenied"
    assert "access portal" in answer.remedy


def test_an_scp_binds_the_sessions_of_identity_center(company):
    tools = company.world.account("222233334444")
    company.world.organize("o-acme", management=tools, accounts=[ACME], scps=[
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
        {"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}},
    ])  # fmt: skip
    answer = company.credentials(company.sign_in())
    assert not company.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed


def test_a_world_without_identity_center():
    with pytest.raises(WorldError, match="no Identity Center"):
        sign_in(World(), Clock(NOW), "ana")


def test_a_portal_session_shows_its_end(company):
    assert repr(company.sign_in()) == "<PortalSession ana, until 2026-11-24T17:00:00Z>"


def test_B17_disabling_a_user_on_a_timeline(company):
    day = Timeline(company.world, NOW).then(LATER, disable_center_user("ana"))
    portal = sign_in(day.world_at(NOW), Clock(NOW), "ana")
    answer = get_role_credentials(day.sts(NOW), portal, ACME, "Payroll")
    later = day.sts(LATER)
    assert not sign_in(day.world_at(LATER), Clock(LATER), "ana")
    assert get_role_credentials(later, portal, ACME, "Payroll").error == "ForbiddenException"
    assert later.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert sign_in(company.world, Clock(NOW), "ana"), "the world at the start is as it was"
    with pytest.raises(WorldError, match="no Identity Center"):
        Timeline(World(), NOW).then(NOW, disable_center_user("ana"))


def test_a_change_of_policy_on_a_timeline_keeps_identity_center_apart(company):
    key = company.world.accounts[ACME].root_holdings.add_access_key()
    day = Timeline(company.world, NOW).then(LATER, events.delete_key(key))
    after = day.world_at(LATER)
    assert after.center is not company.world.center
    after.center.disable("ana")
    assert company.world.center.users["ana"].enabled
