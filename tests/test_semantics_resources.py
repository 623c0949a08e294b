"""Resources with rules of their own: KMS keys (D3, D5), S3 bucket names (D18), VPC endpoints (D7, D16).

Grants, ACLs and Block Public Access have their own files. Pages are of the IAM User Guide unless another is named.
"""

from typing import Any

import pytest

import iamkit as ik
from iamkit.errors import RequestError
from tests.short import (
    ALLOWED,
    ANA,
    APP,
    APP_SESSION,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    Json,
    allow,
    decision,
    deny,
    effect,
)

GET, DECRYPT = "s3:GetObject", "kms:Decrypt"

# D3 and D5: key policies (KMS Developer Guide, key-policy-default, key-policies).


@pytest.mark.parametrize("caller", [ANA, ROOT])
def test_d5_nobody_has_access_to_a_key_unless_its_policy_says_so(caller: str) -> None:
    # "No AWS principal, including the account root user or key creator, has any permissions …".
    identity = [] if caller == ROOT else [allow()]
    assert effect(caller, DECRYPT, KEY, identity=identity) == IMPLICIT
    assert effect(caller, DECRYPT, KEY, identity=identity, resource=allow("kms:*", to=APP)) == IMPLICIT


def test_d5_the_root_statement_switches_iam_policies_on() -> None:
    delegates = {"resource": allow("kms:*", to=ROOT)}
    assert effect(ANA, DECRYPT, KEY, **delegates) == IMPLICIT
    assert effect(ANA, DECRYPT, KEY, **delegates, identity=[allow(DECRYPT)]) == ALLOWED
    assert effect(ROOT, DECRYPT, KEY, **delegates) == ALLOWED


def test_d5_the_root_statement_delegates_only_what_it_lists() -> None:
    some = {"resource": allow("kms:Encrypt", to=ROOT), "identity": [allow("kms:*")]}
    assert effect(ANA, "kms:Encrypt", KEY, **some) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, **some) == IMPLICIT


def test_d5_without_the_root_statement_allows_are_inert_and_denies_bite() -> None:
    named = {"resource": allow("kms:*", to=ANA)}
    assert effect(ANA, DECRYPT, KEY, **named) == ALLOWED
    assert effect(ANA, DECRYPT, KEY, **named, identity=[deny(DECRYPT)]) == EXPLICIT
    assert effect(APP_SESSION, DECRYPT, KEY, **named, identity=[allow(DECRYPT)]) == IMPLICIT


def test_d5_a_role_named_in_a_key_policy_keeps_its_boundary() -> None:
    named = {"resource": allow("kms:*", to=APP)}
    assert effect(APP_SESSION, DECRYPT, KEY, **named) == ALLOWED
    assert effect(APP_SESSION, DECRYPT, KEY, **named, boundary=allow("s3:*")) == IMPLICIT


def test_d5_actions_without_a_key_need_no_key_policy() -> None:
    assert effect(ANA, "kms:CreateKey", "*", identity=[allow("kms:CreateKey")]) == ALLOWED


def test_d5_the_reason_names_the_key_policy() -> None:
    found = decision(ANA, DECRYPT, KEY, identity=[allow()], resource=allow("kms:*", to=APP))
    assert found.because == (
        "Implicitly denied: no Allow for kms:Decrypt in the key policy. A key policy must itself let the caller in."
    )
    delegated = decision(ANA, DECRYPT, KEY, identity=[allow("s3:*")], resource=allow("kms:*", to=ROOT))
    assert delegated.because == (
        "Implicitly denied: no Allow for kms:Decrypt in the identity-based policies. "
        "The key policy only delegates to the account."
    )


def test_d5_across_accounts_both_sides_must_allow() -> None:
    # KMS Developer Guide, key-policy-modifying-external-accounts.
    shared = {"resource": allow("kms:*", to=OTHER)}
    assert effect(MALLORY, DECRYPT, KEY, **shared) == IMPLICIT
    assert effect(MALLORY, DECRYPT, KEY, **shared, identity=[allow("kms:*")]) == ALLOWED
    assert effect(MALLORY, DECRYPT, KEY, identity=[allow("kms:*")]) == IMPLICIT


@pytest.mark.parametrize("action", ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey"])
def test_d5_some_operations_are_closed_to_other_accounts(action: str) -> None:
    # Same page: "If you give a user in a different account permission for other operations, … no effect."
    stack = {"resource": allow("kms:*", to=OTHER), "identity": [allow("kms:*")]}
    found = decision(MALLORY, action, KEY, **stack)
    assert found.effect == IMPLICIT
    assert found.because == "Implicitly denied: this KMS operation is closed to other accounts."
    own = {"resource": allow("kms:*", to=OWN), "identity": [allow("kms:*")]}
    assert effect(ANA, action, KEY, **own) == ALLOWED


# D18: account-regional bucket names (S3 User Guide, gpbucketnamespaces).


def test_d18_an_account_regional_name_tells_the_owner() -> None:
    regional = f"arn:aws:s3:::payroll-{OTHER}-eu-west-1-an"
    stack = {"identity": [allow("s3:*")]}
    assert effect(ANA, GET, f"{regional}/march.csv", **stack) == IMPLICIT
    assert effect(ANA, GET, f"{regional}/march.csv", **stack, resource=allow(GET, to=OWN)) == ALLOWED
    assert effect(ANA, GET, f"arn:aws:s3:::payroll-{OWN}-eu-west-1-an/march.csv", **stack) == ALLOWED


def test_d18_the_namespace_is_a_condition_key() -> None:
    only = deny("s3:CreateBucket", when={"StringNotEquals": {"s3:x-amz-bucket-namespace": "account-regional"}})
    stack = {"identity": [allow("s3:*"), only]}
    regional = {"s3:x-amz-bucket-namespace": "account-regional"}
    assert effect(ANA, "s3:CreateBucket", "arn:aws:s3:::new", regional, **stack) == ALLOWED
    assert effect(ANA, "s3:CreateBucket", "arn:aws:s3:::new", **stack) == EXPLICIT


# D16 and D7 in a world: endpoints and their owners.

VPCE = "vpce-1a2b3c4d"


def endpoint_world(**given: Any) -> ik.World:
    world = ik.World()
    own, net = world.account(OWN), world.account(OTHER)
    own.user("ana", policies=[allow()])
    net.endpoint(VPCE, given.get("endpoint", allow(to="*")))
    own.resource(BUCKET, policy=given.get("policy"))
    world.organize("o-a1b2c3d4e5", management="999999999999", accounts=[own, net])
    return world


def unless(key: str, value: str) -> Json:
    return deny("s3:*", to="*", when={"StringNotEquals": {key: value}})


@pytest.mark.parametrize(("key", "value"), [("aws:VpceAccount", OTHER), ("aws:VpceOrgID", "o-a1b2c3d4e5")])
def test_d16_the_endpoints_owner_is_known(key: str, value: str) -> None:
    # reference_policies_condition-keys: present when a request is made through a VPC endpoint.
    world = endpoint_world(policy=unless(key, value))
    assert world.decide(ANA, GET, OBJECT, {"aws:SourceVpce": VPCE}).effect == ALLOWED
    assert world.decide(ANA, GET, OBJECT).effect == EXPLICIT
    assert endpoint_world(policy=unless(key, "other")).decide(ANA, GET, OBJECT, {"aws:SourceVpce": VPCE}).effect == (
        EXPLICIT
    )


def test_d16_org_paths_of_the_endpoint() -> None:
    inside = {"ForAnyValue:StringLike": {"aws:VpceOrgPaths": "o-a1b2c3d4e5/r-a1b2/*"}}
    world = endpoint_world(policy=allow(GET, to="*", when=inside))
    world.accounts[OWN].users["ana"].inline.clear()
    assert world.decide(ANA, GET, OBJECT, {"aws:SourceVpce": VPCE}).effect == ALLOWED
    assert world.decide(ANA, GET, OBJECT).effect == IMPLICIT


@pytest.mark.parametrize(
    ("action", "resource", "account", "organization"),
    [
        ("s3:GetObject", OBJECT, True, True),
        ("kms:DescribeKey", KEY, True, True),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:jobs", False, True),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{OWN}:news", False, False),
    ],
)
def test_d16_only_some_services_send_these_keys(action: str, resource: str, account: bool, organization: bool) -> None:
    # reference_policies_condition-keys, "The following services support this key".
    table = endpoint_world().decide(ANA, action, resource, {"aws:SourceVpce": VPCE}).table
    assert ("aws:vpceaccount" in table) is account
    assert ("aws:vpceorgid" in table) is organization


def test_d16_of_an_iam_resource_the_context_says_them() -> None:
    # "AWS Identity and Access Management (except for the iam:PassRole action)"; STS is called on roles too.
    context = {"aws:SourceVpce": VPCE, "aws:VpceAccount": OTHER}
    assert endpoint_world().decide(ANA, "iam:GetUser", ANA, context).table["aws:vpceaccount"] == (OTHER,)


def test_d16_the_caller_cannot_choose_them() -> None:
    with pytest.raises(RequestError, match="aws:VpceAccount"):
        endpoint_world().decide(ANA, GET, OBJECT, {"aws:SourceVpce": VPCE, "aws:VpceAccount": OWN})


def test_d7_the_policy_of_a_known_endpoint_binds() -> None:
    world = endpoint_world(endpoint=allow("s3:PutObject", to="*"))
    assert world.decide(ANA, GET, OBJECT, {"aws:SourceVpce": VPCE}).effect == IMPLICIT
    assert world.decide(ANA, GET, OBJECT, {"AWS:sourcevpce": [VPCE]}).effect == IMPLICIT
    assert world.decide(ANA, GET, OBJECT, {"aws:SourceVpce": "vpce-unknown"}).effect == ALLOWED
    assert world.decide(ANA, GET, OBJECT).effect == ALLOWED
