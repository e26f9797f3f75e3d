from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from members.jobs import hand_over_owed
from members.mails.failing import forget_old
from members.mails.sending import send_due, sweep_all
from members.rounds import Periodic


@shared_task(base=Periodic)
def clear_sessions() -> None:
    """Every day: delete expired sessions, or their table grows for ever."""
    call_command("clearsessions")


@shared_task
def send_mails() -> int:
    """Every ten seconds, and whenever a mail was put into the outbox: send what is due; how many left."""
    return send_due()


@shared_task(base=Periodic)
def hand_over_owed_jobs() -> int:
    """Every minute: give the queue the jobs that it could not take when they were asked for; how many."""
    return hand_over_owed()


@shared_task(base=Periodic)
def sweep_mails() -> int:
    """Every hour: give up mails that are too late, forget those that left a week ago or could not leave a month ago,
    and failures of addresses that stopped none; how many."""
    return sweep_all() + forget_old(timezone.now())
