"""The company of lesson 11, as an account dump gives it, and as it is when the answers of the exercises are put in.

The dump, the resource policies and the credential report are made up, in AWS's own formats (IAM API Reference,
GetAccountAuthorizationDetails; IAM User Guide, id_credentials_getting-report).
"""

import copy
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from iamkit.credentials import events
from iamkit.credentials.events import Change
from iamkit.credentials.timeline import Timeline
from iamkit.decision import Decision
from iamkit.errors import WorldError
from iamkit.identity.holdings import AccessKey
from iamkit.identity.principals import Session
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, BUILDS, HANDBOOK, IAM, MARCH, PAYROLL, policy, statement
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, MAIN, WITH_TOKEN
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.world import World

ANA, BEN, MALLORY = f"{IAM}user/ana", f"{IAM}user/staff/ben", f"{IAM}user/staff/mallory"
OLGA, VICTOR, OLD_ROBOT = f"{IAM}user/admins/olga", f"{IAM}user/victor", f"{IAM}user/ci-robot"
ADMIN, AUDITOR, BACKUP, BUILDER, HANDBOOK_APP, HELPDESK, MAINTENANCE, PAYROLL_APP, ROBOT = (
    f"{IAM}role/{name}"
    for name in ("admin", "auditor", "backup", "builder", "handbook-app", "helpdesk", "maintenance", "payroll-app",
                 "robot")
)  # fmt: skip
LEDGER_DESK, EXTERNAL_ID = f"arn:aws:iam::{AUDIT_FIRM}:role/audit-desk", "acme-7f3a"
COPIES = "arn:aws:s3:::acme-backup"
READ, WRITE, ASSUME, RESET, PASS = (
    "s3:GetObject",
    "s3:PutObject",
    "sts:AssumeRole",
    "iam:UpdateLoginProfile",
    "iam:PassRole",
)
READ_PAYROLL = (READ, f"{PAYROLL}/*")
LEAK, FOUND, MENDING, AFTER = (f"2026-11-24T{time}:00Z" for time in ("06:30", "09:00", "09:30", "09:31"))
LAMBDA = "lambda.amazonaws.com"


@cache
def _file(name: str) -> str:
    return files("iamkit").joinpath(f"data/capstone/{name}").read_text(encoding="utf-8")


def dump() -> str:
    """What ``aws iam get-account-authorization-details`` says of the account, as JSON."""
    return _file("dump.json")


def resource_policies() -> str:
    """The policies of the account's buckets, as JSON."""
    return _file("resources.json")


def credential_report() -> str:
    """What ``aws iam get-credential-report`` says, as CSV."""
    return _file("report.csv")


def audited() -> World:
    """The company as it is found.

    >>> sorted(user.name for user in audited().users())
    ['ana', 'ben', 'ci-robot', 'mallory', 'olga', 'victor']
    """
    return World.from_gaad(dump(), resource_policies(), credential_report())


def leaked_key(world: World) -> AccessKey:
    """The old robot's access key, which was found in a public repository."""
    return world.accounts[ACCOUNT].users["ci-robot"].holdings.access_keys[0]


# What the exercises mend


def set_handbook(answer: Source) -> Change:
    """Another policy for the handbook's bucket."""
    return events.set_resource_policy(HANDBOOK, Policy.parse(answer, name="your policy"))


def set_auditor(answer: Source) -> Change:
    """Another trust policy for ``auditor``."""
    return events.set_trust(AUDITOR, Policy.parse(answer, name="your policy"))


def set_robot(answer: Source) -> Change:
    """Another trust policy for ``robot``."""
    return events.set_trust(ROBOT, Policy.parse(answer, name="your policy"))


def set_helpdesk(answer: Source) -> Change:
    """Another permission policy for ``helpdesk``, in the place of its only one."""
    return events.put_policy(HELPDESK, "HelpDesk", Policy.parse(answer, name="your policy"))


def set_ceiling(answer: Source) -> Change:
    """A permissions boundary for ``builder``."""
    ceiling = check_place(Policy.parse(answer, name="your policy"), Place.IDENTITY)

    def put(world: World, now: int) -> World:
        after = copy.deepcopy(world)
        acme = after.accounts[ACCOUNT]
        acme.policy("BuilderCeiling", ceiling)
        acme.roles["builder"].boundary = f"{IAM}policy/BuilderCeiling"
        return after

    return Change("permissions boundary put on role/builder", put)


def changes_of(answer: Any) -> Sequence[Change]:
    """A list of events, as it is written in the answer.

    Raises:
        WorldError: if it is none.
    """
    given = [answer] if isinstance(answer, Change) else answer
    if not isinstance(given, list | tuple) or not all(isinstance(one, Change) for one in given):
        remedy = "Write a list of events, such as [events.delete(user)]."
        raise WorldError("This is not a list of events.", where="answer", remedy=remedy)
    return given


_SETTERS = {"handbook": set_handbook, "auditor": set_auditor, "robot": set_robot, "helpdesk": set_helpdesk,
            "ceiling": set_ceiling}  # fmt: skip


def day_of(**answers: Any) -> tuple[Timeline, AccessKey]:
    """The day on which the key leaked at 06:30, was found and deactivated at 09:00, and things were mended at 09:30;
    and the key.

    Args:
        answers: ``handbook``, ``auditor``, ``robot``, ``helpdesk``, ``ceiling``: a policy; ``stop``: a list of events.
            What is left out stays as it was.
    """
    world = audited()
    key = leaked_key(world)
    changes = [_SETTERS[name](answer) for name, answer in answers.items() if name in _SETTERS]
    changes += changes_of(answers.get("stop", []))
    return Timeline(world, LEAK).then(FOUND, events.deactivate(key)).then(MENDING, *changes), key


# Right answers, which stand for the other tasks while one is judged

_SUB, _AUD = f"{GITHUB}:sub", f"{GITHUB}:aud"
_HANDBOOK_APP_FUNCTIONS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:handbook-*"
FIXES: dict[str, Any] = {
    "handbook": policy(
        statement("Allow", READ, f"{HANDBOOK}/*", principal="*",
                  condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})
    ),
    "auditor": policy(
        statement("Allow", ASSUME, principal={"AWS": AUDIT_FIRM},
                  condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}})
    ),
    "robot": policy(
        statement("Allow", WITH_TOKEN, principal={"Federated": GITHUB_PROVIDER},
                  condition={"StringEquals": {_AUD: "sts.amazonaws.com", _SUB: MAIN}})
    ),
    "helpdesk": policy(
        statement("Allow", ["iam:GetUser", "iam:ListUsers"], "*"),
        statement("Allow", RESET, f"{IAM}user/staff/*"),
    ),
    "ceiling": policy(
        statement("Allow", ["lambda:CreateFunction", "lambda:InvokeFunction"], _HANDBOOK_APP_FUNCTIONS),
        statement("Allow", PASS, HANDBOOK_APP),
        statement("Allow", [READ, WRITE], f"{BUILDS}/*"),
    ),
    "stop": [events.delete(OLD_ROBOT), events.revoke_sessions(BACKUP), events.delete(VICTOR)],
}  # fmt: skip


def mended(**others: Any) -> World:
    """The company at 09:31, with all six tasks done, and some of them in another way."""
    return day_of(**{**FIXES, **others})[0].world_at(AFTER)


# Everybody's work

Asked = tuple[Any, str, str, dict[str, Any]]
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:handbook-search"
WELCOME = f"{HANDBOOK}/welcome.pdf"
_MFA = {"aws:MultiFactorAuthPresent": "true"}
_TOKEN = {_AUD: "sts.amazonaws.com", _SUB: MAIN}


def as_role(arn: str) -> Session:
    """A session of a role that was issued at 09:31."""
    return Session(arn, "work", operation="AssumeRole", keys={"aws:TokenIssueTime": AFTER})


def _in_role(by: str, role: str, *asked: tuple[str, str], action: str = ASSUME, **sent: Any) -> list[Asked]:
    """Somebody comes into a role, and does something there."""
    return [(by, action, role, sent), *((as_role(role), does, to, {}) for does, to in asked)]


WORK: dict[str, list[Asked]] = {
    "Ana reads the payroll": [(ANA, READ, MARCH, {})],
    "the payslips are printed (`payroll-app`)": _in_role(LAMBDA, PAYROLL_APP, (READ, MARCH)),
    "Ledger reads the payroll as `auditor`, with its ExternalId": _in_role(
        LEDGER_DESK, AUDITOR, (READ, MARCH), **{"sts:ExternalId": EXTERNAL_ID}
    ),
    "the robot stores a build, from the branch main": _in_role(
        GITHUB_PROVIDER, ROBOT, (WRITE, f"{BUILDS}/1.zip"), action=WITH_TOKEN, **_TOKEN
    ),
    "the backup at night copies the payroll": _in_role(LAMBDA, BACKUP, (READ, MARCH), (WRITE, f"{COPIES}/march.csv")),
    "Ben makes a function that runs as `handbook-app`": [
        *_in_role(BEN, BUILDER, ("lambda:CreateFunction", FUNCTION), ("lambda:InvokeFunction", FUNCTION)),
        (as_role(BUILDER), PASS, HANDBOOK_APP, {"iam:PassedToService": LAMBDA}),
    ],
    "Ben reads and stores builds": [(as_role(BUILDER), act, f"{BUILDS}/1.zip", {}) for act in (READ, WRITE)],
    "Mallory resets Ben's password": _in_role(MALLORY, HELPDESK, (RESET, BEN)),
    "Olga administers, with MFA": _in_role(OLGA, ADMIN, ("iam:CreateUser", f"{IAM}user/noa"), **_MFA),
    "the clean-up at night runs": _in_role(LAMBDA, MAINTENANCE, ("s3:DeleteObject", f"{BUILDS}/1.zip")),
    "everybody reads the handbook": [(who, READ, WELCOME, {}) for who in (BEN, as_role(ROBOT), as_role(AUDITOR))],
}  # fmt: skip
"""What people and programs do, and the requests that it takes. Reading the handbook as a robot or an auditor is new."""


_OUTSIDE = (LAMBDA, LEDGER_DESK, GITHUB_PROVIDER)


def hindered(world: World) -> list[str]:
    """What of everybody's work is not possible, with the request that is refused."""
    there = {one.arn for one in (*world.users(), *world.roles())}
    found = []
    for words, asked in WORK.items():
        needed = {who.of if isinstance(who, Session) else who for who, *_ in asked if who not in _OUTSIDE}
        if gone := sorted(needed - there):
            found.append(f"{words}: `{short(gone[0])}` is gone.")
            continue
        decisions = [world.decide(who, does, to, {"aws:CurrentTime": AFTER, **sent}) for who, does, to, sent in asked]
        first = next((decision for decision in decisions if not decision), None)
        if first is not None:
            found.append(f"{words}: {refused(first)}")
    return found


def refused(decision: Decision) -> str:
    """A request that is refused, in words."""
    request = decision.request
    asked = f"`{short(request.principal)}` asks for `{request.action}` on `{short(request.resource)}`"
    return f"{asked}. {decision.because}"


def short(arn: str) -> str:
    """The last field of an ARN: ``role/builder``."""
    return arn.split(":", 5)[-1]
