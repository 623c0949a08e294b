"""An answer judged by several requirements, each proved or refuted by itself, so that partial progress shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from iamkit.lessons.checks import Check, Slip, request_text
from iamkit.lessons.exercise import BOTH, OVER, RIGHT, UNDER, UNFINISHED, Result, result
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.prove.compare import Equivalent, compare, difference


@dataclass(frozen=True)
class Wish:
    """A requirement.

    Args:
        words: what must hold.
        fault: the counterexample, in words, of what the learner made; empty if the requirement is proved.
        step: the next step where it fails; or finds it, from what the learner made.
        most: True if it limits what is permitted, False if it demands something.
    """

    words: str
    fault: Callable[[Any], str]
    step: str | Callable[[Any], str]
    most: bool = True

    def next_step(self, made: Any) -> str:
        """The next step, in words."""
        return self.step if isinstance(self.step, str) else self.step(made)


def wish_check(
    read: Callable[[Any], Any], wishes: Sequence[Wish], slip: Callable[[Any], str] = lambda made: ""
) -> Check:
    """Judge an answer by its requirements: whatever fulfills them all is right.

    Args:
        read: makes of an answer what the requirements are about; may raise IamkitError.
        wishes: the requirements.
        slip: for what the learner made, the misconception behind it, if it is a known one.

    >>> small = Wish("It is below ten.", lambda n: f"{n} is not." if n >= 10 else "", "take a smaller one.")
    >>> even = Wish("It is even.", lambda n: f"{n} is odd." if n % 2 else "", "double it.", most=False)
    >>> print(wish_check(int, [small, even])(7).text)
    ✗ Under-permissive: it permits too little
    1 of 2 requirements proved.
    ✓ It is below ten.
    ✗ It is even. 7 is odd.
    Next step: double it.
    """

    def check(answer: Any) -> Result:
        if _is_unfinished(answer):
            return result(UNFINISHED, "Fill in every `...`.")
        made = read(answer)
        faults = {wish: wish.fault(made) for wish in wishes}
        failing = [wish for wish in wishes if faults[wish]]
        proved = f"{len(wishes) - len(failing)} of {len(wishes)} requirements proved."
        if not failing:
            return result(RIGHT, proved, *(f"✓ {wish.words}" for wish in wishes))
        sides = {wish.most for wish in failing}
        first = {side: next(wish for wish in failing if wish.most is side) for side in sides}
        lines = [_line(wish, faults[wish], wish in first.values()) for wish in wishes]
        step = slip(made) or f"Next step: {failing[0].next_step(made)}"
        return result(BOTH if len(sides) == 2 else OVER if True in sides else UNDER, proved, *lines, step)

    return check


def _line(wish: Wish, fault: str, shown: bool) -> str:
    """A requirement in a line; the counterexample only where it is the first of its side."""
    return f"✗ {wish.words}{f' {fault}' * shown}" if fault else f"✓ {wish.words}"


def _is_unfinished(answer: Any) -> bool:
    return "..." in str(answer)


def placed(answer: Source, place: Place) -> Policy:
    """The learner's policy, if it may stand there.

    Raises:
        PolicyError: if not.
    """
    return check_place(Policy.parse(answer, name="your policy"), place)


def beyond(mine: Policy, most: Source) -> str:
    """A request that a policy permits and another does not, in words; empty if there is none.

    >>> get = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    >>> beyond(Policy.parse(get, name="mine"), {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    ''
    """
    found = difference(mine, limit := Policy.parse(most, name="the limit"))
    return f"It permits this: {request_text(found, mine, limit)}." if found else ""


def known_slip(mine: Policy, slips: tuple[Slip, ...]) -> str:
    """The misconception behind a policy that is equivalent to a common mistake."""
    return next((slip.misconception for slip in slips if isinstance(compare(mine, slip.policy), Equivalent)), "")
