"""Asking for a job after a commit: what is asked for is done, also where the queue is full, hangs or is away.

A job that cannot be handed to the queue becomes a row, and a periodic job hands it over later. The base of all tasks
(`task_cls` in config/celery.py), so that `delay_on_commit` is enough.
"""

from __future__ import annotations

from typing import Any

from celery.contrib.django.task import DjangoTask
from django.apps import apps
from django.db import transaction
from django.utils import timezone

# So many refused, and none taken: it is not about the jobs.
ENOUGH = 3


class QueueRefused(Exception):
    """The queue takes others, and not this one."""


class KeptTask(DjangoTask):
    """A task that is not forgotten when the queue does not take it."""

    abstract = True

    def delay_on_commit(self, *arguments: Any, **options: Any) -> None:
        ask_for(self.name, *arguments, **options)


def ask_for(job: str, *arguments: Any, **options: Any) -> None:
    """Have a job done once the transaction stands. By name, as services lie below the tasks."""
    transaction.on_commit(lambda: _hand_over(job, list(arguments), options))


def _hand_over(job: str, arguments: list[Any], options: dict[str, Any]) -> None:
    from members.mails.outbox import send_job

    if not send_job(job, arguments, options):
        apps.get_model("members", "OwedJob").objects.create(name=job, arguments=arguments, options=options)


def hand_over_owed(most: int = 1000) -> int:
    """Give the queue what it could not take before, the oldest first; how many. Two at once give each of them once."""
    from members.aside import known_aside, set_aside
    from members.mails.outbox import send_job

    owed = apps.get_model("members", "OwedJob").objects
    aside, now = known_aside("owed job"), timezone.now()
    done, refused = 0, []
    for number in list(owed.order_by("id").values_list("id", flat=True)[:most]):
        if number in aside and aside[number].is_left_out(now):
            continue
        with transaction.atomic():
            row = owed.select_for_update(skip_locked=True).filter(pk=number).first()
            if row is None:
                continue
            if send_job(row.name, row.arguments, row.options):
                row.delete()
                done += 1
            else:
                refused.append(number)
        if not done and len(refused) == ENOUGH:
            # The queue is away: each one more would only wait for it.
            return 0
    for number in refused if done else []:
        set_aside("owed job", number, QueueRefused())
    return done
