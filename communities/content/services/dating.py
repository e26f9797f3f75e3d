"""Dating a public text back: when it appeared, where that was before it came here."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calendar import FIRST_YEAR
from communities.content.exceptions import ContentError
from communities.content.models import Post, State, Thread
from communities.content.permissions import can_date_thread
from communities.content.services.tagging import date_tags
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership
from communities.signals import thread_dated

# When it appeared and was begun, in UTC, and whether its text is marked as written for a reward.
Moments = dict[str, Any]
# A reply within a minute of the text does not count as activity of its own (`appending.ADVANCE`).
ONE_ACTIVITY = datetime.timedelta(minutes=1)


@transaction.atomic
def date_thread(
    thread: Thread, *, by: Membership, at: datetime.datetime, written: Moments | None = None
) -> bool:
    """Say when a public thread appeared; False when it did so at that moment. Nobody is told.

    Lists, feeds, tag pages and the days of its author follow; replies keep their times. `written` holds, for an undo,
    when thread and text were begun, which a date before that pulls along, and whether the text was marked as rewarded,
    which a date within a term of its author makes it.

    Raises NotAllowed; ContentError for what is not public, and for a moment to come, before this platform can tell
    days, or after the first reply.
    """
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)
    if not can_date_thread(by, thread):
        raise NotAllowed
    if not thread.is_published or thread.published_at is None:
        raise ContentError(_("Only a text that is public has a date."))
    text = Post.objects.select_for_update(of=("self",), no_key=True).get(thread=thread, position=1)
    if at == thread.published_at:
        return False
    if written is None:
        _refuse(at, thread)
    before, was = moments_of(thread, text), thread.published_at
    _put(thread, text, at, written or {})
    date_tags(thread)
    after = moments_of(thread, text)
    record(by, "date_thread", what=thread.title, about=text.public_id, before=before, after=after)
    thread_dated.send(sender=Thread, thread=thread, was=was)
    return True


def _put(thread: Thread, text: Post, at: datetime.datetime, given: Moments) -> None:
    thread.created_at = _moment(given, "begun") or min(thread.created_at, at)
    text.created_at = _moment(given, "written") or min(text.created_at, at)
    text.rewarded = given.get("rewarded", text.rewarded)
    latest = _last_reply(thread)
    if latest is None or latest < at + ONE_ACTIVITY:
        thread.last_activity_at = at
    elif thread.last_activity_at == thread.published_at:
        thread.last_activity_at = latest
    thread.published_at = text.published_at = at
    thread.save(update_fields=["published_at", "last_activity_at", "created_at"])
    text.save(update_fields=["published_at", "created_at", "rewarded"])
    # The database marks it, by the moment that is said now.
    text.refresh_from_db(fields=["rewarded"])


def moments_of(thread: Thread, text: Post) -> Moments:
    """As the journal keeps them: to the microsecond, or an undo would not restore what was, and as the database gives
    them back, or what was typed by other clocks would seem to have been changed since."""
    assert thread.published_at is not None  # its callers have looked
    moments = {"published": thread.published_at, "begun": thread.created_at, "written": text.created_at}
    said = {name: moment.astimezone(datetime.UTC).isoformat() for name, moment in moments.items()}
    return {**said, "rewarded": text.rewarded}


def _moment(given: Moments, name: str) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(given[name]) if name in given else None


def _last_reply(thread: Thread) -> datetime.datetime | None:
    replies = Post.objects.filter(thread=thread, position__gt=1, state=State.PUBLISHED)
    latest: datetime.datetime | None = replies.aggregate(latest=Max("published_at"))["latest"]
    return latest


def _refuse(at: datetime.datetime, thread: Thread) -> None:
    if at > timezone.now():
        raise ContentError(_("This moment is in the future. A text that is public can only be dated back."))
    if at.year < FIRST_YEAR:
        raise ContentError(_("Choose a day from the year %(year)s on.") % {"year": FIRST_YEAR})
    replies = Post.objects.filter(thread=thread, position__gt=1, published_at__isnull=False)
    first = replies.order_by("published_at").values_list("published_at", flat=True).first()
    if first is not None and at > first:
        raise ContentError(_("It was answered before that moment."))
