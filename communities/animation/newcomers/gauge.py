"""How newcomers are received, as a gauge that a stage of the launch may wait for."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from communities.animation.models import Welcome
from communities.animation.newcomers.queries import NEWCOMER, newcomers
from communities.launch.gauges import Past, register_measure

DAY = datetime.timedelta(days=1)


def register() -> None:
    register_measure("greeted", greeted)


def greeted(at: Past = None) -> float:
    """Of the newcomers of two weeks that came a day ago or earlier, those whom a person greeted within a day of their
    coming; in percent, and none where nobody came."""
    now = at or timezone.now()
    people = newcomers(now - NEWCOMER).filter(joined_at__lte=now - DAY)
    total = people.count()
    in_time = Welcome.objects.filter(
        membership=OuterRef("pk"),
        greeted_at__lte=OuterRef("joined_at") + DAY,
    )
    return 100.0 * people.filter(Exists(in_time)).count() / total if total else 0.0
