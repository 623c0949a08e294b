"""The shape of a world file: what its JSON Schema finds, told in the kit's own words.

The schema is ``iamkit/worlds/world.schema.json``. Each of its parts carries a title, which names it, and a description,
which says what to write.
"""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from iamkit.errors import WorldError
from iamkit.jsonfile import child

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

# Keys that people write where AWS has none, by the title of the part: what to do instead.
INSTEAD = {
    ("a group", "boundary"): "Groups, the root user and service-linked roles take no permissions boundary: "
    "write it at each user.",
    ("a group", "groups"): "A group holds no groups: write each user's groups at the user.",
    ("a group", "users"): "Write \"groups\" at each user instead.",
    ("a group", "trust"): "Only roles have a trust policy; nobody becomes a group.",
    ("a group", "tags"): "IAM groups carry no tags.",
    ("a user", "trust"): "Only roles have a trust policy; nobody becomes a user.",
    ("a user", "max_session"): "Only roles have a longest session.",
    ("a role", "groups"): "Only users are in groups.",
    ("an account", "root"): "The root user is always there; it takes no policies and no boundary.",
    ("an account", "boundary"): "Boundaries stand at users and roles; SCPs limit a whole account.",
    ("an account", "trust"): "Only roles have a trust policy.",
    ("an organization", "scps"): "Write them at \"root\", or at a unit below.",
    ("an organization", "rcps"): "Write them at \"root\", or at a unit below.",
    ("an organization", "units"): "Write them at \"root\".",
    ("an organization", "accounts"): "Write them at \"root\", or at a unit below.",
}  # fmt: skip

_KINDS = {dict: "An object", list: "A list", str: "A text", bool: "true or false", int: "A number",
          float: "A number", type(None): "null"}  # fmt: skip
_WANTED = {"object": "an object", "array": "a list", "string": "a text", "boolean": "true or false",
           "integer": "a whole number"}  # fmt: skip


@cache
def _validator(part: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    text = files("iamkit").joinpath("worlds", "world.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    return Draft202012Validator(schema if not part else {"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"})


def check_shape(given: Any, part: str = "", path: str = "$") -> None:
    """Check plain values against the schema, or against one part of it, such as ``resource``.

    Args:
        given: the values.
        part: the name of a definition in the schema; empty for a whole world.
        path: where the values stand, for errors.

    Raises:
        WorldError: for the first fault, in the order of JSON paths.

    >>> check_shape({"iamkit": 1, "accounts": {"111122223333": {"groups": {"team": {"boundary": "Ceiling"}}}}})
    Traceback (most recent call last):
    iamkit.errors.WorldError: $.accounts.111122223333.groups.team.boundary: A group has no 'boundary'. \
Groups, the root user and service-linked roles take no permissions boundary: write it at each user.
    """
    if not part:
        _check_kind_of_file(given)
    faults = list(_validator(part).iter_errors(given))
    if faults:
        raise _told(min(faults, key=_order), path)


def _check_kind_of_file(given: Any) -> None:
    if not isinstance(given, dict):
        return
    if "UserDetailList" in given or "RoleDetailList" in given:
        raise WorldError(
            "This is the output of aws iam get-account-authorization-details, not a world.",
            where="$",
            remedy="Read it with World.from_gaad.",
        )
    if "Statement" in given:
        raise WorldError("This is a policy, not a world.", where="$", remedy="Read it with Policy.parse.")


def _order(fault: "ValidationError") -> tuple[bool, list[str], str, str]:
    """The format first, since a file of another format has other faults too."""
    path = [str(step) for step in fault.absolute_path]
    return path != ["iamkit"], path, str(fault.validator), fault.message


def _told(fault: "ValidationError", where: str) -> WorldError:
    for step in fault.absolute_path:
        where = child(where, step) if isinstance(step, str) else f"{where}[{step}]"
    part: dict[str, Any] = dict(fault.schema) if isinstance(fault.schema, dict) else {}
    given: Any = fault.instance
    remedy = part["description"]
    if fault.validator == "additionalProperties":
        return unknown_key(min(set(given) - set(part["properties"])), part["properties"], part["title"], where)
    if fault.validator == "required":
        missing = next(key for key in part["required"] if key not in given)
        return WorldError(f"{_upper(part['title'])} needs {missing!r}.", where=where,
                          remedy=_described(part["properties"][missing]))  # fmt: skip
    if fault.validator == "type":
        wanted = [part["type"]] if isinstance(part["type"], str) else part["type"]
        what = f"{_KINDS[type(given)]} stands where {' or '.join(_WANTED[kind] for kind in wanted)} belongs."
        return WorldError(what, where=where, remedy=remedy)
    if fault.validator == "uniqueItems":
        twice = next(item for item in given if given.count(item) > 1)
        return WorldError(f"{twice!r} is listed twice.", where=where, remedy="List it once.")
    if fault.validator in ("minProperties", "minItems"):
        return WorldError(f"{_upper(part['title'])}: there is nothing.", where=where, remedy=remedy)
    if fault.validator == "pattern" and "propertyNames" in list(fault.absolute_schema_path):
        where = child(where, given)
    known = f" Known: {', '.join(part['enum'])}." if "enum" in part else ""
    return WorldError(f"{_shown(given)} is not {part['title']}.", where=where, remedy=remedy + known)


def _described(part: dict[str, Any]) -> str:
    name = part.get("$ref", "").rpartition("/")[2]
    schema: Any = _validator("").schema
    return (schema["$defs"][name] if name else part)["description"]


def _upper(title: str) -> str:
    return title[0].upper() + title[1:]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def unknown_key(key: str, known: Iterable[str], title: str, where: str) -> WorldError:
    """The error for a key that a part of the file does not have, with the nearest one that it has."""
    remedy = INSTEAD.get((title, key)) or nearest(key, known)
    return WorldError(f"{_upper(title)} has no {key!r}.", where=child(where, key), remedy=remedy)


def nearest(wrong: str, known: Iterable[str]) -> str:
    """What was meant, or all that there is.

    >>> nearest("bondary", ["boundary", "groups"]), nearest("xyz", ["b", "a"])
    ("Did you mean 'boundary'?", 'There are: a, b.')
    """
    names = sorted(known)
    close = [name for name in names if name.lower() == wrong.lower()] or get_close_matches(wrong, names, 1, 0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There are: {', '.join(names[:12])}{' ...' * (len(names) > 12)}." if names else "There are none yet."
