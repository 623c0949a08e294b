"""The card sort of lesson 1: which of IAM's objects are resources, entities, identities, principals?"""

from collections.abc import Sequence

from ipywidgets import HTML, Checkbox, Layout

from iamkit.draw.sets import sets_picture
from iamkit.explain import listed
from iamkit.identity import taxonomy
from iamkit.widgets.base import Panel, row, tick


class CardSort(Panel):
    """Four checkboxes for each item. An item with none ticked is not placed yet, which is never wrong."""

    def __init__(self, items: Sequence[str]) -> None:
        super().__init__("Sort the cards: to which of the four sets does each belong?")
        self._boxes: dict[str, dict[str, Checkbox]] = {}
        self._last = ""
        rows = []
        for item in items:
            label = taxonomy.kind(item).label
            self._boxes[item] = {name: tick(name, width="6.2rem") for name in taxonomy.SETS}
            for box in self._boxes[item].values():
                box.observe(lambda _, item=item: setattr(self, "_last", item), names="value")
            heading = HTML(f"<strong>{label}</strong>", layout=Layout(width="11rem"))
            rows.append(row(heading, *self._boxes[item].values()))
        self.begin(rows)

    @property
    def placed(self) -> dict[str, frozenset[str]]:
        """The sets that each placed item was put in."""
        chosen = {item: frozenset(n for n, box in boxes.items() if box.value) for item, boxes in self._boxes.items()}
        return {item: sets for item, sets in chosen.items() if sets}

    def draw(self) -> None:
        placed, items = self.placed, list(self._boxes)
        right = sum(sets == taxonomy.sets_of(item) for item, sets in placed.items())
        words = f"{right} of {len(items)} right, {len(items) - len(placed)} not placed yet."
        reason = self._reason(placed)
        tone = "deny" if reason else "allow" if right == len(items) else "neutral"
        self.show(f"{self._touched(placed)}{words} {reason}".strip(), tone, sets_picture(placed, items=items))

    def _touched(self, placed: dict[str, frozenset[str]]) -> str:
        """Where the item touched last now is, for those who do not see in which row a box stands."""
        sets = [name for name in taxonomy.SETS if name in placed.get(self._last, ())]
        return f"{taxonomy.kind(self._last).label} is in {listed(sets, 'and')}. " if sets else ""

    def _reason(self, placed: dict[str, frozenset[str]]) -> str:
        """Why one misplaced item is misplaced: of those, the one touched last. What is missing is told at the end."""
        for item in sorted(placed, key=lambda item: item != self._last):
            label, too_many = taxonomy.kind(item).label, placed[item] - taxonomy.sets_of(item)
            missing = taxonomy.sets_of(item) - placed[item]
            for name in taxonomy.SETS:
                if name in too_many or (name in missing and len(placed) == len(self._boxes)):
                    is_not = "is not" if name in too_many else "is also"
                    return f"{label} {is_not} in {taxonomy.SET_LABELS[name]}: {taxonomy.why(item, name)}"
        return ""

    def settings(self) -> list[str]:
        """Nothing: the words of the picture say what is where."""
        return []


def card_sort(items: Sequence[str] | None = None) -> CardSort:
    """Let the learner place kinds of IAM objects in the four sets.

    Args:
        items: names of ``iamkit.identity.taxonomy.kinds()``; the six of the IAM User Guide's own diagram if left out.

    Raises:
        IamkitError: for an unknown item.

    >>> sort = card_sort(["group"])
    >>> sort
    <Sort the cards: to which of the four sets does each belong?: 0 of 1 right, 1 not placed yet.>
    """
    return CardSort(items if items is not None else taxonomy.SEED_KINDS)
