"""Whatever is done to a token on its way, STS answers: it issues for who was signed, or refuses. It never fails."""

import base64

import jwt
from hypothesis import given, strategies as st

from iamkit.credentials.saml import assume_role_with_saml
from iamkit.credentials.samlidp import SamlResponse
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.credentials.web import assume_role_with_web_identity
from tests.credentials.acme import Saml, Web

WEB, SAML = Web(), Saml()
APP, PAYROLL = WEB.role(), SAML.role()
TAGS = "https://aws.amazon.com/tags"
TOKEN, RESPONSE = WEB.token().text, SAML.response(PAYROLL).xml


def changed(text: str, at: int, by: str) -> str:
    at %= len(text)
    return text[:at] + by + text[at + 1 :]


@given(st.integers(0, 10_000), st.sampled_from("ABCXYZabcxyz0189-_.=+/ é"))
def test_a_web_token_with_one_character_changed(at, by):
    answer = assume_role_with_web_identity(WEB.sts, APP, "ana", changed(TOKEN, at, by), idps=[WEB.idp])
    assert isinstance(answer, Credentials | Refused)
    # A bit of the last character of a part carries nothing, so a change there may change nothing.
    assert not answer or answer.session.keys["oidc.acme.example:sub"] == "ana"


@given(st.text(max_size=200))
def test_a_web_token_that_is_any_text(text):
    assert isinstance(assume_role_with_web_identity(WEB.sts, APP, "ana", text, idps=[WEB.idp]), Refused)


@given(st.integers(0, 100_000), st.sampled_from('ABCXYZabcxyz0189<>&"/ é'))
def test_a_saml_response_with_one_character_changed(at, by):
    answer = assume_role_with_saml(SAML.sts, PAYROLL, SAML.provider, SamlResponse(changed(RESPONSE, at, by)))
    assert isinstance(answer, Credentials | Refused)
    assert not answer or (answer.session.name, answer.session.keys["saml:sub"]) == ("ana", "ana")


@given(st.binary(max_size=200))
def test_a_saml_response_that_is_any_bytes(document):
    text = base64.b64encode(document).decode()
    assert isinstance(assume_role_with_saml(SAML.sts, PAYROLL, SAML.provider, text), Refused)


CLAIMS = st.sampled_from(
    ["sub", "aud", "azp", "exp", "iat", "nbf", "amr", "jti", "email", TAGS, f"{TAGS}/principal_tags/team",
     f"{TAGS}/transitive_tag_keys", "https://aws.amazon.com/roles", "https://aws.amazon.com/source_identity"]
)  # fmt: skip
NAMES = st.sampled_from(["principal_tags", "transitive_tag_keys", "team", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(CLAIMS, VALUES, min_size=1, max_size=3))
def test_a_good_signature_over_odd_claims(claims):
    """An identity provider may send anything."""
    header = WEB.token().header
    try:
        token = jwt.encode({**WEB.token().claims, **claims}, WEB.idp._key, header["alg"], headers=header)
    except (TypeError, ValueError):
        return  # the library itself signs no such claims
    answer = assume_role_with_web_identity(WEB.sts, APP, "ana", token, idps=[WEB.idp])
    assert isinstance(answer, Credentials | Refused)


AWS = "https://aws.amazon.com/SAML/Attributes/"
ATTRIBUTES = st.sampled_from(
    [f"{AWS}{name}" for name in ("Role", "RoleSessionName", "SessionDuration", "PrincipalTag:team", "PrincipalTag:",
     "TransitiveTagKeys", "SourceIdentity")] + ["urn:oid:2.5.4.3", "mail"]
)  # fmt: skip
PAIR = (PAYROLL.arn, SAML.provider.arn)
PAIRS = (",".join(PAIR), ",".join(PAIR[::-1]))
TEXTS = ("", "ana", "aws:ana", "900", "-1", "a,b,c", "\u0661\u0660\u0660\u0660", "x" * 300)
WORDS = st.sampled_from([*TEXTS, *PAIRS])


@given(st.dictionaries(ATTRIBUTES, st.lists(WORDS, max_size=3), min_size=1, max_size=4))
def test_a_good_signature_over_odd_attributes(attributes):
    response = SAML.response(PAYROLL, attributes=attributes)
    answer = assume_role_with_saml(SAML.sts, PAYROLL, SAML.provider, response)
    assert isinstance(answer, Credentials | Refused)
    assert not answer or 900 <= answer.lasts <= 3600
