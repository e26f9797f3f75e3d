"""Events as tests need them, made through the services."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.content.models import Space, Thread
from communities.events.models import EVENTS, Event, Registration
from communities.events.registering import register
from communities.events.services import Facts, Written, write_event
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_space

HOUR = datetime.timedelta(hours=1)
ONLINE = "https://meet.example.org/the-secret-room"


def make_calendar(**fields: Any) -> Space:
    return make_space(**{"kind": EVENTS, "slug": "gatherings", "name": "Gatherings", **fields})


def facts(*, starts: datetime.timedelta = 72 * HOUR, **said: Any) -> Facts:
    """Two hours, so long from now."""
    begins = timezone.now().replace(microsecond=0) + starts
    usual = {"starts_at": begins, "ends_at": begins + 2 * HOUR, "zone": "Europe/Paris", "place": "The loft"}
    return Facts(**{**usual, **said})


def make_event(
    here: Cast,
    space: Space,
    *,
    by: Membership | None = None,
    title: str = "Splicing in the loft",
    draft: bool = False,
    **said: Any,
) -> Event:
    """An event of the member, in scope."""
    text = Written(title, "<p>Bring a metre of rope.</p>")
    thread = write_event(
        space, by=by or here.member, community=here.community, text=text, facts=facts(**said), draft=draft
    )
    return fresh(thread)


def fresh(thread: Thread | Event) -> Event:
    return Event.objects.select_related("thread__space", "thread__community").get(pk=thread.pk)


def come(event: Event, *people: Membership, guests: int = 0, wait: bool = True) -> list[Registration]:
    return [register(fresh(event), by=person, guests=guests, wait=wait) for person in people]


def line(event: Event) -> dict[str, list[int]]:
    """Who comes and who waits, each by the number of their membership, in order."""
    rows = Registration.objects.of(event)
    return {
        "coming": list(rows.coming().in_order().values_list("membership_id", flat=True)),
        "waiting": list(rows.waiting().in_order().values_list("membership_id", flat=True)),
    }
