"""F4: the identity broker."""

import pytest

from iamkit.credentials.clock import HOUR, MINUTE
from iamkit.credentials.flows.broker import identity_broker
from tests.credentials.acme import READ, Broker

USER, BROKER, DIRECTORY, STS, SIGNIN, CONSOLE = (
    "User", "Identity broker", "Directory", "AWS STS", "AWS sign-in", "AWS console",
)  # fmt: skip


@pytest.fixture
def broker():
    return Broker()


def play(broker, **given):
    return identity_broker(broker.world, broker.sts.clock, **{"by": broker.key, "user": "ana", **given})


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


@pytest.mark.parametrize("way", ["AssumeRole", "GetFederationToken"])
def test_F4_the_steps(broker, way):
    flow = play(broker, role=broker.role if way == "AssumeRole" else None)
    assert steps(flow) == [
        (USER, BROKER), (BROKER, DIRECTORY), (BROKER, STS), (STS, BROKER), (BROKER, SIGNIN), (SIGNIN, BROKER),
        (BROKER, USER), (USER, CONSOLE),
    ]  # fmt: skip
    assert flow.result.operation == way
    assert flow.refused_at is None


def test_F4_the_sign_in_token_is_asked_for_with_the_three_parts_of_the_credentials(broker):
    asked = play(broker, role=broker.role).messages[4]
    assert asked.carries["Action"] == "getSigninToken"
    assert set(asked.carries["Session"]) == {"sessionId", "sessionKey", "sessionToken"}
    assert asked.carries["Session"]["sessionId"].startswith("ASIA")


def test_F4_the_address_says_where_to_sign_in_again(broker):
    told = play(broker, role=broker.role, issuer="https://broker.acme.example/again").messages[6]
    assert "Issuer=https%3A%2F%2Fbroker.acme.example%2Fagain" in told.carries["url"]
    assert "15 minutes" in told.note


@pytest.mark.parametrize(("seconds", "opens"), [(15 * MINUTE - 1, True), (15 * MINUTE, False)])
def test_F4_the_address_lives_15_minutes(broker, seconds, opens):
    flow = play(broker, role=broker.role, later=seconds)
    assert (flow.refused_at is None) is opens
    assert opens or flow.result.operation == "login"


def test_F4_session_duration_ends_the_flow_with_get_federation_token(broker):
    flow = play(broker, session_duration=HOUR)
    assert steps(flow)[-1] == (SIGNIN, BROKER)
    assert flow.result.operation == "getSigninToken"
    assert play(broker, role=broker.role, session_duration=HOUR).refused_at is None


def test_F4_get_federation_token_needs_the_keys_of_an_iam_user(broker):
    flow = play(broker, by=broker.sts.assume_role(broker.key, broker.role, "broker"))
    assert flow.result.error == "AccessDenied"
    assert steps(flow)[-1] == (STS, BROKER)


def test_F4_a_broker_whom_the_role_does_not_trust(broker):
    assert play(broker, role=broker.second).result.error == "AccessDenied"


def test_F4_a_user_whom_the_directory_does_not_know(broker):
    flow = play(broker, role=broker.role, known=False)
    assert steps(flow) == [(USER, BROKER), (BROKER, DIRECTORY)]
    assert not flow.result


def test_B8_get_federation_token_without_a_session_policy_gives_nothing(broker):
    payroll = "arn:aws:s3:::acme-payroll/march.csv"
    without, with_policy = play(broker).result, play(broker, policy=READ).result
    assert not broker.sts.call(without, "s3:GetObject", payroll).allowed
    assert broker.sts.call(with_policy, "s3:GetObject", payroll).allowed
