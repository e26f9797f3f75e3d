"""Which mails are signed, and with which key."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from functools import partial

from communities.mailing.models import Sender
from communities.mailing.signing import sign
from communities.reads import CompiledRead

# Of each mail that leaves.
_in_force: CompiledRead[Sender] = CompiledRead(
    lambda: Sender.objects.filter(proven_at__isnull=False, lost_at__isnull=True).order_by("pk")[:1],
    name="sender_in_force",
)


def signer_for(sender: str) -> Callable[[bytes], str] | None:
    """What signs a mail from this address, in the scope of its community; None where its domain does not publish the
    community’s key: a signature that nobody can check does more harm than none."""
    row = _in_force.first()
    if row is None or parseaddr(sender)[1].rpartition("@")[2].lower() != row.domain.lower():
        return None
    return partial(sign, domain=row.domain, selector=row.selector, private=row.private_key())
