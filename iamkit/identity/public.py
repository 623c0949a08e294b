"""What S3 calls public, and the four switches of Block Public Access.

Source: S3 User Guide, access-control-block-public-access.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from iamkit.errors import WorldError
from iamkit.policy.conditions import Condition, network
from iamkit.policy.document import Policy, Statement
from iamkit.policy.principals import Form

SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

# A condition that pins one of these to fixed values makes a statement non-public.
_PINNING = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths",
        "aws:principalservicename", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
        "aws:sourceaccount", "aws:userid", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
    }
)  # fmt: skip


def read_switches(given: Mapping[str, Any] | bool, where: str) -> dict[str, bool]:
    """The four switches: a dict of those that are on or off, or True for all four.

    Raises:
        WorldError: for an unknown switch or a value that is neither true nor false.

    >>> read_switches({"IgnorePublicAcls": True}, "")["RestrictPublicBuckets"]
    False
    """
    if isinstance(given, bool):
        return dict.fromkeys(SWITCHES, given)
    if not isinstance(given, Mapping):
        raise WorldError(f"{given!r} is not Block Public Access.", where=where, remedy="Write true, or an object.")
    for name, value in given.items():
        if name not in SWITCHES or not isinstance(value, bool):
            what = f"Block Public Access has no {name!r}: {value!r}."
            raise WorldError(what, where=where, remedy=f"Write true or false for {', '.join(SWITCHES)}.")
    return {name: given.get(name, False) for name in SWITCHES}


def is_public_policy(policy: Policy) -> bool:
    """S3's own test of a bucket policy: public unless every Allow is bound to fixed values.

    It reads the text of the policy; it does not ask what a request could do.

    >>> everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    >>> is_public_policy(Policy.parse({"Statement": everyone}))
    True
    """
    return any(_is_public(statement) for statement in policy.statements if statement.effect == "Allow")


def _is_public(statement: Statement) -> bool:
    named = statement.principal
    if named is None or all(principal.form is not Form.ANYONE for principal in named.values):
        return False
    return not any(map(_pins, statement.conditions))


def _pins(condition: Condition) -> bool:
    """The condition holds only for fixed values, and not for a request that lacks the key."""
    weak = condition.if_exists or condition.operator.negated or condition.quantifier == "ForAllValues"
    key = condition.key.lower()
    if weak or not condition.values:
        return False
    if key == "aws:sourceip" and condition.operator.kind == "ip":
        return all(map(_is_narrow, condition.values))
    texts = condition.operator.kind in ("string", "arn")
    return texts and key in _PINNING and all(_is_fixed(key, value) for value in condition.values)


def _is_fixed(key: str, value: str) -> bool:
    if key == "aws:userid":
        value = re.sub(r"^(AROA\w+:)\*$", r"\1", value)
    if key == "s3:dataaccesspointarn":
        value = re.sub(r"^(arn:[\w-]+:s3:[\w-]*:\d{12}:accesspoint/).*", r"\1", value)
    return not re.search(r"[*?]|\$\{", value)


def _is_narrow(value: str) -> bool:
    """Not broader than /8 (IPv4) or /32 (IPv6). The private ranges, which the page exempts, are never broader."""
    block = network(value)
    return block.prefixlen >= (8 if block.version == 4 else 32)


@lru_cache(maxsize=4096)
def restriction(bucket: str, owner: str) -> Policy:
    """What RestrictPublicBuckets does to a bucket with a public policy: it shuts out everybody but AWS services and the
    owner's account. Written as a Deny, so that it reads like any other policy."""
    outsiders = {
        "StringNotEquals": {"aws:PrincipalAccount": owner},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    statement = {
        "Sid": "RestrictPublicBuckets",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": outsiders,
    }
    return Policy.parse({"Version": "2012-10-17", "Statement": statement}, name="Block Public Access")
