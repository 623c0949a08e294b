"""Every fact about AWS that the kit rests on has a test that is named after it.

The rows are those of the sheet of facts that the kit was made from: who there is (A1, A13), what they hold and for how
long (B), roles across accounts (E), federation (F) and escalation (H). A test is named after a row if its name has the
row's number in it, as in ``test_B6_the_root_users_tokens``.
"""

import re
from pathlib import Path

import pytest

NAMES = [
    name.lower()
    for path in Path(__file__).parent.rglob("test_*.py")
    for name in re.findall(r"^ *def test_(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
]
ROWS = [
    *(f"A1_{row}" for row in ("user", "role", "group", "permission_policy", "identity_provider_object", "root_user")),
    *(
        f"A13_{row}"
        for row in ("root", "iam_user", "getfederationtoken_session", "role_session", "instance_role", "anonymous")
    ),
    "B_2",
    *(f"B{number}" for number in range(1, 27)),
    "B_6",
    *(f"E{number}" for number in range(1, 8)),
    *(f"F{number}" for number in range(1, 8)),
    *(f"H{number}" for number in range(1, 7)),
]


@pytest.mark.parametrize("row", ROWS)
def test_a_test_is_named_after(row: str) -> None:
    assert any(re.search(rf"(^|_){row.lower()}(_|$)", name) for name in NAMES)
