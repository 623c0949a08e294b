"""A witness is a request that AWS makes, wherever one answers the question; whether there is one is decided without."""

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

import iamkit as ik
from iamkit import catalogue
from iamkit.arn import Pattern
from iamkit.prove.answers import Witness
from tests.prove.worlds import one_user

BUCKET, OBJECTS = "arn:aws:s3:::payroll", "arn:aws:s3:::payroll/*"
ACCOUNT = "111122223333"


def allowing(action: Any, resource: Any = "*", *others: dict) -> ik.World:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return one_user({"Version": "2012-10-17", "Statement": [statement, *others]})


def asked(world: ik.World, action: str, resource: str = "*") -> tuple[str, str]:
    found = world.can(f"arn:aws:iam::{ACCOUNT}:user/ana", action, resource)
    assert isinstance(found, Witness)
    return found.request.action, found.request.resource


@pytest.mark.parametrize(
    ("allowed", "question", "witness"),
    [
        # Service Authorization Reference: the types that the actions work on.
        (("s3:*", "*"), ("s3:ListAllMyBuckets", "*"), ("s3:ListAllMyBuckets", "*")),
        (("*", "*"), ("s3:GetObject", "*"), ("s3:GetObject", "arn:aws:s3:::reports/q3.csv")),
        (("s3:*", [BUCKET, OBJECTS]), ("s3:GetObject", "*"), ("s3:GetObject", "arn:aws:s3:::payroll/example")),
        (("s3:*", [BUCKET, OBJECTS]), ("s3:ListBucket", "*"), ("s3:ListBucket", BUCKET)),
        (("s3:*", BUCKET), ("*", "*"), ("s3:ListBucket", BUCKET)),
        (("ec2:Describe*", "*"), ("ec2:*", "*"), ("ec2:DescribeInstances", "*")),
        (("lambda:*", "*"), ("*", "*"),
         ("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:example")),
        (("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:j*"), ("*", "*"),
         ("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:jexample")),
        (("iam:*", "*"), ("iam:*User", "*"), ("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/example")),
    ],
)  # fmt: skip
def test_a_witness_is_a_request_that_aws_makes(
    allowed: tuple, question: tuple[str, str], witness: tuple[str, str]
) -> None:
    assert asked(allowing(*allowed), *question) == witness
    assert catalogue.fits(*witness)


def test_a_real_action_is_preferred_to_a_misspelled_one() -> None:
    assert asked(allowing(["s3:GetObjcet", "s3:PutObjectAcl"], OBJECTS), "s3:*")[0] == "s3:PutObjectAcl"


def test_a_yes_that_aws_never_asks_for_stays_a_yes_and_says_so() -> None:
    found = allowing("s3:GetObject", BUCKET).can(f"arn:aws:iam::{ACCOUNT}:user/ana", "s3:*", BUCKET)
    assert isinstance(found, Witness) and found.request.action == "s3:GetObject"
    assert "AWS documents no s3:GetObject on such a resource" in found.explain()
    fitting = allowing("s3:GetObject", OBJECTS).can(f"arn:aws:iam::{ACCOUNT}:user/ana", "s3:*", OBJECTS)
    assert "AWS documents no" not in fitting.explain()


def test_services_and_actions_that_the_catalogue_lacks_still_work() -> None:
    assert asked(allowing("newservice:*"), "newservice:DoIt", "*")[0] == "newservice:DoIt"
    assert asked(allowing("newservice:*"), "new*:*")[0].startswith("newservice:")
    assert asked(allowing("s3:BrandNew*"), "s3:*")[0].startswith("s3:BrandNew")


def test_a_comparison_names_a_real_request_where_the_resource_matters() -> None:
    a = {"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}
    b = {"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": f"arn:aws:sqs:*:{ACCOUNT}:jobs"}}
    found = ik.compare(a, b)
    assert found.relation == "broader" and found.only_a is not None
    assert catalogue.fits(found.only_a.action, found.only_a.resource)


GLOBS = st.sampled_from(["s3:*", "s3:Get*", "s3:*Object", "s3:ListBucket", "s3:NoSuch", "sqs:*", "no:*", "*"])
RESOURCES = st.sampled_from(["*", BUCKET, OBJECTS, "arn:aws:sqs:*:*:*", "arn:aws:s3:::*"])
STATEMENTS = st.builds(
    lambda effect, action, resource: {"Effect": effect, "Action": action, "Resource": resource},
    st.sampled_from(["Allow", "Allow", "Deny"]), st.lists(GLOBS, min_size=1, max_size=2), RESOURCES,
)  # fmt: skip


@given(st.lists(STATEMENTS, min_size=1, max_size=3), GLOBS, RESOURCES)
def test_every_witness_is_allowed_and_real_where_the_pattern_allows_one(
    statements: list[dict], action: str, resource: str
) -> None:
    world = one_user({"Version": "2012-10-17", "Statement": statements})
    ana = f"arn:aws:iam::{ACCOUNT}:user/ana"
    found = world.can(ana, action, resource)
    real = [  # a few requests that AWS makes; if one is allowed, the witness is one that AWS makes
        (name, thing)
        for name in ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:ListAllMyBuckets", "sqs:SendMessage")
        for thing in ("*", BUCKET, f"{BUCKET}/a", f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs")
        if catalogue.fits(name, thing)
    ]
    wanted, where = Pattern.glob(action, fold=True), Pattern.glob(resource)
    inside = [(name, thing) for name, thing in real if wanted.matches(name) and where.matches(thing)]
    if any(world.decide(ana, name, thing).allowed for name, thing in inside):
        assert isinstance(found, Witness)
        assert catalogue.fits(found.request.action, found.request.resource) is not False


def test_the_witness_does_not_depend_on_the_order_of_sets() -> None:
    statement = "{'Effect': 'Allow', 'NotAction': ['s3:*', 'iam:*'], 'Resource': '*'}"
    code = (
        "import iamkit as ik; w = ik.World(); a = w.account('111122223333');"
        f"u = a.user('ana', policies=[{{'Statement': {statement}}}]);"
        "print(w.can(u, '*', '*'), w.can(u, 'glue:*', '*'), w.can(u, 'ec2:*', 'arn:*'))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
