"""Fixtures of the browser tests: one Chromium and one JupyterLab for all of them, a fresh page for a test.

Where playwright or Chromium is missing, the tests are skipped. With IAMKIT_BROWSER=required they fail
instead, so that a machine that should have both does not pass by skipping.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import HEIGHT, WIDE, Lab, OpenNotebook

CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]

# No network but this machine, and nothing that Chromium does for itself.
CHROMIUM_OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
]
WINDOW = {"width": WIDE, "height": HEIGHT}
WAIT_MS = 60_000


def unavailable(reason: str) -> None:
    if os.environ.get("IAMKIT_BROWSER") == "required":
        pytest.fail(f"IAMKIT_BROWSER=required, but {reason}")
    pytest.skip(reason)


def chromium_path(own: str) -> str:
    """The Chromium to use: that of IAMKIT_CHROMIUM, one on the PATH, or playwright's own."""
    found = os.environ.get("IAMKIT_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), own)
    if not Path(found).exists():
        unavailable("there is no Chromium; see CONTRIBUTING, 'Browser tests'")
    return found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    # Only for this folder: playwright's event loop must be gone when nbval starts its own.
    for name in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(name) is None:
            unavailable(f"{name} is not installed; see CONTRIBUTING, 'Browser tests'")
    from playwright.sync_api import sync_playwright

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if root else [])]
    with sync_playwright() as playwright:
        path = chromium_path(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def window(chromium: Any) -> Iterator[Any]:
    """A window with a cache of its own: JupyterLab is loaded over the connection once."""
    context = chromium.new_context(viewport=WINDOW, reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture(scope="package")
def lab(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture
def open_notebook(window: Any, lab: Lab) -> Iterator[Callable[..., OpenNotebook]]:
    """Call it with a path such as ``notebooks/00_start_here.ipynb``."""
    opened = []

    def open_it(path: str = "") -> OpenNotebook:
        opened.append(OpenNotebook(lab, window.new_page(), path))
        return opened[-1]

    yield open_it
    for notebook in opened:
        notebook.close()
