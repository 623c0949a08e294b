"""A time axis: from seconds since 1970, UTC, to pixels and to words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from iamkit.credentials.clock import DAY, HOUR, MINUTE

_MINUTES, _HOURS, _DAYS = (1, 2, 5, 10, 15, 30), (1, 2, 3, 6, 12), (1, 2, 7, 14)
_STEPS = (*(n * MINUTE for n in _MINUTES), *(n * HOUR for n in _HOURS), *(n * DAY for n in _DAYS))
_MONTHLY = (1, 3, 6, 12, 24, 60, 120, 240, 1200)
"""Where the steps in seconds are too many, steps in months."""
_MOST = 7
"""The most spaces between ticks, so that their labels do not touch."""
_NAMES = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Axis:
    """Time from ``low`` to ``high`` (seconds since 1970, UTC), drawn from ``left`` to ``right`` (CSS pixels).

    >>> axis = axis_for(28_920, 35_400, 0, 100)
    >>> [words for _, words in axis.ticks()]
    ['08:00', '08:30', '09:00', '09:30', '10:00']
    >>> axis.x(32_400), axis.when(35_999), axis.when(86_400), axis.caption()
    (50.0, '09:59:59', '2 Jan 00:00', '1 Jan 1970, UTC')
    """

    low: int
    high: int
    left: float
    right: float

    def x(self, at: int) -> float:
        """Where an instant lies; what is outside lies at the edge."""
        inside = min(max(at, self.low), self.high)
        return self.left + (self.right - self.left) * (inside - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[int, str]]:
        """Instants with their labels: hours and minutes, dates where the axis is longer than a day."""
        step = next((step for step in _STEPS if (self.high - self.low) / step <= _MOST), None)
        if step is None:
            return list(self._months())
        first = -(-self.low // step) * step
        return [(at, self._tick(at, step)) for at in range(first, self.high + 1, step)]

    def _months(self) -> Iterator[tuple[int, str]]:
        """The first of every so many months."""
        start, end = _moment(self.low), _moment(self.high)
        first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
        step = next((step for step in _MONTHLY if (last - first) / step <= _MOST), _MONTHLY[-1])
        for month in range(-(-first // step) * step, last + 1, step):
            at = int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())
            if at >= self.low:
                yield at, f"{_NAMES[month % 12]} {month // 12}"

    def _tick(self, at: int, step: int) -> str:
        midnight = at % DAY == 0 and (self.low < at < self.high or self.high - self.low > DAY)
        return _date(_moment(at)) if step >= DAY or midnight else f"{_moment(at):%H:%M}"

    def when(self, at: int) -> str:
        """An instant in words: the time, with the date where the axis does not say it, with the year likewise."""
        moment, first, last = _moment(at), *self._days()
        time = f"{moment:%H:%M:%S}".removesuffix(":00")
        if moment.date() == first.date() == last.date():
            return time
        year = "" if moment.year == first.year == last.year else f" {moment.year}"
        return f"{_date(moment)}{year} {time}"

    def caption(self) -> str:
        """The first and the last day of the axis."""
        days = dict.fromkeys(f"{_date(moment)} {moment.year}" for moment in self._days())
        return f"{' to '.join(days)}, UTC"

    def _days(self) -> tuple[datetime, datetime]:
        """The first and the last instant; midnight at the end belongs to the day before."""
        return _moment(self.low), _moment(self.high - 1)


def axis_for(first: int, last: int, left: float, right: float) -> Axis:
    """An axis that holds two instants, and begins and ends at a full minute, hour or day."""
    step = next((step for step in _STEPS if -(-last // step) - first // step <= _MOST), DAY)
    low, high = first // step * step, -(-last // step) * step
    return Axis(low, max(high, low + step), left, right)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _date(moment: datetime) -> str:
    return f"{moment.day} {_NAMES[moment.month - 1]}"
