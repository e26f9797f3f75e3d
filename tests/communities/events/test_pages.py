"""Events on pages: announced without scripts, read by whom, full, listed, at which cost."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from communities.animation.calendar.items import Window, items_in
from communities.calendar import DAY, today
from communities.content.models import Space, State, Thread
from communities.content.viewers import viewer_for
from communities.events.models import EVENTS, Event, Registration
from communities.events.register_forms import RegisterForm
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Community
from moderation.services import add_watch_word
from tests.communities.events.making import HOUR, ONLINE, come, fresh, make_calendar, make_event
from tests.conftest import Cast
from tests.factories import make_memberships

NEW = {
    "title": "Splicing in the loft",
    "starts_at": "10/01/2030 18:00",
    "ends_at": "10/01/2030 20:30",
    "zone": "America/New_York",
    "place": "The loft, Front Street",
    "capacity": "12",
    "guests_each": "1",
    "price": "Free",
    "body": "<p>Bring a metre of rope.</p>",
    "body_format": "html",
}


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_an_event_is_announced_by_the_clocks_of_its_zone(here: Cast, calendar: Space) -> None:
    client = here.sign_in(here.member)
    start = here.url("/events/in/gatherings/new/")
    assert client.get(here.url("/events/new/")).headers["Location"].endswith("/events/in/gatherings/new/")
    refused = client.post(
        start, NEW | {"ends_at": "10/01/2030 17:00", "place": "", "map_url": "javascript:x"}
    )
    text = refused.content.decode()
    assert refused.status_code == 422
    for words in (
        "It must end after it starts.",
        "Say where it takes place, or give an online address.",
        "Write a web address",
        "Bring a metre of rope.",
    ):
        assert words in text
    for wrong, words in (
        ({"ends_at": "10/03/2030 17:00"}, "An event lasts 31 days at most."),
        ({"starts_at": "10/01/2020 18:00", "ends_at": "10/01/2020 19:00"}, "This is in the past."),
        ({"registers_until": "11/01/2030 18:00"}, "Registration ends before the event starts"),
        ({"starts_at": "32/01/2030 18:00"}, "January 2030 has 31 days."),
    ):
        assert words in client.post(start, NEW | wrong).content.decode()
    assert client.post(start, NEW).status_code == 302
    with here.scope():
        event = Event.objects.select_related("thread").get()
        assert event.starts_at == datetime.datetime(2030, 1, 10, 23, tzinfo=datetime.UTC)
        assert (event.thread.state, event.capacity, event.guests_each) == ("published", 12, 1)
    page = text_of(client, here.url("/events/e/splicing-in-the-loft/"))
    assert "New York time" in page
    assert "12 of 12 places left." in page
    form = text_of(client, here.url("/events/e/splicing-in-the-loft/edit/"))
    assert 'value="10/01/2030 18:00"' in form
    with here.scope():
        Event.objects.update(zone="UTC")
    form = text_of(client, here.url("/events/e/splicing-in-the-loft/edit/"))
    assert '<option value="UTC" selected>' in form, "a community may have had it, and its events keep it"


def test_a_draft_without_an_hour_is_not_published(here: Cast, calendar: Space) -> None:
    client = here.sign_in(here.member)
    client.post(here.url("/events/in/gatherings/new/"), NEW | {"draft": "1"})
    with here.scope():
        thread = Thread.objects.get(kind="event")
        assert thread.state == State.DRAFT
        Event.objects.all().delete()
    address = here.url("/events/e/splicing-in-the-loft/")
    assert text_of(Client(), address, 404)
    publish = here.url(f"/drafts/{thread.pk}/publish/")
    assert "Say when and where it takes place" in client.post(publish, follow=True).content.decode()
    assert (
        client.post(f"{address}edit/", {name: NEW[name] for name in NEW if name != "body"}).status_code == 302
    )
    client.post(publish)
    assert "Splicing in the loft" in text_of(Client(), address)


def test_words_that_would_be_held_are_judged(here: Cast, calendar: Space) -> None:
    client = here.sign_in(here.member)
    with here.scope():
        add_watch_word(by=here.manager, word="casino", action="hold")
    forget_all()
    client.post(here.url("/events/in/gatherings/new/"), NEW | {"place": "Casino by the sea"})
    with here.scope():
        thread = Thread.objects.get(kind="event")
        assert thread.state == State.PENDING
        open_event = make_event(here, make_calendar(slug="open"), title="Open")
    form = {name: NEW[name] for name in NEW if name != "body"} | {"title": "Open", "price": "A casino chip"}
    answer = client.post(here.url(f"/events/e/{open_event.thread.slug}/edit/"), form)
    assert answer.status_code == 422
    assert "A moderator would have to read these words first." in answer.content.decode()
    with here.scope():
        assert fresh(open_event).price == ""


def test_registering_from_the_page(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1, online_url=ONLINE)
    at = here.url(f"/events/e/{event.thread.slug}/")
    member, late = here.sign_in(here.member), here.sign_in(here.ambassador)
    assert "Sign in to register" in text_of(Client(), at)
    assert ONLINE not in text_of(member, at)
    member.post(f"{at}register/")
    assert ONLINE in text_of(member, at)
    refused = late.post(f"{at}register/")
    assert refused.status_code == 409
    assert "All places are now taken." in refused.content.decode()
    with here.scope():
        assert Registration.objects.count() == 1
    late.post(f"{at}register/", {"wait": "1"})
    waits = text_of(late, at)
    assert "You are on the waiting list" in waits
    assert ONLINE not in waits
    member.post(f"{at}unregister/")
    assert ONLINE in text_of(late, at)


def test_a_party_for_which_too_few_places_are_left_can_wait(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=3, guests_each=2)
        come(event, here.member)
    with here.scope(), override("fr"):
        assert RegisterForm(event=fresh(event)).fields["guests"].help_text == "2 au plus."
    at, client = here.url(f"/events/e/{event.thread.slug}/"), here.sign_in(here.ambassador)
    assert 'name="wait"' not in text_of(client, at)
    assert "1 of 3 places taken" in text_of(client, at)
    refused = client.post(f"{at}register/", {"guests": "2"})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "There is no room for all of you right now." in page
    assert 'name="wait" value="1"' in page
    client.post(f"{at}register/", {"guests": "2", "wait": "1"})
    assert "You are on the waiting list" in text_of(client, at)


def test_machines_read_what_visitors_may(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=3, online_url=ONLINE)
        come(event, here.member)
    page = text_of(Client(), here.url(f"/events/e/{event.thread.slug}/"))
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = next(one for one in json.loads(found)["@graph"] if one["@type"] == "Event")
    assert data["startDate"] == event.starts.isoformat(timespec="seconds")
    assert data["eventStatus"].endswith("/EventScheduled")
    assert data["eventAttendanceMode"].endswith("/MixedEventAttendanceMode")
    assert (data["maximumAttendeeCapacity"], data["remainingAttendeeCapacity"]) == (3, 2)
    assert ONLINE not in page
    assert here.member.display_name not in page, "who comes is for members"


def test_the_list_of_attendees_is_for_organisers(here: Cast, elsewhere: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.member, guests_each=2)
        (row,) = come(event, here.ambassador, guests=2)
        type(here.ambassador).objects.filter(pk=here.ambassador.pk).update(display_name="=Ann, of Ål")
    at = here.url(f"/events/e/{event.thread.slug}/attendees/")
    for who, status in ((here.member, 200), (here.moderator, 200), (here.ambassador, 403)):
        for page in (at, at.removesuffix("/") + ".csv"):
            assert here.sign_in(who).get(page).status_code == status, page
    assert here.sign_in(here.ambassador).post(f"{at}{row.pk}/check-in/").status_code == 403
    client = here.sign_in(here.member)
    assert "Ann, of Ål" in text_of(client, f"{at}?q=ann")
    assert "Nobody on this list has that name." in text_of(client, f"{at}?q=bob")
    client.post(f"{at}{row.pk}/check-in/")
    assert "here since" in text_of(client, f"{at}?shown=here")
    table = client.get(at.removesuffix("/") + ".csv").content.decode()
    assert '"\'=Ann, of Ål"' in table, "no spreadsheet computes a name"
    assert ",Coming,2," in table
    with elsewhere.scope():
        make_calendar()
    theirs = elsewhere.url(f"/events/e/{event.thread.slug}/attendees/")
    assert elsewhere.sign_in(elsewhere.owner).get(theirs).status_code == 404


def spread(here: Cast, space: Space, many: int) -> None:
    """Events on so many days to come, and as many that are over."""
    now = timezone.now()
    first = make_event(here, space, title="The first")
    threads = [
        Thread(
            community=here.community, space=space, kind="event", slug=f"e-{n}", title=f"Number {n}", language="en",
            state="published", published_at=now, last_activity_at=now, author=here.member, last_position=1,
        )
        for n in range(2 * many)
    ]  # fmt: skip
    made = Thread.objects.bulk_create(threads)
    Event.objects.bulk_create(
        Event(
            thread=thread,
            starts_at=now + (n + 1 if n < many else many - n - 2) * DAY,
            ends_at=now + (n + 1 if n < many else many - n - 2) * DAY + HOUR,
            zone="Europe/Paris",
            place=f"Place {n}",
            capacity=5,
        )
        for n, thread in enumerate(made)
    )
    people = make_memberships(*({} for _number in range(3)))
    Registration.objects.bulk_create(
        Registration(event_id=thread.pk, membership=person, state="coming")
        for thread in made[:many]
        for person in people
    )
    come(first, here.ambassador)


def test_lists_go_on_and_cost_the_same(here: Cast, calendar: Space) -> None:
    def cost(address: str) -> tuple[int, str]:
        forget_all()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = text_of(Client(), here.url(address))
        return len(asked), page

    with here.scope():
        make_event(here, calendar, title="Alone")
        Event.objects.update(starts_at=timezone.now() + 9 * HOUR, ends_at=timezone.now() + 10 * HOUR)
    few, _page = cost("/events/")
    with here.scope():
        spread(here, calendar, 23)
    for address in ("/events/", "/events/?when=past"):
        seen: list[str] = []
        queries, page = cost(address)
        assert queries == few
        while True:
            seen += re.findall(r">(Number \d+|Alone|The first)</a>", page)
            older = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
            if older is None:
                break
            page = text_of(Client(), here.url("/events/" + older[1].replace("&amp;", "&")))
        numbers = [int(one.split()[1]) for one in seen if one.startswith("Number")]
        assert numbers == (list(range(23)) if "past" not in address else list(range(23, 46)))
        assert len(seen) == len(set(seen))
    assert "2 places left" in cost("/events/")[1]
    assert cost("/events/?after=nonsense")[1].count("event-line") == 20


def test_an_event_costs_the_same_with_many(here: Cast, calendar: Space) -> None:
    def cost() -> int:
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at).status_code == 200
        return len(asked)

    with here.scope():
        event = make_event(here, calendar, by=here.moderator)
        come(event, here.ambassador)
    client, at = here.sign_in(here.member), here.url(f"/events/e/{event.thread.slug}/")
    few = cost()
    with here.scope():
        people = make_memberships(*({} for _number in range(40)))
        Registration.objects.bulk_create(
            Registration(event=event, membership=person, state="coming") for person in people
        )
    assert cost() == few


def test_what_is_closed_is_nowhere(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar)
        community = Community.objects.get(pk=here.community.pk)
        community.open_features = [one.name for one in FEATURES if one.name != EVENTS]
        community.save()
    forget_all()
    client = here.sign_in(here.manager)
    for address in ("", "calendar.ics", "in/gatherings/", f"e/{event.thread.slug}/", "mine/"):
        assert client.get(here.url(f"/events/{address}")).status_code == 404, address
    for address in ("/", "/search/?q=splicing"):
        page = text_of(client, here.url(address))
        assert "/events/" not in page
        assert "Splicing in the loft" not in page


def test_the_header_names_events_where_there_is_a_calendar(here: Cast) -> None:
    way = f'href="{here.url("/events/")}"'
    assert way not in text_of(here.sign_in(here.member), here.url("/"))
    with here.scope():
        make_calendar(audience="members")
    forget_all()
    assert way in text_of(here.sign_in(here.member), here.url("/"))
    assert way not in text_of(Client(), here.url("/"))


def test_it_is_found_fed_and_shown_at_home_and_in_the_calendar(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar)
        gone = make_event(here, calendar, title="Called off")
        Event.objects.filter(pk=gone.pk).update(cancelled_at=timezone.now())
    forget_all()
    for address in ("/", "/search/?q=splicing", "/events/feed.xml", "/events/in/gatherings/feed.xml"):
        found = text_of(Client(), here.url(address)).replace("<mark>", "").replace("</mark>", "")
        assert "Splicing in the loft" in found or "plicing in the loft" in found, address
    home = text_of(Client(), here.url("/"))
    section = home[home.index('id="h-events"') :].partition("</section>")[0]
    assert "Splicing in the loft" in section
    assert "Called off" not in section
    with here.scope():
        day = today(here.community)
        viewer = viewer_for(here.community, here.manager)
        window = Window(here.community, here.manager, day, day + 9 * DAY, timezone.now())
        titles = [item.title for item in items_in(window) if item.group == EVENTS]
        assert viewer.membership_id == here.manager.pk
    assert titles == [event.thread.title]


def test_a_calendar_is_followed(here: Cast, calendar: Space) -> None:
    client, at = here.sign_in(here.ambassador), here.url("/events/in/gatherings/")
    page = text_of(client, at)
    assert "Follow" in page
    assert "/events/calendar.ics" in page
    client.post(f"{at}follow/")
    assert "Following" in text_of(client, at)
    client.post(f"{at}unfollow/")
    with here.scope():
        Space.objects.filter(pk=calendar.pk).update(audience="members")
    forget_all()
    page = text_of(client, at)
    assert "Following" not in page
    assert "/events/calendar.ics" not in page, "a file of public events would be empty"


def test_own_events_have_pages(here: Cast, calendar: Space) -> None:
    with here.scope():
        spread(here, calendar, 23)
        events = list(Event.objects.values_list("pk", flat=True))
        taken = Registration.objects.filter(membership=here.member).values_list("event_id", flat=True)
        Registration.objects.bulk_create(
            Registration(event_id=number, membership=here.member, state="waiting")
            for number in {*events} - {*taken}
        )
    client, seen, address = here.sign_in(here.member), [], "/events/mine/"
    while address:
        page = text_of(client, here.url(address))
        assert page.count("event-line") <= 20
        seen += re.findall(r">(Number \d+)</a>", page)
        older = re.search(r'href="(\?after=[^"]+)"', page)
        address = f"/events/mine/{older[1]}" if older else ""
    assert seen == [f"Number {n}" for n in range(23)], "those that are to come, the next first"
