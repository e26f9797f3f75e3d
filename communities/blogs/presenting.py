"""What the pages of articles show, gathered in the fewest statements.

A file of its own because three views (reading, replying, previewing) show the same page.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.urls import get_script_prefix

from communities.blogs.models import Article, article_of
from communities.blogs.own.permissions import FEATURE
from communities.blogs.own.queries import blog_around
from communities.blogs.permissions import RESULTS, can_edit_article, can_see_article_results
from communities.blogs.queries import Signer, neighbours_of, signers_of
from communities.blogs.series.queries import within
from communities.content.addresses import absolute_address
from communities.content.audiences import looks_after
from communities.content.hearing import heard_on
from communities.content.insets import draw_inset
from communities.content.kinds import kind_of
from communities.content.models import Attachment, Post, Thread
from communities.content.permissions import can_date_thread, can_reply_to_thread, sees_end
from communities.content.renditions import widths_in
from communities.content.showing.reading import read_posts, read_waiting
from communities.content.showing.readings import Reading, asked_menu, own_address
from communities.content.showing.rewards import labelled
from communities.content.showing.sharing import breadcrumb_data, graph_of, share_address
from communities.content.showing.syndication import public_feed
from communities.content.text.extracts import excerpt, shorten
from communities.content.text.spoilers import covered
from communities.content.under_replies import draw_under
from communities.content.viewers import public_viewer, viewer_of
from communities.launch.features import is_open, open_features
from communities.memory import Memory
from communities.middleware import CommunityRequest
from communities.navigation import address_of

_TAGS = re.compile(r"<[^>]*>")
_LETTERS = re.compile(r"[\W_]+")
LONGEST_DESCRIPTION = 160
_first_words: Memory[str] = Memory(lambda: "", size=1024, lifetime=600.0, told=True)


@dataclass(frozen=True)
class Cover:
    """A picture or a drawing, and the classes of its frame (`Article.framing`)."""

    url: str = ""
    srcset: str = ""
    width: int = 0
    height: int = 0
    drawing: str = ""
    alt: str = ""
    focal: str = ""


def standfirst_of(article: Article | None, body_html: str) -> str:
    """What stands between the title and the text: nothing that the text itself begins with."""
    if article is None or not article.excerpt:
        return ""
    words = article.excerpt.rstrip("…")
    # A beginning has at most as many tags around it as it has letters; no parser runs on a page that is only read.
    start = unescape(_TAGS.sub(" ", covered(body_html)[: len(words) * 6 + 600]))
    return "" if _LETTERS.sub("", start).startswith(_LETTERS.sub("", words)) else article.excerpt


@dataclass(frozen=True)
class Card:
    """An article in a list."""

    thread: Thread
    article: Article | None
    signers: list[Signer]
    cover: Cover


def cover_of(article: Article | None, prefix: str = "") -> Cover:
    """`prefix` is the root before media addresses: that of this request when empty."""
    if article is None:
        return Cover()
    focal = article.framing
    if article.cover is None:
        return Cover(drawing=article.cover_drawing, alt=article.cover_alt, focal=focal)
    picture: Attachment = article.cover
    base = f"{prefix or get_script_prefix()}media/{picture.pk}/"
    widths = widths_in(picture.renditions)
    srcset = ", ".join([*(f"{base}{width} {width}w" for width in widths), f"{base}full {picture.width}w"])
    middle = next((str(width) for width in widths if width >= 960), "full")
    return Cover(f"{base}{middle}", srcset, picture.width, picture.height, "", article.cover_alt, focal)


def card_of(thread: Thread) -> Card:
    article = article_of(thread)
    return Card(thread, article, signers_of(thread), cover_of(article))


def writers_of(cards: list[Card]) -> list[Signer]:
    """The authors of these articles, each once, in order. No query."""
    return list({signer.handle: signer for card in cards for signer in card.signers}.values())


def subjects_of(cards: list[Card]) -> list[tuple[str, str]]:
    """The tags of these articles (name, slug), the most used first. No query."""
    counts: dict[tuple[str, str], int] = {}
    for card in cards:
        for name, slug in getattr(card.thread, "tag_pairs", []):
            counts[(name, slug)] = counts.get((name, slug), 0) + 1
    return sorted(counts, key=lambda pair: (-counts[pair], pair[0]))


def article_page(request: CommunityRequest, thread: Thread, number: int, form: Any) -> dict[str, Any]:
    """One page of an article: its text on the first, replies on all; positions as in every thread."""
    posts = read_posts(thread, number, by=request.membership)
    body = posts[0] if posts and posts[0].is_body else None
    posts = posts[1:] if body is not None else posts
    waiting = _waiting(request, thread) if number == thread.last_page else []
    under = draw_under(request, posts, waiting)
    newer, older = neighbours_of(thread, viewer_of(request))
    may_reply = can_reply_to_thread(request.membership, thread)
    may_date = can_date_thread(request.membership, thread)
    return (
        described(request, thread, body, signers_of(thread), number)
        | _beside(request, thread)
        | {
            "posts": posts,
            "reading": _reading(request, thread, number, under, may_reply=may_reply),
            "waiting": waiting,
            "form": form,
            "thread_url": thread.get_absolute_url(),
            "place": within(thread, viewer_of(request)) if thread.is_published else None,
            "newer": newer,
            "older": older[0] if older else None,
            "read_next": [card_of(one) for one in older],
            "may_reply": may_reply,
            "slow_minutes": thread.space.slow_minutes if may_reply else 0,
            "can_edit": can_edit_article(request.membership, thread),
            "can_date": thread.is_published and may_date,
            "can_retire": thread.was_shown and may_date,
            "sees_end": may_date or sees_end(request.membership, thread),
            "moderates": looks_after(request.membership, thread.space_id),
            "heard": heard_on(thread, number, request.membership),
            "number": number,
            "newer_url": _page_url(thread, number - 1) if number > 1 else "",
            "older_url": _page_url(thread, number + 1) if number < thread.last_page else "",
        }
    )


def described(
    request: CommunityRequest, thread: Thread, body: Post | None, signers: list[Signer], number: int
) -> dict[str, Any]:
    """The article itself, for readers and for machines."""
    article = article_of(thread)
    description = labelled(thread, _description(article, body))
    canonical = absolute_address(request.community, _page_url(thread, number))
    cover = cover_of(article)
    picture = (
        absolute_address(request.community, cover.url)
        if cover.url
        else share_address(request.community, thread)
    )
    is_public = thread.space_id in public_viewer(request.community).space_ids
    return {
        "thread": thread,
        "article": article,
        "standfirst": standfirst_of(article, body.body_html if body else ""),
        "body": body,
        "inset": draw_inset(thread, request) if body and (body.is_published or not thread.was_shown) else "",
        "cover": cover,
        "signers": signers,
        "tags": [
            (name, address_of("content:show-tag", slug)) for name, slug in getattr(thread, "tag_pairs", [])
        ],
        "page_title": (article and article.seo_title) or thread.title,
        "page_description": description,
        "canonical_url": canonical,
        "share_image": picture if is_public else "",
        "share_width": str(cover.width or 1200),
        "share_height": str(cover.height or 630),
        "share_type": "article",
        "structured": _for_machines(request, thread, signers, description, picture),
        "robots": "" if is_public and thread.is_published else "noindex",
        "feed_url": public_feed(request.community, kind_of(thread), thread.space),
    }


def _for_machines(
    request: CommunityRequest, thread: Thread, signers: list[Signer], description: str, picture: str
) -> Any:
    """None for members: machines are never signed in."""
    if request.membership is not None:
        return None
    crumbs = [(thread.space.name, thread.space.get_absolute_url()), (thread.title, thread.get_absolute_url())]
    return graph_of(
        _article_data(request, thread, signers, description, picture),
        breadcrumb_data(request.community, crumbs),
    )


def _beside(request: CommunityRequest, thread: Thread) -> dict[str, Any]:
    """The member’s blog in which an article stands, and whether this reader sees its figures, where there are such."""
    me = request.membership
    features = open_features(request.community, me)
    return {
        "own_blog": blog_around(thread) if FEATURE in features else None,
        "can_see_results": RESULTS in features and can_see_article_results(me, thread),
    }


def _description(article: Article | None, body: Post | None) -> str:
    words = (article.seo_description or article.excerpt) if article else ""
    if words:
        return shorten(" ".join(words.split()), LONGEST_DESCRIPTION)
    if body is None:
        return ""
    # A parser runs for it. Kept by the text, of which only this is held: the longest ones take much room.
    said = hashlib.blake2b(body.body_html.encode(), digest_size=16).digest()
    return _first_words.keep(said, lambda: excerpt(body.body_html, LONGEST_DESCRIPTION))


def _article_data(
    request: CommunityRequest, thread: Thread, signers: list[Signer], description: str, picture: str
) -> dict[str, Any]:
    community = request.community
    address = absolute_address(community, thread.get_absolute_url())
    data: dict[str, Any] = {
        "@type": "Article",
        "headline": shorten(thread.title, 110),
        "description": description,
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": thread.language,
        "image": picture,
        "author": [_person(request, signer) for signer in signers],
        "publisher": {"@type": "Organization", "name": community.name},
        "commentCount": thread.reply_count,
    }
    if thread.published_at is not None:
        data["datePublished"] = thread.published_at.isoformat(timespec="seconds")
        data["dateModified"] = (thread.edited_at or thread.published_at).isoformat(timespec="seconds")
    return data


def _person(request: CommunityRequest, signer: Signer) -> dict[str, str]:
    person = {"@type": "Person", "name": signer.display_name}
    if is_open(request.community, request.membership, "member_pages"):
        person["url"] = absolute_address(request.community, signer.url)
    return person


def _reading(
    request: CommunityRequest, thread: Thread, page: int, under: dict[int, str], *, may_reply: bool
) -> Reading:
    return Reading(
        community=request.community,
        membership=request.membership,
        features=open_features(request.community, request.membership),
        own_address=own_address(request.path, thread.get_absolute_url(), page),
        may_quote=may_reply,
        menu_of=asked_menu(request),
        under=under,
    )


def _waiting(request: CommunityRequest, thread: Thread) -> list[Post]:
    """One's own held replies, which nobody else sees."""
    if request.membership is None:
        return []
    return read_waiting(thread, request.membership.pk)


def _page_url(thread: Thread, number: int) -> str:
    return thread.get_absolute_url() + (f"?page={number}" if number > 1 else "")
