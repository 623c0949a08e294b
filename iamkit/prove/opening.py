"""The smallest change of a world that opens what is proved to be closed.

A proof of "no" names a set of obstacles that is enough to rule every request out. So whatever opens must take one of
them away: only such edits are tried, and after each edit the next proof says what to try on top of it. Every way to
open with a given number of edits is found like that, and each was proved by a witness in the changed world.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from iamkit.explain import listed
from iamkit.prove.answers import Proof, Unknown, Witness
from iamkit.prove.ask import can
from iamkit.prove.edits import REMOVE, Edit, edits
from iamkit.world import Who, World

MOST = 3
"""A change of more edits than this is not looked for."""
TRIED = 300
"""After so many changes without an end the answer is Unknown; a count, so that it is the same on every machine."""
_TOLD = 3
"""How many of the other changes the words name."""

_Edits = tuple[Edit, ...]
_Measure = tuple[int, list[int], list[str]]


@dataclass(frozen=True, eq=False, repr=False)
class Opening:
    """A change that opens. True in an ``if``.

    Args:
        question: the question in words.
        edits: the change; empty if the answer is yes as it is.
        witness: a request that is allowed once the change is made.
        after: the world with the change made.
        blocking: what ruled every request out before.
        others: the other changes with as few edits, in their order; each was proved to open too.
    """

    question: str
    edits: _Edits
    witness: Witness
    after: World
    blocking: tuple[str, ...] = ()
    others: tuple[_Edits, ...] = ()

    def __bool__(self) -> bool:
        return True

    def explain(self) -> str:
        """The change in words, what it removes or adds as JSON, and what is allowed then."""
        if not self.edits:
            return f"Nothing has to change: {self.question}.\n{self.witness.decision.because}"
        lines = [_closed(self.question, self.blocking), _heading(self.edits)]
        for edit in self.edits:
            lines += [f"{edit.words}:", f"  {edit.json}"]
        return "\n".join([*lines, *self._further()])

    def _further(self) -> list[str]:
        """What is allowed then, what else would do, and a warning where a Deny goes."""
        lines = [f"Then: {self.witness.decision.because}"]
        if self.others:
            either, more = [_told(change) for change in self.others[:_TOLD]], len(self.others) - _TOLD
            lines.append(f"As small: {listed([*either, *([f'one of {more} more'] if more > 0 else [])])}.")
        if any(edit.kind == REMOVE for edit in self.edits):
            lines.append("Smallest does not mean right: find out first what the Deny is there for.")
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        changes = [[edit.to_dict() for edit in change] for change in (self.edits, *self.others)]
        found = {"question": self.question, "edits": changes[0], "others": changes[1:]}
        return {**found, "blocking": list(self.blocking), "witness": self.witness.to_dict()}

    def __repr__(self) -> str:
        return f"<Opening: {'; '.join(edit.words for edit in self.edits) or 'nothing has to change'}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": self._html()}

    def _html(self) -> str:
        if not self.edits:
            return _paragraph(self.explain())
        items = "".join(f"<li>{escape(edit.words)}:{_code(edit.json)}</li>" for edit in self.edits)
        top = _paragraph(_closed(self.question, self.blocking)) + _paragraph(_heading(self.edits))
        return f"{top}<ul style='overflow-wrap:anywhere'>{items}</ul>{_paragraph(chr(10).join(self._further()))}"


@dataclass(frozen=True, eq=False, repr=False)
class Closed:
    """No change of this size opens. False in an ``if``.

    Args:
        question: the question in words.
        blocking: what rules every request out.
        most: how many edits at once were tried.
    """

    question: str
    blocking: tuple[str, ...]
    most: int

    def __bool__(self) -> bool:
        return False

    def explain(self) -> str:
        """What was tried, in words."""
        size = "one statement" if self.most == 1 else f"up to {self.most} statements"
        tried = f"No change of {size} opens it: neither a Deny less nor an Allow more, in a policy that can be edited."
        return f"{_closed(self.question, self.blocking)}\n{tried}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"question": self.question, "edits": None, "most": self.most, "blocking": list(self.blocking)}

    def __repr__(self) -> str:
        return f"<Closed: {self.question}, whatever {self.most} statements change>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": _paragraph(self.explain())}


def smallest_change(
    world: World, principal: Who, action: str, resource: str, most: int = MOST
) -> Opening | Closed | Unknown:
    """Which smallest change of the policies would let this principal in?

    An edit takes one Deny statement away, or adds one Allow for exactly this principal, action and resource: to the
    identity-based policies, the resource-based policy, the trust policy, the boundary, an SCP level or the policy of a
    VPC endpoint. The measure of a change is the number of its edits; then their kinds, in the order of
    `iamkit.prove.edits.ORDER`; then their words.

    Args:
        world: the world; it stays as it is.
        principal, action, resource: the question, as for ``world.can``.
        most: the most edits to try.

    Returns:
        An Opening, without edits if the answer is yes already; Closed if no such change opens; Unknown if that is
        outside of what is decided exactly for the question, or for a change that would be smaller than what was found,
        or if more than ``TRIED`` changes would have to be tried.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> smallest_change(world, ana, "s3:GetObject", "arn:aws:s3:::payroll/*").edits[0].words
    'Add an Allow for s3:GetObject on arn:aws:s3:::payroll/* to the identity-based policies of user ana'
    """
    question = f"{principal if isinstance(principal, str) else principal.arn} can {action} on {resource}"
    answer = can(world, principal, action, resource)
    if isinstance(answer, Witness):
        return Opening(question, (), answer, world)
    if isinstance(answer, Unknown):
        return answer
    search = _Search(principal, action, resource, [((), world, answer)])
    for _ in range(most):
        search.step()
        if search.tried > TRIED:
            return Unknown(question, f"more than {TRIED} changes would have to be tried: ask about fewer resources")
        if search.found:
            (change, after, first), *rest = sorted(search.found, key=lambda found: _measure(found[0]))
            if isinstance(first, Unknown):
                reason = f"it is not decided whether this would open it: {_told(change)} ({first.reason})"
                return Unknown(question, reason)
            others = tuple(_ordered(other) for other, _, found in rest if isinstance(found, Witness))
            return Opening(question, _ordered(change), first, after, answer.blocking, others)
    return Closed(question, answer.blocking, most)


class _Search:
    """All changes of one edit, then of two, and so on.

    Args:
        principal, action, resource: the question.
        shut: the changes after which it is still proved that nothing is possible, with the world and the proof.
    """

    def __init__(self, principal: Who, action: str, resource: str, shut: list[tuple[_Edits, World, Proof]]) -> None:
        self._question = principal, action, resource
        self._shut = shut
        self.found: list[tuple[_Edits, World, Witness | Unknown]] = []
        self.tried = 0

    def step(self) -> None:
        """One edit more, on top of every change that did not open. What opens, or is not decided, is ``found``."""
        before, self._shut = self._shut, []
        seen: set[frozenset[tuple[int, str, str]]] = set()
        for change, world, proof in before:
            for edit in edits(world, *self._question, proof.blocking):
                longer = (*change, edit)
                made = frozenset(one.measure for one in longer)
                if len(made) < len(longer) or made in seen:
                    continue
                seen.add(made)
                self.tried += 1
                if self.tried > TRIED:
                    return
                answer = can(edit.after, *self._question)
                if isinstance(answer, Proof):
                    self._shut.append((longer, edit.after, answer))
                else:
                    self.found.append((longer, edit.after, answer))


def _ordered(change: _Edits) -> _Edits:
    return tuple(sorted(change, key=lambda edit: edit.measure))


def _measure(change: _Edits) -> _Measure:
    kinds, words, _ = zip(*(edit.measure for edit in _ordered(change)), strict=True)
    return len(change), list(kinds), list(words)


def _told(change: _Edits) -> str:
    return " and ".join(_small(edit.words) for edit in _ordered(change))


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _closed(question: str, blocking: tuple[str, ...]) -> str:
    reason = listed(blocking, "and") or "nothing that the question is about speaks of this caller"
    return f"As it is, {question.replace(' can ', ' cannot ', 1)}: {reason}."


def _heading(change: _Edits) -> str:
    """Of a smallest set of obstacles any one missing is enough. So where several edits are needed, there is more."""
    if len(change) == 1:
        return "The smallest change that opens it, 1 edit:"
    return f"More stands behind that. The smallest change that opens it, {len(change)} edits:"


def _paragraph(words: str) -> str:
    lines = "<br>".join(escape(line) for line in words.splitlines())
    return f"<p style='overflow-wrap:anywhere'>{lines}</p>"


def _code(words: str) -> str:
    return f"<pre style='white-space:pre-wrap;overflow-wrap:anywhere;margin:2px 0'>{escape(words)}</pre>"
