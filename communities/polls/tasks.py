"""What polls do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.counted import keep_counted
from communities.polls.models import Poll
from communities.polls.repeating import open_again
from communities.polls.rounds import ROUNDS, count_rounds
from communities.polls.telling import tell_of_ends
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def tell_of_closed_polls() -> int:
    """Tell those concerned of polls that have closed, every minute; how many polls."""
    ids = communities_by_question("select communities_with_polls_over(%s)", [timezone.now()])
    return inside_each(ids, tell_of_ends)


@shared_task(base=Periodic)
def reopen_polls() -> int:
    """Open those anew that come back and whose moment has come, every minute; how many polls."""
    ids = communities_by_question("select communities_with_polls_to_reopen(%s)", [timezone.now()])
    return inside_each(ids, open_again)


@shared_task(base=CommunityTask)
def count_many_rankings(poll_id: int) -> None:
    """The rounds of a ranked poll, for those who look at it; asked for by them, as often as is needed."""
    poll = Poll.objects.filter(pk=poll_id).first()
    if poll is not None:
        keep_counted(ROUNDS, poll.pk, count_rounds(poll))
