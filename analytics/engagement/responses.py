"""Whether threads are answered or solved, and after how long. Same rules as queries.py."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery
from django.utils import timezone

from analytics.engagement.intervals import Share, survival_quantile
from communities.calendar import Month, day_of, moments
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Post, State, Thread
from communities.models import Community

ANSWER_WITHIN = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Response:
    """Time from a thread to the first reply by somebody else, threads still waiting included (Kaplan–Meier)."""

    threads: int
    answered: int
    median: datetime.timedelta | None
    p90: datetime.timedelta | None


def answered_rate(
    community: Community,
    since: datetime.date,
    until: datetime.date,
    *,
    within: datetime.timedelta = ANSWER_WITHIN,
    now: datetime.datetime | None = None,
) -> Share:
    """Threads of the period with a reply by somebody else within `within` / threads of the period that are
    older than that.
    """
    ripe = (now or timezone.now()) - within
    rows = _waits(community, since, until, Q(kind__in=_awaiting_replies(), published_at__lte=ripe))
    return _within(rows, within)


def answered_by_month(
    community: Community, since: datetime.date, until: datetime.date
) -> dict[datetime.date, Share]:
    """`answered_rate` of each whole month from that of `since` to that of `until`, by one statement; a month without
    such a thread is missing."""
    ripe = timezone.now() - ANSWER_WITHIN
    which = Q(kind__in=_awaiting_replies(), published_at__lte=ripe)
    rows = _waits(community, Month.of(since).first, Month.of(until).last, which)
    waits: dict[datetime.date, list[tuple[datetime.datetime, datetime.datetime | None]]] = defaultdict(list)
    for began, reply in rows:
        waits[Month.of(day_of(began, community)).first].append((began, reply))
    return {month: _within(found, ANSWER_WITHIN) for month, found in waits.items()}


def _within(
    rows: list[tuple[datetime.datetime, datetime.datetime | None]], within: datetime.timedelta
) -> Share:
    return Share(sum(1 for began, reply in rows if reply and reply - began <= within), len(rows))


def accepted_rate(
    community: Community,
    since: datetime.date,
    until: datetime.date,
) -> Share:
    """Questions of the period with an accepted answer / questions of the period."""
    asked = _threads(community, since, until, Q(asks=True))
    return Share(asked.filter(solved=True).count(), asked.count())


def first_response(
    community: Community,
    since: datetime.date,
    until: datetime.date,
    *,
    now: datetime.datetime | None = None,
) -> Response:
    """Median and p90 of (first reply by somebody else − thread); threads without one count as still waiting."""
    at = now or timezone.now()
    rows = _waits(community, since, until, Q(kind__in=_awaiting_replies()))
    waits = [((reply or at).timestamp() - began.timestamp(), reply is not None) for began, reply in rows]
    median, p90 = survival_quantile(waits, 0.5), survival_quantile(waits, 0.9)
    return Response(
        threads=len(waits),
        answered=sum(served for _wait, served in waits),
        median=None if median is None else datetime.timedelta(seconds=median),
        p90=None if p90 is None else datetime.timedelta(seconds=p90),
    )


@dataclass(frozen=True, slots=True)
class Wait:
    """A thread and how long it waited for a reply by somebody else; None where it still waits."""

    thread: Thread
    began: datetime.datetime
    waited: datetime.timedelta | None


def waits_of(community: Community, since: datetime.date, until: datetime.date, *, most: int) -> list[Wait]:
    """The threads of a period that answered_rate and first_response count, the oldest first."""
    found = _waiting(community, since, until, Q(kind__in=_awaiting_replies())).select_related("space")
    return [
        Wait(one, one.published_at, one.reply_at - one.published_at if one.reply_at else None)
        for one in found.order_by("published_at", "id")[:most]
    ]


def _awaiting_replies() -> list[str]:
    """An article informs and an announcement announces; neither asks for a reply."""
    return [kind.name for kind in THREAD_KINDS if kind.awaits_replies]


def _waits(
    community: Community, since: datetime.date, until: datetime.date, which: Q
) -> list[tuple[datetime.datetime, datetime.datetime | None]]:
    rows = _waiting(community, since, until, which)
    return list(rows.values_list("published_at", "reply_at"))


def _waiting(community: Community, since: datetime.date, until: datetime.date, which: Q) -> Any:
    """Threads of a period with the moment of the first reply by somebody else."""
    replies = Post.objects.filter(
        thread=OuterRef("pk"), state=State.PUBLISHED, position__gt=1, is_comment=False
    )
    by_others = replies.filter(~Q(author_id=OuterRef("author_id")) | Q(author__isnull=True))
    first = by_others.order_by().values("thread").annotate(at=Min("published_at")).values("at")
    return _threads(community, since, until, which).annotate(reply_at=Subquery(first))


def _threads(community: Community, since: datetime.date, until: datetime.date, which: Q) -> Any:
    """Threads published in the local days of a period; what was hidden or deleted since asks nothing."""
    start, end = moments(since, until, community)
    shown = Thread.objects.filter(which, state=State.PUBLISHED)
    return shown.filter(published_at__gte=start, published_at__lt=end)
