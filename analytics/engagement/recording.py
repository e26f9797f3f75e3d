"""Records that a member was here today: by the day, without an hour or an address."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponse

from analytics.capture.stream import Item, Place, RequestBuffer
from communities.middleware import CommunityRequest
from communities.models import Community

STREAM = "activity"


class Seen(NamedTuple):
    community: Community
    at: float
    membership_id: int
    views: int


class Day(NamedTuple):
    """Page views of one member on one local day; 0 views when only something was done."""

    community_id: int
    day: str
    membership_id: int
    views: int


def record_activity(request: CommunityRequest, response: HttpResponse) -> None:
    """Count a member’s page, or note that they did something; see `communities.middleware.register_recorder`."""
    membership = getattr(request, "membership", None)
    if membership is None or not settings.CAPTURE or response.status_code >= 400:
        return
    if getattr(request, "preview", None) or getattr(request, "opening", None):
        return  # neither a manager’s preview nor the operator’s visit is a member’s activity
    if request.method == "POST":
        buffer.put(Seen(request.community, time.time(), membership.pk, 0))
    elif (
        request.method == "GET"
        and response.status_code == 200
        and "HTTP_HX_REQUEST" not in request.META
        and response.headers.get("Content-Type", "").startswith("text/html")
    ):
        buffer.put(Seen(request.community, time.time(), membership.pk, 1))


def work_up(batch: list[Seen]) -> Iterator[Item]:
    """One item for each member and day of a batch, sorted by member, so that not even their order tells when."""
    views: Counter[tuple[int, int, str]] = Counter()
    for seen in batch:
        day = datetime.fromtimestamp(seen.at, seen.community.zone).date().isoformat()
        views[seen.community.pk, seen.membership_id, day] += seen.views
    for (community_id, membership_id, day), count in sorted(views.items()):
        yield [community_id, day, membership_id, count]


def unpack(item: Item) -> Day:
    """Back from the stream. Raises ValueError and TypeError for what this release does not understand."""
    day = Day(*item)
    date.fromisoformat(day.day)
    return day


def place_of(seen: Seen) -> Place:
    """The community and the local day whose members’ days are incomplete where this is lost."""
    return seen.community.pk, datetime.fromtimestamp(seen.at, seen.community.zone).date()


buffer: RequestBuffer[Seen] = RequestBuffer(STREAM, work_up, place_of)
