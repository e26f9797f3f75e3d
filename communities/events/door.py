"""Who stands at the door of an event: found by the address of their code, by the code itself, or by name."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from communities.content.addresses import absolute_address
from communities.events.door_codes import code_in, token_of, told_by
from communities.events.models import Event, Registration
from communities.events.queries import attendees
from communities.models import Community

# Of those whose name was typed; of those who came last.
MOST_FOUND, MOST_LATEST = 20, 5
# On a page that is printed; the table (CSV) has all.
MOST_PRINTED = 2000


def address_of(community: Community, row: Registration) -> str:
    """What the code of a registration says: where an organiser checks it in."""
    path = reverse("events:show-arrival", args=[token_of(row.event_id, row.door_code)])
    return absolute_address(community, path)


def picture_address_of(community: Community, row: Registration) -> str:
    path = reverse("events:draw-code", args=[token_of(row.event_id, row.door_code)])
    return absolute_address(community, path)


@dataclass(frozen=True)
class Shown:
    """What an address of a code says: of which event it is and, as long as they are on its list, of whom."""

    event: Event
    row: Registration | None


def shown_by(token: str) -> Shown | None:
    """None for a forged one, and for one of another community."""
    told = told_by(token)
    if told is None:
        return None
    number, code = told
    event = Event.objects.filter(pk=number).select_related("thread__space", "thread__author").first()
    if event is None:
        return None
    rows = Registration.objects.of(event).on_list().filter(door_code=code)
    return Shown(event, rows.select_related("membership", "team").first())


def found_at_door(event: Event, typed: str) -> list[Registration]:
    """Who is meant by a code or by a part of a name; whoever waits is found by their code, too."""
    if code := code_in(typed):
        rows = Registration.objects.of(event).on_list().filter(door_code=code)
        if found := list(rows.select_related("membership", "team")):
            return found
    return list(attendees(event, words=typed)[:MOST_FOUND])


def latest_at_door(event: Event) -> Sequence[Registration]:
    """Who has been checked in last, the latest first."""
    here = Registration.objects.of(event).filter(here_at__isnull=False)
    return list(here.select_related("membership", "team").order_by("-here_at", "-pk")[:MOST_LATEST])


def printed_for_door(event: Event) -> QuerySet[Registration]:
    """All who come, by name: to be ticked with a pencil."""
    rows = Registration.objects.of(event).coming().select_related("membership", "team")
    return rows.order_by(Lower("membership__display_name"), "pk")[:MOST_PRINTED]


def is_near(event: Event, now: datetime.datetime) -> bool:
    """Whether it takes place now, or within a day: who is checked in otherwise may have come on the wrong day."""
    day = datetime.timedelta(days=1)
    return event.starts_at - day <= now <= event.ends_at + day


def kept_until(event: Event) -> datetime.datetime:
    """How long a phone keeps the list: what was ticked is sent on the way home."""
    return event.ends_at + datetime.timedelta(days=1)
