"""Which texts match all of these patterns and none of those? An automaton question, answered with a text.

Each pattern is a small automaton whose state is the set of places it may stand at. The search runs all of them side by
side and returns the shortest text, and among those the first in a fixed order; so the answer is the same everywhere.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache

from iamkit.arn import Pattern, Wild

# Preferred characters for what the patterns leave open; a lower-case letter looks human.
_FRESH = "xyzabcdefghijklmnopqrstuvw0123456789XYZ_-"
_LIMIT = 50_000
Token = str | Wild


class TooLarge(Exception):
    """The search passed its bound on states; the caller answers Unknown."""


@lru_cache(maxsize=16384)
def _tokens(pattern: Pattern) -> tuple[Token, ...]:
    found: list[Token] = []
    for part in pattern.parts:
        found += list(part.lower() if pattern.fold else part) if isinstance(part, str) else [part]  # type: ignore[list-item]
    return tuple(found)


def _closed(tokens: tuple[Token, ...], places: Iterable[int]) -> frozenset[int]:
    """The places, and those reachable by letting a ``*`` match nothing."""
    found = set(places)
    for place in sorted(found):
        while place < len(tokens) and tokens[place] in (Wild.ANY, Wild.ANY_IN_FIELD):
            place += 1
            found.add(place)
    return frozenset(found)


def _step(tokens: tuple[Token, ...], fold: bool, places: frozenset[int], char: str) -> frozenset[int]:
    reached = []
    same = char.lower() if fold else char
    for place in places:
        if place == len(tokens):
            continue
        match tokens[place]:
            case Wild.ANY:
                reached.append(place)
            case Wild.ONE:
                reached.append(place + 1)
            case Wild.ANY_IN_FIELD if char != ":":
                reached.append(place)
            case Wild.ONE_IN_FIELD if char != ":":
                reached.append(place + 1)
            case str() as literal if literal == same:
                reached.append(place + 1)
    return _closed(tokens, reached)


def alphabet(patterns: Iterable[Pattern]) -> list[str]:
    """Every character that some pattern can tell from others, and one that none can."""
    chars: set[str] = {":"}
    for pattern in patterns:
        for part in pattern.parts:
            if isinstance(part, str):
                chars |= {*part, *part.lower(), *part.upper()} if pattern.fold else set(part)
    fresh = next((char for char in _FRESH if char not in chars), "\N{BULLET}")
    letters = {char for char in chars if len(char) == 1}
    return [fresh, *sorted(letters)]


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
    patterns = inside + outside
    rows = [(_tokens(pattern), pattern.fold) for pattern in patterns]
    wanted = len(inside)
    chars = alphabet(patterns)
    start = tuple(_closed(tokens, [0]) for tokens, _ in rows)
    queue: deque[tuple[tuple[frozenset[int], ...], str]] = deque([(start, "")])
    seen = {start}
    while queue:
        state, text = queue.popleft()
        if _accepts(rows, state, wanted):
            return text
        for char in chars:
            after = tuple(_step(tokens, fold, places, char) for (tokens, fold), places in zip(rows, state, strict=True))
            if all(after[:wanted]) and after not in seen:
                if len(seen) > _LIMIT:
                    raise TooLarge
                seen.add(after)
                queue.append((after, text + char))
    return None


def _accepts(rows: Sequence[tuple[tuple[Token, ...], bool]], state: tuple[frozenset[int], ...], wanted: int) -> bool:
    ends = [len(tokens) in places for (tokens, _), places in zip(rows, state, strict=True)]
    return all(ends[:wanted]) and not any(ends[wanted:])
