"""Who hears of what, once; mails in the brand's name about what the reader may still see."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from communities.content import services
from communities.content.models import Post, State, Thread
from communities.models import Community, Membership
from communities.notifications import queries as queries_of_bell
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from communities.notifications.tasks import notify_of_names, notify_of_post
from communities.notifications.tokens import read_unsubscribe_token, unsubscribe_token
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.mailing import delivered


def lines_of(membership: Membership) -> list[tuple[str, int]]:
    return list(Notification.objects.for_membership(membership).order_by("id").values_list("kind", "count"))


def unread(membership: Membership) -> int:
    return Membership.objects.get(pk=membership.pk).unread_count


def make_due() -> None:
    Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))


def test_followers_hear_of_a_reply_and_its_author_does_not(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = make_reply(thread, by=here.ambassador)
        tell_of_post(post)
        assert lines_of(here.member) == [("reply_posted", 1)]
        assert lines_of(here.ambassador) == []
        assert unread(here.member) == 1


def test_telling_twice_changes_nothing_and_replies_group(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        for _number in range(3):
            post = make_reply(thread, by=here.ambassador)
            tell_of_post(post)
            tell_of_post(post)
        assert lines_of(here.member) == [("reply_posted", 3)]
        assert unread(here.member) == 1


def test_a_mention_is_told_once_and_not_again_as_a_reply(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador, body=f"<p>@{here.member.handle} look</p>"))
        assert lines_of(here.member) == [("mentioned", 1)]


def test_a_name_added_by_an_edit_is_told_once(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify_of_names, "delay_on_commit", lambda **ids: notify_of_names.run(ids["post_id"]))

    def edit(post: Post, body: str) -> None:
        services.edit_post(post, by=here.ambassador, body=body)

    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        name = f"@{here.member.handle}"
        post = make_reply(thread, by=here.ambassador, body="<p>look</p>")
        tell_of_post(post)
        assert lines_of(here.member) == []
        edit(post, f"<blockquote><p>said {name}</p></blockquote><p>look</p>")
        assert lines_of(here.member) == []
        edit(post, f"<p>{name} look</p>")
        assert lines_of(here.member) == [("mentioned", 1)]
        Notification.objects.update(read_at=timezone.now())
        for body in ("<p>look</p>", f"<p>look here, {name}</p>"):
            edit(post, body)
        assert lines_of(here.member) == [("mentioned", 1)]


def test_followers_of_a_space_hear_of_a_new_thread(here: Cast) -> None:
    with here.scope():
        services.follow_space(here.forum, by=here.member)
        thread = make_thread(here.forum, by=here.ambassador)
        tell_of_post(Post.objects.select_related("thread__space", "author").get(thread=thread))
        assert lines_of(here.member) == [("thread_started", 1)]


def test_members_hear_nothing_of_the_teams_space(here: Cast) -> None:
    with here.scope():
        team = make_space(audience="team", posting="team")
        services.follow_space(team, by=here.member)
        services.follow_space(team, by=here.moderator)
        thread = make_thread(team, by=here.manager)
        tell_of_post(Post.objects.select_related("thread__space", "author").get(thread=thread))
        assert lines_of(here.member) == []
        assert lines_of(here.moderator) == [("thread_started", 1)]


def test_reading_the_thread_clears_its_news(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador))
        services.mark_read(thread, by=Membership.objects.get(pk=here.member.pk), position=2)
        assert unread(here.member) == 0
        assert not Notification.objects.unread().exists()


def test_one_mail_until_they_come_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(
            here.forum, by=here.member, title="Winter list: what do you take off the boat, what stays on it?"
        )
        tell_of_post(make_reply(thread, by=here.ambassador, body="<p>Take the sails off.</p>"))
        assert write_waiting(here.community) == 0, "a mail waits two minutes"
        make_due()
        assert write_waiting(here.community) == 1
        tell_of_post(make_reply(thread, by=here.ambassador))
        assert write_waiting(here.community) == 0
    (message,) = delivered()
    assert message.to == [here.member.member.email]
    assert here.community.name in message.from_email
    assert message.subject.startswith("New reply: Winter list")
    assert len(message.subject) <= 60
    assert "Take the sails off." in message.body
    html = str(message.alternatives[0][0])
    assert f"/c/{here.community.slug}/forums/t/" in html
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_hidden_meanwhile_is_not_mailed(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = make_reply(thread, by=here.ambassador, body="<p>quokka</p>")
        tell_of_post(post)
        make_due()
        Post.objects.filter(pk=post.pk).update(state=State.HIDDEN)
        assert write_waiting(here.community) == 0
    assert delivered() == []


def test_a_muted_kind_sends_no_mail(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(muted_mails=["reply_posted"])
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador))
        assert not Notification.objects.waiting_for_mail().exists()
        assert unread(here.member) == 1


def test_the_job_returns_when_the_post_is_gone(here: Cast) -> None:
    notify_of_post(community_id=here.community.pk, post_id=987654)
    with here.scope():
        assert not Notification.objects.exists()


def test_the_mail_is_in_the_readers_language(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(language="fr")
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador))
        make_due()
        write_waiting(here.community)
    assert 'lang="fr"' in str(delivered()[0].alternatives[0][0])


def test_the_link_of_a_mail_stops_this_kind_without_signing_in(here: Cast, elsewhere: Cast) -> None:
    token = unsubscribe_token(here.member, "reply_posted")
    client = here.sign_in(None)
    assert client.get(here.url(f"/unsubscribe/{token}")).status_code == 200
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).muted_mails == [], "reading the page changes nothing"
    assert client.post(here.url(f"/unsubscribe/{token}")).status_code == 200
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).muted_mails == ["reply_posted"]
    assert client.post(elsewhere.url(f"/unsubscribe/{token}")).status_code == 404
    assert client.post(here.url(f"/unsubscribe/{token}x")).status_code == 404
    assert read_unsubscribe_token(token, elsewhere.community) is None


def test_a_mail_leads_to_muting_its_thread_alone_and_to_stopping_its_kind(here: Cast) -> None:
    with here.scope():
        thread, other = make_thread(here.forum, by=here.member), make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador))
        make_due()
        write_waiting(here.community)
    mail = delivered()[0]
    links = re.findall(r"/unsubscribe/\S+", str(mail.body))
    assert len(links) == 2, "of the thread, and of the kind"
    one_click = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert one_click.endswith(links[1]), "a mail program stops the kind, as its page says"
    client = here.sign_in(None)
    page = client.get(here.url(links[0])).content.decode()
    assert "Mute this thread?" in page
    assert thread.title in page
    assert "No more mails of this kind?" in client.get(here.url(links[1])).content.decode()
    with here.scope():
        tell_of_post(make_reply(thread, by=here.ambassador))
        assert unread(here.member) == 1, "reading the page changes nothing"
    assert "is muted" in client.post(here.url(links[0])).content.decode()
    with here.scope():
        assert not Notification.objects.waiting_for_mail().exists()
        tell_of_post(make_reply(thread, by=here.ambassador))
        tell_of_post(make_reply(other, by=here.ambassador))
        assert [line.thread_id for line in Notification.objects.waiting_for_mail()] == [other.pk]
        assert Membership.objects.get(pk=here.member.pk).muted_mails == []
        Thread.objects.filter(pk=thread.pk).update(state="removed")
    assert thread.title not in client.get(here.url(links[0])).content.decode(), "who may not read it"


@pytest.mark.parametrize("after", ["", "abc", "9" * 30, "-1"])
def test_the_list_shows_ones_own_news(here: Cast, elsewhere: Cast, after: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Winter list")
        tell_of_post(make_reply(thread, by=here.ambassador))
    mine = here.sign_in(here.member).get(here.url("/notifications/"), {"after": after})
    assert mine.status_code == 200
    assert "replied in “Winter list”" in mine.content.decode()
    assert "Winter list" not in here.sign_in(here.manager).get(here.url("/notifications/")).content.decode()
    assert here.sign_in(None).get(here.url("/notifications/")).status_code == 302
    assert here.sign_in(elsewhere.member).get(here.url("/notifications/")).status_code == 302


def test_the_list_costs_the_same_with_more_news(here: Cast, queries: Callable[..., Any]) -> None:
    client = here.sign_in(here.member)
    for round_of in (2, 12):
        with here.scope():
            for _number in range(round_of):
                tell_of_post(make_reply(make_thread(here.forum, by=here.member), by=make_membership()))
        client.get(here.url("/notifications/"))
        with queries(most=5):
            client.get(here.url("/notifications/"))


def test_the_list_has_a_heading_for_each_day(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the day of what happened last, in the clocks of the place: an unread line comes up again."""
    now = timezone.now().replace(hour=12)
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(time_zone="Europe/Paris")
        threads = [make_thread(here.forum, by=here.member, title=f"Thread {n}") for n in range(4)]
        for thread in threads:
            tell_of_post(make_reply(thread, by=here.ambassador))
        for days, thread in zip((0, 1, 9, 800), threads, strict=True):
            lines = Notification.objects.filter(thread=thread)
            lines.update(created_at=now - datetime.timedelta(days=days))
    client = here.sign_in(here.member)
    page = client.get(here.url("/notifications/")).content.decode()
    headings = re.findall(r"<h2[^>]*>\s*<time[^>]*>([^<]+)</time>", page)
    long_ago = now - datetime.timedelta(days=800)
    before = now - datetime.timedelta(days=9)
    last = "l j F" if before.year == now.year else "l j F Y"
    assert headings == ["Today", "Yesterday", date_format(before, last), date_format(long_ago, "l j F Y")]
    monkeypatch.setattr(queries_of_bell.BY_MOMENT, "size", 2)
    first = client.get(here.url("/notifications/")).content.decode()
    older = re.search(r"after=([\d-]+)", first)
    assert older is not None
    second = client.get(here.url("/notifications/"), {"after": older[1]}).content.decode()
    assert [n for n in range(4) if f"Thread {n}" in first] == [0, 1]
    assert [n for n in range(4) if f"Thread {n}" in second] == [2, 3]
    with here.scope():
        tell_of_post(make_reply(threads[3], by=here.manager))
    assert "Thread 3" in client.get(here.url("/notifications/")).content.decode()


def test_choices_are_saved(here: Cast) -> None:
    client = here.sign_in(here.member)
    response = client.post(here.url("/me/notifications/"), {"mails": ["mentioned"]}, follow=True)
    assert response.status_code == 200
    with here.scope():
        assert "reply_posted" in Membership.objects.get(pk=here.member.pk).muted_mails
    assert client.post(here.url("/me/notifications/"), {"mails": ["nonsense"]}).status_code in (200, 422)


def test_everything_is_marked_as_read(here: Cast) -> None:
    with here.scope():
        tell_of_post(make_reply(make_thread(here.forum, by=here.member), by=here.ambassador))
    client = here.sign_in(here.member)
    assert client.get(here.url("/notifications/read/")).status_code == 405
    client.post(here.url("/notifications/read/"))
    with here.scope():
        assert unread(here.member) == 0
