"""The policy playground and the policy difference in a real JupyterLab: typed in by the keyboard alone."""

import json

import pytest

from tests.browser.accessibility import faults
from tests.browser.panels import TOO_WIDE
from tests.browser.single import press, show_one, twin, wait_for

pytestmark = pytest.mark.browser

SETUP = """
import iamkit as ik
from iamkit.widgets import policy_difference, policy_playground

BUCKET = "arn:aws:s3:::acme-payroll"
ANA, READ = (f"arn:aws:iam::111122223333:{name}" for name in ("user/payroll/ana", "policy/ReadPayroll"))
ASKED = [(ANA, f"s3:{name}Object", f"{BUCKET}/march.csv") for name in ("Get", "Delete", "Put")]

def allow(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": f"{BUCKET}/*"}]}
"""
WIDGETS = {
    "playground": 'policy_playground(ik.sample("payroll"), READ, ASKED, [(ANA, "s3:Delete*", f"{BUCKET}/*")])',
    "difference": 'policy_difference(allow("s3:Get*"), allow(["s3:GetObject", "s3:PutObject"]))',
}
START = "1 ✓ Allowed. 2 ✗ Explicitly denied. 3 – Implicitly denied. 4 ✗ Never."


@pytest.fixture
def show(lab, open_notebook):
    """Open a notebook with one widget in it, run it unless only its twin is wanted, and return the cell's output."""

    def show_it(name, **how):
        return show_one(lab, open_notebook, name, SETUP, WIDGETS[name], **how)

    return show_it


def type_anew(output, text):
    """Take all away that stands in the text area with the focus, and type."""
    press(output, "Control+a", "Delete")
    output.page.keyboard.type(text)


def cells(opened):
    return [cell["source"] for cell in opened.cells()]


def test_a_policy_is_typed_key_by_key_and_the_verdict_follows(show):
    _, output = show("playground")
    wait_for(output, START)
    area = output.get_by_label("Policy (JSON)")
    area.focus()
    typed = '{"Statement": [{\n"Effect": "Allow",\n"Action": "s3:*",\n"Resource": "*"\n}]}'
    type_anew(output, typed)
    wait_for(output, "1 ✓ Allowed. 2 ✓ Allowed. 3 ✓ Allowed. 4 ✓ Yes.")
    assert area.input_value() == typed
    assert output.get_by_text("← allows 1, 2, 3 and 4").is_visible()


def test_a_fault_keeps_the_typing_the_caret_and_the_last_good_answer(show):
    _, output = show("playground")
    area = output.get_by_label("Policy (JSON)")
    before = area.input_value()
    area.focus()
    press(output, "Control+Home", *["ArrowDown"] * 4, "End", "Backspace")
    wait_for(output, "line 6, column 7 (at $.Statement[0].Sid)")
    assert output.get_by_text("The answer to the last good text").is_visible()
    press(output, ",")
    wait_for(output, START)
    assert area.input_value() == before
    assert output.get_by_text("The answer to the last good text").count() == 0


def test_jupyterlab_takes_no_key_from_the_text_area(show):
    """Letters that are commands outside of it, Enter, Escape, undo: each does what it does in a text area."""
    opened, output = show("playground")
    area, sources = output.get_by_label("Policy (JSON)"), cells(opened)
    area.focus()
    type_anew(output, "a b c d d x y z m l o 0 0 1 j k i i r f h s ? - ")
    press(output, "Enter", "Home", "ArrowUp", "End", "x", "Shift+ArrowLeft", "Backspace", "ArrowDown", "PageUp", "End")
    assert area.input_value() == "a b c d d x y z m l o 0 0 1 j k i i r f h s ? - \n"
    wait_for(output, "No verdict: line 1, column 1 (at $)")
    for keys in ("Shift+Enter", "Control+Enter", "Alt+Enter", "Escape", "Control+b", "Control+Shift+c", "a", "b"):
        press(output, keys)
    assert cells(opened) == sources
    assert [cell["count"] for cell in opened.cells()] == [1]
    assert area.evaluate("area => area === document.activeElement")
    assert area.input_value().replace("\n", "").endswith("- ab")


def test_tab_leaves_the_text_area_and_undo_stays_in_it(show):
    opened, output = show("difference")
    first, second = (output.get_by_label(f"{side} policy (JSON)") for side in ("First", "Second"))
    before, sources = first.input_value(), cells(opened)
    first.focus()
    press(output, "Control+End", "x")
    wait_for(output, "In the first policy, line")
    press(output, "Control+z")
    wait_for(output, "Incomparable")
    assert (first.input_value(), cells(opened)) == (before, sources)
    press(output, "Tab")
    assert second.evaluate("area => area === document.activeElement")
    press(output, "Shift+Tab")
    assert first.evaluate("area => area === document.activeElement")


def test_two_policies_are_compared_as_they_are_typed(show):
    _, output = show("difference")
    wait_for(output, "≠ Incomparable")
    output.get_by_label("First policy (JSON)").focus()
    press(output, "Tab")
    same = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::acme-payroll/*"}}
    type_anew(output, json.dumps(same)[:-2])
    wait_for(output, "In the second policy, line 1, column 97")
    output.page.keyboard.type("}}")
    wait_for(output, "= Equivalent: the first policy permits the same as the second.")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", WIDGETS)
def test_nothing_is_wider_than_the_screen(show, name, width):
    opened, output = show(name, width=width)
    assert output.evaluate(TOO_WIDE) == []
    boxes = [part.bounding_box() for part in (output.locator("textarea").first, output.get_by_role("status"))]
    beside = boxes[1]["x"] > boxes[0]["x"] + boxes[0]["width"]
    assert beside == (name == "playground" and width == 1280), "the verdict is beside the text where there is room"
    opened.photograph(f"widget-{name}-{width}")
    output.locator("textarea").last.focus()
    press(output, "Control+Home", "ArrowDown", "End", "Backspace")
    wait_for(output, "line 3, column 3")
    assert output.evaluate(TOO_WIDE) == []
    opened.photograph(f"widget-{name}-fault-{width}")


@pytest.mark.parametrize("name", WIDGETS)
def test_axe_finds_nothing_serious_with_an_answer_and_with_a_fault(show, name):
    opened, output = show(name)
    assert faults(opened) == []
    output.locator("textarea").last.focus()
    press(output, "Control+Home", "x")
    wait_for(output, "line 1, column 1")
    assert faults(opened) == []


@pytest.mark.parametrize("name", WIDGETS)
def test_the_stored_twin_is_shown_before_the_notebook_is_trusted(show, name):
    opened, output = show(name, run=False)
    assert opened.widgets() == 0
    first, *_ = twin(SETUP, WIDGETS[name])["text/plain"].splitlines()
    shown = "".join(output.inner_text().split())
    assert "".join(first.split()) in shown
    assert "linebyline" in shown
    opened.photograph(f"widget-{name}-twin")
