"""Replies that were written elsewhere before keep their date; nobody can date one by a form."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from communities.content.exceptions import ContentError
from communities.content.models import Post, State, Thread
from communities.content.services import publish_thread, reply_to, start_thread
from tests.conftest import Cast

WEEK = timedelta(days=7)
WRITERS = {"reply_to", "publish_thread"}


def old_thread(here: Cast) -> Thread:
    thread = start_thread(
        here.forum,
        by=here.member,
        community=here.community,
        kind="question",
        title="Old",
        body="<p>Old.</p>",
        state=State.DRAFT,
    )
    publish_thread(thread, by=here.member, at=timezone.now() - 2 * WEEK)
    found: Thread = Thread.objects.select_related("space").get(pk=thread.pk)
    return found


def test_a_dated_reply_stands_at_its_date(here: Cast) -> None:
    moment = timezone.now() - WEEK
    with here.scope():
        thread = old_thread(here)
        post = Post.objects.get(pk=reply_to(thread, by=here.owner, body="<p>Then.</p>", at=moment).pk)
        thread.refresh_from_db()

    assert (post.position, post.published_at, post.created_at) == (2, moment, moment)
    assert (thread.last_activity_at, thread.reply_count, thread.last_position) == (moment, 1, 2)
    assert thread.created_at == thread.published_at
    assert (thread.answered, thread.last_author_id) == (True, here.owner.pk)


def test_an_older_reply_does_not_turn_the_thread_back(here: Cast) -> None:
    with here.scope():
        thread = old_thread(here)
        reply_to(thread, by=here.owner, body="<p>Now.</p>")
        thread.refresh_from_db()
        active = thread.last_activity_at
        reply_to(thread, by=here.owner, body="<p>Then.</p>", at=timezone.now() - WEEK)
        thread.refresh_from_db()

    assert thread.last_activity_at == active
    assert thread.last_position == 3


def test_an_undated_reply_is_of_now(here: Cast) -> None:
    with here.scope():
        thread = old_thread(here)
        post = Post.objects.get(pk=reply_to(thread, by=here.owner, body="<p>Now.</p>").pk)
        thread.refresh_from_db()

    assert timezone.now() - post.published_at < timedelta(minutes=1)
    assert thread.last_activity_at == post.published_at


def test_nobody_writes_from_the_future(here: Cast) -> None:
    with here.scope():
        thread = old_thread(here)
        with pytest.raises(ContentError):
            reply_to(thread, by=here.owner, body="<p>Soon.</p>", at=timezone.now() + timedelta(minutes=1))

        assert not Post.objects.filter(thread=thread, position=2).exists()


def calls_with_a_date(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        name
        for call in calls
        if (name := getattr(call.func, "id", getattr(call.func, "attr", ""))) in WRITERS
        and any(keyword.arg == "at" for keyword in call.keywords)
    ]


def test_no_view_dates_what_it_writes() -> None:
    views = [
        path
        for path in (settings.BASE_DIR / "communities").rglob("*.py")
        if "views" in path.parts or path.stem.endswith("views") or path.name == "forms.py"
    ]
    assert len(views) > 3

    dated = {str(path): calls_with_a_date(Path(path).read_text()) for path in views}

    assert not {path: found for path, found in dated.items() if found}
    assert calls_with_a_date("services.reply_to(thread, by=me, at=then)") == ["reply_to"]
