"""The world graph, tested by what it relates to what; that Graphviz places it well is tested elsewhere."""

import os
import subprocess
import sys

import pytest

import iamkit as ik
from iamkit.draw.diagram import Diagram
from iamkit.draw.graph import world_diagram, world_graph
from iamkit.errors import WorldError
from tests.short import allow, deny, policy, trust

HOME, AWAY = "111122223333", "444455556666"
PAYROLL = "arn:aws:s3:::payroll"
ASSUME = "sts:AssumeRole"
CONDITION = "may assume under a condition"


def edges(diagram: Diagram) -> set[tuple[str, str, str]]:
    """Each edge as tail, label or kind, head; a policy is called by its name, the others by kind and name."""
    return {(e.tail.label, e.label or e.kind, e.head.label) for e in diagram.edges}


def labels(diagram: Diagram) -> set[str]:
    return {node.label for node in diagram.nodes}


@pytest.fixture
def world() -> ik.World:
    return ik.World()


@pytest.fixture
def home(world: ik.World) -> ik.Account:
    return world.account(HOME, "home")


def test_it_shows_who_is_in_which_group_and_what_is_attached(world: ik.World, home: ik.Account) -> None:
    home.policy("Read", allow("s3:GetObject", f"{PAYROLL}/*"))
    home.policy("Ceiling", allow("s3:*"))
    home.group("team", policies=["Read"])
    home.user("ana", groups=["team"], boundary="Ceiling", inline={"Own": allow("iam:ChangePassword")})
    home.resource(PAYROLL)
    assert edges(world_diagram(world)) == {
        ("ana", "member of", "team"),
        ("ana", "boundary", "Ceiling"),
        ("ana", "attached", "Own"),
        ("team", "attached", "Read"),
        ("Read", "Allow", "payroll"),
    }


def test_a_boundary_is_not_drawn_as_a_grant(world: ik.World, home: ik.Account) -> None:
    home.policy("Ceiling", allow("s3:*"))
    home.user("ana", boundary="Ceiling")
    home.resource(PAYROLL)
    assert edges(world_diagram(world)) == {("ana", "boundary", "Ceiling")}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (allow("s3:Get*", f"{PAYROLL}/2026/*"), {"Allow"}),
        (allow("*", "*"), {"Allow"}),
        (policy(*allow("s3:*", "*")["Statement"], *deny("s3:*", f"{PAYROLL}*")["Statement"]), {"Allow", "Deny"}),
        (allow("s3:GetObject", "arn:aws:s3:::other/*"), set()),
        (allow("sqs:*", "*"), set()),
        (allow("s3:*", "arn:aws:s3:::${aws:username}/*"), {"Allow"}),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), {"Allow"}),
        (policy({"Effect": "Allow", "Action": "s3:*", "NotResource": [PAYROLL, f"{PAYROLL}/*"]}), set()),
        (policy({"Effect": "Allow", "Action": "s3:*", "NotResource": f"{PAYROLL}/secret/*"}), {"Allow"}),
    ],
)
def test_a_policy_is_joined_to_the_resources_that_it_speaks_of(
    world: ik.World, home: ik.Account, document: dict, expected: set[str]
) -> None:
    home.resource(PAYROLL)
    home.user("ana", inline={"P": document})
    assert {label for tail, label, head in edges(world_diagram(world)) if (tail, head) == ("P", "payroll")} == expected


# Who may assume a role. IAM User Guide, id_roles_create_for-user and
# reference_policies_evaluation-logic_policy-eval-denyallow: the trust policy names the user, or it names the account
# and the user's own policies allow it as well.


def assuming(world: ik.World) -> set[tuple[str, str, str]]:
    return {edge for edge in edges(world_diagram(world)) if edge[1].startswith("may assume")}


def test_a_trust_policy_that_names_the_account_needs_the_other_half(world: ik.World, home: ik.Account) -> None:
    home.role("auditor", trust=trust(HOME))
    home.user("ana", policies=[allow(ASSUME)])
    home.user("ben")
    assert assuming(world) == {("ana", "may assume", "auditor")}


def test_a_user_whom_the_trust_policy_names_needs_no_more(world: ik.World, home: ik.Account) -> None:
    home.user("ana")
    home.role("auditor", trust=trust(f"arn:aws:iam::{HOME}:user/ana"))
    assert assuming(world) == {("ana", "may assume", "auditor")}


def test_a_name_in_a_trust_policy_is_not_enough_where_an_scp_forbids(world: ik.World, home: ik.Account) -> None:
    home.user("ana")
    home.role("auditor", trust=trust(f"arn:aws:iam::{HOME}:user/ana"))
    management = world.account("999988887777", "management")
    world.organize("o-acme123456", management=management, scps=[allow(), deny(ASSUME)], accounts=[home])
    assert assuming(world) == set()


def test_a_condition_that_can_be_met_is_said(world: ik.World, home: ik.Account) -> None:
    home.user("ana", policies=[allow(ASSUME)])
    home.role("auditor", trust=trust(HOME, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    home.role("nobody", trust=trust(HOME, when={"StringEquals": {"aws:PrincipalTag/team": "blue"}}))
    assert assuming(world) == {("ana", CONDITION, "auditor")}


def test_a_role_may_assume_a_role_of_another_account(world: ik.World, home: ik.Account) -> None:
    away = world.account(AWAY, "away")
    home.role("robot", trust=trust({"Service": "codebuild.amazonaws.com"}), policies=[allow(ASSUME)])
    away.role("deployer", trust=trust(f"arn:aws:iam::{HOME}:role/robot"))
    away.role("closed", trust=trust(AWAY))
    assert assuming(world) == {
        ("codebuild.amazonaws.com", "may assume", "robot"),
        ("robot", "may assume", "deployer"),
    }


def test_callers_outside_of_the_world_are_shown_if_they_may_assume(world: ik.World, home: ik.Account) -> None:
    provider = f"arn:aws:iam::{HOME}:oidc-provider/token.example.com"
    web = trust(
        {"Federated": provider}, "sts:AssumeRoleWithWebIdentity", {"StringEquals": {"token.example.com:sub": "x"}}
    )
    saml = trust({"Federated": f"arn:aws:iam::{HOME}:saml-provider/corp"}, "sts:AssumeRoleWithSAML")
    home.role("ci", trust=web)
    home.role("staff", trust=saml)
    home.role("partner", trust=trust(AWAY))
    home.role("lambda", trust=trust({"Service": "lambda.amazonaws.com"}))
    home.role("not-so", trust=trust({"Service": "ecs.amazonaws.com"}, "sts:TagSession"))
    diagram = world_diagram(world)
    assert edges(diagram) == {
        ("token.example.com", CONDITION, "ci"),
        ("corp", "may assume", "staff"),
        (AWAY, "may assume", "partner"),
        ("lambda.amazonaws.com", "may assume", "lambda"),
    }
    assert "ecs.amazonaws.com" not in labels(diagram)
    assert {node.words() for node in diagram.nodes if not node.cluster} >= {f"account outside {AWAY}"}


def test_a_role_open_to_all_is_open_to_those_inside_and_to_anyone(world: ik.World, home: ik.Account) -> None:
    home.user("ana")
    home.role("open", trust=trust({"AWS": "*"}))
    assert assuming(world) == {(who, "may assume", "open") for who in ("ana", "open", "*")}
    assert "anyone *" in {node.words() for node in world_diagram(world).nodes}


def test_it_shows_what_a_resource_policy_grants_and_denies(world: ik.World, home: ik.Account) -> None:
    home.role("auditor", trust=trust(HOME))
    auditor = f"arn:aws:iam::{HOME}:role/auditor"
    statements = (
        *allow("s3:GetObject", f"{PAYROLL}/*", to=auditor)["Statement"],
        *allow(["s3:PutObject", "s3:GetObject", "s3:ListBucket"], f"{PAYROLL}/*", to={"AWS": AWAY})["Statement"],
        *deny("s3:*", f"{PAYROLL}/*", to="*", when={"Bool": {"aws:SecureTransport": "false"}})["Statement"],
        {"Effect": "Deny", "NotPrincipal": {"AWS": [HOME, auditor]}, "Action": "s3:*", "Resource": f"{PAYROLL}/*"},
    )
    home.resource(PAYROLL, policy=policy(*statements))
    assert edges(world_diagram(world)) == {
        ("auditor", "Allow s3:GetObject", "payroll"),
        (AWAY, "Allow 3 actions", "payroll"),
        ("*", "Deny s3:* under a condition", "payroll"),
        (f"{HOME} and auditor", "Deny s3:*", "payroll"),
    }


def test_accounts_lie_in_their_units_with_the_control_policies(world: ik.World, home: ik.Account) -> None:
    management = world.account("999988887777", "management")
    organization = world.organize("o-acme123456", management=management, scps=[ik.Policy.parse(allow(), "All")])
    organization.root.unit("Work", scps=[ik.Policy.parse(deny("s3:*"), "NoS3")], accounts=[home])
    home.user("ana")
    diagram = world_diagram(world)
    chains = {node.words(): [c.label for c in node.cluster.chain()] for node in diagram.nodes if node.cluster}
    assert chains == {
        "user ana": ["Organization o-acme123456", "Unit Work", f"Account home {HOME}"],
        "SCP All (Allow *)": ["Organization o-acme123456"],
        "SCP NoS3 (Deny s3:*)": ["Organization o-acme123456", "Unit Work"],
        "nothing yet": ["Organization o-acme123456", "Account management 999988887777"],
    }
    assert "SCP NoS3 (Deny s3:*) is attached to Unit Work." in diagram.text


def test_an_instance_profile_holds_its_role(world: ik.World, home: ik.Account) -> None:
    home.role("web", trust=trust({"Service": "ec2.amazonaws.com"}))
    home.instance_profile("web-servers", "web")
    assert ("web-servers", "holds", "web") in edges(world_diagram(world))


# Focus


@pytest.fixture
def chain(world: ik.World, home: ik.Account) -> ik.World:
    """ana is in a group that may assume first, which may assume second, which may read; ben stands apart."""
    home.group("team", policies=[allow(ASSUME, f"arn:aws:iam::{HOME}:role/first")])
    home.user("ana", groups=["team"])
    home.user("ben", policies=[allow("sqs:*")])
    home.role("first", trust=trust(HOME), policies=[allow(ASSUME, f"arn:aws:iam::{HOME}:role/second")])
    home.role("second", trust=trust(HOME), inline={"Read": allow("s3:GetObject", f"{PAYROLL}/*")})
    home.resource(PAYROLL)
    home.resource("arn:aws:s3:::other")
    return world


@pytest.mark.parametrize(
    ("focus", "expected"),
    [
        (f"arn:aws:iam::{HOME}:user/ana", {"ana", "team", "inline-1", "first", "second", "Read", "payroll"}),
        (f"arn:aws:iam::{HOME}:user/ben", {"ben", "inline-1"}),
        (PAYROLL, {"payroll", "Read", "second", "first", "ana"}),
        (f"{PAYROLL}/march.csv", {"payroll", "Read", "second", "first", "ana"}),
        (f"arn:aws:iam::{HOME}:group/team", {"team", "ana", "inline-1"}),
        ("arn:aws:s3:::other", {"other"}),
    ],
)
def test_a_focus_shows_what_it_can_reach_and_what_can_reach_it(chain: ik.World, focus: str, expected: set[str]) -> None:
    diagram = world_diagram(chain, focus)
    assert labels(diagram) == expected
    assert [node.emphasis for node in diagram.nodes].count("strong") == 1


def test_the_focus_may_be_the_object_itself(chain: ik.World) -> None:
    ana = chain.identity(f"arn:aws:iam::{HOME}:user/ana")
    assert world_graph(chain, ana) == world_graph(chain, ana.arn)
    session = ik.Session(f"arn:aws:iam::{HOME}:role/first", "ana")
    assert world_graph(chain, session) == world_graph(chain, session.of)


def test_a_focus_on_a_service_shows_its_roles(world: ik.World, home: ik.Account) -> None:
    home.role("web", trust=trust({"Service": "ec2.amazonaws.com"}))
    home.role("other", trust=trust(HOME))
    assert labels(world_diagram(world, "ec2.amazonaws.com")) == {"ec2.amazonaws.com", "web"}


def test_an_unknown_focus_is_refused_with_the_nearest_name(chain: ik.World) -> None:
    with pytest.raises(WorldError, match=r"focus: .*Did you mean arn:aws:iam::111122223333:user/ana\?"):
        world_graph(chain, f"arn:aws:iam::{HOME}:user/anna")


def large(world: ik.World) -> ik.World:
    home = world.account(HOME, "home")
    home.group("all", policies=[allow("s3:*", f"{PAYROLL}/*")])
    for number in range(60):
        home.user(f"user-{number:02}", groups=["all"])
    home.resource(PAYROLL)
    return world


def test_of_a_large_world_an_overview_counts_what_is_there(world: ik.World) -> None:
    diagram = world_diagram(large(world))
    assert labels(diagram) == {"60 users", "1 group", "1 resource"}
    assert diagram.alt == "A large world with 1 account, 60 users, 1 group and 1 resource, as an overview."


def test_in_a_large_world_a_focus_says_that_there_is_more(world: ik.World) -> None:
    large(world)
    diagram = world_diagram(world, f"arn:aws:iam::{HOME}:user/user-07")
    assert labels(diagram) == {"user-07", "all", "inline-1", "payroll"}
    diagram = world_diagram(world, PAYROLL)
    assert len(diagram.nodes) == 41 and "and more" in labels(diagram)
    assert diagram.text.endswith("There is more, further away, that is not shown.")


# Words


def test_every_relation_has_a_sentence(chain: ik.World) -> None:
    diagram = world_diagram(chain)
    for said in (
        "User ana is a member of group team.",
        "Group team has inline policy inline-1.",
        "User ana may assume role first.",
        "Role second has inline policy Read.",
        "Inline policy Read has an Allow for resource payroll.",
    ):
        assert said in diagram.text.splitlines()
    sentences = [line for line in diagram.text.splitlines() if not line.startswith(("The world", "Account", "Outside"))]
    assert len(sentences) == len(diagram.edges)
    assert diagram.alt.startswith("A world with 1 account, 2 users, 1 group, 2 roles and 2 resources.")


def test_a_notebook_shows_a_world_as_its_picture(chain: ik.World) -> None:
    picture = world_graph(chain)
    bundle = chain._repr_mimebundle_()
    assert bundle["text/html"] == picture.html and 'alt="A world with 1 account' in picture.html
    assert bundle["text/plain"] == picture.text
    assert repr(chain) == "<World: 1 account, 2 users, 2 roles>"


def test_an_empty_world_can_be_drawn(world: ik.World) -> None:
    assert labels(world_diagram(world)) == {"nothing yet"}
    assert world_graph(world).alt == "A world with nothing."


SCRIPT = """
from iamkit.files.worldfile import sample
from iamkit.draw.graph import world_graph
for name in ("payroll", "acme"):
    print(world_graph(sample(name)).svg, world_graph(sample(name), "arn:aws:s3:::acme-payroll").text)
"""


def test_the_bytes_are_the_same_in_every_process() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] and outputs[0].count(b"<svg") == 2
