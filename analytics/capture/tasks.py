"""Periodic work on the audience. Each may be repeated, and killed at any moment."""

from __future__ import annotations

import datetime
import logging

from celery import shared_task
from django.db import connection
from django.utils import timezone

from analytics.capture.losses import store_losses
from analytics.capture.rollups import KEPT_MONTHS, days_to_check, repair_differences, roll_up_all
from analytics.capture.storing import drain_stream
from communities.models import Community
from communities.queries import communities_by_question
from communities.tasks import in_each
from members.rounds import Periodic

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 3


@shared_task(base=Periodic)
def drain_hits() -> int:
    """Store what the web processes saw, and how much of it was lost."""
    done = drain_stream()
    store_losses()
    return done


@shared_task(base=Periodic)
def roll_up_audience() -> int:
    """Count the hours in which something was stored."""
    return roll_up_all()


@shared_task(base=Periodic)
def make_partitions() -> int:
    """Make the coming months’ partitions and drop those that are too old; how many were made."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where make_event_month(%s + make_interval(months => n)))"
            " from generate_series(0, %s) n",
            [now, MONTHS_AHEAD],
        )
        made: int = cursor.fetchone()[0]
        cursor.execute("select drop_event_months(%s - make_interval(months => %s))", [now, KEPT_MONTHS - 1])
        dropped = cursor.fetchone()[0]
    if dropped:
        logger.info("months of events were dropped", extra={"months": dropped})
    return made


@shared_task(base=Periodic)
def check_rollups() -> int:
    """Compare what was counted with what is stored; how many days differed and were counted again."""
    days = days_to_check(timezone.now().date())
    ids = communities_by_question("select communities_with_visits(%s::date[])", [days])
    return in_each(ids, lambda community: _check(community, days))


def _check(community: Community, days: list[datetime.date]) -> int:
    wrong = repair_differences(community, days)
    for day in wrong:
        logger.error("a day did not add up", extra={"community": community.pk, "day": str(day)})
    return len(wrong)
