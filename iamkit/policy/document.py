"""Policy documents: JSON in, typed statements out, and every fault with its JSON path.

Source: IAM User Guide, reference_policies_grammar.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from iamkit.arn import Part
from iamkit.errors import PolicyError
from iamkit.policy.conditions import Condition, as_text, check_values, read_operator
from iamkit.policy.principals import Form, Named, read_principal
from iamkit.policy.variables import LATEST, tokens

VERSIONS = ("2008-10-17", LATEST)
_STATEMENT_KEYS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_PRINCIPAL_KEYS = ("AWS", "Service", "Federated", "CanonicalUser")
# Some AWS managed policies have stray spaces around an action's name; IAM stores them, and so does the kit.
_ACTION = re.compile(r"\*|(\*|[A-Za-z0-9-]+): *[A-Za-z0-9*?_-]+ *")


@dataclass(frozen=True, slots=True)
class Selector:
    """An element with its ``Not`` form: ``Action`` or ``NotAction``, and so on.

    Args:
        negated: True for the ``Not`` form.
        values: the listed texts (or principals).
        path: the JSON path of the element.
    """

    negated: bool
    values: tuple[Any, ...]
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement, as typed elements. Elements that the document lacks are None.

    Args:
        effect: ``Allow`` or ``Deny``.
        sid: the statement ID, or empty.
        principal, action, resource: selectors; ``resource`` values are token tuples.
        conditions: one entry for each operator and key.
        version: the document's Version, which decides on variables.
        path: the JSON path, such as ``$.Statement[0]``.
    """

    effect: str
    sid: str
    principal: Selector | None
    action: Selector
    resource: Selector | None
    conditions: tuple[Condition, ...]
    version: str
    path: str

    @property
    def name(self) -> str:
        """The Sid, or the place in the document."""
        return self.sid or self.path.removeprefix("$.")


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A parsed policy document.

    >>> policy = Policy.parse({"Version": "2012-10-17", "Statement": {
    ...     "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}, name="Read")
    >>> policy
    <Policy 'Read': 1 statement>
    >>> Policy.parse('{"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}')
    Traceback (most recent call last):
    iamkit.errors.PolicyError: $.Statement[0].Effect: 'allow' is not an effect. Write 'Allow' or 'Deny'; case matters.
    """

    name: str
    version: str
    id: str
    statements: tuple[Statement, ...]
    document: dict[str, Any] = field(repr=False)

    @classmethod
    def parse(cls, source: "dict[str, Any] | str | Policy", name: str = "") -> "Policy":
        """Read a policy from a dict or JSON text; a Policy is returned as it is.

        Args:
            source: the document.
            name: what traces call it.

        Raises:
            PolicyError: with the JSON path of the first fault.
        """
        if isinstance(source, Policy):
            return source
        document = load_json(source) if isinstance(source, str) else source
        if not isinstance(document, dict):
            raise PolicyError(
                "A policy is a JSON object.",
                where="$",
                remedy='Begin with {"Version": "2012-10-17", "Statement": [...]}.',
            )
        known_keys(document, ("Version", "Id", "Statement"), "$")
        version = document.get("Version", VERSIONS[0])
        if version not in VERSIONS:
            raise PolicyError(
                f"{shown(version)} is not a policy language version.",
                where="$.Version",
                remedy="Write '2012-10-17'.",
            )
        identifier = _text(document.get("Id", ""), "$.Id")
        if "Statement" not in document:
            raise PolicyError(
                "The policy has no Statement.",
                where="$",
                remedy="Add a Statement with Effect, Action and Resource.",
            )
        statements = tuple(
            _statement(raw, version, path) for path, raw in _listed(document["Statement"], "$.Statement")
        )
        _check_sids(statements)
        return cls(name or identifier or "policy", version, identifier, statements, document)

    def __repr__(self) -> str:
        count = len(self.statements)
        return f"<Policy {self.name!r}: {count} statement{'' if count == 1 else 's'}>"

    def to_json(self) -> str:
        """The document as indented JSON text."""
        return json.dumps(self.document, indent=2)


def load_json(text: str) -> Any:
    """JSON text as Python values; a key that stands twice in one object is a fault, since AWS rejects it.

    Raises:
        PolicyError: with line and column of a syntax fault, or the repeated key.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise PolicyError(
                    f"The key {shown(key)} stands twice in one object.",
                    where="$",
                    remedy="Merge the two; AWS rejects repeated keys.",
                )
            found[key] = value
        return found

    def no_number(name: str) -> Any:
        raise PolicyError(f"{name} is not JSON.", where="$", remedy="Write a finite number.")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except PolicyError:
        raise
    except json.JSONDecodeError as fault:
        place = f"$ (line {fault.lineno}, column {fault.colno})"
        raise PolicyError(
            f"This is not JSON: {fault.msg}.",
            where=place,
            remedy="Look for a missing comma, quote or bracket just before.",
        ) from None
    except RecursionError:
        raise PolicyError(
            "The JSON is nested too deeply.", where="$", remedy="A policy needs about five levels."
        ) from None
    except ValueError:  # Python limits the digits of an integer.
        raise PolicyError("A number has too many digits.", where="$", remedy="Write a shorter number.") from None


def shown(value: Any) -> str:
    """A value for an error message, cut to 80 characters; only its type if it is no JSON."""
    try:
        text = repr(value) if isinstance(value, str) else json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = f"a Python {type(value).__name__}"
    return text if len(text) <= 80 else text[:77] + "..."


def known_keys(given: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    """Raise PolicyError for the first key that is not ``known``, with the nearest one that is."""
    for key in given:
        if key not in known:
            text = key[:60] if isinstance(key, str) else ""
            close = [name for name in known if name.lower() == text.lower()] or get_close_matches(text, known, 1)
            remedy = f"Did you mean {close[0]!r}? Case matters." if close else f"Known here: {', '.join(known)}."
            raise PolicyError(f"{shown(key)} is not a policy element.", where=f"{where}.{text}", remedy=remedy)


def _listed(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The items of a list with their paths; a single value may drop its brackets."""
    if isinstance(value, list | tuple):
        if not value:
            raise PolicyError("The list is empty.", where=where, remedy="Give at least one entry.")
        yield from ((f"{where}[{index}]", item) for index, item in enumerate(value))
    else:
        yield where, value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise PolicyError(
            f"{shown(value)} is not a text.",
            where=where,
            remedy="Write a text in double quotes.",
        )
    return value


def _statement(raw: Any, version: str, path: str) -> Statement:
    if not isinstance(raw, dict):
        raise PolicyError(
            "A statement is a JSON object.",
            where=path,
            remedy='Write {"Effect": ..., "Action": ..., "Resource": ...}.',
        )
    known_keys(raw, _STATEMENT_KEYS, path)
    effect = raw.get("Effect")
    if effect not in ("Allow", "Deny"):
        what = f"{shown(effect)} is not an effect." if "Effect" in raw else "The statement has no Effect."
        raise PolicyError(what, where=f"{path}.Effect", remedy="Write 'Allow' or 'Deny'; case matters.")
    action = _either(raw, "Action", path, _action)
    if action is None:
        raise PolicyError(
            "The statement has neither Action nor NotAction.",
            where=path,
            remedy="Add the actions it speaks of.",
        )

    def resource(value: Any, where: str) -> tuple[Part, ...]:
        return _resource(value, where, version)

    return Statement(
        effect,
        _text(raw.get("Sid", ""), f"{path}.Sid"),
        _principals(raw, path),
        action,
        _either(raw, "Resource", path, resource),
        tuple(_conditions(raw.get("Condition", {}), version, f"{path}.Condition")),
        version,
        path,
    )


def _either(raw: dict[str, Any], element: str, path: str, read: Any) -> Selector | None:
    """``Action`` or ``NotAction``, never both."""
    present = [key for key in (element, f"Not{element}") if key in raw]
    if len(present) == 2:
        raise PolicyError(
            f"{element} and Not{element} stand together.",
            where=f"{path}.Not{element}",
            remedy="Keep one of them.",
        )
    if not present:
        return None
    where = f"{path}.{present[0]}"
    return Selector(
        present[0] != element,
        tuple(read(item, place) for place, item in _listed(raw[present[0]], where)),
        where,
    )


def _action(value: Any, where: str) -> str:
    text = _text(value, where)
    if not _ACTION.fullmatch(text):
        remedy = "Write service:Name, such as s3:GetObject, s3:Get* or *."
        raise PolicyError(f"{text!r} is not an action.", where=where, remedy=remedy)
    return text


def _resource(value: Any, where: str, version: str) -> tuple[Part, ...]:
    text = _text(value, where)
    if text != "*" and not text.startswith("arn:"):
        raise PolicyError(
            f"{text!r} is not a resource.",
            where=where,
            remedy="Write * or an ARN, such as arn:aws:s3:::payroll/*.",
        )
    return tokens(text, version=version, where=where)


def _principals(raw: dict[str, Any], path: str) -> Selector | None:
    def read(value: Any, where: str) -> tuple[Named, ...]:
        if value == "*":
            return (Named(Form.ANYONE, "*"),)
        if not isinstance(value, dict) or not value:
            remedy = 'Write "*", or an object such as {"AWS": "arn:aws:iam::111122223333:role/auditor"}.'
            raise PolicyError(f"{shown(value)} is not a principal.", where=where, remedy=remedy)
        known_keys(value, _PRINCIPAL_KEYS, where)
        return tuple(
            read_principal(kind, _text(item, place), place)
            for kind, listed in value.items()
            for place, item in _listed(listed, f"{where}.{kind}")
        )

    for element in ("Principal", "NotPrincipal"):
        if isinstance(raw.get(element), list | tuple):
            raise PolicyError(
                f"{element} is a list.",
                where=f"{path}.{element}",
                remedy='Write {"AWS": [...]} around the list.',
            )
    selector = _either(raw, "Principal", path, read)
    return selector and Selector(selector.negated, selector.values[0], selector.path)


def _conditions(raw: Any, version: str, path: str) -> Iterator[Condition]:
    if not isinstance(raw, dict):
        raise PolicyError(
            "Condition is a JSON object.",
            where=path,
            remedy='Write {"StringEquals": {"aws:username": "ana"}}.',
        )
    for written, keys in raw.items():
        where = f"{path}.{written}"
        quantifier, operator, if_exists = read_operator(written, where)
        if not isinstance(keys, dict):
            raise PolicyError(
                f"{written} needs keys.",
                where=where,
                remedy=f'Write {{"{written}": {{"aws:username": "ana"}}}}.',
            )
        for key, listed in keys.items():
            _check_key(key, where)
            place = f"{where}.{key}"
            # An empty list is accepted: AWS stores it, and no value matches it.
            items = [(spot, _value(item, spot)) for spot, item in (_listed(listed, place) if listed != [] else ())]
            for spot, value in items:
                check_values(operator, [value], spot)
                if operator.takes_variables or operator.kind == "bool":
                    tokens(value, version=version, where=spot)
            yield Condition(operator, key, tuple(value for _, value in items), quantifier, if_exists, place)


def _check_key(key: Any, where: str) -> None:
    """A condition key. One without a prefix is accepted, since AWS stores it; no request ever has it."""
    if not isinstance(key, str) or not re.fullmatch(r"[^:\s]+(:\S(.*\S)?)?", key):
        raise PolicyError(
            f"{shown(key)} is not a condition key.",
            where=f"{where}.{key}" if isinstance(key, str) else where,
            remedy="Write prefix:name, such as aws:SourceIp.",
        )


def _value(value: Any, where: str) -> str:
    """A condition value: text, number or Boolean, as text."""
    text = as_text(value)
    if text is not None:
        return text
    raise PolicyError(
        f"{shown(value)} cannot be a condition value.",
        where=where,
        remedy="Write a text, a finite number or true/false.",
    )


def _check_sids(statements: tuple[Statement, ...]) -> None:
    seen: dict[str, str] = {}
    for statement in statements:
        if statement.sid and statement.sid in seen:
            raise PolicyError(
                f"The Sid {statement.sid!r} is used twice.",
                where=f"{statement.path}.Sid",
                remedy=f"Rename it; {seen[statement.sid]} has it.",
            )
        seen[statement.sid] = statement.path
