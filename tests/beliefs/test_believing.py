"""A belief is one replaced rule, for the length of a block: what each changes, and that nothing stays behind.

The first effect of each example is AWS's, from the page that the belief names; the second is what the belief's words
say.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

import iamkit as ik
from iamkit import layers
from iamkit.beliefs import BELIEFS, Belief, believing, part
from iamkit.errors import IamkitError
from iamkit.statements import statement_applies
from tests.short import (
    ALLOWED,
    ANA,
    APP_SESSION,
    AUDITOR,
    EXPLICIT,
    IMPLICIT,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    VISITOR,
    allow,
    deny,
    effect,
    trust,
)

READ = "s3:GetObject"
STRANGER = "arn:aws:iam::777788889999:user/stranger"
OFFICE, PARTNER = f"arn:aws:iam::{OWN}:saml-provider/office", f"arn:aws:iam::{OWN}:saml-provider/partner"
SAML, ASSUME = "sts:AssumeRoleWithSAML", "sts:AssumeRole"
NO_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
ENDPOINT = {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
TAGS = {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": "team"}}
TWO = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


@dataclass(frozen=True)
class Example:
    """One request against one stack; what AWS answers, and what the belief does."""

    belief: str
    aws: str
    believed: str
    principal: str = ANA
    action: str = READ
    resource: str = OBJECT
    stack: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)

    def effect(self) -> str:
        return effect(self.principal, self.action, self.resource, self.context, OWN, **self.stack)


def becomes(principal: str, trusted: Any, own: bool = True, action: str = ASSUME, when: Any = None) -> dict[str, Any]:
    """Somebody asks to become the auditor."""
    stack: dict[str, Any] = {"resource": trust(trusted, action, when)} if trusted else {}
    stack |= {"identity": [allow(ASSUME)]} if own else {}
    return {"principal": principal, "action": action, "resource": AUDITOR, "stack": stack}


EXAMPLES = (
    Example("person-is-user", IMPLICIT, ALLOWED, f"arn:aws:sts::{OWN}:assumed-role/app/ana",
            stack={"resource": allow(READ, to=ANA)}),
    Example("root-is-root-user", ALLOWED, IMPLICIT, **becomes(MALLORY, f"arn:aws:iam::{OTHER}:root")),
    Example("root-is-root-user", ALLOWED, ALLOWED, **becomes(MALLORY, OTHER)),
    Example("root-is-root-user", ALLOWED, ALLOWED, ROOT, stack={"resource": allow(READ, to=ROOT)}),
    Example("account-is-everybody", IMPLICIT, ALLOWED, **becomes(ANA, OWN, own=False)),
    Example("account-is-everybody", IMPLICIT, ALLOWED, stack={"resource": allow(READ, to=ROOT)}),
    Example("external-id-is-password", IMPLICIT, ALLOWED, context={"sts:ExternalId": "acme-42"},
            **becomes(STRANGER, OTHER, when={"StringEquals": {"sts:ExternalId": "acme-42"}})),
    Example("external-id-is-password", IMPLICIT, IMPLICIT, context={"sts:ExternalId": "guess"},
            **becomes(STRANGER, OTHER, when={"StringEquals": {"sts:ExternalId": "acme-42"}})),
    Example("any-provider-will-do", IMPLICIT, ALLOWED,
            **becomes(PARTNER, {"Federated": OFFICE}, own=False, action=SAML)),
    Example("token-opens-assume-role", IMPLICIT, ALLOWED, **becomes(OFFICE, {"Federated": OFFICE}, own=False)),
    Example("trust-not-needed", IMPLICIT, ALLOWED, **becomes(ANA, {"Service": "ec2.amazonaws.com"})),
    Example("one-side-across", IMPLICIT, ALLOWED, MALLORY, stack={"resource": allow(READ, to=MALLORY)}),
    Example("one-side-across", IMPLICIT, ALLOWED, MALLORY, stack={"identity": [allow(READ)]}),
    Example("own-allow-always", ALLOWED, IMPLICIT, stack={"resource": allow(READ, to=ANA)}),
    Example("allow-beats-deny", EXPLICIT, ALLOWED, stack={"identity": [allow(READ)], "resource": deny(READ, to="*")}),
    Example("allow-beats-deny", EXPLICIT, EXPLICIT, stack={"resource": deny(READ, to="*")}),
    Example("silence-is-explicit", IMPLICIT, EXPLICIT, stack={"identity": [allow("s3:PutObject")]}),
    Example("boundary-grants", IMPLICIT, ALLOWED, stack={"boundary": allow(READ)}),
    Example("boundary-limits-all", ALLOWED, IMPLICIT,
            stack={"resource": allow(READ, to=ANA), "boundary": allow("s3:PutObject")}),
    Example("session-policy-grants", IMPLICIT, ALLOWED, APP_SESSION, stack={"session": allow(READ)}),
    Example("scp-grants", IMPLICIT, ALLOWED, stack={"scps": [[allow()], [allow(READ)]]}),
    Example("scp-grants", IMPLICIT, IMPLICIT, stack={"scps": [[allow()], [allow("ec2:*")]]}),
    Example("one-scp-level", IMPLICIT, ALLOWED, stack={"identity": [allow()], "scps": [[allow()], [allow("ec2:*")]]}),
    Example("session-token-needs-allow", ALLOWED, IMPLICIT, action="sts:GetSessionToken", resource="*"),
    Example("federation-token-is-user", IMPLICIT, ALLOWED, VISITOR, stack={"identity": [allow(READ)]}),
    Example("negated-needs-key", ALLOWED, IMPLICIT, stack={"identity": [allow(READ, when=ENDPOINT)]}),
    Example("negated-needs-key", EXPLICIT, ALLOWED, stack={"identity": [allow(READ), deny(READ, when=ENDPOINT)]}),
    Example("missing-is-false", ALLOWED, EXPLICIT, stack={"identity": [allow(READ), deny(when=NO_MFA)]}),
    Example("for-all-needs-value", ALLOWED, IMPLICIT, stack={"identity": [allow(READ, when=TAGS)]}),
    Example("one-condition-is-enough", IMPLICIT, ALLOWED, stack={"identity": [allow(READ, when=TWO)]},
            context={"aws:SourceIp": "203.0.113.7"}),
    Example("one-condition-is-enough", IMPLICIT, IMPLICIT, stack={"identity": [allow(READ, when=TWO)]},
            context={"aws:SourceIp": "198.51.100.7"}),
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{n} {one.belief}" for n, one in enumerate(EXAMPLES)])
def test_a_belief_answers_as_its_words_say_and_aws_as_its_page_says(example: Example) -> None:
    assert example.effect() == example.aws
    with believing(BELIEFS[example.belief]):
        assert example.effect() == example.believed
    assert example.effect() == example.aws


def both(belief: str, decide: Any) -> tuple[str, str]:
    with believing(BELIEFS[belief]):
        believed = decide().effect
    return decide().effect, believed


def acme() -> tuple[ik.World, ik.Account]:
    world = ik.World()
    return world, world.account(OWN, "acme")


def test_a_group_that_asks() -> None:
    """id_groups: a group is no principal; aws:PrincipalArn is that of the user (condition-keys)."""
    world, account = acme()
    group = account.group("staff")
    named = {"ArnEquals": {"aws:PrincipalArn": group.arn}}
    ana = account.user("ana", groups=["staff"], policies=[allow(READ, when=named)])
    assert both("group-asks", lambda: world.decide(ana, READ, OBJECT)) == (IMPLICIT, ALLOWED)


def test_a_role_that_adds_to_the_user() -> None:
    """id_roles_use_switch-role-console: the permissions are not cumulative."""
    world, account = acme()
    account.user("ana", policies=[allow(READ)])
    role = account.role("auditor", trust=trust(OWN))
    for name, believed in (("ana", ALLOWED), ("bo", IMPLICIT)):
        session = ik.Session(role.arn, name)
        assert both("wearer-keeps-own", lambda s=session: world.decide(s, READ, OBJECT)) == (IMPLICIT, believed)


def test_a_role_made_again() -> None:
    """reference_policies_elements_principal: the policy keeps the unique ID of the role that is gone."""

    def again() -> ik.Decision:
        world, account = acme()
        role = account.role("auditor", trust=trust(OWN))
        account.resource("arn:aws:s3:::payroll", policy=allow(READ, to=role.arn))
        world.delete(role)
        return world.decide(account.role("auditor", trust=trust(OWN)), READ, OBJECT)

    assert both("same-name-same-role", again) == (IMPLICIT, ALLOWED)


def test_credentials_of_get_session_token_that_call_iam() -> None:
    """id_credentials_sts-comparison: IAM only with MFA."""
    world, account = acme()
    ana = account.user("ana", policies=[allow("iam:*")])
    without = ik.Session(ana.arn, operation="GetSessionToken", keys={"aws:MultiFactorAuthPresent": "false"})
    assert both("session-token-is-user", lambda: world.decide(without, "iam:GetUser", ana.arn)) == (IMPLICIT, ALLOWED)


def chained(seconds: int, longest: int) -> Any:
    """What STS answers to a role session that asks for another role."""
    world, account = acme()
    first = account.role("first", trust=trust(OWN), policies=[allow(ASSUME)])
    second = account.role("second", trust=trust(OWN), max_session=longest)
    return ik.Sts(world, ik.Clock(0)).assume_role(ik.Session(first.arn, "ana"), second, "ana", duration=seconds)


def test_a_chained_session_that_asks_for_more_than_an_hour() -> None:
    """AssumeRole, DurationSeconds: with role chaining more than an hour fails."""
    assert chained(3600, 43_200).expires == 3600
    assert not chained(7200, 43_200)
    with believing(BELIEFS["chaining-is-cut"]):
        assert chained(7200, 43_200).expires == 3600
        assert not chained(7200, 3600)
    with believing(BELIEFS["chaining-is-free"]):
        assert chained(7200, 43_200).expires == 7200
        assert not chained(7200, 3600)


def test_a_key_that_takes_its_sessions_along() -> None:
    """id_credentials_temp_control-access_disable-perms names no such thing; see the reading of the same name."""
    from iamkit.credentials.events import deactivate

    world, account = acme()
    ana = account.user("ana", policies=[allow(READ)])
    key = ana.holdings.add_access_key()
    day = ik.Timeline(world, 0).then(60, deactivate(key))
    token = day.sts(30).get_session_token(key)
    assert isinstance(token, ik.Credentials)
    assert day.sts(90).call(token, READ, OBJECT)
    with believing(BELIEFS["key-ends-sessions"]):
        assert day.sts(30).call(token, READ, OBJECT)
        assert not day.sts(90).call(token, READ, OBJECT)


# Nothing stays behind


def everything() -> list[str]:
    return [example.effect() for example in EXAMPLES]


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=list(BELIEFS))
def test_after_the_block_everything_is_as_before(belief: Belief) -> None:
    holder, name = belief.place
    before, rule, memory = everything(), vars(holder)[name], layers.statement_applies
    known = statement_applies.cache_info()
    with believing(belief):
        assert vars(holder)[name] is not rule
        everything()
    assert statement_applies.cache_info() == known
    assert vars(holder)[name] is rule
    assert layers.statement_applies is memory is statement_applies
    assert everything() == before


def test_an_error_inside_the_block_leaves_nothing_behind() -> None:
    belief = BELIEFS["one-condition-is-enough"]
    with pytest.raises(ZeroDivisionError), believing(belief):
        _ = 1 / 0
    assert layers.statement_applies is statement_applies


def test_beliefs_can_be_held_inside_each_other() -> None:
    both_deny = {"identity": [allow(READ, when=ENDPOINT)], "boundary": deny("ec2:*")}
    with believing(BELIEFS["negated-needs-key"]):
        assert effect(ANA, READ, OBJECT, **both_deny) == IMPLICIT
        with believing(BELIEFS["boundary-grants"]):
            assert effect(ANA, READ, OBJECT, identity=[allow(READ, when=ENDPOINT)], boundary=allow(READ)) == ALLOWED
        assert effect(ANA, READ, OBJECT, **both_deny) == IMPLICIT
    assert effect(ANA, READ, OBJECT, identity=[allow(READ, when=ENDPOINT)]) == ALLOWED


def test_no_belief_is_aws_itself() -> None:
    with believing(None):
        assert layers.statement_applies is statement_applies


def test_no_part_of_the_kit_loads_the_beliefs() -> None:
    script = (
        "import sys, iamkit, iamkit.world, iamkit.prove.ask, iamkit.credentials.sts, iamkit.widgets;"
        "print(any(name.startswith('iamkit.beliefs') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


# What a belief is made of


def test_every_belief_has_words_a_rule_and_a_page() -> None:
    assert len({belief.says for belief in BELIEFS.values()}) == len(BELIEFS)
    for name, belief in BELIEFS.items():
        assert belief.name == name
        assert belief.says.endswith(".") and belief.rule.endswith(".")
        assert "Guide, " in belief.source or "Reference, " in belief.source


def test_every_belief_has_an_example() -> None:
    by_hand = {"group-asks", "wearer-keeps-own", "same-name-same-role", "session-token-is-user", "chaining-is-cut",
               "chaining-is-free", "key-ends-sessions"}  # fmt: skip
    assert {example.belief for example in EXAMPLES} | by_hand == set(BELIEFS)


def test_an_unknown_belief_is_told_with_the_nearest_one() -> None:
    with pytest.raises(IamkitError, match="boundary-grants"):
        part("boundary-grant")
