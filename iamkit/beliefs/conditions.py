"""Wrong beliefs about conditions: keys that are missing, operators that are negated, several conditions at once."""

from collections.abc import Callable
from dataclasses import replace

from iamkit.beliefs.belief import Belief
from iamkit.formula import Formula, Label, Not, all_of, any_of, present
from iamkit.policy.conditions import Condition
from iamkit.policy.document import Statement
from iamkit.readings import Readings

Holds = Callable[[Condition, str, Readings], Formula]
_HOLDS = "iamkit.statements:condition_holds"


def _needs_key(real: Holds, condition: Condition, version: str, readings: Readings) -> Formula:
    """A negated operator fails where there is nothing to compare."""
    found = real(condition, version, readings)
    if not condition.operator.negated or condition.quantifier or condition.if_exists:
        return found
    return all_of([present(condition.key), found], found.label)


def _false_if_missing(real: Holds, condition: Condition, version: str, readings: Readings) -> Formula:
    """A key that is not there counts as false."""
    found = real(condition, version, readings)
    asks_false = condition.operator.kind == "bool" and "false" in (value.lower() for value in condition.values)
    return any_of([Not(present(condition.key)), found], found.label) if asks_false else found


def _needs_value(real: Holds, condition: Condition, version: str, readings: Readings) -> Formula:
    found = real(condition, version, readings)
    return all_of([present(condition.key), found], found.label) if condition.quantifier == "ForAllValues" else found


def _one_condition(real: Callable[[Statement, Readings], Formula], statement: Statement, readings: Readings) -> Formula:
    """The statement applies when one of its conditions holds."""
    if len(statement.conditions) < 2:
        return real(statement, readings)
    ways = (real(replace(statement, conditions=(one,)), readings) for one in statement.conditions)
    return any_of(ways, Label("statement", statement.name, statement.path))


CONDITIONS: tuple[Belief, ...] = (
    Belief(
        "negated-needs-key",
        "StringNotEquals and its like compare a value, so without the key the condition does not hold.",
        "A negated operator holds when the key is missing: nothing there is equal.",
        "IAM User Guide, reference_policies_elements_condition_operators",
        _HOLDS,
        _needs_key,
    ),
    Belief(
        "missing-is-false",
        'No MFA means aws:MultiFactorAuthPresent is false, so Bool with "false" catches it.',
        "With long-term keys aws:MultiFactorAuthPresent is missing, and Bool does not hold for a missing key. "
        "BoolIfExists does.",
        "IAM User Guide, reference_policies_condition-keys (aws:MultiFactorAuthPresent)",
        _HOLDS,
        _false_if_missing,
    ),
    Belief(
        "for-all-needs-value",
        "ForAllValues asks for values, so it does not hold for a request that has none.",
        'ForAllValues holds when the key is missing. Beside an Allow it needs Null with "false".',
        "IAM User Guide, reference_policies_condition-single-vs-multi-valued-context-keys",
        _HOLDS,
        _needs_value,
    ),
    Belief(
        "one-condition-is-enough",
        "Of several conditions one has to hold.",
        "All conditions of a statement must hold. Only among the values of one key is one enough.",
        "IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values",
        "iamkit.layers:statement_applies",
        _one_condition,
    ),
)
