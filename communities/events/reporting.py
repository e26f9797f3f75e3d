"""What an organiser says of an event that is over: a reply above all others, told once to those who came."""

from __future__ import annotations

import uuid

from django.db import transaction

from communities.content.models import Post, State, Subscription, Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.services import reply_to
from communities.content.services.waiting import opening_of
from communities.events.exceptions import NotOverYet, ReportedAlready
from communities.events.models import Event, Registration
from communities.events.permissions import FEATURE, can_organise
from communities.events.registering import held
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.models import Membership

# A report that was deleted or removed leaves room for another.
STANDING = (State.PUBLISHED, State.PENDING, State.HIDDEN)


@transaction.atomic
def write_report(
    thread: Thread,
    *,
    by: Membership,
    body: str,
    body_format: str = "html",
    submission: uuid.UUID | None = None,
) -> Post:
    """Report of an event that is over, as an organiser. It is judged as every reply is, and those who came are told as
    soon as it can be read. The same `submission` twice returns the first one.

    Raises NotAllowed, NotOverYet, ReportedAlready, and as `reply_to`.
    """
    refuse_closed(by, FEATURE)
    opening_of(thread, with_key=True)
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if not can_organise(by, thread):
        raise NotAllowed
    event = held(thread.pk)
    if event.is_cancelled or not event.is_over:
        raise NotOverYet
    known = standing_report(event)
    if known is not None:
        if submission is not None and known.submission == submission and known.author_id == by.pk:
            return known
        raise ReportedAlready
    report: Post = reply_to(thread, by=by, body=body, body_format=body_format, submission=submission)
    event.report, event.news = report, Event.News.REPORT
    event.save(update_fields=["report", "news"])
    return report


def standing_report(event: Event) -> Post | None:
    """Published, or waiting for a moderator, or hidden by one; None for one that is gone, or is in another thread."""
    if event.report_id is None:
        return None
    rows = Post.objects.filter(pk=event.report_id, thread=event.pk, state__in=STANDING)
    found: Post | None = rows.select_related("thread__space").first()
    return found


def may_report(event: Event, by: Membership | None) -> bool:
    """Whether somebody may write it by its hours, as a reply; one that stands already is another question."""
    if not event.is_over or event.is_cancelled:
        return False
    return can_organise(by, event.thread) and can_reply_to_thread(by, event.thread)


def people_to_tell(event: Event, report: Post) -> list[int]:
    """Those who were checked in or, where nobody was, those who were to come; not its author, and not those whom the
    thread tells of every reply."""
    rows = Registration.objects.of(event).coming()
    here = rows.filter(here_at__isnull=False)
    people = (here if here.exists() else rows).exclude(membership=report.author_id)
    follow = Subscription.objects.following().filter(thread=event.pk)
    return list(
        people.exclude(membership__in=follow.values("membership")).values_list("membership_id", flat=True)
    )
