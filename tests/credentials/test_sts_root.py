"""AssumeRoot: facts A4, A7, B10 and B.2. Source: IAM User Guide, id_root-user-privileged-task; STS API Reference."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.roottasks import PREFIX, root_tasks
from iamkit.credentials.tokens import Credentials
from tests.credentials.desk import NINE, Desk, issued, refused
from tests.short import BUCKET, OTHER, OWN, QUEUE, ROOT, allow, deny, trust

BOSS, TASK = "999999999999", "S3UnlockBucketPolicy"


class Company(Desk):
    """An organization: its management account, whose administrator is the boss, and two members."""

    def __init__(self) -> None:
        super().__init__()
        self.management = self.world.account(BOSS)
        self.world.account(OTHER)
        self.organization = self.world.organize("o-acme", management=BOSS, accounts=[OWN, OTHER])
        self.organization.central_root_access = True
        self.boss = self.management.user("boss", policies=[allow()])

    def task(self, name: str = TASK, by: Any = None, account: str = OWN, **given: Any) -> Any:
        return self.sts.assume_root(by or self.boss, account, name, **given)


def test_B10_the_five_tasks() -> None:
    assert sorted(root_tasks()) == [
        "IAMAuditRootUserCredentials",
        "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
        "SQSUnlockQueuePolicy",
    ]
    desk = Company()
    for name in root_tasks():
        assert desk.task(name) and desk.task(PREFIX + name)
    for wrong in ("AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess", "", "s3unlockbucketpolicy"):
        assert refused(desk.task(wrong)).error == "ValidationError"


ROOT_LOGIN = ("iam:CreateLoginProfile", ROOT)


@pytest.mark.parametrize(
    "task, allowed, denied",
    [
        ("IAMAuditRootUserCredentials", ("iam:ListAccessKeys", ROOT), ("iam:DeleteAccessKey", ROOT)),
        ("IAMCreateRootUserPassword", ROOT_LOGIN, ("iam:DeleteLoginProfile", ROOT)),
        ("IAMDeleteRootUserCredentials", ("iam:DeleteLoginProfile", ROOT), ROOT_LOGIN),
        ("S3UnlockBucketPolicy", ("s3:DeleteBucketPolicy", BUCKET), ("s3:GetObject", f"{BUCKET}/a")),
        ("SQSUnlockQueuePolicy", ("sqs:SetQueueAttributes", QUEUE), ("sqs:SendMessage", QUEUE)),
    ],
)
def test_B10_each_task_lets_its_own_actions_through_and_nothing_else(task: str, allowed: Any, denied: Any) -> None:
    desk = Company()
    session = issued(desk.task(task))
    assert desk.may(session, *allowed) and not desk.may(session, *denied)
    assert not desk.may(session, "ec2:RunInstances")


def test_B10_a_task_on_credentials_is_about_the_root_user_alone() -> None:
    desk = Company()
    session = issued(desk.task("IAMDeleteRootUserCredentials"))
    assert not desk.may(session, "iam:DeleteLoginProfile", desk.ana.arn)


def test_B10_it_opens_a_bucket_that_locks_everybody_out() -> None:
    desk = Company()
    desk.own.resource(BUCKET, policy=deny("s3:*", [BUCKET, f"{BUCKET}/*"], to="*"))
    assert not desk.may(desk.key, "s3:DeleteBucketPolicy", BUCKET)
    assert not desk.may(ROOT, "s3:DeleteBucketPolicy", BUCKET)
    assert desk.may(issued(desk.task()), "s3:DeleteBucketPolicy", BUCKET)


def test_A4_scps_bind_its_session() -> None:
    desk = Company()
    session = issued(desk.task())
    desk.organization.root.scps = [ik.Policy.parse(allow()), ik.Policy.parse(deny("s3:DeleteBucketPolicy"))]
    assert not desk.may(session, "s3:DeleteBucketPolicy", BUCKET)
    assert desk.may(session, "s3:GetBucketPolicy", BUCKET)


def test_B2_it_lasts_at_most_900_seconds() -> None:
    desk = Company()
    assert issued(desk.task()).lasts == 900
    assert [issued(desk.task(duration=n)).lasts for n in (0, 1, 900)] == [0, 1, 900]
    assert [refused(desk.task(duration=n)).error for n in (-1, 901)] == ["ValidationError"] * 2
    session = issued(desk.task())
    desk.sts.clock.forward(899)
    assert desk.may(session, "s3:GetBucketPolicy", BUCKET)
    desk.sts.clock.forward(1)
    assert refused(desk.sts.call(session, "s3:GetBucketPolicy", BUCKET)).error == "ExpiredToken"


def test_B10_the_keys_of_the_call_and_of_the_session() -> None:
    desk = Company()
    only = {"ArnEquals": {"sts:TaskPolicyArn": PREFIX + TASK}}
    desk.boss.inline["no"] = ik.Policy.parse(deny("sts:AssumeRoot", when={"ArnNotEquals": only["ArnEquals"]}))
    assert desk.task() and refused(desk.task("SQSUnlockQueuePolicy")).error == "AccessDenied"
    session = issued(desk.task()).session
    facts = desk.world.situation(session, "*").facts
    assert facts.of("aws:AssumedRoot") == ("true",)
    assert facts.of("aws:TokenIssueTime") == (NINE,)
    assert facts.of("aws:PrincipalArn") == (ROOT,) and facts.of("aws:PrincipalType") == ("Account",)
    assert desk.world.situation(desk.open().session, "*").facts.of("aws:AssumedRoot") == ()


# Who may.


def test_B2_a_role_session_may_and_its_chain_goes_on() -> None:
    desk = Company()
    admin = desk.management.role("admin", trust=trust(desk.boss.arn), policies=[allow("sts:AssumeRoot")])
    session = desk.open(desk.boss, admin)
    answer = issued(desk.task(by=session))
    assert isinstance(answer, Credentials) and answer.lineage[-2:] == (session, answer)


def test_B2_the_delegated_administrator_may_and_another_member_may_not() -> None:
    desk = Company()
    deputy = desk.world.accounts[OTHER].user("deputy", policies=[allow()])
    assert refused(desk.task(by=deputy)).error == "AccessDenied"
    assert refused(desk.task(by=desk.ana)).error == "AccessDenied"
    desk.organization.delegated_administrator = OTHER
    assert desk.task(by=deputy)
    assert refused(desk.task(by=desk.ana)).error == "AccessDenied"


def test_B2_it_needs_the_callers_permission() -> None:
    desk = Company()
    clerk = desk.management.user("clerk", policies=[allow("sts:AssumeRole")])
    answer = refused(desk.task(by=clerk))
    assert answer.decision is not None and answer.message.endswith(f"sts:AssumeRoot on resource: {ROOT}")
    clerk.inline["one"] = ik.Policy.parse(allow("sts:AssumeRoot", f"arn:aws:iam::{OTHER}:root"))
    assert desk.task(by=clerk, account=OTHER) and not desk.task(by=clerk)


def test_A7_never_the_root_user_nor_a_service_nor_a_token() -> None:
    desk = Company()
    token = issued(desk.sts.get_session_token(desk.boss))
    visitor = issued(desk.sts.get_federation_token(desk.boss, "visitor", policy=allow()))
    for by in (desk.management.root, "ec2.amazonaws.com", ik.ANONYMOUS, token, visitor, issued(desk.task())):
        assert refused(desk.task(by=by)).error == "AccessDenied"


def test_A8_central_root_access_must_be_on_and_the_account_a_member() -> None:
    desk = Company()
    desk.world.account("123123123123")
    for account in (BOSS, "123123123123", "000000000000"):
        assert refused(desk.task(account=account)).error == "AccessDenied"
    desk.organization.central_root_access = False
    assert "not enabled" in refused(desk.task()).message
    desk.world.organization = None
    assert refused(desk.task()).error == "AccessDenied"
