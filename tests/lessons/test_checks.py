"""The ways of judging: by what a policy, a world or a request permits, and row by row."""

import pytest

from iamkit.errors import IamkitError
from iamkit.lessons.checks import Expect, Slip, policy_check, request_check, table_check, world_check
from iamkit.lessons.company import ANA, MALLORY, MARCH, PAYROLL, company, policy, statement
from iamkit.lessons.exercise import BOTH, NOT_YET, OVER, RIGHT, UNDER, UNFINISHED
from iamkit.policy.places import Place
from iamkit.prove.values import Undecided

FILES = f"{PAYROLL}/*"
READ = policy(statement("Allow", "s3:GetObject", FILES))
FROM_OFFICE = policy(
    statement("Allow", "s3:GetObject", FILES, condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
)


@pytest.mark.parametrize(
    "answer",
    [
        READ,
        '{"Statement": {"Effect": "Allow", "Action": "S3:getobject", "Resource": ["arn:aws:s3:::acme-payroll/*"]}}',
        policy(statement("Allow", ["s3:GetObject", "S3:GETOBJECT"], FILES)),
        policy(statement("Allow", "s3:GetObject", MARCH), statement("Allow", "s3:GetObject", FILES)),
        policy(statement("Deny", "s3:PutObject", "*"), statement("Allow", "s3:GetObject", FILES)),
    ],
)
def test_every_policy_that_permits_the_same_is_right(answer):
    found = policy_check(READ)(answer)
    assert found.verdict == RIGHT


@pytest.mark.parametrize(
    ("answer", "verdict", "shown", "step"),
    [
        (policy(statement("Allow", "s3:*", FILES)), OVER, "should not: `s3:", "look at the Action"),
        (
            policy(statement("Allow", "s3:GetObject", "*")),
            OVER,
            "should not: `s3:GetObject` on",
            "look at the Resource",
        ),
        (policy(statement("Allow", "s3:GetObject", MARCH)), UNDER, "does not: `s3:GetObject` on", "does not match"),
        (policy(statement("Deny", "s3:*", "*")), UNDER, "does not: `s3:GetObject` on", "your Deny `Statement[0]`"),
        (policy(statement("Allow", "s3:PutObject", FILES)), BOTH, "should not: `s3:PutObject`", "look at the Action"),
        (FROM_OFFICE, UNDER, "with no aws:SourceIp", "Condition IpAddress aws:SourceIp"),
        (policy(*READ["Statement"], statement("Deny", "s3:*", MARCH)), UNDER, "march.csv", "your Deny `Statement[1]`"),
    ],
)
def test_a_wrong_policy_gets_its_verdict_a_request_and_a_next_step(answer, verdict, shown, step):
    found = policy_check(READ)(answer)
    assert found.verdict == verdict
    assert shown in found.text
    assert step in found.lines[-1]


def test_what_must_be_refused_is_said_without_giving_the_policy_away():
    wanted = policy(*READ["Statement"], statement("Deny", "s3:GetObject", MARCH))
    found = policy_check(wanted)(READ)
    assert found.verdict == OVER
    assert "with a Deny" in found.lines[-1]


def test_a_missing_condition_is_named():
    found = policy_check(FROM_OFFICE)(READ)
    assert found.verdict == OVER
    assert "look at the Condition" in found.lines[-1]


def test_a_known_mistake_is_told_by_its_misconception_however_it_is_written():
    wide = Slip(policy(statement("Allow", "s3:*", FILES)), "Reading is one action.")
    check = policy_check(READ, slips=(wide,))
    written_otherwise = policy(statement("Allow", ["s3:*", "s3:Get*"], FILES))
    assert check(written_otherwise).lines[-1] == "Reading is one action."
    assert "s3:" in check(written_otherwise).lines[0], "the request is shown all the same"


def test_a_policy_in_the_wrong_place_is_malformed():
    with pytest.raises(IamkitError, match="no Principal"):
        policy_check(READ, place=Place.RESOURCE)(READ)


def test_a_resource_based_policy_is_judged_for_everyone_it_can_name():
    for_ana = policy(statement("Allow", "s3:GetObject", FILES, principal={"AWS": ANA}))
    for_all = policy(statement("Allow", "s3:GetObject", FILES, principal="*"))
    found = policy_check(for_ana, place=Place.RESOURCE)(for_all)
    assert found.verdict == OVER
    assert "asks for `s3:GetObject`" in found.text
    assert "look at the Principal" in found.lines[-1]


ANA_READS = Expect(ANA, "s3:GetObject", MARCH, True, "let Ana read.")
MALLORY_NEVER = Expect(MALLORY, "s3:*", FILES, False, "keep Mallory out.")


def test_a_world_is_right_when_every_wish_holds():
    assert world_check(ANA_READS, MALLORY_NEVER)(company()).verdict == RIGHT


def test_a_world_that_lets_too_many_in_is_shown_by_a_request_that_gets_through():
    world = company()
    world.accounts["111122223333"].users["mallory"].groups.append("payroll-team")
    found = world_check(ANA_READS, MALLORY_NEVER)(world)
    assert found.verdict == OVER
    assert "`user/mallory` asks for `s3:GetObject` on `arn:aws:s3:::acme-payroll/" in found.text
    assert found.lines[-1] == "Next step: keep Mallory out."


def test_a_world_that_lets_too_few_in_says_why():
    world = company()
    world.accounts["111122223333"].users["ana"].groups.remove("payroll-team")
    found = world_check(ANA_READS, MALLORY_NEVER)(world)
    assert found.verdict == UNDER
    assert "Implicitly denied" in found.text
    assert found.lines[-1] == "Next step: let Ana read."


def test_a_world_can_be_wrong_both_ways():
    world = company()
    acme = world.accounts["111122223333"]
    acme.users["ana"].groups.remove("payroll-team")
    acme.users["mallory"].groups.append("payroll-team")
    found = world_check(ANA_READS, MALLORY_NEVER)(world)
    assert found.verdict == BOTH
    assert len(found.lines) == 3


def test_an_unknown_answer_is_neither_right_nor_wrong(monkeypatch):
    from iamkit.prove.answers import Unknown
    from iamkit.world import World

    monkeypatch.setattr(World, "can", lambda *_: Unknown("can she", "too many ties"))
    with pytest.raises(Undecided):
        world_check(MALLORY_NEVER)(company())


def test_something_else_than_a_world_is_told_so():
    with pytest.raises(IamkitError, match="not a world"):
        world_check(ANA_READS)({"accounts": {}})


SIZES = table_check(lambda: {"mouse": "small", "cow": "large"}, lambda row, given: f"no {row} is {given}.")


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"mouse": "small", "cow": "large"}, RIGHT, "All 2 right"),
        ({"mouse": "small"}, UNFINISHED, "1 of 2 right; still blank: cow"),
        ({"mouse": "small", "cow": None}, UNFINISHED, "still blank: cow"),
        ({"mouse": "large", "cow": None}, NOT_YET, "no mouse is large"),
    ],
)
def test_a_table_is_judged_row_by_row(answer, verdict, words):
    found = SIZES(answer)
    assert found.verdict == verdict
    assert words in found.text


@pytest.mark.parametrize("answer", [["small"], "small", {"horse": "large"}])
def test_a_table_of_another_form_is_told_so(answer):
    with pytest.raises(IamkitError):
        SIZES(answer)


READS = request_check(
    lambda pair: company().decide(ANA, *pair), form='("service:Name", "arn:...")', advice="try again."
)


def test_a_request_is_right_when_it_is_allowed():
    assert READS(("s3:GetObject", MARCH)).verdict == RIGHT
    refused = READS(("s3:PutObject", MARCH))
    assert refused.verdict == NOT_YET
    assert "Implicitly denied" in refused.text
    assert refused.lines[-1] == "Next step: try again."


@pytest.mark.parametrize("answer", [5, ("s3:GetObject",), (1, 2), ("GetObject", MARCH), object()])
def test_a_request_of_another_form_is_told_so(answer):
    with pytest.raises(IamkitError):
        READS(answer)
