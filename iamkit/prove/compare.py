"""Does one policy allow anything that another does not? A side each, with a request that shows it.

A policy is compared for what it permits by itself: some Allow applies and no Deny does. Policies that name principals
are compared for every principal they can tell apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.errors import ReplayError
from iamkit.evaluate import holds
from iamkit.explain import listed
from iamkit.formula import ACTION, RESOURCE, Formula, Not, all_of, any_of
from iamkit.identity.principals import Caller
from iamkit.naming import Naming, naming
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.answers import Unknown
from iamkit.prove.callers import NAMING_KEYS, Someone, distinct_callers
from iamkit.prove.fit import MADE
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.readings import DEFAULT
from iamkit.request import Facts
from iamkit.statements import statement_applies


@dataclass(frozen=True)
class Difference:
    """A request that one policy permits and the other does not.

    Args:
        principal: who asks; None if the policies speak of whoever holds them.
        action, resource: what is asked; the resource is ``*`` where it does not matter.
        context: the condition keys that matter.
    """

    principal: str | None
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**vars(self), "context": {key: list(values) for key, values in self.context.items()}}

    def __str__(self) -> str:
        who = f"{self.principal}: " if self.principal else ""
        keys = [f"{key} = {listed(list(values), 'and')}" for key, values in self.context.items()]
        return f"{who}{self.action} on {self.resource}" + (f" with {listed(keys, 'and')}" if keys else "")


@dataclass(frozen=True)
class Comparison:
    """How policy ``a`` compares with policy ``b``; ``only_a`` and ``only_b`` are requests that one side alone
    permits."""

    only_a: Difference | None = None
    only_b: Difference | None = None

    def __bool__(self) -> bool:
        return isinstance(self, Equivalent)

    @property
    def relation(self) -> str:
        """``equivalent``, ``broader``, ``narrower`` or ``incomparable``."""
        return type(self).__name__.lower()

    def explain(self) -> str:
        """The relation and its witnesses in words."""
        words = {
            "equivalent": "permits the same as",
            "broader": "permits more than",
            "narrower": "permits less than",
            "incomparable": "permits some things more and some things less than",
        }[self.relation]
        lines = [f"The first policy {words} the second."]
        lines += [f"Only the first permits: {self.only_a}."] if self.only_a else []
        lines += [f"Only the second permits: {self.only_b}."] if self.only_b else []
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        sides = {"only_a": self.only_a, "only_b": self.only_b}
        return {"relation": self.relation, **{name: side.to_dict() if side else None for name, side in sides.items()}}

    def __repr__(self) -> str:
        sides = [f"{name}: {side}" for name, side in (("only a", self.only_a), ("only b", self.only_b)) if side]
        return f"<{type(self).__name__}{' ' if sides else ''}{'; '.join(sides)}>"


class Equivalent(Comparison):
    """Both permit the same requests. The only comparison that is true in an ``if``."""


class Broader(Comparison):
    """The first permits all that the second does, and more."""


class Narrower(Comparison):
    """The second permits all that the first does, and more."""


class Incomparable(Comparison):
    """Each permits something that the other does not."""


def compare(policy_a: Source, policy_b: Source) -> Comparison | Unknown:
    """Compare what two policies permit by themselves, over every request.

    Returns:
        An Equivalent, Broader, Narrower or Incomparable with a request for each side; Unknown with the reason if a side
        is outside of what is decided exactly.

    Raises:
        PolicyError: if one is malformed.

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    >>> one = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> compare(one, one)
    <Equivalent>
    >>> compare(get, one).relation
    'broader'
    """
    a, b = Policy.parse(policy_a, name="a"), Policy.parse(policy_b, name="b")
    try:
        only_a, only_b = difference(a, b), difference(b, a)
    except Undecided as undecided:
        return Unknown("how the two policies compare", str(undecided))
    kind = {(False, False): Equivalent, (True, False): Broader, (False, True): Narrower, (True, True): Incomparable}
    return kind[only_a is not None, only_b is not None](only_a, only_b)


def difference(a: Policy, b: Policy) -> Difference | None:
    """A request that ``a`` permits and ``b`` does not, or None if there is none.

    Raises:
        Undecided: if that is outside of what is decided exactly.

    >>> read, get = (Policy.parse({"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})
    ...              for action in ("s3:*", "s3:Get*"))
    >>> print(difference(read, get))
    s3:PutObject on *
    """

    def beyond(caller: Caller | None) -> Formula:
        return all_of([permits(a, caller), Not(permits(b, caller))])

    everyone = distinct_callers(a, b)
    return first_example((beyond(someone.caller if someone else None), someone) for someone in everyone)


def first_example(asked: Iterable[tuple[Formula, Someone | None]]) -> Difference | None:
    """A request that fulfills one of the formulas for its caller, or None if there is none.

    Raises:
        Undecided: if that is outside of what is decided exactly for some caller, and no other has one.
    """
    doubt: Undecided | None = None
    for formula, someone in asked:
        try:
            found = example(formula, someone)
        except Undecided as undecided:
            doubt = doubt or undecided
            continue
        if found is not None:
            return found
    if doubt is not None:
        raise doubt
    return None


def example(formula: Formula, someone: Someone | None) -> Difference | None:
    """A request of the caller that fulfills a formula, or None if there is none.

    Raises:
        ReplayError: if the evaluator does not agree; a defect of the kit.
        Undecided: if that is outside of what is decided exactly.
    """
    facts = someone.facts if someone else Facts({})
    whole = all_of([formula, someone.named_well(formula)]) if someone else formula
    table = solve(settled(whole, facts), {}, enough=MADE)
    if table is None:
        return None
    table = {ACTION: ("*",), RESOURCE: ("*",), **{key: found for key, found in facts.values.items() if found}, **table}
    if not holds(whole, table):
        raise ReplayError(f"The prover found a request that the evaluator does not agree with: {table!r}")
    told = (ACTION, RESOURCE, *(NAMING_KEYS if someone else ()))
    context = {key: found for key, found in table.items() if key not in told and key not in facts.values}
    return Difference(someone.name(table) if someone else None, table[ACTION][0], table[RESOURCE][0], context)


def permits(policy: Policy, caller: Caller | None) -> Formula:
    """Some Allow of the policy applies to the caller and no Deny does."""
    applying: dict[str, list[Formula]] = {"Allow": [], "Deny": []}
    for statement in policy.statements:
        if caller is None or naming(statement, caller, DEFAULT) is not Naming.NOT:
            applying[statement.effect].append(statement_applies(statement, DEFAULT))
    return all_of([any_of(applying["Allow"]), Not(any_of(applying["Deny"]))])
