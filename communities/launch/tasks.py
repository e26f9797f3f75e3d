"""Work of the launch outside requests: plans that are looked at, and mails."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.launch.emails import write_due
from communities.launch.services import look_at_plan, watch_openings
from communities.queries import communities_by_question
from communities.tasks import in_each, inside_each
from members.mails.outbox import call_sender
from members.rounds import SHORT, Periodic


@shared_task(base=Periodic)
def look_at_plans() -> int:
    """Open the stages whose date has come or whose gauges are all green, and note which are ready, due tomorrow or
    stuck; how many. Safe to run twice at once."""
    ids = communities_by_question("select communities_with_plans_to_look_at(%s)", [timezone.now()])
    return inside_each(ids, look_at_plan)


@shared_task(base=Periodic)
def watch_opened_stages() -> int:
    """Read the limits of stages that opened in the last 72 hours, and pause those where one is passed for long; how
    many were paused. Safe to run twice at once."""
    ids = communities_by_question("select communities_with_openings_to_watch(%s)", [timezone.now()])
    return inside_each(ids, watch_openings)


@shared_task(base=Periodic, budget=SHORT)
def write_launch_mails() -> int:
    """Put invitations and places on the waiting list that are due into the outbox, community by community; how many."""
    written = in_each(communities_by_question("select communities_with_launch_mails()", []), write_due)
    if written:
        call_sender()
    return written
