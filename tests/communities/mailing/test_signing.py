"""A signature as receivers check it (RFC 6376), read here by a second reader of the standard."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import partial

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from communities.mailing.signing import make_key, sign
from members.mails.signed import OutgoingMessage

PRIVATE, PUBLIC = make_key()


def verifies(raw: bytes, public: str = PUBLIC) -> bool:
    """Section 6.1 of the RFC, for relaxed/relaxed: the fields that `h` names, from the bottom up."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")
    fields = [
        (name.lower().strip(), b" ".join(value.split()))
        for name, _c, value in (one.partition(b":") for one in lines)
    ]
    (signature,) = [value for name, value in fields if name == b"dkim-signature"]
    tags = dict(one.strip().split(b"=", 1) for one in signature.split(b";"))
    text = re.sub(rb"[ \t]+(?=\r\n)", b"", body)
    text = re.sub(rb"[ \t]+", b" ", text)
    text = re.sub(rb"(\r\n)*\Z", b"", text)
    text = text and text + b"\r\n"
    if base64.b64decode(b"".join(tags[b"bh"].split())) != hashlib.sha256(text).digest():
        return False
    left, signed = list(fields), b""
    for name in (one.strip().lower() for one in tags[b"h"].split(b":")):
        place = next((at for at in reversed(range(len(left))) if left[at][0] == name), None)
        if place is not None:
            found, value = left.pop(place)
            signed += found + b":" + value + b"\r\n"
    signed += b"dkim-signature:" + re.sub(rb"\bb=[^;]*$", b"b=", signature)
    key = serialization.load_der_public_key(base64.b64decode(public))
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(
            base64.b64decode(b"".join(tags[b"b"].split())), signed, padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return False
    return True


def signed_mail(subject: str = "Hello", text: str = "Text\n", html: str = "") -> bytes:
    headers = {
        "Message-ID": "<1@brand.example>",
        "List-Unsubscribe": f"<https://brand.example/unsubscribe/{'x' * 120}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = OutgoingMessage(subject, text, "Löft <hello@brand.example>", ["a@example.org"], headers=headers)
    if html:
        mail.attach_alternative(html, "text/html")
    mail.sign = partial(sign, domain="brand.example", selector="parvis-1", private=PRIVATE)
    raw: bytes = mail.message().as_bytes(linesep="\r\n")
    return raw


@pytest.mark.parametrize(
    ("subject", "text", "html"),
    [
        ("Hello", "Text\n", ""),
        ("Ünïcödé “signs” " * 12, "Blanks   within\t\tand after \n\n.\n..two\n\n\n", "<p>é</p>"),
        ("", "", ""),
        ("Long", "word " * 900, f"<p>{'x' * 3000}</p>"),
    ],
)
def test_every_mail_verifies(subject: str, text: str, html: str) -> None:
    raw = signed_mail(subject, text, html)
    assert verifies(raw)
    assert b"d=brand.example" in raw
    assert not verifies(raw, make_key()[1])


@pytest.mark.parametrize(
    ("what", "by"),
    [
        (b"To: a@", b"To: b@"),
        (b"Subject: Hello", b"Subject: Hullo"),
        (b"Text", b"Test"),
        (b"From: ", b"From: evil@x.example, "),
        (b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Lost"),
    ],
)
def test_what_was_changed_does_not_verify(what: bytes, by: bytes) -> None:
    raw = signed_mail()
    assert what in raw
    assert not verifies(raw.replace(what, by, 1))


def test_a_second_sender_cannot_be_added() -> None:
    assert not verifies(b"From: evil@x.example\r\n" + signed_mail())


def test_what_servers_do_on_the_way_does_no_harm() -> None:
    raw = signed_mail(text="One  line\n")
    on_the_way = b"Received: from a by b\r\n" + raw.replace(b"Subject: Hello", b"subject:\r\n  Hello ")
    assert verifies(on_the_way.rstrip(b"\r\n") + b"\r\n\r\n\r\n")
