"""The picture of the sets: every combination has a field, and what is said agrees with what is drawn."""

import re
from itertools import combinations

import pytest

from iamkit.draw.venn import _Grid, venn_picture
from iamkit.errors import IamkitError
from iamkit.prove.regions import ALLOWED, BOUNDARY, BUCKET, DENIED, IDENTITY, SESSION, SOME, Region, Regions

SETS = (IDENTITY, BOUNDARY, SESSION, BUCKET)


def all_regions(sets: tuple[str, ...]) -> tuple[Region, ...]:
    """A region for every combination."""
    chosen = [one for size in range(1, len(sets) + 1) for one in combinations(sets, size)]
    outcomes = (ALLOWED, DENIED, SOME)
    return tuple(Region(one, outcomes[at % 3], "s3:GetObject", "*") for at, one in enumerate(chosen))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_combination_of_sets_has_a_field(count: int) -> None:
    found = all_regions(SETS[:count])
    picture = venn_picture(Regions(SETS[:count], found))
    for outcome in (ALLOWED, DENIED, SOME):
        drawn = picture.svg.count(f'data-region="{outcome}"')
        assert drawn == sum(region.outcome == outcome for region in found)
    assert 'data-region="empty"' not in picture.svg
    assert len(re.findall("data-set=", picture.svg)) == count


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_field_lies_in_the_rectangles_of_its_sets_and_of_no_others(count: int) -> None:
    grid = _Grid(SETS[:count])
    seen = set()
    for column, across in enumerate(grid.columns):
        for row, down in enumerate(grid.rows):
            x, y = grid.x(column), grid.y(row)
            around = set()
            for place in range(count):
                left, top, right, bottom = grid.box(place)
                if left < x and x + grid.cell < right and top < y and y + 76 < bottom:
                    around.add(place)
                else:
                    assert x + grid.cell < left or x > right or y + 76 < top or y > bottom
            assert around == {*across, *(len(grid.across) + one for one in down)}
            seen.add(frozenset(around))
    assert len(seen - {frozenset()}) == 2**count - 1


def test_no_two_borders_fall_together() -> None:
    grid = _Grid(SETS)
    boxes = [grid.box(place) for place in range(4)]
    for side in range(4):
        assert len({box[side] for box in boxes[:2]}) == len({box[side] for box in boxes[2:]}) == 2


def test_what_no_request_lies_in_is_hatched() -> None:
    only = Region((IDENTITY, BOUNDARY), ALLOWED, "s3:GetObject", "*")
    picture = venn_picture(Regions((IDENTITY, BOUNDARY), (only,)))
    assert picture.svg.count('data-region="empty"') == 2
    assert "hatched" in picture.svg


def test_the_words_say_every_region_and_the_alt_text_what_is_allowed() -> None:
    found = all_regions(SETS)
    picture = venn_picture(Regions(SETS, found))
    assert picture.text.count("\n") == len(found)
    assert picture.text.startswith(
        "Four overlapping sets: identity policy, boundary, session policy and bucket policy."
    )
    nothing = venn_picture(Regions((BOUNDARY,), (Region((BOUNDARY,), DENIED, "s3:GetObject", "*"),)))
    assert "None is allowed" in nothing.alt


def test_it_fits_a_phone() -> None:
    width = re.search(r'width="([\d.]+)"', venn_picture(Regions(SETS, all_regions(SETS))).svg)
    assert width and float(width.group(1)) * 0.75 < 265  # What JupyterLab leaves of 390 px.


@pytest.mark.parametrize("sets", [(), (*SETS, "SCPs")])
def test_it_draws_one_to_four_sets(sets: tuple[str, ...]) -> None:
    with pytest.raises(IamkitError, match="one to four"):
        venn_picture(Regions(sets, ()))
