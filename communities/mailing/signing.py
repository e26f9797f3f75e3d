"""DKIM (RFC 6376): a signature by which a mail shows that its sender’s domain stands for it. RSA and SHA-256, headers
and body relaxed, as every receiver understands it."""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# What a reader sees or acts on. From is named once more than it stands there, so that nobody adds a second one.
SIGNED = (
    "from", "from", "reply-to", "to", "subject", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted",
)  # fmt: skip
KEY_BITS = 2048
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
LINE = 64  # signs of the signature between two blanks, where a long header may be folded


def make_key() -> tuple[str, str]:
    """A new key: the private one (PEM), and the public one as its record holds it (base 64)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), base64.b64encode(public).decode()


def sign(message: bytes, *, domain: str, selector: str, private: str) -> str:
    """The value of the header DKIM-Signature for a whole mail, its lines ended by CRLF."""
    head, _blank, body = message.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = [name for number, name in enumerate(SIGNED) if name in fields or number == 0]
    value = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector}; h={' : '.join(names)};"
        f" bh={_base64(hashlib.sha256(relaxed_body(body)).digest())}; b="
    )
    signed = b"".join(line + b"\r\n" for line in _chosen(fields, names))
    signed += relaxed_header(b"DKIM-Signature", value.encode())
    key = serialization.load_pem_private_key(private.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    signature = _base64(key.sign(signed, padding.PKCS1v15(), hashes.SHA256()))
    return value + " ".join(signature[at : at + LINE] for at in range(0, len(signature), LINE))


def relaxed_header(name: bytes, value: bytes) -> bytes:
    """RFC 6376, 3.4.2, without the end of the line."""
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip()


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4."""
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _fields(head: bytes) -> dict[str, list[bytes]]:
    """The relaxed headers by their names, those of one name in their order."""
    fields: dict[str, list[bytes]] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower().decode("latin-1"), []).append(relaxed_header(name, value))
    return fields


def _chosen(fields: dict[str, list[bytes]], names: list[str]) -> list[bytes]:
    """Each name takes the last of its headers that is not taken yet; one that does not exist adds nothing."""
    left = {name: list(lines) for name, lines in fields.items()}
    return [left[name].pop() for name in names if left.get(name)]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
