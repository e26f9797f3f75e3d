"""Rituals: what comes every week is laid out in time, once, and rests or ends when somebody says so."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.calendar import rituals
from communities.animation.calendar.items import Window, items_in
from communities.animation.calendar.models import Entry, Ritual
from communities.animation.calendar.rituals import RitualWishes, lay_out_due, start_ritual
from communities.animation.calendar.tasks import lay_out_rituals
from communities.calendar import DAY, moment_at, today
from communities.content.models import State
from communities.notifications.models import Notification
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NINE = datetime.time(9)


def begin(here: Cast, ahead_of_now: int = 2, **wishes: Any) -> Ritual:
    """One whose next day is so many days from now."""
    day = today(here.community) + ahead_of_now * DAY
    said: dict[str, Any] = {"space": here.forum, "owner": here.moderator, "ahead": 3} | wishes
    with here.scope():
        return start_ritual(
            RitualWishes("Question of the week", "question", day.weekday(), NINE, **said),
            by=here.manager,
            community=here.community,
        )


def test_a_draft_is_there_in_time_and_its_owner_is_told(here: Cast) -> None:
    ritual = begin(here, brief="What do you use?")
    assert lay_out_rituals() == 1
    assert lay_out_rituals() == 0
    with here.scope():
        entry = Entry.objects.shown().get()
        assert (entry.day, entry.hour, entry.owner) == (today(here.community) + 2 * DAY, NINE, here.moderator)
        assert entry.thread is not None
        assert (entry.thread.state, entry.thread.outline, entry.thread.kind) == (
            State.DRAFT,
            True,
            "question",
        )
        ritual.refresh_from_db()
        assert ritual.next_day == today(here.community) + 9 * DAY
        assert ritual.due_at == moment_at(today(here.community) + 6 * DAY, NINE, here.community)
        assert Notification.objects.get(kind="text_given").membership_id == here.moderator.pk
    bell = here.sign_in(here.moderator).get(here.url("/notifications/")).text
    assert "“Question of the week” is due again" in bell


def test_what_was_missed_is_left_out_and_no_day_comes_twice(here: Cast) -> None:
    begin(here)
    with here.scope():
        Ritual.objects.update(next_day=today(here.community) - 12 * DAY, due_at=timezone.now() - 15 * DAY)
        assert lay_out_due(here.community) == 1
        assert Entry.objects.get().day == today(here.community) + 2 * DAY
        Ritual.objects.update(next_day=today(here.community) + 2 * DAY, due_at=timezone.now())
        assert lay_out_due(here.community) == 0
        assert Entry.objects.count() == 1


def test_whoever_may_not_write_there_has_an_entry_without_a_draft(here: Cast) -> None:
    begin(here, space=None)
    assert lay_out_rituals() == 1
    with here.scope():
        assert Entry.objects.get().thread_id is None


def test_it_rests_goes_on_and_ends(here: Cast) -> None:
    ritual = begin(here)
    client = here.sign_in(here.manager)
    at = f"/manage/calendar/rituals/{ritual.pk}"
    client.post(here.url(f"{at}/pause/"))
    assert lay_out_rituals() == 0
    assert "paused" in client.get(here.url("/manage/calendar/rituals/")).text
    client.post(here.url(f"{at}/resume/"))
    with here.scope():
        assert Ritual.objects.get().due_at is not None
    client.post(here.url(f"{at}/end/"))
    assert lay_out_rituals() == 0
    assert client.post(here.url(f"{at}/resume/")).status_code == 404
    assert here.sign_in(here.moderator).get(here.url("/manage/calendar/rituals/")).status_code == 403


def test_what_is_to_come_stands_in_the_calendar_and_fills_gaps(here: Cast) -> None:
    begin(here, ahead_of_now=4)
    with here.scope():
        first = today(here.community)
        window = Window(here.community, here.manager, first, first + 20 * DAY, timezone.now())
        days = [item.day for item in items_in(window) if item.group == "ritual"]
        assert days == [first + 4 * DAY, first + 11 * DAY, first + 18 * DAY]
        assert all(item.is_text for item in items_in(window))


def test_another_weekday_aims_anew_and_two_who_change_it_are_told(here: Cast) -> None:
    ritual = begin(here)
    client, path = here.sign_in(here.manager), here.url(f"/manage/calendar/rituals/{ritual.pk}/edit/")
    other = (ritual.weekday + 1) % 7
    said = {"title": "Thanks", "kind": "topic", "weekday": other, "hour": "18:00", "ahead": 5, "version": 1}
    assert client.post(path, said | {"ahead": 0}).status_code == 422
    assert client.post(path, said).status_code == 302
    assert client.post(path, said | {"title": "Mine"}).status_code == 409
    with here.scope():
        row = Ritual.objects.get()
        assert (row.title, row.weekday, row.next_day.weekday()) == ("Thanks", other, other)
        assert row.due_at == moment_at(row.next_day - 5 * DAY, datetime.time(18), here.community)
        rituals.end_ritual(row, by=here.manager)
    assert client.get(path).status_code == 404
