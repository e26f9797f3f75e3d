"""How an event repeats: the row that makes its dates, and the days that follow from it (RFC 5545)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# From the fifth week of a month on, a weekday is its last one.
WEEKS_IN_EACH_MONTH = 4
# Dates are announced so long before.
AHEAD = datetime.timedelta(days=56)


@dataclass(frozen=True)
class Wish:
    """How an event is to repeat (`Series.Every`), and after which moment no more."""

    every: str
    until: datetime.datetime | None = None


def local(moment: datetime.datetime, clock: ZoneInfo) -> datetime.datetime:
    """What the clocks show, without their zone: days and hours are counted by it, so that 18:00 stays 18:00."""
    return moment.astimezone(clock).replace(tzinfo=None)


def slots(rule: str, starts: datetime.datetime) -> Iterator[datetime.datetime]:
    """The moments of a rule of RFC 5545, as RRULE writes it, in the zone of `starts`, by its local hours.

    Raises ValueError for a rule that cannot be read.
    """
    clock = starts.tzinfo
    for moment in rrulestr(rule, dtstart=starts.replace(tzinfo=None)):
        yield moment.replace(tzinfo=clock)


class SeriesQuerySet(ScopedQuerySet["Series"]):
    def with_dates_due(self, at: datetime.datetime) -> SeriesQuerySet:
        """Those of which a date is to be announced."""
        return self.filter(due_at__lte=at)


SeriesManager = ScopedManager.from_queryset(SeriesQuerySet)


class Series(CommunityOwned):
    """How an event repeats, from its first date on, by the clocks of `zone`. Each date is an event with a thread and a
    list of its own; a job announces it some weeks ahead."""

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        FORTNIGHT = "fortnight", _("Every two weeks")
        MONTH_DAY = "month_day", _("Every month, on the same day of the month")
        MONTH_WEEKDAY = "month_weekday", _("Every month, on the same weekday (such as the second Tuesday)")
        YEAR = "year", _("Every year")

    every = models.CharField(max_length=13, choices=Every)
    starts_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    # No date begins after it; None: it goes on.
    until = models.DateTimeField(null=True, blank=True)
    # The date to be announced next, and when somebody looks at it again; None where there is none.
    next_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Moves with each change that calendars have to follow, and only upwards.
    sequence = models.PositiveIntegerField(default=0)

    objects: ClassVar[SeriesManager[Self]] = SeriesManager()

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="series_owned"),
            models.CheckConstraint(
                condition=Q(every__in=["week", "fortnight", "month_day", "month_weekday", "year"]),
                name="series_every",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=False) | Q(due_at__isnull=True), name="series_due"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="series_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"series {self.pk}"

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def starts(self) -> datetime.datetime:
        """By its own clocks."""
        return self.starts_at.astimezone(self.clock)

    @property
    def rule(self) -> str:
        """As RRULE writes it, without its end."""
        return rule_of(self.every, self.starts)

    def slots(self, after: datetime.datetime | None = None) -> Iterator[datetime.datetime]:
        """Its dates in order; those after a moment. They end where it ends."""
        for there in slots(self.rule, self.starts):
            # In UTC, as they are stored: in the hour that clocks skip or repeat, two of other zones are never equal.
            slot = there.astimezone(datetime.UTC)
            if self.until is not None and slot > self.until:
                return
            if after is None or slot > after:
                yield slot

    def set_next(self, *, after: datetime.datetime, look: datetime.datetime | None = None) -> None:
        """Which date is announced next; nothing is saved. `look`: when at the soonest somebody looks at it."""
        self.next_at = next(self.slots(after=after), None)
        if self.next_at is None:
            self.due_at, self.until = None, self.until or after
        else:
            self.due_at = look or self.next_at - AHEAD


def rule_of(every: str, starts: datetime.datetime) -> str:
    """The rule of RFC 5545 by which something repeats that starts then, by its own clocks."""
    weekday = WEEKDAYS[starts.weekday()]
    week = (starts.day - 1) // 7 + 1
    nth = week if week <= WEEKS_IN_EACH_MONTH else -1
    return {
        Series.Every.WEEK: f"FREQ=WEEKLY;BYDAY={weekday}",
        Series.Every.FORTNIGHT: f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}",
        Series.Every.MONTH_DAY: f"FREQ=MONTHLY;BYMONTHDAY={starts.day}",
        Series.Every.MONTH_WEEKDAY: f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
        Series.Every.YEAR: f"FREQ=YEARLY;BYMONTH={starts.month};BYMONTHDAY={starts.day}",
    }[Series.Every(every)]
