"""What a session carries: tags, source identity and second factor; facts B12, B13, B24, C15. Pages: IAM User Guide."""

import pytest

import iamkit as ik
from iamkit.credentials.limits import mfa_key
from iamkit.errors import RequestError
from iamkit.identity.principals import ROLE_OPERATIONS
from tests.credentials.desk import NINE, Desk, issued
from tests.short import ANA, APP, EXPLICIT, OBJECT, OTHER, OWN, allow, deny

GET = "s3:GetObject"


# B12: session tags (id_session-tags).


def test_B12_session_tags_need_tag_session_on_both_sides() -> None:
    desk = Desk()
    strict = desk.role("strict", action="sts:AssumeRole")
    assert desk.open(role=strict)
    answer = desk.refuse(role=strict, tags={"team": "blue"})
    assert answer.error == "AccessDenied" and "sts:TagSession" in answer.message
    auditor = desk.world.account(OTHER).user("auditor", policies=[allow("sts:AssumeRole")])
    audited = desk.role("audited", to=OTHER)
    assert desk.open(auditor, audited)
    assert "sts:TagSession" in desk.refuse(auditor, audited, tags={"team": "blue"}).message


def test_B12_conditions_on_the_tags_handed_in() -> None:
    desk = Desk()
    only = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    blue = desk.role("blue", when=only)
    assert desk.open(role=blue, tags={"team": "blue"})
    assert desk.refuse(role=blue).error == "AccessDenied"
    assert desk.refuse(role=blue, tags={"team": "red"}).error == "AccessDenied"
    assert desk.refuse(role=blue, tags={"team": "blue", "cost": "1"}).error == "AccessDenied"


def test_B12_a_session_tag_overrides_the_roles_equal_tag() -> None:
    desk = Desk()
    by_tag = allow(GET, when={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    tagged = desk.role("tagged", policies=[by_tag, allow("sts:*")], tags={"Team": "red"})
    assert not desk.may(desk.open(role=tagged), GET, OBJECT)
    assert desk.may(desk.open(role=tagged, tags={"team": "blue"}), GET, OBJECT)


def test_B12_transitive_tags_survive_chaining_and_others_and_role_tags_do_not() -> None:
    desk = Desk()
    desk.app.tags["dept"] = "hr"
    first = desk.open(tags={"team": "blue", "cost": "1"}, transitive=["team"])
    second = desk.open(first, desk.role("second", tags={"team": "red"}))
    third = desk.open(second, desk.role("third"))
    assert dict(second.session.tags) == dict(third.session.tags) == {"team": "blue"}
    facts = desk.world.situation(third.session, "*").facts
    assert [facts.of(f"aws:PrincipalTag/{key}") for key in ("team", "cost", "dept")] == [("blue",), (), ()]


@pytest.mark.parametrize("key", ["team", "TEAM"])
def test_B12_an_inherited_tag_cannot_be_sent_again(key: str) -> None:
    desk = Desk()
    first = desk.open(tags={"team": "blue"}, transitive=["team"])
    answer = desk.refuse(first, desk.role("second"), tags={key: "red"})
    assert answer.error == "InvalidParameterValue" and "transitive tag key" in answer.message
    assert desk.open(first, desk.role("third"), tags={"cost": "1"}).session.tags == {"team": "blue", "cost": "1"}


def test_B12_inherited_tags_need_tag_session_as_well() -> None:
    desk = Desk()
    first = desk.open(tags={"team": "blue"}, transitive=["team"])
    assert "sts:TagSession" in desk.refuse(first, desk.role("strict", action="sts:AssumeRole")).message


def test_B12_the_transitive_keys_can_be_limited() -> None:
    desk = Desk()
    few = desk.role("few", when={"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["team"]}})
    tags = {"team": "blue", "cost": "1"}
    assert desk.open(role=few, tags=tags, transitive=["team"])
    assert desk.refuse(role=few, tags=tags, transitive=["team", "cost"]).error == "AccessDenied"


# B13: source identity (id_credentials_temp_control-access_monitor).


def test_B13_a_source_identity_needs_its_permission_all_along_the_chain() -> None:
    desk = Desk()
    strict = desk.role("strict", action="sts:AssumeRole")
    assert "sts:SetSourceIdentity" in desk.refuse(role=strict, source_identity="ana").message
    first = desk.open(source_identity="ana")
    assert "sts:SetSourceIdentity" in desk.refuse(first, strict).message
    assert desk.open(first, desk.role("second")).source_identity == "ana"
    assert desk.open(role=strict).source_identity is None


@pytest.mark.parametrize("key", ["aws:SourceIdentity", "aws:sourceidentity"])
def test_B13_a_source_identity_cannot_be_changed(key: str) -> None:
    desk = Desk()
    session = ik.Session(APP, "morning", operation="AssumeRole", keys={key: "ana"})
    for by in (session, desk.open(source_identity="ana")):
        assert desk.refuse(by, desk.app, source_identity="bob").error == "AccessDenied"
        assert desk.open(by, desk.app, source_identity="ana").source_identity == "ana"


def test_B13_it_is_in_each_request_of_the_session() -> None:
    desk = Desk()
    mine = allow(GET, when={"StringEquals": {"aws:SourceIdentity": "ana"}})
    reader = desk.role("reader", policies=[mine])
    assert desk.may(desk.open(role=reader, source_identity="ana"), GET, OBJECT)
    assert not desk.may(desk.open(role=reader), GET, OBJECT)
    named = desk.role("named", when={"StringEquals": {"sts:SourceIdentity": "ana"}})
    assert desk.open(role=named, source_identity="ana")
    assert desk.refuse(role=named).error == "AccessDenied"


# MFA (id_credentials_mfa_configure-api-require).


def test_a_trust_policy_can_ask_for_a_second_factor() -> None:
    desk = Desk()
    guarded = desk.role("guarded", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    fresh = desk.role("fresh", when={"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}})
    serial = desk.ana.holdings.add_mfa().serial
    assert desk.refuse(role=guarded).error == desk.refuse(role=fresh).error == "AccessDenied"
    assert desk.open(role=guarded, mfa=serial) and desk.open(role=fresh, mfa=serial)
    token = issued(desk.sts.get_session_token(desk.key, mfa=serial))
    desk.sts.clock.forward(299)
    assert desk.open(token, fresh)
    desk.sts.clock.forward(1)
    assert desk.open(token, guarded) and not desk.sts.assume_role(token, fresh, "morning")
    assert desk.open(token, fresh, mfa=serial)  # a new code


def test_the_session_of_assume_role_does_not_tell_of_the_second_factor() -> None:
    desk = Desk()
    careful = desk.role("careful", policies=[allow(GET, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})])
    session = desk.open(role=careful, mfa=desk.ana.holdings.add_mfa().serial)
    assert not desk.may(session, GET, OBJECT)
    with pytest.raises(RequestError, match="cannot choose aws:MultiFactorAuthAge"):
        desk.may(session, GET, OBJECT, context={"aws:MultiFactorAuthAge": "0"})
    fresh = allow(GET, when={"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}})
    careful.inline["inline-1"] = ik.Policy.parse(fresh)
    assert isinstance(desk.world.can(session.session, GET, OBJECT), ik.Proof)
    desk.ana.inline["inline-1"] = ik.Policy.parse(fresh)
    for mfa, kind in ((None, ik.Proof), (desk.ana.holdings.mfa_devices[0].serial, ik.Witness)):
        token = issued(desk.sts.get_session_token(desk.key, mfa=mfa))
        assert isinstance(desk.world.can(token.session, GET, OBJECT), kind)


def test_B5_a_passkey_and_somebody_elses_device_are_refused() -> None:
    desk = Desk()
    passkey = desk.ana.holdings.add_mfa("passkey").serial
    foreign = desk.own.user("bob").holdings.add_mfa().serial
    for serial in (passkey, foreign, "arn:aws:iam::111122223333:mfa/nobody", ""):
        answer = desk.refuse(mfa=serial)
        assert answer.error == "AccessDenied" and answer.message.startswith("MultiFactorAuthentication failed")


def test_a_role_session_has_no_second_factor() -> None:
    desk = Desk()
    serial = desk.ana.holdings.add_mfa().serial
    assert desk.refuse(desk.open(), desk.app, mfa=serial).message.startswith("MultiFactorAuthentication failed")


@pytest.mark.parametrize("key", ["aws:MultiFactorAuthPresent", "aws:multifactorauthage", "aws:TokenIssueTime"])
def test_C15_B24_a_long_term_key_has_no_second_factor_and_no_issue_time(key: str) -> None:
    desk = Desk()
    value = NINE if "Time" in key else "1"
    with pytest.raises(RequestError, match="cannot choose"):
        desk.may(desk.key, GET, OBJECT, context={key: value})


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}


def test_C15_a_deny_without_a_second_factor_meets_who_could_have_shown_one() -> None:
    # condition-keys: with Bool it misses long-term keys and federated identities, which lack the key.
    desk = Desk()
    desk.ana.inline["no"] = ik.Policy.parse(deny(GET, when=MFA))
    serial = desk.ana.holdings.add_mfa().serial
    token, shown = (issued(desk.sts.get_session_token(desk.key, mfa=mfa)) for mfa in (None, serial))
    federated = issued(desk.sts.get_federation_token(desk.key, "visitor", policy=allow()))
    assert [desk.may(by, GET, OBJECT) for by in (desk.key, token, shown, federated)] == [True, False, True, True]
    desk.ana.inline["no"] = ik.Policy.parse(deny(GET, when={"BoolIfExists": MFA["Bool"]}))
    assert [desk.may(by, GET, OBJECT) for by in (desk.key, token, shown, federated)] == [False, False, True, False]


@pytest.mark.parametrize(
    "operation, told", [("AssumeRole", ("false",)), ("AssumeRoleWithSAML", ()), ("AssumeRoleWithWebIdentity", ())]
)
def test_of_federated_identities_aws_tells_of_no_second_factor(operation: str, told: tuple[str, ...]) -> None:
    # condition-keys: "not present for federated identities"; see tests of SAML and web identities for whole calls.
    desk = Desk()
    session = ik.Session(APP, "morning", operation=operation, keys=mfa_key(operation))
    assert desk.world.situation(session, "*").facts.of("aws:MultiFactorAuthPresent") == told


# B24: when it was issued.


@pytest.mark.parametrize("operation", ROLE_OPERATIONS)
def test_B24_a_session_says_when_it_was_issued_and_its_requests_cannot(operation: str) -> None:
    desk = Desk()
    session = ik.Session(APP, "morning", operation=operation, keys={"aws:TokenIssueTime": NINE})
    with pytest.raises(RequestError, match="cannot choose aws:TokenIssueTime"):
        desk.world.decide(session, GET, OBJECT, {"aws:TokenIssueTime": "2026-11-24T10:00:00Z"})
    older = deny(when={"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:00:30Z"}})
    desk.app.inline["AWSRevokeOlderSessions"] = ik.Policy.parse(older)
    assert desk.world.decide(session, GET, OBJECT).effect == EXPLICIT


def test_B23_B24_revoking_older_sessions_spares_newer_ones_and_long_term_keys() -> None:
    desk = Desk()
    old = desk.open()
    older = deny(when={"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:00:30Z"}})
    for holder in (desk.app, desk.ana):
        holder.inline["AWSRevokeOlderSessions"] = ik.Policy.parse(older)
    token = issued(desk.sts.get_session_token(desk.key))
    desk.sts.clock.forward(30)
    new = desk.open()
    assert [desk.may(by, GET, OBJECT) for by in (old, new, token, desk.key)] == [False, True, False, True]


def test_what_the_operation_did_not_set_is_absent() -> None:
    desk = Desk()
    facts = desk.world.situation(desk.open().session, "*").facts
    absent = ("aws:SourceIdentity", "aws:FederatedProvider", "saml:sub", "accounts.google.com:sub", "aws:AssumedRoot")
    assert [facts.of(key) for key in absent] == [()] * len(absent)
    assert facts.of("aws:SourceIp") is None
    left_open = desk.world.situation(ik.Session(APP, "morning"), "*").facts
    assert left_open.of("aws:MultiFactorAuthPresent") is None


# A13: what requests say of their principal.


def test_A13_keys_of_each_kind_of_session() -> None:
    desk = Desk()
    token = issued(desk.sts.get_session_token(desk.key))
    federated = issued(desk.sts.get_federation_token(desk.key, "visitor"))
    root = issued(desk.sts.get_session_token(desk.own.root_holdings.add_access_key()))
    asked = ("aws:PrincipalType", "aws:userid", "aws:username", "aws:PrincipalArn")

    def said(session: ik.Session) -> list[str | None]:
        facts = desk.world.situation(session, "*").facts
        return [next(iter(facts.of(key) or ()), None) for key in asked]

    assert said(token.session) == ["User", desk.ana.unique_id, "ana", ANA]
    visitor = f"arn:aws:sts::{OWN}:federated-user/visitor"
    assert said(federated.session) == ["FederatedUser", f"{OWN}:visitor", None, visitor]
    assert said(root.session) == ["Account", OWN, None, f"arn:aws:iam::{OWN}:root"]
    assert said(desk.open().session) == ["AssumedRole", f"{desk.app.unique_id}:morning", None, APP]
    assert desk.ana.unique_id.startswith("AIDA") and desk.app.unique_id.startswith("AROA")


# Sessions that cannot be.


@pytest.mark.parametrize(
    "of, name, operation",
    [
        (ANA, "morning", "AssumeRole"), (APP, "", "GetSessionToken"), (APP, "morning", "GetFederationToken"),
        (f"arn:aws:iam::{OWN}:root", "", ""), (APP, "", "AssumeRoot"), (f"arn:aws:iam::{OWN}:root/x", "", "AssumeRoot"),
        (ANA, "morning", "GetSessionToken"), (APP, "morning", "AssumeRol"), (APP, "m", "AssumeRole"),
        (ANA, "a" * 33, "GetFederationToken"), (f"arn:aws:iam::{OWN}:group/g", "morning", ""),
    ],
)  # fmt: skip
def test_sessions_that_no_operation_issues(of: str, name: str, operation: str) -> None:
    with pytest.raises(RequestError) as fault:
        ik.Session(of, name, operation=operation)
    assert fault.value.where == "session" and fault.value.remedy
