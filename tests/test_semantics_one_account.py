"""One account: facts C18, D1 to D4 and D7. Pages are of the IAM User Guide unless another is named."""

from typing import Any

import pytest

import iamkit as ik
from tests.short import (
    ALLOWED,
    ANA,
    APP,
    APP_SESSION,
    AUDITOR,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    OBJECT,
    OTHER,
    OWN,
    QUEUE,
    ROOT,
    VISITOR,
    Json,
    allow,
    deny,
    effect,
    policy,
    trust,
)

GET = "s3:GetObject"
SILENT = allow("ec2:*")

# D1: the order of evaluation (reference_policies_evaluation-logic_policy-eval-denyallow).


def test_d1_without_an_allow_there_is_no_access() -> None:
    assert effect(ANA, GET, OBJECT) == IMPLICIT
    assert effect(ANA, GET, OBJECT, identity=[SILENT]) == IMPLICIT


def test_d1_an_identity_policy_allows() -> None:
    assert effect(ANA, GET, OBJECT, identity=[SILENT, allow("s3:Get*")]) == ALLOWED


@pytest.mark.parametrize(
    "layer",
    [
        {"identity": [allow(), deny(GET)]},
        {"resource": deny(GET, to="*")},
        {"boundary": policy(*allow()["Statement"], *deny(GET)["Statement"])},
        {"scps": [[allow()], [allow(), deny(GET)]]},
        {"rcps": [[deny(GET, to="*")]]},
        {"endpoint": policy(*allow(to="*")["Statement"], *deny(GET, to="*")["Statement"])},
    ],
    ids=lambda layer: next(iter(layer)),
)
def test_d1_an_explicit_deny_in_any_layer_wins(layer: Json) -> None:
    stack = {"identity": [allow()], "resource": allow(to=ANA), **layer}
    assert effect(ANA, GET, OBJECT, **stack) == EXPLICIT


def test_d1_an_explicit_deny_in_a_session_policy_wins() -> None:
    stack = {"identity": [allow()], "resource": allow(to=APP_SESSION)}
    assert effect(APP_SESSION, GET, OBJECT, **stack, session=[allow(), deny(GET)]) == EXPLICIT


def test_d1_a_silent_boundary_denies() -> None:
    assert effect(ANA, GET, OBJECT, identity=[allow()], boundary=SILENT) == IMPLICIT
    assert effect(ANA, GET, OBJECT, identity=[allow()], boundary=allow("s3:*")) == ALLOWED


def test_d1_a_boundary_never_grants() -> None:
    assert effect(ANA, GET, OBJECT, boundary=allow()) == IMPLICIT


def test_d1_a_role_session_without_session_policy_keeps_the_permissions_of_the_role() -> None:
    assert effect(APP_SESSION, GET, OBJECT, identity=[allow()]) == ALLOWED


def test_d1_a_silent_session_policy_denies() -> None:
    assert effect(APP_SESSION, GET, OBJECT, identity=[allow()], session=SILENT) == IMPLICIT
    assert effect(APP_SESSION, GET, OBJECT, identity=[allow()], session=[SILENT, allow("s3:*")]) == ALLOWED


def test_d1_a_session_policy_never_grants() -> None:
    assert effect(APP_SESSION, GET, OBJECT, session=allow()) == IMPLICIT


def test_b8_a_federated_user_session_without_session_policy_has_nothing() -> None:
    # "Otherwise, the request is implicitly denied": policy-eval-denyallow, last steps; STS API, GetFederationToken.
    assert effect(VISITOR, GET, OBJECT, identity=[allow()]) == IMPLICIT
    assert effect(VISITOR, GET, OBJECT, identity=[allow()], session=allow("s3:*")) == ALLOWED
    assert effect(VISITOR, GET, OBJECT, session=allow("s3:*")) == IMPLICIT


def test_b8_a_federated_user_session_without_session_policy_has_what_a_resource_policy_grants_it() -> None:
    assert effect(VISITOR, GET, OBJECT, resource=allow(GET, to=VISITOR)) == ALLOWED


# D2: the implicit-deny matrix (policy-eval-denyallow, "Resource-based policies"; reference_policies_elements_principal)
# Each row: what the resource-based policy names, who calls, and whether silence of the identity-based policies, of the
# boundary and of the session policy still denies; None where that layer cannot be.

BY_ARN = {"ArnEquals": {"aws:PrincipalArn": APP}}
MATRIX = [
    ("user ARN", allow(GET, to=ANA), "user", (False, False, None)),
    ("user ARN", allow(GET, to=ANA), "federated", (False, True, True)),
    ("federated-user ARN", allow(GET, to=VISITOR), "federated", (False, False, False)),
    ("role ARN", allow(GET, to=APP), "session", (False, True, True)),
    ("role-session ARN", allow(GET, to=APP_SESSION), "session", (False, False, False)),
    ("* with aws:PrincipalArn", allow(GET, to="*", when=BY_ARN), "session", (False, False, False)),
    ("*", allow(GET, to="*"), "user", (False, False, None)),
    ("*", allow(GET, to="*"), "session", (False, False, False)),
    ("*", allow(GET, to="*"), "federated", (False, False, False)),
    ("account ID", allow(GET, to=OWN), "user", (True, True, None)),
    ("account ID", allow(GET, to=OWN), "session", (True, True, True)),
    ("account ID", allow(GET, to=OWN), "federated", (True, True, True)),
    ("account :root", allow(GET, to=ROOT), "user", (True, True, None)),
    ("account :root", allow(GET, to=ROOT), "session", (True, True, True)),
    ("account with aws:PrincipalArn", allow(GET, to=OWN, when=BY_ARN), "session", (True, True, True)),
]
LAYERS = ("identity", "boundary", "session")
CELLS = [
    pytest.param(resource, caller, layer, denies, id=f"{named}/{caller}/{layer} silent")
    for named, resource, caller, row in MATRIX
    for layer, denies in zip(LAYERS, row, strict=True)
    if denies is not None
]
ROWS = [pytest.param(resource, caller, id=f"{named}/{caller}") for named, resource, caller, _ in MATRIX]


def matrix_world(resource: Json, silent: str, readings: ik.Readings, **organization: Any) -> ik.World:
    """A bucket with this policy; a user and a role whose layers all allow but the silent one."""
    world = ik.World(readings=readings)
    own = world.account(OWN)
    own.policy("boundary", SILENT if silent == "boundary" else allow())
    given: Json = {"policies": [SILENT if silent == "identity" else allow()], "boundary": "boundary"}
    own.user("ana", **given)
    own.role("app", trust=trust(OWN), **given)
    own.resource(BUCKET, policy=resource)
    if organization:
        world.account(OTHER)
        world.organize("o-a1b2c3d4e5", management=OTHER, accounts=[OWN], **organization)
    return world


def matrix_caller(caller: str, silent: str) -> ik.Session | str:
    session = SILENT if silent == "session" else allow()
    of = {"session": (APP, "morning"), "federated": (ANA, "visitor")}
    return ANA if caller == "user" else ik.Session(*of[caller], policy=session)


def matrix_effect(resource: Json, caller: str, silent: str, **readings: bool) -> str:
    world = matrix_world(resource, silent, ik.Readings(**readings))
    return world.decide(matrix_caller(caller, silent), GET, OBJECT).effect


@pytest.mark.parametrize(("resource", "caller", "layer", "denies"), CELLS)
def test_d2_implicit_deny_matrix(resource: Json, caller: str, layer: str, denies: bool) -> None:
    assert matrix_effect(resource, caller, layer) == (IMPLICIT if denies else ALLOWED)


@pytest.mark.parametrize(("resource", "caller"), ROWS)
def test_d2_all_layers_allow(resource: Json, caller: str) -> None:
    assert matrix_effect(resource, caller, "none") == ALLOWED


@pytest.mark.parametrize(("resource", "caller"), ROWS)
def test_d2_scps_always_bind(resource: Json, caller: str) -> None:
    silent = matrix_world(resource, "none", ik.Readings(), scps=[SILENT])
    assert silent.decide(matrix_caller(caller, "none"), GET, OBJECT).effect == IMPLICIT
    denying = matrix_world(resource, "none", ik.Readings(), scps=[allow(), deny(GET)])
    assert denying.decide(matrix_caller(caller, "none"), GET, OBJECT).effect == EXPLICIT


@pytest.mark.parametrize(("resource", "caller"), ROWS)
def test_d2_rcps_always_bind(resource: Json, caller: str) -> None:
    world = matrix_world(resource, "none", ik.Readings(), rcps=[deny(GET, to="*")])
    assert world.decide(matrix_caller(caller, "none"), GET, OBJECT).effect == EXPLICIT


def test_d2_role_arn_in_resource_policy_leaves_boundary_binding() -> None:
    # "limited by an implicit deny in a permissions boundary or session policy": policy-eval-denyallow, "IAM role".
    named = {"resource": allow(GET, to=APP)}
    assert effect(APP_SESSION, GET, OBJECT, **named) == ALLOWED
    assert effect(APP_SESSION, GET, OBJECT, **named, boundary=SILENT) == IMPLICIT
    assert effect(APP_SESSION, GET, OBJECT, **named, session=SILENT) == IMPLICIT


def test_d2_session_arn_in_resource_policy_passes_every_implicit_deny() -> None:
    # "not limited by an implicit deny": policy-eval-denyallow, "IAM role session".
    stack = {"resource": allow(GET, to=APP_SESSION), "boundary": SILENT, "session": SILENT}
    assert effect(APP_SESSION, GET, OBJECT, **stack) == ALLOWED
    assert effect(f"arn:aws:sts::{OWN}:assumed-role/app/evening", GET, OBJECT, **stack) == IMPLICIT


@pytest.mark.parametrize(
    ("caller", "layer"),
    [("user", "boundary"), *((c, layer) for c in ("session", "federated") for layer in ("boundary", "session"))],
)
def test_d2_star_is_a_switch(caller: str, layer: str) -> None:
    # The page says of * only that no other permissions are required (reference_policies_elements_principal).
    everyone = allow(GET, to="*")
    assert matrix_effect(everyone, caller, layer) == ALLOWED
    assert matrix_effect(everyone, caller, layer, star_bypasses_ceilings=False) == IMPLICIT
    assert matrix_effect(everyone, caller, "identity", star_bypasses_ceilings=False) == ALLOWED


@pytest.mark.parametrize("layer", ["boundary", "session"])
def test_d2_star_with_principal_arn_is_a_switch(layer: str) -> None:
    # policy-eval-denyallow calls such a grant limited by the boundary in one sentence and exempts it in the next.
    named = allow(GET, to="*", when=BY_ARN)
    assert matrix_effect(named, "session", layer) == ALLOWED
    assert matrix_effect(named, "session", layer, star_with_principal_arn_bypasses_ceilings=False) == IMPLICIT
    assert matrix_effect(named, "session", layer, star_bypasses_ceilings=False) == ALLOWED


def test_d2_a_resource_policy_alone_suffices_in_one_account() -> None:
    assert effect(ANA, "sqs:SendMessage", QUEUE, resource=allow("sqs:*", to=ANA)) == ALLOWED
    assert effect(ANA, "sqs:SendMessage", QUEUE, resource=allow("sqs:*", to=AUDITOR)) == IMPLICIT


# D3 and D4: role trust policies. KMS is in test_semantics_resources.


def test_d3_an_identity_policy_alone_never_opens_a_role() -> None:
    # "must explicitly allow access": policy-eval-denyallow.
    assert effect(ANA, "sts:AssumeRole", AUDITOR, identity=[allow()]) == IMPLICIT
    assert effect(ANA, "sts:AssumeRole", AUDITOR, identity=[allow()], resource=trust(APP)) == IMPLICIT


def test_d3_a_trust_policy_says_nothing_about_managing_the_role() -> None:
    assert effect(ANA, "iam:DeleteRole", AUDITOR, identity=[allow("iam:*")], resource=trust(APP)) == ALLOWED
    assert effect(ANA, "iam:DeleteRole", AUDITOR, resource=trust(ANA, action="sts:*")) == IMPLICIT


def test_d4_a_user_named_in_a_trust_policy_needs_its_boundary() -> None:
    # id_roles_update-role-trust-policy notes it; policy-eval-denyallow says the opposite of users named by ARN.
    stack = {"resource": trust(ANA), "boundary": SILENT}
    assert effect(ANA, "sts:AssumeRole", AUDITOR, **stack) == IMPLICIT
    assert effect(ANA, "sts:AssumeRole", AUDITOR, resource=trust(ANA), boundary=allow("sts:*")) == ALLOWED
    general = ik.Readings(boundary_limits_user_named_in_trust=False)
    assert effect(ANA, "sts:AssumeRole", AUDITOR, **stack, readings=general) == ALLOWED


def test_d4_speaks_of_users_and_of_trust_policies_only() -> None:
    assert effect(APP_SESSION, "sts:AssumeRole", AUDITOR, resource=trust(APP_SESSION), boundary=SILENT) == ALLOWED
    assert effect(ANA, GET, OBJECT, resource=allow(GET, to=ANA), boundary=SILENT) == ALLOWED


# D7: VPC endpoint policies.


def test_d7_an_endpoint_policy_is_one_more_ceiling() -> None:
    # access_policies: VPC endpoint policies. They limit the caller even where a resource policy grants.
    narrow = allow("s3:Get*", "arn:aws:s3:::reports/*", to="*")
    assert effect(ANA, GET, OBJECT, resource=allow(GET, to=ANA), endpoint=narrow) == IMPLICIT
    assert effect(ANA, GET, OBJECT, resource=allow(GET, to=ANA), endpoint=allow(to="*")) == ALLOWED
    assert effect(ANA, GET, OBJECT, endpoint=allow(to="*")) == IMPLICIT


def test_d7_an_endpoint_policy_may_name_principals() -> None:
    assert effect(ANA, GET, OBJECT, identity=[allow()], endpoint=allow(to=APP)) == IMPLICIT
    assert effect(ANA, GET, OBJECT, identity=[allow()], endpoint=allow(to=OWN)) == ALLOWED


def test_notprincipal_deny_spares_only_the_whole_chain() -> None:
    # C18: reference_policies_elements_notprincipal: account, role and session must all be listed.
    spare_all = {"AWS": [OWN, APP, APP_SESSION]}
    bucket = {"Sid": "S", "Effect": "Deny", "NotPrincipal": spare_all, "Action": "s3:*", "Resource": "*"}
    assert effect(APP_SESSION, GET, OBJECT, identity=[allow()], resource=policy(bucket)) == ALLOWED
    for missing in range(3):
        listed = [name for index, name in enumerate(spare_all["AWS"]) if index != missing]
        partly = policy({**bucket, "NotPrincipal": {"AWS": listed}})
        assert effect(APP_SESSION, GET, OBJECT, identity=[allow()], resource=partly) == EXPLICIT


def test_notprincipal_deny_hits_whoever_carries_a_boundary() -> None:
    # C18: the same page, the note on permissions boundaries.
    world = ik.World()
    own = world.account(OWN)
    own.policy("limit", allow())
    own.user("ana", policies=[allow()], boundary="limit")
    own.user("bob", policies=[allow()])
    names = {"AWS": [OWN, ANA, f"arn:aws:iam::{OWN}:user/bob"]}
    spared = {"Effect": "Deny", "NotPrincipal": names, "Action": "s3:*", "Resource": "*"}
    own.resource(BUCKET, policy=policy(spared))
    assert world.decide(ANA, GET, OBJECT).effect == EXPLICIT
    assert world.decide(f"arn:aws:iam::{OWN}:user/bob", GET, OBJECT).effect == ALLOWED
    stack = {"identity": [allow()], "resource": policy(spared)}
    assert effect(ANA, GET, OBJECT, **stack) == ALLOWED
    assert effect(ANA, GET, OBJECT, **stack, boundary=allow()) == EXPLICIT
