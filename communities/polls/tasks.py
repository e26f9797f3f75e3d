"""What polls do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.polls.repeating import open_again
from communities.polls.telling import tell_of_ends
from communities.queries import communities_by_question
from communities.tasks import inside_each
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
