"""The set diagram of lesson 5: tick which policies there are, and see which requests are left."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from html import escape

from iamkit.draw.venn import SIGNS, venn_picture
from iamkit.explain import listed
from iamkit.prove.regions import DENIED, Regions, regions
from iamkit.prove.values import Undecided
from iamkit.widgets.base import Panel, tick
from iamkit.world import Who, World

Build = Callable[[frozenset[str]], tuple[World, Who, list[str]]]


class PolicySets(Panel):
    """One checkbox for each policy; the sets follow, with a request in each region that has one."""

    def __init__(self, title: str, keys: Mapping[str, str], build: Build, ticked: Collection[str]) -> None:
        super().__init__(title)
        self._boxes = {key: tick(label, key in ticked) for key, label in keys.items()}
        self._found = lru_cache(maxsize=64)(lambda chosen: _diagram(*build(chosen)))
        self.begin(list(self._boxes.values()))

    @property
    def diagram(self) -> Regions:
        """The regions for what is ticked now."""
        return self._found(frozenset(key for key, box in self._boxes.items() if box.value))

    def draw(self) -> None:
        try:
            found = self.diagram
        except Undecided as reason:
            self.show(f"This cannot be decided exactly: {reason}.", "neutral")
            return
        if not found.sets:
            self.show("There is no policy, and so nothing is allowed.", "implicit-deny")
            return
        tone = "allow" if found.left else "implicit-deny"
        items = "".join(
            f"<li>{SIGNS[one.outcome]} {'<strong>' * (one.outcome != DENIED)}{escape(str(one))}"
            f"{'</strong>' * (one.outcome != DENIED)}</li>"
            for one in found.found
        )
        self.show(verdict(found), tone, venn_picture(found), rest_html=f"<ol>{items}</ol>")


def _diagram(world: World, who: Who, sets: list[str]) -> Regions:
    return regions(world, who, sets) if sets else Regions((), ())


def verdict(diagram: Regions) -> str:
    """What is left of some sets, in a sentence.

    >>> from iamkit.prove.regions import Region
    >>> both = Region(("identity policy", "boundary"), "allowed", "s3:GetObject", "*")
    >>> verdict(Regions(("identity policy", "boundary"), (both,)))
    'Allowed is exactly what lies in all 2 sets: proved for every request.'
    """
    if not diagram.left:
        return "Nothing is left: no request at all is allowed, which is proved."
    if diagram.is_intersection:
        whole = f"in all {len(diagram.sets)} sets" if len(diagram.sets) > 1 else f"in the {diagram.sets[0]}"
        return f"Allowed is exactly what lies {whole}: proved for every request."
    numbers = [str(number) for number, one in enumerate(diagram.found, 1) if one in diagram.left]
    fields = f"field {numbers[0]} is" if len(numbers) == 1 else f"fields {listed(numbers, 'and')} are"
    return f"Not just what lies in all sets: {fields} allowed, and nothing else. Proved for every request."


def policy_sets(title: str, keys: Mapping[str, str], build: Build, ticked: Collection[str] = ()) -> PolicySets:
    """Tick which policies there are, and see as sets what each allows, and what is left of them.

    Args:
        title: what it is for.
        keys: the labels of the checkboxes, by key.
        build: for the keys that are ticked, makes the world with exactly these policies, says who asks, and which sets
            of `iamkit.prove.regions` to draw: at most four.
        ticked: the keys that are ticked at first.

    >>> from iamkit.prove.regions import BOUNDARY, IDENTITY
    >>> from iamkit import World
    >>> def build(ticked):
    ...     world = World()
    ...     acme = world.account("111122223333")
    ...     read = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
    ...     acme.policy("Limit", read)
    ...     ana = acme.user("ana", boundary="Limit", policies=[read] if IDENTITY in ticked else [])
    ...     return world, ana, [name for name in (IDENTITY, BOUNDARY) if name == BOUNDARY or name in ticked]
    >>> policy_sets("What may Ana do?", {IDENTITY: "Her own policy"}, build)
    <What may Ana do?: Nothing is left: no request at all is allowed, which is proved.>
    >>> policy_sets("What may Ana do?", {IDENTITY: "Her own policy"}, build, [IDENTITY])
    <What may Ana do?: Allowed is exactly what lies in all 2 sets: proved for every request.>
    """
    return PolicySets(title, keys, build, ticked)
