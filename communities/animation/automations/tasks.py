"""What automations do by the clock, and soon after something happened."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.automations.looking import look_at_states
from communities.animation.automations.models import KEPT
from communities.animation.automations.running import carry_out_queued
from communities.models import Community
from communities.queries import communities_by_question
from communities.tasks import in_each, inside_each
from members.jobs import KeptTask
from members.rounds import SHORT, Periodic


@shared_task(base=KeptTask)
def carry_out_soon(community_id: int) -> int:
    """What was queued a moment ago. Safe to run twice at once: each is done once."""
    community = Community.objects.filter(pk=community_id).first()
    return carry_out_queued(community) if community is not None else 0


@shared_task(base=Periodic, budget=SHORT)
def carry_out_waiting() -> int:
    """Every minute: what is queued and was not done, because its job was lost or it failed; how much."""
    ids = communities_by_question("select communities_with_firings(%s)", [timezone.now()])
    return in_each(ids, carry_out_queued)


@shared_task(base=Periodic)
def look_for_states() -> int:
    """Every five minutes: queue what has reached a state that some automation begins with; how many were asked."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_automations(%s, %s)", [now, now - KEPT])
    return inside_each(ids, look_at_states)
