"""The apps in `iamkit/apps`, as Voilà serves them: no code in sight, and the same widgets, by the keyboard."""

import importlib.util
import os
import subprocess
import sys

import pytest

from iamkit.environment import ROOT
from tests.browser.conftest import unavailable
from tests.browser.lab import answers, free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def voila(tmp_path_factory):
    """The address of a Voilà server over the apps."""
    if importlib.util.find_spec("voila") is None:
        unavailable("voila is not installed; see CONTRIBUTING, 'Browser tests'")
    folder, port = tmp_path_factory.mktemp("voila"), free_port()
    options = [str(ROOT / "iamkit" / "apps"), "--no-browser", "--Voila.ip=127.0.0.1", f"--port={port}"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
    log = folder / "voila.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "voila", *options],
            cwd=folder, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        assert answers(f"{address}/", server), log.read_text()[-3000:]
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def app(voila, window):
    """Opens an app by name and returns its panel."""
    pages = []

    def open_it(name):
        pages.append(window.new_page())
        pages[-1].goto(f"{voila}/voila/render/{name}.ipynb", wait_until="commit")
        panel = pages[-1].locator(".iamkit-panel")
        panel.get_by_role("status").wait_for()
        assert "import iamkit" not in pages[-1].inner_text("body")
        return panel

    yield open_it
    for page in pages:
        page.close()


def test_the_explorer_decides_what_is_chosen(app):
    panel = app("explorer")
    says, keyboard = panel.get_by_role("status"), panel.page.keyboard
    panel.get_by_label("Principal").select_option(label="user ana (111122223333)")
    panel.get_by_label("Action").select_option("s3:GetObject")
    panel.get_by_label("Resource").select_option(label="acme-payroll/example (s3)")
    says.get_by_text("Allowed by").wait_for()
    panel.get_by_label("Context (JSON)").focus()
    keyboard.type("{")
    says.get_by_text("line 1, column 2").wait_for()


def test_the_playground_says_at_every_key_what_the_policy_does(app):
    panel = app("playground")
    says, keyboard = panel.get_by_role("status"), panel.page.keyboard
    says.get_by_text("1 ✓ Allowed.").wait_for()
    policy = panel.get_by_role("textbox")
    policy.focus()
    keyboard.press("Control+A")
    keyboard.type('{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}')
    says.get_by_text("1 ✗ Explicitly denied. 2 ✗ Explicitly denied.").wait_for()
