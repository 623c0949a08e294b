"""Worlds and dumps with a fault: each is told with its place, what is wrong and what to write. Nothing else happens.

The mutants are made from good files by changes that no file may have; the rest is written by hand.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from iamkit.errors import IamkitError, PolicyError, WorldError
from iamkit.gaad import from_gaad
from iamkit.jsonfile import child
from iamkit.world import World
from iamkit.worldcheck import check_shape, schema
from iamkit.worldfile import load, sample, to_dict
from tests.test_gaad import dump
from tests.test_worldfile import full_world

ID = "111122223333"
Step = str | int
WORLD = to_dict(full_world())
ACME = to_dict(sample("acme"))
DUMP = dump()


def nodes(value: Any, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to every value inside."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield (*way, step)
        yield from nodes(below, (*way, step))


def at(value: Any, way: tuple[Step, ...]) -> Any:
    for step in way:
        value = value[step]
    return value


def changed(value: Any, way: tuple[Step, ...], new: Any) -> Any:
    copy = deepcopy(value)
    at(copy, way[:-1])[way[-1]] = new
    return copy


def renamed(value: Any, way: tuple[Step, ...], new: str) -> Any:
    copy = deepcopy(value)
    holder = at(copy, way[:-1])
    kept = {new if key == way[-1] else key: below for key, below in holder.items()}
    holder.clear()
    holder.update(kept)
    return copy


def without(value: Any, way: tuple[Step, ...]) -> Any:
    copy = deepcopy(value)
    del at(copy, way[:-1])[way[-1]]
    return copy


def written(way: tuple[Step, ...]) -> str:
    path = "$"
    for step in way:
        path = child(path, step) if isinstance(step, str) else f"{path}[{step}]"
    return path


def one_list(where: str) -> str:
    """A list of one condition value may drop its brackets, and its fault then has no index."""
    return where.replace('"', "").replace("[", ".").replace("]", "")


def check(fault: IamkitError, path: str = "$") -> None:
    """Where, what and remedy are there, and the place lies on the way to the change or inside of what it changed."""
    assert type(fault) in (WorldError, PolicyError)
    assert fault.where.startswith("$")
    mine, changed_at = one_list(fault.where), one_list(path)
    assert mine.startswith(changed_at) or changed_at.startswith(mine), f"{fault.where} for a change at {path}"
    assert len(fault.what) > 10
    assert len(fault.remedy) > 5
    assert len(str(fault)) < 1500
    assert "object at 0x" not in str(fault)


# Mutants of worlds

GRAMMAR = {"Statement", "Effect", "Principal", "Action", "Resource", "Condition", "Sid", "Service", "AWS"}
FORMAT = {"accounts", "users", "roles", "groups", "policies", "inline", "trust", "boundary", "resources", "policy",
          "organization", "management", "root", "units", "scps", "rcps", "other_accounts", "max_session", "versions",
          "default", "document", "block_public_access", "acl", "grants", "managed_policies", "endpoints", "gone",
          "instance_profiles", "unique_id", "tags", "path", "partition", "canonical_id", "readings", "declarative",
          "description", "notes", "iamkit", "name", "id"}  # fmt: skip
REQUIRED = {"iamkit", "trust", "management", "root", "Statement", "Effect", "Action"}
# The names under these are the author's own.
NAMES = ("users", "groups", "roles", "policies", "inline", "tags", "resources", "units", "instance_profiles",
         "versions", "accounts", "endpoints", "managed_policies")  # fmt: skip


def is_key(way: tuple[Step, ...]) -> bool:
    """A key of the format or of the policy language, not a name."""
    named = len(way) > 1 and way[-2] in NAMES and way[-3:-2] != ("units",)
    return isinstance(way[-1], str) and way[-1] in GRAMMAR | FORMAT and not named


def world_mutants() -> Iterator[tuple[str, tuple[Step, ...], Any]]:
    for source in (WORLD, ACME):
        for way in nodes(source):
            yield "an object with null", way, changed(source, way, {"x": None})
            if "Condition" not in way:
                yield "a fraction", way, changed(source, way, 7.5)
            if is_key(way):
                yield "a key that does not exist", way, renamed(source, way, f"{way[-1]}z")
                if way[-1] in REQUIRED:
                    yield "a key that is missing", way[:-1], without(source, way)


def references() -> Iterator[tuple[str, tuple[Step, ...], Any]]:
    """Names of something else, of nobody."""
    for source in (WORLD, ACME):
        for way in nodes(source):
            if not isinstance(at(source, way), str):
                continue
            parents = set(way[-2:-1])
            if {"groups", "scps", "rcps"} & parents or (way[-2:-1] == ("policies",) and isinstance(way[-1], int)):
                yield "a name of nothing", way, changed(source, way, "nobody")
            if way[-1] == "boundary" or "instance_profiles" in parents:
                yield "a name of nothing", way, changed(source, way, "nobody")
            if way[0] == "organization" and way[-2:-1] == ("accounts",):
                yield "an unknown account", way, changed(source, way, "999988887777")


MUTANTS = [*world_mutants(), *references()]


def test_there_are_enough_mutants():
    kinds = {kind for kind, _, _ in MUTANTS}
    assert len(kinds) == 6
    assert len(MUTANTS) > 700


def test_each_mutant_of_a_world_is_told():
    for kind, way, mutant in MUTANTS:
        with pytest.raises(IamkitError) as caught:
            load(mutant)
            pytest.fail(f"{kind} at {written(way)} was taken")
        if kind.startswith("a name") or kind == "an unknown account":
            assert caught.value.where == written(way)
        check(caught.value, written(way))


def taken(mutant: Any) -> bool:
    """The kit finds the shape good."""
    try:
        check_shape(mutant)
    except WorldError:
        return False
    return True


@pytest.mark.parametrize("new", [None, True, 1, 7.0, 7.5, "x", [], [{}], ["x", "x"], {}, {"Statement": 1}])
def test_the_kit_and_the_published_schema_find_the_same_shapes_good(new):
    """The kit reads its schema itself; the jsonschema package must agree on every change, good or bad."""
    validator = Draft202012Validator(schema())
    for source in (WORLD, ACME):
        for way in nodes(source):
            mutant = changed(source, way, new)
            assert taken(mutant) == validator.is_valid(mutant), written(way)


def test_the_kit_and_the_published_schema_find_the_same_faults():
    validator = Draft202012Validator(schema())
    for _, way, mutant in MUTANTS:
        assert taken(mutant) == validator.is_valid(mutant), written(way)


# Mutants of dumps: the fields that the kit reads

READ = {"Arn", "UserName", "GroupName", "RoleName", "PolicyName", "UserPolicyList", "GroupPolicyList", "GroupList",
        "AttachedManagedPolicies", "PolicyArn", "PolicyDocument", "PermissionsBoundary", "PermissionsBoundaryArn",
        "Tags", "Key", "Value", "UserId", "GroupId", "RoleId", "AssumeRolePolicyDocument", "InstanceProfileList",
        "InstanceProfileName", "RolePolicyList", "PolicyVersionList", "DefaultVersionId", "Document", "VersionId",
        *GRAMMAR, "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}  # fmt: skip
NEEDED = {"Arn", "AssumeRolePolicyDocument", "Document", "VersionId", "PolicyArn", "PermissionsBoundaryArn", "Key",
          "Value", "InstanceProfileName", "PolicyVersionList", "PolicyDocument"}  # fmt: skip


def dump_mutants() -> Iterator[tuple[str, tuple[Step, ...], Any]]:
    for way in nodes(DUMP):
        if way[-1] not in READ or "Roles" in way or way[-2:-1] == ("InstanceProfileList",):
            continue
        if (*way[-3:-2], way[-1]) in (("InstanceProfileList", "Arn"), ("AttachedManagedPolicies", "PolicyName")):
            continue  # the ARN of the profile is its name, the name of the policy is in its ARN
        for kind, new in (("an object with null", {"x": None}), ("a fraction", 7.5), ("a list in a list", [[]])):
            yield kind, way, changed(DUMP, way, new)
        if way[-1] in NEEDED:
            yield "a field that is missing", way[:-1], without(DUMP, way)
        if way[-1] in ("Arn", "PolicyArn", "PermissionsBoundaryArn", "DefaultVersionId", "UserName"):
            yield "a name of nothing", way, changed(DUMP, way, "nobody")


DUMP_MUTANTS = list(dump_mutants())


def test_each_mutant_of_a_dump_is_told():
    assert len(DUMP_MUTANTS) > 150
    for kind, way, mutant in DUMP_MUTANTS:
        with pytest.raises(IamkitError) as caught:
            from_gaad(mutant)
            pytest.fail(f"{kind} at {written(way)} was taken")
        check(caught.value, written(way[:-1]) if way[-1] == "DefaultVersionId" else written(way))


# By hand: the faults that people make

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
        ('{"iamkit": 1,}', "the text (line 1, column 14)", "not JSON"),
        ('{"iamkit": 1, "iamkit": 1}', "the text", "'iamkit' stands twice"),
        ('{"accounts": ' * 5000, "the text", "nested too deeply"),
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


# Anything anywhere: it is taken or told, and nothing else happens.

ODD = st.recursive(
    st.sampled_from([None, True, 7, -1, 0.5, "", "*", "x", ID, "v1", "arn:aws:iam::aws:policy/P", BUCKET, 10**30]),
    lambda below: (
        st.lists(below, max_size=2)
        | st.dictionaries(
            st.sampled_from(["Statement", "AWS", "accounts", "versions", "x", "", "*"]), below, max_size=2
        )
    ),
    max_leaves=4,
)


@settings(max_examples=400)
@given(way=st.sampled_from(list(nodes(WORLD))), new=ODD)
def test_anything_in_a_world_is_taken_or_told(way, new):
    mutant = changed(WORLD, way, new)
    try:
        world = load(mutant)
    except IamkitError as fault:
        check(fault)
    else:
        assert to_dict(load(to_dict(world))) == to_dict(world)


@settings(max_examples=400)
@given(way=st.sampled_from(list(nodes(DUMP))), new=ODD)
def test_anything_in_a_dump_is_taken_or_told(way, new):
    try:
        from_gaad(changed(DUMP, way, new))
    except IamkitError as fault:
        check(fault)


@pytest.mark.parametrize("text", [json.dumps(WORLD), json.dumps(WORLD, indent=2)])
def test_a_file_cut_short_is_told(text):
    for end in range(1, len(text) - 1, 97):
        with pytest.raises(WorldError):
            load(text[:end])
