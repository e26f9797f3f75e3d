"""The lines of the bell, with their sentences."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from communities.content.models import Mention, Post, Thread
from communities.content.viewers import Viewer, viewer_for
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.memory import Memory
from communities.models import Community, Membership
from communities.notices import Notice, Reading, notices
from communities.notifications.models import Notification
from communities.queries import communities_by_id
from communities.quotas import Quota, is_reached, limit_of, mails_today
from communities.reads import CompiledRead
from communities.scoping import in_scope
from members.models import OutgoingMail

PAGE = 30
MOST_COUNTED = 200
BY_MOMENT = Keyset(("created_at", MOMENT), ("pk", NUMBER), size=PAGE)
# A mail that waits longer than this is held up.
ORDINARY_WAIT = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class News:
    """One line: what happened, where it leads."""

    notification: Notification
    sentence: str
    url: str
    icon: str

    @property
    def is_new(self) -> bool:
        return self.notification.read_at is None


@dataclass(frozen=True)
class DayOfNews:
    """What happened on one day, by the clocks of the community; `heading` is that day in words."""

    day: datetime.date
    heading: str
    is_today: bool
    news: list[News]


@dataclass(frozen=True)
class NewsPage:
    days: list[DayOfNews]
    next_cursor: str


def page_of_news(membership: Membership, viewer: Viewer, *, before: str, only_unread: bool) -> NewsPage:
    """A page of notifications about what the reader may still see, day by day; keyset by moment."""
    rows = Notification.objects.for_membership(membership).by_moment()
    if only_unread:
        rows = rows.unread()
    page = BY_MOMENT.page_after(rows.with_all(), before)
    community = communities_by_id.get(membership.community_id)
    shown = still_true(page.rows, membership, community, viewer=viewer)
    news = [
        News(line, notice.sentence(line), notice.address(line), notice.icon)
        for line, notice in shown
        if line.read_at is None or not only_unread
    ]
    return NewsPage(_by_day(news), page.older)


def _by_day(news: list[News]) -> list[DayOfNews]:
    today = timezone.localdate()
    days = itertools.groupby(news, lambda one: timezone.localdate(one.notification.created_at))
    return [DayOfNews(day, _named(day, today), day == today, list(lines)) for day, lines in days]


def _named(day: datetime.date, today: datetime.date) -> str:
    if day == today:
        return gettext("Today")
    if day == today - datetime.timedelta(days=1):
        return gettext("Yesterday")
    return capfirst(date_format(day, "l j F" if day.year == today.year else "l j F Y"))


def unread_news(membership: Membership) -> int:
    """How many lines of the bell are new and can be read: the figure beside it. On every page, hence remembered, until
    something happens or the person reads other spaces.
    """
    if not membership.unread_count or not in_scope():
        return 0
    known = "community" in membership._state.fields_cache
    community = membership.community if known else communities_by_id.get(membership.community_id)
    if community is None:
        return 0
    viewer = viewer_for(community, membership)
    key = (
        membership.pk,
        membership.unread_count,
        membership.news_version,
        membership.role,
        community.launch_version,
        viewer,
    )
    return _counted.keep(key, lambda: _count_news(membership, community, viewer))


def _count_news(membership: Membership, community: Community, viewer: Viewer) -> int:
    rows = Notification.objects.for_membership(membership).unread().newest().with_all()
    return len(still_new(list(rows[:MOST_COUNTED]), membership, community, viewer=viewer))


# Nothing else happens to the lines of a bell that are not about texts: a minute is soon enough for them.
_counted: Memory[int] = Memory(lambda *_key: 0, lifetime=60.0)


def still_new(
    lines: list[Notification],
    reader: Membership,
    community: Community | None,
    *,
    viewer: Viewer | None = None,
) -> list[tuple[Notification, Notice]]:
    """Those among `still_true` that their reader has not read; in the thread itself counts too."""
    shown = still_true(lines, reader, community, viewer=viewer)
    return [(line, notice) for line, notice in shown if line.read_at is None]


def still_true(
    lines: list[Notification],
    reader: Membership,
    community: Community | None,
    *,
    viewer: Viewer | None = None,
) -> list[tuple[Notification, Notice]]:
    """The lines that their reader may still read, each with its notice: the one rule of bell and mail.

    Lines whose notice no code declares any more are left out.
    """
    if community is None:
        return []
    return true_among(Reading(community, reader, lines, {"viewer": viewer}))


def true_among(reading: Reading) -> list[tuple[Notification, Notice]]:
    """The same of a reading at hand."""
    known = [(line, notice) for line in reading.lines if (notice := notices.get(line.kind)) is not None]
    return [(line, notice) for line, notice in known if notice.is_still_true(line, reading)]


@dataclass(frozen=True)
class UndeliveredMails:
    """What the team should know of its mails: the latest ones given up, and how many are delayed, since when."""

    mails: list[OutgoingMail]
    waiting: int
    since: datetime.datetime | None
    failures: int
    # How many a day may leave, where those of today are used up.
    used_up: int | None = None


def undelivered_mails(community: Community) -> UndeliveredMails:
    mails = OutgoingMail.objects.of(community.pk)
    held_up = mails.held_up(timezone.now() - ORDINARY_WAIT)
    counted = held_up.aggregate(n=Count("pk"), since=Min("made_at"), failures=Max("failures"))
    used_up = is_reached(community, Quota.MAILS, mails_today(community))
    return UndeliveredMails(
        list(mails.undelivered()[:PAGE]),
        counted["n"],
        counted["since"],
        counted["failures"] or 0,
        limit_of(community, Quota.MAILS) if used_up else None,
    )


def about_thread(thread: Thread, reader: Membership) -> dict[str, Any]:
    """A thread on the page that mutes it: with its title and address only while its reader may read it."""
    visible = Thread.objects.visible_to(viewer_for(reader.community, reader))
    return {"mutes_thread": True, "thread": visible.filter(pk=thread.pk).first()}


# A post with what is asked of it before people are told.
post_to_tell: CompiledRead[Post] = CompiledRead(
    lambda pk: Post.objects.select_related("thread__space", "author").filter(pk=pk)
)
# Whom a post names, by the number of the mention, and whether they have been told: most posts name nobody.
named_in: CompiledRead[tuple[int, bool]] = CompiledRead(
    lambda post: Mention.objects.filter(post_id=post, quoted=False).values_list("pk", "told")
)


def address_of(membership: Membership) -> str:
    """Where mails to a member go; empty for one without an account."""
    return membership.member.email if membership.member is not None else ""
