"""What the clock does with events: whoever registered hears of a place, a change, the end of it, and the day before.

What is to be told is kept on the rows themselves, so that a worker that is killed tells it later, and each person once.
"""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone

from communities.content.addresses import local_path
from communities.content.models import State, Thread
from communities.events.models import REMINDED_BEFORE, Event, Registration
from communities.events.notices import (
    EventBack,
    EventCancelled,
    EventChanged,
    EventNotice,
    EventRegistered,
    EventReminder,
    EventReport,
    EventWithdrawn,
    PlaceFreed,
    PutOnList,
    TakenOffList,
)
from communities.events.permissions import FEATURE
from communities.events.registering import give_up_places
from communities.events.reporting import people_to_tell, standing_report
from communities.launch.features import chosen_features
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50
News = Registration.News
# What somebody is told who has just got a place, or lost it.
TOLD: dict[str, type[EventNotice]] = {
    News.COMING: EventRegistered,
    News.FREED: PlaceFreed,
    News.PUT_ON: PutOnList,
    News.OFF: TakenOffList,
}


def tell_of_events(community: Community) -> int:
    """Everything that is to be told in the community in scope; of how many events."""
    due = Event.objects.with_something_to_tell(timezone.now()).order_by("starts_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[:MOST])
    return each_apart("event", numbers, lambda number: tell_of_event(number, community))


def tell_of_event(number: int, community: Community) -> int:
    """What is to be told of one; 0 where somebody else is doing it. Of what cannot be read by then nothing is told but
    that."""
    now = timezone.now()
    rows = Event.objects.with_something_to_tell(now).filter(pk=number)
    event = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if event is None:
        return 0
    thread = Thread.objects.select_related("space").get(pk=event.pk)
    is_open, is_gone = FEATURE in chosen_features(community), not thread.is_published
    reminds = _reminds(event, now)
    if reminds:
        give_up_places(event)
    fresh = list(Registration.objects.of(event).exclude(news=News.NONE))
    if is_open and is_gone:
        _tell_of_end(event, now)
    elif is_open:
        _tell_all(event, thread, fresh, now)
    Registration.objects.filter(pk__in=[one.pk for one in fresh]).update(news=News.NONE)
    if event.news and not (is_open and _awaits_report(event)):
        event.news = Event.News.NONE
    if reminds:
        event.reminded_at = now
    event.gone_told = is_gone
    event.save(update_fields=["news", "reminded_at", "gone_told"])
    return 1


def _reminds(event: Event, now: datetime.datetime) -> bool:
    is_due = event.reminded_at is None and not event.is_cancelled
    return is_due and now < event.starts_at <= now + REMINDED_BEFORE


def _tell_of_end(event: Event, now: datetime.datetime) -> None:
    """Whoever registered must not set out for what is no longer announced; told once, of what is to come."""
    if event.gone_told or event.has_begun:
        return
    # Each time that it goes is an occasion of its own. No thread: what it says is not to be read.
    path = local_path(reverse("events:list-events"))
    about = About(path=path, occasion=f"{event.pk} {now:%Y%m%dT%H%M%S}")
    tell(EventWithdrawn, _people(event), about)


def _tell_all(event: Event, thread: Thread, fresh: list[Registration], now: datetime.datetime) -> None:
    """A cancelled event has nothing else to say; who has just registered knows of its hours."""
    if event.is_cancelled:
        if event.news == Event.News.CANCELLED:
            _tell(EventCancelled, _people(event), thread, f"event {event.pk} cancelled")
        return
    for news, notice in TOLD.items():
        people = [one.membership_id for one in fresh if one.news == news]
        _tell(notice, people, thread, f"event {event.pk} {news} {now:%Y%m%dT%H%M%S.%f}")
    new = {one.membership_id for one in fresh}
    others = [person for person in _people(event) if person not in new]
    if event.gone_told:
        _tell(EventBack, others, thread, f"event {event.pk} back {now:%Y%m%dT%H%M%S}")
    elif event.news == Event.News.CHANGED:
        _tell(EventChanged, others, thread, f"event {event.pk} change {event.sequence}")
    elif event.news == Event.News.REPORT:
        _tell_of_report(event, thread)
    if _reminds(event, now):
        coming = [person for person in _people(event, coming=True) if person not in new]
        _tell(EventReminder, coming, thread, f"event {event.pk} on {event.starts_at:%Y%m%dT%H%M}")


def _awaits_report(event: Event) -> bool:
    """Whether a moderator reads it first: it is told of once it can be read."""
    report = standing_report(event) if event.news == Event.News.REPORT else None
    return report is not None and report.state == State.PENDING


def _tell_of_report(event: Event, thread: Thread) -> None:
    report = standing_report(event)
    if report is None or report.state != State.PUBLISHED or report.position is None:
        return
    path = local_path(thread.url_of(report.position))
    about = About(thread=thread, path=path, occasion=f"event {event.pk} report {report.pk}")
    if people := people_to_tell(event, report):
        tell(EventReport, people, about)


def _people(event: Event, *, coming: bool = False) -> list[int]:
    rows = Registration.objects.of(event).on_list()
    return list((rows.coming() if coming else rows).values_list("membership_id", flat=True))


def _tell(notice: type[EventNotice], people: list[int], thread: Thread, occasion: str) -> None:
    if people:
        tell(
            notice,
            people,
            About(thread=thread, path=local_path(thread.get_absolute_url()), occasion=occasion),
        )
