"""The stepper: each message in its turn with what it carries, and what may happen on the way."""

import pytest

from iamkit.lessons.federating import BROKER_KEYS, OFFICE_KEYS, office_console, warehouse
from iamkit.widgets import flow_stepper
from iamkit.widgets.stepper import FlowStepper


@pytest.fixture
def office() -> FlowStepper:
    return flow_stepper(office_console, OFFICE_KEYS)


def tick(panel: FlowStepper, label: str, on: bool = True) -> None:
    next(box for box in panel.controls() if box.description == label).value = on


def test_at_first_the_whole_is_shown_with_every_message(office: FlowStepper) -> None:
    words = office.twin_text()
    assert office.slider.value == 0
    for number, message in enumerate(office.flow.messages, 1):
        assert f"{number}. {message.explain()}" in words
    assert "(still to come)" not in words and "(now)" not in words


def test_the_twin_of_the_whole_has_what_each_message_carries(office: FlowStepper) -> None:
    html = office.twin_html()
    assert html.count("<details>") == sum(bool(one.carries) for one in office.flow.messages)
    assert "Recipient=&quot;https://signin.aws.amazon.com/saml&quot;" in html


def test_a_step_shows_its_message_alone(office: FlowStepper) -> None:
    office.slider.value = 3
    words = office.twin_text()
    assert "message 3 of 9. Identity provider to Browser: signed SAML response." in words
    assert "eva</saml:NameID>" in words
    assert "7. AWS STS -> AWS STS: check signature, dates, audience and trust policy. (still to come)" in words


def test_a_tick_plays_another_flow_and_the_slider_ends_where_it_ends(office: FlowStepper) -> None:
    office.slider.value = 9
    tick(office, OFFICE_KEYS["unknown"])
    assert (office.slider.max, office.slider.value) == (2, 2)
    assert "AuthenticationFailed" in repr(office)
    tick(office, OFFICE_KEYS["unknown"], False)
    assert office.slider.max == 9


def test_a_refusal_by_a_policy_says_what_of_it_does_not_fit(office: FlowStepper) -> None:
    tick(office, OFFICE_KEYS["address"])
    office.slider.value = 7
    assert "does not hold: the request has 'https://files.acme.example/saml'" in office.twin_text()
    office.slider.value = 0
    assert "refused at message 7" in repr(office)
    assert "does not hold" in office.twin_html()


def test_what_is_opened_is_told() -> None:
    broker = flow_stepper(warehouse, BROKER_KEYS, ["longer"])
    broker.slider.value = 8
    assert "ConsoleSession assumed-role/warehouse/tom, until 2026-11-24T17:00:00Z" in broker.twin_text()


def test_no_signature_and_no_secret_is_shown(office: FlowStepper) -> None:
    for number in range(10):
        office.slider.value = number
        assert "SignatureValue" not in office.twin_html() and "CERTIFICATE" not in office.twin_html()


def test_it_plays_each_flow_once() -> None:
    played: list[frozenset[str]] = []

    def play(ticked: frozenset[str]):  # type: ignore[no-untyped-def]
        played.append(ticked)
        return office_console(ticked)

    panel = flow_stepper(play, OFFICE_KEYS)
    for number in (3, 5, 0):
        panel.slider.value = number
    tick(panel, OFFICE_KEYS["late"])
    tick(panel, OFFICE_KEYS["late"], False)
    assert played == [frozenset(), frozenset({"late"})]
