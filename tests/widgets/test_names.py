"""A panel with a slider brings what names it; others do not."""

from collections.abc import Callable

from ipywidgets import IntSlider, SelectionSlider

from iamkit.widgets.base import Panel
from iamkit.widgets.names import SliderNames


def test_there_are_names_just_where_there_are_sliders(make: Callable[[], Panel]) -> None:
    panel = make()
    sliders = [one for one in panel.controls() if isinstance(one, IntSlider | SelectionSlider)]
    names = [part for part in panel.children if isinstance(part, SliderNames)]
    assert len(names) == (1 if sliders else 0)
