from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from members.mails.sending import send_due, sweep_all


@shared_task
def clear_sessions() -> None:
    """Every day: delete expired sessions, or their table grows for ever."""
    call_command("clearsessions")


@shared_task
def send_mails() -> int:
    """Every ten seconds, and whenever a mail was put into the outbox: send what is due; how many left."""
    return send_due()


@shared_task
def sweep_mails() -> int:
    """Every hour: forget mails that left a week ago or could not leave a month ago; how many."""
    return sweep_all()
