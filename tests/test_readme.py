"""What README.md shows in Python runs, and says what it says there."""

import re
from pathlib import Path
from typing import Any

import iamkit as ik

BLOCKS = re.findall(r"```python\n(.*?)```", (Path(__file__).parents[1] / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_examples_run() -> None:
    here: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block, here)
    world, mallory, salaries = here["world"], here["mallory"], here["salaries"]
    assert not world.decide(mallory, "s3:GetObject", "arn:aws:s3:::acme-payroll/march.csv")
    assert not world.can(mallory, "s3:GetObject", salaries)
    assert here["robot"].arn in world.who_can("s3:GetObject", salaries).who
    day, key = here["day"], here["key"]
    assert not day.sts("2026-11-24T09:40:00Z").get_session_token(key)
    last = ik.latest_access(day, key, ("s3:GetObject", salaries))
    assert last and last.to_dict()["until"] == "2026-11-25T21:39:58Z"
    assert world.reach(here["robot"], ("s3:GetObject", salaries))
    assert {one.code for one in ik.best_practices(world, "2026-11-24T09:00:00Z")} >= {"key-where-a-role-would-do"}


def test_every_public_name_is_there() -> None:
    assert all(hasattr(ik, name) for name in ik.__all__)
