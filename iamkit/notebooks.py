"""Run the course's notebooks anew and store their outputs, for authors: ``python3 -m iamkit execute``.

What differs from run to run or from machine to machine is left out, so that running a notebook twice changes
nothing in its file.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from iamkit.environment import ROOT
from iamkit.errors import IamkitError

FOLDER = ROOT / "notebooks"
CELL_SECONDS = 60
"""The longest that one cell may run. pytest uses the same limit (``pyproject.toml``)."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KEPT_CELL_METADATA = {"editable", "jupyter", "slideshow", "tags"}


class NotebookError(IamkitError):
    """A notebook that cannot be read, or one of whose cells failed or took too long."""


def main(arguments: list[str]) -> int:
    """Run the named notebooks, or all of them, and write each back to its file. Return the exit status."""
    paths = [Path(argument) for argument in arguments] or sorted(FOLDER.glob("*.ipynb"))
    failed = 0
    for path in paths:
        try:
            changed = execute(path)
        except NotebookError as error:
            print(f"iamkit: {error}", file=sys.stderr)
            failed += 1
        else:
            print(f"{path}: {'stored' if changed else 'unchanged'}", flush=True)
    if FOLDER.exists():
        write_handouts()
    return 1 if failed else 0


def write_handouts() -> None:
    """Write the pages that are made from the notebooks; see `iamkit.handouts`."""
    from iamkit.handouts import write

    write()


def execute(path: Path) -> bool:
    """Run one notebook from a fresh kernel and store its outputs. Return whether the file changed.

    Raises:
        NotebookError: a cell failed that is not tagged ``raises-exception``; the file stays as it was.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        before = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(before, as_version=4)
    except (OSError, nbformat.reader.NotJSONError) as error:
        raise NotebookError(f"It cannot be read: {error}.", where=str(path)) from error
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise NotebookError(
            f"A cell failed: {error}",
            where=str(path),
            remedy="Mend it, or tag it raises-exception where the error is what the lesson shows.",
        ) from error
    clean(notebook)
    after = nbformat.writes(notebook) + "\n"
    path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def clean(notebook: Any) -> None:
    """Take out of an executed notebook what another run or another machine would write differently."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            key: value for key, value in notebook.metadata.get("language_info", {}).items() if key != "version"
        },
    }
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in sorted(KEPT_CELL_METADATA & cell.metadata.keys())}
        clean_outputs(cell.get("outputs", []))


def clean_outputs(outputs: Iterable[Any]) -> None:
    """Keep a widget's static twin, and an error's last line: the rest names files of one machine."""
    for output in outputs:
        output.get("data", {}).pop(WIDGET_VIEW, None)
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
