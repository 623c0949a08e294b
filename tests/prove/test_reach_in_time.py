"""Chains at an instant, under a constraint, and from identity providers."""

import iamkit as ik
from tests.short import ANA, APP, OWN, allow, deny, policy, statement, trust

PROVIDER = f"arn:aws:iam::{OWN}:saml-provider/Office"
READ = ("s3:GetObject", "arn:aws:s3:::payroll/*")


def until_friday() -> ik.World:
    """Ana may assume app until the 27th, from the office; app reads."""
    world = ik.World()
    own = world.account(OWN)
    own.user("ana")
    when = {
        "DateLessThan": {"aws:CurrentTime": "2026-11-27T00:00:00Z"},
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
    }
    own.role("app", trust=trust(ANA, when=when), policies=[allow("s3:GetObject")])
    return world


def test_a_chain_at_an_instant() -> None:
    world = until_friday()
    assert world.reach(ANA, READ)
    assert world.reach(ANA, READ, at="2026-11-26T23:59:59Z")
    late = world.reach(ANA, READ, at="2026-11-27T00:00:00Z")
    assert not late
    assert late.doors[APP] == ("no Allow in the role trust policy",)  # type: ignore[union-attr]


def test_a_chain_under_a_constraint() -> None:
    world = until_friday()
    outside = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    assert not world.reach(ANA, READ, where=outside)
    assert world.reach(ANA, APP, where={"IpAddress": {"aws:SourceIp": "203.0.113.7/32"}})


def test_what_is_done_in_the_end_keeps_the_constraint_too() -> None:
    world = until_friday()
    night = deny("s3:*", when={"DateGreaterThan": {"aws:CurrentTime": "2026-11-25T00:00:00Z"}})
    world.accounts[OWN].roles["app"].inline["Night"] = ik.Policy.parse(night, name="Night")
    assert world.reach(ANA, APP, at="2026-11-26T12:00:00Z")
    assert not world.reach(ANA, READ, at="2026-11-26T12:00:00Z")


def test_F1_whoever_a_saml_provider_vouches_for_comes_in_by_its_own_operation() -> None:
    world = ik.World()
    own = world.account(OWN)
    aud = {"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}}
    own.role("office", trust=trust({"Federated": PROVIDER}, "sts:AssumeRoleWithSAML", aud), policies=[allow("sts:*")])
    own.role("app", trust=trust(f"arn:aws:iam::{OWN}:role/office"), policies=[allow("s3:GetObject")])
    chain = world.reach(PROVIDER, READ)
    assert [step.witness.request.action for step in chain.steps] == ["sts:AssumeRoleWithSAML", "sts:AssumeRole"]  # type: ignore[union-attr]
    assert not world.reach(PROVIDER, READ, where={"saml:aud": "https://example.com/"})


def test_F3_a_github_token_comes_in_by_web_identity() -> None:
    world = ik.World()
    own = world.account(OWN)
    github = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
    sub = {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/robot:ref:refs/heads/main"}}
    document = policy(statement("Allow", "sts:AssumeRoleWithWebIdentity", None, {"Federated": github}, sub, ""))
    own.role("robot", trust=document, policies=[allow("s3:GetObject")])
    chain = world.reach(github, READ)
    assert chain and chain.steps[0].witness.request.action == "sts:AssumeRoleWithWebIdentity"  # type: ignore[union-attr]
    other = {"token.actions.githubusercontent.com:sub": "repo:mallory/robot:ref:refs/heads/main"}
    assert not world.reach(github, READ, where=other)
    assert not world.reach("graph.facebook.com", READ)
