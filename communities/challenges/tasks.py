"""What challenges do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.challenges.figures import VOTES, count_votes
from communities.challenges.models import Challenge
from communities.challenges.telling import look_after
from communities.counted import keep_counted
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def look_after_challenges() -> int:
    """Open and close phases, tell those concerned, find the winners, every minute; of how many challenges."""
    ids = communities_by_question("select communities_with_due_challenges(%s)", [timezone.now()])
    return inside_each(ids, look_after)


@shared_task(base=CommunityTask)
def count_many_votes(challenge_id: int) -> None:
    """How votes came in, for the page of those who run a challenge; asked for by that page, as often as is needed."""
    challenge = Challenge.objects.filter(pk=challenge_id).first()
    if challenge is not None:
        keep_counted(VOTES, challenge.pk, count_votes(challenge))
