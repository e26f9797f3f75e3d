"""What makes jobs have something to do: in one community of so many, in the moment before each is run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

from django.db import connections
from django.utils import timezone

from analytics.capture.recording import buffer as hits
from analytics.engagement.recording import Seen
from analytics.engagement.recording import buffer as activity
from bench.door import Door
from communities.models import Community, Membership
from communities.scoping import community_scope
from tests.due import DUE, OF_THESE

VIEWS = 5


def make_due(job: str, each: int = 100) -> None:
    """`each`: in one community of so many."""
    if job in DUE:
        with connections["owner"].cursor() as cursor:
            cursor.execute(DUE[job], {"each": each})
    elif job in ("drain-hits", "drain-activity"):
        for community in _some(each):
            _view(community, job)


def _some(each: int) -> Iterator[Community]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"select id from {OF_THESE} due order by id", {"each": each})
        numbers = [row[0] for row in cursor.fetchall()]
    yield from Community.objects.filter(pk__in=numbers)


def _view(community: Community, job: str) -> None:
    now = time.time()
    if job == "drain-hits":
        Door(community).record(VIEWS, now - 600, 60)
        hits.hand_over()
        return
    with community_scope(community):
        for pk in Membership.objects.values_list("pk", flat=True):
            activity.put(Seen(community, now, pk, VIEWS))
    activity.hand_over()


@contextmanager
def on_the_first() -> Iterator[None]:
    """Reports are due on the first of a month."""
    first = timezone.now().replace(day=1, hour=12)
    with mock.patch("analytics.reports.tasks.timezone", SimpleNamespace(now=lambda: first)):
        yield
