"""The self-check: silent about versions where all is well, plain about what is not."""

from iamkit.lessons import selfcheck


def test_where_all_is_well_it_says_so_and_no_more():
    found = selfcheck.run()
    assert found
    assert "✗" not in found._repr_mimebundle_()["text/plain"]
    assert not any(sign.isdigit() for sign in found._repr_mimebundle_()["text/plain"].replace("z3", ""))


def test_what_is_broken_is_named_and_the_rest_is_tried_all_the_same(monkeypatch):
    def broken():
        raise ModuleNotFoundError("No module named 'z3'")

    monkeypatch.setitem(selfcheck.ATTEMPTS, "The solver z3 answers", broken)
    monkeypatch.setitem(selfcheck.ATTEMPTS, "Python is new enough", lambda: False)
    found = selfcheck.run()
    assert not found
    text = found._repr_mimebundle_()["text/plain"]
    assert "ModuleNotFoundError: No module named 'z3'" in text
    assert "✓ well" in text
    assert "python3 -m iamkit" in found.summary


def test_a_message_cannot_break_the_table(monkeypatch):
    def broken():
        raise ValueError("<b>\nsecond line")

    monkeypatch.setitem(selfcheck.ATTEMPTS, "A picture can be drawn", broken)
    html = selfcheck.run()._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;" in html
    assert "second line" not in html
