"""The laws of authorization, on thousands of random stacks and requests.

Each holds whatever the policies say, so none needs an expected value. Source of all: IAM User Guide,
reference_policies_evaluation-logic_policy-eval-denyallow and reference_policies_evaluation-logic-cross-account.
"""

from collections import defaultdict
from typing import Any

from hypothesis import assume, given, strategies as st

from iamkit.decision import Decision
from iamkit.evaluate import holds
from iamkit.identity.principals import Caller
from tests.short import ALLOWED, APP_SESSION, EXPLICIT, IMPLICIT, KEY, ROOT, Json
from tests.strategies import (
    AUDITOR,
    CALLERS,
    EVERYBODY,
    HOLDERS,
    OUTSIDERS,
    PARTNER_SESSION,
    Question,
    documents,
    questions,
    rcps,
    statements,
)


def without(document: Json | None, effect: str) -> Json | None:
    """The policy without its statements of this effect; None if none is left."""
    kept = [made for made in (document or {}).get("Statement", []) if made["Effect"] != effect]
    return {**document, "Statement": kept} if document and kept else None


def each(question: Question, layer: str) -> list[Json]:
    """The policies of a layer that holds a list."""
    return question.stack.get(layer) or []


@given(questions())
def test_the_three_effects_exclude_each_other_and_allowed_implies_no_deny(question: Question) -> None:
    found = question.decide()
    denied, allowed = holds(found.ruling.denied, found.table), holds(found.ruling.allowed, found.table)
    assert not (denied and allowed)
    assert found.effect == (EXPLICIT if denied else ALLOWED if allowed else IMPLICIT)
    assert found.allowed is (found.effect == ALLOWED)


@given(questions(tuple(caller for caller in CALLERS if caller != ROOT)))
def test_default_deny(question: Question) -> None:
    """Without an Allow in an identity-based or a resource-based policy nobody but root gets in."""
    identity = [kept for made in each(question, "identity") if (kept := without(made, "Allow"))]
    changes: dict[str, Any] = {"resource": without(question.stack.get("resource"), "Allow")}
    if question.caller in HOLDERS:
        changes["identity"] = identity
    assert not question.decide(**changes)


@given(questions(HOLDERS), st.sampled_from(("identity", "boundary", "scps", "endpoint")))
def test_forbid_trumps_permit(question: Question, layer: str) -> None:
    """A Deny of everything denies explicitly, in whatever layer it stands."""
    forbid: Json = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    if layer == "scps":
        found = question.decide(scps=[*each(question, "scps"), [{"Statement": forbid}]])
    else:
        found = question.with_statement(layer, forbid | ({"Principal": "*"} if layer == "endpoint" else {}))
    assert found.effect == EXPLICIT


def shuffled(data: st.DataObject, policies: Any) -> Any:
    """The same policies, their statements in another order and some of them twice."""
    if isinstance(policies, list):
        return [shuffled(data, one) for one in data.draw(st.permutations(policies))]
    again = data.draw(st.lists(st.sampled_from(policies["Statement"]), max_size=2))
    return {**policies, "Statement": data.draw(st.permutations([*policies["Statement"], *again]))}


@given(questions(), st.data())
def test_order_and_duplicates_do_not_matter(question: Question, data: st.DataObject) -> None:
    changes = {layer: shuffled(data, policies) for layer, policies in question.stack.items()}
    assert question.decide(**changes).effect == question.effect


@given(questions(HOLDERS), st.data())
def test_a_boundary_never_adds(question: Question, data: st.DataObject) -> None:
    limit = data.draw(documents(question.resource))
    assert question.decide(boundary=None) or not question.decide(boundary=limit)


@given(questions((APP_SESSION, PARTNER_SESSION)), st.data())
def test_a_session_policy_never_adds_to_a_role_session(question: Question, data: st.DataObject) -> None:
    limit = data.draw(documents(question.resource))
    assert question.decide(session=None) or not question.decide(session=limit)


@given(questions(), st.data())
def test_an_scp_never_adds(question: Question, data: st.DataObject) -> None:
    level = data.draw(st.lists(documents(question.resource), min_size=1, max_size=2))
    assert question.decide() or not question.decide(scps=[*each(question, "scps"), level])


@given(questions(), st.data())
def test_an_rcp_never_adds(question: Question, data: st.DataObject) -> None:
    level = [data.draw(rcps(question.resource))]
    before = question.decide()
    assert before or not question.decide(rcps=[*each(question, "rcps"), level])


@given(questions(), st.data())
def test_an_endpoint_policy_never_adds(question: Question, data: st.DataObject) -> None:
    limit = data.draw(documents(question.resource, named=True)) if question.resource != AUDITOR else EVERYBODY
    assert question.decide(endpoint=None) or not question.decide(endpoint=limit)


@given(questions(HOLDERS), st.data())
def test_an_allow_in_an_identity_policy_never_takes_away(question: Question, data: st.DataObject) -> None:
    more = data.draw(statements(question.resource, effect="Allow"))
    assert question.with_statement("identity", more) or not question.decide()


@given(questions(), st.data())
def test_an_allow_in_a_resource_policy_never_takes_away(question: Question, data: st.DataObject) -> None:
    more = data.draw(statements(question.resource, named=True, effect="Allow"))
    assert question.with_statement("resource", more) or not question.decide()


@given(questions(HOLDERS), st.sampled_from(("identity", "boundary", "resource")), st.data())
def test_a_deny_never_adds(question: Question, layer: str, data: st.DataObject) -> None:
    assume(layer == "identity" or layer in question.stack)
    less = data.draw(statements(question.resource, named=layer == "resource", effect="Deny"))
    assert question.decide() or not question.with_statement(layer, less)


@given(questions(OUTSIDERS))
def test_across_accounts_both_sides_are_needed(question: Question) -> None:
    assert not question.decide(identity=[])
    assert not question.decide(resource=None)


@given(questions(), st.data())
def test_one_policy_may_be_cut_into_several(question: Question, data: st.DataObject) -> None:
    assume(question.caller in HOLDERS)
    single = [{**made, "Statement": [one]} for made in each(question, "identity") for one in made["Statement"]]
    assert question.decide(identity=single).effect == question.effect


def only_what_decided(question: Question, found: Decision) -> dict[str, Any]:
    """The stack with nothing left but the statements that decided."""
    kept: dict[str, list[Json]] = defaultdict(list)
    for layer, clause in found.deciding:
        raw = clause.policy.document["Statement"]
        kept[layer].append(raw[int(clause.statement.path.split("[")[1][:-1])])

    def policy(name: str) -> Json | None:
        return {"Version": "2012-10-17", "Statement": kept[name]} if kept.get(name) else None

    resource = policy({KEY: "key policy", AUDITOR: "role trust policy"}.get(question.resource, "resource-based policy"))
    levels = [[made] for index in range(2) if (made := policy(f"SCP at scps[{index}]"))]
    changes: dict[str, Any] = {"resource": resource, "scps": levels, "rcps": []}
    if question.caller in HOLDERS:
        identity = policy("identity-based policies")
        changes |= {"identity": [identity] if identity else [], "boundary": policy("permissions boundary")}
        changes["session"] = policy("session policy")
    return {**changes, "endpoint": policy("VPC endpoint policy")}


@given(questions())
def test_the_deciding_statements_suffice(question: Question) -> None:
    """With only the statements that an answer names, the answer is the same."""
    found = question.decide()
    if found.effect == ALLOWED:
        assert question.decide(**only_what_decided(question, found)).effect == ALLOWED


@given(questions())
def test_every_implicit_deny_names_what_lacks_an_allow(question: Question) -> None:
    found = question.decide()
    assert bool(found.blocking) is (found.effect == IMPLICIT)
    known = {layer.name for layer in found.ruling.layers}
    if set(found.blocking) <= known:
        says = {layer.name: layer.says for layer in found.trace}
        assert all(says[name] in ("is silent", "is not there") for name in found.blocking)


@given(questions())
def test_answers_can_be_read_and_are_stable(question: Question) -> None:
    found, again = question.decide(), question.decide()
    assert found.explain() == again.explain()
    assert found.because.endswith(".")
    assert Caller.parse(question.caller).arn == question.caller
