"""The ways in which exercises judge: policies, worlds and requests by what they permit, tables row by row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.decision import ClauseTrace, Decision, authorize
from iamkit.errors import IamkitError, RequestError, WorldError
from iamkit.explain import listed
from iamkit.lessons.exercise import BOTH, NOT_YET, OVER, RIGHT, UNDER, UNFINISHED, Result, result
from iamkit.policies import Policies, Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.answers import Proof, Unknown
from iamkit.prove.compare import Comparison, Difference, Equivalent, compare
from iamkit.prove.values import Undecided
from iamkit.request import Request
from iamkit.world import World

Check = Callable[[Any], Result]
_VERDICTS = {"broader": OVER, "narrower": UNDER, "incomparable": BOTH}
_SOMEONE = "arn:aws:iam::111122223333:user/someone"
_SOME_ROLE = "arn:aws:iam::111122223333:role/some"


@dataclass(frozen=True)
class Slip:
    """A policy that learners write by mistake, and the misconception behind it."""

    policy: Source
    misconception: str


def policy_check(wanted: Source, *, place: Place = Place.IDENTITY, slips: tuple[Slip, ...] = ()) -> Check:
    """Judge a policy by comparing it with the wanted one over every request.

    Args:
        wanted: a policy that is right; any equivalent one is right too.
        place: where the policy stands.
        slips: common mistakes.

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> all_of_s3 = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    >>> policy_check(get)(all_of_s3).verdict
    'over-permissive'
    """
    aim = Policy.parse(wanted, name="the wanted policy")

    def check(answer: Any) -> Result:
        policy = check_place(Policy.parse(answer, name="your policy"), place)
        found = compare(policy, aim)
        if isinstance(found, Unknown):
            raise Undecided(found.reason)
        if found:
            return result(RIGHT, "Your policy and the wanted one permit the same requests: proved for every request.")
        same = (s.misconception for s in slips if isinstance(compare(policy, s.policy), Equivalent))
        slip = next(same, "")
        return result(_VERDICTS[found.relation], *_shown(found, policy, aim), *_next(found, policy, aim, place, slip))

    return check


def _shown(found: Comparison, policy: Policy, aim: Policy) -> list[str]:
    lines = []
    if found.only_a:
        lines.append(f"It permits this request, and should not: {request_text(found.only_a, policy, aim)}.")
    if found.only_b:
        lines.append(f"It should permit this request, and does not: {request_text(found.only_b, policy, aim)}.")
    return lines


# These follow from who asks, which is shown.
_NAMED = {"aws:principalaccount", "aws:principalarn"}


def request_text(found: Difference, *policies: Policy) -> str:
    """A request in words, with the condition keys as the policies write them, absent ones included."""
    written = {c.key.lower(): c.key for policy in policies for s in policy.statements for c in s.conditions}
    who = f"`{found.principal}` asks for " if found.principal else ""
    given = [f"{written.get(key, key)} = {listed(list(values), 'and')}" for key, values in found.context.items()]
    absent = [f"no {written[key]}" for key in sorted(written) if key not in found.context and key not in _NAMED]
    keys = f", with {listed([*given, *absent], 'and')}" if given or absent else ""
    return f"{who}`{found.action}` on `{found.resource}`{keys}"


def _next(found: Comparison, policy: Policy, aim: Policy, place: Place, slip: str) -> list[str]:
    """One next step: the misconception if the mistake is known, else the element that lets the request through."""
    if slip:
        return [slip]
    if found.only_a:
        return [_narrow(_clauses(aim, found.only_a, place))]
    return [_widen(_clauses(policy, found.only_b, place))] if found.only_b else []


def _narrow(wanted: list[ClauseTrace]) -> str:
    """What to look at when too much is permitted; it does not give away how the wanted policy is written."""
    if any(clause.effect == "Deny" and clause.applies for clause in wanted):
        return "Next step: such a request must be refused. Say so with a Deny, or make your Allow smaller."
    elements = {clause.reason.split()[0].removeprefix("Not") for clause in wanted if clause.effect == "Allow"}
    places = {"Action": "Action", "Resource": "Resource", "Condition": "Condition", "the": "Principal"}
    names = [name for start, name in places.items() if start in elements]
    if not names:
        return "Next step: find the statement of yours that permits it, and make it smaller."
    return f"Next step: look at the {listed(names)} of the statement that permits it. It should leave this request out."


def _widen(own: list[ClauseTrace]) -> str:
    """Why the learner's own policy does not permit the request, by its own statements."""
    for clause in own:
        if clause.effect == "Deny" and clause.applies:
            return f"Next step: your Deny `{clause.statement}` applies to it. Should it?"
    reasons = [f"in `{clause.statement}`, {clause.reason}" for clause in own if clause.effect == "Allow"]
    if not reasons:
        return "Next step: no statement of yours allows anything. Add one with Effect Allow."
    return f"Next step: see why your policy says nothing about it: {'; '.join(reasons)}."


def _clauses(policy: Policy, found: Difference, place: Place) -> list[ClauseTrace]:
    """How the statements of one policy read a request; none where the request cannot be made with it alone."""
    resource_side = place in (Place.RESOURCE, Place.TRUST)
    try:
        stack = Policies(resource=policy) if resource_side else Policies(identity=[policy])
        context = {key: list(values) for key, values in found.context.items()}
        resource = _SOME_ROLE if place is Place.TRUST else found.resource
        asked = Request(found.principal or _SOMEONE, found.action, resource, context, "111122223333")
        return [clause for layer in authorize(asked, stack).trace for clause in layer.clauses]
    except IamkitError:
        return []


@dataclass(frozen=True)
class Expect:
    """What must hold in a world that is right.

    Args:
        principal, action, resource: who may, or may never, do what; a "never" may hold wildcards.
        allowed: True for a request that must be allowed, False for what no request may get.
        advice: the next step when it does not hold.
        context: the context of the request that must be allowed.
    """

    principal: str
    action: str
    resource: str
    allowed: bool
    advice: str
    context: Mapping[str, Any] | None = None


def world_check(*expected: Expect) -> Check:
    """Judge a world by requests that it must allow, and by proofs that it allows nothing it must not."""

    def check(world: Any) -> Result:
        if not isinstance(world, World):
            raise WorldError("This is not a world.", where="answer", remedy="Hand over the world that you changed.")
        lines: dict[bool, list[str]] = {True: [], False: []}
        for wish in expected:
            lines[wish.allowed] += _failing(world, wish)
        over, under = lines[False], lines[True]
        if over and under:
            return result(BOTH, over[0], under[0], over[1])
        if over or under:
            return result(OVER if over else UNDER, *over[:2], *under[:2])
        return result(RIGHT, f"All {len(expected)} wishes hold. What must never happen was proved for every request.")

    return check


def _failing(world: World, wish: Expect) -> list[str]:
    """Nothing if the wish holds; else what happens, and the next step."""
    if wish.allowed:
        decision = world.decide(wish.principal, wish.action, wish.resource, wish.context)
        asked = f"`{_short(wish.principal)}` asks for `{wish.action}` on `{wish.resource}`"
        return [] if decision else [f"This should be allowed: {asked}. {decision.because}", f"Next step: {wish.advice}"]
    answer = world.can(wish.principal, wish.action, wish.resource)
    if isinstance(answer, Unknown):
        raise Undecided(answer.reason)
    if isinstance(answer, Proof):
        return []
    request = answer.request
    asked = f"`{_short(request.principal)}` asks for `{request.action}` on `{request.resource}`"
    shown = f"This should never be allowed: {asked}. {answer.decision.because}"
    return [shown, f"Next step: {wish.advice}"]


def _short(arn: str) -> str:
    """The last field of an ARN: ``user/ana``."""
    return arn.split(":", 5)[-1]


def table_check(truth: Callable[[], Mapping[str, Any]], why: Callable[[str, Any], str],
                read: Callable[[Any], Any] = str) -> Check:  # fmt: skip
    """Judge a table row by row; rows left blank are not wrong, only missing.

    Args:
        truth: computes the right value of each row, with the kit.
        why: for a row that is wrong, and what the learner wrote there, the sentence that helps.
        read: brings a value into the form that ``truth`` uses; may raise IamkitError.
    """

    def check(answer: Any) -> Result:
        right = truth()
        given = {row: read(value) for row, value in _rows(answer, right).items()}
        wrong = [row for row, value in given.items() if value != right[row]]
        if wrong:
            lines = [f"`{row}`: {why(row, given[row])}" for row in wrong]
            return result(NOT_YET, f"{len(given) - len(wrong)} of {len(right)} right.", *lines)
        missing = [row for row in right if row not in given]
        if missing:
            return result(UNFINISHED, f"{len(given)} of {len(right)} right; still blank: {', '.join(missing)}.")
        return result(RIGHT, f"All {len(right)} right.")

    return check


def _rows(answer: Any, right: Mapping[str, Any]) -> dict[str, Any]:
    """The rows that are filled in."""
    if not isinstance(answer, Mapping):
        raise IamkitError("This is not a table.", where="answer", remedy='Write {"row": value, ...} as in the cell.')
    for row in answer:
        if row not in right:
            raise IamkitError(f"There is no row {row!r}.", where="answer", remedy=f"The rows: {', '.join(right)}.")
    return {row: value for row, value in answer.items() if value is not None and value is not ...}


def request_check(decide: Callable[[Any], Decision], *, form: str, advice: str) -> Check:
    """Judge a request, or a part of one, by whether it is allowed.

    Args:
        decide: turns the answer into a decision.
        form: how an answer is written.
        advice: the next step where the request is denied.
    """

    def check(answer: Any) -> Result:
        if isinstance(answer, Mapping) and any(value in (None, ..., "...") for value in answer.values()):
            return result(UNFINISHED, f"Fill in the rest: {form}.")
        try:
            decision = decide(answer)
        except (AttributeError, TypeError, ValueError) as fault:
            if isinstance(fault, IamkitError):
                raise
            raise RequestError("It is written otherwise.", where="answer", remedy=f"Write {form}.") from None
        if decision:
            return result(RIGHT, decision.because)
        return result(NOT_YET, f"That request is not allowed. {decision.because}", f"Next step: {advice}")

    return check


def yes_or_no(value: Any) -> str:
    """A row's value as ``yes`` or ``no``; True and False are understood.

    >>> yes_or_no(True), yes_or_no(" No ")
    ('yes', 'no')
    """
    return ("no", "yes")[value] if isinstance(value, bool) else str(value).strip().lower()
