"""What becomes of a digest that was sent, cannot be built, or whose hour or reader has changed meanwhile."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.console.place.services import change_place
from communities.content.models import ReadMarker, Subscription
from communities.models import Community, Membership
from communities.notifications import digests
from communities.notifications.choices import mute_thread
from communities.notifications.digests import choose_rhythm, next_digest, write_digests
from communities.notifications.emails import write_waiting
from communities.notifications.merging import move_lines
from communities.notifications.models import Notification
from communities.notifications.notices import ReplyPosted
from communities.notifications.services import tell_of_post
from communities.notifications.tasks import write_digests as run_digests
from tests.communities.notifications.digesting import due, gathered, of, send, told
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered

PARIS = Community(time_zone="Europe/Paris")


def test_the_next_one_tells_again_of_a_conversation_that_goes_on(here: Cast, daily: Membership) -> None:
    """The bell was not opened in between."""
    with here.scope():
        (thread,) = gathered(here, "Winter list")
    assert send(here) == 1
    assert len(delivered()) == 1
    with here.scope():
        tell_of_post(make_reply(thread, by=here.ambassador))
        assert write_digests(here.community) == 0
        line = Notification.objects.get()
        assert (line.count, line.mailed_at, line.gathered) == (2, None, False)
        due()
        assert write_waiting(here.community) == 0
        hour = next_digest("day", here.community, timezone.now())
        assert Notification.objects.get().mail_due_at == hour, "not before the hour of digests"
    assert send(here) == 1
    assert [message.subject for message in delivered()] == ["1 thing is new for you"] * 2


def test_one_that_waits_while_a_conversation_goes_on_is_written_anew(here: Cast, daily: Membership) -> None:
    with here.scope():
        thread, _other = gathered(here, "Winter list", "A jib to mend")
    assert send(here) == 1
    with here.scope():
        tell_of_post(make_reply(thread, by=here.ambassador))
        due()
        write_waiting(here.community)
    assert delivered() == []
    assert run_digests() == 1
    (message,) = delivered()
    assert "Winter list" in message.body
    assert "A jib to mend" in message.body


def test_who_mutes_a_thread_and_follows_it_again_has_no_digest_outside_its_hour(
    here: Cast, daily: Membership
) -> None:
    with here.scope():
        (thread,) = gathered(here, "Winter list")
        mute_thread(thread, by=of(here))
        Subscription.objects.filter(membership=daily, thread=thread).update(level="follow")
        tell_of_post(make_reply(thread, by=here.ambassador))
        due()
        assert write_digests(here.community) == 0
        assert write_waiting(here.community) == 0
        hour = next_digest("day", here.community, timezone.now())
        assert Notification.objects.get().mail_due_at == hour


def test_what_was_read_in_its_thread_stands_in_none(here: Cast, daily: Membership) -> None:
    with here.scope():
        seen, _other = gathered(here, "Seen since", "Still there")
        ReadMarker.objects.update_or_create(membership=daily, thread=seen, defaults={"position": 9})
    assert send(here) == 1
    (message,) = delivered()
    assert message.subject == "1 thing is new for you"
    assert "Seen since" not in message.body


def test_one_that_cannot_be_built_is_tried_for_a_day_after_its_week(
    here: Cast, daily: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: ReplyPosted, line: Notification) -> str:
        raise RuntimeError

    with here.scope():
        gathered(here, "Winter list", "A jib to mend")
    with monkeypatch.context() as patch:
        patch.setattr(ReplyPosted, "sentence", fail)
        assert send(here) == 0
        with here.scope():
            assert Notification.objects.in_digest().filter(mail_due_at__gt=timezone.now()).count() == 2
            old = Notification.objects.earliest("pk")
            Notification.objects.filter(pk=old.pk).update(
                created_at=timezone.now() - datetime.timedelta(days=8, minutes=1)
            )
        assert send(here) == 0
    with here.scope():
        assert not Notification.objects.waiting_for_mail().filter(pk=old.pk).exists()
    assert send(here) == 1
    (message,) = delivered()
    assert "A jib to mend" in message.body
    assert "Winter list" not in message.body


def test_a_line_that_no_code_declares_any_more_holds_back_nothing(here: Cast, daily: Membership) -> None:
    with here.scope():
        told(here, "Winter list", "A jib to mend")
        Notification.objects.filter(thread__title="Winter list").update(kind="gone")
        assert write_waiting(here.community) == 0
        (line,) = Notification.objects.waiting_for_mail()
        assert line.gathered
    assert send(here) == 1


def test_who_has_waited_longest_is_written_to_first_and_a_run_goes_on_while_it_may(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "BATCH", 1)
    people = [here.member, here.ambassador, here.marketing]
    with here.scope():
        for person in people:
            Membership.objects.filter(pk=person.pk).update(mail_rhythm="day")
            tell_of_post(make_reply(make_thread(here.forum, by=person), by=here.moderator))
        due()
        assert write_waiting(here.community) == 0
        due(gathered=True)
        latest = max(people, key=lambda person: person.pk)
        due(gathered=True, membership=latest)
        long_ago = timezone.now() - datetime.timedelta(hours=1)
        Notification.objects.filter(membership=latest).update(mail_due_at=long_ago)
    with monkeypatch.context() as patch:
        patch.setattr(run_digests, "budget", 0.0)
        assert run_digests() == 1
    with here.scope():
        (first,) = Notification.objects.filter(mailed_at__isnull=False)
    assert first.membership_id == latest.pk
    assert run_digests() == 2


def test_it_says_why_it_comes_to_who_has_chosen_otherwise_since(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
        choose_rhythm(of(here), "")
    assert run_digests() == 1
    (message,) = delivered()
    assert "This was gathered before you chose a mail for each thing." in message.body
    assert "You chose" not in message.body


def test_other_clocks_have_another_hour(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
        before = Notification.objects.get().mail_due_at
        moved = change_place(here.community, by=here.owner, changes={"time_zone": "Pacific/Noumea"})
        after = Notification.objects.get().mail_due_at
        assert after == next_digest("day", moved, timezone.now())
    assert after is not None
    assert before is not None
    assert (before.astimezone(PARIS.zone).hour, after.astimezone(moved.zone).hour) == (8, 8)
    assert str(moved.zone) == "Pacific/Noumea"


def test_bells_of_one_person_become_one_without_a_digest_outside_its_hour(
    here: Cast, daily: Membership
) -> None:
    with here.scope():
        (thread,) = gathered(here, "Winter list")
        line, post = Notification.objects.get(), make_reply(thread, by=here.ambassador)
        same: dict[str, Any] = {"kind": line.kind, "thread": thread, "grouping": line.grouping}
        now = timezone.now() - datetime.timedelta(seconds=1)
        Notification.objects.create(
            membership=here.manager, post=post, posts=[post.pk], mail_due_at=now, **same
        )
        move_lines(daily.pk, here.manager.pk)
        assert (write_digests(here.community), write_waiting(here.community)) == (0, 0)
        hour = next_digest("day", here.community, timezone.now())
        assert Notification.objects.get().mail_due_at == hour
