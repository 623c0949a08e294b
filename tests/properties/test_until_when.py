"""Until when, held against a walker that tries every chain of up to three sessions through STS itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings, strategies as st

import iamkit as ik
from iamkit.credentials import events
from iamkit.credentials.clock import instant, iso
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials
from iamkit.decision import Decision
from iamkit.identity.holdings import AccessKey
from iamkit.prove.answers import Unknown
from iamkit.prove.latest import latest_access
from iamkit.prove.untils import Latest, NoneAfter
from tests.short import ANA, OWN, allow, deny, trust

START = instant("2026-11-24T09:00:00Z")
FAR = START + 6 * 3600
ROLES = [f"arn:aws:iam::{OWN}:role/{name}" for name in ("a", "b")]
FILE = "arn:aws:s3:::payroll/march.csv"
SEEN = dict.fromkeys(("end", "no end", "none"), 0)


@dataclass
class Case:
    day: Timeline
    key: AccessKey
    dates: list[int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A user, two roles, and up to three events; the last stops everything, so that a walker comes to an end."""
    world = ik.World(readings=ik.Readings(deactivated_key_ends_sessions=draw(st.booleans())))
    own = world.account(OWN)
    some = st.lists(st.sampled_from(["sts:AssumeRole", "s3:GetObject"]), min_size=1, max_size=2, unique=True)
    ana = own.user("ana", policies=[allow(draw(some))])
    dates: list[int] = []
    for name in ("a", "b"):
        trusted = draw(st.lists(st.sampled_from([ANA, OWN, *ROLES]), min_size=1, max_size=2, unique=True))
        policies = [allow(draw(some))]
        if draw(st.booleans()):
            bound = draw(st.sampled_from(["aws:CurrentTime", "aws:TokenIssueTime"]))
            dates.append(START + 60 * draw(st.integers(10, 200)))
            policies.append(deny("s3:*", when={"DateGreaterThan": {bound: iso(dates[-1])}}))
        own.role(
            name, trust=trust({"AWS": trusted}), policies=policies, max_session=draw(st.sampled_from([3600, 7200]))
        )
    key = ana.holdings.add_access_key()
    day, now = Timeline(world, START), START
    for change in draw(st.lists(st.sampled_from(list(changes(key))), max_size=2)):
        now += 60 * draw(st.integers(1, 90))
        day.then(now, change)
    if draw(st.booleans()):
        day.then(FAR, *(events.put_policy(arn, "Stop", deny("*")) for arn in (ANA, *ROLES)))
    return Case(day, key, dates)


def changes(key: AccessKey) -> Iterator[events.Change]:
    yield events.deactivate(key)
    for role in ROLES:
        yield events.set_trust(role, trust({"Service": "ec2.amazonaws.com"}))
        yield events.revoke_sessions(role)
        yield events.put_policy(role, "NoRead", deny("s3:*"))


def walked(case: Case, holder: AccessKey | Credentials, earliest: int, depth: int) -> int | None:
    """The last instant at which a walker reads the file, of those before FAR; it acts at the last instant of each
    stretch in which nothing changes, of its credential's life, and when it gets something."""
    found = []
    end = holder.expires if isinstance(holder, Credentials) else FAR + 1
    for now in sorted({at for at in (*last_instants(case), end - 1, earliest) if earliest <= at < end}):
        sts = case.day.sts(now)
        used = sts.call(holder, "s3:GetObject", FILE)
        if isinstance(used, Decision) and used.allowed:
            found.append(now)
        if depth:
            onward = [one for one in opened(sts, holder) if one]
            found += [last for one in onward if (last := walked(case, one, now, depth - 1)) is not None]
    return max(found, default=None)


def last_instants(case: Case) -> list[int]:
    """Of each stretch between events; and the second in which a date of a policy comes, which is its last."""
    return [*(at - 1 for at in case.day.breaks), *case.dates, FAR - 1]


def opened(sts: Any, holder: AccessKey | Credentials) -> Iterator[Any]:
    if isinstance(holder, AccessKey):
        yield sts.get_session_token(holder, duration=129_600)
    for role in ROLES:
        longest = sts.world.identity(role).max_session
        full = sts.assume_role(holder, role, "session", duration=longest)
        yield full or sts.assume_role(holder, role, "session", duration=3600)


@given(cases())
@settings(max_examples=60)
def test_no_walk_lasts_longer_than_the_answer_and_the_answer_walks(case: Case) -> None:
    answer = latest_access(case.day, case.key, ("s3:GetObject", FILE))
    assert not isinstance(answer, Unknown) and answer.check()
    last = walked(case, case.key, START, 2)
    if isinstance(answer, NoneAfter):
        SEEN["none"] += 1
        assert last is None
    else:
        assert isinstance(answer, Latest)
        SEEN["end" if answer.instant is not None else "no end"] += 1
        assert last is None or answer.instant is None or last <= answer.instant
        if answer.instant is not None and len(answer.steps) <= 2:
            assert last is not None and min(last, FAR) == min(answer.instant, FAR)


def test_every_answer_was_met() -> None:
    assert min(SEEN.values()) > 1, SEEN
