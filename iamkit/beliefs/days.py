"""A day: what somebody does with credentials, hour by hour, and what comes of the last step. For the beliefs that are
not about one request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from iamkit.beliefs.belief import Belief, believing
from iamkit.beliefs.cast import PEOPLE, ROLES, Dice, pair
from iamkit.beliefs.scene import ACME, FIRMS, Measure
from iamkit.credentials.bearer import By
from iamkit.credentials.clock import HOUR, MINUTE, instant, iso, lasting
from iamkit.credentials.events import deactivate
from iamkit.credentials.sts import Sts
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import Decision
from iamkit.identity.holdings import AccessKey
from iamkit.identity.identities import User
from iamkit.world import World

START = instant("2026-11-24T09:00:00Z")
PAYROLL = "arn:aws:s3:::acme-payroll/march.csv"
REFUSED, WORKS = "refused", "works"


@dataclass(frozen=True)
class Step:
    """One thing that the person does, with the credentials that it got last.

    Args:
        kind: ``assume``, ``token`` (GetSessionToken, always with the access key), ``off`` (the key is deactivated),
            ``spare off`` (another key of the same user is), or ``read`` (a request).
        after: minutes since the step before.
        role: the role to assume.
        asked: DurationSeconds, or 0 where none is asked for.
    """

    kind: str
    after: int
    role: str = ""
    asked: int = 0

    def told(self, person: str, holding: str) -> str:
        """The step in words; ``holding`` is what it is done with."""
        lasts = f" for {lasting(self.asked)} ({self.asked} seconds)" if self.asked else ""
        return {
            "assume": f"With {holding}, {person} asks STS for a session of the role {self.role}{lasts}.",
            "token": f"With the access key, {person} calls GetSessionToken.",
            "off": f"An administrator deactivates the access key of {person}.",
            "spare off": f"An administrator deactivates a second access key of {person}, which nobody used.",
            "read": f"With {holding}, {person} reads {PAYROLL}.",
        }[self.kind]


@dataclass(frozen=True)
class Day:
    """What is done on one day. The last step is what is asked about.

    Args:
        person: a user of Acme with two access keys.
        steps: in order.
        longest: the longest session of every role, in seconds.
    """

    person: str
    steps: tuple[Step, ...]
    longest: int

    def outcome(self, belief: Belief | None = None) -> str:
        """``refused``, ``works``, or the seconds that the new session lasts; by AWS's rules or by a belief."""
        with believing(belief):
            last = self.answer()
            if isinstance(last, Credentials):
                return str(last.expires - last.issued)
            return WORKS if last else REFUSED

    def answer(self) -> Credentials | Refused | Decision:
        """What comes of the last step, or of the first one that is refused."""
        world, user = self._world()
        key, spare = user.holdings.access_keys
        day, now = Timeline(world, START), START
        held: By = key
        for step in self.steps:
            now += step.after * MINUTE
            if step.kind in ("off", "spare off"):
                day.then(now, deactivate(key if step.kind == "off" else spare))
                continue
            found = self._done(step, day.sts(now), key, held)
            if isinstance(found, Decision | Refused):
                return found
            held = last = found
        return last

    def _done(self, step: Step, sts: Sts, key: AccessKey, held: By) -> Credentials | Refused | Decision:
        if step.kind == "read":
            return sts.call(held, "s3:GetObject", PAYROLL)
        if step.kind == "token":
            return sts.get_session_token(key)
        role = f"arn:aws:iam::{ACME}:role/{step.role}"
        return sts.assume_role(held, role, self.person, duration=step.asked or None)

    def _world(self) -> tuple[World, User]:
        world = World()
        acme = world.account(ACME, FIRMS[ACME])
        held = {"Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole", "s3:GetObject"], "Resource": "*"}}
        user = acme.user(self.person, policies=[held])
        for _ in range(2):
            user.holdings.add_access_key(START)
        trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ACME}, "Action": "sts:AssumeRole"}}
        for role in sorted({step.role for step in self.steps if step.role}):
            acme.role(role, trust=trust, policies=[held], max_session=self.longest)
        return world, user

    @property
    def measure(self) -> Measure:
        """Number of steps; the rest is the same for all days."""
        return len(self.steps), 0, 0, 0

    def smaller(self) -> Iterator["Day"]:
        """The days with one step less, the last one excepted: it is what is asked about."""
        for index in range(len(self.steps) - 1):
            yield replace(self, steps=self.steps[:index] + self.steps[index + 1 :])

    # In words

    @property
    def told(self) -> list[str]:
        """The day, as a learner reads it."""
        lines = [
            f"The user {self.person} of Acme has an access key. The policies of the user and of every role allow "
            "sts:AssumeRole and s3:GetObject on everything, and the roles trust the account.",
        ]
        if any(step.role for step in self.steps):
            lines.append(f"The longest session of every role is {lasting(self.longest)} ({self.longest} seconds).")
        now, holding = START, "the access key"
        for step in self.steps:
            now += step.after * MINUTE
            lines.append(f"{iso(now)[11:16]}: {step.told(self.person, holding)}")
            if step.kind in ("assume", "token"):
                holding = f"the session of {step.role}" if step.role else "the credentials of GetSessionToken"
        return lines

    @property
    def question(self) -> str:
        """The question, in a sentence."""
        return "What does AWS answer to the last request?"

    @property
    def choices(self) -> dict[str, str]:
        """The answers to choose from, by outcome."""
        last = self.steps[-1]
        if last.kind == "read":
            return {WORKS: "It is allowed", REFUSED: "It is refused: the credentials are no longer accepted"}
        lengths = sorted({HOUR, last.asked or HOUR, 12 * HOUR})
        return {REFUSED: "It is refused: there is no session"} | {
            str(seconds): f"A session that lasts {lasting(seconds)}" for seconds in lengths
        }

    def explain(self) -> str:
        """What AWS answers, and why."""
        found = self.answer()
        return found.message if isinstance(found, Refused) else found.explain()


# Days to try


def chaining(seed: int, dice: Dice) -> Day:
    """Somebody comes to a role, perhaps by way of others, and asks for a long session of a further one."""
    person, last = pair(seed, PEOPLE, ROLES)
    others = [role for role in ROLES if role != last]
    steps = [_noise(dice, dice.pick(others)) for _ in range(dice.number(4))]
    asked = dice.pick((2, 3, 4, 6, 8, 10)) * HOUR
    return Day(person, (*steps, Step("assume", dice.pick((5, 20, 40)), last, asked)), dice.pick((4, 8, 12)) * HOUR)


def key_off(seed: int, dice: Dice) -> Day:
    """Somebody gets temporary credentials, and a key is deactivated."""
    person, role = pair(seed, PEOPLE, ROLES)
    steps = [_noise(dice, role) for _ in range(1 + dice.number(4))]
    return Day(person, (*steps, Step("read", dice.pick((1, 5, 10)))), 12 * HOUR)


def _noise(dice: Dice, role: str) -> Step:
    kind = dice.pick(("assume", "token", "off", "spare off"))
    return Step(kind, dice.pick((5, 10, 15)), role if kind == "assume" else "")


DAYS: dict[str, Callable[[int, Dice], Day]] = {
    "chaining-is-cut": chaining,
    "chaining-is-free": chaining,
    "key-ends-sessions": key_off,
}
"""For each belief about lifetimes the days that are tried, by the belief's name."""
