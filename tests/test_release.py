"""What a clone promises: one set of packages everywhere, no machine's names in it, and a quick import."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from iamkit.__main__ import START
from iamkit.environment import OLDEST_PYTHON, REQUIREMENT, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
REQUIREMENTS = [*PYPROJECT["project"]["dependencies"], *(r for extra in EXTRAS.values() for r in extra)]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

CONDA_NAMES = {"graphviz": "python-graphviz"}
"""Packages that conda-forge calls otherwise than PyPI does."""

# Written in pieces, so that this file does not hold what it forbids.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "anaconda" + ".org", "debian" + ".org"]
MACHINE_PATHS = re.compile(r"(?<![\w.}*:/+=-])/(root|home/\w+|Users/\w+|work|opt/py\w*)/")


def parts(requirement: str) -> tuple[str, str, str]:
    match = REQUIREMENT.fullmatch(requirement)
    assert match, f"{requirement!r}: the launcher reads name>=1.2 and name==1.2 only"
    return match.groups()


def committed() -> list[str]:
    """The files of the project, relative to its root: those git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git clone, so what is committed is not known")
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_launcher_can_read_every_requirement():
    for requirement in REQUIREMENTS:
        parts(requirement)


def test_a_package_has_one_specifier_wherever_it_is_named():
    found = {}
    for requirement in REQUIREMENTS:
        name, *specifier = parts(requirement)
        assert found.setdefault(name, specifier) == specifier, f"{name} has two specifiers"


@pytest.mark.parametrize("requirement", sorted(set(REQUIREMENTS)))
def test_the_constraints_pin_it_to_a_version_that_fits(requirement):
    from iamkit.environment import satisfies

    name = parts(requirement)[0]
    pins = [line for line in CONSTRAINTS if line.startswith(f"{name}==")]
    assert pins, f"{name} is not pinned; see CONTRIBUTING, 'Packages'"
    for pin in pins:
        assert satisfies(pin.removeprefix(f"{name}==").split(" ")[0], requirement)


def test_the_constraints_are_names_and_versions_and_nothing_else():
    pin = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [a-z0-9_.<>=!'() ]+)?", re.IGNORECASE)
    assert [line for line in CONSTRAINTS if not pin.fullmatch(line)] == []


def needed(names: list[str]) -> set[str]:
    """The packages with these names, and all that they need in turn on this machine, as far as it is installed."""
    found, waiting = set(), [(name, "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        try:
            told = [Requirement(line) for line in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue
        for one in told:
            if one.marker is None or one.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(one.name), more) for more in ("", *one.extras)]
    return {name for name, _ in found}


def test_the_constraints_pin_what_the_packages_need_in_turn():
    """So that Binder, which installs the extra test, builds what was tested."""
    pinned = {canonicalize_name(line.partition("==")[0]) for line in CONSTRAINTS}
    wanted = [*PYPROJECT["project"]["dependencies"], *EXTRAS["test"]]
    found = needed([parts(requirement)[0] for requirement in wanted])
    assert {"cffi", "lxml", "psygnal"} <= found
    assert found - pinned == set()


def test_conda_asks_for_the_same_packages():
    lines = re.findall(r"^ +- (.+)$", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = {CONDA_NAMES.get(name, name): rest for name, *rest in map(parts, REQUIREMENTS)}
    named = [line for line in lines if REQUIREMENT.fullmatch(line)]
    assert named, "environment.yml names no package"
    for line in named:
        name, *specifier = parts(line)
        assert wanted.get(name) == specifier, f"environment.yml says {line}"
    assert "-e .[test]" in lines, "the rest comes from pyproject.toml"


def test_binder_installs_the_pinned_project_on_a_supported_python():
    requirements = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert requirements == ["-c ../constraints.txt", "-e .[test]"]
    # A file here that repo2docker prefers would hide these two.
    assert sorted(path.name for path in (ROOT / "binder").iterdir()) == ["requirements.txt", "runtime.txt"]


def test_all_name_a_python_that_is_supported():
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    assert supported[0] == oldest
    assert PYPROJECT["project"]["requires-python"] == f">={oldest}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    binder = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    conda = re.search(r"- python=(\S+)", (ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda is not None
    assert binder == f"python-{conda[1]}"
    assert conda[1] in supported


def test_the_readme_names_the_notebook_that_binder_opens():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("Binder")[2]
    assert START in section.replace("%2F", "/")
    for link in re.findall(r"https://mybinder\.org/v2/[^)\s\"]+", readme):
        assert link.replace("%2F", "/").endswith(f"?urlpath=lab/tree/{START}")


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine():
    faults = []
    for name in committed():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += [f"{name}: {host}" for host in REGISTRIES if host in text]
        faults += [f"{name}: {path.group()}" for path in MACHINE_PATHS.finditer(text)]
    assert faults == []


def test_the_search_for_machine_paths_finds_them_and_spares_policies():
    for path in ("{}root/x", "see {}home/ann/kit", '"{}Users/ann/kit"'):
        path = path.format("/")
        assert MACHINE_PATHS.search(path), path
    for text in ("arn:aws:iam::111122223333:root", "bucket/home/ann/*", "arn:aws:s3:::b/root/x"):
        assert not MACHINE_PATHS.search(text), text


def test_importing_the_kit_is_quick_and_needs_the_standard_library_only():
    """The time is that of ``import iamkit`` alone, without the start of Python; the best of three."""
    program = (
        "import sys, time\n"
        "start, before = time.perf_counter(), set(sys.modules)\n"
        "import iamkit\n"
        "seconds = time.perf_counter() - start\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(seconds, *sorted(new - set(sys.stdlib_module_names) - {'iamkit'}))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    seconds, third_party = zip(*(run.stdout.strip().partition(" ")[::2] for run in runs), strict=True)
    assert set(third_party) == {""}
    assert min(map(float, seconds)) < 0.3
