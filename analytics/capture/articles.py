"""What days know of single pages, for the authors of articles: by the key of the table, whatever else was read."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

from django.db.models import Q

from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, Dimension
from communities.blogs.readings import Came, OfPath, Reading, readings

# The sign after the one that ends the path in a key.
AFTER_SPACE = "!"
# A name says more than the channel that it belongs to; of these, the name is that of the channel.
NAMELESS = frozenset({Channel.DIRECT, Channel.COMMUNITY_NOTIFICATION})


def register() -> None:
    readings.register(Reading("audience", read_on_days, read_by_path, came_on_days, asked_on_days))


def read_on_days(
    paths: Collection[str], days: Collection[datetime.date]
) -> dict[datetime.date, tuple[int, int]]:
    """On each of these local days: page views, and how many visitors had them."""
    rows = AudienceDay.objects.filter(dimension=Dimension.PAGE, day__in=list(days), key__in=list(paths))
    found: dict[datetime.date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for day, views, people in rows.values_list("day", "page_views", "visitors"):
        found[day] = (found[day][0] + views, found[day][1] + people)
    return found


def read_by_path(paths: Collection[str], days: Collection[datetime.date]) -> Iterator[OfPath]:
    """The same of each page, and the forms that were sent after it."""
    rows = AudienceDay.objects.filter(
        dimension__in=[Dimension.PAGE, Dimension.CONTACT], day__in=list(days), key__in=list(paths)
    )
    for dimension, key, day, views, forms, people in rows.values_list(
        "dimension", "key", "day", "page_views", "visits", "visitors"
    ):
        asked = dimension == Dimension.CONTACT
        yield OfPath(key, day, forms if asked else views, people, asked)


def came_on_days(paths: Collection[str], days: Collection[datetime.date]) -> Iterator[Came]:
    """The visits that began with these pages, by what they came from: a key is path, channel and source."""
    begun = reduce(or_, (Q(key__gt=f"{path} ", key__lt=f"{path}{AFTER_SPACE}") for path in paths))
    rows = AudienceDay.objects.filter(begun, dimension=Dimension.ARRIVAL, day__in=list(days))
    by_length = sorted(paths, key=len, reverse=True)
    for day, key, visits, people in rows.values_list("day", "key", "visits", "visitors"):
        path = next(one for one in by_length if key.startswith(f"{one} "))
        number, _space, source = key[len(path) + 1 :].partition(" ")
        channel = Channel(int(number))
        yield Came(day, str(channel.label), "" if channel in NAMELESS else source, visits, people)


def asked_on_days(
    paths: Collection[str], days: Collection[datetime.date]
) -> dict[datetime.date, tuple[int, int]]:
    """Forms that were sent in visits that had opened one of these pages before, by the day on which they did, and how
    many visitors sent them."""
    rows = AudienceDay.objects.filter(dimension=Dimension.CONTACT, day__in=list(days), key__in=list(paths))
    found: dict[datetime.date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for day, forms, people in rows.values_list("day", "visits", "visitors"):
        found[day] = (found[day][0] + forms, found[day][1] + people)
    return found
