"""Polls as tests need them, made through the services."""

from __future__ import annotations

from typing import Any

from communities.content.models import Post, Thread
from communities.content.services import reply_to
from communities.models import Membership
from communities.polls.models import Ballot, Poll
from communities.polls.queries import poll_of, poll_under
from communities.polls.services import Wishes, add_poll
from communities.polls.voting import cast_vote
from tests.conftest import Cast
from tests.factories import make_thread

# Where `make_poll` puts one: under the text of a thread, or under a reply in it (the fixture `place`).
PLACE = "text"
OPTIONS = ("Hemp", "Cotton", "Polyester")


def make_poll(here: Cast, *, by: Membership | None = None, **said: Any) -> Poll:
    """A poll under a new thread of the member, or under their reply in it, in scope."""
    by = by or here.member
    thread = make_thread(here.forum, by=by, title="What do you splice with?")
    post = reply_to(thread, by=by, body="<p>Let us ask everybody.</p>") if PLACE == "reply" else None
    return under(thread, by=by, post=post, **said)


def under(thread: Thread, *, by: Membership, post: Post | None = None, **said: Any) -> Poll:
    wishes = Wishes(**{"question": "", "options": OPTIONS, "most": 3, **said})
    return add_poll(thread, wishes, by=by, post=post)


def now_where(poll: Poll) -> Poll:
    """The one of now that stands where this one does, as a page has it."""
    fresh = Thread.objects.select_related("space").get(pk=poll.thread_id)
    post = Post.objects.select_related("thread__space").filter(pk=poll.post_id).first()
    held = poll_under(post) if post is not None else poll_of(fresh)
    assert held is not None
    return held


def vote(poll: Poll, *choices: int, by: Membership) -> Ballot:
    return cast_vote(now_where(poll), choices, by=by)


def inset_where(poll: Poll) -> str:
    """What the text that a poll stands under says of that."""
    text = Thread.objects.filter(pk=poll.thread_id)
    return str(
        (Post.objects.filter(pk=poll.post_id) if poll.post_id else text).values_list("inset", flat=True).get()
    )
