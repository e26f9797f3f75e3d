"""The law of filing: a thread that is filed equals the same thread written one act after the other, with its dates."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import signals
from communities.blogs.filing import file_articles
from communities.blogs.models import Article
from communities.blogs.services import About, Draft, stored_html, write_article
from communities.content.models import (
    Mention,
    Post,
    ReadMarker,
    State,
    Subscription,
    Tag,
    TaggedThread,
    Thread,
    ThreadTitle,
)
from communities.content.queries import recount_community
from communities.content.services import (
    PostToFile,
    RepliesToFile,
    ThreadToFile,
    delete_post,
    file_replies,
    file_threads,
    lock_thread,
    pin_thread,
    publish_thread,
    reply_to,
    start_thread,
)
from communities.content.viewers import public_viewer
from communities.exceptions import NotAllowed
from communities.forums.models import Question
from communities.forums.services import accept_answer, file_answers
from tests.conftest import Cast

BEGUN = datetime.datetime(2019, 5, 4, 10, 0, tzinfo=datetime.UTC)
# A thread's time of activity moves once a minute at most while people write, so replies stand further apart here;
# one may also be dated before what it follows.
GAPS = [datetime.timedelta(minutes=-7), datetime.timedelta(minutes=2), datetime.timedelta(days=3)]
PEOPLE = ("owner", "manager", "member", "ambassador")
WORDS = ["rope", "épissure", "winch", "sails"]


@dataclass
class Said:
    who: str
    html: str
    at: datetime.datetime


@dataclass
class Story:
    """A thread as it went, whoever writes it down."""

    kind: str
    posts: list[Said]
    tags: list[str] = field(default_factory=list)
    state: str = State.PUBLISHED
    locked: str = ""
    pinned: bool = False
    accepted: int | None = None

    excerpt: str = "In short."
    cover: str = ""
    seo_title: str = ""
    seo_description: str = ""
    comments_open: bool = True


def story(seed: int) -> Story:
    chance = random.Random(seed)
    kind = ("topic", "question", "article", "question", "announcement")[seed % 5]
    html = "<h2>Of knots</h2><p>Which one?</p><h2>Of knots</h2><ul><li>none</li></ul>"
    at = BEGUN
    posts = [Said("owner", html, at)]
    state = State.DRAFT if chance.random() < 0.2 else State.PUBLISHED
    for number in range(0 if state == State.DRAFT else chance.choice([0, 1, 2, 5])):
        at += chance.choice(GAPS)
        posts.append(Said(chance.choice(PEOPLE), f"<p>Words number {number}.</p>", at))
    public = state == State.PUBLISHED
    return Story(
        kind,
        posts,
        tags=chance.sample(WORDS, chance.choice([0, 1, 3])),
        state=state,
        locked="Long enough." if public and chance.random() < 0.3 else "",
        pinned=public and chance.random() < 0.3,
        accepted=chance.randrange(1, len(posts)) if kind == "question" and len(posts) > 1 else None,
    )


def written(here: Cast, told: Story) -> Thread:
    """One act after the other, through the doors that members use."""
    opening, *replies = told.posts
    by, space = getattr(here, opening.who), here.blog if told.kind == "article" else here.forum
    words: dict[str, Any] = {"by": by, "community": here.community}
    if told.kind == "article":
        draft = Draft("A thread", opening.html, tags=told.tags, about=About(excerpt=told.excerpt))
        thread = write_article(space, draft=draft, **words)
    else:
        thread = start_thread(
            space,
            kind=told.kind,
            title="A thread",
            body=opening.html,
            tags=told.tags,
            state=State.DRAFT,
            **words,
        )
    # Nobody could write this then: a draft is as old as its first words.
    Thread.objects.filter(pk=thread.pk).update(created_at=opening.at)
    Post.objects.filter(thread=thread).update(created_at=opening.at)
    if told.state == State.PUBLISHED:
        publish_thread(thread, by=by, at=opening.at)
    thread = Thread.objects.select_related("space", "author").get(pk=thread.pk)
    posts = [reply_to(thread, by=getattr(here, one.who), body=one.html, at=one.at) for one in replies]
    if told.accepted is not None:
        accept_answer(thread, post=posts[told.accepted - 1], by=by)
    elif told.kind == "question":
        Question.objects.create(thread=thread)
    if told.locked:
        lock_thread(thread, by=here.moderator, reason=told.locked)
    if told.pinned:
        pin_thread(thread, by=here.moderator)
    return Thread.objects.get(pk=thread.pk)


def to_file(here: Cast, told: Story, slug: str, *, only: int | None = None) -> ThreadToFile:
    return ThreadToFile(
        space=here.blog if told.kind == "article" else here.forum,
        kind=told.kind,
        slug=slug,
        title="A thread",
        posts=posts_to_file(here, told)[:only],
        state=told.state,
        locked_reason=told.locked,
        pinned=told.pinned,
        tags=[Tag.objects.get_or_create(name=name, slug=name.replace("é", "e"))[0] for name in told.tags],
        accepted=told.accepted,
        said=told,
    )


def posts_to_file(here: Cast, told: Story) -> list[PostToFile]:
    posts = [PostToFile(one.html, one.at, getattr(here, one.who).pk) for one in told.posts]
    if told.kind == "article":
        posts[0].html = stored_html(posts[0].html)
    return posts


def filed(here: Cast, told: Story, slug: str = "filed") -> Thread:
    done = file_threads([to_file(here, told, slug)], community=here.community, by=here.manager)
    file_articles([one for one in done if one.thread.kind == "article"])
    file_answers([one for one in done if one.thread.kind == "question"])
    return Thread.objects.get(slug=slug)


def row(thing: Any, *without: str) -> dict[str, Any]:
    """A row as it is stored, without what tells it from its twin."""
    names = [one.attname for one in thing._meta.concrete_fields if one.attname not in without]
    return {name: getattr(thing, name) for name in names}


def all_of(thread: Thread) -> dict[str, Any]:
    """Whatever is stored of a thread; of its texts what is read, not what their editor begins with."""
    posts = list(Post.objects.filter(thread=thread).order_by("position", "id"))
    places = {post.pk: post.position for post in posts}
    beside: list[dict[str, Any]] = [row(one, "thread_id") for one in Article.objects.filter(thread=thread)]
    # When an answer was accepted is known of living members only.
    beside += [
        row(one, "thread_id", "accepted_id", "accepted_at") | {"accepted": places.get(one.accepted_id)}
        for one in Question.objects.filter(thread=thread)
    ]
    return {
        # The moment at which it was put on top is that of the act; that there is one is the database’s rule.
        "thread": row(thread, "id", "slug", "pinned_at"),
        "posts": [row(post, "id", "thread_id", "public_id", "body_source", "news_due_at") for post in posts],
        "title": [row(one, "thread_id") for one in ThreadTitle.objects.filter(thread=thread)],
        "tags": sorted(
            TaggedThread.objects.filter(content_object=thread).values_list("tag__slug", "published_at")
        ),
        "beside": beside,
    }


def lists_with(here: Cast, thread: Thread) -> list[str]:
    """In which lists, and by which words, visitors find a thread."""
    seen = Thread.objects.visible_to(public_viewer(here.community))
    with connection.cursor() as cursor:
        cursor.execute("select vector::text from content_threadtitle where thread_id = %s", [thread.pk])
        words = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "select vector::text from content_post where thread_id = %s order by position, id", [thread.pk]
        )
        words += [row[0] for row in cursor.fetchall()]
    found = {
        "active": seen.active(),
        "pinned": seen.pinned_first(),
        "unanswered": seen.unanswered(),
        "any": seen,
    }
    return [name for name, threads in found.items() if threads.filter(pk=thread.pk).exists()] + words


def tag_counts() -> dict[str, int]:
    return dict(Tag.objects.filter(thread_count__gt=0).values_list("slug", "thread_count"))


@pytest.mark.parametrize("seed", range(20))
def test_a_filed_thread_equals_the_same_thread_written_act_by_act(here: Cast, seed: int) -> None:
    told = story(seed)
    with here.scope():
        living = written(here, told)
        counts = tag_counts()
        copy = filed(here, told)

        assert all_of(copy) == all_of(living)
        assert lists_with(here, copy) == lists_with(here, living)
        assert tag_counts() == {slug: 2 * count for slug, count in counts.items()}
        # How much each member wrote in all is counted at night only, whoever writes.
        assert not {"threads", "tags"} & set(recount_community(here.community.pk))


def test_who_answers_and_accepts_oneself_has_solved_it_either_way(here: Cast) -> None:
    posts = [Said("owner", "<p>Why?</p>", BEGUN), Said("owner", "<p>So.</p>", BEGUN + GAPS[1])]
    with here.scope():
        for accepted in (None, 1):
            told = Story("question", posts, accepted=accepted)
            living, copy = written(here, told), filed(here, told, f"accepted-{accepted}")
            assert all_of(copy) == all_of(living)
            assert (copy.solved, copy.answered) == (bool(accepted), bool(accepted))


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 6, 8, 10, 11])
def test_replies_that_come_later_lead_to_the_same_thread(here: Cast, seed: int) -> None:
    told = story(seed)
    told.accepted = None
    told.state, told.posts = (
        State.PUBLISHED,
        [*told.posts, Said("member", "<p>Late.</p>", BEGUN + GAPS[2] * 9)],
    )
    with here.scope():
        at_once = filed(here, told, "at-once")
        file_threads([to_file(here, told, "in-parts", only=1)], community=here.community, by=None)
        parts = Thread.objects.select_related("space").get(slug="in-parts")
        file_replies([RepliesToFile(parts, posts_to_file(here, told)[1:])], community=here.community, by=None)

        later = Thread.objects.get(pk=parts.pk)
        assert all_of(later) | {"beside": []} == all_of(at_once) | {"beside": []}


def test_what_is_filed_goes_on_as_any_thread(here: Cast) -> None:
    """The same acts afterwards lead to the same rows."""
    told = Story(
        "question", [Said("owner", "<p>Why?</p>", BEGUN), Said("member", "<p>So.</p>", BEGUN + GAPS[1])]
    )
    with here.scope():
        pair = [written(here, told), filed(here, told)]
        now = timezone.now() - datetime.timedelta(minutes=1)
        for number, thread in enumerate(pair):
            thread = Thread.objects.select_related("space").get(pk=thread.pk)
            reply_to(thread, by=here.ambassador, body="<p>Or so.</p>", at=now)
            delete_post(thread.posts.get(position=2), by=here.member)
            Post.objects.filter(thread=thread).exclude(deleted_at=None).update(deleted_at=now)
            pair[number] = Thread.objects.get(pk=thread.pk)

        assert all_of(pair[0]) == all_of(pair[1])
        assert (pair[1].reply_count, pair[1].last_position, pair[1].answered) == (1, 3, True)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """The names of the events that are sent meanwhile."""
    heard: list[str] = []
    receivers = []
    for name, signal in vars(signals).items():
        if isinstance(signal, Signal):

            def hear(sender: object, name: str = name, **_event: Any) -> None:
                heard.append(name)

            signal.connect(hear, weak=False)
            receivers.append((signal, hear))
    try:
        yield heard
    finally:
        for signal, hear in receivers:
            signal.disconnect(hear)


def test_nobody_hears_of_it(here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    told = Story(
        "question", [Said("owner", "<p>Hm?</p>", BEGUN), Said("member", "<p>@h</p>", BEGUN)], accepted=1
    )
    with here.scope():
        with overheard() as heard, django_capture_on_commit_callbacks() as later:
            thread = filed(here, told)
            file_replies(
                [RepliesToFile(thread, posts_to_file(here, told)[1:])], community=here.community, by=None
            )
        assert (heard, later) == ([], [])
        for traces in (Subscription, ReadMarker, Mention):
            assert not traces.objects.exists()
        with overheard() as heard:
            written(here, told)
        assert {"post_published", "thread_published", "answer_accepted"} <= set(heard)


def test_only_who_may_import_files(here: Cast) -> None:
    told = story(0)
    with here.scope():
        for by in (here.member, here.moderator, here.ambassador):
            with pytest.raises(NotAllowed):
                file_threads([to_file(here, told, "no")], community=here.community, by=by)
            with pytest.raises(NotAllowed):
                file_replies([], community=here.community, by=by)
        assert not Thread.objects.exists()
        for slug, by in (("owner", here.owner), ("manager", here.manager), ("operator", None)):
            file_threads([to_file(here, told, slug)], community=here.community, by=by)
        assert Thread.objects.count() == 3


def test_many_threads_take_as_few_statements_as_two(here: Cast) -> None:
    def statements(name: str, count: int) -> int:
        told = [story(5 * number) for number in range(count)]
        batch = [to_file(here, one, f"{name}-{number}") for number, one in enumerate(told)]
        with CaptureQueriesContext(connection) as asked:
            file_threads(batch, community=here.community, by=here.manager)
        return len(asked)

    with here.scope():
        few, many = statements("few", 4), statements("many", 40)
        assert few == many
        assert Thread.objects.count() == 44
