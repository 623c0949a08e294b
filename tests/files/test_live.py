"""A live account, and the dump that the AWS CLI writes of it, against moto's server on this machine.

What each principal may do is worked out by hand from the policies in `tests.files.moto_account`.
"""

import base64
import json
import sys
from types import SimpleNamespace

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from iamkit.errors import WorldError
from iamkit.files.gaad import from_gaad
from iamkit.files.live import from_aws
from iamkit.files.worldfile import load, to_dict
from iamkit.world import World
from tests.files import moto_account
from tests.files.moto_account import ACCOUNT, IAM, PAYROLL, REGION, answer, refuse, session

ALLOWED, IMPLICIT, EXPLICIT = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"


@pytest.fixture(scope="module")
def account(address):
    """A session for the filled account."""
    moto_account.reset(address)
    made = moto_account.session()
    moto_account.fill(made)
    return made


@pytest.fixture(scope="module")
def live(account):
    return from_aws(account)


@pytest.fixture(scope="module")
def dump(account, tmp_path_factory):
    """The file that `aws iam get-account-authorization-details > gaad.json` writes."""
    pages = account.client("iam").get_paginator("get_account_authorization_details").paginate()
    path = tmp_path_factory.mktemp("dump") / "gaad.json"
    path.write_text(json.dumps(pages.build_full_result(), indent=4, default=lambda date: date.isoformat()))
    return path


@pytest.fixture(scope="module")
def beside(account):
    """Resource policies by ARN, asked for one by one."""
    s3, kms = account.client("s3"), account.client("kms")
    found = {
        f"arn:aws:s3:::{name}": s3.get_bucket_policy(Bucket=name)["Policy"] for name in ("moto-payroll", "moto-home")
    }
    found |= {"arn:aws:s3:::moto-bare": {}}
    for key in kms.list_keys()["Keys"]:
        found[key["KeyArn"]] = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    for url in account.client("sqs").list_queues()["QueueUrls"]:
        about = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found[about["QueueArn"]] = about["Policy"]
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
    found[topic] = account.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    for secret in account.client("secretsmanager").list_secrets()["SecretList"]:
        policy = account.client("secretsmanager").get_resource_policy(SecretId=secret["ARN"]).get("ResourcePolicy")
        found[secret["ARN"]] = policy or {}
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
    found[f"{function}pay"] = account.client("lambda").get_policy(FunctionName="pay")["Policy"]
    found[f"{function}bare"] = {}
    return found


@pytest.fixture(scope="module")
def report(account):
    """What `aws iam get-credential-report` prints."""
    iam = account.client("iam")
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    answer = iam.get_credential_report()
    return {"Content": base64.b64encode(answer["Content"]).decode(), "ReportFormat": "text/csv"}


@pytest.fixture(scope="module")
def world(dump, beside, report):
    return from_gaad(dump, beside, report)


# The dump


def test_the_dump_has_everything(world):
    account = world.accounts[ACCOUNT]
    assert (len(account.users), len(account.roles), len(account.groups), len(account.policies)) == (20, 20, 3, 4)
    assert account.users["user01"].arn == f"{IAM}:user/payroll/user01"
    assert account.users["user01"].tags == {"team": "payroll"}
    assert account.roles["role11"].arn == f"{IAM}:role/audit/role11"
    assert account.policies["ReadPayroll"].arn == f"{IAM}:policy/payroll/ReadPayroll"
    assert {name: policy.default for name, policy in account.policies.items()} == {
        "ReadPayroll": "v3", "WriteLogs": "v1", "Ceiling": "v1", "Everything": "v1"}  # fmt: skip
    bounded = {name for name, role in account.roles.items() if role.boundary == f"{IAM}:policy/limits/Ceiling"}
    assert bounded == {"role00", "role05", "role10", "role15"}
    assert account.instance_profiles == {"web": "role02"}


def test_from_aws_and_from_gaad_give_the_same_world(live, world):
    assert live.notes == []
    assert to_dict(live) == to_dict(world)


def test_the_answer_of_boto3_loads_as_it_is(account, world, beside):
    iam = account.client("iam")
    pages = iam.get_paginator("get_account_authorization_details").paginate()
    report = iam.get_credential_report()
    assert to_dict(from_gaad(pages.build_full_result(), beside, report)) == to_dict(world)


def test_the_credential_report_says_who_holds_what(world):
    users = world.accounts[ACCOUNT].users
    held = {name: user.holdings for name, user in users.items() if user.holdings}
    assert sorted(held) == ["user00", "user01", "user02"]
    assert [key.status for key in held["user00"].access_keys] == ["Active"]
    assert [key.status for key in held["user01"].access_keys] == ["Active", "Inactive"]
    assert all(key.created for key in held["user01"].access_keys)
    assert [bool(held[name].password) for name in sorted(held)] == [True, False, True]
    assert [len(held[name].mfa_devices) for name in sorted(held)] == [1, 0, 0]


def test_the_world_is_saved_and_loaded(world):
    assert to_dict(load(to_dict(world))) == to_dict(world)


MFA = {"aws:MultiFactorAuthPresent": "true"}


def named(beside, service):
    return next(arn for arn in sorted(beside, reverse=True) if f":{service}:" in arn)


@pytest.mark.parametrize("which", ["live", "world"])
@pytest.mark.parametrize(
    ("principal", "action", "resource", "context", "effect"),
    [
        # 1 The default version of a managed policy counts, through a group: v3 reads objects ...
        ("user/user00", "s3:GetObject", "arn:aws:s3:::moto-payroll/may.csv", {}, ALLOWED),
        # ... and no longer allows what v1 and v2 did.
        ("user/user00", "s3:GetBucketAcl", PAYROLL[0], {}, IMPLICIT),
        # 2 Its Deny wins.
        ("user/payroll/user01", "s3:GetObject", "arn:aws:s3:::moto-payroll/board/pay.csv", {}, EXPLICIT),
        # 3 The version that is the default need not be the newest: v1 of WriteLogs allows all of logs.
        ("user/user08", "logs:CreateLogGroup", "*", {}, ALLOWED),
        # 4 A variable in an inline policy stands for the user.
        ("user/developers/user07", "s3:PutObject", "arn:aws:s3:::moto-home/user07/a", {}, ALLOWED),
        ("user/developers/user07", "s3:PutObject", "arn:aws:s3:::moto-home/user08/a", {}, IMPLICIT),
        # 5 A bucket policy that names a user grants by itself in one account (implicit-deny matrix, first row).
        ("user/user14", "s3:PutObject", "arn:aws:s3:::moto-payroll/may.csv", {}, ALLOWED),
        (
            "user/user14",
            "s3:PutObject",
            "arn:aws:s3:::moto-payroll/may.csv",
            {"aws:SecureTransport": "false"},
            EXPLICIT,
        ),
        # 6 A trust policy that names the account leaves it to the auditors' group, which asks for MFA and /audit/.
        ("user/auditors/user15", "sts:AssumeRole", f"{IAM}:role/audit/role11", MFA, ALLOWED),
        ("user/auditors/user15", "sts:AssumeRole", f"{IAM}:role/audit/role11", {}, IMPLICIT),
        ("user/auditors/user15", "sts:AssumeRole", f"{IAM}:role/role01", MFA, IMPLICIT),
        # A trust policy must itself allow: this role trusts EC2 alone.
        ("user/auditors/user15", "sts:AssumeRole", f"{IAM}:role/audit/role10", MFA, IMPLICIT),
        # 7 A boundary limits what the policies allow.
        ("role/role05", "s3:GetObject", "arn:aws:s3:::moto-home/a", {}, ALLOWED),
        ("role/role05", "iam:CreateUser", "*", {}, IMPLICIT),
        ("role/role06", "iam:CreateUser", "*", {}, ALLOWED),
        # 8 A resource policy that names a role does not get past the role's boundary (matrix, role ARN).
        ("role/role05", "secretsmanager:GetSecretValue", "secretsmanager", {}, IMPLICIT),
        # 9 Without a statement for the account, a key policy leaves out everybody it does not name.
        ("role/role03", "kms:Decrypt", "kms", {}, ALLOWED),
        ("role/role07", "kms:Decrypt", "kms", {}, IMPLICIT),
        ("root", "kms:Decrypt", "kms", {}, IMPLICIT),
        ("role/role01", "kms:Decrypt", "kms", {}, EXPLICIT),
        # 10 Anonymous callers and services come in through resource policies only.
        ("anonymous", "s3:GetObject", "arn:aws:s3:::moto-home/public/a", {}, ALLOWED),
        ("anonymous", "s3:GetObject", "arn:aws:s3:::moto-home/user07/a", {}, IMPLICIT),
        ("sns.amazonaws.com", "sqs:SendMessage", "sqs", {}, ALLOWED),
        ("sns.amazonaws.com", "lambda:InvokeFunction", "lambda", {}, ALLOWED),
        ("events.amazonaws.com", "lambda:InvokeFunction", "lambda", {}, IMPLICIT),
    ],
)
def test_ten_questions_about_the_dump(which, principal, action, resource, context, effect, request, beside):
    world = request.getfixturevalue(which)
    who = principal if principal == "anonymous" or "." in principal else f"{IAM}:{principal}"
    what = resource if ":" in resource or resource == "*" else named(beside, resource)
    assert world.decide(who, action, what, context).effect == effect


def test_who_can_use_the_key(world, beside):
    answers = world.who_can("kms:Decrypt", named(beside, "kms"))
    assert (answers.who, answers.unknown) == ((f"{IAM}:role/role03",), ())


# Paging, retrying, refusals


def test_all_pages_are_read(account):
    made = session()
    users = [{"Arn": f"{IAM}:user/{name}", "UserName": name, "Path": "/"} for name in ("a", "b", "c")]
    answer(made, "iam.GetAccountAuthorizationDetails",
           {"UserDetailList": users[:1], "IsTruncated": True, "Marker": "1"},
           {"UserDetailList": users[1:2], "IsTruncated": True, "Marker": "2"},
           {"UserDetailList": users[2:], "IsTruncated": False})  # fmt: skip
    assert sorted(from_aws(made).accounts[ACCOUNT].users) == ["a", "b", "c"]


def test_throttled_calls_are_tried_again(account):
    made, tries = session(), []
    throttled = b"<ErrorResponse><Error><Code>Throttling</Code><Message>slow down</Message></Error></ErrorResponse>"

    def handler(request, **_):
        tries.append(request.url)
        raw = SimpleNamespace(stream=lambda: iter([throttled]), headers={})
        return AWSResponse(request.url, 400, {}, raw) if len(tries) < 2 else None

    made.events.register_first("before-send.iam.GetAccountAuthorizationDetails", handler)
    assert len(from_aws(made).users()) == 20
    assert len(tries) == 2


def test_what_may_not_be_read_is_noted(account, live):
    made = session()
    refuse(made, "s3.GetBucketPolicy", "kms.ListKeys", "lambda.GetPolicy", "organizations.DescribeOrganization")
    world = from_aws(made)
    assert world.notes == [
        "KMS keys: AccessDenied from ListKeys",
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bare: AccessDenied from GetPolicy",
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay: AccessDenied from GetPolicy",
        "arn:aws:s3:::moto-bare: AccessDenied from GetBucketPolicy",
        "arn:aws:s3:::moto-home: AccessDenied from GetBucketPolicy",
        "arn:aws:s3:::moto-payroll: AccessDenied from GetBucketPolicy",
        "the organization, with its SCPs and RCPs: AccessDenied from DescribeOrganization",
    ]
    kept = {resource.arn for resource in live.resources() if ":kms:" not in resource.arn}
    assert {resource.arn for resource in world.resources()} == kept
    assert world.accounts[ACCOUNT].resources["arn:aws:s3:::moto-payroll"].policy is None
    assert to_dict(load(to_dict(world)))["notes"] == world.notes


def test_a_credential_report_that_cannot_be_had_is_noted(account):
    made = session()
    refuse(made, "iam.GenerateCredentialReport")
    world = from_aws(made)
    assert world.notes == ["the credential report: AccessDenied from GenerateCredentialReport"]
    assert not any(user.holdings for user in world.users())
    made = session()
    answer(made, "iam.GenerateCredentialReport", {"State": "INPROGRESS"})
    assert from_aws(made).notes == ["the credential report: AWS has not made it yet"]


def test_a_credential_report_that_the_kit_cannot_read_is_noted(account):
    made = session()
    answer(made, "iam.GetCredentialReport", {"Content": b"user,arn\n"})
    world = from_aws(made)
    assert world.notes == [
        "the credential report: the kit cannot read it: credential_report, line 1: There is no column "
        "password_enabled. Give the output of aws iam get-credential-report as it is."]  # fmt: skip
    assert len(world.users()) == 20


def test_a_resource_policy_that_the_kit_cannot_read_is_noted(account):
    made = session()
    answer(made, "s3.GetBucketPolicy", {"Policy": '{"Statement": []}'})
    world = from_aws(made)
    assert len(world.notes) == 3
    assert world.notes[0].startswith("arn:aws:s3:::moto-bare: the kit cannot read its policy: resource_policies[")
    assert world.accounts[ACCOUNT].resources["arn:aws:s3:::moto-bare"].policy is None


def test_a_key_that_aws_manages_is_marked(account):
    """No RCP reaches it (Organizations User Guide, orgs_manage_policies_rcps)."""
    made = session()
    answer(made, "kms.DescribeKey", {"KeyMetadata": {"KeyManager": "AWS"}})
    (key,) = [resource for resource in from_aws(made).resources() if ":kms:" in resource.arn]
    assert key.aws_managed
    assert key.policy


@pytest.mark.parametrize("operation", ["sts.GetCallerIdentity", "iam.GetAccountAuthorizationDetails"])
def test_without_iam_there_is_no_world(account, operation):
    made = session()
    refuse(made, operation)
    with pytest.raises(WorldError, match=f"AccessDenied from {operation.partition('.')[2]}") as caught:
        from_aws(made)
    assert caught.value.where == operation.replace(".", ":")
    assert "credentials" in caught.value.remedy


def test_an_empty_account_is_a_world(account):
    made = session()
    answer(made, "iam.GetAccountAuthorizationDetails", {"UserDetailList": []})
    assert list(from_aws(made).accounts) == [ACCOUNT]


def test_a_session_without_credentials_or_region_is_told(account):
    with pytest.raises(WorldError, match="NoCredentialsError"):
        from_aws(boto3.Session(region_name=REGION))
    with pytest.raises(WorldError, match="NoRegionError"):
        from_aws(boto3.Session(aws_access_key_id="AKIAEXAMPLE000000000", aws_secret_access_key="none"))


@pytest.mark.parametrize("wrong", [None, "default", 7])
def test_what_is_no_session_is_told(wrong):
    with pytest.raises(WorldError, match=r"is not a session.*boto3\.Session"):
        World.from_aws(wrong)


@pytest.mark.parametrize(
    ("module", "name", "progress"), [("botocore.config", "boto3", False), ("tqdm.auto", "tqdm", True)]
)
def test_a_missing_extra_is_told(monkeypatch, module, name, progress):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(WorldError, match=rf"{name} is not installed\. .*setup aws"):
        from_aws(SimpleNamespace(client=None), progress)


def test_a_progress_bar_is_shown_on_request(account, capsys):
    from_aws(account, progress=True)
    assert "reading the account" in capsys.readouterr().err
    from_aws(account)
    assert "reading the account" not in capsys.readouterr().err
