"""Which texts match all of these patterns and none of those? An automaton question, answered with a text.

Each pattern is a small automaton; its state is the set of places it may stand at, kept as the bits of an integer. The
search runs all automata side by side, breadth first, and returns the shortest text, and among those the first in a
fixed order; so the answer is the same everywhere.

This is the textbook subset construction (Hopcroft, Motwani, Ullman, Introduction to Automata Theory, section 2.3), made
only as far as the search goes.
"""

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, count

from iamkit.arn import Pattern, Wild

# What stands where the patterns leave the character open: a lower-case letter looks human.
_FRESH = "xyzabcdefghijklmnopqrstuvw0123456789XYZ_-"
_LIMIT = 50_000


class Undecided(Exception):
    """Outside of what is decided exactly; the answer becomes Unknown with this reason."""


class TooLarge(Undecided):
    """The search passed its bound on states."""

    def __init__(self) -> None:
        super().__init__("the patterns on one value are too many, or too long, to search")


class Automaton:
    """A pattern as bits: bit ``n`` of a state stands for "the first ``n`` tokens have matched"."""

    def __init__(self, pattern: Pattern) -> None:
        tokens: list[str | Wild] = []
        for part in pattern.parts:
            tokens += list(part) if isinstance(part, str) else [part]  # type: ignore[list-item]
        self.end = 1 << len(tokens)
        self.literal: list[str] = [token if isinstance(token, str) else "" for token in tokens]
        self.fold = pattern.fold
        self.run, self.field = self._places(tokens, Wild.ANY), self._places(tokens, Wild.ANY_IN_FIELD)
        self.one, self.field_one = self._places(tokens, Wild.ONE), self._places(tokens, Wild.ONE_IN_FIELD)
        self.texts = (self.end - 1) & ~(self.run | self.field | self.one | self.field_one)
        self.on: dict[str, int] = {}
        for place, char in enumerate(self.literal):
            for variant in _cases(char, self.fold):
                self.on[variant] = self.on.get(variant, 0) | (1 << place)
        self.start = self._skip(1)

    @staticmethod
    def _places(tokens: list[str | Wild], kind: Wild) -> int:
        return sum(1 << place for place, token in enumerate(tokens) if token is kind)

    def _skip(self, state: int) -> int:
        """Also the places reached by letting a ``*`` match nothing."""
        while (further := state | ((state & (self.run | self.field)) << 1)) != state:
            state = further
        return state

    def step(self, state: int, char: str) -> int:
        """The state after one more character."""
        inside = char != ":"
        moved = state & (self.on.get(char, 0) | self.one | (self.field_one if inside else 0))
        return self._skip((moved << 1) | (state & (self.run | (self.field if inside else 0))))

    def told_apart(self, state: int) -> Iterator[str]:
        """The characters that matter in this state: any other acts as every character that no pattern has."""
        if state & (self.field | self.field_one):
            yield ":"
        rest = state & self.texts
        while rest:
            yield from _cases(self.literal[(rest & -rest).bit_length() - 1], self.fold)
            rest &= rest - 1


def _cases(char: str, fold: bool) -> tuple[str, ...]:
    """The characters that match a literal one."""
    variants = [v for v in (char.lower(), char.upper()) if len(v) == 1] if fold else []
    return tuple(dict.fromkeys(variants or ([char] if char else [])))


_automaton = lru_cache(maxsize=65536)(Automaton)


@lru_cache(maxsize=65536)
def find(inside: tuple[Pattern, ...], outside: tuple[Pattern, ...]) -> str | None:
    """The canonical text that matches every pattern of ``inside`` and none of ``outside``; None if there is none.

    Patterns hold no variables.

    Raises:
        TooLarge: if the search passes its bound.

    >>> find((Pattern.glob("s3:*"), Pattern.glob("*Object")), (Pattern.glob("s3:Put*"),))
    's3:Object'
    >>> find((Pattern.glob("a*"),), (Pattern.glob("*"),)) is None
    True
    """
    text = next((pattern.text for pattern in inside if pattern.text is not None and not pattern.fold), None)
    if text is not None:
        fits = all(pattern.matches(text) for pattern in inside) and not any(p.matches(text) for p in outside)
        return text if fits else None
    if any(covers(outer, inner) for inner in inside for outer in outside if len(inside) + len(outside) > 2):
        return None
    return _search(inside, outside)


def _search(inside: tuple[Pattern, ...], outside: tuple[Pattern, ...]) -> str | None:
    machines = [_automaton(pattern) for pattern in (*inside, *outside)]
    wanted = len(inside)
    used = {char for machine in machines for char in machine.on}
    fresh = next(char for char in chain(_FRESH, map(chr, count(0x2460))) if char not in used)
    start = tuple(machine.start for machine in machines)
    queue, seen = deque([(start, "")]), {start}
    while queue:
        state, text = queue.popleft()
        pairs = list(zip(machines, state, strict=True))
        ends = [bool(places & machine.end) for machine, places in pairs]
        if all(ends[:wanted]) and not any(ends[wanted:]):
            return text
        chars = {char for machine, places in pairs for char in machine.told_apart(places)}
        for char in [fresh, *sorted(chars)]:
            after = tuple(machine.step(places, char) for machine, places in pairs)
            if all(after[:wanted]) and after not in seen:
                if len(seen) > _LIMIT:
                    raise TooLarge
                seen.add(after)
                queue.append((after, text + char))
    return None


def meet(one: Pattern, other: Pattern) -> bool:
    """Some text matches both (a "yes" may also mean that it was too much to find out).

    >>> meet(Pattern.glob("s3:Get*"), Pattern.glob("*Acl")), meet(Pattern.glob("s3:Get*"), Pattern.glob("s3:Put*"))
    (True, False)
    """
    try:
        return find((one, other), ()) is not None
    except TooLarge:
        return True


@lru_cache(maxsize=262144)
def covers(outer: Pattern, inner: Pattern) -> bool:
    """Every text that matches ``inner`` matches ``outer`` (a "no" may also mean that it was too much to find out).

    >>> covers(Pattern.glob("s3:*"), Pattern.glob("s3:Get*")), covers(Pattern.glob("s3:Get*"), Pattern.glob("s3:*"))
    (True, False)
    """
    if inner.text is not None and not inner.fold:
        return outer.matches(inner.text)
    if outer.parts == (Wild.ANY,):
        return True
    if outer.text is not None or not _may_meet(outer, inner):
        return False
    try:
        return _search((inner,), (outer,)) is None
    except TooLarge:
        return False


def _may_meet(one: Pattern, other: Pattern) -> bool:
    """False if the literal beginnings differ already."""
    a, b = (p.parts[0] if p.parts and isinstance(p.parts[0], str) else "" for p in (one, other))
    if one.fold or other.fold:
        a, b = a.lower(), b.lower()
    return a.startswith(b) or b.startswith(a)
