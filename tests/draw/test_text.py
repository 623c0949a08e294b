import pytest

from iamkit.draw.text import clean, is_measured, width, wrap, wrap_words


def test_width_follows_the_published_helvetica_metrics() -> None:
    # Adobe Font Metrics of Helvetica: W 944, i 222, space 278.
    assert width("W", 1000) == 944
    assert width("i i", 1000) == 222 + 278 + 222


def test_accents_do_not_widen_and_wide_characters_are_wide() -> None:
    assert width("é", 10) == width("e", 10)
    assert width("本", 10) == 10
    assert not is_measured("é") and is_measured("e")


@pytest.mark.parametrize(
    "words",
    [
        "arn:aws:iam::111122223333:role/service-role/MyVeryLongLambdaExecutionRoleName",
        "one two three four five six seven eight",
        "x" * 200,
        "日本語" * 20,
        "line one\nline two",
    ],
)
def test_wrapping_keeps_every_character_and_the_limit(words: str) -> None:
    lines = wrap(words, 15, 120)
    assert all(width(line, 15) <= 120 for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_short_words_stay_on_one_line() -> None:
    assert wrap("alice", 15, 120) == ["alice"]
    assert wrap("", 15, 120) == [""]


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert clean("a\x00b\ud800c\td") == "a\ufffdb\ufffdc\td"


@pytest.mark.parametrize("words", ["issued 24 Nov 09:39:59, expired at 25 Nov 21:39:59", "AWS sign-in", "a" * 60, ""])
def test_words_are_broken_between_words_where_they_fit(words: str) -> None:
    lines = wrap_words(words, 12, 90)
    assert all(width(line, 12) <= 90 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    if all(width(word, 12) <= 90 for word in words.split()):
        assert " ".join(lines).split() == words.split()
