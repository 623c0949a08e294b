"""For each belief about one request: what its stacks are drawn from."""

from typing import Any

from iamkit.beliefs.cast import GROUPS, OUTSIDERS, Dice
from iamkit.beliefs.scene import (
    ACME,
    AUDIT_FIRM,
    BOUNDARY,
    GROUP,
    OWN,
    PERSON,
    RESOURCE,
    SCP_ACCOUNT,
    SCP_ROOT,
    SCP_UNIT,
    SESSION,
    STRANGER,
    TRUST,
    Asker,
    Json,
)
from iamkit.beliefs.stacks import Recipe, member, outsider, session, user, user_or_session
from iamkit.decision import ALLOWED, EXPLICIT, IMPLICIT

_ALLOWED_OR_NOT, _ALLOWED_OR_DENIED = (ALLOWED, IMPLICIT), (ALLOWED, EXPLICIT)
_SAML, _OIDC = "saml-provider/office", "oidc-provider/token.actions.githubusercontent.com"
_PARTNER, _GITLAB = "saml-provider/partner", "oidc-provider/gitlab.com"
_PROVIDERS = (_SAML, _OIDC, _PARTNER, _GITLAB)
_MFA: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
_NO_MFA: Json = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
_OFFICE: Json = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


def _arn(part: str, account: str = ACME) -> str:
    return f"arn:aws:iam::{account}:{part}"


def _itself(asker: Asker) -> list[Any]:
    """The account, the user or role, everybody, somebody else."""
    own: list[Any] = [{"AWS": asker.arn}]
    if asker.kind == "session":
        own.append({"AWS": f"arn:aws:sts::{asker.account}:assumed-role/{asker.name}/{asker.label}"})
    return [*own, {"AWS": asker.account}, {"AWS": [asker.arn, _arn("user/nina")]}, {"AWS": _arn("user/nina")}]


def _by_arn(asker: Asker) -> list[Any]:
    """The user or role, alone or with somebody else; or the account."""
    return [{"AWS": asker.arn}, {"AWS": [asker.arn, _arn("user/nina")]}, {"AWS": asker.account}]


def _account(asker: Asker) -> list[Any]:
    return [{"AWS": asker.account}, {"AWS": _arn("root", asker.account)}, {"AWS": _arn("user/nina")}]


def _root(asker: Asker) -> list[Any]:
    return [{"AWS": _arn("root", asker.account)}, {"AWS": [_arn("root", asker.account), _arn("user/nina")]}]


def _person(asker: Asker) -> list[Any]:
    return [{"AWS": _arn(f"user/{asker.label}")}, {"AWS": [_arn(f"user/{asker.label}"), _arn("user/nina")]}]


def _others(asker: Asker) -> list[Any]:
    return [{"AWS": _arn("user/nina")}, {"Service": "ec2.amazonaws.com"}, {"AWS": STRANGER}]


def _firm(asker: Asker) -> list[Any]:
    return [{"AWS": AUDIT_FIRM}, {"AWS": _arn("role/scanner", AUDIT_FIRM)}, {"AWS": _arn("root", AUDIT_FIRM)}]


def _providers(asker: Asker) -> list[Any]:
    return [{"Federated": _arn(name)} for name in _PROVIDERS]


def _center_person(name: str, dice: Dice) -> Asker:
    """A person of Identity Center, or one who assumed a role."""
    kept = dice.pick(("ReadPayroll_0123456789abcdef", "Builders_89abcdef01234567"))
    role = f"aws-reserved/sso.amazonaws.com/AWSReservedSSO_{kept}"
    return Asker("session", dice.pick((role, "auditor", "month-end")), label=name)


def _stranger(name: str, dice: Dice) -> Asker:
    return Asker("user", name, STRANGER)


def _from_either(name: str, dice: Dice) -> Asker:
    """Of the audit firm, or of Acme."""
    return Asker("user", name, dice.pick((AUDIT_FIRM, ACME)))


def _token(name: str, dice: Dice) -> Asker:
    return Asker("token", name)


def _federated(name: str, dice: Dice) -> Asker:
    return Asker("federated user", name, label=dice.pick(("visitor", "trainee", "reporter")))


def _session_or_federated(name: str, dice: Dice) -> Asker:
    return dice.pick((session, _federated))(name, dice)


def _proof(name: str, dice: Dice) -> Asker:
    return Asker("provider", name)


def _group_conditions() -> tuple[Json, ...]:
    arns = [_arn(f"group/{name}") for name in GROUPS]
    return tuple({operator: {"aws:PrincipalArn": arn}} for arn in arns for operator in ("ArnEquals", "ArnNotEquals"))


_AT_TIMES = (RESOURCE, BOUNDARY)
_MISSING: tuple[Json, ...] = (
    {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "payroll"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"StringNotEquals": {"aws:SourceVpc": "vpc-9f8e7d6c"}},
)
_ALL: tuple[Json, ...] = (
    {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["team", "year"]}},
    {"ForAllValues:StringLike": {"s3:RequestObjectTagKeys": "team-*"}},
    {"ForAllValues:StringNotEquals": {"s3:RequestObjectTagKeys": "secret"}},
)
_SEVERAL: tuple[Json, ...] = (
    _MFA,
    _OFFICE,
    {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
    {"StringEquals": {"aws:PrincipalTag/team": "payroll"}},
    {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}},
)

RECIPES: dict[str, Recipe] = {
    "group-asks": Recipe(
        member, at_times=(RESOURCE, GROUP), principals=_itself, conditions=_group_conditions(),
        aims=(ALLOWED, IMPLICIT, EXPLICIT),
    ),
    "wearer-keeps-own": Recipe(session, always=(PERSON,), at_times=(OWN, BOUNDARY), denies=3, aims=_ALLOWED_OR_NOT),
    "person-is-user": Recipe(
        _center_person, always=(RESOURCE,), at_times=(OWN,), principals=_person, denies=3, aims=_ALLOWED_OR_NOT
    ),
    "root-is-root-user": Recipe(
        _from_either, always=(RESOURCE, OWN), principals=_root, names=OUTSIDERS, at_times=(BOUNDARY,),
        aims=_ALLOWED_OR_DENIED,
    ),
    "account-is-everybody": Recipe(user_or_session, always=(RESOURCE,), at_times=(OWN, BOUNDARY), principals=_account),
    "external-id-is-password": Recipe(
        _stranger, "role", (TRUST, OWN), principals=_firm, names=OUTSIDERS, asked=("sts:AssumeRole",), denies=8,
        conditions=tuple({"StringEquals": {"sts:ExternalId": text}} for text in ("acme-42", "acme-77", "audit-2026")),
    ),
    "same-name-same-role": Recipe(
        session, always=(RESOURCE,), at_times=(OWN,), principals=_by_arn, remade=True, denies=3, aims=_ALLOWED_OR_NOT
    ),
    "any-provider-will-do": Recipe(
        _proof, "role", (TRUST,), principals=_providers, names=_PROVIDERS, denies=3,
        actions=("sts:AssumeRoleWith*", "sts:AssumeRole*", "sts:*"), aims=(ALLOWED, IMPLICIT, IMPLICIT),
    ),
    "token-opens-assume-role": Recipe(
        _proof, "role", (TRUST,), principals=_providers, names=_PROVIDERS, asked=("sts:AssumeRole",), denies=8,
    ),
    "trust-not-needed": Recipe(
        user_or_session, "role", at_times=(TRUST, BOUNDARY), principals=_others, asked=("sts:AssumeRole",)
    ),
    "one-side-across": Recipe(
        outsider, always=(), at_times=(RESOURCE, OWN, BOUNDARY), principals=_itself, names=OUTSIDERS
    ),
    "own-allow-always": Recipe(user_or_session, always=(RESOURCE,), at_times=(OWN, BOUNDARY), principals=_itself),
    "allow-beats-deny": Recipe(
        member, at_times=(GROUP, RESOURCE, BOUNDARY, SCP_ACCOUNT), principals=_itself, denies=2
    ),
    "silence-is-explicit": Recipe(
        user_or_session, at_times=_AT_TIMES, principals=_itself,
        asked=("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    ),
    "boundary-grants": Recipe(user_or_session, always=(BOUNDARY,), at_times=(OWN, RESOURCE), principals=_account),
    "boundary-limits-all": Recipe(user_or_session, always=(RESOURCE, BOUNDARY), at_times=(OWN,), principals=_itself),
    "session-policy-grants": Recipe(_session_or_federated, always=(SESSION,), at_times=(OWN, BOUNDARY)),
    "scp-grants": Recipe(user_or_session, always=(SCP_ACCOUNT,), at_times=(OWN, SCP_ROOT, SCP_UNIT)),
    "one-scp-level": Recipe(user_or_session, always=(OWN, SCP_UNIT), at_times=(SCP_ACCOUNT, SCP_ROOT)),
    "session-token-needs-allow": Recipe(user, "itself", at_times=(BOUNDARY,), asked=("sts:GetSessionToken",)),
    "session-token-is-user": Recipe(_token, "user", at_times=(BOUNDARY,)),
    "federation-token-is-user": Recipe(_federated, at_times=(SESSION, BOUNDARY)),
    "negated-needs-key": Recipe(
        user_or_session, at_times=_AT_TIMES, principals=_itself, conditions=_MISSING, denies=2,
        aims=_ALLOWED_OR_DENIED,
    ),
    "missing-is-false": Recipe(
        user, at_times=_AT_TIMES, principals=_itself, conditions=(_MFA, _NO_MFA), denies=2, aims=_ALLOWED_OR_NOT
    ),
    "for-all-needs-value": Recipe(
        user_or_session, at_times=_AT_TIMES, principals=_itself, conditions=_ALL,
        actions=("s3:PutObject", "s3:PutObject*", ["s3:PutObject", "s3:PutObjectTagging"]), denies=2,
        aims=_ALLOWED_OR_DENIED,
    ),
    "one-condition-is-enough": Recipe(
        user_or_session, at_times=_AT_TIMES, principals=_itself, conditions=_SEVERAL, conditioned=2, denies=3,
        aims=_ALLOWED_OR_NOT,
    ),
}  # fmt: skip
"""By the belief's name. What each draws is a try: whether belief and rule differ on it, the solver says."""
