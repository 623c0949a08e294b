"""A real JupyterLab on a copy of the course, and a notebook open in it, for the browser tests."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from iamkit.__main__ import lab_command
from iamkit.environment import ROOT

SCREENSHOTS = ROOT / "screenshots"
WIDE, PHONE, HEIGHT = 1280, 390, 1000
START_SECONDS = 60
OPEN_SECONDS = 60
RUN_SECONDS = 300

# Without windowing every cell is in the page, not only those in view.
TRACKER_SETTINGS = '{"windowingMode": "none"}'
# Not stored while a test looks at it: every opening of a notebook is that of a fresh clone.
DOCUMENT_SETTINGS = '{"autosave": false}'
SETTINGS = {"notebook-extension/tracker": TRACKER_SETTINGS, "docmanager-extension/plugin": DOCUMENT_SETTINGS}
NO_NEWS = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'

READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    app.shell.collapseLeft();
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    await panel.revealed;
}"""

SHUT_DOWN = """() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"""

RUN_ALL = """() => window.jupyterapp.commands.execute('notebook:run-all-cells')"""

# Playwright sets no limit to a promise of the page. A question that JupyterLab asks is the likely reason to wait.
IN_TIME = """Promise.race([(%s)(), new Promise((_, reject) => setTimeout(
    () => reject(new Error('not done in %d s; ' + (document.querySelector('.jp-Dialog')?.innerText ?? ''))),
    %d * 1000))])"""

CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code')
    .map(cell => ({
        source: cell.model.sharedModel.getSource(),
        count: cell.model.executionCount,
        trusted: cell.model.trusted,
        tags: cell.model.getMetadata('tags') || [],
        outputs: cell.model.outputs.toJSON(),
    }))"""

PICTURES = """() => [...window.jupyterapp.shell.currentWidget.node.querySelectorAll('.jp-Cell img')]
    .map(img => ({alt: img.alt.trim(), loaded: img.complete && img.naturalWidth > 0}))"""

WIDGETS = """() => [...window.jupyterapp.shell.currentWidget.node.querySelectorAll('.jp-CodeCell')]
    .flatMap(cell => [...cell.querySelectorAll('.jp-OutputArea-output > .jupyter-widgets')])
    .filter(widget => widget.offsetHeight > 0 && !widget.querySelector('.jupyter-widgets-error-widget')
        && !widget.innerText.includes('Error displaying widget'))
    .length"""

SCROLL = """top => {
    const outer = window.jupyterapp.shell.currentWidget.node.querySelector('.jp-WindowedPanel-outer');
    outer.scrollTop = top;
    return [outer.scrollTop, outer.clientHeight, outer.scrollHeight];
}"""


class Lab:
    """A JupyterLab server on 127.0.0.1 over a copy of the notebooks, so that the project is not changed.

    It is started as ``python3 -m iamkit`` starts it, with empty settings: the notebooks are not trusted, as on
    a fresh clone.
    """

    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "notebooks", folder / "course" / "notebooks")
        self.log = folder / "jupyter.log"
        self.port, self.token = free_port(), secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = self._start(folder)
        self._wait()

    def _start(self, folder: Path) -> "subprocess.Popen[bytes]":
        files = {folder / "config" / "labconfig" / "page_config.json": NO_NEWS}
        for name, text in SETTINGS.items():
            files[folder / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"] = text
        for path, text in files.items():
            path.parent.mkdir(parents=True)
            path.write_text(text)
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "user-settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        }
        options = [
            "--no-browser",
            "--expose-app-in-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder / 'course'}",
            f"--IdentityProvider.token={self.token}",
        ]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *lab_command(options)],
                cwd=folder, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def _wait(self) -> None:
        if not answers(f"{self.url}/api?token={self.token}", self.process):
            self.stop()
            raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End the server; on this signal it ends its kernels too."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(address: str, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until a server that was started answers; False if it ends before, or takes too long."""
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            with ask.open(address, timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OpenNotebook:
    """A notebook in a browser page. ``page`` is playwright's, for what a test wants to do beyond this."""

    def __init__(self, lab: Lab, page: Any, path: str = "") -> None:
        """Open ``notebooks/x.ipynb``, or without a path what the server shows first; wait for its kernel."""
        self.page, self.asked_elsewhere = page, []
        page.on("request", self._note)
        # A workspace of its own: in a shared one, JupyterLab reopens what an earlier page had open.
        address = f"{lab.url}/lab/workspaces/{secrets.token_hex(4)}/tree/{path}" if path else lab.url
        page.goto(f"{address}?token={lab.token}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
        self._do(READY, OPEN_SECONDS)
        self.path: str = page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
        self.settle()

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.asked_elsewhere.append(request.url)

    def run_all(self) -> None:
        """Run every cell, as the menu does, and wait until what they show is there."""
        self._do(RUN_ALL, RUN_SECONDS)
        self.settle()

    def _do(self, script: str, seconds: int) -> None:
        self.page.evaluate(IN_TIME % (script, seconds, seconds))

    def settle(self) -> None:
        """Wait until the kernel rests, no widget is still loading, and every picture has loaded or failed."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                return panel.sessionContext.session.kernel.status === 'idle'
                    && !panel.node.innerText.includes('Loading widget')
                    && [...panel.node.querySelectorAll('.jp-Cell img')].every(img => img.complete);
            }"""
        )

    def cells(self) -> list[dict]:
        """The code cells: source, count, trusted, tags and outputs, as the page holds them."""
        return self.page.evaluate(CELLS)

    def pictures(self) -> list[dict]:
        """Every picture in a cell: its alt text, and whether it was loaded."""
        return self.page.evaluate(PICTURES)

    def widgets(self) -> int:
        """How many outputs show a working widget."""
        return self.page.evaluate(WIDGETS)

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """Make the window as wide and high as this, in CSS pixels."""
        self.page.set_viewport_size({"width": width, "height": height})

    def photograph(self, name: str) -> None:
        """Store a screenful of its start, its middle and its end, as ``screenshots/NAME-1-start.png`` and so on."""
        SCREENSHOTS.mkdir(exist_ok=True)
        _, height, whole = self.page.evaluate(SCROLL, 0)
        for part, top in (("1-start", 0), ("2-middle", (whole - height) / 2), ("3-end", whole)):
            self.page.evaluate(SCROLL, top)
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{part}.png")

    def close(self) -> None:
        """End its kernel and close the page."""
        self._do(SHUT_DOWN, OPEN_SECONDS)
        self.page.close()
