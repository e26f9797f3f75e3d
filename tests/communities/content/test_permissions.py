"""What nobody may, and what is asked of a text of another kind: the answers that no page ever waits for."""

from __future__ import annotations

import pytest

from communities.albums.permissions import can_add_photographs
from communities.blogs.permissions import can_preview_article, signs_article
from communities.content.models import Post, Thread
from communities.content.models.posts import State
from communities.content.permissions import (
    can_open_wiki,
    can_see_history,
    can_start_thread,
    moderates,
    shows_body,
)
from communities.exceptions import NoScope
from communities.forums.permissions import can_assign_thread, can_unassign_thread
from communities.ideas.models import Box
from communities.ideas.permissions import can_merge_idea
from communities.trials.permissions import can_handle_feedback
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


def test_a_visitor_and_a_text_of_another_kind(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
        post = make_reply(thread, by=here.member)
        assert not signs_article(here.owner, thread)
        assert not can_preview_article(here.owner, thread)
        assert not can_preview_article(None, thread)
        assert not can_start_thread(None, here.forum)
        assert not moderates(None, post)
        assert not can_assign_thread(None, thread)
        assert not can_unassign_thread(None, thread, here.manager.pk)
        assert can_unassign_thread(here.manager, thread, here.manager.pk)
        assert not can_open_wiki(None, post)
        assert not can_see_history(None, post)
        assert not can_handle_feedback(None, thread)
        assert not can_merge_idea(None, thread, Box(space=here.forum))
        assert not can_add_photographs(None, thread)
        assert shows_body(None, post)
        Post.objects.filter(pk=post.pk).update(state=State.REMOVED)
        post.refresh_from_db()
        assert not shows_body(None, post)
        assert shows_body(here.moderator, post)
        assert not can_open_wiki(here.moderator, post), "removed"
        here.forum.archived = True
        assert not can_start_thread(here.owner, here.forum)


def test_no_sql_is_written_past_the_wall(here: Cast) -> None:
    with here.scope(), pytest.raises(NoScope, match=r"queries\.py"):
        Thread.objects.all().raw("select 1")
