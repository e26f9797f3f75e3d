"""How many of a measure there were on each day. Its own file: the ledger, the objectives and the pages ask it."""

from __future__ import annotations

import datetime
from collections import Counter

from django.db.models import Sum
from django.db.models.functions import TruncDate

from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, Dimension
from analytics.roi.models import Count, Measure
from communities.forums.models import Question
from communities.models import Community


def daily_counts(
    community: Community, measure: str, first: datetime.date, last: datetime.date
) -> dict[datetime.date, int]:
    """Counts per local day: what was typed or imported, and what the community measures itself."""
    totals: Counter[datetime.date] = Counter()
    typed = Count.objects.between(first, last).filter(measure=measure)
    for day, n in typed.values_list("day").annotate(total=Sum("n")).values_list("day", "total"):
        totals[day] += n
    if measure == Measure.ANSWER:
        totals.update(_accepted_answers(community, first, last))
    if measure == Measure.VISIT:
        totals.update(_search_visits(first, last))
    return dict(totals)


def _search_visits(first: datetime.date, last: datetime.date) -> dict[datetime.date, int]:
    rows = AudienceDay.objects.filter(
        dimension=Dimension.CHANNEL, key=str(Channel.ORGANIC_SEARCH.value), day__range=(first, last)
    )
    return dict(rows.filter(visits__gt=0).values_list("day", "visits"))


def _accepted_answers(
    community: Community, first: datetime.date, last: datetime.date
) -> dict[datetime.date, int]:
    """Questions by the day their answer was accepted."""
    start = datetime.datetime.combine(first, datetime.time.min, tzinfo=community.zone)
    end = datetime.datetime.combine(
        last + datetime.timedelta(days=1), datetime.time.min, tzinfo=community.zone
    )
    accepted = Question.objects.filter(accepted_at__gte=start, accepted_at__lt=end)
    days = accepted.annotate(day=TruncDate("accepted_at", tzinfo=community.zone)).values_list(
        "day", flat=True
    )
    return Counter(days)
