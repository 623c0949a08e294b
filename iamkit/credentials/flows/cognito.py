"""Amazon Cognito identity pools, for the users of an app: enhanced, basic, and developer-authenticated.

In the enhanced flow Cognito picks the role and asks STS itself; in the basic one the app does both.

Source: Amazon Cognito Developer Guide, authentication-flow.
"""

from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.cognito import BAD_PARAMETER, DEVELOPER_TOKEN_LIVES, IdentityPool
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.limits import Refusal
from iamkit.credentials.oidcidp import WebToken
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.credentials.web import assume_role_with_web_identity
from iamkit.identity.identities import Role
from iamkit.world import World

APP, LOGIN, BACKEND, COGNITO, STS, SERVICE = (
    "App", "Login provider", "Backend", "Amazon Cognito", "AWS STS", "AWS service",
)  # fmt: skip
ACTORS = (APP, LOGIN, BACKEND, COGNITO, STS, SERVICE)
ENHANCED = 3600
"""Seconds that the credentials of the enhanced flow last."""
SESSION = "CognitoIdentityCredentials"


def cognito_enhanced(world: World, clock: Clock, pool: IdentityPool, token: WebToken | None,
                     call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """The enhanced flow: GetId, GetCredentialsForIdentity.

    Args:
        pool: the identity pool.
        token: what the login provider gave the app; None for a guest.
        call: action and resource of a request that follows with the credentials.
    """
    script = Script("Amazon Cognito, enhanced flow", ACTORS, "authentication-flow")
    found = _get_id(script, clock, pool, token)
    if found is None:
        return script.end()
    who, amr = found
    asked: dict[str, Any] = {"IdentityId": pool.identity(who)} | ({"Logins": token} if token else {})
    script.say(APP, COGNITO, "GetCredentialsForIdentity", asked)
    return _by_cognito(script, world, clock, pool, pool.open_id_token(who, amr, clock), call)


def cognito_basic(world: World, clock: Clock, pool: IdentityPool, token: WebToken | None, role: Role, *,
                  duration: int | None = None, call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """The basic (classic) flow: GetId, GetOpenIdToken, and the app asks STS for a role of its choice.

    Args:
        pool, token, call: as for `cognito_enhanced`.
        role: the role that the app asks for.
        duration: DurationSeconds.
    """
    script = Script("Amazon Cognito, basic flow", ACTORS, "authentication-flow")
    found = _get_id(script, clock, pool, token)
    if found is None:
        return script.end()
    who, amr = found
    script.say(APP, COGNITO, "GetOpenIdToken", {"IdentityId": pool.identity(who)})
    if not pool.basic:
        message = "Basic (classic) flow is not enabled, please use enhanced flow."
        refused = Refused("GetOpenIdToken", BAD_PARAMETER, message, remedy="Turn it on in the identity pool.")
        script.say(COGNITO, COGNITO, "is the basic flow on?", decided=refused)
        return script.end()
    own = pool.open_id_token(who, amr, clock)
    script.say(COGNITO, APP, "OpenID token of Cognito's own", {"Token": own})
    asked: dict[str, Any] = {"RoleArn": role.arn, "RoleSessionName": SESSION, "WebIdentityToken": own}
    asked |= {"DurationSeconds": duration} if duration is not None else {}
    script.say(APP, STS, "AssumeRoleWithWebIdentity", asked, note="The call is not signed, and the app chose the role.")
    return _exchanged(script, Sts(world, clock), APP, pool, role, own, duration, call)


def cognito_developer(world: World, clock: Clock, pool: IdentityPool, user: str, *, known: bool = True,
                      token_duration: int = DEVELOPER_TOKEN_LIVES,
                      call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """Developer-authenticated identities: the app's own backend knows the users.

    Args:
        pool, call: as for `cognito_enhanced`.
        user: the user's name at the backend.
        known: whether the backend knows the user.
        token_duration: TokenDuration in seconds.
    """
    script = Script("Amazon Cognito, developer-authenticated", ACTORS, "developer-authenticated-identities")
    unknown = Refused("SignIn", "AuthenticationFailed", "The backend does not know the user.")
    if not script.say(APP, BACKEND, "log the user in", {"user": user}, decided=known or unknown):
        return script.end()
    asked = {"IdentityPoolId": pool.id, "Logins": {pool.developer: user}, "TokenDuration": token_duration}
    note = "The backend signs the call with credentials of the account."
    script.say(BACKEND, COGNITO, "GetOpenIdTokenForDeveloperIdentity", asked, note=note)
    try:
        token = pool.developer_token(user, clock, token_duration)
    except Refusal as refusal:
        operation = "GetOpenIdTokenForDeveloperIdentity"
        refused = Refused(operation, refusal.error, refusal.message, remedy=refusal.remedy)
        script.say(COGNITO, COGNITO, "may this backend vouch for the user?", decided=refused)
        return script.end()
    identity = {"IdentityId": token.claims["sub"], "Token": token}
    script.say(COGNITO, BACKEND, "identity ID and OpenID token", identity)
    script.say(BACKEND, APP, "identity ID and OpenID token", identity)
    script.say(APP, COGNITO, "GetCredentialsForIdentity", {"IdentityId": token.claims["sub"], "Logins": token})
    return _by_cognito(script, world, clock, pool, token, call)


def _get_id(script: Script, clock: Clock, pool: IdentityPool, token: WebToken | None) -> tuple[str, list[str]] | None:
    """The login, and GetId."""
    if token is not None:
        script.say(APP, LOGIN, "log the user in")
        script.say(LOGIN, APP, "ID token (a JWT)", {"id_token": token})
    script.say(APP, COGNITO, "GetId", {"IdentityPoolId": pool.id} | ({"Logins": token} if token else {}))
    try:
        who, amr = pool.login(token, clock)
    except Refusal as refusal:
        refused = Refused("GetId", refusal.error, refusal.message, remedy=refusal.remedy)
        script.say(COGNITO, COGNITO, "check the login", decided=refused)
        return None
    script.say(COGNITO, APP, "identity ID", {"IdentityId": pool.identity(who)})
    return who, amr


def _by_cognito(script: Script, world: World, clock: Clock, pool: IdentityPool, token: WebToken,
                call: tuple[str, str] | None) -> Flow:  # fmt: skip
    """Cognito picks the role and asks STS."""
    try:
        role = pool.role_for(token.claims["amr"])
    except Refusal as refusal:
        refused = Refused("GetCredentialsForIdentity", refusal.error, refusal.message, remedy=refusal.remedy)
        script.say(COGNITO, COGNITO, "pick the role", decided=refused)
        return script.end()
    asked = {"RoleArn": role.arn, "RoleSessionName": SESSION, "WebIdentityToken": token}
    script.say(COGNITO, STS, "AssumeRoleWithWebIdentity", asked, note="Cognito picked the role, not the app.")
    return _exchanged(script, Sts(world, clock), COGNITO, pool, role, token, ENHANCED, call)


def _exchanged(script: Script, sts: Sts, client: str, pool: IdentityPool, role: Role, token: WebToken,
               duration: int | None, call: tuple[str, str] | None) -> Flow:  # fmt: skip
    """From Cognito's token to the credentials, and to a request with them."""
    answer = assume_role_with_web_identity(sts, role, SESSION, token, idps=[pool.idp], duration=duration)
    script.say(STS, STS, "check signature, dates and trust policy", decided=answer)
    if not isinstance(answer, Credentials):
        return script.end()
    script.say(STS, client, "temporary credentials", {"Credentials": answer})
    if client == COGNITO:
        script.say(COGNITO, APP, "temporary credentials", {"Credentials": answer})
    if call:
        signed = {"signed with": answer.access_key_id}
        script.say(APP, SERVICE, f"{call[0]} on {call[1]}", signed, sts.call(answer, *call))
    return script.end()
