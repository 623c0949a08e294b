"""The door with two locks: what each lock shows is what the decision says."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

import iamkit as ik
from iamkit.draw.lock import BOLTED, OPEN, SHUT, SPARE, lock_picture, locks_of
from tests.short import ANA, APP, OTHER, OWN, allow, deny, trust

BO = f"arn:aws:iam::{OWN}:user/bo"


def asked(named: Any, own: Any = None, trusting: Any = None, by: str = ANA) -> ik.Decision:
    world = ik.World()
    home = world.account(OWN)
    home.user("ana", policies=[own] if own else [])
    home.user("bo")
    home.role("app", trust=trusting or trust(named))
    return world.decide(by, "sts:AssumeRole", APP)


ASK, NEVER = allow("sts:AssumeRole"), deny("sts:*")
REFUSE = {"Version": "2012-10-17", "Statement": [*trust(ANA)["Statement"],
          {"Effect": "Deny", "Principal": {"AWS": ANA}, "Action": "sts:*"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "states", "opens"),
    [
        (asked(ANA), [OPEN, SPARE], True),
        (asked(ANA, ASK), [OPEN, OPEN], True),
        (asked(ANA, NEVER), [OPEN, BOLTED], False),
        (asked(OWN), [OPEN, SHUT], False),
        (asked(OWN, ASK), [OPEN, OPEN], True),
        (asked(BO, ASK), [SHUT, OPEN], False),
        (asked(BO), [SHUT, SHUT], False),
        (asked(None, ASK, REFUSE), [BOLTED, OPEN], False),
        (asked({"Service": "lambda.amazonaws.com"}, by="lambda.amazonaws.com"), [OPEN, SPARE], True),
        (asked(OTHER, by=f"arn:aws:iam::{OTHER}:user/eve"), [OPEN, OPEN], True),
    ],
)
def test_each_lock_is_as_its_policies_say(decision: ik.Decision, states: list[str], opens: bool) -> None:
    """policy-eval-denyallow and, for the last, policy-evaluation-logic-cross-account."""
    assert [lock.state for lock in locks_of(decision)] == states
    picture = lock_picture(decision)
    assert ("The door opens." in picture.alt) is opens is decision.allowed
    assert all(str(lock) in picture.text and str(lock) in picture.alt for lock in locks_of(decision))


def test_the_picture_says_in_words_what_its_colours_say() -> None:
    words = " ".join(part.text or "" for part in ET.fromstring(lock_picture(asked(OWN)).svg).iter() if part.text)
    for said in ("OPEN", "SHUT", "it names the account", "they say nothing", "✗ The door stays shut"):
        assert said in words
    assert "✓ The door opens" in lock_picture(asked(ANA)).svg


def test_it_fits_a_phone_and_is_the_same_twice() -> None:
    picture = lock_picture(asked(OWN))
    assert picture.svg == lock_picture(asked(OWN)).svg
    assert float(ET.fromstring(picture.svg).attrib["width"]) <= 370
    assert not re.search(r"0x[0-9a-f]{6}", picture.svg + repr(picture))


def test_long_names_are_broken_and_stay_inside() -> None:
    world = ik.World()
    home = world.account(OWN)
    home.user("a-user-with-quite-a-long-name")
    role = home.role("a-role-whose-name-is-rather-long-too", trust=trust(OWN))
    svg = lock_picture(world.decide(home.users["a-user-with-quite-a-long-name"], "sts:AssumeRole", role.arn)).svg
    root = ET.fromstring(svg)
    for part in root.iter("{http://www.w3.org/2000/svg}text"):
        half = float(part.attrib.get("textLength", "0")) / 2
        assert float(part.attrib["x"]) - half >= 0 and float(part.attrib["x"]) + half <= float(root.attrib["width"])
