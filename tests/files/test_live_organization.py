"""The organization of a live account, against moto's server on this machine."""

from types import SimpleNamespace

import pytest

from iamkit.files.live import from_aws
from iamkit.files.worldfile import load, to_dict
from tests.files import moto_account
from tests.files.moto_account import ACCOUNT, allow, answer, deny, refuse, session, text


@pytest.fixture
def organized(address):
    """A management account with a unit that is limited; the account itself is the management account."""
    moto_account.reset(address)
    made = session()
    organizations = made.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    unit = organizations.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    member = organizations.create_account(AccountName="pay", Email="p@example.com")["CreateAccountStatus"]["AccountId"]
    organizations.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    content = text(deny("organizations:LeaveOrganization"))
    scp = organizations.create_policy(Name="Stay", Description="", Type="SERVICE_CONTROL_POLICY", Content=content)
    organizations.attach_policy(PolicyId=scp["Policy"]["PolicySummary"]["Id"], TargetId=unit)
    rcp = organizations.create_policy(Name="Ours", Description="", Type="RESOURCE_CONTROL_POLICY",
                                      Content=text(deny("s3:*", Principal="*")))  # fmt: skip
    organizations.attach_policy(PolicyId=rcp["Policy"]["PolicySummary"]["Id"], TargetId=root)
    return SimpleNamespace(session=made, root=root, unit=unit, member=member)


def test_the_organization_is_read(organized):
    world = from_aws(organized.session)
    assert world.notes == []
    root = world.organization.root
    assert (world.organization.management, root.id, root.accounts) == (ACCOUNT, organized.root, [ACCOUNT])
    (unit,) = root.units
    assert (unit.name, unit.id, unit.accounts) == ("Workloads", organized.unit, [organized.member])
    assert "Stay" in [policy.name for policy in unit.scps]
    assert "Ours" in [policy.name for policy in root.rcps]
    assert sorted(world.organization.policies) == ["Ours", "Stay"]
    given = to_dict(world)
    assert given["organization"]["root"]["units"]["Workloads"]["other_accounts"] == [organized.member]
    assert to_dict(load(given)) == given


def test_half_an_organization_is_none(organized):
    refuse(organized.session, "organizations.ListPoliciesForTarget", code="AccessDeniedException")
    world = from_aws(organized.session)
    assert world.organization is None
    assert world.notes == ["the organization, with its SCPs and RCPs: AccessDeniedException from ListPoliciesForTarget"]


def test_an_scp_that_the_kit_cannot_read_leaves_the_organization_out(organized):
    content = text(allow("s3:*", Principal="*"))  # an SCP has no Principal
    answer(organized.session, "organizations.DescribePolicy", {"Policy": {"Content": content}})
    world = from_aws(organized.session)
    assert (world.organization, world.accounts[ACCOUNT].scps) == (None, None)
    assert "cannot read it: $.organization.policies." in world.notes[0]
