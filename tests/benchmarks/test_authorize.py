"""How fast requests are decided. Nothing asserts a time.

To measure: ``python -m pytest tests/benchmarks --benchmark-enable --benchmark-only``.
"""

import subprocess
import sys
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import iamkit as ik
from tests.short import (
    ALLOWED,
    ANA,
    APP_SESSION,
    EXPLICIT,
    IMPLICIT,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    Json,
    allow,
    deny,
    policy,
    statement,
)

GET = "s3:GetObject"
SIX: Json = {
    "identity": [allow(["s3:Get*", "s3:List*"]), allow("ec2:*"), deny("iam:*")],
    "boundary": allow(["s3:*", "ec2:*"]),
    "resource": allow(GET, f"{OBJECT}", to=OWN),
    "scps": [[allow()]],
}
CONDITIONS = {
    "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]},
    "Bool": {"aws:MultiFactorAuthPresent": "true"},
    "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
    "StringLike": {"aws:PrincipalTag/team": ["b*", "r?d"]},
    "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]},
}
CONTEXT = {
    "aws:SourceIp": "10.1.2.3",
    "aws:MultiFactorAuthPresent": True,
    "aws:CurrentTime": "2026-11-24T09:00:00Z",
    "aws:PrincipalTag/team": "blue",
    "aws:TagKeys": ["team"],
}
LONG = policy(
    *(statement("Allow", f"svc{index}:*", f"arn:aws:svc{index}:::x/*", None, None, "") for index in range(40))
)

# name: the caller, the context, the stack of six policies, and what must come out.
SHAPES: dict[str, tuple[str, Json, Json, str]] = {
    "allowed, one account": (ANA, {}, SIX, ALLOWED),
    "allowed, across accounts": (MALLORY, {}, {**SIX, "resource": allow(GET, to=OTHER)}, ALLOWED),
    "implicitly denied": (ANA, {}, {**SIX, "boundary": allow("ec2:*")}, IMPLICIT),
    "explicitly denied": (ANA, {}, {**SIX, "scps": [[allow(), deny(GET)]]}, EXPLICIT),
    "with conditions": (ANA, CONTEXT, {**SIX, "identity": [allow(when=CONDITIONS)] * 3}, ALLOWED),
    "with variables": (
        ANA, {}, {**SIX, "identity": [allow(GET, "arn:aws:s3:::${aws:username, 'x'}/*"), allow(GET), deny("a:*")]},
        ALLOWED,
    ),
    "long policies": (ANA, {}, {**SIX, "identity": [LONG, LONG, allow(GET)]}, ALLOWED),
    "session and RCP": (
        APP_SESSION, {}, {**SIX, "session": allow("s3:*"), "rcps": [[deny("kms:*", to="*")]]}, ALLOWED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_authorize(benchmark: BenchmarkFixture, shape: str) -> None:
    caller, context, stack, expected = SHAPES[shape]
    policies, request = ik.Policies(**stack), ik.Request(caller, GET, OBJECT, context, OWN)
    assert benchmark(ik.authorize, request, policies).effect == expected


def test_a_hundred_different_requests(benchmark: BenchmarkFixture) -> None:
    policies = ik.Policies(**SIX)
    requests = [ik.Request(ANA, GET, f"{OBJECT}/{index}") for index in range(100)]

    def decide_all() -> list[ik.Decision]:
        return [ik.authorize(request, policies) for request in requests]

    assert len(benchmark(decide_all)) == 100


def test_reading_a_stack_of_six_policies(benchmark: BenchmarkFixture) -> None:
    assert isinstance(benchmark(lambda: ik.Policies(**SIX)), ik.Policies)


def test_making_a_request(benchmark: BenchmarkFixture) -> None:
    made = benchmark(ik.Request, ANA, GET, OBJECT, CONTEXT)
    assert made.caller.account == OWN


def test_explaining_a_decision(benchmark: BenchmarkFixture) -> None:
    policies, request = ik.Policies(**SIX), ik.Request(ANA, GET, OBJECT)
    assert benchmark(lambda: ik.authorize(request, policies).explain()).startswith("Allowed by")


def company(users: int) -> ik.World:
    """A world with many users, each with a policy, a group and a boundary; and a bucket."""
    world = ik.World()
    own = world.account(OWN)
    own.policy("limit", allow("s3:*"))
    own.group("readers", policies=[allow(GET)])
    for index in range(users):
        own.user(f"user{index}", groups=["readers"], policies=[allow("ec2:*")], boundary="limit")
    own.resource("arn:aws:s3:::payroll", policy=allow(GET, to=OTHER))
    world.organize("o-a1b2c3d4e5", management="999999999999", accounts=[own])
    return world


def test_deciding_in_a_world(benchmark: BenchmarkFixture) -> None:
    world = company(200)
    assert benchmark(world.decide, f"arn:aws:iam::{OWN}:user/user7", GET, OBJECT).effect == ALLOWED


def test_building_a_world(benchmark: BenchmarkFixture) -> None:
    assert len(benchmark(company, 50).users()) == 50


def run_python(code: str) -> Any:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)


def test_importing_the_package(benchmark: BenchmarkFixture) -> None:
    """The whole of a Python start and ``import iamkit``."""
    found = benchmark(run_python, "import sys, iamkit; print('z3' in sys.modules, 'ipywidgets' in sys.modules)")
    assert found.stdout.split() == ["False", "False"]


def test_importing_and_deciding_once(benchmark: BenchmarkFixture) -> None:
    code = (
        "import sys, iamkit as ik; ik.authorize(ik.Request('anonymous', 's3:GetObject', '*'), ik.Policies());"
        "print('z3' in sys.modules, 'ipywidgets' in sys.modules, 'boto3' in sys.modules)"
    )
    assert benchmark(run_python, code).stdout.split() == ["False", "False", "False"]
