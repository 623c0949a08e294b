"""Is a principal an administrator of its account?

It is if, in one and the same situation (with MFA, from some network ...), it may do everything that an identity with
AdministratorAccess, without a permissions boundary, could do there. What SCPs forbid to both makes no difference.

"There is a context so that for every request ..." is a question of two layers. It is answered by trial: take a context;
look for a request that is refused in it; ask for a context in which that one is allowed too; and so on, until no
request is refused, or no context is left (counterexample-guided search: Solar-Lezama, Program Synthesis by Sketching).
"""

from dataclasses import replace

from iamkit.arn import Pattern, arn_pattern
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, any_of, equals
from iamkit.identity.principals import Caller, Kind
from iamkit.policies import Policies
from iamkit.policy.keys import ALWAYS_PRESENT
from iamkit.prove.cases import allowed
from iamkit.prove.changes import EVERYTHING
from iamkit.prove.realistic import elementary_tests
from iamkit.prove.settle import settle, settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Facts
from iamkit.world import Situation, Who, World

ROUNDS = 30
"""How many refused requests to look at."""

_TAGS = ("aws:resourcetag/", "ec2:resourcetag/", "iam:resourcetag/", "s3:existingobjecttag/")


def is_admin(world: World, principal: Who) -> bool:
    """True if the principal may do everything in its account that SCPs leave, to resources without tags too.

    Resource-based policies are left out: an administrator can change them.

    Raises:
        Undecided: if that is outside of what is decided exactly.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    >>> only_mfa = {"Effect": "Deny", "Action": "*", "Resource": "*",
    ...             "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    >>> no_iam = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    >>> ana = acme.user("ana", policies=[{"Version": "2012-10-17", "Statement": [everything, only_mfa]}])
    >>> bob = acme.user("bob", policies=[{"Version": "2012-10-17", "Statement": [everything, no_iam]}])
    >>> is_admin(world, ana), is_admin(world, bob)
    (True, False)
    """
    here = world.situation(principal, "*")
    if here.caller.kind is Kind.ROOT:
        return True
    if here.caller.kind not in (Kind.USER, Kind.SESSION):
        return False
    facts = here.facts | Facts({}, _TAGS)
    own, possible, within = allowed(here), allowed(_unlimited(here)), _resources_of(here.caller)
    refused = all_of([possible, Not(own), within])
    context, demands = _context(all_of([own, within]), facts), list[Formula]()
    for _ in range(ROUNDS):
        if context is None:
            return False
        request = solve(settled(refused, _fixed(context, refused) | facts))
        if request is None:
            return True
        asked = {ACTION: ("iam:CreateUser",), RESOURCE: ("*",), **request}
        demands.append(settle(own, facts | Facts({key: asked[key] for key in (ACTION, RESOURCE)})))
        context = _context(all_of(demands), facts)
    raise Undecided("the situations in which it may do everything are too many to try")


def _unlimited(here: Situation) -> Situation:
    """The same principal with AdministratorAccess alone."""
    had = here.policies
    policies = Policies(identity=[EVERYTHING], scps=had.scps, rcps=had.rcps, readings=had.readings)
    return replace(here, caller=replace(here.caller, bounded=False), policies=policies)


def _resources_of(caller: Caller) -> Formula:
    """``*``, and what may belong to the caller's account."""
    arns = (f"arn:{caller.partition}:*:*:{account}:*" for account in ("", caller.account))
    return any_of([equals(RESOURCE, "*"), Some(RESOURCE, any_of(Is(arn_pattern(Pattern.glob(a).parts)) for a in arns))])


def _context(wanted: Formula, facts: Facts) -> Environment | None:
    """The condition keys of some request that fulfills the formula."""
    found = solve(settled(wanted, facts))
    return None if found is None else {key: value for key, value in found.items() if key not in (ACTION, RESOURCE)}


def _fixed(context: Environment, formula: Formula) -> Facts:
    """The context, and of every other key that the formula speaks of and that can be absent, that it is."""
    absent = {key: () for key in elementary_tests(formula) if key not in (ACTION, RESOURCE, *ALWAYS_PRESENT)}
    return Facts({**absent, **context})
