"""Checks of single policies, with the names and the meaning of IAM Access Analyzer's custom policy checks.

Source: IAM User Guide, access-analyzer-custom-policy-checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from iamkit.arn import Pattern
from iamkit.decision import Decision, authorize
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Some, all_of, any_of, like
from iamkit.identity.principals import ANONYMOUS, Caller
from iamkit.layers import Target
from iamkit.policies import Policies, Source
from iamkit.policy.document import Policy
from iamkit.prove.answers import Answer
from iamkit.prove.ask import answer
from iamkit.prove.cases import Case
from iamkit.prove.compare import Difference, difference, distinct_callers, example, permits, stranger
from iamkit.request import Facts, Request, caller_facts
from iamkit.world import Situation


@dataclass(frozen=True)
class Check:
    """The result of a check. True in an ``if`` when it passed.

    Args:
        name: the check.
        found: a request that makes it fail; None if it passed.
    """

    name: str
    found: Difference | None = None

    def __bool__(self) -> bool:
        return self.found is None

    def explain(self) -> str:
        """The result in words."""
        return f"{self.name}: passed, for every request." if self else f"{self.name}: failed by {self.found}."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"check": self.name, "passed": bool(self), "found": self.found.to_dict() if self.found else None}

    def __repr__(self) -> str:
        return f"<Check {self.name!r} {'passed' if self else f'failed: {self.found}'}>"


def no_new_access(old: Source, new: Source) -> Check:
    """Does the new policy permit nothing that the old one does not? (CheckNoNewAccess)

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> any_get = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> no_new_access(get, any_get)
    <Check 'no new access' failed: s3:GetBucketPolicy on *>
    """
    return Check("no new access", difference(Policy.parse(new, name="new"), Policy.parse(old, name="old")))


def access_not_granted(policy: Source, actions: Iterable[str] = (), resources: Iterable[str] = ()) -> Check:
    """Does the policy permit none of these actions on none of these resources? (CheckAccessNotGranted)

    Args:
        policy: the policy.
        actions, resources: may hold wildcards; none means any.

    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> bool(access_not_granted(read, actions=["s3:Delete*"]))
    True
    """
    parsed = Policy.parse(policy)
    asked: list[Formula] = []
    if chosen := list(actions):
        asked.append(any_of(like(ACTION, action, fold=True) for action in chosen))
    if named := list(resources):
        asked.append(Some(RESOURCE, any_of(Is(Pattern.glob(resource)) for resource in named)))
    found = (example(all_of([permits(parsed, caller), *asked]), caller) for caller in distinct_callers(parsed))
    return Check("access not granted", next(filter(None, found), None))


def is_public(policy: Source) -> Answer:
    """Does a resource-based policy let in anonymous callers, or the principals of some account that it does not name?

    The outsider's own account allows everything; it is in no organization that the policy names, comes from no VPC or
    endpoint that the policy names, and is no AWS service. (CheckNoPublicAccess, but exact: a condition that some
    outsider can fulfill, such as an address range, does not close a policy.)

    Returns:
        A Witness if so; a Proof that there is none.

    >>> open_to_all = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    ...                              "Resource": "arn:aws:s3:::payroll/*"}}
    >>> is_public(open_to_all)
    <Witness: anonymous can s3:GetObject on arn:aws:s3:::payroll/example>
    >>> inside = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}
    >>> bool(is_public({"Statement": {**open_to_all["Statement"], "Condition": inside}}))
    False
    """
    parsed = Policy.parse(policy)
    named = [n.account for s in parsed.statements if s.principal for n in s.principal.values]
    known = sorted(account for account in named if account)
    owner = stranger(known)
    outside = stranger([*known, owner])
    everything = Policy.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "the outsider's own")
    stacks = {True: Policies(resource=parsed), False: Policies(identity=[everything], resource=parsed)}
    asked = []
    for arn in (ANONYMOUS, f"arn:aws:iam::{outside}:user/outsider", f"arn:aws:iam::{outside}:role/outsider"):
        caller, policies = Caller.parse(arn), stacks[arn == ANONYMOUS]
        target = Target(owner, "aws", "role" if policies.trust else "")
        facts = caller_facts(caller) | Facts(dict.fromkeys(_NOT_THE_OUTSIDERS, ()))
        asked.append(Case(Situation(caller, target, policies, facts), permits(parsed, caller), facts))

    def replay(request: Request) -> Decision:
        policies = stacks[request.principal == ANONYMOUS]
        resource = f"arn:aws:iam::{owner}:role/it" if policies.trust else request.resource
        return authorize(replace(request, resource=resource, resource_account=owner), policies)

    return answer("an outsider is let in", asked, replay)


_NOT_THE_OUTSIDERS = (
    "aws:principalorgid", "aws:principalorgpaths", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceorgid",
    "aws:vpceorgpaths", "aws:vpceaccount", "aws:userid",
)  # fmt: skip
