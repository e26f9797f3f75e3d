"""What Today does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.models import HANDLING_KEPT
from communities.animation.today.forgetting import forget_old_acts
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def forget_old_handlings() -> int:
    """Every day: acts about matters of over 400 days; how many."""
    ids = communities_by_question(
        "select communities_with_old_handlings(%s)", [timezone.now() - HANDLING_KEPT]
    )
    return inside_each(ids, forget_old_acts)
