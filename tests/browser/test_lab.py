"""Every notebook in a real JupyterLab: as a fresh clone shows it, and after running all of it."""

import re

import nbformat
import pytest

from iamkit.__main__ import START
from iamkit.environment import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not NOTEBOOKS, reason="there is no notebook yet"),
]
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def stored_pictures(path) -> int:
    """How many pictures the file holds that a reader should see without running anything."""
    count = 0
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            count += len(re.findall(r"!\[[^\]]*\]\(|<img\b", cell.source))
        for output in cell.get("outputs", []):
            count += output.get("data", {}).get("text/html", "").count("<img")
    return count


def test_the_command_opens_the_start_notebook(open_notebook):
    assert open_notebook().path == START


@every_notebook
def test_a_fresh_clone_shows_every_stored_picture(open_notebook, path):
    notebook = open_notebook(f"notebooks/{path.name}")
    notebook.photograph(f"{path.stem}-fresh")
    assert not any(cell["trusted"] for cell in notebook.cells() if cell["outputs"])
    pictures = notebook.pictures()
    assert [picture for picture in pictures if not (picture["loaded"] and picture["alt"])] == []
    assert len(pictures) == stored_pictures(path)
    assert notebook.asked_elsewhere == []


@every_notebook
def test_it_runs_without_fault(open_notebook, path):
    notebook = open_notebook(f"notebooks/{path.name}")
    notebook.run_all()
    notebook.photograph(f"{path.stem}-run")
    cells = notebook.cells()
    errors = [
        (output["ename"], output["evalue"])
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error" and "raises-exception" not in cell["tags"]
    ]
    assert errors == []
    assert [cell["source"] for cell in cells if cell["count"] is None] == [], "these cells did not run"
    views = [out for cell in cells for out in cell["outputs"] if WIDGET_VIEW in out.get("data", {})]
    assert notebook.widgets() == len(views)
    assert [picture for picture in notebook.pictures() if not (picture["loaded"] and picture["alt"])] == []
    assert notebook.asked_elsewhere == []
