"""Lesson 11, tasks 1 to 3: who may come in. A bucket's policy and two trust policies, each judged by proofs."""

import copy
from collections.abc import Sequence
from itertools import product
from typing import Any

from iamkit.lessons.audited import (
    ASSUME,
    EXTERNAL_ID,
    LEDGER_DESK,
    READ,
    WORK,
    Asked,
    as_role,
    mended,
    refused,
)
from iamkit.lessons.checks import Slip
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, HANDBOOK, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, MAIN, REPOSITORY, WITH_TOKEN
from iamkit.lessons.mended import GITHUB_ALONE, INSIDE, LEDGER_ALONE, MAIN_ALONE, PAGES, WITH_THE_ID
from iamkit.lessons.wishes import Wish, beyond, known_slip, placed, wish_check
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.world import Who, World

Made = tuple[Policy, World]


def judged(name: str, place: Place, slips: Sequence[Slip] = ()) -> dict[str, Any]:
    """How an answer that is a policy is read: with the company in which the other tasks are done."""

    def read(answer: Any) -> Made:
        mine = placed(answer, place)
        return mine, mended(**{name: answer})

    return {"read": read, "slip": lambda made: known_slip(made[0], tuple(slips))}


def limit(words: str, most: dict[str, Any], step: str) -> Wish:
    """It permits at most what another policy permits."""
    return Wish(words, lambda made: beyond(made[0], most), step)


def needed(words: str, *asked: Asked, step: Any) -> Wish:
    """Requests that must be allowed."""

    def fault(made: Made) -> str:
        for who, action, resource, sent in asked:
            decision = made[1].decide(who, action, resource, sent)
            if not decision:
                return refused(decision)
        return ""

    return Wish(words, fault, step, most=False)


def work(*words: str) -> list[Asked]:
    """The requests that this work takes."""
    return [asked for name in words for asked in WORK[name]]


# Task 1: the handbook


def _pages(principal: Any, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", READ, f"{HANDBOOK}/*", principal=principal, condition=condition))


_REFERER = {"StringLike": {"aws:Referer": "https://intranet.acme.example/*"}}
_HOME = {"aws:SourceIp": "192.0.2.7", "aws:SecureTransport": "true"}
_TLS = {"aws:SecureTransport": "true"}
_COUNT_ON_OWN = (
    "The account as Principal (or its `:root`) leaves it to the account's own policies. It gives nothing to `robot`, "
    "which has no policy for the handbook. Name everybody, or test `aws:PrincipalAccount`."
)


def _left_out(made: Made) -> str:
    """Somebody of the account who cannot read some page."""
    world = copy.deepcopy(made[1])
    acme = world.accounts[ACCOUNT]
    acme.user("comes-later")
    acme.role("comes-later", trust=policy(statement("Allow", ASSUME, principal={"Service": "lambda.amazonaws.com"})))
    callers: list[Who] = [*world.users(), *(as_role(role.arn) for role in world.roles())]
    for who in callers:
        for page, sent in product(("welcome.pdf", "2027/rules.pdf"), (_HOME, _TLS)):
            decision = world.decide(who, READ, f"{HANDBOOK}/{page}", sent)
            if not decision:
                return refused(decision)
    return ""


handbook = Exercise(
    "handbook",
    wish_check(
        wishes=(
            limit("Nobody outside the account gets anything.", INSIDE,
                   "what in a request says which account somebody is of? The caller must not be able to choose it."),
            limit("It gives nothing but reading the pages.", PAGES, "look at Action and Resource."),
            Wish("Everybody in the account reads every page, from anywhere, also who comes later and has no policy.",
                 _left_out, "the answer above says who is left out. Name all of the account, or let the account count.",
                 most=False),
        ),
        **judged("handbook", Place.RESOURCE, (
            Slip(_pages("*", **_REFERER), "This is the policy as it was: the Referer is what the caller writes."),
            Slip(_pages("*"), "`*` is everybody in the world, with or without credentials."),
            Slip(_pages({"AWS": ACCOUNT}), _COUNT_ON_OWN),
        )),
    ),
    placeholder=_pages("...", **{"...": {"...": "..."}}),
    hints=[
        "Which condition key holds the account of whoever asks? AWS fills it in, the caller cannot.",
        "`Principal` `*` with a condition on `aws:PrincipalAccount` means: everybody of that account.",
        f"The value is `{ACCOUNT}`, with `StringEquals`.",
    ],
    solution=f"""my_handbook = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "{HANDBOOK}/*",
        "Condition": {{"StringEquals": {{"aws:PrincipalAccount": "{ACCOUNT}"}}}},
    }}],
}}""",
    why="AWS fills in the account of whoever asks. An anonymous caller has none, a stranger another.",
)  # fmt: skip

# Task 2: the auditor


def _auditor(principal: Any, **condition: Any) -> dict[str, Any]:
    return policy(statement("Allow", ASSUME, principal=principal, condition=condition))


_ID = {"sts:ExternalId": EXTERNAL_ID}

auditor = Exercise(
    "auditor",
    wish_check(
        wishes=(
            limit("Nobody comes in without the ExternalId that Ledger chose for Acme.", WITH_THE_ID,
                   "test `sts:ExternalId`, so that a request without it, or with another, does not pass."),
            limit("Nobody comes in but Ledger.", LEDGER_ALONE, f"the Principal is Ledger's account, `{AUDIT_FIRM}`."),
            needed("Ledger's audit desk comes in with it, and reads the payroll.",
                    *work("Ledger reads the payroll as `auditor`, with its ExternalId"),
                    step=f"`{LEDGER_DESK}` sends `{EXTERNAL_ID}`, and nothing else. That must do."),
        ),
        **judged("auditor", Place.TRUST, (
            Slip(_auditor({"AWS": AUDIT_FIRM}), "This is the policy as it was. Ledger asks for Acme and for others "
                 "alike: only the ExternalId says for whom."),
            Slip(_auditor({"AWS": AUDIT_FIRM}, StringEqualsIfExists=_ID),
                 "With `IfExists` a request without any ExternalId comes in."),
            Slip(_auditor({"AWS": AUDIT_FIRM}, StringLike={"sts:ExternalId": "*"}),
                 "`*` is any ExternalId, the one of another customer of Ledger's too."),
            Slip(_auditor("*", StringEquals=_ID),
                 "An ExternalId is not a secret. Whoever knows it would come in, from any account."),
        )),
    ),
    placeholder=_auditor({"AWS": "..."}, **{"...": {"sts:ExternalId": "..."}}),
    hints=[
        "Two things must be true of a request: who sends it, and with which ExternalId.",
        f"Ledger is account `{AUDIT_FIRM}`. The ExternalId is `{EXTERNAL_ID}`.",
        "`StringEquals` does not hold if the key is missing. That is what is wanted here.",
    ],
    solution=f"""my_auditor = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": "{AUDIT_FIRM}"}},
        "Action": "sts:AssumeRole",
        "Condition": {{"StringEquals": {{"sts:ExternalId": "{EXTERNAL_ID}"}}}},
    }}],
}}""",
    why="The Principal says who may knock, and the ExternalId on whose behalf.",
)  # fmt: skip

# Task 3: the robot


def _robot(sub: str, operator: str = "StringEquals") -> dict[str, Any]:
    condition: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    condition[operator] = {**condition.get(operator, {}), f"{GITHUB}:sub": sub}
    return policy(statement("Allow", WITH_TOKEN, principal={"Federated": GITHUB_PROVIDER}, condition=condition))


robot = Exercise(
    "robot",
    wish_check(
        wishes=(
            limit("No other repository, branch or event comes in.", MAIN_ALONE,
                   "compare the `sub` above with the robot's own. It needs no wildcard."),
            limit("Nobody comes in but through GitHub.", GITHUB_ALONE, "name GitHub's provider, as Federated."),
            needed("The robot comes in from the branch main, and stores its builds.",
                    *work("the robot stores a build, from the branch main"),
                    step=f"its token says `{MAIN}`, with `sts.amazonaws.com` as `aud`. That must pass."),
        ),
        **judged("robot", Place.TRUST, (
            Slip(_robot("repo:acme*", "StringLike"), "This is the policy as it was: `repo:acme*` is also "
                 "`repo:acme-fans/…`."),
            Slip(_robot("repo:acme/*", "StringLike"), "That is every repository of Acme's, and every branch of it."),
            Slip(_robot(f"repo:{REPOSITORY}:*", "StringLike"),
                 "The last `*` stands for every branch, every tag and every pull request."),
            Slip(_robot(f"repo:{REPOSITORY}:*"),
                 "`StringEquals` takes `*` for a star. And here you need no star at all."),
            Slip(_robot(f"repo:{REPOSITORY}"), "The claim goes on after the repository: `:ref:refs/heads/BRANCH`."),
        )),
    ),
    placeholder=_robot("...", "..."),
    hints=[
        "What is in the claim `sub`? The audit shows it, for the robot's own workflow.",
        "The owner, the repository and the branch are all known. Then which operator is it?",
        f'`"StringEquals": {{"{GITHUB}:sub": "{MAIN}"}}`',
    ],
    solution=f"""my_robot = {{
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
    why="One owner, one repository, one branch, and no wildcard.",
)  # fmt: skip
