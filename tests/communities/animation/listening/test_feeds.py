"""Feeds of many writers, and what hostile ones cannot do."""

from __future__ import annotations

import datetime
import re

import pytest

from communities.animation.listening import feeds
from communities.animation.listening.exceptions import NotAFeed
from communities.animation.listening.feeds import plain, read_feed, read_moment, web_link
from communities.animation.listening.matching import Names
from communities.animation.listening.models import TrackedName

AT = "https://news.example.com/feed.xml"
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
<item><title>Halyard &amp; Co: &lt;b&gt;new&lt;/b&gt; ropes</title><link>/a?b=1</link>
<guid isPermaLink="false">n-1</guid>
<description>&lt;p&gt;They hold.&lt;/p&gt;&lt;p&gt;&lt;script&gt;alert(1)&lt;/script&gt;Well.&lt;/p&gt;</description>
<dc:creator>Ann Writer</dc:creator><pubDate>Tue, 10 Nov 2026 09:00:00 +0100</pubDate></item>
<item><guid>https://news.example.com/b</guid><description>Only words</description></item>
<item><link>https://news.example.com/c</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>tag:news,2026:1</id><title type="html">Ropes &amp;amp; blocks</title>
<link rel="self" href="https://news.example.com/self"/><link href="https://news.example.com/1"/>
<author><name>Bo</name><email>bo@example.com</email></author><summary>Short.</summary>
<published>2026-11-10T08:00:00Z</published><updated>2026-11-11T08:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="y"><title>Old news</title><link>https://old.example.com/1</link></item></rdf:RDF>"""
EIGHT = datetime.datetime(2026, 11, 10, 8, tzinfo=datetime.UTC)


def test_rss_is_read_as_plain_text() -> None:
    first, second = read_feed(RSS.encode(), AT)
    assert (first.identity, first.title) == ("n-1", "Halyard & Co: new ropes")
    assert first.excerpt == "They hold. Well."
    assert (first.link, first.author) == ("https://news.example.com/a?b=1", "Ann Writer")
    assert first.said_at == EIGHT
    assert (second.title, second.link) == ("Only words", "https://news.example.com/b")


def test_atom_and_the_oldest_rss_are_read() -> None:
    [entry] = read_feed(ATOM.encode(), AT)
    assert (entry.identity, entry.title, entry.author) == ("tag:news,2026:1", "Ropes & blocks", "Bo")
    assert (entry.link, entry.said_at) == ("https://news.example.com/1", EIGHT)
    [old] = read_feed(b"\xef\xbb\xbf\n\x01" + RDF.encode(), AT)
    assert (old.title, old.link, old.said_at) == ("Old news", "https://old.example.com/1", None)


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel>&b;</channel></rss>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>404</body></html>",
        b"{}",
        RSS.encode()[:300],
        BOMB.encode(),
        OUTSIDE.encode(),
        b"\xff\xfe",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_feed(body, AT)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://news.example.com/a b", ""),
        ("https://[", ""),
        ("https://news.example.com/" + "x" * 1000, ""),
        ("/a", "https://news.example.com/a"),
    ],
)
def test_only_addresses_of_the_web_are_kept(text: str, link: str) -> None:
    assert web_link(text, AT) == link


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-40", "Tue, 99 Nov 2026", "9999-12-31T23:59:59-14:00"]
)
def test_a_moment_that_is_none_is_none(text: str) -> None:
    assert read_moment(text) is None


def test_plain_text_is_cut_between_words_and_holds_no_markup() -> None:
    assert plain("<div>One<br>two</div><style>p{}</style>", 50) == "One two"
    assert plain("&lt;b&gt;&amp;", 50) == "<b>&"
    assert plain("Three < five, <!-- <i>no</i> --> and 5 > 3<img alt='x'/>", 50) == "Three < five, and 5 > 3"
    assert plain("<scr<!---->ipt>x</script>y", 50) == "y"
    assert len(plain("word " * 200, 60)) <= 60


@pytest.mark.parametrize("tag", ["<b a={n}>", "<b a={n} <>", "<b/a={n}>", "<b\fa={n}>", '<b a=">" c={n}>'])
def test_what_is_never_closed_is_not_made_up_for_each_time(monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    """A parser would make a tag of each for each paragraph after them."""
    seen: list[str] = []
    monkeypatch.setattr(feeds.nh3, "clean", lambda text, **_named: seen.append(text) or "x")
    plain("".join(tag.format(n=n) for n in range(900)) + "<p>x" * 900, 600)
    assert set(re.findall(r"<[^>]*>", seen[0])) <= {"<b>", "<p>"}
    assert len(seen[0]) <= 12000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The new HALYARD rope", [1]),
        ("halyards of hemp", []),
        ("Cordages Élan, à Brest", [2]),
        ("An elan of joy", [2]),
        ("Halyard\nRope & Élan", [1, 2]),
        ("C++ and C#", [3]),
        ("C is a letter", []),
    ],
)
def test_names_are_whole_words_without_case_and_accents(text: str, found: list[int]) -> None:
    rows = [
        TrackedName(pk=1, name="Halyard", words=["Halyard Rope"]),
        TrackedName(pk=2, name="Cordages Elan", words=["élan"]),
        TrackedName(pk=3, name="C++", words=[" "]),
    ]
    assert Names(rows).said_in(text) == found
