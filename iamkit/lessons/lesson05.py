"""Lesson 5, "Ceilings": what limits what was granted, and the grant that passes by the limits."""

from collections.abc import Callable, Sequence
from typing import Any

from iamkit.decision import ALLOWED, EXPLICIT, IMPLICIT, Decision
from iamkit.identity.principals import Session
from iamkit.lessons.ceilings import (
    AT_WORK,
    CEILINGS as CEILINGS,
    DEVELOP as DEVELOP,
    DEVELOPER,
    DORA as DORA,
    EVERYTHING,
    GUARD as GUARD,
    LIMIT as LIMIT,
    MACHINES as MACHINES,
    NAMES as NAMES,
    READ,
    WRITE,
    alone as alone,
    binds,
    guarded as guarded,
    reads_payroll as reads_payroll,
    stack as stack,
    sts_for as sts_for,
    who_is_bound as who_is_bound,
    whom_they_bind as whom_they_bind,
    with_boundary as with_boundary,
    workshop as workshop,
)
from iamkit.lessons.checks import Slip, table_check, yes_or_no
from iamkit.lessons.company import ACCOUNT, BUILDS, IAM, PAYROLL, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.left import closed_check, left_check
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place

# Predictions


def _services(decisions: Sequence[Decision]) -> str:
    return " and ".join(one.request.action.partition(":")[0] for one in decisions if one) or "nothing"


def _which(*names: str) -> Callable[[Sequence[Decision | bool]], str]:
    """Which of several answers are yes, by these names; ``all`` and ``none`` are said so."""

    def read(decisions: Sequence[Decision | bool]) -> str:
        found = [name for name, one in zip(names, decisions, strict=True) if one]
        return {0: "none", len(names): "all"}.get(len(found)) or " and ".join(found)

    return read


def _whom_it_stops(decisions: Sequence[Decision]) -> str:
    return _which("acme", "headquarters", "scaling")([not one for one in decisions])


def _what_stops(decisions: Sequence[Decision]) -> str:
    """The first decision is made with an SCP, the second with an RCP."""
    found = _which("scp", "rcp")([not one for one in decisions])
    return {"none": "neither", "all": "both"}.get(found, found)


boundary_grants = predict(
    "The role's own policy is about builds and machines. Its boundary allows reading the handbook. May Dora read it?",
    {ALLOWED: "Yes: the boundary allows it.", IMPLICIT: "No."},
    behind={ALLOWED: "A boundary never grants. It says how far a grant may reach, and here there is no grant."},
    explain="No policy that grants speaks of the handbook. What the boundary allows is only not cut off.",
)

both_sets = predict(
    "The role's own policy allows S3 (builds) and EC2, its boundary S3 (builds) and Lambda. Which may Dora use?",
    {"s3": "S3", "s3 and ec2": "S3 and EC2", "s3 and lambda": "S3 and Lambda", "s3 and ec2 and lambda": "all three"},
    read=_services,
    behind={
        "s3 and ec2": "EC2 is granted, but the boundary does not allow it, and so it is cut off.",
        "s3 and lambda": "The boundary allows Lambda, but nothing grants it.",
        "s3 and ec2 and lambda": "The two do not add up. Both have to allow a request.",
    },
    explain="What both allow is left: the intersection.",
)

wider_session = predict(
    "Dora asks for her credentials with a session policy that allows everything. What more may she do with them?",
    {"none": "nothing", "handbook": "read the handbook", "machines": "start machines", "all": "both"},
    read=_which("handbook", "machines"),
    behind={
        "handbook": "It is not granted, and a session policy does not grant: it is one more limit.",
        "machines": "The boundary cuts it off, and the session policy cannot give it back.",
        "all": "A session policy only takes away. With this one nothing is taken away, and nothing is added.",
    },
    explain="A session policy can make a session smaller than its role, never larger.",
)

levels = predict(
    "SCPs: the root allows everything, the unit only EC2, the account everything. Ana's policy lets her read. May she?",
    {ALLOWED: "Yes: two of three allow it.", IMPLICIT: "No.", EXPLICIT: "No: the unit has a Deny."},
    behind={
        ALLOWED: "It is no vote. A level that is silent cuts off whatever the others allow.",
        EXPLICIT: "There is no Deny. The unit is silent about S3, and that is enough.",
    },
    explain="Every level on the way down must allow: the root, each unit, the account.",
)

whom_it_stops = predict(
    "Two root users and a service-linked role of Acme's terminate machines. Whom does that SCP at the root stop?",
    {
        "acme": "Acme's root user",
        "acme and headquarters": "both: Acme's and headquarters'",
        "acme and scaling": "Acme's root user and the role",
        "none": "none of them",
        "all": "all of them",
    },
    read=_whom_it_stops,
    behind={
        "acme and headquarters": "SCPs never bind the management account, nor its root user.",
        "acme and scaling": "A service-linked role belongs to its service, and SCPs do not bind it.",
        "none": "In a member account an SCP binds the root user, too. It is about the only policy that does.",
        "all": "Two are out of its reach: the management account, and roles that belong to a service.",
    },
    explain="SCPs bind users, roles and root of member accounts. Not the management account, nor service-linked roles.",
)

outsider = predict(
    "Lena, of the audit firm, reads march.csv by Acme's bucket policy. Acme denies it at the root. What stops her?",
    {"scp": "the SCP", "rcp": "the RCP", "both": "either of the two", "neither": "neither"},
    read=_what_stops,
    behind={
        "scp": "An SCP goes with Acme's own people. Lena is none of them.",
        "both": "An SCP goes with Acme's own people, wherever they ask. Lena is none of them.",
        "neither": "The RCP goes with the file, and binds whoever reaches for it.",
    },
    explain="SCPs follow the principals of the organization, RCPs its resources.",
)

whose_name = predict(
    "The payroll's bucket policy lets one of three read: the account, the role, Dora's session. Which one lets her in?",
    {"session": "the session", "role and session": "the role, the session", "all": "any of the three", "none": "none"},
    read=_which("account", "role", "session"),
    behind={
        "role and session": "A grant to the role stands in for its own policy. The boundary still limits it.",
        "all": "The account only delegates, and the role is limited by its boundary. Neither gets past it.",
        "none": "So it is for the first two. A grant to the session itself passes by boundary and session policy.",
    },
    explain="A boundary limits the role. A grant to the session itself is not the role's, and it is not limited.",
)

denied_after_all = predict(
    "The bucket policy names the session, as before. Now the boundary has a Deny for the payroll. May Dora read?",
    {
        ALLOWED: "Yes: it passes by the boundary.",
        IMPLICIT: "No: the boundary is silent.",
        EXPLICIT: "No: it is denied.",
    },
    behind={
        ALLOWED: "It passes by what the boundary does not say. What it denies is denied: forbid trumps permit.",
        IMPLICIT: "The boundary is not silent any more. It says no.",
    },
    explain="The exception is about implicit denies only. An explicit Deny binds, wherever it stands.",
)

# Exercises

_BOUND = ("the user's ARN", "the role's ARN", "the session's ARN", "the account")


def _why_bound(row: str, given: Any) -> str:
    if given not in ("yes", "no"):
        return 'write "yes" or "no".'
    if row == "the account":
        return "naming the account delegates. The account's own policies decide, and all limits with them."
    if row == "the role's ARN":
        return "the grant is to the role, and the boundary is a limit of the role."
    return "the grant is to the one who asks. It does not come by way of its own policies, which the boundary limits."


bound = Exercise(
    "bound",
    table_check(
        lambda: {row: yes_or_no(bool(binds(row, "boundary"))) for row in _BOUND}, _why_bound, yes_or_no,
    ),
    placeholder=dict.fromkeys(_BOUND),
    hints=[
        "You have seen three of the four in the diagram.",
        "Who exactly is named: the one who asks, or something that it belongs to?",
        "The one who asks is named in two of the four. There the boundary's silence does not matter.",
    ],
    solution="""my_bound = {
    "the user's ARN": "no",
    "the role's ARN": "yes",
    "the session's ARN": "no",
    "the account": "yes",
}""",
    why="What names the caller itself, a user or a session, grants alone. A role and an account are not the caller.",
)  # fmt: skip


ALL_OF_S3 = policy(statement("Allow", "s3:*", "*", sid="AllOfS3"))
_ELSE = {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}

only_s3 = Exercise(
    "only_s3",
    left_check(
        lambda given: (workshop(own=EVERYTHING, boundary=given), AT_WORK),
        ALL_OF_S3,
        Place.BOUNDARY,
        "the role's own policy allows everything. So what is left is what your boundary allows.",
        slips=(
            Slip(policy(_ELSE),
                 "A boundary without an Allow leaves nothing: what it does not allow is cut off. It needs an Allow."),
            Slip(EVERYTHING, "This boundary limits nothing: it allows all that there is."),
            Slip(policy(statement("Allow", "s3:Create*", "*")),
                 "Files are not made by `s3:Create…`, and reading is cut off, too. All of S3 is to be left."),
            Slip(policy(statement("Allow", "s3:*", "arn:aws:s3:::*")),
                 "Some actions of S3 are about no bucket, such as listing them all. Their resource is `*`."),
            Slip(policy(*EVERYTHING["Statement"], statement("Deny", ["ec2:*", "lambda:*"], "*")),
                 "A list of what is forbidden is never complete. Say what is allowed; all else is cut off."),
        ),
    ),
    placeholder=policy(statement("...", "...", "...")),
    hints=[
        "A boundary is written as any policy is: no Principal, and only what it allows is left.",
        "One statement is enough: it allows what may be left, and says nothing of the rest.",
        "All actions of S3 are `s3:*`, and all of its resources `*`.",
    ],
    solution="""my_boundary = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}""",
    why="It grants nothing of S3. But whatever the role's own policies grant, now and later, stays within S3.",
)  # fmt: skip

YEAR = f"{BUILDS}/2026/*"
READ_YEAR = policy(statement("Allow", READ, YEAR))

one_folder = Exercise(
    "one_folder",
    left_check(
        lambda given: (workshop(), Session(DEVELOPER, "dora", policy=given)),
        READ_YEAR,
        Place.SESSION,
        "what is left is what the role's own policy, its boundary and your policy all allow.",
        slips=(
            Slip(policy(statement("Allow", READ, f"{BUILDS}/2026*")),
                 "That matches `2026-old/app.zip`, too. End with `/*`."),
            Slip(policy(statement("Allow", READ, f"{BUILDS}/2026/")), "That is one name, and no file in the folder."),
            Slip(policy(statement("Allow", "s3:Get*", YEAR)),
                 "`s3:Get*` is more than reading files: `s3:GetObjectAcl` reads who may, for one."),
            Slip(policy(statement("Deny", WRITE, YEAR)),
                 "A session policy without an Allow leaves nothing. It must allow what is to be left."),
        ),
    ),
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "The session policy has to allow what is to be left, and nothing else that the role may do.",
        "Reading files is `s3:GetObject`. What is the ARN of all files of the folder?",
        f"`{YEAR}`",
    ],
    solution="""my_session_policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-builds/2026/*"},
    ],
}""",
    why="A policy that allows more, such as reading the payroll, would do as well: the role does not have that.",
)  # fmt: skip

APP_ZIP, _BOTH_WAYS = f"{BUILDS}/app.zip", [READ, WRITE]


def _may(*actions: str) -> dict[str, Any]:
    return policy(statement("Allow", list(actions), f"{BUILDS}/*"))


_STACKS: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "A": ({"own": _may(READ, WRITE), "boundary": _may(READ)}, None),
    "B": ({"own": None, "boundary": EVERYTHING}, EVERYTHING),
    "C": ({"own": _may(READ), "boundary": _may(READ, WRITE)}, _may(WRITE)),
    "D": ({"own": _may(READ, WRITE), "boundary": None,
           "scps": {"Root": [EVERYTHING], "Workloads": [_may(WRITE)]}}, None),
    "E": ({"own": _may(READ), "boundary": _may(READ),
           "builds": policy(statement("Allow", WRITE, f"{BUILDS}/*", principal={"AWS": AT_WORK.arn}))}, None),
}  # fmt: skip
"""For each stack the world around the session, and its session policy."""


def _says(given: Source | None) -> str:
    if given is None:
        return "(none)"
    words = {READ: "read", WRITE: "write", "*": "everything"}
    return " + ".join(words[action] for one in Policy.parse(given).statements for action in one.action.values)


def five_stacks() -> Table:
    """What the policies of the five stacks allow."""
    rows = []
    for name, (world, session) in _STACKS.items():
        scps = world.get("scps", {})
        named = f"{_says(world['builds'])}, to the session" if "builds" in world else "(none)"
        levels_ = ", ".join(_says(one) for level in scps.values() for one in level) or "(none)"
        rows.append((name, _says(world["own"]), _says(world["boundary"]), _says(session), levels_, named))
    head = ("stack", "own policy", "boundary", "session policy", "SCPs, level by level", "bucket policy")
    return Table("What each policy allows, of reading and writing in acme-builds", head, tuple(rows))


def _left(name: str) -> str:
    given, session = _STACKS[name]
    world, who = workshop(**given), Session(DEVELOPER, "dora", policy=session)
    found = [word for word, action in (("read", READ), ("write", WRITE)) if world.decide(who, action, APP_ZIP)]
    return {0: "nothing", 2: "both"}.get(len(found)) or found[0]


def _why_left(row: str, given: Any) -> str:
    if given not in ("read", "write", "both", "nothing"):
        return 'write "read", "write", "both" or "nothing".'
    if row == "B":
        return "a boundary and a session policy allow everything here. Does any policy grant something?"
    if row == "E":
        return "one policy is no limit, but a grant. Whom does it name, and what does that pass by?"
    return "go through the columns: whatever one of them leaves out is cut off."


stacks = Exercise(
    "stacks",
    table_check(lambda: {name: _left(name) for name in _STACKS}, _why_left),
    placeholder=dict.fromkeys(_STACKS),
    hints=[
        "In each row, take what is granted, and cross out what some limit does not allow. (none) limits nothing.",
        "In B nobody grants. In C nothing is left in common.",
        "In E the session is named itself. That grant adds up with what the own policy and the boundary leave.",
    ],
    solution='my_stacks = {"A": "read", "B": "nothing", "C": "nothing", "D": "write", "E": "both"}',
    why="A, C and D are intersections, B has no grant, and E has one that passes by the boundary.",
)

# Close the gap

_APP = f"{IAM}role/payroll-app"
OPEN_BUCKET = policy(
    statement("Allow", READ, f"{PAYROLL}/*", sid="Everyone", principal={"AWS": ACCOUNT}),
    statement("Allow", READ, f"{PAYROLL}/*", sid="Developers", principal={"AWS": DEVELOPER}),
    statement("Allow", READ, f"{PAYROLL}/*", sid="Debugging", principal={"AWS": AT_WORK.arn}),
    statement("Allow", _BOTH_WAYS, f"{PAYROLL}/*", sid="Payslips", principal={"AWS": _APP}),
)
"""A bucket policy in which one statement passes by the boundary of the developers."""
close = Exercise(
    "close",
    closed_check(OPEN_BUCKET),
    placeholder=OPEN_BUCKET,
    hints=[
        "Which of the four statements names the one who asks, and not something that it belongs to?",
        "Try it: `lesson.workshop(bucket=my_bucket).can(at_work, \"s3:*\", \"arn:aws:s3:::acme-payroll/*\")`.",
        "It is `Debugging`. Remove it, name the role in it, or add a Deny.",
    ],
    solution=f"""my_bucket = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Sid": "Everyone", "Effect": "Allow", "Principal": {{"AWS": "{ACCOUNT}"}},
         "Action": "s3:GetObject", "Resource": "{PAYROLL}/*"}},
        {{"Sid": "Developers", "Effect": "Allow", "Principal": {{"AWS": "{DEVELOPER}"}},
         "Action": "s3:GetObject", "Resource": "{PAYROLL}/*"}},
        {{"Sid": "Payslips", "Effect": "Allow", "Principal": {{"AWS": "{_APP}"}},
         "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "{PAYROLL}/*"}},
    ],
}}""",
    why="The others hold: the account only delegates, the role is limited by its boundary, the application is meant.",
)  # fmt: skip

EXERCISES: tuple[Exercise, ...] = (bound, only_s3, one_folder, stacks, close)
