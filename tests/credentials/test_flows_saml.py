"""F1 and F2: the SAML flows, step by step."""

import pytest

from iamkit.credentials.clock import HOUR, iso
from iamkit.credentials.flows.saml import saml_api, saml_console
from iamkit.credentials.samlidp import SamlIdp
from tests.credentials.acme import PAYROLL, Saml


@pytest.fixture(scope="module")
def idp():
    return SamlIdp("https://idp.acme.example/saml")


@pytest.fixture
def saml(idp):
    return Saml(idp)


def console(saml, roles, user="ana", **given):
    return saml_console(saml.world, saml.sts.clock, saml.idp, saml.provider, user, roles, **given)


def api(saml, role, **given):
    return saml_api(saml.world, saml.sts.clock, saml.idp, saml.provider, "ana", role, **given)


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


USER, BROWSER, IDP, DIRECTORY = "User", "Browser", "Identity provider", "Directory"
SIGNIN, STS = "AWS sign-in", "AWS STS"


def test_F1_the_steps_into_the_console(saml):
    flow = console(saml, [saml.role(), saml.role("admin")])
    assert steps(flow) == [
        (USER, IDP), (IDP, DIRECTORY), (IDP, BROWSER), (BROWSER, SIGNIN), (SIGNIN, USER), (SIGNIN, STS), (STS, STS),
        (STS, SIGNIN), (SIGNIN, BROWSER),
    ]  # fmt: skip
    assert flow.result
    assert flow.refused_at is None


def test_F1_one_role_needs_no_picker(saml):
    assert (SIGNIN, USER) not in steps(console(saml, [saml.role()]))


def test_F1_the_user_picks_one_of_several_roles(saml):
    roles = [saml.role(), saml.role("admin")]
    assert console(saml, roles).result.session.of == roles[0].arn
    assert console(saml, roles, choose=roles[1]).result.session.of == roles[1].arn


def test_F1_aws_never_sees_a_user_whom_the_directory_does_not_know(saml):
    flow = console(saml, [saml.role()], user="eve", known=False)
    assert steps(flow) == [(USER, IDP), (IDP, DIRECTORY)]
    assert not flow.result


def test_F1_the_browser_posts_to_the_sign_in_endpoint(saml):
    flow = console(saml, [saml.role()])
    assert "https://signin.aws.amazon.com/saml" in flow.messages[3].what
    assert flow.messages[3].carries["SAMLResponse"].text


@pytest.mark.parametrize(("seconds", "lasts"), [(None, 3600), (900, 900), (8 * HOUR, 8 * HOUR)])
def test_F1_session_duration_says_how_long_the_console_lasts(saml, seconds, lasts):
    assert console(saml, [saml.role(max_session=12 * HOUR)], session_duration=seconds).result.lasts == lasts


def test_F1_session_not_on_or_after_wins_where_it_is_shorter(saml):
    ends = saml.sts.clock.now + HOUR
    flow = console(saml, [saml.role(max_session=12 * HOUR)], session_duration=8 * HOUR, session_ends=ends)
    assert iso(flow.result.expires) == iso(ends)


@pytest.mark.parametrize(("seconds", "issued"), [(299, True), (300, False)])
def test_F1_a_response_that_was_kept_too_long(saml, seconds, issued):
    flow = console(saml, [saml.role()], later=seconds)
    assert bool(flow.result) is issued
    assert issued or flow.result.error == "ExpiredTokenException"


def test_F1_a_response_that_was_changed_in_the_browser(saml):
    flow = console(saml, [saml.role()], on_the_way=lambda sent: sent.tampered(">ana<", ">root<"))
    assert flow.result.message == "Response signature invalid"
    assert steps(flow)[-1] == (STS, STS)


def test_F1_a_recipient_that_the_trust_policy_does_not_take(saml):
    flow = console(saml, [saml.role()], recipient="https://eu-west-1.signin.aws.amazon.com/saml")
    assert flow.result.error == "AccessDenied"
    assert not flow.result.decision.allowed


def test_F2_the_steps_of_programmatic_access(saml):
    flow = api(saml, saml.role(), call=("s3:GetObject", f"{PAYROLL}/march.csv"))
    client, service = "Client", "AWS service"
    assert steps(flow) == [
        (client, IDP), (IDP, DIRECTORY), (IDP, client), (client, STS), (STS, STS), (STS, client), (client, service),
    ]  # fmt: skip
    assert flow.messages[-1].decided.allowed
    assert flow.messages[-1].carries == {"signed with": flow.result.access_key_id}


def test_F2_the_call_to_sts_is_not_signed(saml):
    flow = api(saml, saml.role())
    assert set(flow.messages[3].carries) == {"RoleArn", "PrincipalArn", "SAMLAssertion"}


def test_F2_the_client_asks_for_a_duration(saml):
    role = saml.role(max_session=2 * HOUR)
    assert api(saml, role, duration=2 * HOUR).result.lasts == 2 * HOUR
    assert api(saml, role, duration=3 * HOUR).result.error == "ValidationError"


def test_F2_tags_of_the_directory_travel_as_session_tags(saml):
    role = saml.role(action=["sts:AssumeRoleWithSAML", "sts:TagSession"])
    assert api(saml, role, tags={"team": "payroll"}).result.session.tags == {"team": "payroll"}
