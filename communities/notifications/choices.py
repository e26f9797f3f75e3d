"""What members choose of the mails about their news."""

from __future__ import annotations

from django.db import transaction

from communities.content.models import Thread
from communities.content.services import unfollow_thread
from communities.models import Membership
from communities.notices import notices
from communities.notifications.digests import choose_rhythm
from communities.notifications.models import Notification
from communities.notifications.tokens import ALL


def can_be_muted(kind: str) -> bool:
    notice = notices.get(kind)
    return notice is not None and notice.can_be_muted


@transaction.atomic
def edit_channels(membership: Membership, *, muted: list[str], rhythm: str | None = None) -> None:
    """Choose which kinds of news send a mail; what nobody can mute is not among them. `rhythm`: how they come from now
    on, where that was asked, too."""
    membership.muted_mails = sorted(name for name in set(muted) if can_be_muted(name))
    membership.save(update_fields=["muted_mails"])
    if rhythm is not None:
        choose_rhythm(membership, rhythm)


@transaction.atomic
def unsubscribe(membership: Membership, *, kind: str) -> None:
    """From the link of a mail: no more mails of this kind, from that of a digest: of any that can be muted.
    Idempotent."""
    kinds = [notice.name for notice in notices] if kind == ALL else [kind]
    edit_channels(membership, muted=[*membership.muted_mails, *kinds])


@transaction.atomic
def mute_thread(thread: Thread, *, by: Membership) -> None:
    """From the link of a mail: nothing more is told of replies in it, and what was to be mailed is not. Idempotent."""
    unfollow_thread(thread, by=by)
    muted = [notice.name for notice in notices if notice.mutes_thread]
    waiting = Notification.objects.waiting_for_mail().filter(membership=by, thread=thread, kind__in=muted)
    waiting.update(mail_due_at=None, gathered=False)
