"""How a mail that comes back is known again: by a signed number, in the address it returns to and in its Message-ID.

Nobody but us can make one, so that nobody can have somebody’s address stopped by writing to us.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# 20 bytes are 32 letters of base 32: the number of the mail and that of its community.
_PATH = re.compile(r"\+([a-z2-7]{32})([0-9a-f]{16})(?=@)", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"(?<![\w-])([0-9a-f-]{36})\.(\d{1,10})\.([0-9a-f]{16})@", re.IGNORECASE)
# Of one report; the rest of what it quotes is not looked at.
MOST = 20


@dataclass(frozen=True)
class Posted:
    """Which mail came back. Without a community it was about an account."""

    mail: uuid.UUID
    community_id: int | None


def return_path(posted: Posted) -> str:
    """Where a mail server sends it back to; empty where no address for returns is set."""
    name, _at, host = settings.BOUNCE_ADDRESS.rpartition("@")
    if not host:
        return ""
    number = posted.mail.bytes + (posted.community_id or 0).to_bytes(4, "big")
    return f"{name}+{base64.b32encode(number).decode().lower()}{_seal(posted)}@{host}"


def message_id(posted: Posted, sender: str) -> str:
    """Of the sender’s domain: the name of the machine is nobody’s business, and Django would write it."""
    _name, _at, domain = parseaddr(sender)[1].rpartition("@")
    host = domain or urlsplit(settings.PLATFORM_URL).hostname
    return f"<{posted.mail}.{posted.community_id or 0}.{_seal(posted)}@{host}>"


def mails_named_in(*texts: str) -> list[Posted]:
    """The mails of ours that these texts name, each once, in their order; what somebody made up is not among them."""
    found: dict[Posted, None] = {}
    for text in texts:
        for posted, seal in [*_paths(text), *_message_ids(text)]:
            if len(found) < MOST and any(constant_time_compare(seal.lower(), one) for one in _seals(posted)):
                found[posted] = None
    return list(found)


def _paths(text: str) -> Iterable[tuple[Posted, str]]:
    for number, seal in _PATH.findall(text):
        try:
            raw = base64.b32decode(number.upper())
        except (binascii.Error, ValueError):
            continue
        yield Posted(uuid.UUID(bytes=raw[:16]), int.from_bytes(raw[16:], "big") or None), seal


def _message_ids(text: str) -> Iterable[tuple[Posted, str]]:
    for number, community_id, seal in _MESSAGE_ID.findall(text):
        try:
            yield Posted(uuid.UUID(number), int(community_id) or None), seal
        except ValueError:
            continue


def _seal(posted: Posted, key: str | None = None) -> str:
    value = f"{posted.mail} {posted.community_id or 0}"
    return salted_hmac("members.mails.return_paths", value, secret=key, algorithm="sha256").hexdigest()[:16]


def _seals(posted: Posted) -> list[str]:
    """With the present key and the former ones: a mail comes back days after it left."""
    return [_seal(posted, key) for key in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))]
