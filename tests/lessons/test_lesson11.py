"""Lesson 11, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.clock import iso
from iamkit.lessons import lesson11 as lesson
from iamkit.lessons.audited import (
    ANA,
    AUDITOR,
    BEN,
    BUILDER,
    FIXES,
    HELPDESK,
    MAINTENANCE,
    MALLORY,
    OLD_ROBOT,
    OLGA,
    READ,
    VICTOR,
    WORK,
    audited,
    day_of,
    hindered,
    leaked_key,
)
from iamkit.lessons.company import ACCOUNT, HANDBOOK, IAM, MARCH, PAYROLL
from iamkit.lessons.mended import WHOLE, proofs, report
from iamkit.lessons.predict import Prediction
from iamkit.prove.reach import can_become_admin

PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}
NO_TLS = {"aws:SecureTransport": "false"}


def stolen() -> Any:
    day, key = day_of()
    return ik.latest_access(day, key, lesson.READ_PAYROLL)


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # IAM API Reference, GetAccountAuthorizationDetails: it returns users, groups, roles and policies, no buckets.
    "incomplete": (lambda: ik.World.from_gaad(lesson.dump()).decide(ANA, READ, MARCH, NO_TLS), "Allowed"),
    "told": (lambda: ik.best_practices(audited(), now=lesson.FOUND), "no"),
    # Ana, three roles by ReadPayroll or acme-*, two by AdministratorAccess, one by s3:*, Victor, root.
    "readers": (lambda: audited().who_can(READ, f"{PAYROLL}/*"), "9"),
    # id_roles_create_for-idp_oidc: the organization must be written in full.
    "knocking": (lambda: lesson.knocks(audited()), "both"),
    # pathfinding.cloud, lambda-001 and iam-002.
    "escalate": (lambda: lesson.admins(audited()), "both"),
    # STS API Reference, GetSessionToken: 36 hours; and an hour for the role.
    "until": (stolen, "tomorrow"),
    # reference_policies_condition-keys, aws:Referer: the caller can send any.
    "referer": (lambda: ik.is_public(json.loads(lesson.resource_policies())[HANDBOOK]), "yes"),
    "olgas": (lambda: lesson.mended().reach(OLGA, lesson.READ_PAYROLL), "yes"),
}


def test_no_prediction_is_left_out() -> None:
    assert ANSWERS.keys() == PREDICTIONS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kit_answers_what_aws_publishes(name: str) -> None:
    answer, word = ANSWERS[name]
    assert PREDICTIONS[name].reveal(answer(), word)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_wrong_choice_has_its_misconception_and_the_right_one_a_reason(name: str) -> None:
    asked, (_, word) = PREDICTIONS[name], ANSWERS[name]
    assert asked.behind.keys() == asked.choices.keys() - {word}
    assert asked.why
    assert max(map(len, asked.lettered.values())) <= 37


# The company


def test_the_dump_has_the_fields_that_aws_gives_and_nothing_else() -> None:
    """IAM API Reference: UserDetail, GroupDetail, RoleDetail, ManagedPolicyDetail."""
    dump = json.loads(lesson.dump())
    assert dump.keys() == {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}
    common = {"Path", "Arn", "CreateDate", "AttachedManagedPolicies"}
    user = common | {"UserName", "UserId", "UserPolicyList", "GroupList", "PermissionsBoundary", "Tags"}
    group = common | {"GroupName", "GroupId", "GroupPolicyList"}
    role = common | {"RoleName", "RoleId", "AssumeRolePolicyDocument", "InstanceProfileList", "RolePolicyList",
                     "PermissionsBoundary", "Tags", "RoleLastUsed"}  # fmt: skip
    managed = {"PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "AttachmentCount", "IsAttachable",
               "PermissionsBoundaryUsageCount", "Description", "CreateDate", "UpdateDate",
               "PolicyVersionList"}  # fmt: skip
    for section, fields in (("UserDetailList", user), ("GroupDetailList", group), ("RoleDetailList", role),
                            ("Policies", managed)):  # fmt: skip
        assert dump[section] and all(entry.keys() <= fields for entry in dump[section])


def test_the_dump_counts_right_to_whom_its_policies_are_attached() -> None:
    dump = json.loads(lesson.dump())
    everybody = [one for section in ("UserDetailList", "GroupDetailList", "RoleDetailList") for one in dump[section]]
    attached = [policy["PolicyArn"] for one in everybody for policy in one["AttachedManagedPolicies"]]
    assert {one["Arn"]: one["AttachmentCount"] for one in dump["Policies"]} == {
        arn: attached.count(arn) for arn in attached
    }


def test_the_report_has_awss_columns_and_speaks_of_the_users_of_the_dump() -> None:
    """IAM User Guide, id_credentials_getting-report."""
    rows = list(csv.DictReader(io.StringIO(lesson.credential_report())))
    assert [row["user"] for row in rows] == [
        "<root_account>",
        *(user["UserName"] for user in json.loads(lesson.dump())["UserDetailList"]),
    ]
    assert {"password_next_rotation", "access_key_1_last_used_service", "cert_2_last_rotated"} <= rows[0].keys()
    assert not audited().notes


def test_best_practices_finds_the_eighteen_things_that_the_lesson_speaks_of() -> None:
    found = ik.best_practices(audited(), now=lesson.FOUND)
    assert len(found) == 18
    assert [one.where.split(",")[0] for one in found if one.severity == "high"] == [
        VICTOR,
        VICTOR,
        AUDITOR,
        f"{IAM}role/robot",
        BUILDER,
    ]


def test_who_comes_to_be_an_administrator_and_how() -> None:
    world = audited()
    assert can_become_admin(world, MALLORY).principals == (MALLORY, HELPDESK, VICTOR)  # type: ignore[union-attr]
    assert can_become_admin(world, BEN).principals == (BEN, BUILDER, MAINTENANCE)  # type: ignore[union-attr]
    assert not can_become_admin(world, ANA) and not can_become_admin(world, OLD_ROBOT)


def test_the_thief_reads_for_38_hours_and_a_little_less() -> None:
    """36 hours of a session token from 08:59:59, and an hour of the role from its last second but one."""
    found = stolen()
    assert iso(found.instant) == "2026-11-25T21:59:57Z" and found.check()


def test_all_the_work_but_the_handbook_for_everybody_was_possible_before() -> None:
    assert [line.partition(":")[0] for line in hindered(audited())] == ["everybody reads the handbook"]


@pytest.mark.parametrize("words", WORK)
def test_the_work_can_be_hindered(words: str) -> None:
    """A check that nothing could fail would be none: without its policies, each work is refused."""
    world = audited()
    acme = world.accounts[ACCOUNT]
    for one in (*acme.users.values(), *acme.groups.values(), *acme.roles.values()):
        one.attached, one.inline = [], {}
    assert any(line.startswith(words) for line in hindered(world))


# The whole


def solutions() -> dict[str, Any]:
    """The answer of each task's solution."""
    names: dict[str, Any] = {"events": events}
    for exercise in lesson.EXERCISES:
        exec(exercise.solution().code, names)
    return {exercise.name: names[f"my_{exercise.name}"] for exercise in lesson.EXERCISES}


def test_with_all_solutions_the_whole_company_is_proved_and_as_found_nothing_is() -> None:
    found = lesson.final(**solutions())
    assert found and [row[1] for row in found.rows] == ["✓ proved"] * len(WHOLE)
    assert not report() and all(proofs().values())


def test_what_is_not_attempted_or_cannot_be_read_stays_as_it_was_found() -> None:
    untouched = {exercise.name: exercise.placeholder for exercise in lesson.EXERCISES}
    assert "with 0 of 6 tasks done: 0 of 5 proved" in lesson.final(**untouched).caption
    found = lesson.final(**{**untouched, "stop": FIXES["stop"], "robot": {"Statement": 3}})
    assert "with 1 of 6 tasks done: 1 of 5 proved" in found.caption


def test_the_proof_after_mending_can_be_checked() -> None:
    day, key = day_of(**FIXES)
    after = ik.latest_access(day, key, ("s3:*", "*"), after="2026-11-24T09:29:59Z")
    assert not after and after.check()  # type: ignore[union-attr]
    assert key.id == leaked_key(audited()).id


NEEDED = [
    ("nobody outside", {"handbook", "auditor", "robot"}),
    ("nobody becomes", {"helpdesk", "ceiling", "stop"}),
    ("nobody else comes", {"helpdesk", "ceiling", "stop"}),
    ("nothing is left", {"stop"}),
    ("everybody's work", {"handbook"}),
]


@pytest.mark.parametrize(("row", "tasks"), NEEDED, ids=[row for row, _ in NEEDED])
def test_which_tasks_a_row_of_the_board_needs(row: str, tasks: set[str]) -> None:
    def refuted(done: set[str]) -> str:
        return next(fault for words, fault in lesson.when_done(done).items() if words.startswith(row))

    assert not refuted(tasks)
    assert all(refuted(set(lesson.TASKS) - {task}) for task in tasks)


def test_the_tasks_of_the_board_are_the_exercises() -> None:
    assert list(lesson.TASKS) == [exercise.name for exercise in lesson.EXERCISES]
