"""On which days members came to read, and how much; what they wrote is counted from their posts."""

from __future__ import annotations

import datetime

from analytics.demo.story import Story
from analytics.engagement.models import Fill
from analytics.engagement.recording import Day
from analytics.engagement.services import add_views, fill_dirty
from communities.calendar import day_of

# How likely a background member visits on a day; people from the files by their weight.
SELDOM = (0.01, 0.1)
OFTEN = 0.7


def settle_reading(story: Story) -> int:
    """How many days of members are new."""
    if Fill.objects.exists():
        return 0
    dice = story.dice("reading")
    weights = {member["handle"]: float(member["weight"]) for member in story.brand.members}
    heaviest = max(weights.values())
    days = []
    for handle, membership in sorted(story.scene.people.items()):
        likely = dice.uniform(*SELDOM)
        if handle in weights:
            likely = max(likely, OFTEN * weights[handle] / heaviest)
        since = day_of(membership.joined_at, story.clock)
        for back in range(story.traffic["days"] - 1, -1, -1):
            day = story.today - datetime.timedelta(days=back)
            # Everybody is there on the day they join.
            if day == since or (day > since and dice.random() < likely):
                views = dice.choice((1, 2, 2, 3, 4, 6, 9))
                days.append(Day(story.community.pk, day.isoformat(), membership.pk, views))
    add_views(story.community, days)
    fill_dirty(story.community)
    return len(days)
