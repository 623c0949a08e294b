"""Who makes a request: the kinds of principal, read from an ARN or a name.

Source: IAM User Guide, reference_policies_elements_principal; reference_policies_variables (table of principal keys).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from iamkit.arn import Arn
from iamkit.errors import ArnError, RequestError
from iamkit.policy.principals import GLOBAL_PROVIDERS, is_service

ANONYMOUS = "anonymous"


class Kind(Enum):
    """The principals that requests come from. There is no group among them: a group is never a principal."""

    ROOT = "root user"
    USER = "IAM user"
    SESSION = "role session"
    FEDERATED_USER = "federated-user session"
    SERVICE = "AWS service"
    FEDERATED = "federated principal"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of one request.

    Args:
        kind: what it is.
        arn: its own ARN (the session's, not the role's), the service name, the provider, or ``anonymous``.
        account: its 12-digit account, or None for services, providers and anonymous callers.
        partition: the partition of its ARN, or None where it has none.
        entity: the ARN of the user or role whose identity-based policies it acts under; of a role session named
            without its role's path, the role's ARN as far as it is known.
        bounded: True if its user or role carries a permissions boundary.
        unique_id: the unique ID of its user or role (``AIDA…``, ``AROA…``), where known.
        canonical: the canonical user ID of its account, where known.
        operation: the STS operation that issued its credentials, such as ``GetSessionToken``; empty where it holds
            long-term ones, or that is left open.
        console: True if a console session makes the request.

    >>> Caller.parse("arn:aws:sts::111122223333:assumed-role/auditor/ana").entity
    'arn:aws:iam::111122223333:role/auditor'
    """

    kind: Kind
    arn: str
    account: str | None = None
    partition: str | None = None
    entity: str | None = None
    bounded: bool = False
    unique_id: str | None = None
    canonical: str | None = None
    operation: str = ""
    console: bool = False

    @classmethod
    def parse(cls, text: str) -> "Caller":
        """Read a principal from an ARN, a service name, an identity provider or ``ik.ANONYMOUS``.

        A role's own ARN stands for any session of that role.

        Raises:
            RequestError: for what cannot make a request: a group, a policy, a wildcard.
        """
        if text == ANONYMOUS:
            return cls(Kind.ANONYMOUS, ANONYMOUS)
        if text in GLOBAL_PROVIDERS:
            return cls(Kind.FEDERATED, text)
        if isinstance(text, str) and is_service(text):
            return cls(Kind.SERVICE, text)
        try:
            arn = Arn.parse(text)
        except ArnError as fault:
            remedy = "Give an ARN, a service name such as ec2.amazonaws.com, or ik.ANONYMOUS."
            raise RequestError(
                f"{text!r} cannot make a request: {fault.what}", where="principal", remedy=remedy
            ) from None
        return cls._of_arn(arn, text)

    @classmethod
    def _of_arn(cls, arn: Arn, text: str) -> "Caller":
        kinds = {
            ("iam", "root"): Kind.ROOT,
            ("iam", "user"): Kind.USER,
            ("iam", "role"): Kind.SESSION,
            ("sts", "assumed-role"): Kind.SESSION,
            ("sts", "federated-user"): Kind.FEDERATED_USER,
            ("iam", "saml-provider"): Kind.FEDERATED,
            ("iam", "oidc-provider"): Kind.FEDERATED,
        }
        kind = kinds.get((arn.service, arn.type))
        if kind is None or any(wild in text for wild in "*?") or not re.fullmatch(r"\d{12}", arn.account):
            raise RequestError(f"{text!r} cannot make a request.", where="principal", remedy=_remedy(arn))
        entity: str | None = text if kind in (Kind.USER, Kind.SESSION, Kind.ROOT) else None
        if arn.type == "assumed-role":
            if arn.resource.count("/") != 2:
                raise RequestError(
                    f"{text!r} is not a role session.",
                    where="principal",
                    remedy="Write assumed-role/ROLE/SESSION.",
                )
            entity = f"arn:{arn.partition}:iam::{arn.account}:role/{arn.resource.split('/')[1]}"
        account = None if kind is Kind.FEDERATED else arn.account
        return cls(kind, text, account, arn.partition, entity)

    @property
    def role_name(self) -> str | None:
        """The name of the role behind a role session."""
        return self.entity.rpartition("/")[2] if self.kind is Kind.SESSION and self.entity else None

    @property
    def names_a_session(self) -> bool:
        """False if a role's own ARN was given, which stands for any session of the role."""
        return self.kind is Kind.SESSION and ":assumed-role/" in self.arn

    @property
    def is_service_linked(self) -> bool:
        """A session of a service-linked role (IAM User Guide, id_roles). Its path says so; a session's ARN leaves the
        path out, so where nothing more is known the name does."""
        if self.kind is not Kind.SESSION:
            return False
        if self.names_a_session and self.unique_id is None:
            return str(self.role_name).startswith("AWSServiceRoleFor")
        return ":role/aws-service-role/" in str(self.entity)

    def __str__(self) -> str:
        return self.arn


def _remedy(arn: Arn) -> str:
    if arn.type == "group":
        return "A group never makes a request: ask about one of its users."
    if "*" in arn.resource:
        return "Name one principal; who_can asks about all of them."
    return "Give the ARN of a user, a role, a session, a federated user or :root."


ROLE_OPERATIONS = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
OPERATIONS = (*ROLE_OPERATIONS, "GetSessionToken", "GetFederationToken", "AssumeRoot")
"""The STS operations that issue credentials for AWS (IAM User Guide, id_credentials_sts-comparison)."""


@dataclass(frozen=True)
class Session:
    """A session as the principal of a question: of a role, or of a user or root user through STS.

    Args:
        of: the ARN of the role, the user, or the root user.
        name: the role session name, 2 to 64 characters, or the federated user's name, 2 to 32; empty for
            GetSessionToken and AssumeRoot, whose sessions go by the name of their user.
        policy: the session policy: None, one policy or a list.
        tags: session tags; of equal tags of the role, these win (id_session-tags).
        operation: the STS operation that issued it; empty where the question leaves it open.
        keys: condition keys that it carries from its issue on, such as ``aws:TokenIssueTime``. Where ``operation`` is
            given, a key of this kind that is not named is absent (see `iamkit.known.session_facts`).
        console: True if it is used in the console. There a federated user may call IAM (id_credentials_sts-comparison).

    Raises:
        RequestError: if ``of`` has no sessions of this kind, or the name does not fit.

    >>> Session("arn:aws:iam::111122223333:role/audit/reader", "ana").arn
    'arn:aws:sts::111122223333:assumed-role/reader/ana'
    >>> Session("arn:aws:iam::111122223333:user/ana", operation="GetSessionToken").arn
    'arn:aws:iam::111122223333:user/ana'
    """

    of: str
    name: str = ""
    policy: Any = None
    tags: Mapping[str, str] = field(default_factory=dict)
    operation: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)
    console: bool = False

    def __post_init__(self) -> None:
        holder = next((kind for kind, end in _ENDS.items() if re.search(f":iam::[0-9]*:{kind}{end}", self.of)), "")
        if holder not in _HOLDERS.get(self.operation, ()):
            what = f"{self.of!r} has no sessions{f' by {self.operation}' if self.operation else ''}."
            raise RequestError(what, where="session", remedy=_session_remedy(self.operation))
        longest = 64 if holder == "role" else 32
        if self.operation in _NAMELESS:
            if self.name:
                raise RequestError("It has no name of its own.", where="session", remedy="Leave the name out.")
        elif not re.fullmatch(r"[\w+=,.@-]+", self.name, re.ASCII) or not 2 <= len(self.name) <= longest:
            remedy = f"Use 2 to {longest} letters, digits and +=,.@-_."
            raise RequestError(f"{self.name!r} is not a session name.", where="session", remedy=remedy)

    @property
    def arn(self) -> str:
        """The session's ARN, which leaves out the path of its role."""
        if self.operation in _NAMELESS:
            return self.of
        arn = Arn.parse(self.of)
        resource = f"assumed-role/{arn.name}/{self.name}" if arn.type == "role" else f"federated-user/{self.name}"
        return f"arn:{arn.partition}:sts::{arn.account}:{resource}"


_NAMELESS = ("GetSessionToken", "AssumeRoot")
_ENDS = {"role": "/", "user": "/", "root": "$"}
_HOLDERS = {
    "": ("role", "user"),
    **dict.fromkeys(ROLE_OPERATIONS, ("role",)),
    **dict.fromkeys(("GetSessionToken", "GetFederationToken"), ("user", "root")),
    "AssumeRoot": ("root",),
}


def _session_remedy(operation: str) -> str:
    if operation not in _HOLDERS:
        return f"The operations are {', '.join(OPERATIONS)}."
    return f"Give the ARN of {' or of '.join(f'a {holder}' for holder in _HOLDERS[operation])}."
