from __future__ import annotations

from celery import shared_task

from communities.tasks import CommunityTask
from moderation.emails import build_notifier_mail
from moderation.models import Report


@shared_task(base=CommunityTask)
def mail_notifier(report_id: int) -> None:
    """Tell who reported without an account where their report stands; nothing where no address was left."""
    report = Report.objects.select_related("case", "community").filter(pk=report_id).first()
    if report is not None and report.notifier_email:
        build_notifier_mail(report.community, report).send()
