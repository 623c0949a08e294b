"""AssumeRoleWithSAML: a signed SAML response is exchanged for a role session.

First STS checks the response: signature, issuer, dates, audience, and that it offers the role. Then the role's trust
policy decides by what the assertion says.

Encrypted assertions are not modeled.

Sources: STS API Reference, AssumeRoleWithSAML; IAM User Guide, id_roles_providers_create_saml_assertions,
reference_policies_iam-condition-keys ("Available keys for SAML-based AWS STS federation"), and troubleshoot_saml, where
most of the messages are from.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.claims import EXPIRED, INVALID, Claims, open_session, role_of
from iamkit.credentials.clock import instant
from iamkit.credentials.limits import DENIED, ROLE, VALIDATION, Refusal
from iamkit.credentials.samlidp import ASSERTION, AUDIENCE, AWS, NAME_ID, SamlResponse
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.errors import RequestError
from iamkit.identity.identities import Role
from iamkit.identity.providers import SIGN_IN, SamlProvider
from iamkit.policies import Source
from iamkit.world import World

OPERATION = "AssumeRoleWithSAML"
KEPT = ("saml:namequalifier", "saml:sub", "saml:sub_type")
"""The keys that stay in the session."""

OIDS = {
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": "saml:edupersonaffiliation",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.2": "saml:edupersonnickname",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.3": "saml:edupersonorgdn",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.4": "saml:edupersonorgunitdn",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.5": "saml:edupersonprimaryaffiliation",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": "saml:edupersonprincipalname",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.7": "saml:edupersonentitlement",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.8": "saml:edupersonprimaryorgunitdn",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.9": "saml:edupersonscopedaffiliation",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.10": "saml:edupersontargetedid",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.11": "saml:edupersonassurance",
    "urn:oid:1.3.6.1.4.1.5923.1.2.1.2": "saml:eduorghomepageuri",
    "urn:oid:1.3.6.1.4.1.5923.1.2.1.3": "saml:eduorgidentityauthnpolicyuri",
    "urn:oid:1.3.6.1.4.1.5923.1.2.1.4": "saml:eduorglegalname",
    "urn:oid:1.3.6.1.4.1.5923.1.2.1.5": "saml:eduorgsuperioruri",
    "urn:oid:1.3.6.1.4.1.5923.1.2.1.6": "saml:eduorgwhitepagesuri",
    "urn:oid:2.5.4.3": "saml:cn",
}
"""Directory attributes that become condition keys (id_roles_providers_create_saml_assertions)."""


@dataclass(frozen=True)
class Assertion:
    """What a verified assertion says.

    Args:
        issuer, subject, name_format, recipient, audiences: as they stand in it.
        expires: when it must have been used, seconds since 1970.
        session_ends: SessionNotOnOrAfter, or None.
        attributes: the values by name.
    """

    issuer: str
    subject: str
    name_format: str
    recipient: str
    audiences: tuple[str, ...]
    begins: int
    expires: int
    session_ends: int | None
    attributes: Mapping[str, tuple[str, ...]]

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """The pairs of role and provider that it offers. AWS takes them in either order."""
        pairs = [tuple(part.strip() for part in pair.split(",")) for pair in self.attributes.get(f"{AWS}Role", ())]
        ordered = [sorted(pair, key=lambda arn: ":saml-provider/" in arn) for pair in pairs if len(pair) == 2]
        return tuple((role, provider) for role, provider in ordered)

    def one(self, name: str) -> str | None:
        """The value of one of AWS's attributes."""
        found = self.attributes.get(AWS + name, ())
        return found[0] if found else None


def assume_role_with_saml(sts: Sts, role: str | Role, provider: str | SamlProvider, response: SamlResponse | str, *,
                          duration: int | None = None, policy: Source | None = None,
                          policy_arns: Iterable[str] = ()) -> Credentials | Refused:  # fmt: skip
    """AssumeRoleWithSAML; the call is not signed, the response is all that speaks for the caller.

    Args:
        sts: the world and the clock.
        role: the role, or its ARN.
        provider: the provider object, or its ARN (PrincipalArn).
        response: the response, or its base64 text of 4 to 100,000 characters.
        duration: seconds, 900 to the role's longest session; an hour if left out. SessionDuration and
            SessionNotOnOrAfter in the response can make it shorter.
        policy, policy_arns: session policies.

    Returns:
        `Credentials`, or `Refused` with AWS's error: InvalidIdentityToken, ExpiredTokenException, AccessDenied …

    Raises:
        WorldError: if the role does not exist in the world.

    >>> from iamkit.credentials.clock import Clock
    >>> from iamkit.credentials.samlidp import SamlIdp
    >>> world, idp = World(), SamlIdp("https://idp.acme.example/saml")
    >>> acme = world.account("111122223333")
    >>> provider = idp.register(acme, "AcmeIdP")
    >>> role = acme.role("payroll", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"Federated": provider.arn}, "Action": "sts:AssumeRoleWithSAML",
    ...     "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}})
    >>> sts = Sts(world, Clock("2026-11-24T09:00:00Z"))
    >>> response = idp.response("ana", sts.clock, roles=[(role, provider.arn)])
    >>> assume_role_with_saml(sts, role, provider, response)
    <Credentials assumed-role/payroll/ana by AssumeRoleWithSAML, until 2026-11-24T10:00:00Z>
    >>> print(assume_role_with_saml(sts, role, provider, response.tampered(">ana<", ">root<")).message)
    Response signature invalid
    """
    wanted, arn = role_of(sts, role), provider if isinstance(provider, str) else provider.arn
    text = response.text if isinstance(response, SamlResponse) else response
    try:
        if "/aws-reserved/sso.amazonaws.com/" in wanted.arn:
            remedy = "Only IAM Identity Center opens sessions of its roles: sign in at the access portal."
            raise Refusal(DENIED, f"Not authorized to perform sts:{OPERATION}", remedy)
        return saml_session(sts, wanted, arn, text, duration, policy, policy_arns)
    except Refusal as refusal:
        return Refused(OPERATION, refusal.error, refusal.message, refusal.decision, refusal.remedy)


def saml_session(sts: Sts, role: Role, provider: str, text: str, duration: int | None, policy: Source | None = None,
                 policy_arns: Iterable[str] = ()) -> Credentials:  # fmt: skip
    """The session itself.

    Raises:
        Refusal: with AWS's error.
    """
    found = verified(sts.world, role, provider, text)
    check(found, role, provider, sts.clock.now)
    wanted = found.one("SessionDuration")
    until = [found.session_ends] if found.session_ends is not None else []
    until += [sts.clock.now + int(wanted)] if wanted is not None else []
    return open_session(
        sts, OPERATION, role, str(found.one("RoleSessionName")), saml_claims(found, provider), duration=duration,
        policy=policy, policy_arns=policy_arns, until=min(until, default=None),
    )  # fmt: skip


def verified(world: World, role: Role, provider: str, text: str) -> Assertion:
    """Check the signature with the provider's certificates, and read what it covers. Nothing else of the document
    counts: an attacker may have put a second assertion beside the signed one.

    Raises:
        Refusal: if there is no such provider in the role's account, or no certificate fits.
    """
    if not 4 <= len(text) <= 100_000:
        message = f"Value at 'sAMLAssertion' has {len(text)} characters; 4 to 100000 are allowed"
        raise Refusal(VALIDATION, message, "Send the response as the identity provider gave it.")
    known = world.accounts[role.account].providers.get(provider)
    if not isinstance(known, SamlProvider):
        remedy = "The role and the provider object must be in one account."
        raise Refusal(INVALID, "Specified provider doesn't exist", remedy)
    try:
        document = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refusal(INVALID, "Invalid base64 SAMLResponse") from None
    signed = next((one for one in (_signed_part(document, pem) for pem in known.certificates) if one is not None), None)
    if signed is None:
        remedy = "It was changed on the way, or another key signed it than the provider object has."
        raise Refusal(INVALID, "Response signature invalid", remedy)
    found = _read(signed)
    if found.issuer != known.entity_id:
        raise Refusal(INVALID, "Issuer not present in specified provider", f"The provider's is {known.entity_id}.")
    return found


def _signed_part(document: bytes, pem: str) -> Any:
    """The assertion that this certificate's key signed, or None."""
    import cryptography.x509
    from lxml import etree
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    certificate = cryptography.x509.load_pem_x509_certificate(pem.encode())
    # IAM does not look at the dates of the certificate (troubleshoot_saml), so it is checked at a time when it is good.
    config = SignatureConfiguration(
        location=f"./{{{ASSERTION}}}Assertion/", verification_time=certificate.not_valid_before_utc
    )
    try:
        result = XMLVerifier().verify(document, x509_cert=certificate, expect_config=config)
    except (SignXMLException, etree.LxmlError, ValueError):
        return None
    signed = result.signed_xml  # type: ignore[union-attr]
    return signed if signed is not None and signed.tag == f"{{{ASSERTION}}}Assertion" else None


def _read(assertion: Any) -> Assertion:
    """The signed assertion as plain values."""

    def find(path: str) -> Any:
        return assertion.find(path.replace("saml:", f"{{{ASSERTION}}}"))

    name, data = find("saml:Subject/saml:NameID"), assertion.findall(f".//{{{ASSERTION}}}SubjectConfirmationData")
    if name is None or not name.text:
        raise Refusal(
            DENIED, f"Not authorized to perform sts:{OPERATION}", "The assertion has no Subject with a NameID."
        )
    if len(data) != 1 or not {"Recipient", "NotOnOrAfter"} <= set(data[0].attrib):
        raise Refusal(INVALID, "Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter")
    conditions, authn = find("saml:Conditions"), find("saml:AuthnStatement")
    limits = [data[0].get("NotOnOrAfter"), *([conditions.get("NotOnOrAfter")] if conditions is not None else [])]
    begins = conditions.get("NotBefore") if conditions is not None else None
    ends = authn.get("SessionNotOnOrAfter") if authn is not None else None
    try:
        times = [instant(limit) for limit in limits if limit]
        begin, end = instant(begins) if begins else 0, instant(ends) if ends else None
    except RequestError:
        raise Refusal(INVALID, "Invalid SAML response: a date cannot be read") from None
    attributes = {
        attribute.get("Name", ""): tuple(value.text or "" for value in attribute)
        for attribute in assertion.iter(f"{{{ASSERTION}}}Attribute")
    }
    audiences = tuple(one.text or "" for one in assertion.iter(f"{{{ASSERTION}}}Audience"))
    issuer = find("saml:Issuer")
    return Assertion(
        (issuer.text or "") if issuer is not None else "", name.text, name.get("Format", ""), data[0].get("Recipient"),
        audiences, begin, min(times), end, attributes,
    )  # fmt: skip


def check(found: Assertion, role: Role, provider: str, now: int) -> None:
    """Dates, audience, and AWS's attributes.

    Raises:
        Refusal: with AWS's error.
    """
    if now >= min(found.expires, found.session_ends if found.session_ends is not None else found.expires):
        raise Refusal(EXPIRED, "Token must be redeemed within 5 minutes of issuance", "Sign in again.")
    if now < found.begins:
        raise Refusal(INVALID, "Assertion is not yet valid", "Look at the clock of the identity provider.")
    if not set(found.audiences) & {AUDIENCE, SIGN_IN}:
        remedy = f"It is for {', '.join(found.audiences) or 'nobody'}; write {AUDIENCE}."
        raise Refusal(INVALID, "Response does not contain the required audience.", remedy)
    if (role.arn, provider) not in found.roles:
        message = "SAML Assertion doesn't contain the requested Role and Metadata in the attributes"
        offered = ", ".join(role for role, _ in found.roles) or "no role"
        raise Refusal(INVALID, message, f"The identity provider offers {offered}.")
    _check_attributes(found)


def _check_attributes(found: Assertion) -> None:
    name = found.one("RoleSessionName")
    if name is None:
        raise Refusal(INVALID, "RoleSessionName is required in AuthnResponse")
    if not re.fullmatch(r"[a-zA-Z_0-9+=,.@-]{2,64}", name):
        raise Refusal(
            INVALID, "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", f"It is {name!r}."
        )
    source = found.one("SourceIdentity")
    if source is not None and (
        source.lower().startswith("aws:") or not re.fullmatch(r"[a-zA-Z_0-9+=,.@-]{2,64}", source)
    ):
        message = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        raise Refusal(INVALID, message, f"It is {source!r}.")
    duration = found.one("SessionDuration")
    if duration is not None and not (
        re.fullmatch(r"[0-9]{1,9}", duration) and ROLE.least <= int(duration) <= ROLE.most
    ):
        raise Refusal(INVALID, "SessionDuration must be 900 to 43200 seconds", f"It is {duration!r}.")


def saml_claims(found: Assertion, provider: str) -> Claims:
    """The condition keys of an assertion, its tags and its source identity."""
    document = provider.split(":")[4] + "/" + provider.rpartition("/")[2]
    keys: dict[str, Any] = {
        "saml:aud": found.recipient,
        "saml:iss": found.issuer,
        "saml:sub": found.subject,
        "saml:sub_type": found.name_format.removeprefix(NAME_ID),
        "saml:doc": document,
        "saml:namequalifier": name_qualifier(found.issuer, document),
    }
    keys |= {OIDS[name]: list(values) for name, values in found.attributes.items() if name in OIDS}
    tag = f"{AWS}PrincipalTag:"
    tags = {
        name.removeprefix(tag): values[0]
        for name, values in found.attributes.items()
        if name.startswith(tag) and values
    }
    transitive = found.attributes.get(f"{AWS}TransitiveTagKeys", ())
    kept = {key: keys[key] for key in KEPT}
    return Claims(provider, keys, kept, tags, transitive, found.one("SourceIdentity"))


def name_qualifier(issuer: str, document: str) -> str:
    """``saml:namequalifier``: with ``saml:sub`` it says who somebody is, among all identity providers.

    Args:
        issuer: ``saml:iss``.
        document: ``saml:doc``, account and provider: ``123456789012/MySAMLIdP``.

    Source: STS API Reference, AssumeRoleWithSAML, NameQualifier.
    """
    return base64.b64encode(hashlib.sha1(f"{issuer}{document}".encode(), usedforsecurity=False).digest()).decode()
