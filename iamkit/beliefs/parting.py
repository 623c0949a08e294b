"""Where a belief and the rule part ways: a smallest world and request on which they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from iamkit.beliefs.apart import request_apart
from iamkit.beliefs.belief import Belief
from iamkit.beliefs.cast import Dice
from iamkit.beliefs.days import DAYS, Day
from iamkit.beliefs.mutants import belief_named
from iamkit.beliefs.recipes import RECIPES
from iamkit.beliefs.scene import Measure, Scene
from iamkit.beliefs.story import as_html
from iamkit.errors import IamkitError

TRIES = 400
"""How many draws to look at; on the average every third to fifth one tells a belief apart."""

AIMED = 60
"""How many of them to look at for an answer of one kind."""


class Case(Protocol):
    """What a question is about: a request in a scene, or the last step of a day."""

    @property
    def told(self) -> list[str]: ...
    @property
    def question(self) -> str: ...
    @property
    def choices(self) -> dict[str, str]: ...
    @property
    def measure(self) -> Measure: ...
    def outcome(self, belief: Belief | None = None) -> str: ...
    def smaller(self) -> Iterator[Any]: ...
    def explain(self) -> str: ...


@dataclass(frozen=True, repr=False)
class Parting:
    """A world and a request on which a belief and AWS differ, and nothing in it is superfluous.

    Args:
        belief: the belief.
        seed: the seed.
        case: the world and the request.
        truth: what AWS answers.
        mistake: what the belief answers.
    """

    belief: Belief
    seed: int
    case: Case
    truth: str
    mistake: str

    @property
    def lines(self) -> list[str]:
        """The world, the request, both answers, the rule and its source."""
        choices = self.case.choices
        lines = [*self.case.told, self.case.question]
        lines += [f"The belief “{self.belief.says}” answers: {choices[self.mistake]}."]
        lines += [f"AWS answers: {choices[self.truth]}.", self.belief.rule, f"Source: {self.belief.source}."]
        return lines

    def explain(self) -> str:
        """All of it as text."""
        return "\n".join(self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"belief": self.belief.name, "seed": self.seed, "told": self.case.told, "question": self.case.question,
                "truth": self.truth, "mistake": self.mistake, "measure": list(self.case.measure)}  # fmt: skip

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/html": as_html(self.lines)}

    def __repr__(self) -> str:
        return f"<Parting {self.belief.name} {self.seed}: {self.case.question} {self.truth}, not {self.mistake}>"


def part(belief: Belief | str, seed: int = 0) -> Parting:
    """The smallest world and request on which a belief and AWS's rules differ.

    Stacks are drawn from a grammar made for the belief until the solver finds a request that only one of the two
    allows; then policies, statements, conditions and values are dropped as long as there is such a request. The measure
    is the number of policies, then of statements, then of conditions, then the length of the text. It is smallest in
    the sense that nothing that is left can be dropped. Another seed gives another world.

    Args:
        belief: a belief or its name.
        seed: a whole number from 0 on.

    Raises:
        IamkitError: if there is no such belief, or the seed is no whole number.

    >>> found = part("boundary-grants", 3)
    >>> found.truth, found.mistake, found.case.measure[:3]
    ('ImplicitlyDenied', 'Allowed', (1, 1, 0))
    """
    wanted = belief_named(belief) if isinstance(belief, str) else belief
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise IamkitError(f"{seed!r} is not a seed.", where="seed", remedy="Give a whole number from 0 on.")
    case = aimed(wanted, seed) or next(cases(wanted, seed, TRIES), None)
    if case is None:
        raise IamkitError(f"No world tells {wanted.name} apart.", where="beliefs", remedy="Draw from a wider grammar.")
    case = shrunk(wanted, case)
    return Parting(wanted, seed, case, case.outcome(), case.outcome(wanted))


def cases(belief: Belief, seed: int, tries: int) -> Iterator[Case]:
    """What is drawn, as far as it tells the belief apart."""
    for attempt in range(tries):
        dice = Dice(belief.name, seed, attempt)
        drawn = DAYS[belief.name](seed, dice) if belief.name in DAYS else RECIPES[belief.name].draw(seed, dice)
        if (case := apart(belief, drawn)) is not None:
            yield case


def aimed(belief: Belief, seed: int) -> Case | None:
    """A case with the answer that the seed aims at, so that not every right answer is the same; None if few draws have
    none, or the belief has but one."""
    aims = RECIPES[belief.name].aims if belief.name in RECIPES else ()
    if not aims:
        return None
    aim = Dice("aim", belief.name, seed).pick(aims)
    return next((case for case in cases(belief, seed, AIMED) if case.outcome() == aim), None)


def apart(belief: Belief, drawn: Scene | Day) -> Case | None:
    """What the belief and AWS answer differently there, or None."""
    if isinstance(drawn, Scene):
        return request_apart(belief, drawn)
    return drawn if drawn.outcome() != drawn.outcome(belief) else None


def shrunk(belief: Belief, case: Case) -> Case:
    """Drop one thing after the other, as long as belief and rule still differ."""
    while True:
        found = next((less for drawn in case.smaller() if (less := apart(belief, drawn))), None)
        if found is None:
            return case
        case = found
