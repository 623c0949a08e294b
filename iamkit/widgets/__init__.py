"""Widgets for the lessons. Each shows the same in static HTML and in plain words, where widgets do not run.

ipywidgets is loaded when the first of them is used, not when iamkit is imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamkit.widgets.adviser import access_adviser as access_adviser
    from iamkit.widgets.attack import attack_button as attack_button
    from iamkit.widgets.board import proof_board as proof_board
    from iamkit.widgets.cards import card_sort as card_sort
    from iamkit.widgets.chain import chain_builder as chain_builder
    from iamkit.widgets.claims import claim_slider as claim_slider
    from iamkit.widgets.difference import policy_difference as policy_difference
    from iamkit.widgets.evidence import access_evidence as access_evidence
    from iamkit.widgets.explorer import decision_explorer as decision_explorer
    from iamkit.widgets.gates import decision_gates as decision_gates
    from iamkit.widgets.lifetimes import lifetime_slider as lifetime_slider
    from iamkit.widgets.lock import role_lock as role_lock
    from iamkit.widgets.playground import policy_playground as policy_playground
    from iamkit.widgets.question import question_slider as question_slider
    from iamkit.widgets.quiz import belief_quiz as belief_quiz
    from iamkit.widgets.stepper import flow_stepper as flow_stepper
    from iamkit.widgets.theft import theft_slider as theft_slider
    from iamkit.widgets.venn import policy_sets as policy_sets

_HOMES = {
    "access_adviser": "adviser",
    "access_evidence": "evidence",
    "attack_button": "attack",
    "belief_quiz": "quiz",
    "card_sort": "cards",
    "chain_builder": "chain",
    "claim_slider": "claims",
    "decision_explorer": "explorer",
    "decision_gates": "gates",
    "flow_stepper": "stepper",
    "lifetime_slider": "lifetimes",
    "policy_difference": "difference",
    "policy_playground": "playground",
    "policy_sets": "venn",
    "proof_board": "board",
    "question_slider": "question",
    "role_lock": "lock",
    "theft_slider": "theft",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'iamkit.widgets' has no attribute {name!r}")
    return getattr(import_module(f"iamkit.widgets.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
