from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analytics.reports.emails import write_due
from communities.models import Community
from communities.tasks import in_each
from members.mails.outbox import call_sender


@shared_task
def write_reports() -> int:
    """Every hour: the monthly reports that are due since eight in the morning of the first, there; how many."""
    now = timezone.now()
    ids = Community.objects.order_by("pk").values_list("pk", flat=True)
    written = in_each(ids, lambda community: write_due(community, now))
    if written:
        call_sender()
    return written
