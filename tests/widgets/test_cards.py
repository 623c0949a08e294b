from collections.abc import Sequence

import pytest

from iamkit.draw.sets import sets_picture
from iamkit.errors import IamkitError
from iamkit.identity import taxonomy
from iamkit.widgets import card_sort
from iamkit.widgets.cards import CardSort


def place(sort: CardSort, item: str, *sets: str, items: Sequence[str] = taxonomy.SEED_KINDS) -> None:
    """Tick the boxes of one item; its four stand in the order of the sets, after those of the items before it."""
    first = 4 * items.index(item)
    for box in list(sort.controls())[first : first + 4]:
        box.value = box.description in sets


def verdict(sort: CardSort) -> str:
    return repr(sort).partition("?: ")[2].rstrip(">")


def test_there_are_four_boxes_for_each_item_none_ticked() -> None:
    boxes = list(card_sort().controls())
    assert len(boxes) == 6 * 4 and not any(box.value for box in boxes)
    assert [box.description for box in boxes[:4]] == ["resource", "entity", "identity", "principal"]


def test_an_untouched_item_is_not_placed_and_never_wrong() -> None:
    sort = card_sort()
    assert verdict(sort) == "0 of 6 right, 6 not placed yet."
    place(sort, "root", "principal")
    assert verdict(sort) == "Root user is in principal. 1 of 6 right, 5 not placed yet."
    place(sort, "root")
    assert verdict(sort) == "0 of 6 right, 6 not placed yet."


def test_a_wrong_set_gets_its_reason() -> None:
    sort = card_sort()
    place(sort, "group", "resource", "identity", "principal")
    assert verdict(sort) == (
        "IAM group is in resource, identity and principal. 0 of 6 right, 5 not placed yet. "
        "IAM group is not in Principal: "
        "A request comes from one of the users in a group, never from the group."
    )


def test_of_two_wrong_items_the_one_touched_last_gets_its_reason() -> None:
    sort = card_sort()
    place(sort, "group", "principal")
    place(sort, "policy", "entity")
    assert "Permission policy is not in IAM entity" in verdict(sort)
    place(sort, "group", "entity")
    assert "IAM group is not in IAM entity" in verdict(sort)


def test_what_is_missing_is_not_given_away_before_everything_is_placed() -> None:
    two = ["group", "root"]
    sort = card_sort(two)
    place(sort, "group", "resource", items=two)
    assert verdict(sort) == "IAM group is in resource. 0 of 2 right, 1 not placed yet."
    place(sort, "root", "principal", items=two)
    assert verdict(sort) == (
        "Root user is in principal. 1 of 2 right, 0 not placed yet. IAM group is also in IAM identity: "
        "Policies attached to a group authorize the users in it."
    )


def test_all_right() -> None:
    sort = card_sort()
    for item in taxonomy.SEED_KINDS:
        place(sort, item, *taxonomy.sets_of(item))
    assert verdict(sort).endswith(" 6 of 6 right, 0 not placed yet.")
    assert sort.placed == {item: taxonomy.sets_of(item) for item in taxonomy.SEED_KINDS}


def test_the_picture_is_the_learners_placement() -> None:
    sort = card_sort(["group", "root"])
    place(sort, "group", "principal", items=["group", "root"])
    assert sets_picture({"group": {"principal"}}, items=["group", "root"]).html in sort.twin_html()


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(IamkitError, match="'bucket'"):
        card_sort(["bucket"])
