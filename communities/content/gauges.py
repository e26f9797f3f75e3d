"""How the launch's gauges are measured in what people write and read; all in the community in scope."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.content.kinds import THREAD_KINDS
from communities.content.models import Post, Reaction, ReadMarker, Space, State, Thread
from communities.content.viewers import viewer_for
from communities.drawing import current
from communities.launch.gauges import (
    OF_SPACE,
    FoldedItem,
    Gauge,
    Past,
    register_family,
    register_folded,
    register_measure,
)
from communities.models import Community, Membership
from communities.reads import CompiledRead

DAY, WEEK, MONTH = (datetime.timedelta(days=days) for days in (1, 7, 28))


def register_gauges() -> None:
    register_measure("members_active", members_active)
    register_measure("answered_in_a_day", answered_in_a_day)
    register_measure("posts_a_week", posts_a_week)
    register_measure("threads", threads)
    register_family(OF_SPACE, texts_of_spaces)
    register_folded(folded_spaces)


def _counted(read: CompiledRead[Any], *values: Any) -> int:
    """Plans are looked at all the time. A page, however, would keep the moment with what it noted of such a read, and
    not be drawn anew as time goes by: there it stays a question of its own."""
    return read.count(*values) if current() is None else read.build(*values).count()


def members_active(at: Past = None) -> float:
    """Members who wrote, reacted to or read something in the last 28 days. Of the past it is not known who read."""
    now = at or timezone.now()
    return _counted(_ACTIVE, now - MONTH, now)


def _active(since: datetime.datetime, now: datetime.datetime) -> QuerySet[Any, Any]:
    texts = Post.objects.filter(state=State.PUBLISHED, thread__state=State.PUBLISHED)
    wrote = texts.filter(published_at__gte=since, published_at__lte=now, author=OuterRef("pk"))
    reacted = Reaction.objects.filter(
        created_at__gte=since,
        created_at__lte=now,
        membership=OuterRef("pk"),
        post__state=State.PUBLISHED,
        post__thread__state=State.PUBLISHED,
    )
    read = ReadMarker.objects.filter(seen_at__gte=since, seen_at__lte=now, membership=OuterRef("pk"))
    people = Membership.objects.active().filter(unclaimed=False)
    return people.filter(Exists(wrote) | Exists(reacted) | Exists(read)).values_list("pk")


_ACTIVE: CompiledRead[tuple[int]] = CompiledRead(_active)


def answered_in_a_day(at: Past = None) -> float:
    """Of the topics of 28 days that are a day old, those to which somebody else replied within a day; in percent."""
    now = at or timezone.now()
    topics = Thread.objects.filter(
        kind__in=[kind.name for kind in THREAD_KINDS if kind.awaits_replies],
        state=State.PUBLISHED,
        published_at__gte=now - MONTH,
        published_at__lte=now - DAY,
    )
    reply = Post.objects.filter(
        thread=OuterRef("pk"),
        state=State.PUBLISHED,
        position__gt=1,
        is_comment=False,
        published_at__lte=OuterRef("published_at") + DAY,
    ).exclude(author=Coalesce(OuterRef("author_id"), 0))
    total = topics.count()
    return 100.0 * topics.filter(Exists(reply)).count() / total if total else 0.0


def posts_a_week(at: Past = None) -> float:
    now = at or timezone.now()
    return _counted(_POSTS, now - WEEK, now)


_POSTS: CompiledRead[tuple[int]] = CompiledRead(
    lambda since, now: (
        Post.objects.filter(state=State.PUBLISHED, thread__state=State.PUBLISHED)
        .filter(published_at__gte=since, published_at__lte=now)
        .values_list("pk")
    )
)


def threads(at: Past = None) -> float:
    return _counted(_THREADS, at)


def _threads(at: Past) -> QuerySet[Any, Any]:
    shown = Thread.objects.filter(state=State.PUBLISHED, published_at__isnull=False).values_list("pk")
    return shown.filter(published_at__lte=at) if at else shown


_THREADS: CompiledRead[tuple[int]] = CompiledRead(_threads)


def texts_of_spaces() -> list[Gauge]:
    """A gauge for each space that is not archived: what stands in it, threads and replies."""
    spaces = Space.objects.filter(archived=False).order_by("place", "id")
    return [
        Gauge(
            f"{OF_SPACE}{space.pk}",
            # Put together when it is read: each reader has a language.
            format_lazy(_("Texts in {space}"), space=space.name),
            counts="texts",
            measure=partial(_texts_in, space.pk),
            may_read=partial(_may_read, space.pk),
        )
        for space in spaces
    ]


def _may_read(space_id: int, community: Community, membership: Membership | None) -> bool:
    return space_id in viewer_for(community, membership).space_ids


def _texts_in(space_id: int, at: Past = None) -> float:
    shown = Thread.objects.filter(space=space_id, state=State.PUBLISHED, published_at__isnull=False)
    if at is not None:
        texts = Post.objects.filter(thread__in=shown, state=State.PUBLISHED, published_at__lte=at)
        return float(texts.count())
    return float(shown.aggregate(texts=Sum(F("reply_count") + 1))["texts"] or 0)


def folded_spaces() -> list[FoldedItem]:
    """The spaces that are folded now, with what each lacks to be shown."""
    spaces = [space for space in Space.objects.filter(archived=False).order_by("place", "id") if space.folded]
    held, last, now = threads_by_space(), last_texts(spaces), timezone.now()
    return [
        FoldedItem(
            space.name,
            space.get_absolute_url(),
            _silent(space.quiet_days)
            if is_silent(space, last.get(space.pk), now)
            else _missing(space.minimum - held.get(space.pk, 0)),
        )
        for space in spaces
    ]


def threads_by_space() -> dict[int, int]:
    # The index says both: what is published has its time, and nothing is asked of a thread itself.
    rows = Thread.objects.filter(state=State.PUBLISHED).order_by().values_list("space_id")
    return dict(rows.annotate(held=Count("*")))


def last_texts(spaces: Collection[Space]) -> dict[int, datetime.datetime]:
    """Of the spaces that fold by silence, when the last text was published in each that has one."""
    asked = [space.pk for space in spaces if space.quiet_days]
    if not asked:
        return {}
    rows = Thread.objects.filter(state=State.PUBLISHED, published_at__isnull=False, space__in=asked)
    return dict(rows.order_by().values_list("space_id").annotate(last=Max("last_activity_at")))


def is_silent(space: Space, last: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether the last text is too long ago; a space that never had one is new, and not silent."""
    return bool(space.quiet_days and last and last < now - datetime.timedelta(days=space.quiet_days))


def _silent(days: int) -> str:
    return ngettext("no text for %(n)s day", "no text for over %(n)s days", days) % {"n": days}


def _missing(number: int) -> str | Promise:
    if number <= 0:
        return _("full enough: it unfolds within a minute")
    return ngettext("%(n)s thread short", "%(n)s threads short", number) % {"n": number}
