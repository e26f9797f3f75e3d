"""Events of another calendar become drafts, each once: whoever brings them in gives them their words and publishes
them."""

from __future__ import annotations

import base64
import binascii
import datetime
import zlib
from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.html import escape, linebreaks

from communities.content.audiences import looks_after
from communities.content.exceptions import BlankText, TextTooLong
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_start_thread
from communities.events.exceptions import CalendarUnreadable
from communities.events.foreign import MOST_BYTES, Foreign, Reading, read_calendar
from communities.events.models import Event
from communities.events.permissions import FEATURE
from communities.events.repeating import LIVING
from communities.events.services import Facts, Written, write_event
from communities.exceptions import NotAllowed
from communities.launch.features import is_open_to
from communities.limits import Limited, count_act, without_limits
from communities.models import Community, Membership

# Drafts that are made at once; the same file brings the next.
MOST_AT_ONCE = 50


def may_bring_in(by: Membership | None, space: Space) -> bool:
    """Who looks after a calendar, and announces in it."""
    if by is None or not is_open_to(by, FEATURE):
        return False
    return looks_after(by, space.pk) and can_start_thread(by, space)


def packed(data: bytes) -> str:
    """A file as a form carries it from its preview to the choice: it is stored nowhere."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def unpacked(text: str) -> bytes:
    """Raises CalendarUnreadable for what `packed` did not make."""
    try:
        reader = zlib.decompressobj()
        data = reader.decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise CalendarUnreadable from error
    if not data or len(data) > MOST_BYTES:
        raise CalendarUnreadable
    return data


def read_for(community: Community, data: bytes, now: datetime.datetime) -> Reading:
    """As `read_calendar`, by the clocks of a community."""
    return read_calendar(data, zone=community.time_zone, now=now)


def brought_before(events: Iterable[Foreign]) -> Mapping[str, Event]:
    """By their keys those that are here already, as a draft or published; not those that were thrown away."""
    rows = Event.objects.filter(came_from__in=[one.key for one in events], thread__state__in=LIVING)
    return {event.came_from: event for event in rows.select_related("thread__space")}


def bring_in(
    space: Space, *, by: Membership, community: Community, chosen: Sequence[Foreign]
) -> list[Thread]:
    """Make drafts of what was chosen in a file, at most so many at once; what is here already, is cancelled there or
    lasts too long is left out. It counts as starting one thing: nobody is told of drafts.

    Raises NotAllowed, TooFast.
    """
    if not may_bring_in(by, space):
        raise NotAllowed
    known = brought_before(chosen)
    fresh = [one for one in chosen if one.key not in known and not one.is_cancelled and not one.is_too_long]
    if fresh:
        count_act(by, Limited.START)
    made = [_drafted(space, one, by=by, community=community) for one in fresh[:MOST_AT_ONCE]]
    return [thread for thread in made if thread is not None]


def _drafted(space: Space, one: Foreign, *, by: Membership, community: Community) -> Thread | None:
    """None where somebody else has brought it in a moment ago."""
    facts = Facts(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        place=one.place,
        online_url=one.online_url,
    )
    try:
        with transaction.atomic(), without_limits():
            # One that was thrown away is no obstacle.
            Event.objects.filter(came_from=one.key).exclude(thread__state__in=LIVING).update(came_from="")
            try:
                text = Written(one.title, one.body)
                thread = write_event(space, by=by, community=community, text=text, facts=facts, draft=True)
            except (BlankText, TextTooLong):
                # Markup without words, or too much of it: none of the others is lost for that.
                text = Written(one.title, linebreaks(escape(one.title)))
                thread = write_event(space, by=by, community=community, text=text, facts=facts, draft=True)
            Event.objects.filter(pk=thread.pk).update(came_from=one.key)
    except IntegrityError:
        if Event.objects.filter(came_from=one.key).exclude(thread__state=State.DELETED).exists():
            return None
        raise
    return thread
