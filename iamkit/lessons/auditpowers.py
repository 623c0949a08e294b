"""Lesson 11, tasks 4 to 6: how far those who are in may go. A permission policy, a boundary, and what ends a theft."""

from typing import Any

from iamkit.credentials.clock import instant
from iamkit.credentials.timeline import Timeline
from iamkit.errors import WorldError
from iamkit.identity.holdings import AccessKey
from iamkit.lessons.auditdoors import Made, judged, limit, needed, work
from iamkit.lessons.audited import (
    AFTER,
    BACKUP,
    BEN,
    BUILDER,
    COPIES,
    FIXES,
    HANDBOOK_APP,
    HELPDESK,
    MAINTENANCE,
    MALLORY,
    MENDING,
    OLD_ROBOT,
    PASS,
    READ,
    RESET,
    VICTOR,
    as_role,
    changes_of,
    day_of,
    hindered,
    short,
)
from iamkit.lessons.checks import Slip
from iamkit.lessons.company import ACCOUNT, BUILDS, IAM, PAYROLL, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.mended import STAFF_ALONE, key_goes_on, latest_of, to_admin, to_payroll, victor_goes_on
from iamkit.lessons.wishes import Wish, wish_check
from iamkit.policy.places import Place
from iamkit.prove.admin import is_admin
from iamkit.prove.answers import Witness
from iamkit.world import World

STAFF = f"{IAM}user/staff"

# Task 4: the help desk


def _desk(reset: str | list[str], users: str, *more: dict[str, Any]) -> dict[str, Any]:
    look = statement("Allow", ["iam:GetUser", "iam:ListUsers"], "*", sid="Look")
    return policy(look, statement("Allow", reset, users, sid="ResetAndRenew"), *more)


_KEYS = [RESET, "iam:CreateAccessKey"]


def _comes_to(*sources: str) -> tuple[Wish, Wish]:
    """Nobody of these comes to be an administrator, nor to the payroll."""
    step = "follow that way to its last step. Which statement of yours permits it?"
    return (
        Wish("It is no way to an administrator, in however many steps.", lambda made: _by(to_admin(made[1], sources)),
             lambda made: _why_way(made) or step),
        Wish("It is no way to the payroll or its copies, files or buckets, in however many steps.",
             lambda made: _by(to_payroll(made[1], sources)), lambda made: _why_way(made) or step),
    )  # fmt: skip


def _by(way: str) -> str:
    return f"There is this way: {way}." if way else ""


def _why_way(made: Made) -> str:
    """What in the builder's boundary opens a way."""
    world = made[1]

    def may(action: str, resource: str) -> bool:
        return isinstance(world.can(BUILDER, action, resource), Witness)

    if may(PASS, MAINTENANCE) or may(PASS, BACKUP):
        return "Ben may hand a function of his a role that is stronger than `builder`. Which is the one he needs?"
    if may("lambda:UpdateFunctionCode", "*"):
        return (
            "Ben may put his code into a function that is there already, and the dump does not say as which role that "
            "runs. Permit no more of Lambda than the work takes."
        )
    if may(READ, f"{PAYROLL}/*"):
        return "`s3:*` on `*` is also the payroll, and its copies."
    if may("s3:PutBucketPolicy", PAYROLL) or may("s3:PutBucketPolicy", COPIES):
        return (
            "a bucket is another resource than the files in it, and whoever writes its policy lets in whom they like."
        )
    return ""


helpdesk = Exercise(
    "helpdesk",
    wish_check(
        wishes=(
            limit("It changes nothing but passwords, and those of `/staff/` only.", STAFF_ALONE,
                  "whom may it reach, and with which action? A key for somebody is as good as the somebody."),
            *_comes_to(MALLORY, HELPDESK),
            needed("It resets the password of everybody in `/staff/`, also of who is hired later.",
                   *work("Mallory resets Ben's password"),
                   (as_role(HELPDESK), RESET, f"{STAFF}/hired-later", {}), (as_role(HELPDESK), RESET, MALLORY, {}),
                   step=f"`{RESET}` on everybody whose ARN begins with `{STAFF}/`."),
        ),
        **judged("helpdesk", Place.IDENTITY, (
            Slip(_desk(_KEYS, "*"), "This is the policy as it was: whoever may make a key for Victor is Victor."),
            Slip(_desk(_KEYS, f"{IAM}user/staff/*"),
                 "A new key is for whoever makes it. The help desk has no use for a key of Ben's."),
            Slip(_desk(RESET, f"{IAM}user/*"),
                 "`*` stands for slashes too: `user/*` is also `user/admins/olga`, and `user/ana`."),
            Slip(_desk(RESET, "*"), "`*` is also Olga and Ana. Their path is another than the staff's."),
        )),
    ),
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "Users have a path, which is part of their ARN. Look at Ben's, at Ana's and at Olga's.",
        "Resetting a password is `iam:UpdateLoginProfile`. What else does a help desk need?",
        f"The users are `{STAFF}/*`. Looking somebody up (`iam:GetUser`, `iam:ListUsers`) does no harm.",
    ],
    solution=f"""my_helpdesk = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Action": ["iam:GetUser", "iam:ListUsers"], "Resource": "*"}},
        {{"Effect": "Allow", "Action": "iam:UpdateLoginProfile", "Resource": "{STAFF}/*"}},
    ],
}}""",
    why="No keys, and passwords only where the path says staff. Whoever is hired gets the path, and nothing to change.",
)  # fmt: skip

# Task 5: a boundary for the builder

_FUNCTIONS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:handbook-*"
_MAKE = ["lambda:CreateFunction", "lambda:InvokeFunction"]


def _without_allow(made: Made) -> str:
    if not any(one.effect == "Allow" for one in made[0].statements):
        return (
            "a boundary is a list of what may be at all. A Deny alone leaves nothing. What shall Ben's work be allowed?"
        )
    return "Ben's work must be inside the boundary as well. The answer above says what is not."


ceiling = Exercise(
    "ceiling",
    wish_check(
        wishes=(
            *_comes_to(BUILDER, BEN),
            needed("Ben makes and runs `handbook-…` functions as `handbook-app`.",
                   *work("Ben makes a function that runs as `handbook-app`"), step=_without_allow),
            needed("Ben reads and stores builds.", *work("Ben reads and stores builds"), step=_without_allow),
        ),
        **judged("ceiling", Place.IDENTITY, (
            Slip(policy(statement("Allow", "*", "*")), "A ceiling that high limits nothing."),
        )),
    ),
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "What is allowed at all: what his work takes, and nothing else. The policy of `builder` stays as it is.",
        "Three statements: two actions of Lambda, one of IAM on one role, two of S3 on one bucket.",
        f"`{PASS}` on `{HANDBOOK_APP}`; Lambda's CreateFunction and InvokeFunction; the files of `acme-builds`.",
    ],
    solution=f"""my_ceiling = {{
    "Version": "2012-10-17",
    "Statement": [
        {{
            "Effect": "Allow",
            "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
            "Resource": "{_FUNCTIONS}",
        }},
        {{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "{HANDBOOK_APP}"}},
        {{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "{BUILDS}/*"}},
    ],
}}""",
    why="What is in both, the policy and the boundary, is his work: of all roles he may pass the one.",
)  # fmt: skip

# Task 6: the leaked key, and Victor

Stopped = tuple[Timeline, AccessKey, World]


def _day(answer: Any) -> Stopped:
    changes = changes_of(answer)
    try:
        day, key = day_of(**{**FIXES, "stop": changes})
    except (IndexError, KeyError):
        remedy = f'Write it in full, such as "{BACKUP}".'
        raise WorldError("A name in it is no ARN of the account.", where="answer", remedy=remedy) from None
    return day, key, day.world_at(AFTER)


def _goes_on(made: Stopped) -> str:
    """What to do about what goes on: the last thing that was issued before 09:30 is still good for something."""
    found = latest_of(made[0], made[1])
    held = [short(str(hop.holding.of)) for hop in found.steps if hop.issued < instant(MENDING)] if found else []
    if "role/backup" in held:
        return "a session of `backup` was issued before 09:30. A session of a role outlives whoever asked for it."
    if found and ":::acme-handbook" in found.used.request.resource and len(found.steps) == 1:
        return (
            "the old robot is still of the account, and its session token is good for a while. Whoever is of the "
            "account may at least read the handbook (task 1)."
        )
    return "the key is dead, but not the session token that it bought. Whose is that, and what may they still do?"


def _of_victor(made: Stopped) -> str:
    if "acme-handbook" in victor_goes_on(made[2]) and not is_admin(made[2], VICTOR):
        return "whoever is of the account may read the handbook (task 1), and Victor is still of it."
    return "Victor has a password as well as a key, and his policies. What is left of all that?"


stop = Exercise(
    "stop",
    wish_check(
        _day,
        (
        Wish("Whoever holds the leaked key, or what was made with it, does nothing in S3 from 09:30 on.",
             lambda made: key_goes_on(made[0], made[1]), _goes_on),
        Wish("Victor, who left, may do nothing any more.", lambda made: victor_goes_on(made[2]),
             _of_victor),
        Wish("Everybody else works on.", lambda made: next(iter(hindered(made[2])), ""),
             "stop the old sessions, and leave the role to those who need it tonight.", most=False),
        ),
    ),
    placeholder=[],
    hints=[
        "Three things go on: the old robot's session tokens, sessions of `backup`, and Victor.",
        "Who needs the old robot, and who needs Victor? Who needs `backup`? For that, end the old sessions only.",
        "`events.delete(…)` for a user, `events.revoke_sessions(…)` for the older sessions of a role.",
    ],
    solution=f"""my_stop = [
    events.delete("{OLD_ROBOT}"),
    events.revoke_sessions("{BACKUP}"),
    events.delete("{VICTOR}"),
]""",
    why="The robot comes in by GitHub now, so its user can go. The backup must run tonight, so its role stays.",
)  # fmt: skip
