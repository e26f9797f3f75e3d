"""What came of texts within seven days, and which hours have worked here so far."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import unquote

from django.db.models import Count, F, Q
from django.utils.formats import number_format
from django.utils.translation import ngettext

from communities.animation.calendar.items import Window
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Post, State, Thread
from communities.models.memberships import STAFF_ROLES
from communities.queries import local_path
from communities.registries import Registry

WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)
# What the comparison looks back on, and the fewest texts that it takes at an hour and beside it.
LOOKED_BACK = datetime.timedelta(weeks=12)
FEWEST = 5
MOST = 500


@dataclass(frozen=True)
class ViewCounter:
    """Who counts page views: the measurement, above. `count` answers for paths of the place and local days with the
    views of each path and day, in one query."""

    name: str
    count: Callable[
        [Collection[str], datetime.date, datetime.date], Mapping[tuple[str, datetime.date], int]
    ] = field(compare=False)


view_counters: Registry[ViewCounter] = Registry("counter of page views")


def register_view_counter(counter: ViewCounter) -> None:
    view_counters.register(counter)


def views_within_a_week(threads: Sequence[Thread], window: Window) -> dict[int, int]:
    """Page views of the first seven local days, by thread, from what was rolled up; one query for each counter."""
    days = {one.pk: window.local(one.published_at)[0] for one in threads if one.published_at}
    paths = {one.pk: unquote(local_path(one.get_absolute_url())) for one in threads if one.pk in days}
    if not days:
        return {}
    first, last = min(days.values()), max(days.values()) + 6 * DAY
    views: dict[int, int] = dict.fromkeys(days, 0)
    for counter in view_counters:
        found = counter.count(list(paths.values()), first, last)
        for pk, begun in days.items():
            views[pk] += sum(found.get((paths[pk], begun + n * DAY), 0) for n in range(7))
    return views


def replies_within_a_week(threads: Iterable[int]) -> dict[int, int]:
    """Replies of the first seven days, by thread; one query."""
    rows = (
        Post.objects.filter(
            thread__in=list(threads),
            position__gt=1,
            state=State.PUBLISHED,
            published_at__lt=F("thread__published_at") + WEEK,
        )
        .order_by("thread")
        .values_list("thread")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def results_of(threads: Sequence[Thread], window: Window) -> dict[int, str]:
    """For the cards of texts that have been out for a week: what came, in words."""
    ripe = [one for one in threads if one.published_at and one.published_at <= window.now - WEEK]
    if not ripe:
        return {}
    replies, views = replies_within_a_week(one.pk for one in ripe), views_within_a_week(ripe, window)
    return {one.pk: _said(replies.get(one.pk, 0), views.get(one.pk, 0)) for one in ripe}


def _said(replies: int, views: int) -> str:
    said = ngettext("%(n)s reply in 7 days", "%(n)s replies in 7 days", replies) % {"n": replies}
    if not views:
        # Nobody has counted: that is not the same as nobody has looked.
        return said
    seen = ngettext("%(n)s view", "%(n)s views", views) % {"n": number_format(views)}
    return f"{seen}, {said}"


@dataclass(frozen=True)
class BestHour:
    """Where texts of one kind had the most replies: the median there and at all other hours, each with its number.

    `weekday` is None while no hour has enough texts to be compared.
    """

    label: str
    n: int
    weekday: int | None = None
    hour: int = 0
    there: float = 0
    n_there: int = 0
    elsewhere: float = 0
    n_elsewhere: int = 0

    @property
    def is_known(self) -> bool:
        return self.weekday is not None

    @property
    def a_day(self) -> datetime.date | None:
        """Some day of that weekday, for its name."""
        return None if self.weekday is None else datetime.date(2024, 1, 1 + self.weekday)

    @property
    def clock(self) -> datetime.time:
        return datetime.time(self.hour)


def best_hours(window: Window) -> list[BestHour]:
    """Of each kind that was published in twelve weeks, as far as the viewer reads it. Two queries.

    Only texts that have been out for a week count: the others are not at their end.
    """
    informs = [one.name for one in THREAD_KINDS if one.informs]
    rows = (
        Thread.objects.visible_to(window.reader)
        .filter(
            Q(kind__in=informs) | Q(author__role__in=STAFF_ROLES),
            published_at__gte=window.now - LOOKED_BACK,
            published_at__lt=window.now - WEEK,
        )
        .order_by("-published_at")
        .values_list("pk", "kind", "published_at")[:MOST]
    )
    found = list(rows)
    counts = replies_within_a_week(pk for pk, _kind, _at in found) if found else {}
    by_kind: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for pk, kind, at in found:
        local = at.astimezone(window.community.zone)
        by_kind[kind].append((local.weekday(), local.hour, counts.get(pk, 0)))
    return [best_of(str(THREAD_KINDS[kind].label), texts) for kind, texts in sorted(by_kind.items())]


def best_of(label: str, texts: Sequence[tuple[int, int, int]]) -> BestHour:
    """The best weekday and hour of texts, each as weekday, hour and replies; unknown where too few can be compared."""
    slots: dict[tuple[int, int], list[int]] = defaultdict(list)
    for weekday, hour, replies in texts:
        slots[weekday, hour].append(replies)
    best: BestHour | None = None
    for (weekday, hour), here in sorted(slots.items()):
        others = [n for place, ns in slots.items() if place != (weekday, hour) for n in ns]
        if len(here) < FEWEST or len(others) < FEWEST:
            continue
        there, elsewhere = median(here), median(others)
        if there > elsewhere and (best is None or there > best.there):
            best = BestHour(label, len(texts), weekday, hour, there, len(here), elsewhere, len(others))
    return best or BestHour(label, len(texts))
