"""Evaluate and prove agree: on whole stacks, and on whole worlds.

An allowed request means that the question it answers is no Proof. A Witness is allowed when it is decided afresh. A
Proof's certificate checks.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings, strategies as st

import iamkit as ik
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE
from iamkit.identity.principals import Caller
from iamkit.layers import Target
from iamkit.prove.certificate import certify, check
from iamkit.prove.settle import settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Facts, caller_facts
from iamkit.semantics import ruling
from tests.short import ANA, APP, APP_SESSION, AUDITOR, BUCKET, KEY, MALLORY, OBJECT, OTHER, OWN, ROOT, trust
from tests.strategies import (
    ACTIONS,
    EVERYBODY,
    EVERYTHING,
    PARTNER,
    SERVICE,
    VALUES,
    Question,
    documents,
    questions,
    rcps,
)

SEEN: Counter[str] = Counter()
ALWAYS_THERE = {"aws:SecureTransport": "true", "aws:CurrentTime": "2026-11-24T09:00:00Z"}
"""Keys of every real request (reference_policies_condition-keys, "Availability"); a `Question` may lack them."""


def open_question(question: Question) -> tuple[Any, Facts]:
    """The formula of the question's stack, and what is known; action, resource and context are left open."""
    caller = Caller.parse(question.caller)
    target = Target.of(question.resource, OWN)
    facts = caller_facts(caller) | Facts({"aws:resourceaccount": (OWN,)})
    return ruling(caller, target, ik.Policies(**question.stack)).allowed, facts


@given(questions())
@settings(max_examples=1000)
def test_a_stack_is_read_alike_for_one_request_and_for_all(question: Question) -> None:
    question.context = ALWAYS_THERE | question.context
    formula, facts = open_question(question)
    asked = facts | Facts({ACTION: (question.action,), RESOURCE: (question.resource,)})
    left = settled(formula, asked)
    try:
        table = solve(left)
    except Undecided:
        SEEN["unknown"] += 1
        return
    SEEN["yes" if table is not None else "no"] += 1
    if table is not None:
        question.context = {key: list(found) for key, found in table.items() if asked.of(key) is None}
        assert question.decide().allowed
    else:
        assert not question.decide().allowed
        certificate = certify(left)
        assert certificate is not None and check(left, certificate)


@given(questions())
def test_a_request_found_with_action_and_resource_open_is_a_request(question: Question) -> None:
    question.context = ALWAYS_THERE | question.context
    formula, facts = open_question(question)
    try:
        table = solve(settled(formula, facts))
    except Undecided:
        return
    if table is None:
        assert not question.decide().allowed
    else:
        known = {key: found for key, found in facts.values.items() if found}
        assert holds(formula, {ACTION: ("s3:GetObject",), RESOURCE: ("*",)} | known | table)


def test_every_answer_was_met() -> None:
    assert min(SEEN["yes"], SEEN["no"]) > 200
    assert SEEN["unknown"] <= 1  # where action and resource are fixed, a tie leaves a variable few values


@dataclass
class Random:
    """A random world, and what to ask of it."""

    world: ik.World
    principals: tuple[Any, ...]


VPCE = "vpce-0a1b2c3d"
OPEN_TRUST = trust({"AWS": [OWN, OTHER]})


@st.composite
def worlds(draw: st.DrawFn) -> Random:
    """Two accounts, one of them in an organization, with a bucket, a key, roles, an endpoint; most of it optional."""

    def some(strategy: st.SearchStrategy[Any], otherwise: Any = None) -> Any:
        return draw(st.one_of(st.just(otherwise), strategy))

    world = ik.World()
    own, other = world.account(OWN, "own"), world.account(OTHER, "other")
    tags = st.sampled_from(({}, {"team": "march"}, {"team": "blue"}))
    about = [st.just(EVERYTHING), *map(documents, sorted(ACTIONS))]
    for account, user, role in ((own, "ana", "app"), (other, "mallory", "partner")):
        account.policy("limit", draw(st.one_of(about)))
        held = draw(st.lists(st.one_of(about), max_size=2))
        account.user(user, policies=held, boundary=some(st.just("limit")), tags=draw(tags))
        account.role(role, policies=[draw(st.one_of(about))], trust=OPEN_TRUST, boundary=some(st.just("limit")))
    own.role("auditor", trust=draw(st.one_of(st.just(OPEN_TRUST), documents(AUDITOR, True))), tags=draw(tags))
    own.resource(BUCKET, policy=some(documents(OBJECT, True)), tags=draw(tags))
    own.resource(KEY, policy=some(documents(KEY, True), EVERYBODY), tags=draw(tags))
    if draw(st.booleans()):
        scps = [[EVERYTHING, draw(documents(OBJECT, False, "Deny"))], [draw(st.one_of(about))]]
        world.organize("o-example", management=OTHER, scps=draw(st.sampled_from(scps)),
                       rcps=draw(st.lists(rcps(OBJECT), max_size=1)), accounts=[OWN])  # fmt: skip
    if draw(st.booleans()):
        own.endpoint(VPCE, draw(st.one_of(st.just(EVERYBODY), documents(OBJECT, True))))
    session = ik.Session(APP, "night", policy=draw(st.one_of(st.none(), *about)), tags=draw(tags))
    return Random(world, (ROOT, ANA, APP, APP_SESSION, session, MALLORY, PARTNER, SERVICE, ik.ANONYMOUS))


PATTERNS = (
    ("s3:*", f"{BUCKET}/*"), ("s3:GetObject", OBJECT), ("*", f"{BUCKET}*"), ("s3:?etObject", "*"), ("*", "*"),
    ("kms:*", KEY), ("kms:Decrypt", "arn:aws:kms:*"), ("*crypt", "*"),
    ("sts:*", AUDITOR), ("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*"), ("sts:*", "arn:*"),
)  # fmt: skip
REQUESTS = [(action, resource) for resource, actions in ACTIONS.items() for action in actions]
CHOSEN = {key: st.sampled_from(found) for key, found in VALUES.items() if key != "aws:PrincipalTag/team"}
contexts_of_requests = st.fixed_dictionaries(
    {}, optional=CHOSEN | {"aws:SourceVpce": st.sampled_from((VPCE, "vpce-99999999"))}
).map(lambda context: ALWAYS_THERE | context)


def covers(pattern: str, text: str, fold: bool = False) -> bool:
    """An independent reading of the patterns of a question."""
    regex = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch(regex, text, re.IGNORECASE if fold else 0) is not None


@given(worlds(), st.data())
@settings(max_examples=200)
def test_what_one_request_shows_no_proof_denies(found: Random, data: st.DataObject) -> None:
    world, contexts = found.world, data.draw(st.lists(contexts_of_requests, min_size=3, max_size=3))
    for principal in data.draw(st.permutations(found.principals))[:3]:
        action, resource = data.draw(st.sampled_from(PATTERNS))
        answer = world.can(principal, action, resource)
        inside = [(a, r) for a, r in REQUESTS if covers(action, a, fold=True) and covers(resource, r)]
        allowed = [(a, r, c) for a, r in inside for c in contexts if world.decide(principal, a, r, c).allowed]
        SEEN[f"world {type(answer).__name__}"] += 1
        SEEN["requests"] += len(inside) * len(contexts)
        assert not (allowed and isinstance(answer, ik.Proof)), (principal, allowed, answer)
        if isinstance(answer, ik.Witness):
            request = answer.request
            assert covers(action, request.action, fold=True) and covers(resource, request.resource)
            assert world.decide(principal, request.action, request.resource, request.context).allowed
        if isinstance(answer, ik.Proof):
            assert answer.check()


@given(worlds(), st.data())
@settings(max_examples=100)
def test_who_can_is_can_for_everybody(found: Random, data: st.DataObject) -> None:
    world, (action, resource) = found.world, data.draw(st.sampled_from(PATTERNS))
    context = data.draw(contexts_of_requests)
    answers = world.who_can(action, resource)
    everybody = {identity.arn for identity in (*world.users(), *world.roles())}
    assert set(answers.by_principal) == everybody | {account.root for account in world.accounts.values()}
    for principal, answer in answers.by_principal.items():
        assert type(answer) is type(world.can(principal, action, resource))
        inside = [(a, r) for a, r in REQUESTS if covers(action, a, fold=True) and covers(resource, r)]
        if any(world.decide(principal, a, r, context).allowed for a, r in inside):
            assert principal in (*answers.who, *answers.unknown)


@given(worlds(), st.data())
@settings(max_examples=100)
def test_where_narrows_the_question(found: Random, data: st.DataObject) -> None:
    world, (action, resource) = found.world, data.draw(st.sampled_from(PATTERNS))
    principal = data.draw(st.sampled_from(found.principals))
    key = data.draw(st.sampled_from(["aws:SecureTransport", "aws:SourceIp", "s3:max-keys", "aws:TagKeys"]))
    value = data.draw(st.sampled_from([None, VALUES[key][0]]))
    if key == "aws:SecureTransport" and value is None:
        value = "false"  # it is there in every request
    narrow, wide = world.can(principal, action, resource, {key: value}), world.can(principal, action, resource)
    if isinstance(narrow, ik.Witness):
        given_value = {k.lower(): v for k, v in narrow.request.context.items()}.get(key.lower())
        assert given_value is None if value is None else (value if isinstance(value, str) else value[0]) in given_value
        assert not isinstance(wide, ik.Proof)
    if isinstance(wide, ik.Proof):
        assert not isinstance(narrow, ik.Witness)


def test_worlds_gave_every_answer() -> None:
    assert min(SEEN["world Witness"], SEEN["world Proof"]) > 100
    assert SEEN["world Unknown"] <= 3
    assert SEEN["requests"] > 2000
