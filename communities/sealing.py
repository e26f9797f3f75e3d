"""Encryption of what the database stores but must not be able to read: the secrets of shops, messages that wait. A
file of its own because it is the only place with keys: AES in Galois/Counter Mode, bound to the row that a text is
for.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Says which construction wrote a text, so that another one can follow.
VERSION = "1."
KEY_BYTES, NONCE_BYTES = 32, 12


class Unreadable(Exception):
    """Sealed with another key, for another row, or changed since."""


def seal(text: str, *, place: str) -> str:
    """`text` for the database; only `unseal` with the same `place` gives it back. Each time another result."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    hidden = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), place.encode())
    return VERSION + base64.urlsafe_b64encode(nonce + hidden).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Raises Unreadable. Former keys (`SECRET_KEY_FALLBACKS`) are tried too."""
    if not sealed.startswith(VERSION):
        raise Unreadable
    try:
        kept = base64.b64decode(sealed.removeprefix(VERSION), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable from error
    for key in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        try:
            return _cipher(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def _cipher(key: str) -> AESGCM:
    """A key of its own for this purpose, drawn from the installation's."""
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"parvis.sealing")
    return AESGCM(derived.derive(key.encode()))
