"""Where each element of a JSON text stands, and where a fault in a policy's text is."""

import json
import re
from dataclasses import dataclass

from iamkit.errors import PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.readings import DEFAULT, Readings

_SPACE = re.compile(r"[ \t\n\r]*")


def _no_number(name: str) -> float:
    raise ValueError(name)


_SCALAR = json.JSONDecoder(parse_constant=_no_number)


class Places:
    """A walk through a JSON text that notes where each element begins and ends; it stops where the text is no JSON.

    Args:
        text: the text.

    >>> found = Places('{"Statement": [{"Effect": "Allow"}]}')
    >>> found.text[slice(*found.span("$.Statement[0].Effect"))]
    '"Effect": "Allow"'
    >>> Places('{"Statement": [{"Effect" "Allow"}]}').last
    '$.Statement[0].Effect'
    """

    def __init__(self, text: str) -> None:
        self.text, self.last, self.whole = text, "$", False
        self._found: dict[str, tuple[int, int]] = {}
        try:
            self._value(_after_space(text, 0), "$")
            self.whole = True
        except (ValueError, RecursionError):
            pass  # `last` says how far it came.

    def span(self, path: str) -> tuple[int, int]:
        """Begin and end of an element, its name included; of the nearest one around it where it is not there."""
        while path not in self._found and path != "$":
            path = path[: max(path.rfind("."), path.rfind("["), 1)]
        return self._found.get(path, (0, len(self.text)))

    def lines(self, path: str) -> tuple[int, int]:
        """The first and the last line of an element; lines count from 1."""
        begin, end = self.span(path)
        return self.position(begin)[0], self.position(max(begin, end - 1))[0]

    def position(self, at: int) -> tuple[int, int]:
        """Line and column of a place in the text; both count from 1."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def _value(self, at: int, path: str, begin: int | None = None) -> int:
        """Walk through a value; returns its end."""
        begin = at if begin is None else begin
        self._begun(path, begin)
        sign = self.text[at : at + 1]
        end = self._inside(at, path) if sign in ("{", "[") else _SCALAR.raw_decode(self.text, at)[1]
        self._found[path] = begin, end
        return end

    def _begun(self, path: str, begin: int) -> None:
        self.last = path
        self._found[path] = begin, len(self.text)

    def _inside(self, at: int, path: str) -> int:
        """Walk through the members of an object or the items of a list."""
        text, named, count, seen = self.text, self.text[at] == "{", 0, set()
        at = _after_space(text, at + 1)
        while text[at : at + 1] not in ("}", "]"):
            begin, below = at, f"{path}[{count}]"
            if named:
                key, at = _SCALAR.raw_decode(text, at)
                below = f"{path}.{key}"
                self._begun(below, begin)
                at = _after_space(text, at)
                if text[at : at + 1] != ":" or key in seen:
                    raise ValueError(below)
                seen.add(key)
                at = _after_space(text, at + 1)
            at = _after_space(text, self._value(at, below, begin))
            if text[at : at + 1] not in (",", "}", "]"):
                raise ValueError(below)
            at = _after_space(text, at + 1) if text[at] == "," else at
            count += 1
        return at + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text, and where.

    Args:
        line, column: where it begins, counted from 1.
        path: the JSON path.
        what, remedy: as in the error.
    """

    line: int
    column: int
    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        said = " ".join(filter(None, (self.what, self.remedy)))
        return f"line {self.line}, column {self.column} ({self.path}): {said}"


def read_policy(text: str, name: str, place: Place | None = None, readings: Readings = DEFAULT) -> Policy | Fault:
    """A policy's text as a policy; or its first fault.

    Args:
        text: what was typed.
        name: what the policy is called.
        place: the policy type, whose rules are checked too.
        readings: as for `iamkit.policy.places.check_place`.

    >>> print(read_policy('{"Statement": {"Effect": "allow"}}', "mine"))
    line 1, column 16 ($.Statement.Effect): 'allow' is not an effect. Write 'Allow' or 'Deny'; case matters.
    """
    if not text.strip():
        return Fault(1, 1, "$", "There is no text.", 'Begin with {"Version": "2012-10-17", "Statement": [...]}.')
    try:
        policy = Policy.parse(text, name)
        return policy if place is None else check_place(policy, place, readings)
    except PolicyError as fault:
        return located(text, fault)


def located(text: str, fault: PolicyError) -> Fault:
    """A fault with its line and column; of a text that is no JSON, with the path of the element begun last."""
    places = Places(text)
    syntax = re.search(r"line (\d+), column (\d+)", fault.where)
    if syntax:
        return Fault(int(syntax[1]), int(syntax[2]), f"at {places.last}", fault.what, fault.remedy)
    path = fault.where if places.whole else places.last
    return Fault(*places.position(places.span(path)[0]), path, fault.what, fault.remedy)
