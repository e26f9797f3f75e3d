from __future__ import annotations

import re
import time
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from django.utils.http import http_date

from communities.content.models import Space, SpaceAuthor, Thread
from communities.content.showing import syndication
from communities.memory import forget_all, memories
from communities.models import Community
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

CANARY = "zephyrcanary"
ATOM = "{http://www.w3.org/2005/Atom}"


def fetched(cast: Cast, path: str, by: Any = None, **headers: str) -> Any:
    return cast.sign_in(by).get(cast.url(path), headers=headers)


@pytest.fixture
def full(here: Cast) -> Cast:
    """One article, one topic with a reply, and everything that must never leave."""
    with here.scope():
        author = make_membership(handle="ines", display_name="Inès & Rey")
        SpaceAuthor.objects.create(space=here.blog, membership=author)
        written(
            here.blog,
            by=author,
            title="Öne <article>",
            tags=["rope"],
            body='<p>Cut & splice <a href="/~/p/1/">it</a>.</p>',
        )
        topic = make_thread(here.forum, title="One topic", tags=["rope"])
        make_reply(topic, body="<p>One reply.</p>")
        for state in ("draft", "scheduled", "pending", "hidden", "removed", "deleted"):
            bad = written(here.blog, by=author, title=f"{CANARY} {state}", tags=["rope"])
            Thread.objects.filter(pk=bad.pk).update(state=state, scheduled_for="2100-01-01T00:00Z")
            bad.posts.update(state=state)
        closed = make_space(kind="forum", slug="closed", audience="members")
        make_thread(closed, title=CANARY, tags=["rope", "secretword"])
        make_reply(topic, body=f"<p>{CANARY}</p>").thread.posts.filter(position=3).update(state="hidden")
    return here


FEEDS = [
    "/feed",
    "/blogs/feed",
    "/forums/feed",
    "/blogs/journal/feed",
    "/forums/f/rigging/feed",
    "/tags/rope/feed",
    "/forums/t/one-topic/feed",
]


@pytest.mark.parametrize("suffix", ["xml", "rss"])
@pytest.mark.parametrize("path", FEEDS)
def test_feeds_parse_and_hold_only_what_is_public(full: Cast, path: str, suffix: str) -> None:
    for reader in (None, full.owner):
        answer = fetched(full, f"{path}.{suffix}", by=reader)
        feed = feedparser.parse(answer.content)
        assert answer.status_code == 200
        assert not feed.bozo
        assert feed.entries
        assert CANARY not in answer.content.decode()
        assert "secretword" not in answer.content.decode()
        assert all(entry.link.startswith("http://localhost:8000/c/") for entry in feed.entries)
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    kind = "atom" if suffix == "xml" else "rss"
    assert answer["Content-Type"].startswith(f"application/{kind}+xml")
    assert feed.version.startswith(kind)


def test_an_atom_feed_has_what_the_format_asks_for(full: Cast) -> None:
    root = ElementTree.fromstring(fetched(full, "/blogs/journal/feed.xml").content)
    for name in ("id", "title", "updated"):
        assert root.find(f"{ATOM}{name}") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost:8000/c/{full.community.slug}/blogs/journal/feed.xml"
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Öne <article>"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Inès & Rey"
    assert entry.findtext(f"{ATOM}summary") == "Cut &amp; splice it."


def test_whole_texts_have_absolute_addresses(full: Cast) -> None:
    Community.objects.filter(pk=full.community.pk).update(settings={"feed_texts": "whole"})
    forget_all()
    entry = feedparser.parse(fetched(full, "/blogs/feed.xml").content).entries[0]
    assert f'href="http://localhost:8000/c/{full.community.slug}/p/1/"' in entry.content[0].value


def kept_entries() -> list[str]:
    return [text for _until, text in syndication._kept._kept.values()]


def test_long_texts_are_not_kept_in_memory(here: Cast) -> None:
    """So many entries are kept; none of them may be as long as somebody likes."""
    Community.objects.filter(pk=here.community.pk).update(settings={"feed_texts": "whole"})
    with here.scope():
        make_thread(here.forum, title="Short", body="<p>rope</p>")
        make_thread(here.forum, title="Long", body=f"<p>{'hawser ' * 4000}</p>")
    forget_all()
    first = fetched(here, "/feed.xml").content
    assert len(feedparser.parse(first).entries) == 2
    kept = kept_entries()
    assert len(kept) == 1
    assert "Short" in kept[0]
    assert all("hawser" not in str(key) and "rope" not in str(key) for key in syndication._kept._kept)
    assert fetched(here, "/feed.xml").content == first


def test_an_entry_is_written_anew_when_only_its_text_has_changed(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, title="One", body="<p>rope</p>")
        assert b"rope" in fetched(here, "/feed.xml").content
        thread.posts.update(body_html="<p>cord</p>")
    forget_all_but_entries()
    assert b"cord" in fetched(here, "/feed.xml").content
    assert len(kept_entries()) == 2


def forget_all_but_entries() -> None:
    for memory in memories:
        if memory is not syndication._kept:
            memory.forget()


def test_whoever_has_it_is_told_so(full: Cast) -> None:
    first = fetched(full, "/feed.xml")
    same = fetched(full, "/feed.xml", if_none_match=first["ETag"])
    assert same.status_code == 304
    assert not same.content
    with full.scope():
        make_thread(full.forum, title="News")
    assert fetched(full, "/feed.xml", if_none_match=first["ETag"]).status_code == 200


def test_a_feed_that_lost_an_entry_is_sent_again(full: Cast) -> None:
    date = http_date(time.time() + 60)
    full_feed = fetched(full, "/feed.xml")
    with full.scope():
        Thread.objects.filter(title="One topic").update(state="removed")
    answer = fetched(full, "/feed.xml", if_modified_since=date, if_none_match=full_feed["ETag"])
    assert answer.status_code == 200
    assert fetched(full, "/feed.xml", if_modified_since=date).status_code == 200
    assert b"One topic" not in answer.content


def test_a_feed_costs_the_same_however_long(full: Cast, queries: Any) -> None:
    fetched(full, "/feed.xml")
    with queries(most=2):
        fetched(full, "/feed.xml")
    with full.scope():
        for number in range(25):
            make_thread(full.forum, title=f"Topic {number}", tags=["rope"])
    fetched(full, "/feed.xml")
    with queries(most=2):
        answer = fetched(full, "/feed.xml")
    assert len(feedparser.parse(answer.content).entries) == 20


def test_there_is_no_feed_of_what_is_not_public(full: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        make_space(kind="blog", slug="theirs")
    missing = [
        "/blogs/theirs/feed.xml",
        "/forums/f/closed/feed.xml",
        "/tags/secretword/feed.xml",
        "/tags/none/feed.xml",
        "/forums/t/none/feed.xml",
        "/feed.txt",
        "/other/feed.xml",
        "/members/ines/feed.xml",
    ]
    for path in missing:
        assert fetched(full, path, by=full.owner).status_code == 404, path


def test_a_member_has_a_feed_where_members_are_public(full: Cast) -> None:
    Community.objects.filter(pk=full.community.pk).update(settings={"directory_public": True})
    answer = fetched(full, "/members/ines/feed.xml")
    assert [entry.title for entry in feedparser.parse(answer.content).entries] == ["Öne <article>"]


def test_signs_that_xml_cannot_say_are_left_out(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, title="Bell")
        Thread.objects.filter(pk=thread.pk).update(title="Be\x07ll\ufffe")
    feed = feedparser.parse(fetched(here, "/feed.xml").content)
    assert not feed.bozo
    assert feed.entries[0].title == "Bell"


def test_pages_name_their_feeds(full: Cast) -> None:
    html = fetched(full, "/blogs/journal/").content.decode()
    assert f'type="application/atom+xml" title="Journal" href="{full.url("/blogs/journal/feed.xml")}"' in html
    assert full.url("/opensearch.xml") in html


def test_an_archived_space_has_no_feed(full: Cast) -> None:
    with full.scope():
        Space.objects.filter(pk=full.blog.pk).update(archived=True)
    from communities.memory import forget_all

    forget_all()
    assert fetched(full, "/blogs/journal/feed.xml").status_code == 404


def test_pages_lead_to_the_feeds_that_visitors_find(here: Cast) -> None:
    """A feed has the eyes of a visitor: a space or a tag of members has none that could be offered."""
    with here.scope():
        inside = make_space(slug="inside", audience="members")
        for space, tag in ((here.forum, "open-word"), (inside, "inner-word")):
            make_thread(space, by=here.manager, tags=[tag])
    offered = set()
    client = here.sign_in(here.member)
    for path in (
        "/forums/",
        here.forum.get_absolute_url(),
        inside.get_absolute_url(),
        "/tags/open-word/",
        "/tags/inner-word/",
        "/blogs/",
    ):
        page = client.get(path if path.startswith(here.prefix) else here.url(path)).content.decode()
        offered |= set(re.findall(r'href="([^"]*feed\.xml)"', page))
    assert {here.url("/tags/open-word/feed.xml"), here.url("/forums/feed.xml")} <= offered
    assert [path for path in sorted(offered) if Client().get(path).status_code != 200] == []
    assert not [path for path in offered if "inside" in path or "inner" in path]
