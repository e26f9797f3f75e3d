"""A closed part does not exist for those outside: no link leads to its 404."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.blogs.models import CoAuthor
from communities.content.models import Post, Thread
from communities.launch.services import open_stage, roll_back_stage
from communities.models import Community
from tests.communities.blogs.conftest import written as written_article
from tests.communities.launch.conftest import LEGAL, Plan, refresh
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(here: Cast) -> list[str]:
    """Texts whose authors are named wherever names stand; the paths of the pages that show them."""
    Community.objects.filter(pk=here.community.pk).update(settings={"feed_texts": "whole"})
    refresh(here)
    with here.scope():
        other = make_membership(handle="ines", display_name="Ines Rey")
        words = f"<p>Ask @ines or @{here.manager.handle} about brass.</p>"
        topic = make_thread(here.forum, by=here.manager, title="Brass fittings", body=words)
        make_reply(topic, by=other, body=words)
        article = written_article(here.blog, by=here.manager, title="Brass in winter", body=words)
        CoAuthor.objects.create(article=article.article, membership=other, place=1)
        paths = ["/", "/members/", "/search/?q=Name", "/about/", "/me/", "/me/profile/"]
        paths += ["/blogs/", f"/forums/t/{topic.slug}/", f"/blogs/{here.blog.slug}/{article.slug}/"]
    return paths


def links_to_people(here: Cast, text: str) -> list[str]:
    return re.findall(rf'{here.url("/members/")}(?!suggest/)[^"/?<]+/', text)


def test_where_member_pages_are_closed_no_name_is_a_link(here: Cast, plan: Plan, written: list[str]) -> None:
    plan(("team", ["member_pages"]), opened=1)
    client = here.sign_in(here.member)
    assert client.get(here.url(f"/members/{here.manager.handle}/")).status_code == 404
    for path in written:
        answer = client.get(here.url(path))
        assert answer.status_code == 200, path
        assert links_to_people(here, answer.content.decode()) == [], path
    visitor = here.sign_in(None)
    for path in ("/", "/about/", "/feed.xml", "/feed.rss", *written[-3:]):
        answer = visitor.get(here.url(path))
        assert answer.status_code == 200, path
        assert links_to_people(here, answer.content.decode()) == [], path


def test_for_those_inside_every_name_still_leads_to_its_page(
    here: Cast, plan: Plan, written: list[str]
) -> None:
    plan(("team", ["member_pages"]), opened=1)
    client = here.sign_in(here.moderator)
    for path in written:
        assert links_to_people(here, client.get(here.url(path)).content.decode()), path


def test_names_cost_no_query(here: Cast, plan: Plan, written: list[str]) -> None:
    client = here.sign_in(here.member)
    path = here.url(written[-2])
    client.get(path)
    with CaptureQueriesContext(connection) as before:
        client.get(path)
    plan(("team", ["member_pages"]), opened=1)
    client.get(path)
    with CaptureQueriesContext(connection) as after:
        client.get(path)
    assert len(after) == len(before)


def test_saving_a_profile_leads_to_no_closed_page(here: Cast, plan: Plan) -> None:
    plan(("team", ["member_pages"]), opened=1)
    data = {"display_name": "Nora", "handle": here.member.handle}
    for person, leads in ((here.member, "/me/"), (here.moderator, f"/members/{here.moderator.handle}/")):
        data["handle"] = person.handle
        answer = here.sign_in(person).post(here.url("/me/profile/"), data)
        assert answer.headers["Location"].endswith(leads), answer.content


def test_a_roll_back_loses_no_text_that_was_being_written(here: Cast, plan: Plan) -> None:
    """The page that refuses it gives the text back, and a draft that was kept is still there."""
    first, stage = plan(("team", ["tags"]), ("everyone", ["forums", "blogs"]))
    with here.scope():
        topic = make_thread(here.forum, by=here.manager, title="Brass fittings")
        article = written_article(here.blog, by=here.manager, title="Brass in winter")
        draft = make_thread(here.forum, by=here.member, title="My half sentence", state="draft")
        Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
        for one in (first, stage):
            open_stage(one, by=here.manager)
        roll_back_stage(stage, by=here.manager)
    refresh(here)
    client = here.sign_in(here.member)
    words = {"title": "A title of mine", "body": "<p>Half an hour of <b>work</b>.</p>"}
    for path in (
        f"/forums/t/{topic.slug}/reply/",
        f"/forums/f/{here.forum.slug}/new/",
        f"/blogs/{here.blog.slug}/{article.slug}/reply/",
    ):
        page = client.post(here.url(path), words)
        assert page.status_code == 404, path
        assert "Half an hour of &lt;b&gt;work&lt;/b&gt;." in page.content.decode(), path
        assert "A title of mine" in page.content.decode(), path
    assert "My half sentence" in client.get(here.url("/me/drafts/")).content.decode()
    with here.scope():
        assert Thread.objects.filter(pk=draft.pk, state="draft").exists()
        assert Post.objects.filter(author=here.member, state="published").count() == 0


def test_ones_own_texts_are_named_and_lead_to_no_closed_page(here: Cast, plan: Plan) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Brass fittings")
        draft = make_thread(here.forum, by=here.member, title="Half a sentence", state="draft")
        post = thread.opening().public_id
    client = here.sign_in(here.member)
    lists = {"/me/": draft, "/me/drafts/": draft, "/me/content/": thread}
    ways = (here.url(f"/p/{post}/"), here.url(f"/forums/t/{draft.slug}/"))

    def shown(path: str, title: str) -> tuple[bool, bool]:
        """Whether it is named there, and whether a link leads to it."""
        page = client.get(here.url(path)).content.decode()
        return title in page, any(f'href="{way}"' in page for way in ways)

    assert [shown(path, text.title) for path, text in lists.items()] == [(True, True)] * 3
    plan(("team", ["forums"]), opened=1)
    assert client.get(ways[0]).status_code == 404
    assert [shown(path, text.title) for path, text in lists.items()] == [(True, False)] * 3
    assert "This part is closed for now" in client.get(here.url("/me/content/")).content.decode()
