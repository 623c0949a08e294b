"""An account in moto's server: 20 users, 20 roles, groups, boundaries, paths, versions, and resources with policies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import boto3

ACCOUNT = "123456789012"  # moto's own
IAM = f"arn:aws:iam::{ACCOUNT}"
REGION = "eu-west-1"


@contextmanager
def server() -> Iterator[str]:
    """moto's server on a free port of this machine; its address."""
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        running.stop()


def reset(address: str) -> None:
    """Forget every account."""
    urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()


def session() -> boto3.Session:
    """A session with credentials that open nothing."""
    return boto3.Session(aws_access_key_id="AKIAEXAMPLE000000000", aws_secret_access_key="none", region_name=REGION)


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def trust(principal: dict[str, Any], **more: Any) -> str:
    return text({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


PAYROLL = ["arn:aws:s3:::moto-payroll", "arn:aws:s3:::moto-payroll/*"]


def fill(made: boto3.Session) -> None:
    """Make everything in the account."""
    iam = made.client("iam")
    policies(iam)
    groups(iam)
    users(iam)
    credentials(iam)
    roles(iam)
    resources(made)


def policies(iam: Any) -> None:
    def policy(name: str, path: str, *versions: str) -> None:
        arn = iam.create_policy(PolicyName=name, Path=path, PolicyDocument=versions[0])["Policy"]["Arn"]
        for version in versions[1:]:
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=version, SetAsDefault=True)

    board = deny("s3:GetObject", "arn:aws:s3:::moto-payroll/board/*")
    newest = text(allow(["s3:GetObject", "s3:ListBucket"], PAYROLL), board)
    policy("ReadPayroll", "/payroll/", text(allow("s3:*", PAYROLL)), text(allow("s3:Get*", PAYROLL)), newest)
    policy("WriteLogs", "/", text(allow("logs:*")), text(allow("logs:PutLogEvents")))
    iam.set_default_policy_version(PolicyArn=f"{IAM}:policy/WriteLogs", VersionId="v1")
    policy("Ceiling", "/limits/", text(allow(["s3:*", "logs:*"])))
    policy("Everything", "/", text(allow("*")))


def groups(iam: Any) -> None:
    for name, path in (("payroll", "/payroll/"), ("developers", "/"), ("auditors", "/audit/")):
        iam.create_group(GroupName=name, Path=path)
    iam.attach_group_policy(GroupName="payroll", PolicyArn=f"{IAM}:policy/payroll/ReadPayroll")
    iam.put_group_policy(GroupName="developers", PolicyName="Queues", PolicyDocument=text(allow("sqs:*")))
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    audit = text(allow("sts:AssumeRole", f"{IAM}:role/audit/*", Condition=mfa))
    iam.put_group_policy(GroupName="auditors", PolicyName="Audit", PolicyDocument=audit)


def users(iam: Any) -> None:
    """Users 0 to 6 are in payroll, 7 to 13 developers, 14 to 19 auditors."""
    for number in range(20):
        name, team = f"user{number:02}", ("payroll", "developers", "auditors")[number // 7]
        iam.create_user(UserName=name, Path=f"/{team}/" if number % 2 else "/", Tags=[{"Key": "team", "Value": team}])
        iam.add_user_to_group(UserName=name, GroupName=team)
    own = allow("s3:*", "arn:aws:s3:::moto-home/${aws:username}/*")
    iam.put_user_policy(UserName="user07", PolicyName="Home", PolicyDocument=text(own))
    iam.attach_user_policy(UserName="user08", PolicyArn=f"{IAM}:policy/WriteLogs")


def credentials(iam: Any) -> None:
    """user00 has everything, user01 two keys, of which one is inactive, user02 a password; the others nothing."""
    for name in ("user00", "user02"):
        iam.create_login_profile(UserName=name, Password="Correct-Horse-9")
    iam.create_access_key(UserName="user00")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="user00")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="user00", SerialNumber=device, AuthenticationCode1="123456",
                          AuthenticationCode2="654321")  # fmt: skip
    for _ in range(2):
        made = iam.create_access_key(UserName="user01")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="user01", AccessKeyId=made, Status="Inactive")


def roles(iam: Any) -> None:
    """Even ones trust a service, odd ones the account; 10 and above are in /audit/; every fifth has a boundary."""
    for number in range(20):
        name = f"role{number:02}"
        by = {"Service": "ec2.amazonaws.com"} if number % 2 == 0 else {"AWS": f"{IAM}:root"}
        bounded = {"PermissionsBoundary": f"{IAM}:policy/limits/Ceiling"} if number % 5 == 0 else {}
        iam.create_role(RoleName=name, Path="/audit/" if number >= 10 else "/",
                        AssumeRolePolicyDocument=trust(by), Tags=[{"Key": "n", "Value": str(number)}],
                        **bounded)  # fmt: skip
        iam.attach_role_policy(RoleName=name, PolicyArn=f"{IAM}:policy/Everything")
    iam.put_role_policy(RoleName="role01", PolicyName="NoKeys", PolicyDocument=text(deny("kms:*")))
    iam.create_instance_profile(InstanceProfileName="web", Path="/web/")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="role02")


def resources(made: boto3.Session) -> None:
    s3, kms, sqs = made.client("s3"), made.client("kms"), made.client("sqs")
    for name in ("moto-payroll", "moto-home", "moto-bare"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    tls = deny("s3:*", PAYROLL, Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    direct = allow("s3:PutObject", PAYROLL[1], Principal={"AWS": f"{IAM}:user/user14"})
    public = allow("s3:GetObject", "arn:aws:s3:::moto-home/public/*", Principal="*")
    s3.put_bucket_policy(Bucket="moto-payroll", Policy=text(tls, direct))
    s3.put_bucket_policy(Bucket="moto-home", Policy=text(public))
    kms.create_key(Policy=text(allow("kms:*", Principal={"AWS": f"{IAM}:role/role03"})))
    queue = {"Policy": text(allow("sqs:SendMessage", Principal={"Service": "sns.amazonaws.com"}))}
    sqs.create_queue(QueueName="jobs", Attributes=queue)
    made.client("sns").create_topic(Name="news")
    secrets, functions = made.client("secretsmanager"), made.client("lambda")
    shared = text(allow("secretsmanager:GetSecretValue", Principal={"AWS": f"{IAM}:role/role05"}))
    for name in ("bare", "shared"):
        secrets.create_secret(Name=name, SecretString="none")
    secrets.put_resource_policy(SecretId="shared", ResourcePolicy=shared)
    code = {"Role": f"{IAM}:role/role02", "Runtime": "python3.13", "Handler": "a.b", "Code": {"ZipFile": b"x"}}
    for name in ("bare", "pay"):
        functions.create_function(FunctionName=name, **code)
    by = {"StatementId": "sns", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    functions.add_permission(FunctionName="pay", **by)


def answer(made: boto3.Session, operation: str, *pages: dict[str, Any]) -> None:
    """Let an operation answer these, one after the other, then the last again."""
    given = list(pages)

    def handler(**_: Any) -> tuple[Any, dict[str, Any]]:
        page = given.pop(0) if len(given) > 1 else given[0]
        return SimpleNamespace(status_code=page.get("status", 200), headers={}), page

    made.events.register_first(f"before-call.{operation}", handler)


def refuse(made: boto3.Session, *operations: str, code: str = "AccessDenied") -> None:
    """Let operations answer that they are not allowed."""
    for operation in operations:
        answer(made, operation, {"status": 403, "Error": {"Code": code, "Message": "no"}})
