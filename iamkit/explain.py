"""Words for formulas: why a statement applies to a request or does not."""

from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, And, Formula, Label, Not, Or, Some
from iamkit.naming import Naming
from iamkit.request import Environment
from iamkit.semantics import Clause


def listed(words: list[str] | tuple[str, ...], last: str = "or") -> str:
    """Join words as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def why(clause: Clause, table: Environment) -> str:
    """Why the clause applies to the request, or the first element that keeps it from applying."""
    principal = clause.statement.principal
    if clause.naming is Naming.NOT and principal is not None:
        spared = (
            "NotPrincipal lists the caller"
            if principal.negated
            else f"the Principal names {listed([str(n) for n in principal.values])}, not the caller"
        )
        return spared
    formula = clause.applies
    parts = _elements(formula)
    for part in parts:
        if not holds(part, table):
            return _failure(part, table)
    conditions = [part.label.text for part in parts if part.label and part.label.text.startswith("Condition")]
    suffix = f"; met: {listed(conditions, 'and')}" if conditions else ""
    delegates = "; it names the account, which only delegates" if clause.naming is Naming.ACCOUNT else ""
    return "it applies" + delegates + suffix


def _elements(formula: Formula) -> list[Formula]:
    """The labeled elements of a statement's formula, in order."""
    if formula.label is not None and formula.label.kind == "element":
        return [formula]
    if isinstance(formula, And):
        return [element for part in formula.parts for element in _elements(part)]
    return [formula]


def _failure(part: Formula, table: Environment) -> str:
    label = part.label or Label("element", "a rule of the layer")
    key = _key(part)
    if label.text in ("Action", "Resource", "NotAction", "NotResource"):
        actual = table[ACTION if "Action" in label.text else RESOURCE][0]
        written = listed(_values(part))
        return f"{label.text} {written} {'excludes' if label.text.startswith('Not') else 'does not match'} {actual}"
    if key is None:
        return f"{label.text} does not hold"
    actual_values = table.get(key, ())
    found = (
        f"the request has {listed([repr(v) for v in actual_values], 'and')}"
        if actual_values
        else f"the request has no {key}"
    )
    wanted = listed([repr(v) for v in _values(part)])
    return f"{label.text}{f' {wanted}' if wanted else ''} does not hold: {found}"


def _key(formula: Formula) -> str | None:
    match formula:
        case Some(key):
            return key
        case And(parts) | Or(parts):
            return next(filter(None, map(_key, parts)), None)
        case Not(part):
            return _key(part)
    return None


def _values(formula: Formula) -> list[str]:
    """The listed values inside an element, as the policy writes them."""
    own = [formula.label.text] if formula.label is not None and formula.label.kind == "value" else []
    match formula:
        case And(parts) | Or(parts):
            return own + [value for part in parts for value in _values(part)]
        case Not(part):
            return own + _values(part)
        case Some(test=test):
            return own + _values(test)
    return own
