"""Messages that another system signs with a secret of ours: `X-Signature: t=<seconds>,v1=<HMAC-SHA256 in hex>`.

What is signed is the time, a dot, and the body as it is sent. Why so: docs/decisions/0016-order-webhooks.md.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import Enum

# A message signed longer ago is a replay.
TOLERANCE = datetime.timedelta(seconds=300)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


class Signed(Enum):
    WELL = "well"
    FORGED = "forged"
    OLD = "too long ago"


def sign(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def check_timed(secrets: Iterable[str], header: str, body: bytes, now: datetime.datetime) -> Signed:
    """How a message is signed, by one of these secrets; compared in constant time."""
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _sign, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _sign, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        return Signed.FORGED
    expected = [sign(secret, times[0].encode() + b"." + body).hex() for secret in secrets]
    # Several signatures stand side by side while a sender changes its secret.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given]
    if not any(matches):
        return Signed.FORGED
    return Signed.OLD if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds() else Signed.WELL
