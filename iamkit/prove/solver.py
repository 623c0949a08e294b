"""A request that makes a formula true, or none: z3 for and/or/not, `iamkit.prove.values` for what a value can be.

Each pair of a key and a test is one Boolean literal for z3. A model of z3 claims, say, "the resource matches A and not
B"; whether some text does so is asked outside. If none does, z3 is told (a lemma) and asked again. This is the lazy
scheme of satisfiability modulo theories (Barrett and Tinelli, Satisfiability Modulo Theories, in the Handbook of Model
Checking).
"""

from collections.abc import Iterable
from typing import Any

from iamkit.arn import Pattern
from iamkit.formula import Formula
from iamkit.prove.claims import any_text, by_value, is_tied, is_undecided
from iamkit.prove.conflicts import conflicts
from iamkit.prove.fit import BEST, rank
from iamkit.prove.quick import OverBudget, ways
from iamkit.prove.skeleton import Claim, Literal, Node, Skeleton
from iamkit.prove.ties import assign
from iamkit.prove.values import Undecided
from iamkit.request import Environment

RLIMIT = 20_000_000
"""The budget of one check, in z3 resource units: the same on every machine, unlike seconds."""

ROUNDS = 50
"""How often to look elsewhere when claims that variables tie together lead nowhere."""


WAYS = 20
"""How many requests to look at for one that reads best."""


def solve(formula: Formula, fixed: Environment | None = None, enough: int = BEST) -> Environment | None:
    """The canonical request that makes the formula true, or None if no request does.

    Args:
        formula: what the request has to fulfill.
        fixed: the action and the resource where the question fixes them, so that they are not in the formula. If
            given, a request that AWS makes is preferred (`iamkit.prove.fit`).
        enough: the rank with which to be content.

    Raises:
        Undecided: if the question is outside of what is decided exactly, with the reason.

    >>> from iamkit.formula import like, all_of, Not
    >>> solve(all_of([like("action", "s3:*"), Not(like("action", "s3:Get*"))]))
    {'action': ('s3:PutObject',)}
    """
    skeleton = Skeleton(formula)
    found: list[Environment] = []
    try:
        for way in ways(skeleton.root):
            table = assign(way, fixed)
            if table is None:
                break
            found.append(table)
            if fixed is None or rank(table, fixed) <= enough or len(found) == WAYS:
                break
        else:
            return _best(found, fixed)
    except (OverBudget, Undecided):
        pass
    return _best(found, fixed) if found else _solve_with_z3(skeleton, fixed)


def _best(found: list[Environment], fixed: Environment | None) -> Environment | None:
    return min(found, key=lambda table: rank(table, fixed or {}), default=None)


def _solve_with_z3(skeleton: Skeleton, fixed: Environment | None = None) -> Environment | None:
    search = _Search(skeleton)
    passed_over = ""
    for _ in range(ROUNDS):
        if not search.possible([], []):
            break
        claims: list[Claim] = []
        search.choose([search.skeleton.root], claims, [])
        try:
            table = assign(claims, fixed)
            reason = "a policy variable ties two keys together, and no value that was tried fits both"
        except Undecided as undecided:
            table, reason = None, str(undecided)
        if table is not None:
            return table
        passed_over = passed_over or reason
        search.exclude(claims)
    if passed_over:
        raise Undecided(passed_over)
    return None


class _Search:
    def __init__(self, skeleton: Skeleton) -> None:
        import z3

        self.skeleton, self._z3 = skeleton, z3
        self._solver = z3.SolverFor("QF_FD")
        self._solver.set("rlimit", RLIMIT)
        self._signs: dict[Claim, Any] = {}
        self._explained: set[Literal] = set()
        self._shown: dict[Literal, bool] = {}
        self._proxies: dict[int, Any] = {}
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
            found = list(conflicts(needed.items()))
            if not found:
                self._shown = needed
                return True
            for conflict in found:
                self._learn(conflict)

    def choose(self, nodes: Iterable[Node], claims: list[Claim], taken: list[Node]) -> None:
        """Walk the skeleton and take, at each choice, the first part that can still be fulfilled: so the witness does
        not depend on the model that z3 happens to find. ``taken`` are the parts taken so far; they stay possible."""
        for node in nodes:
            if node.literal is not None:
                if (node.literal, node.positive) not in claims:
                    claims.append((node.literal, node.positive))
            elif node.kind == "all":
                self.choose(node.parts, claims, taken)
            else:
                first = next((p for p in node.parts[:-1] if self._can_take(p, claims, taken)), node.parts[-1])
                taken.append(first)
                self.choose([first], claims, taken)

    def _can_take(self, part: Node, claims: list[Claim], taken: list[Node]) -> bool:
        """The part can be fulfilled beside what is taken. Where the last request found does it, nobody needs to ask."""
        return self._is_shown(part) or self.possible(claims, [*taken, part])

    def _is_shown(self, node: Node) -> bool:
        if node.literal is not None:
            return self._shown.get(node.literal) == node.positive
        return (all if node.kind == "all" else any)(map(self._is_shown, node.parts))

    def exclude(self, claims: list[Claim]) -> None:
        """Look elsewhere: the claims that are undecided, or that variables tie together, led nowhere."""
        named = {v.key for lit, _ in claims if isinstance(lit.test, Pattern) for v in lit.test.variables}

        def is_open(group: list[Claim]) -> bool:
            return is_tied(group) or is_undecided(group) or group[0][0].key in named

        left = [claim for group in by_value(claims).values() if is_open(group) for claim in group]
        self._solver.add(self._z3.Or([self._signed(literal, not sign) for literal, sign in left]))

    def _encode(self, node: Node) -> Any:
        if node.literal is not None:
            return self._signed(node.literal, node.positive)
        parts = [self._encode(part) for part in node.parts]
        return self._z3.And(parts) if node.kind == "all" else self._z3.Or(parts)

    def _signed(self, literal: Literal, sign: bool) -> Any:
        if (literal, sign) not in self._signs:
            variable = self._z3.Bool(f"v{len(self._signs) // 2}")
            self._signs[literal, True], self._signs[literal, False] = variable, self._z3.Not(variable)
        return self._signs[literal, sign]

    def _proxy(self, node: Node) -> Any:
        """A variable that implies the node, so that the node can be assumed."""
        if node.literal is not None:
            return self._signed(node.literal, node.positive)
        if id(node) not in self._proxies:
            self._proxies[id(node)] = self._z3.Bool(f"n{len(self._proxies)}")
            self._solver.add(self._z3.Implies(self._proxies[id(node)], self._encode(node)))
        return self._proxies[id(node)]

    def _needed(self, nodes: list[Node], model: Any) -> dict[Literal, bool]:
        """Claims of the model that suffice to make the nodes true."""
        known: dict[int, bool] = {}

        def true(node: Node) -> bool:
            if id(node) not in known:
                if node.literal is not None:
                    value = model.eval(self._signed(node.literal, True), model_completion=True)
                    known[id(node)] = self._z3.is_true(value) == node.positive
                else:
                    known[id(node)] = (all if node.kind == "all" else any)(map(true, node.parts))
            return known[id(node)]

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

    def _learn(self, conflict: tuple[Claim, ...]) -> None:
        """Tell z3 that these claims exclude each other, in every slot of the key; and what else follows from each."""
        if len(by_value(conflict)) > 1:  # tied together: as they are
            self._solver.add(self._z3.Or([self._signed(literal, not sign) for literal, sign in conflict]))
            return
        for slot in range(self.skeleton.slots[conflict[0][0].key]):
            same = [(Literal(literal.key, slot, literal.test), sign) for literal, sign in conflict]
            self._solver.add(self._z3.Or([self._signed(literal, not sign) for literal, sign in same]))
            for literal, _ in same:
                if literal not in self._explained:
                    self._explained.add(literal)
                    self._explain(literal)

    def _explain(self, literal: Literal) -> None:
        """Tell z3 which tests each text passes: those of this text, or those texts for this test. Else each pair would
        be a conflict of its own, and a policy may list hundreds of actions."""
        if_passed, if_failed = list[Any](), list[Any]()
        for other in [lit for lit, sign in self._signs if sign and (lit.key, lit.slot) == (literal.key, literal.slot)]:
            outcome = _outcome(literal, other)
            if outcome is not None:
                if_passed.append(self._signed(other, outcome))
            outcome = _outcome(other, literal)
            if outcome is not None:
                (if_failed if outcome else if_passed).append(self._signed(other, False))
        z3, passed, failed = self._z3, self._signed(literal, True), self._signed(literal, False)
        self._solver.add(z3.Implies(passed, z3.And(if_passed)), z3.Implies(failed, z3.And(if_failed)))


def _outcome(one: Literal, other: Literal) -> bool | None:
    """Whether a value that passes one test passes the other; None unless the one is a text that settles it."""
    text, test = one.test, other.test
    if not (isinstance(text, Pattern) and isinstance(test, Pattern)) or text.text is None:
        return None
    if text.fold and not (test.fold and text.text.isascii()):
        return None
    found = any_text(test).matches(text.text)
    return None if found and test.variables else found
