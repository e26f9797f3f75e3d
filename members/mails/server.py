"""The mail server: how one mail is handed over, and what its answers mean."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from enum import Enum
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import smtp

from members.mails.reports.verdicts import Outcome, Report, judge

_ADDRESS = re.compile(r"[^\s<>@:]+@[^\s<>@:]+")


class Failure(Enum):
    """What a failure says about the mail."""

    NEVER = "it will never be taken"
    LATER = "it may be taken later"
    LOST_LINE = "the conversation broke off"


class _AnnouncesText:
    """An SMTP conversation that says when the server is about to get the text: from then on nobody knows for
    sure, without its last answer, whether it has the mail."""

    before_text: Callable[[], None] | None = None
    # The sender of the envelope, where it is another one than readers see.
    return_path = ""
    _in_text = False

    def mail(self, sender: str, options: Any = ()) -> Any:
        return super().mail(self.return_path or sender, options)  # type: ignore[misc]

    def data(self, msg: Any) -> Any:
        self._in_text = True
        try:
            return super().data(msg)  # type: ignore[misc]
        finally:
            self._in_text = False

    def getreply(self) -> tuple[int, bytes]:
        code, answer = super().getreply()  # type: ignore[misc]
        if self._in_text and code == 354 and self.before_text is not None:
            self.before_text()
        return code, answer


class _Plain(_AnnouncesText, smtplib.SMTP):
    pass


class _Encrypted(_AnnouncesText, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django’s, with a call before the text is sent. Named in settings.EMAIL_BACKEND."""

    warns_before_text = True

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain


def hand_over(message: EmailMultiAlternatives, connection: Any, *, before_text: Callable[[], None]) -> None:
    """Send one mail over an open connection; `before_text` is called when it is about to be out of our hands."""
    message.connection = connection
    if getattr(connection, "warns_before_text", False):
        connection.connection.before_text = before_text
        connection.connection.return_path = getattr(message, "return_path", "")
    else:
        before_text()
    message.send()


def failure_of(problem: Exception) -> Failure:
    """A refusal of the recipient or the text is final; one of the sender is for the operator to fix."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in problem.recipients.values()]
        return Failure.NEVER if codes and min(codes) >= 500 else Failure.LATER
    if isinstance(problem, smtplib.SMTPDataError):
        return Failure.NEVER if problem.smtp_code >= 500 else Failure.LATER
    # An address or a header that cannot be written: UnicodeError and BadHeaderError are ValueErrors.
    if isinstance(problem, ValueError | smtplib.SMTPNotSupportedError):
        return Failure.NEVER
    if isinstance(problem, smtplib.SMTPResponseException):
        return Failure.LATER
    return Failure.LOST_LINE if isinstance(problem, OSError) else Failure.LATER


def words_of(problem: Exception) -> str:
    """The server’s answer in one line, without the address that it tends to repeat."""
    code: int
    answer: bytes | str
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(problem.recipients.values()), (0, b""))
    elif isinstance(problem, smtplib.SMTPResponseException):
        code, answer = problem.smtp_code, problem.smtp_error
    else:
        # Its text may quote the header that could not be written.
        return type(problem).__name__
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return without_addresses(f"{code} {' '.join(text.split())}")[:200]


def without_addresses(words: str) -> str:
    return _ADDRESS.sub("…", words)


def report_of(problem: Exception) -> Report | None:
    """What a refusal in the conversation says of the address: the same as a mail that comes back later, told at once.
    None where it says nothing of it, or is not for good."""
    if failure_of(problem) is not Failure.NEVER or isinstance(problem, ValueError):
        return None
    words = words_of(problem)
    of_text = not isinstance(problem, smtplib.SMTPRecipientsRefused)
    outcome, reason, status = judge(words, may_be_content=of_text)
    return Report("", outcome, reason, status, words) if outcome is Outcome.HARD else None
