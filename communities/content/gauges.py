"""How the launch's gauges are measured in what people write and read; all in the community in scope."""

from __future__ import annotations

import datetime

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.content.kinds import THREAD_KINDS
from communities.content.models import Post, Reaction, ReadMarker, Space, State, Thread
from communities.launch.gauges import FoldedItem, register_folded, register_measure
from communities.models import Membership

DAY, WEEK, MONTH = (datetime.timedelta(days=days) for days in (1, 7, 28))


def register_gauges() -> None:
    register_measure("members_active", members_active)
    register_measure("answered_in_a_day", answered_in_a_day)
    register_measure("posts_a_week", posts_a_week)
    register_measure("threads", threads)
    register_folded(folded_spaces)


def members_active() -> float:
    """Members who wrote, reacted to or read something in the last 28 days."""
    since = timezone.now() - MONTH
    texts = Post.objects.filter(state=State.PUBLISHED, thread__state=State.PUBLISHED)
    wrote = texts.filter(published_at__gte=since, author=OuterRef("pk"))
    reacted = Reaction.objects.filter(
        created_at__gte=since,
        membership=OuterRef("pk"),
        post__state=State.PUBLISHED,
        post__thread__state=State.PUBLISHED,
    )
    read = ReadMarker.objects.filter(seen_at__gte=since, membership=OuterRef("pk"))
    people = Membership.objects.active().filter(unclaimed=False)
    return people.filter(Exists(wrote) | Exists(reacted) | Exists(read)).count()


def answered_in_a_day() -> float:
    """Of the topics of 28 days that are a day old, those to which somebody else replied within a day; in percent."""
    now = timezone.now()
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
        published_at__lte=OuterRef("published_at") + DAY,
    ).exclude(author=Coalesce(OuterRef("author_id"), 0))
    total = topics.count()
    return 100.0 * topics.filter(Exists(reply)).count() / total if total else 0.0


def posts_a_week() -> float:
    since = timezone.now() - WEEK
    posts = Post.objects.filter(state=State.PUBLISHED, thread__state=State.PUBLISHED)
    return posts.filter(published_at__gte=since).count()


def threads() -> float:
    return Thread.objects.filter(state=State.PUBLISHED, published_at__isnull=False).count()


def folded_spaces() -> list[FoldedItem]:
    """The spaces that are folded now, with what each lacks to be shown."""
    spaces = [space for space in Space.objects.filter(archived=False).order_by("place", "id") if space.folded]
    held = threads_by_space()
    return [
        FoldedItem(space.name, space.get_absolute_url(), _missing(space.minimum - held.get(space.pk, 0)))
        for space in spaces
    ]


def threads_by_space() -> dict[int, int]:
    # The index says both: what is published has its time, and nothing is asked of a thread itself.
    rows = Thread.objects.filter(state=State.PUBLISHED).order_by().values_list("space_id")
    return dict(rows.annotate(held=Count("*")))


def _missing(number: int) -> str | Promise:
    if number <= 0:
        return _("full enough: it unfolds within a minute")
    return ngettext("%(n)s thread short", "%(n)s threads short", number) % {"n": number}
