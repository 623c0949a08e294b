"""Worlds and dumps with a fault: each is told with its place, what is wrong and what to write. Nothing else happens.

The mutants are made from good files by changes that no file may have.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from iamkit.errors import IamkitError, PolicyError, WorldError
from iamkit.files.gaad import from_gaad
from iamkit.files.jsonfile import child
from iamkit.files.worldcheck import check_shape, schema
from iamkit.files.worldfile import load, sample, to_dict
from tests.files.test_gaad import dump
from tests.files.test_worldfile import full_world

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
          "description", "notes", "iamkit", "name", "id", "credentials", "root_credentials", "password", "access_keys",
          "service_specific", "ssh_keys", "certificates", "mfa_devices", "made", "created", "changed", "expires",
          "last_used", "status", "kind", "serial", "service", "providers", "saml", "oidc", "entity_id", "sign_in",
          "client_ids", "thumbprints", "identity_center", "region", "source", "portal_session", "permission_sets",
          "assignments", "permission_set", "account", "user", "group", "enabled", "attributes", "duration", "managed",
          "customer_managed"}  # fmt: skip
REQUIRED = {"iamkit", "trust", "management", "root", "Statement", "Effect", "Action", "service", "entity_id", "region",
            "permission_set", "account"}  # fmt: skip
# The names under these are the author's own.
NAMES = ("users", "groups", "roles", "policies", "inline", "tags", "resources", "units", "instance_profiles",
         "versions", "accounts", "endpoints", "managed_policies", "saml", "oidc",
         "permission_sets", "attributes")  # fmt: skip


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
            if way[:2] == ("identity_center", "groups") or "permission_sets" in way:
                continue  # the groups themselves; and whether a policy is there is asked in each account
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
    for way in nodes(WORLD):
        mutant = changed(WORLD, way, new)
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


# Anything anywhere: it is taken or told, and nothing else happens.

ODD = st.recursive(
    st.sampled_from(
        [None, True, 7, -1, 0.5, "", "*", "x", ID, "v1", "arn:aws:iam::aws:policy/P", "arn:aws:s3:::payroll", 10**30]
    ),
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
