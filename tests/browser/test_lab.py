"""Every notebook in a real JupyterLab: as a fresh clone shows it, and after running all of it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from iamkit.__main__ import START
from iamkit.environment import ROOT
from tests.browser import accessibility
from tests.browser.lab import PHONE, WIDE, OpenNotebook
from tests.browser.panels import panels

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not NOTEBOOKS, reason="there is no notebook yet"),
]


def stored_pictures(path) -> int:
    """How many pictures the file holds that a reader should see without running anything."""
    count = 0
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            count += len(re.findall(r"!\[[^\]]*\]\(|<img\b", cell.source))
        for output in cell.get("outputs", []):
            count += output.get("data", {}).get("text/html", "").count("<img")
    return count


@dataclass
class Walk:
    """A notebook, and what was seen in it: first as a fresh clone shows it, then after running all of it."""

    path: Path
    notebook: OpenNotebook
    fresh: list[dict] = field(default_factory=list)
    fresh_pictures: list[dict] = field(default_factory=list)
    ran: list[dict] = field(default_factory=list)
    ran_pictures: list[dict] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)

    def go(self) -> None:
        notebook, name = self.notebook, self.path.stem
        notebook.photograph(f"{name}-fresh-{WIDE}")
        self.fresh, self.fresh_pictures = notebook.cells(), notebook.pictures()
        notebook.run_all()
        notebook.photograph(f"{name}-run-{WIDE}")
        self.ran, self.ran_pictures = notebook.cells(), notebook.pictures()
        notebook.resize(PHONE)
        notebook.photograph(f"{name}-run-{PHONE}")
        self.too_wide = [one for panel in panels(notebook) for one in panel.too_wide]
        notebook.resize(WIDE)


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def walk(lab, window, request):
    """Each notebook in turn, opened once for all tests that look at it."""
    walk = Walk(request.param, OpenNotebook(lab, window.new_page(), f"notebooks/{request.param.name}"))
    walk.go()
    yield walk
    walk.notebook.close()


def unseen(pictures: list[dict]) -> list[dict]:
    """The pictures that did not load or have no alt text."""
    return [picture for picture in pictures if not (picture["loaded"] and picture["alt"])]


def test_the_command_opens_the_start_notebook(open_notebook):
    assert open_notebook().path == START


def test_a_fresh_clone_shows_every_stored_picture(walk):
    assert not any(cell["trusted"] for cell in walk.fresh if cell["outputs"])
    assert unseen(walk.fresh_pictures) == []
    assert len(walk.fresh_pictures) == stored_pictures(walk.path)


def test_it_runs_without_fault(walk):
    errors = [
        (output["ename"], output["evalue"])
        for cell in walk.ran
        for output in cell["outputs"]
        if output["output_type"] == "error" and "raises-exception" not in cell["tags"]
    ]
    assert errors == []
    assert [cell["source"] for cell in walk.ran if cell["count"] is None] == [], "these cells did not run"
    views = [out for cell in walk.ran for out in cell["outputs"] if WIDGET_VIEW in out.get("data", {})]
    assert walk.notebook.widgets() == len(views)
    assert unseen(walk.ran_pictures) == []


def test_nothing_but_a_picture_or_a_table_is_wider_than_a_phone(walk):
    assert walk.too_wide == []


def test_every_control_is_worked_by_the_keyboard_and_the_twin_says_what_is_shown(walk):
    faults = []
    for panel in panels(walk.notebook):
        tabbed, count = panel.tabbed(), panel.controls.count()
        if tabbed != list(range(count)):
            faults.append(f"{panel.title}: the Tab key visits controls {tabbed} of {count}")
        faults += [f"{panel.title}: at first {fault}" for fault in panel.faults()]
        for number in range(count):
            if number >= panel.controls.count():
                break  # Answering took later questions away.
            if not panel.work(number):
                faults.append(f"{panel.title}: control {number} does not hear the keyboard")
            faults += [f"{panel.title}: after control {number}, {fault}" for fault in panel.faults()]
    assert not faults, "\n".join(faults)


def test_no_rule_of_accessibility_is_broken(walk):
    assert accessibility.faults(walk.notebook) == []


def test_nothing_is_asked_of_another_machine(walk):
    assert walk.notebook.asked_elsewhere == []
