"""Lesson 9, "Choosing access": which kind of access, and which credentials, for a person or a program."""

from collections.abc import Mapping
from typing import Any

from iamkit.credentials.advice import advise
from iamkit.credentials.clock import instant
from iamkit.credentials.practices import Practices, best_practices
from iamkit.errors import IamkitError
from iamkit.lessons.checks import Slip, policy_check, table_check
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, IAM, larger_company, policy, statement
from iamkit.lessons.exercise import NOT_YET, RIGHT, UNFINISHED, Exercise, Result, result
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.world import World

NOW = "2026-11-24T09:00:00Z"
BACKUP = f"{IAM}user/backup"

CASES: dict[str, dict[str, str]] = {
    "Ana and her colleagues": {"who": "workforce", "needs": "nothing special", "source": "another SAML 2.0 directory",
                               "access": "both"},
    "the auditors": {"who": "other account", "shared": "several things", "party": "a third party's"},
    "the payroll application": {"who": "workload in AWS", "needs": "nothing special", "calls": "our own code"},
    "the robot": {"who": "workload outside AWS", "needs": "nothing special", "source": "an OIDC token"},
    "the visitors of the shop": {"who": "app user", "cognito": "yes"},
    "the old backup program": {"who": "workload outside AWS", "needs": "a client that takes access keys only"},
}  # fmt: skip
"""Who needs access at Acme, and how the adviser's questions are answered for them."""


def advised() -> Table:
    """The advice for each of Acme's cases, in a line each."""
    found = {who: advise(**answers) for who, answers in CASES.items()}
    rows = tuple((who, advice.method, "no" if advice.temporary else "yes") for who, advice in found.items())
    return Table("Who gets what at Acme", ("who", "method", "long-term credentials?"), rows)


def today(auditor: Source | None = None) -> World:
    """Acme on 24 November 2026, with what people and programs hold.

    Args:
        auditor: another trust policy for the role ``auditor``.
    """
    world = larger_company()
    acme = world.accounts[ACCOUNT]
    root, ana, mallory, robot = (acme.root_holdings, *(acme.users[n].holdings for n in ("ana", "mallory", "ci-robot")))
    root.add_password(last_used=instant("2026-11-23T18:00:00Z"))
    root.add_mfa("hardware")
    for person in (ana, mallory):
        person.add_password(instant("2026-10-01"), last_used=instant("2026-11-23T08:00:00Z"))
    ana.add_mfa("passkey")
    robot.add_access_key(instant("2025-10-20"), last_used=instant("2026-11-24T02:00:00Z"), id="AKIAACMEROBOTEXAMPLE")
    if auditor is not None:
        acme.roles["auditor"].trust = Policy.parse(auditor, name="trust of auditor")
    return world


def review(world: World) -> Practices:
    """What is not as AWS advises at Acme today."""
    return best_practices(world, NOW)


def auditors(operator: str, external_id: str) -> dict[str, Any]:
    """A trust policy for the audit firm that tests the ExternalId with this operator."""
    tested = {operator: {"sts:ExternalId": external_id}}
    return policy(statement("Allow", "sts:AssumeRole", principal={"AWS": AUDIT_FIRM}, condition=tested))


# Predictions

how_many_users = predict(
    "Six need access. For how many of them is an IAM user with long-term credentials the right way?",
    ["all 6", "4", "1", "none"],
    read=lambda table: {1: "1", 0: "none"}.get(sum(row[2] == "yes" for row in table.rows), "more"),
    behind={
        "all 6": "IAM users come to mind first, but they are the last of four ways.",
        "4": "You may have given one to every program. Most programs can use a role.",
        "none": "There are exceptions. A program that takes nothing but an access key is one.",
    },
    explain="Only the old backup program takes nothing but access keys. All others work with temporary credentials.",
)

command_line = predict(
    "Ana signs in through the office directory. Now she needs the command line, too. What does she sign requests with?",
    {"long": "an access key of her own", "short": "keys that expire", "none": "her office password"},
    read=lambda advice: "short" if advice.temporary else "long",
    behind={
        "long": "That would be the long-term key of an IAM user. She would keep it long after she has left the office.",
        "none": "AWS never sees that password. The directory vouches for her, and an STS operation makes keys of that.",
    },
    explain="Federated users call an STS operation, and get an access key pair and a session token that expire.",
)

no_center = predict(
    "A branch has Microsoft's Active Directory, and no Identity Center is available there. IAM users for its people?",
    {"users": "Yes: that is the exception.", "federation": "No: federation all the same."},
    read=lambda advice: "federation" if advice.temporary else "users",
    behind={
        "users": "The exception has two halves: no Identity Center, and no other identity provider. Here there is one."
    },
    explain="With Microsoft's AD FS in front, it speaks SAML 2.0, and IAM federates it without Identity Center.",
)

robot_key = predict(
    "The robot's key is from October 2025. It works every night. Does the review say anything about it?",
    {"nothing": "Nothing: it works.", "old": "It is old.", "both": "It is old, and a role would do."},
    read=lambda found: {0: "nothing", 1: "old"}.get(len(found), "both"),
    behind={
        "nothing": "That it works is not the question. It works for whoever holds it, and it never expires.",
        "old": "Updating it mends its age. But the robot can use a role, and then there is no key to update.",
    },
    explain="Keys are updated when needed; better still is none, where a role would do.",
)

any_id = predict(
    "Somebody adds a test of sts:ExternalId to the auditors' role: StringLike, with the value *. Is that finding gone?",
    {"gone": "Yes, it is gone.", "there": "No, it is still there."},
    read=lambda found: "there" if "third-party-without-external-id" in found.codes else "gone",
    behind={
        "gone": "The key is named, but any value passes. The review asks what is possible, not which words are there."
    },
    explain="Any ExternalId gets in, also one that was not chosen for Acme, and the kit shows a request with one.",
)

# Exercises

_METHODS = {
    "center": "IAM Identity Center",
    "SAML": "federation with SAML",
    "broker": "an identity broker",
    "Cognito": "Amazon Cognito",
    "role": "a role",
    "policy": "a policy on the resource",
    "user": "a designated IAM user",
}
_PERSON = {"who": "workforce", "needs": "nothing special", "access": "console"}
_MATCH: dict[str, tuple[str, dict[str, str]]] = {
    "a new firm, whose people are in no directory": ("center", {**_PERSON, "source": "nowhere yet", "center": "yes"}),
    "a school, whose people are in Microsoft Entra": (
        "center",
        {**_PERSON, "source": "Okta or Entra", "center": "yes"},
    ),
    "a bank, whose own directory knows no SAML": ("broker", {**_PERSON, "source": "a directory without SAML"}),
    "a game, whose players sign in with Facebook": ("Cognito", {"who": "app user", "cognito": "yes"}),
    "a program on an EC2 instance": ("role", CASES["the payroll application"]),
    "a sister account that copies our bucket to its own": (
        "policy",
        {"who": "other account", "shared": "one resource that takes a policy"},
    ),
    "a program with Git credentials of CodeCommit": (
        "user",
        {"who": "workload in AWS", "needs": "CodeCommit or Keyspaces"},
    ),
}


def _why_match(row: str, given: Any) -> str:
    if given not in _METHODS:
        return f"write one of {', '.join(map(repr, _METHODS))}."
    advice = advise(**_MATCH[row][1])
    return f"not by {_METHODS[given]}. {advice.why}"


match = Exercise(
    "match",
    table_check(lambda: {row: word for row, (word, _) in _MATCH.items()}, _why_match),
    placeholder=dict.fromkeys(_MATCH),
    hints=[
        "First ask: people or a program? Then: who manages these people today?",
        "An external provider and no directory at all lead to the same place. Without SAML there is a go-between.",
        "Whoever copies must read there and write here at once. Who assumes a role sets aside what is their own.",
    ],
    solution="""my_methods = {
    "a new firm, whose people are in no directory": "center",
    "a school, whose people are in Microsoft Entra": "center",
    "a bank, whose own directory knows no SAML": "broker",
    "a game, whose players sign in with Facebook": "Cognito",
    "a program on an EC2 instance": "role",
    "a sister account that copies our bucket to its own": "policy",
    "a program with Git credentials of CodeCommit": "user",
}""",
    why="Each follows from who asks, and who knows them already. Ask the adviser about those that surprise you.",
)


def _exception_check(answer: Any) -> Result:
    """Do the answers lead to designated IAM users?"""
    if not isinstance(answer, Mapping):
        raise IamkitError("These are not answers.", where="answer", remedy='Write {"who": "workforce", ...}.')
    if any(value in (None, ..., "", "...") for value in answer.values()):
        return result(UNFINISHED, "Fill in the rest. The adviser above shows which answers there are.")
    advice = advise(**answer)
    if advice.method.startswith("Designated IAM users"):
        return result(RIGHT, advice.why)
    step = "There is an identity provider in your answers. What if there were none?"
    if answer.get("center") == "yes":
        step = "Identity Center is available in your answers, and it brings a directory of its own."
    return result(NOT_YET, f"The adviser says: {advice.method}. {advice.why}", f"Next step: {step}")


exception = Exercise(
    "exception",
    _exception_check,
    placeholder={"who": "workforce", "needs": "nothing special", "source": None, "center": None, "access": "both"},
    hints=[
        "Look at the four uses that the guide names. Which of them is about people?",
        "Two things must be missing at the same time.",
        'They are managed `"nowhere yet"`, and Identity Center is not available: `"no"`.',
    ],
    solution="""my_answers = {
    "who": "workforce",
    "needs": "nothing special",
    "source": "nowhere yet",
    "center": "no",
    "access": "both",
}""",
    why="No Identity Center, and no other identity provider. With either of them there is a better way.",
)

_ALL_OF_IAM = statement("Allow", "iam:*", "*")


def _no_keys(**resource: str) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "iam:CreateAccessKey", **resource}


designated = Exercise(
    "designated",
    policy_check(
        policy(_ALL_OF_IAM, _no_keys(NotResource=BACKUP)),
        slips=(
            Slip(
                policy(_ALL_OF_IAM, _no_keys(Resource=BACKUP)),
                "That is the wrong way round: `backup` is the one user who may get a key.",
            ),
            Slip(
                policy(_ALL_OF_IAM, _no_keys(Resource="*")),
                "That forbids it for everybody. A Deny wins over every Allow, so it must leave `backup` out.",
            ),
            Slip(
                policy(_ALL_OF_IAM, statement("Allow", "iam:CreateAccessKey", BACKUP)),
                "`iam:*` allows making keys for everybody. One more Allow takes nothing away; only a Deny does.",
            ),
        ),
    ),
    placeholder=policy(_ALL_OF_IAM, {"Effect": "Deny", "Action": "...", "...": "..."}),
    hints=[
        "What must not happen is `iam:CreateAccessKey`, on every user but one.",
        "`NotResource` means: everything else than this.",
        f"The one user is `{BACKUP}`.",
    ],
    solution=f"""my_policy = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}},
        {{"Effect": "Deny", "Action": "iam:CreateAccessKey",
         "NotResource": "{BACKUP}"}},
    ],
}}""",
    why="The exception is now written down, and nobody can make a second one by mistake.",
)

EXERCISES: tuple[Exercise, ...] = (match, exception, designated)
