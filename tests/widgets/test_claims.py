"""The claim slider: the looser the claim, the stranger whoever comes in."""

import pytest

from iamkit.errors import IamkitError, PolicyError
from iamkit.lessons.federating import MAIN, exchange, from_office, robot_token
from iamkit.lessons.vouching import loosened
from iamkit.widgets import claim_slider


def test_the_tightest_step_is_proved_and_every_other_names_somebody_who_really_comes_in() -> None:
    slider = claim_slider(MAIN, loosened())
    assert not slider.slip and "Nobody" in repr(slider)
    for number, (_, trust) in list(enumerate(loosened(), 1))[1:]:
        slider.slider.value = number
        subject = slider.slip.subject
        assert subject and subject != MAIN
        assert exchange(robot_token(subject), trust)
        assert subject in slider.twin_text()


@pytest.mark.parametrize(
    ("step", "start"),
    [(2, "repo:acme/payroll-robot:"), (3, "repo:acme/"), (4, "repo:acme"), (5, "repo:"), (6, "repo:")],
)
def test_each_step_lets_in_what_its_pattern_says(step: int, start: str) -> None:
    slider = claim_slider(MAIN, loosened())
    slider.slider.value = step
    assert str(slider.slip.subject).startswith(start)


def test_from_the_fourth_step_on_people_from_outside_of_acme_come_in() -> None:
    slider = claim_slider(MAIN, loosened())
    outside = []
    for number in range(1, 7):
        slider.slider.value = number
        outside.append(bool(slider.slip) and not str(slider.slip.subject).startswith("repo:acme/"))
    assert outside == [False, False, False, True, True, True]


def test_without_steps_and_without_an_oidc_provider_there_is_nothing_to_ask() -> None:
    with pytest.raises(IamkitError):
        claim_slider(MAIN, [])
    with pytest.raises(PolicyError):
        claim_slider(MAIN, [("SAML", from_office())]).slip  # noqa: B018
