"""The rules that every notebook of the course keeps. Each function yields the faults it finds, in words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

from nbformat import NotebookNode

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HIDING_TAGS = {"nbval-skip", "nbval-ignore-output", "nbval-check-output"}
HIDING_COMMENT = re.compile(r"#\s*NBVAL_\w+|#\s*PYTEST_VALIDATE_\w+")
# A place on somebody's machine. In an ARN or a base64 text, one of the excluded characters stands before it.
HOME = re.compile(r"(?<![\w.}*:/+=-])/(root|home/\w+|Users/\w+)/|[A-Z]:\\+Users\\")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def executed_in_order(notebook: NotebookNode) -> Iterator[str]:
    """nbval compares only what was executed: a notebook without outputs would pass without a check."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}; run: python3 -m iamkit execute"


def kernel_and_widget_state(notebook: NotebookNode) -> Iterator[str]:
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3"
    if "widgets" in notebook.metadata:
        yield "it stores widget state, which shows an error when opened"
    for cell in code_cells(notebook):
        if any(WIDGET_VIEW in output.get("data", {}) for output in cell.outputs):
            yield f"cell {cell.execution_count} stores a widget view"


def errors_are_meant(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed and "raises-exception" not in tags(cell):
            yield f"cell {cell.execution_count} failed and is not tagged raises-exception"
        if "raises-exception" in tags(cell) and not failed:
            yield f"cell {cell.execution_count} is tagged raises-exception and did not fail"


def hides_nothing(notebook: NotebookNode, allowed: dict[str, str]) -> Iterator[str]:
    """``allowed`` gives, by cell id, the reason why nbval need not look at a cell's output."""
    for cell in code_cells(notebook):
        if (tags(cell) & HIDING_TAGS or HIDING_COMMENT.search(cell.source)) and cell.id not in allowed:
            yield f"cell {cell.execution_count} ({cell.id}) is hidden from nbval without a reason"


def no_machine(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        for text in [cell.source, *(str(output) for output in cell.get("outputs", []))]:
            for found in HOME.finditer(text):
                yield f"names a place on somebody's machine: {found.group()}"


class _Html(HTMLParser):
    """Collects what is wrong with pictures and tables in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pictures = 0
        self.faults: list[str] = []
        self.tables: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "img":
            self.pictures += 1
            if not (given.get("alt") or "").strip():
                self.faults.append("an img has no alt text")
        if tag == "svg" and not (given.get("aria-label") or "").strip() and given.get("aria-hidden") != "true":
            self.faults.append("an inline svg has no aria-label")
        if tag == "table":
            self.tables.append(False)
        if tag == "th" and self.tables:
            self.tables[-1] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.tables and not self.tables.pop():
            self.faults.append("a table has no header cells")


def pictures_and_tables_speak(notebook: NotebookNode) -> Iterator[str]:
    """Every picture has alt text. A stored image has it in the HTML beside it, which is shown first."""
    for place, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            if re.search(r"!\[\s*\]", cell.source):
                yield f"cell {place} of all: a picture has no alt text"
            for fault in _Html(without_code(cell.source)).faults:
                yield f"cell {place} of all: {fault}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            html = _Html(data.get("text/html", ""))
            for fault in html.faults:
                yield f"cell {place} of all: {fault}"
            if any(kind.startswith("image/") for kind in data) and not html.pictures:
                yield f"cell {place} of all: an image without a text/html img beside it"


def without_code(markdown: str) -> str:
    """Markdown without its fenced blocks and inline code, which only quote."""
    fenced = re.sub(r"^(```|~~~).*?^\1\s*$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", fenced)


def headings_in_order(notebook: NotebookNode) -> Iterator[str]:
    """One heading of the first level, at the start, and none that skips a level."""
    texts = [without_code(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    levels = [len(marks) for text in texts for marks in re.findall(r"^ {0,3}(#{1,6})\s", text, re.MULTILINE)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the levels of its headings are {levels}; wanted is one title, and first"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"
