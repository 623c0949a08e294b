"""Every request over a tiny alphabet, decided at once: the truth of a formula as one bit for each request."""

import itertools
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_

from iamkit.evaluate import passes
from iamkit.formula import And, Formula, Not, Or, Some
from iamkit.prove.settle import free_variables
from iamkit.request import Environment

Values = tuple[str, ...]


class Everything:
    """All requests that give each key one of its listed values.

    Args:
        alphabet: for each key the values it may have, each a tuple; an empty one for a missing key.
    """

    def __init__(self, alphabet: Mapping[str, Iterable[Values]]) -> None:
        self.alphabet = {key: list(values) for key, values in alphabet.items()}
        self.size = reduce(lambda size, values: size * len(values), self.alphabet.values(), 1)
        self.all = (1 << self.size) - 1
        self._bits: dict[tuple[str, Values], int] = {}
        block = 1
        for key, values in self.alphabet.items():
            period = block * len(values)
            repeat = self.all // ((1 << period) - 1)
            for index, value in enumerate(values):
                self._bits[key, value] = ((1 << block) - 1) * (1 << (block * index)) * repeat
            block = period

    def request(self, bit: int) -> Environment:
        """The request that a bit stands for."""
        table: Environment = {}
        for key, values in self.alphabet.items():
            bit, index = divmod(bit, len(values))
            if values[index]:
                table[key] = values[index]
        return table

    def true(self, formula: Formula) -> int:
        """The requests that make the formula true."""
        match formula:
            case And(parts):
                return reduce(and_, map(self.true, parts), self.all)
            case Or(parts):
                return reduce(or_, map(self.true, parts), 0)
            case Not(part):
                return self.all & ~self.true(part)
            case Some():
                return self._some(formula)
        raise TypeError(f"{type(formula).__name__} stands outside Some.")

    def _some(self, some: Some) -> int:
        keys = sorted({some.key} | free_variables(some.test))
        found = 0
        for chosen in itertools.product(*(self.alphabet.get(key, [()]) for key in keys)):
            table = dict(zip(keys, chosen, strict=True))
            if any(passes(some.test, value, table) for value in table[some.key]):
                found |= reduce(and_, (self._bits[kv] for kv in table.items() if kv in self._bits), self.all)
        return found
