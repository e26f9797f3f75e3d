"""Days and months as a community’s clocks show them. The only place where a moment becomes a day and back.

The database keeps UTC; which day a moment belongs to depends on the community’s time zone, whatever zone a process
or a request happens to be in. Days may last 23 or 25 hours.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAY = datetime.timedelta(days=1)
# Months that people may ask for by address: others are typing errors, and some are no dates at all.
FIRST_YEAR, LAST_YEAR = 2000, 2100
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)


class Clocked(Protocol):
    """Anything with a time zone of its own: a community, or the demo's clock."""

    @property
    def zone(self) -> datetime.tzinfo: ...


@cache
def time_zones() -> tuple[str, ...]:
    """The names of those that this machine knows, in their order, but its own, which is another one elsewhere. To look
    for them is to open six hundred files."""
    return tuple(sorted(available_timezones() - {"localtime", "Factory"}))


def check_near(day: datetime.date) -> None:
    """For every day or moment that is typed: those at the end of all time have no next day, and none in other zones.

    Raises ValidationError.
    """
    if day.year > LAST_YEAR:
        raise ValidationError(
            _("Choose a day before the year %(year)s."), params={"year": LAST_YEAR + 1}, code="far"
        )


def every_clock_shows(moment: datetime.datetime) -> bool:
    """Whether it can be told in any time zone: a moment of another system may lie at either end of all time."""
    return 1 < moment.year <= LAST_YEAR


def today(place: Clocked) -> datetime.date:
    return datetime.datetime.now(place.zone).date()


def day_of(moment: datetime.datetime, place: Clocked) -> datetime.date:
    """The local day of an aware moment."""
    return moment.astimezone(place.zone).date()


def moment_at(day: datetime.date, hour: datetime.time, place: Clocked) -> datetime.datetime:
    """When the clocks show this day and hour; of an hour that comes twice, the first; a skipped hour keeps the offset
    from before."""
    return datetime.datetime.combine(day, hour, place.zone)


def same_hour(moment: datetime.datetime, old: Clocked, new: Clocked) -> datetime.datetime:
    """When the clocks of `new` show the day and hour that those of `old` show at `moment`."""
    local = moment.astimezone(old.zone)
    return moment_at(local.date(), local.time(), new).astimezone(datetime.UTC)


def moments(
    first: datetime.date, last: datetime.date, place: Clocked
) -> tuple[datetime.datetime, datetime.datetime]:
    """From the first moment of `first` up to, not including, the first moment after `last`."""
    return (
        moment_at(first, datetime.time.min, place),
        moment_at(last + DAY, datetime.time.min, place),
    )


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar. Rows keep it as its first day."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def current(cls, place: Clocked) -> Month:
        return cls.of(today(place))

    @classmethod
    def read(cls, text: str) -> Month | None:
        """`2026-10`, as addresses write it; None for anything else."""
        found = _MONTH.match(text)
        if found is None:
            return None
        year, number = int(found[1]), int(found[2])
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12):
            return None
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.number, 1)

    @property
    def last(self) -> datetime.date:
        return self.next.first - DAY

    @property
    def next(self) -> Month:
        return self.later(1)

    @property
    def before(self) -> Month:
        return self.later(-1)

    def later(self, months: int) -> Month:
        """So many months on; back where `months` is negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def up_to(self, last: datetime.date) -> Iterator[Month]:
        """This month and those after it that have begun by `last`."""
        month = self
        while month.first <= last:
            yield month
            month = month.next
