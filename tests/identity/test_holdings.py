"""What a user and the root user hold: facts B1, B2, B4, B5, B.6. Pages are of the IAM User Guide."""

import re

import pytest

from iamkit.errors import WorldError
from iamkit.identity.account import Account
from iamkit.identity.holdings import DAY, Holdings

ANA = "arn:aws:iam::111122223333:user/payroll/ana"
ROOT = "arn:aws:iam::111122223333:root"
NOW = 1_795_510_800  # 2026-11-24T09:00:00Z


def acme() -> Account:
    return Account("111122223333", "acme")


@pytest.mark.parametrize("owner", [ANA, ROOT])
def test_B1_a_user_and_the_root_user_have_two_access_keys_at_most(owner: str) -> None:
    held = Holdings(owner)
    first, second = held.add_access_key(NOW), held.add_access_key(NOW, status="Inactive")
    # An inactive key counts too (id_credentials_access-keys).
    with pytest.raises(WorldError, match=r"2 is the most\. Delete the one"):
        held.add_access_key()
    assert (first.is_active, second.is_active) == (True, False)
    held.access_keys.remove(first)
    assert held.add_access_key(NOW).is_active


def test_B1_an_access_key_is_active_or_inactive_and_never_expires() -> None:
    with pytest.raises(WorldError, match="no end"):
        Holdings(ANA).add_access_key(status="Expired")


def test_B1_a_key_is_found_by_its_id() -> None:
    held = Holdings(ANA)
    key = held.add_access_key()
    assert held.access_key(key.id) is key
    with pytest.raises(WorldError, match=rf"no access key AKIAX\. It holds {key.id}\."):
        held.access_key("AKIAX")


def test_B2_one_password() -> None:
    held = Holdings(ANA)
    held.add_password(NOW)
    with pytest.raises(WorldError, match="1 is the most"):
        held.add_password()


def test_B4_two_service_specific_credentials_for_each_service() -> None:
    held = Holdings(ANA)
    for service in ("codecommit.amazonaws.com", "cassandra.amazonaws.com", "bedrock.amazonaws.com"):
        held.add_service_specific(service)
        held.add_service_specific(service)
        with pytest.raises(WorldError, match=f"{service} already; 2 is the most"):
            held.add_service_specific(service)
    assert len(held.service_specific) == 6


@pytest.mark.parametrize("days", [1, 36_600])
def test_B4_an_api_key_may_end(days: int) -> None:
    made = Holdings(ANA).add_service_specific("bedrock.amazonaws.com", NOW, lasts=days * DAY)
    assert made.expires == NOW + days * 86_400
    assert Holdings(ANA).add_service_specific("bedrock.amazonaws.com", NOW).expires is None


@pytest.mark.parametrize(
    ("service", "created", "lasts", "fault"),
    [
        ("bedrock.amazonaws.com", NOW, 36_601 * DAY, "1 to 36,600 days"),
        ("bedrock.amazonaws.com", NOW, 0, "1 to 36,600 days"),
        ("bedrock.amazonaws.com", None, DAY, "Say when it is made"),
        ("codecommit.amazonaws.com", NOW, DAY, "have no end"),
        ("cassandra.amazonaws.com", NOW, DAY, "have no end"),
    ],
)
def test_B4_other_ends_are_refused(service: str, created: int | None, lasts: int, fault: str) -> None:
    held = Holdings(ANA)
    with pytest.raises(WorldError, match=fault):
        held.add_service_specific(service, created, lasts=lasts)
    assert not held.service_specific


@pytest.mark.parametrize(("kind", "most"), [("ssh_key", 5), ("certificate", 2), ("mfa", 8)])
def test_B5_ssh_keys_5_certificates_2_mfa_devices_8(kind: str, most: int) -> None:
    held = Holdings(ANA)
    for _ in range(most):
        getattr(held, f"add_{kind}")()
    with pytest.raises(WorldError, match=f"{most} is the most"):
        getattr(held, f"add_{kind}")()


def test_B5_the_root_user_has_mfa_devices_too() -> None:
    held = Holdings(ROOT)
    for _ in range(8):
        held.add_mfa()
    with pytest.raises(WorldError, match="8 is the most"):
        held.add_mfa()


def test_the_root_user_has_no_credentials_of_single_services() -> None:
    for add in (Holdings(ROOT).add_ssh_key, lambda: Holdings(ROOT).add_service_specific("codecommit.amazonaws.com")):
        with pytest.raises(WorldError, match="The root user has no"):
            add()


def test_B_6_made_up_ids_begin_as_those_of_aws_do() -> None:
    held = Holdings(ANA)
    made = [held.add_access_key().id, held.add_service_specific("codecommit.amazonaws.com").id,
            held.add_ssh_key().id, held.add_certificate().id]  # fmt: skip
    assert [id[:4] for id in made] == ["AKIA", "ACCA", "APKA", "ASCA"]
    assert all(re.fullmatch(r"[A-Z2-7]{20}", id) for id in made)


def test_an_id_that_is_given_is_kept() -> None:
    assert Holdings(ANA).add_access_key(id="AKIAIOSFODNN7EXAMPLE").id == "AKIAIOSFODNN7EXAMPLE"


def test_made_up_ids_are_the_same_in_every_world_and_never_come_back() -> None:
    first, second = Holdings(ANA), Holdings(ANA)
    assert first.add_access_key().id == second.add_access_key().id
    gone = first.access_keys.pop().id
    assert first.add_access_key().id != gone


def test_a_user_of_the_same_name_has_other_keys_than_the_deleted_one() -> None:
    """Or a key of the deleted user would open the account again."""
    account = acme()
    ana = account.user("ana")
    old = ana.holdings.add_access_key().id
    del account.users["ana"]
    account.gone.append(ana.arn)
    assert account.user("ana").holdings.add_access_key().id != old


def test_serial_numbers_of_mfa_devices() -> None:
    # id_credentials_mfa_configure-api-require: an ARN for a virtual device, a number for a hardware token.
    held = Holdings(ANA)
    assert held.add_mfa().serial == "arn:aws:iam::111122223333:mfa/ana"
    assert held.add_mfa("passkey").serial.startswith("arn:aws:iam::111122223333:u2f/user/ana/")
    assert re.fullmatch(r"GAHT\d{8}", held.add_mfa("hardware").serial)
    assert held.add_mfa(serial="GAHT12345678").serial == "GAHT12345678"
    del held.mfa_devices[0]
    again = [held.add_mfa().serial, held.add_mfa().serial]
    assert len({device.serial for device in held.mfa_devices}) == len(held.mfa_devices)
    assert again[0] == "arn:aws:iam::111122223333:mfa/ana"


def test_holdings_are_true_once_something_is_held() -> None:
    for add in ("password", "access_key", "ssh_key", "certificate", "mfa"):
        held = Holdings(ANA)
        assert not held
        getattr(held, f"add_{add}")()
        assert held


def test_users_and_accounts_have_holdings_of_their_own() -> None:
    account = acme()
    ana, ben = account.user("ana", path="/payroll/"), account.user("ben")
    assert (ana.holdings.owner, account.root_holdings.owner) == (ANA, ROOT)
    ana.holdings.add_access_key()
    assert not ben.holdings and not account.root_holdings


def test_a_key_shows_whose_it_is_and_no_secret() -> None:
    key = Holdings(ANA).add_access_key(status="Inactive")
    assert repr(key) == f"<AccessKey {key.id} of user/payroll/ana, Inactive>"
