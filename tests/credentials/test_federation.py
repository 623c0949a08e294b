"""Flows as values: what is shown, said and stored of them."""

import json

import pytest

from iamkit.credentials.federation import Flow, Message, Script
from iamkit.credentials.flows.saml import saml_api, saml_console
from iamkit.credentials.tokens import Refused
from tests.credentials.acme import PAYROLL, Saml


@pytest.fixture(scope="module")
def saml():
    return Saml()


@pytest.fixture(scope="module")
def role(saml):
    return saml.role()


@pytest.fixture
def flow(saml, role):
    return saml_api(saml.world, saml.sts.clock, saml.idp, saml.provider, "ana", role,
                    call=("s3:GetObject", f"{PAYROLL}/march.csv"))  # fmt: skip


def test_a_flow_says_every_step_in_words(flow):
    said = flow.explain().splitlines()
    assert said[0] == "SAML 2.0, programmatic access"
    assert said[1].startswith("1. Client to Identity provider: sign in.")
    assert len(said) == 1 + len(flow.messages)
    assert "AssumeRoleWithSAML issued assumed-role/payroll/ana for 1 hour" in flow.explain()


def test_a_refused_step_ends_the_flow_and_says_why(saml, role):
    flow = saml_api(saml.world, saml.sts.clock, saml.idp, saml.provider, "ana", role,
                    on_the_way=lambda sent: sent.tampered(">ana<", ">root<"))  # fmt: skip
    assert flow.refused_at == len(flow.messages)
    assert flow.messages[-1].refused
    assert isinstance(flow.result, Refused)
    assert "Response signature invalid" in flow.explain().splitlines()[-1]
    assert repr(flow) == "<Flow 'SAML 2.0, programmatic access': 5 messages, refused at step 5>"


def test_the_result_is_the_credentials_even_where_the_last_request_is_denied(saml, role):
    flow = saml_api(saml.world, saml.sts.clock, saml.idp, saml.provider, "ana", role,
                    call=("s3:DeleteObject", f"{PAYROLL}/march.csv"))  # fmt: skip
    assert flow.result
    assert flow.refused_at == len(flow.messages)


def test_only_actors_with_a_part_are_listed(flow, saml, role):
    assert flow.actors == ("Client", "Directory", "Identity provider", "AWS STS", "AWS service")
    short = saml_api(saml.world, saml.sts.clock, saml.idp, saml.provider, "eve", role, known=False)
    assert short.actors == ("Client", "Directory", "Identity provider")


def test_every_message_is_between_actors_of_the_flow(flow):
    for message in flow.messages:
        assert {message.sender, message.receiver} <= set(flow.actors)


def test_a_flow_as_plain_values_is_json_without_secrets(flow, saml):
    text = json.dumps(flow.to_dict())
    assert json.loads(text)["title"] == flow.title
    assert "SignatureValue" not in text
    assert "BEGIN CERTIFICATE" not in text


def test_a_flow_is_the_same_with_another_key(flow):
    again = Saml()
    other = saml_api(again.world, again.sts.clock, again.idp, again.provider, "ana", again.role(),
                     call=("s3:GetObject", f"{PAYROLL}/march.csv"))  # fmt: skip
    assert (other.explain(), repr(other)) == (flow.explain(), repr(flow))
    assert " at 0x" not in json.dumps(other.to_dict())


def test_a_message_shows_whether_it_was_granted():
    refused = Refused("SignIn", "AccessDenied", "No.")
    assert repr(Message("A", "B", "hello")) == "<Message A → B: hello>"
    assert repr(Message("A", "B", "hello", decided=True)) == "<Message A → B: hello ✓>"
    assert repr(Message("A", "B", "hello", decided=refused)) == "<Message A → B: hello ✗>"


def test_a_script_hands_back_what_was_decided():
    script = Script("Greeting", ("A", "B", "C"))
    assert script.say("A", "B", "hello") is None
    assert script.say("B", "A", "hello", decided="yes") == "yes"
    assert script.end() == Flow("Greeting", ("A", "B"), script.end().messages)
    assert script.end().result is None


def test_a_flow_is_drawn_as_a_sequence_diagram(saml, role):
    bundle = saml_console(saml.world, saml.sts.clock, saml.idp, saml.provider, "ana", [role])._repr_mimebundle_()
    assert "AssumeRoleWithSAML" in str(bundle)
    assert "text/plain" in bundle


def test_a_message_shows_what_it_carries(flow):
    shown = flow.messages[3]._repr_mimebundle_()
    for text in shown.values():
        assert "AssumeRoleWithSAML" in text
        assert "arn:aws:iam::111122223333:saml-provider/AcmeIdP" in text
        assert "RoleSessionName" in text  # inside of the response
        assert "SignatureValue" not in text
    assert "&lt;saml:Assertion" in shown["text/html"]
    assert flow.messages[0]._repr_mimebundle_()["text/plain"].endswith("user: ana")


def test_a_message_that_carries_nothing_has_no_table():
    assert "<table>" not in Message("A", "B", "hello")._repr_mimebundle_()["text/html"]
