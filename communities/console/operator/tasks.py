from __future__ import annotations

from celery import shared_task

from communities.console.operator import alarms
from communities.console.operator.figures import count_due
from members.rounds import Periodic


@shared_task(base=Periodic)
def keep_figures() -> int:
    """Every five minutes: count some hundred communities again for the operator’s pages; how many."""
    return count_due()


@shared_task
def watch_machine() -> int:
    """Every five minutes, by the mailer, which waits behind no long job: tell operators of late queues and full
    disks; how many alarms were told."""
    return alarms.watch_machine()
