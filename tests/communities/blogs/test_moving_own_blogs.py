"""A space of members’ own blogs of which everything goes to another one; and one in the calendar of the team."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.animation.calendar.models import Entry
from communities.animation.calendar.services import Plan, plan_text
from communities.blogs.own.models import OwnBlog
from communities.blogs.own.services import edit_blog, follow_blog, start_blog
from communities.content.models import State, Thread
from communities.content.services.moving import begin_move, move_some
from communities.memory import forget_all
from tests.communities.blogs.test_own_blogs import BlogWishes, own_space, publish
from tests.conftest import Cast
from tests.factories import make_space, make_thread


def test_blogs_go_where_their_articles_are(here: Cast) -> None:
    with here.scope():
        diaries, logs = own_space(), own_space(slug="logs", name="Logs")
        blog = start_blog(diaries, by=here.member, community=here.community)
        articles = [publish(diaries, here, by=here.member, title=f"Log {number}") for number in range(3)]
        edit_blog(blog, BlogWishes(name="Under sail", pinned=articles[0].pk), by=here.member)
        follow_blog(OwnBlog.objects.get(), by=here.marketing)
        move = begin_move(diaries, logs, by=here.manager)
        assert not move_some(move.pk, at_most=2)
        assert OwnBlog.objects.get().space == diaries, "once everything is there"
        assert not move_some(move.pk, at_most=1)
        assert move_some(move.pk, at_most=1)
        kept = OwnBlog.objects.get()
        assert (kept.space, kept.name, kept.pinned_id) == (logs, "Under sail", articles[0].pk)
        forget_all()
    page = here.sign_in(here.marketing).get(here.url(f"/blogs/@{here.member.handle}/")).content.decode()
    for article in articles:
        assert here.url(f"/blogs/logs/{article.slug}/") in page


def test_where_no_such_blogs_are_held_they_stay(here: Cast) -> None:
    with here.scope():
        diaries, log = own_space(), make_space(kind="blog", slug="log", name="The log")
        start_blog(diaries, by=here.member, community=here.community)
        publish(diaries, here, by=here.member)
        assert move_some(begin_move(diaries, log, by=here.manager).pk)
        assert OwnBlog.objects.get().space == diaries


def test_what_one_may_not_publish_is_said_in_words(here: Cast) -> None:
    """The owner of a blog publishes there; who plans hears so in the calendar, and nothing is changed."""
    with here.scope():
        space = own_space()
        start_blog(space, by=here.member, community=here.community)
        thread = make_thread(space, by=here.member, title="At sea", kind="article", state=State.DRAFT)
        day = timezone.now().date() + datetime.timedelta(days=3)
        wish = Plan(title="At sea", kind="article", space=space, day=day, hour=datetime.time(9))
        entry = plan_text(wish, by=here.manager, community=here.community)
        Entry.objects.filter(pk=entry.pk).update(thread=thread)
    answer = here.sign_in(here.manager).post(here.url(f"/manage/calendar/{entry.pk}/schedule/"))
    assert answer.status_code == 422
    assert "You may not publish this text" in answer.content.decode()
    with here.scope():
        assert Thread.objects.get().state == State.DRAFT
