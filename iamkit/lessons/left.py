"""How the exercises of lesson 5 judge: by what is left below all limits, over every request."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from iamkit.explain import listed
from iamkit.formula import ACTION, RESOURCE, Formula, Not, all_of, any_of
from iamkit.identity.principals import ANONYMOUS
from iamkit.lessons.ceilings import AT_WORK, LENA, workshop
from iamkit.lessons.checks import Slip
from iamkit.lessons.company import ACCOUNT, PAYROLL
from iamkit.lessons.exercise import BOTH, OVER, RIGHT, UNDER, Result, result
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.policy.principals import Form
from iamkit.prove.answers import Unknown, Witness
from iamkit.prove.ask import solved
from iamkit.prove.cases import Asked, Case, allowed, cases
from iamkit.prove.compare import Equivalent, compare, permits
from iamkit.prove.fit import rank
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Request, values
from iamkit.semantics import always_answered
from iamkit.world import Who, World

Check = Callable[[Any], Result]
_FILES = f"{PAYROLL}/*"


def request(world: World, who: Who, wanted: Callable[[Case], Formula], resource: str = "*") -> Request | None:
    """A request of one principal for which a formula holds; None if there is none. Of several, the one that reads best.

    Args:
        world: the world.
        who: who asks.
        wanted: the formula, for each part of the world.
        resource: a pattern.

    Raises:
        Undecided: if it is outside of what is decided exactly.
    """
    found = list[tuple[int, Case, Environment]]()
    for case in cases(Asked(world, "*", resource, {}), who):
        table = solved(case, all_of([case.within, wanted(case)]))
        if table is not None:
            found.append((rank(table, case.fixed), case, table))
    if not found:
        return None
    _, case, table = min(found, key=lambda ranked: ranked[0])
    whole = {**case.fixed, **table}
    sent = {key: list(given) for key, given in table.items() if case.facts.of(key) is None}
    action, about = sent.pop(ACTION, ["*"])[0], whole.get(RESOURCE, ("*",))[0]
    return Request(case.situation.caller.arn, action, about, {key: sent[key] for key in sent if key != RESOURCE})


def left_check(build: Callable[[Policy], tuple[World, Who]], wanted: Source, place: Place, advice: str,
               slips: Sequence[Slip] = ()) -> Check:  # fmt: skip
    """Judge a limit by what is left below it.

    Args:
        build: makes the world with the answer in its place, and says who asks in it.
        wanted: what is to be left.
        place: where the answer stands.
        advice: the next step where it is no known slip.
        slips: common mistakes.
    """
    aim = permits(Policy.parse(wanted, name="what is to be left"), None)

    def beyond(case: Case) -> Formula:
        spared = any_of([aim, always_answered(case.situation.caller)])
        return all_of([allowed(case.situation), Not(spared)])

    def check(answer: Any) -> Result:
        given = check_place(Policy.parse(answer, name="your policy"), place)
        world, who = build(given)
        over = request(world, who, beyond)
        under = request(world, who, lambda case: all_of([aim, Not(allowed(case.situation))]))
        if over is None and under is None:
            return result(RIGHT, "Exactly what was wanted is left: proved for every request.")
        lines = [f"This is allowed, and should not be: {words(over)}."] if over else []
        if under:
            why = world.decide(who, under.action, under.resource, under.context).because
            lines.append(f"This should be left, and is not: {words(under)}. {why}")
        same = (slip.misconception for slip in slips if isinstance(compare(given, slip.policy), Equivalent))
        verdict = BOTH if over and under else OVER if over else UNDER
        return result(verdict, *lines, next(same, f"Next step: {advice}"))

    return check


def words(asked: Request) -> str:
    """A request in words."""
    keys = [f"{key} = {listed(list(values(given, key)), 'and')}" for key, given in asked.context.items()]
    return f"`{asked.action}` on `{asked.resource}`" + (f" with {'; '.join(keys)}" if keys else "")


def closed_check(bucket: Source) -> Check:
    """Judge a policy of the payroll bucket that must let Dora's session in no more, and change nothing for others.

    Args:
        bucket: the policy as it was.
    """

    def check(answer: Any) -> Result:
        given = check_place(Policy.parse(answer, name="your policy"), Place.RESOURCE)
        before, after = workshop(bucket=bucket), workshop(bucket=given)
        over, under = next(_too_much(before, after, given), ""), next(_too_little(before, after), "")
        if not over and not under:
            proved = "Both are proved, for every request."
            return result(RIGHT, "Dora's session gets at no payroll file, and for all others nothing changed.", proved)
        step = "find the one statement that the boundary does not limit, and change nothing else."
        return result(BOTH if over and under else OVER if over else UNDER, over, under, f"Next step: {step}")

    return check


def _too_much(before: World, after: World, given: Policy) -> Iterator[str]:
    """Dora's session still gets in, or somebody gets more than before."""
    found = after.can(AT_WORK, "s3:*", _FILES)
    if isinstance(found, Unknown):
        raise Undecided(found.reason)
    if isinstance(found, Witness):
        yield f"Dora's session still may: {words(found.request)}. {found.decision.because}"
    named = (one for s in given.statements if s.principal for one in s.principal.values if one.form is Form.SESSION)
    sessions = sorted({one.value for one in named if one.account == ACCOUNT} - {AT_WORK.arn})
    for who in (*_everybody(before), *sessions):
        if (more := _gained(before, after, who)) is not None:
            yield f"`{_short(who)}` may now, and could not before: {words(more)}."


def _too_little(before: World, after: World) -> Iterator[str]:
    """Somebody else has lost something."""
    for who in _everybody(before):
        if (less := _gained(after, before, who)) is not None:
            yield f"`{_short(who)}` should still be allowed {words(less)}, and is not."


def _gained(one: World, other: World, who: str) -> Request | None:
    """What is allowed in the second world and not in the first. They differ in one bucket's policy only."""
    first = {case.situation.target: allowed(case.situation) for case in cases(Asked(one, "*", _FILES, {}), who)}
    return request(
        other, who, lambda case: all_of([allowed(case.situation), Not(first[case.situation.target])]), _FILES
    )


def _everybody(world: World) -> list[str]:
    """All users, roles and root users of the world, somebody of another company, and nobody in particular."""
    inside = [one.arn for one in (*world.users(), *world.roles())]
    return [*inside, *(account.root for account in world.accounts.values()), LENA, ANONYMOUS]


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1]
