"""What becomes of ideas when their threads appear or move."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space, Thread
from communities.ideas.models import IDEA, IDEAS, Box, Idea, Vote
from communities.ideas.services import promise_answer, settle_idea
from communities.signals import thread_published, threads_moved


def stand_beside(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """A thread that is out has its row, whoever began it and however."""
    if thread.kind == IDEA:
        settle_idea(thread)
        promise_answer(thread)


def move_along(
    sender: type[Thread], thread_ids: list[int], source: Space, target: Space, **_extra: Any
) -> None:
    """Votes stay with their ideas, and cost nothing of the budget of the box that they come to."""
    if source.kind != IDEAS:
        return
    Box.objects.get_or_create(space=target)
    Idea.objects.of_threads(thread_ids).update(box=target.pk)
    Vote.objects.filter(idea__in=thread_ids).update(box=target.pk, place=None)


def connect() -> None:
    thread_published.connect(stand_beside, dispatch_uid="ideas.thread_published")
    threads_moved.connect(move_along, dispatch_uid="ideas.threads_moved")
