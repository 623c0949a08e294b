"""Checks of single policies, with the names and the meaning of IAM Access Analyzer's custom policy checks.

Source: IAM User Guide, access-analyzer-custom-policy-checks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from iamkit.arn import Pattern, arn_pattern
from iamkit.decision import Decision, authorize
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, any_of, like
from iamkit.identity.principals import ANONYMOUS, Caller, Kind
from iamkit.layers import Target
from iamkit.policies import Policies, Source, is_trust
from iamkit.policy.document import Policy
from iamkit.prove.answers import Answer, Unknown
from iamkit.prove.ask import answer
from iamkit.prove.callers import Someone, distinct_callers, mentioned_accounts, of_account, stranger
from iamkit.prove.cases import Case
from iamkit.prove.compare import Difference, difference, first_example, permits
from iamkit.prove.places import resource_pattern
from iamkit.prove.values import Undecided
from iamkit.request import Facts, Request
from iamkit.semantics import always_answered, ruling
from iamkit.world import Situation


@dataclass(frozen=True)
class Check:
    """The result of a check. True in an ``if`` when it passed.

    Args:
        name: the check.
        found: a request that makes it fail; None if it passed.

    >>> print(Check("no new access").explain())
    no new access: passed, for every request.
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


def _checked(name: str, search: Callable[[], Difference | None]) -> Check | Unknown:
    """The result of a search for a request that makes a check fail."""
    try:
        return Check(name, search())
    except Undecided as undecided:
        return Unknown(name, str(undecided))


def no_new_access(old: Source, new: Source) -> Check | Unknown:
    """Does the new policy permit nothing that the old one does not? (CheckNoNewAccess)

    Returns:
        A Check; Unknown with the reason if that is outside of what is decided exactly.

    Raises:
        PolicyError: if one is malformed.

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> any_get = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> no_new_access(get, any_get)
    <Check 'no new access' failed: s3:GetBucketPolicy on *>
    """
    now, before = Policy.parse(new, name="new"), Policy.parse(old, name="old")
    return _checked("no new access", lambda: difference(now, before))


def access_not_granted(policy: Source, actions: Iterable[str] = (), resources: Iterable[str] = ()) -> Check | Unknown:
    """Does the policy permit none of these actions on none of these resources? (CheckAccessNotGranted)

    Args:
        policy: the policy.
        actions, resources: may hold wildcards; none means any.

    Returns:
        A Check; Unknown with the reason if that is outside of what is decided exactly.

    >>> read = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> bool(access_not_granted(read, actions=["s3:Delete*"]))
    True
    >>> access_not_granted(read, actions=["s3:GetObject"], resources=["arn:aws:s3:::payroll/*"]).found.resource
    'arn:aws:s3:::payroll/example'
    """
    parsed = Policy.parse(policy)
    asked: list[Formula] = []
    if chosen := list(actions):
        asked.append(any_of(like(ACTION, action, fold=True) for action in chosen))
    if named := list(resources):
        asked.append(Some(RESOURCE, any_of(Is(resource_pattern(resource)) for resource in named)))

    def granted(caller: Caller | None) -> Formula:
        return all_of([permits(parsed, caller), *asked])

    everyone = ((granted(someone.caller if someone else None), someone) for someone in distinct_callers(parsed))
    return _checked("access not granted", lambda: first_example(everyone))


def is_public(policy: Source) -> Answer:
    """Does a resource-based policy let in anonymous callers, or the principals of some account that it does not name?

    The outsider's own account allows everything; it is in no organization that the policy names, comes from no VPC or
    endpoint that the policy names, and is no AWS service. (CheckNoPublicAccess, but exact: a condition that some
    outsider can fulfill, such as an address range, does not close a policy.)

    Returns:
        A Witness if so; a Proof that there is none; or Unknown with the reason.

    >>> open_to_all = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    ...                              "Resource": "arn:aws:s3:::payroll/*"}}
    >>> is_public(open_to_all)
    <Witness: anonymous can s3:GetObject on arn:aws:s3:::payroll/example>
    >>> inside = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}
    >>> bool(is_public({"Statement": {**open_to_all["Statement"], "Condition": inside}}))
    False
    """
    parsed = Policy.parse(policy)
    return answer("an outsider is let in", list(_outside(parsed)), partial(_decided_for_outsider, parsed))


_NOT_THE_OUTSIDERS = (
    "aws:principalorgid", "aws:principalorgpaths", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce",
    "aws:vpceorgid", "aws:vpceorgpaths", "aws:vpceaccount", "aws:userid",
)  # fmt: skip


def _outside(policy: Policy) -> Iterator[Case]:
    """A case for each kind of outsider and each account that may own the resource."""
    accounts = mentioned_accounts([policy])
    outside = stranger([*accounts, stranger(accounts)])
    for owner in [stranger(accounts), *accounts]:
        carrier, shapes = _carrier(policy, owner)
        target = Target.of(carrier, owner)
        within = Some(RESOURCE, any_of(Is(arn_pattern(Pattern.glob(s).parts)) for s in shapes))
        for someone in (Someone(Caller.parse(ANONYMOUS)), *of_account(outside)):
            facts = someone.facts | Facts({**dict.fromkeys(_NOT_THE_OUTSIDERS, ()), "aws:resourceaccount": (owner,)})
            here = Situation(someone.caller, target, _stack(policy, someone.caller), facts)
            named = someone.named_well(ruling(here.caller, here.target, here.policies).allowed)
            yield Case(here, all_of([within, named, Not(always_answered(someone.caller))]), facts, someone)


def _carrier(policy: Policy, owner: str) -> tuple[str, list[str]]:
    """What carries the policy, and the patterns of its ARN: a role or a KMS key, which must itself let the caller in,
    where the policy's kind says so. A key policy may name its key, in any Region."""
    actions = [action for statement in policy.statements for action in statement.action.values]
    if is_trust(policy):
        return f"arn:aws:iam::{owner}:role/it", [f"arn:*:iam::{owner}:role/it"]
    if all(action.lower().startswith("kms:") for action in actions):
        return f"arn:aws:kms:us-east-1:{owner}:key/it", [f"arn:*:kms:?*:{owner}:key/?*"]
    return "*", ["*", *(f"arn:*:*:*:{account}:*" for account in ("", owner))]


def _stack(policy: Policy, caller: Caller) -> Policies:
    """The policy, and on the outsider's own side everything."""
    everything = Policy.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "the outsider's own")
    holds_policies = caller.kind in (Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)
    session = everything if caller.kind is Kind.FEDERATED_USER else None
    return Policies(identity=[everything] if holds_policies else [], session=session, resource=policy)


def _decided_for_outsider(policy: Policy, request: Request) -> Decision:
    return authorize(request, _stack(policy, request.caller))
