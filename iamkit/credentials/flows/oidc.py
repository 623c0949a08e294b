"""OpenID Connect: an application, or a CI job, exchanges a JSON web token.

Sources: IAM User Guide, id_roles_providers_oidc, id_roles_create_for-idp_oidc ("Configuring a role for GitHub OIDC
identity provider"); GitHub Docs, OpenID Connect reference.
"""

from collections.abc import Callable
from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.oidcidp import OidcIdp, WebToken
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Refused
from iamkit.credentials.web import assume_role_with_web_identity
from iamkit.identity.identities import Role
from iamkit.world import World

Tampering = Callable[[WebToken], WebToken]
"""What somebody on the way makes of a token."""

USER, APP, JOB, IDP, GITHUB, STS, SERVICE = (
    "User", "App", "Workflow job", "Identity provider", "GitHub", "AWS STS", "AWS service",
)  # fmt: skip
GITHUB_URL = "https://token.actions.githubusercontent.com"
UNKNOWN = Refused("SignIn", "AuthenticationFailed", "The identity provider does not know the user.")


def oidc(world: World, clock: Clock, idp: OidcIdp, role: Role, user: str, client_id: str, *, known: bool = True,
         duration: int | None = None, on_the_way: Tampering | None = None, later: int = 0,
         call: tuple[str, str] | None = None, **claims: Any) -> Flow:  # fmt: skip
    """A user of an app signs in with an identity provider of the Internet.

    Args:
        idp: the identity provider.
        role: the role that the app asks for.
        user: the subject, and the session name.
        client_id: the app's ID at the identity provider, the audience of the token.
        known: whether the identity provider knows the user.
        duration: DurationSeconds.
        on_the_way: what happens to the token in the app, such as ``lambda sent: sent.tampered(sub="root")``.
        later: seconds that pass before the app shows the token to STS.
        call: action and resource of a request that follows with the credentials.
        claims: further arguments of `OidcIdp.token`.
    """
    script = Script("OpenID Connect", (USER, APP, IDP, STS, SERVICE), "id_roles_providers_oidc")
    script.say(USER, APP, "sign in")
    if not script.say(APP, IDP, "log the user in", {"client_id": client_id, "user": user}, decided=known or UNKNOWN):
        return script.end()
    token = idp.token(user, client_id, clock, **claims)
    script.say(IDP, APP, "ID token (a JWT)", {"id_token": token})
    clock.forward(later)
    token = on_the_way(token) if on_the_way else token
    return _exchange(script, Sts(world, clock), APP, IDP, idp, role, user, token, duration, call)


def github_actions(world: World, clock: Clock, idp: OidcIdp, role: Role, repository: str, *,
                   ref: str = "refs/heads/main", environment: str | None = None, pull_request: bool = False,
                   audience: str = "sts.amazonaws.com", duration: int | None = None,
                   call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """A GitHub Actions workflow gets credentials without holding a secret.

    Args:
        idp: GitHub's, with `GITHUB_URL`.
        role: the role that the workflow asks for.
        repository: ``ORG/REPO``.
        ref: the branch or tag that the workflow runs for.
        environment: the environment that the job names.
        pull_request: whether a pull request started it.
        audience: what the workflow asks for.
        duration, call: as for `oidc`.
    """
    script = Script("GitHub Actions", (JOB, GITHUB, STS, SERVICE), "id_roles_create_for-idp_oidc")
    script.say(
        JOB, GITHUB, "ask for an ID token", {"audience": audience}, note="The job needs permission id-token: write."
    )
    sub = github_subject(repository, ref, environment, pull_request)
    claims: dict[str, Any] = {"repository": repository, "repository_owner": repository.partition("/")[0], "ref": ref}
    claims |= {"environment": environment} if environment else {}
    token = idp.token(sub, audience, clock, **claims)
    script.say(GITHUB, JOB, "ID token (a JWT)", {"id_token": token})
    name = repository.rpartition("/")[2]
    return _exchange(script, Sts(world, clock), JOB, GITHUB, idp, role, name, token, duration, call)


def github_subject(repository: str, ref: str = "refs/heads/main", environment: str | None = None,
                   pull_request: bool = False) -> str:  # fmt: skip
    """The ``sub`` of a workflow's token.

    >>> github_subject("acme/payroll"), github_subject("acme/payroll", environment="production")
    ('repo:acme/payroll:ref:refs/heads/main', 'repo:acme/payroll:environment:production')
    """
    if environment:
        return f"repo:{repository}:environment:{environment}"
    return f"repo:{repository}:pull_request" if pull_request else f"repo:{repository}:ref:{ref}"


def _exchange(script: Script, sts: Sts, client: str, provider: str, idp: OidcIdp, role: Role, name: str,
              token: WebToken, duration: int | None, call: tuple[str, str] | None) -> Flow:  # fmt: skip
    """From the token to the credentials, and to a request with them."""
    asked: dict[str, Any] = {"RoleArn": role.arn, "RoleSessionName": name, "WebIdentityToken": token}
    asked |= {"DurationSeconds": duration} if duration is not None else {}
    script.say(client, STS, "AssumeRoleWithWebIdentity", asked, note="The call is not signed: there are no keys yet.")
    script.say(STS, provider, "fetch the public keys", {"from": f"{idp.url}/.well-known/openid-configuration"})
    answer = assume_role_with_web_identity(sts, role, name, token, idps=[idp], duration=duration)
    what = "check signature, issuer, dates, audience and trust policy"
    script.say(STS, STS, what, decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    script.say(STS, client, "temporary credentials", {"Credentials": answer})
    if call:
        signed = {"signed with": answer.access_key_id}
        script.say(client, SERVICE, f"{call[0]} on {call[1]}", signed, sts.call(answer, *call))
    return script.end()
