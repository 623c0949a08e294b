"""A request that makes a formula true, or none: z3 for and/or/not, `iamkit.prove.values` for what a value can be.

Each pair of a key and a test is one Boolean literal for z3. A model of z3 claims, say, "the resource matches A and not
B"; whether some text does so is asked outside. If none does, z3 is told (a lemma) and asked again. This is the lazy
scheme of satisfiability modulo theories (Barrett and Tinelli, Satisfiability Modulo Theories, in the Handbook of Model
Checking).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from iamkit.arn import Pattern
from iamkit.formula import ACTION, RESOURCE, Formula, Test
from iamkit.prove.skeleton import Claim, Literal, Node, Skeleton
from iamkit.prove.strings import TooLarge
from iamkit.prove.values import Undecided, witness
from iamkit.request import Environment

RLIMIT = 20_000_000
"""The budget of one check, in z3 resource units: the same on every machine, unlike seconds."""


def solve(formula: Formula) -> Environment | None:
    """The canonical request that makes the formula true, or None if no request does.

    Raises:
        Undecided: if the question is outside of what is decided exactly, with the reason.

    >>> from iamkit.formula import like, all_of, Not
    >>> solve(all_of([like("action", "s3:*"), Not(like("action", "s3:Get*"))]))
    {'action': ('s3:PutObject',)}
    """
    search = _Search(Skeleton(formula))
    if not search.possible([], []):
        return None
    claims: list[Claim] = []
    search.choose([search.skeleton.root], claims)
    return _table(claims)


class _Search:
    def __init__(self, skeleton: Skeleton) -> None:
        import z3

        self.skeleton, self._z3 = skeleton, z3
        self._solver = z3.SolverFor("QF_FD")
        self._solver.set("rlimit", RLIMIT)
        self._variables: dict[Literal | Node, Any] = {}
        self._solver.add(self._encode(skeleton.root))

    def possible(self, claims: list[Claim], nodes: list[Node]) -> bool:
        """True if some request fulfills the formula, these claims and these nodes."""
        z3 = self._z3
        assumed = [self._signed(literal, sign) for literal, sign in claims] + [self._proxy(node) for node in nodes]
        while True:
            outcome = self._solver.check(*assumed)
            if outcome == z3.unsat:
                return False
            if outcome != z3.sat:
                raise Undecided(f"z3 gave up within its budget: {self._solver.reason_unknown()}")
            needed = dict(claims) | self._needed([self.skeleton.root, *nodes], self._solver.model())
            conflict = _conflict(needed.items())
            if conflict is None:
                return True
            self._learn(conflict)

    def choose(self, nodes: Iterable[Node], claims: list[Claim]) -> None:
        """Walk the skeleton and take, at each choice, the first part that can still be fulfilled: so the witness does
        not depend on the model that z3 happens to find."""
        for node in nodes:
            if node.literal is not None:
                if (node.literal, node.positive) not in claims:
                    claims.append((node.literal, node.positive))
            elif node.kind == "all":
                self.choose(node.parts, claims)
            else:
                first = next((p for p in node.parts[:-1] if self.possible(claims, [p])), node.parts[-1])
                self.choose([first], claims)

    def _encode(self, node: Node) -> Any:
        if node.literal is not None:
            return self._signed(node.literal, node.positive)
        parts = [self._encode(part) for part in node.parts]
        return self._z3.And(parts) if node.kind == "all" else self._z3.Or(parts)

    def _signed(self, literal: Literal, sign: bool) -> Any:
        variable = self._variable(literal)
        return variable if sign else self._z3.Not(variable)

    def _variable(self, named: Literal | Node) -> Any:
        if named not in self._variables:
            self._variables[named] = self._z3.Bool(f"v{len(self._variables)}")
        return self._variables[named]

    def _proxy(self, node: Node) -> Any:
        """A variable that implies the node, so that the node can be assumed."""
        if node.literal is not None:
            return self._signed(node.literal, node.positive)
        if node not in self._variables:
            self._solver.add(self._z3.Implies(self._variable(node), self._encode(node)))
        return self._variables[node]

    def _needed(self, nodes: list[Node], model: Any) -> dict[Literal, bool]:
        """Claims of the model that suffice to make the nodes true."""

        def true(node: Node) -> bool:
            if node.literal is not None:
                value = model.eval(self._variable(node.literal), model_completion=True)
                return self._z3.is_true(value) == node.positive
            return (all if node.kind == "all" else any)(true(part) for part in node.parts)

        def collect(node: Node) -> None:
            if node.literal is not None:
                found[node.literal] = node.positive
            elif node.kind == "all":
                for part in node.parts:
                    collect(part)
            else:
                collect(next(part for part in node.parts if true(part)))

        found: dict[Literal, bool] = {}
        for node in nodes:
            collect(node)
        return found

    def _learn(self, conflict: list[Claim]) -> None:
        """Tell z3 that these claims exclude each other, in every slot of the key."""
        for slot in range(self.skeleton.slots[conflict[0][0].key]):
            same = [(Literal(literal.key, slot, literal.test), sign) for literal, sign in conflict]
            self._solver.add(self._z3.Or([self._signed(literal, not sign) for literal, sign in same]))


def _conflict(claims: Iterable[Claim]) -> list[Claim] | None:
    """A smallest set of the claims that no value fulfills, or None if all can be fulfilled.

    Claims whose pattern holds an open variable are passed over: they may only make a "no" harder to reach, never wrong.
    """
    for group in _by_value(claims).values():
        if _value(group, {}) is None:
            kept = list(group)
            for claim in group:
                rest = [other for other in kept if other != claim]
                if _value(rest, {}) is None:
                    kept = rest
            return kept
    return None


def _by_value(claims: Iterable[Claim]) -> dict[tuple[str, int], list[Claim]]:
    groups: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for literal, sign in claims:
        groups[literal.key, literal.slot].append((literal, sign))
    return groups


def _is_tied(test: Test | None) -> bool:
    return isinstance(test, Pattern) and bool(test.variables)


def _value(group: list[Claim], table: Environment) -> str | None:
    """The canonical value that fulfills the claims about it; None if there is none.

    Patterns with variables count only if ``table`` gives the variables' values.
    """
    passing: list[Test] = []
    failing: list[Test] = []
    for literal, sign in group:
        test = literal.test
        if isinstance(test, Pattern) and test.variables:
            if not table:
                continue
            test = test.fill(lambda key: table[key][0] if len(table.get(key, ())) == 1 else None)
            if test is None:
                if sign:
                    return None
                continue
        if test is not None:
            (passing if sign else failing).append(test)
    try:
        return witness(group[0][0].key, tuple(dict.fromkeys(passing)), tuple(dict.fromkeys(failing))) if group else ""
    except TooLarge:
        raise Undecided("the patterns on one value are too many to search") from None


def _table(claims: list[Claim]) -> Environment:
    """The request: one value for each group of claims; last those whose patterns use the values of other keys."""
    found: dict[str, list[str]] = defaultdict(list)
    groups = sorted(_by_value(claims).items())
    tied = [item for item in groups if any(_is_tied(literal.test) for literal, _ in item[1])]
    for (key, _), group in [*(item for item in groups if item not in tied), *tied]:
        if key not in (ACTION, RESOURCE) and not any(literal.test is None and sign for literal, sign in group):
            continue
        known = {key: tuple(values) for key, values in found.items()} or {"": ()}
        value = _value(group, known)
        if value is None:
            raise Undecided(f"a policy variable ties {key} to another key")
        found[key].append(value)
    return {key: tuple(dict.fromkeys(values)) for key, values in sorted(found.items())}
