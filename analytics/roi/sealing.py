"""Texts that the database keeps and must not be able to read: the secrets of shops, messages that wait.

Its own file because it is the only place with keys. HMAC-SHA256 in counter mode gives the key stream, a second key
authenticates what was written and where it belongs; see docs/decisions/0016-order-webhooks.md for why not more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from django.conf import settings

# Says which construction wrote a text, so that another one can follow.
VERSION = "1."
NONCE_BYTES, TAG_BYTES = 16, 32


class Unreadable(Exception):
    """Sealed with another key, for another row, or changed since."""


def seal(text: str, *, place: str) -> str:
    """`text` for the database; only `unseal` with the same `place` gives it back. Each time another result."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    hidden = _mix(text.encode(), settings.SECRET_KEY, nonce)
    tag = _tag(settings.SECRET_KEY, place, nonce + hidden)
    return VERSION + base64.urlsafe_b64encode(nonce + tag + hidden).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Raises Unreadable. Former keys (`SECRET_KEY_FALLBACKS`) are tried too."""
    try:
        kept = base64.b64decode(sealed.removeprefix(VERSION), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable from error
    nonce, tag = kept[:NONCE_BYTES], kept[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    hidden = kept[NONCE_BYTES + TAG_BYTES :]
    for key in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        if sealed.startswith(VERSION) and hmac.compare_digest(tag, _tag(key, place, nonce + hidden)):
            return _mix(hidden, key, nonce).decode()
    raise Unreadable


def _mix(text: bytes, key: str, nonce: bytes) -> bytes:
    """Hides a text, and shows a hidden one."""
    stream_key = _derived(key, "stream")
    blocks = range(-(-len(text) // hashlib.sha256().digest_size))
    stream = b"".join(hmac.digest(stream_key, nonce + n.to_bytes(8, "big"), "sha256") for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(key: str, place: str, hidden: bytes) -> bytes:
    named = place.encode()
    message = len(named).to_bytes(4, "big") + named + hidden
    return hmac.digest(_derived(key, "tag"), message, "sha256")


def _derived(key: str, purpose: str) -> bytes:
    """A key for one purpose only."""
    return hmac.digest(key.encode(), f"parvis.roi.sealing.{purpose}".encode(), "sha256")
