"""The post of a long thread from which a day on it was written, without reading the thread.

Posts are numbered as they are published, so a day is looked up as a name in a telephone book: a few posts, spread over
what is left, are asked when they were published, then what lies between two of them. Three statements find a day among
some thirty thousand posts, and no index is kept for it.
"""

from __future__ import annotations

import datetime

from communities.content.models import Post, Thread

# How many posts are asked at a time.
PROBES = 32
# More than enough for any thread; where an import or a merger left posts out of order, it ends all the same.
MOST_STEPS = 6


def position_since(thread: Thread, moment: datetime.datetime) -> int:
    """Where the first post at or after a moment stands; the last one where nothing came later."""
    low = 1
    high: int = max(thread.last_position, 1)
    for _step in range(MOST_STEPS):
        asked = sorted({low + (high - low) * n // PROBES for n in range(PROBES)} | {high})
        placed = Post.objects.filter(thread_id=thread.pk, position__in=asked, published_at__isnull=False)
        known: dict[int, datetime.datetime] = dict(
            placed.order_by("position").values_list("position", "published_at")
        )
        since = next((place for place in known if known[place] >= moment), None)
        before = max((place for place in known if since is None or place < since), default=low)
        if since is None:
            return high
        if high - low < PROBES or since == low:
            return since
        low, high = min(before + 1, since), since
    return high
