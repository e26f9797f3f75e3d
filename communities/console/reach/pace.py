"""How often records are looked up, and how a look is hurried."""

from __future__ import annotations

import datetime
from functools import partial

from django.db import transaction

from members.mails.outbox import wake

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Who has not set a record after a week does it some day, or never.
EAGER_FOR, PATIENT_FOR = datetime.timedelta(days=7), datetime.timedelta(days=30)
SETTLED = datetime.timedelta(hours=6)
# A job that was killed in the middle of a look: another one takes it up.
HELD = datetime.timedelta(minutes=10)
CHECK_DOMAINS = "communities.console.tasks.check_domains"
CHECK_SENDERS = "communities.console.tasks.check_senders"


def next_look(
    now: datetime.datetime, since: datetime.datetime, *, settled: bool, proven: bool
) -> datetime.datetime | None:
    """When the records are looked up again; None once nobody expects them any more: the button still asks."""
    if settled:
        return now + SETTLED
    if proven or now - since <= EAGER_FOR:
        return now + HOUR
    return now + DAY if now - since <= PATIENT_FOR else None


def call_checker(task: str) -> None:
    """Wake the worker after the commit; without it, the periodic job finds what is due."""
    transaction.on_commit(partial(wake, task))
