"""Every wrong belief that the kit knows, by name."""

from difflib import get_close_matches

from iamkit.beliefs.belief import Belief
from iamkit.beliefs.callers import CALLERS
from iamkit.beliefs.conditions import CONDITIONS
from iamkit.beliefs.lifetimes import LIFETIMES
from iamkit.beliefs.sides import SIDES
from iamkit.errors import IamkitError

BELIEFS: dict[str, Belief] = {belief.name: belief for belief in (*CALLERS, *SIDES, *CONDITIONS, *LIFETIMES)}


def belief_named(name: str) -> Belief:
    """The belief with this name.

    Raises:
        IamkitError: if there is none, with the nearest name.
    """
    if name not in BELIEFS:
        close = get_close_matches(name, BELIEFS, 1) or sorted(BELIEFS)
        raise IamkitError(f"There is no belief {name!r}.", where="beliefs", remedy=f"Try {', '.join(close)}.")
    return BELIEFS[name]
