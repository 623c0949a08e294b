"""Questions with wildcards: each thing of the world answers by its own policy and tags, the rest by the caller's."""

import pytest

import iamkit as ik
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE
from iamkit.identity.account import Account
from iamkit.prove.places import Held, closed, held, places, rest, speaks_of
from iamkit.prove.space import what_can
from tests.prove.worlds import one_user
from tests.short import ANA, APP, AUDITOR, BUCKET, KEY, MALLORY, OTHER, OWN, allow, deny, policy, trust

FUNCTION = f"arn:aws:lambda:eu-west-1:{OWN}:function:pay"
INVOKE = "lambda:InvokeFunction"
BLUE = {"StringEquals": {"aws:ResourceTag/team": "blue"}}


def own(world: ik.World) -> Account:
    return world.accounts[OWN]


def test_an_alias_with_a_policy_of_its_own_is_no_part_of_its_function() -> None:
    world = one_user(allow(INVOKE))
    own(world).resource(FUNCTION)
    own(world).resource(f"{FUNCTION}:prod", policy=deny(INVOKE, f"{FUNCTION}:prod", to=ANA))
    assert world.can(ANA, INVOKE, f"{FUNCTION}*").request.resource != f"{FUNCTION}:prod"
    assert world.can(ANA, INVOKE, f"{FUNCTION}:*").request.resource != f"{FUNCTION}:prod"
    assert not world.can(ANA, INVOKE, f"{FUNCTION}:prod")
    only = one_user(allow(INVOKE, f"{FUNCTION}:prod"))
    own(only).resource(FUNCTION)
    assert only.can(ANA, INVOKE, f"{FUNCTION}:pr?d")
    own(only).resource(f"{FUNCTION}:prod", policy=deny(INVOKE, f"{FUNCTION}:prod", to=ANA))
    assert not only.can(ANA, INVOKE, f"{FUNCTION}:pr?d")


@pytest.mark.parametrize("kind", ["user", "role", "bucket"])
def test_the_tags_of_what_is_managed_count(kind: str) -> None:
    world = one_user(allow(["iam:Delete*", "s3:Delete*"], when=BLUE))
    add = {
        "user": lambda name, tags: own(world).user(name, tags=tags).arn,
        "role": lambda name, tags: own(world).role(name, trust=trust(OWN), tags=tags).arn,
        "bucket": lambda name, tags: own(world).resource(f"arn:aws:s3:::{name}", tags=tags).arn,
    }[kind]
    red, blue, bare = add("one-red", {"team": "red"}), add("one-blue", {"team": "blue"}), add("one-bare", {})
    assert world.can(ANA, "*:Delete*", red.replace("one-red", "one-*")).request.resource.startswith(blue)
    for pattern, others in ((red, "one-re?"), (bare, "one-b?re")):
        assert not world.can(ANA, "*:Delete*", pattern)
        # Another of that name, which the world does not hold, might have the tag.
        found = world.can(ANA, "*:Delete*", red.replace("one-red", others)).request
        assert found.resource != pattern and found.context["aws:resourcetag/team"] == ["blue"]


def test_many_things_with_the_same_tags_are_one_place() -> None:
    world = one_user(allow("iam:*", when=BLUE))
    for number in range(20):
        own(world).user(f"u{number}", tags={"team": "red" if number % 2 else "blue"})
    found = held(world, f"arn:aws:iam::{OWN}:user/*", "iam:*")
    caller = world.caller(ANA)[0]
    assert len(found.users) == 21
    tagged = [place.resource.rpartition("/")[2] for place in places(world, caller, found, True, None)]
    assert tagged == ["ana", "u0", "u1"]
    assert list(places(world, caller, found, False, None)) == []


def test_a_resource_is_a_place_of_its_own_where_its_policy_speaks_of_the_caller() -> None:
    world = one_user(allow("s3:*"))
    own(world).resource("arn:aws:s3:::a", policy=deny("s3:*", "arn:aws:s3:::a/*", to=MALLORY))
    own(world).resource("arn:aws:s3:::b", policy=deny("s3:*", "arn:aws:s3:::b/*", to=ANA))
    own(world).resource("arn:aws:s3:::c", policy=deny("s3:*", "arn:aws:s3:::c/*", to="*"))
    own(world).resource("arn:aws:s3:::d")
    caller = world.caller(ANA)[0]
    assert [r.name for r in world.resources() if speaks_of(world, r, caller)] == ["b", "c"]
    found = held(world, "arn:aws:s3:::?/*")
    assert [place.resource[-1] for place in places(world, caller, found, False, None)] == ["b", "c", "a"]
    assert not world.can(ANA, "s3:*", "arn:aws:s3:::c/*")
    assert world.can(ANA, "s3:*", "arn:aws:s3:::?/*").request.resource[13] in "ad"


def test_what_no_policy_could_open_is_no_place() -> None:
    world = one_user(allow())
    world.account(OTHER).resource("arn:aws:s3:::theirs")
    own(world).resource(KEY, policy=allow("kms:*", to=MALLORY))
    own(world).role("auditor", trust=trust(MALLORY))
    caller = world.caller(ANA)[0]
    for pattern, action in (("arn:aws:s3:::the*", "s3:*"), (f"{KEY[:-1]}?", "kms:*"), (f"{AUDITOR[:-1]}?", "sts:*")):
        found = held(world, pattern, action)
        assert list(places(world, caller, found, False, None)) == []
        assert closed(world, caller, found, action)
        assert not closed(world, caller, found, "ec2:*")
    assert not world.can(ANA, "s3:*", "arn:aws:s3:::theirs/*")
    assert not world.can(ANA, "kms:*", "arn:aws:kms:*:*:key/*")
    assert not world.can(ANA, "sts:AssumeRole", "arn:aws:iam::*:role/*")


def test_what_can_says_sometimes_where_something_is_closed() -> None:
    world = one_user(allow(["kms:Decrypt", "sqs:SendMessage"]))
    own(world).resource(KEY, policy=allow("kms:*", to=MALLORY))
    extents = {row.action: row.extent for row in what_can(world, ANA)}
    assert extents == {"kms:Decrypt": "sometimes", "sqs:SendMessage": "always"}


def test_a_role_is_managed_by_whoever_may_and_assumed_by_whom_it_trusts() -> None:
    world = one_user(allow(["iam:*", "sts:*"]))
    own(world).role("auditor", trust=trust(MALLORY))
    assert world.can(ANA, "iam:*", f"arn:aws:iam::{OWN}:role/*")
    assert not world.can(ANA, "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*")
    own(world).role("app", trust=trust(ANA))
    assert world.can(ANA, "sts:*", f"arn:aws:iam::{OWN}:role/a*").request.resource == APP
    assert held(world, f"arn:aws:iam::{OWN}:role/*", "iam:*").assuming is False


def test_calls_that_no_policy_can_forbid_are_seen_wherever_they_are_asked_for() -> None:
    world = one_user(deny())
    foreign = f"arn:aws:iam::{OTHER}:role/*"
    assert world.can(ANA, "sts:Get*", foreign).request.action == "sts:GetCallerIdentity"
    assert not world.can(ANA, "sts:Assume*", foreign)


@pytest.mark.parametrize(
    ("pattern", "can"),
    [
        (f"arn:aws:s3:::logs-{OWN}-eu-west-1-an/*", True),
        (f"arn:aws:s3:::logs-{OTHER}-eu-west-1-an/*", False),  # another account's, by its name
        ("arn:aws:s3:::logs-an/*", True),  # ends alike, but names nobody
        ("arn:aws:s3:::*-an", True),
        ("arn:aws:s3:::*", True),
    ],
)
def test_buckets_named_for_an_account_and_a_region(pattern: str, can: bool) -> None:
    world = one_user(allow("s3:*"))
    answer = world.can(ANA, "s3:*", pattern)
    assert bool(answer) is can
    if can:
        assert world.decide(ANA, answer.request.action, answer.request.resource).allowed


def test_a_policy_that_allows_only_a_bucket_named_for_another_account_is_unknown() -> None:
    world = one_user(allow("s3:*", f"arn:aws:s3:::*-{OTHER}-eu-west-1-an"))
    answer = world.can(ANA, "s3:ListBucket", "arn:aws:s3:::*")
    assert isinstance(answer, ik.Unknown)
    assert "named for an account and a Region" in answer.reason
    assert not world.can(ANA, "s3:ListBucket", f"arn:aws:s3:::logs-{OTHER}-eu-west-1-an")


@pytest.mark.parametrize(
    ("resource", "account", "can"),
    [
        ("arn:aws:s3:::x/*", OWN, True),
        ("arn:aws:s3:::x/*", OTHER, False),
        ("arn:aws:s3:::x/*", None, False),  # S3 sends the key
        ("arn:aws:swf:eu-west-1:*:/domain/*", OWN, False),  # SWF does not
        ("arn:aws:swf:eu-west-1:*:/domain/*", None, True),
    ],
)
def test_keys_about_the_endpoints_owner_are_what_its_services_send(
    resource: str, account: str | None, can: bool
) -> None:
    wanted = {"StringEquals": {"aws:VpceAccount": account}} if account else {"Null": {"aws:VpceAccount": "true"}}
    world = one_user(allow(when=wanted))
    own(world).endpoint("vpce-1", allow(to="*"))
    action = resource.split(":")[2] + ":*"
    assert bool(world.can(ANA, action, resource, {"aws:SourceVpce": "vpce-1"})) is can


def test_the_rest_is_what_the_world_does_not_hold() -> None:
    world = one_user(allow())
    own(world).resource(BUCKET)
    found = held(world, "*")
    caller = world.caller(ANA)[0]

    def is_rest(resource: str, action: str = "s3:GetObject") -> bool:
        return holds(rest(caller, found, False), {ACTION: (action,), RESOURCE: (resource,)})

    assert is_rest("*") and is_rest("arn:aws:s3:::other/a") and is_rest(f"arn:aws:sqs:eu-west-1:{OWN}:jobs")
    assert is_rest(AUDITOR, "iam:GetRole")
    assert not is_rest(f"{BUCKET}/march.csv")
    assert not is_rest(f"arn:aws:sqs:eu-west-1:{OTHER}:jobs")
    assert not is_rest(AUDITOR, "sts:AssumeRole") and not is_rest(KEY, "kms:Decrypt")
    assert not is_rest("arn:aws-cn:s3:::other")


def test_a_pattern_inside_one_resource_leaves_nothing_else() -> None:
    world = one_user(allow("s3:*"))
    own(world).resource(BUCKET)
    assert held(world, f"{BUCKET}/2026/*").whole
    assert not held(world, f"{BUCKET}*").whole
    assert held(world, BUCKET) == Held(BUCKET, (), (), ())
    with pytest.raises(ik.RequestError):
        held(world, "payroll")


@pytest.mark.parametrize(
    ("pattern", "can"),
    [
        ("arn:aws:sqs:*:*:jobs", True),
        ("arn:aws:sqs:*:111122223333:jobs", True),
        ("*:jobs", True),
        ("arn:aws:sqs:*jobs", True),  # too few fields to be read one by one
        ("arn:aws:sqs:*:*:*:jobs", False),  # the name would hold a colon
    ],
)
def test_patterns_of_a_question(pattern: str, can: bool) -> None:
    world = one_user(allow("sqs:*", f"arn:aws:sqs:eu-west-1:{OWN}:jobs"))
    assert bool(world.can(ANA, "sqs:SendMessage", pattern)) is can


def test_short_arns_in_policies_are_asked_about_in_full() -> None:
    world = one_user(policy(*allow("sqs:*", "arn:aws:sqs")["Statement"]))
    (row,) = what_can(world, ANA)
    assert (row.action, row.resource, row.extent) == ("sqs:*", "arn:aws:sqs:*:*:*", "always")
