"""Identity providers as IAM knows them: the objects that a trust policy names as Federated.

An object says how to check what an outside identity provider (IdP) signs. It has no credentials and makes no requests.

Source: IAM User Guide, id_roles_providers_create_saml, id_roles_providers_create_oidc,
reference_policies_elements_principal ("OIDC", "SAML"), reference_iam-quotas.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from iamkit.errors import WorldError
from iamkit.policy.principals import GLOBAL_PROVIDERS

CLIENT_IDS, THUMBPRINTS = 100, 5
"""At most so many of each in one OIDC provider (id_roles_providers_create_oidc)."""

SIGN_IN = "https://signin.aws.amazon.com/saml"
"""Where a SAML response for the console is posted: the global sign-in endpoint, and the usual ``saml:aud``."""


@dataclass(eq=False, repr=False)
class SamlProvider:
    """A SAML 2.0 provider: what IAM reads from the metadata document of the IdP.

    Args:
        arn: ``…:saml-provider/NAME``.
        entity_id: the issuer that the IdP writes into its responses.
        certificates: the IdP's signing certificates, PEM. IAM does not look at their dates (troubleshoot_saml).
        sign_in: the IdP's own sign-in addresses.
    """

    arn: str
    entity_id: str
    certificates: list[str] = field(default_factory=list)
    sign_in: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.arn.partition(":saml-provider/")[2]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def __repr__(self) -> str:
        return f"<SamlProvider {self.arn}>"


@dataclass(eq=False, repr=False)
class OidcProvider:
    """An OpenID Connect provider.

    Args:
        arn: ``…:oidc-provider/HOST/PATH``.
        url: the issuer, as tokens have it in ``iss``.
        client_ids: the audiences that AWS accepts.
        thumbprints: SHA-1 of the certificates that may sign the IdP's web server certificate, 40 hexadecimal digits.
            AWS uses them only where its own list of authorities does not know the server's.
    """

    arn: str
    url: str
    client_ids: list[str] = field(default_factory=list)
    thumbprints: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The first part of its condition keys: the address without ``https://``."""
        return host_of(self.url)

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def __repr__(self) -> str:
        return f"<OidcProvider {self.arn}>"


Provider = SamlProvider | OidcProvider


def host_of(url: str) -> str:
    """The address of an issuer as ARNs and condition keys have it.

    >>> host_of("https://token.actions.githubusercontent.com")
    'token.actions.githubusercontent.com'
    """
    return url.removeprefix("https://").rstrip("/")


def make_saml(arn: str, entity_id: str, certificates: Iterable[str], sign_in: Iterable[str]) -> SamlProvider:
    """A SAML provider, checked.

    Raises:
        WorldError: for a bad name or an empty entity ID.
    """
    provider = SamlProvider(arn, entity_id, list(certificates), list(sign_in))
    where = f"saml-provider {provider.name}"
    if not re.fullmatch(r"[\w.-]{1,128}", provider.name, re.ASCII):
        remedy = "Use 1 to 128 letters, digits, dots, hyphens and underscores."
        raise WorldError(f"{provider.name!r} is not a provider's name.", where=where, remedy=remedy)
    if not entity_id:
        remedy = "Give the entity ID of the identity provider: responses carry it as their issuer."
        raise WorldError("It has no issuer.", where=where, remedy=remedy)
    return provider


def make_oidc(arn: str, url: str, client_ids: Iterable[str], thumbprints: Iterable[str]) -> OidcProvider:
    """An OIDC provider, checked.

    Raises:
        WorldError: for an address that is no issuer, one of the four that need no object, or too many or bad entries.
    """
    provider = OidcProvider(arn, url, list(client_ids), list(thumbprints))
    where = f"oidc-provider {provider.host}"
    if not re.fullmatch(r"https://[a-z0-9.-]+(:443)?(/[^?#\s]*)?", url) or len(url) > 255:
        remedy = "Write its issuer: https://, host and path, no query, at most 255 characters."
        raise WorldError(f"{url!r} is not an issuer.", where=where, remedy=remedy)
    if provider.host in GLOBAL_PROVIDERS:
        remedy = f'It is built into AWS: write {{"Federated": "{provider.host}"}} in the trust policy.'
        raise WorldError(f"{provider.host} needs no object.", where=where, remedy=remedy)
    for found, most, what in ((provider.client_ids, CLIENT_IDS, "client IDs"),
                              (provider.thumbprints, THUMBPRINTS, "thumbprints")):  # fmt: skip
        if len(found) > most:
            raise WorldError(f"{len(found)} {what} are too many.", where=where, remedy=f"{most} is the most.")
    for client in provider.client_ids:
        if not 1 <= len(client) <= 255:
            raise WorldError(f"{client!r} is not a client ID.", where=where, remedy="Use 1 to 255 characters.")
    for print_ in provider.thumbprints:
        if not re.fullmatch(r"[0-9A-Fa-f]{40}", print_):
            raise WorldError(f"{print_!r} is not a thumbprint.", where=where, remedy="It has 40 hexadecimal digits.")
    return provider
