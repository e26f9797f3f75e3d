"""What the page of figures shows, and what an empty list says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.animation.listening.figures import (
    BEFORE,
    counts_between,
    curve,
    spikes_in,
    voices,
)
from communities.animation.listening.matters import spike_words
from communities.animation.listening.models import TrackedName
from communities.calendar import DAY, today
from communities.models import Community

DAYS, WEEKS = 28, 12
ADVICE = {
    "names": _("First say what to listen for: the name of the brand, and the words that people use for it."),
    "sources": _("Nothing is read yet: add a feed, or open an address for a tool that you already use."),
    "nothing": _("What feeds and other tools report about your names appears here, within half an hour."),
}


def voices_page(community: Community) -> dict[str, Any]:
    """Of all names that are listened for: two statements for the counts, one each for names and sources."""
    last = today(community)
    names = list(TrackedName.objects.living())
    first = last - DAY * (WEEKS * 7 - 1)
    counts = counts_between(community, first - DAY * BEFORE, last)
    days = [last - DAY * back for back in range(DAYS)]
    spikes = spikes_in(community, names, counts, days)
    return {
        "names": names,
        "counts": counts,
        "first": first,
        "last": last,
        "voices": voices(names, counts, last - DAY * (DAYS - 1)),
        "spikes": [spike_words(one) for one in spikes],
        "days": DAYS,
        "weeks": WEEKS,
    }


def curves_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    """For each name its days and its weeks."""
    counts, last = page["counts"], page["last"]
    return [
        {
            "name": name,
            "days": curve(name, counts, last - DAY * (DAYS - 1), last, 1),
            "weeks": curve(name, counts, page["first"], last, 7),
        }
        for name in page["names"]
    ]
