"""What people who registered hear, each of it once; and what calendars read."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.content.models import Space, State
from communities.content.services.judging import reinstate_post, withdraw_post
from communities.events import feeds, services
from communities.events.models import Event, OwnCalendar, Registration
from communities.events.registering import unregister
from communities.events.tasks import look_after_events
from communities.memory import forget_all
from communities.notifications.models import Notification
from communities.people.merging import merge_memberships
from tests.communities.animation.test_calendar_feed import events as events_in
from tests.communities.animation.test_calendar_feed import plain
from tests.communities.events.making import (
    HOUR,
    ONLINE,
    come,
    facts,
    fresh,
    line,
    make_calendar,
    make_event,
)
from tests.conftest import Cast


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def told(here: Cast) -> list[tuple[str, int]]:
    """Whom the job has told of what since the last time, in order."""
    look_after_events()
    with here.scope():
        rows = Notification.objects.filter(kind__regex="event|place").order_by("kind", "membership_id")
        found = [(row.kind, row.membership_id) for row in rows]
        rows.delete()
    return found


def test_each_thing_is_told_once(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        come(event, here.member, here.ambassador)
    assert told(here) == [("event_registered", here.member.pk)]
    with here.scope():
        unregister(event, by=here.member)
    assert told(here) == [("place_freed", here.ambassador.pk)]
    said: dict[str, Any] = {"title": event.thread.title, "tags": None}
    with here.scope():
        come(event, here.manager)
        services.change_event(event.thread, by=here.moderator, facts=facts(capacity=1, price="Free"), **said)
        Event.objects.update(news="")
        kept = {"starts_at": fresh(event).starts_at, "ends_at": fresh(event).ends_at, "capacity": 1}
        services.change_event(event.thread, by=here.moderator, facts=facts(**kept, price="Dear"), **said)
    assert told(here) == [], "what it costs is no reason to write to everybody"
    with here.scope():
        moved = facts(**kept, place="The harbour")
        services.change_event(event.thread, by=here.moderator, facts=moved, **said)
    assert told(here) == [("event_changed", pk) for pk in sorted((here.ambassador.pk, here.manager.pk))]
    with here.scope():
        services.cancel_event(event.thread, by=here.moderator, reason="Ice")
    assert told(here) == [("event_cancelled", pk) for pk in sorted((here.ambassador.pk, here.manager.pk))]
    assert told(here) == []


def test_the_day_before_is_told_to_those_who_come(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        come(event, here.member, here.ambassador)
    told(here)
    with here.scope():
        Event.objects.update(starts_at=timezone.now() + 20 * HOUR, ends_at=timezone.now() + 22 * HOUR)
    assert told(here) == [("event_reminder", here.member.pk)]
    assert told(here) == []
    said: dict[str, Any] = {"title": event.thread.title, "tags": None}
    with here.scope():
        services.change_event(event.thread, by=here.moderator, facts=facts(capacity=1), **said)
        Event.objects.update(news="", starts_at=timezone.now() + 21 * HOUR)
    assert told(here) == [("event_reminder", here.member.pk)], "of another day one is reminded again"


def test_whoever_registered_hears_that_an_event_is_out_of_sight_and_back(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        come(event, here.member, here.ambassador)
        withdraw_post(event.thread.opening(), to=State.HIDDEN, by=None)
    both = sorted((here.member.pk, here.ambassador.pk))
    look_after_events()
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "An event is no longer announced" in page
    assert event.thread.title not in page, "what was withdrawn is not repeated"
    assert told(here) == [("event_withdrawn", pk) for pk in both], "and of the registration nothing"
    with here.scope():
        assert not Registration.objects.exclude(news="").exists(), "nor later"
    assert told(here) == []
    with here.scope():
        reinstate_post(event.thread.opening(), by=here.manager)
    assert told(here) == [("event_back", pk) for pk in both]
    assert told(here) == []
    with here.scope():
        empty = make_event(here, calendar, by=here.moderator, title="Nobody comes", draft=True)
        began = timezone.now() - HOUR
        Event.objects.filter(pk=event.pk).update(starts_at=began, ends_at=began + 2 * HOUR)
        withdraw_post(event.thread.opening(), to=State.REMOVED, by=here.manager)
        waiting = Event.objects.with_something_to_tell(timezone.now())
        assert not waiting.exists(), (empty.pk, "neither a draft nor what has begun")
    assert told(here) == []


def test_who_is_shut_out_gives_the_place_up_and_is_passed_over(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1, starts=20 * HOUR)
        come(event, here.member, here.manager, here.ambassador)
        people = type(here.member).objects
        people.filter(pk=here.manager.pk).update(suspended_until=event.starts_at + HOUR)
        people.filter(pk=here.member.pk).update(suspended_until=event.starts_at - HOUR)
    assert told(here) == [("event_registered", here.member.pk)], "who is back by then keeps the place"
    with here.scope():
        people.filter(pk=here.member.pk).update(suspended_until=event.starts_at + HOUR)
        Event.objects.update(reminded_at=None)
    assert told(here) == [("place_freed", here.ambassador.pk)]
    with here.scope():
        out = [here.member.pk, here.manager.pk]
        assert line(event) == {"coming": [here.ambassador.pk], "waiting": out}
        unregister(event, by=here.ambassador)
        assert line(event) == {"coming": [], "waiting": out}
        people.filter(pk=here.member.pk).update(suspended_until=None)
        come(event, here.owner)
        assert line(event) == {"coming": out[:1], "waiting": [here.manager.pk, here.owner.pk]}


def test_the_mail_says_when_and_where_and_never_the_address(here: Cast, calendar: Space) -> None:
    with here.scope():
        start = timezone.now().replace(microsecond=0) + 72 * HOUR
        event = make_event(here, calendar, by=here.moderator, online_url=ONLINE, starts_at=start)
        come(event, here.member)
    look_after_events()
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "You are registered: Splicing in the loft" in page
    assert ONLINE not in page
    with here.scope():
        unregister(event, by=here.member)
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "You are registered: Splicing in the loft" not in page, "nor is a mail that waits"


def test_of_two_memberships_that_become_one_one_comes(here: Cast, calendar: Space) -> None:
    with here.scope():
        one = make_event(here, calendar, by=here.moderator, capacity=1)
        two = make_event(here, calendar, by=here.moderator)
        come(one, here.member, here.ambassador, here.manager)
        come(two, here.ambassador)
        merge_memberships(here.member, here.ambassador, by=here.owner)
        assert line(one) == {"coming": [here.member.pk], "waiting": [here.manager.pk]}
        assert line(two) == {"coming": [here.member.pk], "waiting": []}


def read(client: Client, address: str) -> dict[str, dict[str, str]]:
    """The events of a file, by title."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return {plain(one["SUMMARY"]): one for one in events_in(answer.content.decode())}


def test_calendars_tell_each_what_they_may_know(here: Cast, calendar: Space) -> None:
    with here.scope():
        inside = make_calendar(slug="inside", audience="members")
        secret = make_event(here, inside, by=here.moderator, title="Among us")
        event = make_event(
            here,
            calendar,
            by=here.moderator,
            title="Löcher, Lücken; und so",
            place="",
            online_url=ONLINE,
            capacity=1,
        )
        come(event, here.member, here.ambassador)
        come(secret, here.member)
        keys = {who: feeds.token_of(feeds.make_calendar(by=who)) for who in (here.member, here.ambassador)}
        OwnCalendar.objects.filter(membership=here.ambassador).update(key=OwnCalendar().key)
    anybody = Client()
    public = read(anybody, here.url("/events/calendar.ics"))
    assert list(public) == ["Löcher, Lücken; und so"]
    one = public["Löcher, Lücken; und so"]
    starts = event.starts_at.astimezone(datetime.UTC)
    assert (one["DTSTART"], one["STATUS"]) == (f"{starts:%Y%m%dT%H%M%SZ}", "CONFIRMED")
    assert ONLINE not in str(public)
    own = read(anybody, here.url(f"/events/mine/{keys[here.member]}.ics"))
    assert sorted(own) == ["Among us", "Löcher, Lücken; und so"]
    assert ONLINE in plain(own["Löcher, Lücken; und so"]["LOCATION"])
    former = here.url(f"/events/mine/{keys[here.ambassador]}.ics")
    assert anybody.get(former).status_code == 404, "renewed since"
    file = here.url(f"/events/e/{event.thread.slug}.ics")
    assert ONLINE not in str(read(here.sign_in(here.ambassador), file)), "whoever waits has no place"
    assert ONLINE in str(read(here.sign_in(here.member), file))
    with here.scope():
        services.cancel_event(event.thread, by=here.moderator)
    again = read(anybody, here.url("/events/calendar.ics"))["Löcher, Lücken; und so"]
    assert (again["STATUS"], again["SEQUENCE"], again["UID"]) == ("CANCELLED", "1", one["UID"])


def test_a_key_of_elsewhere_or_of_who_left_opens_nothing(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        key = feeds.token_of(feeds.make_calendar(by=here.member))
    assert Client().get(here.url(f"/events/mine/{key}.ics")).status_code == 200
    assert Client().get(elsewhere.url(f"/events/mine/{key}.ics")).status_code == 404
    assert Client().get(here.url(f"/events/mine/{key[:-2]}xx.ics")).status_code == 404
    with here.scope():
        type(here.member).objects.filter(pk=here.member.pk).update(status="banned")
    forget_all()
    assert Client().get(here.url(f"/events/mine/{key}.ics")).status_code == 404


def test_the_page_of_own_events_makes_and_takes_back_an_address(here: Cast, calendar: Space) -> None:
    with here.scope():
        come(make_event(here, calendar, by=here.moderator), here.member)
    client, at = here.sign_in(here.member), here.url("/events/mine/")
    assert "Splicing in the loft" in client.get(at).content.decode()
    client.post(at)
    (found,) = re.findall(r"/events/mine/[^<\s]+\.ics", client.get(at).content.decode())
    assert client.get(here.url(found[found.index("/events/") :])).status_code == 200
    client.post(at, {"act": "revoke"})
    assert client.get(here.url(found[found.index("/events/") :])).status_code == 404
