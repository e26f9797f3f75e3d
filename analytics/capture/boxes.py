"""What days know of the page of an ideas box, for the figures of the team: by the key of the table."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db.models import Max

from analytics.capture.models import AudienceDay, Dimension
from communities.ideas.funnel import Seeing, seeings


def register() -> None:
    seeings.register(Seeing("audience", readers_on_days))


def readers_on_days(paths: Collection[str], days: Collection[datetime.date]) -> dict[datetime.date, int]:
    """On each of these local days: the visitors of the address that had most. Who came to two is not counted twice."""
    rows = AudienceDay.objects.filter(dimension=Dimension.PAGE, day__in=list(days), key__in=list(paths))
    return dict(rows.order_by().values_list("day").annotate(most=Max("visitors")))
