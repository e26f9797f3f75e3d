"""What one thing that is due costs the job that looks after it, in statements: no more than is written here.

With those of scopes, which in a test are savepoints.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing
from communities.animation.newsletters.tasks import write_newsletters
from communities.events.models import Event, Registration
from communities.events.series import Series, Wish
from communities.events.services import DATES, Written, write_event
from communities.events.tasks import announce_dates, announce_dates_here, look_after_events
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from members.mails.models import OutgoingMail
from tests.communities.events.making import HOUR, come, facts, make_calendar, make_event
from tests.conftest import Cast
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db


def statements(job: Callable[[], int], done: int) -> int:
    forget_all()
    with CaptureQueriesContext(connection) as asked:
        assert job() == done
    return len(asked)


def nothing_due(job: Callable[[], int]) -> int:
    """What a run costs that finds nothing, which is no matter of what is due."""
    return statements(job, 0)


def test_a_reminder(here: Cast) -> None:
    with here.scope():
        event = make_event(here, make_calendar(), starts=23 * HOUR)
        come(event, here.ambassador, here.owner)
        look_after_events()
        Notification.objects.all().delete()
        Event.objects.update(reminded_at=None)
        Registration.objects.update(news="")
    asked = statements(look_after_events, 1) - nothing_due(look_after_events)
    with here.scope():
        assert Notification.objects.filter(kind="event_reminder").count() == 2
    assert asked <= 14


def test_nobody_hears_of_what_they_cannot_come_to(here: Cast) -> None:
    """Whoever is suspended until after it gives up their place as it is reminded of, and the next one moves up."""
    with here.scope():
        event = make_event(here, make_calendar(), starts=23 * HOUR, capacity=1)
        come(event, here.ambassador)
        come(event, here.owner)
        Registration.objects.update(news="")
        until = timezone.now() + datetime.timedelta(days=9)
        Membership.objects.filter(pk=here.ambassador.pk).update(status="suspended", suspended_until=until)
    assert look_after_events() == 1
    with here.scope():
        rows = dict(Registration.objects.values_list("membership_id", "state"))
        assert rows == {here.ambassador.pk: "waiting", here.owner.pk: "coming"}
        told = set(Notification.objects.values_list("membership_id", "kind"))
        assert (here.owner.pk, "place_freed") in told
        assert here.ambassador.pk not in {person for person, _kind in told}


def test_a_date_of_a_series(here: Cast) -> None:
    with here.scope():
        _weekly(here)
    announce_dates()
    with here.scope():
        series = Series.objects.get()
        Event.objects.filter(slot=series.next_at - datetime.timedelta(days=7)).update(slot=None, series=None)
        Series.objects.update(due_at=timezone.now(), next_at=series.next_at - datetime.timedelta(days=7))
    assert statements(announce_dates, 1) - nothing_due(announce_dates) <= 39


def _weekly(here: Cast) -> None:
    said = facts()
    write_event(
        make_calendar(), by=here.member, community=here.community, text=Written("Splicing", "<p>Rope.</p>"),
        facts=said, draft=False, repeats=Wish("week", said.starts_at + datetime.timedelta(days=90)),
    )  # fmt: skip


def test_dates_of_a_new_series_wait_for_no_clock(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr("members.mails.outbox.send_job", lambda *asked: sent.append(asked) or True)
    with TestCase.captureOnCommitCallbacks(execute=True), here.scope():
        _weekly(here)
    assert (DATES, [], {"community_id": here.community.pk}) in sent
    assert announce_dates_here.name == DATES
    assert announce_dates_here(community_id=here.community.pk) > 5
    assert announce_dates() == 0


def test_a_newsletter_with_one_reader(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr("communities.animation.newsletters.tasks.call_sender", lambda: called.append(1))
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = make_letter(here)
        sending.plan_newsletter(letter, by=here.manager, community=here.community, send_at=None)
    asked = statements(write_newsletters, 1) - nothing_due(write_newsletters)
    with here.scope():
        letter.refresh_from_db()
        assert letter.state == "sent"
        assert OutgoingMail.objects.filter(kind="newsletter").count() == 1
    assert called == [1]
    assert asked <= 24
