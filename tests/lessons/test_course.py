"""The notebooks beside the lesson modules: nothing prepared is left out, and every link leads somewhere."""

import re
from pathlib import Path

import nbformat
import pytest

from iamkit.environment import ROOT
from iamkit.lessons import (
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    lesson11,
)
from iamkit.lessons.predict import Prediction

FOLDER = ROOT / "notebooks"
COURSE = {
    "00_start_here": lesson00,
    "01_who_is_asking": lesson01,
    "02_credentials_and_time": lesson02,
    "03_deciding": lesson03,
    "04_two_halves_of_a_role": lesson04,
    "05_ceilings": lesson05,
    "06_across_accounts": lesson06,
    "07_chains": lesson07,
    "08_federation": lesson08,
    "09_choosing_access": lesson09,
    "10_can_mallory_ever": lesson10,
    "11_capstone": lesson11,
}
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PAGES = [*NOTEBOOKS, *sorted(FOLDER.glob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def cells(name: str) -> list[nbformat.NotebookNode]:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


def code(name: str) -> list[str]:
    return [cell.source for cell in cells(name) if cell.cell_type == "code"]


def prose(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in cells(path.stem) if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", COURSE)
def test_every_exercise_can_be_checked_hinted_and_solved_in_its_notebook(name):
    source = "\n".join(code(name))
    assert len(COURSE[name].EXERCISES) >= 3
    for exercise in COURSE[name].EXERCISES:
        for call in ("check(my_", "hint()", "solution()"):
            assert f"lesson.{exercise.name}.{call}" in source


@pytest.mark.parametrize("name", COURSE)
def test_a_solution_fills_the_variable_that_is_checked(name):
    source = "\n".join(code(name))
    for exercise in COURSE[name].EXERCISES:
        checked = re.search(rf"lesson\.{exercise.name}\.check\((\w+)", source)
        filled = set(re.findall(r"^(my_\w+) = ", exercise.solution().code, re.MULTILINE))
        assert checked and filled <= {checked[1]}, exercise.name


@pytest.mark.parametrize("name", COURSE)
def test_as_stored_every_exercise_is_not_attempted(name):
    checks = [cell for cell in cells(name) if re.search(r"^lesson\.\w+\.check\(", cell.source, re.MULTILINE)]
    assert len(checks) == len(COURSE[name].EXERCISES)
    for cell in checks:
        assert "Not attempted yet" in cell.outputs[0].data["text/plain"]


@pytest.mark.parametrize("name", COURSE)
def test_every_prediction_is_asked_before_it_is_revealed(name):
    sources = code(name)
    for asked in [key for key, value in vars(COURSE[name]).items() if isinstance(value, Prediction)]:
        shown = sources.index(f"lesson.{asked}")
        revealed = next(place for place, text in enumerate(sources) if f"lesson.{asked}.reveal(" in text)
        assert shown < revealed
        assert "Not predicted yet" in _output(name, f"lesson.{asked}.reveal(")


def _output(name: str, call: str) -> str:
    cell = next(cell for cell in cells(name) if cell.cell_type == "code" and call in cell.source)
    return cell.outputs[-1].data["text/plain"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(path):
    for link in LINK.findall(prose(path)):
        target, _, anchor = link.partition("#")
        assert "://" not in target, "links stay inside the course"
        there = path.parent / target if target else path
        assert there.is_file(), link
        if anchor:
            assert anchor in anchors(there), link


def anchors(path: Path) -> set[str]:
    """Jupyter joins a heading's words by hyphens and keeps capitals; for Markdown files the habit is lower case."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    joined = {heading.replace("`", "").replace(" ", "-") for heading in headings}
    return joined | ({heading.lower() for heading in joined} if path.suffix == ".md" else set())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_lesson_has_the_parts_of_a_lesson(path):
    text = prose(path)
    for part in ("**Afterwards you can**", "**Time:**", "first:**", "## Summary", "**Words:**", "## For the teacher",
                 "**Timing.**", "## Sources", "## Next"):  # fmt: skip
        assert part in text
    assert path.name in prose(FOLDER / "README.md")


def test_the_glossary_is_in_alphabetical_order():
    words = re.findall(r"^## (.+)$", prose(FOLDER / "glossary.md"), re.MULTILINE)
    assert words == sorted(words, key=lambda word: word.lower().replace("-", " "))
