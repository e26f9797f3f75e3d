"""What was ticked without a network and is sent later: whose, of which event, once, with the hour of the press."""

from __future__ import annotations

import datetime
import hashlib
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.events.door_codes import mark_of
from communities.events.models import Event, Registration
from communities.events.organising import take_off
from communities.events.registering import check_in, unregister
from communities.events.ticking import MOST_SENT, ticks_in
from communities.models import Membership
from tests.communities.events.making import come, make_calendar, make_event
from tests.conftest import Cast

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def event(here: Cast) -> Event:
    with here.scope():
        return make_event(here, make_calendar(), by=here.moderator, capacity=9, guests_each=3)


@pytest.fixture
def mine(here: Cast, event: Event) -> Registration:
    """Since an hour."""
    with here.scope():
        (row,) = come(event, here.member, guests=2)
        Registration.objects.filter(pk=row.pk).update(since=timezone.now() - 60 * MINUTE)
        return Registration.objects.get(pk=row.pk)


def at_door(here: Cast, event: Event, page: str) -> str:
    return here.url(f"/events/e/{event.thread.slug}/door/{page}/")


def tick(row: Registration | int, at: datetime.datetime) -> str:
    number = row if isinstance(row, int) else row.pk
    return f"{number}-{round(at.timestamp() * 1000)}"


def send(here: Cast, event: Event, *ticks: str, by: Membership, who: Any = None) -> Any:
    said = {"who": str(by.pk if who is None else who), "tick": ticks}
    return here.sign_in(by).post(at_door(here, event, "ticks"), said, headers={"X-Unasked": "1"})


def told(here: Cast, event: Event, *ticks: str) -> list[tuple[int, bool, str]]:
    answer = send(here, event, *ticks, by=here.moderator)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return [(one["row"], one["well"], one["words"]) for one in answer.json()["told"]]


def hour_of(here: Cast, row: Registration) -> datetime.datetime | None:
    with here.scope():
        return Registration.objects.get(pk=row.pk).here_at


def test_the_hour_is_that_of_the_press_and_sent_twice_it_is_once(
    here: Cast, event: Event, mine: Registration
) -> None:
    pressed = (timezone.now() - 20 * MINUTE).replace(microsecond=412_000)
    first = told(here, event, tick(mine, pressed))
    assert [(row, well) for row, well, _words in first] == [(mine.pk, True)]
    assert first[0][2].startswith("here since ")
    assert hour_of(here, mine) == pressed
    assert told(here, event, tick(mine, pressed)) == first, "its answer did not arrive"
    ((row, well, words),) = told(here, event, tick(mine, pressed + MINUTE))
    assert (row, well) == (mine.pk, False)
    assert words.startswith("was here already, since ")
    assert hour_of(here, mine) == pressed


def test_an_hour_that_cannot_be_is_the_nearest_that_can(here: Cast, event: Event, mine: Registration) -> None:
    with here.scope():
        (late,) = come(event, here.ambassador)
    before = timezone.now()
    assert [well for _row, well, _words in told(here, event, tick(mine, before + 900 * MINUTE))] == [True]
    at = hour_of(here, mine)
    assert at is not None
    assert before <= at <= timezone.now()
    early = tick(late, before - 900 * MINUTE)
    assert [well for _row, well, _words in told(here, event, early) + told(here, event, early)] == [True] * 2
    assert hour_of(here, late) == late.since


def test_what_changed_meanwhile_is_said_and_keeps_nothing_else_back(
    here: Cast, event: Event, mine: Registration
) -> None:
    with here.scope():
        gone, off = (come(event, person)[0] for person in (here.ambassador, here.marketing))
        unregister(event, by=here.ambassador)
        take_off(off, by=here.moderator)
        (known,) = come(event, here.manager)
        check_in(known, by=here.moderator, here=True)
        Event.objects.filter(pk=event.pk).update(capacity=3)
        (waits,) = come(event, here.owner)
    since, now = hour_of(here, known), timezone.now()
    ticks = [tick(one, now) for one in (gone, off, waits, known, mine)]
    assert [(row, well) for row, well, _words in told(here, event, *ticks)] == [
        (gone.pk, False),
        (off.pk, False),
        (waits.pk, False),
        (known.pk, False),
        (mine.pk, True),
    ]
    assert hour_of(here, known) == since
    assert hour_of(here, mine) is not None
    assert hour_of(here, off) is hour_of(here, waits) is None


def test_an_event_that_was_cancelled_takes_nobody_in(here: Cast, event: Event, mine: Registration) -> None:
    with here.scope():
        Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    ((_row, well, words),) = told(here, event, tick(mine, timezone.now()))
    assert (well, words) == (False, "not checked in: this event was cancelled")
    assert hour_of(here, mine) is None


def test_only_who_stands_at_this_door_is_heard(
    here: Cast, elsewhere: Cast, event: Event, mine: Registration, stranger: Any
) -> None:
    one = tick(mine, timezone.now())
    for person in (here.member, here.marketing, here.ambassador):
        answer = send(here, event, one, by=person)
        assert (answer.status_code, answer.headers["X-Refused"]) == (204, "403")
        assert here.sign_in(person).get(at_door(here, event, "phone")).status_code == 403
    # Of another community: neither at their own door nor at this one.
    with elsewhere.scope():
        theirs = make_event(elsewhere, make_calendar(), by=elsewhere.moderator)
    answer = send(elsewhere, theirs, one, by=elsewhere.moderator)
    assert [told["well"] for told in answer.json()["told"]] == [False]
    for client in (elsewhere.sign_in(elsewhere.owner), Client()):
        assert client.post(at_door(here, event, "ticks"), {"who": "1", "tick": one}).status_code in (302, 403)
        assert client.get(at_door(here, event, "phone")).status_code in (302, 403)
    outside = Client()
    outside.force_login(stranger)
    assert outside.post(at_door(here, event, "ticks"), {"who": "1", "tick": one}).status_code in (302, 403)
    # At another event of this place.
    with here.scope():
        other = make_event(here, event.thread.space, by=here.moderator, title="Whipping in the loft")
    assert [well for _row, well, _words in told(here, other, one)] == [False]
    # In another organiser’s session it goes on waiting.
    answer = send(here, event, one, by=here.manager, who=here.moderator.pk)
    assert (answer.status_code, answer.headers["X-Refused"]) == (204, "409")
    assert hour_of(here, mine) is None
    assert here.sign_in(here.moderator).get(at_door(here, event, "ticks")).status_code == 405


def test_what_is_no_tick_is_passed_over(here: Cast, event: Event, mine: Registration) -> None:
    wrong = ("", "7", "7-", "-7", "x-7", "7-x", "7--1", "²-7", "7-1e3", f"7-{'9' * 14}", f"{'9' * 20}-7")
    assert ticks_in(wrong) == []
    assert [row for row, *_rest in told(here, event, *wrong, tick(mine, timezone.now()))] == [mine.pk]
    many = [f"{number}-1" for number in range(1, MOST_SENT + 9)]
    assert len(told(here, event, *many)) == MOST_SENT


def test_the_page_holds_marks_and_no_codes(here: Cast, event: Event, mine: Registration) -> None:
    client = here.sign_in(here.moderator)
    answer = client.get(at_door(here, event, "phone"))
    page = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "csrftoken" in answer.cookies, "what is sent has the token of the cookie"
    assert here.member.display_name in page
    reckoned = hashlib.sha256(f"{event.pk}-{mine.door_code}".encode()).hexdigest()[:8]
    assert re.findall(r'data-mark="(\w+)"', page) == [reckoned] == [mark_of(event.pk, mine.door_code)]
    assert mine.door_code not in page.replace(" ", "")
    assert "csrfmiddlewaretoken" not in page
    assert 'action="' not in page
    with here.scope():
        check_in(mine, by=here.moderator, here=True)
    assert "data-is-here" in client.get(at_door(here, event, "phone")).content.decode()


def test_it_is_offered_where_the_place_has_a_worker(here: Cast, event: Event, settings: Any) -> None:
    client, door = here.sign_in(here.moderator), here.url(f"/events/e/{event.thread.slug}/door/")
    assert "door/phone/" not in client.get(door).content.decode()
    settings.OFFLINE_PAGE = True
    assert "door/phone/" in client.get(door).content.decode()
    page = client.get(f"{door}phone/").content.decode()
    assert "js/door" in page
    assert f'data-until="{int((event.ends_at + datetime.timedelta(days=1)).timestamp())}"' in page
