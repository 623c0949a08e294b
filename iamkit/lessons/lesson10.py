"""Lesson 10, "Can Mallory ever …?": a policy as a formula, its truth table, and the same formula for every request."""

from collections.abc import Mapping
from typing import Any

from iamkit.arn import Pattern
from iamkit.errors import RequestError
from iamkit.evaluate import holds
from iamkit.formula import Formula, Not, all_of
from iamkit.lessons.checks import Expect, request_text, table_check, world_check, yes_or_no
from iamkit.lessons.company import (
    ANA,
    AUDITOR,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    policy,
    statement,
)
from iamkit.lessons.exercise import BOTH, NOT_YET, OVER, RIGHT, UNDER, UNFINISHED, Exercise, Result, result
from iamkit.lessons.formulas import (
    FILES,
    READ,
    SALES as SALES,
    forged as forged,
    formula_of as formula_of,
    lemmas as lemmas,
    readable as readable,
    truth_table as truth_table,
    yes_if,
)
from iamkit.lessons.predict import predict
from iamkit.lessons.salesteam import (
    ADDRESS,
    BY_YEAR as BY_YEAR,
    MFA,
    VPN,
    own_policies as own_policies,
    reasons,
    sales,
    steps as steps,
    two_networks,
    with_bucket_policy,
)
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.cases import constraints
from iamkit.prove.compare import Difference, difference, example
from iamkit.prove.strings import find
from iamkit.prove.values import Undecided
from iamkit.world import World

YEAR = f"{PAYROLL}/2027/*"

# Predictions

rows_with_requests = predict(
    "Three questions, each with yes or no, give eight rows. Into how many of them does some request fall?",
    {"8": "8: into every one", "6": "6", "4": "4", "1": "1: the one that is permitted"},
    read=lambda table: str(sum(row[-1] != "no request" for row in table.rows)),
    behind={
        "8": "What matches acme-payroll* matches acme-* as well. Rows that say otherwise stay empty.",
        "4": "Only two rows contradict themselves: those with acme-payroll* and without acme-*, for either action.",
        "1": "Denied requests are requests too. They have their rows.",
    },
    explain="Two rows are empty: no name matches acme-payroll* and not acme-*. AND, OR and NOT alone do not know that.",
)

sixty = predict(
    "60 questions with yes or no, a million rows checked in a second. How long does the whole table take?",
    {"minute": "about a minute", "day": "about a day", "year": "about a year", "ages": "over 30,000 years"},
    read=lambda years: "ages" if int(years.split()[0].replace(",", "")) > 30_000 else "year",
    behind={
        "minute": "That would be 26 questions. Each further one doubles the time.",
        "day": "That would be 36 questions. Each further one doubles the time.",
        "year": "That would be 45 questions. Each further one doubles the time.",
    },
    explain="Each question doubles the table. Ten more make it a thousand times as long.",
)

by_year = predict(
    "The Deny now speaks of acme-payroll/20*, for every file begins with its year. Does any request get through?",
    {"yes": "Yes, some request.", "no": "No, none."},
    behind={"no": "That files begin with the year is a habit. The policy does not say so, and one file breaks it."},
    explain="The Allow reaches all that the Deny leaves out, such as the file in the witness, or march.csv.",
)

z3_alone = predict(
    "z3 is told: P is true, A is false. P stands for acme-payroll*, A for acme-*. Is that possible, says z3?",
    {"sat": "It is possible (sat).", "unsat": "It is impossible (unsat).", "unknown": "It cannot tell (unknown)."},
    behind={
        "unsat": "You know what the letters stand for. z3 sees two letters and nothing else.",
        "unknown": "It can: for two letters of which it knows nothing, true and false are a fine choice.",
    },
    explain="For z3, P and A are letters. That every name with P has A must be found out about texts, and told to it.",
)

both_doors = predict(
    "Sales may read from the office only. The payroll lets in the VPN only. Does any request of Mallory's get through?",
    {"yes": "Yes: she passes both.", "no": "No, none."},
    behind={"yes": "Each of the two lets some requests in, but no address is in both networks, and a request has one."},
    explain="What the Allow lets in, the Deny keeps out, and what the Deny spares has no Allow.",
)

forgery = predict(
    "Mallory forges a certificate for the policy by year: flawless steps, but its lemma is wrong. Is it accepted?",
    {"yes": "Yes: the steps are flawless.", "no": "No."},
    behind={"yes": "Steps that follow from a wrong lemma prove nothing. So each lemma is refuted anew, by itself."},
    explain="The check takes nothing on trust. It looks for a name that the lemma says is not there, and finds one.",
)

tidied = predict(
    "A change request replaces the list of two buckets by acme-* with a Deny for the payroll. Is there new access?",
    {"yes": "No new access.", "no": "New access."},
    read=lambda found: "yes" if "passed" in found else "no",
    behind={"yes": "acme-* is more than the two buckets of today: any bucket whose name begins so, also a later one."},
    explain="The list names two buckets. acme-* matches every name that begins so, whoever makes it, and whenever.",
)

before_and_after = predict(
    "Mallory may write policies for herself (iam:PutUserPolicy). Can she read the payroll, says the kit?",
    {"yes": "Yes: she can allow it herself.", "no": "No."},
    behind={"yes": "She can change the world so that she could. But in this world no request of hers reads a file."},
    explain="The question is about one request in this world. Writing the policy is another, and it makes a new world.",
)

# Exercises

_NAMES = {
    "acme-* but not acme-payroll*": ("acme-*", "acme-payroll*"),
    "acme-payroll* but not acme-*": ("acme-payroll*", "acme-*"),
    "acme-payroll/*.csv but not acme-payroll/*": ("acme-payroll/*.csv", "acme-payroll/*"),
    "*payroll* but not acme-payroll*": ("*payroll*", "acme-payroll*"),
    "acme-????/* but not acme-*/*": ("acme-????/*", "acme-*/*"),
}


def _name(row: str) -> str | None:
    inside, outside = map(Pattern.glob, _NAMES[row])
    return find((inside,), (outside,))


def _why_name(row: str, given: Any) -> str:
    if given not in ("yes", "no"):
        return 'write "yes" or "no".'
    inside, outside = _NAMES[row]
    found = _name(row)
    return f"`{found}` is one." if found else f"whatever matches `{inside}` matches `{outside}` too."


names = Exercise(
    "names",
    table_check(lambda: {row: yes_if(_name(row) is not None) for row in _NAMES}, _why_name, read=yes_or_no),
    placeholder=dict.fromkeys(_NAMES),
    hints=[
        "Try to write down such a name. If you cannot, ask why.",
        "`*` stands for any text, `?` for any one character. Both may stand for a slash.",
        "`*payroll*` need not begin with `acme`.",
    ],
    solution="""my_names = {
    "acme-* but not acme-payroll*": "yes",
    "acme-payroll* but not acme-*": "no",
    "acme-payroll/*.csv but not acme-payroll/*": "no",
    "*payroll* but not acme-payroll*": "yes",
    "acme-????/* but not acme-*/*": "no",
}""",
    why="A no is a lemma: a fact about texts that the prover finds by itself, and z3 is told.",
)


_REASONS = ("KeepRecords", "OnlyWithMfa", "OnlyByVpn", "KeepRecords and OnlyByVpn", "KeepRecords and OnlyWithMfa")


def _flips() -> dict[str, str]:
    return {row: yes_if(bool(reasons(*row.split(" and ")))) for row in _REASONS}


def _why_reason(row: str, given: Any) -> str:
    if given not in ("yes", "no"):
        return 'write "yes" or "no".'
    answer = reasons(*row.split(" and "))
    if isinstance(answer, Proof):
        return f"with that gone it is still a no. What rules it out: {', and '.join(answer.blocking)}."
    return "with that gone nothing is left that denies it."


flips = Exercise(
    "flips",
    table_check(_flips, _why_reason, read=yes_or_no),
    placeholder=dict.fromkeys(_REASONS),
    hints=[
        "For each row ask: with that gone, is there still a Deny that applies to every such request?",
        "The request deletes, and says nothing of MFA. Which of the three Denies apply to that, from any address?",
        "KeepRecords alone is enough for a no, and so is OnlyWithMfa alone.",
    ],
    solution="""my_flips = {
    "KeepRecords": "no",
    "OnlyWithMfa": "no",
    "OnlyByVpn": "no",
    "KeepRecords and OnlyByVpn": "no",
    "KeepRecords and OnlyWithMfa": "yes",
}""",
    why="Two Denies are enough each by itself. The core names one reason; another may stand behind it.",
)

_NO_MFA = {"BoolIfExists": {MFA: "false"}}
_WANTED_WHERE = {**_NO_MFA, "NotIpAddress": {ADDRESS: VPN}}


def _where_check(answer: Any) -> Result:
    """Does it ask about exactly the wanted requests?"""
    if not isinstance(answer, Mapping):
        raise RequestError("This is not a where.", where="answer", remedy="Write it as in the answer cell.")
    if "..." in str(answer):
        return result(UNFINISHED, "Fill in every `...`, or take out the line.")
    given, wanted = _asks(answer), _asks(_WANTED_WHERE)
    more, less = (example(all_of([a, Not(b)]), None) for a, b in ((given, wanted), (wanted, given)))
    if more:
        step = "a second factor was used" if not holds(_asks(_NO_MFA), dict(more.context)) else "it comes from the VPN"
        return result(
            NOT_YET,
            f"It asks about this request, and should not: {_context(more)}.",
            f"Next step: leave it out, for {step}.",
        )
    if less:
        silent = "" if MFA.lower() in less.context else " A request that says nothing of MFA is without one, too."
        return result(
            NOT_YET,
            f"It leaves this request out, and should ask about it: {_context(less)}.",
            f"Next step: take it in: no second factor, and not from the VPN.{silent}",
        )
    return result(RIGHT, "It asks about exactly the requests that it should: proved for every request.")


def _asks(where: Mapping[str, Any]) -> Formula:
    return all_of(constraints(where))


def _context(found: Difference) -> str:
    """The keys of a request in words, absent ones included."""
    document = policy(statement("Allow", "*", "*", condition={"Null": {MFA: "true", ADDRESS: "true"}}))
    return request_text(found, Policy.parse(document)).partition(", with ")[2]


where = Exercise(
    "where",
    _where_check,
    placeholder={"...": {MFA: "..."}, "NotIpAddress": {ADDRESS: "..."}},
    hints=[
        "Without a second factor means: the key is false, or it is missing. Which operator holds for both?",
        "An address outside a network is what `NotIpAddress` looks for.",
        "`BoolIfExists` with `false` holds if the key is false or missing.",
    ],
    solution="""my_where = {
    "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
    "NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"},
}""",
    why="Two conditions, and both must hold. IfExists also asks about requests that say nothing of MFA.",
)


def _flip_check(answer: Any) -> Result:
    """Does Mallory now reach the folder, and does the policy permit nothing beyond reading it?"""
    own = check_place(Policy.parse(answer, name="your policy"), Place.IDENTITY)
    most = Policy.parse(policy(statement("Allow", READ, YEAR)))
    beyond = difference(own, most)
    now = two_networks(mallory=own).can(MALLORY, READ, YEAR)
    if isinstance(now, Unknown):
        raise Undecided(now.reason)
    lines = [f"It permits more than reading that folder: {request_text(beyond, own)}."] if beyond else []
    if isinstance(now, Witness):
        good = f"The answer is yes now. {now.decision.because}"
        return result(OVER, *lines, "Next step: make the Allow smaller.") if beyond else result(RIGHT, good)
    ruled_out = f"The answer is still no. What rules it out: {', and '.join(now.blocking)}."
    return result(
        BOTH if beyond else UNDER,
        *lines,
        ruled_out,
        "Next step: an Allow of yours must reach a request to which no Deny applies.",
    )


flip = Exercise(
    "flip",
    _flip_check,
    placeholder=policy(statement("Allow", "...", "...")),
    hints=[
        "The core of the proof names what is in the way. One of it is a missing Allow: that is yours to write.",
        "The Deny of the bucket stays. It spares requests from the VPN, so your Allow must reach those.",
        "Reading is `s3:GetObject`. The files of the folder are `arn:aws:s3:::acme-payroll/2027/*`.",
    ],
    solution="""my_policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-payroll/2027/*"},
    ],
}""",
    why="An Allow that also reaches requests from the VPN. The bucket's Deny still keeps out all others.",
)


def _shut_world(source: Source) -> World:
    """The company, where Mallory is allowed all of S3, with this policy on the payroll bucket."""
    return with_bucket_policy(sales(policy(statement("Allow", "s3:*", "*", sid="AllOfS3"))), source)


def _shut_check(answer: Any) -> Result:
    return world_check(
        Expect(MALLORY, "s3:*", FILES, False, "the Deny must apply to that request, in whatever context it comes."),
        Expect(ANA, READ, MARCH, True, "your Deny reaches Ana. Whom does its Principal name?"),
        Expect(ANA, READ, MARCH, True, "your Deny reaches Ana in some contexts.", {MFA: "true", ADDRESS: "192.0.2.7"}),
        Expect(f"{IAM}role/payroll-app", READ, MARCH, True, "the application has to read on. Deny Mallory alone."),
        Expect(AUDITOR, READ, MARCH, True, "the auditor has to read on. Deny Mallory alone."),
        Expect(ROBOT, "s3:*", FILES, False, "nobody needs a new Allow. Write a Deny only."),
    )(_shut_world(Policy.parse(answer, name="your policy")))


shut = Exercise(
    "shut",
    _shut_check,
    placeholder=policy(statement("Deny", "...", "...", principal={"AWS": "..."})),
    hints=[
        "Whom does the Deny speak of? A policy on a bucket says so in its Principal.",
        "`s3:*` is every action. A condition would leave out some contexts, so write none.",
        f"Mallory is `{MALLORY}`, and the files are `{FILES}`.",
    ],
    solution=f"""my_bucket_policy = {{
    "Version": "2012-10-17",
    "Statement": [{{
        "Effect": "Deny",
        "Principal": {{"AWS": "{MALLORY}"}},
        "Action": "s3:*",
        "Resource": "{FILES}",
    }}],
}}""",
    why="It names her alone, every action, every file, and no condition: no request of hers is left.",
)

EXERCISES: tuple[Exercise, ...] = (names, flips, where, flip, shut)
