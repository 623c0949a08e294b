"""The widgets in a real JupyterLab: driven by the keyboard alone, on a narrow screen, and as static twins."""

import pytest

from tests.browser.panels import TOO_WIDE
from tests.browser.single import press, show_one, twin, wait_for

pytestmark = pytest.mark.browser

SETUP = """
import iamkit as ik
from iamkit.widgets import access_adviser, card_sort, decision_explorer, decision_gates, question_slider

def statement(effect, sid, action, resource="*"):
    return {"Effect": effect, "Sid": sid, "Action": action, "Resource": resource}

def world(*statements):
    made = ik.World()
    home = made.account("111122223333", "home")
    home.user("ana", policies=[{"Version": "2012-10-17", "Statement": list(statements)}])
    home.resource("arn:aws:s3:::payroll")
    return made

ANA, OBJECT = "arn:aws:iam::111122223333:user/ana", "arn:aws:s3:::payroll/march.csv"
read, stop = statement("Allow", "Read", "s3:GetObject"), statement("Deny", "Stop", "s3:*")
"""
WIDGETS = {
    "adviser": 'access_adviser(who="workforce", needs="nothing special", source="Identity Center", access="both")',
    "cards": "card_sort()",
    "gates": 'decision_gates(ik.Request(ANA, "s3:GetObject", OBJECT), world(read, stop), '
    '[("aws:MultiFactorAuthPresent", [None, "true"])])',
    "question": 'question_slider((ANA, "s3:GetObject", "arn:aws:s3:::payroll/*"), '
    '[("denied", world(read, stop)), ("no Deny", lambda: world(read))])',
    "explorer": 'decision_explorer(world(statement("Allow", "Read", "s3:GetObject", "arn:aws:s3:::payroll*")))',
}


@pytest.fixture
def show(lab, open_notebook):
    """Open a notebook with one widget in it; with ``run``, run it and return the cell's output."""

    def show_it(name, **how):
        return show_one(lab, open_notebook, name, SETUP, WIDGETS[name], **how)

    return show_it


def test_the_cards_are_sorted_by_tab_and_space(show):
    _, output = show("cards")
    output.get_by_label("resource").first.focus()
    press(output, "Space", "Tab", "Space", "Tab", "Space", "Tab", "Space")
    wait_for(output, "1 of 6 right, 5 not placed yet.")
    press(output, "Tab", "Tab", "Space")
    wait_for(output, "1 of 6 right, 4 not placed yet.")
    press(output, "Tab", "Tab", "Tab", "Tab", "Space")
    wait_for(output, "IAM group is not in IAM entity: A group has no credentials")
    output.get_by_alt_text("Your placement: 1 right, 2 misplaced, 3 not placed yet.").wait_for()


def test_statements_and_keys_are_switched_by_the_keyboard(show):
    _, output = show("gates")
    wait_for(output, "Explicitly denied")
    output.get_by_label("Allow Read in inline-1").focus()
    press(output, "Tab", "Space")
    wait_for(output, "Allowed by")
    output.get_by_alt_text("No Deny applies, so the NOT gate gives true; the AND gate gives true.").wait_for()
    press(output, "Tab", "Space")
    assert output.get_by_label("true for aws:MultiFactorAuthPresent").is_checked()


def test_the_slider_goes_by_the_arrow_keys(show):
    _, output = show("question")
    wait_for(output, "Step 1 of 2, denied: ✗ No.")
    output.get_by_role("slider", name="Step").focus()
    press(output, "ArrowRight")
    wait_for(output, "Step 2 of 2, no Deny: ✓ Yes.")
    press(output, "ArrowLeft")
    wait_for(output, "Step 1 of 2, denied: ✗ No.")


def test_a_list_is_chosen_from_and_bad_json_is_told_with_its_place_and_what_was_typed_stays(show):
    _, output = show("explorer")
    context = output.get_by_label("Context (JSON)")
    output.get_by_label("Resource").focus()
    wait_for(output, "Allowed by")
    press(output, "Space", "ArrowDown", "ArrowDown", "Enter")
    wait_for(output, "Implicitly denied")
    press(output, "Space", "ArrowUp", "Enter", "Tab")
    wait_for(output, "Allowed by")
    typed = '{"aws:SourceIp": "10.0.0.1"'
    output.page.keyboard.type(typed)
    wait_for(output, "line 1, column 28")
    assert context.input_value() == typed
    output.page.keyboard.type("}")
    wait_for(output, "Allowed by")


@pytest.mark.parametrize("name", WIDGETS)
def test_nothing_but_a_picture_or_a_table_is_wider_than_a_phone(show, name):
    opened, output = show(name, width=390)
    too_wide = output.evaluate(TOO_WIDE)
    assert too_wide == []
    if output.locator("img").count():
        share = output.locator("img").evaluate("img => img.getBoundingClientRect().width / img.naturalWidth")
        assert share >= 0.74
    opened.photograph(f"widget-{name}-390")


@pytest.mark.parametrize("name", WIDGETS)
def test_the_stored_twin_is_shown_before_the_notebook_is_trusted(show, name):
    opened, output = show(name, run=False)
    stored = twin(SETUP, WIDGETS[name])
    assert opened.widgets() == 0
    assert "".join(stored["text/plain"].splitlines()[0].split()) in "".join(output.inner_text().split())
    pictures = opened.pictures()
    assert len(pictures) == stored["text/html"].count("<img")
    assert all(picture["loaded"] and picture["alt"] for picture in pictures)
    opened.photograph(f"widget-{name}-twin")
