"""Guards for the stored notebooks. nbval runs and compares them; these see that there is what to compare."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from iamkit.environment import ROOT
from tests import notebook_rules as rules

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

HIDDEN_CELLS: dict[str, dict[str, str]] = {}
"""By notebook and cell id, why nbval need not compare this cell's output. Keep it short."""

RULES = [
    rules.executed_in_order,
    rules.kernel_and_widget_state,
    rules.errors_are_meant,
    rules.no_machine,
    rules.pictures_and_tables_speak,
    rules.headings_in_order,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_keeps_the_rule(path, rule):
    assert list(rule(nbformat.read(path, as_version=4))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_hides_nothing_without_a_reason(path):
    notebook, allowed = nbformat.read(path, as_version=4), HIDDEN_CELLS.get(path.name, {})
    assert list(rules.hides_nothing(notebook, allowed)) == []
    assert allowed.keys() <= {cell.id for cell in notebook.cells}, "an entry for a cell that is gone"


PYTHON3 = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
ERROR = new_output("error", ename="E", evalue="", traceback=[])


def good_notebook() -> nbformat.NotebookNode:
    picture = {
        "text/plain": "a dot",
        "text/html": '<img alt="A dot." src="data:,">',
        "image/svg+xml": "<svg/>",
    }
    cells = [
        new_markdown_cell("# Title\n\n## Part"),
        new_code_cell("1", execution_count=1, outputs=[new_output("display_data", picture)]),
    ]
    return new_notebook(cells=cells, metadata=PYTHON3)


def test_a_good_notebook_breaks_no_rule():
    for rule in RULES:
        assert list(rule(good_notebook())) == []


FAULTS = {
    "stripped": (rules.executed_in_order, lambda text, code: code.update(execution_count=None, outputs=[])),
    "run twice": (rules.executed_in_order, lambda text, code: code.update(execution_count=2)),
    "untagged error": (rules.errors_are_meant, lambda text, code: code.update(outputs=[ERROR])),
    "tag without error": (
        rules.errors_are_meant,
        lambda text, code: code.metadata.update(tags=["raises-exception"]),
    ),
    "widget view": (
        rules.kernel_and_widget_state,
        lambda text, code: code.outputs[0].data.update({rules.WIDGET_VIEW: {}}),
    ),
    "machine path": (
        rules.no_machine,
        lambda text, code: code.update(source="open('{}home/ann/x')".format("/")),
    ),
    "no alt": (
        rules.pictures_and_tables_speak,
        lambda text, code: code.outputs[0].data.update({"text/html": '<img alt=" " src="data:,">'}),
    ),
    "picture without html": (
        rules.pictures_and_tables_speak,
        lambda text, code: code.outputs[0].data.pop("text/html"),
    ),
    "no alt in the text": (
        rules.pictures_and_tables_speak,
        lambda text, code: text.update(source="# Title\n\n![](x.png)"),
    ),
    "table without header": (
        rules.pictures_and_tables_speak,
        lambda text, code: text.update(source="# Title\n\n<table><tr><td>1</td></tr></table>"),
    ),
    "two titles": (rules.headings_in_order, lambda text, code: text.update(source="# One\n\n# Two")),
    "skipped level": (rules.headings_in_order, lambda text, code: text.update(source="# One\n\n### Two")),
}
"""By name: the rule that finds this fault, and how a good notebook comes by it."""


@pytest.mark.parametrize("name", FAULTS)
def test_each_rule_finds_what_it_is_for(name):
    rule, spoil = FAULTS[name]
    notebook = good_notebook()
    spoil(*notebook.cells)
    assert len(list(rule(notebook))) == 1


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {"name": "somebodys-env"}}, {**PYTHON3, "widgets": {}}])
def test_a_foreign_kernel_and_widget_state_are_found(metadata):
    notebook = good_notebook()
    notebook.metadata = nbformat.from_dict(metadata)
    assert len(list(rules.kernel_and_widget_state(notebook))) == 1


@pytest.mark.parametrize("hiding", ["nbval-skip", "nbval-ignore-output", "# NBVAL_IGNORE_OUTPUT"])
def test_a_hidden_cell_needs_a_reason(hiding):
    notebook = good_notebook()
    cell = notebook.cells[1]
    if hiding.startswith("#"):
        cell.source = f"{hiding}\n1"
    else:
        cell.metadata["tags"] = [hiding]
    assert len(list(rules.hides_nothing(notebook, {}))) == 1
    assert list(rules.hides_nothing(notebook, {cell.id: "it shows the time of day"})) == []


def test_headings_in_code_are_no_headings():
    notebook = good_notebook()
    notebook.cells[0].source += "\n\n```python\n# a comment\n```\n"
    assert list(rules.headings_in_order(notebook)) == []
