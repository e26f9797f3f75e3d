"""What stands in the calendar. Each room says its part; the calendar knows none of them.

    class Polls(CalendarSource):
        name, order = "polls", 40

        def may(self, viewer): return can_see_calendar(viewer)

        def items(self, window): return [Item(…) for poll in Poll.objects.…]

    register_calendar_source(Polls())

A source asks a constant number of queries, however many days and things there are.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.animation.calendar.models import Entry
from communities.content.viewers import Viewer, viewer_for
from communities.models import Community, Membership
from communities.registries import Registry


class Standing(Enum):
    """How far something is; the word that its card says beside the look."""

    IDEA = "idea"
    WORK = "work"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    OUT = "out"

    @property
    def label(self) -> Promise:
        return STANDINGS[self]


STANDINGS: dict[Standing, Promise] = {
    Standing.IDEA: _("to write"),
    Standing.WORK: _("in progress"),
    Standing.REVIEW: _("to review"),
    Standing.SCHEDULED: _("scheduled"),
    Standing.OUT: _("done"),
}


@dataclass(frozen=True)
class Item:
    """One card. `uid` names it for ever, across days and titles; `group` and `label` are the kind that it says.

    `day` and `hour` are the community’s; without an hour it is a matter of the day. `look` is the name of the line at
    its side. `is_text` counts against gaps. An `entry` can be moved. `space_id` is where its readers are.
    """

    uid: str
    title: str
    day: datetime.date
    group: str
    label: str
    icon: str
    look: str
    standing: Standing
    hour: datetime.time | None = None
    ends_at: datetime.datetime | None = None
    owner: Membership | None = None
    url: str = ""
    fact: str = ""
    result: str = ""
    until: str = ""
    language: str = ""
    entry: Entry | None = None
    is_text: bool = False
    is_late: bool = False
    is_told: bool = False
    space_id: int | None = None
    brief: str = ""

    @property
    def state_class(self) -> str:
        if self.is_late:
            return "is-late"
        return "is-draft" if self.standing in (Standing.IDEA, Standing.WORK, Standing.REVIEW) else ""

    @property
    def state_word(self) -> Promise:
        return STANDINGS[self.standing]

    @property
    def sort_key(self) -> tuple[Any, ...]:
        return (self.day, self.hour is not None, self.hour or datetime.time.min, self.label, self.title)


@dataclass
class Window:
    """The days that somebody looks at, in one community."""

    community: Community
    viewer: Membership
    first: datetime.date
    last: datetime.date
    now: datetime.datetime
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def reader(self) -> Viewer:
        if "reader" not in self.memo:
            self.memo["reader"] = viewer_for(self.community, self.viewer)
        reader: Viewer = self.memo["reader"]
        return reader

    @property
    def today(self) -> datetime.date:
        return self.now.astimezone(self.community.zone).date()

    def local(self, moment: datetime.datetime) -> tuple[datetime.date, datetime.time]:
        """Day and hour as the community’s clocks show them."""
        here = moment.astimezone(self.community.zone)
        return here.date(), here.time().replace(second=0, microsecond=0)


class CalendarSource:
    """One room’s part of the calendar."""

    name: str = ""
    order: int = 50

    def may(self, viewer: Membership) -> bool:
        raise NotImplementedError

    def items(self, window: Window) -> Sequence[Item]:
        """What stands on the days of the window, as far as `window.viewer` may see it."""
        raise NotImplementedError


calendar_sources: Registry[CalendarSource] = Registry("source of the calendar")


def register_calendar_source(source: CalendarSource) -> None:
    calendar_sources.register(source)


def items_in(window: Window) -> list[Item]:
    """All cards of these days, in the order of their hours; what has none comes first."""
    found = [
        item
        for source in calendar_sources
        if source.may(window.viewer)
        for item in source.items(window)
        if window.first <= item.day <= window.last
    ]
    return sorted(found, key=lambda item: item.sort_key)
