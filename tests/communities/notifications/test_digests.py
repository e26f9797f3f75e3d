"""One mail a day or a week instead of one for each thing: at its hour, of what can be read and was not, once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from communities.content.models import Thread
from communities.content.services import follow_space, mark_read, unpublish_thread
from communities.models import Community, Membership
from communities.notifications.choices import edit_channels, mute_thread
from communities.notifications.digests import choose_rhythm, next_digest, write_digests
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from communities.notifications.tasks import write_digests as run_digests
from tests.communities.notifications.digesting import due, gathered, of, send, told
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.mailing import delivered

PARIS = Community(time_zone="Europe/Paris")


@pytest.mark.parametrize(
    ("rhythm", "after", "at"),
    [
        ("day", "2026-11-30T06:59Z", "2026-11-30T07:00Z"),
        ("day", "2026-11-30T07:00Z", "2026-12-01T07:00Z"),
        ("day", "2026-03-28T08:00Z", "2026-03-29T06:00Z"),  # in the night the clocks go forward
        ("week", "2026-11-30T06:59Z", "2026-11-30T07:00Z"),  # a Monday
        ("week", "2026-11-30T07:00Z", "2026-12-07T07:00Z"),
        ("week", "2026-12-06T23:30Z", "2026-12-07T07:00Z"),  # Monday already, where they are
    ],
)
def test_a_digest_has_its_hour_by_the_clocks_of_the_place(rhythm: str, after: str, at: str) -> None:
    found = next_digest(rhythm, PARIS, datetime.datetime.fromisoformat(after))
    assert found == datetime.datetime.fromisoformat(at)


def test_what_happens_in_a_day_is_one_mail(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list", "A jib to mend")
        lines = Notification.objects.waiting_for_mail()
        assert {line.mail_due_at for line in lines} == {next_digest("day", here.community, timezone.now())}
        assert write_digests(here.community) == 0, "not before its hour"
        due(gathered=True)
    assert run_digests() == 1
    (message,) = delivered()
    assert message.to == [daily.member.email] if daily.member else False
    assert message.subject == "2 things are new for you"
    html = str(message.alternatives[0][0])
    for words in (str(message.body), html):
        assert "Winter list" in words
        assert "A jib to mend" in words
        assert f"/c/{here.community.slug}/forums/t/" in words
        assert "You chose one mail a day." in words
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert send(here) == 0
    assert run_digests() == 0
    assert len(delivered()) == 1, "nothing comes twice"


def test_it_is_in_the_readers_language(here: Cast, daily: Membership) -> None:
    with here.scope():
        Membership.objects.filter(pk=daily.pk).update(language="fr")
        gathered(here, "Winter list")
    assert send(here) == 1
    (message,) = delivered()
    assert message.subject == "1 nouveauté pour vous"
    assert 'lang="fr"' in str(message.alternatives[0][0])


def test_others_have_a_mail_for_each_thing(here: Cast) -> None:
    with here.scope():
        told(here, "Winter list", "A jib to mend")
        assert write_waiting(here.community) == 2
        assert not Notification.objects.in_digest().exists()


def test_what_may_no_longer_be_read_or_was_read_stands_in_none(here: Cast, daily: Membership) -> None:
    with here.scope():
        gone, seen, muted, _left = gathered(here, "Gone since", "Seen since", "Muted since", "Still there")
        Thread.objects.filter(pk=gone.pk).update(state="removed")
        mark_read(seen, by=of(here), position=2)
        mute_thread(muted, by=of(here))
    assert send(here) == 1
    (message,) = delivered()
    assert message.subject == "1 thing is new for you"
    assert "Still there" in message.body
    for title in ("Gone since", "Seen since", "Muted since"):
        assert title not in message.body
    assert send(here) == 0


def test_nothing_to_say_is_no_mail(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
        edit_channels(of(here), muted=["reply_posted"])
    assert send(here) == 0
    with here.scope():
        assert not Notification.objects.waiting_for_mail().exists()
    assert delivered() == []


def test_one_that_says_too_much_by_now_does_not_leave_and_is_written_anew(
    here: Cast, daily: Membership
) -> None:
    """It has waited for the mail server meanwhile."""
    with here.scope():
        gone, _left = gathered(here, "Gone since", "Still there")
    assert send(here) == 1
    with here.scope():
        Thread.objects.filter(pk=gone.pk).update(state="removed")
    assert delivered() == []
    assert run_digests() == 1
    (message,) = delivered()
    assert "Still there" in message.body
    assert "Gone since" not in message.body


def test_one_that_was_read_by_now_does_not_leave(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
    assert send(here) == 1
    with here.scope():
        Notification.objects.update(read_at=timezone.now())
    assert delivered() == []
    assert run_digests() == 0


def test_what_is_owed_is_sent_at_once(here: Cast, daily: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        told(here, "Winter list")
        monkeypatch.setattr("communities.notifications.notices.ReplyPosted.can_be_muted", False)
        assert write_waiting(here.community) == 1
        assert not Notification.objects.in_digest().exists()


def test_who_chooses_otherwise_hears_of_what_was_gathered(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
        choose_rhythm(of(here), "week")
        line = Notification.objects.get()
        assert line.mail_due_at == next_digest("week", here.community, timezone.now())
        choose_rhythm(of(here), "")
        told(here, "A jib to mend")
        assert write_waiting(here.community) == 1, "from now on each by itself"
    assert run_digests() == 1
    assert [message.subject for message in delivered()] == [
        "New reply: A jib to mend",
        "1 thing is new for you",
    ]


def test_its_link_stops_all_of_it_without_signing_in(here: Cast, elsewhere: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
    send(here)
    (message,) = delivered()
    (link,) = set(re.findall(r"/unsubscribe/[^\s>\"]+", message.extra_headers["List-Unsubscribe"]))
    client = here.sign_in(None)
    assert "All notifications by mail" in client.get(here.url(link)).content.decode()
    with here.scope():
        assert of(here).muted_mails == [], "reading the page changes nothing"
    assert client.post(elsewhere.url(link)).status_code == 404
    assert client.post(here.url(link)).status_code == 200
    with here.scope():
        assert "reply_posted" in of(here).muted_mails
        tell_of_post(make_reply(make_thread(here.forum, by=here.member), by=here.ambassador))
        assert not Notification.objects.waiting_for_mail().exists()


@pytest.mark.parametrize(
    ("sent", "kept"), [("day", "day"), ("week", "week"), ("", ""), ("hour", "day"), (None, "day")]
)
def test_it_is_chosen_among_the_settings(here: Cast, daily: Membership, sent: str | None, kept: str) -> None:
    client = here.sign_in(here.member)
    page = client.get(here.url("/me/notifications/")).content.decode()
    assert re.search(r'name="mail_rhythm"[^>]*value="day"[^>]*checked', page)
    data = {"mails": ["reply_posted"]} | ({} if sent is None else {"mail_rhythm": sent})
    answer = client.post(here.url("/me/notifications/"), data)
    assert answer.status_code == (422 if sent == "hour" else 302)
    with here.scope():
        assert of(here).mail_rhythm == kept
        assert Membership.objects.get(pk=here.manager.pk).mail_rhythm == ""


def test_a_digest_costs_the_same_with_more_in_it(
    here: Cast, daily: Membership, queries: Callable[..., Any]
) -> None:
    for number in (2, 20):
        with here.scope():
            gathered(here, *(f"Thread {number} {n}" for n in range(number)))
            due(gathered=True)
        with queries(most=24):
            assert write_digests(here.community) == 1
    mail.outbox.clear()


def test_a_reader_who_left_hears_nothing(here: Cast, daily: Membership) -> None:
    with here.scope():
        gathered(here, "Winter list")
        Membership.objects.filter(pk=daily.pk).update(status="left")
    assert send(here) == 0
    with here.scope():
        assert make_membership().mail_rhythm == ""


def test_one_that_tells_of_a_text_that_is_a_draft_again_does_not_leave(here: Cast, daily: Membership) -> None:
    """Its line is gone by then: the mail itself knows how many there were."""
    with here.scope():
        follow_space(here.forum, by=of(here))
        drafts = [make_thread(here.forum, by=here.manager, title=title) for title in ("Secret", "Open")]
        for thread in drafts:
            tell_of_post(thread.posts.get())
        due()
        assert write_waiting(here.community) == 0
    assert send(here) == 1
    with here.scope():
        assert unpublish_thread(drafts[0], by=here.manager)
        assert Notification.objects.count() == 1
    assert delivered() == []
    assert run_digests() == 1
    (message,) = delivered()
    assert "Open" in message.body
    assert "Secret" not in message.body
