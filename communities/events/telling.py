"""What the clock does with events: whoever registered hears of a place, a change, the end of it, and the day before.

What is to be told is kept on the rows themselves, so that a worker that is killed tells it later, and each person once.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

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
from communities.reads import CompiledRead
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


# Compiled once: it is asked in each community in which something is due.
_due: CompiledRead[tuple[int]] = CompiledRead(
    lambda now, soon: (
        Event.objects.with_something_to_tell(now, soon).order_by("starts_at", "pk").values_list("pk")[:MOST]
    )
)


@dataclass(frozen=True)
class Listed:
    """Who registered, as far as it matters to what is told; `is_able`: let in when it begins."""

    pk: int
    person: int
    state: str
    news: str
    here_at: datetime.datetime | None
    is_able: bool

    @property
    def is_coming(self) -> bool:
        return self.state == Registration.State.COMING

    @property
    def is_on_list(self) -> bool:
        return self.state != Registration.State.OFF


def tell_of_events(community: Community) -> int:
    """Everything that is to be told in the community in scope; of how many events."""
    now = timezone.now()
    numbers = [number for (number,) in _due(now, now + REMINDED_BEFORE)]
    return each_apart("event", numbers, lambda number: tell_of_event(number, community))


def tell_of_event(number: int, community: Community) -> int:
    """What is to be told of one; 0 where somebody else does it or has done it. Of what cannot be read by then nothing
    is told but that."""
    now = timezone.now()
    rows = Event.objects.filter(pk=number).select_related("thread__space")
    event = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if event is None:
        return 0
    thread: Thread = event.thread
    is_open, is_gone = FEATURE in chosen_features(community), not thread.is_published
    reminds = _reminds(event, now)
    concerns_all = bool(event.news) or reminds or event.gone_told != is_gone
    people = _registered(event, everybody=concerns_all)
    if reminds and not event.team_size and any(_is_shut_out(one) for one in people):
        give_up_places(event)
        people = _registered(event, everybody=True)
    fresh = [one for one in people if one.news != News.NONE]
    if not concerns_all and not fresh:
        return 0
    if is_open and is_gone:
        _tell_of_end(event, people, now)
    elif is_open:
        _tell_all(event, thread, people, now)
    if fresh:
        Registration.objects.filter(pk__in=[one.pk for one in fresh]).update(news=News.NONE)
    if event.news and not (is_open and _awaits_report(event)):
        event.news = Event.News.NONE
    if reminds:
        event.reminded_at = now
    event.gone_told = is_gone
    event.save(update_fields=["news", "reminded_at", "gone_told"])
    return 1


def _registered(event: Event, *, everybody: bool) -> list[Listed]:
    """Who has something to be told of their own, or everybody, in one read."""
    rows = Registration.objects.of(event).annotate(is_able=Registration.objects.is_able(event.starts_at))
    rows = rows if everybody else rows.exclude(news=News.NONE)
    return [
        Listed(*row) for row in rows.values_list("pk", "membership_id", "state", "news", "here_at", "is_able")
    ]


def _is_shut_out(one: Listed) -> bool:
    """Whether they hold a place that they cannot take (`give_up_places`)."""
    return one.is_coming and one.here_at is None and not one.is_able


def _reminds(event: Event, now: datetime.datetime) -> bool:
    is_due = event.reminded_at is None and not event.is_cancelled
    return is_due and now < event.starts_at <= now + REMINDED_BEFORE


def _tell_of_end(event: Event, people: list[Listed], now: datetime.datetime) -> None:
    """Whoever registered must not set out for what is no longer announced; told once, of what is to come."""
    if event.gone_told or event.has_begun:
        return
    # Each time that it goes is an occasion of its own. No thread: what it says is not to be read.
    path = local_path(reverse("events:list-events"))
    about = About(path=path, occasion=f"{event.pk} {now:%Y%m%dT%H%M%S}")
    tell(EventWithdrawn, _on_list(people), about)


def _tell_all(event: Event, thread: Thread, people: list[Listed], now: datetime.datetime) -> None:
    """A cancelled event has nothing else to say; who has just registered knows of its hours."""
    if event.is_cancelled:
        if event.news == Event.News.CANCELLED:
            _tell(EventCancelled, _on_list(people), thread, f"event {event.pk} cancelled")
        return
    for news, notice in TOLD.items():
        told = [one.person for one in people if one.news == news]
        _tell(notice, told, thread, f"event {event.pk} {news} {now:%Y%m%dT%H%M%S.%f}")
    old = [one for one in people if one.news == News.NONE]
    others = _on_list(old)
    if event.gone_told:
        _tell(EventBack, others, thread, f"event {event.pk} back {now:%Y%m%dT%H%M%S}")
    elif event.news == Event.News.CHANGED:
        _tell(EventChanged, others, thread, f"event {event.pk} change {event.sequence}")
    elif event.news == Event.News.REPORT:
        _tell_of_report(event, thread)
    if _reminds(event, now):
        coming = [one.person for one in old if one.is_coming]
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


def _on_list(people: list[Listed]) -> list[int]:
    return [one.person for one in people if one.is_on_list]


def _tell(notice: type[EventNotice], people: list[int], thread: Thread, occasion: str) -> None:
    if people:
        tell(
            notice,
            people,
            About(thread=thread, path=local_path(thread.get_absolute_url()), occasion=occasion),
        )
