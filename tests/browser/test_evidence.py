"""The access graph with its evidence in a real JupyterLab: by keyboard, by mouse, on a phone, and untrusted."""

import pytest

from tests.browser.panels import TOO_WIDE
from tests.browser.single import made, show_one, wait_for

pytestmark = pytest.mark.browser

NAME = "widget-evidence"
SETUP = "import iamkit as ik\nfrom iamkit.widgets import access_evidence"
PANEL = 'access_evidence(ik.sample("later"))'


@pytest.fixture
def show(lab, open_notebook):
    """Open a notebook with the widget in it and run it, or with its stored twin; return the cell's output."""

    def show_it(**how):
        return show_one(lab, open_notebook, "evidence", SETUP, PANEL, **how)

    return show_it


def test_pairs_are_chosen_by_tab_and_space(show):
    opened, output = show()
    keyboard = output.page.keyboard
    wait_for(output, "✓ Yes: ana can s3:GetObject on acme-handbook/*.")
    output.get_by_label("✓ yes: ana on acme-handbook/*").focus()
    for _ in range(5):
        keyboard.press("Tab")
    keyboard.press("Space")
    wait_for(output, "✗ No: mallory cannot s3:GetObject on acme-builds/*, in any context.")
    assert not output.get_by_label("✓ yes: ana on acme-handbook/*").is_checked()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Space")
    wait_for(output, "✗ No: mallory cannot s3:GetObject on acme-payroll/*, in any context.")
    output.get_by_text("to the identity-based policies of user mallory").wait_for()
    output.get_by_alt_text("Chosen: ✗ No: mallory cannot s3:GetObject on acme-payroll/*").wait_for()
    opened.photograph(f"{NAME}-1280")
    keyboard.press("Space")  # Unticked: the first edge is chosen again.
    wait_for(output, "✓ Yes: ana can s3:GetObject on acme-handbook/*.")
    assert output.get_by_label("✓ yes: ana on acme-handbook/*").is_checked()
    assert not output.get_by_label("✗ no: mallory on acme-payroll/*").is_checked()
    assert opened.asked_elsewhere == []


def test_pairs_are_chosen_by_mouse_and_the_live_panel_says_what_the_twin_says(show):
    _, output = show()
    twin = made(SETUP, PANEL)
    for label in ("✗ no: auditor on acme-handbook/*", "✓ yes: payroll-app on acme-payroll/*"):
        output.get_by_label(label).click()
        next(box for box in twin.controls() if box.description == label).value = True
        assert twin.chosen is not None
        wait_for(output, twin.chosen.verdict)
        shown = "".join(output.inner_text().split())
        assert all("".join(line.split()) in shown for line in twin.chosen.evidence[0].splitlines())
        assert output.locator("img").count() == 1
        assert output.locator("img").get_attribute("src") in twin.twin_html()


def test_nothing_but_the_picture_is_wider_than_a_phone(show):
    opened, output = show(width=390)
    output.get_by_label("✗ no: mallory on acme-payroll/*").click()
    wait_for(output, "✗ No: mallory cannot")
    assert output.evaluate(TOO_WIDE) == []
    share = output.locator("img").evaluate("img => img.getBoundingClientRect().width / img.naturalWidth")
    assert share >= 0.74
    opened.photograph(f"{NAME}-390")


def test_the_stored_twin_is_shown_before_the_notebook_is_trusted(show):
    opened, output = show(run=False)
    assert opened.widgets() == 0
    assert output.get_by_role("row").count() == 7
    assert "The request:" in output.inner_text()
    assert [picture["loaded"] and bool(picture["alt"]) for picture in opened.pictures()] == [True]
    opened.photograph(f"{NAME}-twin")
