"""The kinds of credentials: who may hold each, how many, for how long, and how it ends.

Lifetimes are in seconds. Long-term credentials are good until somebody ends them; temporary ones come with an end.
Where AWS publishes no figure the table has None, and the row says why; a figure that is only observed is marked
``weak``.

Sources, pages of the IAM User Guide where no other guide is named: id_credentials_access-keys, reference_iam-quotas,
id_credentials_sts-comparison, reference_identifiers, and those at each row.
"""

from dataclasses import dataclass
from typing import Literal

from iamkit.credentials.clock import DAY, HOUR, MINUTE, lasting
from iamkit.errors import IamkitError
from iamkit.identity.holdings import ACCESS_KEYS, CERTIFICATES, LONGEST_EXPIRY, MFA_DEVICES, PER_SERVICE, SSH_KEYS

STS = "id_credentials_sts-comparison"
Term = Literal["long-term", "temporary"]

HOLDERS: dict[str, str] = {
    "root": "Root user",
    "user": "IAM user",
    "role-session": "Role session",
    "federated-user": "Federated user",
    "center-user": "Identity Center user",
    "workload": "Workload",
}
"""Who holds credentials, by the short names of the kit. A federated user, an Identity Center user and a workload act
through a role session; the row names both."""

ENDS = {
    "expires": "at its time",
    "deactivated": "somebody switches it off, and may switch it on again",
    "deleted": "somebody takes it away for good",
}
"""How a credential ends."""


@dataclass(frozen=True)
class Kind:
    """One row of the table.

    Attributes:
        name: the short name, such as ``"access-key"``.
        label: the name to show.
        prefix: the first four letters of its ID; empty where it has no such ID.
        term: ``long-term`` or ``temporary``.
        holders: who acts with it, names of ``HOLDERS``.
        use: what it is for.
        ends: how it ends, words of ``ENDS``.
        source: the page that says so.
        most: at most so many at a time; None where there is no such limit.
        per: what the limit counts for, such as ``"user"``.
        shortest, default, longest: its lifetime in seconds. None means without end for a long-term credential; for a
            temporary one, that something else sets it, or that AWS publishes none: see ``note`` and ``weak``.
        refreshed_for: for how long the tool that holds it gets new ones by itself, in seconds.
        callers: who calls the STS operation that issues it; empty where the call is not signed with AWS credentials.
        mfa: whether that call takes an MFA code; None where no call is made.
        session_policy: whether that call takes a session policy.
        cannot: what its holder cannot do with it.
        note: what else bounds its life or use.
        weak: why a figure is not to be relied on; empty where AWS publishes it.
    """

    name: str
    label: str
    prefix: str
    term: Term
    holders: tuple[str, ...]
    use: str
    ends: tuple[str, ...]
    source: str
    most: int | None = None
    per: str = ""
    shortest: int | None = None
    default: int | None = None
    longest: int | None = None
    refreshed_for: int | None = None
    callers: tuple[str, ...] = ()
    mfa: bool | None = None
    session_policy: bool | None = None
    cannot: str = ""
    note: str = ""
    weak: str = ""

    @property
    def lifetime(self) -> str:
        """The lifetime in words.

        >>> kind("get-session-token").lifetime
        '15 minutes to 36 hours, 12 hours by default'
        >>> kind("access-key").lifetime, kind("ec2").lifetime, kind("lambda").lifetime
        ('no end', 'about 6 hours, not published', 'not published')
        """
        low, usual, high = self.shortest, self.default, self.longest
        if low is None and usual is None and high is None:
            return "no end" if self.term == "long-term" else "not published" if self.weak else "set elsewhere"
        if usual is not None and self.weak:
            return f"about {in_words(usual)}, not published"
        if low == usual == high and usual is not None:
            return in_words(usual)
        span = f"{in_words(low)} to {in_words(high)}" if low is not None and high is not None else ""
        normal = "no end by default" if self.term == "long-term" else ""
        normal = f"{in_words(usual)} by default" if usual is not None else normal
        return ", ".join(filter(None, (span, normal)))

    def __repr__(self) -> str:
        return f"<Kind {self.name}: {self.term}, {self.lifetime}>"


def in_words(seconds: int) -> str:
    """A length of time in days, if it is whole days, or in hours, minutes and seconds.

    >>> in_words(900), in_words(129_600), in_words(90 * DAY)
    ('15 minutes', '36 hours', '90 days')
    """
    days, rest = divmod(seconds, DAY)
    return lasting(seconds) if rest or not days else f"{days:,} day{'s' * (days != 1)}"


def _long(name: str, label: str, prefix: str, holders: str, ends: str, source: str, use: str, *, most: int,
          per: str = "user", shortest: int | None = None, longest: int | None = None,
          note: str = "") -> Kind:  # fmt: skip
    return Kind(name, label, prefix, "long-term", tuple(holders.split()), use, tuple(ends.split()), source, most, per,
                shortest, None, longest, note=note)  # fmt: skip


_LONG_TERM = (
    _long("password", "Console password", "", "root user", "deleted expires", "id_credentials_passwords_account-policy",
          "Signs in to the console.", most=1,
          note="It expires only where the account's password policy says so, after 1 to 1,095 days; the policy does "
          "not apply to the root user. Access keys go on working after it has expired."),
    _long("access-key", "Access key", "AKIA", "root user", "deactivated deleted", "id_credentials_access-keys",
          "Signs calls of the CLI, the SDKs and the API, with a secret that is shown once, at creation.",
          most=ACCESS_KEYS, note="Two, so that one can be updated while the other works."),
    _long("service-specific", "Service-specific credential", "ACCA", "user", "deactivated deleted",
          "id_credentials_service-specific-creds; CodeCommit User Guide",
          "A user name and password that one service alone accepts: CodeCommit (Git over HTTPS), Amazon Keyspaces.",
          most=PER_SERVICE, per="user and service",
          note="CodeCommit's do not work across accounts, and keep their user name when the user is renamed."),
    _long("api-key", "Long-term API key of a service", "ACCA", "user", "expires deactivated deleted",
          "id_credentials_service-specific-creds; IAM API Reference, CreateServiceSpecificCredential",
          "A service-specific credential in the form of one key: Amazon Bedrock, CloudWatch Logs and others.",
          most=PER_SERVICE, per="user and service", shortest=DAY, longest=LONGEST_EXPIRY,
          note="It expires only where a number of days was given when it was made."),
    _long("ssh-key", "SSH public key", "APKA", "user", "deactivated deleted", "reference_iam-quotas",
          "Signs in to CodeCommit (Git over SSH).", most=SSH_KEYS,
          note="It does not work across accounts."),
    _long("certificate", "Signing certificate", "ASCA", "root user", "deactivated deleted", "reference_iam-quotas",
          "Signs old SOAP calls of some services.", most=CERTIFICATES),
    _long("mfa-device", "MFA device", "", "root user", "deactivated deleted", "id_credentials_mfa",
          "A second factor beside the password, or as a parameter of an STS call.", most=MFA_DEVICES,
          note="A passkey signs in to the console and cannot be the MFA parameter of an STS call "
          "(id_credentials_mfa_configure-api-require)."),
)  # fmt: skip

_NO_STS = "call GetFederationToken or GetSessionToken"
_ROLE_MAX = "The role's own maximum counts, 1 to 12 hours, 1 hour by default."


def _sts(name: str, holders: str, callers: str, use: str, limits: tuple[int, int, int], cannot: str, *,
         mfa: bool = False, session_policy: bool = True, note: str = "") -> Kind:  # fmt: skip
    """A row for one operation of STS; ``limits`` are minimum, default and maximum."""
    return Kind(name, f"Temporary credentials of {_operation(name)}", "ASIA", "temporary", tuple(holders.split()), use,
                ("expires",), STS, None, "", *limits, None, tuple(callers.split()), mfa, session_policy, cannot,
                note)  # fmt: skip


def _operation(name: str) -> str:
    """``AssumeRoleWithSAML`` for ``assume-role-with-saml``.

    >>> _operation("assume-role-with-saml"), _operation("get-session-token")
    ('AssumeRoleWithSAML', 'GetSessionToken')
    """
    return "".join("SAML" if word == "saml" else word.capitalize() for word in name.split("-"))


_FROM_STS = (
    _sts("assume-role", "role-session", "user role-session", "Acts as a role, in this account or another.",
         (900, HOUR, 12 * HOUR), _NO_STS, mfa=True,
         note=f"{_ROLE_MAX} From one role session to the next (chaining) 1 hour is the most; more is refused."),
    _sts("assume-role-with-saml", "role-session federated-user", "", "Acts as a role on a SAML assertion.",
         (900, HOUR, 12 * HOUR), _NO_STS,
         note=f"{_ROLE_MAX} It ends with the assertion's SessionNotOnOrAfter, if that is earlier."),
    _sts("assume-role-with-web-identity", "role-session federated-user workload", "",
         "Acts as a role on a JSON Web Token of an OIDC provider.", (900, HOUR, 12 * HOUR), _NO_STS, note=_ROLE_MAX),
    _sts("get-session-token", "root user", "root user", "Acts as the same user, for a while, perhaps with MFA.",
         (900, 12 * HOUR, 36 * HOUR),
         "call IAM without MFA; call STS but for AssumeRole and GetCallerIdentity; go to the console by federation",
         mfa=True, session_policy=False, note="For the root user 1 hour is default and most; more is cut to it."),
    _sts("get-federation-token", "federated-user", "root user",
         "Gives somebody, whom a broker has authenticated, the permissions that user and session policy share.",
         (900, 12 * HOUR, 36 * HOUR),
         "call IAM by CLI or API (a console session may); call STS but for GetCallerIdentity",
         note="For the root user 1 hour is default and most; more is cut to it."),
    _sts("assume-root", "root", "user role-session", "Does one task as the root user of a member account.",
         (0, 900, 900), "do anything outside the task",
         note="Called from the management account or a delegated administrator, not by a root user. The session "
         "policy is one of AWS's task policies, and must be given."),
)  # fmt: skip


def _short(name: str, label: str, holders: str, source: str, use: str, *, prefix: str = "ASIA",
           limits: tuple[int | None, int | None, int | None] = (None, None, None), refreshed_for: int | None = None,
           note: str = "", weak: str = "") -> Kind:  # fmt: skip
    """A row for another temporary credential; ``limits`` are minimum, default and maximum."""
    return Kind(name, label, prefix, "temporary", tuple(holders.split()), use, ("expires",), source, None, "", *limits,
                refreshed_for, note=note, weak=weak)  # fmt: skip


_NOT_STATED = "The pages that the kit follows state no lifetime: take it as a parameter."

_CONSOLE = (
    _short("console-session", "Console session of an IAM user", "user", "id_roles_use_switch-role-console",
           "Works in the console after sign-in with the password.", prefix="", limits=(None, 12 * HOUR, None),
           note="12 hours are the default."),
    _short("switched-role", "Console session of a role, by Switch Role", "role-session",
           "id_roles_use_switch-role-console", "Works in the console as a role.", prefix="",
           note="The lesser of the role's maximum and what is left of the user's session. The root user cannot switch, "
           "nor can anybody to a role that demands an external ID or a source identity."),
    _short("federated-console", "Console session through the federation endpoint", "role-session federated-user",
           "id_roles_providers_enable-console-custom-url", "Works in the console from a link that a broker makes.",
           prefix="", limits=(900, None, 12 * HOUR),
           note="Without SessionDuration it ends with the credentials that it was made from. The link itself is good "
           "for 15 minutes. SessionDuration is refused for chained credentials and those of GetFederationToken."),
    _short("aws-login", "Credentials of aws login", "root user federated-user",
           "AWS Sign-In User Guide, command-line-sign-in", "Lets CLI and SDKs do what the console session may.",
           limits=(900, 900, 900), refreshed_for=12 * HOUR,
           note="AWS CLI 2.32.0 and later; the policy SignInLocalDevelopmentAccess allows it."),
)  # fmt: skip

_CENTER = (
    _short("portal-session", "Session of the AWS access portal", "center-user",
           "IAM Identity Center User Guide, configure-user-session",
           "Shows a user the accounts and permission sets to choose from.", prefix="",
           limits=(900, 8 * HOUR, 90 * DAY)),
    _short("permission-set-session", "Role session of a permission set", "role-session center-user",
           "IAM Identity Center User Guide, howtosessionduration",
           "Works in one account with one permission set, in the console and by CLI or SDK.",
           limits=(HOUR, HOUR, 12 * HOUR),
           note="It lives on until its own end when the portal session ends or the user is disabled."),
)  # fmt: skip

_WORKLOADS = (
    _short("ec2", "Credentials of an EC2 instance's role", "role-session workload",
           "id_roles_use_switch-role-ec2", "Programs on an instance get them from the instance metadata service.",
           limits=(None, 6 * HOUR, None),
           note="New ones are there at least 5 minutes before the old ones expire. An instance profile holds one role.",
           weak="About 6 hours is what is observed; AWS publishes no figure."),
    _short("ecs", "Credentials of an ECS task's role", "role-session workload", "id_roles_update-role-trust-policy",
           "Containers of a task get them from a local endpoint.", note="They are refreshed by themselves.",
           weak="AWS publishes no figure: take it as a parameter."),
    _short("lambda", "Credentials of a Lambda function's role", "role-session workload",
           "id_roles_update-role-trust-policy", "The function finds them in its environment.",
           note="They are refreshed by themselves.", weak="AWS publishes no figure: take it as a parameter."),
    _short("projected-token", "Projected service-account token", "workload", "Amazon EKS User Guide, IRSA",
           "A Kubernetes pod shows it to AssumeRoleWithWebIdentity.", prefix="", limits=(None, DAY, None),
           note="A JSON Web Token, not AWS keys; the pod's specification may set another lifetime."),
    _short("irsa", "Credentials of an EKS service account (IRSA)", "role-session workload",
           "Amazon EKS User Guide, IRSA", "A pod gets them from AssumeRoleWithWebIdentity.",
           limits=(900, HOUR, 12 * HOUR), note=_ROLE_MAX),
    _short("pod-identity", "Credentials of EKS Pod Identity", "role-session workload",
           "Amazon EKS User Guide, Pod Identity", "A pod gets them from an agent on its node.",
           note="The role trusts pods.eks.amazonaws.com for sts:AssumeRole and sts:TagSession; the session carries six "
           "tags. A target role is role chaining.", weak=_NOT_STATED),
    _short("roles-anywhere", "Credentials of IAM Roles Anywhere", "role-session workload",
           "IAM Roles Anywhere API Reference", "A server outside AWS gets them with an X.509 certificate.",
           limits=(900, HOUR, 12 * HOUR)),
    _short("cognito", "Credentials of a Cognito identity pool", "role-session federated-user",
           "Amazon Cognito Developer Guide, authentication-flow", "An app's user gets them in the enhanced flow.",
           limits=(HOUR, HOUR, HOUR)),
)  # fmt: skip

_TOKENS = (
    _short("bearer-token", "Bearer token of a service", "user role-session", "reference_identifiers",
           "Some services take it in place of a signature.", prefix="ABIA", weak=_NOT_STATED),
    Kind("outbound-token", "JSON Web Token of GetWebIdentityToken", "", "temporary", ("user", "role-session"),
         "Shows an outside service who in AWS is calling.", ("expires",), STS, None, "", MINUTE, 5 * MINUTE, HOUR,
         None, ("user", "role-session"), False, False, "call AWS: it holds no keys",
         "Outbound identity federation must be enabled in the account."),
)  # fmt: skip

_ROWS = (*_LONG_TERM, *_FROM_STS, *_CONSOLE, *_CENTER, *_WORKLOADS, *_TOKENS)
_BY_NAME = {row.name: row for row in _ROWS}

PREFIXES: dict[str, str] = {
    "ABIA": "service bearer token",
    "ACCA": "context-specific credential",
    "AGPA": "group",
    "AIDA": "IAM user",
    "AIPA": "instance profile",
    "AKIA": "access key",
    "ANPA": "managed policy",
    "ANVA": "version of a managed policy",
    "APKA": "public key",
    "AROA": "role",
    "ASCA": "certificate",
    "ASIA": "temporary access key",
}
"""What an ID that IAM or STS gave begins with (reference_identifiers)."""


def kinds(term: Term | None = None) -> tuple[str, ...]:
    """The names of all kinds, or of the long-term or the temporary ones, in the order of the table.

    Raises:
        IamkitError: for a word that is neither.

    >>> kinds("long-term")
    ('password', 'access-key', 'service-specific', 'api-key', 'ssh-key', 'certificate', 'mfa-device')
    """
    if term not in (None, "long-term", "temporary"):
        raise IamkitError(f"{term!r} is not a term.", where="kinds", remedy="Use 'long-term' or 'temporary'.")
    return tuple(row.name for row in _ROWS if term in (None, row.term))


def kind(name: str) -> Kind:
    """The row of one kind.

    Raises:
        IamkitError: there is no kind of that name.

    >>> kind("access-key").most, kind("aws-login").default
    (2, 900)
    """
    if name not in _BY_NAME:
        raise IamkitError(f"{name!r} is not a kind of credential.", remedy=f"Use one of: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def who_may_hold(name: str) -> tuple[str, ...]:
    """Who may hold credentials of a kind.

    >>> who_may_hold("access-key"), who_may_hold("ssh-key"), who_may_hold("ec2")
    (('root', 'user'), ('user',), ('role-session', 'workload'))
    """
    return kind(name).holders


def holds(holder: str, term: Term | None = None) -> tuple[str, ...]:
    """The kinds that somebody may hold, in the order of the table.

    Args:
        holder: a name of ``HOLDERS``.
        term: only the long-term or the temporary ones.

    Raises:
        IamkitError: for a holder that there is not; the message lists them.

    >>> holds("role-session", "long-term"), holds("center-user")
    ((), ('portal-session', 'permission-set-session'))
    """
    if holder not in HOLDERS:
        raise IamkitError(
            f"{holder!r} holds no credentials.", where="holds", remedy=f"Use one of: {', '.join(HOLDERS)}."
        )
    return tuple(name for name in kinds(term) if holder in kind(name).holders)


def of_operation(operation: str) -> Kind:
    """The row of what an STS operation issues.

    >>> of_operation("AssumeRole").longest, of_operation("GetSessionToken").callers
    (43200, ('root', 'user'))
    """
    known = {_operation(row.name): row for row in _FROM_STS}
    if operation not in known:
        raise IamkitError(f"{operation!r} issues no AWS keys.", remedy=f"Use one of: {', '.join(known)}.")
    return known[operation]


def kind_of_id(id: str) -> str:
    """What an ID belongs to, by its first four letters.

    It is a convention to read by. AWS does not promise that a prefix is used for one thing only (reference_iam-quotas),
    so nothing should depend on it.

    Raises:
        IamkitError: for an ID that begins with none of ``PREFIXES``.

    >>> kind_of_id("ASIAIOSFODNN7EXAMPLE"), kind_of_id("AKIAIOSFODNN7EXAMPLE")
    ('temporary access key', 'access key')
    """
    if id[:4] not in PREFIXES:
        remedy = f"IDs of IAM begin with one of: {', '.join(PREFIXES)}."
        raise IamkitError(f"{id!r} is no ID of IAM.", where="kind_of_id", remedy=remedy)
    return PREFIXES[id[:4]]


def kinds_of_id(id: str) -> tuple[str, ...]:
    """The kinds of credentials whose IDs begin as this one does; none for the ID of a user, a role or a policy.

    >>> kinds_of_id("AKIAIOSFODNN7EXAMPLE"), kinds_of_id("AROAIOSFODNN7EXAMPLE1")
    (('access-key',), ())
    """
    kind_of_id(id)
    return tuple(row.name for row in _ROWS if row.prefix == id[:4])
