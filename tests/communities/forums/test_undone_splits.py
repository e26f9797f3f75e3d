"""A split that is undone opens no question that was closed in between."""

from __future__ import annotations

import pytest

from communities.content.models import Post, PostMove, Thread
from communities.content.services import split_thread
from communities.content.services.splitting import unsplit_thread
from communities.forums.models import SameQuestion
from communities.forums.same import close_as_same, open_again
from communities.journal.exceptions import NothingToUndo
from tests.conftest import Cast
from tests.factories import make_thread


def ask(here: Cast, title: str, replies: int = 0) -> Thread:
    return make_thread(here.forum, by=here.member, title=title, kind="question", replies=replies)


def split(here: Cast, thread: Thread) -> Thread:
    posts = list(Post.objects.filter(thread=thread, position__gt=1).values_list("pk", flat=True))
    return split_thread(thread, posts=posts, title="Aside", by=here.moderator, community=here.community)


def undo_split(here: Cast) -> None:
    unsplit_thread(PostMove.objects.select_related("source", "target").get(), by=here.moderator)


def test_what_led_to_the_new_thread_leads_to_the_one_its_posts_are_in(here: Cast) -> None:
    with here.scope():
        first, other = ask(here, "Which twine?", replies=2), ask(here, "What twine?")
        aside = split(here, first)
        close_as_same(other, original=aside, by=here.moderator, reason="Both are about twine.")
        undo_split(here)
        row = SameQuestion.objects.get()
        assert (row.thread_id, row.original_id, row.reason) == (other.pk, first.pk, "Both are about twine.")
        assert Thread.objects.get(pk=other.pk).is_double


def test_where_they_could_lead_nowhere_the_split_stays_until_they_are_open(here: Cast) -> None:
    with here.scope():
        first = ask(here, "Which twine?", replies=2)
        aside = split(here, first)
        close_as_same(first, original=aside, by=here.moderator)
        with pytest.raises(NothingToUndo, match="Open them again first"):
            undo_split(here)
        assert Thread.objects.filter(pk=aside.pk).exists()
        assert SameQuestion.objects.get().original_id == aside.pk
        assert open_again(Thread.objects.get(pk=first.pk), by=here.moderator)
        undo_split(here)
        assert not SameQuestion.objects.exists()
