"""Identity broker: a program of one's own vouches for users whose directory speaks neither SAML nor OpenID Connect.

Source: IAM User Guide, id_roles_providers_enable-console-custom-url.
"""

from iamkit.credentials.bearer import By
from iamkit.credentials.clock import Clock, lasting
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.signin import CONSOLE, ENDPOINT, URL_LIVES, get_signin_token
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.identity.identities import Role
from iamkit.policies import Source
from iamkit.world import World

USER, BROKER, DIRECTORY, STS, SIGNIN, CONSOLE_ACTOR = (
    "User", "Identity broker", "Directory", "AWS STS", "AWS sign-in", "AWS console",
)  # fmt: skip
UNKNOWN = Refused("SignIn", "AuthenticationFailed", "The directory does not know the user, or the password is wrong.")


def identity_broker(world: World, clock: Clock, by: By, user: str, *, role: Role | None = None,
                    policy: Source | None = None, duration: int | None = None, session_duration: int | None = None,
                    known: bool = True, later: int = 0,
                    issuer: str = "https://broker.acme.example") -> Flow:  # fmt: skip
    """Into the console through a broker.

    Args:
        by: the broker's own credential: an access key, credentials, or a user.
        user: the name of the session.
        role: the role to assume, which is the recommended way; None for GetFederationToken.
        policy: the session policy. Without one, GetFederationToken gives no permissions.
        duration: DurationSeconds of the credentials.
        session_duration: SessionDuration of the console session, in seconds; see `get_signin_token` for who may ask.
        known: whether the directory knows the user.
        later: seconds until the user opens the address.
        issuer: where the console sends users who must sign in again.
    """
    way = "AssumeRole" if role else "GetFederationToken"
    actors = (USER, BROKER, DIRECTORY, STS, SIGNIN, CONSOLE_ACTOR)
    script = Script(f"Identity broker with {way}", actors, "id_roles_providers_enable-console-custom-url")
    script.say(USER, BROKER, "sign in", {"user": user})
    if not script.say(BROKER, DIRECTORY, "is it this user?", {"user": user}, decided=known or UNKNOWN):
        return script.end()
    sts = Sts(world, clock)
    answer = _credentials(script, sts, by, user, role, policy, duration)
    script.say(STS, BROKER, "temporary credentials", decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    session = {"sessionId": answer.access_key_id, "sessionKey": "(secret)", "sessionToken": "(secret)"}
    asked: dict[str, object] = {"Action": "getSigninToken", "Session": session}
    asked |= {"SessionDuration": session_duration} if session_duration is not None else {}
    script.say(BROKER, SIGNIN, f"getSigninToken at {ENDPOINT}", asked)
    token = get_signin_token(sts, answer, session_duration)
    script.say(
        SIGNIN, BROKER, "sign-in token", {} if isinstance(token, Refused) else {"SigninToken": "(secret)"}, token
    )
    if isinstance(token, Refused):
        return script.end()
    script.say(BROKER, USER, "address of the console", {"url": token.url(issuer)},
               note=f"It works for {lasting(URL_LIVES)}.")  # fmt: skip
    clock.forward(later)
    opened = token.open(clock)
    script.say(USER, CONSOLE_ACTOR, f"open {CONSOLE}", decided=opened)
    return script.end()


def _credentials(script: Script, sts: Sts, by: By, user: str, role: Role | None, policy: Source | None,
                 duration: int | None) -> Credentials | Refused:  # fmt: skip
    asked: dict[str, object] = {"DurationSeconds": duration} if duration is not None else {}
    asked |= {"Policy": "a session policy"} if policy is not None else {}
    if role is None:
        script.say(BROKER, STS, "GetFederationToken", {"Name": user, **asked}, note="Signed with an IAM user's key.")
        return sts.get_federation_token(by, user, duration=duration, policy=policy)
    script.say(BROKER, STS, "AssumeRole", {"RoleArn": role.arn, "RoleSessionName": user, **asked})
    return sts.assume_role(by, role, user, duration=duration, policy=policy)
