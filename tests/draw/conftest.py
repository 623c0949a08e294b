"""Diagrams that the tests of drawing share."""

import random
from collections.abc import Callable

import pytest

from iamkit.draw.diagram import Diagram


def company() -> Diagram:
    """Two accounts, one with a cluster inside, edges of several kinds, a tooltip."""
    d = Diagram("Example", alt="Alice may assume a role in another account.")
    prod, dev = d.cluster("Account 111122223333"), d.cluster("Account 444455556666")
    team = d.cluster("OU team", parent=dev)
    alice, bob = d.node("alice", "user", cluster=dev), d.node("bob", "user", cluster=team)
    group = d.node("Developers", "group", cluster=team)
    role = d.node("PayrollReader", "role", cluster=prod, tooltip="arn:aws:iam::111122223333:role/PayrollReader")
    bucket = d.node("arn:aws:s3:::payroll-reports", "resource", cluster=prod)
    lamb = d.node("lambda.amazonaws.com", "service")
    d.edge(alice, group, "member of", kind="member")
    d.edge(bob, group, "member of", kind="member")
    d.edge(alice, role, "may assume", kind="assume", emphasis="strong")
    d.edge(lamb, role, "may assume", kind="assume")
    d.edge(role, bucket, "s3:GetObject", kind="allow", tooltip="by ReadPayroll")
    return d


def gates() -> Diagram:
    """A decision as gates, with a named gate and a weak input."""
    d = Diagram("Decision", alt="Allowed: an Allow and no Deny.", direction="right")
    allow, deny = d.node("Allow", "policy", note="true"), d.node("Deny", "policy", note="false", emphasis="weak")
    either, no, both = d.node("any", "gate-or"), d.node("", "gate-not"), d.node("", "gate-and")
    end = d.node("s3:GetObject", "allow")
    for tail, head in [(allow, either), (deny, no), (deny, either), (either, both), (no, both)]:
        d.edge(tail, head, kind="wire")
    d.edge(both, end, kind="allow")
    return d


def cycle() -> Diagram:
    """Roles that assume each other in circles, one itself, two by parallel edges."""
    d = Diagram("Circle", alt="Roles in a circle.", direction="down")
    roles = [d.node(f"role-{number}", "role") for number in range(5)]
    for tail, head in [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3), (3, 4), (4, 0), (0, 4), (0, 4)]:
        d.edge(roles[tail], roles[head], "assumes" if tail < head else "", kind="assume")
    return d


def hostile() -> Diagram:
    """Words that break DOT, XML or HTML when they are not escaped."""
    d = Diagram('Odd <words> & "quotes"', alt='Alt <b> & "quotes".')
    a = d.node('日本語 "q" <b>x</b> & back\\slash\\n', "user", tooltip="<tip> & 'x'")
    b, c = d.node("<html>", "neutral"), d.node("two\nlines|{rec}", "gate-and")
    e = d.node("a" * 90, "policy", note="null\x00 bell\x07 half\ud800")
    d.edge(a, b, "<x> | \\l")
    d.edge(b, c)
    d.edge(c, e, "a:b;c")
    return d


def sample(seed: int) -> Diagram:
    """A graph of up to 60 nodes in up to five clusters, two of them nested; the same for the same seed."""
    pick = random.Random(seed)
    d = Diagram(f"Sample {seed}", alt="A sample.", direction=pick.choice(["down", "right"]))
    top = [d.cluster(f"Account {number}") for number in range(pick.randrange(4))]
    inner = [d.cluster(f"A unit with a long name {number}", parent=pick.choice(top)) for number in range(2) if top]
    places = [None, *top, *inner]
    kinds = ["user", "group", "role", "policy", "resource", "neutral", "gate-and"]
    count = pick.randrange(1, 61)
    nodes = [
        d.node("thing " * pick.randrange(1, 5) + str(number), pick.choice(kinds), cluster=pick.choice(places))
        for number in range(count)
    ]
    for _ in range(pick.randrange(2 * count)):
        d.edge(pick.choice(nodes), pick.choice(nodes), pick.choice(["", "", "may assume", "s3:GetObject on all"]))
    return d


EXAMPLES = {"company": company, "gates": gates, "cycle": cycle, "hostile": hostile}


@pytest.fixture(params=sorted(EXAMPLES))
def example(request: pytest.FixtureRequest) -> Diagram:
    """Each of the examples in turn."""
    return EXAMPLES[request.param]()


@pytest.fixture(params=range(25))
def sampled(request: pytest.FixtureRequest) -> Diagram:
    """Each of 25 samples in turn."""
    return sample(request.param)


@pytest.fixture
def make_company() -> Callable[[], Diagram]:
    return company


@pytest.fixture
def make_sample() -> Callable[[int], Diagram]:
    return sample
