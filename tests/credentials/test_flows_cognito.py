"""F6: Amazon Cognito identity pools."""

import pytest

from iamkit.credentials.clock import HOUR, MINUTE, Clock
from iamkit.credentials.cognito import HOST, IdentityPool
from iamkit.credentials.flows.cognito import cognito_basic, cognito_developer, cognito_enhanced
from iamkit.credentials.oidcidp import OidcIdp
from iamkit.world import World
from tests.credentials.acme import ACME, NOW, PAYROLL, READ, allow

APP, LOGIN, BACKEND, COGNITO, STS, SERVICE = (
    "App", "Login provider", "Backend", "Amazon Cognito", "AWS STS", "AWS service",
)  # fmt: skip
POOL = "eu-west-1:1f0c3a52-6c3b-4d0e-9a55-4d7b6f1c2a10"
GET = ("s3:GetObject", f"{PAYROLL}/march.csv")


@pytest.fixture(scope="module")
def own():
    """Cognito's key."""
    return OidcIdp("https://cognito-identity.amazonaws.com", "RS512")


@pytest.fixture(scope="module")
def google():
    return OidcIdp("https://accounts.google.com", "ES256")


class Game:
    """An app with an identity pool, a role for users and one for guests."""

    def __init__(self, own, google):
        self.world, self.clock, self.google = World(), Clock(NOW), google
        self.acme = self.world.account(ACME)
        self.user = self.role("user", POOL, "authenticated", policies=[READ], max_session=2 * HOUR)
        self.guest = self.role("guest", POOL, "unauthenticated")
        self.pool = IdentityPool(POOL, [(google, "game")], self.user, self.guest, basic=True, idp=own)

    def role(self, name, pool, amr, **given):
        condition = {"StringEquals": {f"{HOST}:aud": pool}, "ForAnyValue:StringLike": {f"{HOST}:amr": amr}}
        return self.acme.role(name, trust=allow("sts:AssumeRoleWithWebIdentity", HOST, **condition), **given)

    def login(self, user="ana", client="game", **given):
        return self.google.token(user, client, self.clock, **given)


@pytest.fixture
def game(own, google):
    return Game(own, google)


def enhanced(game, token, **given):
    return cognito_enhanced(game.world, game.clock, game.pool, token, **given)


def basic(game, token, role=None, **given):
    return cognito_basic(game.world, game.clock, game.pool, token, role or game.user, **given)


def developer(game, **given):
    return cognito_developer(game.world, game.clock, game.pool, "ana", **given)


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


def test_F6_the_steps_of_the_enhanced_flow(game):
    flow = enhanced(game, game.login(), call=GET)
    assert steps(flow) == [
        (APP, LOGIN), (LOGIN, APP), (APP, COGNITO), (COGNITO, APP), (APP, COGNITO), (COGNITO, STS), (STS, STS),
        (STS, COGNITO), (COGNITO, APP), (APP, SERVICE),
    ]  # fmt: skip
    assert flow.messages[-1].decided.allowed
    assert flow.result.session.of == game.user.arn


def test_B21_the_credentials_of_the_enhanced_flow_last_1_hour(game):
    assert enhanced(game, game.login()).result.lasts == HOUR


def test_F6_the_steps_of_the_basic_flow(game):
    flow = basic(game, game.login(), call=GET)
    assert steps(flow) == [
        (APP, LOGIN), (LOGIN, APP), (APP, COGNITO), (COGNITO, APP), (APP, COGNITO), (COGNITO, APP), (APP, STS),
        (STS, STS), (STS, APP), (APP, SERVICE),
    ]  # fmt: skip
    assert flow.messages[-1].decided.allowed


def test_F6_in_the_basic_flow_the_app_chooses_duration_and_role(game):
    assert basic(game, game.login(), duration=2 * HOUR).result.lasts == 2 * HOUR
    other = game.role("other", POOL, "authenticated")
    assert basic(game, game.login(), other).result.session.of == other.arn


def test_F6_the_basic_flow_must_be_turned_on(game):
    game.pool.basic = False
    flow = basic(game, game.login())
    message = "Basic (classic) flow is not enabled, please use enhanced flow."
    assert (flow.result.error, flow.result.message) == ("InvalidParameterException", message)
    assert STS not in flow.actors


def test_F6_the_token_of_cognito_names_pool_identity_and_login(game):
    token = next(one.carries["Token"] for one in basic(game, game.login()).messages if "Token" in one.carries)
    assert token.claims["iss"] == "https://cognito-identity.amazonaws.com"
    assert token.claims["aud"] == POOL
    assert token.claims["sub"] == game.pool.identity("accounts.google.com:ana")
    assert token.claims["amr"] == ["authenticated", "accounts.google.com"]
    assert token.claims["exp"] - token.claims["iat"] == 10 * MINUTE


def test_F6_a_guest_gets_the_role_for_guests(game):
    flow = enhanced(game, None)
    assert flow.result.session.of == game.guest.arn
    assert LOGIN not in flow.actors


def test_F6_a_guest_does_not_get_the_role_for_users(game):
    assert basic(game, None, game.user).result.error == "AccessDenied"
    assert basic(game, game.login(), game.guest).result.error == "AccessDenied"


def test_F6_a_pool_without_a_role_for_guests_lets_none_in(game):
    game.pool.unauthenticated = None
    flow = enhanced(game, None)
    assert flow.result.error == "NotAuthorizedException"
    assert flow.result.message == "Unauthenticated access is not supported for this identity pool."


def test_F6_a_user_of_another_pool_does_not_get_in(game, own, google):
    other = IdentityPool("eu-west-1:99999999-6c3b-4d0e-9a55-4d7b6f1c2a10", [(google, "game")], game.user, idp=own)
    assert cognito_enhanced(game.world, game.clock, other, game.login()).result.error == "AccessDenied"


def test_F6_a_role_that_does_not_test_the_pool_lets_other_pools_in(game, own, google):
    role = game.acme.role("open", trust=allow("sts:AssumeRoleWithWebIdentity", HOST))
    other = IdentityPool("eu-west-1:99999999-6c3b-4d0e-9a55-4d7b6f1c2a10", [(google, "game")], role, idp=own)
    assert cognito_enhanced(game.world, game.clock, other, game.login()).result


@pytest.mark.parametrize(
    "spoil",
    [
        lambda game: game.login().tampered(sub="root"),
        lambda game: game.login().unsigned(),
        lambda game: game.login(client="other"),
        lambda game: game.login(lasts=0),
        lambda game: OidcIdp("https://accounts.google.com", "ES256").token("ana", "game", game.clock),
        lambda game: OidcIdp("https://other.example", "ES256").token("ana", "game", game.clock),
    ],
    ids=["changed", "unsigned", "for another app", "expired", "of another key", "of another issuer"],
)
def test_F6_a_login_that_is_not_good(game, spoil):
    flow = enhanced(game, spoil(game))
    assert flow.result.error == "NotAuthorizedException"
    assert flow.result.message.startswith("Invalid login token.")
    assert STS not in flow.actors


def test_F6_developer_authenticated_identities(game):
    game.pool.developer = "login.acme.game"
    flow = developer(game, call=GET)
    assert steps(flow)[:4] == [(APP, BACKEND), (BACKEND, COGNITO), (COGNITO, BACKEND), (BACKEND, APP)]
    assert flow.messages[1].what == "GetOpenIdTokenForDeveloperIdentity"
    assert flow.messages[2].carries["Token"].claims["amr"] == ["authenticated", "login.acme.game"]
    assert flow.result.session.of == game.user.arn


def test_F6_the_backend_knows_its_users(game):
    game.pool.developer = "login.acme.game"
    flow = developer(game, known=False)
    assert steps(flow) == [(APP, BACKEND)]
    assert not flow.result


def test_F6_a_pool_without_a_developer_provider(game):
    assert developer(game).result.error == "InvalidParameterException"


@pytest.mark.parametrize(("seconds", "accepted"), [(0, False), (1, True), (86_400, True), (86_401, False)])
def test_F6_a_developer_token_lasts_24_hours_at_most(game, seconds, accepted):
    game.pool.developer = "login.acme.game"
    assert bool(developer(game, token_duration=seconds).result) is accepted


def test_F6_a_pool_without_a_role_for_users(game):
    game.pool.authenticated = None
    flow = enhanced(game, game.login())
    assert flow.result.error == "InvalidIdentityPoolConfigurationException"


def test_one_user_keeps_one_identity_and_two_have_two(game):
    assert game.pool.identity("accounts.google.com:ana") == game.pool.identity("accounts.google.com:ana")
    assert game.pool.identity("accounts.google.com:ana") != game.pool.identity("accounts.google.com:ben")
    assert repr(game.pool) == f"<IdentityPool {POOL}>"
