"""JSON in and out: what a file or a dict holds, as plain values, and text that a person likes to edit.

Every fault is a WorldError that says where it is: the file's line, or the JSON path.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from iamkit.errors import PolicyError, WorldError
from iamkit.policy.document import load_json

Source = str | Path | dict[str, Any] | list[Any]

WIDTH = 110
# A unit inside a unit takes two levels and AWS allows five units; a policy takes about seven levels.
DEEPEST = 40
# Larger numbers are not the same in every reader of JSON.
LARGEST = 2**53

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(source: Source, what: str) -> Any:
    """The plain values of a dict or list, of JSON text, or of the file at a path. What is given is copied.

    Args:
        source: a dict or list; a text that begins with ``{`` or ``[``; anything else is the path of a file.
        what: what is read, for messages, such as ``a world``.

    Raises:
        WorldError: for a file that cannot be read, for text that is no JSON, for values that JSON does not have.

    >>> read_json('{"iamkit": 1}', "a world")
    {'iamkit': 1}
    """
    if isinstance(source, dict | list):
        return plain(source)
    if not isinstance(source, str | Path):
        remedy = "Give a path, a dict or JSON text."
        raise WorldError(f"A {type(source).__name__} is not {what}.", where=what, remedy=remedy)
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        return plain(_parsed(source, "the text"))
    return plain(_parsed(read_text(Path(source), what), Path(source).name))


def read_text(path: Path, what: str) -> str:
    """The text of a file.

    Raises:
        WorldError: if it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = "Check the path; JSON text begins with {."
        raise WorldError("There is no such file.", where=str(path), remedy=remedy) from None
    except UnicodeDecodeError:
        raise WorldError("The file is not UTF-8 text.", where=str(path), remedy="Save it as UTF-8.") from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise WorldError(f"The file cannot be read: {reason}.", where=str(path)[:200],
                         remedy=f"Give the path of {what}.") from None  # fmt: skip


def _parsed(text: str, name: str) -> Any:
    try:
        return load_json(text)
    except PolicyError as fault:
        raise WorldError(fault.what, where=name + fault.where.removeprefix("$"), remedy=fault.remedy) from None


def plain(value: Any, path: str = "$", depth: int = 0) -> Any:
    """A copy of ``value``, if JSON can hold it."""
    if depth > DEEPEST:
        raise WorldError(f"This is nested more than {DEEPEST} levels deep.", where="$", remedy="Take levels out.")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                kind = type(key).__name__
                raise WorldError(f"A key is of type {kind}, not a text.", where=path, remedy="Put keys in quotes.")
        return {plain(key, path): plain(below, child(path, key), depth + 1) for key, below in value.items()}
    if isinstance(value, list):
        return [plain(below, f"{path}[{index}]", depth + 1) for index, below in enumerate(value)]
    if isinstance(value, str) and not _SURROGATE.search(value):
        return value
    if value is None or isinstance(value, bool) or (isinstance(value, int | float) and -LARGEST <= value <= LARGEST):
        return value
    if isinstance(value, datetime):  # as the AWS SDK gives dates
        return value.isoformat()
    odd = {str: "Half of a surrogate pair", int: "A number of so many digits", float: "A number without an end"}
    what = odd.get(type(value), f"A {type(value).__name__}")
    raise WorldError(f"{what} is no JSON value.", where=path, remedy="Write a text, number, list or object.")


def child(path: str, key: str) -> str:
    """The JSON path one key further down.

    >>> child("$.users", "ana"), child("$.resources", "arn:aws:s3:::payroll")
    ('$.users.ana', '$.resources["arn:aws:s3:::payroll"]')
    """
    if re.fullmatch(r"[\w-]+", key, re.ASCII):
        return f"{path}.{key}"
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


@contextmanager
def at(path: str) -> Iterator[None]:
    """Tell the faults of the world's own classes by their JSON path."""
    try:
        yield
    except WorldError as fault:
        raise WorldError(fault.what, where=path, remedy=fault.remedy) from None


def written(value: Any, indent: int = 0, taken: int = 0) -> str:
    """JSON text in which what fits stands on one line.

    Args:
        value: plain values.
        indent: spaces before the line that it begins on.
        taken: what stands on that line already, or follows it.

    >>> written({"Effect": "Allow", "Action": ["s3:Get*"]})
    '{"Effect": "Allow", "Action": ["s3:Get*"]}'
    """
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(flat) + indent + taken <= WIDTH:
        return flat
    if isinstance(value, list) and len(value) == 1:
        return f"[{written(value[0], indent, taken + 2)}]"
    start, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    if isinstance(value, dict):
        named = [(json.dumps(key, ensure_ascii=False) + ": ", below) for key, below in value.items()]
    else:
        named = [("", below) for below in value]
    pad = " " * (indent + 2)
    lines = [f"{pad}{name}{written(below, indent + 2, len(name) + 1)}" for name, below in named]
    return "\n".join([start, ",\n".join(lines), " " * indent + end])
