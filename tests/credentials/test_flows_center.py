"""F5: IAM Identity Center, in the browser and from the command line, with each identity source."""

import pytest

from iamkit.credentials.flows.center import center_cli, center_portal, center_setup
from tests.credentials.acme import ACME, PAYROLL, Company

USER, BROWSER, CLI, ADMIN, IDP, DIRECTORY = (
    "User", "Browser", "AWS CLI", "Administrator", "Identity provider", "Active Directory",
)  # fmt: skip
CENTER, ACCOUNT, STS, CONSOLE, SERVICE = "Identity Center", "AWS account", "AWS STS", "AWS console", "AWS service"


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


def portal(company, user="ana", permission_set="Payroll", **given):
    return center_portal(company.world, company.sts.clock, user, company.acme, permission_set, **given)


def cli(company, user="ana", permission_set="Payroll", **given):
    return center_cli(company.world, company.sts.clock, user, company.acme, permission_set, **given)


def test_F5_the_portal_with_an_external_identity_provider():
    flow = portal(Company(source="external"), call=("s3:GetObject", f"{PAYROLL}/march.csv"))
    assert steps(flow) == [
        (USER, BROWSER), (BROWSER, IDP), (IDP, IDP), (IDP, BROWSER), (BROWSER, CENTER), (CENTER, CENTER),
        (CENTER, BROWSER), (BROWSER, CENTER), (CENTER, STS), (STS, CENTER), (CENTER, BROWSER), (BROWSER, CONSOLE),
        (CONSOLE, SERVICE),
    ]  # fmt: skip
    assert flow.messages[-1].decided.allowed


@pytest.mark.parametrize(("source", "checker"), [("directory", CENTER), ("Active Directory", DIRECTORY)])
def test_F5_who_checks_the_password(source, checker):
    flow = portal(Company(source=source))
    assert steps(flow)[1:3] == [(BROWSER, CENTER), (CENTER, checker)]
    assert IDP not in flow.actors
    assert flow.result


def test_F5_the_user_sees_accounts_and_permission_sets():
    offered = next(one for one in portal(Company()).messages if one.what == "accounts and permission sets")
    assert offered.carries["offers"] == [f"{ACME}: Payroll"]


def test_B17_portal_session_and_role_session_have_two_ends():
    flow = portal(Company())
    told = next(one.note for one in flow.messages if one.what == "to the console")
    assert "role session ends 2026-11-24T10:00:00Z" in told
    assert "portal session 2026-11-24T17:00:00Z" in told


def test_B17_a_sign_in_from_before_opens_a_role_session_until_it_ends():
    company = Company()
    before = company.sign_in()
    flow = portal(company, portal=before)
    assert flow.result
    assert (BROWSER, IDP) not in steps(flow)
    company.sts.clock.set("2026-11-24T17:00:00Z")
    assert portal(company, portal=before).result.error == "UnauthorizedException"


@pytest.mark.parametrize(("play", "code"), [(cli, False), (cli, True)])
def test_F5_the_command_line(play, code):
    flow = play(Company(), device_code=code)
    said = [one.what for one in flow.messages]
    second = "StartDeviceAuthorization" if code else "authorize, with PKCE"
    order = ["RegisterClient", second, "CreateToken", "ListAccounts, ListAccountRoles", "GetRoleCredentials"]
    assert [what for what in said if what in order] == order
    assert flow.result.operation == "AssumeRoleWithSAML"
    assert flow.messages[-1].receiver == CLI


@pytest.mark.parametrize("play", [portal, cli])
@pytest.mark.parametrize("source", ["directory", "external", "Active Directory"])
def test_F5_a_user_whom_the_identity_source_does_not_know(play, source):
    flow = play(Company(source=source), known=False)
    assert not flow.result
    assert STS not in flow.actors


@pytest.mark.parametrize("play", [portal, cli])
def test_F5_a_disabled_user_opens_no_portal_session(play):
    company = Company()
    company.center.disable("ana")
    flow = play(company)
    assert flow.result.operation == "SignIn"
    assert STS not in flow.actors


@pytest.mark.parametrize("play", [portal, cli])
def test_F5_what_is_not_assigned_is_refused_before_sts(play):
    company = Company()
    company.center.permission_set("Admin")
    flow = play(company, permission_set="Admin")
    assert flow.result.error == "ForbiddenException"
    assert STS not in flow.actors


@pytest.mark.parametrize(
    ("source", "first"),
    [("directory", (ADMIN, CENTER)), ("external", (IDP, CENTER)), ("Active Directory", (DIRECTORY, CENTER))],
)
def test_F5_people_arrive_and_a_role_is_made(source, first):
    company = Company(source=source)
    reader = company.center.permission_set("Reader")
    people = {"ana": ["staff"], "ben": ["staff"]}
    if source == "directory":
        people.pop("ana")
    flow = center_setup(company.world, people, reader, company.acme, group="staff")
    assert steps(flow) == [first, (ADMIN, CENTER), (CENTER, ACCOUNT)]
    assert flow.messages[-1].carries["role"] == company.center.role("Reader", ACME).arn
    assert company.center.offers("ben") == [(ACME, "Reader")]


def test_F5_scim_pushes_users_and_groups_but_no_passwords():
    company = Company(source="external")
    reader = company.center.permission_set("Reader")
    flow = center_setup(company.world, {"ana": ["staff"]}, reader, company.acme, group="staff")
    assert flow.messages[0].what.startswith("SCIM")
    assert flow.messages[0].carries == {"users": {"ana": ["staff"]}}
    assert "password" in flow.messages[0].note
