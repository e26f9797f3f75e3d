"""What becomes of things when their reviews move."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space, Thread
from communities.reviews.models import REVIEWS, Thing
from communities.signals import threads_moved


def move_along(
    sender: type[Thread], thread_ids: list[int], source: Space, target: Space, **_extra: Any
) -> None:
    """A thing goes with the last of its reviews: a space that holds no thread, and may be deleted, has none that is
    reviewed elsewhere."""
    if source.kind != REVIEWS:
        return
    moved = Thing.objects.filter(space=source, reviews__thread__in=thread_ids)
    moved.exclude(reviews__thread__space=source).update(space=target)


def connect() -> None:
    threads_moved.connect(move_along, dispatch_uid="reviews.threads_moved")
