"""Polls as tests need them, made through the services."""

from __future__ import annotations

from typing import Any

from communities.content.models import Thread
from communities.models import Membership
from communities.polls.models import Ballot, Poll
from communities.polls.queries import poll_of
from communities.polls.services import Wishes, add_poll
from communities.polls.voting import cast_vote
from tests.conftest import Cast
from tests.factories import make_thread

OPTIONS = ("Hemp", "Cotton", "Polyester")


def make_poll(here: Cast, *, by: Membership | None = None, **said: Any) -> Poll:
    """A poll under a new thread of the member, in scope."""
    by = by or here.member
    thread = make_thread(here.forum, by=by, title="What do you splice with?")
    return under(thread, by=by, **said)


def under(thread: Thread, *, by: Membership, **said: Any) -> Poll:
    return add_poll(thread, Wishes(**{"question": "", "options": OPTIONS, "most": 3, **said}), by=by)


def vote(poll: Poll, *choices: int, by: Membership) -> Ballot:
    fresh = Thread.objects.select_related("space").get(pk=poll.thread_id)
    held = poll_of(fresh)
    assert held is not None
    return cast_vote(held, choices, by=by)
