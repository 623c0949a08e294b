"""The public face: every promised name is there, and is where the type checker believes it to be."""

import re
from pathlib import Path

import pytest

import iamkit

PROMISED = {
    "World", "Policies", "Policy", "Request", "Decision", "Witness", "Proof", "Unknown", "ANONYMOUS",
    "authorize", "compare", "is_public",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted({*iamkit.__all__, *PROMISED}))
def test_every_public_name_loads(name: str) -> None:
    assert getattr(iamkit, name) is not None
    assert name in dir(iamkit)


def test_the_type_checker_sees_the_same_names() -> None:
    source = Path(iamkit.__file__).read_text(encoding="utf-8")
    declared = set(re.findall(r"(\w+) as \1\b", source))
    assert declared == set(iamkit.__all__) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'wrold'"):
        _ = iamkit.wrold
