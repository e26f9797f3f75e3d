"""What becomes of feedback when its thread appears or moves."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space, Thread
from communities.signals import thread_published, threads_moved
from communities.trials.models import FEEDBACK, TRIALS, Feedback, Trial
from communities.trials.reporting import settle_feedback


def stand_beside(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """A thread that is out has its row, whoever began it and however."""
    if thread.kind == FEEDBACK:
        settle_feedback(thread)


def move_along(
    sender: type[Thread], thread_ids: list[int], source: Space, target: Space, **_extra: Any
) -> None:
    """What was found in a release of the one test was found in none of the other; who has it too stays counted."""
    if source.kind != TRIALS:
        return
    Trial.objects.get_or_create(space=target)
    moved = Feedback.objects.of_threads(thread_ids)
    moved.filter(state=Feedback.State.MENDED).update(state=Feedback.State.CONFIRMED, mended_in=None)
    Feedback.objects.filter(same_as__in=thread_ids).update(same_as=None)
    moved.update(trial=target.pk, found_in=None, same_as=None)


def connect() -> None:
    thread_published.connect(stand_beside, dispatch_uid="trials.thread_published")
    threads_moved.connect(move_along, dispatch_uid="trials.threads_moved")
