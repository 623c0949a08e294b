"""Worlds, files and dumps with the faults that people make: where it is, what is wrong, what to write."""

import json
from pathlib import Path
from typing import Any

import pytest

from iamkit.errors import IamkitError, WorldError
from iamkit.files.gaad import from_gaad
from iamkit.files.worldfile import load
from iamkit.world import World
from tests.files.test_malformed_worlds import ID, WORLD, check

TRUST = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ID}, "Action": "sts:AssumeRole"}}
READS = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
BUCKET = "arn:aws:s3:::payroll"
LINKED = "/aws-service-role/x.amazonaws.com/"
A = f"$.accounts.{ID}"


def world(**account: Any) -> Any:
    return {"iamkit": 1, "accounts": {ID: account}}


def organized(root: Any, accounts: Any = None, **more: Any) -> Any:
    known = {ID: {}, "444455556666": {}} if accounts is None else accounts
    tree = {"id": "o-acme123456", "management": ID, "root": root, **more}
    return {"iamkit": 1, "accounts": known, "organization": tree}


BY_HAND = {
    "no format": ({"accounts": {}}, "$", "needs 'iamkit'", '"iamkit": 1'),
    "a later format": ({"iamkit": 2, "accounts": {}, "new": 1}, "$.iamkit", "2 is not the format", '"iamkit": 1'),
    "a list": ([], "$", "A list stands where an object belongs", '"accounts"'),
    "a policy": (READS, "$", "a policy, not a world", "Policy.parse"),
    "a dump": ({"UserDetailList": []}, "$", "get-account-authorization-details", "from_gaad"),
    "a short account ID": ({"iamkit": 1, "accounts": {"1234": {}}}, '$.accounts.1234', "'1234' is not an account ID",
                           "12 digits"),
    "a boundary on a group": (world(groups={"g": {"boundary": "P"}}), f"{A}.groups.g.boundary", "no 'boundary'",
                              "root user and service-linked roles take no permissions boundary"),
    "a group in a group": (world(groups={"g": {"groups": ["h"]}}), f"{A}.groups.g.groups", "no 'groups'",
                           "A group holds no groups"),
    "users in a group": (world(groups={"g": {"users": ["ana"]}}), f"{A}.groups.g.users", "no 'users'", "each user"),
    "a boundary on root": (world(root={"boundary": "P"}), f"{A}.root", "no 'root'", "no boundary"),
    "a misspelled key": (world(users={"ana": {"bondary": "P"}}), f"{A}.users.ana.bondary", "no 'bondary'",
                         "Did you mean 'boundary'?"),
    "a key in capitals": (world(Users={}), f"{A}.Users", "no 'Users'", "Did you mean 'users'?"),
    "a trust on a user": (world(users={"ana": {"trust": TRUST}}), f"{A}.users.ana.trust", "no 'trust'", "Only roles"),
    "groups of a role": (world(roles={"r": {"trust": TRUST, "groups": []}}), f"{A}.roles.r.groups", "no 'groups'",
                         "Only users"),
    "a role without trust": (world(roles={"r": {}}), f"{A}.roles.r", "needs 'trust'", "who may assume"),
    "a user list": (world(users=["ana"]), f"{A}.users", "A list stands where an object belongs", '{"ana":'),
    "a document among names": (world(users={"ana": {"policies": [READS]}}), f"{A}.users.ana.policies[0]",
                               "An object stands where a text belongs", '"inline"'),
    "an unknown group": (world(groups={"payroll": {}}, users={"ana": {"groups": ["payrol"]}}),
                         f"{A}.users.ana.groups[0]", "There is no group 'payrol'", "Did you mean 'payroll'?"),
    "a group twice": (world(groups={"g": {}}, users={"ana": {"groups": ["g", "g"]}}), f"{A}.users.ana.groups",
                      "'g' is listed twice", "once"),
    "an unknown policy": (world(policies={"Read": READS}, users={"ana": {"policies": ["Raed"]}}),
                          f"{A}.users.ana.policies[0]", "no managed policy 'Raed'", "Did you mean 'Read'?"),
    "an unknown policy of AWS": (world(groups={"g": {"policies": ["arn:aws:iam::aws:policy/X"]}}),
                                 f"{A}.groups.g.policies[0]", "There is no managed policy", '"managed_policies"'),
    "a policy of another account": (world(users={"ana": {"policies": ["arn:aws:iam::444455556666:policy/P"]}}),
                                    f"{A}.users.ana.policies[0]", "belongs to another account", "Only policies of"),
    "the wrong path in an ARN": (world(policies={"P": {"path": "/a/", "document": READS}},
                                       users={"ana": {"boundary": f"arn:aws:iam::{ID}:policy/P"}}),
                                 f"{A}.users.ana.boundary", "There is no managed policy", "policy/a/P"),
    "an unknown boundary": (world(users={"ana": {"boundary": "Ceiling"}}), f"{A}.users.ana.boundary",
                            "no managed policy 'Ceiling'", "none yet"),
    "a boundary on a linked role": (world(policies={"P": READS},
                                          roles={"r": {"path": LINKED, "trust": TRUST, "boundary": "P"}}),
                                    f"{A}.roles.r", "service-linked role takes no", "Remove"),
    "an unknown role": (world(instance_profiles={"web": "r"}), f"{A}.instance_profiles.web", "no role 'r'", "roles"),
    "a fault in a trust policy": (world(roles={"r": {"trust": {"Statement": [{**TRUST["Statement"], "Principal": {
        "AWS": "arn:aws:iam::111122223333:group/g"}}]}}}), f"{A}.roles.r.trust.Statement[0].Principal.AWS",
        "cannot be a principal", "never makes a request"),
    "a principal in an identity policy": (world(users={"ana": {"inline": {"a b": {"Statement": [{
        **READS["Statement"], "Principal": "*"}]}}}}), f'{A}.users.ana.inline["a b"].Statement[0].Principal',
        "no Principal here", "Remove it"),
    "a fault in a version": (world(policies={"P": {"versions": {"v1": READS, "v2": {"Statement": []}}}}),
                             f"{A}.policies.P.versions.v2.Statement", "empty", "at least one"),
    "no such version": (world(policies={"P": {"versions": {"v1": READS}, "default": "v2"}}), f"{A}.policies.P.default",
                        "no version 'v2'", "v1"),
    "a document and versions": (world(policies={"P": {"versions": {"v1": READS}, "document": READS}}),
                                f"{A}.policies.P", "both", "either"),
    "a path and a Statement": (world(policies={"P": {"path": "/a/", **READS}}), f"{A}.policies.P.Statement",
                               "no 'Statement'", "document"),
    "a path alone": (world(policies={"P": {"path": "/a/"}}), f"{A}.policies.P", "no document", '"document"'),
    "a policy without a Statement": (world(policies={"P": {}}), f"{A}.policies.P", "no Statement", "Add"),
    "names that differ in case": (world(users={"ana": {}, "Ana": {}}), f"{A}.users.Ana", "there already", "choose"),
    "tags that differ in case": (world(users={"ana": {"tags": {"team": "a", "Team": "b"}}}), f"{A}.users.ana.tags.Team",
                                 "there already", "'team' is the same key"),
    "a bad name": (world(users={"ana maria": {}}), f'{A}.users["ana maria"]', "is not a name", "letters"),
    "a bad path": (world(users={"ana": {"path": "payroll"}}), f"{A}.users.ana", "is not a path", "/a/b/"),
    "a day's session": (world(roles={"r": {"trust": TRUST, "max_session": 86400}}), f"{A}.roles.r.max_session",
                        "86400 is not", "3600 to 43200"),
    "another's unique ID": (world(users={"a": {"unique_id": "AIDA1"}, "b": {"unique_id": "AIDA1"}}), f"{A}.users.b",
                            "AIDA1 is used twice", f"{A}.users.a has it"),
    "an unknown partition": (world(partition="aws-moon"), f"{A}.partition", "'aws-moon' is not a partition", "aws-cn"),
    "another's resource": (world(resources={"arn:aws:sqs:eu-west-1:444455556666:q": {}}),
                           f'{A}.resources["arn:aws:sqs:eu-west-1:444455556666:q"]', "of account 444455556666", "Add"),
    "no ARN": (world(resources={"payroll": {}}), f"{A}.resources.payroll", "is not an ARN", "arn:partition"),
    "a bucket policy without Principal": (world(resources={BUCKET: {"policy": READS}}),
                                          f'{A}.resources["{BUCKET}"].policy.Statement', "no Principal", "Add"),
    "an ACL on a queue": (world(resources={f"arn:aws:sqs:eu-west-1:{ID}:q": {"acl": [{}]}}),
                          f'{A}.resources["arn:aws:sqs:eu-west-1:{ID}:q"]', "Only a bucket has an ACL", "bucket"),
    "a user in an ACL": (world(resources={BUCKET: {"acl": [{"Grantee": "ana", "Permission": "READ"}]}}),
                         f'{A}.resources["{BUCKET}"].acl[0]', "cannot be a grantee", "AllUsers"),
    "no endpoint ID": (world(endpoints={"payroll": READS}), f"{A}.endpoints.payroll", "'payroll' is not", "vpce-"),
    "an unknown switch": ({**world(), "readings": {"star_crosses_colon": True}}, "$.readings.star_crosses_colon",
                          "no 'star_crosses_colon'", "Did you mean 'star_crosses_colons'?"),
    "an unknown account": (organized({"accounts": ["444455556667"]}), "$.organization.root.accounts[0]",
                           "no account 444455556667", "Did you mean '444455556666'?"),
    "an account twice": (organized({"accounts": [ID], "units": {"A": {"accounts": [ID]}}}),
                         "$.organization.root.units.A.accounts[0]", "in the tree twice",
                         "$.organization.root.accounts[0]"),
    "a described account elsewhere": (organized({"other_accounts": [ID]}), "$.organization.root.other_accounts[0]",
                                      "This world describes", '"accounts"'),
    "an unknown management account": (organized({}, {"444455556666": {}}), "$.organization.management",
                                      f"no account {ID}", '"other_accounts"'),
    "an unknown SCP": (organized({"scps": ["FullAwsAccess"]}), "$.organization.root.scps[0]",
                       "no control policy 'FullAwsAccess'", "Did you mean 'FullAWSAccess'?"),
    "an empty list of SCPs": (organized({"scps": []}), "$.organization.root.scps", "nothing", "leave it out"),
    "an SCP with a Principal": (organized({"scps": ["P"]}, policies={"P": {"Statement": [{**READS["Statement"],
        "Principal": "*"}]}}), "$.organization.policies.P.Statement[0].Principal", "$.organization.root.scps[0]",
        "Remove it"),
    "an RCP that allows": (organized({"rcps": ["P"]}, policies={"P": {"Statement": [{**READS["Statement"],
        "Principal": "*"}]}}), "$.organization.policies.P.Statement[0].Effect", "can only Deny", "RCPFullAWSAccess"),
    "neither SCP nor RCP": (organized({}, policies={"P": {"Statement": [{**READS["Statement"], "Principal": "*"}]}}),
                            "$.organization.policies.P.Statement[0].Effect", "can only Deny", "RCPFullAWSAccess"),
    "an RCP among SCPs": (organized({"scps": ["RCPFullAWSAccess"]}), "$.organization.root.scps[0]",
                          "no control policy", "Did you mean 'FullAWSAccess'?"),
    "AWS's own SCP": (organized({}, policies={"FullAWSAccess": READS}), "$.organization.policies.FullAWSAccess",
                      "a policy of AWS", "Leave it out"),
    "SCPs without organization": (world(scps=["FullAWSAccess"]), f"{A}.scps", "in no organization", "tree"),
    "SCPs of the organization": (organized({}, scps=["FullAWSAccess"]), "$.organization.scps", "no 'scps'", '"root"'),
    "units that differ in case": (organized({"units": {"Prod": {}, "prod": {}}}), "$.organization.root.units.prod",
                                  "there already", "another name"),
    "a document for an SCP": (organized({"scps": [READS]}), "$.organization.root.scps[0]",
                              "An object stands where a text belongs", '"policies"'),
    "a grant without grantee": (world(resources={f"arn:aws:kms:eu-west-1:{ID}:key/1": {"grants": [{}]}}),
                                f'{A}.resources["arn:aws:kms:eu-west-1:{ID}:key/1"].grants[0]', "grantee", "Give"),
    "a name of a name": (world(name=["acme"]), f"{A}.name", "A list stands where a text belongs", "text"),
    "a number for a key": ({"iamkit": 1, "accounts": {111122223333: {}}}, "$.accounts", "A key is of type int",
                           "quotes"),
    "a list for the format": ({"iamkit": [], "accounts": {}}, "$.iamkit", "[] is not the format", '"iamkit": 1'),
    "a set": (world(users={"ana": {"groups": {"g"}}}), f"{A}.users.ana.groups", "A set is no JSON value", "list"),
    "no number": (world(roles={"r": {"max_session": float("nan")}}), f"{A}.roles.r.max_session", "no JSON", "number"),
    "half a letter": (world(name="\ud800"), f"{A}.name", "surrogate", "Write"),
    "half a letter in a key": (world(users={"ana": {"tags": {"\udfff": ""}}}), f"{A}.users.ana.tags", "surrogate",
                               "Write"),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_faults_that_people_make_in_worlds(name):
    mutant, where, what, remedy = BY_HAND[name]
    with pytest.raises(IamkitError) as caught:
        load(mutant)
    check(caught.value)
    assert caught.value.where.removesuffix("[0]") == where.removesuffix("[0]")
    assert what in caught.value.what
    assert remedy in caught.value.remedy


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"units": {"A": value}}
    return value


ROUND: dict[str, Any] = {"iamkit": 1}
ROUND["accounts"] = ROUND


@pytest.mark.parametrize(
    ("source", "where", "what"),
    [
        ("no such file.json", "no such file.json", "no such file"),
        ("", ".", "cannot be read"),
        ("\0", "\0", "cannot be read"),
        ("x" * 5000, "x" * 200, "cannot be read"),
        ('{"iamkit": 1,}', "the text (line 1, column 1", "not JSON"),
        ('{"iamkit": 1, "iamkit": 1}', "the text", "'iamkit' stands twice"),
        ('{"accounts": ' * 100_000, "the text", "nested too deeply"),
        ('{"iamkit": ' + "9" * 5000 + "}", "the text", "too many digits"),
        ('{"iamkit": 1e999}', "$.iamkit", "no JSON value"),
        (organized(nested(30)), "$", "levels deep"),
        (organized(nested(500)), "$", "levels deep"),
        (ROUND, "$", "levels deep"),
        (None, "a world", "NoneType"),
        (7, "a world", "int"),
        (b"{}", "a world", "bytes"),
    ],
)
def test_faults_of_files(source, where, what):
    with pytest.raises(WorldError) as caught:
        load(source)
    assert caught.value.where.startswith(where)
    assert what in caught.value.what
    assert caught.value.remedy


def test_a_file_is_named_in_its_faults(tmp_path: Path):
    path = tmp_path / "broken.json"
    path.write_text('{\n  "iamkit": 1\n  "accounts": {}\n}', encoding="utf-8")
    with pytest.raises(WorldError, match=r"^broken\.json \(line 3, column 3\): This is not JSON"):
        World.load(path)
    path.write_bytes(b'{"iamkit": "\xff"}')
    with pytest.raises(WorldError, match="not UTF-8"):
        World.load(path)
    with pytest.raises(WorldError, match="cannot be read"):
        World.load(tmp_path)


DUMPS_BY_HAND = {
    "another command": ({"Users": []}, "$", "not an account dump", "UserDetailList"),
    "a list inside": ([[]], "$[0]", "not an account dump", "get-account-authorization-details"),
    "nothing": ({"UserDetailList": []}, "$", "holds no user", "as it is"),
    "no lists": ({"UserDetailList": {}}, "$.UserDetailList", "not a list", "as it is"),
    "a name alone": ({"UserDetailList": ["ana"]}, "$.UserDetailList[0]", "object", "as it is"),
    "no ARN": ({"UserDetailList": [{"UserName": "ana"}]}, "$.UserDetailList[0].Arn", "no Arn", "as it is"),
    "another's ARN": ({"UserDetailList": [{"Arn": f"arn:aws:iam::{ID}:role/ana"}]}, "$.UserDetailList[0].Arn",
                      "not the ARN of a user", "as it is"),
    "an odd account": ({"UserDetailList": [{"Arn": "arn:aws:iam::1:user/ana"}]}, "$.UserDetailList[0].Arn",
                       "not an account ID", "12 digits"),
    "a user twice": ({"UserDetailList": [{"Arn": f"arn:aws:iam::{ID}:user/ana"}] * 2}, "$.UserDetailList[1]",
                     "there already", "unique"),
    "no default": ({"Policies": [{"Arn": f"arn:aws:iam::{ID}:policy/P", "PolicyVersionList": []}]},
                   "$.Policies[0].PolicyVersionList", "No version is the default", "as it is"),
    "no trust": ({"RoleDetailList": [{"Arn": f"arn:aws:iam::{ID}:role/r"}]},
                 "$.RoleDetailList[0].AssumeRolePolicyDocument", "no AssumeRolePolicyDocument", "as it is"),
    "half a document": ({"RoleDetailList": [{"Arn": f"arn:aws:iam::{ID}:role/r", "AssumeRolePolicyDocument": "%7B"}]},
                        "$.RoleDetailList[0].AssumeRolePolicyDocument (line 1, column 2)", "not JSON", "quote"),
}  # fmt: skip


@pytest.mark.parametrize("name", DUMPS_BY_HAND)
def test_faults_that_people_make_in_dumps(name):
    mutant, where, what, remedy = DUMPS_BY_HAND[name]
    with pytest.raises(IamkitError) as caught:
        from_gaad(mutant)
    check(caught.value)
    assert (caught.value.where, what in caught.value.what) == (where, True)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("text", [json.dumps(WORLD), json.dumps(WORLD, indent=2)])
def test_a_file_cut_short_is_told(text):
    for end in range(1, len(text) - 1, 97):
        with pytest.raises(WorldError):
            load(text[:end])
