"""How stored texts reach a page. The only module that marks a post's HTML as safe: it was sanitised at write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from communities.content.addresses import to_shown
from communities.content.beside import draw_beside, draw_taking_part
from communities.content.kinds import kind_of
from communities.content.models import PendingEdit, Post, Revision, Space, Thread
from communities.content.nesting import name_behind
from communities.content.permissions import can_restore_post
from communities.content.post_forms import EmptyReply
from communities.content.showing.changes import drawn
from communities.content.showing.feet import PostFeet
from communities.content.showing.files import as_read
from communities.content.showing.home import line_of
from communities.content.showing.pictures import shows_pictures
from communities.content.showing.reading import texts_of
from communities.content.showing.readings import Reading
from communities.content.showing.rewards import Labelled, label_html
from communities.content.showing.rows import PostRows
from communities.content.showing.thread_rows import ThreadRows
from communities.content.showing.waits import held_notice
from communities.content.text.cards import shows_films
from communities.content.text.differences import Piece
from communities.content.text.extracts import excerpt
from communities.content.viewers import viewer_of
from communities.memory import Memory
from communities.models import Community, Membership, fingerprint
from communities.templatetags.shell import TOKEN, kept_piece

register = template.Library()

_empty_replies: Memory[str] = Memory(lambda: "", size=256, lifetime=600.0, told=True)

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# What could end a script element, or start a comment in it, written as JSON writes any character.
_IN_SCRIPT = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@register.filter
def body(post: Post | Revision | PendingEdit, features: frozenset[str] | None = None) -> SafeString:
    """`{{ post|body:open_features }}`: a stored text with the addresses of the present request.

    `open_features` decides whether mentions are links; if it is not given, they are.
    """
    html = as_read(post.body_html)
    return mark_safe(to_shown(html, member_pages=features is None or "member_pages" in features))


@register.filter
def drawn_changes(pieces: Sequence[Piece]) -> SafeString:
    """`{{ pieces|drawn_changes }}`: what changed between two states of a text. Every word of it is escaped."""
    return mark_safe(drawn(pieces))


def part_of(html: str) -> SafeString:
    """A part of what `body` has answered with, cut where an element of it ends."""
    return mark_safe(html)


@register.simple_tag
def waiting_notice(community: Community) -> str:
    """`{% waiting_notice community as text %}`: what the author of a held text reads, with the usual wait."""
    return held_notice(community.pk)


@register.simple_tag
def post_rows(posts: Sequence[Post], reading: Reading, thread: Thread) -> SafeString:
    """`{% post_rows posts reading thread %}`: the posts of one page, see communities.content.showing.rows."""
    return mark_safe(PostRows(reading, thread).render(posts))


@register.simple_tag(takes_context=True)
def thread_line(context: template.Context, thread: Thread, *, is_new: bool) -> SafeString:
    """`{% thread_line thread is_new=False %}`: a thread in a list of the home page."""
    with context.push(thread=thread, is_new=is_new):
        return kept_piece(context, "content/thread_line.html", is_new, *line_of(thread))


@register.simple_tag(takes_context=True)
def behind(context: template.Context, space: Space) -> str:
    """`{% behind space %}`: its name behind that of the space it stands in, if this reader may read that."""
    return name_behind(space, viewer_of(context["request"]).space_ids)


@register.simple_tag(takes_context=True)
def feed_links(context: template.Context) -> SafeString:
    """`{% feed_links %}`: where browsers find feeds and search. Arguments, from the page: feed_url, page_title."""
    told = (context.get("feed_url", ""), str(context.get("page_title", "")))
    return kept_piece(context, "content/feed_links.html", *told)


@register.simple_tag(takes_context=True)
def empty_reply(context: template.Context, name: str) -> SafeString:
    """`{% empty_reply "content/reply_form.html" %}`: the form of a reply with nothing in it, drawn once for all threads
    of a kind. Arguments, from the page: form (an EmptyReply), thread_url, community."""
    form: EmptyReply = context["form"]
    key = (
        name,
        form.thread.kind,
        form.offered,
        fingerprint(context["community"]),
        get_language(),
        get_script_prefix(),
    )

    def draw() -> str:
        assert context.template is not None
        drawn_once = {"form": form.drawn_once(), "thread_url": form.URL, "csrf_token": TOKEN}
        with context.push(**drawn_once):
            return str(context.template.engine.get_template(name).render(context))

    drawn = form.filled(_empty_replies.keep(key, draw), url=escape(context["thread_url"]))
    return mark_safe(drawn.replace(TOKEN, str(context["csrf_token"])))


@register.simple_tag
def post_reactions(post: Post, reading: Reading, thread: Thread) -> SafeString:
    """The reactions of one post, as in its row: to be swapped in after a click."""
    return mark_safe(PostFeet(reading, thread).reactions(post))


@register.inclusion_tag("content/post_acts.html", takes_context=True)
def post_acts(context: template.Context) -> dict[str, Any]:
    """`{% post_acts %}`: the form that all buttons of a page of posts send, and the menu that a script puts under them.
    Once on the page, for members.

    Arguments, from the page: posts, waiting, reading, thread.
    """
    feet = PostFeet(context["reading"], context["thread"])
    menu = mark_safe(feet.shared_menu([*context["posts"], *context["waiting"]]))
    return {"menu": menu, "csrf_token": context["csrf_token"]}


@register.simple_tag(takes_context=True)
def reading_tools(context: template.Context) -> SafeString:
    """`{% reading_tools %}`: what reading texts takes beside them: sharing, wide parts by keyboard, pictures large,
    films.
    Once on the page, for everybody.

    Arguments, from the page: posts, waiting, body.
    """
    others = [*(context.get("waiting") or ()), *filter(None, [context.get("body")])]
    texts = [*texts_of(context.get("posts") or ()), *texts_of(others)]
    pictures, films = any(map(shows_pictures, texts)), any(map(shows_films, texts))
    shares = context.get("membership") is None
    with context.push(pictures=pictures, films=films, shares=shares):
        return kept_piece(context, "content/reading_tools.html", pictures, films, shares)


@register.simple_tag(takes_context=True)
def beside_thread(context: template.Context, thread: Thread) -> SafeString:
    """`{% beside_thread thread %}`: what other kinds show on the page of what people come together for, as they drew
    it."""
    return mark_safe("".join(draw_beside(thread, context["request"])))


@register.simple_tag(takes_context=True)
def takes_part(context: template.Context, thread: Thread) -> SafeString:
    """`{% takes_part thread %}`: what a text takes part in that another kind holds, below its head; for most nothing,
    which asks nothing."""
    return mark_safe("".join(draw_taking_part(thread, context["request"])))


@register.simple_tag
def structured_data(data: dict[str, Any] | None) -> SafeString:
    """JSON-LD for machines that read the page; nothing in it can end the script element."""
    if not data:
        return SafeString("")
    written = _as_json(data).translate(_IN_SCRIPT)
    # Data is not run, so the policy asks no nonce of it, and the page can be remembered.
    return mark_safe(f'<script type="application/ld+json">{written}</script>')


@register.simple_tag
def thread_rows(threads: Sequence[Thread], rows: ThreadRows) -> SafeString:
    """`{% thread_rows threads rows %}`: the rows of a list, see communities.content.showing.thread_rows."""
    return mark_safe(rows.render(threads))


@register.simple_tag
def rewarded(text: Labelled | None) -> SafeString:
    """`{% rewarded thread %}`: that it was written for a reward, where it was; of a text, or of a thread."""
    return label_html() if text is not None and text.rewarded else SafeString("")


@register.filter
def words_of(post: Post, length: int) -> str:
    """`{{ post|words_of:160 }}`: the first words of a text."""
    return excerpt(post.body_html, length)


@register.filter
def stands_open(thread: Thread, features: frozenset[str]) -> bool:
    """`{{ thread|stands_open:open_features }}`: whether its address answers, or is that of a part that is closed."""
    return kind_of(thread).feature in features


@register.filter
def restorable_by(post: Post, membership: Membership | None) -> bool:
    return can_restore_post(membership, post)
