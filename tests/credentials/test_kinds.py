"""The table of credentials: facts A2, A17, A18, B1 to B5, B.2, B15 to B21, B.6. Pages are of the IAM User Guide."""

from typing import Any

import pytest

from iamkit.credentials import limits
from iamkit.credentials.kinds import (
    ENDS,
    HOLDERS,
    PREFIXES,
    holds,
    in_words,
    kind,
    kind_of_id,
    kinds,
    kinds_of_id,
    of_operation,
    who_may_hold,
)
from iamkit.errors import IamkitError
from iamkit.identity.taxonomy import kinds as objects

HOUR, DAY = 3600, 86_400


# Who gets permanent credentials, who temporary ones (introduction_identity-management)


def test_a2_only_the_root_user_and_iam_users_hold_long_term_credentials() -> None:
    # "IAM grants IAM users and the root user long-term credentials and IAM roles temporary credentials."
    assert {holder for name in kinds("long-term") for holder in who_may_hold(name)} == {"root", "user"}
    for holder in ("role-session", "federated-user", "center-user", "workload"):
        assert holds(holder, "long-term") == ()
        assert holds(holder, "temporary")


def test_a2_federated_and_identity_center_users_act_through_a_role_session() -> None:
    for name in ("assume-role-with-saml", "assume-role-with-web-identity", "cognito"):
        assert {"role-session", "federated-user"} <= set(who_may_hold(name))
    assert set(who_may_hold("permission-set-session")) == {"role-session", "center-user"}


def test_a2_the_root_user_holds_less_than_an_iam_user() -> None:
    assert set(holds("user", "long-term")) - set(holds("root", "long-term")) == {
        "service-specific", "api-key", "ssh-key"}  # fmt: skip
    assert set(holds("root", "long-term")) < set(holds("user", "long-term"))


def test_a18_iam_users_have_both_a_short_term_and_a_long_term_way_to_sign_calls() -> None:
    assert "access-key" in holds("user", "long-term")
    assert {"get-session-token", "aws-login"} <= set(holds("user", "temporary"))


# B.1 Long-term


def test_B1_access_keys_two_per_user_and_per_root_user() -> None:
    row = kind("access-key")  # id_credentials_access-keys
    assert (row.most, row.per, row.holders, row.prefix) == (2, "user", ("root", "user"), "AKIA")
    assert (row.shortest, row.default, row.longest, row.lifetime) == (None, None, None, "no end")
    assert row.ends == ("deactivated", "deleted")


def test_B2_one_password_which_the_root_users_policy_never_ends() -> None:
    row = kind("password")  # reference_iam-quotas; id_credentials_passwords_account-policy
    assert (row.most, row.holders) == (1, ("root", "user"))
    assert "not apply to the root user" in row.note
    assert "1,095 days" in row.note
    assert "Access keys go on working" in row.note


def test_B3_a_console_session_of_an_iam_user_lasts_12_hours_by_default() -> None:
    row = kind("console-session")  # id_roles_use_switch-role-console
    assert (row.default, row.holders, row.term) == (12 * HOUR, ("user",), "temporary")


def test_B4_service_specific_credentials_two_per_user_and_service() -> None:
    for name in ("service-specific", "api-key"):  # id_credentials_service-specific-creds
        row = kind(name)
        assert (row.most, row.per, row.holders) == (2, "user and service", ("user",))
    assert "CodeCommit" in kind("service-specific").use
    assert "Keyspaces" in kind("service-specific").use
    assert "across accounts" in kind("service-specific").note


def test_B4_api_keys_may_end_after_1_to_36600_days() -> None:
    row = kind("api-key")  # IAM API Reference, CreateServiceSpecificCredential
    assert (row.shortest, row.longest, row.default) == (DAY, 36_600 * DAY, None)
    assert "expires" in row.ends
    assert "expires" not in kind("service-specific").ends


def test_B5_ssh_keys_5_certificates_2_mfa_devices_8() -> None:
    assert [kind(name).most for name in ("ssh-key", "certificate", "mfa-device")] == [5, 2, 8]
    assert who_may_hold("mfa-device") == ("root", "user")
    assert "passkey" in kind("mfa-device").note


# B.2 STS: callers, minimum, default, maximum, MFA, session policy (id_credentials_sts-comparison)

STS = {
    "AssumeRole": ("user role-session", 900, 3600, 43_200, True, True),
    "AssumeRoleWithSAML": ("", 900, 3600, 43_200, False, True),
    "AssumeRoleWithWebIdentity": ("", 900, 3600, 43_200, False, True),
    "GetSessionToken": ("root user", 900, 43_200, 129_600, True, False),
    "GetFederationToken": ("root user", 900, 43_200, 129_600, False, True),
    "AssumeRoot": ("user role-session", 0, 900, 900, False, True),
}


@pytest.mark.parametrize("operation", STS)
def test_B_2_what_each_operation_of_sts_issues(operation: str) -> None:
    row = of_operation(operation)
    callers = " ".join(row.callers)
    assert (callers, row.shortest, row.default, row.longest, row.mfa, row.session_policy) == STS[operation]
    assert (row.prefix, row.term, row.ends) == ("ASIA", "temporary", ("expires",))
    assert operation in row.label


def test_B_2_what_the_credentials_cannot_do() -> None:
    for operation in ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"):
        assert of_operation(operation).cannot == "call GetFederationToken or GetSessionToken"
    session, federated = of_operation("GetSessionToken").cannot, of_operation("GetFederationToken").cannot
    assert "IAM without MFA" in session and "AssumeRole and GetCallerIdentity" in session
    assert "IAM by CLI or API" in federated and "GetCallerIdentity" in federated and "AssumeRole" not in federated
    assert "outside the task" in of_operation("AssumeRoot").cannot


def test_B_2_the_outbound_token_is_no_key() -> None:
    row = kind("outbound-token")  # GetWebIdentityToken
    assert (row.shortest, row.default, row.longest, row.prefix) == (60, 300, 3600, "")
    with pytest.raises(IamkitError, match="issues no AWS keys"):
        of_operation("GetWebIdentityToken")


@pytest.mark.parametrize(
    ("operation", "duration"),
    [
        ("AssumeRole", limits.ROLE),
        ("AssumeRoleWithSAML", limits.ROLE),
        ("AssumeRoleWithWebIdentity", limits.ROLE),
        ("GetSessionToken", limits.USER),
        ("GetFederationToken", limits.USER),
        ("AssumeRoot", limits.ASSUME_ROOT),
    ],
)
def test_B_2_the_table_says_what_sts_enforces(operation: str, duration: limits.Duration) -> None:
    row = of_operation(operation)
    assert (row.shortest, row.default, row.longest) == (duration.least, duration.default, duration.most)


# B.3 Console, Identity Center, CLI


def test_B15_the_federation_endpoint() -> None:
    row = kind("federated-console")  # id_roles_providers_enable-console-custom-url
    assert (row.shortest, row.default, row.longest) == (900, None, 43_200)
    assert "15 minutes" in row.note


def test_B16_switch_role_lasts_no_longer_than_the_users_own_session() -> None:
    row = kind("switched-role")  # id_roles_use_switch-role-console
    assert (row.holders, row.lifetime) == (("role-session",), "set elsewhere")
    assert "The lesser of the role's maximum and what is left of the user's session" in row.note
    assert "external ID or a source identity" in row.note


def test_B17_permission_sets_and_the_access_portal() -> None:
    session, portal = kind("permission-set-session"), kind("portal-session")
    assert (session.shortest, session.default, session.longest) == (3600, 3600, 43_200)
    assert (portal.shortest, portal.default, portal.longest) == (900, 8 * HOUR, 90 * DAY)
    assert portal.holders == ("center-user",)


def test_B18_aws_login_15_minutes_refreshed_for_12_hours() -> None:
    row = kind("aws-login")
    assert (row.shortest, row.default, row.longest, row.refreshed_for) == (900, 900, 900, 12 * HOUR)
    assert set(row.holders) == {"root", "user", "federated-user"}


# B.4 Workloads


def test_B19_what_aws_does_not_publish_is_marked() -> None:
    row = kind("ec2")
    assert row.default == 6 * HOUR and "no figure" in row.weak
    assert "5 minutes" in row.note and "one role" in row.note
    for name in ("ecs", "lambda"):
        row = kind(name)
        assert (row.shortest, row.default, row.longest, row.lifetime) == (None, None, None, "not published")
        assert "parameter" in row.weak


def test_B20_kubernetes_and_servers_outside() -> None:
    assert kind("projected-token").default == 86_400
    assert (kind("irsa").default, kind("irsa").longest) == (3600, 43_200)
    assert "sts:TagSession" in kind("pod-identity").note and "chaining" in kind("pod-identity").note
    row = kind("roles-anywhere")
    assert (row.shortest, row.default, row.longest) == (900, 3600, 43_200)


def test_B21_cognitos_enhanced_flow_gives_an_hour() -> None:
    row = kind("cognito")
    assert row.shortest == row.default == row.longest == 3600


# B.6 (reference_identifiers)


@pytest.mark.parametrize(
    ("prefix", "belongs_to"),
    [
        ("ABIA", "service bearer token"),
        ("ACCA", "context-specific credential"),
        ("AGPA", "group"),
        ("AIDA", "IAM user"),
        ("AIPA", "instance profile"),
        ("AKIA", "access key"),
        ("ANPA", "managed policy"),
        ("ANVA", "version of a managed policy"),
        ("APKA", "public key"),
        ("AROA", "role"),
        ("ASCA", "certificate"),
        ("ASIA", "temporary access key"),
    ],
)
def test_B_6_prefixes(prefix: str, belongs_to: str) -> None:
    assert kind_of_id(f"{prefix}IOSFODNN7EXAMPLE") == belongs_to


def test_B_6_there_are_no_other_prefixes() -> None:
    assert len(PREFIXES) == 12
    with pytest.raises(IamkitError, match=r"'AXYZ1' is no ID of IAM\. IDs of IAM begin with one of: ABIA, "):
        kind_of_id("AXYZ1")


def test_B_6_the_prefix_tells_long_term_from_temporary_keys() -> None:
    assert kinds_of_id("AKIAIOSFODNN7EXAMPLE") == ("access-key",)
    temporary = kinds_of_id("ASIAIOSFODNN7EXAMPLE")
    assert {"assume-role", "get-session-token", "ec2"} <= set(temporary)
    assert all(kind(name).term == "temporary" for name in temporary)
    assert kinds_of_id("AIDAIOSFODNN7EXAMPLE1") == ()


# The table as a whole


def test_every_row_is_complete() -> None:
    for name in kinds():
        row = kind(name)
        assert row.holders and set(row.holders) <= set(HOLDERS)
        assert row.ends and set(row.ends) <= set(ENDS)
        assert row.source and row.use.endswith(".")
        assert all(not text or text.endswith(".") for text in (row.note, row.weak))
        assert row.prefix == "" or row.prefix in PREFIXES
        lengths = [length for length in (row.shortest, row.default, row.longest) if length is not None]
        assert lengths == sorted(lengths)


def test_a_temporary_row_without_figures_says_why() -> None:
    for name in kinds("temporary"):
        row = kind(name)
        assert "expires" in row.ends
        if None in (row.shortest, row.default, row.longest):
            assert row.note or row.weak


def test_long_term_and_temporary_are_all_kinds() -> None:
    assert kinds() == kinds("long-term") + kinds("temporary")
    assert len(set(kinds())) == len(kinds())


def test_who_may_hold_and_holds_are_one_relation() -> None:
    for name in kinds():
        for holder in HOLDERS:
            assert (name in holds(holder)) == (holder in who_may_hold(name))


def test_holders_are_principals_of_the_taxonomy_where_it_has_them() -> None:
    assert {"root", "user", "role-session", "federated-user"} <= set(objects()) & set(HOLDERS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(900, "15 minutes"), (43_200, "12 hours"), (86_400, "1 day"), (129_600, "36 hours"), (7_776_000, "90 days")],
)
def test_lengths_of_time_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_names_that_there_are_not_are_refused() -> None:
    short: Any = "short"
    for call in (lambda: kind("key"), lambda: who_may_hold("key"), lambda: holds("group"), lambda: kinds(short)):
        with pytest.raises(IamkitError) as fault:
            call()
        assert fault.value.remedy.startswith("Use ")
