"""The two-key lock: the ticks make a world, and the door is the decision of that world."""

from collections.abc import Iterable

import pytest

from iamkit.errors import IamkitError
from iamkit.lessons.company import ANA
from iamkit.lessons.monthend import KEYS, MONTH_END, door
from iamkit.widgets import role_lock
from iamkit.widgets.lock import RoleLock


def shown(ticked: Iterable[str]) -> RoleLock:
    return role_lock(ANA, MONTH_END, KEYS, door, list(ticked))


def tick(panel: RoleLock, key: str, on: bool) -> str:
    next(box for box in panel.controls() if box.description == KEYS[key]).value = on
    return panel.decision.effect


def test_there_is_a_labelled_box_for_each_key() -> None:
    panel = shown(["account"])
    assert [box.description for box in panel.controls()] == list(KEYS.values())
    assert [box.value for box in panel.controls()] == [key == "account" for key in KEYS]


def test_the_door_follows_the_ticks() -> None:
    """policy-eval-denyallow: the account delegates, the user's name grants, a Deny ends the matter."""
    panel = shown(["account"])
    assert panel.decision.effect == "ImplicitlyDenied"
    assert tick(panel, "own", True) == "Allowed"
    assert tick(panel, "account", False) == "ImplicitlyDenied"
    assert tick(panel, "own", False) == "ImplicitlyDenied"
    assert tick(panel, "inside", True) == "ImplicitlyDenied"
    assert tick(panel, "user", True) == "Allowed"
    assert tick(panel, "deny", True) == "ExplicitlyDenied"


def test_the_twin_says_how_the_locks_are() -> None:
    panel = shown(["user"])
    words = panel.twin_text()
    assert "Trust policy of month-end: open, it names ana." in words
    assert "Own policies of ana: not needed, they say nothing." in words
    assert "The door opens." in words
    assert panel.decision.because in words


def test_a_principal_that_is_not_there_is_told() -> None:
    assert "cannot be asked" in repr(role_lock(f"{ANA}x", MONTH_END, KEYS, door))
    with pytest.raises(IamkitError):
        role_lock(f"{ANA}x", MONTH_END, KEYS, door).decision  # noqa: B018
