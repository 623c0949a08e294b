"""The data of privilege escalation: the facts H1 and H2, and that the data says nothing that the kit does not know.

Named after what pathfinding.cloud and iam-vulnerable call the primitives.
"""

import json
from collections import Counter
from importlib.resources import files

from iamkit import catalogue
from iamkit.prove.primitives import primitives
from iamkit.prove.targets import _CHANGES, _CHECKS, _SAID
from tests.short import OWN


def test_h1_every_primitive_of_both_sources_is_there() -> None:
    ids = [primitive.id for primitive in primitives()]
    assert len(ids) == len(set(ids))
    # 66 with sts:AssumeRole, which is a step of its own; and eight that add what both leave out.
    ours = {"iam-001-full", "ec2-001-profile", "boundary-delete-user", "boundary-delete-role"}
    ours |= {"boundary-put-user", "boundary-put-role", "iam-015-full", "iam-018-full"}
    assert len(set(ids) - ours) == 65 and ours <= set(ids)
    assert all(primitive.source for primitive in primitives())


def test_h2_kinds_and_passed_roles() -> None:
    found = {primitive.id: primitive for primitive in primitives()}
    kinds = Counter(p.kind for p in primitives() if p.id != "ec2-001-profile" and "-full" not in p.id)
    assert kinds == {
        "new-passrole": 26,
        "existing-passrole": 17,
        "principal-access": 13,  # and sts:AssumeRole
        "self-escalation": 9 + 4,  # and four about boundaries
    }
    passing = {p.id for p in primitives() if "iam:PassRole" in {need.action for need in p.needs}}
    assert passing == {p.id for p in primitives() if p.kind == "new-passrole"}
    assert found["cloudformation-005"].kind == "existing-passrole"


def test_the_data_speaks_of_known_actions_checks_and_changes() -> None:
    data = json.loads(files("iamkit").joinpath("data/escalation.json").read_text())
    used = {name for entry in data["primitives"] for listed in entry["needs"].values()
            for name in ([listed] if isinstance(listed, str) else listed)}  # fmt: skip
    assert used == set(data["resources"])
    for primitive in primitives():
        assert all(catalogue.known(need.action) for need in primitive.needs)
        assert set(primitive.checks) <= set(_CHECKS) and set(primitive.changes) <= set(_CHANGES)
    assert {check for p in primitives() for check in p.checks} == set(_CHECKS)
    assert set(_SAID) <= {assumed for p in primitives() for assumed in p.assumes}
    assert {change for p in primitives() for change in p.changes} == set(_CHANGES)


def test_the_resources_of_needs_are_of_the_types_that_the_actions_work_on() -> None:
    for primitive in primitives():
        for need in primitive.needs:
            kinds = catalogue.kinds(need.action)
            if need.resource == "*":
                assert all(kind.type == "" for kind in kinds)
            elif "{" in need.resource.replace("{partition}", "").replace("{account}", "")[:2]:
                assert need.resource.strip("{}") in {kind.type for kind in kinds}
            else:
                example = need.resource.format(partition="aws", account=OWN).replace("*", "x")
                assert catalogue.fits(need.action, example), (need.action, example)
