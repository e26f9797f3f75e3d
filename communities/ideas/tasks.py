"""What is told of ideas once it has happened. Each may run twice: a notice of one occasion is one line."""

from __future__ import annotations

from celery import shared_task

from communities.ideas.telling import tell_voters_of_answer, tell_voters_of_merging
from communities.tasks import CommunityTask


@shared_task(base=CommunityTask)
def tell_of_answer(answer_id: int) -> None:
    """Tell author, voters and followers of an idea what the team answered."""
    tell_voters_of_answer(answer_id)


@shared_task(base=CommunityTask)
def tell_of_merging(idea_id: int) -> None:
    """Tell author, voters and followers of an idea that it was merged into another one."""
    tell_voters_of_merging(idea_id)
