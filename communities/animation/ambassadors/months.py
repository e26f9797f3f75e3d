"""Ends of terms, as days and as moments."""

from __future__ import annotations

import calendar
import datetime

from communities.calendar import DAY, Clocked, moment_at

MIDNIGHT = datetime.time.min


def end_of(day: datetime.date, place: Clocked) -> datetime.datetime:
    """What is good until a day is good to the end of it."""
    return moment_at(day + DAY, MIDNIGHT, place)


def last_day(until: datetime.datetime, place: Clocked) -> datetime.date:
    """The last whole day before an end, as `end_of` made it."""
    return (until.astimezone(place.zone) - datetime.timedelta(microseconds=1)).date()


def day_months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or its last one."""
    month = day.month - 1 + months
    year, number = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=number, day=min(day.day, calendar.monthrange(year, number)[1]))


def months_after(until: datetime.datetime, months: int, place: Clocked) -> datetime.datetime:
    return end_of(day_months_after(last_day(until, place), months), place)
