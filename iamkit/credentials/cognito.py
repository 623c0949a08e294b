"""An Amazon Cognito identity pool: users of an app, known to some login provider or to nobody, become identities.

Cognito is itself an OpenID Connect provider: it answers a login with a token of its own, which STS takes.

Sources: Amazon Cognito Developer Guide, authentication-flow, iam-roles, developer-authenticated-identities; Cognito
Federated Identities API Reference, GetId, GetOpenIdToken, GetOpenIdTokenForDeveloperIdentity.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from iamkit.credentials.clock import DAY, MINUTE, Clock
from iamkit.credentials.limits import Refusal
from iamkit.credentials.oidcidp import OidcIdp, WebToken
from iamkit.credentials.web import verified_login
from iamkit.identity.identities import Role

ISSUER = "https://cognito-identity.amazonaws.com"
HOST = "cognito-identity.amazonaws.com"
TOKEN_LIVES, DEVELOPER_TOKEN_LIVES = 10 * MINUTE, 15 * MINUTE
"""Seconds: of GetOpenIdToken, and of GetOpenIdTokenForDeveloperIdentity where the backend asks for nothing else."""

NOT_AUTHORIZED, BAD_PARAMETER = "NotAuthorizedException", "InvalidParameterException"


@dataclass(eq=False, repr=False)
class IdentityPool:
    """An identity pool.

    Args:
        id: ``REGION:UUID``.
        logins: the login providers: who issues the tokens, and for which client ID.
        authenticated, unauthenticated: the roles; no role for guests means that guests are not let in.
        developer: the name of the developer provider, ``login.…``; empty for none.
        basic: whether the basic (classic) flow is on.

    >>> pool = IdentityPool("eu-west-1:1f0c3a52-6c3b-4d0e-9a55-4d7b6f1c2a10")
    >>> pool.identity("accounts.google.com:ana")
    'eu-west-1:f3ade52e-7bdc-8a79-7eaf-ff8ad0fcc07c'
    """

    id: str
    logins: list[tuple[OidcIdp, str]] = field(default_factory=list)
    authenticated: Role | None = None
    unauthenticated: Role | None = None
    developer: str = ""
    basic: bool = False
    idp: OidcIdp = field(default_factory=lambda: OidcIdp(ISSUER, "RS512"))

    def identity(self, who: str) -> str:
        """GetId: the identity ID of a login, the same each time. It is made up here, the same in every run, and all
        guests share one, where AWS gives each device its own."""
        digest = hashlib.sha256(f"{self.id}#{who}".encode()).hexdigest()
        parts = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
        return f"{self.id.partition(':')[0]}:{'-'.join(parts)}"

    def login(self, token: WebToken | None, clock: Clock) -> tuple[str, list[str]]:
        """Whom a login token is for: the name behind the identity ID, and the values of ``amr``.

        Args:
            token: what the login provider issued; None for a guest.

        Raises:
            Refusal: for a guest where none are let in, or a token that is not good.
        """
        if token is None:
            if self.unauthenticated is None:
                message = "Unauthenticated access is not supported for this identity pool."
                raise Refusal(NOT_AUTHORIZED, message, "Log in first.")
            return "guest", ["unauthenticated"]
        provider, subject = verified_login(token.text, self.logins, clock.now, NOT_AUTHORIZED)
        return f"{provider}:{subject}", ["authenticated", provider]

    def open_id_token(self, who: str, amr: Iterable[str], clock: Clock, lasts: int = TOKEN_LIVES) -> WebToken:
        """The token of Cognito's own."""
        return self.idp.token(self.identity(who), self.id, clock, lasts=lasts, amr=list(amr))

    def developer_token(self, user: str, clock: Clock, lasts: int = DEVELOPER_TOKEN_LIVES) -> WebToken:
        """GetOpenIdTokenForDeveloperIdentity: a backend vouches for its user; it calls with keys of the account.

        Args:
            lasts: TokenDuration, 1 second to 24 hours.

        Raises:
            Refusal: if the pool has no developer provider, or for another duration.
        """
        if not self.developer:
            message = "The identity pool has no developer provider."
            raise Refusal(BAD_PARAMETER, message, "Add its name to the pool.")
        if not 1 <= lasts <= DAY:
            message = f"Value {lasts} at 'tokenDuration' failed to satisfy constraint: 1 to {DAY}"
            raise Refusal(BAD_PARAMETER, message, "Ask for 24 hours at most.")
        return self.open_id_token(f"{self.developer}:{user}", ["authenticated", self.developer], clock, lasts)

    def role_for(self, amr: Iterable[str]) -> Role:
        """The role that the enhanced flow picks.

        Raises:
            Refusal: if the pool has none.
        """
        role = self.unauthenticated if "unauthenticated" in amr else self.authenticated
        if role is None:
            message = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
            raise Refusal("InvalidIdentityPoolConfigurationException", message)
        return role

    def __repr__(self) -> str:
        return f"<IdentityPool {self.id}>"
