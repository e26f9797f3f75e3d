"""Work of the launch outside requests: stages that open by themselves, and mails."""

from __future__ import annotations

from celery import shared_task

from communities.launch.emails import write_due
from communities.launch.services import open_due_stages, watch_stages
from communities.models import Community
from communities.queries import communities_by_question
from communities.tasks import in_each, in_every_one
from members.mails.outbox import call_sender


@shared_task
def open_stages() -> int:
    """Open the stages whose date has come or whose gauges are all green; how many. Safe to run twice at once."""
    return in_every_one(lambda _community: open_due_stages(), among=Community.objects.exclude(launch={}))


@shared_task
def watch_plans() -> int:
    """Note which stages are ready, due tomorrow or stuck; how many notes. Each reaches a person once."""
    return in_every_one(lambda _community: watch_stages(), among=Community.objects.exclude(launch={}))


@shared_task
def write_launch_mails() -> int:
    """Put invitations and places on the waiting list that are due into the outbox, community by community; how many."""
    written = in_each(communities_by_question("select communities_with_launch_mails()", []), write_due)
    if written:
        call_sender()
    return written
