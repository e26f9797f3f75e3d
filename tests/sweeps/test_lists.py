"""Lists cost the same however long they grow, and reading costs few statements and no write."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.content import services
from communities.content.models import Thread
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import NOT_COUNTED, Cast
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.sweeps.walking import watched_writes
from tests.sweeps.world import World

LISTS = {
    "": "visitor member",
    "forums/": "visitor member",
    "forums/f/sails-of-here/": "visitor member",
    "forums/f/sails-of-here/?filter=unanswered": "visitor member",
    "forums/t/mending-a-jib/": "visitor member",
    "blogs/": "visitor member",
    "blogs/log-of-here/": "visitor member",
    "blogs/log-of-here/a-winter-refit/": "visitor member",
    "tags/": "visitor member",
    "tags/jib/": "visitor member",
    "search/?q=jib": "visitor member",
    "search/?q=jib&tab=posts": "visitor member",
    "search/suggest/?q=mending+jib": "visitor member",
    "search/find/?q=mending+jib": "visitor member",
    "members/": "member",
    "members/suggest/?q=han": "member",
    "search/tags/?q=ji": "member",
    "members/{handle}/": "visitor member",
    "me/": "member",
    "me/content/": "member",
    "me/drafts/": "member",
    "notifications/": "member",
    "about/": "visitor member",
    "feed.xml": "visitor",
    "forums/feed.rss": "visitor",
    "forums/f/sails-of-here/feed.xml": "visitor",
    "forums/t/mending-a-jib/feed.xml": "visitor",
    "tags/jib/feed.xml": "visitor",
    "sitemap.xml": "visitor",
    "sitemaps/threads-1.xml": "visitor",
}


def statements(client: Client, path: str) -> list[str]:
    """What one reading asks the database, with the process's short memory warm."""
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].lstrip().startswith(NOT_COUNTED)
    ]


def grow(world: World, times: int) -> None:
    """More of everything that lists show."""
    here = world.here
    with here.scope():
        for _number in range(times):
            person = make_membership()
            thread = make_thread(
                world.space, by=here.member, title="Another jib", tags=["Jib", f"Tag {person.pk}"]
            )
            make_thread(world.space, by=person, title="A jib?", kind="question")
            make_thread(world.blog, by=here.manager, title="A jib refit", tags=["Jib"])
            make_thread(world.blog, by=here.member, title="A jib draft", state="draft")
            for writer in (person, here.ambassador):
                post = make_reply(world.thread, by=writer, body=f"<p>A jib, @{here.member.handle}.</p>")
                make_reply(world.article, by=writer, body="<p>What a jib.</p>")
                services.react_to_post(post, by=here.moderator, kind="thanks")
            make_reply(thread, by=here.ambassador)
    forget_all()


def test_lists_cost_the_same_when_they_grow(world: World) -> None:
    grow(world, 1)
    handle = world.here.member.handle
    asked = [(path.format(handle=handle), role) for path, roles in LISTS.items() for role in roles.split()]
    before = {one: statements(world.client(one[1]), world.here.url(f"/{one[0]}")) for one in asked}
    grow(world, 3)
    for (path, role), earlier in before.items():
        now = statements(world.client(role), world.here.url(f"/{path}"))
        assert len(now) <= len(earlier), f"/{path} as {role}: {len(earlier)} then {len(now)}:\n" + "\n".join(
            now
        )


# Of members, where a beta test has a space of its own: whether they are in it.
OF_TESTS = 1
# (path, role): most statements, begin, commit and the community's setting not counted.
BUDGETS = {
    ("forums/t/mending-a-jib/", "visitor"): 3,
    ("forums/t/mending-a-jib/?page=2", "visitor"): 3,
    ("blogs/log-of-here/a-winter-refit/", "visitor"): 3,
    # One is for what is featured, which ends by the clock of the database.
    ("forums/f/sails-of-here/", "visitor"): 3,
    ("blogs/log-of-here/", "visitor"): 2,
    ("tags/jib/", "visitor"): 2,
    ("tags/", "visitor"): 2,
    ("forums/", "visitor"): 2,
    ("forums/t/mending-a-jib/", "member"): 6,
    ("blogs/log-of-here/a-winter-refit/", "member"): 6,
}


@pytest.mark.parametrize(("path", "role"), BUDGETS)
def test_reading_stays_within_its_budget(world: World, path: str, role: str) -> None:
    with world.here.scope():
        for _number in range(20):
            make_reply(world.thread, by=world.here.ambassador)
    asked = statements(world.client(role), world.here.url(f"/{path}"))
    assert len(asked) <= BUDGETS[path, role] + OF_TESTS * (role != "visitor"), f"{len(asked)}:\n" + "\n".join(
        asked
    )


@pytest.mark.parametrize("path", LISTS)
def test_visitors_write_nothing_by_reading(world: World, path: str) -> None:
    with watched_writes() as writes:
        world.client("visitor").get(world.here.url("/" + path.format(handle=world.here.member.handle)))
    assert writes == []


def test_a_reply_takes_six_statements(
    world: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    here: Cast = world.here
    client = world.client("ambassador")
    path = here.url(f"/forums/t/{world.thread.slug}/reply/")
    fields = {"body": "<p>Dry it in the shade.</p>", "body_format": "html"}
    client.post(path, fields)
    fields["submission"] = str(uuid.uuid4())
    with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
        assert client.post(path, fields | {"body": "<p>And fold it.</p>"}).status_code in (302, 303)
    asked = [q["sql"] for q in captured.captured_queries if not q["sql"].lstrip().startswith(NOT_COUNTED)]
    # Five, and one for what the bell tells who replies.
    assert len(asked) <= 6 + OF_TESTS, f"{len(asked)}:\n" + "\n".join(asked)


# Of a thread of twenty posts of 480 characters: bytes of the page, and of what stands around the text of one post.
# A moderator may let members edit each of them, which its menu says in five letters, and feature the thread. Whoever
# may reply may put a poll under it: a button of 150 bytes.
WEIGHTS = {"visitor": (26_700, 420), "member": (33_700, 605), "moderator": (37_250, 640)}
# What the places of eleven other kinds add to a header and to its menu: for members offers have one, too.
OF_OTHER_KINDS = 840
OTHER_KINDS = frozenset(
    {
        "author_results",
        "calls",
        "challenges",
        "events",
        "guides",
        "ideas",
        "offers",
        "personal_blogs",
        "photos",
        "reviews",
        "trials",
    }
)
TEXT = 480


WORDS = "the halyard slips under load and nobody knows which clutch would hold it "


@pytest.mark.parametrize("role", WEIGHTS)
def test_a_page_of_twenty_posts_is_light(world: World, role: str) -> None:
    """Uncompressed, as it comes to those who only read, to those who write, and to those who look after it."""
    text = (WORDS * 7)[: TEXT - 10]
    with world.here.scope():
        people = [make_membership(handle=f"sailor-{n}", display_name=f"Sailor {n}") for n in range(10)]
        thread = make_thread(world.space, title="A heavy thread", body=f"<p>0 {text} </p>", by=people[0])
        for number in range(1, 20):
            make_reply(thread, by=people[number % 10], body=f"<p>{number} {text}</p>")
    # With all that a place can have, too, a member’s page stays below what was promised.
    assert len(weighed(world, role, thread)) <= WEIGHTS[role][0] + OF_OTHER_KINDS
    only_blogs_and_forums(world)
    page = weighed(world, role, thread)
    posts = [post.partition(b"</article>")[0] for post in page.split(b"<article")[1:]]
    assert len(posts) == 20
    most, around = WEIGHTS[role]
    assert len(page) <= most
    assert max(map(len, posts)) - TEXT <= around


def only_blogs_and_forums(world: World) -> None:
    """What is weighed is a place of these two: each other kind has blocks of its own on a home, and its place above."""
    names = {feature.name for feature in FEATURES}
    assert names >= OTHER_KINDS
    kept = sorted(names - OTHER_KINDS)
    Community.objects.filter(pk=world.here.community.pk).update(open_features=kept)
    forget_all()


# What stands before a number of a row, or of a name that the tests made, in a page: all but those of posts.
NUMBERED = re.compile(
    rb'(\bName |\bhandle|data-who="|data-hear="(?:thread|text)\.|\breply(?::|%3A)|data-banner="|/banners/)\d+'
)


def test_a_weight_does_not_grow_with_the_numbers_of_rows() -> None:
    page = '<i data-who="{0}" data-editor="reply:{0}" data-hear="thread.{0}.20">Name {0}, 20 replies</i>'
    short, long = (NUMBERED.sub(rb"\g<1>1", page.format(number).encode()) for number in (7, 123_456))
    assert short == long
    assert b"1.20" in long


def weighed(world: World, role: str, thread: Thread | None = None, *, path: str = "") -> bytes:
    """A page as it comes, without what is longer in a long run of the tests: numbers, and the names that have one."""
    with world.here.scope():
        numbers = (
            [] if thread is None else [str(pk).encode() for pk in thread.posts.values_list("pk", flat=True)]
        )
    url = path if thread is None else thread.get_absolute_url()
    page = world.client(role).get(world.here.url(url)).content
    page = page.replace(world.here.community.slug.encode(), b"brand-1")
    for number in numbers:
        page = page.replace(b'"%s"' % number, b'"123"')
        page = re.sub(rb"=%s(?=[ >#])" % number, b"=123", page)
    return NUMBERED.sub(rb"\g<1>1", page.replace(world.here.community.name.encode(), b"Brand"))


# Bytes of a home page with four articles and eight threads, of a list of twenty threads, and of an article of 4 kB with
# ten replies.
PAGES = {
    ("home", "visitor"): 13_000,
    ("home", "member"): 16_200,
    ("list", "visitor"): 18_500,
    ("list", "member"): 21_800,
    ("article", "visitor"): 24_000,
    ("article", "member"): 29_100,
}


@pytest.mark.parametrize(("page", "role"), PAGES)
def test_home_list_and_article_are_light(world: World, page: str, role: str) -> None:
    text = (WORDS * 7)[: TEXT - 10]
    with world.here.scope():
        people = [make_membership(handle=f"sailor-{n}", display_name=f"Sailor {n}") for n in range(10)]
        space = make_space(slug="light", name="Light airs")
        for number in range(20):
            thread = make_thread(
                space, title=f"A thread of number {number}", by=people[number % 10], tags=["Jib"]
            )
            make_reply(thread, by=people[(number + 1) % 10])
        for number in range(4):
            article = make_thread(
                world.blog, by=world.here.manager, title=f"A long article {number}", body=f"<p>{text}</p>" * 8
            )
        for number in range(10):
            make_reply(article, by=people[number], body=f"<p>{number} {text}</p>")
    only_blogs_and_forums(world)
    paths = {"home": "/", "list": "/forums/f/light/"}
    found = weighed(world, role, article) if page == "article" else weighed(world, role, path=paths[page])
    assert len(found) <= PAGES[page, role], len(found)
