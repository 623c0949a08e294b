"""Random whole stacks of policies, the same for the same seed, and the requests that a tiny alphabet allows."""

import random
from typing import Any

from iamkit.arn import Pattern
from iamkit.formula import ACTION, RESOURCE, Formula, Is, Not, Some, all_of, any_of
from iamkit.identity.principals import Caller
from iamkit.layers import Target
from iamkit.policies import Policies
from iamkit.prove.realistic import elementary_tests
from iamkit.request import Facts, caller_facts
from iamkit.semantics import ruling
from tests.prove.exhaustive import Everything
from tests.short import ANA, APP_SESSION, AUDITOR, BUCKET, KEY, MALLORY, OBJECT, OWN, ROOT, VISITOR
from tests.strategies import BOUNDS, EVERYBODY, EVERYTHING, HOLDERS, NAMED, OPERATORS_WRITTEN, PARTNER_SESSION, SPARED

VPC = [f"arn:aws:ec2:eu-west-1:{OWN}:vpc/vpc-1", "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-2"]
KEYS: dict[str, list[tuple[str, ...]]] = {
    "aws:principaltag/team": [(), ("a",), ("blue",), ("march",)],
    "aws:tagkeys": [(), ("a",), ("blue",), ("march",), ("a", "b"), ("blue", "march"), ("a", "blue", "march")],
    "s3:max-keys": [(), ("4",), ("5",), ("6",), ("7.5",), ("8",), ("10",), ("11",), ("many",)],
    "aws:currenttime": [("2026-11-24T08:00:00Z",), ("2026-11-24T09:00:00Z",), ("2026-12-24T09:00:00Z",),
                        ("2027-01-01T00:00:00Z",), ("2028-01-01T00:00:00Z",)],
    "aws:securetransport": [("true",), ("false",)],
    "aws:sourceip": [(), ("203.0.113.7",), ("203.0.113.8",), ("10.1.2.3",), ("2001:db8::1",), ("9.9.9.9",)],
    "aws:sourcevpcarn": [(), *((arn,) for arn in VPC)],
    "example:blob": [(), ("QmluYXJ5",), ("AAEC",)],
}  # fmt: skip
"""What a request may carry. AWS sends aws:CurrentTime and aws:SecureTransport always."""

ACTIONS = {
    BUCKET: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    KEY: ["kms:Decrypt", "kms:Encrypt"],
    AUDITOR: ["sts:AssumeRole", "sts:TagSession"],
}
GLOBS = {
    BUCKET: ["*", "s3:*", "s3:Get*", "s3:?etObject", "s3:PutObject", "S3:deleteobject"],
    KEY: ["*", "kms:*", "kms:Decrypt", "kms:?ncrypt"],
    AUDITOR: ["sts:*", "sts:Assume*", "sts:TagSession"],
}
RESOURCES = {BUCKET: [OBJECT, f"{BUCKET}/a", f"{BUCKET}/blue/a"], KEY: [KEY], AUDITOR: [AUDITOR]}
RESOURCE_GLOBS = {
    BUCKET: ["*", f"{BUCKET}/*", OBJECT, f"{BUCKET}/${{aws:PrincipalTag/team}}*", f"{BUCKET}/${{aws:TagKeys}}",
             f"{BUCKET}/?", f"{BUCKET}/${{aws:PrincipalTag/team, 'a'}}"],
    KEY: ["*", KEY, "arn:aws:kms:*:*:key/*", "arn:aws:s3:::*"],
    AUDITOR: ["*", AUDITOR, f"arn:aws:iam::{OWN}:role/a*"],
}  # fmt: skip
CALLERS = [ROOT, ANA, ANA, APP_SESSION, VISITOR, MALLORY, PARTNER_SESSION, "anonymous", "sns.amazonaws.com"]
TESTS = [(written, key, kind) for written, kind in OPERATORS_WRITTEN for key in BOUNDS[kind][0]]


class Chance:
    """Chooses a caller, a resource and a stack."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.thing = self.rng.choice([BUCKET, BUCKET, KEY, AUDITOR])
        self.caller = self.rng.choice(CALLERS)

    def some(self, listed: list, most: int = 2) -> list:
        return self.rng.sample(listed, min(len(listed), self.rng.randint(1, most)))

    def one_in(self, number: int) -> bool:
        return self.rng.randrange(number) == 0

    def conditions(self) -> dict[str, Any]:
        block: dict[str, Any] = {}
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            written, key, kind = self.rng.choice(TESTS)
            values = self.some(list(BOUNDS[kind][1]), 1 if kind == "null" else 2)
            block.setdefault(written, {})[key] = values
        return block

    def statement(self, named: bool = False, effect: str = "") -> dict[str, Any]:
        trusts = named and self.thing == AUDITOR
        made: dict[str, Any] = {"Effect": effect or self.rng.choice(["Allow", "Allow", "Deny"])}
        made["NotAction" if self.one_in(6) and not trusts else "Action"] = self.some(GLOBS[self.thing])
        if not trusts:
            made["NotResource" if self.one_in(6) else "Resource"] = self.some(RESOURCE_GLOBS[self.thing])
        if named and made["Effect"] == "Deny" and self.one_in(5) and not trusts:
            made["NotPrincipal"] = self.rng.choice(SPARED)
        elif named:
            made["Principal"] = self.rng.choice(NAMED)
        block = self.conditions()
        return made | ({"Condition": block} if block else {})

    def policy(self, named: bool = False) -> dict[str, Any]:
        several = [self.statement(named) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return {"Version": "2012-10-17", "Statement": several}

    def limit(self) -> dict[str, Any]:
        return EVERYTHING if self.one_in(2) else self.policy()

    def stack(self) -> Policies:
        holds = self.caller in HOLDERS
        layers: dict[str, Any] = {"scps": [[self.limit()] for _ in range(self.rng.choice([0, 0, 1, 2]))]}
        if not self.one_in(3):
            layers["resource"] = self.policy(named=True)
        if self.one_in(5):
            layers["endpoint"] = EVERYBODY if self.thing == AUDITOR else self.policy(named=True)
        if holds:
            layers["identity"] = [self.limit() for _ in range(self.rng.choice([1, 1, 2]))]
            layers["boundary"] = self.limit() if self.one_in(3) and self.caller != VISITOR else ()
        if self.caller in (APP_SESSION, PARTNER_SESSION, VISITOR) and (self.one_in(2) or self.caller == VISITOR):
            layers["session"] = self.limit()
        return Policies(**layers)

    def question(self) -> tuple[Formula, Facts]:
        caller, owner = Caller.parse(self.caller), OWN
        found = ruling(caller, Target.of(self.thing, owner), self.stack())
        wanted = found.denied if self.one_in(8) else Not(found.allowed) if self.one_in(6) else found.allowed
        return all_of([wanted, *self._small()]), caller_facts(caller)

    def _small(self) -> list[Formula]:
        """Only actions and resources of the alphabet are asked about."""
        texts = {ACTION: ACTIONS[self.thing], RESOURCE: RESOURCES[self.thing]}
        return [Some(key, any_of(Is(Pattern.literal(text)) for text in found)) for key, found in texts.items()]


def alphabet(chance: Chance, formula: Formula, facts: Facts) -> Everything:
    """The requests that tell, for the keys that the formula speaks of."""
    keys = sorted(set(elementary_tests(formula)) - {ACTION, RESOURCE})
    values: dict[str, Any] = {ACTION: [(action,) for action in ACTIONS[chance.thing]]}
    values[RESOURCE] = [(resource,) for resource in RESOURCES[chance.thing]]
    for key in keys:
        known = facts.of(key)
        values[key] = KEYS.get(key, [()]) if known is None else [known]
    return Everything(values)
