"""The events of the sweeps’ world: one with a list, one to be called off, one that is over, one nobody has dated."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.content.models import State
from communities.content.services import start_thread
from communities.events import feeds
from communities.events.door_codes import token_of
from communities.events.models import EVENT, Event, Registration
from tests.communities.events.making import HOUR, ONLINE, come, make_calendar, make_event
from tests.conftest import Cast


def make_events(here: Cast) -> dict[str, Any]:
    space = make_calendar()
    event = make_event(
        here,
        space,
        capacity=3,
        guests_each=2,
        online_url=ONLINE,
        price="Free",
        map_url="https://map.example.org/",
    )
    (row,) = come(event, here.ambassador)
    called_off = make_event(here, space, title="Sailing on ice")
    over = make_event(here, space, title="The first splice")
    come(over, here.ambassador)
    began = timezone.now() - datetime.timedelta(days=9)
    Event.objects.filter(pk=over.pk).update(starts_at=began, ends_at=began + HOUR)
    Registration.objects.update(news=Registration.News.NONE)
    undated = start_thread(
        space,
        by=here.member,
        community=here.community,
        kind=EVENT,
        title="Some day",
        body="<p>Not yet.</p>",
        state=State.DRAFT,
    )
    return {
        "calendar_space": space,
        "event": event.thread,
        "registration": row,
        "event_called_off": called_off.thread,
        "event_over": over.thread,
        "event_undated": undated,
        "door_token": token_of(row.event_id, row.door_code),
        "own_calendar_token": feeds.token_of(feeds.make_calendar(by=here.member)),
    }
