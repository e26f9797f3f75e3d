"""How long held texts usually wait, from those that were read lately."""

from __future__ import annotations

import datetime
import statistics

from django.utils import timezone

from communities.memory import Memory
from moderation.models import Case

# The usual wait: over this time, of the last so many texts, said when there are so many at least.
MEASURED, MOST_MEASURED, FEWEST_MEASURED = datetime.timedelta(days=28), 50, 5


def _load_usual_wait(community_id: int) -> datetime.timedelta | None:
    waited = (
        Case.objects.filter(community_id=community_id, kind__in=(Case.Kind.HELD, Case.Kind.EDIT))
        .resolved()
        .filter(resolved_at__gte=timezone.now() - MEASURED)
        .exclude(outcome=Case.Outcome.WITHDRAWN)
        .values_list("opened_at", "resolved_at")[:MOST_MEASURED]
    )
    times = [resolved - opened for opened, resolved in waited]
    return statistics.median(times) if len(times) >= FEWEST_MEASURED else None


_usual_waits: Memory[datetime.timedelta | None] = Memory(_load_usual_wait)


def usual_wait(community_id: int) -> datetime.timedelta | None:
    """The median of what the last held texts waited; None where too few were read. Remembered for a second."""
    return _usual_waits.get(community_id)
