"""AssumeRoleWithWebIdentity: what STS checks of a token, and what the trust policy may ask about it."""

import base64
import hmac

import jwt
import pytest

from iamkit.credentials.oidcidp import OidcIdp
from iamkit.credentials.web import assume_role_with_web_identity
from iamkit.errors import RequestError
from tests.credentials.acme import ACME, GITHUB, PAYROLL, Web, allow


def assume(web: Web, role, token, name="ana", **given):
    return assume_role_with_web_identity(web.sts, role, name, token, **{"idps": [web.idp], **given})


@pytest.fixture
def web():
    return Web()


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_F3_the_six_algorithms_are_accepted(algorithm):
    web = Web(algorithm)
    answer = assume(web, web.role(), web.token())
    assert answer
    assert (answer.operation, answer.lasts) == ("AssumeRoleWithWebIdentity", 3600)
    assert answer.arn == f"arn:aws:sts::{ACME}:assumed-role/app/ana"


@pytest.mark.parametrize("algorithm", ["HS256", "none", "PS256", "EdDSA"])
def test_F3_no_identity_provider_of_another_algorithm(algorithm):
    with pytest.raises(RequestError, match="AWS accepts no"):
        OidcIdp("https://oidc.acme.example", algorithm)


def test_the_session_may_do_what_the_role_may(web):
    answer = assume(web, web.role(), web.token())
    assert web.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert not web.sts.call(answer, "s3:PutObject", f"{PAYROLL}/march.csv").allowed


def test_F3_a_changed_claim_breaks_the_signature(web):
    role, token = web.role(), web.token(sub="mallory")
    answer = assume(web, role, token.tampered(sub="ana"))
    assert (answer.error, answer.message) == ("InvalidIdentityToken", "Token signature invalid")


def test_F3_the_algorithm_none_is_refused(web):
    answer = assume(web, web.role(), web.token().unsigned())
    assert answer.error == "InvalidIdentityToken"
    assert "none" in answer.remedy


def test_F3_a_public_key_used_as_a_shared_secret_is_refused(web):
    """The old confusion of algorithms: HS256 with the public key as the secret. No library signs that, so by hand."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = web.idp.keys()[web.idp.key_id].public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"es256-1"}').decode().rstrip("=")
    signed = f"{header}.{web.token().text.split('.')[1]}"
    signature = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), "sha256")).decode().rstrip("=")
    answer = assume(web, web.role(), f"{signed}.{signature}")
    assert (answer.error, answer.message) == ("InvalidIdentityToken", "Token signature invalid")


def test_F3_a_token_of_another_key_under_the_same_issuer_is_refused(web):
    mallory = OidcIdp(web.idp.url, "ES256")
    answer = assume(web, web.role(), mallory.token("ana", "payroll-app", web.sts.clock))
    assert (answer.error, answer.message) == ("InvalidIdentityToken", "Token signature invalid")


def test_F3_a_key_that_is_not_published_is_told_from_a_bad_signature(web):
    other = OidcIdp(web.idp.url, "ES384")
    answer = assume(web, web.role(), other.token("ana", "payroll-app", web.sts.clock))
    assert answer.error == "InvalidIdentityToken"
    assert answer.message.startswith("Couldn't retrieve verification key from your identity provider")


def test_F3_an_issuer_without_provider_object_is_refused(web):
    other = OidcIdp("https://oidc.mallory.example", "ES256")
    answer = assume(web, web.role(), other.token("ana", "payroll-app", web.sts.clock), idps=[web.idp, other])
    message = "No OpenIDConnect provider found in your account for https://oidc.mallory.example"
    assert (answer.error, answer.message) == ("InvalidIdentityToken", message)


def test_F3_the_provider_object_must_be_in_the_account_of_the_role(web):
    other = web.world.account("444455556666")
    role = other.role("app", trust=allow("sts:AssumeRoleWithWebIdentity", web.provider.arn))
    assert assume(web, role, web.token()).error == "InvalidIdentityToken"


def test_F3_an_identity_provider_that_does_not_answer(web):
    web.idp.online = False
    assert assume(web, web.role(), web.token()).error == "IDPCommunicationError"


def test_F3_an_identity_provider_that_is_not_on_the_internet(web):
    assert assume(web, web.role(), web.token(), idps=[]).error == "IDPCommunicationError"


def test_F3_a_token_that_its_provider_revoked(web):
    role, token = web.role(), web.token()
    assert assume(web, role, token)
    web.idp.revoked.add(token.claims["jti"])
    assert assume(web, role, token).error == "IDPRejectedClaim"


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (300, False)])
def test_F3_a_token_ends_at_exp(web, seconds, accepted):
    role, token = web.role(), web.token(lasts=300)
    web.sts.clock.forward(seconds)
    answer = assume(web, role, token)
    assert bool(answer) is accepted
    if not accepted:
        assert answer.error == "ExpiredTokenException"
        assert "must be before the expiration date/time 2026-11-24T09:05:00Z" in answer.message


@pytest.mark.parametrize(("later", "accepted"), [(0, True), (1, False)])
def test_a_token_of_the_future_is_refused(web, later, accepted):
    answer = assume(web, web.role(), web.token(nbf=web.sts.clock.now + later))
    assert bool(answer) is accepted
    assert accepted or answer.error == "InvalidIdentityToken"


def test_a_token_that_is_no_jwt(web):
    answer = assume(web, web.role(), "ya29.an-access-token")
    assert answer.error == "InvalidIdentityToken"
    assert answer.message.startswith("The ID Token provided is not a valid JWT.")


@pytest.mark.parametrize(
    ("length", "error"),
    [
        (3, "ValidationError"),
        (4, "InvalidIdentityToken"),
        (20_000, "InvalidIdentityToken"),
        (20_001, "ValidationError"),
    ],
)
def test_B11_a_web_token_has_4_to_20000_characters(web, length, error):
    assert assume(web, web.role(), "x" * length).error == error


@pytest.mark.parametrize(("name", "fits"), [("ab", True), ("a", False), ("a" * 64, True), ("a" * 65, False)])
def test_B11_a_session_name_has_2_to_64_characters(web, name, fits):
    answer = assume(web, web.role(), web.token(), name=name)
    assert bool(answer) is fits
    assert fits or answer.error == "ValidationError"


# Audience


def test_F3_the_audience_must_be_a_client_id_of_the_object(web):
    answer = assume(web, web.role(), web.token(aud="other-app"))
    assert (answer.error, answer.message) == ("InvalidIdentityToken", "Incorrect token audience")
    assert "other-app" in answer.remedy


def test_F3_aud_is_azp_where_azp_is_set(web):
    role = web.role(StringEquals={"oidc.acme.example:aud": "payroll-app", "oidc.acme.example:oaud": "api"})
    assert assume(web, role, web.token(aud="api", azp="payroll-app"))
    assert assume(web, role, web.token(aud="payroll-app", azp="api")).error == "InvalidIdentityToken"


def test_F3_aud_is_aud_where_azp_is_not_set(web):
    role = web.role(StringEquals={"oidc.acme.example:aud": "payroll-app", "oidc.acme.example:oaud": "payroll-app"})
    assert assume(web, role, web.token())


# The trust policy


@pytest.mark.parametrize(("sub", "accepted"), [("ana", True), ("mallory", False)])
def test_F3_the_trust_policy_tests_sub(web, sub, accepted):
    role = web.role(StringEquals={"oidc.acme.example:sub": "ana"})
    answer = assume(web, role, web.token(sub=sub))
    assert bool(answer) is accepted
    if not accepted:
        assert (answer.error, answer.message) == (
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        )
        assert answer.decision.request.action == "sts:AssumeRoleWithWebIdentity"


def test_F3_the_trust_policy_tests_email_and_amr(web):
    role = web.role(
        **{"StringLike": {"oidc.acme.example:email": "*@acme.example"},
           "ForAnyValue:StringEquals": {"oidc.acme.example:amr": "mfa"}}
    )  # fmt: skip
    assert assume(web, role, web.token(email="ana@acme.example", amr=["pwd", "mfa"]))
    assert not assume(web, role, web.token(email="ana@acme.example", amr=["pwd"]))
    assert not assume(web, role, web.token(email="ana@mallory.example", amr=["mfa"]))
    assert not assume(web, role, web.token(amr=["mfa"]))


def test_a_role_that_trusts_another_provider_does_not_take_the_token(web):
    other = web.acme.oidc_provider("https://oidc.other.example", client_ids=["payroll-app"])
    role = web.acme.role("other", trust=allow("sts:AssumeRoleWithWebIdentity", other.arn))
    assert assume(web, role, web.token()).error == "AccessDenied"


def test_F3_the_session_keeps_aud_sub_and_amr_but_not_email(web):
    answer = assume(web, web.role(), web.token(email="ana@acme.example", amr=["mfa"]))
    assert answer.session.keys["oidc.acme.example:sub"] == "ana"
    assert answer.session.keys["oidc.acme.example:aud"] == "payroll-app"
    assert answer.session.keys["oidc.acme.example:amr"] == ["mfa"]
    assert "oidc.acme.example:email" not in answer.session.keys


def test_F3_the_session_says_which_provider_it_came_through(web):
    answer = assume(web, web.role(), web.token())
    assert answer.session.keys["aws:FederatedProvider"] == web.provider.arn


def test_F3_the_trust_policy_tests_the_provider(web):
    role = web.role(ArnEquals={"aws:FederatedProvider": web.provider.arn})
    assert assume(web, role, web.token())


@pytest.mark.parametrize("claims", [{}, {"roles": ["arn:aws:iam::111122223333:role/app"]}])
def test_F3_role_authorized_by_idp_says_whether_the_token_names_the_role(web, claims):
    role = web.role(Bool={"sts:RoleAuthorizedByIdp": "true"})
    assert bool(assume(web, role, web.token(**claims))) is bool(claims)


def test_F3_a_token_for_other_roles_is_good_for_none_else(web):
    answer = assume(web, web.role(), web.token(roles=[f"arn:aws:iam::{ACME}:role/other"]))
    assert answer.error == "InvalidIdentityToken"
    assert answer.message == "The target role ARN is not present in the roles claim of the identity token"


def test_A11_a_global_provider_is_named_without_an_object(web):
    google = OidcIdp("https://accounts.google.com", "ES256")
    trust = allow("sts:AssumeRoleWithWebIdentity", "accounts.google.com",
                  StringEquals={"accounts.google.com:aud": "client-1"})  # fmt: skip
    role = web.acme.role("google", trust=trust)
    assert assume(web, role, google.token("ana", "client-1", web.sts.clock), idps=[google])
    assert assume(web, role, google.token("ana", "client-2", web.sts.clock), idps=[google]).error == "AccessDenied"


def test_F3_github_claims_become_condition_keys():
    web = Web()
    github = OidcIdp(f"https://{GITHUB}", "ES256")
    provider = web.acme.oidc_provider(github.url, client_ids=["sts.amazonaws.com"])
    trust = allow("sts:AssumeRoleWithWebIdentity", provider.arn, StringEquals={f"{GITHUB}:repository": "acme/payroll"})
    role = web.acme.role("deploy", trust=trust)

    def token(repository):
        return github.token(f"repo:{repository}:ref:refs/heads/main", "sts.amazonaws.com", web.sts.clock,
                            repository=repository)  # fmt: skip

    assert assume(web, role, token("acme/payroll"), idps=[github])
    assert not assume(web, role, token("mallory/payroll"), idps=[github])


@pytest.mark.parametrize("sub", ["ana", "mallory"])
def test_D11_an_rcp_binds_who_comes_through_a_provider(web, sub):
    rcp = {"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity", "Resource": "*",
        "Condition": {"StringNotEquals": {"oidc.acme.example:sub": "ana"}}}}  # fmt: skip
    tools = web.world.account("222233334444")
    web.world.organize("o-acme", management=tools, accounts=[ACME], rcps=[rcp])
    assert bool(assume(web, web.role(), web.token(sub=sub))) is (sub == "ana")


# Duration, tags, source identity, session policy


@pytest.mark.parametrize(("asked", "issued"), [(899, None), (900, 900), (7200, 7200), (7201, None), (None, 3600)])
def test_B6_the_duration_is_900_to_the_maximum_of_the_role(web, asked, issued):
    answer = assume(web, web.role(max_session=7200), web.token(), duration=asked)
    assert (answer.lasts if answer else answer.error) == (issued or "ValidationError")


def test_the_session_may_outlive_the_token(web):
    answer = assume(web, web.role(), web.token(lasts=60))
    assert answer.lasts == 3600


TAGGING = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]


@pytest.mark.parametrize(("action", "accepted"), [("sts:AssumeRoleWithWebIdentity", False), (TAGGING, True)])
def test_B12_session_tags_need_tag_session_in_the_trust_policy(web, action, accepted):
    answer = assume(web, web.role(action=action), web.token(tags={"team": "payroll"}, transitive=["team"]))
    assert bool(answer) is accepted
    if accepted:
        assert (answer.session.tags, answer.transitive) == ({"team": "payroll"}, {"team": "payroll"})
    else:
        assert answer.error == "AccessDenied"
        assert answer.decision.request.action == "sts:TagSession"


def test_B12_session_tags_may_come_as_flat_claims(web):
    flat = {"https://aws.amazon.com/tags/principal_tags/team": "payroll",
            "https://aws.amazon.com/tags/transitive_tag_keys": ["team"]}  # fmt: skip
    answer = assume(web, web.role(action=TAGGING), web.token(**flat))
    assert (answer.session.tags, answer.transitive) == ({"team": "payroll"}, {"team": "payroll"})


@pytest.mark.parametrize("may", [False, True])
def test_B13_a_source_identity_needs_its_own_permission(web, may):
    actions = ["sts:AssumeRoleWithWebIdentity", *["sts:SetSourceIdentity"] * may]
    answer = assume(web, web.role(action=actions), web.token(source_identity="ana"))
    assert bool(answer) is may
    assert (answer.source_identity == "ana") if may else (answer.error == "AccessDenied")


def test_a_session_policy_narrows_the_session(web):
    only = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{PAYROLL}/march.csv"}}
    answer = assume(web, web.role(), web.token(), policy=only)
    assert web.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert not web.sts.call(answer, "s3:GetObject", f"{PAYROLL}/april.csv").allowed


# What is shown


def test_a_token_shows_header_and_claims_but_never_the_signature(web):
    token = web.token()
    signature = token.text.rpartition(".")[2]
    shown = [repr(token), token.explain(), str(token.to_dict()), *token._repr_mimebundle_().values()]
    assert all(signature not in text for text in shown)
    assert token.header == {"alg": "ES256", "typ": "JWT", "kid": "es256-1"}
    assert token.claims["sub"] == "ana"


def test_what_is_shown_is_the_same_with_another_key(web):
    again = Web()
    assert web.token()._repr_mimebundle_() == again.token()._repr_mimebundle_()
    assert repr(web.idp) == repr(again.idp) == "<OidcIdp https://oidc.acme.example ES256>"


def test_a_real_library_reads_the_token(web):
    token = web.token()
    key = web.idp.keys()[token.header["kid"]]
    claims = jwt.decode(token.text, key, algorithms=["ES256"], audience="payroll-app", options={"verify_exp": False,
                        "verify_iat": False})  # fmt: skip
    assert claims == token.claims
