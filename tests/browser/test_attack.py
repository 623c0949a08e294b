"""The attack of lesson 6 in a real JupyterLab, by the keyboard alone: press, add the condition, press again."""

import pytest

pytestmark = pytest.mark.browser


def test_the_attack_succeeds_until_the_external_id_is_tested(open_notebook):
    notebook = open_notebook("notebooks/06_across_accounts.ipynb")
    notebook.run_all()
    panel = notebook.page.locator(".iamkit-panel", has_text="Ledger's audit service")
    panel.scroll_into_view_if_needed()
    says, keyboard = panel.get_by_role("status"), notebook.page.keyboard

    def press(*keys):
        for key in keys:
            keyboard.press(key)

    def wait_for(words):
        says.get_by_text(words).wait_for()

    wait_for("Nothing has happened yet.")
    panel.get_by_role("button", name="Attack: order as Mallory").focus()
    press("Enter")
    wait_for("Mallory gets a report on Acme's payroll.")
    panel.get_by_label("Acme's trust policy tests sts:ExternalId").focus()
    press("Space")
    wait_for("Nothing has happened yet.")
    press("Tab", "Tab", "Tab", "Space")
    wait_for("Mallory gets nothing. Implicitly denied")
    assert "Step 3 is refused" in panel.get_by_role("img").get_attribute("alt")
    press("Tab", "Enter")
    wait_for("Acme gets a report on Acme's payroll.")
    assert not notebook.asked_elsewhere
