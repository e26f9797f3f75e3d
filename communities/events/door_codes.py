"""The code that a registration has for the door: what it is made of, how it is shown, typed, and drawn as a picture.

Its address is signed with the key of the installation, and the code is a row’s: whoever is no longer registered has
neither. The library that draws costs a process 8 MB, which those that draw nothing are spared.
"""

from __future__ import annotations

import hashlib
import io
import secrets

from django.core import signing

# Without what is taken for something else, read or heard: 0 and O, 1 and I and L, U and V.
SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LONGEST_CODE = 9
PART = 3
SALT = "events.door"
# Signs of a mark: of sixteen kinds each. See `mark_of`.
MARK = 8
# Pixels of one module of a picture in a mail; white modules around it, which scanners need.
SCALE, BORDER = 5, 4


def new_code() -> str:
    """Nine signs: in an event of a hundred thousand people nobody guesses one, and no two are alike."""
    return "".join(secrets.choice(SIGNS) for _place in range(LONGEST_CODE))


def spaced(code: str) -> str:
    """As people read it: K7Q M2X WDF."""
    return " ".join(code[place : place + PART] for place in range(0, len(code), PART))


def code_in(typed: str) -> str:
    """The code that somebody typed, whatever stands between its signs; empty where it is none."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return signs if len(signs) == LONGEST_CODE and set(signs) <= set(SIGNS) else ""


def mark_of(event: int, code: str) -> str:
    """By what a phone without a network knows a code that it is shown (static/js/door.mjs reckons the same).

    It is cut so short that some thousands of codes have the same: whoever finds the phone learns nobody’s. Among the
    people of one event no two are likely to share one, and a code that was made up hits one in a million times.
    """
    return hashlib.sha256(f"{event}-{code}".encode()).hexdigest()[:MARK]


def token_of(event: int, code: str) -> str:
    """What stands in the address of a registration."""
    return _signer().sign(f"{event}-{code}")


def told_by(token: str) -> tuple[int, str] | None:
    """The event and the code that an address names; None for a forged one."""
    try:
        event, _dash, code = _signer().unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return int(event), code


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def as_svg(address: str) -> str:
    """A picture of an address for a page, as an address of the kind data:."""
    import segno

    return segno.make_qr(address, error="m").svg_data_uri(border=BORDER, light="#fff", omitsize=True)


def as_png(address: str) -> bytes:
    """The same for a mail, whose programmes show no SVG."""
    import segno

    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="png", scale=SCALE, border=BORDER)
    return picture.getvalue()
