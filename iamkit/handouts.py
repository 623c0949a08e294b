"""Two pages that are made from the notebooks, so that they never say anything else: the summaries, one printed page a
lesson, and the guide for teachers. ``python3 -m iamkit execute`` writes them anew.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from iamkit.environment import ROOT

FOLDER = ROOT / "notebooks"

PAGE_BREAK = '\n\n<div style="page-break-after: always"></div>\n\n'
SUMMARIES = "# Summaries\n\nOne page a lesson, to print. Made from the notebooks by `python3 -m iamkit execute`.\n"
GUIDE = """# Guide for teachers

The notes that end each lesson, in one place: timing, likely answers, and what is behind each. Made from the notebooks
by `python3 -m iamkit execute`. The times and the order of the lessons are in the [overview](README.md).
"""


def write(folder: Path = FOLDER) -> None:
    """Write both pages beside the notebooks."""
    for name, page in pages(folder).items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")


def pages(folder: Path = FOLDER) -> dict[str, str]:
    """Both pages by the name of their file."""
    lessons = [Lesson(path) for path in sorted(folder.glob("[0-9]*.ipynb"))]
    summaries = [f"## {lesson.link}\n\n{lesson.promise}\n\n{lesson.section('Summary')}" for lesson in lessons]
    notes = [f"## {lesson.link}\n\n{lesson.section('For the teacher')}" for lesson in lessons]
    return {
        "summaries.md": PAGE_BREAK.join([SUMMARIES.rstrip(), *summaries]) + "\n",
        "teachers_guide.md": "\n\n".join([GUIDE.rstrip(), *notes]) + "\n",
    }


class Lesson:
    """The words of one notebook."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        self.lines = "\n\n".join(texts).splitlines()

    @property
    def link(self) -> str:
        """The title, which leads to the notebook."""
        return f"[{self.lines[0].removeprefix('# ')}]({self.name})"

    @property
    def promise(self) -> str:
        """What stands between the title and the objectives."""
        return "\n".join(self.lines[1:]).strip().split("\n\n")[0]

    def section(self, heading: str) -> str:
        """The text under a heading; links into the notebook lead there from outside too."""
        text = "\n".join(self._under(heading)).strip()
        return re.sub(r"\]\(#", f"]({self.name}#", text)

    def _under(self, heading: str) -> Iterator[str]:
        inside = False
        for line in self.lines:
            if line.startswith("## "):
                inside = line == f"## {heading}"
            elif inside:
                yield line
