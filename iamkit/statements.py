"""What one statement means: Action, Resource and Condition as a formula over the request.

This and `iamkit.semantics` are the only places that say what IAM means. The evaluator and the prover both read it.
"""

from functools import lru_cache

from iamkit.arn import Pattern, arn_pattern
from iamkit.formula import (
    ACTION,
    RESOURCE,
    TRUE,
    And,
    Bytes,
    Compare,
    Formula,
    InNetwork,
    Is,
    Label,
    Not,
    Or,
    Some,
    all_of,
    any_of,
    present,
)  # fmt: skip
from iamkit.policy.conditions import Condition, binary, instant, network, number
from iamkit.policy.document import Selector, Statement
from iamkit.policy.variables import LATEST, tokens
from iamkit.readings import Readings


@lru_cache(maxsize=65536)
def statement_applies(statement: Statement, readings: Readings) -> Formula:
    """The statement speaks of this request: action AND resource AND every condition.

    Source: IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values.
    """
    parts = [action_matches(statement.action)]
    if statement.resource is not None:
        # Only policies attached to an identity lack a Principal; for them AWS documents how short ARNs are filled.
        expand_short = readings.short_arns_everywhere or statement.principal is None
        parts.append(resource_matches(statement.resource, readings, expand_short))
    parts += [condition_holds(condition, statement.version, readings) for condition in statement.conditions]
    return all_of(parts, Label("statement", statement.name, statement.path))


def action_matches(selector: Selector) -> Formula:
    """Case never matters in an action (reference_policies_elements_action)."""
    choices = any_of(
        (Some(ACTION, Is(Pattern.glob(action, fold=True)), Label("value", action)) for action in selector.values),
        Label("element", "Action", selector.path),
    )
    return _unless_negated(choices, selector, "NotAction")


def resource_matches(selector: Selector, readings: Readings, expand_short: bool = True) -> Formula:
    """ARNs match field by field, and case matters (reference_policies_elements_resource).

    A variable without a value makes its entry match nothing; under NotResource the statement then covers everything.
    """
    choices = []
    for parts in selector.values:
        pattern = arn_pattern(parts, expand_short=expand_short, star_crosses_colons=readings.star_crosses_colons)
        choices.append(Some(RESOURCE, Is(pattern), Label("value", str(pattern))))
    return _unless_negated(any_of(choices, Label("element", "Resource", selector.path)), selector, "NotResource")


def _unless_negated(choices: Formula, selector: Selector, name: str) -> Formula:
    return Not(choices, Label("element", name, selector.path)) if selector.negated else choices


def condition_holds(condition: Condition, version: str, readings: Readings) -> Formula:
    """One key under one operator (reference_policies_elements_condition_operators).

    =====================  =============  ==============================
    form                   key missing    key present
    =====================  =============  ==============================
    positive               false          any value matches
    negated                true           no value matches
    … IfExists             true           as without
    Null "true"            true           false
    ForAllValues           true           every value passes
    ForAnyValue            false          some value passes
    =====================  =============  ==============================
    """
    label = Label("element", f"Condition {condition.written} {condition.key}", condition.path)
    key, operator = condition.key.lower(), condition.operator
    if operator.kind == "null":
        if condition.quantifier:  # AWS answers always true or always false (access-analyzer-reference-policy-checks).
            return Or((TRUE,), label) if condition.quantifier == "ForAllValues" else Or((), label)
        choices = {value.lower() == "true" for value in condition.values}
        exists = present(key)
        return any_of((Not(exists) if absent else exists for absent in sorted(choices)), label)
    matches = any_of(value_matches(condition, value, version, readings) for value in condition.values)
    if condition.quantifier:
        meaning = quantified(condition, key, matches, readings)
    elif operator.negated:
        meaning = Not(Some(key, matches))
    else:
        meaning = Some(key, matches)
    return any_of([Not(present(key)), meaning], label) if condition.if_exists else all_of([meaning], label)


def quantified(condition: Condition, key: str, matches: Formula, readings: Readings) -> Formula:
    """ForAllValues and ForAnyValue: for every value, for some value.

    Source: IAM User Guide, reference_policies_condition-single-vs-multi-valued-context-keys.

    An empty text counts as no value for ForAllValues.
    """
    passes: Formula = Not(matches) if condition.operator.negated else matches
    if condition.quantifier == "ForAnyValue":
        return Some(key, passes)
    if readings.for_all_values_by_table and condition.operator.name == "StringNotLike":
        return Some(key, matches)
    counts = Not(Is(Pattern.literal("")))
    return Not(Some(key, And((counts, Not(passes)))))


def value_matches(condition: Condition, text: str, version: str, readings: Readings) -> Formula:
    """One value of the request against one listed value."""
    operator = condition.operator
    if operator.kind in ("string", "arn"):
        parts = tokens(text, version=version, wildcards=operator.wildcards)
        test = (
            arn_pattern(parts, star_crosses_colons=False) if operator.kind == "arn" else Pattern(parts, operator.fold)
        )
        if operator.kind == "arn" and not test.variables and text == "*":
            test = Pattern.glob("arn:*")
    elif operator.kind == "bool":
        variables = readings.bool_takes_variables and version == LATEST
        test = Pattern(tokens(text, wildcards=False), fold=True) if variables else Pattern.literal(text, fold=True)
    elif operator.kind == "ip":
        return Is(InNetwork(network(text)), Label("value", text))
    elif operator.kind == "binary":
        return Is(Bytes(binary(text)), Label("value", text))
    else:
        bound = number(text) if operator.kind == "number" else instant(text)
        return Is(Compare(operator.kind, operator.compare, bound), Label("value", text))
    return Is(test, Label("value", text))
