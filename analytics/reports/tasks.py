from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analytics.reports.emails import BEGIN_DAY, LAST_DAY, SEND_HOUR, write_due
from communities.queries import communities_by_question
from communities.tasks import in_each
from members.mails.outbox import call_sender
from members.rounds import Periodic


@shared_task(base=Periodic)
def write_reports() -> int:
    """The monthly reports that are due since eight in the morning of the first, there; how many. Those of many
    communities are spread over the hours after it: each run writes for some seconds."""
    now = timezone.now()
    question = "select communities_with_reports_to_write(%s, %s, %s, %s)"
    ids = communities_by_question(question, [now, SEND_HOUR, BEGIN_DAY, LAST_DAY])
    written = in_each(ids, lambda community: write_due(community, now))
    if written:
        call_sender()
    return written
