"""Exercises that check an answer by what it means, give hints one by one, and show one right answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from iamkit.errors import IamkitError
from iamkit.lessons.panel import Panel
from iamkit.prove.values import Undecided

RIGHT, NOT_YET = "right", "not yet right"
NOT_ATTEMPTED, UNFINISHED = "not attempted", "not finished"
OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
MALFORMED, UNKNOWN = "malformed", "unknown"

_HEADS = {
    RIGHT: "Right",
    NOT_ATTEMPTED: "Not attempted yet",
    UNFINISHED: "Not finished",
    NOT_YET: "Not yet right",
    OVER: "Over-permissive: it permits too much",
    UNDER: "Under-permissive: it permits too little",
    BOTH: "Over- and under-permissive: it permits too much in one place and too little in another",
    MALFORMED: "Malformed: this cannot be read, or AWS would not accept it",
    UNKNOWN: "Unknown: the kit cannot compare this exactly",
}


@dataclass(frozen=True, repr=False)
class Result(Panel):
    """What a check found. True in an ``if`` when the answer is right.

    Args:
        verdict: ``right``, ``not attempted``, ``not finished``, ``not yet right``, ``over-permissive``,
            ``under-permissive``, ``over- and under-permissive``, ``malformed`` or ``unknown``.

    >>> result(RIGHT, "The two policies permit the same requests.")
    <Right: The two policies permit the same requests.>
    """

    verdict: str = NOT_ATTEMPTED

    def __bool__(self) -> bool:
        return self.verdict == RIGHT


def result(verdict: str, *lines: str) -> Result:
    """The result with this verdict; ``lines`` show it and say the next step."""
    tone = {RIGHT: "right", NOT_ATTEMPTED: "open", UNFINISHED: "open", UNKNOWN: "open"}.get(verdict, "wrong")
    return Result(tone, _HEADS[verdict], tuple(filter(None, lines)), verdict=verdict)


@dataclass(frozen=True, repr=False)
class Solution(Panel):
    """One right answer, as code, and why it is right."""


class Exercise:
    """One exercise.

    Args:
        name: the name that the notebook calls it by.
        check: judges an answer that was attempted.
        hints: from the gentlest to the plainest.
        solution: one right answer, as code for the answer cell.
        why: why it is right, in a sentence or two.
        placeholder: what the answer cell holds before anybody has written in it.
        untouched: for an answer that changes while the learner works on it, such as a world: whether it is as it was.

    >>> def check(answer):
    ...     return result(RIGHT) if answer == 3 else result(NOT_YET, "Count the ARN's colons again.")
    >>> colons = Exercise("colons", check, hints=["An ARN has six fields."], solution="my_answer = 5")
    >>> colons.check(None)
    <Not attempted yet: Change the answer cell, run it, and check again. Stuck? `lesson.colons.hint()` helps.>
    >>> colons.check(4)
    <Not yet right: Count the ARN's colons again.>
    >>> colons.hint()
    <Hint 1 of 1: An ARN has six fields.>
    """

    def __init__(self, name: str, check: Callable[[Any], Result], *, hints: list[str], solution: str, why: str = "",
                 placeholder: Any = None, untouched: Callable[[Any], bool] | None = None) -> None:  # fmt: skip
        self.name, self._check, self._hints = name, check, hints
        self._solution = Solution("note", "One right answer", (why,) if why else (), solution)
        self.placeholder, self._untouched, self._given = placeholder, untouched, 0

    def check(self, answer: Any) -> Result:
        """Judge an answer. A fault in it is a result, never a traceback."""
        if self._is_untouched(answer):
            help_ = f"Stuck? `lesson.{self.name}.hint()` helps."
            return result(NOT_ATTEMPTED, "Change the answer cell, run it, and check again.", help_)
        try:
            return self._check(answer)
        except IamkitError as fault:
            return result(MALFORMED, str(fault))
        except Undecided as reason:
            return result(UNKNOWN, f"{reason}.", "Try to say the same with simpler means.")

    def hint(self) -> Panel:
        """The next hint; after the last one it is given again."""
        self._given = min(self._given + 1, len(self._hints))
        lines = [self._hints[self._given - 1]]
        if self._given == len(self._hints) > 1:
            lines.append(f"That was the last hint. `lesson.{self.name}.solution()` shows one right answer.")
        return Panel("note", f"Hint {self._given} of {len(self._hints)}", tuple(lines))

    def solution(self) -> Solution:
        """One right answer; others may be right as well."""
        return self._solution

    def _is_untouched(self, answer: Any) -> bool:
        if self._untouched is not None and answer is not None:
            return self._untouched(answer)
        return _is_blank(answer) or _is_same(answer, self.placeholder)

    def __repr__(self) -> str:
        return f"<Exercise {self.name}: check, hint ({len(self._hints)}) and solution>"


def _is_blank(answer: Any) -> bool:
    """Nothing, three dots, an empty text, or a table in which nothing is filled in."""
    if isinstance(answer, Mapping):
        return bool(answer) and all(map(_is_blank, answer.values()))
    return answer is None or answer is ... or (isinstance(answer, str) and answer.strip() in ("", "..."))


def _is_same(answer: Any, placeholder: Any) -> bool:
    """Equal; a text also when it is the placeholder written as JSON."""
    if isinstance(answer, str) and not isinstance(placeholder, str):
        try:
            return bool(json.loads(answer) == placeholder)
        except ValueError:
            return False
    return bool(answer == placeholder)
