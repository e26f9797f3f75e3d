"""Putting a mail into the outbox. It is one insert, in the transaction of what the mail is about: no request waits
for a mail server, and what is rolled back sends nothing."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from celery import current_app
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from kombu.pools import producers

from members.mails.kinds import MailKind
from members.mails.models import OutgoingMail
from members.mails.return_paths import message_id

logger = logging.getLogger(__name__)

TASK = "members.tasks.send_mails"
# The periodic task runs anyway: a wake-up call older than this is dropped.
CALL_HOLDS = 30  # seconds
# An unreachable or hanging queue is tried once, for a second: somebody is waiting for their page.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
_asking = threading.Lock()


@dataclass(frozen=True)
class Departure:
    """When a mail may leave, if not at once, and why: a sentence for the team."""

    at: datetime.datetime
    why: str


# When a community’s mail of a kind may leave; None: at once.
Allowance = Callable[[int, MailKind], Departure | None]
_allowance: Allowance | None = None


def register_allowance(allow: Allowance) -> None:
    """The layer above knows how many mails a community may send."""
    global _allowance
    _allowance = allow


def post(
    message: EmailMultiAlternatives, *, kind: MailKind, community_id: int | None = None, about: str = ""
) -> OutgoingMail:
    """One built mail to its one address, to be sent after the commit; in the community’s scope, if it has one."""
    mail = _row(message, kind, community_id, about)
    # Without RETURNING: a row about an account, written on a community’s page, may not be read there.
    mail.save(force_insert=True)
    if kind.hurries:
        call_sender()
    return mail


@dataclass(frozen=True)
class Posting:
    """A built mail, with what `post` is told of it."""

    message: EmailMultiAlternatives
    kind: MailKind
    about: str


def post_all(mails: Iterable[Posting], *, community_id: int) -> None:
    """The same with many mails of one community, in one insert. They leave in their order."""
    rows = [_row(mail.message, mail.kind, community_id, mail.about) for mail in mails]
    OutgoingMail.objects.bulk_create(rows)
    if any(row.has_kind.hurries for row in rows):
        call_sender()


def _row(
    message: EmailMultiAlternatives, kind: MailKind, community_id: int | None, about: str
) -> OutgoingMail:
    (recipient,) = message.to
    html = next((str(content) for content, form in message.alternatives if form == "text/html"), "")
    now = timezone.now()
    later = _allowance(community_id, kind) if _allowance and community_id is not None else None
    leaves_at = later.at if later else now
    mail = OutgoingMail(
        community_id=community_id,
        kind=kind.name,
        about=about,
        urgency=kind.urgency,
        recipient=recipient,
        sender=message.from_email,
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        made_at=now,
        due_at=leaves_at,
        useless_at=leaves_at + kind.use,
        problem=later.why[:200] if later else "",
    )
    mail.headers = {**message.extra_headers, "Message-ID": message_id(mail.posted, message.from_email)}
    return mail


def call_sender() -> None:
    """Wake the worker after the commit, once per transaction."""
    waiting = transaction.get_connection().run_on_commit
    if not any(call is _call for _savepoints, call, _robust in waiting):
        transaction.on_commit(_call)


# What it is asked, in words for a log: a worker puts it into words itself where one of its jobs fails.
_UNSAID = {"argsrepr": "", "kwargsrepr": ""}


@cache
def _queue() -> Any:
    return current_app.connection_for_write(transport_options=IMPATIENT)


def _senders() -> Any:
    """Asked for by one thread at a time: of two that come first kombu would make a pool each, and lose one with its
    open connection."""
    with _asking:
        return producers[_queue()]


def _call() -> None:
    wake(TASK)


def wake(task: str) -> None:
    """Send a task to the worker. What it is to do is stored and the periodic task will find it: an unreachable queue
    costs seconds, and never the response."""
    _send(task, expires=CALL_HOLDS)


def send_job(task: str, arguments: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Send a job with what it is asked; False where the queue did not take it, within some seconds."""
    return _send(task, list(arguments), dict(options))


def _send(task: str, *asked: Any, **how: Any) -> bool:
    try:
        with _senders().acquire(block=True, timeout=1) as producer:
            current_app.send_task(task, *asked, **how, **_UNSAID, retry=False, producer=producer)
    except Exception as problem:  # noqa: BLE001  whatever is wrong with the queue, the answer stands
        logger.warning("a worker was not called", extra={"task": task, "problem": type(problem).__name__})
        return False
    return True
