"""Credentials and identity providers in world files. What AWS allows is in tests/identity/test_holdings.py."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, strategies as st

from iamkit.errors import WorldError
from iamkit.files.worldfile import load, to_dict
from iamkit.identity.account import Account
from iamkit.identity.holdings import DAY, Holdings
from iamkit.world import World

ID = "111122223333"
NINE = 1_795_510_800  # 2026-11-24T09:00:00Z


def world_of(**account: Any) -> dict[str, Any]:
    return {"iamkit": 1, "accounts": {ID: account}}


def held_by(credentials: dict[str, Any]) -> Holdings:
    return load(world_of(users={"ana": {"credentials": credentials}})).accounts[ID].users["ana"].holdings


def test_each_kind_is_read() -> None:
    held = held_by({
        "password": {"changed": "2026-11-24T09:00:00Z", "last_used": "2026-11-24T09:01:00Z"},
        "access_keys": [{"id": "AKIAIOSFODNN7EXAMPLE", "created": "2026-11-24T09:00:00Z", "status": "Inactive"}, {}],
        "service_specific": [{"service": "bedrock.amazonaws.com", "created": "2026-11-24T09:00:00Z",
                              "expires": "2026-11-25T09:00:00Z"}],
        "ssh_keys": [{}],
        "certificates": [{"status": "Inactive"}],
        "mfa_devices": [{"kind": "passkey"}, {"serial": "GAHT12345678", "kind": "hardware"}],
    })  # fmt: skip
    assert held.password is not None
    assert (held.password.changed, held.password.last_used) == (NINE, NINE + 60)
    old, new = held.access_keys
    assert (old.id, old.created, old.status) == ("AKIAIOSFODNN7EXAMPLE", NINE, "Inactive")
    assert (new.id[:4], new.created, new.is_active, new.owner) == ("AKIA", None, True, f"arn:aws:iam::{ID}:user/ana")
    assert held.service_specific[0].expires == NINE + DAY
    assert (held.ssh_keys[0].status, held.certificates[0].status) == ("Active", "Inactive")
    assert [device.kind for device in held.mfa_devices] == ["passkey", "hardware"]


def test_a_password_of_which_nothing_is_known_is_one() -> None:
    given = world_of(users={"ana": {"credentials": {"password": {}}}})
    assert held_by({"password": {}}).password is not None
    assert to_dict(load(given)) == given


def test_the_root_user_has_credentials_too() -> None:
    given = world_of(root_credentials={"password": {}, "access_keys": [{}], "mfa_devices": [{"kind": "hardware"}]})
    account = load(given).accounts[ID]
    assert account.root_holdings.access_keys[0].owner == f"arn:aws:iam::{ID}:root"
    assert to_dict(load(given)) == given


def test_providers_are_read() -> None:
    github = "https://token.actions.githubusercontent.com"
    given = world_of(providers={
        "saml": {"corp": {"entity_id": "https://idp.example.com/saml"}},
        "oidc": {github: {"client_ids": ["sts.amazonaws.com"]}},
    })  # fmt: skip
    account = load(given).accounts[ID]
    assert sorted(account.providers) == [
        f"arn:aws:iam::{ID}:oidc-provider/token.actions.githubusercontent.com",
        f"arn:aws:iam::{ID}:saml-provider/corp",
    ]
    assert to_dict(load(given)) == given


# Every world comes back


def access_key(held: Holdings, draw: st.DrawFn) -> None:
    held.add_access_key(draw(TIMES), status=draw(st.sampled_from(("Active", "Inactive"))), last_used=draw(TIMES))


def service_specific(held: Holdings, draw: st.DrawFn) -> None:
    lasts = draw(st.none() | st.integers(DAY, 36_600 * DAY))
    held.add_service_specific(draw(st.sampled_from(("bedrock.amazonaws.com", "logs.amazonaws.com"))), NINE, lasts=lasts)


def mfa(held: Holdings, draw: st.DrawFn) -> None:
    held.add_mfa(draw(st.sampled_from(("virtual", "hardware", "passkey"))))


def deleted(held: Holdings, draw: st.DrawFn) -> None:
    lists: list[list[Any]] = [held.access_keys, held.service_specific, held.ssh_keys, held.mfa_devices]
    full = [one for one in lists if one]
    if full:
        found = draw(st.sampled_from(full))
        found.pop(draw(st.integers(0, len(found) - 1)))


def given_key(held: Holdings, draw: st.DrawFn) -> None:
    """A key with an ID that AWS gave."""
    id = f"AKIA{held.owner[-3:].upper()}{draw(st.integers(10**12, 10**13 - 1))}"
    if id not in [key.id for key in held.access_keys]:
        held.add_access_key(id=id)


TIMES = st.none() | st.integers(0, 2 * NINE)
STEPS: tuple[Callable[[Holdings, st.DrawFn], Any], ...] = (
    access_key,
    service_specific,
    mfa,
    deleted,
    lambda held, draw: held.add_password(draw(TIMES), draw(TIMES)),
    lambda held, draw: held.add_ssh_key(),
    lambda held, draw: held.add_certificate(),
    given_key,
)


@st.composite
def accounts(draw: st.DrawFn) -> World:
    """A world whose user, and whose user of a deleted user's name, were given and lost credentials."""
    world = World()
    account = world.account(ID)
    users = [account.user("ana"), account.user("ben", path="/b/")]
    world.delete(users[0])
    for held in (account.user("ana").holdings, users[1].holdings):
        for step in draw(st.lists(st.sampled_from(STEPS), max_size=8)):
            try:
                step(held, draw)
            except WorldError:
                continue  # one more than AWS allows
    return world


def everything(account: Account) -> list[Any]:
    return [asdict(account.root_holdings), *(asdict(user.holdings) for _, user in sorted(account.users.items()))]


@given(accounts())
def test_what_is_held_comes_back(world: World) -> None:
    given = to_dict(world)
    again = load(given)
    assert to_dict(again) == given
    assert everything(again.accounts[ID]) == everything(world.accounts[ID])


@given(accounts())
def test_the_next_credential_has_the_same_id_before_and_after(world: World) -> None:
    """An ID that was deleted does not come back, also after the world was written and read."""
    again = load(to_dict(world))
    for name in ("ana", "ben"):
        mine, theirs = (found.accounts[ID].users[name].holdings for found in (world, again))
        if len(mine.ssh_keys) < 5:
            assert mine.add_ssh_key().id == theirs.add_ssh_key().id


# Faults

A = f"$.accounts.{ID}"
C = f"{A}.users.ana.credentials"
KEY = {"id": "AKIAIOSFODNN7EXAMPLE"}
BEDROCK = {"service": "bedrock.amazonaws.com"}
FAULTS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a third access key": ({"access_keys": [{}, {}, {}]}, f"{C}.access_keys[2]", "2 is the most", "Delete"),
    "a key twice": ({"access_keys": [KEY, KEY]}, f"{C}.access_keys[1]", "is used twice", f"{C}.access_keys[0] has it"),
    "an expired access key": ({"access_keys": [{"status": "Expired"}]}, f"{C}.access_keys[0].status",
                              "'Expired' is not a status", "Active, Inactive"),
    "a secret": ({"access_keys": [{"secret": "x"}]}, f"{C}.access_keys[0].secret", "no 'secret'", "keeps none"),
    "a key ID of a few letters": ({"access_keys": [{"id": "AKIA"}]}, f"{C}.access_keys[0].id", "is not the ID", "AKIA"),
    "a time of the day": ({"password": {"changed": "09:00"}}, f"{C}.password.changed", "is not a time", "2026-11-24T"),
    "a day that there is not": ({"password": {"changed": "2026-02-30T09:00:00Z"}}, f"{C}.password.changed",
                                "2026-02-30", "Write a time"),
    "an end without a beginning": ({"service_specific": [{**BEDROCK, "expires": "2026-11-24T09:00:00Z"}]},
                                   f"{C}.service_specific[0]", "is not allowed", "Say when it is made"),
    "an end before the beginning": ({"service_specific": [{**BEDROCK, "created": "2026-11-24T09:00:00Z",
                                                           "expires": "2026-11-23T09:00:00Z"}]},
                                    f"{C}.service_specific[0]", "is not allowed", "1 to 36,600 days"),
    "an end that CodeCommit does not know": ({"service_specific": [{
        "service": "codecommit.amazonaws.com", "created": "2026-11-24T09:00:00Z", "expires": "2026-11-30T09:00:00Z"}]},
        f"{C}.service_specific[0]", "have no end", "Leave"),
    "no service": ({"service_specific": [{}]}, f"{C}.service_specific[0]", "needs 'service'", "codecommit"),
    "a service's short name": ({"service_specific": [{"service": "codecommit"}]}, f"{C}.service_specific[0].service",
                               "is not a service", "codecommit.amazonaws.com"),
    "an unknown MFA device": ({"mfa_devices": [{"kind": "sms"}]}, f"{C}.mfa_devices[0].kind", "'sms' is not",
                              "passkey"),
    "a device twice": ({"mfa_devices": [{"serial": "GAHT12345678"}, {"serial": "GAHT12345678"}]},
                       f"{C}.mfa_devices[1]", "listed twice", "once"),
    "six SSH keys": ({"ssh_keys": [{}] * 6}, f"{C}.ssh_keys[5]", "5 is the most", "Delete"),
    "a misspelled kind": ({"accesskeys": []}, f"{C}.accesskeys", "no 'accesskeys'", "'access_keys'"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_credentials_is_told(name: str) -> None:
    credentials, where, what, remedy = FAULTS[name]
    with pytest.raises(WorldError) as caught:
        load(world_of(users={"ana": {"credentials": credentials}}))
    assert caught.value.where == where
    assert what in caught.value.what
    assert remedy in caught.value.remedy


HANDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a password at the user": ({"users": {"ana": {"password": {}}}}, f"{A}.users.ana.password", '"credentials"'),
    "credentials of a group": ({"groups": {"g": {"credentials": {}}}}, f"{A}.groups.g.credentials", "each user"),
    "credentials of an account": ({"credentials": {}}, f"{A}.credentials", '"root_credentials"'),
    "an SSH key of root": ({"root_credentials": {"ssh_keys": [{}]}}, f"{A}.root_credentials.ssh_keys[0]", "IAM user"),
    "one key of two users": ({"users": {"ana": {"credentials": {"access_keys": [KEY]}},
                                        "ben": {"credentials": {"access_keys": [KEY]}}}},
                             f"{A}.users.ben.credentials.access_keys[0]", f"{C}.access_keys[0] has it"),
    "a provider without an issuer": ({"providers": {"saml": {"corp": {}}}}, f"{A}.providers.saml.corp", "issuer"),
    "a provider that needs no object": ({"providers": {"oidc": {"https://accounts.google.com": {}}}},
                                        f'{A}.providers.oidc["https://accounts.google.com"]', "built into AWS"),
    "a host in place of an issuer": ({"providers": {"oidc": {"example.com": {}}}},
                                     f'{A}.providers.oidc["example.com"]', "https://"),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDS)
def test_a_fault_around_credentials_is_told(name: str) -> None:
    account, where, remedy = HANDS[name]
    with pytest.raises(WorldError) as caught:
        load(world_of(**account))
    assert caught.value.where == where
    assert remedy in caught.value.remedy
