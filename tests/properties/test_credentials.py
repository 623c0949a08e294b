"""Credentials: no session outlives its limits, no chain gains by being long, no session policy grants, and the prover
says of a session what the evaluator says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st

import iamkit as ik
from iamkit.credentials.clock import Clock
from iamkit.credentials.limits import mfa_key
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.identity.holdings import AccessKey
from iamkit.identity.principals import ROLE_OPERATIONS
from tests.properties.test_worlds import context_of, pinned
from tests.prove.worlds import world_of
from tests.short import ANA, APP_SESSION, AUDITOR, OBJECT, OTHER, OWN, VISITOR, allow, deny, trust
from tests.strategies import EVERYTHING, PARTNER_SESSION, Question, documents, questions

NINE = "2026-11-24T09:00:00Z"
SEEN: Counter[str] = Counter()
LONGEST = {"GetSessionToken": 129_600, "GetFederationToken": 129_600, "AssumeRoot": 900}

# A company to walk through: users of two accounts, a root user, three roles that may trust anybody.

ROLES = tuple(f"arn:aws:iam::{OWN}:role/{name}" for name in "abc")
MALLORY = f"arn:aws:iam::{OTHER}:user/mallory"
TRUSTED: tuple[Any, ...] = (OWN, OTHER, ANA, MALLORY, *ROLES, *[{"AWS": [ANA, *ROLES]}] * 5)
CONDITIONS: tuple[Any, ...] = (
    None, None, None,
    {"StringEquals": {"sts:ExternalId": "acme"}},
    {"StringLike": {"sts:RoleSessionName": "${aws:username}*"}},
    {"StringEquals": {"sts:RoleSessionName": "deploy"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
)  # fmt: skip
OWN_POLICIES = (
    allow("sts:*"),
    allow(),
    allow("sts:AssumeRole", list(ROLES[:2])),
    allow("s3:GetObject"),
    deny("sts:*", ROLES[0]),
)


@st.composite
def companies(draw: st.DrawFn) -> ik.World:
    """A world in which some chains are open."""
    world = ik.World(readings=ik.Readings(session_token_counts_as_chaining=draw(st.booleans())))
    own, other = world.account(OWN), world.account(OTHER)
    some = st.lists(st.sampled_from(OWN_POLICIES), min_size=1, max_size=2)
    own.user("ana", policies=draw(some)).holdings.add_access_key()
    other.user("mallory", policies=draw(some)).holdings.add_access_key()
    own.root_holdings.add_access_key()
    for name in "abc":
        trusted = trust(draw(st.sampled_from(TRUSTED)), "sts:*", draw(st.sampled_from(CONDITIONS)))
        longest = draw(st.sampled_from((3600, 7200, 43_200)))
        own.role(name, trust=trusted, policies=draw(some), max_session=longest)
    return world


def keys_of(world: ik.World) -> list[AccessKey]:
    held = [user.holdings for user in world.users()] + [world.accounts[OWN].root_holdings]
    return [key for holdings in held for key in holdings.access_keys]


@given(companies(), st.data())
def test_no_session_outlives_its_limits(world: ik.World, data: st.DataObject) -> None:
    sts = Sts(world, Clock(NINE))
    holders: list[AccessKey | Credentials] = list(keys_of(world))
    for _ in range(5):
        by, asked = data.draw(st.sampled_from(holders)), data.draw(durations)
        answer = data.draw(st.sampled_from(calls(sts, by, asked)))()
        if isinstance(answer, Credentials):
            holders.append(answer)
            SEEN[f"issued by {answer.operation}"] += 1
            check_limits(sts, by, answer, asked)
        sts.clock.forward(data.draw(st.sampled_from((0, 60, 3599))))


durations = st.sampled_from((None, 900, 3600, 3601, 7200, 43_200, 129_600))


def calls(sts: Sts, by: AccessKey | Credentials, asked: int | None) -> list[Any]:
    """What a holder may try; each is called without arguments."""
    more: dict[str, Any] = {"duration": asked, "context": {"aws:SourceIp": "203.0.113.7"}}

    def assume(role: str) -> Any:
        return lambda: sts.assume_role(by, role, "deploy", external_id="acme", **more)

    return [
        *(assume(role) for role in ROLES),
        lambda: sts.get_session_token(by, duration=asked),
        lambda: sts.get_federation_token(by, "visitor", duration=asked, policy=allow()),
    ]


def check_limits(sts: Sts, by: AccessKey | Credentials, got: Credentials, asked: int | None) -> None:
    """The published limits, written out once more (id_credentials_sts-comparison; id_roles, "Role chaining")."""
    is_root = isinstance(by, AccessKey) and by.owner.endswith(":root")
    most = LONGEST.get(got.operation, 0) or sts.world.identity(got.session.of).max_session  # type: ignore[union-attr]
    chained = isinstance(by, Credentials) and by.operation in ROLE_OPERATIONS
    most = 3600 if chained or is_root else most
    assert 900 <= got.lasts <= most
    assert asked is None or got.lasts == (min(asked, 3600) if is_root else asked)
    now = sts.clock.now
    for later, accepted in ((got.expires - 1, True), (got.expires, False)):
        answer = Sts(sts.world, Clock(later)).call(got, "s3:GetObject", OBJECT)
        assert isinstance(answer, Refused) is not accepted
    assert sts.clock.now == now == got.issued


@given(companies(), st.lists(st.sampled_from(ROLES), min_size=3, max_size=4), st.data())
def test_no_chain_gains_a_permission_by_being_longer(world: ik.World, way: list[str], data: st.DataObject) -> None:
    sts, holder = Sts(world, Clock(NINE)), data.draw(st.sampled_from(keys_of(world)[:2]))  # the users'
    for role in way:
        answer = sts.assume_role(holder, role, "deploy", external_id="acme", context={"aws:SourceIp": "203.0.113.7"})
        if not answer:
            break
        sts.clock.forward(data.draw(st.sampled_from((0, 1800))))
        holder = answer  # type: ignore[assignment]
    if not isinstance(holder, Credentials):
        return
    last = holder.session
    alone = ik.Session(last.of, last.name, operation="AssumeRole", keys=last.keys)
    SEEN[f"a chain of {len(holder.lineage) - 1}"] += 1
    for action, resource in (("s3:GetObject", OBJECT), *(("sts:AssumeRole", role) for role in ROLES)):
        context = {"aws:SourceIp": "203.0.113.7", "sts:ExternalId": "acme", "sts:RoleSessionName": "deploy"}
        through = world.decide(last, action, resource, context)
        assert through.effect == world.decide(alone, action, resource, context).effect
        assert not through.allowed or world.can(last.of, action, resource)


# Session policies.


@st.composite
def narrowed(draw: st.DrawFn) -> tuple[Question, Any]:
    """A question of a role session, and a session policy for it."""
    question = draw(questions((APP_SESSION, PARTNER_SESSION)))
    question.stack.pop("session", None)
    return question, draw(documents(question.resource))


@given(narrowed())
def test_a_session_is_never_allowed_more_than_its_role(made: tuple[Question, Any]) -> None:
    question, policy = made
    world, who = world_of(question)
    assert isinstance(who, ik.Session)
    context = context_of(world, who, question, through=False)
    limited = world.decide(replace(who, policy=policy), question.action, question.resource, context)
    free = world.decide(who, question.action, question.resource, context)
    SEEN[f"limited {limited.effect}"] += 1
    assert free.allowed or not limited.allowed


@given(narrowed())
@settings(max_examples=60)
def test_nor_does_the_prover_find_a_request_that_only_the_session_is_allowed(made: tuple[Question, Any]) -> None:
    question, policy = made
    world, who = world_of(question)
    assert isinstance(who, ik.Session)
    answers = [world.can(one, question.action, question.resource) for one in (replace(who, policy=policy), who)]
    if any(isinstance(answer, ik.Unknown) for answer in answers):
        return
    limited, free = answers
    SEEN[f"proved {type(limited).__name__}"] += 1
    assert free or not limited


# Sessions with their operation.

ISSUED = {APP_SESSION: ROLE_OPERATIONS, PARTNER_SESSION: ROLE_OPERATIONS, VISITOR: ("GetFederationToken",),
          ANA: ("GetSessionToken",)}  # fmt: skip
OTHER_ACTIONS = ("iam:GetRole", "iam:PassRole", "sts:GetSessionToken", "sts:AssumeRoot", "sts:GetCallerIdentity")
WITHOUT_MFA = deny(when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
OLDER = deny(when={"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:00:30Z"}})


@st.composite
def of_sessions(draw: st.DrawFn) -> tuple[ik.World, ik.Session, Question]:
    """A question by a session of which it is known which operation issued it."""
    question = draw(questions(tuple(ISSUED)))
    if question.resource == AUDITOR and draw(st.booleans()):
        question.action = draw(st.sampled_from(OTHER_ACTIONS))
    if draw(st.integers(0, 2)):  # few layers, so that more is allowed
        kept = {layer: question.stack[layer] for layer in ("identity", "resource") if layer in question.stack}
        kept["identity"] = [*kept.get("identity", []), allow()]
        question.stack = kept | ({"session": EVERYTHING} if question.caller == VISITOR else {})
    more = draw(st.lists(st.sampled_from((WITHOUT_MFA, OLDER, allow(), allow(), allow())), max_size=2))
    question.stack["identity"] = [*question.stack.get("identity", []), *more]
    world, who = world_of(question)
    operation = draw(st.sampled_from(ISSUED[question.caller]))
    keys: Mapping[str, Any] = {"aws:TokenIssueTime": draw(st.sampled_from((NINE, "2026-11-24T09:01:00Z")))}
    keys |= mfa_key(operation, operation == "GetSessionToken" and draw(st.booleans()))  # type: ignore[operator]
    if isinstance(who, ik.Session):
        return world, replace(who, operation=operation, keys=keys, console=draw(st.booleans())), question
    return world, ik.Session(ANA, operation=operation, keys=keys), question


@given(of_sessions(), st.booleans())
def test_the_prover_says_of_a_session_what_the_evaluator_says(
    made: tuple[ik.World, ik.Session, Question], through: bool
) -> None:
    world, who, question = made
    context = context_of(world, who, question, through)
    decision = world.decide(who, question.action, question.resource, context)
    answer = world.can(who, question.action, question.resource, pinned(context, world, who, question.resource))
    SEEN[f"{question.caller} {type(answer).__name__}"] += 1
    assert isinstance(answer, ik.Unknown) or bool(answer) is decision.allowed
    anyhow = world.can(who, question.action, question.resource)
    assert not decision.allowed or not isinstance(anyhow, ik.Proof)
    if isinstance(anyhow, ik.Witness):
        found = anyhow.request
        assert world.decide(who, found.action, found.resource, found.context).allowed


# Chains that reach finds.


@given(companies())
@settings(max_examples=100)
def test_reach_finds_the_chains_that_sts_accepts_and_no_others(world: ik.World) -> None:
    for source in (ANA, MALLORY):
        key = next(key for key in keys_of(world) if key.owner == source)
        walked = everybody(Sts(world, Clock(NINE)), key, {source})
        for role in ROLES:
            chain = world.reach(source, role)
            SEEN[f"reach {type(chain).__name__}"] += 1
            assert bool(chain) is (role in walked)
            if isinstance(chain, ik.Chain):
                replay(Sts(world, Clock(NINE)), key, chain)


def replay(sts: Sts, holder: AccessKey | Credentials, chain: ik.Chain) -> None:
    """Each step with the credentials of the step before, and with the context of its witness."""
    for step in chain.steps:
        context = dict(step.requests[0].request.context)
        sent = {key: context.pop(f"sts:{key}", [None])[0] for key in ("externalid", "rolesessionname")}
        name = sent["rolesessionname"] or "deploy"
        answer = sts.assume_role(holder, step.target, name, external_id=sent["externalid"], context=context)
        assert isinstance(answer, Credentials), answer.explain()
        SEEN["replayed"] += 1
        holder = answer


def everybody(sts: Sts, holder: AccessKey | Credentials, inside: set[str]) -> set[str]:
    """Whom somebody can become who tries every role with every name and external ID that policies ask for."""
    for role in ROLES:
        for name in ("deploy", "ana1", "mallory1"):
            context = {"aws:SourceIp": "203.0.113.7"}
            answer = sts.assume_role(holder, role, name, external_id="acme", context=context)
            if isinstance(answer, Credentials) and role not in inside:
                inside.add(role)
                everybody(sts, answer, inside)
    return inside


def test_every_kind_of_answer_was_met() -> None:
    met = ["issued by AssumeRole", "issued by GetSessionToken", "issued by GetFederationToken", "a chain of 3"]
    met += ["limited Allowed", "limited ImplicitlyDenied", "limited ExplicitlyDenied", "proved Witness", "proved Proof"]
    met += [f"{caller} {kind}" for caller in ISSUED for kind in ("Witness", "Proof")]
    met += ["reach Chain", "reach Unreachable", "replayed"]
    assert not [kind for kind in met if SEEN[kind] < 3], SEEN
