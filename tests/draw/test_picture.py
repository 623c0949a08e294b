import base64
import re

import pytest

from iamkit.draw.picture import Picture
from iamkit.errors import IamkitError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="20" viewBox="0 0 600 20"/>'


def test_a_notebook_gets_svg_html_and_words() -> None:
    bundle = Picture(SVG, "A line.", "A line from left to right.")._repr_mimebundle_()
    assert bundle["image/svg+xml"] == SVG
    assert bundle["text/plain"] == "A line from left to right."
    assert bundle["text/html"].count("<img ") == 1


def test_the_html_holds_the_same_drawing_as_a_data_uri() -> None:
    html = Picture(SVG, "A line.").html
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert data and base64.b64decode(data.group(1)).decode() == SVG


def test_alt_text_is_escaped_in_html() -> None:
    assert 'alt="say &quot;a &lt; b&quot;"' in Picture(SVG, 'say "a < b"').html


def test_a_picture_shrinks_with_its_column_but_not_until_it_cannot_be_read() -> None:
    html = Picture(SVG, "A line.").html
    assert "max-width:100%" in html and "height:auto" in html
    assert "min-width:450px" in html and "overflow-x:auto" in html


def test_words_fall_back_to_alt_text() -> None:
    assert Picture(SVG, "A line.").text == "A line."


def test_repr_is_stable_and_says_what_is_shown() -> None:
    assert repr(Picture(SVG, "A line.")) == "Picture('A line.')"


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_picture_without_alt_text_is_refused(alt: str) -> None:
    with pytest.raises(IamkitError, match="alt text"):
        Picture(SVG, alt)


def test_a_drawing_with_a_prolog_is_refused() -> None:
    with pytest.raises(IamkitError, match="<svg"):
        Picture("<?xml version='1.0'?><svg/>", "A line.")


def test_a_picture_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Picture(SVG, "A line.").alt = "other"  # type: ignore[misc]
