"""The role of lesson 4: once a month the payroll is closed, and only then is somebody to write into its bucket."""

from collections.abc import Collection, Iterator
from typing import Any

from iamkit.credentials.clock import Clock
from iamkit.credentials.sts import Sts
from iamkit.errors import PolicyError
from iamkit.identity.principals import Session
from iamkit.lessons.company import ACCOUNT, ANA, IAM, PAYROLL, ROBOT, larger_company, policy, statement
from iamkit.lessons.exercise import BOTH, OVER, RIGHT, UNDER, Result, result
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.answers import Unknown, Witness
from iamkit.prove.compare import difference
from iamkit.prove.values import Undecided
from iamkit.world import Who, World

MONTH_END, OFFICE, APP = f"{IAM}role/month-end", f"{IAM}role/office-login", f"{IAM}role/payroll-app"
SCALING = f"{IAM}role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
ROOT, MFA = f"{IAM}root", "aws:MultiFactorAuthPresent"
ASSUME, MORNING = "sts:AssumeRole", "2026-11-30T09:00:00Z"
WRITE = policy(statement("Allow", "s3:PutObject", f"{PAYROLL}/*", sid="WritePayroll"))
"""What may be done inside."""
MAY_ASK = policy(statement("Allow", ASSUME, MONTH_END, sid="MayAsk"))
"""A policy of Ana's own that lets her ask."""


def trusting(principal: dict[str, Any], condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A trust policy that lets in this principal."""
    return policy(statement("Allow", ASSUME, sid="LetIn", principal=principal, condition=condition))


def month_end(trust: Source | None = None, *, ana: Source | None = None, robot: Source | None = None,
              inside: Source = WRITE) -> World:  # fmt: skip
    """The company with the role ``month-end``.

    Args:
        trust: its trust policy; it names Ana if left out.
        ana, robot: one more policy of their own.
        inside: the permission policy of the role.

    >>> month_end().decide(ANA, ASSUME, MONTH_END).effect
    'Allowed'
    """
    world = larger_company()
    acme = world.accounts[ACCOUNT]
    acme.role("month-end", trust=trusting({"AWS": ANA}) if trust is None else trust, inline={"Inside": inside})
    for name, own in (("ana", ana), ("ci-robot", robot)):
        if own is not None:
            acme.users[name].inline["Own"] = Policy.parse(own, name="Own")
    return world


def sts_for(world: World) -> Sts:
    """STS for a world, on the morning of the last day of the month."""
    return Sts(world, Clock(MORNING))


# The two-key lock

KEYS = {
    "user": "The trust policy names Ana",
    "account": "The trust policy names the account",
    "own": "Ana's own policy allows sts:AssumeRole on the role",
    "deny": "Ana's own policy denies sts:*",
    "inside": "The role's permission policy allows sts:AssumeRole",
}
_NAMED = {"user": ANA, "account": ROOT}


def door(ticked: Collection[str]) -> World:
    """The company in which the policies say what is ticked. With no name ticked the trust policy names the robot."""
    named = [arn for key, arn in _NAMED.items() if key in ticked] or [ROBOT]
    said = {"own": statement("Allow", ASSUME, MONTH_END, sid="MayAsk"),
            "deny": statement("Deny", "sts:*", "*", sid="NotWhileAway")}  # fmt: skip
    own = [written for key, written in said.items() if key in ticked]
    assume = [statement("Allow", ASSUME, "*", sid="AssumeRoles")] if "inside" in ticked else []
    return month_end(
        trusting({"AWS": named}),
        ana=policy(*own) if own else None,
        inside=policy(*WRITE["Statement"], *assume),
    )


def combinations() -> Table:
    """Nine ways to set the two halves, each decided by the kit."""

    def says(*ticked: str) -> str:
        return "opens" if door(ticked).decide(ANA, ASSUME, MONTH_END) else "shut"

    rows = {"Ana": ["user"], "the account": ["account"], "somebody else": []}
    columns = {"silent": [], "allow": ["own"], "deny": ["deny"]}
    return Table(
        "Does the door open for Ana? By what the trust policy names (rows), and what her own policies say (columns)",
        ("trust names", *(f"own: {word}" for word in columns)),
        tuple((name, *(says(*trust, *own) for own in columns.values())) for name, trust in rows.items()),
    )


# Roles for services


def handing_over(may_pass: bool) -> World:
    """The company, whose robot may make and call Lambda functions, and perhaps hand them the role payroll-app."""
    functions = statement("Allow", ["lambda:CreateFunction", "lambda:InvokeFunction"], "*", sid="Functions")
    only_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    hand = statement("Allow", "iam:PassRole", APP, sid="HandOver", condition=only_lambda)
    return month_end(robot=policy(functions, *[hand] * may_pass))


def with_administrator() -> World:
    """The company with Olga, who is allowed everything, and a role that belongs to Amazon EC2 Auto Scaling."""
    world = month_end()
    acme = world.accounts[ACCOUNT]
    acme.user("olga", policies=[policy(statement("Allow", "*", "*", sid="Everything"))])
    acme.role(
        "AWSServiceRoleForAutoScaling",
        path="/aws-service-role/autoscaling.amazonaws.com/",
        trust=trusting({"Service": "autoscaling.amazonaws.com"}),
    )
    return world


# Who gets through the door?

_COMING_IN = Policy.parse(policy(statement("Allow", ASSUME, principal={"AWS": ACCOUNT})))
_CONTEXTS: tuple[dict[str, str], ...] = ({}, {MFA: "false", "aws:SourceIp": "203.0.113.7"})


def only_one_comes_in(world: World, may: Who, advice: str) -> Result:
    """Does exactly this principal get into month-end? For everybody else that is proved.

    Args:
        world: the world with the role.
        may: the user, or the session, that should get in.
        advice: the next step where it is not so.
    """
    name = _short(may if isinstance(may, str) else may.arn)
    tried = (world.decide(may, ASSUME, MONTH_END, context) for context in _CONTEXTS)
    over = next(_intruders(world, may), "")
    under = next((f"`{name}` should get in, and does not. {one.because}" for one in tried if not one), "")
    if over or under:
        return result(BOTH if over and under else OVER if over else UNDER, over, under, f"Next step: {advice}")
    return result(RIGHT, f"`{name}` can assume the role, and nobody else can: proved for every request.")


def _intruders(world: World, may: Who) -> Iterator[str]:
    """Who else gets in: somebody of the account, or from elsewhere; or who may do more than come in."""
    trust = world.accounts[ACCOUNT].roles["month-end"].trust
    assert trust is not None
    check_ways_in(trust)
    for who, where in _others(world, may):
        answer = world.can(who, ASSUME, MONTH_END, where)
        if isinstance(answer, Unknown):
            raise Undecided(answer.reason)
        if isinstance(answer, Witness):
            intruder = _short(answer.request.principal)
            yield f"`{intruder}` can assume the role, and should not. {answer.decision.because}"
    beyond = difference(trust, _COMING_IN)
    if beyond is not None and beyond.action == ASSUME:
        yield f"`{_short(str(beyond.principal))}`, from outside of the account, can assume the role, and should not."
    elif beyond is not None:
        yield f"The trust policy allows more than coming in: also `{beyond.action}`."


def check_ways_in(trust: Policy) -> None:
    """A trust policy holds only actions of STS; IAM answers any other with MalformedPolicyDocument.

    Raises:
        PolicyError: for any other.
    """
    for one in trust.statements:
        for action in one.action.values:
            if not action.lower().startswith("sts:"):
                what = f"{action} has no place in a trust policy: it is about coming in."
                remedy = "Write sts:AssumeRole. What may be done inside is for the permission policy to say."
                raise PolicyError(what, where=one.action.path, remedy=remedy)


def _others(world: World, may: Who) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everybody of the account but one; of a session's own role, its sessions with other names."""
    mine = may if isinstance(may, str) else may.arn
    if isinstance(may, Session):
        yield may.of, {"StringNotLike": {"aws:userid": f"*:{may.name}"}}
    entity = may.of if isinstance(may, Session) else mine
    yield from ((one.arn, {}) for one in (*world.users(), *world.roles()) if one.arn != entity)


def _short(arn: str) -> str:
    return arn.removeprefix(IAM).removeprefix(f"arn:aws:sts::{ACCOUNT}:")
