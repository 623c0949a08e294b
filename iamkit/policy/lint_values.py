"""Lint of the values in a condition."""

import ipaddress
import re
from collections.abc import Iterator

from iamkit.arn import Wild
from iamkit.policy.conditions import Condition, network
from iamkit.policy.findings import Finding, finding
from iamkit.policy.variables import LATEST, tokens

_ARN_KEYS = ("aws:principalarn", "aws:sourcearn", "aws:ec2instancesourcearn", "lambda:sourcefunctionarn")
_PRIVATE = tuple(map(network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_ROLE = re.compile(r"arn:[^:*?]+:iam::[^:*?]+:role/[^*?$]+")


def lint_values(condition: Condition, version: str) -> Iterator[Finding]:
    """Findings about the listed values of one condition."""
    if not condition.values:
        yield finding(
            "empty-values",
            condition.path,
            f"The list is empty, so the condition {_empty_means(condition)}.",
            "Give values, or use Null to ask whether the key is there.",
        )
    kind = condition.operator.kind
    if kind in ("bool", "null") and {"true", "false"} <= {value.lower() for value in condition.values}:
        yield finding(
            "both-booleans",
            condition.path,
            "true and false stand together, so the value makes no difference.",
            "Keep one of them.",
        )
    for index, value in enumerate(condition.values):
        where = f"{condition.path}[{index}]" if len(condition.values) > 1 else condition.path
        if kind in ("string", "arn"):
            yield from _wildcards(condition, value, version, where)
            if condition.key.lower() == "aws:principalarn":
                yield from _principal_arn(value, where)
        elif kind == "ip":
            yield from _address(condition, value, where)
        elif kind == "bool" and version == LATEST and "${" in value:
            yield finding(
                "variable-in-bool",
                where,
                f"{value!r} is compared as text: one page lets Bool take variables, two others do not.",
                "Write true or false.",
            )


def _empty_means(condition: Condition) -> str:
    """What a condition without values comes to, given that no value matches."""
    operator, sets = condition.operator, condition.quantifier
    if operator.kind == "null" and sets != "ForAllValues":
        return "never holds"
    if operator.kind == "null" or (operator.negated and sets != "ForAnyValue"):
        return "always holds"
    if operator.negated:
        return "always holds" if condition.if_exists else "holds whenever the key is there"
    missing = condition.if_exists or sets == "ForAllValues"
    return "holds only when the key is missing" if missing else "never holds"


def _wildcards(condition: Condition, value: str, version: str, where: str) -> Iterator[Finding]:
    operator = condition.operator
    wild = any(isinstance(part, Wild) for part in tokens(value, version=version))
    if not wild:
        return
    if operator.kind == "string" and not operator.wildcards:
        arn = value.startswith("arn:")
        instead = f"Arn{'Not' * operator.negated}Like" if arn else f"String{'Not' * operator.negated}Like"
        yield finding(
            "literal-wildcard-in-arn" if arn else "literal-wildcard",
            where,
            f"{operator.name} compares the * or ? in {value!r} literally.",
            f"Write {instead}, or ${{*}} and ${{?}} if the characters are meant.",
        )
    if operator.name in ("ArnEquals", "ArnNotEquals"):
        yield finding(
            "arn-equals-is-like",
            where,
            f"{operator.name} reads the * or ? in {value!r} as a wildcard.",
            f"Write {operator.name.replace('Equals', 'Like')}, which does the same and says so.",
        )
    if operator.kind == "string" and operator.wildcards and condition.key.lower() in _ARN_KEYS and value != "*":
        yield finding(
            "string-like-on-arn",
            where,
            f"The wildcards in {value!r} also match colons, and so other fields of the ARN.",
            f"Write {operator.name.replace('String', 'Arn')}.",
        )


def _principal_arn(value: str, where: str) -> Iterator[Finding]:
    if ":assumed-role/" in value:
        yield finding(
            "session-arn-in-principal-arn",
            where,
            "No request has this value: for a role session aws:PrincipalArn is the ARN of the role.",
            "Write arn:aws:iam::ACCOUNT:role/PATH/NAME; for one session test aws:userid.",
        )
    elif value.endswith(":root"):
        yield finding(
            "root-in-principal-arn",
            where,
            f"{value} is the root user alone here, not the account as in a Principal.",
            "Test aws:PrincipalAccount if the account is meant.",
        )
    elif _ROLE.fullmatch(value):
        yield finding(
            "role-in-principal-arn",
            where,
            f"{value} is every session of that role, path included, and of any role created anew under that name.",
            "Leave it if that is meant; for one session test aws:userid.",
        )


def _address(condition: Condition, value: str, where: str) -> Iterator[Finding]:
    listed = network(value)
    if condition.key.lower() == "aws:sourceip" and any(
        listed.version == private.version and listed.subnet_of(private)  # type: ignore[arg-type]
        for private in _PRIVATE
    ):
        yield finding(
            "private-source-ip",
            where,
            f"aws:SourceIp is never a private address such as {value}.",
            "Write public addresses, or test aws:VpcSourceIp together with aws:SourceVpc.",
        )
    if ipaddress.ip_interface(value).ip != listed.network_address:
        yield finding(
            "ip-host-bits",
            where,
            f"{value} means all of {listed}: the bits after the prefix are ignored.",
            f"Write {listed}, or {value.partition('/')[0]} for one address.",
        )
