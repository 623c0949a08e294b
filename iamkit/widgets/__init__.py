"""Widgets for the lessons. Each shows the same in static HTML and in plain words, where widgets do not run.

ipywidgets is loaded when the first of them is used, not when iamkit is imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamkit.widgets.adviser import access_adviser as access_adviser
    from iamkit.widgets.cards import card_sort as card_sort
    from iamkit.widgets.explorer import decision_explorer as decision_explorer
    from iamkit.widgets.gates import decision_gates as decision_gates
    from iamkit.widgets.lock import role_lock as role_lock
    from iamkit.widgets.question import question_slider as question_slider

_HOMES = {
    "access_adviser": "adviser",
    "card_sort": "cards",
    "decision_explorer": "explorer",
    "decision_gates": "gates",
    "question_slider": "question",
    "role_lock": "lock",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'iamkit.widgets' has no attribute {name!r}")
    return getattr(import_module(f"iamkit.widgets.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
