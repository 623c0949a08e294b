"""what_can: what is left of a principal's permissions after all denies and ceilings."""

import iamkit as ik
from tests.prove.worlds import one_user
from tests.short import ANA, APP, BUCKET, KEY, OTHER, OWN, ROOT, allow, deny, policy, trust


def extents(world: ik.World, who: str = ANA) -> dict[tuple[str, str], str]:
    return {(row.action, row.resource): row.extent for row in world.what_can(who)}


def test_always_sometimes_and_never() -> None:
    document = policy(
        *allow(["s3:Get*", "s3:Put*", "ec2:*"])["Statement"],
        *deny("ec2:*")["Statement"],
        *deny("s3:PutObject", f"{BUCKET}/*")["Statement"],
    )
    assert extents(one_user(document)) == {("s3:Get*", "*"): "always", ("s3:Put*", "*"): "sometimes"}


def test_a_condition_makes_it_sometimes() -> None:
    world = one_user(allow("s3:Get*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    assert extents(world) == {("s3:Get*", "*"): "sometimes"}


def test_a_boundary_takes_away() -> None:
    world = ik.World()
    world.account(OWN).policy("limit", allow("s3:Get*"))
    world.accounts[OWN].user("ana", policies=[allow(["s3:*", "ec2:*"])], boundary="limit")
    assert extents(world) == {("s3:*", "*"): "sometimes"}


def test_a_variable_is_written_as_a_star() -> None:
    assert list(extents(one_user(allow("s3:*", f"{BUCKET}/${{aws:username}}/*")))) == [("s3:*", f"{BUCKET}/*/*")]


def test_what_a_resource_grants_counts() -> None:
    world = one_user()
    world.accounts[OWN].resource(BUCKET, policy=allow("s3:GetObject", f"{BUCKET}/*", to=ANA))
    assert extents(world) == {("s3:GetObject", f"{BUCKET}/*"): "always"}
    world.account(OTHER).resource(KEY.replace(OWN, OTHER), policy=allow("kms:Decrypt", to=OWN))
    assert ("kms:Decrypt", "*") not in extents(world)  # ana's own side says nothing


def test_what_a_trust_policy_grants_counts() -> None:
    world = one_user()
    world.accounts[OWN].role("app", trust=trust(ANA))
    assert extents(world) == {("sts:AssumeRole", APP): "always"}


def test_nothing_is_said_in_words() -> None:
    found = one_user().what_can(ANA)
    assert not found and len(found) == 0
    assert found.explain() == f"{ANA} can\n  do nothing"
    assert found.to_dict() == {"principal": ANA, "permissions": []}
    assert one_user(allow("s3:Get*")).what_can(ANA).explain() == f"{ANA} can\n  s3:Get* on *: always"


def test_every_row_has_a_request_that_is_allowed() -> None:
    world = one_user(allow(["s3:Get*", "kms:*"]), deny("s3:GetObject"))
    world.accounts[OWN].resource(KEY, policy=allow("kms:Decrypt", to=OWN))
    found = world.what_can(ANA)
    assert found
    for row in found:
        request = row.answer.request
        assert world.decide(ANA, request.action, request.resource, request.context).allowed
    assert world.what_can(ROOT) is not None
