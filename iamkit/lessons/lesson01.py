"""Lesson 1, "Who is asking?": resource, entity, identity, principal; who stands where; who holds which credentials."""

from typing import Any

from iamkit.errors import IamkitError
from iamkit.files.worlddict import to_dict
from iamkit.identity import taxonomy
from iamkit.identity.principals import Caller, Kind
from iamkit.lessons.checks import Expect, Slip, policy_check, table_check, world_check
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    AUDITOR,
    HANDBOOK,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    company,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.predict import predict, truth_of
from iamkit.policies import Source
from iamkit.policy.places import Place
from iamkit.world import World

BO = f"{IAM}user/bo"

in_all_four = predict(
    "Six kinds of object: user, group, role, policy, identity provider, root user. How many are in all four sets?",
    ["1", "2", "3", "6"],
    read=lambda kinds: str(len(kinds)),
    behind={
        "1": "You may have left out the role. AWS authenticates its sessions, and they make requests.",
        "3": "You may have counted the group, which never asks, or root, which IAM does not store.",
        "6": "The four words do not mean the same. A policy, for one, never asks for anything.",
    },
    explain="Users and roles are in all four. Each of the others is left out of one set or more.",
)

group_asks = predict(
    "A request comes from the group payroll-team itself. What will the kit say?",
    {
        "Allowed": "Allowed: its policy says so.",
        "ImplicitlyDenied": "Denied: it has no Allow.",
        "impossible": "Neither: there is no such request.",
    },
    read=lambda answer: "impossible" if isinstance(answer, IamkitError) else truth_of(answer),
    behind={
        "Allowed": "The policy is the group's, but the requests are its members'.",
        "ImplicitlyDenied": "Only a request can be denied. A group has no credentials, so it cannot make one.",
    },
    explain="A group has no password and no keys. AWS can authenticate its members, never the group.",
)

two_auditors = predict(
    "Lena and Omar of the audit firm both assume the role auditor. May Omar do other things than Lena?",
    {"same": "No: both may do the same.", "different": "Yes: each keeps their own rights."},
    read=lambda decisions: "same" if len({decision.effect for decision in decisions}) == 1 else "different",
    behind={"different": "A role is not a person. Whoever wears it has the role's permissions, and only those."},
    explain="Two sessions of one role: two principals, one set of permissions.",
)

means_root = predict(
    "The bucket's policy now allows reading to arn:aws:iam::111122223333:root. Who can read that could not before?",
    {
        "everyone": "everyone in the account",
        "root": "the root user",
        "nobody": "nobody",
    },
    read=lambda newcomers: {0: "nobody"}.get(len(newcomers), "root" if len(newcomers) == 1 else "everyone"),
    behind={
        "everyone": "It names the account, and so lets the account decide. Each user still needs an Allow of its own.",
        "root": "It looks like the root user, but in a Principal it means the whole account. Root could read before.",
    },
    explain="In a Principal, :root means the account, which may now pass the permission on with policies of its own.",
)

deny_for_root = predict(
    "To keep the root user in check you attach a policy to it that denies everything. Does that work?",
    {"yes": "Yes: a Deny always wins.", "no": "No: it cannot be attached."},
    behind={"yes": "A Deny that is nowhere denies nothing. Root is not an IAM identity: no policy can be attached."},
    explain="Policies are attached to IAM identities, and root is none. What can limit it is in lesson 5.",
)


def with_bucket_policy(document: Source) -> World:
    """The larger company, with this policy on the payroll bucket."""
    world = larger_company()
    del world.accounts[ACCOUNT].resources[PAYROLL]
    world.accounts[ACCOUNT].resource(PAYROLL, policy=document)
    return world


# The exercises

_BLANK_SETS: dict[str, Any] = dict.fromkeys(taxonomy.SEED_KINDS)


def _read_sets(value: Any) -> frozenset[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset):
        raise IamkitError("A row holds sets.", where="answer", remedy='Write {"resource", "identity"}, or so.')
    for name in names:
        taxonomy.check_set(str(name))
    return frozenset(names)


def _why_sets(kind: str, given: frozenset[str]) -> str:
    wrong = next(name for name in taxonomy.SETS if (name in given) != taxonomy.is_a(kind, name))
    in_or_out = "not in" if wrong in given else "also in"
    return f"it is {in_or_out} {taxonomy.SET_LABELS[wrong]}. {taxonomy.why(kind, wrong)}"


sort = Exercise(
    "sort",
    table_check(lambda: {kind: taxonomy.sets_of(kind) for kind in taxonomy.SEED_KINDS}, _why_sets, read=_read_sets),
    placeholder=_BLANK_SETS,
    hints=[
        "Ask of each: does IAM store it? Can it be authenticated? Can a policy be attached to it? Does it ask?",
        "Five of the six are stored by IAM. Two are in all four sets.",
        "Root asks, and that is all. A policy and a provider are stored, and that is all.",
    ],
    solution="""my_sets = {
    "user": {"resource", "entity", "identity", "principal"},
    "role": {"resource", "entity", "identity", "principal"},
    "group": {"resource", "identity"},
    "policy": {"resource"},
    "provider": {"resource"},
    "root": {"principal"},
}""",
    why='IAM User Guide, page "IAM identities", section Terms.',
)

CREDENTIALS_OF = {
    "Ana, with her password": ANA,
    "the robot, with its access key": ROBOT,
    "root, with its password": f"{IAM}root",
    "Lena, as the role auditor": AUDITOR,
    "the payroll application": f"{IAM}role/payroll-app",
    "Eva, signed in through the office": f"{IAM}role/office-login",
}
"""Who asks, and the ARN under which it asks."""


def credentials(principal: str) -> str:
    """``permanent`` or ``temporary``, by the kind of principal.

    Source: IAM User Guide, id ("IAM identities"): "IAM grants IAM users and the root user long-term credentials and IAM
    roles temporary credentials."

    >>> credentials("arn:aws:iam::111122223333:user/ana"), credentials("arn:aws:iam::111122223333:role/auditor")
    ('permanent', 'temporary')
    """
    return "permanent" if Caller.parse(principal).kind in (Kind.USER, Kind.ROOT) else "temporary"


def _why_credentials(who: str, given: Any) -> str:
    if given not in ("permanent", "temporary"):
        return 'write "permanent" or "temporary".'
    if credentials(CREDENTIALS_OF[who]) == "temporary":
        return "it works through a role, and a role hands out credentials that expire."
    return "this is an IAM user or root, and theirs stay valid until somebody takes them away."


who_holds_what = Exercise(
    "who_holds_what",
    table_check(lambda: {who: credentials(arn) for who, arn in CREDENTIALS_OF.items()}, _why_credentials),
    placeholder=dict.fromkeys(CREDENTIALS_OF),
    hints=[
        "Person or program makes no difference. What counts is as what it asks: as a user, as root, or through a role.",
        "IAM users and root hold permanent credentials; whoever works through a role holds temporary ones.",
        "Who signs in through the office directory assumes a role.",
    ],
    solution="""my_credentials = {
    "Ana, with her password": "permanent",
    "the robot, with its access key": "permanent",
    "root, with its password": "permanent",
    "Lena, as the role auditor": "temporary",
    "the payroll application": "temporary",
    "Eva, signed in through the office": "temporary",
}""",
    why="The first three are IAM users and root. The others work through roles.",
)  # fmt: skip

_TEAM = "put bo into the right group, or attach the right policy."
bo_joins = Exercise(
    "bo_joins",
    world_check(
        Expect(BO, "s3:GetObject", MARCH, True, _TEAM),
        Expect(BO, "s3:*", f"{HANDBOOK}/*", False, "bo gets the payroll and nothing else; leave the other group out."),
        Expect(BO, "s3:PutObject", f"{PAYROLL}/*", False, "reading is `s3:GetObject`. Take the rest away."),
        Expect(BO, "s3:Delete*", f"{PAYROLL}/*", False, "reading is `s3:GetObject`. Take the rest away."),
        Expect(BO, "iam:*", "*", False, "bo needs nothing of IAM itself."),
        Expect(ANA, "s3:GetObject", MARCH, True, "leave Ana as she was."),
        Expect(MALLORY, "s3:*", f"{PAYROLL}/*", False, "leave Mallory out of it; do not widen her group's policy."),
    ),
    untouched=lambda world: isinstance(world, World) and to_dict(world) == to_dict(company()),
    hints=[
        "A new user is made with `acme.user(...)`: its name first, then what it has, such as `groups=[...]`.",
        'A user joins groups by their names: `groups=["..."]`.',
        "The group whose policy reads the payroll is `payroll-team`.",
    ],
    solution='acme.user("bo", groups=["payroll-team"])',
    why="Bo gets what the group gives, and the policy is written once.",
)

_TWO = policy(statement("Allow", "s3:GetObject", f"{PAYROLL}/*", principal={"AWS": [ANA, BO]}))


def _naming(principal: Any, action: str = "s3:GetObject") -> dict[str, Any]:
    return policy(statement("Allow", action, f"{PAYROLL}/*", principal=principal))


bucket_policy = Exercise(
    "bucket_policy",
    policy_check(
        _TWO,
        place=Place.RESOURCE,
        slips=(
            Slip(
                _naming({"AWS": f"{IAM}root"}),
                "`:root` is the whole account: whoever in it has an Allow of its own gets in, and nobody else.",
            ),
            Slip(_naming({"AWS": [ANA, BO]}, "s3:*"), "To read is `s3:GetObject`; `s3:*` is every action of S3."),
            Slip(_naming("*"), "`*` is everybody in the world, without any credentials even."),
        ),
    ),
    placeholder=policy(statement("Allow", "s3:GetObject", f"{PAYROLL}/*", principal={"AWS": "..."})),
    hints=[
        "A Principal takes users, roles, sessions and accounts. Which of them are in the team?",
        'Several principals stand in a list: `{"AWS": ["...", "..."]}`.',
        f"Ana is `{ANA}`. Bo is the same with another name.",
    ],
    solution=f"""my_bucket_policy = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": ["{ANA}",
                              "{BO}"]}},
        "Action": "s3:GetObject",
        "Resource": "{PAYROLL}/*",
    }}],
}}""",
    why="The people of the group, one by one: a Principal names those who ask, and a group never does.",
)

EXERCISES: tuple[Exercise, ...] = (sort, who_holds_what, bo_joins, bucket_policy)
