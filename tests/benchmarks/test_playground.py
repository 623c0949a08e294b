"""How long the playground takes from a key to the answer, in the kernel. Nothing asserts a time.

Each round is one key in the middle of a policy: an action is typed letter by letter, from the letter after its colon,
so that every text is good and the whole answer is worked out anew. The 95th percentiles stand in the extra information
of ``--benchmark-json``, and on the screen with ``-s``: of the verdict, which is shown first, and of all that is shown.
"""

from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import iamkit as ik
from iamkit.policy.document import Policy
from iamkit.widgets import policy_difference, policy_playground
from iamkit.widgets.jsonplaces import read_policy
from iamkit.widgets.playground import PolicyPlayground
from iamkit.widgets.policytext import PolicyText, TypedPanel
from iamkit.widgets.slots import At
from tests.short import OWN, allow, deny, policy

ROUNDS = 200
IAM, BUCKET, MARCH = f"arn:aws:iam::{OWN}:", "arn:aws:s3:::acme-payroll", "arn:aws:s3:::acme-payroll/march.csv"
GET, PUT, DELETE = "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
BEN, MALLORY = "arn:aws:iam::444455556666:user/ben", "arn:aws:iam::444455556666:user/mallory"
BUILD = "arn:aws:s3:::acme-builds/app.zip"

# What is edited, which action in it is typed anew, letter by letter; two questions and four requests.
SHAPES: dict[str, tuple[str, At, str, list, list]] = {
    "payroll, a managed policy": (
        "payroll", f"{IAM}policy/ReadPayroll", GET,
        [(f"{IAM}user/payroll/ana", action, MARCH) for action in (GET, PUT, DELETE)] + [(f"{IAM}user/ben", GET, MARCH)],
        [(f"{IAM}user/payroll/ana", "s3:Delete*", f"{BUCKET}/*"), (f"{IAM}role/payroll-app", "s3:*", "*")],
    ),
    "payroll, a group's policy under a boundary": (
        "payroll", (f"{IAM}group/contractors", "AcmeBuckets"), GET,
        [(f"{IAM}user/mallory", action, f"arn:aws:s3:::acme-{name}/x") for action in (GET, PUT)
         for name in ("payroll", "builds")],
        [(f"{IAM}user/mallory", "s3:*", f"{BUCKET}/*"), (f"{IAM}user/mallory", "s3:Get*", "arn:aws:s3:::*")],
    ),
    "payroll, the bucket policy": (
        "payroll", BUCKET, GET,
        [(f"{IAM}{who}", GET, MARCH) for who in ("user/ben", "user/mallory", "user/payroll/ana", "role/auditor")],
        [(f"{IAM}user/mallory", "s3:*", f"{BUCKET}/*"), (f"{IAM}role/auditor", "s3:*", f"{BUCKET}/*")],
    ),
    "acme, a managed policy": (
        "acme", f"{IAM}policy/ReadPayroll", GET,
        [(f"{IAM}user/ana", action, MARCH) for action in (GET, PUT, DELETE)] + [(MALLORY, GET, MARCH)],
        [(f"{IAM}user/ana", "s3:*", f"{BUCKET}/*"), (MALLORY, "s3:*", f"{BUCKET}/*")],
    ),
    "acme, an SCP": (
        "acme", "ToolingServices", "codebuild:BatchGetBuilds",
        [(BEN, GET, BUILD), (BEN, PUT, BUILD), (MALLORY, "ec2:StopInstances", "*"), (MALLORY, GET, MARCH)],
        [(BEN, "ec2:*", "*"), (MALLORY, "s3:*", f"{BUCKET}/*")],
    ),
}  # fmt: skip


def keys(text: str, action: str) -> list[str]:
    """The texts after each key, while the action is typed in the place of the first one of its service."""
    service = action.partition(":")[0] + ":"
    before, after = text.split(f'"{service}', 1)
    after = after[after.index('"') :]
    return [f'{before}"{action[:end]}{after}' for end in range(len(service) + 1, len(action) + 1)]


def timed(benchmark: BenchmarkFixture, panel: TypedPanel, area: PolicyText, texts: list[str]) -> None:
    """Press key after key, and note the 95th percentile of the verdict and of the whole answer."""
    following, verdicts, show = cycle(texts), list[float](), panel.show
    begun = perf_counter()

    def shown(*given: Any) -> None:
        show(*given)
        verdicts.append(perf_counter() - begun)

    def press(text: str) -> None:
        nonlocal begun
        begun, count = perf_counter(), len(verdicts)
        area.value = text
        del verdicts[count + 1 :]  # The first thing shown is the verdict.

    panel.show = shown  # type: ignore[method-assign]
    press(next(following))
    benchmark.pedantic(press, setup=lambda: ((next(following),), {}), rounds=ROUNDS)
    if benchmark.stats is not None:
        for name, times in (("verdict", verdicts[1:]), ("all", benchmark.stats.stats.data)):
            benchmark.extra_info[f"p95_{name}_ms"] = round(quantiles(times, n=20)[-1] * 1000, 1)
        print("\n", benchmark.extra_info)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_key_in_the_playground(benchmark: BenchmarkFixture, shape: str) -> None:
    world, at, action, requests, questions = SHAPES[shape]
    panel = policy_playground(ik.sample(world), at, requests, questions)
    assert isinstance(panel, PolicyPlayground)
    texts, start, before = keys(panel.text.value, action), panel.text.value, panel.twin_text()
    assert all(isinstance(read_policy(text, "typed"), Policy) for text in texts)
    timed(benchmark, panel, panel.text, texts)
    assert len(panel.rows) == 6
    panel.text.value = start
    assert panel.twin_text() == before


def test_a_key_that_leaves_no_json(benchmark: BenchmarkFixture) -> None:
    world, at, _, requests, questions = SHAPES["acme, a managed policy"]
    panel = policy_playground(ik.sample(world), at, requests, questions)
    timed(benchmark, panel, panel.text, [panel.text.value[:end] for end in range(10, 400)])
    assert "No verdict" in repr(panel)


def test_a_key_in_the_difference(benchmark: BenchmarkFixture) -> None:
    one = policy(*allow(["s3:Get*", "s3:List*"], BUCKET + "*")["Statement"], *deny(DELETE)["Statement"])
    other = policy(*allow("s3:GetObject")["Statement"], *deny("s3:*", f"{BUCKET}/secret/*")["Statement"])
    panel = policy_difference(one, other)
    timed(benchmark, panel, panel.texts[1], keys(panel.texts[1].value, GET))
    assert panel.comparison is not None
