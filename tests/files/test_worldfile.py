"""The kit's own file format: what is read, what is written, and that both are the same."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from iamkit.arn import PARTITIONS
from iamkit.errors import WorldError
from iamkit.files.jsonfile import written
from iamkit.files.worldfile import load, save, to_dict
from iamkit.identity.center import IdentityCenter
from iamkit.identity.holdings import Holdings
from iamkit.readings import Readings
from iamkit.world import World

WORLDS = Path(str(files("iamkit"))) / "worlds"
SCHEMA = json.loads((WORLDS / "world.schema.json").read_text(encoding="utf-8"))
ID = "111122223333"
NINE = 1_795_510_800  # 2026-11-24T09:00:00Z


def document(effect="Allow", action="s3:GetObject", resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal):
    return {"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}}


def world_of(**account):
    return {"iamkit": 1, "accounts": {ID: account}}


def fill_holdings(held: Holdings) -> None:
    """Credentials of every kind, with one access key deleted."""
    held.add_password(NINE, last_used=NINE + 60)
    held.access_keys.remove(held.add_access_key(NINE))
    held.add_access_key(NINE, status="Inactive", last_used=NINE + 3600)
    held.add_certificate(status="Inactive")
    held.add_mfa()
    held.add_mfa()
    held.add_mfa("passkey", serial="arn:aws:iam::111122223333:u2f/user/ben/blue-key")


def full_world() -> World:
    """A world that uses everything the format has."""
    world = World("everything", Readings(star_crosses_colons=True))
    world.notes = ["S3 buckets: AccessDenied from ListBuckets"]
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    world.managed(admin, document(action="*"))
    acme = world.account(ID, "acme", canonical="ab" * 32)
    acme.policy("Read", document(), path="/team/")
    acme.policy("Ceiling", versions={"v2": document(action="s3:*"), "v11": document(action="*")}, default="v2")
    acme.group("payroll", policies=["Read"], inline={"z": document(), "a": document("Deny", "s3:Delete*")})
    ana = acme.user("ana", groups=["payroll"], boundary="Ceiling", tags={"team": "payroll", "Cost": "7"}, path="/p/")
    robot = acme.user("robot", policies=[admin, "Read"])
    acme.role("app", trust=trust({"Service": "ec2.amazonaws.com"}), policies=["Read"], max_session=7200)
    acme.role("again", trust=trust({"AWS": ana.arn}))
    world.delete(ana)
    acme.user("ana", path="/p/").unique_id = "AIDAIOSFODNN7EXAMPLE1"
    world.delete(acme.user("ben"))
    fill_holdings(acme.user("ben").holdings)
    robot.holdings.add_access_key(NINE, id="AKIAIOSFODNN7EXAMPLE")
    robot.holdings.add_service_specific("bedrock.amazonaws.com", NINE, status="Expired", lasts=86_400)
    robot.holdings.add_service_specific("codecommit.amazonaws.com")
    robot.holdings.add_ssh_key()
    acme.root_holdings.add_password()
    acme.root_holdings.add_mfa("hardware")
    acme.saml_provider("corp", entity_id="https://idp.example.com/saml", certificates=["MIIB"],
                       sign_in=["https://idp.example.com/sso"])  # fmt: skip
    acme.saml_provider("bare", entity_id="urn:idp")
    acme.oidc_provider("https://token.actions.githubusercontent.com", client_ids=["sts.amazonaws.com"],
                       thumbprints=["ab" * 20])  # fmt: skip
    acme.oidc_provider("https://oidc.example.com/path")
    acme.instance_profile("app", "app")
    bucket = document(Principal="*", resource="arn:aws:s3:::pay/*")
    acme.resource("arn:aws:s3:::pay", policy=bucket, tags={"data": "personal"},
                  acl=[{"Grantee": "AllUsers", "Permission": "READ"}],
                  block_public_access={"IgnorePublicAcls": True})  # fmt: skip
    acme.resource(f"arn:aws:kms:eu-west-1:{ID}:key/1234", policy=document(action="kms:*", Principal={"AWS": ID}),
                  grants=[{"GranteePrincipal": acme.arn("role/app"), "Operations": ["Decrypt"]}])  # fmt: skip
    acme.endpoint("vpce-0a1b2c3d", document(Principal="*"))
    world.account("444455556666", "china", partition="aws-cn")
    other = world.account("777788889999", "management")
    organization = world.organize("o-acme123456", management=other, scps=[document(action="*")])
    organization.central_root_access, organization.delegated_administrator = True, ID
    below = organization.root.unit("Below", rcps=[document("Deny", "s3:*", Principal="*")], accounts=[acme])
    below.id = "ou-acme-zq3x"
    below.unit("Deeper", scps=[document(action="s3:*")], accounts=["999900001111"], declarative=["NoImds1"])
    acme.scps = [organization.root.unit("Unused", scps=[document(action="sqs:*")]).scps[0]]
    world.center = center_of(world, admin)
    return world


def center_of(world: World, managed: str) -> IdentityCenter:
    """An Identity Center with users, permission sets, and a role that was deleted and made again."""
    center = IdentityCenter(world.accounts, world.organization, "eu-west-1", "external", portal_session=3600)
    center.group("auditors")
    center.user("ana", groups=["auditors"], attributes={"email": "ana@example.com"})
    center.user("ben")
    center.disable("ben")
    center.permission_set("Reader", duration=7200, inline=document(), customer_managed=["Ceiling"])
    center.permission_set("Admin", managed=[managed], boundary=managed)
    center.assign("Reader", ID, user="ben")
    center.unassign("Reader", ID, user="ben")
    center.assign("Reader", ID, group="auditors")
    center.assign("Admin", ID, user="ana")
    return center


# Reading


def test_it_reads_a_path_a_dict_and_text_alike(tmp_path):
    given = world_of(users={"ana": {}})
    path = tmp_path / "world.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    for source in (given, json.dumps(given), "\n  " + json.dumps(given), path, str(path)):
        assert to_dict(load(source)) == given


def test_it_reads_what_a_windows_editor_saves(tmp_path):
    path = tmp_path / "world.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(world_of(name="Zürich"), ensure_ascii=False, indent=2)
                     .replace("\n", "\r\n").encode())  # fmt: skip
    assert load(path).accounts[ID].name == "Zürich"


def test_what_is_given_is_not_shared():
    given = world_of(users={"ana": {"inline": {"Read": document()}}})
    world = load(given)
    given["accounts"][ID]["users"]["ana"]["inline"]["Read"]["Statement"][0]["Effect"] = "Deny"
    to_dict(world)["accounts"][ID]["users"]["ana"]["inline"].clear()
    assert to_dict(world)["accounts"][ID]["users"]["ana"]["inline"]["Read"]["Statement"][0]["Effect"] == "Allow"


def test_policies_are_named_by_name_or_by_arn():
    arn = f"arn:aws:iam::{ID}:policy/team/Read"
    for reference in ("Read", arn):
        user = {"policies": [reference], "boundary": reference}
        world = load(world_of(policies={"Read": {"path": "/team/", "document": document()}}, users={"ana": user}))
        ana = world.accounts[ID].users["ana"]
        assert (ana.attached, ana.boundary) == ([arn], arn)
        assert to_dict(world)["accounts"][ID]["users"]["ana"] == {"policies": ["Read"], "boundary": "Read"}


@pytest.mark.parametrize(("default", "number"), [({}, "v11"), ({"default": "v2"}, "v2")])
def test_the_newest_version_is_in_force_unless_another_is_named(default, number):
    versions = {"v2": document(), "v11": document(action="s3:PutObject")}
    world = load(world_of(policies={"P": {"versions": versions, **default}}))
    policy = world.accounts[ID].policies["P"]
    assert (policy.default, policy.document) == (number, policy.versions[number])


def test_organizational_units_take_control_policies_by_name():
    given = world_of() | {
        "organization": {
            "id": "o-acme123456",
            "management": "777788889999",
            "policies": {"Limit": document(action="s3:*"), "Later": document(action="sqs:*")},
            "root": {
                "scps": ["FullAWSAccess"],
                "rcps": ["RCPFullAWSAccess"],
                "other_accounts": ["777788889999"],
                "units": {"Prod": {"scps": ["Limit"], "accounts": [ID]}},
            },
        }
    }
    world = load(given)
    levels = world.organization.levels(world.accounts[ID], "scps")
    assert [[policy.name for policy in level.policies] for level in levels] == [
        ["FullAWSAccess"], ["Limit"], ["FullAWSAccess"]]  # fmt: skip
    assert to_dict(world) == given
    # A teacher attaches a policy that the file holds ready.
    world.organization.root.scps.append(world.organization.policies["Later"])
    assert to_dict(world)["organization"]["root"]["scps"] == ["FullAWSAccess", "Later"]


def test_the_delegated_administrator_is_a_member():
    given = world_of()
    given["organization"] = {"id": "o-acme", "management": ID, "delegated_administrator": "444455556666",
                             "root": {"accounts": [ID]}}  # fmt: skip
    with pytest.raises(WorldError, match=r"delegated_administrator: The account 444455556666 is no member"):
        load(given)
    given["organization"]["root"]["other_accounts"] = ["444455556666"]
    assert load(given).organization.delegated_administrator == "444455556666"


def test_member_accounts_elsewhere_still_are_members():
    """aws:PrincipalOrgID speaks of every member (IAM User Guide, reference_policies_condition-keys)."""
    tree = {"id": "o-acme123456", "management": ID, "root": {"other_accounts": ["444455556666"]}}
    world = load(world_of() | {"organization": tree})
    assert world.organization.paths("444455556666") == ("o-acme123456/r-acme/",)
    assert world.organization.paths("999900001111") == ()


# Writing


def test_everything_comes_back():
    world = full_world()
    given = to_dict(world)
    again = load(given)
    assert to_dict(again) == given
    assert again.readings == world.readings
    assert again.notes == world.notes
    for mine, theirs in ((world.users(), again.users()), (world.roles(), again.roles())):
        assert [(one.arn, one.unique_id) for one in mine] == [(one.arn, one.unique_id) for one in theirs]
    mine, theirs = (w.accounts[ID].policies for w in (world, again))
    assert {name: one.default for name, one in theirs.items()} == {name: one.default for name, one in mine.items()}
    organization, copy = world.organization, again.organization
    assert [unit.id for unit in organization.root.walk()] == [unit.id for unit in copy.root.walk()]
    mine, theirs = (w.accounts[ID].resources["arn:aws:s3:::pay"] for w in (world, again))
    assert (mine.acl, mine.block_public_access, mine.tags) == (theirs.acl, theirs.block_public_access, theirs.tags)


def test_everything_fits_the_published_schema():
    jsonschema.Draft202012Validator(SCHEMA).validate(to_dict(full_world()))


def test_decisions_come_back():
    world = full_world()
    again = load(to_dict(world))
    for principal in (f"arn:aws:iam::{ID}:user/robot", f"arn:aws:iam::{ID}:role/app", "anonymous"):
        for action, resource in (("s3:GetObject", "arn:aws:s3:::pay/x"), ("sqs:SendMessage", "*")):
            mine, theirs = (w.decide(principal, action, resource) for w in (world, again))
            assert mine.effect == theirs.effect
            assert [layer.says for layer in mine.trace] == [layer.says for layer in theirs.trace]


def test_what_the_reader_would_fill_in_is_not_written():
    given = to_dict(full_world())["accounts"][ID]
    # The second Ben has the ID that follows from there having been a first one.
    assert set(given["users"]["ben"]) == {"credentials"}
    versions = {"v1": document(), "v2": document()}
    newest = load(world_of(policies={"P": {"default": "v2", "versions": versions}}))
    assert to_dict(newest)["accounts"][ID]["policies"]["P"] == {"versions": versions}


def test_no_rcps_are_the_default():
    """RCPFullAWSAccess is always attached (Organizations User Guide, orgs_manage_policies_rcps)."""
    world = World()
    world.organize("o-acme123456", management=world.account(ID), rcps=[])
    assert load(to_dict(world)).organization.root.rcps is None


def test_the_same_world_gives_the_same_bytes(tmp_path):
    for name in ("a.json", "b.json"):
        save(full_world(), tmp_path / name)
    save(load(tmp_path / "a.json"), tmp_path / "c.json")
    first = (tmp_path / "a.json").read_bytes()
    assert first == (tmp_path / "b.json").read_bytes() == (tmp_path / "c.json").read_bytes()
    assert first.endswith(b"}\n")
    assert b"\r" not in first


def test_accounts_and_names_are_sorted():
    world = World()
    for id in ("444455556666", ID):
        account = world.account(id)
        for name in ("b", "a"):
            account.user(name)
    assert list(to_dict(world)["accounts"]) == [ID, "444455556666"]
    assert list(to_dict(world)["accounts"][ID]["users"]) == ["a", "b"]


def test_two_control_policies_of_one_name_are_told_apart():
    world = World()
    account = world.account(ID)
    organization = world.organize("o-acme123456", management="999900001111", scps=[document(action="*")])
    organization.root.add("999900001111")
    organization.root.unit("A", scps=[document(action="s3:*")], accounts=[account])
    organization.root.unit("B", scps=[document(action="*")])
    given = to_dict(world)
    assert set(given["organization"]["policies"]) == {"SCP[0]", "SCP[0] 2"}
    units = given["organization"]["root"]["units"]
    assert [given["organization"]["root"]["scps"], units["A"]["scps"], units["B"]["scps"]] == [
        ["SCP[0]"], ["SCP[0] 2"], ["SCP[0]"]]  # fmt: skip
    assert to_dict(load(given)) == given
    organization.policies["Kept"] = organization.root.scps[0]
    assert to_dict(world)["organization"]["root"]["scps"] == ["Kept"]


def test_a_world_that_could_not_be_read_again_is_not_written(tmp_path):
    world = World()
    world.account(ID).user("ana", policies=["Missing"])
    path = tmp_path / "world.json"
    path.write_text("kept", encoding="utf-8")
    with pytest.raises(WorldError, match=r"users\.ana\.policies\[0\].*policy/Missing"):
        save(world, path)
    assert path.read_text(encoding="utf-8") == "kept"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(WorldError, match=r"cannot be written"):
        save(World(), tmp_path / "no" / "world.json")


def test_short_things_stand_on_one_line():
    text = written({"a": ["x" * 40, "y" * 40], "b": {"c": ["z" * 60, {"d": "w" * 60}]}})
    assert text.splitlines() == [
        "{",
        f'  "a": ["{"x" * 40}", "{"y" * 40}"],',
        '  "b": {',
        '    "c": [',
        f'      "{"z" * 60}",',
        f'      {{"d": "{"w" * 60}"}}',
        "    ]",
        "  }",
        "}",
    ]


# The schema


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_knows_the_partitions():
    assert SCHEMA["$defs"]["account"]["properties"]["partition"]["enum"] == list(PARTITIONS)


def parts(schema, place="#"):
    """Every schema inside the schema that can be at fault."""
    if "$ref" in schema:
        return
    yield place, schema
    for key in ("items", "propertyNames", "additionalProperties", "then", "else"):
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key], f"{place}/{key}")
    for key in ("properties", "$defs"):
        for name, below in schema.get(key, {}).items():
            yield from parts(below, f"{place}/{key}/{name}")


@pytest.mark.parametrize(("place", "part"), [pytest.param(*both, id=both[0]) for both in parts(SCHEMA)])
def test_every_part_of_the_schema_says_what_to_write(place, part):
    assert part["title"] and part["description"].endswith((".", '."'))
    assert part["description"].startswith(("Write ", "Leave "))
