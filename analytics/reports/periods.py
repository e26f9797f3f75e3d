"""The days that “Visits and members” is asked for: a month of the calendar, or days from one to another."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.engagement.intervals import NEEDS_SILENCE
from analytics.roi.money import percent
from communities.calendar import DAY, FIRST_YEAR, Month, today
from communities.models import Community
from communities.templatetags.parvis import number

# A year that has a 29 February.
MOST_DAYS = 366


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted; `month` where they were asked for as one."""

    first: datetime.date
    last: datetime.date
    month: Month | None = None

    @classmethod
    def of_month(cls, month: Month) -> Period:
        return cls(month.first, month.last, month)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        """What stands in addresses: read by everybody in the same way, whatever their language and day."""
        return f"month={self.month}" if self.month else f"from={self.first}&to={self.last}"

    @property
    def file_name(self) -> str:
        return str(self.month) if self.month else f"{self.first}-{self.last}"

    @property
    def title(self) -> str:
        return date_format(self.first, "F Y") if self.month else days_in_words(self.first, self.last)

    @property
    def column(self) -> str:
        """What a column of its days is called."""
        return date_format(self.first, "F") if self.month else self.title

    @property
    def ways(self) -> tuple[str, str]:
        """What the buttons to the days before and after are called."""
        return (_("Month before"), _("Month after")) if self.month else (_("Days before"), _("Days after"))

    @property
    def before(self) -> Period:
        """The month before, or as many days."""
        if self.month:
            return self.of_month(self.month.before)
        return Period(self.first - DAY * self.length, self.first - DAY)

    @property
    def after(self) -> Period:
        if self.month:
            return self.of_month(self.month.next)
        return Period(self.last + DAY, self.last + DAY * self.length)

    @property
    def earlier(self) -> Period | None:
        """None where addresses end."""
        return self.before if self.before.first.year >= FIRST_YEAR else None

    def later(self, community: Community) -> Period | None:
        """What follows, as far as it has come."""
        now = today(community)
        if self.after.first > now:
            return None
        return self.after if self.month else self.after.until(now)

    def until(self, day: datetime.date) -> Period:
        """Without the days after that one."""
        return Period(self.first, min(self.last, day), self.month)

    def changed(self, now: float, before: float) -> str:
        """How a count changed: as a percentage where there were enough to take one of, else what it was."""
        if before < NEEDS_SILENCE:
            return self.was(number(before))
        words = ngettext("%(change)s on the day before", "%(change)s on the %(n)s days before", self.length)
        return words % {"change": percent((now - before) / before, signed=True), "n": self.length}

    def was(self, value: str) -> str:
        words = ngettext("The day before: %(value)s", "The %(n)s days before: %(value)s", self.length)
        return words % {"value": value, "n": self.length}

    def nothing_before(self) -> str:
        words = ngettext(
            "nothing was counted on the day before",
            "nothing was counted in the %(n)s days before",
            self.length,
        )
        return words % {"n": self.length}


def days_in_words(first: datetime.date, last: datetime.date) -> str:
    """“2 November to 29 November 2026”; of one day, that day."""
    until = date_format(last, "DATE_FORMAT")
    if first == last:
        return until
    since = date_format(first, "j F" if first.year == last.year else "DATE_FORMAT")
    return _("%(first)s to %(last)s") % {"first": since, "last": until}


@dataclass(frozen=True)
class Preset:
    """A period that follows today’s day; its address is found when it is pressed."""

    name: str
    label: Promise
    of: Callable[[datetime.date], Period]


def _last(days: int) -> Callable[[datetime.date], Period]:
    """Days that are over, so that they can be compared with as many."""
    return lambda now: Period(now - DAY * days, now - DAY)


PRESETS = {
    one.name: one
    for one in (
        Preset("this-month", gettext_lazy("This month"), lambda now: Period.of_month(Month.of(now))),
        Preset("last-month", gettext_lazy("Last month"), lambda now: Period.of_month(Month.of(now).before)),
        Preset("last-7", gettext_lazy("Last 7 days"), _last(7)),
        Preset("last-28", gettext_lazy("Last 28 days"), _last(28)),
        Preset("last-90", gettext_lazy("Last 90 days"), _last(90)),
        Preset("this-year", gettext_lazy("This year"), lambda now: Period(now.replace(month=1, day=1), now)),
    )
}
