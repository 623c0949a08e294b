"""The company of the story is as the lessons tell it."""

from iamkit.lessons.company import (
    ANA,
    AUDITOR,
    BUILDS,
    HANDBOOK,
    MALLORY,
    MARCH,
    PAYROLL,
    ROBOT,
    company,
    larger_company,
)


def test_ana_reads_the_payroll_and_mallory_never_does():
    for world in (company(), larger_company()):
        assert world.decide(ANA, "s3:GetObject", MARCH)
        assert not world.can(MALLORY, "s3:*", f"{PAYROLL}/*")
        assert world.decide(MALLORY, "s3:GetObject", f"{HANDBOOK}/welcome.pdf")


def test_the_auditors_of_the_other_account_may_assume_their_role_and_strangers_may_not():
    world = larger_company()
    assert world.can("arn:aws:iam::444455556666:user/lena", "sts:AssumeRole", AUDITOR)
    assert not world.can("arn:aws:iam::999999999999:user/eve", "sts:AssumeRole", AUDITOR)


def test_the_robot_stores_builds_and_does_nothing_else():
    world = larger_company()
    assert world.can(ROBOT, "s3:PutObject", f"{BUILDS}/*")
    assert not world.can(ROBOT, "s3:*", f"{PAYROLL}/*")


def test_every_call_builds_a_fresh_world():
    changed = company()
    del changed.accounts["111122223333"].users["ana"]
    assert "ana" in company().accounts["111122223333"].users
