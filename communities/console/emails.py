"""Mails that became files because no server takes them: for developers, on their own machine."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

KEPT = 50
# Django’s file backend writes this line after each mail.
_BETWEEN = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class KeptMail:
    """A mail as it lies in var/mail; `name` is its address on the page."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["from"] or "")

    @property
    def recipient(self) -> str:
        return str(self.message["to"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def kept_mails() -> list[KeptMail]:
    """The latest mails, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:KEPT]
    mails = [mail for file in files for mail in reversed(_mails_in(file))]
    return sorted(mails, key=lambda mail: mail.at, reverse=True)[:KEPT]


def find_mail(name: str) -> KeptMail | None:
    return next((mail for mail in kept_mails() if mail.name == name), None)


def _mails_in(file: Path) -> list[KeptMail]:
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    found = []
    for number, part in enumerate(file.read_bytes().split(_BETWEEN)):
        if part.strip():
            message = email.message_from_bytes(part.lstrip(b"\n"), policy=email.policy.default)
            found.append(KeptMail(f"{file.stem}-{number}", at, message))
    return found
