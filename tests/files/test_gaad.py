"""Account dumps, as `aws iam get-account-authorization-details` writes them."""

import json
from copy import deepcopy
from urllib.parse import quote

import pytest

from iamkit.errors import PolicyError, WorldError
from iamkit.files.gaad import from_gaad
from iamkit.files.worldfile import to_dict
from iamkit.world import World

ID, OTHER = "111122223333", "444455556666"
VIEW = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"


def document(action="s3:GetObject", effect="Allow", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*", **more}]}


def dump(account=ID):
    """One account with one of each, in the order and with the fields of the AWS CLI."""
    iam = f"arn:aws:iam::{account}"
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    team = f"{iam}:policy/team/Payroll"
    return {
        "UserDetailList": [
            {
                "Path": "/people/",
                "UserName": "ana",
                "UserId": f"AIDA{account}EXAMPLE",
                "Arn": f"{iam}:user/people/ana",
                "CreateDate": "2024-05-01T09:00:00+00:00",
                "UserPolicyList": [{"PolicyName": "Own", "PolicyDocument": document("sqs:SendMessage")}],
                "GroupList": ["payroll"],
                "AttachedManagedPolicies": [{"PolicyName": "Payroll", "PolicyArn": team}],
                "PermissionsBoundary": {
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": team,
                },
                "Tags": [{"Key": "team", "Value": "payroll"}],
            }
        ],
        "GroupDetailList": [
            {
                "Path": "/",
                "GroupName": "payroll",
                "GroupId": f"AGPA{account}EXAMPLE",
                "Arn": f"{iam}:group/payroll",
                "CreateDate": "2024-05-01T09:00:00+00:00",
                "GroupPolicyList": [],
                "AttachedManagedPolicies": [{"PolicyName": "ViewOnlyAccess", "PolicyArn": VIEW}],
            }
        ],
        "RoleDetailList": [
            {
                "Path": "/service/",
                "RoleName": "web",
                "RoleId": f"AROA{account}EXAMPLE",
                "Arn": f"{iam}:role/service/web",
                "CreateDate": "2024-05-01T09:00:00+00:00",
                "AssumeRolePolicyDocument": trust,
                "InstanceProfileList": [
                    {
                        "Path": "/service/",
                        "InstanceProfileName": "web-profile",
                        "InstanceProfileId": "AIPAIOSFODNN7EXAMPLE1",
                        "Arn": f"{iam}:instance-profile/service/web-profile",
                        "CreateDate": "2024-05-01T09:00:00+00:00",
                        "Roles": [{"RoleName": "web", "Arn": f"{iam}:role/service/web"}],
                    }
                ],
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
                "Tags": [],
                "RoleLastUsed": {"LastUsedDate": "2026-01-01T00:00:00+00:00", "Region": "eu-west-1"},
            }
        ],
        "Policies": [
            {
                "PolicyName": "Payroll",
                "PolicyId": "ANPAIOSFODNN7EXAMPLE1",
                "Arn": team,
                "Path": "/team/",
                "DefaultVersionId": "v2",
                "AttachmentCount": 1,
                "PermissionsBoundaryUsageCount": 1,
                "IsAttachable": True,
                "CreateDate": "2024-05-01T09:00:00+00:00",
                "UpdateDate": "2024-05-01T09:00:00+00:00",
                "PolicyVersionList": [
                    version("v2", document(["s3:*", "sqs:*"]), True),
                    version("v1", document("*"), False),
                ],
            },
            {
                "PolicyName": "ViewOnlyAccess",
                "Arn": VIEW,
                "Path": "/job-function/",
                "DefaultVersionId": "v7",
                "PolicyVersionList": [version("v7", document("ec2:Describe*"), True)],
            },
        ],
    }


def version(number, policy, default):
    return {"Document": policy, "VersionId": number, "IsDefaultVersion": default, "CreateDate": "2024-05-01T09:00:00Z"}


def test_everything_of_the_dump_is_in_the_world():
    account = from_gaad(dump()).accounts[ID]
    ana, web, payroll = account.users["ana"], account.roles["web"], account.groups["payroll"]
    assert (ana.arn, ana.path, ana.unique_id) == (f"arn:aws:iam::{ID}:user/people/ana", "/people/",
                                                  f"AIDA{ID}EXAMPLE")  # fmt: skip
    assert (ana.groups, list(ana.inline), ana.tags) == (["payroll"], ["Own"], {"team": "payroll"})
    assert ana.attached == [ana.boundary] == [f"arn:aws:iam::{ID}:policy/team/Payroll"]
    assert (payroll.attached, payroll.unique_id) == ([VIEW], f"AGPA{ID}EXAMPLE")
    assert (web.kind, web.path, web.unique_id) == ("service role", "/service/", f"AROA{ID}EXAMPLE")
    assert account.instance_profiles == {"web-profile": "web"}
    policy = account.policies["Payroll"]
    assert (sorted(policy.versions), policy.default, policy.path) == (["v1", "v2"], "v2", "/team/")


def test_the_default_version_counts():
    world, ana = from_gaad(dump()), f"arn:aws:iam::{ID}:user/people/ana"
    assert world.decide(ana, "s3:PutObject", "arn:aws:s3:::b/k")
    assert not world.decide(ana, "iam:CreateUser", "*")  # v1 allows it
    assert not world.decide(ana, "ec2:DescribeInstances", "*")  # her group does, her boundary does not


def test_documents_may_be_url_encoded_as_the_api_gives_them():
    given = dump()
    plus = document("sqs:SendMessage", Condition={"StringEquals": {"aws:PrincipalTag/a": "a + b / ü"}})
    given["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = plus
    encoded = deepcopy(given)
    encoded["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = quote(json.dumps(plus), safe="+")
    role = encoded["RoleDetailList"][0]
    role["AssumeRolePolicyDocument"] = quote(json.dumps(role["AssumeRolePolicyDocument"]))
    for policy in encoded["Policies"]:
        for one in policy["PolicyVersionList"]:
            one["Document"] = json.dumps(one["Document"])
    assert to_dict(from_gaad(encoded)) == to_dict(from_gaad(given))


def test_a_dump_comes_as_path_dict_or_text(tmp_path):
    path = tmp_path / "gaad.json"
    path.write_text(json.dumps(dump()), encoding="utf-8")
    worlds = [to_dict(from_gaad(source)) for source in (dump(), path, str(path), json.dumps(dump()), [path], [dump()])]
    assert all(world == worlds[0] for world in worlds)
    assert to_dict(World.from_gaad(path)) == worlds[0]


def test_several_accounts_come_as_a_list():
    several = [dump(), dump(OTHER)]
    world = from_gaad(several)
    assert sorted(world.accounts) == [ID, OTHER]
    assert to_dict(from_gaad(json.dumps(several))) == to_dict(world)
    assert list(world.managed_policies) == [VIEW]


def test_of_two_states_of_an_aws_policy_the_newer_counts():
    newer = dump(OTHER)
    newer["Policies"][1] |= {
        "DefaultVersionId": "v10",
        "PolicyVersionList": [version("v10", document("ec2:*"), True)],
    }
    for several in ([dump(), newer], [newer, dump()]):
        assert from_gaad(several).managed_policies[VIEW].default == "v10"


def test_filtered_dumps_of_one_account_add_up():
    whole = dump()
    parts = [{section: whole[section]} for section in whole]
    assert to_dict(from_gaad(parts)) == to_dict(from_gaad(whole))


def test_the_partition_is_the_arns():
    given = json.loads(json.dumps(dump()).replace("arn:aws:", "arn:aws-us-gov:"))
    assert from_gaad(given).accounts[ID].partition == "aws-us-gov"


def test_a_deleted_principal_in_a_trust_policy_stays_its_unique_id():
    """AWS writes the unique ID once the role is gone (IAM User Guide, reference_policies_elements_principal)."""
    given = dump()
    statement = given["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]
    statement["Principal"] = {"AWS": "AROAIOSFODNN7GONE0001"}
    role = from_gaad(given).accounts[ID].roles["web"]
    assert role.trust.statements[0].principal.values[0].form.value == "deleted principal"


def test_fields_that_aws_adds_later_do_no_harm():
    given = dump()
    given["NewSection"] = []
    for section in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"):
        for entry in given[section]:
            entry["NewField"] = {"a": 1}
    assert to_dict(from_gaad(given)) == to_dict(from_gaad(dump()))


def test_names_with_every_character_iam_allows_load():
    """Names: letters, digits and +=,.@-_ (IAM User Guide, reference_iam-quotas)."""
    given = dump()
    name = "a+b=c,d.e@f-g_" + "x" * 50
    user = given["UserDetailList"][0]
    user |= {"UserName": name, "Arn": f"arn:aws:iam::{ID}:user/people/!#$%&'()/{name}", "Path": "/people/!#$%&'()/"}
    found = from_gaad(given).accounts[ID].users[name]
    assert found.path == "/people/!#$%&'()/"


def test_a_service_linked_role_loads():
    given = dump()
    role = given["RoleDetailList"][0]
    path = "/aws-service-role/ec2.amazonaws.com/"
    role |= {"RoleName": "AWSServiceRoleForX", "Path": path, "Arn": f"arn:aws:iam::{ID}:role{path}AWSServiceRoleForX"}
    assert from_gaad(given).accounts[ID].roles["AWSServiceRoleForX"].kind == "service-linked role"


# What the dump lacks


def without(section, name):
    given = dump()
    given[section] = [one for one in given[section] if one.get("PolicyName", one.get("GroupName")) != name]
    return given


def test_an_aws_policy_that_is_attached_must_be_there():
    with pytest.raises(WorldError) as caught:
        from_gaad(without("Policies", "ViewOnlyAccess"))
    assert caught.value.where == "$.GroupDetailList[0].AttachedManagedPolicies[0].PolicyArn"
    assert VIEW in caught.value.what
    assert "aws iam get-account-authorization-details --filter" in caught.value.remedy
    assert "AWSManagedPolicy" in caught.value.remedy


def test_a_policy_that_is_missing_can_come_in_a_dump_of_its_own():
    missing = {"Policies": [dump()["Policies"][1]]}
    assert to_dict(from_gaad([without("Policies", "ViewOnlyAccess"), missing])) == to_dict(from_gaad(dump()))


def test_a_boundary_must_be_there():
    given = dump()
    user = given["UserDetailList"][0]
    user["PermissionsBoundary"]["PermissionsBoundaryArn"] = f"arn:aws:iam::{ID}:policy/Ceiling"
    with pytest.raises(WorldError, match="LocalManagedPolicy") as caught:
        from_gaad(given)
    assert caught.value.where == "$.UserDetailList[0].PermissionsBoundary.PermissionsBoundaryArn"


def test_a_group_must_be_there():
    with pytest.raises(WorldError, match="Group") as caught:
        from_gaad(without("GroupDetailList", "payroll"))
    assert caught.value.where == "$.UserDetailList[0].GroupList[0]"


@pytest.mark.parametrize("mark", [{"IsTruncated": True, "Marker": "AAE"}, {"NextToken": "eyJN"}])
def test_one_page_of_several_is_no_dump(mark):
    with pytest.raises(WorldError, match="one page of several"):
        from_gaad(dump() | mark)
    assert from_gaad(dump() | {"IsTruncated": False})


def test_a_fault_in_a_document_is_told_by_its_place_in_the_dump():
    given = dump()
    given["Policies"][0]["PolicyVersionList"][1]["Document"]["Statement"][0]["Effect"] = "allow"
    with pytest.raises(PolicyError) as caught:
        from_gaad([dump(OTHER), given])
    assert caught.value.where == "$[1].Policies[0].PolicyVersionList[1].Document.Statement[0].Effect"


def test_a_policy_of_another_account_cannot_be_attached():
    other = dump(OTHER)
    other["UserDetailList"][0]["AttachedManagedPolicies"][0]["PolicyArn"] = f"arn:aws:iam::{ID}:policy/team/Payroll"
    with pytest.raises(WorldError, match="belongs to another account") as caught:
        from_gaad([dump(), other])
    assert caught.value.where == "$[1].UserDetailList[0].AttachedManagedPolicies[0].PolicyArn"


def test_a_unique_id_is_unique():
    given = dump()
    given["RoleDetailList"][0]["RoleId"] = given["UserDetailList"][0]["UserId"]
    with pytest.raises(WorldError, match="have one unique ID"):
        from_gaad(given)


def test_an_inline_policy_that_is_there_twice_is_told():
    given = dump()
    given["UserDetailList"][0]["UserPolicyList"] *= 2
    with pytest.raises(WorldError, match="'Own' is there twice") as caught:
        from_gaad(given)
    assert caught.value.where == "$.UserDetailList[0].UserPolicyList[1]"


def test_a_world_file_is_told_from_a_dump():
    with pytest.raises(WorldError, match=r"World\.load"):
        from_gaad({"iamkit": 1, "accounts": {}})
    with pytest.raises(WorldError, match="from_gaad"):
        World.load(dump())


# Resource policies


def bucket_policy(principal):
    return document("s3:GetObject", Principal=principal)


def test_resource_policies_stand_beside_the_dump(tmp_path):
    policies = {
        "arn:aws:s3:::payroll": bucket_policy({"AWS": f"arn:aws:iam::{ID}:user/people/ana"}),
        f"arn:aws:sqs:eu-west-1:{ID}:jobs": json.dumps(document("sqs:*", Principal="*")),
    }
    path = tmp_path / "resources.json"
    path.write_text(json.dumps(policies), encoding="utf-8")
    for source in (policies, json.dumps(policies), path):
        resources = from_gaad(dump(), source).accounts[ID].resources
        assert sorted(resources) == sorted(policies)
        assert all(resource.policy and resource.account == ID for resource in resources.values())


def test_the_owner_is_in_the_arn_or_given():
    world = from_gaad(
        [dump(), dump(OTHER)],
        {
            f"arn:aws:sqs:eu-west-1:{OTHER}:jobs": document("sqs:*", Principal="*"),
            "arn:aws:s3:::payroll": {"account": OTHER, "policy": bucket_policy("*"), "tags": {"data": "personal"}},
            "arn:aws:s3:::bare": {"account": ID},
        },
    )
    assert sorted(world.accounts[OTHER].resources) == ["arn:aws:s3:::payroll", f"arn:aws:sqs:eu-west-1:{OTHER}:jobs"]
    assert world.accounts[OTHER].resources["arn:aws:s3:::payroll"].tags == {"data": "personal"}
    assert world.accounts[ID].resources["arn:aws:s3:::bare"].policy is None


@pytest.mark.parametrize(
    ("policies", "where", "what"),
    [
        ({"arn:aws:s3:::b": bucket_policy("*")}, 'resource_policies["arn:aws:s3:::b"]', "which account owns it"),
        ({f"arn:aws:sqs:eu-west-1:{OTHER[::-1]}:q": document(Principal="*")}, None, "There is no account"),
        ({"arn:aws:s3:::b": {"account": ID, "policy": document()}}, None, "no Principal"),
        ({"arn:aws:s3:::b": {"account": ID, "polcy": {}}}, 'resource_policies["arn:aws:s3:::b"].polcy', "polcy"),
        ({"arn:aws:s3:::b": {"account": ID, "policy": {"Statement": []}}},
         'resource_policies["arn:aws:s3:::b"].policy.Statement', "empty"),
        ({"arn:aws:s3:::b": {"account": ID, "tags": {"a": 1}}}, 'resource_policies["arn:aws:s3:::b"].tags.a', "number"),
        ({"arn:aws:s3:::b": 7}, 'resource_policies["arn:aws:s3:::b"]', "neither"),
        ({"payroll": {"account": ID}}, "resource_policies.payroll", "not an ARN"),
        ([], "resource_policies", "no object"),
    ],
)  # fmt: skip
def test_faults_of_resource_policies_are_told(policies, where, what):
    with pytest.raises((WorldError, PolicyError), match=what) as caught:
        from_gaad([dump(), dump(OTHER)], policies)
    assert where is None or caught.value.where == where
    assert caught.value.where.startswith("resource_policies")
    assert caught.value.remedy
