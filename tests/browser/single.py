"""A notebook with one widget in it, for the tests of widgets."""

import nbformat
from nbformat import v4


def show_one(lab, open_notebook, name, setup, widget, *, run=True, width=1280):
    """Open a notebook with one widget in it, run it unless only its twin is wanted, and return the cell's output.

    Args:
        name: part of the notebook's file name.
        setup: statements that come before.
        widget: the expression that makes the widget.
    """
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    cell = v4.new_code_cell(f"{setup}\n{widget}")
    if not run:
        stored = v4.new_output("execute_result", twin(setup, widget), execution_count=1)
        cell.outputs, cell.execution_count = [stored], 1
    notebook.cells = [cell]
    nbformat.write(notebook, lab.log.parent / "course" / "notebooks" / f"widget-{name}.ipynb")
    opened = open_notebook(f"notebooks/widget-{name}.ipynb")
    opened.page.set_viewport_size({"width": width, "height": 1000})
    if run:
        opened.run_all()
        assert opened.widgets() == 1
    return opened, opened.page.locator(".jp-CodeCell .jp-OutputArea-output").last


def made(setup, widget):
    """The widget, made in this process."""
    scope = {}
    exec(setup, scope)
    return eval(widget, scope)


def twin(setup, widget):
    """What a committed notebook stores of a widget: everything but the live view."""
    bundle = made(setup, widget)._repr_mimebundle_()
    return {kind: bundle[kind] for kind in ("text/plain", "text/html")}


def wait_for(output, words):
    """Wait until the live region says this."""
    output.get_by_role("status").get_by_text(words).wait_for()


def press(output, *keys):
    for key in keys:
        output.page.keyboard.press(key)
