"""Mails as their readers get them: through the outbox, by the worker’s own way, into Django’s box for tests."""

from __future__ import annotations

from collections.abc import Sequence

from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from members.mails.sending import send_due


def delivered() -> list[EmailMultiAlternatives]:
    """All mails that have reached somebody, the latest last. Outside every scope, as the worker is."""
    send_due()
    return mail.outbox


class Away(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def open(self) -> bool:
        raise ConnectionRefusedError

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError
