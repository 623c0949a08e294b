"""The principals that policies can tell apart: each one they name, and every other one of each kind at once.

The name of an unnamed principal stays open: a condition on ``aws:PrincipalArn`` may still tell it from others.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from iamkit.arn import PARTITIONS, Pattern, Variable
from iamkit.formula import TRUE, Formula, Is, Not, Some, all_of, any_of, equals, like, present
from iamkit.identity.principals import ANONYMOUS, Caller, Kind
from iamkit.policy.document import Policy
from iamkit.policy.principals import Form, Named
from iamkit.prove.realistic import elementary_tests
from iamkit.request import Environment, Facts, caller_facts

ARN, USER_NAME, SERVICE_NAME = "aws:principalarn", "aws:username", "aws:principalservicename"
NAMING_KEYS = frozenset({ARN, USER_NAME, SERVICE_NAME, "aws:userid"})


@dataclass(frozen=True, slots=True)
class Someone:
    """One principal, or every principal of one kind that is not named.

    Args:
        caller: how the rules see it; of several, one of them.
        taken: the names that it does not have; None for one certain principal.
    """

    caller: Caller
    taken: tuple[str, ...] | None = None

    @property
    def facts(self) -> Facts:
        """What AWS fills in; where the name is open, nothing that tells it."""
        facts = caller_facts(self.caller)
        if self.taken is None:
            return facts
        kept = {key: values for key, values in facts.values.items() if key not in NAMING_KEYS or not values}
        return Facts(kept, facts.closed)

    def named_well(self, formula: Formula) -> Formula:
        """What its open name must be like, as far as the formula speaks of it."""
        keys = set(elementary_tests(formula))
        if self.taken is None or not keys & NAMING_KEYS:
            return TRUE
        if self.caller.kind is Kind.SERVICE:
            others = any_of(equals(SERVICE_NAME, name) for name in self.taken)
            return all_of([like(SERVICE_NAME, "?*.amazonaws.com"), Not(others)]) if SERVICE_NAME in keys else TRUE
        wanted = [self._arn_like(keys)] if ARN in keys else []
        if USER_NAME in keys and self.caller.kind is Kind.USER:
            wanted += [present(USER_NAME), like(USER_NAME, "?*"), Not(like(USER_NAME, "*/*"))]
        return all_of(wanted)

    def _arn_like(self, keys: set[str]) -> Formula:
        stem, _, _ = self.caller.arn.rpartition("/")
        ways: list[tuple] = [(Pattern.glob("?*").parts)]
        if self.caller.kind is Kind.USER and USER_NAME in keys:  # with a path, or without
            name = Variable(USER_NAME)
            ways = [(name,), (*Pattern.glob("?*").parts, "/", name)]
        shapes = any_of(Is(Pattern((f"{stem}/", *way))) for way in ways)
        return all_of([Some(ARN, shapes), Not(any_of(equals(ARN, name) for name in self.taken or ()))])

    def name(self, table: Environment) -> str:
        """The principal of a request that was found."""
        if self.taken is None:
            return self.caller.arn
        if self.caller.kind is Kind.USER and ARN not in table and USER_NAME in table:
            return f"{self.caller.arn.rpartition('/')[0]}/{table[USER_NAME][0]}"
        return (table.get(ARN) or table.get(SERVICE_NAME) or (self.caller.arn,))[0]


def distinct_callers(*policies: Policy) -> Iterator[Someone | None]:
    """Everyone that the policies can tell apart; None alone if they speak of whoever holds them."""
    named = {n for policy in policies for s in policy.statements if s.principal for n in s.principal.values}
    if not any(statement.principal for policy in policies for statement in policy.statements):
        yield None
        return
    accounts = mentioned_accounts(policies)
    for account in [*accounts, stranger(accounts)]:
        for partition in mentioned_partitions(policies):
            yield from of_account(account, named, partition)
    for name in sorted(named, key=lambda n: (n.form.value, n.value)):
        yield from _named(name, [*accounts, stranger(accounts)])
    services = tuple(sorted(n.value for n in named if n.form is Form.SERVICE))
    yield Someone(Caller.parse(ANONYMOUS))
    yield Someone(Caller.parse("some-service.amazonaws.com"), services)
    yield Someone(Caller.parse(f"arn:aws:iam::{stranger(accounts)}:oidc-provider/some-provider"))


def of_account(account: str, named: Iterable[Named] = (), partition: str = "aws") -> Iterator[Someone]:
    """Everyone of an account whom nobody names: its users, its roles, its federated users; and its root user."""
    taken = {n.value for n in named}
    # A role session is compared by the role's name alone, because its ARN leaves out the role's path.
    taken |= {f"{start}:role/{path.rpartition('/')[2]}" for start, _, path in (v.partition(":role/") for v in taken)}
    for service, kind, word in _UNNAMED:
        start = f"arn:{partition}:{service}::{account}:{kind}/"
        others = tuple(sorted(name for name in taken if name.startswith(start)))
        fresh = next(name for n in range(len(others) + 1) if (name := f"{start}{word}{n or ''}") not in others)
        yield Someone(Caller.parse(fresh), others)
    yield Someone(Caller.parse(f"arn:{partition}:iam::{account}:root"))


_UNNAMED = (("iam", "user", "someone"), ("iam", "role", "some-role"), ("sts", "federated-user", "some-visitor"))


def _named(name: Named, accounts: list[str]) -> Iterator[Someone]:
    """Who a policy names. A canonical user ID stands for an account; a unique ID for a user or role that is gone."""
    if name.form in (Form.CANONICAL, Form.DELETED):
        who = "role/some-role" if name.value.startswith("AROA") else "user/someone"
        for account in accounts:
            caller = Caller.parse(f"arn:aws:iam::{account}:{who}")
            if name.form is Form.CANONICAL:
                yield Someone(replace(caller, canonical=name.value), ())
            else:
                yield Someone(replace(caller, unique_id=name.value), ())
    elif name.form is Form.SERVICE:
        yield Someone(Caller(Kind.SERVICE, name.value))
    elif name.form is Form.FEDERATED:
        if name.value != "*":
            yield Someone(Caller(Kind.FEDERATED, name.value))
    elif name.form is Form.USER and not re.fullmatch(r"\d{12}", str(name.account)):
        # An origin access identity of CloudFront, which belongs to no account of a customer.
        yield Someone(Caller(Kind.USER, name.value, name.account, name.value.split(":")[1], name.value))
    elif name.form not in (Form.ANYONE, Form.ACCOUNT):
        yield Someone(Caller.parse(name.value))


def mentioned_accounts(policies: Iterable[Policy]) -> list[str]:
    """Every account ID that stands anywhere in the policies, sorted.

    >>> mentioned_accounts([Policy.parse({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    ...     "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}}})])
    ['111122223333']
    """
    texts = (policy.to_json() for policy in policies)
    return sorted({account for text in texts for account in re.findall(r"(?<!\d)\d{12}(?!\d)", text)})


def mentioned_partitions(policies: Iterable[Policy]) -> list[str]:
    """Every partition of which the policies name an ARN, sorted; ``aws`` if none."""
    texts = (policy.to_json() for policy in policies)
    found = {partition for text in texts for partition in re.findall(r'"arn:([a-z-]+):', text)}
    return sorted(found & set(PARTITIONS)) or ["aws"]


def stranger(accounts: Iterable[str]) -> str:
    """An account ID that is none of these."""
    known = set(accounts)
    return next(id for number in range(len(known) + 1) if (id := f"{999_999_999_999 - number:012d}") not in known)
