"""Putting a mail into the outbox. It is one insert, in the transaction of what the mail is about: no request waits
for a mail server, and what is rolled back sends nothing."""

from __future__ import annotations

import logging

from celery import current_app
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from members.mails.building import message_id
from members.mails.kinds import MailKind
from members.mails.models import OutgoingMail

logger = logging.getLogger(__name__)

TASK = "members.tasks.send_mails"
# The sweep comes by anyway: a call that nobody heard in this time is not worth hearing.
CALL_HOLDS = 30  # seconds


def post(
    message: EmailMultiAlternatives, *, kind: MailKind, community_id: int | None = None, about: str = ""
) -> OutgoingMail:
    """One built mail to its one address, to be sent after the commit; in the community’s scope, if it has one."""
    (recipient,) = message.to
    html = next((str(content) for content, form in message.alternatives if form == "text/html"), "")
    now = timezone.now()
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
        due_at=now,
        useless_at=now + kind.use,
    )
    mail.headers = {**message.extra_headers, "Message-ID": message_id(mail.pk, message.from_email)}
    # Without RETURNING: a row about an account, written on a community’s page, may not be read there.
    mail.save(force_insert=True)
    if kind.hurries:
        call_sender()
    return mail


def call_sender() -> None:
    """Have the worker look after the commit, once for a transaction."""
    waiting = transaction.get_connection().run_on_commit
    if not any(call is _call for _savepoints, call, _robust in waiting):
        transaction.on_commit(_call)


def _call() -> None:
    """The mail is stored and the sweep will find it: a queue that is away costs seconds, and never the answer."""
    try:
        current_app.send_task(TASK, expires=CALL_HOLDS, retry=False)
    except Exception as problem:  # noqa: BLE001  whatever is wrong with the queue, the answer stands
        logger.warning("the sender of mails was not called", extra={"problem": type(problem).__name__})
