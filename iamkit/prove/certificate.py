"""Certificates: a "no" that can be checked again without the search that found it.

A certificate of one case holds lemmas and a tree. Each lemma is a set of claims about one value that no value fulfills.
The tree splits on claims; at each leaf, what was assumed on the way, the skeleton and the lemmas force a
contradiction by
unit propagation alone. To check it, each lemma is refuted by itself and each leaf is propagated: no choices are made.

Unit propagation as a proof rule: Goldberg and Novikov, Verification of Proofs of Unsatisfiability for CNF Formulas
(2003).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from iamkit.formula import Formula
from iamkit.prove.skeleton import Claim, Literal, Node, Skeleton
from iamkit.prove.ties import by_value, possible, smallest_conflict

Clause = tuple[int, ...]
"""Numbered claims of which one must hold; a minus sign denies."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A leaf (``split`` None), or a claim and what follows if it holds and if it does not."""

    split: int | None = None
    if_true: "Tree | None" = None
    if_false: "Tree | None" = None

    @property
    def leaves(self) -> int:
        """How many leaves it has."""
        return 1 if self.if_true is None or self.if_false is None else self.if_true.leaves + self.if_false.leaves


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why no request fulfills a formula.

    Args:
        lemmas: sets of claims about one value that exclude each other.
        tree: the case split.
    """

    lemmas: tuple[tuple[Claim, ...], ...]
    tree: Tree

    def __repr__(self) -> str:
        return f"<Certificate: {len(self.lemmas)} lemmas, {self.tree.leaves} cases>"


class Clauses:
    """The skeleton as numbered clauses (Tseitin's translation), so that propagation is simple."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.numbers: dict[Literal | Node, int] = {}
        self.clauses: list[Clause] = []
        self.clauses.append((self._number(skeleton.root),))

    def literal(self, literal: Literal) -> int:
        """The number of a claim."""
        return self.numbers.setdefault(literal, len(self.numbers) + 1)

    def _number(self, node: Node) -> int:
        if node.literal is not None:
            return self.literal(node.literal) * (1 if node.positive else -1)
        if node not in self.numbers:
            own = self.numbers[node] = len(self.numbers) + 1
            parts = [self._number(part) for part in node.parts]
            self.clauses += [(-own, part) for part in parts] if node.kind == "all" else [(-own, *parts)]
        return self.numbers[node]

    def add_lemma(self, lemma: Iterable[Claim]) -> None:
        """These claims do not hold together."""
        self.clauses.append(tuple(-self.literal(literal) if sign else self.literal(literal) for literal, sign in lemma))


def propagate(clauses: list[Clause], assumed: Iterable[int]) -> dict[int, bool] | None:
    """All that follows by unit propagation, by claim number; None if it is a contradiction."""
    known = {abs(number): number > 0 for number in assumed}
    changed = True
    while changed:
        changed = False
        for clause in clauses:
            if any(known.get(abs(number)) == (number > 0) for number in clause):
                continue
            left = [number for number in clause if abs(number) not in known]
            if not left:
                return None
            if len(left) == 1:
                known[abs(left[0])] = left[0] > 0
                changed = True
    return known


def certify(formula: Formula) -> Certificate | None:
    """Find a certificate for a formula that no request fulfills; None if there is none."""
    skeleton = Skeleton(formula)
    clauses, lemmas = Clauses(skeleton), list[tuple[Claim, ...]]()
    names = {number: named for named, number in clauses.numbers.items() if isinstance(named, Literal)}

    def refute(assumed: tuple[int, ...]) -> Tree | None:
        while True:
            known = propagate(clauses.clauses, assumed)
            if known is None:
                return Tree()
            claims = [(names[number], sign) for number, sign in known.items() if number in names]
            conflict = smallest_conflict(claims)
            if conflict is None:
                break
            lemmas.append(conflict)
            clauses.add_lemma(conflict)
        split = next((number for number in _undecided(clauses, known)), None)
        if split is None:
            return None
        yes = refute((*assumed, split))
        no = refute((*assumed, -split)) if yes is not None else None
        return Tree(abs(split), yes, no) if no is not None else None

    tree = refute(())
    return None if tree is None else Certificate(tuple(lemmas), tree)


def _undecided(clauses: Clauses, known: dict[int, bool]) -> Iterable[int]:
    """Claims worth a split: those of clauses that are not fulfilled yet."""
    for clause in clauses.clauses:
        if not any(known.get(abs(number)) == (number > 0) for number in clause):
            yield from (abs(number) for number in clause if abs(number) not in known)


def check(formula: Formula, certificate: Certificate) -> bool:
    """True if the certificate shows that no request fulfills the formula.

    Every lemma is refuted by itself, and every leaf by propagation. Nothing is searched for.

    >>> from iamkit.formula import Not, all_of, like
    >>> impossible = all_of([like("action", "s3:Get*"), Not(like("action", "s3:*"))])
    >>> check(impossible, certify(impossible))
    True
    >>> check(like("action", "s3:Get*"), certify(impossible))
    False
    """
    clauses = Clauses(Skeleton(formula))
    for lemma in certificate.lemmas:
        if len(by_value(lemma)) != 1 or possible(list(lemma)):
            return False
        clauses.add_lemma(lemma)

    def closed(tree: Tree, assumed: tuple[int, ...]) -> bool:
        if tree.split is None or tree.if_true is None or tree.if_false is None:
            return propagate(clauses.clauses, assumed) is None
        return closed(tree.if_true, (*assumed, tree.split)) and closed(tree.if_false, (*assumed, -tree.split))

    return closed(certificate.tree, ())
