"""The regions of the set diagram. What is allowed comes from AWS's rules: policy-eval-denyallow and its tables."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.prove.regions import (
    ALLOWED,
    BOUNDARY,
    BUCKET,
    DENIED,
    IDENTITY,
    RCPS,
    SCPS,
    SESSION,
    SOME,
    Regions,
    regions,
)
from tests.short import APP, APP_SESSION, OWN, allow, deny, policy, trust

FILES = "arn:aws:s3:::payroll/*"
READ, WRITE, DELETE = "s3:GetObject", "s3:PutObject", "s3:DeleteObject"


def diagram(*sets: str, own: Any = None, boundary: Any = None, session: Any = None, bucket: Any = None,
            scps: Any = None, rcps: Any = None) -> Regions:  # fmt: skip
    world = ik.World()
    home = world.account(OWN, "home")
    if boundary is not None:
        home.policy("Limit", boundary)
    home.role("app", trust=trust({"Service": "ec2.amazonaws.com"}), policies=[own] if own else [],
              boundary="Limit" if boundary else None)  # fmt: skip
    home.resource("arn:aws:s3:::payroll", policy=bucket)
    if scps is not None or rcps is not None:
        head = world.account("999988887777", "head")
        world.organize("o-test12345", management=head, scps=scps, rcps=rcps, accounts=[home])
    return regions(world, ik.Session(APP, "morning", policy=session), sets, FILES)


def outcomes(found: Regions) -> dict[tuple[str, ...], str]:
    return {region.inside: region.outcome for region in found.found}


def test_own_policy_and_boundary_leave_their_intersection() -> None:
    found = diagram(IDENTITY, BOUNDARY, own=allow([READ, WRITE]), boundary=allow([READ, DELETE]))
    assert outcomes(found) == {(IDENTITY,): DENIED, (BOUNDARY,): DENIED, (IDENTITY, BOUNDARY): ALLOWED}
    assert found.is_intersection
    both = found.at([BOUNDARY, IDENTITY])
    assert both is not None and both.action == READ


def test_ceilings_alone_leave_nothing() -> None:
    found = diagram(BOUNDARY, SESSION, SCPS, boundary=allow(), session=allow(), scps=[allow()])
    assert not found.left and not found.is_intersection
    assert outcomes(found) == {(BOUNDARY, SESSION, SCPS): DENIED}


def test_four_sets_leave_what_lies_in_all_of_them() -> None:
    found = diagram(
        IDENTITY, BOUNDARY, SESSION, SCPS, own=allow("s3:*"), boundary=allow("s3:*Object"), session=allow(READ),
        scps=[policy(*allow()["Statement"], *deny("s3:Delete*")["Statement"])],
    )  # fmt: skip
    assert found.is_intersection
    assert [region.action for region in found.left] == [READ]


def test_each_level_of_scps_belongs_to_the_set() -> None:
    found = diagram(IDENTITY, SCPS, own=allow([READ, WRITE]), scps=[allow(READ)])
    assert outcomes(found) == {(IDENTITY,): DENIED, (IDENTITY, SCPS): ALLOWED}


def test_an_rcp_is_a_set_too() -> None:
    found = diagram(IDENTITY, RCPS, own=allow([READ, WRITE]), rcps=[deny(WRITE, to="*")])
    assert outcomes(found)[(IDENTITY,)] == DENIED
    assert found.is_intersection


BOTH = {"own": allow(READ), "boundary": allow([READ, WRITE]), "session": allow(READ)}
NAMED = [
    # policy-eval-denyallow: the account delegates; boundary and session policy limit a grant to the role, and not one
    # to the session. The boundary allows writing, the session policy does not; deleting is allowed by neither.
    (OWN, []),
    (APP, []),
    (APP_SESSION, [WRITE, DELETE]),
]


@pytest.mark.parametrize(("named", "passes"), NAMED, ids=["account", "role", "session"])
def test_a_bucket_policy_passes_by_the_limits_only_where_it_names_the_session(named: str, passes: list[str]) -> None:
    found = diagram(IDENTITY, BOUNDARY, SESSION, BUCKET, bucket=allow([WRITE, DELETE], FILES, named), **BOTH)
    beyond = [region.action for region in found.left if BUCKET in region.inside]
    assert sorted(beyond) == sorted(passes)
    assert not found.is_intersection


def test_a_grant_to_the_role_stands_in_for_its_own_policy_only() -> None:
    found = diagram(IDENTITY, BOUNDARY, BUCKET, own=allow(READ), boundary=allow([READ, WRITE]),
                    bucket=allow([WRITE, DELETE], FILES, APP))  # fmt: skip
    assert outcomes(found)[(BOUNDARY, BUCKET)] == ALLOWED
    assert outcomes(found)[(BUCKET,)] == DENIED


def test_a_region_may_be_allowed_in_part() -> None:
    found = diagram(IDENTITY, own=allow([READ, WRITE]), boundary=allow(READ))
    assert outcomes(found) == {(IDENTITY,): SOME}
    assert not found.is_intersection
    assert found.left[0].action == READ  # An allowed one is shown.


def test_a_condition_is_part_of_the_request() -> None:
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    found = diagram(IDENTITY, own=allow(READ, when=office))
    assert [region.context for region in found.found] == [(("aws:sourceip", ("203.0.113.0",)),)]
    assert "aws:sourceip" in str(found.found[0])


def test_what_sts_answers_whatever_the_policies_say_is_left_out() -> None:
    """id_credentials_sts-comparison, note 4: GetCallerIdentity needs no permission."""
    found = diagram(BOUNDARY, boundary=allow("sts:GetCallerIdentity"))
    assert found.found == ()


def test_every_region_shows_a_request_that_the_evaluator_decides_alike() -> None:
    for region in diagram(IDENTITY, BOUNDARY, own=allow("s3:*"), boundary=allow("s3:Get*")).found:
        decision = ik.authorize(
            ik.Request(APP_SESSION, region.action, region.resource),
            ik.Policies(identity=[allow("s3:*")], boundary=allow("s3:Get*")),
        )
        assert decision.allowed == (region.outcome == ALLOWED)
