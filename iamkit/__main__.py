"""The kit's one command, with the standard library only, so that it runs on a fresh clone:

- ``python3 -m iamkit`` opens the course in JupyterLab; ``open`` with options hands them on to it.
- ``python3 -m iamkit test`` runs every check; what follows goes to pytest.
- ``python3 -m iamkit execute`` runs the notebooks anew and stores their outputs (for authors).
- ``python3 -m iamkit setup test dev`` only installs, with the extras of ``pyproject.toml`` that it names.
- Everything else is the command line of ``iamkit.cli``: ``python3 -m iamkit --help``.

The first run builds ``.venv`` where the running Python lacks a package (see ``iamkit.environment``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from iamkit.environment import OLDEST_PYTHON, ROOT, SetupError, python_for

START = "notebooks/00_start_here.ipynb"
FAULT = 2
"""The exit status when the set-up fails. It is not 1, which the command line gives for "denied"."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 when all went well."""
    arguments = sys.argv[1:] if argv is None else argv
    if sys.version_info < OLDEST_PYTHON:
        print(too_old(), file=sys.stderr)
        return FAULT
    # Kernels and child processes import this copy of the package, wherever they run.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    try:
        return run(arguments or ["open"])
    except SetupError as error:
        print(f"iamkit: {error}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        return 130


def too_old() -> str:
    """What to tell somebody whose Python cannot run the kit."""
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return (
        f"iamkit: this is Python {found}, and the kit needs {wanted} or newer. "
        f"If a newer one is installed, name it: python{wanted} -m iamkit (Windows: py -{wanted} -m iamkit)."
    )


def run(arguments: list[str]) -> int:
    """Carry out a command in a Python that has what it needs."""
    verb, *rest = arguments
    if verb == "open":
        return replace_with([python_for(), *lab_command(rest)], folder=str(ROOT))
    if verb == "test":
        return replace_with([python_for("test"), "-m", "pytest", *rest], folder=str(ROOT))
    if verb == "setup":
        print(python_for(*rest))
        return 0
    if verb not in ("-h", "--help", "--version"):
        python = python_for(*(["test"] if verb == "execute" else []))
        if python != sys.executable:
            return replace_with([python, "-m", "iamkit", *arguments])
    if verb == "execute":
        from iamkit.notebooks import main as execute

        return execute(rest)
    from iamkit.cli import main as command_line

    return command_line(arguments)


def lab_command(options: list[str]) -> list[str]:
    """JupyterLab on the start notebook, as arguments to Python."""
    command = ["-m", "jupyterlab"]
    if (ROOT / START).exists():
        command.append(f"--LabApp.default_url=/lab/tree/{START}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Jupyter refuses to run as root without it, and root is what one is in many containers.
        command.append("--allow-root")
    return command + options


def replace_with(command: list[str], folder: str | None = None) -> int:
    """Run a command in place of this process, so that Ctrl-C and signals reach it alone."""
    if folder is not None:
        os.chdir(folder)
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    with subprocess.Popen(command) as child:
        # Windows has no exec. Ctrl-C is for the child: JupyterLab asks before it stops.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
