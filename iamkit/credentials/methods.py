"""The ways to give access that the adviser knows: each with its credentials, its reason, and what AWS advises against.

Source: IAM User Guide, page "IAM identities" (``id``); what goes beyond it is named with each.
"""

from dataclasses import dataclass

from iamkit.credentials.tree import Advice, Node

_GUIDE, _CENTER = "IAM User Guide, ", "IAM Identity Center User Guide, "
_ID, _BEST = f"{_GUIDE}id", f"{_GUIDE}best-practices"
_UPDATING = "Update access keys when needed (IAM User Guide, id_credentials_access-keys)."


@dataclass(frozen=True)
class _Way:
    """What one kind of access adds to a method: to the console, or to requests of programs."""

    credentials: str
    step: str
    source: str
    against: str = ""
    temporary: bool = True


def _by_access(method: Advice, console: _Way, programs: _Way) -> Node:
    """Ask for the kind of access, and complete the advice with what it needs."""

    def leaf(*ways: _Way) -> Node:
        against = tuple(way.against for way in ways if way.against)
        credentials = "; ".join(way.credentials for way in ways)
        steps, source = tuple(way.step for way in ways), tuple(dict.fromkeys(way.source for way in ways))
        temporary = all(way.temporary for way in ways)
        return Node(advice=method.plus(credentials=credentials, temporary=temporary, not_recommended=against,
                                       steps=steps, source=source))  # fmt: skip

    answers = {"console": leaf(console), "programmatic": leaf(programs), "both": leaf(console, programs)}
    return Node("access", "What kind of access do they need?", answers)


# People of the workforce

_NO_ROOT = "Do not use the root user for everyday tasks, even the administrative ones."
_NO_USERS = "Do not create separate IAM users for people who are authenticated elsewhere already."

_PORTAL = _Way(
    "at each sign-in, temporary credentials of a role that is assumed automatically",
    "Sign in through the AWS access portal, with MFA, and choose account and permission set.",
    f"{_CENTER}getting-started; enable-mfa",
)
_PROFILE = _Way(
    "short-term credentials, to sign requests to the AWS CLI or the AWS APIs",
    "For the AWS APIs configure a profile; for the AWS CLI a profile or an environment variable.",
    f"{_CENTER}howtogetcredentials; AWS SDKs and Tools Reference Guide, feature-sso-credentials",
    "Do not give people long-term access keys: the access portal hands out short-term ones.",
)


def _center(connected: str, first: str, page: str, why: str, against: str = _NO_USERS) -> Node:
    return _by_access(
        Advice(
            f"Single sign-on through IAM Identity Center, {connected}",
            "",
            True,
            f"{why} Identity Center is one central place for people and their access to all accounts: an easier "
            "sign-in for them, control from a single system for you.",
            (_NO_ROOT, against),
            (first, "Assign a permission set to people or groups in each account: as few permissions as they need."),
            (_ID, f"{_CENTER}{page}"),
        ),
        _PORTAL,
        _PROFILE,
    )


OWN_DIRECTORY = _center(
    "with its own directory",
    "Add people and groups to the Identity Center directory, which is there by default. It supports MFA for additional "
    "security.",
    "manage-your-identity-source-sso",
    "There is no directory yet, or people are in the Identity Center directory already.",
    "Do not create IAM users for people: these are for workloads that cannot use IAM roles.",
)
EXTERNAL = _center(
    "connected to the external identity provider",
    "Connect the provider with SAML 2.0, and have it push people and groups with SCIM. MFA is the provider's part.",
    "manage-your-identity-source-idp",
    "People are managed at an external provider, and Identity Center establishes trust between it and the account.",
)
ACTIVE_DIRECTORY = _center(
    "connected to Active Directory",
    "Connect the self-managed directory, or the one in AWS Directory Service.",
    "manage-your-identity-source-ad",
    "The corporate directory is Microsoft Active Directory, and Identity Center establishes trust between it and the "
    "account.",
)

_DYNAMIC = "After you create an IAM identity provider, create one or more roles that are assigned to federated users."
_FEDERATED = "They are authenticated already when they sign in to your network, and assume a role in the account."

SAML = _by_access(
    Advice(
        "Federation through an IAM identity provider, with SAML 2.0",
        "",
        True,
        f"The directory is compatible with SAML 2.0, as Active Directory is by way of AD FS. {_FEDERATED}",
        (_NO_ROOT, _NO_USERS),
        ("Create a SAML identity provider in IAM.", _DYNAMIC, "Test saml:aud in the trust policy of each role."),
        (_ID, f"{_GUIDE}id_roles_providers_saml"),
    ),
    _Way(
        "temporary credentials of a role, by single sign-on to the console",
        "Let the directory send its signed assertion to AWS's sign-in page.",
        f"{_GUIDE}id_roles_providers_enable-console-saml",
    ),
    _Way(
        "an access key pair and a session token from an AWS STS operation",
        "Call AssumeRoleWithSAML with the assertion: it creates a session with temporary credentials.",
        f"{_GUIDE}id_credentials_temp_request",
    ),
)
OIDC = _by_access(
    Advice(
        "Federation through an IAM identity provider, with OpenID Connect (OIDC)",
        "",
        True,
        f"The provider is compatible with OIDC, which IAM supports beside SAML 2.0. {_FEDERATED}",
        (_NO_ROOT, _NO_USERS),
        ("Create an OIDC identity provider in IAM.", _DYNAMIC, "Test the claims aud and sub in the trust policy."),
        (_ID, f"{_GUIDE}id_roles_providers_oidc"),
    ),
    _Way(
        "temporary credentials of a role, exchanged for a sign-in to the console",
        "Call AssumeRoleWithWebIdentity, and have the federation endpoint make a sign-in address of the result.",
        f"{_GUIDE}id_roles_providers_enable-console-custom-url",
    ),
    _Way(
        "an access key pair and a session token from an AWS STS operation",
        "Call AssumeRoleWithWebIdentity with the token: it creates a session with temporary credentials.",
        f"{_GUIDE}id_credentials_temp_request",
    ),
)
BROKER = _by_access(
    Advice(
        "An identity broker of your own",
        "",
        True,
        f"The directory does not speak SAML 2.0, so an application of yours stands between. {_FEDERATED}",
        (_NO_ROOT, _NO_USERS),
        ("Write a broker that authenticates people against the directory.",
         "Let it call AssumeRole; GetFederationToken works too, but needs the long-term keys of an IAM user."),
        (_ID, f"{_GUIDE}id_roles_providers_enable-console-custom-url"),
    ),
    _Way(
        "temporary credentials of a role, by single sign-on to the console",
        "Exchange them for a sign-in token, and send the person to the address made of it.",
        f"{_GUIDE}id_roles_providers_enable-console-custom-url",
    ),
    _Way(
        "an access key pair and a session token from an AWS STS operation",
        "Hand the keys and the session token of the role to the person's program.",
        f"{_GUIDE}id_credentials_temp_request",
    ),
)  # fmt: skip

IAM_USERS = _by_access(
    Advice(
        "Identity Center or federation in the long run; until then, IAM users who assume roles",
        "",
        True,
        "Require people to assume a role, so that they use temporary credentials. An IAM user must be allowed to "
        "assume the role, and must explicitly choose to switch to it.",
        (_NO_ROOT,),
        ("Give each user MFA, and the permission to assume one role, instead of permissions of its own.",),
        (_ID, _BEST),
    ),
    _Way(
        "a password, which is long-term, and after the switch temporary credentials of the role",
        "Sign in as the user, then switch to the role.",
        f"{_GUIDE}id_roles_use_switch-role-console",
        "Do not work with permissions of the user itself.",
        temporary=False,
    ),
    _Way(
        "short-term credentials: an access key ID, a secret access key, and a session token that tells when they end",
        "Get them from AWS STS and sign requests with these.",
        f"{_GUIDE}id_credentials_temp_use-resources",
        "Long-term access keys as the way to sign requests: not recommended.",
    ),
)

# The exceptions: long-term credentials

NO_CENTER_NO_PROVIDER = _by_access(
    Advice(
        "Designated IAM users with long-term credentials",
        "",
        False,
        "IAM Identity Center is not available for the account, and there is no other identity provider.",
        (_NO_ROOT, "Long-term credentials where temporary ones would do: not recommended."),
        ("Create IAM users with least privilege, each with MFA.",),
        (_ID, f"{_GUIDE}id_users_create"),
    ),
    _Way(
        "a password, which is long-term",
        "Sign in with password and MFA, then switch to a role for the work.",
        f"{_GUIDE}id_credentials_passwords",
        temporary=False,
    ),
    _Way(
        "access keys, which are long-term; whenever possible temporary credentials made with them",
        _UPDATING,
        f"{_GUIDE}id_credentials_access-keys",
        "Signing requests with the long-term keys themselves: not recommended.",
        temporary=False,
    ),
)


def _designated(credentials: str, why: str, against: str, steps: tuple[str, ...], page: str) -> Node:
    return Node(advice=Advice(
        "A designated IAM user with long-term credentials",
        credentials,
        False,
        why,
        ("Long-term credentials for anything beyond this use.", against),
        ("Create an IAM user for this use alone, with least privilege.", *steps),
        (_ID, f"{_GUIDE}{page}"),
    ))  # fmt: skip


NO_ROLE = _designated(
    "an access key, which is long-term",
    "The workload cannot use IAM roles. To give such workloads programmatic access is the primary use of IAM users.",
    "The key of a person, or of root.",
    (_UPDATING,),
    "id_users",
)
KEYS_ONLY = _designated(
    "an access key, which is long-term",
    "A third-party AWS client requires programmatic access through access keys.",
    "A long-term key, if the client also takes a session token: then Identity Center or a role gives short-term keys.",
    (_UPDATING,),
    "id_credentials_access-keys",
)
SERVICE_SPECIFIC = _designated(
    "service-specific credentials, which the one service accepts and no other; they are long-term",
    "AWS CodeCommit and Amazon Keyspaces have credentials of their own, and only IAM users can hold them.",
    "Such a user where git-remote-codecommit, or the SigV4 plugin for Keyspaces, can work with temporary credentials.",
    (
        "Make the service-specific credentials for the user; for CodeCommit an SSH key is possible, too.",
        "Replace them when needed: two may exist for each service.",
    ),
    "id_credentials_service-specific-creds",
)

# Programs

OWN_CODE = Node(advice=Advice(
    "An IAM role for the workload",
    "temporary credentials of the role, which AWS brings to the program and renews",
    True,
    "Workloads too should reach AWS with temporary credentials. A role hands them out, and nothing is stored.",
    ("An access key in the code, in its configuration or on the machine.",),
    ("Create a role that trusts the service on which the program runs, with least privilege.",
     "Give the role to the instance, the function or the task; the AWS SDKs find its credentials."),
    (_ID, _BEST, f"{_GUIDE}id_roles_use_switch-role-ec2"),
))  # fmt: skip
SERVICE = Node(advice=Advice(
    "A service role, or the service-linked role of the service",
    "temporary credentials of the role, which the service fetches for itself",
    True,
    "The service acts for you, and therefore assumes a role of your account.",
    ("A trust policy for the service without aws:SourceArn or aws:SourceAccount, where the service sends them.",),
    ("See whether the service has a service-linked role (AWS services that work with IAM).",
     "Else create a service role that trusts the service."),
    (_ID, f"{_GUIDE}id_roles_create-service-linked-role", f"{_GUIDE}confused-deputy"),
))  # fmt: skip
TOKEN = Node(advice=Advice(
    "Federation through an IAM identity provider, with OpenID Connect (OIDC)",
    "an access key pair and a session token from AssumeRoleWithWebIdentity",
    True,
    "Where it runs, the program gets a signed token that says what it is. AWS checks the token, and no key is stored.",
    ("The access key of an IAM user in the settings of the build.",
     "A trust policy that does not test sub: every program of the same provider could assume the role."),
    ("Create an OIDC identity provider in IAM.", "Create a role that trusts it, and test aud and sub.",
     "Let the program call AssumeRoleWithWebIdentity with its token."),
    (_ID, _BEST, f"{_GUIDE}id_roles_providers_oidc", f"{_GUIDE}id_roles_create_for-idp_oidc"),
))  # fmt: skip
ASSERTION = Node(advice=Advice(
    "Federation through an IAM identity provider, with SAML 2.0",
    "an access key pair and a session token from AssumeRoleWithSAML",
    True,
    "The program can get a signed assertion from a provider of yours, as people do. No key is stored.",
    ("The access key of an IAM user on a machine outside AWS.",),
    ("Create a SAML identity provider in IAM.", "Create a role that trusts it, and test saml:aud.",
     "Let the program call AssumeRoleWithSAML with the assertion."),
    (_BEST, f"{_GUIDE}id_roles_providers_saml"),
))  # fmt: skip
CERTIFICATE = Node(advice=Advice(
    "IAM Roles Anywhere",
    "temporary credentials of a role, in exchange for a certificate",
    True,
    "The program proves itself with an X.509 certificate of an authority that you trust.",
    ("The access key of an IAM user on a machine outside AWS.",),
    ("Register the certificate authority as a trust anchor.",
     "Create a role that trusts IAM Roles Anywhere, and a profile."),
    (_BEST, "IAM Roles Anywhere User Guide, introduction"),
))  # fmt: skip

# Other accounts, and the users of an app

RESOURCE_POLICY = Node(advice=Advice(
    "A resource-based policy that names the other account",
    "the credentials that they have in their own account",
    True,
    "Some services let you attach a policy directly to a resource, instead of using a role as a proxy. Whoever comes "
    "in by it keeps the permissions of the own account at the same time.",
    ("A copy of the data, or an IAM user for each of them.",),
    ("Name the account, or better the roles, in the policy of the resource.",
     "Have the other account allow the same on its side."),
    (_ID, f"{_GUIDE}access_policies-cross-account-resource-access"),
))  # fmt: skip
_ACROSS = Advice(
    "A role that the other account may assume",
    "temporary credentials of the role",
    True,
    "Roles are the primary way to grant access across accounts.",
    ("IAM users in your account for the people of the other one.",),
    ("Create a role that trusts the account, with least privilege.",
     "Have the other account allow its people sts:AssumeRole on it."),
    (_ID, f"{_GUIDE}id_roles_common-scenarios_aws-accounts"),
)  # fmt: skip
ROLE_ACROSS = Node(advice=_ACROSS)
THIRD_PARTY = Node(advice=_ACROSS.plus(
    method="A role that the other account may assume, with an ExternalId",
    why="Roles are the primary way to grant access across accounts. The third party serves others too, and one of "
    "them could make it use your role: the confused deputy.",
    not_recommended=("Keys of an IAM user, handed to the third party.", "A trust policy without sts:ExternalId."),
    steps=("Have the third party choose an ExternalId for you alone, and test sts:ExternalId in the trust policy.",
           "Such a role is not for Switch Role in the console, which sends no ExternalId."),
    source=(f"{_GUIDE}id_roles_common-scenarios_third-party",),
))  # fmt: skip
COGNITO = Node(advice=Advice(
    "Federation for the app, through Amazon Cognito",
    "temporary credentials of a role, from an identity pool",
    True,
    "To use identity federation with Internet identity providers, AWS recommends Amazon Cognito.",
    ("An IAM user for each user of the app.", "Keys of AWS inside the app."),
    ("Create an identity pool, and tell it how users sign in.",
     "Give it a role for authenticated users, with least privilege."),
    (_ID, f"{_GUIDE}id_roles_providers_oidc_cognito"),
))  # fmt: skip
APP_OIDC = Node(advice=Advice(
    "Federation for the app, with OpenID Connect (OIDC)",
    "an access key pair and a session token from AssumeRoleWithWebIdentity",
    True,
    "Users identify themselves through an Internet provider: Login with Amazon, Facebook, Google, or any other that is "
    "compatible with OIDC.",
    ("An IAM user for each user of the app.", "Keys of AWS inside the app.", "To do without Cognito where it fits."),
    ("Register the app with the provider.", "Create a role that trusts the provider and tests the app's own ID.",
     "Let the app call AssumeRoleWithWebIdentity with the token."),
    (_ID, f"{_GUIDE}id_roles_providers_oidc"),
))  # fmt: skip
