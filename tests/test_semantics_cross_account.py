"""Across accounts: facts D8 and E1 to E7. Pages are of the IAM User Guide unless another is named."""

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
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    QUEUE,
    ROOT,
    Json,
    allow,
    decision,
    deny,
    effect,
    policy,
    statement,
    trust,
)

GET, ASSUME = "s3:GetObject", "sts:AssumeRole"
SILENT = allow("ec2:*")
THEIRS = f"arn:aws:iam::{OTHER}:role/partner"
THEIR_SESSION = f"arn:aws:sts::{OTHER}:assumed-role/partner/today"

# D8: both sides must agree (reference_policies_evaluation-logic-cross-account).


def test_d8_both_sides_must_allow() -> None:
    both = {"identity": [allow(GET)], "resource": allow(GET, to=MALLORY)}
    assert effect(MALLORY, GET, OBJECT, owner=OWN, **both) == ALLOWED
    assert effect(MALLORY, GET, OBJECT, owner=OWN, identity=[allow(GET)]) == IMPLICIT
    assert effect(MALLORY, GET, OBJECT, owner=OWN, resource=allow(GET, to=MALLORY)) == IMPLICIT


@pytest.mark.parametrize("named", [THEIRS, THEIR_SESSION, OTHER, f"arn:aws:iam::{OTHER}:root", "*"])
def test_d8_no_way_of_naming_the_caller_spares_its_own_side(named: str) -> None:
    # The direct grants of D2 are for one account only.
    stack = {"resource": allow(GET, to=named)}
    assert effect(THEIR_SESSION, GET, OBJECT, owner=OWN, **stack) == IMPLICIT
    assert effect(THEIR_SESSION, GET, OBJECT, owner=OWN, **stack, identity=[allow(GET)]) == ALLOWED


@pytest.mark.parametrize("limit", ["boundary", "session"])
@pytest.mark.parametrize("named", [THEIRS, THEIR_SESSION, "*"])
def test_d8_the_callers_own_limits_bind(limit: str, named: str) -> None:
    stack = {"resource": allow(GET, to=named), "identity": [allow(GET)], limit: SILENT}
    assert effect(THEIR_SESSION, GET, OBJECT, owner=OWN, **stack) == IMPLICIT


def test_d8_the_example_of_the_page() -> None:
    # Carlos acts as the role Demo of account 111111111111.
    demo = "arn:aws:iam::111111111111:role/Demo"
    identity = policy(
        statement("Allow", "s3:ListAllMyBuckets", "*", None, None, "AllowS3ListRead"),
        statement("Allow", "s3:*Object*", "arn:aws:s3:::production/*", None, None, "AllowS3ProductionObjectActions"),
        statement("Deny", "s3:*", ["arn:aws:s3:::*log*", "arn:aws:s3:::*log*/*"], None, None, "DenyS3Logs"),
    )
    bucket = allow(["s3:GetObject*", "s3:PutObject*"], "arn:aws:s3:::production/*", to=demo)

    def save(key: str, action: str = "s3:PutObject", **stack: Json) -> str:
        return effect(demo, action, key, owner="222222222222", identity=[identity], **stack)

    assert save("arn:aws:s3:::production-logs/file") == EXPLICIT
    assert save("arn:aws:s3:::production/file", resource=bucket) == ALLOWED
    assert save("arn:aws:s3:::production/file") == IMPLICIT
    assert save("arn:aws:s3:::production/file", action="s3:DeleteObject", resource=bucket) == IMPLICIT


def organization(**given: Json) -> ik.World:
    """Two member accounts of one organization; ``scps`` and ``rcps`` by account name."""
    world = ik.World()
    own, other = world.account(OWN, "own"), world.account(OTHER, "other")
    own.resource(BUCKET, policy=allow(GET, to=OTHER))
    other.user("mallory", policies=[allow("s3:*")])
    world.organize("o-a1b2c3d4e5", management=world.account("999999999999", "management"), accounts=[own, other])
    for kind, (account, document) in given.items():
        parsed = ik.Policy.parse(document, name=kind)
        setattr({"own": own, "other": other}[account], kind, [parsed])
    return world


def test_d8_the_callers_scps_and_the_owners_rcps_bind() -> None:
    assert organization().decide(MALLORY, GET, OBJECT).effect == ALLOWED
    assert organization(scps=("other", SILENT)).decide(MALLORY, GET, OBJECT).effect == IMPLICIT
    assert organization(rcps=("own", deny("s3:*", to="*"))).decide(MALLORY, GET, OBJECT).effect == EXPLICIT


def test_d8_never_the_owners_scps_or_the_callers_rcps() -> None:
    assert organization(scps=("own", SILENT)).decide(MALLORY, GET, OBJECT).effect == ALLOWED
    assert organization(rcps=("other", deny("s3:*", to="*"))).decide(MALLORY, GET, OBJECT).effect == ALLOWED


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-eusc"])
def test_d8_partitions_cannot_be_crossed(partition: str) -> None:
    # access_policies-cross-account-resource-access: not between partitions.
    there = f"arn:{partition}:sqs:cn-north-1:{OTHER}:jobs"
    found = decision(ANA, "sqs:SendMessage", there, identity=[allow()], resource=allow("sqs:*", to=ANA))
    assert found.effect == IMPLICIT
    assert found.because == "Implicitly denied: partitions cannot be crossed."
    assert found.blocking == ("partitions cannot be crossed",)


def test_d8_a_deny_in_either_account_wins_over_the_partition_rule() -> None:
    there = f"arn:aws-cn:sqs:cn-north-1:{OTHER}:jobs"
    assert effect(ANA, "sqs:SendMessage", there, identity=[deny()]) == EXPLICIT


def test_d8_another_accounts_root_needs_the_owners_allow_only() -> None:
    # policy-eval-denyallow: default deny does not apply to root; its own side has nothing to say.
    theirs = f"arn:aws:iam::{OTHER}:root"
    assert effect(theirs, GET, OBJECT, owner=OWN) == IMPLICIT
    assert effect(theirs, GET, OBJECT, owner=OWN, resource=allow(GET, to=OTHER)) == ALLOWED


def test_d8_anonymous_needs_the_owners_allow_only() -> None:
    # reference_policies_elements_principal: * "grants access to all users, including anonymous users".
    assert effect(ik.ANONYMOUS, GET, OBJECT, owner=OWN, resource=allow(GET, to="*")) == ALLOWED
    assert effect(ik.ANONYMOUS, GET, OBJECT, owner=OWN, resource=allow(GET, to=OWN)) == IMPLICIT
    assert effect(ik.ANONYMOUS, GET, OBJECT, owner=OWN) == IMPLICIT


# E1: who may assume a role (id_roles_update-role-trust-policy, id_roles_use_permissions-to-switch).


@pytest.mark.parametrize("named", [OTHER, f"arn:aws:iam::{OTHER}:root", MALLORY, "*"])
def test_e1_across_accounts_the_trust_policy_and_the_identity_policy_must_allow(named: str) -> None:
    may = allow(ASSUME, AUDITOR)
    assert effect(MALLORY, ASSUME, AUDITOR, identity=[may], resource=trust(named)) == ALLOWED
    assert effect(MALLORY, ASSUME, AUDITOR, resource=trust(named)) == IMPLICIT
    assert effect(MALLORY, ASSUME, AUDITOR, identity=[may], resource=trust(OWN)) == IMPLICIT


@pytest.mark.parametrize("named", [OWN, ROOT])
def test_e1_a_trust_policy_that_names_the_account_needs_both(named: str) -> None:
    assert effect(ANA, ASSUME, AUDITOR, resource=trust(named)) == IMPLICIT
    assert effect(ANA, ASSUME, AUDITOR, identity=[allow(ASSUME, AUDITOR)], resource=trust(named)) == ALLOWED


@pytest.mark.parametrize(("caller", "named"), [(ANA, ANA), (APP_SESSION, APP), (APP_SESSION, APP_SESSION)])
def test_e1_inside_the_account_a_trust_policy_that_names_the_caller_suffices(caller: str, named: str) -> None:
    # Follows from D2 and D3.
    assert effect(caller, ASSUME, AUDITOR, resource=trust(named)) == ALLOWED


def test_e1_without_a_trust_policy_the_reason_says_so() -> None:
    found = decision(ANA, ASSUME, AUDITOR, identity=[allow()])
    assert found.because == (
        "Implicitly denied: there is no role trust policy. A trust policy must itself let the caller in."
    )
    silent = decision(ANA, ASSUME, AUDITOR, identity=[allow()], resource=trust(APP))
    assert silent.because == (
        "Implicitly denied: no Allow for sts:AssumeRole in the role trust policy. "
        "A trust policy must itself let the caller in."
    )


def test_e2_a_role_must_trust_itself_to_assume_itself() -> None:
    # id_roles_update-role-trust-policy.
    may = {"identity": [allow(ASSUME)]}
    assert effect(APP_SESSION, ASSUME, APP, **may, resource=trust(ANA)) == IMPLICIT
    assert effect(APP_SESSION, ASSUME, APP, **may, resource=trust(APP)) == ALLOWED
    assert effect(APP_SESSION, ASSUME, APP, **may, resource=trust(OWN)) == ALLOWED


def partners() -> ik.World:
    """Mallory of the other account has a bucket of her own account, and may assume the auditor of this one."""
    world = ik.World()
    own, other = world.account(OWN), world.account(OTHER)
    own.role("auditor", trust=trust(OTHER), policies=[allow("s3:*", f"{BUCKET}*")])
    other.user("mallory", policies=[allow("s3:*", "arn:aws:s3:::mine*"), allow(ASSUME, AUDITOR)])
    own.resource(BUCKET)
    other.resource("arn:aws:s3:::mine")
    return world


def test_e3_assuming_a_role_sets_the_own_permissions_aside() -> None:
    # id_roles: "you temporarily give up your own permissions".
    world, session = partners(), ik.Session(AUDITOR, "mallory")
    assert world.decide(MALLORY, ASSUME, AUDITOR).allowed
    assert world.decide(session, GET, OBJECT).allowed
    assert not world.decide(session, GET, "arn:aws:s3:::mine/file").allowed


def test_e4_the_external_id_stops_the_confused_deputy() -> None:
    # id_roles_common-scenarios_third-party.
    named = trust(THEIRS, when={"StringEquals": {"sts:ExternalId": "customer-7"}})
    stack = {"identity": [allow(ASSUME, AUDITOR)], "resource": named}
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, {"sts:ExternalId": "customer-7"}, **stack) == ALLOWED
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, {"sts:ExternalId": "customer-8"}, **stack) == IMPLICIT
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, **stack) == IMPLICIT


def test_e4_source_account_and_source_arn_stop_a_deputy_service() -> None:
    # confused-deputy: "Cross-service confused deputy prevention".
    service = {"Service": "sns.amazonaws.com"}
    limits = {"StringEquals": {"aws:SourceAccount": OWN}, "ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}}
    queue = {"resource": allow("sqs:SendMessage", to=service, when=limits)}
    mine = {"aws:SourceAccount": OWN, "aws:SourceArn": f"arn:aws:sns:eu-west-1:{OWN}:news"}
    foreign = {"aws:SourceAccount": OTHER, "aws:SourceArn": f"arn:aws:sns:eu-west-1:{OTHER}:news"}
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, mine, **queue) == ALLOWED
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, foreign, **queue) == IMPLICIT
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, **queue) == IMPLICIT


def test_e4_one_rcp_stops_deputy_services_for_a_whole_organization() -> None:
    # confused-deputy, the resource control policy of that page.
    outside = {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
        "Null": {"aws:SourceAccount": "false"},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }
    rcp = deny(["s3:*", "sqs:*", "kms:*", "secretsmanager:*"], to="*", when=outside)
    service = {"Service": "sns.amazonaws.com"}
    stack = {"resource": allow("sqs:SendMessage", to=service), "rcps": [[rcp]]}
    theirs = {"aws:SourceAccount": OTHER, "aws:SourceOrgID": "o-zzzzzzzzzz"}
    ours = {"aws:SourceAccount": OWN, "aws:SourceOrgID": "o-a1b2c3d4e5"}
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, theirs, **stack) == EXPLICIT
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, {"aws:SourceAccount": OTHER}, **stack) == EXPLICIT
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, ours, **stack) == ALLOWED
    assert effect("sns.amazonaws.com", "sqs:SendMessage", QUEUE, **stack) == ALLOWED
    user = {"identity": [allow()], "rcps": [[rcp]]}
    assert effect(ANA, "sqs:SendMessage", QUEUE, **user) == ALLOWED


def test_e6_a_role_session_may_assume_a_further_role() -> None:
    # id_roles, "Role chaining". Its one hour is a matter of STS, not of authorization.
    may = {"identity": [allow(ASSUME, AUDITOR)]}
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, **may, resource=trust(THEIRS)) == ALLOWED
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, **may, resource=trust(MALLORY)) == IMPLICIT


def test_e6_transitive_tags_and_the_source_identity_are_conditions_like_others() -> None:
    # id_session-tags; id_credentials_temp_control-access_monitor.
    carried = {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana"}
    same = {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana"}}
    stack = {"identity": [allow(ASSUME, AUDITOR)], "resource": trust(THEIRS, when=same)}
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, carried, **stack) == ALLOWED
    assert effect(THEIR_SESSION, ASSUME, AUDITOR, {"aws:PrincipalTag/team": "blue"}, **stack) == IMPLICIT


def test_b12_session_tags_need_a_permission_of_their_own() -> None:
    # id_session-tags, "Permissions required to add session tags": also in the trust policy.
    may = {"identity": [allow([ASSUME, "sts:TagSession"], AUDITOR)]}
    assert effect(MALLORY, "sts:TagSession", AUDITOR, **may, resource=trust(OTHER)) == IMPLICIT
    both = trust(OTHER, action=[ASSUME, "sts:TagSession"])
    assert effect(MALLORY, "sts:TagSession", AUDITOR, **may, resource=both) == ALLOWED


def test_e7_under_a_resource_policy_the_caller_keeps_its_own_permissions() -> None:
    # access_policies-cross-account-resource-access.
    world = partners()
    world.accounts[OWN].resources[BUCKET].policy = ik.Policy.parse(allow(GET, to=OTHER))
    world.accounts[OTHER].users["mallory"].inline["foreign"] = ik.Policy.parse(allow(GET, f"{BUCKET}/*"))
    assert world.decide(MALLORY, GET, OBJECT).allowed
    assert world.decide(MALLORY, GET, "arn:aws:s3:::mine/file").allowed


# Service principals and federated principals stand outside every account.


def test_d15_a_service_needs_the_resource_side_only() -> None:
    service = {"Service": "cloudtrail.amazonaws.com"}
    caller, put = "cloudtrail.amazonaws.com", "s3:PutObject"
    assert effect(caller, put, OBJECT, owner=OWN, resource=allow(put, to=service)) == ALLOWED
    assert effect(caller, put, OBJECT, owner=OWN, resource=allow(put, to=OWN)) == IMPLICIT
    assert effect(caller, put, OBJECT, owner=OWN, scps=[[deny()]], resource=allow(put, to=service)) == ALLOWED


def test_a_service_assumes_its_service_role_and_nobody_elses() -> None:
    # id_roles: a service role trusts the service.
    role = trust({"Service": "ec2.amazonaws.com"})
    assert effect("ec2.amazonaws.com", ASSUME, AUDITOR, resource=role) == ALLOWED
    assert effect("lambda.amazonaws.com", ASSUME, AUDITOR, resource=role) == IMPLICIT
    assert effect(ANA, ASSUME, AUDITOR, identity=[allow()], resource=role) == IMPLICIT


def test_a11_a_federated_principal_assumes_with_its_token_only() -> None:
    # reference_policies_elements_principal; id_credentials_sts-comparison.
    google, web = "accounts.google.com", "sts:AssumeRoleWithWebIdentity"
    role = trust({"Federated": google}, action=[web, ASSUME])
    assert effect(google, web, AUDITOR, resource=role) == ALLOWED
    assert effect(google, ASSUME, AUDITOR, resource=role) == IMPLICIT
    assert effect("graph.facebook.com", web, AUDITOR, resource=role) == IMPLICIT
    everyone = trust("*", action="sts:*")
    assert effect(ANA, web, AUDITOR, identity=[allow()], resource=everyone) == IMPLICIT
    assert effect(ik.ANONYMOUS, ASSUME, AUDITOR, resource=everyone) == IMPLICIT
