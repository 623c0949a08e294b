"""Time: instants in seconds since 1970, UTC, and a clock that is handed in.

So the same lesson always says the same. No part of the kit looks at the wall clock.
"""

from datetime import UTC, datetime

from iamkit.errors import RequestError
from iamkit.policy import conditions

When = str | int | datetime
"""An instant as a learner writes it: ISO 8601 (no zone means UTC), seconds since 1970, or a datetime."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""The first and the last second that four digits of a year can write."""


def instant(when: When) -> int:
    """Seconds since 1970, UTC; a part of a second is dropped.

    Raises:
        RequestError: for a text that is no date, or a year before 1 or after 9999.

    >>> instant("2026-11-24T09:00:00Z") == instant("2026-11-24T10:00:00+01:00") == instant(1_795_510_800)
    True
    """
    if isinstance(when, datetime):
        when = when.isoformat()
    remedy = "Write a time such as 2026-11-24T09:00:00Z."
    try:
        plain = isinstance(when, int) and not isinstance(when, bool)
        seconds = int(when if plain else conditions.instant(str(when)))
    except ValueError as fault:
        raise RequestError(f"{when!r} is {fault}", where="time", remedy=remedy) from None
    if not _FIRST <= seconds <= _LAST:
        raise RequestError(f"{when!r} is beyond the years 1 to 9999.", where="time", remedy=remedy)
    return seconds


def iso(seconds: int) -> str:
    """The instant as AWS writes it.

    >>> iso(1_795_510_800)
    '2026-11-24T09:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now(when: When) -> dict[str, str]:
    """The condition keys that say what time it is.

    >>> now("2026-11-24T09:00:00Z")
    {'aws:CurrentTime': '2026-11-24T09:00:00Z', 'aws:EpochTime': '1795510800'}
    """
    seconds = instant(when)
    return {"aws:CurrentTime": iso(seconds), "aws:EpochTime": str(seconds)}


def lasting(seconds: int) -> str:
    """A length of time in words.

    >>> lasting(3600), lasting(5400), lasting(45), lasting(129_600)
    ('1 hour', '1 hour 30 minutes', '45 seconds', '36 hours')
    """
    parts = [(seconds // HOUR, "hour"), (seconds % HOUR // MINUTE, "minute"), (seconds % MINUTE, "second")]
    return " ".join(f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n) or "0 seconds"


class Clock:
    """A clock that goes only when it is told to.

    >>> clock = Clock("2026-11-24T09:00:00Z")
    >>> clock.forward(40 * MINUTE)
    <Clock 2026-11-24T09:40:00Z>
    """

    def __init__(self, start: When) -> None:
        self.now = instant(start)

    def forward(self, seconds: int) -> "Clock":
        """Let time pass.

        Raises:
            RequestError: for a negative number: time does not run back; `set` sets the clock. Also for a part of a
                second, and beyond the year 9999.
        """
        if not isinstance(seconds, int):
            raise RequestError(f"{seconds!r} is no whole number.", where="seconds", remedy="Write seconds, such as 60.")
        if seconds < 0:
            raise RequestError("Time does not run back.", where="seconds", remedy="Use set to go to another time.")
        self.now = instant(self.now + seconds)
        return self

    def set(self, when: When) -> "Clock":
        """Go to an instant, earlier or later."""
        self.now = instant(when)
        return self

    def __repr__(self) -> str:
        return f"<Clock {iso(self.now)}>"
