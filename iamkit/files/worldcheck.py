"""The shape of a world file, as its JSON Schema has it, told in the kit's own words.

The schema is ``iamkit/worlds/world.schema.json``. Each of its parts carries a title, which names it, and a description,
which says what to write. The few keywords that it uses are read here: importing the jsonschema package takes 0.7 s
where Jupyter is installed. The tests hold the two against each other.
"""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from iamkit.errors import WorldError
from iamkit.files.jsonfile import child
from iamkit.policy.document import shown

Part = dict[str, Any]

# Keys that people write where AWS has none, by the title of the part: what to do instead.
INSTEAD = {
    ("a group", "boundary"): "Groups, the root user and service-linked roles take no permissions boundary: "
    "write it at each user.",
    ("a group", "groups"): "A group holds no groups: write each user's groups at the user.",
    ("a group", "users"): 'Write "groups" at each user instead.',
    ("a group", "trust"): "Only roles have a trust policy; nobody becomes a group.",
    ("a group", "tags"): "IAM groups carry no tags.",
    ("a group", "credentials"): "A group holds no credentials: write them at each user.",
    ("a user", "password"): 'Write it under "credentials".',
    ("a user", "access_keys"): 'Write them under "credentials".',
    ("a user", "mfa_devices"): 'Write them under "credentials".',
    ("a role", "credentials"): "A role holds none: whoever assumes it gets temporary credentials.",
    ("an access key", "secret"): "A secret is shown once, when the key is made; the kit keeps none.",
    ("an account", "credentials"): 'Write those of the root user under "root_credentials".',
    ("a user", "trust"): "Only roles have a trust policy; nobody becomes a user.",
    ("a user", "max_session"): "Only roles have a longest session.",
    ("a role", "groups"): "Only users are in groups.",
    ("an account", "root"): "The root user is always there; it takes no policies and no boundary. "
    'Its credentials stand under "root_credentials".',
    ("an account", "boundary"): "Boundaries stand at users and roles; SCPs limit a whole account.",
    ("an account", "trust"): "Only roles have a trust policy.",
    ("an organization", "scps"): 'Write them at "root", or at a unit below.',
    ("an organization", "rcps"): 'Write them at "root", or at a unit below.',
    ("an organization", "units"): 'Write them at "root".',
    ("an organization", "accounts"): 'Write them at "root", or at a unit below.',
}

_KINDS = {dict: "An object", list: "A list", str: "A text", bool: "true or false", int: "A number",
          float: "A number", type(None): "null"}  # fmt: skip
_WANTED = {"object": "an object", "array": "a list", "string": "a text", "boolean": "true or false",
           "integer": "a whole number"}  # fmt: skip


@cache
def schema() -> Part:
    """The JSON Schema of world files."""
    text = files("iamkit").joinpath("worlds", "world.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


def check_shape(given: Any, part: str = "", path: str = "$") -> None:
    """Check plain values against the schema, or against one part of it, such as ``resource``.

    Args:
        given: the values.
        part: the name of a definition in the schema; empty for a whole world.
        path: where the values stand, for errors.

    Raises:
        WorldError: for the first fault.

    >>> check_shape({"iamkit": 1, "accounts": {"111122223333": {"groups": {"team": {"boundary": "Ceiling"}}}}})
    Traceback (most recent call last):
    iamkit.errors.WorldError: $.accounts.111122223333.groups.team.boundary: A group has no 'boundary'. \
Groups, the root user and service-linked roles take no permissions boundary: write it at each user.
    """
    if part:
        _check(given, schema()["$defs"][part], path)
        return
    if isinstance(given, dict):
        _check_kind_of_file(given, path)
    _check(given, schema(), path)


def _check_kind_of_file(given: Part, path: str) -> None:
    if "UserDetailList" in given or "RoleDetailList" in given:
        what = "This is the output of aws iam get-account-authorization-details, not a world."
        raise WorldError(what, where=path, remedy="Read it with World.from_gaad.")
    if "Statement" in given:
        raise WorldError("This is a policy, not a world.", where=path, remedy="Read it with Policy.parse.")
    if "iamkit" in given:  # first, since a file of another format has other faults too
        _check(given["iamkit"], schema()["properties"]["iamkit"], child(path, "iamkit"))


def _resolved(part: Part) -> Part:
    return schema()["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def _check(given: Any, part: Part, path: str) -> None:
    """One value against one part of the schema, then what is inside."""
    part = _resolved(part)
    _check_kind(given, part, path)
    one_value = "const" in part or "enum" in part
    if isinstance(given, dict) and not one_value:
        _check_object(given, part, path)
    elif isinstance(given, list) and not one_value:
        _check_list(given, part, path)
    elif not _fits(given, part):
        known = f" Known: {', '.join(part['enum'])}." if "enum" in part else ""
        raise WorldError(f"{shown(given)} is not {part['title']}.", where=path, remedy=part["description"] + known)


def _check_kind(given: Any, part: Part, path: str) -> None:
    wanted = part.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    whole = not isinstance(given, float) or given.is_integer()
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "integer"}
    if wanted and not (names.get(type(given)) in wanted and whole):
        what = f"{_KINDS[type(given)]} stands where {' or '.join(_WANTED[kind] for kind in wanted)} belongs."
        raise WorldError(what, where=path, remedy=part["description"])


def _fits(given: Any, part: Part) -> bool:
    """A text or number: pattern, enum, const, minimum and maximum."""
    if isinstance(given, str) and not re.search(part.get("pattern", ""), given):
        return False
    if "enum" in part and given not in part["enum"]:
        return False
    if "const" in part and (given != part["const"] or isinstance(given, bool)):
        return False
    return not isinstance(given, int | float) or part.get("minimum", given) <= given <= part.get("maximum", given)


def _check_list(given: list[Any], part: Part, path: str) -> None:
    if len(given) < part.get("minItems", 0):
        raise WorldError(f"{_upper(part['title'])}: there is nothing.", where=path, remedy=part["description"])
    for index, item in enumerate(given):
        _check(item, part["items"], f"{path}[{index}]")
        if part.get("uniqueItems") and item in given[:index]:
            raise WorldError(f"{shown(item)} is listed twice.", where=path, remedy="List it once.")


def _check_object(given: Part, part: Part, path: str) -> None:
    if "if" in part:
        marks = {key for choice in part["if"]["anyOf"] for key in choice["required"]}
        _check(given, part["then"] if marks & given.keys() else part["else"], path)
        return
    if len(given) < part.get("minProperties", 0):
        raise WorldError(f"{_upper(part['title'])}: there is nothing.", where=path, remedy=part["description"])
    known, others = part.get("properties", {}), part.get("additionalProperties", True)
    for key in given:
        if key not in known and others is False:
            raise unknown_key(key, known, part["title"], path)
    for key in part.get("required", []):
        if key not in given:
            remedy = _resolved(known[key])["description"]
            raise WorldError(f"{_upper(part['title'])} needs {key!r}.", where=path, remedy=remedy)
    for key, value in given.items():
        if "propertyNames" in part:
            _check(key, part["propertyNames"], child(path, key))
        below = known.get(key, others)
        if isinstance(below, dict):
            _check(value, below, child(path, key))


def _upper(title: str) -> str:
    return title[0].upper() + title[1:]


def unknown_key(key: str, known: Iterable[str], title: str, where: str) -> WorldError:
    """The error for a key that a part of the file does not have, with the nearest one that it has."""
    remedy = INSTEAD.get((title, key)) or nearest(key, known)
    return WorldError(f"{_upper(title)} has no {shown(key)}.", where=child(where, key), remedy=remedy)


def nearest(wrong: str, known: Iterable[str]) -> str:
    """What was meant, or all that there is.

    >>> nearest("bondary", ["boundary", "groups"]), nearest("read", ["Read", "road"])
    ("Did you mean 'boundary'?", "Did you mean 'Read'?")
    >>> nearest("xyz", ["b", "a"])
    'There are: a, b.'
    """
    names = sorted(known)
    close = [name for name in names if name.lower() == wrong.lower()] or get_close_matches(wrong, names, 1, 0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There are: {', '.join(names[:12])}{' ...' * (len(names) > 12)}." if names else "There are none yet."
