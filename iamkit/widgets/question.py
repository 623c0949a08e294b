"""The slider of lesson 0: one question, and a world that changes a little at each step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ipywidgets import IntSlider

from iamkit.draw.graph import world_graph
from iamkit.draw.links import short
from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError
from iamkit.prove.answers import Answer
from iamkit.widgets.base import LABELLED, Panel
from iamkit.world import Who, World

Step = tuple[str, World | Callable[[], World]]
Question = tuple[Who, str, str] | tuple[Who, str, str, Mapping[str, Any]]
_SAYS = {"Witness": ("allow", "✓ Yes"), "Proof": ("deny", "✗ No"), "Unknown": ("neutral", "? Not known")}


class QuestionSlider(Panel):
    """A slider over the steps; each shows the world near the principal, and the prover's answer."""

    def __init__(self, question: Question, steps: Sequence[Step]) -> None:
        if not steps:
            raise IamkitError("There are no steps.", where="steps", remedy="Give a list of (label, world).")
        self._who, self._action, self._resource, *where = question
        self._where = where[0] if where else None
        self._steps = list(steps)
        self._seen: dict[int, tuple[Answer, Picture]] = {}
        name = short(self._who if isinstance(self._who, str) else self._who.arn)
        super().__init__(f"Can {name} ever do {self._action} on {short(self._resource)}?")
        self.slider = IntSlider(1, 1, len(self._steps), description="Step", **LABELLED)
        self.begin([self.slider])

    @property
    def answer(self) -> Answer:
        """The answer at the present step: a Witness, a Proof or Unknown."""
        return self._at(self.slider.value - 1)[0]

    def draw(self) -> None:
        answer, picture = self._at(self.slider.value - 1)
        tone, word = _SAYS[type(answer).__name__]
        label = self._steps[self.slider.value - 1][0]
        verdict = f"Step {self.slider.value} of {len(self._steps)}, {label}: {word}."
        self.show(verdict, tone, picture, answer.explain(), answer._repr_mimebundle_()["text/html"])

    def _at(self, step: int) -> tuple[Answer, Picture]:
        """The answer and the picture at one step, worked out when it is first shown."""
        if step not in self._seen:
            given = self._steps[step][1]
            world = given if isinstance(given, World) else given()
            answer = world.can(self._who, self._action, self._resource, self._where)
            self._seen[step] = answer, _near(world, self._who)
        return self._seen[step]


def _near(world: World, who: Who) -> Picture:
    """The world around the principal; the whole of it where the principal is no part of it."""
    try:
        return world_graph(world, focus=who)
    except IamkitError:
        return world_graph(world)


def question_slider(question: Question, steps: Sequence[Step]) -> QuestionSlider:
    """Walk one question through small changes of a world.

    Args:
        question: principal, action and resource as ``world.can`` takes them, and its ``where`` if wanted.
        steps: for each step what has changed, in a few words, and the world: a World, or a function that makes one.

    Raises:
        IamkitError: if there are no steps; and what ``world.can`` raises at the first of them.

    >>> from iamkit import World
    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> question_slider((ana, "s3:GetObject", "*"), [("nothing granted", world)])
    <Can ana ever do s3:GetObject on *?: Step 1 of 1, nothing granted: ✗ No.>
    """
    return QuestionSlider(question, steps)
