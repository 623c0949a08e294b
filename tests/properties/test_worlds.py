"""The prover on worlds that hold a random stack: patterns that cover an allowed request, and a pinned context."""

from collections import Counter
from typing import Any

from hypothesis import given, strategies as st

import iamkit as ik
from iamkit.world import Who
from tests.prove.worlds import world_of
from tests.strategies import VALUES, Question, questions

SEEN: Counter[str] = Counter()
ALWAYS_THERE = {"aws:SecureTransport": "true", "aws:CurrentTime": "2026-11-24T09:00:00Z"}


def context_of(world: ik.World, who: Who, question: Question, through: bool) -> dict[str, Any]:
    """The question's context without what AWS itself says in this world; perhaps through the world's endpoint."""
    facts = world.situation(who, question.resource).facts
    context = {key: value for key, value in (ALWAYS_THERE | question.context).items() if facts.of(key) is None}
    return context | ({"aws:SourceVpce": "vpce-1"} if through else {})


@st.composite
def covering(draw: st.DrawFn, text: str) -> str:
    """The text itself, or with some stretch of it as ``*``, or with one character as ``?``."""
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start, len(text)))
    return draw(st.sampled_from((text, "*", f"{text[:start]}*{text[end:]}", f"{text[:start]}?{text[start + 1 :]}")))


@given(questions(), st.booleans(), st.data())
def test_a_pattern_that_covers_an_allowed_request_is_never_proved_shut(
    question: Question, through: bool, data: st.DataObject
) -> None:
    world, who = world_of(question)
    context = context_of(world, who, question, through)
    allowed = world.decide(who, question.action, question.resource, context).allowed
    answer = world.can(who, data.draw(covering(question.action)), data.draw(covering(question.resource)))
    SEEN[type(answer).__name__] += 1
    if isinstance(answer, ik.Proof):
        assert not allowed
        assert answer.check()
    elif isinstance(answer, ik.Witness):
        found = answer.request
        assert world.decide(who, found.action, found.resource, found.context).allowed


def pinned(context: dict[str, Any], world: ik.World, who: Who, resource: str) -> dict[str, Any]:
    """``where`` for exactly this context, of the keys that random policies ask about."""
    facts = world.situation(who, resource).facts
    where = {key: context.get(key) for key in (*VALUES, "aws:SourceVpce") if facts.of(key) is None}
    tags = where.get("aws:TagKeys")
    if tags is not None:  # a list asks for at least these
        where["ForAllValues:StringEquals"] = {"aws:TagKeys": tags}
    return where


@given(questions(), st.booleans())
def test_with_the_context_pinned_the_answer_is_the_decision(question: Question, through: bool) -> None:
    world, who = world_of(question)
    context = context_of(world, who, question, through)
    decision = world.decide(who, question.action, question.resource, context)
    answer = world.can(who, question.action, question.resource, pinned(context, world, who, question.resource))
    SEEN[f"pinned {type(answer).__name__}"] += 1
    assert isinstance(answer, ik.Unknown) or bool(answer) is decision.allowed


@given(questions(), st.booleans())
def test_who_can_is_everybody_whom_the_evaluator_allows(question: Question, organized: bool) -> None:
    world, _ = world_of(question, organized)
    context = ALWAYS_THERE | {key: value for key, value in question.context.items() if "Tag" not in key}
    where = {key: context.get(key) for key in VALUES if "Tag" not in key}
    where |= {"aws:TagKeys": None, "aws:SourceVpce": None}
    answers = world.who_can(question.action, question.resource, where)

    def allows(arn: str) -> bool:
        """A role stands for its sessions: of one that a policy names, the evaluator is asked by the session's ARN."""
        answer = answers[arn]
        names = {arn, answer.request.principal if isinstance(answer, ik.Witness) else arn}
        return any(world.decide(name, question.action, question.resource, context) for name in names)

    allowed = {arn for arn in answers.by_principal if allows(arn)}
    assert set(answers.who) <= allowed <= {*answers.who, *answers.unknown}


def test_every_answer_was_met_and_few_were_unknown() -> None:
    assert min(SEEN["Witness"], SEEN["Proof"], SEEN["pinned Witness"], SEEN["pinned Proof"]) >= 30
    assert SEEN["Unknown"] + SEEN["pinned Unknown"] <= SEEN.total() / 100
