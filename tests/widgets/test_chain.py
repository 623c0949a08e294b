"""The chain: a hop more, a duration, and the answer of STS with the longest session that it would issue."""

import pytest

import iamkit as ik
from iamkit.credentials.clock import HOUR, instant
from iamkit.lessons.chained import APP, ARCHIVE, DEPLOY, NINE, company, let_in, robots_key
from iamkit.lessons.company import ACCOUNT, ROBOT
from iamkit.widgets import chain_builder
from iamkit.widgets.chain import ChainBuilder

ROLES = [DEPLOY, APP, ARCHIVE]


def shown(*ticked: str, asks: int = 0, longest: int = 12 * HOUR) -> ChainBuilder:
    world = company(longest=longest)
    return chain_builder(world, robots_key(world), ROLES, NINE, ticked, asks)


def tick(panel: ChainBuilder, label: str, on: bool = True) -> None:
    next(box for box in panel.controls() if box.description == label).value = on


def lasts(panel: ChainBuilder) -> int:
    assert isinstance(panel.answer, ik.Credentials)
    return panel.answer.lasts


def test_one_hop_may_last_as_long_as_the_role_allows() -> None:
    assert lasts(shown(DEPLOY, asks=12 * HOUR)) == 12 * HOUR
    assert lasts(shown(DEPLOY)) == HOUR


def test_one_hop_more_and_the_bar_snaps_to_an_hour() -> None:
    """STS API Reference, AssumeRole: role chaining limits the session to an hour, and asking for more fails."""
    panel = shown(DEPLOY, asks=12 * HOUR)
    tick(panel, "Assume payroll-app")
    assert isinstance(panel.answer, ik.Refused) and panel.answer.error == "ValidationError"
    assert "Refused: ValidationError" in repr(panel) and "At the most it gets 1 hour" in repr(panel)
    assert "assumed-role/payroll-app/test by AssumeRole: temporary" in panel.twin_text()
    assert "09:10 to 10:10" in panel.twin_text()


@pytest.mark.parametrize(("asked", "issued"), [(900, True), (HOUR, True), (HOUR + 1, False)])
def test_an_hour_in_a_chain_is_issued_and_a_second_more_is_not(asked: int, issued: bool) -> None:
    panel = shown(DEPLOY, APP)
    panel.slider.value = asked
    assert bool(panel.answer) is issued


def test_a_session_token_is_no_role_and_does_not_make_a_chain() -> None:
    """id_roles: chaining is when a role is used to assume a second role."""
    panel = shown(DEPLOY, asks=12 * HOUR)
    tick(panel, "First ask for a session token (GetSessionToken)")
    assert lasts(panel) == 12 * HOUR
    assert panel.answer.issued == instant(NINE) + 600  # type: ignore[union-attr]


def test_each_hop_is_made_with_what_the_one_before_issued() -> None:
    answer = shown(*ROLES).answer
    assert isinstance(answer, ik.Credentials)
    assert [one.arn.split("/")[1] for one in answer.lineage[1:]] == ["deploy", "payroll-app", "archive"]  # type: ignore[union-attr]


def test_a_hop_that_no_policy_allows_is_refused_whatever_is_asked_for() -> None:
    panel = shown(APP, asks=HOUR)
    assert "Refused: AccessDenied" in repr(panel) and "At the most" not in repr(panel)
    tick(panel, "Assume archive")  # The first of the two is refused already.
    assert "Refused: AccessDenied" in repr(panel) and "At the most" not in repr(panel)


def test_the_most_is_that_of_the_hop_that_was_refused() -> None:
    world = company()
    world.accounts[ACCOUNT].roles["archive"].trust = ik.Policy.parse(let_in(ROBOT, APP))
    panel = chain_builder(world, robots_key(world), ROLES, NINE, [APP, ARCHIVE])  # The robot may not assume the first.
    assert "Refused: AccessDenied" in repr(panel) and "At the most" not in repr(panel)


def test_a_session_token_alone_may_be_asked_for_as_well() -> None:
    panel = shown(asks=4 * HOUR)
    tick(panel, "First ask for a session token (GetSessionToken)")
    assert lasts(panel) == 4 * HOUR and "Issued: ci-robot for 4 hours." in repr(panel)


def test_where_the_role_allows_less_that_is_the_most() -> None:
    assert "At the most it gets 2 hours" in repr(shown(DEPLOY, asks=12 * HOUR, longest=2 * HOUR))


def test_nothing_ticked_is_the_key_alone() -> None:
    assert shown().answer is None and "access key alone" in repr(shown())
