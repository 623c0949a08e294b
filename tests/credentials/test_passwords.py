"""The password policy: fact B2. Source: IAM User Guide, id_credentials_passwords_account-policy."""

from typing import Any

import pytest

from iamkit.credentials.passwords import PasswordPolicy
from iamkit.errors import WorldError
from iamkit.identity.holdings import DAY, Holdings

NINE = 1_795_510_800  # 2026-11-24T09:00:00Z
ANA, ROOT = "arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:root"


def owner(arn: str) -> Holdings:
    held = Holdings(arn)
    held.add_password(NINE)
    held.add_access_key(NINE)
    return held


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Payroll1", True),
        ("payroll-1", True),
        ("PAYROLL-1", True),
        ("Payrol1", False),  # seven characters
        ("payroll1", False),  # two classes
        ("12345678", False),
        ("A1-" * 42 + "A1", True),  # 128 characters
        ("A1-" * 43, False),
    ],
)
def test_B2_by_default_eight_characters_of_three_classes(password: str, good: bool) -> None:
    assert (PasswordPolicy().faults(password) == ()) == good


def test_B2_an_accounts_own_policy() -> None:
    policy = PasswordPolicy(shortest=14, classes=0, required=("symbols",), remembers=2)
    assert policy.faults("correct horse staple") == ("It has no symbols.",)
    assert policy.faults("correct-horse") == ("It has 13 characters; 14 are needed.",)
    assert policy.faults("correct-horse-1", ["correct-horse-1"]) == ("It is one of the last 2.",)
    assert policy.faults("correct-horse-1", ["a", "b", "correct-horse-1"]) == ()


@pytest.mark.parametrize(
    "limits",
    [{"shortest": 6}, {"shortest": 128}, {"expires_after": 1}, {"expires_after": 1095}, {"remembers": 24}],
)
def test_B2_limits_of_a_policy(limits: dict[str, Any]) -> None:
    assert PasswordPolicy(**limits)


@pytest.mark.parametrize(
    "limits",
    [{"shortest": 5}, {"shortest": 129}, {"expires_after": 0}, {"expires_after": 1096}, {"remembers": 25},
     {"required": ("emoji",)}, {"classes": 5}],
)  # fmt: skip
def test_B2_a_policy_that_aws_refuses(limits: dict[str, Any]) -> None:
    with pytest.raises(WorldError, match="password policy, "):
        PasswordPolicy(**limits)


def test_B2_no_password_expires_by_default() -> None:
    assert PasswordPolicy().end_of(owner(ANA)) is None


def test_B2_a_password_expires_and_the_access_keys_work_on() -> None:
    ana = owner(ANA)
    assert PasswordPolicy(expires_after=90).end_of(ana) == NINE + 90 * DAY
    assert ana.access_keys[0].is_active


def test_B2_the_policy_does_not_apply_to_the_root_user() -> None:
    assert PasswordPolicy(expires_after=90).end_of(owner(ROOT)) is None


def test_B2_without_a_password_nothing_expires() -> None:
    assert PasswordPolicy(expires_after=90).end_of(Holdings(ANA)) is None
