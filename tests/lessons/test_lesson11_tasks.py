"""The six tasks of lesson 11, with right answers, other right ones, and what learners get wrong."""

from typing import Any

import pytest

from iamkit.credentials import events
from iamkit.lessons import lesson11 as lesson
from iamkit.lessons.audited import (
    ADMIN,
    ANA,
    ASSUME,
    AUDITOR,
    BACKUP,
    BEN,
    COPIES,
    EXTERNAL_ID,
    FIXES,
    HANDBOOK_APP,
    LAMBDA,
    LEDGER_DESK,
    MAINTENANCE,
    OLD_ROBOT,
    OLGA,
    PASS,
    READ,
    RESET,
    VICTOR,
    WRITE,
)
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, BUILDS, HANDBOOK, IAM, PAYROLL, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, MAIN, WITH_TOKEN
from iamkit.lessons.mended import report


def answer_of(exercise: Exercise) -> Any:
    names: dict[str, Any] = {"events": events}
    exec(exercise.solution().code, names)
    return names[f"my_{exercise.name}"]


@pytest.mark.parametrize("exercise", lesson.EXERCISES, ids=lambda exercise: exercise.name)
def test_untouched_is_never_wrong_and_the_solution_is_right(exercise: Exercise) -> None:
    assert exercise.check(exercise.placeholder).verdict == "not attempted"
    assert exercise.check(None).verdict == "not attempted"
    found = exercise.check(answer_of(exercise))
    assert found, found.text
    heads = [exercise.hint().head for _ in range(5)]
    assert "Hint 1" in heads[0] and heads[-1] == heads[-2]


INSIDE = {"aws:PrincipalAccount": ACCOUNT}
NEVER_WITHOUT_TLS = statement(
    "Deny", "s3:*", f"{HANDBOOK}/*", principal="*", condition={"Bool": {"aws:SecureTransport": "false"}}
)


def pages(*more: dict[str, Any], principal: Any = "*", action: Any = READ, resource: Any = f"{HANDBOOK}/*",
          **condition: Any) -> dict[str, Any]:  # fmt: skip
    return policy(statement("Allow", action, resource, principal=principal, condition=condition), *more)


ID = {"sts:ExternalId": EXTERNAL_ID}


def ledger(*more: dict[str, Any], principal: Any = None, action: Any = ASSUME, **condition: Any) -> dict[str, Any]:
    who = principal or {"AWS": AUDIT_FIRM}
    return policy(statement("Allow", action, principal=who, condition=condition), *more)


SUB, AUD = f"{GITHUB}:sub", {f"{GITHUB}:aud": "sts.amazonaws.com"}


def workflow(*more: dict[str, Any], principal: Any = None, action: Any = WITH_TOKEN,
             **condition: Any) -> dict[str, Any]:  # fmt: skip
    who = principal or {"Federated": GITHUB_PROVIDER}
    return policy(statement("Allow", action, principal=who, condition=condition), *more)


STAFF = f"{IAM}user/staff/*"


def allow(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [statement("Allow", action, resource) for action, resource in pairs]


def deny(action: str, resource: Any) -> dict[str, Any]:
    return statement("Deny", action, resource)


def but(effect: str, **elements: Any) -> dict[str, Any]:
    """A statement with NotAction or NotResource."""
    return {"Effect": effect, **elements}


FUNCTIONS = f"arn:aws:lambda:*:{ACCOUNT}:function:handbook-*"
MAKE = (["lambda:CreateFunction", "lambda:InvokeFunction"], FUNCTIONS)
HAND, FILES = (PASS, HANDBOOK_APP), ([READ, WRITE], f"{BUILDS}/*")
VAULT = [PAYROLL, f"{PAYROLL}/*", COPIES, f"{COPIES}/*"]
ALL_DENIED = policy(deny("*", "*"))
OLD = policy(statement("Deny", "*", "*", condition={"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:30:30Z"}}))
ONLY_LAMBDA = policy(statement("Allow", ASSUME, principal={"Service": LAMBDA}))
NO_ROBOT, NO_VICTOR, NO_OLD = events.delete(OLD_ROBOT), events.delete(VICTOR), events.revoke_sessions(BACKUP)

RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.handbook, pages(StringEquals=INSIDE, principal={"AWS": "*"})),
    (lesson.handbook, pages(NEVER_WITHOUT_TLS, StringLike=INSIDE)),
    (lesson.handbook, pages(StringEquals={"aws:PrincipalAccount": [ACCOUNT]}, action=["s3:GetObject"])),
    (lesson.handbook, pages(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{HANDBOOK}/*",
         "Condition": {"StringNotEquals": INSIDE}})),
    (lesson.auditor, ledger(StringEquals=ID, principal={"AWS": f"arn:aws:iam::{AUDIT_FIRM}:root"})),
    (lesson.auditor, ledger(StringEquals=ID, principal={"AWS": LEDGER_DESK})),
    (lesson.auditor, ledger(StringLike=ID)),
    (lesson.auditor, ledger(StringEquals=ID, action=[ASSUME, "sts:TagSession", "sts:SetSourceIdentity"])),
    (lesson.auditor, ledger(statement("Deny", ASSUME, principal="*", condition={"StringNotEquals": ID}))),
    (lesson.auditor, ledger(principal="*", StringEquals=ID | {"aws:PrincipalAccount": AUDIT_FIRM})),
    (lesson.robot, workflow(StringEquals={SUB: MAIN})),
    (lesson.robot, workflow(StringEquals=AUD, StringLike={SUB: MAIN})),
    (lesson.robot, workflow(StringEquals={SUB: MAIN}, action=[WITH_TOKEN, "sts:TagSession"])),
    (lesson.robot, workflow(statement("Deny", WITH_TOKEN, principal="*", condition={"StringNotEquals": {SUB: MAIN}}),
                            StringLike={SUB: "repo:acme/*"})),
    (lesson.helpdesk, policy(*allow((RESET, STAFF)))),
    (lesson.helpdesk, policy(*allow((RESET, [STAFF]), (["iam:Get*", "iam:List*"], "*")))),
    (lesson.helpdesk, policy(*allow((RESET, "*")), but("Deny", Action=RESET, NotResource=STAFF))),
    (lesson.ceiling, policy(*allow(MAKE, HAND, FILES))),
    (lesson.ceiling, policy(*allow((MAKE[0], "*"), HAND, ("s3:*", [BUILDS, f"{BUILDS}/*"])))),
    (lesson.ceiling, policy(
        *allow(("*", "*")),
        but("Deny", Action="s3:*", NotResource=f"{BUILDS}/*"),
        but("Deny", Action=PASS, NotResource=HANDBOOK_APP),
        but("Deny", NotAction=["s3:*", PASS, *MAKE[0]], Resource="*"))),
    (lesson.ceiling, policy(*allow(MAKE, HAND, ("s3:*", "*")), deny("s3:*", VAULT))),
    (lesson.ceiling, policy(
        *allow(MAKE, FILES), statement("Allow", PASS, HANDBOOK_APP,
                                       condition={"StringEquals": {"iam:PassedToService": LAMBDA}}))),
    (lesson.stop, [NO_VICTOR, NO_OLD, NO_ROBOT]),
    (lesson.stop, (events.put_policy(OLD_ROBOT, "Stop", ALL_DENIED), NO_OLD, events.put_policy(VICTOR, "Stop",
                                                                                               ALL_DENIED))),
    (lesson.stop, [NO_ROBOT, events.put_policy(BACKUP, "Old", OLD), NO_VICTOR]),
    (lesson.stop, [events.set_trust(BACKUP, ONLY_LAMBDA), NO_ROBOT, NO_OLD, NO_VICTOR]),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    found = exercise.check(answer)
    assert found, found.text


OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
REFERER = {"aws:Referer": "https://intranet.acme.example/*"}
KEYS = [RESET, "iam:CreateAccessKey"]
LOOK = (["iam:GetUser", "iam:ListUsers"], "*")
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.handbook, pages(), OVER, "`*` is everybody in the world"),
    (lesson.handbook, pages(StringLike=REFERER), BOTH, "the Referer is what the caller writes"),
    (lesson.handbook, pages(principal={"AWS": ACCOUNT}), UNDER, "gives nothing to `robot`"),
    (lesson.handbook, pages(principal={"AWS": f"{IAM}root"}), UNDER, "2 of 3 requirements proved"),
    (lesson.handbook, pages(principal={"AWS": [BEN, ANA]}), UNDER, "comes-later"),
    (lesson.handbook, pages(StringEquals=INSIDE, action="s3:*"), OVER, "look at Action and Resource"),
    (lesson.handbook, pages(StringEquals=INSIDE, resource=f"{HANDBOOK}/*.pdf", action="s3:Get*"), OVER, "s3:Get"),
    (lesson.handbook, pages(StringEqualsIfExists=INSIDE), OVER, "Nobody outside the account gets anything. It"),
    (lesson.handbook, pages(StringEquals=INSIDE, IpAddress={"aws:SourceIp": "203.0.113.0/24"}), UNDER, "no Allow"),
    (lesson.handbook, pages(StringEquals={"aws:PrincipalAccount": AUDIT_FIRM}), BOTH, AUDIT_FIRM),
    (lesson.handbook, policy(*allow((READ, f"{HANDBOOK}/*"))), "malformed", "Principal"),
    (lesson.handbook, pages(principal="..."), "not finished", "Fill in"),
    (lesson.auditor, ledger(), OVER, "only the ExternalId says for whom"),
    (lesson.auditor, ledger(StringEqualsIfExists=ID), OVER, "without any ExternalId comes in"),
    (lesson.auditor, ledger(StringLike={"sts:ExternalId": "*"}), OVER, "another customer of Ledger's"),
    (lesson.auditor, ledger(principal="*", StringEquals=ID), OVER, "is not a secret"),
    (lesson.auditor, ledger(principal={"AWS": [AUDIT_FIRM, ACCOUNT]}, StringEquals=ID), OVER, "Ledger's account"),
    (lesson.auditor, ledger(principal={"AWS": ACCOUNT}, StringEquals=ID), BOTH, "1 of 3 requirements proved"),
    (lesson.auditor, ledger(StringNotEquals=ID), BOTH, "It permits this"),
    (lesson.auditor, ledger(StringEquals=ID, Bool={"aws:MultiFactorAuthPresent": "true"}), UNDER, "audit-desk"),
    (lesson.auditor, ledger(StringEquals={"sts:ExternalId": "acme"}), BOTH, "requirements proved"),
    (lesson.auditor, ledger(action=READ, StringEquals=ID), "malformed", "Resource"),
    (lesson.robot, workflow(StringEquals=AUD, StringLike={SUB: "repo:acme*"}), OVER, "`repo:acme-fans/…`"),
    (lesson.robot, workflow(StringEquals=AUD, StringLike={SUB: "repo:acme/*"}), OVER, "every repository of Acme's"),
    (lesson.robot, workflow(StringEquals=AUD, StringLike={SUB: "repo:acme/payroll-robot:*"}), OVER, "pull request"),
    (lesson.robot, workflow(StringLike={SUB: "repo:acme/payroll-robot:*"}), OVER, "2 of 3 requirements proved"),
    (lesson.robot, workflow(StringEquals=AUD | {SUB: "repo:acme/payroll-robot:*"}), BOTH, "`*` for a star"),
    (lesson.robot, workflow(StringEquals=AUD), OVER, "2 of 3 requirements proved"),
    (lesson.robot, workflow(StringEquals=AUD | {SUB: "repo:acme/payroll-robot"}), BOTH, "goes on after the repository"),
    (lesson.robot, workflow(StringEquals={SUB: MAIN}, Null={f"{GITHUB}:aud": "true"}), UNDER, "That must pass"),
    (lesson.robot, workflow(principal={"Federated": "accounts.google.com"}, StringEquals={SUB: MAIN}), BOTH,
     "but through GitHub"),
    (lesson.helpdesk, policy(*allow(LOOK, (KEYS, "*"))), OVER, "whoever may make a key for Victor is Victor"),
    (lesson.helpdesk, policy(*allow(LOOK, (KEYS, STAFF))), OVER, "A new key is for whoever makes it"),
    (lesson.helpdesk, policy(*allow(LOOK, (RESET, f"{IAM}user/*"))), OVER, "`*` stands for slashes too"),
    (lesson.helpdesk, policy(*allow(LOOK, (RESET, "*"))), OVER, "also Olga and Ana"),
    (lesson.helpdesk, policy(*allow((RESET, "*")), deny(RESET, [OLGA, VICTOR])), OVER, "3 of 4 requirements proved"),
    (lesson.helpdesk, policy(*allow((RESET, BEN))), UNDER, "hired-later"),
    (lesson.helpdesk, policy(*allow((RESET, f"{IAM}user/staff"))), BOTH, "requirements proved"),
    (lesson.helpdesk, policy(*allow(("iam:*", STAFF))), OVER, "A key for somebody is as good"),
    (lesson.helpdesk, policy(*allow(("iam:ChangePassword", STAFF))), BOTH, "iam:UpdateLoginProfile"),
    (lesson.helpdesk, pages(), "malformed", "Principal"),
    (lesson.ceiling, policy(*allow(("*", "*"))), OVER, "A ceiling that high limits nothing"),
    (lesson.ceiling, policy(*allow(MAKE, (PASS, "*"), FILES)), OVER, "stronger than `builder`"),
    (lesson.ceiling, policy(*allow(("lambda:*", "*"), HAND, FILES)), OVER, "function that is there already"),
    (lesson.ceiling, policy(*allow(MAKE, HAND, ("s3:*", "*"))), OVER, "the payroll, and its copies"),
    (lesson.ceiling, policy(*allow(MAKE, HAND, ("s3:*", f"{BUILDS}/*"), (READ, f"{COPIES}/*"))), OVER, "acme-backup"),
    (lesson.ceiling, policy(*allow(MAKE, HAND, ("s3:*", "*")), deny("s3:*", VAULT[1::2])), OVER,
     "whoever writes its policy lets in"),
    (lesson.ceiling, policy(*allow(MAKE, (PASS, [HANDBOOK_APP, f"{IAM}role/payroll-app"]), FILES)), OVER,
     "role/payroll-app"),
    (lesson.ceiling, policy(*allow(MAKE, HAND)), UNDER, "3 of 4 requirements proved"),
    (lesson.ceiling, policy(*allow(MAKE, FILES)), UNDER, "inside the boundary as well"),
    (lesson.ceiling, policy(deny(PASS, MAINTENANCE)), UNDER, "leaves nothing"),
    (lesson.ceiling, policy(*allow(("*", "*")), deny(PASS, MAINTENANCE)), OVER, "stronger than `builder`"),
    (lesson.stop, [], "not attempted", "hint"),
    (lesson.stop, [NO_ROBOT, NO_VICTOR], OVER, "outlives whoever asked for it"),
    (lesson.stop, [NO_OLD, NO_VICTOR], OVER, "the session token that it bought"),
    (lesson.stop, [NO_ROBOT, NO_OLD], OVER, "Victor may do"),
    (lesson.stop, [NO_ROBOT, events.delete(BACKUP), NO_VICTOR], UNDER, "the backup at night"),
    (lesson.stop, [NO_ROBOT, events.put_policy(BACKUP, "Stop", ALL_DENIED), NO_VICTOR], UNDER, "leave the role"),
    (lesson.stop, events.delete(OLD_ROBOT), OVER, "1 of 3 requirements proved"),
    (lesson.stop, [NO_ROBOT, NO_OLD, NO_VICTOR, events.delete(OLGA)], UNDER, "user/admins/olga"),
    (lesson.stop, [events.set_trust(BACKUP, ONLY_LAMBDA), NO_OLD, NO_VICTOR], OVER, "its session token is good for"),
    (lesson.stop, [NO_ROBOT, NO_OLD, events.detach(VICTOR, "AdministratorAccess")], OVER, "Victor is still of it"),
    (lesson.stop, [events.set_trust(BACKUP, ONLY_LAMBDA), events.detach(OLD_ROBOT, "OldJobs"), NO_OLD, NO_VICTOR], OVER,
     "the old robot is still of the account"),
    (lesson.stop, [events.revoke_sessions("backup")], "malformed", "no ARN"),
    (lesson.stop, [NO_ROBOT, NO_OLD, NO_VICTOR, events.delete(AUDITOR)], UNDER, "`role/auditor` is gone"),
    (lesson.stop, "revoke", "malformed", "not a list of events"),
    (lesson.stop, [events.delete(f"{ADMIN}s")], "malformed", "role/admins"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict", "said"), WRONG, ids=[f"{i}-{row[0].name}" for i, row in enumerate(WRONG)]
)
def test_a_typical_wrong_answer_gets_its_verdict_and_a_next_step(
    exercise: Exercise, answer: Any, verdict: str, said: str
) -> None:
    found = exercise.check(answer)
    assert (found.verdict, bool(found)) == (verdict, False), found.text
    assert said in found.text, found.text


def test_each_wrong_side_has_one_counterexample_and_there_is_one_next_step() -> None:
    found = lesson.ceiling.check(policy(*allow(("*", "*"))))
    assert [line[0] for line in found.lines] == ["2", "✗", "✗", "✓", "✓", "A"]
    assert "There is this way" in found.lines[1] and "There is this way" not in found.lines[2]


@pytest.mark.parametrize(
    ("name", "wrong", "row"),
    [
        ("handbook", pages(), 0),
        ("auditor", ledger(), 0),
        ("robot", workflow(StringLike={SUB: "repo:acme*"}), 0),
        ("helpdesk", policy(*allow((KEYS, "*"))), 1),
        ("ceiling", policy(*allow(MAKE, HAND, ("s3:*", "*"))), 2),
        ("stop", [NO_ROBOT, NO_VICTOR], 3),
        ("ceiling", policy(*allow(MAKE, HAND)), 4),
    ],
)
def test_one_wrong_answer_is_enough_and_the_row_that_it_spoils_says_so(name: str, wrong: Any, row: int) -> None:
    found = report(**{**FIXES, name: wrong})
    assert not found and found.rows[row][1].startswith("✗")
