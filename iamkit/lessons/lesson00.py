"""Lesson 0, "Start here": one request decided, one question answered by proof."""

from typing import Any

from iamkit.lessons.checks import Slip, policy_check, request_check, table_check, yes_or_no
from iamkit.lessons.company import ACCOUNT, MALLORY, MARCH, PAYROLL, company, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.predict import predict
from iamkit.world import World

COMMISSIONS = f"{PAYROLL}/commissions.csv"

mallory_reads = predict(
    "Mallory asks to read march.csv. No policy speaks of her and the payroll. What happens?",
    {
        "Allowed": "It is allowed: nothing forbids it.",
        "ImplicitlyDenied": "It is denied: nothing allows it.",
        "ExplicitlyDenied": "It is denied: a policy forbids it.",
    },
    behind={
        "Allowed": "In AWS silence is a no. Whatever no policy allows is denied.",
        "ExplicitlyDenied": "Look at the list of layers: no statement says Deny. Nobody had to forbid it.",
    },
    explain="Every request starts out denied, and an Allow must be found for it. None was found.",
)

mallory_ever = predict(
    "Is there any request at all by which Mallory reads, changes or deletes a payroll file?",
    {"yes": "Yes, some request gets through.", "no": "No, there is none."},
    behind={"yes": "Her only Allow is for the files of the handbook, and no payroll file is one of them."},
    explain="The kit did not try requests one by one. It showed that none can exist.",
)

mallory_step = predict(
    "Somebody widens the policy of all staff, one step at a time. Which step lets Mallory read the payroll?",
    {
        "1": "acme-handbook/*, as it is now",
        "2": "acme-handbook*",
        "3": "acme-*",
        "4": "* (everything)",
        "none": "none of them",
    },
    behind={
        "1": "Every name that acme-handbook/* matches begins with acme-handbook/.",
        "2": "Every name that acme-handbook* matches begins with acme-handbook. The payroll begins otherwise.",
        "4": "It does, but she is in earlier: acme-* already matches acme-payroll/march.csv.",
        "none": "A policy has no topic. It matches names, and * stands for any text.",
    },
    explain="acme-* matches every bucket whose name begins with acme-, and acme-payroll is one.",
)

_LADDER = ("acme-handbook/*", "acme-handbook*", "acme-*", "*")


def widened(resource: str) -> World:
    """The company, where all staff may read ``resource``."""
    world = company()
    document = policy(statement("Allow", "s3:GetObject", resource, sid="Handbook"))
    acme = world.accounts[ACCOUNT]
    del acme.policies["ReadHandbook"]
    acme.policy("ReadHandbook", document)
    return world


def steps() -> list[tuple[str, World]]:
    """The steps of the slider: a policy that somebody makes a little wider each time."""
    names = ["arn:aws:s3:::" + name if name != "*" else "*" for name in _LADDER]
    return [(f"staff may read {name}", widened(name)) for name in names]


def first_step_that_lets_in() -> str:
    """The number of the first step at which Mallory can read the payroll, or ``none``; found by asking at each."""
    for number, (_, world) in enumerate(steps(), 1):
        if world.can(MALLORY, "s3:GetObject", f"{PAYROLL}/*"):
            return str(number)
    return "none"


# Exercises

mallory_may = Exercise(
    "mallory_may",
    request_check(
        lambda request: company().decide(MALLORY, *request),
        form='("service:Name", "arn:...")',
        advice="follow the arrows from mallory in the picture: to her group, its policy, and what that allows.",
    ),
    placeholder=("s3:...", "arn:aws:s3:::..."),
    hints=[
        "Mallory is in one group, and the group has one policy.",
        "The policy allows one action, `s3:GetObject`, on the files of one bucket.",
        "A file of a bucket is written `arn:aws:s3:::BUCKET/FILE`, and any file name will do.",
    ],
    solution='my_request = ("s3:GetObject", "arn:aws:s3:::acme-handbook/welcome.pdf")',
    why="Her group's policy allows reading every file of the handbook.",
)


def _readers() -> dict[str, str]:
    who = company().who_can("s3:GetObject", MARCH).who
    return {name: "yes" if any(arn.endswith(name) for arn in who) else "no" for name in ("ana", "mallory", "root")}


def _why_reader(name: str, given: Any) -> str:
    reasons = {
        "ana": "she is in payroll-team, and the policy of that group allows it.",
        "mallory": "look for an arrow from her to the payroll bucket. There is no way.",
        "root": "the root user of an account needs no Allow. More of this in lesson 1.",
    }
    return reasons[name]


who_reads = Exercise(
    "who_reads",
    table_check(_readers, _why_reader, read=yes_or_no),
    placeholder={"ana": None, "mallory": None, "root": None},
    hints=[
        'Write "yes" or "no" beside each name.',
        "One of the three needs no policy at all.",
        'Ask the kit: `world.who_can("s3:GetObject", march)`.',
    ],
    solution='my_readers = {"ana": "yes", "mallory": "no", "root": "yes"}',
    why="Ana by her group's policy; the root user because it needs no Allow of its own.",
)

one_file = Exercise(
    "one_file",
    policy_check(
        policy(statement("Allow", "s3:GetObject", COMMISSIONS)),
        slips=(
            Slip(policy(statement("Allow", "s3:GetObject", f"{PAYROLL}/*")),
                 "`/*` is every file of the bucket. Name the one file."),
            Slip(policy(statement("Allow", "s3:*", COMMISSIONS)),
                 "`s3:*` is every action of S3, deleting included. Name the one action that reads."),
            Slip(policy(statement("Allow", "s3:GetObject", PAYROLL)),
                 "That is the ARN of the bucket, not of a file in it. Files come after a slash."),
        ),
    ),
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "Two things are left open: what may be done, and with what.",
        "To read a file is `s3:GetObject`.",
        "The file is `arn:aws:s3:::acme-payroll/commissions.csv`.",
    ],
    solution="""my_policy = {
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::acme-payroll/commissions.csv",
    }],
}""",
    why="One action, one file. Whatever is not allowed is denied, so nothing needs to be forbidden.",
)  # fmt: skip

EXERCISES: tuple[Exercise, ...] = (mallory_may, who_reads, one_file)
