"""One widget of each kind, on small worlds, for the tests of what all widgets share."""

from collections.abc import Callable

import pytest

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.tokens import Refused
from iamkit.draw.bars import Bar
from iamkit.lessons.ledger import CHANGES, ORDERS, ordered
from iamkit.prove.untils import Latest
from iamkit.widgets import (
    access_adviser,
    access_evidence,
    card_sort,
    chain_builder,
    claim_slider,
    decision_explorer,
    decision_gates,
    flow_stepper,
    lifetime_slider,
    policy_difference,
    policy_playground,
    policy_sets,
    proof_board,
    question_slider,
    role_lock,
    theft_slider,
)
from iamkit.widgets.attack import attack_button
from iamkit.widgets.base import Panel
from tests.short import allow, deny, policy, trust

ANA = "arn:aws:iam::111122223333:user/ana"
OBJECT = "arn:aws:s3:::payroll/march.csv"


def payroll(*policies: dict) -> ik.World:
    """A world with one user, who has these policies, and one bucket."""
    world = ik.World()
    home = world.account("111122223333", "home")
    home.user("ana", policies=list(policies))
    home.resource("arn:aws:s3:::payroll")
    return world


def cards() -> Panel:
    return card_sort()


def gates() -> Panel:
    mine = policy(
        *allow("s3:Get*", sid="Read")["Statement"],
        *deny("s3:*", "arn:aws:s3:::payroll/secret/*", sid="Secret")["Statement"],
    )
    mfa = deny("s3:*", "arn:aws:s3:::payroll/*", "*", {"Bool": {"aws:MultiFactorAuthPresent": "false"}}, sid="Mfa")
    stack = ik.Policies(identity=[mine], boundary=allow("s3:*", sid="Ceiling"), resource=mfa, scps=[[allow(sid="All")]])
    keys = [("aws:MultiFactorAuthPresent", [None, "true", "false"])]
    return decision_gates(ik.Request(ANA, "s3:GetObject", OBJECT), stack, keys)


def question() -> Panel:
    steps = [("no policy", payroll()), ("may read", lambda: payroll(allow("s3:GetObject")))]
    return question_slider((ANA, "s3:Get*", "arn:aws:s3:::payroll/*"), steps)


def explorer() -> Panel:
    return decision_explorer(
        payroll(allow("s3:GetObject", "arn:aws:s3:::payroll/*", when={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    )


def difference() -> Panel:
    return policy_difference(allow("s3:Get*"), allow("s3:GetObject"))


def playground() -> Panel:
    world = payroll(allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::payroll/secret/*"))
    requests = [(ANA, "s3:GetObject", OBJECT), (ANA, "s3:GetObject", "arn:aws:s3:::payroll/secret/x")]
    return policy_playground(world, (ANA, "inline-1"), requests, [(ANA, "s3:Put*", "arn:aws:s3:::payroll/*")])


def evidence() -> Panel:
    world = payroll(allow("s3:GetObject", "arn:aws:s3:::payroll/*"))
    home = world.accounts["111122223333"]
    home.resource("arn:aws:s3:::store", policy=deny("s3:*", "arn:aws:s3:::store/*", to="*", sid="Shut"))
    home.user("bo")
    return access_evidence(world)


def board() -> Panel:
    def prove(done: frozenset[str]) -> dict[str, str]:
        return {"It is shut": "" if "lock" in done else "It is open.", "It is warm": "" if done else "It is cold."}

    return proof_board("The house", {"stove": "Light the stove", "lock": "Lock the door"}, prove)


def adviser() -> Panel:
    return access_adviser()


def attack() -> Panel:
    return attack_button("Orders", ORDERS, CHANGES, ordered)


def lock() -> Panel:
    def build(ticked: frozenset[str]) -> ik.World:
        world = ik.World()
        home = world.account("111122223333", "home")
        home.user("ana", policies=[allow("sts:AssumeRole")] * ("own" in ticked))
        home.user("bo")
        named = [arn for key, arn in (("ana", ANA), ("account", home.id)) if key in ticked]
        home.role("close", trust=trust({"AWS": named or home.arn("user/bo")}))
        return world

    keys = {"ana": "It names Ana", "account": "It names the account", "own": "Her own policy allows it"}
    return role_lock(ANA, "arn:aws:iam::111122223333:role/close", keys, build, ["account"])


def lifetimes() -> Panel:
    key = Bar("key", 28800, 37800, "long-term", status="deactivated")
    return lifetime_slider([key, Bar("session", 32400, 36000, parent="key")], [(37800, "key off")], start=32400)


def chain() -> Panel:
    world = payroll()
    home = world.accounts["111122223333"]
    home.role("close", trust=trust(ANA), max_session=7200)
    home.role("store", trust=trust(home.arn("role/close")), max_session=7200)
    key = home.users["ana"].holdings.add_access_key()
    return chain_builder(world, key, [home.arn("role/close"), home.arn("role/store")], "2026-11-24T09:00:00Z")


def theft() -> Panel:
    world = payroll(allow("s3:GetObject"))
    key = world.accounts["111122223333"].users["ana"].holdings.add_access_key()
    day = ik.Timeline(world, "2026-11-24T09:00:00Z").then("2026-11-24T09:30:00Z", events.deactivate(key))
    day.then("2026-11-24T09:50:00Z", events.delete(ANA))
    found = ik.latest_access(day, key, ("s3:GetObject", OBJECT))
    assert isinstance(found, Latest)
    return theft_slider(day, key, found)


def stepper() -> Panel:
    """A greeting that is refused where it is late, after a message that carries something."""

    def play(ticked: frozenset[str]) -> Flow:
        script = Script("Greeting", ("Ana", "Ben", "Dog"))
        script.say("Ana", "Ben", "good morning", {"hat": "lifted", "words": ["good", "morning"]}, note="It is cold.")
        decided = Refused("Greet", "TooLate", "Ben is asleep.") if "late" in ticked else True
        if script.say("Ben", "Ben", "is it morning?", decided=decided):
            script.say("Ben", "Ana", "good morning")
        return script.end()

    return flow_stepper(play, {"late": "It is late"})


def claims() -> Panel:
    def gitlab(operator: str, sub: str) -> dict:
        provider = {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}
        return policy({"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": provider,
                       "Condition": {operator: {"gitlab.com:sub": sub}}})  # fmt: skip

    main = "project_path:acme/pay:ref_type:branch:ref:main"
    loose = ("The group", gitlab("StringLike", "project_path:acme/*"))
    return claim_slider(main, [("The branch", gitlab("StringEquals", main)), loose])


def sets() -> Panel:
    """Ana's own policy and her boundary, and a bucket policy that may name her."""

    def build(ticked: frozenset[str]) -> tuple[ik.World, str, list[str]]:
        world = ik.World()
        home = world.account("111122223333", "home")
        home.policy("Limit", allow("s3:*", OBJECT))
        home.user("ana", policies=[allow("s3:Get*")] * ("own" in ticked), boundary="Limit")
        home.resource("arn:aws:s3:::payroll", policy=allow("s3:PutObject", OBJECT, ANA) if "bucket" in ticked else None)
        drawn = {"own": "identity policy", "": "boundary", "bucket": "bucket policy"}
        return world, ANA, [name for key, name in drawn.items() if key in ticked or not key]

    return policy_sets("May she?", {"own": "Her own policy", "bucket": "The bucket names her"}, build, ["own"])


EVERY = {
    make.__name__: make
    for make in (
        adviser,
        attack,
        board,
        cards,
        chain,
        claims,
        difference,
        evidence,
        explorer,
        gates,
        lifetimes,
        lock,
        playground,
        question,
        sets,
        stepper,
        theft,
    )
}


@pytest.fixture(params=sorted(EVERY))
def make(request: pytest.FixtureRequest) -> Callable[[], Panel]:
    """Makes the widget of each kind in turn."""
    return EVERY[request.param]
