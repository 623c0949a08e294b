"""One widget of each kind, on small worlds, for the tests of what all widgets share."""

from collections.abc import Callable

import pytest

import iamkit as ik
from iamkit.widgets import access_adviser, card_sort, decision_explorer, decision_gates, question_slider
from iamkit.widgets.base import Panel
from tests.short import allow, deny, policy

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


def adviser() -> Panel:
    return access_adviser()


EVERY = {make.__name__: make for make in (adviser, cards, gates, question, explorer)}


@pytest.fixture(params=sorted(EVERY))
def make(request: pytest.FixtureRequest) -> Callable[[], Panel]:
    """Makes the widget of each kind in turn."""
    return EVERY[request.param]
