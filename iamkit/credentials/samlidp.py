"""A SAML 2.0 identity provider, run by somebody else: it signs responses that say who its users are.

Responses are real XML: signxml signs them with a key that is made on the spot. Neither key nor signature is ever shown,
so that a notebook prints the same in every run.

Source: IAM User Guide, id_roles_providers_create_saml_assertions; SAML 2.0 Core (OASIS), sections 2 and 3.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from iamkit.credentials.clock import MINUTE, Clock, iso
from iamkit.identity.account import Account
from iamkit.identity.identities import Role
from iamkit.identity.providers import SIGN_IN, SamlProvider

ASSERTION, PROTOCOL = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
AWS = "https://aws.amazon.com/SAML/Attributes/"
AUDIENCE = "urn:amazon:webservices"
NAME_ID = "urn:oasis:names:tc:SAML:2.0:nameid-format:"


@dataclass(frozen=True, eq=False, repr=False)
class SamlResponse:
    """A signed response, as the browser carries it.

    Args:
        xml: the document.
    """

    xml: str

    @property
    def text(self) -> str:
        """Base64, as the form field ``SAMLResponse`` and the parameter ``SAMLAssertion`` have it."""
        return base64.b64encode(self.xml.encode()).decode()

    def tampered(self, old: str, new: str) -> "SamlResponse":
        """The response as a thief would like it: another text under the old signature."""
        return SamlResponse(self.xml.replace(old, new))

    def readable(self) -> str:
        """The document, indented, without the signature."""
        from lxml import etree

        root = etree.fromstring(self.xml.encode(), etree.XMLParser(remove_blank_text=True))
        for signature in root.iter(f"{{{SIGNATURE}}}Signature"):
            for child in list(signature):
                signature.remove(child)
            signature.text = "not shown"
        etree.indent(root)
        return etree.tostring(root, encoding="unicode")

    def __repr__(self) -> str:
        from lxml import etree

        found = etree.fromstring(self.xml.encode()).find(f".//{{{ASSERTION}}}NameID")
        return f"<SamlResponse for {found.text!r}>" if found is not None else "<SamlResponse>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        shown = self.readable()
        style = "white-space:pre-wrap;overflow-wrap:anywhere"
        return {"text/plain": shown, "text/html": f'<pre style="{style}">{escape(shown)}</pre>'}


@dataclass(eq=False, repr=False)
class SamlIdp:
    """An identity provider that sends users to AWS with a signed response.

    Args:
        entity_id: the issuer it writes into its responses.
        issued: how many responses it has issued.

    >>> idp = SamlIdp("https://idp.acme.example/saml")
    >>> provider = idp.register(Account("111122223333"), "AcmeIdP")
    >>> idp.response("ana", Clock("2026-11-24T09:00:00Z"), roles=[
    ...     ("arn:aws:iam::111122223333:role/payroll", provider.arn)])
    <SamlResponse for 'ana'>
    """

    entity_id: str
    issued: int = 0

    @cached_property
    def _key(self) -> Any:
        """The private key. It is random, so nothing made from it may be shown."""
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate(self) -> str:
        """Its signing certificate, PEM, which says which public key is its own."""
        from datetime import UTC, datetime

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization

        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.entity_id[:64])])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
        made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        signed = made.not_valid_after(datetime(2049, 12, 31, tzinfo=UTC)).sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def register(self, account: Account, name: str) -> SamlProvider:
        """Make the provider object in an account: what CreateSAMLProvider reads from the metadata document."""
        return account.saml_provider(name, entity_id=self.entity_id, certificates=[self.certificate],
                                     sign_in=[f"{self.entity_id}/sso"])  # fmt: skip

    def response(self, user: str, clock: Clock, *, roles: Iterable[tuple[str | Role, str]],
                 session_name: str | None = None, session_duration: int | None = None,
                 session_ends: int | None = None, tags: Mapping[str, str] | None = None, transitive: Sequence[str] = (),
                 source_identity: str | None = None, name_format: str = NAME_ID + "persistent",
                 attributes: Mapping[str, Sequence[str]] | None = None, recipient: str = SIGN_IN,
                 audience: str = AUDIENCE, lasts: int = 5 * MINUTE) -> SamlResponse:  # fmt: skip
        """Issue a response.

        Args:
            user: the NameID.
            clock: gives the time of issue.
            roles: pairs of a role and the ARN of the provider object in its account.
            session_name: RoleSessionName; the user if left out.
            session_duration: SessionDuration in seconds.
            session_ends: SessionNotOnOrAfter, seconds since 1970.
            tags, transitive: PrincipalTag attributes, and TransitiveTagKeys.
            source_identity: SourceIdentity.
            name_format: the Format of the NameID.
            attributes: further attributes by Name.
            recipient: where the response is to be posted; AWS reads it as ``saml:aud``.
            audience: the Audience.
            lasts: seconds within which the response must be used.
        """
        pairs = [f"{role if isinstance(role, str) else role.arn},{provider}" for role, provider in roles]
        listed: dict[str, Sequence[str]] = {f"{AWS}Role": pairs, f"{AWS}RoleSessionName": [session_name or user]}
        listed |= {f"{AWS}SessionDuration": [str(session_duration)]} if session_duration is not None else {}
        listed |= {f"{AWS}PrincipalTag:{key}": [value] for key, value in (tags or {}).items()}
        listed |= {f"{AWS}TransitiveTagKeys": list(transitive)} if transitive else {}
        listed |= {f"{AWS}SourceIdentity": [source_identity]} if source_identity else {}
        listed |= attributes or {}
        self.issued += 1
        within = (iso(clock.now), iso(clock.now + lasts))
        assertion = _element(ASSERTION, "Assertion", ID=f"_assertion-{self.issued}", Version="2.0",
                             IssueInstant=within[0])  # fmt: skip
        _add(assertion, "Issuer", self.entity_id)
        _placeholder(assertion)
        _subject(assertion, user, name_format, within[1], recipient)
        conditions = _add(assertion, "Conditions", NotBefore=within[0], NotOnOrAfter=within[1])
        _add(_add(conditions, "AudienceRestriction"), "Audience", audience)
        session = {"SessionNotOnOrAfter": iso(session_ends)} if session_ends is not None else {}
        authn = _add(assertion, "AuthnStatement", AuthnInstant=within[0], **session)
        _add(_add(authn, "AuthnContext"), "AuthnContextClassRef", "urn:oasis:names:tc:SAML:2.0:ac:classes:Password")
        _attributes(assertion, listed)
        return SamlResponse(self._enclosed(self._signed(assertion), within[0], recipient))

    def _signed(self, assertion: Any) -> Any:
        from signxml.algorithms import CanonicalizationMethod
        from signxml.signer import XMLSigner

        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        return signer.sign(assertion, key=self._key, cert=self.certificate, reference_uri=assertion.get("ID"))

    def _enclosed(self, assertion: Any, now: str, recipient: str) -> str:
        """The response around a signed assertion."""
        from lxml import etree

        response = _element(PROTOCOL, "Response", ID=f"_response-{self.issued}", Version="2.0", IssueInstant=now,
                            Destination=recipient)  # fmt: skip
        _add(response, "Issuer", self.entity_id)
        status = etree.SubElement(response, f"{{{PROTOCOL}}}Status")
        etree.SubElement(status, f"{{{PROTOCOL}}}StatusCode", Value="urn:oasis:names:tc:SAML:2.0:status:Success")
        response.append(assertion)
        return etree.tostring(response, encoding="unicode")

    def __repr__(self) -> str:
        return f"<SamlIdp {self.entity_id}>"


def _element(namespace: str, tag: str, **attributes: str) -> Any:
    from lxml import etree

    names = {"saml" if namespace == ASSERTION else "samlp": namespace}
    return etree.Element(f"{{{namespace}}}{tag}", attrib=attributes, nsmap=names)


def _add(parent: Any, tag: str, text: str | None = None, **attributes: str) -> Any:
    from lxml import etree

    made = etree.SubElement(parent, f"{{{ASSERTION}}}{tag}", attrib=attributes, nsmap={"saml": ASSERTION})
    made.text = text
    return made


def _placeholder(assertion: Any) -> None:
    """Where the signature goes: after the issuer (SAML 2.0 Core, section 2.3.3)."""
    from lxml import etree

    etree.SubElement(assertion, f"{{{SIGNATURE}}}Signature", Id="placeholder", nsmap={"ds": SIGNATURE})


def _subject(assertion: Any, user: str, name_format: str, until: str, recipient: str) -> None:
    subject = _add(assertion, "Subject")
    _add(subject, "NameID", user, Format=name_format)
    confirmation = _add(subject, "SubjectConfirmation", Method="urn:oasis:names:tc:SAML:2.0:cm:bearer")
    _add(confirmation, "SubjectConfirmationData", NotOnOrAfter=until, Recipient=recipient)


def _attributes(assertion: Any, listed: Mapping[str, Sequence[str]]) -> None:
    statement = _add(assertion, "AttributeStatement")
    for name, values in listed.items():
        attribute = _add(statement, "Attribute", Name=name)
        for value in values:
            _add(attribute, "AttributeValue", value)
