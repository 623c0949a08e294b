"""AWS's quotas: at each limit there is no finding, one more and there is.

The numbers are those of reference_iam-quotas (IAM User Guide) and orgs_reference_limits (Organizations User Guide).
"""

import json
from importlib.resources import files

import pytest

from iamkit.files.worldfile import sample
from iamkit.identity.identities import Group, ManagedPolicy, Role, User
from iamkit.identity.organization import Unit
from iamkit.policy.document import Policy
from iamkit.quotas import check_quotas, quotas, size
from iamkit.world import World

ID = "111122223333"
DOCUMENT = {"Statement": [{"Sid": "", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
TRUST = {"Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"AWS": ID}, "Action": "sts:AssumeRole"}]}
RCP = {"Statement": [{"Sid": "", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}


def sized(count, document=DOCUMENT, **writing):
    """A policy whose JSON text has ``count`` characters, most of them in its Sid."""
    writing = writing or {"separators": (",", ":")}
    statement = dict(document["Statement"][0])
    missing = count - len(json.dumps({"Statement": [statement]}, **writing))
    return {"Statement": [statement | {"Sid": "x" * missing}]}


def one(name, **given):
    """A world with one account, to which ``given`` is added."""
    world = World()
    account = world.account(ID)
    for attribute, value in given.items():
        setattr(account, attribute, value)
    return world


def many(kind, count):
    """An account with so many of one kind. They are put in directly, since adding thousands takes seconds."""
    make = {
        "users": lambda name: User(f"arn:aws:iam::{ID}:user/{name}"),
        "groups": lambda name: Group(f"arn:aws:iam::{ID}:group/{name}"),
        "roles": lambda name: Role(f"arn:aws:iam::{ID}:role/{name}"),
        "policies": lambda name: ManagedPolicy(
            f"arn:aws:iam::{ID}:policy/{name}", {"v1": Policy.parse(DOCUMENT)}, "v1"
        ),
        "instance_profiles": lambda name: "app",
    }[kind]
    return one(kind, **{kind: {f"n{number}": make(f"n{number}") for number in range(count)}})


def attached(kind, count):
    world = World()
    account = world.account(ID)
    names = [account.policy(f"p{number}", DOCUMENT).name for number in range(count)]
    more = {"trust": TRUST} if kind == "role" else {}
    getattr(account, kind)("n", policies=names, **more)
    return world


def inline(kind, count):
    """Two inline policies with so many characters together: the total counts."""
    account = (world := World()).account(ID)
    more = {"trust": TRUST} if kind == "role" else {}
    getattr(account, kind)("n", inline={"a": sized(200), "b": sized(count - 200)}, **more)
    return world


def organized(**root):
    world = World()
    world.account(ID)
    world.organize("o-acme123456", management=ID, **root)
    return world


def deep(count):
    unit = (world := organized()).organization.root
    for _ in range(count):
        unit = unit.unit("below")
    return world


def wide(count):
    root = (world := organized()).organization.root
    root.units += [Unit(f"n{number}", f"ou-acme-{number}") for number in range(count)]
    return world


def kept(document, count):
    world = organized()
    world.organization.policies = {f"n{number}": Policy.parse(document, name=f"n{number}") for number in range(count)}
    return world


def users(**given):
    account = (world := World()).account(ID)
    for number in range(11):
        account.group(f"g{number}")
    account.user("ana", **given)
    return world


def managed(**given):
    account = (world := World()).account(ID)
    account.policy("P", **given)
    return world


def role(**given):
    account = (world := World()).account(ID)
    account.role("r", **given)
    return world


def bucket(count):
    account = (world := World()).account(ID)
    account.resource("arn:aws:s3:::b", tags={f"t{number}": "x" for number in range(count)})
    return world


def named(kind, count):
    """Put in directly: the world's own methods refuse longer names."""
    name = "n" * count
    if kind == "instance_profile":
        return one("name", instance_profiles={name: "app"})
    if kind == "policy":
        policy = ManagedPolicy(f"arn:aws:iam::{ID}:policy/{name}", {"v1": Policy.parse(DOCUMENT)}, "v1")
        return one("name", policies={name: policy})
    made = {"user": User, "group": Group, "role": Role}[kind](f"arn:aws:iam::{ID}:{kind}/{name}")
    return one("name", **{f"{kind}s": {name: made}})


def pathed(count):
    return one("path", users={"u": User(f"arn:aws:iam::{ID}:user/{'p' * (count - 2)}/u")})


# Quota: the number at first, the number on request, a world with so many.
LIMITS = {
    "users": (5000, 5000, lambda n: many("users", n)),
    "groups": (300, 500, lambda n: many("groups", n)),
    "roles": (1000, 10000, lambda n: many("roles", n)),
    "policies": (1500, 10000, lambda n: many("policies", n)),
    "instance_profiles": (1000, 10000, lambda n: many("instance_profiles", n)),
    "groups_per_user": (10, 10, lambda n: users(groups=[f"g{number}" for number in range(n)])),
    "attached_per_user": (10, 20, lambda n: attached("user", n)),
    "attached_per_group": (10, 10, lambda n: attached("group", n)),
    "attached_per_role": (20, 25, lambda n: attached("role", n)),
    "versions": (5, 5, lambda n: managed(versions={f"v{number + 1}": DOCUMENT for number in range(n)})),
    "managed_size": (6144, 6144, lambda n: managed(document=sized(n))),
    "trust_size": (2048, 8192, lambda n: role(trust=sized(n, TRUST))),
    "inline_user": (2048, 2048, lambda n: inline("user", n)),
    "inline_group": (5120, 5120, lambda n: inline("group", n)),
    "inline_role": (10240, 10240, lambda n: inline("role", n)),
    "name_user": (64, 64, lambda n: named("user", n)),
    "name_role": (64, 64, lambda n: named("role", n)),
    "name_group": (128, 128, lambda n: named("group", n)),
    "name_policy": (128, 128, lambda n: named("policy", n)),
    "name_instance_profile": (128, 128, lambda n: named("instance_profile", n)),
    "path": (512, 512, pathed),
    "tags": (50, 50, bucket),
    "ou_depth": (5, 5, deep),
    "units": (2000, 2000, wide),
    "scps": (10000, 10000, lambda n: kept(DOCUMENT, n)),
    "rcps": (2000, 2000, lambda n: kept(RCP, n)),
    "scps_per_target": (10, 10, lambda n: organized(scps=[DOCUMENT] * n)),
    # RCPFullAWSAccess is one of the five.
    "rcps_per_target": (5, 5, lambda n: organized(rcps=[dict(RCP) for _ in range(n - 1)])),
    "scp_size": (10240, 10240, lambda n: organized(scps=[sized(n)])),
    "rcp_size": (5120, 5120, lambda n: organized(rcps=[sized(n, RCP)])),
}
# A world holds none of these yet.
UNCHECKED = {"saml_providers", "oidc_providers", "server_certificates", "alias", "sts_calls"}


def found(world, name):
    return [finding for finding in check_quotas(world) if finding.quota.name == name]


def test_every_quota_is_tested_or_known_to_be_unchecked():
    assert LIMITS.keys() | UNCHECKED == quotas().keys()


@pytest.mark.parametrize("name", LIMITS)
def test_at_the_quota_there_is_no_finding(name):
    default, most, build = LIMITS[name]
    assert (quotas()[name].default, quotas()[name].most) == (default, most)
    written = [finding for finding in found(build(default), name) if "Without indents" not in finding.advice]
    assert written == []


@pytest.mark.parametrize("name", LIMITS)
def test_one_more_is_found(name):
    default, most, build = LIMITS[name]
    (finding,) = found(build(default + 1), name)
    assert (finding.count, finding.possible) == (default + 1, most > default)
    assert f"{default + 1} {finding.quota.what}" in str(finding)


@pytest.mark.parametrize("name", [name for name, (default, most, _) in LIMITS.items() if most > default])
def test_on_request_aws_allows_more_but_not_everything(name):
    _, most, build = LIMITS[name]
    (at_most,), (beyond,) = found(build(most), name), found(build(most + 1), name)
    assert (at_most.possible, beyond.possible) == (True, False)
    assert str(most) in at_most.advice
    assert str(most) in beyond.advice


def test_every_version_has_its_size():
    assert found(managed(versions={"v1": sized(6145), "v2": DOCUMENT}), "managed_size")


def test_iam_does_not_count_white_space():
    """IAM User Guide, reference_iam-quotas: white space is left out."""
    spaced = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/a b\tc\nd"}]}
    assert size(Policy.parse(spaced)) == len('{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":') + len(
        '"arn:aws:s3:::b/ab\\tc\\nd"}]}')  # fmt: skip


@pytest.mark.parametrize(("kind", "document", "limit"), [("scp", DOCUMENT, 10240), ("rcp", RCP, 5120)])
def test_control_policies_count_their_white_space(kind, document, limit):
    """One that fits only without indents is told so; one that fits as it is written is not."""
    fits, wide = ([sized(count, document, indent=2)] for count in (limit, limit + 1))
    assert found(organized(**{f"{kind}s": fits}), f"{kind}_size") == []
    (finding,) = found(organized(**{f"{kind}s": wide}), f"{kind}_size")
    assert (finding.count, finding.possible) == (limit + 1, True)
    assert "Without indents and spaces" in finding.advice


def test_the_default_policies_of_aws_do_not_count_as_yours():
    world = sample("acme")
    assert check_quotas(world) == ()


def test_findings_are_sorted_and_name_their_place():
    account = (world := users(groups=[f"g{number}" for number in range(11)])).accounts[ID]
    account.user("aaa", tags={f"t{number}": "" for number in range(51)}, groups=[f"g{number}" for number in range(11)])
    assert [(finding.where, finding.quota.name) for finding in check_quotas(world)] == [
        (f"arn:aws:iam::{ID}:user/aaa", "groups_per_user"),
        (f"arn:aws:iam::{ID}:user/aaa", "tags"),
        (f"arn:aws:iam::{ID}:user/ana", "groups_per_user"),
    ]


def test_the_table_says_where_and_when_it_was_read():
    table = json.loads(files("iamkit").joinpath("data", "quotas.json").read_text(encoding="utf-8"))
    assert "reference_iam-quotas" in table["source"]
    assert table["read"] == "2026-11"
    changed = {name for name, row in table["quotas"].items() if "older" in row}
    assert changed == {"roles", "policies", "instance_profiles", "oidc_providers", "attached_per_role", "trust_size",
                       "scps_per_target", "scp_size"}  # fmt: skip
