"""Encryption of what a push service carries and must not read (RFC 8291, in the form of RFC 8188: aes128gcm).

A browser gives a public key and a secret of its own; each message is sealed for it with a key that is made for this
one message and thrown away. A file of its own, since it knows nothing but bytes; its test is the RFC’s own example.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
# A point of the curve, not compressed; what a browser adds to it; what makes each message another one.
POINT_BYTES, SECRET_BYTES, SALT_BYTES = 65, 16, 16
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 16, 12, 16
# One record holds all: push services take 4096 bytes, of which head and tag take 103 (RFC 8291, section 4).
RECORD = 4096
LONGEST = RECORD - (SALT_BYTES + 4 + 1 + POINT_BYTES) - TAG_BYTES - 1
# All messages that are short have one length, so that who carries them learns nothing by it.
PADDED = 1024
_LAST_RECORD = b"\x02"


class BadKeys(ValueError):
    """No keys of a browser."""


def encrypt(text: bytes, *, key: str, secret: str, pad: int = PADDED) -> bytes:
    """The body of the request. Raises BadKeys, and ValueError for what is too long."""
    own, salt = ec.generate_private_key(CURVE), secrets.token_bytes(SALT_BYTES)
    return seal(text, point_of(key), secret_of(secret), own, salt, pad=pad)


def seal(
    text: bytes, theirs: bytes, secret: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes, *, pad: int = 0
) -> bytes:
    """The same with a key and a salt that are given."""
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} bytes do not fit into one record")
    shared = own.exchange(ec.ECDH(), _public(theirs))
    mine = point(own)
    material = _derive(shared, secret, b"WebPush: info\0" + theirs + mine, 32)
    key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", KEY_BYTES)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", NONCE_BYTES)
    padded = text + _LAST_RECORD + bytes(max(0, pad - len(text)))
    head = salt + RECORD.to_bytes(4) + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, padded, b"")


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key, as browsers write it."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point_of(text: str) -> bytes:
    """A browser’s public key. Raises BadKeys."""
    found = decoded(text, POINT_BYTES)
    _public(found)
    return found


def secret_of(text: str) -> bytes:
    return decoded(text, SECRET_BYTES)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str, length: int) -> bytes:
    """Raises BadKeys where it is not as long as that."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKeys from error
    if len(found) != length:
        raise BadKeys
    return found


def _public(data: bytes) -> ec.EllipticCurvePublicKey:
    """Only points of the curve: others would give away what they are multiplied with."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except ValueError as error:
        raise BadKeys from error


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)
