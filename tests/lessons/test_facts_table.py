"""The table of facts in notebooks/README.md: every link leads to a heading, and every name to something of the kit."""

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
SECTION = (FOLDER / "README.md").read_text(encoding="utf-8").split("## The facts, one by one")[1].split("\n## ")[0]
ROWS = [row.strip("| ").split(" | ") for row in SECTION.splitlines() if row.startswith("| ")][1:]


@cache
def anchors(notebook: str) -> set[str]:
    """The anchors of a notebook's headings, as JupyterLab makes them."""
    cells = json.loads((FOLDER / notebook).read_text(encoding="utf-8"))["cells"]
    lines = (line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines())
    return {re.sub("^#+ ", "", line).replace("`", "").replace(" ", "-") for line in lines if line.startswith("#")}


def found(name: str) -> object:
    """What a dotted name means."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[end:]:
            fields = getattr(thing, "__dataclass_fields__", {})
            thing = fields[attribute] if attribute in fields else getattr(thing, attribute)
        return thing
    raise ModuleNotFoundError(name)


def test_the_facts_are_there() -> None:
    assert len(ROWS) == 62
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_a_fact_is_taught_where_it_says_and_modeled_by_what_it_names(row: list[str]) -> None:
    _, lesson, name = row
    link = re.fullmatch(r'\[(\d+), "(.+)"\]\((\S+\.ipynb)#(\S+)\)', lesson)
    assert link, lesson
    assert link[3].startswith(f"{int(link[1]):02}_")
    assert link[4] in anchors(link[3])
    assert link[4] == link[2].replace(" ", "-")
    assert found(name.strip("`")) is not None
