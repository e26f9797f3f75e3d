"""The calendar as month, week and list: days with their cards, where nothing is planned, what is in the way."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.animation.calendar.holidays import Holiday, chosen, holidays_between
from communities.animation.calendar.items import Item, Standing, Window, items_in
from communities.animation.calendar.permissions import can_edit_calendar
from communities.calendar import DAY, FIRST_YEAR, LAST_YEAR, Month
from communities.content.kinds import feature_of
from communities.content.models import Space
from communities.content.viewers import spaces_of, viewer_for
from communities.launch.models import Stage
from communities.models import Community, Membership

VIEWS = ("month", "week", "list")
# The list shows so many days from its first.
LISTED = 56 * DAY
# So many days without a text are a gap; how far beyond what is shown it is looked for.
GAP = 7
BEYOND = 28
# Two things that people are told of within so little time are in each other’s way.
TOO_NEAR = datetime.timedelta(hours=2)
# Cards of a day in the month; the others are behind “and two more”.
MOST_A_DAY = 4


@dataclass
class Day:
    """One day: its cards, and what is to be said of it."""

    date: datetime.date
    items: list[Item] = field(default_factory=list)
    more: int = 0
    is_today: bool = False
    is_out: bool = False
    is_over: bool = False
    gap: int = 0
    warnings: list[str] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return bool(self.items or self.gap or self.warnings or self.holidays)

    @property
    def has_text(self) -> bool:
        return self.more > 0 or any(item.is_text for item in self.items)

    @property
    def look(self) -> str:
        """Classes of its cell."""
        said = {"out": self.is_out, "has": self.holds, "is-today": self.is_today}
        return " ".join(name for name, holds in said.items() if holds)


@dataclass(frozen=True)
class Chip:
    """One kind that is on these days, to see it alone."""

    group: str
    label: str
    icon: str
    look: str


@dataclass
class Page:
    """What one view of the calendar shows."""

    view: str
    day: datetime.date
    days: list[Day]
    before: datetime.date
    after: datetime.date
    today: datetime.date
    chips: list[Chip]
    only: str
    problems: list[str]
    to_write: int
    # Whether anything stands on days to come; in how many days the next gap ends.
    quiet_for: int
    # Of how many countries holidays are shown.
    holidays_of: int

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def first(self) -> datetime.date:
        return self.days[0].date

    @property
    def last(self) -> datetime.date:
        return self.days[-1].date

    @property
    def is_empty(self) -> bool:
        return not any(day.items for day in self.days)

    @property
    def listed(self) -> list[Day]:
        """The days that have something to say."""
        return [day for day in self.days if day.holds or day.is_today]


def read_day(said: str, today: datetime.date) -> datetime.date:
    """A day of an address; today for anything else."""
    try:
        day = datetime.date.fromisoformat(said)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def calendar_page(
    community: Community,
    viewer: Membership,
    *,
    view: str,
    day: datetime.date,
    only: str,
    now: datetime.datetime,
) -> Page:
    """A constant number of queries: one or two for each source."""
    first, last, before, after = _span(view, day)
    window = Window(community, viewer, first, last + BEYOND * DAY, now)
    found = items_in(window)
    days = _days(found, window, first, last, only, month=day.month if view == "month" else 0)
    codes = chosen(community)
    _mark_holidays(days, codes)
    quiet_for = _mark_gaps(days, found, window)
    problems = _mark_problems(days, [item for item in found if item.day <= last], window)
    if view == "month":
        _shorten(days)
    shown = [item for item in found if item.day <= last]
    return Page(
        view=view,
        day=day,
        days=days,
        before=before,
        after=after,
        today=window.today,
        chips=_chips(shown),
        only=only,
        problems=problems,
        to_write=sum(item.is_late for item in shown),
        quiet_for=quiet_for,
        holidays_of=len(codes),
    )


def _span(view: str, day: datetime.date) -> tuple[datetime.date, datetime.date, datetime.date, datetime.date]:
    """First and last day shown; a day of the span before, and of the one after."""
    if view == "list":
        return day, day + LISTED - DAY, day - LISTED, day + LISTED
    monday = day - day.weekday() * DAY
    if view == "week":
        return monday, monday + 6 * DAY, monday - 7 * DAY, monday + 7 * DAY
    month = Month.of(day)
    first = month.first - month.first.weekday() * DAY
    last = month.last + (6 - month.last.weekday()) * DAY
    return first, last, month.before.first, month.next.first


def _days(
    found: Sequence[Item],
    window: Window,
    first: datetime.date,
    last: datetime.date,
    only: str,
    *,
    month: int,
) -> list[Day]:
    days = {}
    date = first
    while date <= last:
        is_out = bool(month) and date.month != month
        days[date] = Day(date, is_today=date == window.today, is_out=is_out, is_over=date < window.today)
        date += DAY
    for item in found:
        if item.day in days and (not only or item.group == only):
            days[item.day].items.append(item)
    return list(days.values())


def _chips(items: Sequence[Item]) -> list[Chip]:
    chips = {item.group: Chip(item.group, item.label, item.icon, item.look) for item in items}
    return sorted(chips.values(), key=lambda chip: (chip.look, chip.label))


def gaps_in(texts: set[datetime.date], first: datetime.date, last: datetime.date) -> dict[datetime.date, int]:
    """Runs of at least GAP days without a text, by their first day, between two days."""
    gaps: dict[datetime.date, int] = {}
    begun, date = first, first
    while date <= last + DAY:
        if date in texts or date > last:
            length = (date - begun).days
            if length >= GAP:
                gaps[begun] = length
            begun = date + DAY
        date += DAY
    return gaps


def _mark_gaps(days: Sequence[Day], found: Sequence[Item], window: Window) -> int:
    """Mark the day on which a gap begins, from tomorrow on; how long the first one is that begins now or soon."""
    texts = {item.day for item in found if item.is_text}
    tomorrow = window.today + DAY
    gaps = gaps_in(texts, max(tomorrow, window.first), window.last)
    for day in days:
        day.gap = gaps.get(day.date, 0)
    return gaps.get(tomorrow, 0)


def _mark_holidays(days: Sequence[Day], codes: Sequence[str]) -> None:
    """Whatever kind is shown alone: a holiday is no card."""
    found = holidays_between(codes, days[0].date, days[-1].date)
    for day in days:
        day.holidays = found.get(day.date, [])


def _mark_problems(days: Sequence[Day], items: Sequence[Item], window: Window) -> list[str]:
    """What is to come and cannot stay so, said on its day and at the top."""
    to_come = [item for item in items if item.day >= window.today and item.standing is not Standing.OUT]
    closed = _closed_until(window, to_come)
    by_date = {day.date: day for day in days}
    problems: list[str] = []
    for date in sorted({item.day for item in to_come}):
        today = [item for item in to_come if item.day == date]
        said = [*_clashes(today), *_too_early(today, closed)]
        if date in by_date:
            by_date[date].warnings = said
        name = date_format(date, "l j F")
        problems += [_("%(day)s: %(said)s") % {"day": name, "said": one} for one in said]
    return problems


def _clashes(items: Sequence[Item]) -> list[str]:
    """Two that people are told of at almost the same time."""
    told = sorted((item for item in items if item.is_told and item.hour), key=lambda item: item.hour or 0)
    clashes = []
    for one, other in pairwise(told):
        assert one.hour is not None  # filtered above
        assert other.hour is not None
        apart = _on_a_day(other.hour) - _on_a_day(one.hour)
        if apart < TOO_NEAR:
            words = {"one": one.title, "other": other.title, "hour": time_format(one.hour)}
            clashes.append(_("“%(one)s” and “%(other)s” both about %(hour)s") % words)
    return clashes


def _on_a_day(hour: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date(2000, 1, 1), hour)


def _too_early(items: Sequence[Item], closed: dict[str, datetime.date | None]) -> list[str]:
    """Texts for a part of the place that no stage will have opened by then."""
    said = []
    for item in items:
        feature = item.entry is not None and item.entry.space is not None and feature_of(item.entry.space)
        if feature and feature in closed:
            opens = closed[feature]
            if opens is None or opens > item.day:
                said.append(_("“%(title)s”: this part is still closed on that day") % {"title": item.title})
    return said


def _closed_until(window: Window, items: Sequence[Item]) -> dict[str, datetime.date | None]:
    """Which features only stages to come will open, and on which day; None where that has no date. One query, and
    only where something is planned into a space."""
    if not any(item.entry is not None and item.entry.space_id for item in items):
        return {}
    stages = list(Stage.objects.in_order())
    living = {name for stage in stages if stage.is_open for name in stage.features}
    closed: dict[str, datetime.date | None] = {}
    for stage in stages:
        if stage.has_effect:
            continue
        day = window.local(stage.planned_for)[0] if stage.planned_for else None
        for name in stage.features:
            if name not in living:
                known = closed.get(name)
                closed[name] = day if known is None else min(known, day or known)
    return closed


def _shorten(days: Sequence[Day]) -> None:
    """A day of the month shows a few cards; what is late is never among those left out."""
    for day in days:
        if len(day.items) > MOST_A_DAY:
            kept = sorted(day.items, key=lambda item: not item.is_late)[: MOST_A_DAY - 1]
            day.more = len(day.items) - len(kept)
            day.items = sorted(kept, key=lambda item: item.sort_key)


def lead_of(page: Page) -> str:
    """What the page says first: what is to be written, where nothing is planned, what is in the way."""
    parts = []
    if page.to_write:
        to_write = ngettext("%(n)s text is not begun", "%(n)s texts are not begun", page.to_write)
        parts.append(to_write % {"n": page.to_write})
    if page.quiet_for:
        quiet = ngettext("no text for %(n)s day", "no text for %(n)s days", page.quiet_for)
        parts.append(quiet % {"n": page.quiet_for})
    if page.problems:
        clashes = ngettext("%(n)s thing to settle", "%(n)s things to settle", len(page.problems))
        parts.append(clashes % {"n": len(page.problems)})
    if not parts:
        return _("Nothing is late, and nothing is in the way.")
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def open_spaces(community: Community, viewer: Membership) -> list[Space]:
    """Where this person can plan a text: those who plan everywhere, in parts too that are not open yet; others where
    they read."""
    living = [space for space in spaces_of(community) if not space.archived]
    if can_edit_calendar(viewer):
        return living
    readable = set(viewer_for(community, viewer).space_ids)
    return [space for space in living if space.pk in readable]
