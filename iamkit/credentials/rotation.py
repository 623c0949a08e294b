"""Updating an access key without an outage, as a procedure that knows its next step and refuses a wrong one.

A second key is made, the programs are switched to it, the first key is deactivated, and only when everything still
works is it deleted: what is inactive can be made active again, what is deleted is gone.

Source: IAM User Guide, id_credentials_access-keys ("Updating access keys"). Times are seconds since 1970, UTC.
"""

from dataclasses import dataclass

from iamkit.credentials.clock import When, instant, iso
from iamkit.errors import WorldError
from iamkit.identity.holdings import AccessKey, Holdings


@dataclass(frozen=True)
class Step:
    """One step of the procedure.

    Attributes:
        name: the method of `Rotation` that does it.
        do: what to do.
        why: why now.
    """

    name: str
    do: str
    why: str


STEPS = (
    Step("create", "Make a second access key.", "Two keys may be active at a time, so nothing stops."),
    Step("switch", "Switch every program to the new key.", "The old key still works for what was forgotten."),
    Step("deactivate", "Deactivate the old key.", "What still uses it fails now, and the step can be taken back."),
    Step(
        "verify", "Check that everything works with the new key alone.", "If something fails, make the old key active."
    ),
    Step("delete", "Delete the old key.", "Nothing uses it, and a deleted key cannot leak."),
)
"""The steps in their order."""

_ORDER = {step.name: place for place, step in enumerate(STEPS)}


class Rotation:
    """The update of one access key.

    Args:
        holdings: of the user, or of the root user.
        key: the ID of the key to replace; by default the older one.

    Raises:
        WorldError: if there is no key.

    >>> ana = Holdings("arn:aws:iam::111122223333:user/ana")
    >>> old = ana.add_access_key()
    >>> rotation = Rotation(ana)
    >>> new = rotation.create()
    >>> rotation.next.do
    'Switch every program to the new key.'
    >>> rotation.why_not("delete")
    'The old key is active, and programs may still sign with it.'
    """

    def __init__(self, holdings: Holdings, key: str = "") -> None:
        if not holdings.access_keys:
            remedy = "Give it temporary credentials instead, or make a first key."
            raise WorldError("There is no access key to update.", where=holdings.owner, remedy=remedy)
        self.holdings = holdings
        self.old = holdings.access_key(key) if key else min(holdings.access_keys, key=lambda held: held.created or 0)
        self.new: AccessKey | None = None
        self.switched: int | None = None
        self._done = 0

    @property
    def next(self) -> Step | None:
        """The step to take now; None when all is done."""
        return STEPS[self._done] if self._done < len(STEPS) else None

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps that are taken."""
        return STEPS[: self._done]

    def __repr__(self) -> str:
        return f"<Rotation of {self.old.id}: {f'next, {self.next.name}' if self.next else 'done'}>"

    # The steps

    def create(self, now: When | None = None) -> AccessKey:
        """Make the second key.

        Raises:
            WorldError: if there are two already, or it is not the time for this step; so for every step.
        """
        self._check("create")
        self.new = self.holdings.add_access_key(None if now is None else instant(now))
        self._done += 1
        return self.new

    def switch(self, now: When | None = None) -> None:
        """Every program uses the new key from now on."""
        self._check("switch")
        self.switched = None if now is None else instant(now)
        self._done += 1

    def deactivate(self) -> None:
        """Make the old key inactive."""
        self._check("deactivate")
        self.old.status = "Inactive"
        self._done += 1

    def verify(self, works: bool = True) -> None:
        """Everything works with the new key alone, or not: then the old key is active again, and switching goes on."""
        self._check("verify")
        if works:
            self._done += 1
            return
        self.old.status = "Active"
        self._done = _ORDER["switch"]

    def delete(self) -> None:
        """Delete the old key."""
        self._check("delete")
        self.holdings.access_keys.remove(self.old)
        self._done += 1

    # Refusing

    def why_not(self, step: str) -> str:
        """Why a step cannot be taken now; empty if it can.

        Args:
            step: the name of one of ``STEPS``.

        Raises:
            WorldError: for a step that there is not.
        """
        if step not in _ORDER:
            remedy = f"The steps are {', '.join(_ORDER)}."
            raise WorldError(f"{step!r} is no step.", where=self.holdings.owner, remedy=remedy)
        if self.next is None:
            return "The old key is deleted: the update is done."
        place = _ORDER[step]
        if place < self._done:
            return f"This is done: {STEPS[place].do.lower()}"
        if place > self._done:
            return self._too_early(step)
        return self._in_the_way(step)

    def _too_early(self, step: str) -> str:
        if step == "delete" and self.old.is_active:
            return "The old key is active, and programs may still sign with it."
        if step == "delete":
            return "Nobody has checked that everything works without the old key."
        if self.new is None:
            return "There is no second key yet: programs would have nothing to sign with."
        if step == "deactivate":
            return "Programs still sign with the old key: they would fail."
        return "The old key is active, so what works may work by it."

    def _in_the_way(self, step: str) -> str:
        """What stands against the next step."""
        if step == "create" and len(self.holdings.access_keys) == 2:
            return "There are two access keys, and a third is refused: delete the one that is no longer used first."
        if step == "delete" and self.old.is_active:
            return "The old key is active again, and programs may sign with it."
        used, since = self.old.last_used, self.switched
        if step == "deactivate" and used is not None and since is not None and used > since:
            return f"The old key was used at {iso(used)}, after the switch: a program was forgotten."
        return ""

    def _check(self, step: str) -> None:
        reason = self.why_not(step)
        if reason:
            remedy = f"Next: {self.next.do}" if self.next and self.next.name != step else "Then take this step."
            remedy = remedy if self.next else "To update the new key, make another Rotation."
            raise WorldError(reason, where=f"{step} ({self.old.id})", remedy=remedy)
