"""What holds for every real request, whatever policies say; without it a "yes" could rest on a request nobody can make.

Source: IAM User Guide, reference_policies_condition-keys (the types of the global keys, and "Availability"); the types
of a service's own keys are those of the catalogue.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator

from iamkit.arn import PARTITIONS, Pattern, Wild, arn_pattern
from iamkit.catalogue import key_type
from iamkit.formula import (
    ACTION,
    RESOURCE,
    And,
    Bytes,
    Compare,
    Formula,
    InNetwork,
    Is,
    Not,
    Or,
    Some,
    Test,
    all_of,
    any_of,
    present,
)  # fmt: skip
from iamkit.policy.keys import ALWAYS_PRESENT, is_boolean

_TYPES = {
    "aws:sourceip": "IPAddress",
    "aws:vpcsourceip": "IPAddress",
    "aws:currenttime": "Date",
    "aws:epochtime": "Date",
    "aws:tokenissuetime": "Date",
    "aws:multifactorauthage": "Numeric",
}
_ALL_ADDRESSES = any_of(Is(InNetwork(ipaddress.ip_network(whole))) for whole in ("0.0.0.0/0", "::/0"))
_SHAPES = any_of(
    Is(shape)
    for shape in (
        Pattern.literal("*"),
        *(arn_pattern(Pattern.glob(f"arn:{partition}:?*:*:*:?*").parts) for partition in PARTITIONS),
    )
)
_ACTION_SHAPE = Is(
    Pattern((Wild.ONE_IN_FIELD, Wild.ANY_IN_FIELD, ":", Wild.ONE_IN_FIELD, Wild.ANY_IN_FIELD))
)  # fmt: skip
_TWO_OR_MORE = ("sts:rolesessionname", "sts:externalid", "sts:sourceidentity", "aws:sourceidentity")
_TWO = Is(Pattern.glob("??*"))  # characters (reference_iam-quotas)
_TRUE_OR_FALSE = any_of(Is(Pattern.literal(text, fold=True)) for text in ("true", "false"))


def realistic(formula: Formula) -> Formula:
    """What must hold besides the formula, for the keys that it speaks of.

    Boolean keys are true or false, addresses are addresses, times are times; some keys are always there; an action
    has one colon; a resource is an ARN or ``*``.

    >>> from iamkit.formula import like
    >>> realistic(like("aws:username", "ana")) == all_of([])
    True
    >>> realistic(Some("aws:currenttime", Is(Compare("date", "<", 0)))) == all_of([])
    False
    """
    tests = elementary_tests(formula)
    rules: list[Formula] = []
    for key in sorted(tests):
        rules += [Not(Some(key, Not(form))) for form in _forms(key, tests[key])]
        rules += [present(key)] * (key in ALWAYS_PRESENT)
    if any(isinstance(test, Pattern) and test.text is None for test in tests.get(ACTION, ())):
        rules.append(Some(ACTION, _ACTION_SHAPE))
    if RESOURCE in tests:
        rules.append(Some(RESOURCE, _SHAPES))
    return all_of(rules)


def _forms(key: str, tests: list[Test]) -> Iterator[Formula]:
    """What every value of a key passes. Of numbers and dates it is said only where nothing else is asked of the key,
    because a value of two types at once is not decided."""
    if is_boolean(key):
        yield _TRUE_OR_FALSE
    if key in _TWO_OR_MORE:
        yield _TWO
    kinds = {test.kind if isinstance(test, Compare) else type(test).__name__ for test in tests}
    known = str(_TYPES.get(key) or key_type(key)).removeprefix("ArrayOf")
    if known == "IPAddress" and kinds == {"InNetwork"}:
        yield _ALL_ADDRESSES
    known = "Numeric" if key == "aws:epochtime" and kinds == {"number"} else known
    if (known, kinds) in (("Date", {"date"}), ("Numeric", {"number"})):
        # Below or from some bound that is there already, so that no further regions arise.
        bound = next(test for test in tests if isinstance(test, Compare))
        yield any_of(Is(Compare(bound.kind, relation, bound.bound)) for relation in ("<", ">="))


def elementary_tests(formula: Formula) -> dict[str, list[Test]]:
    """The elementary tests of each key that a formula speaks of, in itself or in a variable; in order."""
    found: dict[str, list[Test]] = defaultdict(list)

    def walk(node: Formula, key: str) -> None:
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    walk(part, key)
            case Not(part):
                walk(part, key)
            case Some(key, test):
                found[key]  # the key counts even if nothing but its presence is asked
                walk(test, key)
            case Is(Pattern() as pattern):
                found[key].append(pattern)
                for variable in pattern.variables:
                    found[variable.key]
            case Is(Compare() | InNetwork() | Bytes() as test):
                found[key].append(test)

    walk(formula, "")
    return dict(found)
