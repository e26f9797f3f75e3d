"""What stays of mentions that are no longer kept: how often each name was said on each day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping

from communities.animation.listening.models import Mention, MentionDay, MentionMatch
from communities.calendar import day_of
from communities.models import Community


def leave_counts(rows: Mapping[int, Mention], community: Community) -> None:
    """Add these mentions, by their numbers, to the counts of their days; what was hidden as noise leaves none."""
    counts: Counter[tuple[datetime.date, int]] = Counter()
    matches = MentionMatch.objects.of_heard().filter(mention__in=rows)
    for mention_id, name_id in matches.values_list("mention_id", "name_id"):
        counts[day_of(rows[mention_id].said_at, community), name_id] += 1
    MentionDay.objects.add(dict(counts), community.pk)
