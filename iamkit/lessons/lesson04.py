"""Lesson 4, "The two halves of a role": who may come in, and what may be done inside."""

from collections.abc import Sequence
from typing import Any

from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import ALLOWED, IMPLICIT, Decision
from iamkit.errors import PolicyError
from iamkit.identity.principals import Session
from iamkit.lessons.checks import Slip, policy_check, table_check
from iamkit.lessons.company import ACCOUNT, ANA, MALLORY, PAYROLL, policy, statement
from iamkit.lessons.exercise import UNDER, Exercise, Result, result
from iamkit.lessons.monthend import (
    APP,
    ASSUME,
    KEYS as KEYS,
    MAY_ASK as MAY_ASK,
    MFA,
    MONTH_END,
    OFFICE,
    ROOT,
    WRITE as WRITE,
    check_ways_in,
    combinations as combinations,
    door as door,
    handing_over as handing_over,
    month_end as month_end,
    only_one_comes_in,
    sts_for as sts_for,
    trusting as trusting,
    with_administrator as with_administrator,
)
from iamkit.lessons.predict import predict
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.answers import Answers
from iamkit.prove.chains import Chain, Unreachable
from iamkit.world import World

# Predictions


def _trusts_that_open(decisions: Sequence[Decision]) -> str:
    opened = [name for name, one in zip(("ana", "account"), decisions, strict=True) if one]
    return {0: "neither", 2: "both"}.get(len(opened)) or opened[0]


def _who(answers: Answers) -> str:
    names = [arn.rpartition(":")[2].rpartition("/")[2] for arn in answers.who]
    return names[0] if len(names) == 1 else "everyone" if names else "nobody"


def _issued(answer: Credentials | Refused) -> str:
    return "issued" if answer else "refused"


def _roles_reached(answers: Sequence[Chain | Unreachable]) -> str:
    reached = [name for name, one in zip(("app", "scaling"), answers, strict=True) if one]
    return {0: "neither", 2: "both"}.get(len(reached)) or reached[0]


own_rights = predict(
    "Ana's own policies let her read march.csv. She acts as month-end now, which may only write. May she read it?",
    {ALLOWED: "Yes: she is still Ana.", IMPLICIT: "No."},
    behind={ALLOWED: "The request comes from the role's session. Her own policies are attached to her user."},
    explain="While she acts as the role, only its permissions count. Her own are set aside, until she stops.",
)

which_trust = predict(
    "Ana's own policies say nothing about the role. Which trust policy lets her in?",
    {
        "ana": "one that names her",
        "account": "one that names the account",
        "both": "either of the two",
        "neither": "neither: she has no Allow",
    },
    read=_trusts_that_open,
    behind={
        "account": "Naming the account only delegates: then her own policies decide, and they are silent.",
        "both": "The account is a delegation. It takes an Allow in her own policies, and there is none.",
        "neither": "Inside one account, a trust policy that names the user is an Allow by itself.",
    },
    explain="Naming her turns both locks. Naming the account turns one, and leaves the other to the account.",
)

account_root = predict(
    "The trust policy names arn:aws:iam::111122223333:root. Ana may ask by her own policy. Who can assume the role?",
    {"root": "the root user", "everyone": "everyone in the account", "ana": "Ana", "nobody": "nobody"},
    read=_who,
    behind={
        "root": "As a principal in a policy, `:root` means the account. And root can never call AssumeRole.",
        "everyone": "The account is trusted to decide. It has decided so for nobody but Ana.",
        "nobody": "Both locks are open for Ana: the account is named, and her own policy allows it.",
    },
    explain="`:root` is the account. Whoever in it has an Allow for sts:AssumeRole on the role comes in.",
)

again = predict(
    "The hour is nearly over. The session itself asks for month-end again. The trust policy names Ana only.",
    {"issued": "It gets new credentials.", "refused": "It is refused."},
    read=_issued,
    behind={"issued": "The one who asks is the session of the role, not Ana. The trust policy does not name it."},
    explain="A role does not trust itself by itself. If it is to renew itself, its trust policy has to say so.",
)

group_named = predict(
    "To let the payroll people in, the trust policy names the group payroll-team. Who can assume the role?",
    {"members": "its members", "nobody": "nobody", "rejected": "there is no such policy"},
    read=lambda answer: "rejected" if isinstance(answer, PolicyError) else "members" if answer else "nobody",
    behind={
        "members": "No request comes from a group, so no policy can name one as Principal.",
        "nobody": "It does not come so far: a policy that names a group is not accepted.",
    },
    explain="Name the account, and give the group a policy of its own that allows sts:AssumeRole.",
)

namesake = predict(
    "The role payroll-app is deleted and made anew, with the same name and policies. May it assume month-end?",
    {ALLOWED: "Yes: it has the same ARN.", IMPLICIT: "No."},
    behind={ALLOWED: "When a policy is saved, AWS turns the ARN into the unique ID. The new role has another ID."},
    explain="The trust policy names the deleted role's ID. Save the policy again, and the new role is meant.",
)

handed_over = predict(
    "The robot makes and calls Lambda functions, and may pass them payroll-app. Can it come to read the payroll?",
    {"yes": "Yes.", "no": "No: the role trusts only Lambda."},
    read=lambda answer: "yes" if answer else "no",
    behind={"no": "The robot need not come in. It writes the function's code, and Lambda comes in."},
    explain="Whoever may hand a role to code of their own can do what the role can do.",
)

which_roles = predict(
    "Olga is allowed everything. Which of the two roles can she come to act as: payroll-app, AWSServiceRole…?",
    {"both": "both", "app": "payroll-app only", "scaling": "AWSServiceRole… only", "neither": "neither"},
    read=_roles_reached,
    behind={
        "both": "A service-linked role belongs to its service. Nobody in the account can edit it.",
        "scaling": "It is the other way round: that one is the service-linked role.",
        "neither": "A service role is an ordinary role of the account. She may rewrite whom it trusts.",
    },
    explain="She rewrites the trust policy of the service role. That of a service-linked role cannot be edited.",
)

# Exercises

SHEETS = {
    "A": statement("Allow", ASSUME, principal={"Service": "lambda.amazonaws.com"}),
    "B": statement("Allow", "s3:PutObject", f"{PAYROLL}/*"),
    "C": statement("Allow", ASSUME, MONTH_END),
    "D": statement("Allow", ASSUME, principal={"AWS": ROOT}, condition={"Bool": {MFA: "true"}}),
    "E": statement("Allow", "s3:GetObject", f"{PAYROLL}/*", principal={"AWS": APP}),
    "F": statement("Allow", "iam:PassRole", APP),
}
"""Six statements: each a part of one half of a role, or of neither."""


def _half(row: str) -> str:
    """Where a statement may stand in a role, by the rules of the two policy types."""
    for word, place in (("trust", Place.TRUST), ("permission", Place.IDENTITY)):
        try:
            check_place(Policy.parse(policy(SHEETS[row])), place)
        except PolicyError:
            continue
        return word
    return "neither"


def _why_half(row: str, given: Any) -> str:
    if given not in ("trust", "permission", "neither"):
        return 'write "trust", "permission" or "neither".'
    if given == "trust":
        return "a trust policy says who (Principal), and never on what (Resource): the role itself is meant."
    if given == "permission":
        return "a permission policy says on what (Resource), and never who: it speaks of its holder."
    return "it has one of the two: it says who may come in, or on what its holder may do something."


halves = Exercise(
    "halves",
    table_check(lambda: {row: _half(row) for row in SHEETS}, _why_half),
    placeholder=dict.fromkeys(SHEETS),
    hints=[
        "Do not look at the action. Look for the elements `Principal` and `Resource`.",
        "With a Principal and no Resource it is a trust policy. With a Resource and no Principal it is the other half.",
        "One statement has both. It belongs to something else: a bucket.",
    ],
    solution="""my_halves = {
    "A": "trust",
    "B": "permission",
    "C": "permission",
    "D": "trust",
    "E": "neither",
    "F": "permission",
}""",
    why="C speaks of coming in, and is a permission all the same: that of whoever wants to come into month-end.",
)

_ASKS = policy_check(
    MAY_ASK,
    slips=(
        Slip(policy(statement("Allow", ASSUME, "*")),
             "That opens every role whose trust policy names the account. Name the one role."),
        Slip(WRITE, "Writing is allowed inside already, by the role. Ana needs to be allowed to come in."),
        Slip(policy(statement("Allow", "sts:*", MONTH_END)), "Coming in is one action: sts:AssumeRole."),
    ),
)  # fmt: skip


def _own_check(answer: Any) -> Result:
    found = _ASKS(answer)
    world = month_end(trusting({"AWS": ROOT}), ana=answer)
    return only_one_comes_in(world, ANA, "see whose own policy lets them ask.") if found else found


own_half = Exercise(
    "own_half",
    _own_check,
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "The trust policy names the account. Which lock is still shut?",
        "The missing half is a policy of Ana's: it has an action and a resource, and no Principal.",
        f"The action is `sts:AssumeRole`, and the resource is the role: `{MONTH_END}`.",
    ],
    solution=f"""my_policy = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "{MONTH_END}"}},
    ],
}}""",
    why="The account is trusted, and now it has decided for Ana: on this role, and on no other.",
)

_WIDE = policy(statement("Allow", "sts:*", "*", sid="AnyRole"))


def wrong_name() -> World:
    """Ana may ask; the trust policy names Mallory by mistake. The robot has a policy that is far too wide."""
    return month_end(trusting({"AWS": MALLORY}), ana=MAY_ASK, robot=_WIDE)


def _trust_check(answer: Any) -> Result:
    world = month_end(answer, ana=MAY_ASK, robot=_WIDE)
    return only_one_comes_in(world, ANA, "let the Principal name Ana herself, and coming in be the only action.")


def _hole(action: str = ASSUME) -> dict[str, Any]:
    return policy(statement("Allow", action, principal={"AWS": "..."}))


trust_half = Exercise(
    "trust_half",
    _trust_check,
    placeholder=_hole(),
    hints=[
        "Ana's own half is there. Whom does the trust policy name?",
        "To name the account would let in all who may ask by their own policies. The robot may ask for any role.",
        f"Ana is `{ANA}`.",
    ],
    solution=f"""my_trust = {{
    "Version": "2012-10-17",
    "Statement": [
        {{"Effect": "Allow", "Principal": {{"AWS": "{ANA}"}}, "Action": "sts:AssumeRole"}},
    ],
}}""",
    why="It names her and nobody else. The robot's wide policy is of no use to it here.",
)


def _office_check(answer: Any) -> Result:
    world = month_end(answer)
    advice = "write the ARN of the one who asks, as GetCallerIdentity tells it."
    return only_one_comes_in(world, Session(OFFICE, "ana"), advice)


session_half = Exercise(
    "session_half",
    _office_check,
    placeholder=_hole(),
    hints=[
        "Who asks here? Not the user Ana: look at the ARN in the refusal.",
        "The role office-login is worn by all who sign in there. One session of it is Ana's.",
        f"A session's ARN: `arn:aws:sts::{ACCOUNT}:assumed-role/ROLE/SESSION`.",
    ],
    solution=f"""my_session_trust = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": "arn:aws:sts::{ACCOUNT}:assumed-role/office-login/ana"}},
        "Action": "sts:AssumeRole",
    }}],
}}""",
    why="It names one session of the role. Everybody else who signs in at the office stays outside.",
)

_WITH_MFA = policy_check(
    trusting({"AWS": ANA}, {"Bool": {MFA: "true"}}),
    place=Place.TRUST,
    slips=(
        Slip(trusting({"AWS": ANA}, {"BoolIfExists": {MFA: "true"}}),
             "Where the key is missing, an Allow with `BoolIfExists` applies, and a Deny with `Bool` does not."),
        Slip(trusting({"AWS": ROOT}, {"Bool": {MFA: "true"}}), "`:root` is the whole account, not Ana."),
        Slip(trusting({"AWS": ANA}), "It lets her in without a second factor. That needs a Condition."),
    ),
)  # fmt: skip


def _mfa_check(answer: Any) -> Result:
    check_ways_in(Policy.parse(answer, name="your policy"))
    found = _WITH_MFA(answer)
    if found and not month_end(answer).can(ANA, ASSUME, MONTH_END, {MFA: True}):
        step = "Next step: it names the account, which only delegates. Name Ana."
        return result(UNDER, "Ana does not get in, for her own policies say nothing.", step)
    return found


with_mfa = Exercise(
    "with_mfa",
    _mfa_check,
    placeholder=policy(statement("Allow", "...", principal={"AWS": "..."}, condition={"...": {MFA: "..."}})),
    hints=[
        "Three cases, as in lesson 3: the key is true, false, or missing. Which of them may come in?",
        "In an Allow a plain operator is right: where the key is missing, it does not apply.",
        f'`"Condition": {{"Bool": {{"{MFA}": "true"}}}}`',
    ],
    solution=f"""my_careful_trust = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Allow",
        "Principal": {{"AWS": "{ANA}"}},
        "Action": "sts:AssumeRole",
        "Condition": {{"Bool": {{"{MFA}": "true"}}}},
    }}],
}}""",
    why="Bool with true holds only where a second factor was shown. A long-term key by itself sends no such key.",
)

EXERCISES: tuple[Exercise, ...] = (halves, own_half, trust_half, session_half, with_mfa)
