"""The company of lesson 8, with people and programs whom somebody else knows, and the flows that bring them in.

Identity providers are made once, because making their keys takes time; each flow counts its tokens from one again.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

from iamkit.credentials.clock import HOUR, MINUTE, Clock
from iamkit.credentials.cognito import HOST, ISSUER, IdentityPool
from iamkit.credentials.federation import Flow
from iamkit.credentials.flows.broker import identity_broker
from iamkit.credentials.flows.center import center_cli, center_portal, center_setup
from iamkit.credentials.flows.cognito import cognito_basic, cognito_enhanced
from iamkit.credentials.flows.oidc import GITHUB_URL, github_actions, oidc
from iamkit.credentials.flows.saml import saml_api, saml_console
from iamkit.credentials.oidcidp import OidcIdp, WebToken
from iamkit.credentials.samlidp import SamlIdp
from iamkit.credentials.sts import CallerIdentity, Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.credentials.web import assume_role_with_web_identity
from iamkit.decision import Decision
from iamkit.identity.center import IdentityCenter, IdentitySource
from iamkit.identity.providers import SIGN_IN, SamlProvider
from iamkit.lessons.company import ACCOUNT, BUILDS, HANDBOOK, IAM, MARCH, PAYROLL, larger_company, policy, statement
from iamkit.policies import Source
from iamkit.world import World

NINE, FIVE_TO_TEN, TEN = (f"2026-11-24T{time}:00Z" for time in ("09:00", "09:55", "10:00"))
WITH_SAML, WITH_TOKEN = "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"
READ, WELCOME = "s3:GetObject", f"{HANDBOOK}/welcome.pdf"
READ_PAYROLL = policy(statement("Allow", READ, f"{PAYROLL}/*", sid="Payroll"))
READ_HANDBOOK = policy(statement("Allow", READ, f"{HANDBOOK}/*", sid="Handbook"))

OFFICE_PROVIDER, DESK = f"{IAM}saml-provider/office", f"{IAM}role/payroll-desk"
GITHUB = "token.actions.githubusercontent.com"
GITHUB_PROVIDER, ROBOT_ROLE = f"{IAM}oidc-provider/{GITHUB}", f"{IAM}role/robot"
REPOSITORY = "acme/payroll-robot"
MAIN = f"repo:{REPOSITORY}:ref:refs/heads/main"
POOL = "eu-west-1:1f0c3a52-6c3b-4d0e-9a55-4d7b6f1c2a10"


# Trust policies


def from_office(aud: str | None = SIGN_IN, provider: str = OFFICE_PROVIDER) -> dict[str, Any]:
    """A trust policy for people of the office.

    Args:
        aud: what ``saml:aud`` must be; None for no such condition.
        provider: the SAML provider object.
    """
    condition = {"StringEquals": {"SAML:aud": aud}} if aud else None
    return policy(statement("Allow", WITH_SAML, principal={"Federated": provider}, condition=condition))


def from_github(sub: str | None = MAIN, operator: str = "StringEquals") -> dict[str, Any]:
    """A trust policy for workflows at GitHub.

    Args:
        sub: what the claim ``sub`` must be like; None for no such condition.
        operator: how it is compared.
    """
    condition: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    if sub is not None:
        condition[operator] = {**condition.get(operator, {}), f"{GITHUB}:sub": sub}
    return policy(statement("Allow", WITH_TOKEN, principal={"Federated": GITHUB_PROVIDER}, condition=condition))


def from_pool(amr: str) -> dict[str, Any]:
    """A trust policy for the visitors of the shop's identity pool: ``authenticated`` or ``unauthenticated``."""
    condition = {"StringEquals": {f"{HOST}:aud": POOL}, "ForAnyValue:StringLike": {f"{HOST}:amr": amr}}
    return policy(statement("Allow", WITH_TOKEN, principal={"Federated": HOST}, condition=condition))


# The company


@cache
def _office() -> SamlIdp:
    return SamlIdp("https://login.acme.example/saml")


@cache
def _impostor() -> SamlIdp:
    return SamlIdp("https://login.acme.example/saml")


@cache
def _web(url: str) -> OidcIdp:
    return OidcIdp(url, "RS512" if url == ISSUER else "RS256")


def office() -> SamlIdp:
    """The office directory's identity provider."""
    _office().issued = 0
    return _office()


def web(url: str) -> OidcIdp:
    """An identity provider of the Internet."""
    _web(url).issued = 0
    return _web(url)


def company(desk: Source | None = None, robot: Source | None = None) -> World:
    """The company with a SAML provider, GitHub's provider, and the roles for whoever comes through them.

    Args:
        desk, robot: other trust policies for the roles ``payroll-desk`` and ``robot``.

    >>> company().identity(DESK).name
    'payroll-desk'
    """
    world = larger_company()
    acme = world.accounts[ACCOUNT]
    office().register(acme, "office")
    acme.oidc_provider(GITHUB_URL, client_ids=["sts.amazonaws.com"])
    acme.role("payroll-desk", trust=desk or from_office(), inline={"Inside": READ_PAYROLL}, max_session=8 * HOUR)
    builds = policy(statement("Allow", "s3:PutObject", f"{BUILDS}/*", sid="StoreBuilds"))
    acme.role("robot", trust=robot or from_github(), inline={"Inside": builds})
    may_ask = policy(statement("Allow", ["sts:AssumeRole", "sts:GetFederationToken"], "*", sid="MayAsk"))
    broker = acme.user("broker", inline={"MayAsk": may_ask, "Handbook": READ_HANDBOOK})
    machine = policy(statement("Allow", "sts:AssumeRole", principal={"Service": "ec2.amazonaws.com"}))
    keyless = acme.role("broker-app", trust=machine, inline={"MayAsk": may_ask})
    trusted = policy(statement("Allow", "sts:AssumeRole", principal={"AWS": [broker.arn, keyless.arn]}))
    acme.role("warehouse", trust=trusted, inline={"Inside": READ_HANDBOOK}, max_session=12 * HOUR)
    google = {"StringEquals": {"accounts.google.com:aud": "shop-app"}}
    direct = policy(statement("Allow", WITH_TOKEN, principal={"Federated": "accounts.google.com"}, condition=google))
    acme.role("shop-direct", trust=direct)
    acme.role("shop-customer", trust=from_pool("authenticated"), inline={"Inside": READ_HANDBOOK})
    acme.role("shop-guest", trust=from_pool("unauthenticated"))
    return world


def with_center(source: IdentitySource = "directory") -> World:
    """The company with Identity Center, in which Eva and Noa of the group payroll get the set PayrollReader.

    Args:
        source: where its people come from: its own ``directory``, ``Active Directory`` or an ``external`` provider.
    """
    world = company()
    world.organize("o-acme", management=ACCOUNT)
    center = world.center = IdentityCenter(world.accounts, world.organization, "eu-west-1", source)
    if source == "directory":
        center.group("payroll")
        for name in ("eva", "noa"):
            center.user(name, groups=["payroll"])
    else:
        center.sync({"eva": ["payroll"], "noa": ["payroll"]})
    center.permission_set("PayrollReader", duration=4 * HOUR, inline=READ_PAYROLL)
    center.permission_set("Administrator", inline=policy(statement("Allow", "*", "*")))
    center.assign("PayrollReader", ACCOUNT, group="payroll")
    return world


def _provider(world: World) -> SamlProvider:
    found = world.accounts[ACCOUNT].providers[OFFICE_PROVIDER]
    assert isinstance(found, SamlProvider)
    return found


# The flows, as the steppers play them. Each takes what is ticked.

OFFICE_KEYS = {
    "unknown": "Eva mistypes her password",
    "changed": "In the browser, eva becomes ana",
    "impostor": "Mallory signs it, with a key of her own",
    "late": "It lies about for six minutes",
    "address": "It is made out for another address",
}


def office_console(ticked: Collection[str] = (), world: World | None = None) -> Flow:
    """Eva signs in at the office, and goes on to the console as payroll-desk."""
    world = world or company()
    idp, roles = office(), world.accounts[ACCOUNT].roles
    if "impostor" in ticked:
        idp = _impostor()
        idp.issued = 0
    given: dict[str, Any] = {"recipient": "https://files.acme.example/saml"} if "address" in ticked else {}
    given |= {"on_the_way": lambda sent: sent.tampered(">eva<", ">ana<")} if "changed" in ticked else {}
    return saml_console(
        world, Clock(NINE), idp, _provider(world), "eva", [roles["office-login"], roles["payroll-desk"]],
        choose=roles["payroll-desk"], known="unknown" not in ticked, later=6 * MINUTE * ("late" in ticked), **given,
    )  # fmt: skip


def office_script(asked: int | None = None, ends_after: int | None = None) -> Flow:
    """Eva's script exchanges the response at STS itself, and reads the payroll.

    Args:
        asked: DurationSeconds.
        ends_after: after how many seconds the directory wants the session to end (SessionNotOnOrAfter).
    """
    world, clock = company(), Clock(NINE)
    ends: dict[str, Any] = {} if ends_after is None else {"session_ends": clock.now + ends_after}
    role = world.accounts[ACCOUNT].roles["payroll-desk"]
    return saml_api(world, clock, office(), _provider(world), "eva", role, duration=asked, call=(READ, MARCH), **ends)


GITHUB_KEYS = {
    "branch": "The workflow runs for the branch try-out",
    "pull": "A pull request started it",
    "copy": "Mallory runs it in her copy of the repository",
    "audience": "It asks for a token for another service",
}


def robot_workflow(ticked: Collection[str] = (), trust: Source | None = None) -> Flow:
    """The robot's workflow at GitHub stores what it built.

    Args:
        trust: another trust policy for the role.
    """
    world = company(robot=trust)
    return github_actions(
        world, Clock(NINE), web(GITHUB_URL), world.accounts[ACCOUNT].roles["robot"],
        "mallory/payroll-robot" if "copy" in ticked else REPOSITORY,
        ref="refs/heads/try-out" if "branch" in ticked else "refs/heads/main", pull_request="pull" in ticked,
        audience="https://files.acme.example" if "audience" in ticked else "sts.amazonaws.com",
        call=("s3:PutObject", f"{BUILDS}/robot.zip"),
    )  # fmt: skip


def robot_token(sub: str = MAIN) -> WebToken:
    """A token of GitHub's with this subject."""
    return web(GITHUB_URL).token(sub, "sts.amazonaws.com", Clock(NINE), repository=sub.split(":")[1])


def exchange(token: WebToken, trust: Source | None = None, later: int = 0) -> Credentials | Refused:
    """Somebody shows a token to STS, and asks for the role robot."""
    sts = Sts(company(robot=trust), Clock(NINE).forward(later))
    return assume_role_with_web_identity(sts, ROBOT_ROLE, "build", token, idps=[_web(GITHUB_URL)])


BROKER_KEYS = {
    "federation": "The broker calls GetFederationToken",
    "longer": "It asks for 8 hours in the console",
    "late": "Tom opens the address after 20 minutes",
    "unknown": "The directory does not know him",
}


def warehouse(ticked: Collection[str] = ()) -> Flow:
    """Tom of the warehouse comes to the console through the broker."""
    world = company()
    acme = world.accounts[ACCOUNT]
    way: dict[str, Any] = {"role": acme.roles["warehouse"]}
    if "federation" in ticked:
        way = {"policy": READ_HANDBOOK}
    return identity_broker(
        world, Clock(NINE), acme.users["broker"], "tom", known="unknown" not in ticked,
        session_duration=8 * HOUR if "longer" in ticked else None, later=20 * MINUTE * ("late" in ticked), **way,
    )  # fmt: skip


CENTER_KEYS = {
    "external": "People come from Okta or Entra",
    "script": "Eva works on the command line",
    "set": "She asks for a set that is not hers",
    "disabled": "She was disabled an hour ago",
}


def set_up(source: IdentitySource = "external") -> Flow:
    """Before anybody signs in at the portal: people arrive, the set is assigned, and a role is made."""
    world = company()
    world.organize("o-acme", management=ACCOUNT)
    center = world.center = IdentityCenter(world.accounts, world.organization, "eu-west-1", source)
    made = center.permission_set("PayrollReader", duration=4 * HOUR, inline=READ_PAYROLL)
    people = {"eva": ["payroll"], "noa": ["payroll"]}
    return center_setup(world, people, made, world.accounts[ACCOUNT], group="payroll")


def portal(ticked: Collection[str] = (), source: IdentitySource = "directory", known: bool = True) -> Flow:
    """Eva signs in at the access portal, and reads the payroll."""
    world = with_center("external" if "external" in ticked else source)
    assert world.center is not None
    if "disabled" in ticked:
        world.center.disable("eva")
    play = center_cli if "script" in ticked else center_portal
    wanted = "Administrator" if "set" in ticked else "PayrollReader"
    return play(world, Clock(NINE), "eva", world.accounts[ACCOUNT], wanted, known=known, call=(READ, MARCH))


COGNITO_KEYS = {
    "guest": "The visitor does not log in",
    "basic": "The app asks STS itself (basic flow)",
}


def shop(ticked: Collection[str] = ()) -> Flow:
    """A visitor of the shop. In the basic flow the app always asks for the customers' role."""
    world, clock = company(), Clock(NINE)
    roles, google = world.accounts[ACCOUNT].roles, web("https://accounts.google.com")
    pool = IdentityPool(POOL, [(google, "shop-app")], roles["shop-customer"], roles["shop-guest"], basic=True,
                        idp=web(ISSUER))  # fmt: skip
    token = None if "guest" in ticked else google.token("vera", "shop-app", clock)
    if "basic" in ticked:
        return cognito_basic(world, clock, pool, token, roles["shop-customer"], call=(READ, WELCOME))
    return cognito_enhanced(world, clock, pool, token, call=(READ, WELCOME))


def shop_direct(known: bool = True) -> Flow:
    """A visitor of the shop, without Cognito: the app shows Google's own token to STS."""
    world = company()
    role = world.accounts[ACCOUNT].roles["shop-direct"]
    return oidc(world, Clock(NINE), web("https://accounts.google.com"), role, "vera", "shop-app", known=known)


def vouched_for(session_policy: Source | None = None) -> Decision | Refused:
    """Tom reads the handbook with what GetFederationToken gave the broker for him."""
    world = company()
    sts = Sts(world, Clock(NINE))
    found = sts.get_federation_token(world.accounts[ACCOUNT].users["broker"], "tom", policy=session_policy)
    return sts.call(found, READ, WELCOME) if isinstance(found, Credentials) else found


def who_is(flow: Flow) -> str:
    """The ARN that GetCallerIdentity answers, asked with the credentials that a flow ended in."""
    issued = flow.result
    assert isinstance(issued, Credentials)
    found = Sts(company(), Clock(NINE)).get_caller_identity(issued)
    assert isinstance(found, CallerIdentity)
    return found.arn
