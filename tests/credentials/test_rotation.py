"""Updating an access key: fact B1. Source: IAM User Guide, id_credentials_access-keys."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from iamkit.credentials.rotation import STEPS, Rotation
from iamkit.errors import WorldError
from iamkit.identity.holdings import Holdings

NINE = 1_795_510_800  # 2026-11-24T09:00:00Z


def ana() -> Holdings:
    held = Holdings("arn:aws:iam::111122223333:user/ana")
    held.add_access_key(NINE - 90 * 86_400)
    return held


def at(step: str) -> Rotation:
    """A rotation whose next step is this one."""
    rotation = Rotation(ana())
    for before in STEPS:
        if before.name == step:
            break
        getattr(rotation, before.name)()
    return rotation


def test_B1_second_key_then_switch_then_deactivate_then_verify_then_delete() -> None:
    held = ana()
    old = held.access_keys[0]
    rotation = Rotation(held)
    taken = []
    while rotation.next:
        taken.append(rotation.next.name)
        getattr(rotation, rotation.next.name)()
    assert taken == ["create", "switch", "deactivate", "verify", "delete"]
    assert held.access_keys == [rotation.new]
    assert rotation.new is not None and rotation.new.is_active and rotation.new.id != old.id


def test_B1_at_every_moment_a_key_works() -> None:
    held = ana()
    rotation = Rotation(held)
    while rotation.next:
        assert any(key.is_active for key in held.access_keys)
        assert len(held.access_keys) <= 2
        getattr(rotation, rotation.next.name)()
    assert [key.is_active for key in held.access_keys] == [True]


def test_B1_a_third_key_is_refused() -> None:
    held = ana()
    held.add_access_key(NINE, status="Inactive")
    with pytest.raises(WorldError, match="a third is refused: delete the one that is no longer used"):
        Rotation(held).create()
    assert len(held.access_keys) == 2


def test_B1_the_active_key_is_not_deleted() -> None:
    for step in ("create", "switch", "deactivate"):
        rotation = at(step)
        with pytest.raises(WorldError, match=r"The old key is active, and programs may still sign with it\."):
            rotation.delete()
        assert rotation.old in rotation.holdings.access_keys


def test_B1_the_key_is_not_deleted_before_somebody_has_looked() -> None:
    rotation = at("verify")
    with pytest.raises(WorldError, match=r"Nobody has checked .* Next: Check that everything works"):
        rotation.delete()


def test_B1_a_key_that_is_in_use_is_not_deactivated() -> None:
    rotation = at("switch")
    with pytest.raises(WorldError, match="Programs still sign with the old key"):
        rotation.deactivate()
    rotation.switch("2026-11-24T09:00:00Z")
    rotation.old.last_used = NINE + 60
    with pytest.raises(WorldError, match="used at 2026-11-24T09:01:00Z, after the switch: a program was forgotten"):
        rotation.deactivate()
    rotation.old.last_used = NINE - 60
    rotation.deactivate()
    assert not rotation.old.is_active


def test_B1_when_something_fails_the_old_key_is_active_again() -> None:
    rotation = at("verify")
    assert not rotation.old.is_active
    rotation.verify(works=False)
    assert rotation.old.is_active
    assert rotation.next is not None and rotation.next.name == "switch"
    for step in ("switch", "deactivate", "verify", "delete"):
        getattr(rotation, step)()
    assert rotation.next is None


def test_a_key_that_was_made_active_again_is_not_deleted() -> None:
    rotation = at("delete")
    rotation.old.status = "Active"
    with pytest.raises(WorldError, match="active again"):
        rotation.delete()


def test_the_older_key_is_replaced_unless_another_is_named() -> None:
    held = ana()
    newer = held.add_access_key(NINE)
    assert Rotation(held).old is held.access_keys[0]
    assert Rotation(held, newer.id).old is newer
    with pytest.raises(WorldError, match="no access key AKIAX"):
        Rotation(held, "AKIAX")


def test_the_new_key_has_its_time() -> None:
    rotation = Rotation(ana())
    assert rotation.create("2026-11-24T09:00:00Z").created == NINE


def test_without_a_key_there_is_nothing_to_update() -> None:
    with pytest.raises(WorldError, match="no access key to update"):
        Rotation(Holdings("arn:aws:iam::111122223333:user/ana"))


def test_what_is_done_is_not_done_again() -> None:
    rotation = at("switch")
    assert rotation.why_not("create") == "This is done: make a second access key."
    assert rotation.why_not("switch") == ""
    with pytest.raises(WorldError, match="is no step"):
        rotation.why_not("rotate")
    rotation = at("done")
    assert repr(rotation) == f"<Rotation of {rotation.old.id}: done>"
    with pytest.raises(WorldError, match="the update is done"):
        rotation.delete()


@given(st.lists(st.sampled_from([step.name for step in STEPS]), max_size=12))
def test_in_whatever_order_somebody_tries_a_key_works_and_no_step_is_skipped(tried: list[str]) -> None:
    rotation = Rotation(ana())
    taken: list[str] = []
    for name in tried:
        step: Callable[[], object] = getattr(rotation, name)
        if rotation.why_not(name):
            with pytest.raises(WorldError):
                step()
        else:
            step()
            taken.append(name)
        assert any(key.is_active for key in rotation.holdings.access_keys)
    assert taken == [step.name for step in STEPS[: len(taken)]]
    assert rotation.done == STEPS[: len(taken)]
