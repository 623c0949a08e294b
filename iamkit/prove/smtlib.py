"""A question as standard SMT-LIB, for any solver that knows strings, such as z3 or cvc5.

Each value of a key is one string, or for numbers and dates one real, or for addresses one bit-vector, and a Boolean
that says whether the key is there. This is the plain encoding, unlike the kit's own prover: patterns are prefixes or
regular expressions. A value of which nobody asks for the case, such as the action, is kept in lower case. A value that
is asked both as a text and as a number, date or address is kept as both, and the texts that are asked for are said to
be the numbers that they are. A variable of a key with several slots has a value if the first slot alone is filled.

Source: The SMT-LIB Standard 2.7; theory of Unicode Strings.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from iamkit.arn import Part, Pattern, Variable, Wild
from iamkit.evaluate import passes
from iamkit.formula import Bytes, Compare, Formula, InNetwork, Is, Test
from iamkit.policy.keys import is_multivalued
from iamkit.prove.claims import matches_itself
from iamkit.prove.skeleton import Literal, Node, Skeleton
from iamkit.prove.values import Undecided


def to_smtlib(formula: Formula) -> str:
    """The script that is satisfiable if and only if some request fulfills the formula.

    Raises:
        Undecided: if one value is tested in two ways that this encoding keeps apart (as a number and as a text with
            wildcards), or if a variable is compared without case.

    >>> from iamkit.formula import like
    >>> print(to_smtlib(like("aws:username", "a*")))
    (set-logic ALL)
    (declare-const |has aws:username 0| Bool)
    (declare-const |aws:username 0| String)
    (assert (and |has aws:username 0| (str.prefixof "a" |aws:username 0|)))
    (check-sat)
    """
    skeleton = Skeleton(formula)
    _check_decided(skeleton)
    declared: dict[str, str] = {}
    body = _node(_in_lower_case(skeleton.root, _without_case(skeleton.root)), declared)
    rules = [*_second_readings(skeleton.root, declared), *_slots_in_order(skeleton, declared)]
    lines = [f"(declare-const {name} {sort})" for name, sort in sorted(declared.items(), key=_has_first)]
    return "\n".join(["(set-logic ALL)", *lines, *(f"(assert {part})" for part in (body, *rules)), "(check-sat)"])


def _check_decided(skeleton: Skeleton) -> None:
    """Raise Undecided for what the encoding has no words for."""
    kinds: dict[str, set[str]] = {}
    for literal in _literals(skeleton.root):
        match literal.test:
            case None:
                continue
            case Compare(kind):
                found = kind
            case Pattern() as pattern:
                found = "exact text" if pattern.text is not None and not pattern.fold else "text"
                for variable in pattern.variables:
                    if pattern.fold and matches_itself(literal.key, pattern) is None:
                        raise Undecided(f"the case of the variable {variable.key} does not matter")
                    kinds.setdefault(variable.key, set()).add("text")
            case test:
                found = type(test).__name__
        kinds.setdefault(literal.key, set()).add(found)
    for key, found_kinds in sorted(kinds.items()):
        if len(found_kinds - {"exact text"}) > 1 or found_kinds == {"exact text", "Bytes"}:
            raise Undecided(f"{key} is tested as {' and as '.join(sorted(found_kinds))}")


def _second_readings(root: Node, declared: dict[str, str]) -> Iterator[str]:
    """What a value is as a number, date or address if it is one of the texts that are asked for. Any other number has
    texts enough that nobody asks for; an IPv4 address has one text alone."""
    tests: dict[tuple[str, int], dict[Test, None]] = {}
    for literal in _literals(root):
        if literal.test is not None:
            tests.setdefault((literal.key, literal.slot), {})[literal.test] = None
    for (key, slot), asked in tests.items():
        typed = [test for test in asked if not isinstance(test, Pattern)]
        texts = [test for test in asked if isinstance(test, Pattern)] if typed else []
        for text in texts:
            same = _test(Literal(key, slot), text, declared)
            for test in typed:
                reads = _test(Literal(key, slot), test, declared)
                yield f"(=> {same} {reads if passes(Is(test), str(text.text), {}) else f'(not {reads})'})"
            if (whole := _exactly(str(text.text))) and any(isinstance(test, InNetwork) for test in typed):
                yield f"(=> {_test(Literal(key, slot), whole, declared)} {same})"


def _exactly(text: str) -> InNetwork | None:
    """The network of this IPv4 address alone; None for any other text."""
    try:
        return InNetwork(ipaddress.IPv4Network(text)) if "/" not in text else None
    except ValueError:
        return None


def _slots_in_order(skeleton: Skeleton, declared: dict[str, str]) -> Iterator[str]:
    """Of a key that a variable names, slots are filled one after the other, and with different values."""
    named = {v.key for lit in _literals(skeleton.root) if isinstance(lit.test, Pattern) for v in lit.test.variables}
    for key in sorted(key for key in named if skeleton.slots[key] > 1):
        has = [_declare(f"has {key} {slot}", "Bool", declared) for slot in range(skeleton.slots[key])]
        text = [_declare(f"{key} {slot}", "String", declared) for slot in range(skeleton.slots[key])]
        yield from (f"(=> {later} {earlier})" for earlier, later in pairwise(has))
        yield from (f"(=> {has[b]} (not (= {text[a]} {text[b]})))" for a, b in combinations(range(len(has)), 2))


def _without_case(root: Node) -> frozenset[str]:
    """Keys of whose values nobody asks for the case."""
    tests = [(literal.key, literal.test) for literal in _literals(root) if isinstance(literal.test, Pattern)]
    asked = {key for key, pattern in tests if not pattern.fold and str(pattern).lower() != str(pattern).upper()}
    asked |= {variable.key for _, pattern in tests for variable in pattern.variables}
    return frozenset(key for key, _ in tests) - asked


def _in_lower_case(node: Node, keys: frozenset[str]) -> Node:
    literal = node.literal
    if literal is None:
        return replace(node, parts=tuple(_in_lower_case(part, keys) for part in node.parts))
    if literal.key not in keys or not isinstance(literal.test, Pattern):
        return node
    lower = Pattern(tuple(part.lower() if isinstance(part, str) else part for part in literal.test.parts))
    return replace(node, literal=replace(literal, test=lower))


def _literals(node: Node) -> Iterator[Literal]:
    if node.literal is not None:
        yield node.literal
    for part in node.parts:
        yield from _literals(part)


def _has_first(item: tuple[str, str]) -> tuple[bool, str]:
    return (item[1] != "Bool", item[0])


def _node(node: Node, declared: dict[str, str]) -> str:
    if node.literal is not None:
        text = _literal(node.literal, declared)
        return text if node.positive else f"(not {text})"
    if not node.parts:
        return "true" if node.kind == "all" else "false"
    word = "and" if node.kind == "all" else "or"
    return f"({word} {' '.join(_node(part, declared) for part in node.parts)})"


def _literal(literal: Literal, declared: dict[str, str]) -> str:
    if literal.test is None:
        return _declare(f"has {literal.key} {literal.slot}", "Bool", declared)
    return _test(literal, literal.test, declared)


def _declare(name: str, sort: str, declared: dict[str, str]) -> str:
    quoted = f"|{name.replace('|', '!').replace(chr(92), '!')}|"
    if declared.setdefault(quoted, sort) != sort:
        raise Undecided(f"{name} is tested both as {declared[quoted]} and as {sort}")
    return quoted


def _test(literal: Literal, test: Test, declared: dict[str, str]) -> str:
    name = f"{literal.key} {literal.slot}"
    match test:
        case Pattern():
            return _pattern(literal, test, declared)
        case Compare(kind, relation, bound):
            is_one = _declare(f"{name} is a {kind}", "Bool", declared)
            number = _declare(f"{name} as a {kind}", "Real", declared)
            value = format(abs(bound), "f")
            value = value if "." in value else f"{value}.0"
            text = f"(- {value})" if bound < 0 else value
            return f"(and {is_one} ({'=' if relation == '==' else relation} {number} {text}))"
        case InNetwork(network):
            is_one = _declare(f"{name} is IPv{network.version}", "Bool", declared)
            other = _declare(f"{name} is IPv{10 - network.version}", "Bool", declared)
            width, length = network.max_prefixlen, network.prefixlen
            address = _declare(f"{name} v{network.version}", f"(_ BitVec {width})", declared)
            if length == 0:
                return f"(and {is_one} (not {other}))"
            prefix = int(network.network_address) >> (width - length)
            cut = f"((_ extract {width - 1} {width - length}) {address})"
            return f"(and {is_one} (not {other}) (= {cut} (_ bv{prefix} {length})))"
        case Bytes(value):
            return f"(= {_declare(f'{name} as bytes', 'String', declared)} {_string(value.hex())})"
    raise TypeError(f"{type(test).__name__} is not a test.")


def _pattern(literal: Literal, pattern: Pattern, declared: dict[str, str]) -> str:
    known = matches_itself(literal.key, pattern)
    name = _declare(f"{literal.key} {literal.slot}", "String", declared)
    return _matches(name, pattern, declared) if known is None else str(known).lower()


def _matches(value: str, pattern: Pattern, declared: dict[str, str]) -> str:
    """The value matches; where the pattern has a variable, either its key is there or its default counts."""
    if pattern.text is not None and not pattern.fold:
        return f"(= {value} {_string(pattern.text)})"
    if pattern.parts and isinstance(pattern.parts[0], str) and pattern.parts[1:] == (Wild.ANY,) and not pattern.fold:
        return f"(str.prefixof {_string(pattern.parts[0])} {value})"
    open_parts = ((i, part) for i, part in enumerate(pattern.parts) if type(part) is Variable)
    found = next(open_parts, None)
    if found is None:
        return f"(str.in_re {value} {_regex(pattern, declared)})"
    index, variable = found

    def put(part: Part) -> str:
        return _matches(
            value, Pattern((*pattern.parts[:index], part, *pattern.parts[index + 1 :]), pattern.fold), declared
        )

    has = _declare(f"has {variable.key} 0", "Bool", declared)
    if is_multivalued(variable.key):
        has = f"(and {has} (not {_declare(f'has {variable.key} 1', 'Bool', declared)}))"
    otherwise = "false" if variable.default is None else put(variable.default)
    return f"(ite {has} {put(_Known(variable.key))} {otherwise})"


class _Known(Variable):
    """A variable whose key is there."""


def _regex(pattern: Pattern, declared: dict[str, str]) -> str:
    parts = [piece for part in pattern.parts for piece in _pieces(part, pattern.fold, declared)]
    if not parts:
        return '(str.to_re "")'
    return parts[0] if len(parts) == 1 else f"(re.++ {' '.join(parts)})"


_FIELD = '(re.comp (re.++ re.all (str.to_re ":") re.all))'


def _pieces(part: object, fold: bool, declared: dict[str, str]) -> Iterator[str]:
    if part is Wild.ANY:
        yield "re.all"
    elif part is Wild.ONE:
        yield "re.allchar"
    elif part is Wild.ANY_IN_FIELD:
        yield _FIELD
    elif part is Wild.ONE_IN_FIELD:
        yield f"(re.inter re.allchar {_FIELD})"
    elif isinstance(part, Variable):
        # A variable's value is a text, so its regular expression is that text alone.
        yield f"(str.to_re {_declare(f'{part.key} 0', 'String', declared)})"
    elif isinstance(part, str) and fold:
        for char in part:
            both = sorted({char.lower(), char.upper()})
            yield _letter(both[0]) if len(both) == 1 else f"(re.union {' '.join(map(_letter, both))})"
    else:
        yield _letter(str(part))


def _letter(text: str) -> str:
    return f"(str.to_re {_string(text)})"


def _string(text: str) -> str:
    escaped = "".join(c if " " <= c <= "~" and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in text)
    return f'"{escaped}"'
