"""The set diagram, tested by its geometry: each name lies inside exactly the rectangles of its sets."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from iamkit.draw.layout import Box
from iamkit.draw.picture import Picture
from iamkit.draw.sets import sets_picture
from iamkit.draw.style import contrast, mix, shade, tint
from iamkit.errors import IamkitError
from iamkit.identity import taxonomy

SVG = "{http://www.w3.org/2000/svg}"
# IAM User Guide, introduction_identity-management, "Terms".
GUIDE = {
    "user": {"resource", "entity", "identity", "principal"},
    "role": {"resource", "entity", "identity", "principal"},
    "group": {"resource", "identity"},
    "policy": {"resource"},
    "provider": {"resource"},
    "root": {"principal"},
}
EVERY_REGION = [
    frozenset(combination)
    for size in range(5)
    for combination in itertools.combinations(("resource", "entity", "identity", "principal"), size)
]


def _sets(picture: Picture) -> dict[str, Box]:
    root = ET.fromstring(picture.svg)
    return {
        rect.attrib["data-set"]: Box(*(float(rect.attrib[key]) for key in ("x", "y", "width", "height")))
        for rect in root.iter(f"{SVG}rect")
        if "data-set" in rect.attrib
    }


def _items(picture: Picture) -> dict[str, list[ET.Element]]:
    root = ET.fromstring(picture.svg)
    return {
        group.attrib["data-item"]: list(group.iter(f"{SVG}text"))
        for group in root.iter(f"{SVG}g")
        if "data-item" in group.attrib
    }


def _where(picture: Picture) -> dict[str, set[str]]:
    """For each item the sets whose rectangles hold its words, corner to corner; a word across a border fails."""
    found = {}
    sets = _sets(picture)
    for name, words in _items(picture).items():
        corners = []
        for line in words:
            x, y, half = float(line.attrib["x"]), float(line.attrib["y"]), float(line.attrib["textLength"]) / 2
            corners += [(x - half, y), (x + half, y), (x - half, y - 11), (x + half, y - 11)]
        held = {name: [box.holds(corner) for corner in corners] for name, box in sets.items()}
        assert all(all(inside) or not any(inside) for inside in held.values()), f"{name} lies across a border"
        found[name] = {set_name for set_name, inside in held.items() if all(inside)}
    return found


def test_each_item_lies_in_exactly_the_sets_of_the_guide() -> None:
    assert _where(sets_picture()) == GUIDE


def test_the_sessions_can_be_added() -> None:
    where = _where(sets_picture(items=taxonomy.kinds()))
    assert where["role-session"] == where["federated-user"] == {"principal"}
    assert {name: where[name] for name in GUIDE} == GUIDE


def test_entity_lies_in_identity_in_resource_and_principal_reaches_out() -> None:
    sets = _sets(sets_picture())

    def inside(inner: str, outer: str) -> bool:
        a, b = sets[inner], sets[outer]
        return b.x < a.x and b.y < a.y and a.x + a.w < b.x + b.w and a.y + a.h < b.y + b.h

    assert inside("entity", "identity") and inside("identity", "resource") and inside("entity", "principal")
    assert sets["principal"].overlaps(sets["identity"]) and not inside("principal", "resource")


@pytest.mark.parametrize("region", EVERY_REGION, ids=lambda region: "+".join(sorted(region)) or "none")
@pytest.mark.parametrize("item", ["group", "root"])
def test_a_learner_can_put_an_item_anywhere(item: str, region: frozenset[str]) -> None:
    picture = sets_picture({**GUIDE, item: region})
    assert _where(picture) == {**GUIDE, item: set(region)}


def test_many_wrong_placements_at_once_still_lie_where_they_were_put() -> None:
    placed = dict(zip(taxonomy.kinds(), EVERY_REGION[3:], strict=False))
    assert _where(sets_picture(placed, items=taxonomy.kinds())) == {name: set(s) for name, s in placed.items()}


def test_a_misplaced_item_is_marked_by_shape_and_words() -> None:
    right = sets_picture({"group": GUIDE["group"]}, items=["group"])
    wrong = sets_picture({"group": {"principal"}}, items=["group"])
    assert [line.text for line in _items(right)["group"]] == ["IAM group"]
    assert [line.text for line in _items(wrong)["group"]] == ["IAM group", "not here"]
    assert len(ET.fromstring(right.svg).findall(f".//{SVG}path")) == 2, "a group is two cards"
    assert len(ET.fromstring(wrong.svg).findall(f".//{SVG}path")) == 1, "a misplaced item is one octagon"


def test_what_is_not_placed_yet_is_named_below_and_drawn_nowhere() -> None:
    picture = sets_picture({"user": GUIDE["user"]})
    assert set(_items(picture)) == {"user"}
    assert "Not placed yet: IAM role" in picture.svg
    assert "Root user: not placed yet." in picture.text


def test_words_tell_where_each_item_is_and_which_are_misplaced() -> None:
    text = sets_picture({**GUIDE, "group": {"principal"}}).text
    assert text.startswith("Your placement: 5 right, 1 misplaced, 0 not placed yet.")
    assert "IAM group: in Principal. Not here." in text
    assert text.count("Not here") == 1


def test_the_picture_fits_a_phone_and_names_itself() -> None:
    picture = sets_picture()
    root = ET.fromstring(picture.svg)
    assert float(root.attrib["width"]) <= 520
    assert root.attrib["role"] == "img" and root.attrib["aria-label"] == picture.alt
    assert "IAM user and IAM role" in picture.alt


def test_the_names_of_the_sets_can_be_read() -> None:
    # The grounds lie over each other at 55 %, from the outermost set to the innermost.
    ground = "#ffffff"
    for colour in ("sky", "green", "orange", "purple"):
        ground = mix(ground, tint(colour), 0.55)
        assert contrast(shade(colour), ground) >= 4.5


@pytest.mark.parametrize("placed", [{"usr": {"resource"}}, {"user": {"things"}}])
def test_unknown_items_and_sets_are_refused(placed: dict[str, set[str]]) -> None:
    with pytest.raises(IamkitError, match="Use one of"):
        sets_picture(placed)
