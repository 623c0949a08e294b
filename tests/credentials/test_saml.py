"""AssumeRoleWithSAML: what STS checks of a response, and what the trust policy may ask about it."""

import base64
import hashlib

import pytest

from iamkit.credentials.clock import HOUR
from iamkit.credentials.saml import assume_role_with_saml
from iamkit.credentials.samlidp import SamlIdp, SamlResponse
from tests.credentials.acme import ACME, PAYROLL, SIGN_IN, Saml, allow


@pytest.fixture(scope="module")
def idp():
    """One key for all: making one takes a while."""
    return SamlIdp("https://idp.acme.example/saml")


@pytest.fixture
def saml(idp):
    return Saml(idp)


def assume(saml: Saml, role, response, **given):
    return assume_role_with_saml(saml.sts, role, saml.provider, response, **given)


def test_F2_a_signed_response_becomes_a_session_of_the_role(saml):
    role = saml.role()
    answer = assume(saml, role, saml.response(role))
    assert answer
    assert (answer.operation, answer.lasts) == ("AssumeRoleWithSAML", 3600)
    assert answer.arn == f"arn:aws:sts::{ACME}:assumed-role/payroll/ana"
    assert saml.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert not saml.sts.call(answer, "s3:PutObject", f"{PAYROLL}/march.csv").allowed


def refused(answer, error, message):
    assert not answer
    assert (answer.operation, answer.error, answer.message) == ("AssumeRoleWithSAML", error, message)


INVALID_SIGNATURE = ("InvalidIdentityToken", "Response signature invalid")


@pytest.mark.parametrize(
    ("old", "new"),
    [(">ana<", ">root<"), ("role/payroll", "role/admin"), ("2026-11-24T09:05:00Z", "2026-11-25T09:05:00Z")],
)
def test_F2_a_changed_response_is_refused(saml, old, new):
    role, admin = saml.role(), saml.role("admin")
    response = saml.response(role).tampered(old, new)
    refused(assume(saml, admin if "admin" in new else role, response), *INVALID_SIGNATURE)


def test_F2_a_response_of_another_key_is_refused(saml):
    role, mallory = saml.role(), SamlIdp(saml.idp.entity_id)
    forged = mallory.response("ana", saml.sts.clock, roles=[(role, saml.provider.arn)])
    refused(assume(saml, role, forged), *INVALID_SIGNATURE)


def test_F2_a_second_certificate_of_the_provider_counts_too(saml):
    role, successor = saml.role(), SamlIdp(saml.idp.entity_id)
    saml.provider.certificates.append(successor.certificate)
    response = successor.response("ana", saml.sts.clock, roles=[(role, saml.provider.arn)])
    assert assume(saml, role, response)
    assert assume(saml, role, saml.response(role))


def test_F2_a_response_without_a_signature_is_refused(saml):
    role = saml.role()
    xml = saml.response(role).xml
    start, end = xml.index("<ds:Signature "), xml.index("</ds:Signature>") + len("</ds:Signature>")
    refused(assume(saml, role, SamlResponse(xml[:start] + xml[end:])), *INVALID_SIGNATURE)


def wrapped(response: SamlResponse, before: bool) -> SamlResponse:
    """Signature wrapping: a false assertion for root beside the true one, whose signature stays good."""
    xml = response.xml
    start, end = xml.index("<saml:Assertion"), xml.index("</saml:Assertion>") + len("</saml:Assertion>")
    true = xml[start:end]
    cut, stop = true.index("<ds:Signature "), true.index("</ds:Signature>") + len("</ds:Signature>")
    false = (true[:cut] + true[stop:]).replace(">ana<", ">root<").replace('ID="_assertion', 'ID="_forged')
    return SamlResponse(xml[:start] + (false + true if before else true + false) + xml[end:])


@pytest.mark.parametrize("before", [True, False])
def test_F2_a_second_assertion_beside_the_signed_one_does_not_count(saml, before):
    role = saml.role()
    response = wrapped(saml.response(role), before)
    assert ">root<" in response.xml
    answer = assume(saml, role, response)
    assert not answer or answer.session.name == "ana"


def test_F2_the_signed_assertion_hidden_in_a_forged_one_does_not_count(saml):
    role = saml.role()
    xml = saml.response(role).xml
    start, end = xml.index("<saml:Assertion"), xml.index("</saml:Assertion>") + len("</saml:Assertion>")
    true = xml[start:end]
    cut, stop = true.index("<ds:Signature "), true.index("</ds:Signature>") + len("</ds:Signature>")
    false = (true[:cut] + true[stop:]).replace(">ana<", ">root<").replace('ID="_assertion', 'ID="_forged')
    false = false.replace("</saml:Assertion>", f"<saml:Advice>{true}</saml:Advice></saml:Assertion>")
    refused(assume(saml, role, SamlResponse(xml[:start] + false + xml[end:])), *INVALID_SIGNATURE)


def test_F2_a_comment_in_a_name_does_not_cut_it_short(saml):
    role = saml.role()
    response = saml.idp.response("ana.mallory", saml.sts.clock, roles=[(role, saml.provider.arn)])
    answer = assume(saml, role, SamlResponse(response.xml.replace("ana.mallory", "ana<!-- -->.mallory")))
    assert not answer or answer.session.keys["saml:sub"] == answer.session.name == "ana.mallory"


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (300, False)])
def test_F2_a_response_must_be_used_within_its_time(saml, seconds, accepted):
    role = saml.role()
    response = saml.response(role)
    saml.sts.clock.forward(seconds)
    answer = assume(saml, role, response)
    assert bool(answer) is accepted
    assert accepted or answer.error == "ExpiredTokenException"


def test_a_response_of_the_future_is_refused(saml):
    role = saml.role()
    response = saml.response(role)
    saml.sts.clock.set("2026-11-24T08:59:59Z")
    assert assume(saml, role, response).error == "InvalidIdentityToken"


@pytest.mark.parametrize(
    ("audience", "accepted"), [("urn:amazon:webservices", True), (SIGN_IN, True), ("urn:other", False)]
)
def test_F2_the_audience_is_aws(saml, audience, accepted):
    role = saml.role()
    answer = assume(saml, role, saml.response(role, audience=audience))
    if accepted:
        assert answer
    else:
        refused(answer, "InvalidIdentityToken", "Response does not contain the required audience.")


def test_F2_another_issuer_under_the_same_key_is_refused(saml):
    role = saml.role()
    saml.provider.entity_id = "https://other.example/saml"
    refused(assume(saml, role, saml.response(role)), "InvalidIdentityToken", "Issuer not present in specified provider")


def test_F2_a_role_that_the_assertion_does_not_offer_is_refused(saml):
    role, admin = saml.role(), saml.role("admin")
    message = "SAML Assertion doesn't contain the requested Role and Metadata in the attributes"
    refused(assume(saml, admin, saml.response(role)), "InvalidIdentityToken", message)


def test_F2_one_response_may_offer_several_roles(saml):
    role, admin = saml.role(), saml.role("admin")
    response = saml.response(role, admin)
    assert assume(saml, role, response)
    assert assume(saml, admin, response)


def test_A11_role_and_saml_provider_share_an_account(saml):
    other = saml.world.account("444455556666")
    role = other.role("payroll", trust=allow("sts:AssumeRoleWithSAML", saml.provider.arn))
    refused(assume(saml, role, saml.response(role)), "InvalidIdentityToken", "Specified provider doesn't exist")


def test_a_response_that_is_not_base64(saml):
    refused(assume(saml, saml.role(), "<xml>"), "InvalidIdentityToken", "Invalid base64 SAMLResponse")


@pytest.mark.parametrize(
    ("length", "error"),
    [
        (3, "ValidationError"),
        (4, "InvalidIdentityToken"),
        (100_000, "InvalidIdentityToken"),
        (100_001, "ValidationError"),
    ],
)
def test_B11_an_assertion_has_4_to_100000_characters(saml, length, error):
    assert assume(saml, saml.role(), "x" * length).error == error


@pytest.mark.parametrize(("name", "fits"), [("ab", True), ("a", False), ("a" * 64, True), ("a" * 65, False),
                                            ("ana b", False), ("ana@acme.example", True)])  # fmt: skip
def test_F1_role_session_name_has_2_to_64_characters(saml, name, fits):
    role = saml.role()
    answer = assume(saml, role, saml.response(role, session_name=name))
    if fits:
        assert answer.session.name == name
    else:
        refused(answer, "InvalidIdentityToken", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")


# The trust policy


@pytest.mark.parametrize(
    ("recipient", "accepted"), [(SIGN_IN, True), ("https://eu-west-1.signin.aws.amazon.com/saml", False)]
)
def test_F2_saml_aud_is_the_recipient_of_the_response(saml, recipient, accepted):
    role = saml.role(StringEquals={"SAML:aud": SIGN_IN})
    answer = assume(saml, role, saml.response(role, recipient=recipient))
    if accepted:
        assert answer
    else:
        refused(answer, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
        assert not answer.decision.allowed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("saml:iss", "https://idp.acme.example/saml"),
        ("saml:sub", "ana"),
        ("saml:sub_type", "persistent"),
        ("saml:doc", f"{ACME}/AcmeIdP"),
        ("sts:RoleSessionName", "ana"),
    ],
)
def test_F2_what_the_trust_policy_can_ask(saml, key, value):
    role, other = saml.role(StringEquals={key: value}), saml.role("other", StringEquals={key: f"not {value}"})
    response = saml.response(role, other)
    assert assume(saml, role, response)
    assert not assume(saml, other, response)


def test_F2_another_name_format_is_told_whole(saml):
    form = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    role = saml.role(StringEquals={"saml:sub_type": form})
    assert assume(saml, role, saml.response(role, name_format=form))


def test_F2_the_name_qualifier_is_the_published_hash(saml):
    plain = b"https://idp.acme.example/saml" + b"111122223333" + b"/AcmeIdP"
    expected = base64.b64encode(hashlib.sha1(plain).digest()).decode()
    role = saml.role(StringEquals={"saml:namequalifier": expected})
    assert assume(saml, role, saml.response(role))


def test_F2_directory_attributes_are_lists(saml):
    role = saml.role(**{"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff"}})
    oid = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"
    assert assume(saml, role, saml.response(role, attributes={oid: ["member", "staff"]}))
    assert not assume(saml, role, saml.response(role, attributes={oid: ["student"]}))


def test_F2_only_name_qualifier_sub_and_sub_type_stay_in_the_session(saml):
    role = saml.role()
    keys = assume(saml, role, saml.response(role)).session.keys
    assert {key for key in keys if key.startswith("saml:")} == {"saml:namequalifier", "saml:sub", "saml:sub_type"}
    assert keys["aws:FederatedProvider"] == saml.provider.arn


# Duration


@pytest.mark.parametrize(
    ("asked", "ends_in", "lasts"),
    [
        (None, None, 3600),  # the default
        (7200, None, 7200),
        (7200, 3600, 3600),  # SessionNotOnOrAfter is the shorter
        (3600, 7200, 3600),  # DurationSeconds is the shorter
        (3600, 3600, 3600),
        (None, 600, 600),  # shorter than the least duration that one may ask for
    ],
)
def test_B7_the_session_lasts_the_shorter_of_both(saml, asked, ends_in, lasts):
    role = saml.role(max_session=12 * HOUR)
    ends = None if ends_in is None else saml.sts.clock.now + ends_in
    assert assume(saml, role, saml.response(role, session_ends=ends), duration=asked).lasts == lasts


@pytest.mark.parametrize(("ends_in", "issued"), [(1, True), (0, False), (-1, False)])
def test_B7_a_session_that_is_over_before_it_begins(saml, ends_in, issued):
    role = saml.role()
    answer = assume(saml, role, saml.response(role, session_ends=saml.sts.clock.now + ends_in))
    assert bool(answer) is issued
    assert issued or answer.error == "ExpiredTokenException"


def test_B7_session_duration_only_shortens_an_api_session(saml):
    role = saml.role(max_session=12 * HOUR)
    assert assume(saml, role, saml.response(role, session_duration=900)).lasts == 900
    assert assume(saml, role, saml.response(role, session_duration=12 * HOUR)).lasts == 3600


@pytest.mark.parametrize(("seconds", "fits"), [(899, False), (900, True), (43_200, True), (43_201, False)])
def test_F1_session_duration_is_900_to_43200(saml, seconds, fits):
    role = saml.role()
    answer = assume(saml, role, saml.response(role, session_duration=seconds))
    assert bool(answer) is fits
    assert fits or answer.error == "InvalidIdentityToken"


@pytest.mark.parametrize(("asked", "issued"), [(899, None), (900, 900), (7200, 7200), (7201, None)])
def test_B6_the_duration_is_900_to_the_maximum_of_the_role(saml, asked, issued):
    role = saml.role(max_session=7200)
    answer = assume(saml, role, saml.response(role), duration=asked)
    assert (answer.lasts if answer else answer.error) == (issued or "ValidationError")


# Tags, source identity, session policy


@pytest.mark.parametrize("may", [False, True])
def test_B12_principal_tags_need_tag_session_in_the_trust_policy(saml, may):
    role = saml.role(action=["sts:AssumeRoleWithSAML", *["sts:TagSession"] * may])
    answer = assume(saml, role, saml.response(role, tags={"team": "payroll", "site": "a"}, transitive=["team"]))
    if may:
        assert answer.session.tags == {"team": "payroll", "site": "a"}
        assert answer.transitive == {"team": "payroll"}
    else:
        refused(answer, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
        assert answer.decision.request.action == "sts:TagSession"


@pytest.mark.parametrize("may", [False, True])
def test_B13_a_source_identity_needs_its_own_permission(saml, may):
    role = saml.role(action=["sts:AssumeRoleWithSAML", *["sts:SetSourceIdentity"] * may])
    answer = assume(saml, role, saml.response(role, source_identity="ana"))
    if may:
        assert answer.source_identity == "ana"
    else:
        refused(answer, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
        assert answer.decision.request.action == "sts:SetSourceIdentity"


@pytest.mark.parametrize("source", ["aws:ana", "a", "x" * 65])
def test_B13_a_source_identity_that_does_not_fit(saml, source):
    role = saml.role(action=["sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"])
    answer = assume(saml, role, saml.response(role, source_identity=source))
    assert answer.error == "InvalidIdentityToken"
    assert answer.message.startswith("Source Identity must match")


def test_a_session_policy_narrows_the_session(saml):
    role = saml.role()
    only = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{PAYROLL}/march.csv"}}
    answer = assume(saml, role, saml.response(role), policy=only)
    assert saml.sts.call(answer, "s3:GetObject", f"{PAYROLL}/march.csv").allowed
    assert not saml.sts.call(answer, "s3:GetObject", f"{PAYROLL}/april.csv").allowed


# What is shown


def test_a_response_shows_everything_but_the_signature(saml):
    role = saml.role()
    response = saml.response(role)
    shown = [repr(response), response.readable(), *response._repr_mimebundle_().values()]
    body = "".join(saml.idp.certificate.splitlines()[1:-1])[40:80]
    assert all("SignatureValue" not in text and body not in text for text in shown)
    assert "<saml:AttributeValue>ana</saml:AttributeValue>" in response.readable()
    assert base64.b64decode(response.text).decode() == response.xml


def test_what_is_shown_is_the_same_with_another_key():
    first, second = Saml(), Saml()
    assert first.response(first.role()).readable() == second.response(second.role()).readable()
    assert repr(first.idp) == "<SamlIdp https://idp.acme.example/saml>"
