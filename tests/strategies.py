"""Random policies, stacks and requests, from small alphabets so that statements often hit.

`conditions` knows every operator in every form; `questions` gives each caller only the layers that it can have.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hypothesis import strategies as st

import iamkit as ik
from iamkit.policy.conditions import OPERATORS
from tests.short import (
    ANA,
    APP,
    APP_SESSION,
    AUDITOR,
    BUCKET,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    VISITOR,
    Json,
    decision,
)

PARTNER, PARTNER_SESSION = f"arn:aws:iam::{OTHER}:role/partner", f"arn:aws:sts::{OTHER}:assumed-role/partner/today"
SERVICE = "sns.amazonaws.com"
INSIDERS = (ROOT, ANA, APP_SESSION, VISITOR)
OUTSIDERS = (MALLORY, PARTNER_SESSION)
CALLERS = (*INSIDERS, *OUTSIDERS, ik.ANONYMOUS, SERVICE)
HOLDERS = (ANA, APP_SESSION, VISITOR, MALLORY, PARTNER_SESSION)
SESSIONS = (APP_SESSION, VISITOR, PARTNER_SESSION)

# What may be asked of each resource, and the patterns that policies write for it.
ACTIONS = {
    OBJECT: ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    KEY: ("kms:Decrypt", "kms:Encrypt"),
    AUDITOR: ("sts:AssumeRole", "sts:TagSession"),
}
ACTION_GLOBS = {
    OBJECT: ("*", "s3:*", "s3:Get*", "s3:?etObject", "s3:PutObject", "S3:deleteobject"),
    KEY: ("*", "kms:*", "kms:Decrypt", "kms:?ncrypt"),
    AUDITOR: ("sts:*", "sts:Assume*", "sts:TagSession"),
}
RESOURCE_GLOBS = {
    OBJECT: ("*", f"{BUCKET}/*", OBJECT, f"{BUCKET}/${{aws:PrincipalTag/team}}*", "arn:aws:s3:::other/*"),
    KEY: ("*", KEY, "arn:aws:kms:*:*:key/*", "arn:aws:s3:::*"),
    AUDITOR: ("*", AUDITOR, f"arn:aws:iam::{OWN}:role/a*", f"arn:aws:iam::{OTHER}:role/*"),
}
NAMED = (
    "*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": ROOT}, {"AWS": ANA}, {"AWS": APP}, {"AWS": APP_SESSION}, {"AWS": VISITOR},
    {"AWS": OTHER}, {"AWS": MALLORY}, {"AWS": PARTNER}, {"AWS": [PARTNER_SESSION, ANA]}, {"Service": SERVICE},
)  # fmt: skip
SPARED = (
    {"AWS": [OWN, ANA]},
    {"AWS": [OWN, APP, APP_SESSION, VISITOR]},
    {"AWS": [OTHER, MALLORY]},
    {"Service": SERVICE},
)

# Keys of the context with the values that requests may carry; every key may also be missing.
VALUES: dict[str, tuple[Any, ...]] = {
    "aws:PrincipalTag/team": ("march", "blue", "a"),
    "aws:TagKeys": ("march", ["a", "b"], ["a"], ["blue", "march", "a"]),
    "s3:max-keys": ("5", "10", "7.5"),
    "aws:CurrentTime": ("2026-11-24T09:00:00Z", "2027-01-01T00:00:00Z"),
    "aws:SecureTransport": ("true", "false"),
    "aws:SourceIp": ("203.0.113.7", "10.1.2.3", "2001:db8::1"),
    "aws:SourceVpcArn": (f"arn:aws:ec2:eu-west-1:{OWN}:vpc/vpc-1", f"arn:aws:ec2:eu-west-1:{OTHER}:vpc/vpc-2"),
    "example:Blob": ("QmluYXJ5", "AAEC"),
}
# What conditions compare them with, by the kind of the operator.
BOUNDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "string": (
        ("aws:PrincipalTag/team", "aws:TagKeys"),
        ("march", "a", "?", "*a*", "BLUE", "${aws:PrincipalTag/team}"),
    ),
    "number": (("s3:max-keys",), ("5", "7.5", "10")),
    "date": (("aws:CurrentTime",), ("2026-11-24T09:00:00Z", "1798761600")),
    "bool": (("aws:SecureTransport",), ("true", "false")),
    "ip": (("aws:SourceIp",), ("203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32", "203.0.113.7")),
    "arn": (("aws:SourceVpcArn",), (f"arn:aws:ec2:*:{OWN}:vpc/*", "arn:aws:ec2:*:*:vpc/vpc-?")),
    "binary": (("example:Blob",), ("QmluYXJ5",)),
    "null": (tuple(VALUES), ("true", "false")),
}


def _operators() -> list[tuple[str, str]]:
    """Every operator in every form that AWS has, as written, with its kind."""
    plain = [(name, operator.kind) for name, operator in OPERATORS.items()]
    with_marks = [(name + "IfExists", kind) for name, kind in plain if kind != "null"]
    several = [(f"{q}:{name}", kind) for q in ("ForAllValues", "ForAnyValue") for name, kind in plain if kind != "null"]
    return plain + with_marks + several


OPERATORS_WRITTEN = _operators()


def _tests() -> list[tuple[str, str]]:
    return [(written, key) for written, kind in OPERATORS_WRITTEN for key in BOUNDS[kind][0]]


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    """A Condition block; two of three times empty, else with one or two tests."""
    block: Json = {}
    for written, key in draw(st.sampled_from((0, 0, 0, 0, 1, 2)).flatmap(_some_tests)):
        bounds = BOUNDS[dict(OPERATORS_WRITTEN)[written]][1]
        values = [draw(st.sampled_from(bounds)), draw(st.sampled_from(bounds))]
        block[written] = {key: values if written.endswith("e") else values[0]}
    return block


@cache
def _some_tests(count: int) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.sampled_from(_tests()), min_size=count, max_size=count)


def _either(element: str, globs: tuple[str, ...]) -> list[tuple[str, str]]:
    """The element with each pattern, and its Not form with one: seldom."""
    return [*((element, glob) for glob in globs), ("Not" + element, globs[-1])]


@st.composite
def statements(draw: st.DrawFn, resource: str, named: bool = False, effect: str | None = None) -> Json:
    """One statement about a resource.

    Args:
        draw: given by Hypothesis.
        resource: what policies are about.
        named: True for a statement with Principal (without Resource where the resource is a role).
        effect: ``Allow`` or ``Deny``; None for either, Allow more often.
    """
    trusts = named and resource == AUDITOR
    actions = _either("Action", ACTION_GLOBS[resource])
    made = dict([draw(st.sampled_from(actions[:-1] if trusts else actions))])
    made["Effect"] = effect or draw(st.sampled_from(("Allow", "Allow", "Allow", "Deny")))
    if named:
        spares = made["Effect"] == "Deny" and not trusts and draw(st.integers(0, 3)) == 0
        made["NotPrincipal" if spares else "Principal"] = draw(st.sampled_from(SPARED if spares else NAMED))
    if not trusts:
        made |= dict([draw(st.sampled_from(_either("Resource", RESOURCE_GLOBS[resource])))])
    block = draw(conditions())
    return made | ({"Condition": block} if block else {})


@cache
def documents(resource: str, named: bool = False, effect: str | None = None) -> st.SearchStrategy[Json]:
    """A policy of one or two statements."""
    several = st.lists(statements(resource, named, effect), min_size=1, max_size=2)
    return several.map(lambda made: {"Version": "2012-10-17", "Statement": made})


@cache
def rcps(resource: str) -> st.SearchStrategy[Json]:
    """An RCP: Deny only, for everybody, actions with a prefix."""
    globs = [glob for glob in ACTION_GLOBS[resource] if not glob.startswith("*")]

    def rcp(made: Json, glob: str) -> Json:
        kept = {key: value for key, value in made.items() if key != "NotAction"}
        return {"Version": "2012-10-17", "Statement": [{**kept, "Action": glob, "Principal": "*"}]}

    return st.builds(rcp, statements(resource, effect="Deny"), st.sampled_from(globs))


contexts = st.fixed_dictionaries({}, optional={key: st.sampled_from(found) for key, found in VALUES.items()})


@dataclass
class Question:
    """One request and its stack, as `tests.short.decision` takes them."""

    caller: str
    action: str
    resource: str
    context: Json
    stack: Json = field(default_factory=dict)

    def decide(self, **changes: Any) -> ik.Decision:
        """The decision, with some layers of the stack replaced; None takes a layer away."""
        found = {key: value for key, value in {**self.stack, **changes}.items() if value is not None}
        return decision(self.caller, self.action, self.resource, self.context, OWN, **found)

    def with_statement(self, layer: str, made: Json) -> ik.Decision:
        """The decision with one more statement in a layer; in a layer of one policy, as its last statement."""
        document = {"Version": "2012-10-17", "Statement": [made]}
        if layer == "identity":
            return self.decide(identity=[*self.stack.get("identity", []), document])
        old = self.stack.get(layer)
        return self.decide(**{layer: {**document, "Statement": [*(old["Statement"] if old else []), made]}})

    @property
    def effect(self) -> str:
        return self.decide().effect


EVERYTHING: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUSTED: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:*"}]}
EVERYBODY: Json = {"Version": "2012-10-17", "Statement": [{**EVERYTHING["Statement"][0], "Principal": "*"}]}


@cache
def layers(caller: str, resource: str) -> st.SearchStrategy[Json]:
    """Layers that this caller can meet at this resource; most of them may be missing."""
    about = st.one_of(documents(resource), st.just(EVERYTHING))
    levels = st.lists(st.one_of(st.just([EVERYTHING]), st.lists(about, min_size=1, max_size=2)), max_size=2)
    everybody = TRUSTED if resource == AUDITOR else EVERYBODY
    found: dict[str, st.SearchStrategy[Any]] = {
        "resource": st.one_of(st.none(), documents(resource, named=True), st.just(everybody)),
        "scps": st.one_of(st.just([]), levels),
        "rcps": st.one_of(st.just([]), st.lists(st.lists(rcps(resource), max_size=1), max_size=1)),
        "endpoint": st.sampled_from((None, EVERYBODY)),
    }
    if caller in HOLDERS:
        found |= {"identity": st.lists(about, min_size=1, max_size=2), "boundary": st.one_of(st.none(), about)}
    if caller in SESSIONS:
        found["session"] = st.one_of(st.just(EVERYTHING) if caller == VISITOR else st.none(), about)
    return st.fixed_dictionaries(found)


@st.composite
def questions(draw: st.DrawFn, callers: tuple[str, ...] = CALLERS) -> Question:
    """A request by one of these callers, for a resource of account `OWN`, and its stack."""
    caller, resource = draw(st.sampled_from(callers)), draw(st.sampled_from(sorted(ACTIONS)))
    context = draw(contexts)
    if caller not in HOLDERS:
        context.pop("aws:PrincipalTag/team", None)
    stack = {layer: policies for layer, policies in draw(layers(caller, resource)).items() if policies is not None}
    return Question(caller, draw(st.sampled_from(ACTIONS[resource])), resource, context, stack)
