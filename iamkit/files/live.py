"""A world read from a live AWS account through a boto3 session. It only reads; AWS's SecurityAudit policy is enough.

It reads all of IAM, with the credential report; the policies of S3 buckets and, in the session's Region, of KMS keys,
SQS queues, SNS topics, Lambda functions and secrets; and the organization, where the caller may see it. What it may not
read is told in ``World.notes``. It does not read ACLs, Block Public Access, KMS grants, tags of resources, or policies
of other services.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from iamkit.errors import IamkitError, WorldError
from iamkit.files.credentialreport import add_reports
from iamkit.files.gaad import SECTIONS, add_dumps, add_resources
from iamkit.files.worlddict import FULL_ACCESS
from iamkit.files.worldfile import add_organization
from iamkit.world import World

RETRIES = {"mode": "adaptive", "max_attempts": 8}
# Seconds to wait before asking again whether the credential report is ready.
WAITS = (0, 1, 2, 4, 8, 16)
# Answers that say that there is nothing to read.
_ABSENT = ("NoSuchBucketPolicy", "ResourceNotFoundException", "AWSOrganizationsNotInUseException")

Entry = dict[str, Any]
Found = Iterator[tuple[str, Entry]]


def from_aws(session: Any, progress: bool = False) -> World:
    """Read the account of a boto3 session. boto3 pages and retries.

    Args:
        session: a ``boto3.Session`` with credentials and a Region.
        progress: show a progress bar.

    Raises:
        WorldError: if boto3 is missing, if there are no credentials, or if IAM may not be read. What else cannot be
            read is noted in ``World.notes`` and left out.
    """
    if not hasattr(session, "client"):
        remedy = 'Give a boto3.Session, such as boto3.Session(profile_name="audit").'
        raise WorldError(f"A {type(session).__name__} is not a session.", where="from_aws", remedy=remedy)
    aws = _Reader(session, progress)
    try:
        world = aws.needed("sts:GetCallerIdentity", _own_account, aws)
        add_dumps(world, [("$", aws.needed("iam:GetAccountAuthorizationDetails", _dump, aws))])
        _add_report(aws, world)
        for service, read in _RESOURCES.items():
            for arn, details in read(aws, aws.client(service)):
                _add(aws, world, arn, details)
        _add_organization(aws, world)
    finally:
        aws.close()
    world.notes = sorted(world.notes + aws.notes)
    return world


class _Reader:
    """The session's clients, the notes on what was refused, and the progress bar."""

    def __init__(self, session: Any, progress: bool) -> None:
        try:
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError

            if progress:
                from tqdm.auto import tqdm
        except ImportError as fault:
            remedy = "Install the extra: python3 -m iamkit setup aws, or pip install -e '.[aws]'."
            missing = "tqdm" if str(fault.name).startswith("tqdm") else "boto3"
            raise WorldError(f"{missing} is not installed.", where="from_aws", remedy=remedy) from None
        self.session, self.config = session, Config(retries=RETRIES)  # type: ignore[arg-type]
        self.faults: tuple[type[Exception], ...] = (ClientError, BotoCoreError)
        self.notes: list[str] = []
        self.account, self.partition = "", "aws"
        self.bar = tqdm(desc="reading the account", unit=" answers") if progress else None

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()

    def tick(self) -> None:
        if self.bar is not None:
            self.bar.update()

    def client(self, service: str) -> Any:
        return self.needed(service, self.session.client, service, config=self.config)

    def needed(self, what: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """The answer of a call without which there is no world."""
        try:
            return call(*given, **named)
        except self.faults as fault:
            remedy = "Check the session's credentials and its Region, and that it may call this."
            raise WorldError(f"AWS did not answer: {_reason(fault)}.", where=what, remedy=remedy) from None

    def asked(self, about: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """The answer of a call; None if it fails, with a note unless what was asked for just does not exist."""
        try:
            answer = call(*given, **named)
        except self.faults as fault:
            if _code(fault) not in _ABSENT:
                self.notes.append(f"{about}: {_reason(fault)}")
            return None
        self.tick()
        return answer

    def pages(self, client: Any, operation: str, key: str, **given: Any) -> list[Entry]:
        """All entries of a paged answer."""
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**given).get(key, []))
        return [entry for page in client.get_paginator(operation).paginate(**given) for entry in page.get(key, [])]


def _code(fault: Exception) -> str:
    return str(getattr(fault, "response", {}).get("Error", {}).get("Code", ""))


def _reason(fault: Exception) -> str:
    if _code(fault):
        return f"{_code(fault)} from {getattr(fault, 'operation_name', 'AWS')}"
    return f"{type(fault).__name__}: {fault}".rstrip(".")


def _own_account(aws: _Reader) -> World:
    """A world with the caller's account alone."""
    caller = aws.client("sts").get_caller_identity()
    aws.account, aws.partition = caller["Account"], caller["Arn"].split(":")[1]
    world = World()
    world.account(aws.account, partition=aws.partition)
    return world


def _dump(aws: _Reader) -> Entry:
    """What ``aws iam get-account-authorization-details`` prints."""
    dump: Entry = {section: [] for section in SECTIONS}
    for page in aws.client("iam").get_paginator("get_account_authorization_details").paginate():
        for section in SECTIONS:
            dump[section] += page.get(section, [])
        aws.tick()
    return dump


def _add_report(aws: _Reader, world: World) -> None:
    """Add who holds which credentials, if AWS gives the report."""
    about = "the credential report"
    content = aws.asked(about, _report, aws)
    if content is None:
        return
    try:
        add_reports(world, content)
    except IamkitError as fault:
        aws.notes.append(f"{about}: the kit cannot read it: {fault}")


def _report(aws: _Reader) -> bytes | None:
    """The report as CSV. AWS makes it on request and keeps it for four hours (id_credentials_getting-report)."""
    iam = aws.client("iam")
    for wait in WAITS:
        time.sleep(wait)
        if iam.generate_credential_report()["State"] == "COMPLETE":
            return bytes(iam.get_credential_report()["Content"])
    aws.notes.append("the credential report: AWS has not made it yet")
    return None


# Resource policies: each reader gives ARNs with what `iamkit.files.gaad.add_resources` takes beside them.


def _add(aws: _Reader, world: World, arn: str, details: Entry) -> None:
    """Add a resource; where the kit cannot read its policy, the resource without it."""
    details = {"account": aws.account, **details}
    try:
        add_resources(world, {arn: details})
    except IamkitError as fault:
        aws.notes.append(f"{arn}: the kit cannot read its policy: {fault}")
        add_resources(world, {arn: {**details, "policy": None}})


def _with_policy(answer: Entry | None, key: str) -> Entry:
    return {"policy": answer[key]} if answer and answer.get(key) else {}


def _buckets(aws: _Reader, s3: Any) -> Found:
    """All buckets, also those without a policy: a bucket's ARN does not say who owns it."""
    for bucket in aws.asked("S3 buckets", aws.pages, s3, "list_buckets", "Buckets") or []:
        arn = f"arn:{aws.partition}:s3:::{bucket['Name']}"
        yield arn, _with_policy(aws.asked(arn, s3.get_bucket_policy, Bucket=bucket["Name"]), "Policy")


def _keys(aws: _Reader, kms: Any) -> Found:
    for key in aws.asked("KMS keys", aws.pages, kms, "list_keys", "Keys") or []:
        arn = key["KeyArn"]
        described = aws.asked(arn, kms.describe_key, KeyId=arn) or {"KeyMetadata": {}}
        managed = {"aws_managed": True} if described["KeyMetadata"].get("KeyManager") == "AWS" else {}
        yield arn, managed | _with_policy(aws.asked(arn, kms.get_key_policy, KeyId=arn, PolicyName="default"), "Policy")


def _queues(aws: _Reader, sqs: Any) -> Found:
    for url in aws.asked("SQS queues", aws.pages, sqs, "list_queues", "QueueUrls") or []:
        wanted = ["QueueArn", "Policy"]
        answer = aws.asked(str(url), sqs.get_queue_attributes, QueueUrl=url, AttributeNames=wanted)
        if answer:
            yield answer["Attributes"]["QueueArn"], _with_policy(answer["Attributes"], "Policy")


def _topics(aws: _Reader, sns: Any) -> Found:
    for topic in aws.asked("SNS topics", aws.pages, sns, "list_topics", "Topics") or []:
        answer = aws.asked(topic["TopicArn"], sns.get_topic_attributes, TopicArn=topic["TopicArn"])
        yield topic["TopicArn"], _with_policy(answer and answer["Attributes"], "Policy")


def _functions(aws: _Reader, functions: Any) -> Found:
    for function in aws.asked("Lambda functions", aws.pages, functions, "list_functions", "Functions") or []:
        arn = function["FunctionArn"]
        yield arn, _with_policy(aws.asked(arn, functions.get_policy, FunctionName=arn), "Policy")


def _secrets(aws: _Reader, secrets: Any) -> Found:
    for secret in aws.asked("secrets", aws.pages, secrets, "list_secrets", "SecretList") or []:
        answer = aws.asked(secret["ARN"], secrets.get_resource_policy, SecretId=secret["ARN"])
        yield secret["ARN"], _with_policy(answer, "ResourcePolicy")


_RESOURCES: dict[str, Callable[[_Reader, Any], Found]] = {
    "s3": _buckets,
    "kms": _keys,
    "sqs": _queues,
    "sns": _topics,
    "lambda": _functions,
    "secretsmanager": _secrets,
}


# The organization, in the words of a world file


def _add_organization(aws: _Reader, world: World) -> None:
    """Add the organization if all of it can be read; half a tree would hide SCPs."""
    about = "the organization, with its SCPs and RCPs"
    found = aws.asked(about, _organization, aws)
    if not found:
        return
    try:
        add_organization(world, *found)
    except IamkitError as fault:
        aws.notes.append(f"{about}: the kit cannot read it: {fault}")
        own = world.accounts[aws.account]
        world.organization, own.scps, own.rcps = None, None, None


def _organization(aws: _Reader) -> tuple[Entry, Entry]:
    """The organization, and the control policies of the account itself."""
    client = aws.client("organizations")
    about = client.describe_organization()["Organization"]
    root = aws.pages(client, "list_roots", "Roots")[0]
    types = {"SERVICE_CONTROL_POLICY": "scps", "RESOURCE_CONTROL_POLICY": "rcps"}
    enabled = {one["Type"] for one in root.get("PolicyTypes", []) if one["Status"] == "ENABLED"}
    tree = _Tree(aws, client, {kind: key for kind, key in types.items() if kind in enabled})
    given = {"id": about["Id"], "management": about["MasterAccountId"], "root": tree.unit(root["Id"])}
    controls = {aws.account: tree.controls(aws.account)}
    return given | {"policies": tree.policies}, controls


class _Tree:
    """Reads the units below the root, and the control policies at each."""

    def __init__(self, aws: _Reader, client: Any, kinds: dict[str, str]) -> None:
        self.aws, self.client, self.kinds = aws, client, kinds
        self.policies: Entry = {}

    def unit(self, id: str) -> Entry:
        members = [one["Id"] for one in self.below("list_accounts_for_parent", "Accounts", id)]
        units = self.below("list_organizational_units_for_parent", "OrganizationalUnits", id)
        return {
            "id": id,
            "accounts": [member for member in members if member == self.aws.account],
            "other_accounts": [member for member in members if member != self.aws.account],
            "units": {unit["Name"]: self.unit(unit["Id"]) for unit in units},
        } | self.controls(id)

    def below(self, operation: str, key: str, parent: str) -> list[Entry]:
        self.aws.tick()
        return self.aws.pages(self.client, operation, key, ParentId=parent)

    def controls(self, target: str) -> Entry:
        """The names of the SCPs and RCPs attached to a unit or account; their documents go to ``policies``."""
        found: Entry = {}
        for kind, key in self.kinds.items():
            attached = self.aws.pages(self.client, "list_policies_for_target", "Policies", TargetId=target, Filter=kind)
            found[key] = [self.name(policy) for policy in attached]
        return found

    def name(self, policy: Entry) -> str:
        """The policy's name, which no other policy of the organization has (API Reference, CreatePolicy)."""
        name = policy["Name"]
        if name not in self.policies and not (policy.get("AwsManaged") and name in FULL_ACCESS):
            self.policies[name] = self.client.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
        return name
