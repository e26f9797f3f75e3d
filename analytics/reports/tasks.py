from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analytics.reports.emails import send_due
from communities.models import Community


@shared_task
def send_reports() -> int:
    """Every hour: the monthly reports that are due since eight in the morning of the first, there; how many left."""
    return sum(send_due(community, timezone.now()) for community in Community.objects.order_by("pk"))
