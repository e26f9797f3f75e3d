from __future__ import annotations

from celery import shared_task

from communities.promotions.services import store_counts
from members.rounds import Periodic


@shared_task(base=Periodic)
def store_banner_counts() -> int:
    """Bring what was counted since the last run into the hourly table; how many minutes."""
    return store_counts()
