"""AssumeRoleWithWebIdentity: a JSON web token is exchanged for a role session.

First STS checks the token: signature, issuer, dates, audience. Then the role's trust policy decides by its claims.

Tokens that are no JWT (OAuth access tokens of Login with Amazon and Facebook, ProviderId) are not modeled.

Sources: STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, id_roles_providers_oidc,
id_roles_providers_create_oidc, reference_policies_iam-condition-keys ("Available keys for AWS OIDC federation").
Messages are AWS's where its pages or its answers show them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from iamkit.credentials import limits
from iamkit.credentials.claims import EXPIRED, INVALID, Claims, open_session, role_of
from iamkit.credentials.clock import iso
from iamkit.credentials.limits import VALIDATION, Refusal
from iamkit.credentials.oidcidp import ALGORITHMS, ROLES, SOURCE_IDENTITY, TAGS, OidcIdp, WebToken
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.identity.identities import Role
from iamkit.identity.providers import OidcProvider, host_of
from iamkit.policies import Source
from iamkit.policy.conditions import as_text
from iamkit.policy.principals import GLOBAL_PROVIDERS
from iamkit.world import World

OPERATION = "AssumeRoleWithWebIdentity"

CLAIM_KEYS = {
    "token.actions.githubusercontent.com": (
        "actor", "actor_id", "job_workflow_ref", "repository", "repository_id", "repository_owner_id", "workflow",
        "ref", "environment", "enterprise_id",
    ),
    "gitlab.com": (
        "namespace_id", "project_id", "user_id", "user_login", "user_email", "user_access_level", "ref_protected",
        "pipeline_source", "runner_environment",
    ),
}  # fmt: skip
"""Claims beyond the standard ones that become condition keys, by provider; for the trust policy only."""


def assume_role_with_web_identity(sts: Sts, role: str | Role, session_name: str, token: WebToken | str, *,
                                  idps: Iterable[OidcIdp], duration: int | None = None, policy: Source | None = None,
                                  policy_arns: Iterable[str] = ()) -> Credentials | Refused:  # fmt: skip
    """AssumeRoleWithWebIdentity; the call is not signed, the token is all that speaks for the caller.

    Args:
        sts: the world and the clock.
        role: the role, or its ARN.
        session_name: 2 to 64 characters.
        token: 4 to 20,000 characters.
        idps: the identity providers of the Internet, from which STS fetches the keys of the token's issuer.
        duration: seconds, 900 to the role's longest session; an hour if left out. The token's own end does not matter.
        policy, policy_arns: session policies.

    Returns:
        `Credentials`, or `Refused` with AWS's error: InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim,
        IDPCommunicationError, AccessDenied, ValidationError …

    Raises:
        WorldError: if the role does not exist in the world.

    >>> from iamkit.credentials.clock import Clock
    >>> world, idp = World(), OidcIdp("https://oidc.acme.example", "ES256")
    >>> acme = world.account("111122223333")
    >>> provider = acme.oidc_provider(idp.url, client_ids=["payroll-app"])
    >>> role = acme.role("app", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"Federated": provider.arn}, "Action": "sts:AssumeRoleWithWebIdentity",
    ...     "Condition": {"StringEquals": {"oidc.acme.example:sub": "ana"}}}})
    >>> sts = Sts(world, Clock("2026-11-24T09:00:00Z"))
    >>> token = idp.token("ana", "payroll-app", sts.clock)
    >>> assume_role_with_web_identity(sts, role, "ana", token, idps=[idp])
    <Credentials assumed-role/app/ana by AssumeRoleWithWebIdentity, until 2026-11-24T10:00:00Z>
    >>> assume_role_with_web_identity(sts, role, "ana", token.tampered(sub="root"), idps=[idp])
    <Refused AssumeRoleWithWebIdentity: InvalidIdentityToken>
    """
    wanted, text = role_of(sts, role), token.text if isinstance(token, WebToken) else token
    try:
        limits.check_text(session_name, "roleSessionName", 2, 64)
        claims = web_claims(sts.world, wanted, text, idps, sts.clock.now)
        return open_session(sts, OPERATION, wanted, session_name, claims,
                            duration=duration, policy=policy, policy_arns=policy_arns)  # fmt: skip
    except Refusal as refusal:
        return Refused(OPERATION, refusal.error, refusal.message, refusal.decision, refusal.remedy)


def web_claims(world: World, role: Role, text: str, idps: Iterable[OidcIdp], now: int) -> Claims:
    """Check a token as STS does, and read it. Nothing of it counts before the signature was verified.

    Raises:
        Refusal: with AWS's error.
    """
    if not 4 <= len(text) <= 20_000:
        message = f"Value at 'webIdentityToken' has {len(text)} characters; 4 to 20000 are allowed"
        raise Refusal(VALIDATION, message, "Send the token as the identity provider gave it.")
    issuer, key_id = _unverified(text)
    provider = _provider(world, role, issuer)
    idp = next((one for one in idps if one.url == issuer), None)
    payload = _verified(text, _key(idp, key_id))
    _check_dates(payload, now)
    _check_audience(payload, provider)
    if idp is not None and payload.get("jti") in idp.revoked:
        message = "The identity provider (IdP) reported that authentication failed."
        raise Refusal("IDPRejectedClaim", message, "It revoked the token: sign in again.")
    authorized = _authorized_role(payload, role)
    arn = provider.arn if isinstance(provider, OidcProvider) else provider
    return _claims(arn, host_of(issuer), payload, authorized)


def verified_login(text: str, logins: Iterable[tuple[OidcIdp, str]], now: int, error: str) -> tuple[str, str]:
    """Check a token as a service does that takes logins itself, such as Amazon Cognito.

    Args:
        logins: the issuers that it takes, each with the client ID it takes from it.
        error: the service's error.

    Returns:
        The issuer, as condition keys have it, and the subject.

    Raises:
        Refusal: with that error.
    """
    try:
        issuer, key_id = _unverified(text)
        idp, client = next(((idp, client) for idp, client in logins if idp.url == issuer), (None, ""))
        payload = _verified(text, _key(idp, key_id))
        _check_dates(payload, now)
    except Refusal as refusal:
        raise Refusal(error, f"Invalid login token. {refusal.message}", refusal.remedy) from None
    if _audience(payload) != client:
        raise Refusal(error, "Invalid login token. Incorrect token audience.", f"It is {_audience(payload)!r}.")
    return host_of(issuer), str(payload.get("sub"))


def _unverified(text: str) -> tuple[str, str]:
    """Who claims to have signed, with which key: all that STS may believe before it has the key."""
    import jwt

    try:
        header = jwt.get_unverified_header(text)
        payload = jwt.decode(text, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        raise Refusal(INVALID, message) from None
    if header.get("alg") not in ALGORITHMS:
        remedy = f"Its algorithm is {header.get('alg')}; AWS accepts {', '.join(ALGORITHMS)}."
        raise Refusal(INVALID, "Token signature invalid", remedy)
    issuer = payload.get("iss")
    if not isinstance(issuer, str):
        raise Refusal(INVALID, "Missing a required claim: iss", "The identity provider must name itself.")
    return issuer, str(header.get("kid"))


def _provider(world: World, role: Role, issuer: str) -> OidcProvider | str:
    """The provider object in the role's account, or the name of a global provider."""
    if host_of(issuer) in GLOBAL_PROVIDERS:
        return host_of(issuer)
    for provider in world.accounts[role.account].providers.values():
        if isinstance(provider, OidcProvider) and provider.url.rstrip("/") == issuer.rstrip("/"):
            return provider
    message = f"No OpenIDConnect provider found in your account for {issuer}"
    raise Refusal(INVALID, message, "Create the provider in the account of the role.")


def _key(idp: OidcIdp | None, key_id: str) -> Any:
    if idp is None or not idp.online:
        message = ("The request could not be fulfilled because the identity provider (IDP) that was asked to verify "
                   "the incoming identity token could not be reached.")  # fmt: skip
        raise Refusal("IDPCommunicationError", message, "Its key document must be reachable from the Internet.")
    keys = idp.keys()
    if key_id not in keys:
        message = ("Couldn't retrieve verification key from your identity provider, please reference "
                   "AssumeRoleWithWebIdentity documentation for requirements")  # fmt: skip
        raise Refusal(INVALID, message, f"It publishes {', '.join(sorted(keys))}, not {key_id}.")
    return keys[key_id]


def _verified(text: str, key: Any) -> dict[str, Any]:
    """The claims, if the signature is the provider's. Dates and audience are checked against the kit's clock later."""
    import jwt

    unchecked = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        payload = jwt.decode(text, key, algorithms=list(ALGORITHMS), options=unchecked)  # type: ignore[arg-type]
    except (jwt.InvalidTokenError, jwt.InvalidKeyError, TypeError):
        remedy = "Its claims are not those that the provider signed."
        raise Refusal(INVALID, "Token signature invalid", remedy) from None
    return _shaped({claim: value for claim, value in payload.items() if value is not None})


_YEAR_10000 = 253_402_300_800


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _is_time(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _YEAR_10000


def _is_tags(value: Any) -> bool:
    tags = value.get("principal_tags", {}) if isinstance(value, dict) else None
    if not isinstance(tags, dict) or not _is_texts(value.get("transitive_tag_keys", [])):
        return False
    return all(_is_text(one) or (_is_texts(one) and len(one) == 1) for one in tags.values())


_SHAPES = {
    **dict.fromkeys(("iss", "sub", "azp", "email", "jti", SOURCE_IDENTITY), (_is_text, "a text")),
    **dict.fromkeys(("aud", "amr", ROLES, f"{TAGS}/transitive_tag_keys"), (_is_texts, "a text or a list of texts")),
    **dict.fromkeys(("exp", "iat", "nbf"), (_is_time, "a whole number of seconds since 1970")),
    TAGS: (_is_tags, "an object with principal_tags, one text each, and transitive_tag_keys"),
}
"""What STS reads of a token, and of which kind it must be."""


def _shaped(payload: dict[str, Any]) -> dict[str, Any]:
    """The claims, if those that STS reads are of the kinds it reads."""
    for claim in ("sub", "aud", "exp", "iat"):
        if claim not in payload:
            raise Refusal(INVALID, f"Missing a required claim: {claim}")
    flat = {claim: (_is_text, "a text") for claim in payload if claim.startswith(f"{TAGS}/principal_tags/")}
    for claim, (fits, kind) in (_SHAPES | flat).items():
        if claim in payload and not fits(payload[claim]):
            raise Refusal(INVALID, f"The claim {claim} is malformed", f"It must be {kind}.")
    return payload


def _check_dates(payload: Mapping[str, Any], now: int) -> None:
    if now >= payload["exp"]:
        message = (f"Token expired: current date/time {iso(now)} must be before the expiration date/time "
                   f"{iso(payload['exp'])}")  # fmt: skip
        raise Refusal(EXPIRED, message, "Get a new token from the identity provider.")
    if now < payload.get("nbf", payload["iat"]):
        raise Refusal(INVALID, "Token is not yet valid", "Look at the clock of the identity provider.")


def _audience(payload: Mapping[str, Any]) -> str | None:
    """``azp`` where it is set, else ``aud``; of several, the first."""
    audience = payload.get("azp") or payload.get("aud")
    return audience[0] if isinstance(audience, list) and audience else audience or None


def _check_audience(payload: Mapping[str, Any], provider: OidcProvider | str) -> None:
    """The audience must be a client ID of the provider object; a global provider has none to compare with."""
    if isinstance(provider, OidcProvider) and _audience(payload) not in provider.client_ids:
        remedy = f"It is {_audience(payload)!r}; the provider object lists {', '.join(provider.client_ids) or 'none'}."
        raise Refusal(INVALID, "Incorrect token audience", remedy)


def _authorized_role(payload: Mapping[str, Any], role: Role) -> bool:
    """Whether the token names the role. One that names roles at all is good for no other, whatever a trust policy says.

    Source: Service Authorization Reference, list_awssecuritytokenservice (sts:RoleAuthorizedByIdp).
    """
    named = payload.get(ROLES, [])
    roles = [named] if isinstance(named, str) else list(named)
    if roles and role.arn not in roles:
        message = "The target role ARN is not present in the roles claim of the identity token"
        raise Refusal(INVALID, message, f"The token is for {', '.join(roles)}.")
    return bool(roles)


def _claims(provider: str, host: str, payload: Mapping[str, Any], authorized: bool) -> Claims:
    kept = {f"{host}:aud": _audience(payload), f"{host}:sub": payload.get("sub"), f"{host}:amr": payload.get("amr")}
    other = payload.get("aud")
    trust = {f"{host}:oaud": other[0] if isinstance(other, list) else other, f"{host}:email": payload.get("email")}
    trust |= {f"{host}:{claim}": as_text(payload.get(claim)) for claim in CLAIM_KEYS.get(host, ())}
    kept = {key: value for key, value in kept.items() if value is not None}
    trust = kept | {key: value for key, value in trust.items() if value is not None}
    trust["sts:RoleAuthorizedByIdp"] = str(authorized).lower()
    tags, transitive = _tags(payload)
    return Claims(provider, trust, kept, tags, transitive, payload.get(SOURCE_IDENTITY))


def _tags(payload: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Session tags in either of the two forms (id_session-tags): nested, or one claim a tag."""
    nested = payload.get(TAGS, {})
    tags = {
        key: value[0] if isinstance(value, list) else value for key, value in nested.get("principal_tags", {}).items()
    }
    flat = f"{TAGS}/principal_tags/"
    tags |= {claim.removeprefix(flat): value for claim, value in payload.items() if claim.startswith(flat)}
    transitive = nested.get("transitive_tag_keys", payload.get(f"{TAGS}/transitive_tag_keys", []))
    return tags, (transitive,) if isinstance(transitive, str) else tuple(transitive)
