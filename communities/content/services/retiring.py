"""Taking a public text back, now or at a date, with its answers; and publishing it again, as it was.

Only the thread’s own state changes. Its texts, places, dates and answers stay as they are, unseen with it: what comes
back is what was there.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.exceptions import ContentError
from communities.content.models import State, Thread
from communities.content.permissions import can_retire_thread
from communities.content.services.appearing import show_or_hide
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.signals import thread_retired
from communities.tasks import each_apart

ACT = "retire_thread"
# What may have an end: what readers see, what they will see, what they saw.
HAS_END = (State.SCHEDULED, State.PUBLISHED, State.RETIRED)


@transaction.atomic
def retire_thread(thread: Thread, *, by: Membership, at: datetime.datetime | None) -> bool:
    """Say until when a text is public: a moment to come, one that has passed (it is taken back at once), or for good
    (None), which brings back what was taken back. False where that was so already. Its author hears of it.

    Raises NotAllowed; ContentError for what is not public nor scheduled, and for an end before it appears.
    """
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if not can_retire_thread(by, thread):
        raise NotAllowed
    if thread.state not in HAS_END:
        raise ContentError(_("Only a text that is public or scheduled can be taken back at a date."))
    if thread.scheduled_for is not None and at is not None and at <= thread.scheduled_for:
        raise ContentError(_("It appears only after that moment."))
    before = end_of(thread)
    if thread.retires_at == at:
        return False
    thread.retires_at = at
    is_over, turned = at is not None and at <= timezone.now(), False
    if thread.state == State.SCHEDULED:
        thread.save(update_fields=["retires_at"])
    else:
        turned = _turn(thread, State.RETIRED if is_over else State.PUBLISHED)
    record(by, ACT, what=thread.title, about=thread.pk, before=before, after=end_of(thread))
    thread_retired.send(sender=Thread, thread=thread, by=by, turned=turned)
    return True


def end_of(thread: Thread) -> dict[str, Any]:
    """As the journal keeps it: in UTC, to the microsecond."""
    at = thread.retires_at
    return {"until": at.astimezone(datetime.UTC).isoformat() if at is not None else None}


def retire_due(
    community: Community | None = None, *, now: datetime.datetime | None = None, limit: int = 100
) -> int:
    """Take back what is public and due in the community in scope; how many. Safe to run twice at once.

    Also where nobody writes any more: what was to be read until a day is not read after it.
    """
    moment = now or timezone.now()
    due = Thread.objects.to_retire(moment).select_for_update(of=("self",), skip_locked=True)[:limit]
    threads = {thread.pk: thread for thread in due}
    return each_apart("thread", threads, lambda pk: _retire_due(threads[pk]))


def _retire_due(thread: Thread) -> bool:
    turned = _turn(thread, State.RETIRED)
    thread_retired.send(sender=Thread, thread=thread, by=None, turned=turned)
    return True


def _turn(thread: Thread, state: str) -> bool:
    """Whether readers have lost it by that, or got it back."""
    was_public = thread.is_published
    thread.state = state
    thread.save(update_fields=["state", "retires_at"])
    turned = thread.is_published != was_public
    if turned:
        show_or_hide(thread)
    return turned
