"""An OpenID Connect identity provider, run by somebody else: it signs JSON web tokens that say who its users are.

Tokens are real: PyJWT signs them with a key that is made on the spot. Neither key nor signature is ever shown, so that
a notebook prints the same in every run.

Sources: OpenID Connect Core 1.0, section 2; IAM User Guide, id_session-tags ("Passing session tags using
AssumeRoleWithWebIdentity"); STS API Reference, AssumeRoleWithWebIdentity.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

from iamkit.credentials.clock import MINUTE, Clock
from iamkit.errors import RequestError

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
"""The signatures that STS accepts (STS API Reference, AssumeRoleWithWebIdentity, WebIdentityToken)."""

TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
ROLES = "https://aws.amazon.com/roles"
"""Claims of AWS's own: session tags, source identity, and the roles that the IdP meant the token for."""


@dataclass(frozen=True, eq=False, repr=False)
class WebToken:
    """A JSON web token: a header and claims that anybody can read, and a signature that nobody else can make.

    Args:
        text: header, claims and signature, each base64url, with dots between.
    """

    text: str

    @property
    def header(self) -> dict[str, Any]:
        """Which algorithm and which key."""
        return _decoded(self.text.split(".")[0])

    @property
    def claims(self) -> dict[str, Any]:
        """Who, from whom, for whom, from when until when."""
        return _decoded(self.text.split(".")[1])

    def tampered(self, **claims: Any) -> "WebToken":
        """The token as a thief would like it: other claims under the old signature."""
        header, _, signature = self.text.split(".")
        return WebToken(f"{header}.{_encoded(self.claims | claims)}.{signature}")

    def unsigned(self, **claims: Any) -> "WebToken":
        """The token with the algorithm ``none`` and no signature, which careless verifiers accept."""
        return WebToken(f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded(self.claims | claims)}.")

    def to_dict(self) -> dict[str, Any]:
        """Header and claims, without the signature."""
        return {"header": self.header, "claims": self.claims}

    def explain(self) -> str:
        """Header and claims as JSON."""
        return f"header {_pretty(self.header)}\nclaims {_pretty(self.claims)}\nsignature (not shown)"

    def __repr__(self) -> str:
        return f"<WebToken {self.header['alg']} from {self.claims.get('iss')} for {self.claims.get('sub')!r}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        parts = [("Header", _pretty(self.header)), ("Claims", _pretty(self.claims)), ("Signature", "not shown")]
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{name}</th><td style="text-align:left">'
            f'<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(value)}</pre></td></tr>'
            for name, value in parts
        )
        return {"text/plain": self.explain(), "text/html": f"<table>{rows}</table>"}


@dataclass(eq=False, repr=False)
class OidcIdp:
    """An identity provider that issues tokens and publishes the public half of its key.

    Args:
        url: its issuer, ``https://…``.
        algorithm: how it signs, one of `ALGORITHMS`.
        online: whether STS can fetch its key document.
        revoked: ``jti`` of tokens that it no longer stands by.

    >>> idp = OidcIdp("https://oidc.acme.example", "ES256")
    >>> idp.token("ana", "app-1", Clock("2026-11-24T09:00:00Z"))
    <WebToken ES256 from https://oidc.acme.example for 'ana'>
    """

    url: str
    algorithm: str = "RS256"
    online: bool = True
    revoked: set[str] = field(default_factory=set)
    issued: int = 0

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            remedy = f"Choose one of {', '.join(ALGORITHMS)}."
            raise RequestError(f"AWS accepts no {self.algorithm!r}.", where="algorithm", remedy=remedy)

    @property
    def key_id(self) -> str:
        """The ``kid`` of its key."""
        return f"{self.algorithm.lower()}-1"

    @cached_property
    def _key(self) -> Any:
        """The private key. It is random, so nothing made from it may be shown."""
        from cryptography.hazmat.primitives.asymmetric import ec, rsa

        if self.algorithm.startswith("RS"):
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
        return ec.generate_private_key(curves[self.algorithm])

    def keys(self) -> dict[str, Any]:
        """The public keys by ``kid``: what its ``jwks_uri`` serves."""
        return {self.key_id: self._key.public_key()}

    def token(self, sub: str, aud: str | Sequence[str], clock: Clock, *, lasts: int = 5 * MINUTE,
              tags: Mapping[str, str] | None = None, transitive: Sequence[str] = (), source_identity: str | None = None,
              roles: Sequence[str] = (), **claims: Any) -> WebToken:  # fmt: skip
        """Issue a token.

        Args:
            sub: the subject.
            aud: the audience: the client ID of the application, or several.
            clock: gives ``iat``.
            lasts: seconds until ``exp``.
            tags: session tags.
            transitive: the keys of those that a further role session inherits.
            source_identity: who started it, for the whole chain.
            roles: ARNs of the only roles that the token is meant for.
            claims: further claims; they win over the others.
        """
        import jwt

        self.issued += 1
        payload: dict[str, Any] = {"iss": self.url, "sub": sub, "aud": aud if isinstance(aud, str) else list(aud)}
        payload |= {"iat": clock.now, "exp": clock.now + lasts, "jti": f"token-{self.issued}"}
        if tags:
            principal_tags = {key: [value] for key, value in tags.items()}
            payload[TAGS] = {"principal_tags": principal_tags, "transitive_tag_keys": list(transitive)}
        payload |= {SOURCE_IDENTITY: source_identity} if source_identity else {}
        payload |= {ROLES: list(roles)} if roles else {}
        payload |= claims
        return WebToken(jwt.encode(payload, self._key, self.algorithm, headers={"kid": self.key_id}))

    def __repr__(self) -> str:
        return f"<OidcIdp {self.url} {self.algorithm}>"


def _decoded(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _encoded(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).decode().rstrip("=")


def _pretty(part: Mapping[str, Any]) -> str:
    return json.dumps(part, indent=2)
