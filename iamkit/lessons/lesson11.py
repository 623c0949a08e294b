"""Lesson 11, "the capstone": a company as its account dump gives it is audited, mended, and proved to be mended."""

from collections.abc import Collection
from typing import Any

from iamkit.credentials import events as events
from iamkit.credentials.clock import iso
from iamkit.lessons.auditdoors import auditor as auditor, handbook as handbook, robot as robot
from iamkit.lessons.audited import (
    FIXES,
    FOUND as FOUND,
    LEAK as LEAK,
    MENDING as MENDING,
    OLGA as OLGA,
    READ_PAYROLL as READ_PAYROLL,
    ROBOT,
    audited as audited,
    credential_report as credential_report,
    dump as dump,
    leaked_key as leaked_key,
    mended as mended,
    resource_policies as resource_policies,
    short,
)
from iamkit.lessons.auditpowers import ceiling as ceiling, helpdesk as helpdesk, stop as stop
from iamkit.lessons.exercise import MALFORMED, NOT_ATTEMPTED, UNFINISHED, Exercise
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, REPOSITORY, WITH_TOKEN
from iamkit.lessons.mended import Report, everybody, proofs, report, way
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.prove.reach import can_become_admin
from iamkit.prove.untils import Latest
from iamkit.world import World

# Tables for the audit


def people(world: World) -> Table:
    """Users and roles, whom each role lets in, and what each holds."""
    rows = []
    for one in everybody(world):
        names = [*(arn.rpartition("/")[2] for arn in one.attached), *one.inline, *getattr(one, "groups", ())]
        rows.append((short(one.arn), ", ".join(names)))
    return Table("Who there is", ("who", "policies and groups"), tuple(rows))


def admins(world: World) -> Table:
    """How each user comes to be an administrator, if at all."""
    rows = (
        (user.name, way(can_become_admin(world, user)).replace("`", "") or "never: proved") for user in world.users()
    )
    return Table("Who comes to be an administrator", ("user", "by which way"), tuple(rows))


SUBJECTS = (f"repo:{REPOSITORY}:ref:refs/heads/main", "repo:acme-fans/tools:ref:refs/heads/main")


def knocks(world: World) -> Table:
    """Two workflows at GitHub ask to come in as ``robot``: the robot's own, and one of somebody else's."""
    rows = []
    for subject in SUBJECTS:
        sent = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}
        rows.append((subject, world.decide(GITHUB_PROVIDER, WITH_TOKEN, ROBOT, sent).effect))
    return Table("Two workflows knock at the role robot", ("sub", "AssumeRoleWithWebIdentity"), tuple(rows))


# Predictions

incomplete = predict(
    "Ana asks for march.csv without TLS. What does the kit say, given the account dump alone?",
    {"Allowed": "allowed", "ExplicitlyDenied": "explicitly denied", "ImplicitlyDenied": "implicitly denied"},
    behind={
        "ExplicitlyDenied": "The Deny is in the bucket's policy, and the dump holds none. IAM does not keep those.",
        "ImplicitlyDenied": "Ana's group has an Allow for the file, and it says nothing of TLS.",
    },
    explain="An answer is as good as the world it is about. The bucket's own policy is missing here.",
)

told = predict(
    "18 findings. Is the help desk among them, or Mallory's way from there to more?",
    {"yes": "Yes.", "no": "No."},
    read=lambda found: "yes" if len(found.about("helpdesk")) else "no",
    behind={"yes": "Such a list looks at one habit at a time. It does not ask where several steps lead."},
    explain="A list of good habits is a beginning. Who can come to what, in several steps, is another question.",
)

readers = predict(
    "Ana, the payslips, the backup and Ledger are to read the payroll. How many of the 16 can?",
    {"4": "4: those four", "6": "6", "9": "9", "16": "16: all"},
    read=lambda found: str(len(found.who)),
    behind={
        "4": "Also everybody whose policies say * or s3:*, and the root user.",
        "6": "Who has AdministratorAccess? Whose policy says s3:*? And there is the root user.",
        "16": "Mallory's policies, for one, say nothing of the payroll.",
    },
    explain="Four are meant to. The others have it because somebody wrote * for convenience, or is root.",
)

knocking = predict(
    "The claim sub must be like repo:acme*. Whose workflow comes in as robot?",
    {"own": "Acme's alone", "both": "Acme's, and that of acme-fans", "none": "neither"},
    read=lambda table: {1: "own", 2: "both"}.get([row[1] for row in table.rows].count("Allowed"), "none"),
    behind={
        "own": "The star also stands for the rest of a longer name. Anybody may found acme-fans at GitHub.",
        "none": "The aud fits, and the sub begins as it must.",
    },
    explain="A pattern that does not end at the slash takes in owners whose names begin alike.",
)

escalate = predict(
    "Nobody gave AdministratorAccess to Ana, Ben or Mallory. Who of them can come to it?",
    {"none": "none of them", "ben": "Ben", "mallory": "Mallory", "both": "Ben and Mallory", "all": "all three"},
    read=lambda table: _who_of_three(table),
    behind={
        "none": "May Ben pass a role to a function of his? May Mallory make keys for others?",
        "ben": "That is one way. Mallory may make an access key for anybody. For Victor, say.",
        "mallory": "That is one way. Ben may pass any role to a function that he writes.",
        "all": "Ana may read the payroll and the handbook. Neither is a way to more.",
    },
    explain="Neither policy says administrator. One hands on roles, the other hands out keys.",
)

until = predict(
    "The key leaked at 06:30 and was deactivated at 09:00. Until when can the thief read the payroll?",
    {"09:00": "09:00, when it was deactivated", "10:00": "about 10:00", "21:00": "about 21:00",
     "tomorrow": "almost 22:00 of the next day"},
    read=lambda found: _until_word(found),
    behind={
        "09:00": "The key signs nothing from then on. What was made with it before lives on.",
        "10:00": "That is an hour of backup. There is a session of the user before it, and how long is that?",
        "21:00": "A session token lasts 12 hours if nothing is said, and 36 if it is asked for.",
    },
    explain="36 hours of a session token, and from its last second on one hour of backup.",
)  # fmt: skip

referer = predict(
    "The handbook lets in whoever comes from a page of the intranet (aws:Referer). Is it public?",
    {"yes": "Yes.", "no": "No: only the intranet links to it."},
    behind={"no": "The Referer is a line that the caller writes. Anybody may write it, without credentials."},
    explain="What the caller may choose keeps nobody out.",
)

olgas = predict(
    "The company is mended, and it is proved. Can somebody who holds Olga's credentials read the payroll?",
    {"yes": "Yes.", "no": "No."},
    read=lambda found: "yes" if found else "no",
    behind={"no": "Olga may administer, and whoever holds what she holds may do what she may."},
    explain="The proof is about principals. Who sits at the keyboard, it cannot say.",
)


def _who_of_three(table: Table) -> str:
    found = {name for name, how in table.rows if name in ("ana", "ben", "mallory") and not how.startswith("never")}
    if len(found) == 2:
        return "both" if "ana" not in found else ", ".join(sorted(found))
    return "all" if len(found) == 3 else next(iter(found), "none")


def _until_word(found: Any) -> str:
    if not isinstance(found, Latest) or found.instant is None:
        return "never"
    day, _, time = iso(found.instant).partition("T")
    return "tomorrow" if day != LEAK[:10] else f"{time[:2]}:00"


# The tasks, and the whole

EXERCISES: tuple[Exercise, ...] = (handbook, auditor, robot, helpdesk, ceiling, stop)


TASKS = {
    "handbook": "Task 1: the handbook",
    "auditor": "Task 2: Ledger",
    "robot": "Task 3: the robot",
    "helpdesk": "Task 4: the help desk",
    "ceiling": "Task 5: Ben",
    "stop": "Task 6: the thief, and Victor",
}


def when_done(tasks: Collection[str]) -> dict[str, str]:
    """What refutes each requirement of the whole company when these tasks are done, in some right way."""
    found = proofs(**{name: FIXES[name] for name in TASKS if name in tasks})
    return {words: fault.replace("`", "") for words, fault in found.items()}


def final(**answers: Any) -> Report:
    """The proofs over the whole company, with these answers.

    Args:
        answers: by the names of the tasks. What is not written yet, or cannot be read, stays as it was found.
    """
    unread = (NOT_ATTEMPTED, UNFINISHED, MALFORMED)
    judged = {task.name: task.check(answers[task.name]) for task in EXERCISES if task.name in answers}
    return report(**{name: answers[name] for name, found in judged.items() if found.verdict not in unread})
