"""Whoever has a thread to answer is reminded on its day: once, and of what is still to be answered."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.calendar import moment_at, today
from communities.content.models import Thread
from communities.forums import reminding
from communities.forums.assigning import MORNING, assign_thread, unassign_thread
from communities.forums.models import AssignedThread
from communities.forums.tasks import remind_of_threads
from communities.models import Membership
from communities.notifications.models import Notification
from communities.people.services import leave_community
from communities.planned import keep_hours_of_day
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

DAY = datetime.timedelta(days=1)


def give(here: Cast, *, ahead: int = 1, to: Membership | None = None, by: Membership | None = None) -> Thread:
    thread = make_thread(here.forum, by=here.member, title="Who mends sails?", kind="question")
    again(here, thread, ahead=ahead, seen=None, to=to, by=by)
    return thread


def again(
    here: Cast,
    thread: Thread,
    *,
    ahead: int,
    seen: int | None,
    to: Membership | None = None,
    by: Membership | None = None,
) -> None:
    day = today(here.community) + ahead * DAY
    to, by = to or here.moderator, by or here.manager
    assert assign_thread(thread, to=to, due_on=day, seen=seen, by=by, community=here.community)


def come(thread: Thread) -> None:
    """Its morning."""
    rows = AssignedThread.objects.filter(thread=thread, remind_at__isnull=False)
    rows.update(remind_at=timezone.now() - datetime.timedelta(minutes=1))


def told() -> list[int]:
    return list(
        Notification.objects.filter(kind="thread_due").order_by("pk").values_list("membership", flat=True)
    )


def test_on_its_day_whoever_has_it_is_reminded_once(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = give(here)
        row = AssignedThread.objects.get()
        assert row.remind_at == moment_at(row.due_on, MORNING, here.community)
    assert remind_of_threads() == 0
    with here.scope():
        come(thread)
    assert (remind_of_threads(), remind_of_threads()) == (1, 0)
    with here.scope():
        assert told() == [here.moderator.pk]
        assert Notification.objects.get(kind="thread_due").mail_due_at is not None
    said = "Not answered yet, and due on"
    for person, times in ((here.moderator, 1), (here.manager, 0), (here.member, 0)):
        page = here.sign_in(person).get(here.url("/notifications/")).content.decode()
        assert page.count(said) == times
    foreign = elsewhere.sign_in(elsewhere.owner).get(elsewhere.url("/notifications/"))
    assert said not in foreign.content.decode()
    with elsewhere.scope():
        assert told() == []


def test_another_day_reminds_again_and_the_first_is_no_longer_spoken_of(here: Cast) -> None:
    with here.scope():
        thread = give(here)
        come(thread)
    assert remind_of_threads() == 1
    with here.scope():
        again(here, thread, ahead=3, seen=here.moderator.pk)
    page = here.sign_in(here.moderator).get(here.url("/notifications/")).content.decode()
    assert "Not answered yet" not in page
    with here.scope():
        come(thread)
    assert remind_of_threads() == 1
    with here.scope():
        assert told() == [here.moderator.pk] * 2
        # Back on the first day, of which they know.
        again(here, thread, ahead=1, seen=here.moderator.pk)
        come(thread)
    assert remind_of_threads() == 1
    with here.scope():
        assert len(told()) == 2


def test_what_is_given_for_today_is_told_and_not_reminded(here: Cast) -> None:
    with here.scope():
        fresh, own = give(here, ahead=0), give(here, ahead=0, to=here.manager)
        assert set(AssignedThread.objects.values_list("remind_at", flat=True)) == {None}
        # Somebody else brings it forward: whoever has it hears of that.
        moved = give(here)
        again(here, moved, ahead=0, seen=here.moderator.pk)
        assert AssignedThread.objects.get(thread=moved).remind_at is not None
        assert {fresh.pk, own.pk, moved.pk} == set(AssignedThread.objects.values_list("pk", flat=True))


def test_what_is_answered_or_given_back_is_not_spoken_of(here: Cast) -> None:
    with here.scope():
        answered, back, hidden, gone = (give(here) for _each in range(4))
        for thread in (answered, back, hidden, gone):
            come(thread)
        make_reply(answered, by=here.moderator)
        unassign_thread(back, by=here.moderator)
        Thread.objects.filter(pk=hidden.pk).update(state="hidden")
        leaving = give(here, to=here.marketing)
        come(leaving)
        leave_community(here.marketing, by=here.marketing)
        Membership.objects.filter(pk=here.moderator.pk).update(role="member")
    remind_of_threads()
    with here.scope():
        assert told() == []
        assert not AssignedThread.objects.filter(thread=leaving).exists()


def test_who_no_longer_reads_the_space_is_not_told(here: Cast) -> None:
    with here.scope():
        shut = make_space(kind="forum", slug="shut", audience="team")
        thread = make_thread(shut, by=here.manager, kind="question")
        again(here, thread, ahead=1, seen=None)
        come(thread)
        Membership.objects.filter(pk=here.moderator.pk).update(suspended_until=timezone.now() + DAY)
    assert remind_of_threads() == 1
    with here.scope():
        assert told() == []


def test_a_job_that_died_is_made_good(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        first, second = give(here), give(here)
        come(first)
        come(second)
    there = reminding.tell

    def dies(notice: object, people: list[int], about: object) -> None:
        there(notice, people, about)  # type: ignore[arg-type]
        if about.thread.pk == first.pk:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    monkeypatch.setattr(reminding, "tell", dies)
    with pytest.raises(KeyboardInterrupt):
        remind_of_threads()
    with here.scope():
        assert told() == []
        assert AssignedThread.objects.filter(remind_at__isnull=False).count() == 2
    monkeypatch.undo()
    assert (remind_of_threads(), remind_of_threads()) == (2, 0)
    with here.scope():
        assert len(told()) == 2


def test_another_time_zone_keeps_the_morning(here: Cast) -> None:
    with here.scope():
        give(here, ahead=5)
        old = here.community
        new = type(old)(time_zone="Pacific/Auckland")
        assert keep_hours_of_day(old, new) >= 1
        row = AssignedThread.objects.get()
        assert row.remind_at == moment_at(row.due_on, MORNING, new)
