"""Events as they go: full, waited for, called off, over, without an hour."""

from __future__ import annotations

import datetime
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.events.models import Event, Registration
from communities.events.telling import tell_of_events
from communities.memory import forget_all
from tests.factories import make_space
from tests.sweeps.addresses_of_events import FACTS, TEXT
from tests.sweeps.showing import show_notices
from tests.sweeps.world import World

FOREIGN = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:elsewhere
SUMMARY:Regatta
DTSTART:%(day)bT100000Z
RRULE:FREQ=WEEKLY;COUNT=2
END:VEVENT
BEGIN:VEVENT
UID:nonsense
DTSTART:nonsense
END:VEVENT
END:VCALENDAR
"""


def go_through(world: World) -> None:
    _full(world)
    _at_the_door(world)
    _reported(world)
    _from_another_calendar(world)
    _called_off(world)
    _in_teams(world)
    at = world.here.url(f"/events/e/{world.event_over.slug}/")
    assert b"This event is over." in world.client("member").get(at).content
    assert b"The first splice" in world.client("visitor").get(world.here.url("/events/?when=past")).content
    with world.here.scope():
        make_space(kind="events", slug="second-calendar", name="Second calendar")
    forget_all()
    assert b"Second calendar" in world.client("member").get(world.here.url("/events/new/")).content
    undated = world.here.url(f"/events/e/{world.event_undated.slug}/")
    assert b"The date has not been set yet" in world.client("member").get(undated).content
    assert b"Some day" in world.client("member").get(f"{undated}edit/").content


def _full(world: World) -> None:
    """Registered, changed, full for the next, who waits."""
    at = world.here.url(f"/events/e/{world.event.slug}/")
    member, manager = world.client("member"), world.client("manager")
    assert b"Sign in to register" in world.client("visitor").get(at).content
    assert member.post(f"{at}register/", {"guests": "5"}).status_code == 422
    assert member.post(f"{at}register/", {"guests": "1"}).status_code == 302
    assert b"You are registered" in member.get(at).content
    # The job tells it, with the code for the door.
    with world.here.scope():
        tell_of_events(world.here.community)
    show_notices(world)
    assert manager.post(f"{at}register/").status_code == 409
    assert manager.post(f"{at}register/", {"wait": "1"}).status_code == 302
    assert b"is your place in line." in manager.get(at).content
    for shown in ("coming", "waiting", "here"):
        assert manager.get(f"{at}attendees/?shown={shown}").status_code == 200
    assert b"Nobody on this list" in manager.get(f"{at}attendees/?q=nobodys-name").content
    assert manager.post(f"{at}attendees/{world.registration.pk}/check-in/").status_code == 302
    assert b"here since" in manager.get(f"{at}attendees/").content
    manager.post(f"{at}attendees/{world.registration.pk}/check-in/", {"undo": "1"})
    assert b"Leave the waiting list" in manager.get(at).content
    for client in (member, manager):
        assert client.post(f"{at}unregister/").status_code == 302


def _at_the_door(world: World) -> None:
    """Scanned, typed, looked for, printed; and a code that holds no more."""
    here, manager = world.here, world.client("manager")
    at = here.url(f"/events/e/{world.event.slug}/")
    scanned = here.url(f"/events/here/{world.door_token}/")
    assert b"Whose code this is" in manager.get(scanned).content
    press = {"door": "1"}
    manager.post(f"{at}attendees/{world.registration.pk}/check-in/", press)
    assert b"Who came last" in manager.get(f"{at}door/").content
    code = world.registration.door_code
    assert b"Who is meant" in manager.get(f"{at}door/?q={code.lower()}").content
    assert b"has that code or name" in manager.get(f"{at}door/?q=nobodys-name").content
    assert code[:3].encode() in manager.get(f"{at}door/list/").content
    manager.post(f"{at}attendees/{world.registration.pk}/check-in/", press | {"undo": "1"})
    with here.scope():
        Registration.objects.filter(pk=world.registration.pk).update(door_code="222222222")
    assert b"This code is no longer valid" in manager.get(scanned).content
    with here.scope():
        Registration.objects.filter(pk=world.registration.pk).update(door_code=code)


def _reported(world: World) -> None:
    at, client = world.here.url(f"/events/e/{world.event_over.slug}/"), world.client("member")
    assert b"Write the report" in client.get(at).content
    assert b"Those who came are told once" in client.get(f"{at}report/").content
    assert b"Nobody was checked in" in client.get(f"{at}attendees/").content
    told = {"body": "<p>It was windy.</p>", "body_format": "html"}
    assert client.post(f"{at}report/", told).status_code == 302
    assert b"Read the report" in world.client("visitor").get(at).content
    assert b"with a report" in client.get(world.here.url("/events/?when=past")).content
    with world.here.scope():
        Registration.objects.filter(event=world.event_over.pk).update(here_at=timezone.now())
    assert b"Did not come" in client.get(f"{at}attendees/").content


def _from_another_calendar(world: World) -> None:
    at, manager = world.here.url(f"/events/in/{world.calendar_space.slug}/bring/"), world.client("manager")
    assert b"Read the file" in manager.get(at).content
    day = timezone.now() + datetime.timedelta(days=3)
    data = FOREIGN % {b"day": f"{day:%Y%m%d}".encode()}
    shown = manager.post(at, {"file": SimpleUploadedFile("calendar.ics", data)}).content.decode()
    assert "Regatta" in shown
    assert "line 9" in shown
    sent = {"packed": re.findall(r'name="packed" value="([^"]+)"', shown)[0]}
    assert b"Choose at least one event." in manager.post(at, sent).content
    keys = re.findall(r'name="event" value="([^"]+)"', shown)
    assert manager.post(at, sent | {"event": keys[:1]}).status_code == 302
    again = manager.post(at, {"file": SimpleUploadedFile("calendar.ics", data)}).content
    assert b"here already" in again
    past = data.replace(f"{day:%Y%m%d}".encode(), b"20010101")
    empty = manager.post(at, {"file": SimpleUploadedFile("calendar.ics", past)}).content
    assert b"Nothing in this file takes place" in empty


def _in_teams(world: World) -> None:
    """Founded, joined, left by its captain’s wish; put on and off by who organises; asked, and one date of several."""
    here, manager, member = world.here, world.client("manager"), world.client("member")
    told = {
        "team_size": "2",
        "capacity": "1",
        "questions": "Which knife?",
        "repeats": "week",
        "title": "A raid",
    }
    start = here.url(f"/events/in/{world.calendar_space.slug}/new/")
    assert manager.post(start, FACTS | told | TEXT | {"title": "A raid"}).status_code == 302
    at = here.url("/events/e/a-raid/")
    assert b"There is no team yet." in member.get(at).content
    assert member.post(f"{at}register/", {"team_name": "Frayed", "answer_1": "A saw"}).status_code == 302
    for words in (b"Link to your team", b"Other dates", b"of 1 teams"):
        assert words in member.get(at).content
    with here.scope():
        mine = Registration.objects.get(event__thread__slug="a-raid")
    assert b"A saw" in manager.get(f"{at}attendees/").content
    assert b"Which dates?" in manager.get(f"{at}edit/").content
    assert b"Which dates?" in manager.get(f"{at}cancel/").content
    assert manager.post(f"{at}attendees/{mine.pk}/take-off/").status_code == 302
    assert b"You are off the list" in member.get(at).content
    assert b"Taken off" in manager.get(f"{at}attendees/?shown=off").content
    put = manager.post(f"{at}attendees/", {"person": here.member.handle, "team": "Frayed"})
    assert put.status_code == 302
    assert b"Link to your team" in member.get(at).content


def _called_off(world: World) -> None:
    at, client = world.here.url(f"/events/e/{world.event_called_off.slug}/"), world.client("member")
    assert b"cannot be undone" in client.get(f"{at}cancel/").content
    assert client.post(f"{at}cancel/", {"reason": "Ice everywhere"}).status_code == 302
    for page in (client.get(at), world.client("visitor").get(at)):
        assert b"Ice everywhere" in page.content
    assert b"everybody has been told" in client.get(f"{at}cancel/").content
    with world.here.scope():
        cancelled = Event.objects.filter(pk=world.event_called_off.pk)
        cancelled.update(cancelled_at=None, cancel_reason="", news="", sequence=0)
