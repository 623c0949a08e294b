"""GetSessionToken, GetFederationToken and GetCallerIdentity: facts B.2, B6, B8, B9, A7, A13. Pages: IAM User Guide."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.sts import CallerIdentity
from tests.credentials.desk import Desk, issued, refused
from tests.short import ANA, APP, BUCKET, IMPLICIT, OBJECT, OWN, ROOT, VISITOR, allow, deny

GET = "s3:GetObject"


# B.2: GetSessionToken.


def test_B2_get_session_token_keeps_the_users_permissions() -> None:
    desk = Desk()
    token = issued(desk.sts.get_session_token(desk.key))
    assert token.lasts == 43_200 and token.arn == ANA
    assert desk.may(token, GET, OBJECT)
    desk.ana.inline.clear()
    assert not desk.may(token, GET, OBJECT)  # B26: they follow the user's current permissions


def test_B2_durations_of_get_session_token() -> None:
    desk = Desk()
    sts, key = desk.sts, desk.key
    assert [issued(sts.get_session_token(key, duration=n)).lasts for n in (900, 129_600)] == [900, 129_600]
    assert [refused(sts.get_session_token(key, duration=n)).error for n in (899, 129_601)] == ["ValidationError"] * 2


def test_B2_get_session_token_is_open_to_no_session() -> None:
    desk = Desk()
    token = issued(desk.sts.get_session_token(desk.key))
    federated = issued(desk.sts.get_federation_token(desk.key, "visitor"))
    for by in (token, federated, desk.open(), APP, VISITOR):
        answer = refused(desk.sts.get_session_token(by))
        assert answer.error == "AccessDenied"
        assert answer.message == "Cannot call GetSessionToken with session credentials"
        assert refused(desk.sts.get_federation_token(by, "other")).error == "AccessDenied"


@pytest.mark.parametrize("by", [ik.ANONYMOUS, "ec2.amazonaws.com", "accounts.google.com"])
def test_B2_tokens_are_for_users_and_root(by: str) -> None:
    desk = Desk()
    assert refused(desk.sts.get_session_token(by)).error == "AccessDenied"
    assert refused(desk.sts.get_federation_token(by, "visitor")).error == "AccessDenied"


def test_B9_get_session_token_needs_no_permission_and_no_deny_stops_it() -> None:
    desk = Desk()
    desk.ana.inline["no"] = ik.Policy.parse(deny())
    assert desk.sts.get_session_token(desk.key)
    assert refused(desk.sts.get_federation_token(desk.key, "visitor")).decision is not None


def test_B2_a_session_token_calls_iam_only_with_a_second_factor() -> None:
    desk = Desk()
    serial = desk.ana.holdings.add_mfa().serial
    token, shown = (issued(desk.sts.get_session_token(desk.key, mfa=mfa)) for mfa in (None, serial))
    assert [desk.may(by, "iam:ListUsers") for by in (desk.key, token, shown)] == [True, False, True]
    assert [desk.may(by, "IAM:listusers") for by in (token, shown)] == [False, True]
    assert "MFA" in desk.world.decide(token.session, "iam:ListUsers", "*").because


def test_B2_iam_pass_role_is_a_permission_and_no_call_of_iam() -> None:
    # id_roles_use_passrole: PassRole is not an API call; whoever launches an instance calls EC2.
    desk = Desk()
    federated = issued(desk.sts.get_federation_token(desk.key, "visitor", policy=allow()))
    for by in (issued(desk.sts.get_session_token(desk.key)), federated):
        assert desk.may(by, "iam:PassRole", APP) and not desk.may(by, "iam:GetRole", APP)


def test_B2_a_session_token_calls_of_sts_only_assume_role_and_get_caller_identity() -> None:
    desk = Desk()
    shown = issued(desk.sts.get_session_token(desk.key, mfa=desk.ana.holdings.add_mfa().serial))
    assert desk.open(shown)
    assert desk.open(shown, tags={"team": "blue"}, source_identity="ana")  # what AssumeRole needs besides
    assert desk.may(shown, "sts:GetCallerIdentity")
    for name in ("GetSessionToken", "GetFederationToken", "GetAccessKeyInfo", "DecodeAuthorizationMessage"):
        assert not desk.may(shown, f"sts:{name}")


# B.2 and B8: GetFederationToken.


def test_B8_without_a_session_policy_a_federated_user_has_nothing() -> None:
    desk = Desk()
    bare = issued(desk.sts.get_federation_token(desk.key, "visitor"))
    assert bare.arn == VISITOR and bare.lasts == 43_200
    assert not desk.may(bare, GET, OBJECT)
    assert not desk.may(issued(desk.sts.get_federation_token(desk.key, "other", policy=allow("ec2:*"))), GET, OBJECT)


def test_B8_save_what_a_resource_policy_grants_it_by_name() -> None:
    desk = Desk()
    desk.own.resource(BUCKET, policy=allow(GET, f"{BUCKET}/*", to=VISITOR))
    assert desk.may(issued(desk.sts.get_federation_token(desk.key, "visitor")), GET, OBJECT)
    assert not desk.may(issued(desk.sts.get_federation_token(desk.key, "another")), GET, OBJECT)


def test_D2_a_grant_to_the_user_reaches_its_federated_sessions_as_far_as_their_policy_lets_it() -> None:
    desk = Desk()
    desk.ana.inline["own"] = ik.Policy.parse(allow("sts:*"))
    del desk.ana.inline["inline-1"]
    desk.own.resource(BUCKET, policy=allow(GET, f"{BUCKET}/*", to=ANA))
    bare, wide = (issued(desk.sts.get_federation_token(desk.key, "visitor", policy=p)) for p in (None, allow()))
    assert not desk.may(bare, GET, OBJECT) and desk.may(wide, GET, OBJECT)


def test_B8_a_session_policy_never_grants_a_federated_user_more_than_the_user_has() -> None:
    desk = Desk()
    bob = desk.own.user("bob", policies=[allow(["sts:GetFederationToken", GET])])
    visitor = issued(desk.sts.get_federation_token(bob, "visitor", policy=allow()))
    assert desk.may(visitor, GET, OBJECT) and not desk.may(visitor, "s3:PutObject", OBJECT)


def test_B2_a_federated_user_calls_no_sts_and_iam_only_in_the_console() -> None:
    desk = Desk()
    visitor = issued(desk.sts.get_federation_token(desk.key, "visitor", policy=allow()))
    assert desk.refuse(visitor).error == "AccessDenied"
    assert desk.may(visitor, "sts:GetCallerIdentity") and not desk.may(visitor, "sts:TagSession", APP)
    assert not desk.may(visitor, "iam:ListUsers")
    console = ik.Session(ANA, "visitor", policy=allow(), operation="GetFederationToken", console=True)
    assert desk.world.decide(console, "iam:ListUsers", "*").allowed
    assert not desk.world.decide(console, "sts:AssumeRole", APP).allowed


def test_B2_durations_of_get_federation_token() -> None:
    desk = Desk()

    def asked(duration: int) -> Any:
        return desk.sts.get_federation_token(desk.key, "visitor", duration=duration)

    assert [issued(asked(n)).lasts for n in (900, 129_600)] == [900, 129_600]
    assert [refused(asked(n)).error for n in (899, 129_601)] == ["ValidationError"] * 2


def test_B2_the_name_of_the_federated_user_can_be_limited() -> None:
    # id_credentials_temp_control-access_getfederationtoken: the resource is the federated user's ARN.
    desk = Desk()
    bob = desk.own.user("bob", policies=[allow("sts:GetFederationToken", f"arn:aws:sts::{OWN}:federated-user/v*")])
    assert desk.sts.get_federation_token(bob, "visitor")
    answer = refused(desk.sts.get_federation_token(bob, "someone"))
    assert answer.error == "AccessDenied" and answer.decision is not None
    assert answer.message.endswith(f"sts:GetFederationToken on resource: arn:aws:sts::{OWN}:federated-user/someone")


def test_B12_tags_of_a_federated_user() -> None:
    # id_session-tags: the user's tags and those that were passed; these win.
    desk = Desk()
    desk.ana.tags.update(team="red", cost="1")
    visitor = issued(desk.sts.get_federation_token(desk.key, "visitor", tags={"team": "blue"}))
    facts = desk.world.situation(visitor.session, "*").facts
    assert [facts.of(f"aws:PrincipalTag/{key}") for key in ("team", "cost")] == [("blue",), ("1",)]
    assert dict(visitor.transitive) == {}
    bob = desk.own.user("bob", policies=[allow("sts:GetFederationToken")])
    assert "sts:TagSession" in refused(desk.sts.get_federation_token(bob, "visitor", tags={"team": "blue"})).message


# B6, A7: the root user.


def test_B6_A7_the_root_users_tokens() -> None:
    desk = Desk()
    key = desk.own.root_holdings.add_access_key()
    token = issued(desk.sts.get_session_token(key, duration=129_600))
    visitor = issued(desk.sts.get_federation_token(key, "visitor", policy=allow(GET)))
    assert (token.lasts, visitor.lasts) == (3600, 3600)
    assert (token.arn, visitor.arn) == (ROOT, VISITOR)
    assert desk.may(token, GET, OBJECT)
    assert desk.may(visitor, GET, OBJECT) and not desk.may(visitor, "s3:PutObject", OBJECT)
    assert not desk.may(issued(desk.sts.get_federation_token(key, "bare")), GET, OBJECT)


# B9: GetCallerIdentity.


def test_B9_get_caller_identity_answers_under_an_explicit_deny() -> None:
    desk = Desk()
    session, root = desk.open(), issued(desk.sts.get_session_token(ROOT))
    visitor = issued(desk.sts.get_federation_token(desk.key, "visitor"))
    for holder in (desk.ana, desk.app):
        holder.inline["no"] = ik.Policy.parse(deny("sts:GetCallerIdentity"))
    whose = [desk.sts.get_caller_identity(by) for by in (desk.key, session, visitor, root)]
    assert whose == [
        CallerIdentity(OWN, ANA, desk.ana.unique_id),
        CallerIdentity(OWN, f"arn:aws:sts::{OWN}:assumed-role/app/morning", f"{desk.app.unique_id}:morning"),
        CallerIdentity(OWN, VISITOR, f"{OWN}:visitor"),
        CallerIdentity(OWN, ROOT, OWN),
    ]
    assert all(desk.may(by, "sts:GetCallerIdentity") for by in (desk.key, session, visitor, root))


def test_B9_get_caller_identity_needs_a_signature_and_a_live_credential() -> None:
    desk = Desk()
    assert refused(desk.sts.get_caller_identity(ik.ANONYMOUS)).error == "MissingAuthenticationToken"
    session = desk.open()
    desk.sts.clock.forward(3600)
    assert refused(desk.sts.get_caller_identity(session)).error == "ExpiredToken"
    assert desk.world.decide(ik.ANONYMOUS, "sts:GetCallerIdentity", "*").effect == IMPLICIT
