"""A mail on its way out: the address it returns to, and a signature over exactly what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMultiAlternatives

# Takes a whole mail as bytes, gives the value of its DKIM-Signature.
Sign = Callable[[bytes], str]


class OutgoingMessage(EmailMultiAlternatives):
    """Django writes a mail anew whenever it is asked for it, with other boundaries: the signature is made where the
    mail is written.

    `return_path` is where it comes back to, the sender of the envelope; empty: to whom it comes from.
    """

    return_path = ""
    sign: Sign | None = None

    def message(self, *args: Any, **options: Any) -> Any:
        written: Any = super().message(*args, **options)
        if self.sign is not None:
            written["DKIM-Signature"] = self.sign(written.as_bytes(linesep="\r\n"))
        return written
