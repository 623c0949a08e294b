"""Words for formulas: why a statement applies to a request or does not, and why a request is denied."""

from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, And, Formula, Not, Or, Some
from iamkit.layers import Clause
from iamkit.naming import Naming
from iamkit.request import Environment


def listed(words: list[str] | tuple[str, ...], last: str = "or") -> str:
    """Join words as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def sentence(words: str) -> str:
    """Words as a sentence: a capital in front, a full stop behind.

    >>> sentence("partitions cannot be crossed")
    'Partitions cannot be crossed.'
    """
    return words[:1].upper() + words[1:] + "."


def verb(layer: str, says: str) -> str:
    """What a layer says, in agreement with its name.

    >>> verb("SCP at Root", "allows"), verb("identity-based policies", "is silent")
    ('allows', 'are silent')
    """
    if not layer.endswith(("policies", "grants")):
        return says
    return _PLURAL.get(says, says.replace("is ", "are "))


_PLURAL = {"allows": "allow", "denies": "deny", "delegates": "delegate"}


def no_allow(action: str, silent: list[str], missing: list[str]) -> str:
    """Why a request is implicitly denied.

    Args:
        action: what was asked for.
        silent: the layers that are there and do not allow it.
        missing: the layers that are not there.

    >>> no_allow("s3:GetObject", ["permissions boundary"], ["identity-based policies"])
    'no Allow for s3:GetObject in the permissions boundary, and there are no identity-based policies'
    """
    found = [f"no Allow for {action} in the {', nor in the '.join(silent)}"] if silent else []
    found += [f"there {verb(name, 'is there').split()[0]} no {name}" for name in missing]
    return ", and ".join(found)


def why(clause: Clause, table: Environment) -> str:
    """Why the clause applies to the request, or the first element that keeps it from applying."""
    principal = clause.statement.principal
    if clause.naming is Naming.NOT and principal is not None:
        if principal.negated:
            return "NotPrincipal lists the caller"
        return f"the Principal names {listed([str(n) for n in principal.values])}, not the caller"
    parts = elements(clause.applies)
    for part in parts:
        if not holds(part, table):
            return _failure(part, table)
    conditions = [part.label.text for part in parts if part.label and part.label.text.startswith("Condition")]
    suffix = f"; met: {listed(conditions, 'and')}" if conditions else ""
    delegates = "; it names the account, which only delegates" if _delegates(clause) else ""
    return "it applies" + delegates + suffix


def _delegates(clause: Clause) -> bool:
    return clause.naming is Naming.ACCOUNT and clause.statement.effect == "Allow"


def reach(formula: Formula) -> list[Formula]:
    """The parts of a statement's formula that say which requests its layer speaks of at all."""
    return [part for part in elements(formula) if part.label is not None and part.label.kind == "reach"]


def elements(formula: Formula) -> list[Formula]:
    """The labeled elements of a statement's formula, in order."""
    if formula.label is not None and formula.label.kind in ("element", "reach"):
        return [formula]
    if isinstance(formula, And):
        return [element for part in formula.parts for element in elements(part)]
    return [formula]


def _failure(part: Formula, table: Environment) -> str:
    label, action = part.label, table[ACTION][0]
    assert label is not None, "every element of a statement has its label"
    if label.kind == "reach":
        return f"{label.text} {action}"
    written = listed(values_written(part))
    if label.text in ("Action", "Resource", "NotAction", "NotResource"):
        actual = action if "Action" in label.text else table[RESOURCE][0]
        return f"{label.text} {written} {'excludes' if label.text.startswith('Not') else 'does not match'} {actual}"
    key = label.text.split(" ", 2)[2]
    actual_values = table.get(key.lower(), ())
    found = listed([repr(v) for v in actual_values], "and") or f"no {key}"
    wanted = listed([repr(v) for v in values_written(part)])
    return f"{label.text}{f' {wanted}' if wanted else ''} does not hold: the request has {found}"


def values_written(formula: Formula) -> list[str]:
    """The listed values inside an element, as the policy writes them."""
    own = [formula.label.text] if formula.label is not None and formula.label.kind == "value" else []
    match formula:
        case And(parts) | Or(parts):
            return own + [value for part in parts for value in values_written(part)]
        case Not(part):
            return own + values_written(part)
        case Some(test=test):
            return own + values_written(test)
    return own
