"""Lesson 8, "Federation": people and programs whom somebody else knows, and the messages that bring them in."""

from collections.abc import Sequence
from typing import Any

from iamkit.credentials.advice import advise
from iamkit.credentials.clock import lasting
from iamkit.credentials.federation import Flow
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.errors import PolicyError
from iamkit.identity.providers import SIGN_IN
from iamkit.lessons.checks import Slip, table_check
from iamkit.lessons.company import policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.federating import (
    BROKER_KEYS as BROKER_KEYS,
    CENTER_KEYS as CENTER_KEYS,
    COGNITO_KEYS as COGNITO_KEYS,
    GITHUB,
    GITHUB_KEYS as GITHUB_KEYS,
    GITHUB_PROVIDER,
    MAIN as MAIN,
    OFFICE_KEYS as OFFICE_KEYS,
    OFFICE_PROVIDER,
    REPOSITORY,
    WITH_SAML,
    WITH_TOKEN,
    company as company,
    exchange as exchange,
    from_github as from_github,
    from_office as from_office,
    office_console as office_console,
    office_script as office_script,
    portal as portal,
    robot_token as robot_token,
    robot_workflow as robot_workflow,
    set_up as set_up,
    shop as shop,
    vouched_for as vouched_for,
    warehouse as warehouse,
    who_is as who_is,
    with_center as with_center,
)
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.lessons.vouching import (
    after_disabling as after_disabling,
    broker_ways as broker_ways,
    durations as durations,
    forgeries as forgeries,
    jumbled as jumbled,
    loosened as loosened,
    order_check,
    owners as owners,
    repository_slips_through,
    saved as saved,
    trust_check,
    trusts as trusts,
    what_goes_on as what_goes_on,
)
from iamkit.prove.federated import Slip as Stranger

# Predictions


def _checked_by_aws(found: Table) -> str:
    return str(sum(row[1] == "Identity Center" for row in found.rows))


def _issued_or_error(flow: Flow) -> str:
    return flow.result.error if isinstance(flow.result, Refused) else "issued"


def _from_where(found: Stranger) -> str:
    if found.subject is None:
        return "nobody"
    return "Acme" if found.subject.startswith("repo:acme/") else "others"


who_says_no = predict(
    "Six ways into AWS. Somebody types a wrong password. In how many of them does AWS itself find that out?",
    {"6": "in all six", "3": "in the three of Identity Center", "1": "in one", "0": "in none"},
    read=_checked_by_aws,
    behind={
        "6": "Federation means that AWS does not check. It believes somebody else, who has checked.",
        "3": "If people come from Active Directory, Okta or Entra, Identity Center asks these. It knows no password.",
        "0": "There is one exception: Identity Center has a directory of its own.",
    },
    explain="Whoever owns the identity checks it. Only Identity Center's own directory is AWS's.",
)

eva_in_aws = predict(
    "Eva has signed in through the office. What is she in Acme's account now?",
    {
        "user": "an IAM user, made at sign-in",
        "session": "a session of a role",
        "member": "a member of the provider object",
    },
    read=lambda arn: "session" if ":assumed-role/" in arn else "user",
    behind={
        "user": "Nothing is made in IAM when somebody signs in. There is no user eva, before or after.",
        "member": "The provider object only says how to check what the office signs. It has no list of people.",
    },
    explain="The role is there before her and after her. The name `eva` is a name that the office vouches for.",
)

changed_name = predict(
    "The signed response lies in Eva's own browser. There she replaces eva by ana. What comes of it?",
    {
        "issued": "She comes in as ana.",
        "AccessDenied": "A no: the role does not trust ana.",
        "InvalidIdentityToken": "A no: it is not what was signed.",
    },
    read=_issued_or_error,
    behind={
        "issued": "The response is in her hands, but the office's private key is not. Any change breaks the signature.",
        "AccessDenied": "It does not come to that. The trust policy is asked only after the signature was checked.",
    },
    explain="First STS checks the signature with the certificate of the provider object. Nothing counts before that.",
)

shorter = predict(
    "Eva's script asks for 4 hours. The office wants the session to end after 2. The role allows 8. How long is it?",
    ["8 hours", "4 hours", "2 hours", "refused"],
    read=lambda answer: lasting(answer.lasts) if isinstance(answer, Credentials) else "refused",
    behind={
        "8 hours": "The role's longest session is a limit, not a wish.",
        "4 hours": "The office has a say as well: `SessionNotOnOrAfter` in its response.",
        "refused": "Asking for more than the *role* allows is refused. The office's end only makes it shorter.",
    },
    explain="It is the shorter of what is asked for and what the directory says.",
)

outsiders = predict(
    "A colleague tests StringLike repo:acme*/payroll-robot:*. Who comes in besides the branch main?",
    {
        "nobody": "nobody",
        "Acme": "only other repositories of acme",
        "others": "people who are not of Acme",
    },
    read=_from_where,
    behind={
        "nobody": "A wildcard matches any text. Ask what the shortest and the strangest text would be.",
        "Acme": "`acme*` is not acme. Names that begin with acme are free for anybody to take at GitHub.",
    },
    explain="The kit names a repository of an owner who is not Acme, and it comes in.",
)

left_out = predict(
    "Another colleague leaves sub out and tests only aud. He makes a new role with it. What happens?",
    {
        "refused": "IAM does not take the policy.",
        "all": "Anybody at GitHub comes in.",
        "acme": "Acme comes in: aud says who.",
    },
    read=lambda answer: "refused" if isinstance(answer, PolicyError) else "all",
    behind={
        "all": "That was so until 2025, and for roles from before it still is. See below.",
        "acme": "`aud` says for whom the token is made: for AWS. Whose workflow it is, only `sub` says.",
    },
    explain="Many organizations share GitHub's provider, so IAM asks for a claim that tells them apart.",
)

vouched = predict(
    "The broker may read the handbook. It calls GetFederationToken for Tom, with no session policy. May Tom read it?",
    {"Allowed": "Yes: what the broker may.", "ImplicitlyDenied": "No."},
    behind={
        "Allowed": "The broker's permissions are the ceiling only. What is handed on is what the session policy says."
    },
    explain="Without a session policy GetFederationToken gives no permissions. AssumeRole gives those of the role.",
)

still_in = predict(
    "Eva's role session began at 9:55, for 4 hours. At 10:00 she is disabled. At 11:00 she reads the payroll. And?",
    {"Allowed": "It is allowed.", "disabled": "It is denied: she is disabled.", "ended": "Her session has ended."},
    read=lambda answer: "ended" if isinstance(answer, Refused) else answer.effect if answer else "disabled",
    behind={
        "disabled": "A request is decided by the role's policies. The role is not disabled, and knows of no Eva.",
        "ended": "Disabling ends nothing that is out already. It only keeps new sessions from being opened.",
    },
    explain="Disabling somebody stops new sessions. Role sessions that are out go on to their own end.",
)

# Exercises

_WORKFORCE = {"who": "workforce", "needs": "nothing special", "access": "console"}
_SITUATIONS: dict[str, dict[str, str]] = {
    "a hospital: its directory speaks SAML 2.0": {**_WORKFORCE, "source": "another SAML 2.0 directory"},
    "a factory: its old directory does not": {**_WORKFORCE, "source": "a directory without SAML"},
    "a law firm: its people are in Active Directory": {**_WORKFORCE, "source": "Active Directory", "center": "yes"},
    "a start-up: its people are in Okta": {**_WORKFORCE, "source": "Okta or Entra", "center": "yes"},
    "a travel app: its users sign in with Google": {"who": "app user", "cognito": "yes"},
    "a workflow at GitLab: it gets a signed token": {
        "who": "workload outside AWS", "needs": "nothing special", "source": "an OIDC token",
    },
}  # fmt: skip
_WAYS = {"SAML": "SAML 2.0", "broker": "identity broker", "center": "Identity Center", "Cognito": "Cognito",
         "OIDC": "OpenID Connect"}  # fmt: skip


def _ways() -> dict[str, str]:
    """The way that the adviser names for each situation."""
    methods = {who: advise(**answers).method for who, answers in _SITUATIONS.items()}
    return {who: next(way for way, name in _WAYS.items() if name in method) for who, method in methods.items()}


def _why_way(who: str, given: Any) -> str:
    if given not in _WAYS:
        return f"write one of {', '.join(map(repr, _WAYS))}."
    return f"not by {_WAYS[given]}. {advise(**_SITUATIONS[who]).why}"


choose = Exercise(
    "choose",
    table_check(_ways, _why_way),
    placeholder=dict.fromkeys(_SITUATIONS),
    hints=[
        "Ask first: people of the company, users of an app, or a program? Then: who knows them already?",
        "Two of them end at Identity Center. One has nothing that AWS understands, so somebody must stand between.",
        "For users of the Internet AWS recommends Cognito. A program with a token of its own needs no Cognito.",
    ],
    solution="""my_ways = {
    "a hospital: its directory speaks SAML 2.0": "SAML",
    "a factory: its old directory does not": "broker",
    "a law firm: its people are in Active Directory": "center",
    "a start-up: its people are in Okta": "center",
    "a travel app: its users sign in with Google": "Cognito",
    "a workflow at GitLab: it gets a signed token": "OIDC",
}""",
    why='IAM User Guide, page "IAM identities", section "Federate users from an existing identity source".',
)

order = Exercise(
    "order",
    order_check,
    placeholder=[],
    untouched=lambda answer: answer == [] or (isinstance(answer, list) and not any(answer)),
    hints=[
        "It begins with the user's client, and it ends with a signed request to a service.",
        "Who has to be asked before anything can be signed? What does STS do before it answers?",
        "The first three are D, A, G. AWS sees nothing of these.",
    ],
    solution='my_order = ["D", "A", "G", "C", "F", "B", "E"]',
    why="Sign in, ask the directory, sign; show it to STS, check, hand out; only then a signed request.",
)

_SUB, _AUD = f"{GITHUB}:sub", {f"{GITHUB}:aud": "sts.amazonaws.com"}


def _github(condition: dict[str, Any], action: str | list[str] = WITH_TOKEN) -> dict[str, Any]:
    return policy(statement("Allow", action, principal={"Federated": GITHUB_PROVIDER}, condition=condition))


_SUB_SLIPS = (
    ("StringLike", f"repo:{REPOSITORY}:*",
     "The last `*` stands for every branch, every tag and every pull request."),
    ("StringEquals", f"repo:{REPOSITORY}:*",
     "`StringEquals` takes `*` for a star, and only `StringLike` for any text. Here you need no star."),
    ("StringEquals", f"repo:{REPOSITORY}",
     "The claim goes on after the repository: `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`."),
    ("StringEquals", f"repo:{REPOSITORY}:ref:main",
     "Git's own name of the branch is `refs/heads/main`. Look at the claim of a good token."),
    ("StringEquals", REPOSITORY, "The claim says more than the repository. Look at the claim of a good token."),
)  # fmt: skip

only_main = Exercise(
    "only_main",
    trust_check(
        # Every token has a subject, so a policy that takes none is not too wide.
        _github({"StringEqualsIfExists": {_SUB: MAIN}}, [WITH_TOKEN, "sts:TagSession"]),
        repository_slips_through,
        lambda mine: robot_workflow(trust=mine),
        slips=[
            Slip(_github({**tested, operator: {**tested.get(operator, {}), _SUB: sub}}), misconception)
            for operator, sub, misconception in _SUB_SLIPS
            for tested in ({}, {"StringEquals": _AUD})
        ],
        advice=f"the token of a good run says `{MAIN}`. Test the claim `sub` for exactly this.",
    ),
    placeholder=_github({"...": {_SUB: "..."}}),
    hints=[
        "The token of a good run is shown above. Which of its claims says repository *and* branch?",
        "The branch main, and nothing else: that needs no wildcard. So which operator is it?",
        f'The value is `"{MAIN}"`. A second test, of `{GITHUB}:aud`, does no harm.',
    ],
    solution=f"""my_trust = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"Federated": "{GITHUB_PROVIDER}"}},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {{"StringEquals": {{
            "{GITHUB}:aud": "sts.amazonaws.com",
            "{GITHUB}:sub": "{MAIN}",
        }}}},
    }}],
}}""",
    why="One claim, one value, no wildcard. The audience is tested by the provider object as well.",
)

BROKEN = from_office("urn:amazon:webservices", OFFICE_PROVIDER + "-old")
"""A trust policy with two faults: it names a provider object that is gone, and takes the Audience for saml:aud."""


def _any_response(mine: Any) -> str:
    """Does it let in a response that was made out for another address?"""
    flow = office_console(("address",), company(desk=mine))
    return "" if flow.refused_at else "A response that was made out for https://files.acme.example/saml comes in, too."


mend = Exercise(
    "mend",
    trust_check(
        policy(statement("Allow", [WITH_SAML, "sts:TagSession"], principal={"Federated": OFFICE_PROVIDER},
                         condition={"StringEqualsIfExists": {"SAML:aud": SIGN_IN}})),
        _any_response,
        lambda mine: office_console((), company(desk=mine)),
        slips=(
            Slip(BROKEN, "This is the policy as it was. The refusal above names what does not fit."),
            Slip(
                from_office("urn:amazon:webservices"),
                "`saml:aud` is not the *Audience* of the response. It is its *Recipient*: where it is posted.",
            ),
            Slip(
                from_office(None),
                "Without the condition a response that some other application was meant to get will do as well.",
            ),
        ),
        advice=f"let in `{OFFICE_PROVIDER}`, where `SAML:aud` is the address to which the browser posts.",
    ),
    placeholder=BROKEN,
    hints=[
        "There are two faults. The first one is in the Principal: compare it with the provider object above.",
        "The second is in the Condition. Look for `Recipient` in the response of the stepper.",
        f"`SAML:aud` must be `{SIGN_IN}`.",
    ],
    solution=f"""my_mended = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"Federated": "{OFFICE_PROVIDER}"}},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {{"StringEquals": {{"SAML:aud": "{SIGN_IN}"}}}},
    }}],
}}""",
    why="The provider object says who may sign, and saml:aud for which address the response was made.",
)  # fmt: skip

EXERCISES: Sequence[Exercise] = (choose, order, only_main, mend)
