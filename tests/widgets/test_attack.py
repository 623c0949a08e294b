"""The attack button: what comes of an order belongs to the button pressed last, and to the ticks as they were then."""

import pytest

from iamkit.lessons.ledger import CHANGES, ORDERS, ordered
from iamkit.widgets import attack_button
from iamkit.widgets.attack import NOTHING_YET, AttackPanel, Press

TESTED, KNOWN, TYPED = CHANGES.values()
ATTACK, OWN = ORDERS.values()


@pytest.fixture
def panel() -> AttackPanel:
    return attack_button("Ledger's audit service", ORDERS, CHANGES, ordered)


def press(panel: AttackPanel, label: str) -> bool:
    """As a click of the mouse, or Enter, does it; whether a report was delivered."""
    next(one for one in panel.controls() if isinstance(one, Press) and one.description == label).click()
    return bool(panel.outcome)


def tick(panel: AttackPanel, label: str, on: bool = True) -> None:
    next(one for one in panel.controls() if one.description == label).value = on


def test_nothing_happens_before_a_button_is_pressed(panel: AttackPanel) -> None:
    assert panel.outcome is None
    assert NOTHING_YET in panel.twin_text()
    assert "<img" not in panel.twin_html()


def test_the_condition_ends_the_attack_and_not_the_business(panel: AttackPanel) -> None:
    """id_roles_common-scenarios_third-party: the third party sends the ID of the customer who orders."""
    assert press(panel, ATTACK) and press(panel, OWN)
    tick(panel, TESTED)
    assert not press(panel, ATTACK)
    assert press(panel, OWN)


def test_to_know_the_external_id_is_of_use_only_where_customers_may_choose_it(panel: AttackPanel) -> None:
    tick(panel, TESTED)
    tick(panel, KNOWN)
    assert not press(panel, ATTACK)
    tick(panel, TYPED)
    assert press(panel, ATTACK)
    tick(panel, KNOWN, on=False)
    assert not press(panel, ATTACK)


def test_a_tick_takes_the_outcome_away_and_one_button_is_pressed_at_a_time(panel: AttackPanel) -> None:
    press(panel, ATTACK)
    assert f"{ATTACK}: pressed" in panel.settings()
    press(panel, OWN)
    assert f"{ATTACK}: not pressed" in panel.settings() and f"{OWN}: pressed" in panel.settings()
    tick(panel, TESTED)
    assert panel.outcome is None and NOTHING_YET in panel.twin_text()


def test_the_twin_tells_every_message_and_where_it_ends(panel: AttackPanel) -> None:
    press(panel, ATTACK)
    assert "5. Ledger's service -> Mallory: here is the report." in panel.twin_text()
    tick(panel, TESTED)
    press(panel, ATTACK)
    assert "AssumeRole, ExternalId mallory-2026" in panel.twin_text()
    assert "Refused: AccessDenied" in panel.twin_text()
    assert "here is the report" not in panel.twin_text()
