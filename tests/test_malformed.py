"""Generated faults: bad policies give an error of the kit's own type that says where, what and what to do.

The mutants are invalid by construction: each generator changes a good policy in a way that AWS's grammar forbids, and
the changes that leave a policy valid are tried apart, in `test_harmless_changes_stay_valid`.
"""

import copy
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from iamkit.errors import PolicyError
from iamkit.policy.conditions import OPERATORS
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place

ROLE = "arn:aws:iam::111122223333:role/auditor"
GOOD = {
    Place.IDENTITY: {
        "Version": "2012-10-17",
        "Id": "Payroll",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:List*"],
                "Resource": ["arn:aws:s3:::payroll", "arn:aws:s3:::payroll/${aws:username}/*"],
                "Condition": {
                    "StringLike": {"s3:prefix": ["a*", "b*"]},
                    "Bool": {"aws:SecureTransport": "true"},
                },
            }
        ],
    },
    Place.RESOURCE: {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Let the auditor read",
                "Effect": "Allow",
                "Principal": {"AWS": [ROLE, "444455556666"], "Service": "sns.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::payroll/*",
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}},
            }
        ],
    },
    Place.TRUST: {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Trust", "Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": ["sts:AssumeRole"]},
        ],
    },
}
HUGE = 10**5000  # More digits than Python turns into text.
NO_TEXT = [None, 7, 1.5, True, {}, {"a": "b"}, b"text", math.nan, HUGE, object()]
BAD = {
    "text": [*NO_TEXT, [], ["a"]],
    "version": [*NO_TEXT, [], "", "2012", "2012-10-18", "1.0", ["2012-10-17"]],
    "effect": [*NO_TEXT, [], "", "allow", "DENY", "Permit", ["Allow"]],
    "action": [*NO_TEXT, [], [[]], [None], ["s3:GetObject", 7], "", "s3", "s3:", ":GetObject", "s3.GetObject",
               "s3:Get Object", "s3:GetObject;", "s3*:Get", "${aws:username}", "arn:aws:s3:::payroll"],
    "resource": [*NO_TEXT, [], [[]], [None], ["*", 7], "", "payroll", "**", "s3:::payroll", "ARN:aws:s3:::payroll",
                 "arn:aws:s3:::${", "arn:aws:s3:::${}", "arn:aws:s3:::${aws:user name}", "${aws:username}"],
    "statement": [None, 7, "x", True, [], {}, [[]], [None], ["x"], [{}], b"x"],
    "principal": [None, 7, True, [], {}, "", ROLE, "111122223333", ["*"], {"AWS": None}, {"AWS": []}, {"AWS": {}},
                  {"AWS": [[]]}, {"AWS": [None]}, {"AWS": ""}, {"AWS": "ana"}, {"AWS": "arn:aws:s3:::payroll"},
                  {"AWS": "arn:aws:iam::111122223333:group/staff"}, {"AWS": "arn:aws:iam::111122223333:user/*"},
                  {"AWS": "arn:aws:iam::1111:root"}, {"AWS": "sns.amazonaws.com"}, {"Service": "*"},
                  {"Service": "sns"}, {"Federated": "idp.example.com"}, {"CanonicalUser": "abc"}, {"User": ROLE},
                  {"aws": ROLE}, {7: ROLE}],
    "condition": [None, 7, "x", True, [], ["x"], b"x", {"StringEquals": None}, {"StringEquals": "x"},
                  {"StringEquals": []}, {"StringEquals": ["x"]}, {7: {}}, {"": {"aws:username": "ana"}},
                  {"StringEquals": {7: "x"}}, {"StringEquals": {"": "x"}}, {"StringEquals": {"aws:": "x"}},
                  {"StringEquals": {" aws:username": "x"}}, {"StringEquals": {":username": "x"}}],
    "value": [None, {}, {"a": 1}, [None], [[]], [["a"]], ["a", {}], math.nan, math.inf, [-math.inf], b"x", HUGE,
              object(), "${aws:username", ["a", "${}"]],
}  # fmt: skip
SLOTS = [
    ("text", Place.IDENTITY, ["Id"]),
    ("version", Place.IDENTITY, ["Version"]),
    ("statement", Place.IDENTITY, ["Statement"]),
    ("text", Place.TRUST, ["Statement", 0, "Sid"]),
    ("effect", Place.RESOURCE, ["Statement", 0, "Effect"]),
    ("action", Place.IDENTITY, ["Statement", 0, "Action"]),
    ("action", Place.TRUST, ["Statement", 0, "Action", 0]),
    ("resource", Place.IDENTITY, ["Statement", 0, "Resource"]),
    ("principal", Place.RESOURCE, ["Statement", 0, "Principal"]),
    ("condition", Place.IDENTITY, ["Statement", 0, "Condition"]),
    ("value", Place.IDENTITY, ["Statement", 0, "Condition", "StringLike", "s3:prefix"]),
]
BAD_VALUES = {
    "number": ["", "ten", "1,5", "0x10", "1_000", "nan", "${aws:EpochTime}", [1, "x"], True],
    "date": ["", "tomorrow", "2026-13-01", "01/02/2026", "${aws:CurrentTime}", "12:00"],
    "bool": ["", "yes", "0", 1, "truee", ["true", "maybe"], "${aws:username"],
    "binary": ["a", "not base64!", "QQ=", "ä"],
    "ip": ["", "localhost", "203.0.113", "203.0.113.0/33", "2001:db8::/129", "10.0.0.0/255.0.0.0", "*", "${aws:x}"],
    "null": ["", "yes", 1, "null", "${aws:username}"],
    "string": [None, "${aws:username"],
    "arn": [None, "arn:aws:sns:::${}"],
}

Mutant = tuple[str, Place, Any]


def put(document: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    """A copy of the document with ``value`` at ``path``."""
    changed: Any = copy.deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def wrong_types_and_values() -> Iterator[Mutant]:
    for kind, place, path in SLOTS:
        for number, value in enumerate(BAD[kind]):
            yield f"{'.'.join(map(str, path))}={kind}{number}", place, put(GOOD[place], path, value)
    for number, value in enumerate([None, 7, "", [], b"{}", {}, [GOOD[Place.IDENTITY]], object()]):
        yield f"document{number}", Place.IDENTITY, value


def dropped_keys() -> Iterator[Mutant]:
    for place, document in GOOD.items():
        required = {"Effect", "Action"}
        required |= set() if place is Place.IDENTITY else {"Principal"}
        required |= set() if place is Place.TRUST else {"Resource"}
        for key in sorted(required):
            statement = {k: v for k, v in document["Statement"][0].items() if k != key}
            yield f"{place.name}-without-{key}", place, document | {"Statement": [statement]}
        yield f"{place.name}-without-Statement", place, {k: v for k, v in document.items() if k != "Statement"}


def renamed_keys() -> Iterator[Mutant]:
    for place, document in GOOD.items():
        statement = document["Statement"][0]
        for level, rebuild in (
            (document, lambda changed: changed),
            (statement, lambda changed, document=document: document | {"Statement": [changed]}),
        ):
            for key in level:
                for wrong in (key.lower(), f"{key} ", f"{key}x", f"Not{key}x"):
                    changed = {wrong if k == key else k: v for k, v in level.items()}
                    yield f"{place.name}-{wrong!r}", place, rebuild(changed)


def retargeted_elements() -> Iterator[Mutant]:
    statement = ["Statement", 0]
    for place, element in (
        (Place.IDENTITY, "Principal"), (Place.IDENTITY, "NotPrincipal"), (Place.TRUST, "Resource"),
        (Place.TRUST, "NotResource"), (Place.IDENTITY, "NotAction"), (Place.IDENTITY, "NotResource"),
        (Place.RESOURCE, "NotPrincipal"), (Place.TRUST, "NotPrincipal"),
    ):  # fmt: skip
        value = "sts:*" if element == "NotAction" else "*"
        yield f"{place.name}-with-{element}", place, put(GOOD[place], [*statement, element], value)


def wrong_operators() -> Iterator[Mutant]:
    slot = ["Statement", 0, "Condition"]
    for name in OPERATORS:
        value = {"aws:test": "true" if name in ("Bool", "Null") else "arn:aws:s3:::x"}
        for wrong in (name.lower(), f"{name}s", f"{name}IfExist", f"ForAll:{name}", f"ForAnyValue::{name}", f" {name}"):
            yield wrong, Place.IDENTITY, put(GOOD[Place.IDENTITY], slot, {wrong: value})
    yield "NullIfExists", Place.IDENTITY, put(GOOD[Place.IDENTITY], slot, {"NullIfExists": {"aws:test": "true"}})


def wrong_values() -> Iterator[Mutant]:
    slot = ["Statement", 0, "Condition"]
    for name, operator in OPERATORS.items():
        for number, value in enumerate(BAD_VALUES[operator.kind]):
            condition = {name: {"aws:test": value}}
            yield f"{name}-value{number}", Place.IDENTITY, put(GOOD[Place.IDENTITY], slot, condition)


def broken_texts() -> Iterator[Mutant]:
    """A part of an object's text is never JSON, nor is the text less one bracket or quote."""
    for place, document in GOOD.items():
        text = json.dumps(document)
        for end in range(0, len(text), 23):
            yield f"{place.name}-cut{end}", place, text[:end]
    for place in (Place.RESOURCE, Place.TRUST):  # Their texts have brackets and quotes as JSON's signs only.
        text = json.dumps(GOOD[place])
        for at in [at for at, character in enumerate(text) if character in '{}[]"'][::4]:
            yield f"{place.name}-less{at}", place, text[:at] + text[at + 1 :]
    yield "json-nan", Place.IDENTITY, json.dumps(put(GOOD[Place.IDENTITY], ["Id"], math.nan))
    yield "json-digits", Place.IDENTITY, '{"Version": ' + "9" * 5000 + "}"
    yield "json-deep", Place.IDENTITY, "[" * 100_000


def doubled_keys() -> Iterator[Mutant]:
    for place, document in GOOD.items():
        text = json.dumps(document)
        for key in ("Version", "Statement", "Sid", "Effect", "Action", "Principal", "Resource", "Condition", "AWS"):
            if f'"{key}": ' in text:
                yield f"{place.name}-twice-{key}", place, text.replace(f'"{key}": ', f'"{key}": 1, "{key}": ', 1)


GENERATORS = (
    wrong_types_and_values, dropped_keys, renamed_keys, retargeted_elements, wrong_operators, wrong_values,
    broken_texts, doubled_keys,
)  # fmt: skip
MUTANTS = [mutant for generator in GENERATORS for mutant in generator()]


def fault(source: Any, place: Place) -> PolicyError:
    """The error that a policy gives; anything but a PolicyError, or none, fails the test."""
    with pytest.raises(PolicyError) as caught:
        check_place(Policy.parse(source, name="p"), place)
    error = caught.value
    assert error.where.startswith("$")
    assert error.what
    assert error.remedy
    assert len(str(error)) < 1000
    assert " at 0x" not in str(error)
    return error


@pytest.mark.parametrize(
    ("place", "source"), [pytest.param(*rest, id=f"{n}-{name}") for n, (name, *rest) in enumerate(MUTANTS)]
)
def test_generated_faults_are_clear_errors(place: Place, source: Any) -> None:
    error = fault(source, place)
    try:
        text = json.dumps(source, allow_nan=False)
    except (TypeError, ValueError):
        return
    if json.loads(text) == source and isinstance(source, dict):
        from_text = fault(text, place)
        assert (from_text.where, from_text.what) == (error.where, error.what)


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 150


def harmless_changes() -> Iterator[Mutant]:
    for place, document in GOOD.items():
        yield f"{place.name}-itself", place, document
        yield f"{place.name}-text", place, json.dumps(document)
        yield f"{place.name}-one-statement", place, document | {"Statement": document["Statement"][0]}
        yield f"{place.name}-no-version", place, {k: v for k, v in document.items() if k != "Version"}
        for optional in ("Sid", "Condition"):
            statement = {k: v for k, v in document["Statement"][0].items() if k != optional}
            yield f"{place.name}-without-{optional}", place, document | {"Statement": [statement]}
    slot = ["Statement", 0]
    for path, value in (
        ([*slot, "Effect"], "Deny"),
        ([*slot, "Action"], "S3:getobject"),
        ([*slot, "Action"], ["*"]),
        ([*slot, "Resource"], "*"),
        ([*slot, "Resource"], "arn:aws:s3"),
        ([*slot, "Condition"], {}),
        ([*slot, "Condition", "StringLike", "s3:prefix"], []),
        ([*slot, "Condition", "StringLike", "s3:prefix"], ["", 7, True, "$", "${*}"]),
        ([*slot, "Condition", "Bool"], {"aws:SecureTransport": False, "AWS:securetransport": "TRUE"}),
    ):
        yield f"{path[-1]}={value}", Place.IDENTITY, put(GOOD[Place.IDENTITY], path, value)


@pytest.mark.parametrize(
    ("place", "source"), [pytest.param(*rest, id=f"{n}-{name}") for n, (name, *rest) in enumerate(harmless_changes())]
)
def test_harmless_changes_stay_valid(place: Place, source: Any) -> None:
    assert check_place(Policy.parse(source), place).statements
