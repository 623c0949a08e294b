from typing import Any

import pytest

import iamkit as ik
from iamkit.draw.gates import gates
from iamkit.errors import IamkitError
from iamkit.widgets import decision_gates
from iamkit.widgets.gates import DecisionGates
from tests.short import ANA, APP_SESSION, KEY, OBJECT, allow, deny, policy

MFA = "aws:MultiFactorAuthPresent"


def stack(**changes: Any) -> ik.Policies:
    mine = policy(*allow("s3:Get*", sid="Read")["Statement"], *deny("s3:*", "*", sid="Stop")["Statement"])
    return ik.Policies(**{"identity": [mine], "boundary": allow("s3:*", sid="Ceiling"), **changes})


def shown(policies: ik.Policies, keys: Any = (), context: Any = None) -> DecisionGates:
    return decision_gates(ik.Request(ANA, "s3:GetObject", OBJECT, context or {}), policies, keys)


def box(panel: DecisionGates, name: str) -> Any:
    return next(c for c in panel.controls() if c.description == name)


def switch(panel: DecisionGates, sid: str, on: bool) -> str:
    box = next(c for c in panel.controls() if c.description.split()[1] == sid)
    box.value = on
    return panel.decision.effect


def test_there_is_a_switch_for_each_statement_of_each_layer() -> None:
    panel = shown(stack(scps=[[allow(sid="All")], [allow(sid="All"), deny("s3:Delete*", sid="Keep")]]))
    assert [box.description for box in panel.controls()] == [
        "Allow All in scps[0][0]",
        "Allow All in scps[1][0]",
        "Deny Keep in scps[1][1]",
        "Allow Read in identity[0]",
        "Deny Stop in identity[0]",
        "Allow Ceiling in boundary",
    ]
    assert all(box.value for box in panel.controls())


def test_forbid_trumps_permit_until_the_deny_is_switched_off() -> None:
    panel = shown(stack())
    assert panel.decision.effect == "ExplicitlyDenied"
    assert switch(panel, "Stop", False) == "Allowed"
    assert switch(panel, "Read", False) == "ImplicitlyDenied"
    assert switch(panel, "Stop", True) == "ExplicitlyDenied"


def test_the_verdict_and_the_picture_are_those_of_the_decision() -> None:
    panel = shown(stack())
    switch(panel, "Stop", False)
    fresh = shown(stack(identity=[policy(*allow("s3:Get*", sid="Read")["Statement"])])).decision
    assert panel.decision.because == fresh.because
    assert repr(panel).endswith(f"{fresh.because}>")
    assert gates(fresh).html in panel.twin_html()


@pytest.mark.parametrize("layer", ["boundary", "session", "endpoint", "scps"])
def test_a_ceiling_without_statements_still_limits(layer: str) -> None:
    """Switching its only Allow off must not take the ceiling away, which would allow more."""
    only = allow(sid="Only", to="*" if layer == "endpoint" else None)
    policies = ik.Policies(**{"identity": [allow("s3:*")], layer: [[only]] if layer == "scps" else only})
    panel = decision_gates(ik.Request(APP_SESSION, "s3:GetObject", OBJECT), policies)
    assert panel.decision.effect == "Allowed"
    assert switch(panel, "Only", False) == "ImplicitlyDenied"


def test_the_same_statement_in_two_levels_has_two_switches() -> None:
    everywhere = ik.Policy.parse(allow(sid="All"), "Everything")
    panel = shown(ik.Policies(identity=[allow("s3:*")], scps={"Root": [everywhere], "Work": [everywhere]}))
    box(panel, "Allow All in Everything (SCP at Work)").value = False
    assert panel.decision.because == "Implicitly denied: no Allow for s3:GetObject in the SCP at Work."


def test_a_resource_policy_and_an_rcp_can_be_switched() -> None:
    policies = ik.Policies(resource=allow("s3:*", to=ANA, sid="Given"), rcps=[[deny("s3:*", "*", "*", sid="Wall")]])
    panel = shown(policies)
    assert panel.decision.effect == "ExplicitlyDenied"
    assert [box.description.split()[1] for box in panel.controls()] == ["Wall", "Given"]
    assert switch(panel, "Wall", False) == "Allowed"
    assert switch(panel, "Given", False) == "ImplicitlyDenied"


def test_a_key_policy_can_be_switched() -> None:
    policies = ik.Policies(resource=allow("kms:*", to=ANA, sid="Given"))
    panel = decision_gates(ik.Request(ANA, "kms:Decrypt", KEY), policies)
    assert panel.decision.allowed
    assert switch(panel, "Given", False) == "ImplicitlyDenied"


def test_a_key_of_the_context_can_be_chosen_or_left_out() -> None:
    policies = stack(identity=[allow("s3:*", when={"Bool": {MFA: "true"}})])
    panel = shown(policies, [(MFA, [None, "true", "false"])])
    yes, no = box(panel, f"true for {MFA}"), box(panel, f"false for {MFA}")
    assert (yes.value, no.value, panel.decision.effect) == (False, False, "ImplicitlyDenied")
    yes.value = True
    assert (yes.value, no.value, panel.decision.effect) == (True, False, "Allowed")
    no.value = True
    assert (yes.value, no.value, panel.decision.effect) == (False, True, "ImplicitlyDenied")
    assert panel.decision.table[MFA.lower()] == ("false",)
    no.value = False
    assert (yes.value, no.value) == (False, False) and MFA.lower() not in panel.decision.table


def test_the_twin_says_what_is_on_in_each_layer() -> None:
    panel = shown(stack(), [(MFA, [None, "true"])])
    switch(panel, "Stop", False)
    assert "identity-based policies: Allow Read in identity[0]; Deny Stop in identity[0] (off)" in panel.twin_text()
    assert "context keys: none sent" in panel.twin_text()
    box(panel, f"true for {MFA}").value = True
    assert f"context keys: true for {MFA}" in panel.twin_text()


def test_a_key_that_is_always_sent_keeps_a_value() -> None:
    panel = shown(stack(), [("aws:SourceIp", ["10.0.0.1", "10.0.0.2"])])
    box(panel, "10.0.0.1 for aws:SourceIp").value = False
    assert box(panel, "10.0.0.1 for aws:SourceIp").value
    assert panel.decision.table["aws:sourceip"] == ("10.0.0.1",)


def test_the_requests_own_value_is_where_the_choice_begins() -> None:
    panel = shown(stack(), [("aws:SourceIp", ["10.0.0.1", None])], {"aws:SourceIp": "203.0.113.7"})
    assert box(panel, "203.0.113.7 for aws:SourceIp").value
    box(panel, "203.0.113.7 for aws:SourceIp").value = False
    assert "aws:sourceip" not in panel.decision.table
    panel = shown(stack(), [("aws:TagKeys", [["a", "b"], ["a"]])], {"aws:TagKeys": ["a"]})
    assert panel.decision.table["aws:tagkeys"] == ("a",)
    box(panel, "a and b for aws:TagKeys").value = True
    assert panel.decision.table["aws:tagkeys"] == ("a", "b")


def test_a_value_that_the_caller_cannot_choose_is_told_and_the_panel_goes_on() -> None:
    panel = shown(stack(), [("aws:PrincipalAccount", [None, "444455556666"])])
    box(panel, "444455556666 for aws:PrincipalAccount").value = True
    assert "This cannot be asked." in panel.twin_text() and "cannot choose aws:PrincipalAccount" in panel.twin_text()
    assert "<img" not in panel.twin_html()
    box(panel, "444455556666 for aws:PrincipalAccount").value = False
    assert "Explicitly denied" in panel.twin_text()


def test_a_key_without_choices_is_refused() -> None:
    with pytest.raises(IamkitError, match="no choices for aws:SourceIp"):
        shown(stack(), [("aws:SourceIp", [])])


def test_a_world_supplies_its_own_stack() -> None:
    world = ik.World()
    home, management = world.account("111122223333", "home"), world.account("999988887777", "management")
    home.group("team", policies=[allow("s3:*", sid="Team")])
    home.user("ana", groups=["team"], tags={"team": "blue"})
    home.resource(
        "arn:aws:s3:::payroll",
        policy=deny(
            "s3:*", "arn:aws:s3:::payroll/*", "*", {"StringEquals": {"aws:PrincipalTag/team": "blue"}}, "NoBlue"
        ),
    )
    world.organize("o-acme123456", management=management, accounts=[home])
    panel = decision_gates(ik.Request(ANA, "s3:GetObject", OBJECT), world)
    assert panel.decision.because == world.decide(ANA, "s3:GetObject", OBJECT).because
    assert panel.decision.effect == "ExplicitlyDenied"
    assert switch(panel, "NoBlue", False) == "Allowed"
    assert "RCPFullAWSAccess" not in panel.twin_text()
    assert "resource-based policy: Deny NoBlue in policy of payroll (off)" in panel.twin_text()
