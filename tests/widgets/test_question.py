import pytest

import iamkit as ik
from iamkit.draw.graph import world_graph
from iamkit.errors import IamkitError
from iamkit.prove.answers import Proof, Witness
from iamkit.widgets import question_slider
from tests.short import allow, trust

MALLORY, PAYROLL = "arn:aws:iam::111122223333:user/mallory", "arn:aws:s3:::payroll"


def world(*policies: dict) -> ik.World:
    made = ik.World()
    home = made.account("111122223333", "home")
    home.user("mallory", policies=list(policies))
    home.resource(PAYROLL)
    home.role("app", trust=trust({"Service": "lambda.amazonaws.com"}))
    return made


QUESTION = (MALLORY, "s3:GetObject", f"{PAYROLL}/*")
STEPS = [("as it is", world()), ("one policy more", lambda: world(allow("s3:Get*")))]


def test_the_slider_walks_from_a_proof_to_a_witness() -> None:
    panel = question_slider(QUESTION, STEPS)
    assert panel.twin_text().startswith("Can mallory ever do s3:GetObject on payroll/*?\nStep: 1\n")
    assert isinstance(panel.answer, Proof)
    assert "Step 1 of 2, as it is: ✗ No." in panel.twin_text()
    panel.slider.value = 2
    assert isinstance(panel.answer, Witness)
    assert "Step 2 of 2, one policy more: ✓ Yes." in panel.twin_text()
    assert panel.answer.decision.because in panel.twin_text()


def test_it_shows_the_world_around_the_principal() -> None:
    panel = question_slider(QUESTION, STEPS)
    panel.slider.value = 2
    assert world_graph(world(allow("s3:Get*")), MALLORY).html in panel.twin_html()


def test_for_a_principal_outside_of_the_world_it_shows_the_whole() -> None:
    panel = question_slider(("anonymous", "s3:GetObject", f"{PAYROLL}/*"), [("as it is", world())])
    assert world_graph(world()).html in panel.twin_html()


def test_a_step_is_worked_out_once_and_only_when_it_is_shown() -> None:
    made: list[str] = []

    def second() -> ik.World:
        made.append("second")
        return world()

    panel = question_slider(QUESTION, [("first", world()), ("second", second)])
    assert made == []
    for step in (2, 1, 2):
        panel.slider.value = step
    assert made == ["second"]


def test_the_question_may_say_what_the_context_is() -> None:
    only = world(allow("s3:*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    where = {"aws:MultiFactorAuthPresent": False}
    assert question_slider(QUESTION, [("with a condition", only)]).answer
    assert not question_slider((*QUESTION, where), [("without MFA", only)]).answer


def test_no_steps_are_refused() -> None:
    with pytest.raises(IamkitError, match="There are no steps"):
        question_slider(QUESTION, [])
