"""SAML 2.0: a company's identity provider sends its users to AWS with a signed response.

Sources: IAM User Guide, id_roles_providers_enable-console-saml, id_roles_providers_saml,
id_roles_providers_create_saml_assertions.
"""

from collections.abc import Callable, Sequence
from typing import Any

from iamkit.credentials.clock import Clock, iso
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.saml import assume_role_with_saml
from iamkit.credentials.samlidp import SamlIdp, SamlResponse
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Refused
from iamkit.identity.identities import Role
from iamkit.identity.providers import SIGN_IN, SamlProvider
from iamkit.world import World

Tampering = Callable[[SamlResponse], SamlResponse]
"""What somebody on the way makes of a response."""

USER, BROWSER, CLIENT = "User", "Browser", "Client"
IDP, DIRECTORY, SIGNIN, STS, CONSOLE, SERVICE = (
    "Identity provider", "Directory", "AWS sign-in", "AWS STS", "AWS console", "AWS service",
)  # fmt: skip
UNKNOWN = Refused("SignIn", "AuthenticationFailed", "The directory does not know the user, or the password is wrong.")


def saml_console(world: World, clock: Clock, idp: SamlIdp, provider: SamlProvider, user: str, roles: Sequence[Role], *,
                 choose: Role | None = None, known: bool = True, session_duration: int | None = None,
                 on_the_way: Tampering | None = None, later: int = 0, **attributes: Any) -> Flow:  # fmt: skip
    """Into the console: the browser carries the response to AWS.

    Args:
        idp: who signs.
        provider: the provider object in the account of the roles.
        user: the NameID.
        roles: the roles that the identity provider offers; the user is asked if there are several.
        choose: which the user picks; the first if left out.
        known: whether the directory knows the user.
        session_duration: the attribute SessionDuration: how long the console session lasts, in seconds.
        on_the_way: what happens to the response in the browser, such as ``lambda sent: sent.tampered("ana", "root")``.
        later: seconds that pass before the browser posts the response.
        attributes: further arguments of `SamlIdp.response`.

    >>> world, clock, idp = World(), Clock("2026-11-24T09:00:00Z"), SamlIdp("https://idp.acme.example/saml")
    >>> acme = world.account("111122223333")
    >>> provider = idp.register(acme, "AcmeIdP")
    >>> role = acme.role("payroll", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"Federated": provider.arn}, "Action": "sts:AssumeRoleWithSAML",
    ...     "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}})
    >>> saml_console(world, clock, idp, provider, "ana", [role])
    <Flow 'SAML 2.0, into the console': 8 messages>
    """
    actors = (USER, DIRECTORY, IDP, BROWSER, SIGNIN, STS, CONSOLE)
    script = Script("SAML 2.0, into the console", actors, "id_roles_providers_enable-console-saml")
    response = _authenticated(script, clock, idp, provider, user, roles, known, BROWSER,
                              session_duration=session_duration, **attributes)  # fmt: skip
    if response is None:
        return script.end()
    clock.forward(later)
    response = on_the_way(response) if on_the_way else response
    script.say(BROWSER, SIGNIN, f"POST to {SIGN_IN}", {"SAMLResponse": response})
    role = choose or roles[0]
    if len(roles) > 1:
        picked = {"roles": [one.arn for one in roles], "picked": role.arn}
        script.say(SIGNIN, USER, "which role? the user picks one", picked)
    asked = {"RoleArn": role.arn, "PrincipalArn": provider.arn, "SAMLAssertion": "the response, in base64"}
    script.say(SIGNIN, STS, "AssumeRoleWithSAML", asked)
    answer = assume_role_with_saml(Sts(world, clock), role, provider, response, duration=session_duration)
    script.say(STS, STS, "check signature, dates, audience and trust policy", decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    script.say(STS, SIGNIN, "temporary credentials", {"Credentials": answer})
    script.say(SIGNIN, BROWSER, "redirect to the console", {"Location": "https://console.aws.amazon.com/"},
               note=f"The console session is {answer.arn.rpartition(':')[2]}.")  # fmt: skip
    return script.end()


def saml_api(world: World, clock: Clock, idp: SamlIdp, provider: SamlProvider, user: str, role: Role, *,
             known: bool = True, duration: int | None = None, on_the_way: Tampering | None = None, later: int = 0,
             call: tuple[str, str] | None = None, **attributes: Any) -> Flow:  # fmt: skip
    """Programmatic access: a client exchanges the response at STS itself. Arguments as for `saml_console`.

    Args:
        duration: DurationSeconds.
        call: action and resource of a request that follows with the credentials.
    """
    actors = (CLIENT, DIRECTORY, IDP, STS, SERVICE)
    script = Script("SAML 2.0, programmatic access", actors, "id_roles_providers_saml")
    response = _authenticated(script, clock, idp, provider, user, [role], known, CLIENT, **attributes)
    if response is None:
        return script.end()
    clock.forward(later)
    response = on_the_way(response) if on_the_way else response
    sts = Sts(world, clock)
    asked: dict[str, Any] = {"RoleArn": role.arn, "PrincipalArn": provider.arn, "SAMLAssertion": response}
    asked |= {"DurationSeconds": duration} if duration is not None else {}
    script.say(CLIENT, STS, "AssumeRoleWithSAML", asked, note="The call is not signed: the client has no keys yet.")
    answer = assume_role_with_saml(sts, role, provider, response, duration=duration)
    script.say(STS, STS, "check signature, dates, audience and trust policy", decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    script.say(STS, CLIENT, "temporary credentials", {"Credentials": answer})
    if call:
        script.say(CLIENT, SERVICE, f"{call[0]} on {call[1]}", {"signed with": answer.access_key_id},
                   sts.call(answer, *call))  # fmt: skip
    return script.end()


def _authenticated(script: Script, clock: Clock, idp: SamlIdp, provider: SamlProvider, user: str, roles: Sequence[Role],
                   known: bool, to: str, **attributes: Any) -> SamlResponse | None:  # fmt: skip
    """The first three steps, which AWS never sees."""
    script.say(USER if to == BROWSER else CLIENT, IDP, "sign in", {"user": user})
    if not script.say(IDP, DIRECTORY, "is it this user?", {"user": user}, decided=known or UNKNOWN):
        return None
    response = idp.response(user, clock, roles=[(role, provider.arn) for role in roles], **attributes)
    script.say(IDP, to, "signed SAML response", {"SAMLResponse": response}, note=f"Issued at {iso(clock.now)}.")
    return response
