"""Who sends: each request to a push service is signed with the key of this installation (VAPID, RFC 8292).

The key is made when somebody switches the first device on. It lies in the database, sealed like the keys of senders
(`communities/sealing.py`), so that all processes and a restored backup have the same one: a browser takes messages of
no other. Nothing of it is logged.
"""

from __future__ import annotations

import json
import logging
import time
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from communities.notifications.devices.encryption import CURVE, encoded, point
from communities.notifications.devices.models import PushKey
from communities.sealing import Unreadable, seal, unseal

logger = logging.getLogger(__name__)

PLACE = "notifications.PushKey"
ONLY = 1
# Services take a day at most; what is signed now is sent now.
HOLDS = 60 * 60  # seconds


def own_key() -> ec.EllipticCurvePrivateKey:
    """The key of this installation; made where there is none, or none that can be read: then devices are switched on
    anew."""
    row = PushKey.objects.filter(pk=ONLY).first()
    if row is None:
        # Of two that come first, one is kept.
        row, _made = PushKey.objects.get_or_create(pk=ONLY, defaults={"sealed_key": _new()})
    try:
        return _opened(row)
    except Unreadable:
        logger.warning("what signs for devices was sealed with another SECRET_KEY, and is made anew")
        PushKey.objects.filter(pk=ONLY, sealed_key=row.sealed_key).update(sealed_key=_new())
        row.refresh_from_db()
        return _opened(row)


def _opened(row: PushKey) -> ec.EllipticCurvePrivateKey:
    """Raises communities.sealing.Unreadable."""
    return ec.derive_private_key(int(unseal(row.sealed_key, place=PLACE), 16), CURVE)


def public_key() -> str:
    """What browsers are told: from whom they are to take messages."""
    return encoded(point(own_key()))


def known_key() -> str:
    """The same, and nothing is made; empty where there is none."""
    row = PushKey.objects.filter(pk=ONLY).first()
    try:
        return encoded(point(_opened(row))) if row is not None else ""
    except Unreadable:
        return ""


def authorization(endpoint: str, key: ec.EllipticCurvePrivateKey) -> str:
    """The header that says who sends to this address."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + HOLDS,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    said = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    first, second = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    signature = encoded(first.to_bytes(32) + second.to_bytes(32))
    return f"vapid t={said}.{signature}, k={encoded(point(key))}"


def _new() -> str:
    key = ec.generate_private_key(CURVE).private_numbers().private_value
    return seal(format(key, "x"), place=PLACE)
