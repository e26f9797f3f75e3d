"""What becomes of feedback when its thread appears."""

from __future__ import annotations

from typing import Any

from communities.content.models import Thread
from communities.signals import thread_published
from communities.trials.models import FEEDBACK
from communities.trials.reporting import settle_feedback


def stand_beside(sender: type[Thread], thread: Thread, **_extra: Any) -> None:
    """A thread that is out has its row, whoever began it and however."""
    if thread.kind == FEEDBACK:
        settle_feedback(thread)


def connect() -> None:
    thread_published.connect(stand_beside, dispatch_uid="trials.thread_published")
