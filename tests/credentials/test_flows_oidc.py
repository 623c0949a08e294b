"""F3: OpenID Connect, and GitHub Actions."""

import pytest

from iamkit.credentials.flows.oidc import GITHUB_URL, github_actions, github_subject, oidc
from iamkit.credentials.oidcidp import OidcIdp
from tests.credentials.acme import GITHUB, PAYROLL, Web, allow

USER, APP, IDP, STS, SERVICE = "User", "App", "Identity provider", "AWS STS", "AWS service"


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


@pytest.fixture
def web():
    return Web()


def play(web, role, user="ana", client="payroll-app", **given):
    return oidc(web.world, web.sts.clock, web.idp, role, user, client, **given)


def test_F3_the_steps(web):
    flow = play(web, web.role(), call=("s3:GetObject", f"{PAYROLL}/march.csv"))
    assert steps(flow) == [
        (USER, APP), (APP, IDP), (IDP, APP), (APP, STS), (STS, IDP), (STS, STS), (STS, APP), (APP, SERVICE),
    ]  # fmt: skip
    assert flow.messages[2].carries["id_token"].claims["sub"] == "ana"
    assert flow.messages[-1].decided.allowed


def test_F3_the_call_to_sts_is_not_signed(web):
    assert set(play(web, web.role()).messages[3].carries) == {"RoleArn", "RoleSessionName", "WebIdentityToken"}


def test_F3_sts_fetches_the_keys_from_the_issuer(web):
    flow = play(web, web.role())
    assert flow.messages[4].carries == {"from": "https://oidc.acme.example/.well-known/openid-configuration"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"on_the_way": lambda token: token.tampered(sub="root")}, "InvalidIdentityToken"),
        ({"on_the_way": lambda token: token.unsigned()}, "InvalidIdentityToken"),
        ({"client": "other"}, "InvalidIdentityToken"),
        ({"later": 300}, "ExpiredTokenException"),
        ({"duration": 7200}, "ValidationError"),
        ({"user": "eve"}, "AccessDenied"),
        ({"known": False}, "AuthenticationFailed"),
    ],
)
def test_F3_where_it_is_refused(web, given, error):
    role = web.role(StringEquals={"oidc.acme.example:sub": "ana"})
    flow = play(web, role, **given)
    assert flow.result.error == error
    assert flow.refused_at == len(flow.messages)


@pytest.fixture(scope="module")
def github():
    return OidcIdp(GITHUB_URL, "ES256")


@pytest.fixture
def deploy(web, github):
    """A role for the main branch of one repository."""
    provider = web.acme.oidc_provider(github.url, client_ids=["sts.amazonaws.com"])

    def role(**condition):
        trust = allow("sts:AssumeRoleWithWebIdentity", provider.arn, **condition)
        return web.acme.role("deploy", trust=trust)

    return role


MAIN = {
    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:acme/payroll:ref:refs/heads/main"}
}


def test_F3_github_steps(web, github, deploy):
    flow = github_actions(web.world, web.sts.clock, github, deploy(**MAIN), "acme/payroll")
    job, hub = "Workflow job", "GitHub"
    assert steps(flow) == [(job, hub), (hub, job), (job, STS), (STS, hub), (STS, STS), (STS, job)]
    assert flow.result.arn.endswith("assumed-role/deploy/payroll")


@pytest.mark.parametrize(
    ("repository", "given", "issued"),
    [
        ("acme/payroll", {}, True),
        ("acme/payroll", {"ref": "refs/heads/feature"}, False),
        ("acme/payroll", {"ref": "refs/tags/v1"}, False),
        ("acme/payroll", {"environment": "production"}, False),
        ("acme/payroll", {"pull_request": True}, False),
        ("acme/payroll-fork", {}, False),
        ("mallory/payroll", {}, False),
        ("acme/payroll", {"audience": "https://github.com/acme"}, False),
    ],
)
def test_F3_sub_says_which_repository_and_branch(web, github, deploy, repository, given, issued):
    flow = github_actions(web.world, web.sts.clock, github, deploy(**MAIN), repository, **given)
    assert bool(flow.result) is issued


def test_F3_without_sub_every_repository_gets_in(web, github, deploy):
    role = deploy(StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"})
    assert github_actions(web.world, web.sts.clock, github, role, "mallory/evil").result


@pytest.mark.parametrize(
    ("given", "sub"),
    [
        ({}, "repo:acme/payroll:ref:refs/heads/main"),
        ({"ref": "refs/tags/v1"}, "repo:acme/payroll:ref:refs/tags/v1"),
        ({"environment": "production"}, "repo:acme/payroll:environment:production"),
        ({"pull_request": True}, "repo:acme/payroll:pull_request"),
    ],
)
def test_F3_the_subject_of_a_workflow(given, sub):
    assert github_subject("acme/payroll", **given) == sub
