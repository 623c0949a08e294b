"""Best practices that are proved: whom a trust policy lets in, for whom a service acts, who can pass any role.

Each question has both sides: a policy that leaves it open, and one that closes it.
"""

from collections.abc import Callable
from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.practices import CODES, Practices, best_practices
from iamkit.identity.account import Account
from iamkit.identity.center import IdentityCenter
from iamkit.policy.lint_principals import GITHUB
from iamkit.prove.answers import Unknown, Witness
from tests.short import OTHER, OWN, allow, trust

ANA = f"arn:aws:iam::{OWN}:user/ana"
OIDC, SAML = f"arn:aws:iam::{OWN}:oidc-provider/{{}}", f"arn:aws:iam::{OWN}:saml-provider/office"
BY_WEB, BY_SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
SIGN_IN = "https://signin.aws.amazon.com/saml"
Fill = Callable[[Account], object]


def review(fill: Fill) -> Practices:
    """The findings about a company whose account is filled so."""
    world = ik.World()
    fill(world.account(OWN, "acme"))
    return best_practices(world)


def role(to: Any, action: str = "sts:AssumeRole", when: Any = None) -> Fill:
    return lambda acme: acme.role("it", trust=trust(to, action, when))


def equals(**keys: Any) -> dict[str, Any]:
    return {"StringEquals": keys}


def external(operator: str, value: str) -> Fill:
    return role(OTHER, when={operator: {"sts:ExternalId": value}})


def github(**condition: Any) -> Fill:
    """A role for GitHub; sub and workflow by operator."""
    return role({"Federated": OIDC.format(GITHUB)}, BY_WEB, condition or None)


def web(provider: str, when: Any = None) -> Fill:
    return role({"Federated": provider}, BY_WEB, when)


SUB, FLOW = f"{GITHUB}:sub", f"{GITHUB}:job_workflow_ref"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
LAMBDA, FUNCTIONS = {"Service": "lambda.amazonaws.com"}, f"arn:aws:lambda:*:{OWN}:function:*"
EXTERNAL, SERVICE = "third-party-without-external-id", "service-role-without-source"

TRUSTS: list[tuple[Fill, list[str]]] = [
    # The third party (E4)
    (role(OTHER), [EXTERNAL]),
    (role(f"arn:aws:iam::{OTHER}:root"), [EXTERNAL]),
    (role(f"arn:aws:iam::{OTHER}:role/checker"), [EXTERNAL]),
    (external("StringEquals", "acme-17"), []),
    (external("StringEqualsIfExists", "acme-17"), [EXTERNAL]),
    (external("StringNotEquals", "acme-17"), [EXTERNAL]),
    (external("StringLike", "*"), [EXTERNAL]),
    (external("StringLike", "acme-17"), []),
    (role(OWN), []),
    (role(f"arn:aws:iam::{OWN}:user/ana"), []),
    # Everyone
    (role("*"), ["open-trust"]),
    (role({"AWS": "*"}), ["open-trust"]),
    (role("*", when=equals(**{"aws:PrincipalOrgID": "o-acme"})), []),
    (role("*", when=equals(**{"aws:PrincipalAccount": OWN})), []),
    (role("*", when={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}), []),
    (role("*", when=equals(**{"sts:ExternalId": "acme-17"})), ["open-trust"]),
    (role("*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), ["open-trust"]),
    # GitHub: without sub, any repository (id_roles_create_for-idp_oidc)
    (github(), ["github-without-sub"]),
    (github(StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}), ["github-without-sub"]),
    (github(StringNotEquals={SUB: "repo:evil/app:ref:refs/heads/main"}), ["github-without-sub"]),
    (github(StringLike={SUB: "*"}), ["github-without-sub"]),
    (github(StringEquals={SUB: "repo:acme/app:ref:refs/heads/main"}), []),
    (github(StringLike={SUB: "repo:acme/app:*"}), []),
    (github(StringLike={SUB: "repo:acme/*"}), []),
    (github(StringLike={SUB: "repo:*/app:*"}), ["github-wide-sub"]),
    (github(StringLike={SUB: "repo:acme*"}), ["github-wide-sub"]),
    (github(StringLike={SUB: ["repo:acme/*", "repo:a*"]}), ["github-wide-sub"]),
    (github(StringEquals={FLOW: "acme/app/.github/workflows/build.yml@refs/heads/main"}), []),
    (github(StringLike={FLOW: "*/build.yml@*"}), ["github-without-sub"]),
    # Other providers
    (web(OIDC.format(EKS)), ["oidc-without-sub"]),
    (web(OIDC.format(EKS), equals(**{f"{EKS}:aud": "sts.amazonaws.com"})), ["oidc-without-sub"]),
    (web(OIDC.format(EKS), equals(**{f"{EKS}:sub": "system:serviceaccount:pay:app"})), []),
    (web(OIDC.format(EKS), {"StringLike": {f"{EKS}:sub": "system:serviceaccount:pay:*"}}), []),
    (web("cognito-identity.amazonaws.com"), ["app-without-audience"]),
    (web("cognito-identity.amazonaws.com", equals(**{"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"})), []),
    (web("accounts.google.com", equals(**{"accounts.google.com:aud": "app"})), []),
    (web("www.amazon.com"), ["app-without-audience"]),
    (web("www.amazon.com", equals(**{"www.amazon.com:app_id": "app"})), []),
    (web("graph.facebook.com", equals(**{"graph.facebook.com:app_id": "app"})), []),
    (role({"Federated": SAML}, BY_SAML), ["saml-without-aud"]),
    (role({"Federated": SAML}, BY_SAML, {"StringLike": {"SAML:aud": "*"}}), ["saml-without-aud"]),
    (role({"Federated": SAML}, BY_SAML, equals(**{"SAML:aud": SIGN_IN})), []),
    (role({"Federated": SAML}, BY_SAML, {"StringLike": {"saml:aud": "https://*.signin.aws.amazon.com/saml"}}), []),
    # Services: the confused deputy (E4, confused-deputy)
    (role(LAMBDA), [SERVICE]),
    (role(LAMBDA, when=equals(**{"aws:SourceAccount": OWN})), []),
    (role(LAMBDA, when=equals(**{"aws:SourceAccount": OTHER})), [SERVICE]),
    (role(LAMBDA, when={"StringEqualsIfExists": {"aws:SourceAccount": OWN}}), []),
    (role(LAMBDA, when={"StringNotEquals": {"aws:SourceAccount": OTHER}}), [SERVICE]),
    (role(LAMBDA, when={"Null": {"aws:SourceAccount": "false"}}), [SERVICE]),
    (role(LAMBDA, when={"ArnLike": {"aws:SourceArn": FUNCTIONS}}), []),
    (role(LAMBDA, when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-inbox"}}), [SERVICE]),
    (role(LAMBDA, when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-inbox"},
                        **equals(**{"aws:SourceAccount": OWN})}), []),
]  # fmt: skip


@pytest.mark.parametrize(("fill", "codes"), TRUSTS)
def test_whom_a_trust_policy_lets_in_is_proved(fill, codes):
    found = review(fill)
    assert list(found.codes) == codes
    for one in found:
        assert isinstance(one.answer, Witness)
        assert one.where == f"arn:aws:iam::{OWN}:role/it, trust of it $.Statement[0]"


def test_the_finding_says_with_which_request_it_happens():
    found = review(external("StringLike", "*"))[0]
    assert "with an ExternalId that was not chosen for you" in found.what and OTHER in found.what
    assert found.answer.request.principal.startswith(f"arn:aws:iam::{OTHER}:")
    assert "without an ExternalId" in review(role(OTHER))[0].what
    wide = review(github(StringLike={SUB: "repo:acme*"}))[0]
    assert wide.answer.request.context[SUB.lower()][0] in wide.what


def test_service_linked_roles_are_left_alone():
    def fill(acme: Account) -> None:
        acme.role("AWSServiceRoleForSupport", path="/aws-service-role/support.amazonaws.com/",
                  trust=trust({"Service": "support.amazonaws.com"}))  # fmt: skip

    assert not review(fill)


def test_the_roles_of_identity_center_are_as_they_should_be():
    world = ik.World()
    acme = world.account(OWN)
    world.organize("o-acme", management=acme)
    center = IdentityCenter(world.accounts, world.organization, "eu-west-1")
    center.user("ana")
    center.permission_set("Reader", inline=allow("s3:GetObject"))
    assert center.assign("Reader", OWN, user="ana") in world.roles()
    assert not best_practices(world)


def organization(*members: str) -> ik.World:
    """An organization of these accounts, with the role of an outside auditor's account in it."""
    world = ik.World()
    acme = world.account(OWN)
    world.account(OTHER).user("lena", policies=[allow("sts:AssumeRole")])
    acme.role("it", trust=trust(OTHER))
    world.organize("o-acme", management=acme, accounts=members)
    return world


def test_accounts_of_the_organization_are_no_third_party_and_others_are():
    assert not best_practices(organization(OTHER))
    assert best_practices(organization()).codes == (EXTERNAL,)
    assert not best_practices(organization(), ours=[OTHER])
    found = best_practices(organization())[0].answer
    assert found.request.principal == f"arn:aws:iam::{OTHER}:user/lena"


def test_an_outside_account_that_lets_nobody_assume_it_is_no_finding():
    world = organization()
    world.accounts[OTHER].users["lena"].inline.clear()
    assert not best_practices(world)


def test_an_rcp_closes_what_a_trust_policy_leaves_open():
    def world(*rcps: Any) -> ik.World:
        made = ik.World()
        acme = made.account(OWN)
        member = made.account("222233334444")
        member.role("it", trust=trust("*"))
        made.organize("o-acme", management=acme, accounts=[member], rcps=rcps or None)
        return made

    outsiders = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-acme"}}
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sts:AssumeRole",
        "Resource": "*",
        "Condition": outsiders,
    }
    full = allow(to="*")
    assert best_practices(world()).codes == ("open-trust",)
    assert not best_practices(world(full, {"Version": "2012-10-17", "Statement": [statement]}))


def test_an_rcp_for_the_whole_organization_keeps_services_from_acting_for_strangers():
    """confused-deputy, the example RCP: PrincipalIsAWSService, SourceAccount present, another SourceOrgID."""
    others = {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-acme"}, "Null": {"aws:SourceAccount": "false"},
              "Bool": {"aws:PrincipalIsAWSService": "true"}}  # fmt: skip
    closed = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sts:*"], "Resource": "*", "Condition": others}

    def world(*rcps: Any) -> ik.World:
        made = ik.World()
        member = made.account("222233334444")
        bucket()(member)
        role(LAMBDA)(member)
        made.organize("o-acme", management=made.account(OWN), accounts=[member], rcps=[allow(to="*"), *rcps])
        return made

    assert best_practices(world()).codes == ("service-access-without-source", "service-role-without-source")
    assert not best_practices(world({"Version": "2012-10-17", "Statement": [closed]}))


# Resources, and passing roles


def bucket(when: Any = None) -> Fill:
    logs = allow("s3:PutObject", "arn:aws:s3:::acme-logs/*", {"Service": "cloudtrail.amazonaws.com"}, when)
    return lambda acme: acme.resource("arn:aws:s3:::acme-logs", policy=logs)


def test_a_bucket_that_a_service_writes_to_for_anyone():
    """confused-deputy: restrict with aws:SourceArn or aws:SourceAccount."""
    found = review(bucket())
    assert found.codes == ("service-access-without-source",)
    assert found[0].where.startswith("arn:aws:s3:::acme-logs, ") and found[0].where.endswith("$.Statement[0]")
    assert not review(bucket(equals(**{"aws:SourceAccount": OWN})))
    assert not review(bucket({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{OWN}:trail/*"}}))


def passing(resource: str, *more: Any, when: Any = None) -> Fill:
    return lambda acme: acme.user("ana", policies=[allow("iam:PassRole", resource, when=when), *more])


def test_who_can_pass_any_role():
    """id_roles_use_passrole: name the roles that may be passed."""
    assert review(passing("*")).codes == ("pass-any-role",)
    assert review(passing(f"arn:aws:iam::{OWN}:role/*")).codes == ("pass-any-role",)
    assert review(passing("*", when=equals(**{"iam:PassedToService": "ec2.amazonaws.com"}))).codes == ("pass-any-role",)
    assert not review(passing(f"arn:aws:iam::{OWN}:role/app"))
    assert not review(passing(f"arn:aws:iam::{OWN}:role/app-*"))
    found = review(passing("*"))[0]
    assert found.where == f"{ANA}, inline-1 $.Statement[0]"


def test_a_deny_closes_what_a_wildcard_opens():
    closed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "iam:PassRole", "NotResource": f"arn:aws:iam::{OWN}:role/app", }]}  # fmt: skip
    assert not review(passing("*", closed))


def test_an_administrator_passes_roles_by_right():
    assert not review(lambda acme: acme.user("ana", policies=[allow()]))


def test_one_policy_of_many_is_one_finding():
    def fill(acme: Account) -> None:
        acme.policy("Deploy", allow("iam:PassRole"))
        for name in ("ana", "ben", "cleo"):
            acme.user(name, policies=["Deploy"])

    found = review(fill)
    assert [one.where for one in found] == [f"{ANA}, Deploy $.Statement[0]"]


def test_what_cannot_be_decided_is_a_finding_of_its_own(monkeypatch):
    monkeypatch.setattr(ik.World, "can", lambda *_: Unknown("can she", "too many ties"))
    found = review(role(OTHER))
    assert found.codes == ("undecided",)
    assert "too many ties" in found[0].what


def test_every_code_that_is_proved_is_found_above() -> None:
    found = {code for _, codes in TRUSTS for code in codes}
    assert found == {code for code in CODES if "trust" in code or "without" in code or "wide" in code} - {
        "root-without-mfa", "console-without-mfa", "service-access-without-source"}  # fmt: skip
