"""The people and things of the story, and dice whose throws are always the same."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Option = TypeVar("Option")

PEOPLE = ("ana", "mallory", "ci-robot", "bo", "carla", "dinah", "emil")
OUTSIDERS = ("oscar", "petra", "quentin", "rosa", "samir", "tilda", "ulla")
ROLES = ("auditor", "month-end", "deployer", "payroll-reader", "archivist", "support", "night-shift", "bookkeeper")
GROUPS = ("staff", "payroll-team", "builders", "interns")
THINGS = (
    "acme-payroll/march.csv",
    "acme-payroll/april.csv",
    "acme-handbook/welcome.pdf",
    "acme-builds/app.zip",
    "acme-audit/2026.pdf",
    "acme-contracts/lease.pdf",
    "acme-backups/monday.tar",
    "acme-photos/summer.jpg",
)


class Dice:
    """Dice that fall the same way on every machine and every Python.

    Args:
        seed: texts or numbers; another seed, other throws.

    >>> [Dice("ana", 7).number(100) == Dice("ana", 7).number(100), Dice("ana", 7).number(9) < 9]
    [True, True]
    """

    def __init__(self, *seed: str | int) -> None:
        self._seed, self._thrown = "/".join(map(str, seed)), 0

    def number(self, below: int) -> int:
        """A whole number from 0 on, below the bound."""
        self._thrown += 1
        digest = sha256(f"{self._seed}/{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def pick(self, options: Sequence[Option]) -> Option:
        """One of the options."""
        return options[self.number(len(options))]

    def once_in(self, times: int) -> bool:
        """True once in so many times."""
        return self.number(times) == 0


def pair(seed: int, first: Sequence[Option], second: Sequence[Option]) -> tuple[Option, Option]:
    """One of each; a run of seeds goes through all pairs before it comes to the first one again.

    >>> sorted({pair(seed, "ab", "xyz") for seed in range(6)})
    [('a', 'x'), ('a', 'y'), ('a', 'z'), ('b', 'x'), ('b', 'y'), ('b', 'z')]
    """
    row, column = seed // len(first), seed % len(first)
    return first[column], second[(row + column) % len(second)]
