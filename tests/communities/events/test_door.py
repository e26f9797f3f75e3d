"""The door of an event: codes that are scanned, typed and drawn, checking in once, a list that needs no network."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.events.door import address_of, found_at_door
from communities.events.door_codes import code_in, new_code, spaced, token_of, told_by
from communities.events.models import Event, Registration
from communities.events.organising import take_off
from communities.events.registering import check_in, unregister
from communities.events.tasks import look_after_events
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from tests.communities.events.making import HOUR, come, fresh, make_calendar, make_event
from tests.communities.events.test_telling import told
from tests.conftest import Cast
from tests.factories import make_memberships


@pytest.fixture
def event(here: Cast) -> Event:
    with here.scope():
        return make_event(here, make_calendar(), by=here.moderator, capacity=9, guests_each=3)


def scanned(here: Cast, row: Registration) -> str:
    return here.url(f"/events/here/{token_of(row.event_id, row.door_code)}/")


def counted(page: str) -> tuple[int, int]:
    here, of = re.findall(r"<b>(\d+)</b> of (\d+) are here", page)[0]
    return int(here), int(of)


def recounted(event: Event) -> tuple[int, int]:
    """Reckoned by hand."""
    rows = list(Registration.objects.of(event))
    here = sum(1 + row.guests for row in rows if row.here_at)
    return here, sum(1 + row.guests for row in rows if row.state == "coming")


def test_codes_are_drawn_read_and_typed_as_people_do() -> None:
    code = new_code()
    assert code_in(f" {spaced(code).lower()} ") == code_in("-".join(code)) == code
    assert [code_in(typed) for typed in ("", "Nora", code[:-1], f"{code}A", "000000000")] == [""] * 5
    assert len({new_code() for _each in range(500)}) == 500
    token = token_of(7, code)
    assert told_by(token) == (7, code)
    assert [told_by(wrong) for wrong in (token[:-1], f"8{token[1:]}", "7-x", "")] == [None] * 4


def test_who_scans_learns_what_they_may(here: Cast, elsewhere: Cast, event: Event) -> None:
    with here.scope():
        mine, _other = come(event, here.member, here.ambassador, guests=2)
    at = scanned(here, mine)
    page = here.sign_in(here.moderator).get(at)
    assert page.status_code == 200
    assert here.member.display_name in page.content.decode()
    assert "This event is not today." in page.content.decode()
    own = here.sign_in(here.member).get(at)
    assert own.headers["Location"] == here.url(f"/events/e/{event.thread.slug}/#register")
    for client, status in ((here.sign_in(here.ambassador), 404), (here.sign_in(here.marketing), 404)):
        assert client.get(at).status_code == status
    assert "/sign-in/" in Client().get(at).headers["Location"]
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(at[at.index("/events/") :])).status_code == 404
    )
    assert here.sign_in(here.moderator).get(at.replace("/here/", "/here/1")).status_code == 404
    picture = Client().get(f"{at[:-1]}.png")
    assert picture.content.startswith(b"\x89PNG")
    assert Client().get(f"{at[:-2]}x.png").status_code == 404


def test_checked_in_once_with_one_press(here: Cast, event: Event) -> None:
    with here.scope():
        (mine,), (other,) = come(event, here.member, guests=2), come(event, here.ambassador)
    client, at = here.sign_in(here.moderator), here.url(f"/events/e/{event.thread.slug}/")
    press = f"{at}attendees/{mine.pk}/check-in/"
    assert counted(client.get(f"{at}door/").content.decode()) == (0, 4)
    first = client.post(press, {"door": "1"}, follow=True).content.decode()
    assert f"{here.member.display_name} is here, with 2 guests." in first
    with here.scope():
        since = Registration.objects.get(pk=mine.pk).here_at
        assert counted(first) == recounted(event) == (3, 4)
    second = client.post(press, {"door": "1"}, follow=True).content.decode()
    assert f"{here.member.display_name} was here already, since" in second
    assert "here since" in client.get(scanned(here, mine)).content.decode()
    with here.scope():
        assert Registration.objects.get(pk=mine.pk).here_at == since
    undone = client.post(press, {"door": "1", "undo": "1"}, follow=True).content.decode()
    assert counted(undone) == (0, 4)
    for person in (here.member, here.marketing):
        assert here.sign_in(person).get(f"{at}door/").status_code == 403
        assert here.sign_in(person).get(f"{at}door/list/").status_code == 403
        assert here.sign_in(person).post(press, {"door": "1"}).status_code == 403
    with here.scope(), pytest.raises(NotAllowed):
        check_in(other, by=here.member, here=True)


def test_typed_or_looked_for(here: Cast, event: Event) -> None:
    with here.scope():
        (mine,), (other,) = come(event, here.member), come(event, here.ambassador)
        assert found_at_door(event, spaced(mine.door_code).lower()) == [mine]
        assert found_at_door(event, here.ambassador.display_name.upper()) == [other]
        assert found_at_door(event, new_code()) == []
        Event.objects.filter(pk=event.pk).update(capacity=2)
        (late,) = come(event, here.marketing)
        assert found_at_door(event, late.door_code) == [late], "whoever waits is found, and is no guest yet"
        assert found_at_door(event, here.marketing.display_name) == []
    page = here.sign_in(here.moderator).get(scanned(here, late)).content.decode()
    assert "on the waiting list" in page
    assert "check-in/" not in page
    press = here.url(f"/events/e/{event.thread.slug}/attendees/{late.pk}/check-in/")
    assert here.sign_in(here.moderator).post(press, {"door": "1"}).status_code == 403


def test_a_code_holds_as_long_as_its_registration(here: Cast, event: Event) -> None:
    with here.scope():
        (mine,), (other,) = come(event, here.member), come(event, here.ambassador)
        unregister(event, by=here.member)
        take_off(other, by=here.moderator)
        (again,) = come(event, here.member)
    client = here.sign_in(here.moderator)
    for row in (mine, other):
        assert "This code is no longer valid" in client.get(scanned(here, row)).content.decode()
        assert here.sign_in(here.ambassador).get(scanned(here, row)).status_code == 404
    assert here.member.display_name in client.get(scanned(here, again)).content.decode()


def test_whoever_has_a_place_has_a_code_on_the_page_and_in_the_mail(here: Cast, event: Event) -> None:
    with here.scope():
        (mine,) = come(event, here.member)
    at = f"/events/e/{event.thread.slug}/"
    page = here.sign_in(here.member).get(here.url(at)).content.decode()
    assert spaced(mine.door_code) in page
    assert 'src="data:image/svg+xml' in page
    for client in (here.sign_in(here.ambassador), here.sign_in(here.moderator), Client()):
        assert spaced(mine.door_code) not in client.get(here.url(at)).content.decode()
    assert told(here) == [("event_registered", here.member.pk)]
    with here.scope():
        Event.objects.filter(pk=event.pk).update(capacity=1)
        (late,) = come(event, here.ambassador)
        Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    for person, row in ((here.member, mine), (here.ambassador, late)):
        shown = here.sign_in(person).get(here.url(at)).content.decode()
        assert spaced(row.door_code) not in shown, "no place, or no event"


def test_the_mail_holds_the_code_as_words_and_as_a_picture(here: Cast, event: Event) -> None:
    with here.scope():
        (mine,) = come(event, here.member)
        address = address_of(here.community, mine)
    look_after_events()
    with here.scope():
        sent = build_mail(here.community, Notification.objects.get(kind="event_registered"))
    assert sent is not None
    assert spaced(mine.door_code) in str(sent.body)
    html = str(sent.alternatives[0][0])
    assert f'src="{address[:-1]}.png"' in html


def test_the_door_stays_light(here: Cast, event: Event) -> None:
    """One page for where the network fails; and the one for where it is slow costs the same for one and for many."""
    client, at = here.sign_in(here.moderator), here.url(f"/events/e/{event.thread.slug}/")

    def cost(address: str) -> int:
        client.get(address)
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    with here.scope():
        come(event, here.member)
    few = [cost(f"{at}door/"), cost(f"{at}door/list/")]
    with here.scope():
        people = make_memberships(*({} for _number in range(30)))
        Registration.objects.bulk_create(
            Registration(event=event, membership=one, state="coming", here_at=timezone.now())
            for one in people
        )
    assert [cost(f"{at}door/"), cost(f"{at}door/list/")] == few
    assert max(few) <= 20
    printed = client.get(f"{at}door/list/").content.decode()
    with here.scope():
        assert printed.count("<tr>") == Registration.objects.of(event).coming().count() + 1
        assert all(spaced(one.door_code) in printed for one in Registration.objects.of(event))
    assert len(client.get(f"{at}door/").content) < 40_000


def test_who_came_on_the_day(here: Cast, event: Event) -> None:
    with here.scope():
        Event.objects.filter(pk=event.pk).update(
            starts_at=timezone.now() - HOUR, ends_at=timezone.now() + HOUR
        )
    page = here.sign_in(here.moderator).get(here.url(f"/events/e/{event.thread.slug}/door/")).content.decode()
    assert "This event is not today." not in page
    with here.scope():
        assert not fresh(event).is_over
