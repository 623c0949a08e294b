"""The adviser of lesson 9 in a real JupyterLab, by the keyboard alone: its questions come and go as it is answered."""

import pytest

pytestmark = pytest.mark.browser


def test_a_way_through_the_questions_is_walked_by_tab_and_space(open_notebook):
    notebook = open_notebook("notebooks/09_choosing_access.ipynb")
    notebook.run_all()
    panel = notebook.page.locator(".iamkit-panel", has_text="The adviser: who gets which access?")
    panel.scroll_into_view_if_needed()
    says, keyboard = panel.get_by_role("status"), notebook.page.keyboard

    def wait_for(words):
        says.get_by_text(words).wait_for()

    def press(*keys):
        for key in keys:
            keyboard.press(key)

    wait_for("A designated IAM user with long-term credentials.")
    panel.get_by_label("app user", exact=True).focus()
    press("Space")
    wait_for("Asked next: Can the app use Amazon Cognito?")
    assert not panel.get_by_label("workload outside AWS", exact=True).is_checked()
    press("Tab", "Tab", "Tab", "Tab", "Space")
    wait_for("Federation for the app, through Amazon Cognito. Temporary credentials.")
    panel.get_by_alt_text("Answered: app user; yes.").wait_for()
    press("Tab", "Space")
    wait_for("Federation for the app, with OpenID Connect (OIDC). Temporary credentials.")
    press("Space")
    wait_for("Asked next: Can the app use Amazon Cognito?")
