"""Acme on 24 November 2026: who holds which credentials, a day of them, and the update of the robot's access key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from iamkit.credentials.clock import HOUR, Clock, instant
from iamkit.credentials.events import Change, deactivate
from iamkit.credentials.kinds import HOLDERS, Kind, holds, in_words, kind, kinds
from iamkit.credentials.rotation import Rotation
from iamkit.credentials.sts import Sts
from iamkit.credentials.timeline import Timeline
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.draw.bars import Bar, bars_of
from iamkit.errors import WorldError
from iamkit.identity.holdings import AccessKey, Holdings
from iamkit.lessons.company import ACCOUNT, AUDIT_FIRM, AUDITOR, BUILDS, IAM, larger_company
from iamkit.lessons.panel import Panel
from iamkit.lessons.table import Table
from iamkit.readings import DEFAULT, Readings
from iamkit.world import World

DAY, MORNING = "2026-11-24", "2026-11-24T08:00:00Z"
NOW = instant(f"{DAY}T09:00:00Z")
LENA, ROOT = f"arn:aws:iam::{AUDIT_FIRM}:user/lena", f"{IAM}root"
APP, PASSKEY = f"{IAM}mfa/ana", f"{IAM}u2f/user/ana/passkey-1"
"""The serial numbers of Ana's two MFA devices: an app on her phone, and a passkey."""


def november(readings: Readings = DEFAULT) -> World:
    """Acme on the morning of 24 November 2026, with what root and the users hold."""
    world = larger_company()
    world.readings = readings
    acme = world.accounts[ACCOUNT]
    acme.root_holdings.add_password()
    acme.root_holdings.add_mfa("hardware")
    backup = acme.user("backup").holdings
    backup.add_access_key(instant("2024-02-05"), status="Inactive")
    backup.add_access_key(instant("2025-12-01"))
    ana, mallory, robot = (acme.users[name].holdings for name in ("ana", "mallory", "ci-robot"))
    ana.add_password(instant("2026-08-10"))
    ana.add_access_key(instant("2026-09-28"))
    ana.add_mfa("virtual")
    ana.add_mfa("passkey")
    mallory.add_password(instant("2026-10-05"))
    robot.add_access_key(instant("2025-10-20"))
    robot.add_service_specific("codecommit.amazonaws.com", instant("2026-03-02"))
    robot.add_service_specific("bedrock.amazonaws.com", instant("2026-11-02"), lasts=30 * 24 * HOUR)
    robot.add_ssh_key()
    return world


def holdings(world: World, user: str) -> Holdings:
    """What a user of Acme holds."""
    return world.accounts[ACCOUNT].users[user].holdings


# Tables


def held(world: World) -> Table:
    """What the root user and the users of Acme hold."""
    acme = world.accounts[ACCOUNT]
    owners = {"root": acme.root_holdings, **{name: user.holdings for name, user in sorted(acme.users.items())}}
    rows = tuple((name, *_cells(one)) for name, one in owners.items())
    return Table("Who holds what at Acme", ("who", "password", "access keys", "MFA", "for one service"), rows)


def _cells(one: Holdings) -> tuple[str, str, str, str]:
    states = [key.status.lower() for key in one.access_keys]
    keys = [f"{states.count(word)} {word}" for word in ("active", "inactive") if word in states]
    services = [given.service.partition(".")[0] for given in one.service_specific] + ["SSH key"] * len(one.ssh_keys)
    devices = [device.kind for device in one.mfa_devices]
    first, second, third = (", ".join(part) or "none" for part in (keys, devices, services))
    return _yes(one.password), first, second, third


def long_or_short() -> Table:
    """For each who holds credentials, whether they may be long-term, and whether they may be temporary."""
    rows = tuple(
        (label, _yes(holds(who, "long-term")), _yes(holds(who, "temporary"))) for who, label in HOLDERS.items()
    )
    return Table("Who may hold which", ("who", "long-term", "temporary"), rows)


def _yes(found: object) -> str:
    return "yes" if found else "no"


def long_term() -> Table:
    """The long-term credentials: who may hold them, how many, and how long they last."""
    rows = tuple(
        (one.label, _names(one.holders), f"{one.most} per {one.per}", f"{one.lifetime}. {one.note}".strip())
        for one in map(kind, kinds("long-term"))
    )
    return Table("Long-term credentials", ("kind", "who", "at most", "lifetime, and what to know"), rows)


def _names(holders: Sequence[str]) -> str:
    return ", ".join(HOLDERS[name] for name in holders)


def lifetimes(caption: str, *names: str) -> Table:
    """The lifetimes of some kinds of credentials. A figure that AWS does not publish is marked ``(?)``."""
    rows = tuple((_title(one), one.lifetime + " (?)" * bool(one.weak), _remark(one)) for one in map(kind, names))
    return Table(caption, ("credentials", "lifetime", "what to know"), rows)


def _title(one: Kind) -> str:
    """The label without what all of them have in common."""
    for start in ("Temporary credentials of ", "Credentials of an ", "Credentials of a ", "Credentials of "):
        if one.label.startswith(start):
            return one.label.removeprefix(start)
    return one.label


def _remark(one: Kind) -> str:
    renewed = f"Renewed by itself for up to {in_words(one.refreshed_for)}." if one.refreshed_for else ""
    return " ".join(filter(None, (renewed, one.note, one.weak)))


def two_operations() -> Table:
    """AssumeRole beside GetSessionToken."""
    one, other = kind("assume-role"), kind("get-session-token")
    asked = {
        "what for": [row.use for row in (one, other)],
        "who may call it": [_names(row.callers) for row in (one, other)],
        "how long": [row.lifetime for row in (one, other)],
        "takes an MFA code": [_yes(row.mfa) for row in (one, other)],
        "its credentials cannot": [row.cannot for row in (one, other)],
    }
    rows = tuple((name, *cells) for name, cells in asked.items())
    return Table("Two operations of STS", ("", "AssumeRole", "GetSessionToken"), rows)


# A day


def issued(answer: Credentials | Refused) -> Credentials:
    """The credentials.

    Raises:
        WorldError: if they were refused.
    """
    if isinstance(answer, Refused):
        raise WorldError(answer.explain(), where="the day")
    return answer


def the_day(readings: Readings = DEFAULT) -> tuple[Timeline, dict[str, AccessKey | Credentials]]:
    """24 November, from 8 o'clock: what is done, and which keys and sessions there are, by name.

    Ana and her session with MFA; Lena of the audit firm as ``auditor``; the key of the backup program, which is
    switched off at noon, and a session that it got with it before.
    """
    day = Timeline(november(readings), MORNING)
    ana, backup = (holdings(day.world_at(MORNING), name).access_keys[-1] for name in ("ana", "backup"))
    off = deactivate(backup)
    day.then(f"{DAY}T12:00:00Z", Change("backup's access key is switched off", off.apply))
    return day, {
        "ana's access key": ana,
        "ana by GetSessionToken": issued(day.sts(f"{DAY}T09:00:00Z").get_session_token(ana, mfa=APP)),
        "lena as auditor, by AssumeRole": issued(day.sts(f"{DAY}T09:30:00Z").assume_role(LENA, AUDITOR, "lena")),
        "backup's access key": backup,
        "backup by GetSessionToken": issued(day.sts(f"{DAY}T11:00:00Z").get_session_token(backup, duration=4 * HOUR)),
    }


def bars(day: Timeline, given: Mapping[str, AccessKey | Credentials]) -> list[Bar]:
    """The bars of the day, and two more that come without STS: Ana's console session, and one of ``aws login`` that
    nothing renews."""
    console, login = kind("console-session").default or 0, kind("aws-login").default or 0
    asked = day.start + HOUR // 2
    drawn = bars_of(day, given.values())
    names = {bar.label: name for name, bar in zip(given, drawn, strict=True)}
    return [
        Bar("ana in the console", day.start, day.start + console),
        Bar("mallory by aws login, not renewed", asked, asked + login),
        *(replace(bar, label=names[bar.label], parent=names.get(bar.parent or "")) for bar in drawn),
    ]


# The update of the robot's key

STEPS = ("create", "deactivate", "delete", "switch", "verify")
"""In alphabetical order: the right one is for the learner to find."""


class Update:
    """The update of the robot's access key, step by step. A step whose time has not come is refused, and says why.

    >>> update = Update().do("delete")
    >>> update.log
    [('delete', 'refused: The old key is active, and programs may still sign with it.')]
    """

    def __init__(self) -> None:
        self.world = november()
        self.holdings = holdings(self.world, "ci-robot")
        self.rotation = Rotation(self.holdings)
        self.log: list[tuple[str, str]] = []

    def do(self, step: str) -> "Update":
        """Take a step, one of ``STEPS``."""
        known = f"there is no such step. By the alphabet: {', '.join(STEPS)}."
        reason = self.rotation.why_not(step) if step in STEPS else known
        if reason:
            self.log.append((step, f"refused: {reason}"))
            return self
        times = (NOW,) if step in ("create", "switch") else ()
        getattr(self.rotation, step)(*times)
        self.log.append((step, f"done; {self._keys()}; the nightly build {'works' if self.build_works else 'fails'}"))
        return self

    @property
    def build_works(self) -> bool:
        """Whether the robot can store tonight's build, with the key that it signs with now."""
        switched = "switch" in [step.name for step in self.rotation.done]
        key = self.rotation.new if switched and self.rotation.new else self.rotation.old
        return bool(Sts(self.world, Clock(NOW)).call(key, "s3:PutObject", f"{BUILDS}/tonight.zip"))

    @property
    def refused(self) -> str:
        """Why the last step was refused; empty if it was done."""
        said = self.log[-1][1] if self.log else ""
        return said.removeprefix("refused: ") if said.startswith("refused") else ""

    def _keys(self) -> str:
        names = {id(self.rotation.old): "old", id(self.rotation.new): "new"}
        return ", ".join(f"{names[id(key)]} key {key.status.lower()}" for key in self.holdings.access_keys)

    def _shown(self) -> Panel | Table:
        if not self.log:
            return Panel("open", "Nothing is done yet", (f"The steps, by the alphabet: {', '.join(STEPS)}.",))
        return Table("The update of the robot's key", ("step", "what happened"), tuple(self.log))

    def __repr__(self) -> str:
        return f"<Update of the robot's key: {len(self.rotation.done)} of {len(STEPS)} steps done>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self._shown()._repr_mimebundle_()
