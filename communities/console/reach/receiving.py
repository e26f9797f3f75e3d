"""Mails and messages that say what became of ours: whose they are, what they say, and what follows."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from members.mails.reports.notices import read_event
from members.mails.reports.reading import MOST_BYTES, all_texts, read_reports
from members.mails.reports.verdicts import Report
from members.mails.return_paths import mails_named_in
from members.mails.sending import take_report

logger = logging.getLogger(__name__)

# A message signed longer ago is a replay.
TOLERANCE = 300  # seconds


class NotSigned(Exception):
    """Nobody who knows the secret has sent this, or not lately."""


def receive_mail(raw: bytes, *, sent_to: str = "") -> bool:
    """Take one mail as it lies in a mailbox; whether it told something new about one of ours.

    `sent_to` is the address that it was delivered to, where the mail server says it: it is asked first. What names no
    mail of ours by a number that we signed is read and forgotten.
    """
    raw = raw[:MOST_BYTES]
    return _take(lambda: read_reports(raw), [sent_to, *all_texts(raw)])


def receive_event(event: Mapping[str, Any]) -> bool:
    """The same for a message of a mail service."""
    return _take(lambda: read_event(event), [json.dumps(event, ensure_ascii=False)])


def _take(read: Callable[[], list[Report]], texts: list[str]) -> bool:
    """Reads closely only what names a mail of ours: all else is anybody’s."""
    named = mails_named_in(*texts)
    reports = read() if named else []
    if not reports:
        logger.info("a mail that came back says nothing of ours", extra={"reports": len(reports)})
        return False
    posted = named[0]
    is_new = take_report(posted, reports)
    logger.info("a mail came back", extra={"mail": str(posted.mail), "new": is_new})
    return is_new


def check_signature(secret: str, header: str, body: bytes) -> None:
    """`t=<seconds>,v1=<hex>` over `<seconds>.<body>`, as the order hooks have it. Raises NotSigned."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not re.fullmatch(r"\d{1,12}", at):
        raise NotSigned
    _compare(secret, at.encode() + b"." + body, parts.get("v1", ""), int(at))


def check_mailgun(secret: str, event: Mapping[str, Any]) -> None:
    """Mailgun signs its time and a random word, within the message. Raises NotSigned."""
    told = event.get("signature")
    if not isinstance(told, dict) or not re.fullmatch(r"\d{1,12}", str(told.get("timestamp"))):
        raise NotSigned
    at = str(told["timestamp"])
    _compare(secret, (at + str(told.get("token", ""))).encode(), str(told.get("signature", "")), int(at))


def _compare(secret: str, signed: bytes, given: str, at: int) -> None:
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotSigned
    if abs(time.time() - at) > TOLERANCE:
        raise NotSigned
