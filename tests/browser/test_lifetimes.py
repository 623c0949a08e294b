"""The day of lesson 2 in a real JupyterLab, by the keyboard alone: one press of an arrow key goes across an end."""

import pytest

pytestmark = pytest.mark.browser


def test_an_arrow_key_goes_across_an_end_and_back(open_notebook):
    notebook = open_notebook("notebooks/02_credentials_and_time.ipynb")
    notebook.run_all()
    panel = notebook.page.locator(".iamkit-panel", has_text="What is valid when?")
    panel.scroll_into_view_if_needed()
    says, keyboard = panel.get_by_role("status"), notebook.page.keyboard
    says.get_by_text("08:00: 3 of 7 are valid.").wait_for()
    slider = panel.get_by_role("slider", name="Time, UTC")
    slider.focus()
    keyboard.press("ArrowRight")
    says.get_by_text("08:30: 4 of 7 are valid.").wait_for()
    assert slider.get_attribute("aria-valuetext") == "08:30"
    keyboard.press("ArrowRight")
    says.get_by_text("08:44:59: 4 of 7 are valid. This is the last second of mallory by aws login").wait_for()
    keyboard.press("ArrowRight")
    says.get_by_text("08:45: 3 of 7 are valid. Just over: mallory by aws login").wait_for()
    assert "At 08:45" in panel.get_by_role("img").get_attribute("alt")
    keyboard.press("ArrowLeft")
    says.get_by_text("08:44:59: 4 of 7 are valid.").wait_for()
    assert not notebook.asked_elsewhere
