"""Certificates: a "no" that can be checked again without the search that found it.

A certificate of one case holds lemmas and steps. Each lemma is a set of claims that no value fulfills: claims about one
value, or about values that a policy variable ties together.
Each step is a clause: deny all of it, and the skeleton, the lemmas and the steps before force a contradiction by unit
propagation alone. The last step is the empty clause. To check it, each lemma is refuted by itself and each step is
propagated: no choices are made.

Unit propagation as a proof rule: Goldberg and Novikov, Verification of Proofs of Unsatisfiability for CNF Formulas
(2003).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from iamkit.formula import Formula
from iamkit.prove.conflicts import is_refuted, smallest_conflict
from iamkit.prove.skeleton import Claim, Literal, Node, Skeleton

Clause = tuple[int, ...]
"""Numbered claims of which one must hold; a minus sign denies."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why no request fulfills a formula.

    Args:
        lemmas: sets of claims that exclude each other.
        steps: clauses that follow one after the other, the empty one last.
    """

    lemmas: tuple[tuple[Claim, ...], ...]
    steps: tuple[Clause, ...]

    def __repr__(self) -> str:
        return f"<Certificate: {len(self.lemmas)} lemmas, {len(self.steps)} steps>"


class Clauses:
    """The skeleton as numbered clauses (Tseitin's translation), so that propagation is simple."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.numbers: dict[Literal | Node, int] = {}
        self.all: list[Clause] = []
        self.holding: dict[int, list[Clause]] = defaultdict(list)
        self.short: list[Clause] = []
        self.add((self._number(skeleton.root),))

    def add(self, clause: Clause) -> None:
        """One more clause, also by each of its numbers, and by itself if it leaves no choice."""
        self.all.append(clause)
        for number in clause:
            self.holding[number].append(clause)
        if len(clause) < 2:
            self.short.append(clause)

    def literal(self, literal: Literal) -> int:
        """The number of a claim."""
        return self.numbers.setdefault(literal, len(self.numbers) + 1)

    def _number(self, node: Node) -> int:
        if node.literal is not None:
            return self.literal(node.literal) * (1 if node.positive else -1)
        if node not in self.numbers:
            own = self.numbers[node] = len(self.numbers) + 1
            parts = [self._number(part) for part in node.parts]
            for clause in [(-own, part) for part in parts] if node.kind == "all" else [(-own, *parts)]:
                self.add(clause)
        return self.numbers[node]

    def add_lemma(self, lemma: Iterable[Claim]) -> None:
        """These claims do not hold together."""
        self.add(tuple(-self.literal(literal) if sign else self.literal(literal) for literal, sign in lemma))


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows by unit propagation.

    Args:
        known: what holds, by claim number.
        reasons: for each number that was not assumed the clause that forces it.
        contradiction: a clause of which nothing can hold any more, or None.
    """

    known: dict[int, bool]
    reasons: dict[int, Clause]
    contradiction: Clause | None

    def blamed(self) -> frozenset[int]:
        """The numbers among those assumed, with their signs, that the contradiction rests on."""
        blamed, seen, queue = set[int](), set[int](), list(self.contradiction or ())
        while queue:
            number = abs(queue.pop())
            if number not in seen:
                seen.add(number)
                queue += self.reasons.get(number, ())
                if number not in self.reasons:
                    blamed.add(number if self.known[number] else -number)
        return frozenset(blamed)


def propagate(clauses: Clauses, assumed: Iterable[int]) -> Consequences:
    """All that follows by unit propagation, up to the first contradiction."""
    known: dict[int, bool] = {}
    reasons: dict[int, Clause] = {}
    if () in clauses.short:
        return Consequences(known, reasons, ())
    agenda: list[tuple[int, Clause | None]] = [(number, None) for number in assumed]
    agenda += [(clause[0], clause) for clause in clauses.short]
    for number, reason in agenda:  # it grows on the way
        if abs(number) in known:
            if known[abs(number)] != (number > 0):
                return Consequences(known, reasons, reason or (number,))
            continue
        known[abs(number)] = number > 0
        if reason is not None:
            reasons[abs(number)] = reason
        for clause in clauses.holding.get(-number, ()):
            left = [other for other in clause if known.get(abs(other)) != (other < 0)]
            if not left:
                return Consequences(known, reasons, clause)
            if len(left) == 1 and abs(left[0]) not in known:
                agenda.append((left[0], clause))
    return Consequences(known, reasons, None)


class _Prover:
    """Finds the steps, and the lemmas where claims that follow exclude each other."""

    def __init__(self, formula: Formula) -> None:
        self.clauses = Clauses(Skeleton(formula))
        self.skeleton = tuple(self.clauses.all)
        self.names = {number: named for named, number in self.clauses.numbers.items() if isinstance(named, Literal)}
        self.lemmas: list[tuple[Claim, ...]] = []
        self.steps: list[Clause] = []

    def refute(self, assumed: tuple[int, ...] = ()) -> frozenset[int] | None:
        """Show that the assumptions lead nowhere: those of them that suffice; None if they may lead somewhere."""
        found = self._consequences(assumed)
        if found.contradiction is not None:
            return self._learned(found.blamed())
        split = self._split(found.known)
        yes = None if split is None else self.refute((*assumed, split))
        if split is None or yes is None or split not in yes:
            return yes  # where the split was not needed, its other side need not be looked at
        no = self.refute((*assumed, -split))
        return no if no is None or -split not in no else self._learned((yes | no) - {split, -split})

    def _learned(self, blamed: frozenset[int]) -> frozenset[int]:
        """One more step: the assumptions to blame do not hold together."""
        self.steps.append(tuple(sorted(-number for number in blamed)))
        self.clauses.add(self.steps[-1])
        return blamed

    def _consequences(self, assumed: tuple[int, ...]) -> Consequences:
        """What follows, with the lemmas that are needed on the way."""
        while True:
            found = propagate(self.clauses, assumed)
            claims = [(self.names[number], sign) for number, sign in found.known.items() if number in self.names]
            conflict = smallest_conflict(claims) if found.contradiction is None else None
            if conflict is None:
                return found
            self.lemmas.append(conflict)
            self.clauses.add_lemma(conflict)

    def _split(self, known: dict[int, bool]) -> int | None:
        """A part of the shortest choice that is still to be made; None if there is none.

        The first number of a choice denies its node. Of a node that nothing asks for nothing has to be chosen.
        """
        choices: list[list[int]] = []
        for clause in self.skeleton:
            left = [number for number in clause if known.get(abs(number)) != (number < 0)]
            if left and left[0] != clause[0] and not any(abs(number) in known for number in left):
                choices.append(left)
        return min(choices, key=len, default=[None])[0]


def certify(formula: Formula) -> Certificate | None:
    """Find a certificate for a formula that no request fulfills; None if there is none.

    >>> from iamkit.formula import Not, all_of, like
    >>> certify(all_of([like("action", "s3:Get*"), Not(like("action", "s3:*"))]))
    <Certificate: 1 lemmas, 1 steps>
    """
    prover = _Prover(formula)
    return None if prover.refute() is None else Certificate(tuple(prover.lemmas), tuple(prover.steps))


def check(formula: Formula, certificate: Certificate) -> bool:
    """True if the certificate shows that no request fulfills the formula.

    Every lemma is refuted by itself, and every step by propagation. Nothing is searched for.

    >>> from iamkit.formula import Not, all_of, like
    >>> impossible = all_of([like("action", "s3:Get*"), Not(like("action", "s3:*"))])
    >>> check(impossible, certify(impossible))
    True
    >>> check(like("action", "s3:Get*"), certify(impossible))
    False
    """
    clauses = Clauses(Skeleton(formula))
    for lemma in certificate.lemmas:
        if not lemma or not is_refuted(lemma):
            return False
        clauses.add_lemma(lemma)
    for step in certificate.steps:
        if propagate(clauses, [-number for number in step]).contradiction is None:
            return False
        clauses.add(step)
    return bool(certificate.steps) and certificate.steps[-1] == ()
