"""The steppers of lesson 8 in a real JupyterLab, by the keyboard alone: each message, and what happens on the way."""

import pytest

pytestmark = pytest.mark.browser


def test_a_flow_is_stepped_through_and_refused_by_tab_space_and_arrows(open_notebook):
    notebook = open_notebook("notebooks/08_federation.ipynb")
    notebook.run_all()
    panel = notebook.page.locator(".iamkit-panel", has_text="Mallory runs it in her copy of the repository")
    panel.scroll_into_view_if_needed()
    says, keyboard = panel.get_by_role("status"), notebook.page.keyboard

    says.get_by_text("GitHub Actions: it ends well, after 7 messages.").wait_for()
    copy = panel.get_by_label("Mallory runs it in her copy of the repository")
    copy.focus()
    keyboard.press("Space")
    says.get_by_text("GitHub Actions: refused at message 5.").wait_for()
    keyboard.press("Tab")
    keyboard.press("Tab")
    for number in (1, 2):
        keyboard.press("ArrowRight")
        says.get_by_text(f"message {number} of 5.").wait_for()
    panel.get_by_text('"sub": "repo:mallory/payroll-robot:ref:refs/heads/main"').wait_for()
    keyboard.press("End")
    panel.get_by_text("the request has 'repo:mallory/payroll-robot:ref:refs/heads/main'").wait_for()
    panel.get_by_alt_text("step 5 of 5").wait_for()


def test_a_claim_is_loosened_until_a_stranger_comes_in(open_notebook):
    notebook = open_notebook("notebooks/08_federation.ipynb")
    notebook.run_all()
    panel = notebook.page.locator(".iamkit-panel", has_text="Loosen the claim: who slips through?")
    panel.scroll_into_view_if_needed()
    says = panel.get_by_role("status")
    says.get_by_text("Who slips through? ✓ Nobody.").wait_for()
    panel.get_by_role("slider").focus()
    for _ in range(3):
        notebook.page.keyboard.press("ArrowRight")
    says.get_by_text("repo:acmeexample/payroll-robot:").wait_for()
