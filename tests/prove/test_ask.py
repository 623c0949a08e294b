"""can and who_can: wildcards, constraints, endpoints, and every kind of target."""

import pytest

import iamkit as ik
from iamkit.prove.answers import Answers
from tests.prove.worlds import READ, one_user
from tests.short import ANA, APP, AUDITOR, BUCKET, KEY, MALLORY, OBJECT, OTHER, OWN, ROOT, allow, deny, policy, trust


def replayed(world: ik.World, who: str, answer: object) -> bool:
    assert isinstance(answer, ik.Witness)
    request = answer.request
    return world.decide(who, request.action, request.resource, request.context).allowed


@pytest.mark.parametrize(
    ("action", "resource", "can"),
    [
        ("s3:GetObject", OBJECT, True),
        ("s3:getobject", OBJECT, True),  # case never matters in an action
        ("s3:GetObject", f"{BUCKET}/*", True),
        ("s3:*", f"{BUCKET}/*", True),
        ("*", "*", True),
        ("s3:?etObject", f"{BUCKET}/m?rch.csv", True),
        ("s3:PutObject", OBJECT, False),
        ("s3:Put*", "*", False),
        ("s3:GetObject", "arn:aws:s3:::Payroll/*", False),  # case matters in a resource
        ("s3:GetObject", BUCKET, False),
        ("s3:GetObject", "arn:aws:s3:::other/*", False),
    ],
)
def test_wildcards(action: str, resource: str, can: bool) -> None:
    world = one_user(READ)
    answer = world.can(ANA, action, resource)
    assert bool(answer) is can
    assert replayed(world, ANA, answer) if can else answer.check()


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
INSIDE = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}


@pytest.mark.parametrize(
    ("condition", "where", "can"),
    [
        (MFA, {}, True),
        (MFA, {"aws:MultiFactorAuthPresent": True}, True),
        (MFA, {"aws:MultiFactorAuthPresent": "true"}, True),
        (MFA, {"aws:multifactorauthpresent": False}, False),
        (MFA, {"aws:MultiFactorAuthPresent": None}, False),
        ({"BoolIfExists": MFA["Bool"]}, {"aws:MultiFactorAuthPresent": None}, True),
        (INSIDE, {"aws:SourceIp": "10.1.2.3"}, True),
        (INSIDE, {"aws:SourceIp": "203.0.113.7"}, False),
        (INSIDE, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        (INSIDE, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/9"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-27T00:00:00Z"}},
         {"DateGreaterThan": {"aws:CurrentTime": "2026-11-27T00:00:00Z"}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-27T00:00:00Z"}},
         {"DateGreaterThan": {"aws:CurrentTime": "2026-11-26T23:59:58Z"}}, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"NumericGreaterThan": {"s3:max-keys": "9"}}, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"NumericGreaterThanEquals": {"s3:max-keys": "10"}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "b"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": None}, False),
    ],
)  # fmt: skip
def test_where(condition: dict, where: dict, can: bool) -> None:
    world = one_user(allow("s3:*", when=condition))
    answer = world.can(ANA, "s3:*", "*", where)
    assert bool(answer) is can
    assert replayed(world, ANA, answer) if can else answer.check()


@pytest.mark.parametrize("where", [{"SourceIp": "10.0.0.1"}, {1: "x"}])
def test_where_names_keys(where: dict) -> None:
    with pytest.raises(ik.RequestError, match="is not a condition key"):
        one_user().can(ANA, "s3:*", "*", where)


def test_where_of_what_aws_fills_in() -> None:
    world = one_user(allow("s3:*"))
    assert world.can(ANA, "s3:*", "*", {"aws:username": "ana"})
    assert not world.can(ANA, "s3:*", "*", {"aws:username": "bob"})


def test_the_endpoint_limits_what_comes_through_it() -> None:
    world = one_user(allow("s3:*"))
    world.accounts[OWN].endpoint("vpce-1", allow("s3:Get*", to="*"))
    assert world.can(ANA, "s3:PutObject", OBJECT)
    assert not world.can(ANA, "s3:PutObject", OBJECT, {"aws:SourceVpce": "vpce-1"})
    through = world.can(ANA, "s3:*", OBJECT, {"aws:SourceVpce": "vpce-1"})
    assert through.request.action == "s3:GetObject"
    assert through.request.context["aws:sourcevpce"] == ["vpce-1"]


def test_only_through_the_endpoint() -> None:
    world = one_user(allow("s3:*", when={"StringEquals": {"aws:SourceVpce": "vpce-1"}}))
    world.accounts[OWN].endpoint("vpce-1", deny("s3:*", to="*"))
    assert not world.can(ANA, "s3:*", "*")
    assert not world.can(ANA, "s3:*", OBJECT)


def test_things_of_the_world_and_things_outside_it() -> None:
    world = one_user(allow("s3:*"))
    world.accounts[OWN].resource(BUCKET, policy=deny("s3:*", f"{BUCKET}/*", to="*"))
    assert not world.can(ANA, "s3:GetObject", OBJECT)
    assert not world.can(ANA, "s3:GetObject", f"{BUCKET}/*")
    outside = world.can(ANA, "s3:GetObject", "*")
    assert not outside.request.resource.startswith(f"{BUCKET}/")
    assert replayed(world, ANA, outside)


def test_a_bucket_of_another_account_needs_both_sides() -> None:
    world = one_user(allow("s3:*"))
    world.account(OTHER).resource(BUCKET)
    assert not world.can(ANA, "s3:GetObject", f"{BUCKET}/*")
    world.accounts[OTHER].resources[BUCKET].policy = ik.Policy.parse(allow("s3:Get*", f"{BUCKET}/*", to=ANA))
    assert world.can(ANA, "s3:*", f"{BUCKET}/*").request.action == "s3:GetObject"


def test_a_role_is_a_target() -> None:
    world = one_user(allow("sts:AssumeRole"))
    world.accounts[OWN].role("auditor", trust=trust(MALLORY))
    assert not world.can(ANA, "sts:AssumeRole", AUDITOR)
    assert not world.can(ANA, "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*")
    world.accounts[OWN].role("app", trust=trust(OWN))
    assert world.can(ANA, "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*").request.resource == APP


def test_a_kms_key_is_a_target() -> None:
    world = one_user(allow("kms:*"))
    world.accounts[OWN].resource(KEY, policy=allow("kms:Decrypt", to=OWN))
    assert world.can(ANA, "kms:Decrypt", KEY)
    keys = f"arn:aws:kms:eu-west-1:{OWN}:key/*"
    assert world.can(ANA, "kms:*", keys).request.action == "kms:Decrypt"
    assert not world.can(ANA, "kms:Encrypt", keys)


def test_every_kind_of_principal() -> None:
    world = one_user(READ)
    world.accounts[OWN].role("app", trust=trust(OWN), policies=[READ])
    world.accounts[OWN].resource(BUCKET, policy=allow("s3:GetObject", f"{BUCKET}/open", to="*"))
    assert world.can(ik.Session(APP, "morning"), "s3:GetObject", OBJECT)
    assert not world.can(ik.Session(APP, "morning", policy=allow("s3:Put*")), "s3:GetObject", OBJECT)
    assert world.can(ROOT, "s3:PutObject", OBJECT)
    assert world.can(ik.ANONYMOUS, "s3:*", f"{BUCKET}/*").request.resource == f"{BUCKET}/open"
    assert not world.can("sns.amazonaws.com", "s3:PutObject", "*")


def test_malformed_questions_are_refused() -> None:
    world = one_user()
    with pytest.raises(ik.RequestError):
        world.can(ANA, "GetObject", OBJECT)
    with pytest.raises(ik.RequestError):
        world.can(ANA, "s3:GetObject", "payroll")
    with pytest.raises(ik.WorldError, match="no user"):
        world.can(f"arn:aws:iam::{OWN}:user/nobody", "s3:GetObject", OBJECT)


def test_who_can_names_everybody_who_can() -> None:
    world = one_user(READ)
    world.accounts[OWN].user("bob", policies=[allow("s3:*", when=MFA)])
    world.accounts[OWN].role("app", trust=trust(OWN), policies=[deny()])
    answers = world.who_can("s3:GetObject", OBJECT)
    assert answers.who == (ROOT, ANA, f"arn:aws:iam::{OWN}:user/bob")
    assert list(answers) == list(answers.who) and len(answers) == 4
    assert isinstance(answers[APP], ik.Proof)
    assert world.who_can("s3:GetObject", OBJECT, {"aws:MultiFactorAuthPresent": None}).who == (ROOT, ANA)
    assert "3 of 4" in answers.explain()


# Which sends the prover to a value that is a number and a text at once.
BOTH = {"NumericGreaterThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "12345*"},
        "StringNotLike": {"s3:max-keys": "123450*"}, "NumericGreaterThanEquals": {"s3:max-keys": "7"}}  # fmt: skip


def test_unknown_is_neither_yes_nor_no() -> None:
    unknown = ik.Unknown("ana can s3:* on *", "tests of different types meet")
    with pytest.raises(TypeError, match="neither yes nor no"):
        bool(unknown)
    with pytest.raises(TypeError, match="neither yes nor no"):
        bool(Answers("who can", {ANA: unknown}))
    assert unknown.explain() == "Unknown: ana can s3:* on *\nTests of different types meet."
    proof = one_user().can(ANA, "s3:*", "*")
    assert not Answers("who can", {ANA: proof})
    witness = one_user(READ).can(ANA, "s3:*", "*")
    assert Answers("who can", {ANA: witness, APP: unknown})
    assert Answers("who can", {ANA: witness, APP: unknown}).unknown == (APP,)


def test_a_number_that_is_also_a_text_is_found_or_said_to_be_unknown() -> None:
    world = one_user(policy(*allow("s3:*", when=BOTH)["Statement"]))
    answer = world.can(ANA, "s3:*", "*")
    assert isinstance(answer, ik.Unknown) or replayed(world, ANA, answer)


def test_a_pattern_that_is_too_much_to_search_ends_in_an_answer() -> None:
    """After ``*a``, each further ``?`` doubles what has to be kept in mind."""
    world = one_user(allow("s3:*", f"{BUCKET}/*"))
    world.accounts[OWN].resource(BUCKET)
    assert replayed(world, ANA, world.can(ANA, "s3:*", f"{BUCKET}/*a{'?' * 20}"))
    refused = deny("s3:*", [f"{BUCKET}/*a{'?' * 20}", f"{BUCKET}/*b{'?' * 20}"])
    narrower = one_user(policy(*allow("s3:*", f"{BUCKET}/*ab{'?' * 19}x")["Statement"], *refused["Statement"]))
    assert not isinstance(narrower.can(ANA, "s3:*", "*"), ik.Witness)


def test_long_names_wrap_in_a_narrow_window() -> None:
    world = one_user(READ)
    for answer in (world.can(ANA, "s3:*", "*"), world.can(ANA, "ec2:*", "*"), world.who_can("s3:*", "*"),
                   world.what_can(ANA), ik.Unknown("can ana", "why")):  # fmt: skip
        assert answer._repr_mimebundle_()["text/html"].startswith("<p style='overflow-wrap:anywhere'><strong>")
