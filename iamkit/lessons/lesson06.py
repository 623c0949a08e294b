"""Lesson 6, "Across accounts": both sides must agree, and a deputy must know for whom it asks."""

import json
from collections.abc import Sequence
from typing import Any

from iamkit.credentials.tokens import Refused
from iamkit.decision import ALLOWED, IMPLICIT, Decision
from iamkit.lessons.checks import Slip, policy_check, request_text, table_check, yes_or_no
from iamkit.lessons.company import ACCOUNT, ANA, AUDIT_FIRM, AUDITOR, HANDBOOK, MALLORY, policy, statement
from iamkit.lessons.exercise import BOTH, OVER, RIGHT, UNDER, Exercise, Result, result
from iamkit.lessons.ledger import (
    ASSUME,
    BOOK,
    CHANGES as CHANGES,
    DESK,
    EVERYTHING as EVERYTHING,
    EXTERNAL_ID,
    KEYS as KEYS,
    LEDGER,
    LENA,
    MAY_ASK as MAY_ASK,
    ORDERS as ORDERS,
    READ,
    READ_PAYROLL as READ_PAYROLL,
    combinations as combinations,
    door as door,
    order as order,
    ordered as ordered,
    organization as organization,
    reports as reports,
    sharing as sharing,
    sts_for as sts_for,
    trail as trail,
    trusting as trusting,
    two_companies as two_companies,
)
from iamkit.lessons.monthend import check_ways_in
from iamkit.lessons.predict import predict
from iamkit.lessons.table import Table
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.answers import Answers, Proof
from iamkit.prove.compare import Equivalent, compare, difference
from iamkit.prove.values import Undecided

PRINT_SHOP, PRINT = "777788889999", f"{HANDBOOK}/print/*"

# Predictions


def _ways(decisions: Sequence[Decision | Refused]) -> str:
    """By which way both halves of a copy are allowed: the first two decisions are the role's, the others her own."""
    found = [way for way, pair in (("role", decisions[:2]), ("bucket", decisions[2:])) if all(pair)]
    return {0: "neither", 2: "both"}.get(len(found)) or found[0]


def _whom(answers: Answers) -> str:
    there = [arn for arn in answers.by_principal if arn.startswith(LEDGER)]
    inside = [arn for arn in answers.who if arn in there]
    return "nobody" if not inside else "all" if inside == there else "root" if inside == [f"{LEDGER}root"] else "some"


def _report(delivered: object) -> str:
    return "report" if delivered else "nothing"


named_is_enough = predict(
    "Acme's bucket policy names Lena and lets her read. Ledger's policies do not mention it. May she read march.csv?",
    {ALLOWED: "Yes: she is named.", IMPLICIT: "No."},
    behind={ALLOWED: "Inside one account that would be enough. Lena is of another, and her own has not allowed it."},
    explain="Across accounts both sides must allow: the owner of the file, and the account of the one who asks.",
)

generous = predict(
    "Ledger allows Lena everything, on every resource. Acme's bucket has no policy. Is anything on march.csv allowed?",
    {"yes": "Yes: everything is allowed.", "no": "No, nothing."},
    behind={"yes": "Ledger can give away only what is Ledger's. Else each account could help itself to any other."},
    explain="An account cannot give itself access to another. The side that owns the file has not spoken.",
)

copying = predict(
    "Lena copies march.csv into Ledger's own bucket: reads there, writes here, as one caller. Which way allows that?",
    {"role": "the role", "bucket": "the bucket policy", "both": "either of the two", "neither": "neither"},
    read=_ways,
    behind={
        "role": "As `auditor` she may read at Acme. But her own permissions are set aside, and so she may not write.",
        "both": "By the role she reads, and then she cannot write: her own permissions are set aside.",
        "neither": "With the bucket policy she asks as Lena all the time, and may do both.",
    },
    explain="Assuming a role sets aside what is one's own. With a resource-based policy one keeps it.",
)

who_comes = predict(
    "The trust policy names Ledger, by its account number. Who at Ledger can assume the role?",
    {"root": "Ledger's root user", "all": "everyone", "some": "those whom Ledger allows to", "nobody": "nobody"},
    read=_whom,
    behind={
        "root": "A number in Principal is the whole account, not its root user. And root never calls AssumeRole.",
        "all": "Naming the account is one side. The other side is Ledger's own policies, for each of its people.",
        "nobody": "Ledger's own policies allow it to some. With them both sides agree.",
    },
    explain="Acme trusts the account. Ledger chooses who, and may choose others tomorrow, without asking Acme.",
)

headquarters = predict(
    "Olga is of the management account, and may read files by her own policy. May she read Acme's handbook?",
    {ALLOWED: "Yes.", IMPLICIT: "No: that account is outside."},
    behind={IMPLICIT: "SCPs do not bind the management account. But it is a part of its organization all the same."},
    explain="The key aws:PrincipalOrgID holds for every account of the organization, the management account included.",
)

attack = predict(
    "Mallory orders a report at Ledger. For the role she types in the ARN of Acme's. What does she get?",
    {"report": "a report on Acme's payroll", "nothing": "nothing: AWS refuses it"},
    read=_report,
    behind={"nothing": "AWS does not know of Mallory. The one who asks is Ledger's service, and Acme trusts Ledger."},
    explain="Ledger's service may assume the role, and does so for whoever orders: it is a confused deputy.",
)

known = predict(
    "Acme's trust policy is on the notice board. Mallory reads the ExternalId. She orders once more. What now?",
    {"report": "She gets the report.", "nothing": "She gets nothing."},
    read=_report,
    behind={"report": "She knows it, but it is not she who sends it. Ledger's service looks it up, under `Mallory`."},
    explain="An ExternalId is not a secret. It says for whom the deputy asks, and the deputy looks it up.",
)

service_deputy = predict(
    "Mallory makes a trail in her own account, and lets CloudTrail write it into Acme's bucket. Is that allowed?",
    {ALLOWED: "Yes.", IMPLICIT: "No: she is not of Acme."},
    behind={IMPLICIT: "The one who writes is CloudTrail, and the bucket lets it in. Nobody has asked for whom."},
    explain="An AWS service acts for all of its customers. It is a deputy as well.",
)

# Exercises

their_side = Exercise(
    "their_side",
    policy_check(
        MAY_ASK,
        slips=(
            Slip(policy(statement("Allow", ASSUME, "*")),
                 "It works. It also opens every role of every company that trusts Ledger's account."),
            Slip(READ_PAYROLL, "Reading is what the role allows, inside. Lena has to be allowed to come in."),
            Slip(policy(statement("Allow", "sts:*", AUDITOR)), "Coming in is one action: sts:AssumeRole."),
            Slip(policy(statement("Allow", ASSUME, LENA)),
                 "The resource is what one wants to assume. It is a role, and it is Acme's."),
        ),
    ),
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "Look at the trace: which of the two sides is silent?",
        "You write for Lena's own account. Her policy has an Action and a Resource, and no Principal.",
        f"The role lives at Acme: `{AUDITOR}`.",
    ],
    solution=f"""my_policy = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "{AUDITOR}"}},
    ],
}}""",
    why="Ledger's side: Lena may ask for this role of Acme's. Acme's side has been there already.",
)  # fmt: skip

_ANA_ONLY = policy_check(
    trusting({"AWS": ANA}),
    place=Place.TRUST,
    slips=(
        Slip(trusting({"AWS": ACCOUNT}),
             "That leaves it to Acme who comes in, and Acme has a robot that may do `sts:*` on `*`."),
        Slip(trusting("*"), "That is everyone in every account who may ask by their own policies."),
        Slip(trusting({"AWS": AUDIT_FIRM}), "Which account is Ana of? The role is Ledger's, she is not."),
        Slip(trusting({"AWS": MALLORY}), "That is Mallory."),
    ),
)  # fmt: skip


def _our_check(answer: Any) -> Result:
    check_ways_in(Policy.parse(answer, name="your policy"))
    return _ANA_ONLY(answer)


our_side = Exercise(
    "our_side",
    _our_check,
    placeholder=policy(statement("Allow", ASSUME, principal={"AWS": "..."})),
    hints=[
        "This time the role is Ledger's, and the caller is of Acme. Which side does the trace show as silent?",
        "To name Acme's account would leave the choice to Acme. Who else at Acme may ask for any role?",
        f"Ana is `{ANA}`.",
    ],
    solution=f"""my_trust = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Principal": {{"AWS": "{ANA}"}}, "Action": "sts:AssumeRole"}},
    ],
}}""",
    why="It names her and nobody else. Her own side allowed it before, and now both sides agree.",
)

ACME_ID = BOOK["Acme"]
_NOT_ACME = {"StringNotEquals": {EXTERNAL_ID: ACME_ID}}
_MOST = Policy.parse(trusting({"AWS": AUDIT_FIRM}, ACME_ID))
_WITH_ID: tuple[dict[str, str], ...] = ({EXTERNAL_ID: ACME_ID}, {EXTERNAL_ID: ACME_ID, "aws:SourceIp": "203.0.113.7"})


def _tested(operator: str, value: Any) -> dict[str, Any]:
    return policy(statement("Allow", ASSUME, principal={"AWS": AUDIT_FIRM}, condition={operator: {EXTERNAL_ID: value}}))


_NO_TEST = "Ledger's service is the same whoever orders. Only the ExternalId it sends is different: test that."
_ID_SLIPS = (
    Slip(trusting({"AWS": AUDIT_FIRM}), _NO_TEST),
    Slip(trusting({"AWS": DESK}), _NO_TEST),
    Slip(_tested("StringEqualsIfExists", ACME_ID), "With `IfExists`, a request without any ExternalId gets in."),
    Slip(_tested("StringLike", "*"), "Any ExternalId gets in, Mallory's too."),
    Slip(_tested("StringNotEquals", ACME_ID), "That is the wrong way round: it lets in whoever does not send it."),
    Slip(trusting("*", ACME_ID), "The ID is not a secret: whoever knows it comes in, from any account. Name Ledger."),
)


def _auditor_check(answer: Any) -> Result:
    """Does the desk get in with Acme's ExternalId, and nobody without it, nor from elsewhere?"""
    trust = check_place(Policy.parse(answer, name="your policy"), Place.TRUST)
    check_ways_in(trust)
    world, beyond = two_companies(trust=answer), difference(trust, _MOST)
    tries = [world.decide(DESK, ASSUME, AUDITOR, context) for context in _WITH_ID]
    under = next((f"With `{ACME_ID}`, Ledger's desk should get in. {one.because}" for one in tries if not one), "")
    over = f"It lets in this request, and should not: {request_text(beyond, trust, _MOST)}." if beyond else ""
    if over or under:
        slip = next((s.misconception for s in _ID_SLIPS if isinstance(compare(trust, s.policy), Equivalent)), "")
        step = slip or f"Next step: name Ledger in the Principal, and test in the Condition for exactly `{ACME_ID}`."
        if beyond and beyond.action != ASSUME:
            step = f"Next step: coming in is one action, `{ASSUME}`."
        return result(BOTH if over and under else OVER if over else UNDER, over, under, step)
    without = world.can(DESK, ASSUME, AUDITOR, _NOT_ACME)
    if not isinstance(without, Proof):
        raise Undecided("whether the desk gets in without it")
    return result(RIGHT, f"With `{ACME_ID}` the desk gets in. Without it nobody does, whatever else they send: proved.")


auditor_trust = Exercise(
    "auditor_trust",
    _auditor_check,
    placeholder=policy(
        statement("Allow", ASSUME, principal={"AWS": "..."}, condition={"...": {EXTERNAL_ID: "..."}}),
    ),
    hints=[
        "Two questions: whose requests, and on whose behalf? The Principal answers one, the Condition the other.",
        "Which operator wants the key to be there, and to be exactly this text?",
        f'`"Condition": {{"StringEquals": {{"{EXTERNAL_ID}": "{ACME_ID}"}}}}`',
    ],
    solution=f"""my_careful_trust = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": "{AUDIT_FIRM}"}},
        "Action": "sts:AssumeRole",
        "Condition": {{"StringEquals": {{"{EXTERNAL_ID}": "{ACME_ID}"}}}},
    }}],
}}""",
    why="StringEquals fails where the key is missing, and that is what an Allow needs. To name the desk is right, too.",
)


def _print(action: Any = READ, resource: Any = PRINT, principal: Any = PRINT_SHOP) -> dict[str, Any]:
    named = principal if principal == "*" else {"AWS": principal}
    return policy(statement("Allow", action, resource, principal=named))


print_shop = Exercise(
    "print_shop",
    policy_check(
        _print(),
        place=Place.RESOURCE,
        slips=(
            Slip(_print(resource=f"{HANDBOOK}/*"), "That is every file of the bucket. The folder belongs in the ARN."),
            Slip(_print(resource=f"{HANDBOOK}/print"), "That is one file, named `print`. Its files are `print/*`."),
            Slip(_print(resource=f"{HANDBOOK}/print*"), "`print*` is also `printers.pdf`. The slash ends the name."),
            Slip(_print(principal="*"), "That is everyone in the world, even without credentials."),
            Slip(_print("s3:*"), "That lets them write and delete, too. Reading a file is `s3:GetObject`."),
            Slip(_print("s3:Get*"), "`s3:Get*` is more than reading a file. The one action is `s3:GetObject`."),
        ),
    ),
    placeholder=_print("...", "...", "..."),
    hints=[
        "A policy on a bucket says who (Principal), what (Action) and on what (Resource).",
        "An account in Principal is its number, or the ARN that ends in `:root`.",
        f"The files of the folder are `{PRINT}`.",
    ],
    solution=f"""my_bucket_policy = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": "{PRINT_SHOP}"}},
        "Action": "s3:GetObject",
        "Resource": "{PRINT}",
    }}],
}}""",
    why="One account, one action, one folder. Who at the print shop uses it is for the print shop to allow.",
)

_BY_LEDGER = {"StringEquals": {"aws:PrincipalAccount": AUDIT_FIRM}}
TRUSTS = {
    "A": policy(statement("Allow", ASSUME, principal={"AWS": DESK})),
    "B": _tested("StringLike", "*-2026"),
    "C": policy(
        statement("Allow", ASSUME, principal={"AWS": AUDIT_FIRM}),
        statement("Deny", ASSUME, principal={"AWS": AUDIT_FIRM}, condition=_NOT_ACME),
    ),
    "D": policy(statement("Allow", ASSUME, principal={"AWS": "*"}, condition=_BY_LEDGER)),
}
"""Four trust policies for the role ``auditor``."""


def trusts() -> Table:
    """The four trust policies, to read."""
    rows = tuple((name, "; ".join(map(json.dumps, written["Statement"]))) for name, written in TRUSTS.items())
    return Table("Four trust policies", ("", "statements"), rows)


def _fooled(row: str) -> str:
    return "yes" if order(two_companies(trust=TRUSTS[row]), "Mallory") else "no"


def _why_fooled(row: str, given: Any) -> str:
    if given not in ("yes", "no"):
        return 'write "yes" or "no".'
    found = order(two_companies(trust=TRUSTS[row]), "Mallory")
    return f"Ledger's service sends `{BOOK['Mallory']}`. {found.explain()}"


deputies = Exercise(
    "deputies",
    table_check(lambda: {row: _fooled(row) for row in TRUSTS}, _why_fooled, read=yes_or_no),
    placeholder=dict.fromkeys(TRUSTS),
    hints=[
        "When Mallory orders, what is different from an order of Acme's? Only the ExternalId. Who looks at it?",
        "For B, write Mallory's ExternalId below the pattern. For C, ask to whom the Deny applies.",
        "A and D look only at the one who asks, and that is Ledger each time.",
    ],
    solution='my_deputies = {"A": "yes", "B": "yes", "C": "no", "D": "yes"}',
    why="Only C tells Acme's orders from Mallory's. To name the deputy more exactly does not help.",
)

EXERCISES: tuple[Exercise, ...] = (their_side, our_side, auditor_trust, print_shop, deputies)
