"""The calendar of events as a kind of content."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import Kind, Planned, ThreadKind
from communities.content.managers import Reader
from communities.content.models import Thread
from communities.events.models import EVENT, EVENTS, WORDS, Event, Registration, event_of, has_begun
from communities.events.queries import days_of, has_calendars, planned_events
from communities.events.services import check_hour, publish_event
from communities.launch.features import Feature
from communities.models import Membership


class EventKind(Kind):
    name = EVENTS
    label, label_many = _("Calendar of events"), _("Calendars of events")
    icon = "calendar"
    order = 40
    header_label = _("Events")
    header_order = 40
    features = (Feature("events", _("Events"), 40, frozenset({"texts"}), is_place=True),)
    thread_kinds = (
        ThreadKind(
            EVENT,
            _("Event"),
            gathers=True,
            has_begun=has_begun,
            days=days_of,
            may_wait=True,
            draws_insets=True,
        ),
    )
    path, urls = "events", "communities.events.urls"
    list_route, space_route, thread_route, start_route = (
        "list-events", "show-calendar", "show-event", "create-event",
    )  # fmt: skip
    threads_name, threads_label = "events", _("Events")
    tab_order = 35
    start_label = _("Announce an event")
    beside_labels = {
        "place": _("Place"),
        "price": _("Price"),
        "questions": _("Questions for those who register"),
        "cancel_reason": _("Why it was cancelled"),
    }
    side = Event
    # The key of somebody’s own calendar.
    naming_people = frozenset({"token"})
    demo_spaces = frozenset({"calendar"})
    demo_threads = {"event": EVENT}
    demo_parts = {"events": "events"}

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_calendars

    def words_beside(self, thread: Thread) -> dict[str, str]:
        return dict(Event.objects.filter(thread=thread).values(*WORDS).first() or {})

    def begins_quietly(self, thread: Thread) -> bool:
        """Whoever heard of a series knows of its dates."""
        dates = Event.objects.filter(pk=thread.pk, series__isnull=False)
        return dates.exclude(slot=F("series__starts_at")).exists()

    def empty_sides(self, threads: Sequence[int]) -> None:
        gone = dict.fromkeys((*WORDS, "map_url", "online_url", "price_url"), "")
        Event.objects.filter(pk__in=threads).update(**gone)
        # Answers are kept by the question, in its author’s words.
        Registration.objects.filter(event__in=threads).exclude(answers={}).update(answers={})

    def data_of(self, thread: Thread) -> dict[str, Any]:
        event = event_of(thread)
        told = {
            name: getattr(event, name, None) for name in ("starts_at", "ends_at", "place", "cancelled_at")
        }
        return super().data_of(thread) | told

    def publish_draft(self, thread: Thread, *, by: Membership) -> bool:
        return publish_event(thread, by=by)

    def schedule_draft(self, thread: Thread, *, by: Membership, at: datetime.datetime) -> bool:
        check_hour(thread)
        return False

    def draft_url(self, thread: Thread) -> str:
        return reverse("events:edit-event", args=[thread.slug])

    def planned(self, viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Planned]:
        for thread in planned_events(viewer, first, last):
            event = thread.event
            yield Planned(thread.title, thread.get_absolute_url(), event.starts_at, event.ends_at)
