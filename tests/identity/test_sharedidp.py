"""F3: IAM takes no new role that trusts a shared identity provider without asking for the tenant."""

import pytest

from iamkit.errors import PolicyError
from iamkit.identity.account import Account
from iamkit.identity.sharedidp import TENANT_KEYS, check_shared_provider

ACME = "111122223333"
GITHUB = "token.actions.githubusercontent.com"


def trust(host, *, effect="Allow", **condition):
    provider = host if host == "cognito-identity.amazonaws.com" else f"arn:aws:iam::{ACME}:oidc-provider/{host}"
    statement = {"Effect": effect, "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    return {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud"),
        ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"),
        ("agent.buildkite.com", "agent.buildkite.com:sub"),
        ("oidc.codefresh.io", "oidc.codefresh.io:sub"),
        ("studio.datachain.ai/api", "studio.datachain.ai/api:sub"),
        (GITHUB, f"{GITHUB}:sub"),
        (GITHUB, f"{GITHUB}:job_workflow_ref"),
        (
            "oidc-configuration.audit-log.githubusercontent.com",
            "oidc-configuration.audit-log.githubusercontent.com:sub",
        ),
        ("vstoken.actions.githubusercontent.com", "vstoken.actions.githubusercontent.com:sub"),
        ("gitlab.com", "gitlab.com:sub"),
        ("api.pulumi.com/oidc", "api.pulumi.com/oidc:aud"),
        ("sandboxes.cloud", "sandboxes.cloud:aud"),
        ("scalr.io", "scalr.io:sub"),
        ("tokens.cloud.shisho.dev", "tokens.cloud.shisho.dev:sub"),
        ("app.terraform.io", "app.terraform.io:sub"),
        ("proidc.upbound.io", "proidc.upbound.io:sub"),
        ("oidc.vercel.com", "oidc.vercel.com:aud"),
    ],
)
def test_F3_each_shared_provider_wants_its_tenant_claim(host, key):
    check_shared_provider(trust(host, StringEquals={key: "acme"}))
    with pytest.raises(PolicyError, match="serves many organizations") as told:
        check_shared_provider(trust(host))
    assert key in told.value.remedy
    with pytest.raises(PolicyError):
        check_shared_provider(trust(host, StringEquals={f"{host}:email": "acme"}))


def test_F3_the_list_has_every_row_of_the_page():
    assert len(TENANT_KEYS) == 16 + 6  # 16 rows with one issuer, and the six issuers of one row


def test_F3_a_private_provider_needs_no_claim():
    check_shared_provider(trust("oidc.acme.example"))
    check_shared_provider(trust("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"))


@pytest.mark.parametrize("value", ["*", "?", "**", "*?*"])
def test_F3_for_github_a_wildcard_alone_does_not_do(value):
    with pytest.raises(PolicyError):
        check_shared_provider(trust(GITHUB, StringLike={f"{GITHUB}:sub": value}))
    with pytest.raises(PolicyError):
        check_shared_provider(trust(GITHUB, StringLike={f"{GITHUB}:sub": ["repo:acme/*", value]}))


def test_F3_for_github_presence_of_the_key_does_not_do():
    with pytest.raises(PolicyError):
        check_shared_provider(trust(GITHUB, Null={f"{GITHUB}:sub": "false"}))


def test_F3_the_key_compares_without_case():
    check_shared_provider(trust(GITHUB, StringEquals={f"{GITHUB}:SUB": "repo:acme/payroll:ref:refs/heads/main"}))


def test_F3_a_deny_lets_nobody_in():
    check_shared_provider(trust(GITHUB, effect="Deny"))


def test_F3_roles_that_are_there_already_are_not_touched():
    """A world may hold the old role; only the check for a new or edited one refuses."""
    role = Account(ACME).role("old", trust=trust(GITHUB))
    assert role.trust is not None
    with pytest.raises(PolicyError):
        check_shared_provider(role.trust)
