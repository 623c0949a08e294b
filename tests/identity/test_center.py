"""IAM Identity Center: people, permission sets, assignments, and the roles that come of them."""

import copy
import re

import pytest

from iamkit.errors import WorldError
from iamkit.identity.center import IdentityCenter
from iamkit.identity.editable import check_editable
from iamkit.world import World

ACME, TOOLS, OUTSIDE = "111122223333", "222233334444", "444455556666"
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-payroll/*"}}


def made(region="eu-west-1", **given):
    world = World()
    for number in (ACME, TOOLS, OUTSIDE):
        world.account(number)
    world.organize("o-acme", management=TOOLS, accounts=[ACME])
    world.center = IdentityCenter(world.accounts, world.organization, region, **given)
    return world, world.center


@pytest.fixture
def world():
    return made()[0]


@pytest.fixture
def center(world):
    world.center.user("ana")
    world.center.permission_set("Reader", inline=READ)
    return world.center


def test_A12_an_assignment_makes_a_role_in_the_account(world, center):
    role = center.assign("Reader", ACME, user="ana")
    assert world.accounts[ACME].roles == {role.name: role}
    assert re.fullmatch(r"AWSReservedSSO_Reader_[0-9a-f]{16}", role.name)
    assert role.arn == f"arn:aws:iam::{ACME}:role/aws-reserved/sso.amazonaws.com/eu-west-1/{role.name}"


def test_A12_no_region_in_the_path_where_the_home_region_is_us_east_1():
    _, center = made("us-east-1")
    center.user("ana")
    center.permission_set("Reader")
    role = center.assign("Reader", ACME, user="ana")
    assert role.arn == f"arn:aws:iam::{ACME}:role/aws-reserved/sso.amazonaws.com/{role.name}"


def test_A12_the_role_trusts_the_saml_provider_of_identity_center(world, center):
    role = center.assign("Reader", ACME, user="ana")
    statement = role.trust.document["Statement"][0]
    provider = statement["Principal"]["Federated"]
    assert re.fullmatch(rf"arn:aws:iam::{ACME}:saml-provider/AWSSSO_[0-9a-f]{{16}}_DO_NOT_DELETE", provider)
    assert provider in world.accounts[ACME].providers
    assert statement["Action"] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    assert statement["Condition"] == {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}


def test_A12_all_roles_of_an_account_trust_one_provider(world, center):
    center.permission_set("Admin")
    center.assign("Reader", ACME, user="ana")
    center.assign("Admin", ACME, user="ana")
    assert len(world.accounts[ACME].providers) == 1


def test_A12_one_role_for_a_set_in_an_account_whoever_it_is_assigned_to(world, center):
    center.group("auditors")
    first = center.assign("Reader", ACME, user="ana")
    assert center.assign("Reader", ACME, group="auditors") is first
    other = center.assign("Reader", TOOLS, user="ana")
    assert other is not first
    assert (len(world.accounts[ACME].roles), len(world.accounts[TOOLS].roles)) == (1, 1)


def test_A12_the_last_unassignment_deletes_the_role(world, center):
    center.group("auditors")
    role = center.assign("Reader", ACME, user="ana")
    center.assign("Reader", ACME, group="auditors")
    center.unassign("Reader", ACME, user="ana")
    assert role.name in world.accounts[ACME].roles
    center.unassign("Reader", ACME, group="auditors")
    assert world.accounts[ACME].roles == {}
    assert role.arn in world.accounts[ACME].gone


def test_A12_a_role_made_again_has_another_suffix(center):
    first = center.assign("Reader", ACME, user="ana")
    center.unassign("Reader", ACME, user="ana")
    again = center.assign("Reader", ACME, user="ana")
    assert first.name != again.name
    assert first.name.rpartition("_")[0] == again.name.rpartition("_")[0]


def test_A12_the_suffix_is_the_same_in_every_run():
    names = []
    for _ in range(2):
        _, center = made()
        center.user("ana")
        center.permission_set("Reader")
        names.append(center.assign("Reader", ACME, user="ana").name)
    assert names[0] == names[1]


def test_A12_arn_like_matches_the_role_before_and_after_it_is_made_again(world, center):
    """The way that the page recommends: the account as principal, and ArnLike on aws:PrincipalArn."""
    pattern = f"arn:aws:iam::{ACME}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Reader_*"
    statement = {"Effect": "Allow", "Principal": {"AWS": ACME}, "Action": "sts:AssumeRole",
                 "Condition": {"ArnLike": {"aws:PrincipalArn": pattern}}}  # fmt: skip
    backup = world.accounts[ACME].role("backup", trust={"Version": "2012-10-17", "Statement": statement})
    assuming = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
    center.permission_set("Other", inline=assuming)
    center.permission_sets["Reader"].inline = center.permission_sets["Other"].inline
    other = center.assign("Other", ACME, user="ana")
    assert not world.decide(other, "sts:AssumeRole", backup.arn).allowed
    for _ in range(2):
        role = center.assign("Reader", ACME, user="ana")
        assert world.decide(role, "sts:AssumeRole", backup.arn).allowed
        center.unassign("Reader", ACME, user="ana")


@pytest.mark.parametrize("kind", ["center", "service-linked"])
def test_A12_iam_cannot_edit_the_role(world, center, kind):
    role = center.assign("Reader", ACME, user="ana")
    if kind == "service-linked":
        trust = {
            "Statement": {"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}
        }
        role = world.accounts[ACME].role("AWSServiceRoleForX", trust=trust, path="/aws-service-role/x.amazonaws.com/")
    with pytest.raises(WorldError, match="IAM does not edit") as told:
        check_editable(role)
    assert told.value.remedy


def test_A12_iam_edits_every_other_role(world):
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ACME}, "Action": "sts:AssumeRole"}}
    check_editable(world.accounts[ACME].role("plain", trust=trust))
    check_editable(world.accounts[ACME].user("ana"))


def test_A12_a_changed_permission_set_is_carried_into_every_account(world, center):
    roles = [center.assign("Reader", number, user="ana") for number in (ACME, TOOLS)]
    assert all(world.decide(role, "s3:GetObject", "arn:aws:s3:::acme-payroll/a").allowed for role in roles[:1])
    center.permission_sets["Reader"].inline = None
    center.provision(center.permission_sets["Reader"])
    assert [role.inline for role in roles] == [{}, {}]


def test_A12_managed_policies_and_a_boundary_reach_the_role(world, center):
    acme = world.accounts[ACME]
    acme.policy("Own", READ)
    acme.policy("Ceiling", READ)
    center.permission_set("Full", managed=["arn:aws:iam::aws:policy/ReadOnlyAccess"], customer_managed=["Own"],
                          boundary="Ceiling")  # fmt: skip
    role = center.assign("Full", ACME, user="ana")
    assert role.attached == ["arn:aws:iam::aws:policy/ReadOnlyAccess", f"arn:aws:iam::{ACME}:policy/Own"]
    assert role.boundary == f"arn:aws:iam::{ACME}:policy/Ceiling"


def test_a_customer_managed_policy_must_be_in_the_account(center):
    center.permission_set("Full", customer_managed=["Own"])
    with pytest.raises(WorldError, match="has no policy 'Own'"):
        center.assign("Full", ACME, user="ana")
    assert center.offers("ana") == []


# People


def test_A12_the_portal_offers_what_the_user_and_their_groups_have(center):
    center.group("auditors")
    center.user("ben", groups=["auditors"])
    center.permission_set("Admin")
    center.assign("Reader", ACME, group="auditors")
    center.assign("Admin", TOOLS, user="ben")
    assert center.offers("ben") == [(ACME, "Reader"), (TOOLS, "Admin")]
    assert center.offers("ana") == []


def test_A12_scim_pushes_users_and_groups_of_an_external_identity_provider():
    _, center = made(source="external")
    center.sync({"ana": ["payroll"], "ben": ["payroll", "auditors"]})
    assert (sorted(center.users), sorted(center.groups)) == (["ana", "ben"], ["auditors", "payroll"])
    center.sync({"ana": ["auditors"]})
    assert sorted(center.users) == ["ana"]
    assert center.users["ana"].groups == ["auditors"]


def test_A12_users_of_active_directory_are_not_made_by_hand():
    _, center = made(source="Active Directory")
    with pytest.raises(WorldError, match="come from Active Directory"):
        center.user("ana")
    with pytest.raises(WorldError, match="come from Active Directory"):
        center.group("payroll")
    center.sync({"ana": ["payroll"]})
    assert center.users["ana"].groups == ["payroll"]


def test_A12_its_own_directory_takes_over_nobody():
    with pytest.raises(WorldError, match="takes over nobody"):
        made()[1].sync({"ana": []})


def test_an_unknown_identity_source():
    with pytest.raises(WorldError, match="no identity source"):
        made(source="okta")


def test_deleting_a_user_takes_their_assignments(world, center):
    center.assign("Reader", ACME, user="ana")
    center.delete_user("ana")
    assert center.assignments == set()
    assert world.accounts[ACME].roles == {}


# Limits


@pytest.mark.parametrize(("seconds", "fits"), [(3599, False), (3600, True), (43_200, True), (43_201, False)])
def test_B17_a_permission_set_session_is_1_to_12_hours(seconds, fits):
    _, center = made()
    if fits:
        assert center.permission_set("Reader", duration=seconds).duration == seconds
    else:
        with pytest.raises(WorldError, match="not allowed") as told:
            center.permission_set("Reader", duration=seconds)
        assert told.value.remedy


def test_B17_the_default_is_1_hour():
    assert made()[1].permission_set("Reader").duration == 3600


@pytest.mark.parametrize(("seconds", "fits"), [(899, False), (900, True), (7_776_000, True), (7_776_001, False)])
def test_B17_a_portal_session_is_15_minutes_to_90_days(seconds, fits):
    if fits:
        assert made(portal_session=seconds)[1].portal_session == seconds
    else:
        with pytest.raises(WorldError, match="portal session"):
            made(portal_session=seconds)


def test_B17_the_default_portal_session_is_8_hours():
    assert made()[1].portal_session == 8 * 3600


@pytest.mark.parametrize(("already", "fits"), [(3499, True), (3500, False)])
def test_G2_at_most_3500_permission_sets(already, fits):
    _, center = made()
    for number in range(already):
        center.permission_set(f"set-{number}")
    if fits:
        center.permission_set("one-more")
    else:
        with pytest.raises(WorldError, match="no room"):
            center.permission_set("one-more")


def inline(characters):
    """A policy whose text without white space has exactly so many characters."""
    empty = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::"}]}'
    return empty.replace(":::", ":::" + "x" * (characters - len(empty)))


@pytest.mark.parametrize(("characters", "fits"), [(10_240, True), (10_241, False)])
def test_G2_an_inline_policy_has_at_most_10240_characters_without_white_space(characters, fits):
    _, center = made()
    source = inline(characters).replace(",", ", ")
    if fits:
        center.permission_set("Reader", inline=source)
    else:
        with pytest.raises(WorldError, match="too long"):
            center.permission_set("Reader", inline=source)


@pytest.mark.parametrize(("size", "fits"), [(32_768, True), (32_769, False)])
def test_G2_an_inline_policy_has_at_most_32768_bytes(size, fits):
    _, center = made()
    source = inline(100) + " " * (size - 100)
    if fits:
        center.permission_set("Reader", inline=source)
    else:
        with pytest.raises(WorldError, match="too long"):
            center.permission_set("Reader", inline=source)


@pytest.mark.parametrize(("count", "fits"), [(25, True), (26, False)])
def test_G2_at_most_25_managed_policies_in_a_set(count, fits):
    _, center = made()
    managed = [f"arn:aws:iam::aws:policy/P{number}" for number in range(count)]
    if fits:
        center.permission_set("Reader", managed=managed)
    else:
        with pytest.raises(WorldError, match="too many managed"):
            center.permission_set("Reader", managed=managed)


@pytest.mark.parametrize(("name", "fits"), [("x" * 32, True), ("x" * 33, False), ("a b", False), ("", False)])
def test_a_permission_set_name_leaves_room_for_the_role_name(name, fits):
    _, center = made()
    center.user("ana")
    if fits:
        center.permission_set(name)
        assert len(center.assign(name, ACME, user="ana").name) == 64
    else:
        with pytest.raises(WorldError, match="not a name"):
            center.permission_set(name)


# Faults


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"permission_set": "Nobody", "account": ACME, "user": "ana"}, "no permission set"),
        ({"permission_set": "Reader", "account": OUTSIDE, "user": "ana"}, "no account of the organization"),
        ({"permission_set": "Reader", "account": "999999999999", "user": "ana"}, "no account of the organization"),
        ({"permission_set": "Reader", "account": ACME, "user": "eve"}, "no user"),
        ({"permission_set": "Reader", "account": ACME, "group": "eves"}, "no group"),
        ({"permission_set": "Reader", "account": ACME}, "Whom is it for"),
        ({"permission_set": "Reader", "account": ACME, "user": "ana", "group": "g"}, "Whom is it for"),
    ],
)
def test_an_assignment_names_what_exists(center, given, fault):
    permission_set, account = given.pop("permission_set"), given.pop("account")
    with pytest.raises(WorldError, match=fault) as told:
        center.assign(permission_set, account, **given)
    assert told.value.remedy


def test_unassigning_what_was_not_assigned(center):
    with pytest.raises(WorldError, match="There is no assignment"):
        center.unassign("Reader", ACME, user="ana")


def test_a_role_that_is_not_there_yet(center):
    with pytest.raises(WorldError, match="has no role in"):
        center.role("Reader", ACME)


def test_identity_center_needs_an_organization():
    world = World()
    with pytest.raises(WorldError, match="no organization"):
        IdentityCenter(world.accounts, world.organization, "eu-west-1")


@pytest.mark.parametrize("name", ["a", "ana b", "x" * 65])
def test_a_user_name_can_be_the_name_of_a_session(name):
    with pytest.raises(WorldError, match="not a user name"):
        made()[1].user(name)


def test_no_address_in_memory_is_shown(center):
    assert repr(center) == "<IdentityCenter in eu-west-1: 1 users, 1 permission sets>"
    assert repr(center.users["ana"]) == "<CenterUser ana>"
    center.disable("ana")
    assert repr(center.users["ana"]) == "<CenterUser ana, disabled>"


def test_a_copy_of_the_world_has_an_identity_center_of_its_own(world, center):
    center.group("auditors")
    role = center.assign("Reader", ACME, user="ana")
    accounts = {number: copy.deepcopy(account) for number, account in world.accounts.items()}
    after = center.copied(accounts)
    after.disable("ana")
    after.user("ben", groups=["auditors"])
    after.permission_sets["Reader"].inline = None
    after.provision(after.permission_sets["Reader"])
    after.unassign("Reader", ACME, user="ana")
    assert (center.users["ana"].enabled, sorted(center.users)) == (True, ["ana"])
    assert center.role("Reader", ACME) is role
    assert role.inline
    assert role.name in world.accounts[ACME].roles
    assert accounts[ACME].roles == {}
