"""What is told of photographs once it has happened. Each may run twice: a notice of one occasion is one line."""

from __future__ import annotations

from celery import shared_task

from communities.albums.telling import tell_followers_of_photographs, tell_person_asked
from communities.tasks import CommunityTask


@shared_task(base=CommunityTask)
def tell_of_photographs(post_ids: list[int]) -> None:
    """Tell whoever follows an album that photographs were added, once for all that came together."""
    tell_followers_of_photographs(post_ids)


@shared_task(base=CommunityTask)
def tell_of_asking(likeness_id: int) -> None:
    """Ask somebody whether they are named in a photograph."""
    tell_person_asked(likeness_id)
