"""One value of one key: is there any that passes these tests and fails those?

Texts are an automaton question (`iamkit.prove.strings`). Numbers, dates and addresses are compared with finitely many
bounds, which cut the line into regions; it is enough to try one value of each region.
"""

import base64
import ipaddress
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from functools import lru_cache
from itertools import pairwise

from iamkit.arn import Part, Pattern, Wild, split_fields
from iamkit.evaluate import passes
from iamkit.formula import ACTION, RESOURCE, Bytes, Compare, InNetwork, Is, Test
from iamkit.prove.actions import known_actions
from iamkit.prove.strings import Undecided as Undecided, find

_WORDS = ("example", "reports/q3.csv", "x", "a", "team-blue")


@lru_cache(maxsize=65536)
def witness(key: str, passing: tuple[Test, ...], failing: tuple[Test, ...]) -> str | None:
    """The canonical value that passes the first tests and fails the others; None if there is none.

    Raises:
        Undecided: if tests of different kinds meet on one value and no candidate fits.

    >>> whole, half = (InNetwork(ipaddress.ip_network(text)) for text in ("10.0.0.0/8", "10.0.0.0/9"))
    >>> witness("aws:sourceip", (whole,), (half,))
    '10.128.0.0'
    """
    tests = passing + failing
    text = next((p.text for p in passing if isinstance(p, Pattern) and p.text is not None and not p.fold), None)
    if text is not None:
        return text if fits(text, passing, failing) else None
    for candidate in candidates(key, passing, failing):
        if fits(candidate, passing, failing):
            return candidate
    patterns = [test for test in tests if isinstance(test, Pattern)]
    if len(patterns) == len(tests):
        return find(
            tuple(p for p in passing if isinstance(p, Pattern)), tuple(p for p in failing if isinstance(p, Pattern))
        )
    if patterns or len({type(test) for test in tests} | {t.kind for t in tests if isinstance(t, Compare)}) > 2:
        raise Undecided(f"tests of different types meet on one value of {key}")
    return None


def fits(candidate: str, passing: Iterable[Test], failing: Iterable[Test]) -> bool:
    return all(passes(Is(test), candidate, {}) for test in passing) and not any(
        passes(Is(test), candidate, {}) for test in failing
    )


def candidates(key: str, passing: tuple[Test, ...], failing: tuple[Test, ...]) -> Iterator[str]:
    """Values to try in order: human-looking ones, then one of each region that the bounds cut."""
    tests = passing + failing
    globs = [test for test in passing if isinstance(test, Pattern)]
    if key == ACTION:
        yield from known_actions(tuple(globs), tuple(test for test in failing if isinstance(test, Pattern)))
    if key == RESOURCE and not any(pattern.parts and pattern.parts[0] != Wild.ANY for pattern in globs):
        yield "*"
    if key == RESOURCE:
        yield from _merged([split_fields(pattern.parts) for pattern in globs])
    for pattern in globs:
        yield from _filled(pattern)
    if key not in (ACTION, RESOURCE) and not globs and all(isinstance(test, Pattern) for test in tests):
        yield from _WORDS
    yield from _of_each_region(tests)
    if len(globs) < len(tests):
        yield "none"


def _of_each_region(tests: tuple[Test, ...]) -> Iterator[str]:
    """One value of each region into which the bounds of numbers, dates, networks and bytes cut what is there."""
    bounds = {
        kind: [t.bound for t in tests if isinstance(t, Compare) and t.kind == kind] for kind in ("number", "date")
    }
    networks = [test.network for test in tests if isinstance(test, InNetwork)]
    if bounds["number"]:
        yield from (_plain(number) for number in _regions(bounds["number"]))
    if bounds["date"]:
        yield from (_date(seconds) for seconds in _regions(bounds["date"]))
    if networks:
        yield from _addresses(networks)
    for test in tests:
        if isinstance(test, Bytes):
            yield from (base64.b64encode(value).decode() for value in (test.value, test.value + b"\0"))


def _filled(pattern: Pattern) -> Iterator[str]:
    """The pattern with each wildcard replaced by a word: what a person would write."""
    parts = [part for part, after in pairwise((*pattern.parts, "")) if (part, after) != (Wild.ONE, Wild.ANY)]
    for word in _WORDS:
        fill = {
            Wild.ANY: word,
            Wild.ANY_IN_FIELD: "" if ":" in str(pattern) else word,
            Wild.ONE: "x",
            Wild.ONE_IN_FIELD: "x",
        }
        text = "".join(part if isinstance(part, str) else fill[part] for part in parts if isinstance(part, str | Wild))
        yield text.replace("arn::", "arn:aws:", 1) if text.startswith("arn::") else text


_FIELDS = ("example", "us-east-1", "111122223333")
"""The service, the Region and the account of an ARN where no pattern says them."""


def _merged(rows: list[list[list[Part]]]) -> Iterator[str]:
    """An ARN put together field by field, of what the patterns write out; the resource of each pattern in turn."""
    full = [row for row in rows if len(row) == 6]
    for partition in ("aws", "aws-cn"):
        for row in full:
            words = enumerate(("arn", partition, *_FIELDS))
            head = [next((_text(row[n]) for row in full if _is_text(row[n])), word) for n, word in words]
            yield from (":".join([*head, name]) for name in _filled(Pattern(tuple(row[5]))))


def _is_text(field: list[Part]) -> bool:
    return all(isinstance(part, str) for part in field)


def _text(field: list[Part]) -> str:
    return "".join(map(str, field))


def _regions(bounds: list[Decimal]) -> Iterator[Decimal]:
    """Each bound, and one value between neighbors and beyond both ends."""
    ordered = sorted(set(bounds))
    # Enough digits for every sum to be exact, from the first of the largest bound to the last of the finest.
    finest = min(int(bound.as_tuple().exponent) for bound in ordered)
    exact = Context(prec=max(0, *(bound.adjusted() for bound in ordered)) + max(0, -finest) + 4)
    yield from ordered
    yield exact.subtract(ordered[0], Decimal(1))
    yield exact.add(ordered[-1], Decimal(1))
    yield from (exact.divide(exact.add(low, high), Decimal(2)) for low, high in pairwise(ordered))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(seconds: Decimal) -> str:
    """As people write dates where the calendar has it; else in seconds, which AWS reads from five digits on."""
    if seconds == seconds.to_integral_value() and 0 <= seconds < 253_402_300_800:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")
    sign, digits = "-" * (seconds < 0), _plain(abs(seconds))
    return sign + "0" * (5 - len(digits.partition(".")[0])) + digits


def _addresses(networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> Iterator[str]:
    """The networks nest or are disjoint, so every region begins at a first address or just past a last one."""
    yield "198.51.100.7"
    for network in sorted(networks, key=lambda net: (net.version, -net.prefixlen, net)):
        yield str(network.network_address)
        with_next = int(network.broadcast_address) + 1
        if with_next < 2**network.max_prefixlen:
            yield str(type(network.network_address)(with_next))
    yield from ("0.0.0.0", "::")
