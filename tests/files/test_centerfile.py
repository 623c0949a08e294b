"""IAM Identity Center in world files. What it allows is in tests/identity/test_center.py."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from iamkit.errors import IamkitError, WorldError
from iamkit.files.worldfile import load, to_dict
from iamkit.identity.center import IdentityCenter
from iamkit.world import World

ID, TOOLS = "111122223333", "444455556666"
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
READER = {"inline": READ}
TO_ANA = {"account": ID, "permission_set": "Reader", "user": "ana"}


def world_of(**center: Any) -> dict[str, Any]:
    tree = {"id": "o-acme123456", "management": TOOLS, "root": {"accounts": [ID, TOOLS]}}
    return {
        "iamkit": 1,
        "accounts": {ID: {}, TOOLS: {}},
        "organization": tree,
        "identity_center": {"region": "eu-west-1", **center},
    }


def test_people_sets_and_assignments_are_read() -> None:
    world = load(world_of(
        source="external",
        portal_session=3600,
        groups=["auditors"],
        users={"ana": {"groups": ["auditors"], "attributes": {"email": "ana@example.com"}}, "ben": {"enabled": False}},
        permission_sets={"Reader": {"duration": 7200, **READER}},
        assignments=[{"account": ID, "permission_set": "Reader", "group": "auditors"}],
    ))  # fmt: skip
    center = world.center
    assert center is not None
    assert (center.region, center.source, center.portal_session) == ("eu-west-1", "external", 3600)
    assert (center.users["ana"].enabled, center.users["ben"].enabled) == (True, False)
    assert center.users["ana"].attributes == {"email": "ana@example.com"}
    assert center.offers("ana") == [(ID, "Reader")]
    role = center.role("Reader", ID)
    assert world.decide(role, "s3:GetObject", f"arn:aws:s3:::{ID}-payroll/may.csv")
    assert not world.decide(role, "s3:PutObject", f"arn:aws:s3:::{ID}-payroll/may.csv")
    assert [policy.name for policy in world.documents(role)] == ["AwsSSOInlinePolicy"]


def test_roles_and_provider_are_made_and_not_written() -> None:
    given = world_of(users={"ana": {}}, permission_sets={"Reader": READER}, assignments=[TO_ANA])
    world = load(given)
    account = world.accounts[ID]
    assert [name.rpartition("_")[0] for name in account.roles] == ["AWSReservedSSO_Reader"]
    assert len(account.providers) == 1
    assert to_dict(world) == given


def test_a_provider_without_roles_is_written() -> None:
    world = load(world_of(users={"ana": {}}, permission_sets={"Reader": READER}, assignments=[TO_ANA]))
    assert world.center is not None
    world.center.unassign("Reader", ID, user="ana")
    given = to_dict(world)
    (provider,) = world.accounts[ID].providers
    assert list(given["accounts"][ID]["providers"]["saml"]) == [provider.rpartition("/")[2]]
    assert to_dict(load(given)) == given


def test_people_of_active_directory_come_from_the_file_too() -> None:
    given = world_of(source="Active Directory", groups=["staff"], users={"ana": {"groups": ["staff"]}})
    assert to_dict(load(given)) == given


# Every Identity Center comes back

PEOPLE, SETS, GROUPS = ("ana", "ben"), ("Reader", "Writer"), ("auditors", "staff")


@st.composite
def centers(draw: st.DrawFn) -> World:
    world = World()
    accounts = [world.account(ID), world.account(TOOLS)]
    organization = world.organize("o-acme123456", management=TOOLS, accounts=accounts)
    source: Any = draw(st.sampled_from(("directory", "external")))
    region = draw(st.sampled_from(("us-east-1", "eu-west-1")))
    portal_session = draw(st.integers(900, 7_776_000))
    world.center = center = IdentityCenter(world.accounts, organization, region, source, portal_session)
    for group in GROUPS:
        center.group(group)
    for person in PEOPLE:
        center.user(person, groups=draw(st.lists(st.sampled_from(GROUPS), unique=True)))
    for name in SETS:
        center.permission_set(
            name, duration=draw(st.integers(3600, 43_200)), inline=draw(st.sampled_from((None, READ)))
        )
    for _ in range(draw(st.integers(0, 8))):
        act = draw(st.sampled_from((center.assign, center.unassign)))
        whom: Any = draw(st.sampled_from([*({"user": name} for name in PEOPLE), *({"group": name} for name in GROUPS)]))
        try:
            act(draw(st.sampled_from(SETS)), draw(st.sampled_from((ID, TOOLS))), **whom)
        except WorldError:
            continue  # there is no such assignment
    if draw(st.booleans()):
        center.disable("ben")
    return world


@given(centers())
def test_identity_center_comes_back(world: World) -> None:
    given = to_dict(world)
    again = load(given)
    assert to_dict(again) == given
    mine, theirs = (
        [(role.arn, role.unique_id, role.max_session) for role in found.roles()] for found in (world, again)
    )
    assert mine == theirs
    assert sorted(again.accounts[ID].providers) == sorted(world.accounts[ID].providers)


@given(centers())
def test_the_next_role_has_the_same_suffix_before_and_after(world: World) -> None:
    again = load(to_dict(world))
    names = []
    for found in (world, again):
        assert found.center is not None
        found.center.permission_set("Later")
        names.append([found.center.assign(name, ID, user="ana").name for name in (*SETS, "Later")])
    assert names[0] == names[1]


# Faults

C = "$.identity_center"
FAULTS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no Region": ({"region": "Ireland"}, f"{C}.region", "'Ireland' is not a Region", "eu-west-1"),
    "an unknown source": ({"source": "Okta"}, f"{C}.source", "'Okta' is not", "external"),
    "a long portal session": ({"portal_session": 7_776_001}, f"{C}.portal_session", "is not", "7776000"),
    "an unknown group": ({"groups": ["staff"], "users": {"ana": {"groups": ["stuff"]}}}, f"{C}.users.ana.groups[0]",
                         "no group 'stuff'", "Did you mean 'staff'?"),
    "a long session": ({"permission_sets": {"Reader": {"duration": 43_201}}}, f"{C}.permission_sets.Reader.duration",
                       "is not", "43200"),
    "an unknown policy of AWS": ({"permission_sets": {"Reader": {"managed": ["arn:aws:iam::aws:policy/X"]}}},
                                 f"{C}.permission_sets.Reader.managed[0]", "no managed policy", '"managed_policies"'),
    "an unknown boundary": ({"permission_sets": {"Reader": {"boundary": "arn:aws:iam::aws:policy/X"}}},
                            f"{C}.permission_sets.Reader.boundary", "no managed policy", '"managed_policies"'),
    "a fault in an inline policy": ({"permission_sets": {"Reader": {"inline": {"Statement": []}}}},
                                    f"{C}.permission_sets.Reader.inline.Statement", "empty", "at least one"),
    "nobody": ({"permission_sets": {"Reader": {}}, "assignments": [{"account": ID, "permission_set": "Reader"}]},
               f"{C}.assignments[0]", "Whom", "one user or one group"),
    "an unknown user": ({"permission_sets": {"Reader": {}}, "assignments": [TO_ANA]}, f"{C}.assignments[0]",
                        "no user 'ana'", "none yet"),
    "an unknown permission set": ({"users": {"ana": {}}, "assignments": [TO_ANA]}, f"{C}.assignments[0]",
                                  "no permission set 'Reader'", "none yet"),
    "an account outside": ({"users": {"ana": {}}, "permission_sets": {"Reader": {}},
                            "assignments": [{**TO_ANA, "account": "999900001111"}]}, f"{C}.assignments[0]",
                           "no account of the organization", "organization"),
    "a policy that the account lacks": ({"users": {"ana": {}}, "assignments": [TO_ANA],
                                         "permission_sets": {"Reader": {"customer_managed": ["Read"]}}},
                                        f"{C}.assignments[0]", "no policy 'Read'", "in the account"),
    "an assignment twice": ({"assignments": [TO_ANA, TO_ANA]}, f"{C}.assignments", "listed twice", "once"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name: str) -> None:
    center, where, what, remedy = FAULTS[name]
    with pytest.raises(IamkitError) as caught:
        load(world_of(**center))
    assert caught.value.where.startswith(where)
    assert what in caught.value.what
    assert remedy in caught.value.remedy


def test_without_an_organization_there_are_no_permission_sets() -> None:
    given = world_of()
    del given["organization"]
    with pytest.raises(WorldError) as caught:
        load(given)
    assert caught.value.where == C
    assert "no organization" in caught.value.what
