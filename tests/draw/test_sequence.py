"""Sequence diagrams, tested by who says what to whom, and by what stands out; not by coordinates."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import pairwise

import pytest

from iamkit.credentials.tokens import Refused
from iamkit.draw.picture import Picture
from iamkit.draw.sequence import sequence
from iamkit.draw.style import OKABE_ITO
from iamkit.errors import IamkitError

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Message:
    sender: str
    receiver: str
    what: str
    note: str = ""
    decided: object = None


@dataclass
class Flow:
    title: str
    actors: tuple[str, ...]
    messages: tuple[Message, ...]


NO = Refused("AssumeRoleWithWebIdentity", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")


@pytest.fixture
def flow() -> Flow:
    return Flow(
        "A pipeline asks for a role",
        ("CI job", "GitHub", "AWS STS"),
        (
            Message("CI job", "GitHub", "ask for an ID token"),
            Message("GitHub", "CI job", "JWT", "sub is repo:acme/payroll:ref:refs/heads/main"),
            Message("CI job", "AWS STS", "AssumeRoleWithWebIdentity", decided=True),
            Message("AWS STS", "AWS STS", "check signature, issuer, audience and trust policy"),
            Message("AWS STS", "CI job", "answer", "the sub does not match", NO),
        ),
    )


def steps(picture: Picture) -> dict[str, ET.Element]:
    root = ET.fromstring(picture.svg)
    return {group.attrib["data-step"]: group for group in root.iter(f"{SVG}g") if "data-step" in group.attrib}


def words(group: ET.Element) -> str:
    """Everything written at a step, its number last."""
    return " ".join(line.text or "" for line in group.iter(f"{SVG}text"))


def marks(group: ET.Element) -> set[str]:
    return {path.attrib["data-mark"] for path in group.iter(f"{SVG}path") if "data-mark" in path.attrib}


def dashed(group: ET.Element) -> bool:
    return any("stroke-dasharray" in path.attrib for path in group.iter(f"{SVG}path"))


def states(picture: Picture) -> list[str]:
    return [group.attrib.get("data-state", "") for group in steps(picture).values()]


def test_each_actor_has_a_head_and_each_message_a_number_and_its_words(flow: Flow) -> None:
    picture = sequence(flow)
    root = ET.fromstring(picture.svg)
    heads = [(g.attrib["data-actor"], words(g)) for g in root.iter(f"{SVG}g") if "data-actor" in g.attrib]
    assert heads == [(name, name) for name in flow.actors]
    assert list(steps(picture)) == ["1", "2", "3", "4", "5"]
    for (number, group), message in zip(steps(picture).items(), flow.messages, strict=True):
        written = "".join(words(group).split())
        assert "".join(message.what.split()) in written and "".join(message.note.split()) in written
        assert words(group).endswith(number)


def test_an_arrow_leads_from_the_lifeline_of_the_sender_to_that_of_the_receiver(flow: Flow) -> None:
    root = ET.fromstring(sequence(flow).svg)
    places = {g.attrib["data-actor"]: float(g.find(f"{SVG}text").attrib["x"])  # type: ignore[union-attr]
              for g in root.iter(f"{SVG}g") if "data-actor" in g.attrib}  # fmt: skip
    for group, message in zip(steps(sequence(flow)).values(), flow.messages, strict=True):
        line = group.findall(f"{SVG}path")[0].attrib["d"]
        start, *_, end = (float(x) for x in re.findall(r"[MH]([0-9.]+)", line))
        assert start == pytest.approx(places[message.sender], abs=0.1)
        assert end == pytest.approx(places[message.receiver], abs=12), "the head takes up the last pixels"


def test_a_message_to_oneself_is_a_loop(flow: Flow) -> None:
    lines = [group.findall(f"{SVG}path")[0].attrib["d"] for group in steps(sequence(flow)).values()]
    assert [line.count("V") for line in lines] == [0, 0, 0, 1, 0]


def test_a_refused_step_has_colour_dashes_a_cross_and_the_error(flow: Flow) -> None:
    drawn = steps(sequence(flow))
    assert [number for number, group in drawn.items() if dashed(group)] == ["5"]
    assert [marks(group) for group in drawn.values()] == [set(), set(), {"tick"}, set(), {"cross"}]
    assert "refused: AccessDenied" in words(drawn["5"])
    assert "accepted" in words(drawn["3"])
    assert OKABE_ITO["vermillion"] in ET.tostring(drawn["5"], "unicode")
    assert not any(OKABE_ITO["vermillion"] in ET.tostring(drawn[number], "unicode") for number in "1234")


def test_words_say_the_same(flow: Flow) -> None:
    picture = sequence(flow)
    assert picture.alt == ("A pipeline asks for a role: 5 steps between CI job, GitHub and AWS STS. Step 5 is refused.")
    assert picture.text.splitlines() == [
        picture.alt,
        "Actors: CI job, GitHub and AWS STS.",
        "1. CI job -> GitHub: ask for an ID token.",
        "2. GitHub -> CI job: JWT (sub is repo:acme/payroll:ref:refs/heads/main).",
        "3. CI job -> AWS STS: AssumeRoleWithWebIdentity. Accepted.",
        "4. AWS STS -> AWS STS: check signature, issuer, audience and trust policy.",
        "5. AWS STS -> CI job: answer (the sub does not match). Refused: AccessDenied.",
    ]


def test_a_stepper_shows_one_message_and_fades_those_after_it(flow: Flow) -> None:
    picture = sequence(flow, upto=3)
    assert states(picture) == ["", "", "now", "later", "later"]
    bold = [group.find(f"{SVG}text").attrib.get("font-weight") for group in steps(picture).values()]  # type: ignore[union-attr]
    assert bold == [None, None, "bold", None, None]
    assert picture.alt == (
        "A pipeline asks for a role: step 3 of 5. CI job to AWS STS: AssumeRoleWithWebIdentity (accepted)."
    )
    marked = [line.rpartition(" (")[2] for line in picture.text.splitlines() if line.endswith(("now)", "come)"))]
    assert marked == ["now)", "still to come)", "still to come)"]


def test_what_is_decided_later_is_not_told_beforehand(flow: Flow) -> None:
    early = sequence(flow, upto=4)
    assert not marks(steps(early)["5"]) and not dashed(steps(early)["5"])
    assert "efused" not in early.svg + early.text and "does not match" not in early.svg + early.text
    assert "refused: AccessDenied" in sequence(flow, upto=5).svg


def test_before_the_first_step_everything_is_still_to_come(flow: Flow) -> None:
    picture = sequence(flow, upto=0)
    assert states(picture) == ["later"] * 5
    assert picture.alt.endswith("all still to come.")


def test_nothing_moves_from_step_to_step(flow: Flow) -> None:
    frames = [ET.fromstring(sequence(flow, upto=n).svg) for n in (None, *range(6))]
    assert len({frame.attrib["viewBox"] for frame in frames}) == 1
    discs = [[(c.attrib["cx"], c.attrib["cy"]) for c in frame.iter(f"{SVG}circle")] for frame in frames]
    assert all(places == discs[0] for places in discs)


def test_labels_are_wrapped_and_nothing_leaves_the_picture() -> None:
    names = "Browser|Identity provider|Active Directory|Identity Center|AWS sign-in|AWS STS|AWS console"
    actors = ("AWS CLI", *names.split("|"))
    arn = "arn:aws:iam::111122223333:role/Payroll,arn:aws:iam::111122223333:saml-provider/AcmeIdP"
    ends = [(a, b) for a in actors for b in actors]
    picture = sequence(Flow("Long", actors, tuple(Message(a, b, f"assertion {arn}", arn, NO) for a, b in ends)))
    root = ET.fromstring(picture.svg)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert wide <= 520, "or it cannot be read on a phone"
    for line in root.iter(f"{SVG}text"):
        half = float(line.attrib["textLength"]) / 2
        assert half <= float(line.attrib["x"]) <= wide - half
        assert 0 < float(line.attrib["y"]) < high
    for path in root.iter(f"{SVG}path"):
        assert all(0 <= float(x) <= wide for x in re.findall(r"[MLH](-?[0-9.]+)", path.attrib["d"]))


def test_the_words_of_a_step_lie_apart_from_those_of_the_next(flow: Flow) -> None:
    spans = []
    for group in steps(sequence(flow)).values():
        heights = [float(line.attrib["y"]) for line in group.iter(f"{SVG}text")]
        spans.append((min(heights) - 12, max(heights)))
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_a_question_keeps_its_mark() -> None:
    flow = Flow("Ask", ("A", "B"), (Message("A", "B", "is it this user?"),))
    assert sequence(flow).text.splitlines()[-1] == "1. A -> B: is it this user?"
    assert sequence(flow, upto=1).alt == "Ask: step 1 of 1. A to B: is it this user?"


def test_names_of_actors_are_broken_between_words() -> None:
    actors = ("User", "Browser", "Directory", "AWS sign-in", "AWS STS", "Identity provider")
    root = ET.fromstring(sequence(Flow("Names", actors, ())).svg)
    heads = {g.attrib["data-actor"]: [line.text for line in g] for g in root.iter(f"{SVG}g")}
    assert heads["AWS sign-in"][1:] == ["AWS", "sign-in"]
    assert heads["Identity provider"][1:] == ["Identity", "provider"]


def test_a_long_flow_names_its_actors_again_below() -> None:
    flow = Flow("Long", ("A", "B"), tuple(Message("A", "B", f"number {n}") for n in range(12)))
    root = ET.fromstring(sequence(flow).svg)
    assert sum(g.attrib.get("data-actor") == "A" for g in root.iter(f"{SVG}g")) == 2


def test_odd_words_are_escaped() -> None:
    picture = sequence(Flow("<t> & 'q'", ("a<b",), (Message("a<b", "a<b", 'x > "y" & z', "\x00"),)))
    assert 'x > "y" & z' in words(steps(picture)["1"])


def test_the_same_flow_gives_the_same_bytes_and_no_address(flow: Flow) -> None:
    one, two = sequence(flow, upto=5), sequence(flow, upto=5)
    assert (one.svg, one.alt, one.text) == (two.svg, two.alt, two.text)
    assert not re.search(r"0x[0-9a-f]{6}", one.svg + one.alt + one.text + repr(one))


def test_a_flow_without_messages_has_its_actors() -> None:
    assert sequence(Flow("Empty", ("A", "B"), ())).alt == "Empty: 0 steps between A and B."


@pytest.mark.parametrize(
    ("actors", "messages", "upto", "fault"),
    [
        ((), (), None, "needs an actor"),
        (("A",), (Message("A", "B", "x"),), None, "message 1: 'B' is not an actor of this flow. Use one of: A."),
        (("A",), (Message("A", "A", "x"),), 2, "Use a number from 0 to 1"),
        (("A",), (Message("A", "A", "x"),), -1, "no message -1"),
    ],
)
def test_faults_are_named(actors: tuple[str, ...], messages: tuple[Message, ...], upto: int | None, fault: str) -> None:
    with pytest.raises(IamkitError, match=fault):
        sequence(Flow("t", actors, messages), upto)
