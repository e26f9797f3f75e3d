"""The demo's articles and threads, written through the same services as members' own texts."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import translation
from django.utils.html import escape

from communities.content.addresses import ROOT
from communities.content.kinds import KINDS, kind_of
from communities.content.models import Post, State, Thread
from communities.content.services import edit_post, pin_thread, publish_thread, reply_to, start_thread
from communities.content.text.extracts import excerpt
from communities.content.text.rendering import quote_html
from communities.demo.photographing import keep_photograph, point_of, what_it_shows
from communities.demo.pictures import with_pictures
from communities.demo.polling import cast_votes, put_poll
from communities.demo.reactions import spread_reactions
from communities.demo.reading import Entry
from communities.demo.rooming import arrange_thread, put_into_series
from communities.demo.scene import Scene
from communities.models import Membership

QUOTED_CHARACTERS = 140
BRIEFLY = datetime.timedelta(minutes=6)


@dataclass
class Message:
    """One post to write; `number` is its own in the file, which others refer to."""

    number: int
    said: Entry
    at: datetime.datetime


def write_article(scene: Scene, said: Entry) -> int:
    """An article with its comments; how many posts are new. Needs the scope."""
    opening = {**said, "n": 0, "author": said["authors"][0]}
    key = scene.key(said["slug"], 0)
    if key in scene.written:
        return 0
    draft = _draft(scene, _with_cover(scene, said), opening, key)
    thread = _publish(scene, draft, opening)
    put_into_series(scene, thread, said)
    # Comments stand in the order they came, whatever their numbers in the file.
    comments = sorted(said["comments"], key=lambda one: (one["day"], one["time"]))
    messages = [Message(one["n"], one, _at(scene, one)) for one in [opening, *comments]]
    return _answer(scene, thread, said["slug"], messages)


def write_thread(scene: Scene, said: Entry) -> int:
    """A topic or question with its replies; how many posts are new. Needs the scope."""
    opening = said["posts"][0]
    key = scene.key(said["slug"], opening["n"])
    if key in scene.written:
        return 0
    if opening.get("held"):
        scene.held.add(key)
    draft = _draft(scene, said, opening, key)
    put_poll(draft, said, by=scene.people[opening["author"]])
    thread = _publish(scene, draft, opening)
    if not thread.is_published:
        return 1
    messages = [Message(one["n"], one, _at(scene, one)) for one in [opening, *said["posts"][1:]]]
    written = _answer(scene, thread, said["slug"], messages)
    kind_of(thread).demo_settle(
        thread, said, lambda number: Post.objects.get(submission=scene.key(said["slug"], number))
    )
    cast_votes(scene, thread, said)
    if said.get("pinned"):
        pin_thread(thread, by=scene.manager)
    arrange_thread(scene, Thread.objects.select_related("space").get(pk=thread.pk), said)
    return written


def _with_cover(scene: Scene, said: Entry) -> Entry:
    """The same with the photograph above it kept, where it names one."""
    if "photo" not in said:
        return said
    cover = keep_photograph(said["photo"], folder=f"uploads/{scene.community.pk}")
    return {**said, **point_of(said), "cover": cover, "art_alt": what_it_shows(said["photo"], said["lang"])}


def _draft(scene: Scene, said: Entry, opening: Entry, key: uuid.UUID) -> Thread:
    """What a file tells, not published yet: by its kind of content, else as any thread is begun."""
    space = scene.spaces[said["space"]]
    kind, body, by = KINDS[space.kind], _body(scene, opening), scene.people[opening["author"]]
    draft = kind.demo_draft(space, said, body=body, by=by, community=scene.community, submission=key)
    # Who reads what may have changed with it.
    for person in scene.people.values():
        person.__dict__.pop("_given", None)
    return draft or start_thread(
        space,
        by=by,
        community=scene.community,
        kind=kind.demo_threads[said["kind"]],
        title=said["title"],
        body=body,
        tags=said["tags"],
        language=said["lang"],
        state=State.DRAFT,
        submission=key,
    )


def _publish(scene: Scene, thread: Thread, opening: Entry) -> Thread:
    publish_thread(thread, by=scene.people[opening["author"]], at=_at(scene, opening))
    published: Thread = Thread.objects.select_related("space").get(pk=thread.pk)
    return published


def _answer(scene: Scene, thread: Thread, slug: str, messages: list[Message]) -> int:
    """The replies to a thread's first message, then edits and reactions of all; how many posts there are."""
    posts: dict[int, Post] = {messages[0].number: thread.opening()}
    latest = messages[0].at
    for above, message in pairwise(messages):
        # Times in the files are rounded; no reply may be earlier than what it answers.
        latest = min(
            max(message.at, latest + BRIEFLY if message.at <= latest else message.at), scene.clock.now
        )
        posts[message.number] = _reply(scene, thread, slug, message, posts, above=above.number, at=latest)
    for message in messages:
        _edit(scene, posts[message.number], message)
    placed = list(Post.objects.filter(thread=thread, position__isnull=False).order_by("position"))
    positions = {post.pk: post.position for post in placed}
    counts = {positions.get(posts[one.number].pk, 0): one.said.get("reactions", {}) for one in messages}
    spread_reactions(counts, placed, people=list(scene.people.values()))
    return len(messages)


def _reply(
    scene: Scene,
    thread: Thread,
    slug: str,
    message: Message,
    posts: dict[int, Post],
    *,
    above: int,
    at: datetime.datetime,
) -> Post:
    said, author = message.said, scene.people[message.said["author"]]
    key = scene.key(slug, message.number)
    if said.get("held"):
        scene.held.add(key)
    body = _body(scene, said)
    post = reply_to(
        thread,
        by=author,
        body=_quotation(said, posts, above=above, language=thread.language) + body,
        submission=key,
        # What they add to their own question.
        comment=author.pk == thread.author_id,
        at=at,
    )
    if said.get("lang", thread.language) != thread.language:
        Post.objects.filter(pk=post.pk).update(language=said["lang"])
    stored: Post = Post.objects.select_related("author").get(pk=post.pk)
    return stored


def _body(scene: Scene, said: Entry) -> str:
    """What was written, before it was edited, with its pictures uploaded."""
    author, language = scene.people[said["author"]], said.get("lang", scene.community.language)
    body = str(said.get("before") or said["body"])
    return with_pictures(body, community=scene.community, by=author, language=language)


def _quotation(said: Entry, posts: dict[int, Post], *, above: int, language: str) -> str:
    """What a message quotes: the words the file gives, or the start of what it answers further up."""
    quoted: dict[str, Any] = said.get("quote", {})
    number = quoted.get("post", said.get("reply_to"))
    if number is None or (not quoted and number == above) or number not in posts:
        return ""
    post = posts[number]
    words = quoted.get("text") or excerpt(post.body_html, QUOTED_CHARACTERS)
    name = post.author.display_name if post.author else ""
    with translation.override(language):
        return quote_html(
            name, f"{ROOT}p/{post.public_id}/", f"<p>{escape(words)}</p>", post_id=post.public_id
        )


def _edit(scene: Scene, post: Post, message: Message) -> None:
    """The later words of a post that was edited, a little after its first ones."""
    said = message.said
    if "before" not in said:
        return
    author: Membership = scene.people[said["author"]]
    edit_post(post, by=author, body=said["body"])
    edited = min(message.at + 3 * BRIEFLY, scene.clock.now)
    Post.objects.filter(pk=post.pk, edited_at__isnull=False).update(edited_at=edited)


def _at(scene: Scene, said: Entry) -> datetime.datetime:
    return scene.clock.at(said["day"], said["time"])
