"""A space of members’ own blogs of which everything goes to another one."""

from __future__ import annotations

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.services import edit_blog, follow_blog, start_blog
from communities.content.services.moving import begin_move, move_some
from communities.memory import forget_all
from tests.communities.blogs.test_own_blogs import BlogWishes, own_space, publish
from tests.conftest import Cast
from tests.factories import make_space


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
