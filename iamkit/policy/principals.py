"""The Principal and NotPrincipal elements: who a resource-based policy names.

Source: IAM User Guide, reference_policies_elements_principal.
"""

import re
from dataclasses import dataclass
from enum import Enum

from iamkit.arn import PARTITIONS, Arn
from iamkit.errors import ArnError, PolicyError


class Form(Enum):
    """The forms a principal can be written in."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    USER = "user"
    ROLE = "role"
    SESSION = "role session"
    FEDERATED_USER = "federated-user session"
    SERVICE = "service"
    FEDERATED = "identity provider"
    CANONICAL = "canonical user"
    DELETED = "deleted principal"


@dataclass(frozen=True, slots=True)
class Named:
    """One principal, as named by a policy.

    Args:
        form: which form.
        value: ``*``, the account ID, the ARN, the service name, the provider, or the canonical ID.
    """

    form: Form
    value: str

    @property
    def account(self) -> str | None:
        """The account of an account or ARN form."""
        if self.form is Form.ACCOUNT:
            return self.value.split(":")[4] if ":" in self.value else self.value
        return self.value.split(":")[4] if self.value.startswith("arn:") else None

    def __str__(self) -> str:
        return "everyone (*)" if self.form is Form.ANYONE else f"{self.form.value} {self.value}"


# Providers that need no object in the account (reference_policies_elements_principal, "OIDC").
GLOBAL_PROVIDERS = (
    "cognito-identity.amazonaws.com",
    "www.amazon.com",
    "graph.facebook.com",
    "accounts.google.com",
)
_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,124}")
# The endings of AWS's domains, one for each partition; some services have other endings.
_SERVICE = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.(com|com\.cn|eu)|amazon\.com|aws\.internal|aws"
    r"|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_CANONICAL = re.compile(r"[0-9a-f]{64}")
_SESSION_RESOURCE = re.compile(r"assumed-role/[\w+=,.@-]+/[\w+=,.@-]+")


def is_service(text: str) -> bool:
    """True if a text is the name of a service principal, in any partition.

    >>> is_service("ec2.amazonaws.com"), is_service("ec2.amazonaws.com.cn"), is_service("www.example.com")
    (True, True, False)
    """
    return bool(_SERVICE.fullmatch(text))


def read_principal(kind: str, value: str, where: str) -> Named:
    """One value of a Principal element; ``kind`` is AWS, Service, Federated or CanonicalUser.

    Raises:
        PolicyError: for a form that AWS rejects, with what to write instead.

    >>> read_principal("AWS", "arn:aws:iam::111122223333:root", "").form is Form.ACCOUNT
    True
    """
    return {"AWS": _aws, "Service": _service, "Federated": _federated, "CanonicalUser": _canonical}[kind](value, where)


def _aws(value: str, where: str) -> Named:
    if value == "*":
        return Named(Form.ANYONE, value)
    if _ACCOUNT.fullmatch(value):
        return Named(Form.ACCOUNT, value)
    if _UNIQUE_ID.fullmatch(value):
        return Named(Form.DELETED, value)
    if "*" in value or "?" in value:
        remedy = "Write the whole ARN, or * alone, or the account with a condition on aws:PrincipalArn."
        raise PolicyError(f"A wildcard cannot be part of the principal {value!r}.", where=where, remedy=remedy)
    if is_service(value):
        raise PolicyError(f"{value!r} is a service.", where=where, remedy=f'Write {{"Service": "{value}"}}.')
    try:
        arn = Arn.parse(value, where)
    except ArnError as fault:
        raise PolicyError(
            fault.what,
            where=where,
            remedy="Write an account ID, or the ARN of a user, a role, a session or :root.",
        ) from None
    return _aws_arn(arn, value, where)


def _aws_arn(arn: Arn, value: str, where: str) -> Named:
    if arn.service == "iam" and arn.type == "group":
        remedy = "Name its users or a role: a group never makes a request."
        raise PolicyError(f"The group {arn.name!r} cannot be a principal.", where=where, remedy=remedy)
    if arn.region or not (_ACCOUNT.fullmatch(arn.account) or arn.account == "cloudfront"):
        raise PolicyError(
            f"{value!r} has a Region, or no 12-digit account ID.",
            where=where,
            remedy="Write arn:aws:iam::111122223333:user/name.",
        )
    forms = {
        ("iam", "root"): Form.ACCOUNT,
        ("iam", "user"): Form.USER,
        ("iam", "role"): Form.ROLE,
        ("sts", "assumed-role"): Form.SESSION,
        ("sts", "federated-user"): Form.FEDERATED_USER,
    }
    form = forms.get((arn.service, arn.type))
    whole = arn.resource == "root" if form is Form.ACCOUNT else bool(arn.name and "/" in arn.resource)
    if form is None or not whole:
        remedy = "Write the ARN of :root, user/…, role/…, assumed-role/role/session or federated-user/…."
        raise PolicyError(f"{value!r} cannot be a principal.", where=where, remedy=remedy)
    if form is Form.SESSION and not _SESSION_RESOURCE.fullmatch(arn.resource):
        raise PolicyError(
            f"{value!r} is not a role session.",
            where=where,
            remedy="Write assumed-role/ROLE/SESSION, without the role's path.",
        )
    return Named(form, value)


def _service(value: str, where: str) -> Named:
    if not is_service(value):
        remedy = "Write its full name, such as ec2.amazonaws.com; wildcards are not allowed here."
        raise PolicyError(f"{value!r} is not a service principal.", where=where, remedy=remedy)
    return Named(Form.SERVICE, value)


def _federated(value: str, where: str) -> Named:
    if value == "*":
        return Named(Form.FEDERATED, value)
    provider = re.fullmatch(rf"arn:({'|'.join(PARTITIONS)}):iam::\d{{12}}:(saml-provider|oidc-provider)/[^*?]+", value)
    if value not in GLOBAL_PROVIDERS and not provider:
        remedy = f"Write the ARN of a saml-provider or oidc-provider, or one of {', '.join(GLOBAL_PROVIDERS)}."
        raise PolicyError(f"{value!r} is not an identity provider.", where=where, remedy=remedy)
    return Named(Form.FEDERATED, value)


def _canonical(value: str, where: str) -> Named:
    if not _CANONICAL.fullmatch(value):
        raise PolicyError(
            f"{value!r} is not a canonical user ID.",
            where=where,
            remedy="It has 64 hexadecimal digits; only S3 uses it.",
        )
    return Named(Form.CANONICAL, value)
