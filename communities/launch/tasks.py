"""Work of the launch outside requests: stages that open by themselves, and mails."""

from __future__ import annotations

from celery import shared_task
from django.db import connection

from communities.launch.emails import write_due
from communities.launch.services import open_due_stages, watch_stages
from communities.models import Community
from communities.scoping import community_scope
from communities.tasks import in_each
from members.mails.outbox import call_sender


@shared_task
def open_stages() -> int:
    """Open the stages whose date has come or whose gauges are all green; how many. Safe to run twice at once."""
    opened = 0
    for community in Community.objects.exclude(launch={}).order_by("pk"):
        with community_scope(community):
            opened += open_due_stages()
    return opened


@shared_task
def watch_plans() -> int:
    """Note which stages are ready, due tomorrow or stuck; how many notes. Each reaches a person once."""
    notes = 0
    for community in Community.objects.exclude(launch={}).order_by("pk"):
        with community_scope(community):
            notes += watch_stages()
    return notes


@shared_task
def write_launch_mails() -> int:
    """Put invitations and places on the waiting list that are due into the outbox, community by community; how many."""
    with connection.cursor() as cursor:
        cursor.execute("select communities_with_launch_mails()")
        ids = [row[0] for row in cursor.fetchall()]
    written = in_each(ids, write_due)
    if written:
        call_sender()
    return written
