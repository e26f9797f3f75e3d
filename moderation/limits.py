"""What moderation measures in the first days of a stage: how much is reported, how long it waits."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count

from communities.content.models import Post, State
from communities.launch.limits import register_limit_measure
from communities.models import STAFF_ROLES
from moderation.models import Case, Report
from moderation.vocabulary import LEFT_UP

WINDOW = datetime.timedelta(hours=12)
LATE = datetime.timedelta(hours=4)
# Of fewer posts a share says nothing.
FEWEST_POSTS = 50
# Nor do fewer people: one, or two who agree, would stop a stage for everybody.
FEWEST_REPORTERS = 3


def register() -> None:
    register_limit_measure("reports", reporters_per_hundred)
    register_limit_measure("cases", cases_waiting)


def reporters_per_hundred(opening: Any, now: datetime.datetime) -> float:
    """Who reported something in the last twelve hours of the watch, for each hundred posts of that time, of fifty posts
    at least; 0 below three people.

    A person counts once. The team does not, nor what it has left up by now. Nobody can tell one visitor from
    another: all of them together are one.
    """
    since = max(now - WINDOW, opening.counts_from)
    reports = (
        Report.objects.filter(created_at__gte=since, created_at__lte=now)
        .exclude(case__outcome__in=LEFT_UP)
        .exclude(reporter__role__in=STAFF_ROLES)
    )
    known = reports.aggregate(people=Count("reporter", distinct=True))["people"]
    reporters: int = known + reports.filter(reporter__isnull=True).exists()
    if reporters < FEWEST_REPORTERS:
        return 0.0
    posts = Post.objects.filter(state=State.PUBLISHED, published_at__gte=since, published_at__lte=now).count()
    return 100.0 * reporters / max(posts, FEWEST_POSTS)


def cases_waiting(opening: Any, now: datetime.datetime) -> float:
    """Cases of the watch that nobody has decided for four hours; those from before are no fault of the stage."""
    waiting = Case.objects.open().filter(opened_at__gte=opening.counts_from, opened_at__lte=now - LATE)
    return float(waiting.count())
