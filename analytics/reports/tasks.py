from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analytics.reports.emails import send_due
from communities.models import Community
from communities.scoping import community_scope


@shared_task
def send_reports() -> int:
    """Every hour: the monthly reports that are due where it is eight in the morning of the first."""
    sent = 0
    for community in Community.objects.order_by("pk"):
        with community_scope(community):
            sent += send_due(community, timezone.now())
    return sent
