"""Names for sliders, which ipywidgets gives none: without one a screen reader says "slider" and a number."""

from pathlib import Path

from anywidget import AnyWidget


class SliderNames(AnyWidget):
    """Shows nothing. Beside sliders in a panel, it names each by its label, and its value by its text.

    It is an anywidget because no widget of ipywidgets can name the handle that the keyboard moves.
    """

    _esm = Path(__file__).with_name("names.js")
