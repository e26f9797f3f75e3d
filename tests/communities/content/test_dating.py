"""A text that appeared before it came here is dated back by the team: lists and feeds follow, and it can be undone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from analytics.engagement.models import MemberDay
from analytics.engagement.services import fill_dirty, fill_history
from communities.calendar import day_of
from communities.content.dating_acts import _address
from communities.content.exceptions import ContentError
from communities.content.models import Post, TaggedThread, Thread
from communities.content.services import date_thread, reply_to
from communities.exceptions import NotAllowed
from communities.journal.exceptions import ChangedSince
from communities.journal.models import Change
from communities.journal.services import undo
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_thread

YEAR = datetime.timedelta(days=365)
WEEK = datetime.timedelta(days=7)
MONTH = datetime.timedelta(days=30)


def fresh(thread: Thread) -> Thread:
    found: Thread = Thread.objects.select_related("space").get(pk=thread.pk)
    return found


def test_lists_feeds_and_tags_follow(here: Cast) -> None:
    then = timezone.now() - YEAR
    with here.scope():
        old = make_thread(here.blog, by=here.manager, title="An old launch", tags=["Jib"])
        make_thread(here.blog, by=here.manager, title="A new launch")
        assert date_thread(old, by=here.moderator, at=then)
        old = fresh(old)
        post = Post.objects.get(thread=old)
        assert (old.published_at, old.last_activity_at, old.created_at) == (then, then, then)
        assert (post.published_at, post.created_at) == (then, then)
        assert TaggedThread.objects.get(content_object=old).published_at == then
        # A second time changes nothing, and writes no second line.
        assert not date_thread(old, by=here.moderator, at=then)
        assert Change.objects.filter(act="date_thread").count() == 1
        assert not Notification.objects.exists()
    visitor = here.sign_in(None)
    for path in ("/feed.xml", f"/blogs/{here.blog.slug}/"):
        page = visitor.get(here.url(path)).content.decode()
        assert page.index("A new launch") < page.index("An old launch"), path


def test_replies_keep_their_times_and_set_the_latest_moment(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        date_thread(thread, by=here.owner, at=timezone.now() - 2 * WEEK)
        answered = timezone.now() - WEEK
        reply_to(thread, by=here.ambassador, body="<p>Then.</p>", at=answered)
        date_thread(thread, by=here.owner, at=timezone.now() - MONTH)
        assert fresh(thread).last_activity_at == answered
        with pytest.raises(ContentError, match="answered before"):
            date_thread(thread, by=here.owner, at=timezone.now())


@pytest.mark.parametrize("after", [datetime.timedelta(seconds=20), datetime.timedelta(hours=2)])
def test_a_quick_reply_and_a_slow_one_are_as_they_were_once_it_is_undone(
    here: Cast, after: datetime.timedelta
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        date_thread(thread, by=here.owner, at=timezone.now() - WEEK)
        appeared = fresh(thread).published_at
        reply_to(thread, by=here.ambassador, body="<p>Then.</p>", at=appeared + after)
        before = fresh(thread)
        date_thread(thread, by=here.owner, at=timezone.now() - MONTH)
        assert fresh(thread).last_activity_at == appeared + after
        undo(Change.objects.filter(act="date_thread").latest("pk"), here.owner)
        assert fresh(thread).last_activity_at == before.last_activity_at


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (lambda: timezone.now() + MONTH, "in the future"),
        (lambda: datetime.datetime(1999, 12, 31, tzinfo=datetime.UTC), "from the year 2000"),
    ],
)
def test_no_moment_to_come_and_none_beyond_the_calendar(here: Cast, at: Any, said: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        with pytest.raises(ContentError, match=said):
            date_thread(thread, by=here.owner, at=at())


def test_a_draft_has_no_date_to_change(here: Cast) -> None:
    with here.scope():
        draft = make_thread(here.forum, by=here.member, state="draft")
        with pytest.raises(ContentError, match="public"):
            date_thread(draft, by=here.owner, at=timezone.now() - MONTH)


def test_who_looks_after_the_space_and_nobody_else(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        path = here.url(f"/t/{thread.slug}/date/")
        for person in (here.member, here.ambassador, here.marketing):
            with pytest.raises(NotAllowed):
                date_thread(thread, by=person, at=timezone.now() - MONTH)
    for person in (here.member, here.ambassador, here.marketing):
        assert here.sign_in(person).get(path).status_code == 403
    for person in (here.moderator, here.manager, here.owner):
        assert here.sign_in(person).get(path).status_code == 200
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/t/{thread.slug}/date/")).status_code == 404


def test_a_closed_room_is_closed_to_those_who_look_after_others(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager)
        here.moderator.role_spaces = [here.forum.pk]
        here.moderator.save(update_fields=["role_spaces"])
    assert here.sign_in(here.moderator).get(here.url(f"/t/{thread.slug}/date/")).status_code == 403


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    client, path = here.sign_in(here.manager), here.url(f"/t/{thread.slug}/date/")
    answer = client.post(path, {"at": "2090-01-01T10:00"})
    assert answer.status_code == 422
    assert "in the future" in answer.content.decode()
    assert "01/01/2090 10:00" in answer.content.decode()
    assert client.post(path, {"at": "yesterday"}).status_code == 422
    # As it is shown it changes nothing: the clock has no seconds.
    shown = client.get(path).context["form"]["at"].value()
    sent = client.post(path, {"at": shown.astimezone(here.community.zone).strftime("%Y-%m-%dT%H:%M")})
    assert sent.status_code == 302
    with here.scope():
        assert fresh(thread).published_at == thread.published_at
    client.post(path, {"at": "2021-05-04T09:30"})
    with here.scope():
        dated = fresh(thread).published_at
    assert dated.astimezone(here.community.zone).strftime("%Y-%m-%d %H:%M") == "2021-05-04 09:30"
    edit = client.get(here.url(f"/forums/t/{thread.slug}/edit/")).content.decode()
    assert f'href="{path}"' in edit


def test_an_article_leads_there_for_the_team_alone(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager)
    link = f'href="{here.url(f"/t/{article.slug}/date/")}"'
    seen = {
        person: link
        in here.sign_in(person).get(here.url(f"/blogs/{here.blog.slug}/{article.slug}/")).content.decode()
        for person in (None, here.member, here.moderator, here.owner)
    }
    assert seen == {None: False, here.member: False, here.moderator: True, here.owner: True}


def test_the_journal_puts_back_what_was_unless_it_was_dated_again(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        before = fresh(thread)
        date_thread(thread, by=here.owner, at=timezone.now() - MONTH)
        first = Change.objects.get(act="date_thread")
        date_thread(thread, by=here.owner, at=timezone.now() - YEAR)
        with pytest.raises(ChangedSince):
            undo(first, here.owner)
        undo(Change.objects.filter(act="date_thread").latest("pk"), here.owner)
        undo(first, here.owner)
        after = fresh(thread)
        for name in ("published_at", "last_activity_at", "created_at"):
            assert getattr(after, name) == getattr(before, name), name
    page = here.sign_in(here.owner).get(here.url("/manage/journal/")).content.decode()
    assert "Text dated" in page


def test_what_was_dated_on_the_page_is_undone_from_the_journal(here: Cast, queries: Any) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        before = fresh(thread).published_at
    client = here.sign_in(here.owner)
    client.post(here.url(f"/t/{thread.slug}/date/"), {"at": "2021-05-04T09:30"})
    with here.scope():
        change, public_id = Change.objects.get(act="date_thread"), Post.objects.get(thread=thread).public_id
    page = client.get(here.url("/manage/journal/")).content.decode()
    assert f'href="{here.url(f"/p/{public_id}/")}"' in page
    client.post(here.url(f"/manage/journal/{change.pk}/undo/"))
    with here.scope():
        assert fresh(thread).published_at == before
        with queries(most=0):
            assert _address(change)


def test_the_days_of_its_author_are_counted_again(here: Cast) -> None:
    then = timezone.now() - MONTH
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        fill_history(here.community)
        date_thread(thread, by=here.owner, at=then)
        fill_dirty(here.community)
        days = dict(MemberDay.objects.filter(person=here.member.pk).values_list("day", "contributions"))
        assert days[day_of(then, here.community)] == 1
        assert days[day_of(timezone.now(), here.community)] == 0
