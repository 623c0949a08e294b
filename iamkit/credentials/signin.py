"""The federation endpoint of AWS sign-in: temporary credentials become an address that opens the console.

Source: IAM User Guide, id_roles_providers_enable-console-custom-url; for GetSessionToken id_credentials_sts-comparison.
The endpoint answers a bad request with the plain HTTP status; it names no error code.
"""

from dataclasses import dataclass

from iamkit.credentials.bearer import bearer
from iamkit.credentials.clock import MINUTE, Clock, iso, lasting
from iamkit.credentials.limits import ROLE, Refusal
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused

ENDPOINT = "https://signin.aws.amazon.com/federation"
CONSOLE = "https://console.aws.amazon.com/"
URL_LIVES = 15 * MINUTE
"""Seconds for which a sign-in address works."""

_BAD_REQUEST = "400 Bad Request"


@dataclass(frozen=True)
class ConsoleSession:
    """Somebody is in the console.

    Args:
        credentials: whose permissions it has.
        started, ends: seconds since 1970.
    """

    credentials: Credentials
    started: int
    ends: int

    def __repr__(self) -> str:
        return f"<ConsoleSession {self.credentials.arn.rpartition(':')[2]}, until {iso(self.ends)}>"


@dataclass(frozen=True)
class SigninToken:
    """What getSigninToken answers; it is a secret, so the kit makes none up.

    Args:
        credentials: what it was asked for with.
        made: when.
        console: how long the console session will last, in seconds; None for as long as the credentials live.
    """

    credentials: Credentials
    made: int
    console: int | None = None

    def url(self, issuer: str, destination: str = CONSOLE) -> str:
        """The address for the user, with the token left out.

        Args:
            issuer: where the console sends the user to sign in again.
            destination: the page of the console.
        """
        from urllib.parse import urlencode

        query = urlencode({"Action": "login", "Issuer": issuer, "Destination": destination})
        return f"{ENDPOINT}?{query}&SigninToken=…"

    def open(self, clock: Clock) -> ConsoleSession | Refused:
        """Use the address."""
        if clock.now >= self.made + URL_LIVES:
            remedy = "Ask for a new sign-in token."
            return Refused("login", _BAD_REQUEST, "The sign-in address is older than 15 minutes.", remedy=remedy)
        end = self.credentials.expires if self.console is None else clock.now + self.console
        return ConsoleSession(self.credentials, clock.now, end)

    def __repr__(self) -> str:
        return f"<SigninToken for {self.credentials.arn.rpartition(':')[2]}, until {iso(self.made + URL_LIVES)}>"


def get_signin_token(sts: Sts, credentials: Credentials, session_duration: int | None = None) -> SigninToken | Refused:
    """Action=getSigninToken.

    Args:
        sts: the world and the clock.
        credentials: of a role session, or of GetFederationToken.
        session_duration: how long the console session is to last, in seconds: 900 to 43,200 and no longer than the
            role's longest session. Only for a role that was assumed with long-term credentials or through an identity
            provider; by default the console session lasts as long as the credentials.
            (One note of the page says that the role's own maximum is too long already; its range and its default
            say otherwise, and they are followed.)
    """
    try:
        bearer(sts.world, credentials, sts.clock.now)
        if credentials.operation not in ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity",
                                         "GetFederationToken"):  # fmt: skip
            message = f"Credentials of {credentials.operation} do not open the console."
            raise Refusal(_BAD_REQUEST, message, "Use AssumeRole or GetFederationToken.")
        if session_duration is not None:
            _check_duration(sts, credentials, session_duration)
    except Refusal as refusal:
        return Refused("getSigninToken", refusal.error, refusal.message, remedy=refusal.remedy)
    return SigninToken(credentials, sts.clock.now, session_duration)


def _check_duration(sts: Sts, credentials: Credentials, asked: int) -> None:
    remedy = "Leave SessionDuration out."
    if credentials.operation == "GetFederationToken":
        raise Refusal(_BAD_REQUEST, "SessionDuration does not go with GetFederationToken.", remedy)
    if credentials.operation == "AssumeRole" and isinstance(credentials.parent, Credentials):
        how = "through role chaining" if credentials.parent.is_role_session else "with temporary credentials"
        raise Refusal(_BAD_REQUEST, f"SessionDuration does not go with a role that was assumed {how}.", remedy)
    if not ROLE.least <= asked <= ROLE.most:
        raise Refusal(_BAD_REQUEST, f"A SessionDuration of {asked} s is not allowed.", "Write 900 to 43200 seconds.")
    role = sts.world.identity(credentials.session.of)
    longest = getattr(role, "max_session", ROLE.most)
    if asked > longest:
        raise Refusal(_BAD_REQUEST, "SessionDuration is longer than the role allows.", f"It allows {lasting(longest)}.")
