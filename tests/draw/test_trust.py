"""The trust graph, tested by who is joined to which role, and by which operation.

The rules are those of the IAM User Guide: id_roles_create_for-user, id_roles_create_for-service,
id_roles_create_for-idp and reference_policies_evaluation-logic_policy-eval-denyallow.
"""

import re

import pytest

import iamkit as ik
from iamkit.draw.diagram import Diagram
from iamkit.draw.trust import trust_diagram, trust_graph
from tests.benchmarks.accounts import account
from tests.short import allow, deny, trust

HOME, AWAY = "111122223333", "444455556666"
ANA = f"arn:aws:iam::{HOME}:user/ana"
IDP, GITHUB = f"arn:aws:iam::{HOME}:saml-provider/AcmeIdP", "token.actions.githubusercontent.com"
OIDC = f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"
ASSUME = "sts:AssumeRole"


@pytest.fixture
def world() -> ik.World:
    return ik.World()


@pytest.fixture
def home(world: ik.World) -> ik.Account:
    return world.account(HOME, "acme")


def edges(world: ik.World) -> set[tuple[str, str, str]]:
    return {(e.tail.label, e.label, e.head.label) for e in trust_diagram(world).edges}


def weak(diagram: Diagram) -> list[str]:
    return [node.words() for node in diagram.nodes if node.emphasis == "weak"]


@pytest.mark.parametrize(
    ("principal", "action", "tail", "kind"),
    [
        (ANA, ASSUME, "ana", "user"),
        ({"Service": "lambda.amazonaws.com"}, ASSUME, "lambda.amazonaws.com", "service"),
        ({"Federated": IDP}, "sts:AssumeRoleWithSAML", "AcmeIdP", "provider"),
        ({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity", GITHUB, "provider"),
        (AWAY, ASSUME, AWAY, "neutral"),
        (f"arn:aws:iam::{AWAY}:role/robot", ASSUME, "robot", "role"),
    ],
)
def test_each_kind_of_caller_is_joined_by_its_own_operation(
    world: ik.World, home: ik.Account, principal: object, action: str, tail: str, kind: str
) -> None:
    home.user("ana")
    home.role("reader", trust=trust(principal, action))
    diagram = trust_diagram(world)
    (edge,) = diagram.edges
    assert (edge.tail.label, edge.tail.kind, edge.label) == (tail, kind, action.removeprefix("sts:"))
    assert (edge.head.label, edge.head.kind) == ("reader", "role")


def test_an_account_outside_says_so(world: ik.World, home: ik.Account) -> None:
    home.role("audit", trust=trust(AWAY))
    assert trust_diagram(world).edges[0].tail.marker == "account outside"


def test_where_the_account_is_trusted_the_callers_own_policies_must_allow_as_well(
    world: ik.World, home: ik.Account
) -> None:
    home.role("reader", trust=trust(HOME))
    home.user("ana", policies=[allow(ASSUME)])
    home.user("ben")
    home.user("carl", policies=[allow(ASSUME), deny(ASSUME)])
    home.policy("Ceiling", allow("s3:*"))
    home.user("dora", policies=[allow(ASSUME)], boundary="Ceiling")
    assert edges(world) == {("ana", "AssumeRole", "reader")}
    assert weak(trust_diagram(world)) == ["may assume no role ben, carl, dora"]


def test_across_accounts_a_trust_policy_alone_is_not_enough(world: ik.World, home: ik.Account) -> None:
    away = world.account(AWAY, "tooling")
    away.user("mallory")
    away.user("oscar", policies=[allow(ASSUME)])
    home.role("audit", trust=trust({"AWS": [f"arn:aws:iam::{AWAY}:user/{name}" for name in ("mallory", "oscar")]}))
    assert edges(world) == {("oscar", "AssumeRole", "audit")}


def test_a_role_may_assume_a_role(world: ik.World, home: ik.Account) -> None:
    first = home.role("first", trust=trust(AWAY))
    home.role("second", trust=trust(first.arn))
    assert edges(world) == {(AWAY, "AssumeRole", "first"), ("first", "AssumeRole", "second")}


def test_the_keys_of_a_condition_are_named(world: ik.World, home: ik.Account) -> None:
    home.role("audit", trust=trust(AWAY, when={"StringEquals": {"sts:ExternalId": "acme-7"}}))
    claims = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}, "StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}
    home.role("deploy", trust=trust({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity", claims))
    assert edges(world) == {
        (AWAY, "AssumeRole\nunder a condition on sts:ExternalId", "audit"),
        (GITHUB, "AssumeRoleWithWebIdentity\nunder a condition on aud and sub", "deploy"),
    }
    assert (
        f"Provider {GITHUB} may assume role deploy by AssumeRoleWithWebIdentity, under a condition on {GITHUB}:aud "
        f"and {GITHUB}:sub." in trust_graph(world).text.splitlines()
    )


def test_a_condition_that_nobody_can_meet_opens_nothing(world: ik.World, home: ik.Account) -> None:
    home.user("ana", policies=[allow(ASSUME)])
    home.role("blue", trust=trust(HOME, when={"StringEquals": {"aws:PrincipalTag/team": "blue"}}))
    assert edges(world) == set()
    assert weak(trust_diagram(world)) == ["role blue (nobody may assume it)", "may assume no role ana"]


def test_the_condition_of_another_statement_is_not_named(world: ik.World, home: ik.Account) -> None:
    document = trust(ANA, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    document["Statement"] += trust(AWAY, when={"StringEquals": {"sts:ExternalId": "acme-7"}})["Statement"]
    home.user("ana")
    home.role("reader", trust=document)
    assert ("ana", "AssumeRole\nunder a condition on aws:MultiFactorAuthPresent", "reader") in edges(world)


def test_a_provider_that_no_role_trusts_is_left_over(world: ik.World, home: ik.Account) -> None:
    home.saml_provider("AcmeIdP", entity_id="https://idp.acme.example")
    home.role("reader", trust=trust(ANA))
    home.user("ana")
    assert weak(trust_diagram(world)) == ["may assume no role AcmeIdP"]


def test_many_without_a_role_are_counted_in_the_picture_and_named_in_words(world: ik.World, home: ik.Account) -> None:
    for n in range(6):
        home.user(f"user{n}")
    diagram = trust_diagram(world)
    assert weak(diagram) == ["may assume no role 6 users and providers"]
    assert diagram.text.endswith(f"In account {HOME}, user0, user1, user2, user3, user4 and user5 may assume no role.")


def test_of_several_accounts_each_thing_names_its_own(world: ik.World, home: ik.Account) -> None:
    away = world.account(AWAY, "tooling")
    away.user("oscar", policies=[allow(ASSUME)])
    home.role("audit", trust=trust(AWAY))
    notes = {node.label: node.note for node in trust_diagram(world).nodes}
    assert notes == {"oscar": "in tooling", "audit": "in acme"}


def test_words_say_the_same(world: ik.World, home: ik.Account) -> None:
    home.user("ana")
    home.user("ben")
    home.role("audit", trust=trust(ANA))
    home.role("run", trust=trust({"Service": "ec2.amazonaws.com"}))
    home.role("shut", trust=trust(f"arn:aws:iam::{HOME}:user/ben", "sts:TagSession"))
    picture = trust_graph(world)
    assert picture.alt == (
        "Who may assume what, in a world with 3 roles. User ana may assume role audit by AssumeRole. 1 more relation."
    )
    assert picture.text.splitlines() == [
        picture.alt,
        "User ana may assume role audit by AssumeRole.",
        "Service ec2.amazonaws.com may assume role run by AssumeRole.",
        "Nobody may assume role shut.",
        f"In account {HOME}, ben may assume no role.",
    ]


def test_a_world_without_roles_says_so(world: ik.World) -> None:
    assert trust_graph(world).alt == "Who may assume what, in a world with 0 roles. Nobody may assume any."
    assert weak(trust_diagram(world)) == ["no role yet"]


def test_a_large_world_is_cut_and_says_so() -> None:
    world = account(40)
    diagram = trust_diagram(world)
    assert len(diagram.edges) == 40
    more = int(re.search(r"(\d+) more relations are not shown", diagram.text).group(1))  # type: ignore[union-attr]
    assert f"{more} more relations" in weak(diagram) and f" {more + 39} more relations." in diagram.alt


def test_the_picture_is_narrow_enough_for_a_phone(world: ik.World, home: ik.Account) -> None:
    home.role("lambda-run", trust=trust({"Service": "lambda.amazonaws.com"}))
    home.role("audit", trust=trust(AWAY, when={"StringEquals": {"sts:ExternalId": "acme-7"}}))
    home.role("sso", trust=trust({"Federated": IDP}, "sts:AssumeRoleWithSAML"))
    assert float(re.search(r'width="([0-9.]+)"', trust_graph(world).svg).group(1)) <= 520  # type: ignore[union-attr]


def test_the_same_world_gives_the_same_bytes_and_no_address(world: ik.World, home: ik.Account) -> None:
    home.user("ana")
    home.role("audit", trust=trust(ANA))
    one, two = trust_graph(world), trust_graph(world)
    assert (one.svg, one.alt, one.text) == (two.svg, two.alt, two.text)
    assert not re.search(r"0x[0-9a-f]{6}", one.svg + one.alt + one.text + repr(one))
