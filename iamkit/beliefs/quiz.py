"""The quiz: predict what AWS answers, and learn which belief a wrong answer comes from.

There is no list of questions. Each is drawn when it is asked for, and question n of a seed is always the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from string import ascii_lowercase
from typing import Any

from iamkit.beliefs.belief import Belief
from iamkit.beliefs.cast import Dice
from iamkit.beliefs.mutants import BELIEFS, belief_named
from iamkit.beliefs.parting import Parting, part
from iamkit.beliefs.story import as_html
from iamkit.errors import IamkitError


@dataclass(frozen=True, repr=False)
class Marked:
    """What becomes of an answer. True in an ``if`` when it is right.

    Args:
        question: the question.
        word: the answer.
        beliefs: the beliefs that give just this answer, where it is wrong. First the one that the question was made
            for, if it is among them.
    """

    question: "Question"
    word: str
    beliefs: tuple[Belief, ...]

    def __bool__(self) -> bool:
        return self.word == self.question.truth

    @property
    def head(self) -> str:
        """The outcome in a line."""
        right = self.question.choices[self.question.truth]
        return f"Right: {right}." if self else f"Not so. AWS answers: {right}."

    @property
    def lines(self) -> list[str]:
        """The beliefs behind a wrong answer, each with the rule and its source; for a right one, the rule alone."""
        if self:
            made_for = self.question.parting.belief
            return [f"{made_for.rule} Source: {made_for.source}."]
        if not self.beliefs:
            return ["No belief that the kit knows gives this answer. The trace says what AWS looks at."]
        found = [f"Who answers so may believe: “{self.beliefs[0].says}”"]
        found += [f"Or: “{belief.says}”" for belief in self.beliefs[1:]]
        rules = dict.fromkeys(f"{belief.rule} Source: {belief.source}." for belief in self.beliefs)
        return [*found, *(f"The rule: {rule}" for rule in rules)]

    @property
    def trace(self) -> str:
        """What AWS looked at."""
        return self.question.parting.case.explain()

    @property
    def reasons(self) -> str:
        """Beliefs, rules and trace as text."""
        return "\n".join([*self.lines, self.trace])

    @property
    def html(self) -> str:
        """The same as HTML."""
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.lines)
        return f"{lines}<pre style='white-space:pre-wrap'>{escape(self.trace)}</pre>"

    def explain(self) -> str:
        """All of it as text."""
        return f"{self.head}\n{self.reasons}"

    def __repr__(self) -> str:
        return f"<{self.head}{' ' + ', '.join(belief.name for belief in self.beliefs) if self.beliefs else ''}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        head = f"<p><strong>{escape(self.head)}</strong></p>"
        return {"text/plain": self.explain(), "text/html": head + self.html}


@dataclass(frozen=True, repr=False)
class Question:
    """One question of a quiz.

    Args:
        number: from 1 on.
        parting: the world and the request.
    """

    number: int
    parting: Parting

    @cached_property
    def told(self) -> list[str]:
        """The world, in lines; a policy is one of several lines of text."""
        return self.parting.case.told

    @cached_property
    def asks(self) -> str:
        """The request, in a sentence."""
        return self.parting.case.question

    @cached_property
    def choices(self) -> dict[str, str]:
        """The answers to choose from, by the word that `answer` takes."""
        return self.parting.case.choices

    @property
    def truth(self) -> str:
        """The word of the right answer."""
        return self.parting.truth

    def answer(self, choice: str) -> Marked:
        """Mark an answer, given by its letter, its word or its text.

        Raises:
            IamkitError: if it is no answer to this question.
        """
        letters = dict(zip(ascii_lowercase, self.choices, strict=False))
        known = {
            **letters,
            **{text: word for word, text in self.choices.items()},
            **{word: word for word in self.choices},
        }
        if choice not in known:
            remedy = f"Write one of the letters {', '.join(letters)}, between quotes."
            raise IamkitError(f"{choice!r} is not one of the choices.", where=f"question {self.number}", remedy=remedy)
        word = known[choice]
        return Marked(self, word, () if word == self.truth else self.behind(word))

    def behind(self, word: str) -> tuple[Belief, ...]:
        """The beliefs that give this answer; first the one that the question was made for, if it does."""
        made_for = self.parting.belief
        found = [belief for belief in BELIEFS.values() if self.parting.case.outcome(belief) == word]
        return tuple(sorted(found, key=lambda belief: belief is not made_for))

    @property
    def text(self) -> str:
        """The question with its choices."""
        letters = zip(ascii_lowercase, self.choices.values(), strict=False)
        return "\n".join([*self.told, self.asks, *(f"{letter}) {text}" for letter, text in letters)])

    @property
    def html(self) -> str:
        """The world and the request as HTML."""
        return f"{as_html(self.told)}<p><strong>{escape(self.asks)}</strong></p>"

    def __repr__(self) -> str:
        return f"<Question {self.number}: {self.asks}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        choices = "".join(f"<li>{escape(text)}</li>" for text in self.choices.values())
        return {"text/plain": self.text, "text/html": f"{self.html}<ol type='a'>{choices}</ol>"}


class Quiz:
    """Endless questions, each made for one belief.

    Args:
        seed: a whole number; another seed, other questions.
        beliefs: the beliefs, or their names, that the questions are about; None for all.

    Raises:
        IamkitError: for an unknown belief, or none.

    >>> quiz = Quiz(7, ["boundary-grants"])
    >>> first = quiz.question(1)
    >>> first.answer("ImplicitlyDenied")
    <Right: Implicitly denied: an Allow is missing.>
    >>> first.answer("Allowed").beliefs[0].says
    'A permissions boundary gives the permissions that it lists.'
    """

    def __init__(self, seed: int = 0, beliefs: list[str] | list[Belief] | None = None) -> None:
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise IamkitError(f"{seed!r} is not a seed.", where="quiz", remedy="Give a whole number.")
        wanted = [belief_named(one).name if isinstance(one, str) else one.name for one in beliefs or ()]
        if beliefs is not None and not wanted:
            raise IamkitError("There are no beliefs.", where="quiz", remedy="Name some, or leave it out for all.")
        self.seed, self.names = seed, tuple(dict.fromkeys(wanted)) or tuple(BELIEFS)

    def question(self, number: int) -> Question:
        """The question with this number, from 1 on.

        Every belief has its turn before one comes again, then in another order and with another world.

        Raises:
            IamkitError: for a number below 1.
        """
        if not isinstance(number, int) or number < 1:
            raise IamkitError(f"There is no question {number!r}.", where="quiz", remedy="The first one is number 1.")
        turn, index = divmod(number - 1, len(self.names))
        name = self._order(turn)[index]
        start = Dice("quiz", self.seed, name).number(1000)
        return Question(number, part(name, start + turn))

    def _order(self, turn: int) -> list[str]:
        """The beliefs in the order of this turn."""
        dice, left = Dice("order", self.seed, turn), list(self.names)
        return [left.pop(dice.number(len(left))) for _ in self.names]

    def __iter__(self) -> Iterator[Question]:
        """The questions from the first one on, without end."""
        number = 0
        while True:
            number += 1
            yield self.question(number)

    def __repr__(self) -> str:
        return f"<Quiz {self.seed}: {len(self.names)} beliefs>"
