"""The demo’s communities made side by side, each by a process of its own, where there are processors for it.

They share nothing but the platform’s tables; what each of them is made of is the same either way.
"""

from __future__ import annotations

import datetime
import multiprocessing
import os
import sys

from django.db import connections, transaction
from django.utils import timezone

from communities.demo.loading import seed_community, seed_demo, settle_operator
from communities.demo.parts import Say
from communities.demo.places import settle_community
from communities.demo.reading import SLUGS, Clock, read_brand


class NotMade(Exception):
    """A community of the demo could not be made; what went wrong was printed by its own process."""


def seed_together(say: Say) -> None:
    """Make the whole demo, or what is missing of it. Raises NotMade."""
    if (os.cpu_count() or 1) < 2 or sys.platform != "linux":
        seed_demo(say)
        return
    now = timezone.now()
    settle_operator()
    # In the order of the list, so that their numbers are the same each time.
    for slug in SLUGS:
        brand = read_brand(slug)
        with transaction.atomic():
            settle_community(brand, Clock(brand.zone, now))
    # A connection belongs to one process.
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    makers = [fork.Process(target=_make, args=(slug, say, now), name=slug, daemon=True) for slug in SLUGS]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    if failed := [maker.name for maker in makers if maker.exitcode]:
        raise NotMade(", ".join(failed))


def _make(slug: str, say: Say, now: datetime.datetime) -> None:
    try:
        seed_community(read_brand(slug), say, now=now)
    finally:
        connections.close_all()
