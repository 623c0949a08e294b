import pytest

import iamkit as ik
from iamkit.errors import IamkitError, PolicyError
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.widgets.slots import At, slot
from tests.short import OWN, allow, deny, trust

IAM, BUCKET = f"arn:aws:iam::{OWN}:", "arn:aws:s3:::acme-payroll"
ACME = "arn:aws:iam::444455556666:group/developers"

# Where the policy stands, its type, what to put there, and a request on which the decision changes from and to.
PLACES: list[tuple[str, At, Place, dict, tuple[str, str, str], tuple[bool, bool]]] = [
    ("payroll", f"{IAM}policy/ReadPayroll", Place.IDENTITY, deny("s3:*"),
     (f"{IAM}user/payroll/ana", "s3:GetObject", f"{BUCKET}/a"), (True, False)),
    ("payroll", "arn:aws:iam::aws:policy/AdministratorAccess", Place.IDENTITY, allow("ec2:*"),
     (f"{IAM}user/carol", "s3:GetObject", f"{BUCKET}/a"), (True, False)),
    ("payroll", f"{IAM}policy/ContractorCeiling", Place.IDENTITY, allow(),
     (f"{IAM}user/mallory", "s3:GetObject", f"{BUCKET}/a"), (False, True)),
    ("payroll", BUCKET, Place.RESOURCE, allow("s3:GetObject", f"{BUCKET}/*", f"{IAM}user/ben"),
     (f"{IAM}user/ben", "s3:GetObject", f"{BUCKET}/a"), (False, True)),
    ("payroll", f"{IAM}role/builder", Place.TRUST, trust({"Service": "lambda.amazonaws.com"}),
     ("lambda.amazonaws.com", "sts:AssumeRole", f"{IAM}role/builder"), (False, True)),
    ("payroll", (f"{IAM}group/contractors", "AcmeBuckets"), Place.IDENTITY, allow("ec2:*"),
     (f"{IAM}user/mallory", "ec2:StopInstances", "*"), (False, False)),
    ("acme", (ACME, "Builds"), Place.IDENTITY, allow("ec2:*"),
     ("arn:aws:iam::444455556666:user/ben", "s3:GetObject", "arn:aws:s3:::acme-builds/a"), (True, False)),
    ("acme", (f"{IAM}role/deployer", "Deploy"), Place.IDENTITY, allow("lambda:ListFunctions"),
     (f"{IAM}role/deployer", "lambda:ListFunctions", "*"), (False, True)),
    ("acme", "ToolingServices", Place.SCP, allow("codebuild:*"),
     ("arn:aws:iam::444455556666:user/ben", "s3:GetObject", "arn:aws:s3:::acme-builds/a"), (True, False)),
    ("acme", "OnlyOurPeople", Place.RCP, deny("s3:*", "*", "*"),
     (f"{IAM}user/ana", "s3:GetObject", f"{BUCKET}/a"), (True, False)),
]  # fmt: skip


@pytest.mark.parametrize(("world", "at", "place", "new", "asked", "allowed"), PLACES)
def test_a_policy_is_found_and_another_put_in_its_place(world, at, place, new, asked, allowed) -> None:
    before = ik.sample(world)
    found = slot(before, at)
    after = found.put(Policy.parse(new, found.policy.name))
    assert found.place is place
    assert (bool(before.decide(*asked)), bool(after.decide(*asked))) == allowed
    assert bool(before.decide(*asked)) == allowed[0], "the old world stays as it is"


def test_the_policy_of_an_endpoint() -> None:
    world = ik.sample("acme")
    found = slot(world, "vpce-0a1b2c3d4e5f67890")
    asked = (f"{IAM}user/ana", "s3:GetObject", f"{BUCKET}/a", {"aws:SourceVpce": "vpce-0a1b2c3d4e5f67890"})
    assert found.place is Place.ENDPOINT
    assert world.decide(*asked)
    assert not found.put(Policy.parse(allow("sqs:*", to="*"))).decide(*asked)


def test_a_public_bucket_policy_is_refused_where_public_access_is_blocked() -> None:
    """S3 User Guide, access-control-block-public-access: PutBucketPolicy is rejected if the policy is public."""
    with pytest.raises(PolicyError, match="BlockPublicPolicy"):
        slot(ik.sample("acme"), BUCKET).put(Policy.parse(allow("s3:GetObject", f"{BUCKET}/*", "*")))


@pytest.mark.parametrize(
    "at", ["nothing", f"{IAM}user/payroll/ana", "arn:aws:s3:::acme-builds", (BUCKET, "x"), f"{IAM}role/x"]
)
def test_where_no_policy_stands_is_an_error_that_says_what_to_give(at) -> None:
    with pytest.raises(IamkitError, match=r"No policy stands at .* ARN of a managed policy"):
        slot(ik.sample("payroll"), at)
