"""B15: the federation endpoint, getSigninToken, and the address of the console."""

import pytest

from iamkit.credentials.clock import HOUR, MINUTE
from iamkit.credentials.saml import assume_role_with_saml
from iamkit.credentials.signin import ConsoleSession, get_signin_token
from tests.credentials.acme import Broker, Saml


@pytest.fixture
def broker():
    return Broker()


@pytest.mark.parametrize(("seconds", "accepted"), [(899, False), (900, True), (43_200, True), (43_201, False)])
def test_B15_session_duration_is_900_to_43200(broker, seconds, accepted):
    token = get_signin_token(broker.sts, broker.assumed(), seconds)
    assert bool(token) is accepted
    assert accepted or token.error == "400 Bad Request"


@pytest.mark.parametrize(("seconds", "accepted"), [(2 * HOUR, True), (2 * HOUR + 1, False)])
def test_B15_session_duration_is_no_longer_than_the_role_allows(seconds, accepted):
    broker = Broker(max_session=2 * HOUR)
    assert bool(get_signin_token(broker.sts, broker.assumed(), seconds)) is accepted


def test_B15_session_duration_fails_with_chained_credentials(broker):
    chained = broker.sts.assume_role(broker.assumed(), broker.second, "ana")
    assert get_signin_token(broker.sts, chained)
    refused = get_signin_token(broker.sts, chained, HOUR)
    assert not refused
    assert "role chaining" in refused.message


def test_B15_session_duration_fails_with_get_federation_token(broker):
    federated = broker.sts.get_federation_token(broker.key, "ana")
    assert get_signin_token(broker.sts, federated)
    refused = get_signin_token(broker.sts, federated, HOUR)
    assert not refused
    assert "GetFederationToken" in refused.message


def test_B15_session_duration_fails_where_a_session_token_assumed_the_role(broker):
    token = broker.sts.get_session_token(broker.key)
    assumed = broker.sts.assume_role(token, broker.role, "ana")
    assert assumed
    assert get_signin_token(broker.sts, assumed)
    assert not get_signin_token(broker.sts, assumed, HOUR)


def test_B15_session_duration_goes_with_a_saml_session():
    saml = Saml()
    role = saml.role(max_session=12 * HOUR)
    assumed = assume_role_with_saml(saml.sts, role, saml.provider, saml.response(role))
    assert get_signin_token(saml.sts, assumed, 8 * HOUR)


def test_B2_a_session_token_does_not_open_the_console(broker):
    assert not get_signin_token(broker.sts, broker.sts.get_session_token(broker.key))


def test_B15_by_default_the_console_session_ends_with_the_credentials(broker):
    token = get_signin_token(broker.sts, broker.assumed(duration=2 * HOUR))
    broker.sts.clock.forward(10 * MINUTE)
    opened = token.open(broker.sts.clock)
    assert isinstance(opened, ConsoleSession)
    assert opened.ends == token.made + 2 * HOUR


def test_B15_session_duration_counts_from_the_sign_in(broker):
    token = get_signin_token(broker.sts, broker.assumed(), 8 * HOUR)
    opened = token.open(broker.sts.clock.forward(10 * MINUTE))
    assert opened.ends == token.made + 10 * MINUTE + 8 * HOUR


@pytest.mark.parametrize(("seconds", "opens"), [(15 * MINUTE - 1, True), (15 * MINUTE, False)])
def test_B15_the_address_lives_15_minutes(broker, seconds, opens):
    token = get_signin_token(broker.sts, broker.assumed())
    assert bool(token.open(broker.sts.clock.forward(seconds))) is opens


@pytest.mark.parametrize(("seconds", "accepted"), [(HOUR - 1, True), (HOUR, False)])
def test_expired_credentials_get_no_sign_in_token(broker, seconds, accepted):
    assumed = broker.assumed()
    broker.sts.clock.forward(seconds)
    answer = get_signin_token(broker.sts, assumed)
    assert bool(answer) is accepted
    assert accepted or answer.error == "ExpiredToken"


def test_the_address_shows_issuer_and_destination_but_no_token(broker):
    token = get_signin_token(broker.sts, broker.assumed())
    assert token.url("https://broker.acme.example") == (
        "https://signin.aws.amazon.com/federation?Action=login&Issuer=https%3A%2F%2Fbroker.acme.example"
        "&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F&SigninToken=…"
    )
    assert repr(token) == "<SigninToken for assumed-role/staff/ana, until 2026-11-24T09:15:00Z>"
    assert repr(token.open(broker.sts.clock)) == "<ConsoleSession assumed-role/staff/ana, until 2026-11-24T10:00:00Z>"
