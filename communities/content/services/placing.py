"""Locking and pinning threads."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.content.models import Thread
from communities.content.permissions import can_lock_thread, can_pin_thread
from communities.exceptions import NotAllowed
from communities.models import Membership
from members.signs import cut

# A higher number would rank above it; no page offers that yet.
PINNED = 1
LONGEST_REASON = 200


@transaction.atomic
def lock_thread(thread: Thread, *, by: Membership, reason: str = "") -> bool:
    """No more replies; False when it was locked already. Raises NotAllowed."""
    if not can_lock_thread(by, thread):
        raise NotAllowed
    locked = Thread.objects.filter(pk=thread.pk, locked=False)
    return bool(locked.update(locked=True, locked_reason=cut(reason, LONGEST_REASON)))


@transaction.atomic
def unlock_thread(thread: Thread, *, by: Membership) -> bool:
    if not can_lock_thread(by, thread):
        raise NotAllowed
    return bool(Thread.objects.filter(pk=thread.pk, locked=True).update(locked=False, locked_reason=""))


@transaction.atomic
def pin_thread(thread: Thread, *, by: Membership) -> bool:
    """Keep on top of its space; False when it was already. Raises NotAllowed."""
    if not can_pin_thread(by, thread):
        raise NotAllowed
    rows = Thread.objects.filter(pk=thread.pk, pinned=0)
    return bool(rows.update(pinned=PINNED, pinned_at=timezone.now()))


@transaction.atomic
def unpin_thread(thread: Thread, *, by: Membership, since: datetime.datetime | None = None) -> bool:
    """Among the others again; False when it was already, or is on top for another reason than the one since then.

    Raises NotAllowed.
    """
    if not can_pin_thread(by, thread):
        raise NotAllowed
    rows = Thread.objects.filter(pk=thread.pk, pinned__gt=0)
    if since is not None:
        rows = rows.filter(pinned_at=since)
    return bool(rows.update(pinned=0, pinned_at=None))
