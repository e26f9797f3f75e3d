"""The articles of a community as WXR, the form in which blogs move between systems; our own import reads it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import translation

from communities.content.addresses import to_shown
from communities.content.kinds import Kind, kind_for_import
from communities.content.models import Post, State, Thread
from communities.content.showing.syndication import sayable, told_html
from communities.models import Community, Membership
from communities.queries import absolute_address, community_root
from communities.scoping import community_scope

# Articles in one transaction.
AT_ONCE = 50
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
FOOT = "</channel>\n</rss>\n"
STATUS = {State.PUBLISHED: "publish", State.SCHEDULED: "future"}


def write_articles(community: Community) -> Iterator[str]:
    """The file piece by piece: authors first, then each article with its comments. What is public is `publish`;
    articles of spaces that visitors cannot read are `private`, all that is not out is a draft."""
    kind, name = kind_for_import("wordpress")
    yield HEAD
    yield f"<title>{_text(community.name)}</title>\n<link>{_text(community_root(community))}</link>\n"
    yield f"<language>{_text(community.language)}</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n"
    yield f"<wp:base_blog_url>{_text(community_root(community).rstrip('/'))}</wp:base_blog_url>\n"
    with community_scope(community):
        # Members’ addresses are not in it: this file is made to be given to another system.
        for person in Membership.objects.filter(threads__kind=name).distinct().order_by("pk").iterator():
            yield _author(person)
    after = 0
    while True:
        with community_scope(community):
            threads = list(
                Thread.objects.filter(kind=name, pk__gt=after)
                .exclude(state__in=[State.RETIRED, State.HIDDEN, State.REMOVED, State.DELETED, State.PURGED])
                .select_related("author", "space").prefetch_related("tags").order_by("pk")[:AT_ONCE]
            )  # fmt: skip
            yield from _items(community, threads, kind)
        if len(threads) < AT_ONCE:
            break
        after = threads[-1].pk
    yield FOOT


def _items(community: Community, threads: list[Thread], kind: Kind) -> Iterator[str]:
    sides: Any = kind.side
    beside = sides.objects.in_bulk([thread.pk for thread in threads]) if sides else {}
    root = community_root(community)
    for thread in threads:
        posts = Post.objects.filter(thread=thread).select_related("author").order_by("position", "pk")
        opening, *replies = list(posts) or [None]
        if opening is not None:
            excerpt = getattr(beside.get(thread.pk), "excerpt", "")
            yield _item(community, thread, opening, excerpt, root)
            shown = [one for one in replies if one.state == State.PUBLISHED]
            yield "".join(_comment(one, community, root) for one in shown)
            yield "</item>\n"


def _item(community: Community, thread: Thread, opening: Post, excerpt: str, root: str) -> str:
    at = thread.published_at or thread.scheduled_for or thread.created_at
    status = STATUS.get(State(thread.state), "draft")
    if status == "publish" and thread.space.audience != "public":
        status = "private"
    terms = "".join(
        f'<category domain="post_tag" nicename={quoteattr(tag.slug)}>{_text(tag.name)}</category>\n'
        for tag in thread.tags.all()
    )
    return (
        f"<item>\n<title>{_text(thread.title)}</title>\n"
        f"<link>{_text(absolute_address(community, thread.get_absolute_url()))}</link>\n"
        f"<dc:creator>{_text(thread.author.handle if thread.author else '')}</dc:creator>\n"
        f"<content:encoded>{_body(opening, community, root)}</content:encoded>\n"
        f"<excerpt:encoded>{_text(excerpt)}</excerpt:encoded>\n"
        f"<wp:post_id>{thread.pk}</wp:post_id>\n<wp:post_date_gmt>{_moment(at)}</wp:post_date_gmt>\n"
        f"<wp:post_name>{_text(thread.slug)}</wp:post_name>\n<wp:status>{status}</wp:status>\n"
        f"<wp:post_type>post</wp:post_type>\n<wp:is_sticky>{int(bool(thread.pinned))}</wp:is_sticky>\n"
        f"<wp:comment_status>{'closed' if thread.locked else 'open'}</wp:comment_status>\n{terms}"
    )


def _body(post: Post, community: Community, root: str) -> str:
    """With the label of what was written for a reward: it is to go with the text wherever that goes."""
    with translation.override(community.language):
        return _text(to_shown(told_html(post), root))


def _comment(post: Post, community: Community, root: str) -> str:
    return (
        f"<wp:comment>\n<wp:comment_id>{post.pk}</wp:comment_id>\n"
        f"<wp:comment_author>{_text(str(post.author or ''))}</wp:comment_author>\n"
        f"<wp:comment_date_gmt>{_moment(post.published_at or post.created_at)}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{_body(post, community, root)}</wp:comment_content>\n"
        "<wp:comment_approved>1</wp:comment_approved>\n"
        f"<wp:comment_user_id>{post.author_id or 0}</wp:comment_user_id>\n</wp:comment>\n"
    )


def _author(person: Membership) -> str:
    return (
        f"<wp:author><wp:author_id>{person.pk}</wp:author_id>"
        f"<wp:author_login>{_text(person.handle)}</wp:author_login>"
        f"<wp:author_display_name>{_text(person.display_name)}</wp:author_display_name></wp:author>\n"
    )


def _text(text: str) -> str:
    return escape(sayable(text))


def _moment(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
