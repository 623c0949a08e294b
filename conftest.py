"""Settings for every test run. It lies in the root so that ``pytest notebooks/x.ipynb`` reads it too."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent

# Derandomized: a run says the same on every machine, so a failure can be repeated. No deadline: a slow
# machine is not a fault. HYPOTHESIS_PROFILE=thorough looks at more cases, and takes some minutes.
settings.register_profile("everyday", derandomize=True, database=None, deadline=None, max_examples=200)
settings.register_profile(
    "thorough", derandomize=True, database=None, deadline=None, max_examples=1000, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


def pytest_configure(config: pytest.Config) -> None:
    """Make nbval and the kernels that it starts work from any folder, on this copy of the package."""
    # As a command-line option the path would be taken from the current folder.
    config.option.nbval_sanitize_with = str(ROOT / "tests" / "nbval_sanitize.cfg")
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT) if not inherited else os.pathsep.join([str(ROOT), inherited])
