"""The links by which a mail is stopped, without signing in."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from communities.models import Community, Membership

UNSUBSCRIBE_SALT = "unsubscribe"
# In the place of a kind: everything that comes in a digest.
ALL = "digest"


@dataclass(frozen=True)
class WayOut:
    """What a link of a mail stops: a kind of mails, or what is told of one thread."""

    membership_id: int
    kind: str
    thread_id: int | None = None


def unsubscribe_token(membership: Membership, kind: str, thread_id: int | None = None) -> str:
    said = [membership.community_id, membership.pk, kind, *([thread_id] if thread_id else [])]
    return signing.dumps(said, salt=UNSUBSCRIBE_SALT, compress=True)


def read_unsubscribe_token(token: str, community: Community) -> WayOut | None:
    """What a mail's link stops; None for a forged one or another community's. It never ends: an old mail must still
    let its reader go."""
    try:
        community_id, *said = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        return WayOut(*said) if community_id == community.pk else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
