"""Lesson 3, "Deciding": two kinds of no, conditions on keys that may be missing, and the root user."""

from collections.abc import Mapping, Sequence
from typing import Any

from iamkit.decision import ALLOWED, EXPLICIT, IMPLICIT, Decision, authorize
from iamkit.lessons.checks import Slip, policy_check, request_check, table_check
from iamkit.lessons.company import (
    ACCOUNT,
    ANA,
    HANDBOOK,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    company,
    policy,
    statement,
)
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.policies import Policies, Source
from iamkit.policy.document import Policy
from iamkit.readings import DEFAULT, Readings
from iamkit.request import Request
from iamkit.world import World

READ, DELETE = "s3:GetObject", "s3:DeleteObject"
WELCOME, ROOT = f"{HANDBOOK}/welcome.pdf", f"{IAM}root"
EVERYTHING = policy(statement("Allow", "*", "*", sid="Everything"))
KEEP_RECORDS = policy(statement("Deny", f"{DELETE}*", f"{PAYROLL}/*", sid="KeepRecords", principal="*"))
MFA, TEAM = "aws:MultiFactorAuthPresent", "aws:PrincipalTag/team"


def deciding_company(extra: Mapping[str, Source] | None = None, readings: Readings = DEFAULT) -> World:
    """The company, with a bucket policy by which nobody deletes payroll files.

    Args:
        extra: one more policy for some users, by name.
        readings: which reading to take where AWS's pages conflict.
    """
    world = company()
    world.readings = readings
    acme = world.accounts[ACCOUNT]
    del acme.resources[PAYROLL]
    acme.resource(PAYROLL, policy=KEEP_RECORDS)
    for name, document in (extra or {}).items():
        acme.users[name].inline["Extra"] = Policy.parse(document, name="Extra")
    return world


def on_leave() -> World:
    """The company, where Ana is in a third group, whose policy denies the payroll."""
    world = company()
    acme = world.accounts[ACCOUNT]
    closed = policy(statement("Deny", "s3:*", f"{PAYROLL}/*", sid="NotWhileAway"))
    acme.group("on-leave", inline={"OnLeave": closed})
    acme.users["ana"].groups.append("on-leave")
    return world


def guard(operator: str) -> dict[str, Any]:
    """A Deny on the payroll for requests without MFA, by way of this operator."""
    return policy(statement("Deny", "s3:*", f"{PAYROLL}/*", sid="OnlyWithMfa", condition={operator: {MFA: "false"}}))


def missing_keys() -> Table:
    """What each operator says of a tag that is sales, that is something else, and that is not there; asked of the kit.

    Source of the rules: IAM User Guide, reference_policies_elements_condition_operators.
    """

    def holds(operator: str, value: str, context: dict[str, str]) -> str:
        document = policy(statement("Allow", READ, "*", condition={operator: {TEAM: value}}))
        return "yes" if authorize(Request(ANA, READ, MARCH, context), Policies(identity=[document])) else "no"

    contexts: list[dict[str, str]] = [{TEAM: "sales"}, {TEAM: "payroll"}, {}]
    operators = [("StringEquals", "sales"), ("StringNotEquals", "sales"), ("StringEqualsIfExists", "sales"),
                 ("StringNotEqualsIfExists", "sales"), ("Null", "true")]  # fmt: skip
    rows = tuple((f"{name} {value}", *(holds(name, value, c) for c in contexts)) for name, value in operators)
    return Table(f"Does the condition on {TEAM} hold?", ("condition", "sales", "payroll", "no such tag"), rows)


# Predictions


def _names_allowed(decisions: Sequence[Decision]) -> str:
    return " and ".join(one.request.principal.rpartition("/")[2] for one in decisions if one) or "neither"


def _files_allowed(decisions: Sequence[Decision]) -> str:
    names = {MARCH: "payroll", WELCOME: "handbook"}
    return " and ".join(names[one.request.resource] for one in decisions if one) or "nothing"


which_no = predict(
    "Both get an Allow for everything. Mallory reads march.csv again, Ana deletes it again. Which no becomes a yes?",
    {"mallory": "only Mallory's", "ana": "only Ana's", "mallory and ana": "both", "neither": "neither"},
    read=_names_allowed,
    behind={
        "mallory and ana": "An Allow ends an implicit no. Ana's was explicit, and a Deny outweighs every Allow.",
        "ana": "It is the other way round: only silence can be mended with an Allow.",
        "neither": "Mallory was refused only because nobody had allowed it. Now somebody has.",
    },
    explain="An implicit no is a lack of Allow. An explicit no is a Deny, and no Allow outweighs it.",
)

bucket_says = predict(
    "Ana reads march.csv. The bucket has a policy too, with one Deny, for deleting. What does that policy say here?",
    {
        "allows": "It allows: no Deny for reading.",
        "is silent": "It is silent.",
        "denies": "It denies.",
    },
    read=lambda decision: next(layer.says for layer in decision.trace if layer.name == "resource-based policy"),
    behind={
        "allows": "Not denying is not allowing. A policy allows only with an Allow that applies.",
        "denies": "It has a Deny, but for another action. A statement counts only if all of its elements match.",
    },
    explain="Its one statement is about another action, so it does not apply, and the policy stays silent.",
)

any_allow = predict(
    "Is there any request by which Ana, who has an Allow for everything, deletes a payroll file?",
    {"yes": "Yes, under some circumstances.", "no": "No, none."},
    behind={"yes": "The Deny has no condition. Whatever the circumstances, it applies."},
    explain="One Deny that applies is enough. This rule is called: forbid trumps permit.",
)

order = predict(
    "One policy has an Allow first and a Deny second. Another has them the other way round. How do they differ?",
    {"equivalent": "Not at all.", "narrower": "The second forbids more.", "broader": "The second allows more."},
    behind={
        "narrower": "Statements are not read from top to bottom. All are read, and a Deny that applies wins.",
        "broader": "Statements are not read from top to bottom. All are read, and a Deny that applies wins.",
    },
    explain="The order of statements never matters. The kit compared the two for every request.",
)

while_away = predict(
    "While away Ana is also in the group on-leave, whose policy denies the payroll. What can she read now?",
    {"payroll and handbook": "payroll and handbook", "handbook": "only the handbook", "payroll": "only the payroll",
     "nothing": "nothing"},
    read=_files_allowed,
    behind={
        "payroll and handbook": "The Allow of one group does not shield her from the Deny of another.",
        "payroll": "It is the payroll that the new group denies.",
        "nothing": "The Deny speaks of the payroll only. What staff allows is not touched.",
    },
    explain="The policies of all her groups count together: Allows add up, and one Deny is enough.",
)  # fmt: skip


stolen_key = predict(
    "The thief reads march.csv with Ana's stolen access key. The request says nothing of MFA. What happens?",
    {
        ALLOWED: "It is allowed.",
        EXPLICIT: "It is denied: no MFA means false.",
        IMPLICIT: "It is denied: there is no Allow.",
    },
    behind={
        EXPLICIT: "A missing key is not false. It is missing, and then `Bool` does not hold.",
        IMPLICIT: "A guard only takes away. The Allow is in the policy of her group, and it still applies.",
    },
    explain="`Bool` needs the key. Where the key is missing, the condition fails, and the Deny does not apply.",
)

no_tag = predict(
    "The policy lets whoever is not of the team sales read the payroll. Mallory has no tag at all. What happens?",
    {ALLOWED: "It is allowed.", IMPLICIT: "It is denied."},
    behind={IMPLICIT: "What is missing does not equal `sales`, and so `StringNotEquals` holds."},
    explain="A negated operator holds when the key is missing. In an Allow, that lets in whoever has no tag.",
)

capitals = predict(
    "A policy says S3:GETOBJECT in capitals. Does it mean the same as s3:GetObject?",
    {"equivalent": "Yes.", "incomparable": "No: they have nothing in common.", "narrower": "It permits less."},
    behind={
        "incomparable": "Names of actions compare without regard to case.",
        "narrower": "Names of actions compare without regard to case.",
    },
    explain="Actions and condition keys compare without regard to case. Resources do not.",
)

root_deletes = predict(
    "The root user asks to delete march.csv. The bucket's Deny is for everyone. What happens?",
    {ALLOWED: "It is allowed: root may do all.", EXPLICIT: "It is denied."},
    behind={ALLOWED: "AWS's own pages disagree here. The kit takes the other reading unless you switch it."},
    explain="Root needs no Allow, but a Deny on the bucket is read as reaching root too. See below.",
)

# Exercises

_WORDS = {ALLOWED: "allowed", IMPLICIT: "implicit", EXPLICIT: "explicit"}
_ASKED = {
    "Mallory reads march.csv": (MALLORY, READ, MARCH),
    "Mallory reads welcome.pdf": (MALLORY, READ, WELCOME),
    "Mallory deletes march.csv": (MALLORY, DELETE, MARCH),
    "Ana deletes welcome.pdf": (ANA, DELETE, WELCOME),
    "root reads march.csv": (ROOT, READ, MARCH),
}


def _effects() -> dict[str, str]:
    world = deciding_company()
    return {row: _WORDS[world.decide(*asked).effect] for row, asked in _ASKED.items()}


def _why_effect(row: str, given: Any) -> str:
    if given not in _WORDS.values():
        return 'write "allowed", "implicit" or "explicit".'
    return deciding_company().decide(*_ASKED[row]).because


effects = Exercise(
    "effects",
    table_check(_effects, _why_effect),
    placeholder=dict.fromkeys(_ASKED),
    hints=[
        "Look for a Deny that applies first. Only if there is none, look for an Allow.",
        "The bucket policy denies deleting payroll files to everyone, whether or not they were allowed to.",
        "Nothing denies deleting in the handbook. The root user needs no Allow.",
    ],
    solution="""my_effects = {
    "Mallory reads march.csv": "implicit",
    "Mallory reads welcome.pdf": "allowed",
    "Mallory deletes march.csv": "explicit",
    "Ana deletes welcome.pdf": "implicit",
    "root reads march.csv": "allowed",
}""",
    why="A Deny that applies is an explicit no. Without one, it depends on an Allow; root needs none.",
)

_READ_ALL = statement("Allow", READ, f"{PAYROLL}/*")
board = Exercise(
    "board",
    policy_check(
        policy(_READ_ALL, statement("Deny", READ, f"{PAYROLL}/board/*")),
        slips=(
            Slip(policy(_READ_ALL), "This allows the folder `board` too. Something has to take it out again."),
            Slip(policy(_READ_ALL, statement("Deny", "s3:*", f"{PAYROLL}/*")),
                 "It permits nothing at all. An Allow must be there, and the Deny must be as small as the folder."),
            Slip(policy(statement("Allow", READ, "*"), statement("Deny", READ, f"{PAYROLL}/board/*")),
                 "This is about every other bucket too. Only the payroll should be allowed."),
        ),
    ),
    placeholder=policy(_READ_ALL, statement("...", "...", "...")),
    hints=[
        "One statement allows all files. A second one has to take some away.",
        'What takes away is `"Effect": "Deny"`.',
        "The files of the folder are `arn:aws:s3:::acme-payroll/board/*`.",
    ],
    solution="""my_policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-payroll/*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-payroll/board/*"},
    ],
}""",
    why="The Allow is wide, and the Deny takes the folder out. It does not matter which comes first.",
)  # fmt: skip

_GUARD = statement("Deny", "s3:*", f"{PAYROLL}/*", condition={"BoolIfExists": {MFA: "false"}})


def _guarded(operator: str, value: str = "false") -> dict[str, Any]:
    return policy(_READ_ALL, statement("Deny", "s3:*", f"{PAYROLL}/*", condition={operator: {MFA: value}}))


_MFA_SLIPS = (
    Slip(
        _guarded("Bool"),
        "Where the key is missing, a Deny with `Bool` does not apply, and an Allow with `BoolIfExists` does.",
    ),
    Slip(_guarded("Bool", "true"), "That is the wrong way round: it denies those who did use MFA."),
    Slip(
        _guarded("Null", "true"),
        "It stops requests without the key. Where the key is there, its value must count too.",
    ),
    Slip(
        policy(statement("Allow", READ, f"{PAYROLL}/*", condition={"StringEquals": {MFA: "true"}})),
        "The string operators compare letter by letter. For true and false there is `Bool`.",
    ),
)

only_with_mfa = Exercise(
    "only_with_mfa",
    policy_check(
        policy(_READ_ALL, _GUARD),
        slips=_MFA_SLIPS,
    ),
    placeholder=policy(_READ_ALL, statement("Deny", "s3:*", f"{PAYROLL}/*", condition={"...": {MFA: "..."}})),
    hints=[
        "Three requests: the key is true, false, or missing. Which of them must get through?",
        "A Deny must apply to false and to missing; or an Allow must apply to true only.",
        "`BoolIfExists` with `false` holds when the key is false, and also when it is missing.",
    ],
    solution="""my_guard = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-payroll/*"},
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::acme-payroll/*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ],
}""",
    why="BoolIfExists holds for a missing key too. An Allow with Bool and true alone would be right as well.",
)  # fmt: skip

ROBOT_POLICY = policy(
    statement("Allow", READ, f"{PAYROLL}/*", sid="FromTheOffice",
              condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    statement("Deny", "s3:*", "*", sid="OnlyEncrypted", condition={"BoolIfExists": {"aws:SecureTransport": "false"}}),
)  # fmt: skip
"""The robot may read the payroll from the office's addresses, and only over an encrypted connection."""


def _robot_reads(context: Any) -> Decision:
    return authorize(Request(ROBOT, READ, MARCH, context), Policies(identity=[ROBOT_POLICY]))


let_the_robot_in = Exercise(
    "let_the_robot_in",
    request_check(
        _robot_reads,
        form='{"aws:SourceIp": "...", "aws:SecureTransport": "..."}',
        advice="read the two conditions. Which address does the first want, and when does the second not apply?",
    ),
    placeholder={"aws:SourceIp": "...", "aws:SecureTransport": "..."},
    hints=[
        "The Allow has to apply, and the Deny must not.",
        "`203.0.113.0/24` are the addresses from 203.0.113.0 to 203.0.113.255.",
        "The Deny holds when the connection is not encrypted, or when nothing is known of it.",
    ],
    solution='my_context = {"aws:SourceIp": "203.0.113.7", "aws:SecureTransport": "true"}',
    why="An address of the office makes the Allow apply; an encrypted connection keeps the Deny away.",
)

EXERCISES: tuple[Exercise, ...] = (effects, board, only_with_mfa, let_the_robot_in)
