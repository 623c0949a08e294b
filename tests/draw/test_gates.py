"""The gates of a decision: the drawn circuit computes what the evaluator decides."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

import iamkit as ik
from iamkit.draw.circuit import Part, diagram
from iamkit.draw.diagram import Diagram
from iamkit.draw.gates import DETAILS, circuit_of, gates, gates_of
from iamkit.errors import IamkitError
from iamkit.formula import FALSE, TRUE, And, Not, Or, like, present
from tests.short import ANA, APP_SESSION, AUDITOR, KEY, MALLORY, OBJECT, OWN, ROOT, allow, decision, deny, policy, trust

LEDGER = "arn:aws:s3:::payroll/*"
MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


def drawn(made: ik.Decision, detail: str = "statements") -> Diagram:
    return diagram(circuit_of(made, detail), Part("allow", marker="END"), title="t", alt="a")


def words(made: ik.Decision, detail: str = "statements") -> list[str]:
    """The circuit as an outline, without its title."""
    return gates(made, detail).text.splitlines()[1:]


def values_of_wires(shown: Diagram) -> Iterator[tuple[str, bool]]:
    """Each wire's word, and its truth as the gates before it give it."""
    into = {node.id: [edge for edge in shown.edges if edge.head == node] for node in shown.nodes}

    def computed(node_id: str, kind: str, said: bool) -> bool:
        feeding = [computed(e.tail.id, e.tail.kind, e.label == "true") for e in into[node_id]]
        return {"gate-and": all, "gate-or": any, "gate-not": lambda v: not v[0]}.get(kind, lambda _: said)(feeding)

    for edge in shown.edges:
        yield edge.label, computed(edge.tail.id, edge.tail.kind, edge.label == "true")


STATEMENTS: dict[str, list[dict[str, Any]]] = {
    "identity": [allow("s3:Get*", LEDGER), allow("s3:*", when=MFA), deny("s3:*", "arn:aws:s3:::payroll/secret/*")],
    "resource": [allow("s3:GetObject", LEDGER, to=ANA), allow("s3:*", LEDGER, to=OWN), deny("s3:*", LEDGER, "*", MFA)],
    "boundary": [allow("s3:*"), deny("s3:Put*")],
    "scps": [allow(), deny("s3:Delete*")],
    "rcps": [deny("s3:*", LEDGER, "*", MFA)],
}


@st.composite
def decisions(draw: st.DrawFn) -> ik.Decision:
    """A decision over some of the statements."""
    some = {k: draw(st.lists(st.sampled_from(v), unique_by=str, max_size=3)) for k, v in STATEMENTS.items()}
    stack: dict[str, Any] = {"identity": some["identity"], "resource": some["resource"]}
    if some["boundary"]:
        stack["boundary"] = policy(*(s for p in some["boundary"] for s in p["Statement"]))
    stack |= {key: [some[key]] for key in ("scps", "rcps") if some[key]}
    who = draw(st.sampled_from([ANA, APP_SESSION, MALLORY, ROOT, ik.ANONYMOUS, "ec2.amazonaws.com"]))
    if who in (ROOT, ik.ANONYMOUS, "ec2.amazonaws.com"):  # No policy of their own can be attached to these.
        stack = {key: value for key, value in stack.items() if key not in ("identity", "boundary")}
    context = draw(
        st.sampled_from([{}, {"aws:MultiFactorAuthPresent": "true"}, {"aws:MultiFactorAuthPresent": "false"}])
    )
    action = draw(st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "sts:GetCallerIdentity"]))
    what = draw(st.sampled_from([OBJECT, "arn:aws:s3:::payroll/secret/x"]))
    return decision(who, action, what, context, OWN, **stack)


@given(decisions())
def test_the_drawn_circuit_gives_the_decision(made: ik.Decision) -> None:
    for detail in DETAILS:
        shown = drawn(made, detail)
        wires = list(values_of_wires(shown))
        assert [word for word, _ in wires] == ["true" if value else "false" for _, value in wires]
        end = next(edge for edge in shown.edges if edge.head.marker == "END")
        assert (end.label == "true") == made.allowed
        assert all(edge.emphasis == ("strong" if edge.label == "true" else "weak") for edge in shown.edges)


@given(decisions())
def test_forbid_trumps_permit_is_a_not_gate_fed_by_every_deny(made: ik.Decision) -> None:
    shown = drawn(made)
    feeding = {node.id: {edge.tail.id for edge in shown.edges if edge.head == node} for node in shown.nodes}

    def above(ids: set[str]) -> set[str]:
        found = ids | {below for one in ids for below in feeding[one]}
        return found if found == ids else above(found)

    behind = [above(feeding[node.id]) for node in shown.nodes if node.kind == "gate-not"]
    denies = {node.id for node in shown.nodes if node.marker == "Deny"}
    assert denies and any(denies <= one for one in behind)


def test_a_single_allow() -> None:
    assert words(decision(ANA, "s3:GetObject", OBJECT, identity=[allow("s3:Get*", LEDGER, sid="Read")])) == [
        "AND: true",
        "  NOT: true",
        "    Deny none: false",
        "  Allow Read (identity[0] · identity-based policies): true",
    ]


def test_a_deny_turns_the_not_gate_and_everything_after_it() -> None:
    stack = {"identity": [allow("s3:*", sid="All"), deny("s3:Get*", sid="NoGet")]}
    made = decision(ANA, "s3:GetObject", OBJECT, **stack)
    assert words(made) == [
        "AND: false",
        "  NOT: false",
        "    Deny NoGet (identity[1] · identity-based policies): true",
        "  Allow All (identity[0] · identity-based policies): true",
    ]
    assert gates(made).alt == (
        f"{made.because} A Deny applies, so the NOT gate gives false, and no Allow can make the AND gate true."
    )


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("layers", ["Allow identity-based policies (1 of 2 apply)", "Allow permissions boundary (0 of 1 apply)"]),
        ("statements", ["Allow A (identity[0] · identity-based policies)",
                        "Allow B (identity[1] · identity-based policies)",
                        "Allow C (boundary · permissions boundary)"]),
        ("elements", ["Action s3:Get* (request: s3:GetObject)", f"Resource {LEDGER} (request: {OBJECT})",
                      "Action s3:Put* (request: s3:GetObject)", f"Resource * (request: {OBJECT})",
                      "Bool aws:MultiFactorAuthPresent true (request: nothing)",
                      "Action ec2:* (request: s3:GetObject)"]),
    ],
)  # fmt: skip
def test_the_inputs_are_what_the_detail_says(detail: str, expected: list[str]) -> None:
    second = allow("s3:Put*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}, sid="B")
    made = decision(
        ANA,
        "s3:GetObject",
        OBJECT,
        identity=[allow("s3:Get*", LEDGER, sid="A"), second],
        boundary=allow("ec2:*", sid="C"),
    )
    inputs = [n.words() for n in drawn(made, detail).nodes if not n.kind.startswith(("gate", "allow"))]
    assert set(inputs) == {*expected, "Deny none"}


def test_a_layer_with_several_statements_is_an_or_gate_by_its_name() -> None:
    made = decision(ANA, "s3:GetObject", OBJECT, identity=[allow("s3:Get*", sid="A"), allow("s3:Put*", sid="B")])
    assert "  OR (Allow in identity-based policies): true" in words(made)


def test_layers_that_cannot_matter_are_left_out() -> None:
    shown = "\n".join(words(decision(ANA, "s3:GetObject", OBJECT, identity=[allow("s3:*")])))
    assert "resource-based" not in shown and "STS" not in shown and "SCP" not in shown


def test_what_is_missing_is_named() -> None:
    assert words(decision(ANA, "s3:GetObject", OBJECT)) == [
        "AND: false",
        "  NOT: true",
        "    Deny none: false",
        "  OR: false",
        "    Allow none in resource-based policy: false",
        "    Allow none in identity-based policies: false",
    ]


def test_across_accounts_both_sides_feed_an_and_gate() -> None:
    made = decision(MALLORY, "s3:GetObject", OBJECT, owner=OWN, identity=[allow("s3:*", sid="Mine")])
    assert words(made)[3:] == [
        "  AND (across accounts both sides must allow): false",
        "    Allow none in resource-based policy: false",
        "    Allow Mine (identity[0] · identity-based policies): true",
    ]


def test_an_exception_that_lets_the_request_through_is_shown_as_a_rule() -> None:
    made = decision(ANA, "sts:GetCallerIdentity", "*", identity=[deny("sts:*")])
    assert words(made)[0] == "OR: true"
    assert words(made)[-1] == "  rule STS answers this call whatever the policies say: true"
    assert "  rule the root user needs no Allow of its own: true" in words(decision(ROOT, "s3:GetObject", OBJECT))


def test_a_rule_that_blocks_is_shown() -> None:
    shown = words(decision(ROOT, "sts:AssumeRole", AUDITOR, resource=trust(OWN)))
    assert "    rule this STS operation is never open to the root user: true" in shown


def test_a_trust_policy_that_only_manages_leaves_no_trace() -> None:
    made = decision(ANA, "iam:GetRole", AUDITOR, identity=[allow("iam:*", sid="Manage")], resource=trust(OWN))
    assert words(made)[1:] == [
        "  NOT: true",
        "    Deny none: false",
        "  Allow Manage (identity[0] · identity-based policies): true",
    ]


def test_a_key_policy_that_delegates_feeds_an_and_gate_with_the_identity_side() -> None:
    made = decision(
        ANA, "kms:Decrypt", KEY, identity=[allow("kms:*", sid="A")], resource=allow("kms:*", to=ROOT, sid="K")
    )
    assert words(made)[3:] == [
        "  Allow A (identity[0] · identity-based policies): true",
        "  Allow K (resource · key policy): true",
    ]


def test_a_long_list_of_values_is_cut() -> None:
    many = [f"s3:Get{letter}*" for letter in "ABCDEFGH"]
    shown = "\n".join(words(decision(ANA, "s3:GetObject", OBJECT, identity=[allow(many)]), "elements"))
    assert "s3:GetA*, s3:GetB*, s3:GetC*, s3:GetD*, s3:GetE* or 3 more" in shown


def test_the_verdict_is_a_word_and_a_shape() -> None:
    one = decision(ANA, "s3:GetObject", OBJECT, identity=[allow("s3:*")])
    two = decision(ANA, "s3:GetObject", OBJECT)
    three = decision(ANA, "s3:GetObject", OBJECT, identity=[deny("s3:*")])
    for made, word in ((one, "ALLOWED"), (two, "IMPLICITLY DENIED"), (three, "EXPLICITLY DENIED")):
        assert word in gates(made).svg
    assert gates(one, "layers") != gates(one)


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(IamkitError, match="layers, statements, elements"):
        gates(decision(ANA, "s3:GetObject", OBJECT), "atoms")


# Any formula


@pytest.mark.parametrize(("get", "vpc"), list(itertools.product([True, False], repeat=2)))
def test_any_formula_has_its_truth_table(get: bool, vpc: bool) -> None:
    formula = Or((And((like("action", "s3:Get*"), present("aws:SourceVpc"))), Not(present("aws:SourceVpc"))))
    table = {"action": ("s3:GetObject" if get else "s3:PutObject",), "resource": ("*",)}
    shown = gates_of(formula, table | ({"aws:sourcevpc": ("vpc-1",)} if vpc else {})).text.splitlines()
    result = get or not vpc
    assert shown[0] == f"The formula as gates. Result {str(result).lower()}."
    assert shown[1:] == [
        f"OR: {str(result).lower()}",
        f"  AND: {str(get and vpc).lower()}",
        f"    action s3:Get*: {str(get).lower()}",
        f"    aws:sourcevpc is there: {str(vpc).lower()}",
        f"  NOT: {str(not vpc).lower()}",
        f"    aws:sourcevpc is there: {str(vpc).lower()}",
    ]


def test_without_a_request_the_wires_carry_no_values() -> None:
    picture = gates_of(And((like("action", "s3:Get*"), TRUE, FALSE)), title="One test")
    assert picture.text.splitlines()[1:] == ["AND", "  action s3:Get*", "  always", "  never"]
    assert picture.alt == "One test: 1 AND gate and 3 inputs."
    assert ">true<" not in picture.svg and ">false<" not in picture.svg


def test_the_same_test_is_drawn_once() -> None:
    test = present("aws:SourceVpc")
    assert gates_of(Or((test, Not(test)))).svg.count(">aws:sourcevpc<") == 1


def test_the_gates_of_a_statement_show_its_conditions() -> None:
    when = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NumericLessThan": {"s3:max-keys": "10"}}
    made = decision(ANA, "s3:GetObject", OBJECT, identity=[allow("s3:*", when=when)])
    shown = gates_of(made.ruling.layers[-1].clauses[0].applies, made.table).text
    assert "aws:sourceip 10.0.0.0/8: false" in shown and "s3:max-keys 10: false" in shown
