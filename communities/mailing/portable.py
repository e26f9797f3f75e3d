"""What of the mails travels: which addresses want none. The key of the sender does not."""

from __future__ import annotations

from communities.mailing.models import MailReturn, Sender
from communities.portable import Portable, Stays, register_portable


def register() -> None:
    register_portable(
        Stays(
            Sender,
            why="Its key is sealed with a secret of this installation; the domain publishes another one for the next.",
        ),
        Portable(MailReturn),
    )
