"""The two-key lock of lesson 4: tick what the policies say, and watch the door of a role."""

from collections.abc import Callable, Collection, Mapping

from iamkit.decision import Decision
from iamkit.draw.lock import lock_picture
from iamkit.widgets.base import Panel, tick
from iamkit.widgets.gates import TONES
from iamkit.world import Who, World

Build = Callable[[frozenset[str]], World]


class RoleLock(Panel):
    """One checkbox for each thing that policies may say; the door follows."""

    def __init__(self, who: Who, role: str, keys: Mapping[str, str], build: Build, ticked: Collection[str]) -> None:
        name = (who if isinstance(who, str) else who.arn).rpartition("/")[2]
        super().__init__(f"May {name} become {role.rpartition('/')[2]}? Tick what the policies say.")
        self._who, self._role, self._build = who, role, build
        self._boxes = {key: tick(label, key in ticked) for key, label in keys.items()}
        self.begin(list(self._boxes.values()))

    @property
    def decision(self) -> Decision:
        """The decision on AssumeRole in the world that is ticked now."""
        world = self._build(frozenset(key for key, box in self._boxes.items() if box.value))
        return world.decide(self._who, "sts:AssumeRole", self._role)

    def draw(self) -> None:
        found = self.decision
        self.show(found.because, TONES[found.effect], lock_picture(found))


def role_lock(who: Who, role: str, keys: Mapping[str, str], build: Build, ticked: Collection[str] = ()) -> RoleLock:
    """Tick what policies say, and see whether somebody may assume a role.

    Args:
        who: who asks.
        role: the role's ARN.
        keys: the labels of the checkboxes, by key.
        build: makes the world in which exactly these keys are ticked.
        ticked: the keys that are ticked at first.

    Raises:
        IamkitError: what deciding raises for the world at the start.

    >>> from iamkit import World
    >>> arn = "arn:aws:iam::111122223333:{}".format
    >>> def build(ticked):
    ...     world = World()
    ...     acme = world.account("111122223333")
    ...     trusted = acme.user("ana" if "ana" in ticked else "bo").arn
    ...     acme.role("audit", trust={"Statement": {
    ...         "Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}})
    ...     return world
    >>> role_lock(arn("user/ana"), arn("role/audit"), {"ana": "The trust policy names Ana"}, build, ["ana"])
    <May ana become audit? Tick what the policies say.: Allowed by Statement of 'trust of audit' (role trust policy).>
    """
    return RoleLock(who, role, keys, build, ticked)
