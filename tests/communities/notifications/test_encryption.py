"""What push services carry can be read by the one browser that it is for."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from communities.notifications.devices.encryption import (
    CURVE,
    LONGEST,
    PADDED,
    BadKeys,
    encoded,
    encrypt,
    point,
    point_of,
    seal,
    secret_of,
)
from tests.push_service import Browser, packed, unpacked

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
OWN_POINT = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
THEIRS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
THEIR_POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def key_from(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpacked(text)), CURVE)


def test_the_example_of_the_standard_comes_out() -> None:
    own = key_from(OWN)
    assert encoded(point(own)) == OWN_POINT
    sealed = seal(TEXT, point_of(THEIR_POINT), secret_of(SECRET), own, unpacked(SALT))
    assert packed(sealed) == BODY


def test_the_browser_of_the_standard_reads_it() -> None:
    browser = Browser(key=key_from(THEIRS), secret=unpacked(SECRET))
    assert packed(browser.point) == THEIR_POINT
    assert browser.read(unpacked(BODY)) == TEXT


def test_short_messages_have_one_length_and_each_is_another() -> None:
    browser = Browser()
    key, secret = browser.said["p256dh"], browser.said["auth"]
    sent = [encrypt(text, key=key, secret=secret) for text in (b"", b"Yes", b"Yes", "é".encode() * 400)]
    assert [browser.read(one) for one in sent] == [b"", b"Yes", b"Yes", "é".encode() * 400]
    assert len({len(one) for one in sent}) == 1
    assert len(set(sent)) == 4
    assert len(sent[0]) > PADDED
    longest = encrypt(b"x" * LONGEST, key=key, secret=secret)
    assert len(longest) == 4096
    with pytest.raises(ValueError, match="do not fit"):
        encrypt(b"x" * (LONGEST + 1), key=key, secret=secret)


@pytest.mark.parametrize(
    "key", ["", "AAAA", packed(bytes(65)), packed(b"\x04" + bytes(64)), THEIR_POINT + "!", "é" * 87]
)
def test_what_is_no_key_is_none(key: str) -> None:
    with pytest.raises(BadKeys):
        point_of(key)
    with pytest.raises(BadKeys):
        secret_of(key)
