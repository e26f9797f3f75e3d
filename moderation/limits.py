"""What moderation measures in the first days of a stage: how much is reported, how long it waits."""

from __future__ import annotations

import datetime
from typing import Any

from communities.content.models import Post, State
from communities.launch.limits import register_limit_measure
from moderation.models import Case, Report

WINDOW = datetime.timedelta(hours=12)
LATE = datetime.timedelta(hours=4)
# Of fewer posts a share says nothing: one report of two texts would stop a stage.
FEWEST_POSTS = 20


def register() -> None:
    register_limit_measure("reports", reports_per_hundred)
    register_limit_measure("cases", cases_waiting)


def reports_per_hundred(_opening: Any, now: datetime.datetime) -> float:
    """Reports of the last twelve hours for each hundred posts of that time, of twenty posts at least."""
    since = now - WINDOW
    posts = Post.objects.filter(state=State.PUBLISHED, published_at__gte=since, published_at__lte=now).count()
    reports = Report.objects.filter(created_at__gte=since, created_at__lte=now).count()
    return 100.0 * reports / max(posts, FEWEST_POSTS)


def cases_waiting(_opening: Any, now: datetime.datetime) -> float:
    """Cases that nobody has decided for four hours."""
    return float(Case.objects.open().filter(opened_at__lte=now - LATE).count())
