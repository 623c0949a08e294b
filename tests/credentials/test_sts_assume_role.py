"""AssumeRole: facts B6, B8, E1 to E4, E6, E7 and D2 to D4. Pages are of the IAM User Guide."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.clock import HOUR
from iamkit.errors import RequestError, WorldError
from tests.credentials.desk import Desk, issued, refused
from tests.short import ANA, APP, BUCKET, OBJECT, OTHER, OWN, allow, deny, trust

GET = "s3:GetObject"
ASSUME = allow("sts:*")


# E1: two halves.


@pytest.mark.parametrize(
    "own_allow, trusted, opens",
    [
        (True, OWN, True),  # the account: both halves
        (False, OWN, False),  # trust in the account only hands the question on
        (False, ANA, True),  # the user itself, in the same account: trust alone
        (True, "arn:aws:iam::111122223333:user/bob", False),  # the trust policy must let her in itself
        (True, OTHER, False),
    ],
)
def test_E1_the_two_halves_in_one_account(own_allow: bool, trusted: str, opens: bool) -> None:
    desk = Desk()
    desk.own.user("bob")
    desk.ana.inline.clear()
    if own_allow:
        desk.ana.inline["own"] = ik.Policy.parse(ASSUME)
    answer = desk.sts.assume_role(desk.key, desk.role("target", to=trusted), "morning")
    assert bool(answer) is opens
    assert opens or refused(answer).error == "AccessDenied"


@pytest.mark.parametrize(
    "own_allow, trusted, opens",
    [(True, OTHER, True), (False, OTHER, False), (True, "user", True), (False, "user", False), (True, OWN, False)],
)
def test_E1_the_two_halves_across_accounts(own_allow: bool, trusted: str, opens: bool) -> None:
    desk = Desk()
    auditor = desk.world.account(OTHER).user("auditor", policies=[ASSUME] if own_allow else [])
    target = desk.role("target", to=auditor.arn if trusted == "user" else trusted)
    assert bool(desk.sts.assume_role(auditor.holdings.add_access_key(), target, "morning")) is opens


def test_E1_an_explicit_deny_on_either_side_wins() -> None:
    desk = Desk()
    desk.ana.inline["no"] = ik.Policy.parse(deny("sts:AssumeRole"))
    answer = desk.refuse()
    assert answer.decision is not None and answer.decision.effect == "ExplicitlyDenied"
    assert answer.message == f"User: {ANA} is not authorized to perform: sts:AssumeRole on resource: {APP}"


def test_E2_a_role_must_trust_itself_to_assume_itself_again() -> None:
    # id_roles_update-role-trust-policy, since September 2022.
    desk = Desk()
    closed = desk.role("closed", to=ANA)
    assert desk.refuse(desk.open(role=closed), closed).error == "AccessDenied"
    open_ = desk.role("open", to={"AWS": [ANA, f"arn:aws:iam::{OWN}:role/open"]})
    assert desk.open(desk.open(role=open_), open_)


def test_E3_the_callers_own_permissions_are_set_aside() -> None:
    desk = Desk()
    session = desk.open(role=desk.role("reader", policies=[allow(GET)]))
    assert desk.may(desk.key, "ec2:RunInstances")
    assert not desk.may(session, "ec2:RunInstances")
    assert desk.may(session, GET, OBJECT)


def test_E4_the_external_id() -> None:
    # id_roles_common-scenarios_third-party.
    desk = Desk()
    auditor = desk.world.account(OTHER).user("auditor", policies=[ASSUME])
    audited = desk.role("audited", to=OTHER, when={"StringEquals": {"sts:ExternalId": "acme-2026"}})
    assert desk.open(auditor, audited, external_id="acme-2026")
    assert desk.refuse(auditor, audited).error == "AccessDenied"
    assert desk.refuse(auditor, audited, external_id="other-2026").error == "AccessDenied"


@pytest.mark.parametrize("key", ["sts:ExternalId", "sts:externalid", "sts:RoleSessionName", "aws:RequestTag/team"])
def test_what_a_parameter_says_is_not_said_by_the_context(key: str) -> None:
    with pytest.raises(RequestError, match="set from a parameter"):
        Desk().refuse(context={key: "acme-2026"})


def test_the_session_name_can_be_asked_for() -> None:
    # reference_policies_iam-condition-keys, sts:RoleSessionName.
    desk = Desk()
    named = desk.role("named", when={"StringEquals": {"sts:RoleSessionName": "${aws:username}"}})
    assert desk.open(role=named, name="ana")
    assert not desk.sts.assume_role(desk.key, named, "bob")


def test_E7_a_resource_policy_leaves_the_caller_its_own_permissions() -> None:
    # access_policies-cross-account-resource-access: with a role one gives up one's own permissions, so not here.
    desk = Desk()
    auditor = desk.world.account(OTHER).user("auditor", policies=[allow(GET), ASSUME, allow("sqs:*")])
    desk.own.resource(BUCKET, policy=allow(GET, f"{BUCKET}/*", to=auditor.arn))
    key = auditor.holdings.add_access_key()
    assert desk.may(key, GET, OBJECT) and desk.may(key, "sqs:ListQueues")
    session = desk.open(key, desk.role("reader", to=OTHER, policies=[allow(GET)]))
    assert desk.may(session, GET, OBJECT) and not desk.may(session, "sqs:ListQueues")


# B6 and E6: how long.


def test_B6_with_long_term_credentials_up_to_the_roles_maximum() -> None:
    desk = Desk()
    long = desk.role("long", max_session=43_200)
    assert desk.open(role=long, duration=43_200).lasts == 43_200
    answer = desk.refuse(duration=3601)
    assert answer.error == "ValidationError"
    assert answer.message == "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."


def test_parameters_are_looked_at_before_permissions() -> None:
    desk = Desk()
    closed = desk.role("closed", to=OTHER)
    assert desk.refuse(role=closed).error == "AccessDenied"
    assert desk.refuse(role=closed, duration=899).error == "ValidationError"
    assert desk.refuse(role=closed, name="m").error == "ValidationError"


def test_E6_a_chained_session_is_refused_beyond_an_hour() -> None:
    desk = Desk()
    long = desk.role("long", max_session=43_200)
    first = desk.open(duration=900)
    answer = desk.refuse(first, long, duration=3601)
    assert answer.error == "ValidationError"
    assert answer.message == (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    )
    second = desk.open(first, long, duration=3600)
    assert second.expires == first.issued + HOUR > first.expires  # it outlives what it was asked for with
    assert second.lineage == (desk.key, first, second)


@pytest.mark.parametrize("by", [APP, f"arn:aws:sts::{OWN}:assumed-role/app/morning", ik.Session(APP, "morning")])
def test_E6_a_role_named_without_its_credentials_chains_too(by: Any) -> None:
    desk = Desk()
    assert desk.refuse(by, desk.role("long", max_session=43_200), duration=3601).error == "ValidationError"


@pytest.mark.parametrize("counts", [False, True])
def test_whether_a_session_token_chains_is_a_reading(counts: bool) -> None:
    # id_roles speaks of a role that is used to assume another; users report a refusal for session tokens too.
    desk = Desk(session_token_counts_as_chaining=counts)
    token = issued(desk.sts.get_session_token(desk.key))
    long = desk.role("long", max_session=43_200)
    assert desk.open(token, long, duration=3600)
    assert bool(desk.sts.assume_role(token, long, "morning", duration=3601)) is not counts


def test_B6_services_assume_roles_beyond_the_roles_maximum() -> None:
    desk = Desk()
    worker = desk.role("worker", to={"Service": "ec2.amazonaws.com"})
    assert desk.open("ec2.amazonaws.com", worker, duration=21_600).lasts == 21_600
    assert desk.refuse("lambda.amazonaws.com", worker).error == "AccessDenied"
    assert desk.refuse(role=worker).error == "AccessDenied"


def test_A9_a_service_linked_role_is_for_its_service_and_no_scp_binds_it() -> None:
    desk = Desk()
    linked = desk.role("AWSServiceRoleForSupport", {"Service": "support.amazonaws.com"}, policies=[allow(GET)],
                       path="/aws-service-role/support.amazonaws.com/")  # fmt: skip
    desk.world.account("999999999999")
    desk.world.organize("o-acme", management="999999999999", scps=[allow("sts:*")], accounts=[OWN])
    session = desk.open("support.amazonaws.com", linked)
    assert desk.may(session, GET, OBJECT)
    assert not desk.may(desk.open(role=desk.app), GET, OBJECT)
    assert desk.refuse(role=linked).error == "AccessDenied"


def test_a_trust_in_a_service_that_works_for_one_account_only() -> None:
    # confused-deputy: aws:SourceAccount.
    desk = Desk()
    mine = {"StringEquals": {"aws:SourceAccount": OWN}}
    worker = desk.role("worker", {"Service": "sns.amazonaws.com"}, when=mine)
    assert desk.open("sns.amazonaws.com", worker, context={"aws:SourceAccount": OWN})
    assert desk.refuse("sns.amazonaws.com", worker, context={"aws:SourceAccount": OTHER}).error == "AccessDenied"


# B8, D2, D4: session policies, boundaries and SCPs.


def test_B8_a_session_policy_never_grants_and_none_leaves_all() -> None:
    desk = Desk()
    reader = desk.role("reader", policies=[allow("s3:*")])
    wide, narrow = desk.open(role=reader, policy=allow()), desk.open(role=reader, policy=allow(GET))
    free = desk.open(role=reader)
    asked = (GET, "s3:PutObject", "ec2:RunInstances")
    assert [desk.may(wide, action, OBJECT) for action in asked] == [True, True, False]
    assert [desk.may(narrow, action, OBJECT) for action in asked] == [True, False, False]
    assert [desk.may(free, action, OBJECT) for action in asked] == [True, True, False]
    assert not desk.may(desk.open(role=reader, policy=deny(GET)), GET, OBJECT)


def test_B8_a_session_policy_does_not_outlive_its_session() -> None:
    desk = Desk()
    session = desk.open(policy=allow("sts:*"))
    assert not desk.may(session, GET, OBJECT)
    assert desk.may(desk.open(session, desk.app), GET, OBJECT)


def test_a_session_policy_limits_which_roles_come_next() -> None:
    desk = Desk()
    assert desk.refuse(desk.open(policy=allow(GET)), desk.role("next")).error == "AccessDenied"


def test_D2_a_boundary_of_the_role_binds_its_sessions() -> None:
    desk = Desk()
    desk.own.policy("limit", allow(GET))
    session = desk.open(role=desk.role("bound", boundary="limit"))
    assert desk.may(session, GET, OBJECT) and not desk.may(session, "s3:PutObject", OBJECT)


@pytest.mark.parametrize("limits", [True, False])
def test_D4_whether_a_boundary_limits_a_user_named_in_the_trust_policy_is_a_reading(limits: bool) -> None:
    desk = Desk(boundary_limits_user_named_in_trust=limits)
    desk.own.policy("limit", allow(GET))
    bob = desk.own.user("bob", boundary="limit")
    assert bool(desk.sts.assume_role(bob, desk.role("named", to=bob.arn), "morning")) is not limits


def test_D9_an_scp_binds_the_caller_and_later_the_session() -> None:
    desk = Desk()
    desk.world.account("999999999999")
    desk.world.organize("o-acme", management="999999999999", scps=[allow(), deny("s3:Put*")], accounts=[OWN])
    session = desk.open()
    assert desk.may(session, GET, OBJECT) and not desk.may(session, "s3:PutObject", OBJECT)
    desk.world.organization.root.scps = [ik.Policy.parse(allow(GET))]  # type: ignore[union-attr]
    assert desk.refuse().error == "AccessDenied"


def test_D2_a_session_named_in_a_resource_policy_needs_nothing_else() -> None:
    desk = Desk()
    bare = desk.role("bare", policies=[])
    arn = f"arn:aws:sts::{OWN}:assumed-role/bare/morning"
    desk.own.resource(BUCKET, policy=allow(GET, f"{BUCKET}/*", to=arn))
    session, other = desk.open(role=bare, policy=allow("sqs:*")), desk.open(role=bare, name="evening")
    assert session.arn == arn
    assert desk.may(session, GET, OBJECT) and not desk.may(other, GET, OBJECT)


def test_D2_a_role_named_in_a_resource_policy_is_still_limited_by_the_session_policy() -> None:
    desk = Desk()
    bare = desk.role("bare", policies=[])
    desk.own.resource(BUCKET, policy=allow(GET, f"{BUCKET}/*", to=bare.arn))
    assert desk.may(desk.open(role=bare), GET, OBJECT)
    assert not desk.may(desk.open(role=bare, policy=allow("sqs:*")), GET, OBJECT)


# Who asks, and what for.


def test_A7_the_root_user_assumes_no_role() -> None:
    desk = Desk()
    for by in (desk.own.root, desk.own.root_holdings.add_access_key()):
        answer = desk.refuse(by, desk.role(f"r{len(desk.own.roles)}", to=desk.own.root))
        assert answer.error == "AccessDenied" and answer.message == "Roles may not be assumed by root accounts."


def test_nobody_becomes_a_user_or_a_role_that_is_not_there() -> None:
    desk = Desk()
    with pytest.raises(WorldError, match="is no role"):
        desk.sts.assume_role(desk.key, ANA, "morning")
    with pytest.raises(WorldError, match="There is no role"):
        desk.sts.assume_role(desk.key, f"{APP}2", "morning")


@pytest.mark.parametrize("by", [ik.ANONYMOUS, "accounts.google.com", f"arn:aws:iam::{OWN}:saml-provider/IdP"])
def test_whoever_has_no_credentials_cannot_assume_a_role(by: str) -> None:
    desk = Desk()
    assert desk.refuse(by, desk.own.role("all", trust=trust("*", "sts:*"))).error == "AccessDenied"


# The organization around a trust policy.


def test_E4_an_rcp_keeps_a_service_from_being_used_for_strangers() -> None:
    # confused-deputy, "RCP": deny where a service calls for a resource outside of the organization.
    desk = Desk()
    desk.world.account("999999999999")
    when = {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-acme"},
        "Null": {"aws:SourceAccount": "false"},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }
    guard = deny("sts:AssumeRole", to="*", when=when)
    desk.world.organize("o-acme", management="999999999999", rcps=[guard], accounts=[OWN])
    worker = desk.role("worker", {"Service": "sns.amazonaws.com"})
    ours, theirs = ({"aws:SourceAccount": n, "aws:SourceOrgID": o} for n, o in ((OWN, "o-acme"), (OTHER, "o-other")))
    assert desk.open("sns.amazonaws.com", worker, context=ours)
    answer = desk.refuse("sns.amazonaws.com", worker, context=theirs)
    assert answer.decision is not None and answer.decision.effect == "ExplicitlyDenied"
    assert desk.open()


def test_E5_a_trust_in_the_organization_covers_its_management_account() -> None:
    # reference_policies_condition-keys, aws:PrincipalOrgID.
    desk = Desk()
    boss = desk.world.account("999999999999").user("boss", policies=[ASSUME])
    stranger = desk.world.account(OTHER).user("stranger", policies=[ASSUME])
    desk.world.organize("o-acme", management="999999999999", accounts=[OWN])
    ours = desk.own.role("ours", trust=trust("*", when={"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}))
    assert desk.open(boss, ours) and desk.open(role=ours)
    assert desk.refuse(stranger, ours).error == "AccessDenied"


def test_a_session_leaves_out_the_path_of_its_role() -> None:
    desk = Desk()
    session = desk.open(role=desk.role("reader", path="/audit/"))
    assert session.arn == f"arn:aws:sts::{OWN}:assumed-role/reader/morning"
    facts = desk.world.situation(session.session, "*").facts
    assert facts.of("aws:PrincipalArn") == (f"arn:aws:iam::{OWN}:role/audit/reader",)  # A14
