"""IAM Identity Center: one sign-in, then roles in many accounts; in the browser, or from the command line.

Where people come from an external identity provider, it pushes them by SCIM beforehand and signs them in by SAML. From
Active Directory they are read; the directory of Identity Center itself needs neither.

Sources: IAM Identity Center User Guide, authconcept, manage-your-identity-source-idp, provision-automatically; AWS CLI
User Guide, cli-configure-sso.
"""

from collections.abc import Iterable, Mapping

from iamkit.credentials.clock import Clock, iso, lasting
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.portal import PortalSession, center_of, get_role_credentials, sign_in
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.identity.account import Account
from iamkit.identity.center import IdentityCenter, PermissionSet
from iamkit.world import World

USER, BROWSER, CLI, ADMIN = "User", "Browser", "AWS CLI", "Administrator"
IDP, DIRECTORY, CENTER, ACCOUNT, STS, CONSOLE, SERVICE = (
    "Identity provider", "Active Directory", "Identity Center", "AWS account", "AWS STS", "AWS console", "AWS service",
)  # fmt: skip
UNKNOWN = Refused("SignIn", "AuthenticationFailed", "The identity source does not know the user.")


def center_setup(world: World, people: Mapping[str, Iterable[str]], permission_set: PermissionSet, account: Account,
                 *, group: str) -> Flow:  # fmt: skip
    """Before anybody signs in: people arrive, a permission set is assigned, a role is made.

    Args:
        people: the groups of each user.
        permission_set: what is assigned, to ``group`` in ``account``.
    """
    center = center_of(world)
    script = Script(
        "Identity Center, set up", (IDP, DIRECTORY, ADMIN, CENTER, ACCOUNT), "manage-your-identity-source-idp"
    )
    listed = {user: list(groups) for user, groups in people.items()}
    if center.source == "directory":
        for name in sorted({name for groups in listed.values() for name in groups} - center.groups):
            center.group(name)
        for user, groups in listed.items():
            center.user(user, groups=groups)
        script.say(ADMIN, CENTER, "add users and groups", {"users": listed})
    else:
        center.sync(listed)
        sender, what = (IDP, "SCIM: push users and groups") if center.source == "external" else (DIRECTORY, "sync")
        script.say(sender, CENTER, what, {"users": listed}, note="No password travels.")
    assigned = {"permission set": permission_set.name, "account": account.id, "group": group}
    script.say(ADMIN, CENTER, "assign a permission set", assigned)
    role = center.assign(permission_set, account, group=group)
    made = {"role": role.arn, "trust policy": role.trust.document if role.trust else {}}
    script.say(CENTER, ACCOUNT, "make the role", made, note="IAM does not let anybody edit it.")
    return script.end()


def center_portal(world: World, clock: Clock, user: str, account: Account, permission_set: str, *, known: bool = True,
                  portal: PortalSession | None = None, call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """Into the console through the access portal.

    Args:
        user: their name.
        account, permission_set: what the user picks at the portal.
        known: whether the identity source knows the user.
        portal: a sign-in from before; None to sign in now.
        call: action and resource of a request in the console.
    """
    center = center_of(world)
    actors = (USER, BROWSER, IDP, DIRECTORY, CENTER, STS, CONSOLE, SERVICE)
    script = Script("Identity Center, access portal", actors, "authconcept")
    script.say(USER, BROWSER, "open the access portal")
    session = portal or _signed_in(script, world, clock, center, user, known, BROWSER)
    if not session:
        return script.end()
    offers = [f"{number}: {name}" for number, name in center.offers(user)] if user in center.users else []
    script.say(CENTER, BROWSER, "accounts and permission sets", {"offers": offers})
    script.say(BROWSER, CENTER, f"the user picks {permission_set} in {account.id}")
    answer = _role_session(script, world, clock, session, account, permission_set)
    if isinstance(answer, Refused):
        return script.end()
    script.say(CENTER, BROWSER, "to the console", {"Location": "https://console.aws.amazon.com/"},
               note=_two_ends(session, answer))  # fmt: skip
    script.say(BROWSER, CONSOLE, "work in the console")
    _then(script, Sts(world, clock), CONSOLE, answer, call)
    return script.end()


def center_cli(world: World, clock: Clock, user: str, account: Account, permission_set: str, *, known: bool = True,
               device_code: bool = False, call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """``aws sso login``, then a command. Arguments as for `center_portal`.

    Args:
        device_code: approve with a code on another device, instead of the authorization code with PKCE.
    """
    center = center_of(world)
    actors = (USER, CLI, BROWSER, IDP, DIRECTORY, CENTER, STS, SERVICE)
    script = Script("Identity Center, command line", actors, "cli-configure-sso")
    script.say(USER, CLI, "aws sso login")
    script.say(CLI, CENTER, "RegisterClient", {"clientName": "aws-cli", "clientType": "public"})
    if device_code:
        script.say(CLI, CENTER, "StartDeviceAuthorization")
        script.say(CENTER, CLI, "device code and user code", {"userCode": "shown to the user"})
    else:
        script.say(CLI, BROWSER, "authorize, with PKCE", {"response_type": "code", "code_challenge_method": "S256"})
    session = _signed_in(script, world, clock, center, user, known, BROWSER)
    if not session:
        return script.end()
    script.say(BROWSER, CENTER, "the user allows the CLI")
    granted = {"grant_type": "device_code"} if device_code else {"grant_type": "authorization_code", "PKCE": "verifier"}
    script.say(CLI, CENTER, "CreateToken", granted)
    script.say(CENTER, CLI, "access token", {"accessToken": "(secret)"})
    offers = [f"{number}: {name}" for number, name in center.offers(user)]
    script.say(CLI, CENTER, "ListAccounts, ListAccountRoles", {"offers": offers})
    script.say(CLI, CENTER, "GetRoleCredentials", {"accountId": account.id, "roleName": permission_set})
    answer = _role_session(script, world, clock, session, account, permission_set)
    if isinstance(answer, Refused):
        return script.end()
    script.say(CENTER, CLI, "temporary credentials", {"Credentials": answer}, note=_two_ends(session, answer))
    _then(script, Sts(world, clock), CLI, answer, call)
    return script.end()


def _signed_in(script: Script, world: World, clock: Clock, center: IdentityCenter, user: str, known: bool,
               browser: str) -> PortalSession | None:  # fmt: skip
    """The sign-in, by the identity source."""
    if center.source == "external":
        script.say(browser, IDP, "SAML request", {"Issuer": "Identity Center"})
        if not script.say(IDP, IDP, "sign the user in", {"user": user}, decided=known or UNKNOWN):
            return None
        script.say(IDP, browser, "signed SAML response", {"NameID": user})
        script.say(browser, CENTER, "POST the response", note="There is no single logout by SAML.")
    else:
        script.say(browser, CENTER, "sign in", {"user": user})
        checker = DIRECTORY if center.source == "Active Directory" else CENTER
        if not script.say(CENTER, checker, "is it this user?", {"user": user}, decided=known or UNKNOWN):
            return None
    session = sign_in(world, clock, user)
    note = "" if isinstance(session, Refused) else f"The portal session ends {iso(session.ends)}."
    script.say(CENTER, CENTER, "open a portal session", decided=session, note=note)
    return None if isinstance(session, Refused) else session


def _role_session(script: Script, world: World, clock: Clock, session: PortalSession, account: Account,
                  permission_set: str) -> Credentials | Refused:  # fmt: skip
    """Identity Center asks STS, or refuses by itself."""
    answer = get_role_credentials(Sts(world, clock), session, account.id, permission_set)
    if isinstance(answer, Refused) and answer.operation == "GetRoleCredentials":
        script.say(CENTER, CENTER, "is this offered to the user?", decided=answer)
        return answer
    role = center_of(world).role(permission_set, account)
    script.say(CENTER, STS, "AssumeRoleWithSAML", {"RoleArn": role.arn, "RoleSessionName": session.user})
    script.say(STS, CENTER, "temporary credentials", decided=answer)
    return answer


def _then(script: Script, sts: Sts, client: str, answer: Credentials, call: tuple[str, str] | None) -> None:
    if call:
        signed = {"signed with": answer.access_key_id}
        script.say(client, SERVICE, f"{call[0]} on {call[1]}", signed, sts.call(answer, *call))


def _two_ends(session: PortalSession, answer: Credentials) -> str:
    return (f"The role session ends {iso(answer.expires)}, after {lasting(answer.lasts)}; the portal session "
            f"{iso(session.ends)}.")  # fmt: skip
