"""A board of requirements: tick what is done, and see which of them are proved, and what refutes the others."""

from collections.abc import Callable, Mapping
from html import escape

from iamkit.widgets.base import Panel, tick

Prove = Callable[[frozenset[str]], Mapping[str, str]]
"""From what is ticked: each requirement with its counterexample, which is empty where the requirement is proved."""

_CELL = "text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-top:1px solid #767676"


class ProofBoard(Panel):
    """Checkboxes, and a table of requirements."""

    def __init__(self, title: str, tasks: Mapping[str, str], prove: Prove) -> None:
        self._prove = prove
        self._known: dict[frozenset[str], Mapping[str, str]] = {}
        super().__init__(title)
        self.boxes = {key: tick(label) for key, label in tasks.items()}
        self.begin([*self.boxes.values()])

    @property
    def ticked(self) -> frozenset[str]:
        """What is ticked."""
        return frozenset(key for key, box in self.boxes.items() if box.value)

    @property
    def faults(self) -> Mapping[str, str]:
        """Each requirement with its counterexample, which is empty where it is proved."""
        if self.ticked not in self._known:
            self._known[self.ticked] = self._prove(self.ticked)
        return self._known[self.ticked]

    def draw(self) -> None:
        faults = self.faults
        proved = sum(not fault for fault in faults.values())
        lines = [f"✗ {words}: {fault}" if fault else f"✓ {words}: proved" for words, fault in faults.items()]
        rows = "".join(_row(words, fault) for words, fault in faults.items())
        names = "".join(f"<th scope='col' style='{_CELL}'>{name}</th>" for name in ("what must hold", "does it?"))
        head = f"<thead><tr>{names}</tr></thead>"
        verdict = f"{proved} of {len(faults)} proved."
        tone = "allow" if proved == len(faults) else "deny"
        self.show(verdict, tone, rest="\n".join(lines), rest_html=f"<table>{head}<tbody>{rows}</tbody></table>")


def _row(words: str, fault: str) -> str:
    said = f"✗ {escape(fault)}" if fault else "✓ proved"
    name = f"<th scope='row' style='{_CELL};overflow-wrap:normal'>{escape(words)}</th>"
    return f"<tr>{name}<td style='{_CELL}'>{said}</td></tr>"


def proof_board(title: str, tasks: Mapping[str, str], prove: Prove) -> ProofBoard:
    """Requirements that are proved, or refuted, anew with each task that is ticked.

    Args:
        title: what the board is for.
        tasks: what can be done, by a short key.
        prove: finds for the ticked keys each requirement's counterexample; empty where the requirement is proved.

    >>> def prove(done):
    ...     return {"It is shut": "" if done else "It is open."}
    >>> board = proof_board("Is it safe?", {"lock": "Lock it"}, prove)
    >>> board
    <Is it safe?: 0 of 1 proved.>
    >>> board.boxes["lock"].value = True
    >>> print(board.twin_text())
    Is it safe?
    Ticked: Lock it
    1 of 1 proved.
    ✓ It is shut: proved
    """
    return ProofBoard(title, tasks, prove)
