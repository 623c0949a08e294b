import itertools

import pytest

from iamkit.draw.style import (
    EDGE_KINDS,
    EMPHASES,
    NODE_KINDS,
    OKABE_ITO,
    WHITE,
    contrast,
    edge_style,
    node_style,
)
from iamkit.errors import IamkitError


def test_the_colours_are_those_of_okabe_and_ito() -> None:
    # Okabe and Ito, "Color Universal Design", 2008.
    assert set(OKABE_ITO.values()) == {
        "#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
    }  # fmt: skip


def test_contrast_of_known_pairs() -> None:
    # WCAG 2.2: black on white is 21:1; #767676 is the lightest grey that passes 4.5:1 on white.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("emphasis", EMPHASES)
@pytest.mark.parametrize("kind", sorted(NODE_KINDS))
def test_words_in_a_node_can_be_read(kind: str, emphasis: str) -> None:
    style = node_style(kind, emphasis)
    assert contrast(style.ink, style.fill) >= 4.5
    assert contrast(style.line, WHITE) >= 3


@pytest.mark.parametrize("emphasis", EMPHASES)
@pytest.mark.parametrize("kind", sorted(EDGE_KINDS))
def test_an_edge_stands_out_from_the_ground(kind: str, emphasis: str) -> None:
    assert contrast(edge_style(kind, emphasis).line, WHITE) >= 3


def test_no_two_kinds_of_node_differ_in_colour_only() -> None:
    for one, other in itertools.combinations(NODE_KINDS.values(), 2):
        assert (one.shape, one.marker, one.dash) != (other.shape, other.marker, other.dash)


def test_allow_and_deny_differ_in_shape_and_in_words() -> None:
    allow, deny, implicit = (NODE_KINDS[kind] for kind in ("allow", "deny", "implicit-deny"))
    assert allow.shape != deny.shape
    assert len({allow.marker, deny.marker, implicit.marker}) == 3
    assert EDGE_KINDS["allow"].head != EDGE_KINDS["deny"].head


def test_no_two_kinds_of_edge_differ_in_colour_only() -> None:
    for one, other in itertools.combinations(EDGE_KINDS.values(), 2):
        assert (one.dash, one.head, one.width) != (other.dash, other.head, other.width)


@pytest.mark.parametrize("look_up", [node_style, edge_style])
def test_unknown_kinds_and_emphases_are_refused(look_up) -> None:
    with pytest.raises(IamkitError, match="kind of"):
        look_up("wizard")
    with pytest.raises(IamkitError, match="emphasis"):
        look_up("allow", "loud")
