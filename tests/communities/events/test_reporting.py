"""The report of an event: by whom, when, once, told to those who came."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from communities.content.models import State, Thread
from communities.content.services import delete_post, follow_thread
from communities.content.services.judging import approve_post
from communities.events.exceptions import NotOverYet, ReportedAlready
from communities.events.models import Event, Registration
from communities.events.reporting import write_report
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from moderation.services import add_watch_word
from tests.communities.events.making import HOUR, come, fresh, make_calendar, make_event
from tests.communities.events.test_line import began
from tests.communities.events.test_telling import told
from tests.conftest import Cast

TEXT = "<p>Forty splices, no injuries.</p>"


@pytest.fixture
def over(here: Cast) -> Event:
    """It is over; two were registered, one came."""
    with here.scope():
        event = make_event(here, make_calendar(), by=here.moderator, guests_each=2)
        come(event, here.member, guests=2)
        come(event, here.ambassador)
        Registration.objects.filter(membership=here.member).update(here_at=timezone.now())
        Registration.objects.update(news="")
        return began(event, 9 * HOUR)


def test_a_report_stands_above_the_replies_and_those_who_came_are_told_once(here: Cast, over: Event) -> None:
    at, client = here.url(f"/events/e/{over.thread.slug}/"), here.sign_in(here.moderator)
    assert "Write the report" in client.get(at).content.decode()
    assert "Write the report" not in here.sign_in(here.member).get(at).content.decode()
    empty = client.post(f"{at}report/", {"body": "", "body_format": "html"})
    assert empty.status_code == 422
    answer = client.post(f"{at}report/", {"body": TEXT, "body_format": "html"})
    assert answer.status_code == 302
    page = Client().get(at).content.decode()
    assert page.index("Forty splices") < page.index('id="posts"')
    assert "Write the report" not in client.get(at).content.decode()
    assert client.get(f"{at}report/").headers["Location"] == answer.headers["Location"]
    assert told(here) == [("event_report", here.member.pk)]
    assert told(here) == []
    figures = client.get(f"{at}attendees/").content.decode()
    assert [figures.index(words) for words in ("<dd>4</dd>", "<dd>3</dd>", "<dd>1</dd>")]
    assert "with a report" in Client().get(here.url("/events/?when=past")).content.decode()


def test_who_writes_it_and_when(here: Cast, elsewhere: Cast, over: Event) -> None:
    at = here.url(f"/events/e/{over.thread.slug}/report/")
    for person in (here.member, here.marketing):
        assert here.sign_in(person).post(at, {"body": TEXT}).status_code == 403
    assert Client().post(at, {"body": TEXT}).status_code == 302, "asked to sign in, and nothing is lost"
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(at[at.index("/events/") :])).status_code == 404
    )
    key = uuid.uuid4()
    with here.scope():
        with pytest.raises(NotAllowed):
            write_report(over.thread, by=here.member, body=TEXT)
        first = write_report(over.thread, by=here.moderator, body=TEXT, submission=key)
        assert write_report(over.thread, by=here.moderator, body=TEXT, submission=key) == first
        with pytest.raises(ReportedAlready):
            write_report(over.thread, by=here.owner, body=TEXT)
        delete_post(first, by=here.moderator)
        second = write_report(over.thread, by=here.owner, body=TEXT)
        assert fresh(over).report_id == second.pk
        ahead = make_event(here, over.thread.space, by=here.moderator, title="Upcoming")
        with pytest.raises(NotOverYet):
            write_report(ahead.thread, by=here.moderator, body=TEXT)


def test_nobody_is_led_to_a_report_that_they_may_not_send(here: Cast) -> None:
    with here.scope():
        over = began(make_event(here, make_calendar()), 9 * HOUR)
        Thread.objects.filter(pk=over.pk).update(locked=True)
    at = here.url(f"/events/e/{over.thread.slug}/")
    for person, leads in ((here.member, False), (here.moderator, True)):
        client = here.sign_in(person)
        assert ("Write the report" in client.get(at).content.decode()) is leads
        assert (client.get(f"{at}report/").status_code == 200) is leads


def test_a_report_that_is_held_is_told_of_once_it_can_be_read(here: Cast) -> None:
    with here.scope():
        over = make_event(here, make_calendar())
        come(over, here.ambassador)
        Registration.objects.update(news="")
        over = began(over, 9 * HOUR)
        add_watch_word(by=here.manager, word="injuries", action="hold")
    forget_all()
    with here.scope():
        report = write_report(over.thread, by=here.member, body=TEXT)
        assert report.state == State.PENDING
        assert not Event.objects.with_something_to_tell(timezone.now()).exists(), (
            "it keeps nothing else waiting"
        )
    assert told(here) == []
    assert "Forty splices" not in Client().get(here.url(f"/events/e/{over.thread.slug}/")).content.decode()
    with here.scope():
        assert approve_post(report, by=here.manager)
    assert told(here) == [("event_report", here.ambassador.pk)]


def test_where_nobody_was_checked_in_all_are_told_but_who_follows(here: Cast, over: Event) -> None:
    with here.scope():
        Registration.objects.update(here_at=None)
        follow_thread(over.thread, by=here.ambassador)
        write_report(over.thread, by=here.moderator, body=TEXT)
    assert told(here) == [("event_report", here.member.pk)], "the thread tells who follows it"
